"""Portals of other authorities: those of the reader's units, and one with its log."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.portals import words
from hoso_api.pages.register import administering, doing
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.portals import exchange_log, register, resending
from hoso_workflows.portals.register import Portal

ADDRESS = f"{administering.ADDRESS}/cong"
LENGTH = 50
#: The word of the query that asks for what is not acknowledged, and what it says then.
KIND, UNSETTLED = "loai", "chua-xac-nhan"
#: The field of the last day.
LAST = "ngay-cuoi"

router = session.router(ADDRESS)
After = Annotated[str, Query(alias="sau", max_length=200)]
Kind = Annotated[str, Query(alias=KIND, max_length=20)]
Code = Annotated[Key, Path()]
Status = Annotated[int, Path(ge=1, lt=2**63)]


@router.get("")
@acts.named("list_portals")
async def portals_page(visit: VisitNow) -> Response:
    """The portals of the reader's units, with what they have not acknowledged."""
    async with _refusals(visit, register.LIST, None):
        units = permissions.administered_units(visit.rights, register.LIST)
    return visit.page(
        "portals/list.html",
        sections=administering.PLACES,
        here=administering.HERE,
        portals=await register.listed(visit.service.db, units),
        concerns=words.CONCERNS,
        enters=administering.may_anywhere(visit, register.ENTER),
        today=localtime.local_date(visit.at),
    )


@router.get("/{portal}")
@acts.named("list_portal_log")
async def portal_page(portal: Code, visit: VisitNow, kind: Kind = "", after: After = "") -> Response:
    """A portal with its log, the newest line first."""
    try:
        return await _shown(visit, portal, Filled.first(visit), kind, after)
    except errors.BadCursor:
        return RedirectResponse(f"{ADDRESS}/{portal}", status_code=303)


@router.post("/{portal}/gui-lai")
@acts.named("resend_portal_statuses")
async def resend_all(portal: Code, visit: VisitNow, form: FormNow) -> Response:
    """Tell everything anew that is not acknowledged. The same button once more changes nothing."""
    del form
    return await _resent(visit, portal, None)


@router.post("/{portal}/gui-lai/{status}")
@acts.named("resend_portal_statuses")
async def resend_one(portal: Code, status: Status, visit: VisitNow, form: FormNow) -> Response:
    """Tell a status anew."""
    del form
    return await _resent(visit, portal, [status])


@router.post("/{portal}/ngung")
@acts.named("end_portal")
async def end(portal: Code, visit: VisitNow, form: FormNow) -> Response:
    """End a portal after a day; today where none is written."""
    try:
        last = doing.day(visit, form, LAST)
        async with _refusals(visit, register.END, portal):
            await doing.carried(
                visit,
                form,
                lambda: register.end(visit.service.db, portal, last, actor=visit.principal, at=visit.at),
                {"last_day": LAST},
            )
    except Stopped as stopped:
        return await _shown(visit, portal, Filled.again(typed.placed(stopped, {"last_day": LAST})))
    return RedirectResponse(f"{ADDRESS}/{portal}", status_code=303)


async def _resent(visit: Visit, portal: str, statuses: list[int] | None) -> Response:
    async with _refusals(visit, resending.RESEND, portal):
        await resending.resend(visit.service.db, portal, statuses, actor=visit.principal, at=visit.at)
    return RedirectResponse(f"{ADDRESS}/{portal}?{KIND}={UNSETTLED}", status_code=303)


def _refusals(visit: Visit, act: str, subject: str | None) -> Any:
    return readings.refusals(visit.service.db, act, visit.principal, subject, visit.at, visit.origin)


async def _shown(visit: Visit, portal: str, form: Filled, kind: str = "", after: str = "") -> Response:
    db, unsettled = visit.service.db, kind == UNSETTLED
    asked = db, exchange_log.LOG, visit.principal, portal, visit.at, visit.origin
    async with readings.refusals(*asked, unseen=True):
        units = permissions.administered_units(visit.rights, exchange_log.LOG)
        page = await exchange_log.listed(
            db, portal, units, unsettled=unsettled, limit=LENGTH, after=after or None
        )
    reading = readings.of_list(visit.rights, exchange_log.LOG)
    seen = readings.access(exchange_log.LOG, visit.principal, portal, visit.at, visit.origin, reading=reading)
    await readings.record(db, seen, [each.id for each in page.items])
    entries = [each for each in await register.listed(db, units) if each.code == portal]
    return visit.page(
        "portals/portal.html",
        form.status,
        here=administering.HERE,
        form=form,
        shown=_newest(entries),
        entries=entries,
        page=page,
        unsettled=unsettled,
        words=words,
        first=Filled(),
        today=localtime.local_date(visit.at),
    )


def _newest(entries: list[Portal]) -> Portal:
    return max(entries, key=lambda each: each.valid_from)
