"""Competences of units: list and acts."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key, Name
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest import register_acts
from hoso_api.rest.competences import schemas
from hoso_api.rest.roles.schemas import LastDay
from hoso_workflows.organisation.register import commands, lists

router = APIRouter(prefix="/competences", tags=["register"], route_class=KnownRoute)

Entry = Annotated[UUID, Path(description="The entry's id.")]


@router.get("", response_model=schemas.CompetencePage, responses=responses(400, 401))
@acts.named("list_competences")
async def list_competences(
    caller: CallerNow,
    procedure: Annotated[Key | None, Query(description="Only those for this procedure.")] = None,
    field: Annotated[Name | None, Query(description="Only those for this field.")] = None,
    unit: Annotated[Key | None, Query(description="Only those of this unit.")] = None,
    on: Annotated[date | None, Query(description="Only those that hold on this day.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Competences of units, open to everybody with a token."""
    page = await lists.competences(
        caller.service.db, procedure=procedure, field=field, unit=unit, on=on, limit=limit, after=after
    )
    return Json(page.answer(asdict))


@router.post("", **register_acts.documented(201))
@acts.named("give_competence")
async def give_competence(body: schemas.CompetenceGift, caller: CallerNow) -> Response:
    """Make a unit competent for a part of a procedure, or of a field's procedures."""
    return await register_acts.perform(caller, commands.GiveCompetence(**dict(body)), status=201)


@router.post("/{entry}/end", **register_acts.documented())
@acts.named("end_competence")
async def end_competence(entry: Entry, body: LastDay, caller: CallerNow) -> Response:
    """Set the last day of a competence."""
    return await register_acts.perform(
        caller, commands.EndCompetence(competence=entry, last_day=body.last_day)
    )
