"""Date that would be promised, if what a dossier waits for happened now."""

from collections.abc import Callable, Mapping
from datetime import datetime

from hoso_models import DossierStatus
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Command

#: What a dossier of a status waits for.
_AWAITED: Mapping[DossierStatus, Callable[[], Command]] = {
    DossierStatus.FILED: lambda: commands.Accept(confirm_missing=True),
    DossierStatus.AWAITING_SUPPLEMENT: commands.ReceiveSupplement,
    DossierStatus.SUSPENDED: lambda: commands.EndSuspension("-"),
    DossierStatus.FINANCIAL_OBLIGATION: lambda: commands.MeetObligation("-"),
}


async def now(service: DossierService, key: str, status: DossierStatus, *, at: datetime) -> datetime | None:
    """The date that would be promised, if what the dossier awaits came at `at`.

    None where it awaits nothing that moves a date, and where it could not come now. The caller has read the dossier's dates.
    """
    awaited = _AWAITED.get(status)
    if awaited is None:
        return None
    try:
        after = await service.foresee(key, awaited(), at=at)
    except errors.Refusal:
        return None
    return after.clock.dates().due_promised
