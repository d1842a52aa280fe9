"""Calendars of the house, and the way of their revisions."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.calendars import schemas
from hoso_calendar.messages import say
from hoso_workflows.calendars import (
    application,
    closures,
    documents,
    preview,
    register,
    revisions,
)
from hoso_workflows.calendars.revisions import Entry, Revision
from hoso_workflows.organisation import calendar_texts, permissions

router = APIRouter(prefix="/calendars", tags=["calendars"], route_class=KnownRoute)

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The calendar's id, as in ha-tinh.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The revision's number.")]
Basis = Annotated[
    str | None,
    Query(max_length=300, description="The decision or law that orders it; JSON has it in its body."),
]

TOML, ICS, JSON = "application/toml", "text/calendar", "application/json"
BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            TOML: {"schema": {"type": "string"}},
            ICS: {"schema": {"type": "string"}},
            JSON: {"schema": schemas.inlined(schemas.CalendarForm)},
        },
    }
}
CHANGES = responses(401, 403, 404, 409)


@router.get("", response_model=schemas.CalendarPage, responses=responses(400, 401, 403))
@acts.named("list_calendars")
async def list_calendars(officer: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The calendars of the house with the last day that each covers, by their ids."""
    page = await register.search(officer.service.db, limit=limit, after=after)
    return Json(page.answer(asdict))


