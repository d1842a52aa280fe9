"""Statistics of services for anybody, from 1 January to now."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.statistics import schemas, views
from hoso_calendar.messages import say
from hoso_workflows import errors, localtime
from hoso_workflows.reports import statistics

public = APIRouter(tags=["public"], route_class=KnownRoute)

Year = Annotated[
    int | None, Query(ge=2000, le=2999, description="This year where left out; at most four years back.")
]
Unit = Annotated[Key | None, Query(description="Only what this unit handles.")]
FieldName = Annotated[str | None, Query(max_length=200, description="Only procedures of this field.")]


@public.get("/v1/public/statistics", response_model=schemas.PublicStatistics, responses=responses())
@acts.named("read_statistics")
async def read_statistics(
    request: Request,
    service: ServiceNow,
    year: Year = None,
    unit: Unit = None,
    field: FieldName = None,
) -> Response:
    """Dossiers received and resolved online and in all, and satisfaction, by procedure."""
    at = request.app.state.clock()
    year = year or localtime.local_date(at).year
    open_years = statistics.years(at)
    if year not in open_years:
        said = say("name a year from {first} to {last}", first=open_years[0], last=open_years[-1])
        raise errors.FormRefused([errors.Fault("year", said)])
    figures = service.reference_data.figures
    whole = await statistics.of_year(service.db, year, at=at, figures=figures)
    return Json(views.document(whole.narrowed(unit, field)))
