"""Payments online in dispute: their list, and one with its settlement."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.desk import desks
from hoso_api.pages.fees import disputes as words
from hoso_api.pages.fees import online, places
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.organisation.permissions import table
from hoso_workflows.payments import dispute_settlement, disputes, fee_views
from hoso_workflows.payments.refusals import DisputeSettled
from hoso_workflows.payments.surpluses import Asked

#: Words of the query: which list, behind which place.
KIND, AFTER = "loai", "sau"
SETTLED = "da-giai-quyet"
LENGTH = 50
router = session.router(places.DISPUTES)
Dispute = Annotated[UUID, Path()]


@router.get("")
@acts.named("list_payment_disputes")
async def disputes_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=desks.UNIT, max_length=80)] = "",
    kind: Annotated[str, Query(alias=KIND, max_length=20)] = "",
    after: Annotated[str, Query(alias=AFTER, max_length=200)] = "",
) -> Response:
    """Open disputes of the reader's units, the oldest first; or settled ones."""
    named, unit = await places.narrowed(visit, disputes.LIST, unit)
    settled = kind == SETTLED
    try:
        found = await disputes.read(
            visit.service.db, unit or None, _asked(visit), settled=settled, limit=LENGTH, after=after or None
        )
    except errors.BadCursor:
        return RedirectResponse(f"{places.DISPUTES}?{desks.UNIT}={unit}", status_code=303)
    return visit.page(
        "fees/disputes.html",
        here="mot-cua",
        among=places.PLACES,
        units=named,
        unit=unit,
        settled=settled,
        found=found.items,
        after=found.after,
        first=not after,
        reasons=words.REASONS,
        settlements=words.SETTLEMENTS,
    )


@router.get("/{dispute}")
@acts.named("get_payment_dispute")
async def dispute_page(dispute: Dispute, visit: VisitNow) -> Response:
    """Both sides of a dispute, and the ways to settle it."""
    found = await disputes.one(visit.service.db, dispute, _asked(visit))
    return _shown(visit, found, Filled.first(visit, **words.proposed(found)))


@router.post("/{dispute}/giai-quyet")
@acts.named("settle_payment_dispute")
async def settle_dispute(dispute: Dispute, visit: VisitNow, form: FormNow) -> Response:
    """Settle a dispute; back to it, where its settlement stands. The same button once more changes nothing."""
    found = await disputes.one(visit.service.db, dispute, _asked(visit))
    found = await _of_dossier(visit, found, form)
    try:
        await _settled(visit, form, found)
    except Stopped as stopped:
        return _shown(visit, await _now(visit, found, form), _again(stopped, found))
    return RedirectResponse(f"{places.DISPUTES}/{dispute}", status_code=303)


async def _settled(visit: Visit, form: Form, found: Mapping[str, Any]) -> None:
    form.require_legible()
    said = words.settlement(form, found["fees"])
    try:
        await dispute_settlement.settle(visit.service, UUID(found["id"]), said, _asked(visit))
    except DisputeSettled as settled:
        if not _mine(visit, await disputes.one(visit.service.db, UUID(found["id"]), _asked(visit)), said):
            raise await acting.stopped(visit, form, "", settled) from settled
    except errors.NotFound as unknown:
        if said.dossier is None:
            raise
        fault = Fault(spoken("Không có hồ sơ này trong các đơn vị mà bạn quản lý."), words.DOSSIER)
        raise Stopped(form, [fault]) from unknown
    except errors.Refusal as refused:
        raise await acting.stopped(
            visit, form, "", refused, fields=words.fields(form, found["fees"])
        ) from refused


def _mine(visit: Visit, found: Mapping[str, Any], said: dispute_settlement.Said) -> bool:
    """True where the reader has settled it so already.

    The button was pressed twice.
    """
    before = (found["settled_by"], found["settlement"], found["settled_for"])
    return before == (str(visit.principal), said.settlement, said.reason)


async def _of_dossier(visit: Visit, found: dict[str, Any], form: Form) -> dict[str, Any]:
    """The dispute with the fees of the dossier that its form names."""
    key = form.text(words.DOSSIER)
    if not key or found["dossier"] is not None:
        return found
    units = table.units(dispute_settlement.SETTLE, visit.rights)
    return {**found, "fees": await disputes.fees(visit.service.db, key, units)}


async def _now(visit: Visit, found: dict[str, Any], form: Form) -> dict[str, Any]:
    """The dispute as it is after an act that was not done."""
    fresh = await disputes.one(visit.service.db, UUID(found["id"]), _asked(visit))
    return await _of_dossier(visit, fresh, form)


def _again(stopped: Stopped, found: Mapping[str, Any]) -> Filled:
    """The form as it was typed, with amounts for new fields."""
    filled = Filled.again(stopped)
    return replace(filled, typed={**words.proposed(found), **filled.typed})


def _shown(visit: Visit, found: Mapping[str, Any], form: Filled) -> Response:
    units = [found["unit"]]
    return visit.page(
        "fees/dispute.html",
        form.status,
        here="mot-cua",
        found=found,
        reasons=words.REASONS,
        settlements=words.SETTLEMENTS,
        states=online.STATES,
        recordable=words.recordable(found),
        settles=bool(table.units(dispute_settlement.SETTLE, visit.rights)),
        opens=table.reaches(fee_views.LIST, visit.rights, units),
        form=form,
    )


def _asked(visit: Visit) -> Asked:
    return Asked(visit.principal, visit.at, visit.origin)
