"""Revisions of a calendar: entry, preview, approval by another person, application."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import RedirectResponse, Response

import hoso_calendar as wt
from hoso_api.http import acts, authentication
from hoso_api.pages.administration import calendar_endpoints, revision_form
from hoso_api.pages.administration.calendar_endpoints import ADDRESS, LENGTH, MARKS, STATUSES, After, Id
from hoso_api.pages.jobs import starting
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_calendar.revisions import DayChange
from hoso_models import RevisionStatus
from hoso_workflows import errors
from hoso_workflows.calendars import application, preview, register, revisions, rights
from hoso_workflows.calendars.findings import Finding, Severity
from hoso_workflows.calendars.register import Calendar
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.jobs import works
from hoso_workflows.organisation import calendar_texts
from hoso_workflows.organisation.permissions import readings

#: Changed days that a page names; of more it says how many.
MOST_DAYS = 60

router = APIRouter(
    prefix=f"{ADDRESS}/{{calendar}}",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_REVISION = "/ban/{number}"


@router.get("/ban-moi")
@acts.named("enter_calendar_revision")
async def entry_page(calendar: Id, visit: VisitNow) -> Response:
    """The form that enters a revision. Raises Forbidden for who is no administrator over the calendar."""
    known = await _permitted(visit, calendar)
    return await _entry(visit, known, Filled.first(visit))


@router.post("/ban-moi")
@acts.named("enter_calendar_revision")
async def enter_revision(calendar: Id, visit: VisitNow, form: FormNow) -> Response:
    """Enter a file or a change of days as a draft."""
    known = await _permitted(visit, calendar)
    try:
        entry = await revision_form.entry(visit, form, calendar)
        made = await revision_form.act(
            visit,
            form,
            lambda: revisions.enter(visit.service.db, calendar, entry, actor=visit.principal, at=visit.at),
        )
    except Stopped as stopped:
        return await _entry(visit, known, Filled.again(stopped))
    return RedirectResponse(_address(calendar, made.number), status_code=303)


@router.get(_REVISION)
@acts.named("get_calendar_revision")
async def revision_page(calendar: Id, number: Number, visit: VisitNow, after: After = "") -> Response:
    """One revision: where it stands, what its text changes, which open dossiers it moves."""
    try:
        return await _shown(visit, calendar, number, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(_address(calendar, number), status_code=303)


@router.post(f"{_REVISION}/xem-truoc")
@acts.named("preview_calendar_revision")
async def make_preview(calendar: Id, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Find the open dossiers that a draft moves, or go on with that."""
    doing = partial(preview.make, visit.service, calendar, number, actor=visit.principal, at=visit.at)
    return await _done(visit, calendar, number, form, doing)


@router.post(f"{_REVISION}/phe-duyet")
@acts.named("approve_calendar_revision")
async def give_approval(calendar: Id, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Approve a draft as its preview showed it."""

    async def doing() -> Revision:
        found = await revisions.revision(visit.service.db, calendar, number)
        if found.status is not RevisionStatus.DRAFT and visit.principal in (
            found.approved_by,
            found.approved_for,
        ):
            return found
        return await revisions.approve(
            visit.service.db,
            calendar,
            number,
            preview=form.text(revision_form.SEEN),
            actor=visit.principal,
            at=visit.at,
        )

    return await _done(visit, calendar, number, form, doing)


@router.post(f"{_REVISION}/ap-dung")
@acts.named("apply_calendar_revision")
async def apply_revision(calendar: Id, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Count by the revision and move the open dossiers.

    At once where they are few, else by a job.
    """

    async def doing() -> Response | None:
        onward = await starting.onward(visit, form, works.Revise(calendar, number))
        if onward is None:
            await application.apply(visit.service, calendar, number, actor=visit.principal, at=visit.at)
        return onward

    return await _done(visit, calendar, number, form, doing)


async def _done(visit: Visit, calendar: str, number: int, form: FormNow, doing: Any) -> Response:
    try:
        done = await revision_form.act(visit, form, doing)
    except Stopped as stopped:
        return await _shown(visit, calendar, number, Filled.again(stopped))
    return (
        done if isinstance(done, Response) else RedirectResponse(_address(calendar, number), status_code=303)
    )


def _address(calendar: str, number: int) -> str:
    return f"{ADDRESS}/{calendar}/ban/{number}"


async def _permitted(visit: Visit, calendar: str) -> Calendar:
    """The calendar, for who may enter a revision of it. Raises Forbidden and NotFound."""
    known = await register.calendar(visit.service.db, calendar)
    await rights.permitted(
        visit.service.db, rights.ENTERING, calendar, [known.unit], actor=visit.principal, at=visit.at
    )
    return known


async def _entry(visit: Visit, calendar: Calendar, form: Filled) -> Response:
    return visit.page(
        "administration/calendar_entry.html",
        form.status,
        here="quan-tri",
        calendar=calendar,
        kinds=revision_form.KINDS,
        parents=None if calendar.version else await revision_form.parents(visit),
        form=form,
    )


async def _shown(visit: Visit, calendar: str, number: int, form: Filled, after: str = "") -> Response:
    db = visit.service.db
    known = await register.calendar(db, calendar)
    found = await revisions.revision(db, calendar, number)
    administers = await calendar_endpoints.administered(visit, known, rights.READING_MOVES)
    moves = await _moves(visit, found, after) if administers and found.preview else None
    told = await revisions.check(db, calendar, number, at=visit.at) if _open(found) else ()
    persons = (found.entered_by, found.approved_by, found.applied_by)
    return visit.page(
        "administration/calendar_revision.html",
        form.status,
        here="quan-tri",
        calendar=known,
        revision=found,
        findings=told,
        wrong=any(each.severity is Severity.ERROR for each in told),
        changed=await _changed(visit, found, told),
        most=MOST_DAYS,
        kinds=wording.DAYS,
        moves=moves,
        persons=await visit.names(set(persons)),
        administers=administers,
        own=visit.principal in found.brought_by,
        statuses=STATUSES,
        marks=MARKS,
        seen=revision_form.SEEN,
        form=form,
    )


def _open(found: Revision) -> bool:
    """True while its text is not the present one, or one before."""
    return found.status in (RevisionStatus.DRAFT, RevisionStatus.APPROVED)


async def _moves(visit: Visit, found: Revision, after: str) -> Any:
    """A page of the dossiers that the revision moves, recorded as read."""
    page = await preview.moves(visit.service.db, found, limit=LENGTH, after=after or None)
    seen = readings.access(
        rights.READING_MOVES,
        visit.principal,
        f"{found.calendar}/{found.number}",
        visit.at,
        visit.origin,
        reading=readings.of_list(visit.rights, rights.READING_MOVES),
    )
    await readings.record(visit.service.db, seen, [each.reference for each in page.items])
    return page


async def _changed(visit: Visit, found: Revision, told: Sequence[Finding]) -> Sequence[DayChange]:
    """The days that an open revision declares otherwise than the present version."""
    texts = await calendar_texts.texts(visit.service.db)
    wrong = any(each.severity is Severity.ERROR for each in told)
    if found.document is None or wrong or not _open(found) or found.calendar not in texts:
        return ()
    new = wt.compile({**texts, found.calendar: found.document.encode()}, found.calendar)
    return wt.diff(wt.compile(texts, found.calendar), new)
