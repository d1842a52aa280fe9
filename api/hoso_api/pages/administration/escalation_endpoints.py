"""The escalation ladder, the preview of its next sweep, and what was told."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.administration import rung_endpoints
from hoso_api.pages.register import administering
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_workflows import errors, localtime
from hoso_workflows.ladder import acts as acts_on_rungs
from hoso_workflows.ladder import rungs
from hoso_workflows.monitoring import escalation, escalation_ladder, escalation_preview, escalations_told
from hoso_workflows.notifications import email
from hoso_workflows.operation import sweep_progress
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings

ADDRESS = "/noi-bo/quan-tri/canh-bao"
PREVIEWING, LISTING, SWEEPING = "preview_escalations", "list_escalations", "sweep_escalations"
LENGTH = 50
#: The word of the query that asks what one's sweep did, and how long that is told.
DONE, TOLD = "da-quet", timedelta(minutes=5)

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

After = Annotated[str, Query(alias="sau", max_length=200)]
Done = Annotated[str, Query(alias=DONE, max_length=2)]


@router.get("")
@acts.named("preview_escalations")
async def next_sweep_page(visit: VisitNow, done: Done = "", after: After = "") -> Response:
    """The ladder, and whom a sweep would tell now of the reader's units."""
    service = visit.service
    units = await _units(visit, PREVIEWING)
    scope = await service.reference_data.scope(visit.rights, PREVIEWING)
    asked = service.db, await service.reference_data.unit_calendars(), units, scope
    try:
        page = await escalation_preview.preview(*asked, at=visit.at, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)
    await _recorded(visit, PREVIEWING, (each.id for each in page.items))
    since = visit.at - TOLD
    swept = await escalation_ladder.last_by_hand(service.db, visit.principal, since) if done else None
    counted = await escalation_preview.counted(*asked, visit.at)
    return await _page(visit, page, counted, told=False, swept=swept)


@router.get("/da-bao")
@acts.named("list_escalations")
async def told_page(visit: VisitNow, after: After = "") -> Response:
    """The ladder, and who was told lately of the reader's units."""
    units = await _units(visit, LISTING)
    asked = visit.service.db, units, await visit.service.reference_data.scope(visit.rights, LISTING)
    try:
        page = await escalations_told.search(*asked, at=visit.at, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(f"{ADDRESS}/da-bao", status_code=303)
    await _recorded(visit, LISTING, (each.id for each in page.items))
    return await _page(visit, page, await escalations_told.counted(*asked, visit.at), told=True)


@router.post("/quet")
@acts.named("sweep_escalations")
async def sweep_now(visit: VisitNow, form: FormNow) -> Response:
    """Let the sweep run now. The same button twice tells nobody twice."""
    del form
    await _units(visit, SWEEPING)
    await escalation_ladder.sweep_by_hand(visit.service, actor=visit.principal, at=visit.at)
    return RedirectResponse(f"{ADDRESS}?{DONE}=co", status_code=303)


async def _units(visit: Visit, act: str) -> list[str]:
    """The units of which the act tells the reader. Raises Forbidden, which is recorded."""
    async with readings.refusals(visit.service.db, act, visit.principal, None, visit.at, visit.origin):
        return permissions.administered_units(visit.rights, act)


async def _recorded(visit: Visit, act: str, ids: Iterable[object]) -> None:
    reading = readings.of_list(visit.rights, act)
    seen = readings.access(act, visit.principal, None, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, ids)


async def _page(
    visit: Visit,
    page: object,
    counted_only: int,
    *,
    told: bool,
    swept: escalation_ladder.Asked | None = None,
) -> Response:
    db, today = visit.service.db, localtime.local_date(visit.at)
    last = await sweep_progress.last(db)
    held = await rungs.in_force(db, today)
    return visit.page(
        "administration/escalations.html",
        sections=administering.PLACES,
        here="quan-tri",
        page=page,
        counted_only=counted_only,
        told=told,
        rungs=[rung_endpoints.said(each) for each in held],
        enters=administering.may_anywhere(visit, acts_on_rungs.ENTERING),
        heads=[wording.ROLES.get(role, role) for role in escalation.HEADS],
        channels=[wording.CHANNELS[each] for each in escalation_ladder.channels(email.MailSettings.read())],
        last=last[sweep_progress.Sweep.ESCALATE],
        swept=swept,
        levels=rung_endpoints.levels(await rungs.every(db)),
        marks=MARKS,
        form=Filled.first(visit),
    )


#: Mark and words of what became of a message.
MARKS = {
    escalations_told.Delivery.SENT: ("done", wording.DELIVERIES["sent"]),
    escalations_told.Delivery.WAITING: ("still", wording.DELIVERIES["waiting"]),
    escalations_told.Delivery.LISTED: ("done", wording.DELIVERIES["listed"]),
    escalations_told.Delivery.OVERTAKEN: ("still", wording.DELIVERIES["overtaken"]),
    escalations_told.Delivery.SET_ASIDE: ("late", wording.DELIVERIES["set_aside"]),
}
