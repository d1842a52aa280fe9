"""Calendars of the house: list, and one of them a year at a time."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

import hoso_calendar as wt
from hoso_api.http import acts, authentication
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.administration import calendar_year
from hoso_api.pages.administration.calendar_year import Year
from hoso_api.pages.register import administering
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked
from hoso_models import RevisionStatus
from hoso_workflows import errors, localtime
from hoso_workflows.calendars import register, revisions, rights
from hoso_workflows.calendars.register import Calendar
from hoso_workflows.organisation import calendar_texts, permissions
from hoso_workflows.organisation.permissions import procedure_rights

ADDRESS = "/noi-bo/quan-tri/lich"
#: How many lines a page shows.
LENGTH = 50
#: Where a revision stands, in words.
STATUSES = {
    RevisionStatus.DRAFT: marked("Bản nháp"),
    RevisionStatus.APPROVED: marked("Đã phê duyệt"),
    RevisionStatus.APPLYING: marked("Đang được áp dụng"),
    RevisionStatus.APPLIED: marked("Đã áp dụng"),
}
#: The mark of each.
MARKS = {
    RevisionStatus.DRAFT: "still",
    RevisionStatus.APPROVED: "soon",
    RevisionStatus.APPLYING: "wait",
    RevisionStatus.APPLIED: "done",
}

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
After = Annotated[str, Query(alias="sau", max_length=200)]
Wanted = Annotated[int | None, Query(alias="nam", ge=FIRST_DAY.year, le=LAST_DAY.year)]


@router.get("")
@acts.named("list_calendars")
async def calendars_page(visit: VisitNow, after: After = "") -> Response:
    """The calendars of the house: whose they are, who keeps them, when they end."""
    try:
        page = await register.search(visit.service.db, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)
    return visit.page(
        "administration/calendars.html",
        sections=administering.PLACES,
        here="quan-tri",
        rows=page.items,
        after=page.after,
        names=await unit_names(visit, *page.items),
        this_year=localtime.local_date(visit.at).year,
        enters=bool(permissions.overseen(visit.rights, rights.CREATING)),
        closes=bool(permissions.overseen(visit.rights, rights.CLOSING)),
    )


@router.get("/{calendar}")
@acts.named("get_calendar")
async def calendar_page(calendar: Id, visit: VisitNow, wanted: Wanted = None, after: After = "") -> Response:
    """One calendar: a year day by day, and its revisions."""
    db = visit.service.db
    found = await register.calendar(db, calendar)
    try:
        page = await revisions.search(db, calendar, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(f"{ADDRESS}/{calendar}", status_code=303)
    asked = wanted or localtime.local_date(visit.at).year
    return visit.page(
        "administration/calendar.html",
        here="quan-tri",
        calendar=found,
        asked=asked,
        year=await year(visit, found, asked),
        years=range(found.first.year, found.until.year + 1) if found.first and found.until else (),
        legend=tuple(calendar_year.legend()),
        revisions=page.items,
        after=page.after,
        persons=await visit.names({each.entered_by for each in page.items}),
        names=await unit_names(visit, found),
        administers=await administered(visit, found, rights.ENTERING),
        statuses=STATUSES,
        marks=MARKS,
    )


async def year(visit: Visit, calendar: Calendar, number: int) -> Year | None:
    """A year of a calendar's present version; None where it has no data for it."""
    if calendar.version is None:
        return None
    cal = wt.compile(await calendar_texts.texts(visit.service.db), calendar.id)
    return Year.of(cal, number) if cal.first.year <= number <= cal.last.year else None


async def unit_names(visit: Visit, *calendars: Calendar) -> dict[str, str]:
    """The names of the units that calendars belong to, by code."""
    rows = await visit.service.db.rows(
        "select code, name from unit where code = any($1::text[])", [[each.unit for each in calendars]]
    )
    return {row.code: row.name for row in rows}


async def administered(visit: Visit, calendar: Calendar, act: str) -> bool:
    """True for who administers the unit that a calendar belongs to."""
    reached = permissions.overseen(visit.rights, act)
    if calendar.unit:
        return calendar.unit in reached
    day = localtime.local_date(visit.at)
    return bool(reached & await procedure_rights.top_units(visit.service.db, day))
