"""The duty roster of a unit."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

import hoso_calendar as wt
from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.duty_roster import schemas
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import duty_roster, permissions
from hoso_workflows.procedures import reference_data

router = APIRouter(prefix="/units", tags=["units"], route_class=KnownRoute)

Unit = Annotated[Key, Path(description="The unit's code.")]
Day = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)]
#: Days that are shown where no period is asked for.
SHOWN = timedelta(days=13)


@router.get(
    "/{code}/duty-roster", response_model=schemas.DutyRoster, responses=responses(400, 401, 403, 404, 409)
)
@acts.named("get_duty_roster")
async def get_duty_roster(
    code: Unit,
    caller: CallerNow,
    period_from: Annotated[Day, Query(alias="from", description="Today when left out.")] = None,
    period_to: Annotated[Day, Query(alias="to", description="Two weeks when left out.")] = None,
) -> Response:
    """The working days of a unit with who is on duty, for its own officers and those with an office over it."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    calendar = await _calendar(caller.service, code)
    async with caller.refusals("get_duty_roster", code):
        permissions.authorise_people_list(rights, code, "get_duty_roster")
    first = period_from or localtime.local_date(caller.at)
    last = period_to or first + SHOWN
    found = await duty_roster.roster(caller.service.db, calendar, code, first, last, at=caller.at)
    await caller.listed("get_duty_roster", code, rights, [day.day for day in found], unit=code)
    return Json({"items": [duty_roster.said(day) for day in found]})


@router.put(
    "/{code}/duty-roster",
    response_model=schemas.DutyRoster,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("enter_duty_roster")
async def enter_duty_roster(code: Unit, body: schemas.DutyEntries, caller: CallerNow) -> Response:
    """Enter who is on duty on which working days, all or none; answered with the days from the first to the last."""
    db, days = caller.service.db, sorted(each.day for each in body.days)
    calendar = await _calendar(caller.service, code)
    entries = duty_roster.places([(each.day, each.main, each.backup) for each in body.days])
    await duty_roster.enter(db, calendar, code, entries, actor=caller.principal, at=caller.at)
    last = min(days[-1], days[0] + timedelta(days=duty_roster.MOST - 1))
    found = await duty_roster.roster(db, calendar, code, days[0], last, at=caller.at)
    return Json({"items": [duty_roster.said(day) for day in found]})


async def _calendar(service: DossierService, unit: str) -> wt.WorkCalendar:
    await permissions.existing_unit(service.db, unit)
    return await reference_data.calendar_of(service.reference_data, unit)
