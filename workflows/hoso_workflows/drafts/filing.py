"""Filing of a draft, exactly once, and what it lacks before that."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from hoso_calendar.messages import translated
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import filing, statements
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.drafts.refusals import DraftFiled
from hoso_workflows.drafts.storage import Draft, Drafts
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle.commands import Applicant, FileDossier
from hoso_workflows.organisation import permissions

#: Reads a draft as a filing. Raises FormRefused where that is not possible.
Request = Callable[[Draft], FileDossier]


async def judge(
    service: DossierService, request: FileDossier, *, actor: UUID, at: datetime
) -> tuple[Fault, ...]:
    """Everything found in a filing for which it would be refused now. Nothing is stored or counted.

    What concerns no field has an empty one. Pace of filing and start of the run are not tried.
    """
    day = localtime.local_date(at)
    row = await service.db.row(statements.LOAD_FILER, [actor, day, at, None, request.procedure])
    rights = permissions.Rights.of(actor, row.rights)
    try:
        await filing.prepare(service.reference_data, row, request, rights, day)
    except errors.FormRefused as refused:
        return refused.faults
    except errors.Refusal as refused:
        return (Fault("", translated(refused)),)
    return ()


async def file(
    service: DossierService,
    drafts: Drafts,
    draft: UUID,
    request: Request,
    *,
    owner: UUID,
    at: datetime,
    if_match: Collection[int] | None = None,
) -> Outcome:
    """File a draft as a dossier, or tell again what came of it.

    The draft itself is the idempotency key: however often it is asked for, and whatever died meanwhile, one dossier comes of
    it. A refusal leaves the draft as it was. Raises what `Drafts.read` and `DossierService.file` raise, and DraftFiled for one
    whose answer is not kept any more.
    """
    found = await drafts.begin_filing(owner, draft, at=at, if_match=if_match)
    try:
        asked = _nothing(found) if found.answered else request(found)
        # A blank, which no key of a caller has.
        outcome = await service.file(asked, actor=owner, at=at, key=f"draft {draft}", body=draft.bytes)
    except errors.Refusal:
        if found.reference is not None:
            raise DraftFiled(draft, found.reference) from None
        await drafts.refuse_filing(draft, at=at)
        raise
    await drafts.end_filing(draft, outcome.reference)
    return outcome


def _nothing(draft: Draft) -> FileDossier:
    """A filing that can only be answered by what was answered before."""
    return FileDossier(procedure=draft.procedure, applicant=Applicant(""))