@router.post(
    "",
    status_code=201,
    response_model=schemas.Calendar,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("create_calendar")
async def create_calendar(body: schemas.NewCalendar, caller: CallerNow) -> Response:
    """Enter a calendar; its first revision gives it a text."""
    made = await register.create(
        caller.service.db, body.id, body.name, unit=body.unit, actor=caller.principal, at=caller.at
    )
    return Json(asdict(made), status_code=201)


@router.post(
    "/closures",
    status_code=201,
    response_model=schemas.CalendarRevisions,
    responses=responses(401, 403, 404, 413, 415),
)
@acts.named("close_units")
async def close_units(body: schemas.ClosureEntry, caller: CallerNow) -> Response:
    """Days on which a unit and those below it do not work at once: a draft for each calendar that they keep."""
    closure = closures.Closure(
        body.unit, body.from_, body.to, body.name, body.basis, body.announced, body.below
    )
    made = await closures.enter(caller.service.db, closure, actor=caller.principal, at=caller.at)
    return Json({"items": [_revision(each) for each in made]}, status_code=201)


@router.get("/{calendar}", response_model=schemas.Calendar, responses=responses(401, 403, 404))
@acts.named("get_calendar")
async def get_calendar(calendar: Id, officer: CallerNow) -> Response:
    """One calendar: whose it is, what it extends, and the last day that it covers."""
    return Json(asdict(await register.calendar(officer.service.db, calendar)))


@router.get(
    "/{calendar}/versions",
    response_model=schemas.CalendarRevisionPage,
    responses=responses(400, 401, 403, 404),
)
@acts.named("list_calendar_revisions")
async def list_calendar_revisions(
    calendar: Id,
    officer: CallerNow,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The revisions of a calendar, the newest first."""
    page = await revisions.search(officer.service.db, calendar, limit=limit, after=after)
    return Json(page.answer(_revision))


@router.post(
    "/{calendar}/versions",
    status_code=201,
    response_model=schemas.CalendarRevision,
    responses=responses(401, 403, 404, 413, 415),
    openapi_extra=BODIES,
)
@acts.named("enter_calendar_revision")
async def enter_calendar_revision(
    calendar: Id,
    request: Request,
    caller: CallerNow,
    basis: Basis = None,
) -> Response:
    """Enter a draft: the calendar as TOML, its days as iCalendar, or rows and units as JSON."""
    entry = await _entry(calendar, request, caller, basis or "")
    made = await revisions.enter(caller.service.db, calendar, entry, actor=caller.principal, at=caller.at)
    return Json(_revision(made), status_code=201)


async def _entry(calendar: str, request: Request, caller: Caller, basis: str) -> Entry:
    """The entry of a body. Raises 415 for a kind of content that is none of the three."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind == TOML:
        return Entry(body, basis)
    if kind == ICS:
        return Entry(await revisions.of_ics(caller.service.db, calendar, body), basis)
    if kind != JSON:
        raise HTTPException(415, say("Send {kinds}.", kinds=", ".join((TOML, ICS, JSON))))
    try:
        form = schemas.CalendarForm.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        ) from None
    given = form.model_dump(mode="python", by_alias=True, exclude={"basis", "units"}, exclude_none=True)
    rows = {key: value for key, value in given.items() if value not in ([], False)}
    if form.title:
        rows["name"] = rows.pop("title")
    if not rows:
        return Entry(None, form.basis, tuple(form.units))
    texts = await calendar_texts.texts(caller.service.db)
    document = documents.of_form(calendar, rows, texts.get(calendar))
    return Entry(document, form.basis, tuple(form.units))


@router.get(
    "/{calendar}/versions/{number}",
    response_model=schemas.CalendarRevision,
    responses=responses(401, 403, 404),
)
@acts.named("get_calendar_revision")
async def get_calendar_revision(calendar: Id, number: Number, officer: CallerNow) -> Response:
    """One revision with its text, and where it stands."""
    return Json(_revision(await revisions.revision(officer.service.db, calendar, number)))


@router.get(
    "/{calendar}/versions/{number}/check",
    response_model=schemas.CalendarFindings,
    responses=responses(401, 403, 404),
)
@acts.named("check_calendar_revision")
async def check_calendar_revision(calendar: Id, number: Number, officer: CallerNow) -> Response:
    """Findings about a revision's text: errors forbid its preview, warnings are for who approves it."""
    found = await revisions.check(officer.service.db, calendar, number, at=officer.at)
    return Json({"items": [asdict(each) for each in found]})


@router.post(
    "/{calendar}/versions/{number}/preview", response_model=schemas.CalendarRevision, responses=CHANGES
)
@acts.named("preview_calendar_revision", only_asks=True)
async def preview_calendar_revision(calendar: Id, number: Number, caller: CallerNow) -> Response:
    """Find the open dossiers that a draft moves; repeated until `preview.complete`, it goes on where it was."""
    made = await preview.make(caller.service, calendar, number, actor=caller.principal, at=caller.at)
    return Json(_revision(made))


@router.get(
    "/{calendar}/versions/{number}/preview",
    response_model=schemas.MovedDossierPage,
    responses=responses(400, 401, 403, 404),
)
@acts.named("list_calendar_moves")
async def list_calendar_moves(
    calendar: Id,
    number: Number,
    caller: CallerNow,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The open dossiers that a revision moves, as its preview found them: each date from and to."""
    db = caller.service.db
    found = await revisions.revision(db, calendar, number)
    subject = f"{calendar}/{number}"
    async with caller.refusals("list_calendar_moves", subject):
        await preview.may_read(db, found, actor=caller.principal, at=caller.at)
    page = await preview.moves(db, found, limit=limit, after=after)
    rights = await permissions.held(db, caller.principal, caller.at)
    await caller.listed("list_calendar_moves", subject, rights, [each.reference for each in page.items])
    return Json(page.answer(asdict))


@router.post(
    "/{calendar}/versions/{number}/approval",
    response_model=schemas.CalendarRevision,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("approve_calendar_revision")
async def approve_calendar_revision(
    calendar: Id,
    number: Number,
    body: schemas.PreviewApproval,
    caller: CallerNow,
) -> Response:
    """Approve a draft as its preview showed it; those who entered it cannot."""
    approved = await revisions.approve(
        caller.service.db, calendar, number, preview=body.preview, actor=caller.principal, at=caller.at
    )
    return Json(_revision(approved))


@router.post(
    "/{calendar}/versions/{number}/activation", response_model=schemas.CalendarRevision, responses=CHANGES
)
@acts.named("apply_calendar_revision")
async def apply_calendar_revision(calendar: Id, number: Number, caller: CallerNow) -> Response:
    """Count by the revision from now on and move the open dossiers; repeated until `applied`, it goes on where it was."""
    applied = await application.apply(caller.service, calendar, number, actor=caller.principal, at=caller.at)
    return Json(_revision(applied))


def _revision(found: Revision) -> dict[str, Any]:
    return {name: getattr(found, name) for name in schemas.CalendarRevision.model_fields}
