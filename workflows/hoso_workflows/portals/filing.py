"""Filing by a portal: one dossier for each code of the portal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import errors as storage
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import applicant_views, filing
from hoso_workflows.dossiers.filing import Enclosed
from hoso_workflows.dossiers.repository import Asker
from hoso_workflows.dossiers.save_statement import Also
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle.commands import FileDossier
from hoso_workflows.portals import partners


class ExternalCodeTaken(errors.Refusal):
    """The portal has filed another dossier under this code of its own."""

    slug = "external-code-taken"
    remedy = "File another dossier under a code of its own; add to the one that was filed by a supplement."

    def __init__(self, external_code: str, reference: str) -> None:
        super().__init__(
            say(
                "{external_code} was filed before with other contents; it is the dossier {reference}.",
                external_code=external_code,
                reference=reference,
            )
        )
        self.external_code = external_code
        self.reference = reference


async def file(
    service: DossierService,
    request: FileDossier,
    *,
    actor: UUID,
    at: datetime,
    key: str | None = None,
    body: bytes | None = None,
) -> Outcome:
    """File a dossier, once for each code of a portal.

    One that a portal files again under the same code is answered as it stands.

    A repeated idempotency key gives the first answer, as always. Raises what `DossierService.file` raises, and ExternalCodeTaken.
    """
    portal = await _portal(service, request, actor, at)
    if portal is None:
        return await service.file(request, actor=actor, at=at, key=key, body=body)
    filed = portal, request.external_code
    known = await service.db.row(_KNOWN, filed)
    if known and not await service.db.rows(_ANSWERED, [actor, key]):
        return await _again(service, request, known, actor, at)

    def beside(dossier: UUID) -> Also:
        return _ENTER, [*filed, dossier, at]

    try:
        return await service.file(request, Enclosed(beside=beside), actor=actor, at=at, key=key, body=body)
    except storage.ConstraintViolated as violated:
        # The same came at the same time, and was faster.
        if violated.name != "uq_portal_filing_code":
            raise
        known = await service.db.row(_KNOWN, filed)
        return await _again(service, request, known, actor, at)


async def _portal(service: DossierService, request: FileDossier, actor: UUID, at: datetime) -> str | None:
    """The portal for which the actor files under a code of its own."""
    if request.portal is None or request.external_code is None:
        return None
    day = localtime.local_date(at)
    row = await service.db.row(partners.IN_FORCE, [request.portal, actor, day])
    return None if row is None else str(row.code)


async def _again(
    service: DossierService, request: FileDossier, known: Any, actor: UUID, at: datetime
) -> Outcome:
    """The dossier as it stands. Raises ExternalCodeTaken where it is another one."""
    if not _same(request, known.payload):
        raise ExternalCodeTaken(request.external_code or "", known.reference)
    asker = Asker(actor, localtime.local_date(at), at)
    found = await service.repository.find(known.reference, asker, read=True)
    if found is None:  # pragma: no cover - a dossier is never removed
        raise errors.NotFound("dossier", known.reference)
    await service.db.one_statement("update portal_filing set again = again + 1 where id = $1", [known.id])
    projection = await service.repository.load(found)
    body = applicant_views.answer(projection, projection.clock.dates(), found.version)
    return Outcome.of(body, replayed=True)


def _same(request: FileDossier, filed: Mapping[str, Any]) -> bool:
    """True where a request says what was filed, as far as it was kept."""
    said = {
        "procedure": request.procedure,
        "channel": request.channel,
        "form_sha256": filing.digest(request.form),
        "components": list(request.components),
        "applicant_sha256": filing.digest(filing.named_itself(request.applicant)),
        **({} if request.case is None else {"case": request.case}),
    }
    return all(filed[name] == value for name, value in said.items())


#: $1 portal, $2 its code of the dossier.
_KNOWN = """
select f.id, d.reference, e.payload from portal_filing f join dossier d on d.id = f.dossier_id
join dossier_event e on e.dossier_id = d.id and e.seq = 1 and e.at = d.filed_at
where f.portal = $1 and f.external_code = $2
"""
#: $1 principal, $2 idempotency key.
_ANSWERED = "select 1 from idempotency where principal_id = $1 and key = $2"
_ENTER = "insert into portal_filing (portal, external_code, dossier_id, at) values ($1, $2, $3, $4)"
