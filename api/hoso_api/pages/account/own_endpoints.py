"""Page of an officer's own settings: look, absences, notices."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.account import own
from hoso_api.pages.shared import acting, look, session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.navigation import INSIDE
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors, localtime
from hoso_workflows.notifications import notices

ADDRESS = "/noi-bo/toi"
#: How many notices a page shows.
LENGTH = 20
#: The largest number that a notice can have.
LAST = 2**63 - 1
#: The last notice that the page shows.
SHOWN = "cuoi"
SIZES = tuple(zip(look.SIZES, (marked("Chữ thường"), marked("Chữ lớn"), marked("Chữ rất lớn")), strict=True))
#: Where a notice leads that is about no dossier, by the first part of its topic.
TOPIC_PLACES: Mapping[str, str] = {
    "outage": f"{INSIDE}/dau-moi/su-co",
    "maintenance": f"{INSIDE}/dau-moi/bao-tri",
    "urging": f"{INSIDE}/dau-moi/don-doc",
    "feedback": f"{INSIDE}/dau-moi/gop-y",
}
router = session.router(ADDRESS)
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_notifications")
async def own_page(visit: VisitNow, after: After = "") -> Response:
    """Look of the pages, absences and notices of the reader."""
    try:
        return await _shown(visit, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.post("/vang-mat")
@acts.named("enter_substitution")
async def enter_absence(visit: VisitNow, form: FormNow) -> Response:
    """Say who acts for the reader while they are absent."""
    try:
        await own.enter_absence(visit, form)
    except errors.Refusal as refused:
        return await _refused(visit, form, refused)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}#vang-mat", status_code=303)


@router.post("/vang-mat/{entry}/ket-thuc")
@acts.named("end_substitution")
async def end_absence(entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """End an absence of the reader with today."""
    found = next((each for each in await own.absences(visit) if each.id == entry), None)
    today = localtime.local_date(visit.at)
    if found is None:
        raise errors.NotFound("substitution", entry)
    try:
        if found.valid_to != today:  # the second of two clicks
            await own.end_absence(visit, found, today)
    except errors.Refusal as refused:
        return await _refused(visit, form, refused)
    return RedirectResponse(f"{ADDRESS}#vang-mat", status_code=303)


@router.post("/thong-bao/{notice}")
@acts.named("mark_notification")
async def mark(notice: Annotated[int, Path(ge=1, le=LAST)], visit: VisitNow, form: FormNow) -> Response:
    """Mark a notice of the reader as read."""
    del form
    await notices.mark(visit.service.db, visit.principal, notice, at=visit.at)
    return RedirectResponse(f"{ADDRESS}#thong-bao", status_code=303)


@router.post("/thong-bao")
@acts.named("mark_notifications")
async def mark_all(visit: VisitNow, form: FormNow) -> Response:
    """Mark the notices of the reader as read, up to the newest one shown."""
    last = form.text(SHOWN)
    if not last.isascii() or not last.isdecimal() or int(last) > LAST:
        return await _shown(
            visit, Filled.again(Stopped(form, [Fault(spoken("Mở lại trang này rồi thử lại."))]))
        )
    await notices.mark_up_to(visit.service.db, visit.principal, int(last), at=visit.at)
    return RedirectResponse(f"{ADDRESS}#thong-bao", status_code=303)


async def _refused(visit: Visit, form: Form, refused: errors.Refusal) -> Response:
    stopped = await acting.stopped(visit, form, "", refused, fields=own.BY_SLUG)
    stopped.__cause__ = refused
    return await _shown(visit, Filled.again(typed.placed(stopped, own.BY_FIELD)))


async def _shown(visit: Visit, form: Filled, after: str = "") -> Response:
    db = visit.service.db
    found = await notices.listed(db, visit.principal, limit=LENGTH, after=after or None)
    return visit.page(
        "account/own.html",
        form.status,
        sizes=SIZES,
        working=await own.places(visit),
        absences=await own.absences(visit),
        today=localtime.local_date(visit.at),
        notices=found.items,
        topic_places=TOPIC_PLACES,
        unread=await notices.unread(db, visit.principal),
        newest=max((each.id for each in found.items), default=0),
        page=after,
        after=found.after,
        form=form,
        first=Filled(),
    )
