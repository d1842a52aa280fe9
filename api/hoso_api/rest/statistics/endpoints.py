"""Statistics of services for anybody, from 1 January to now."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.statistics import schemas
from hoso_calendar.messages import say
from hoso_workflows import errors, localtime
from hoso_workflows.reports import statistics
from hoso_workflows.reports.statistics import Line, Served

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
    found = whole.narrowed(unit, field)
    return Json(
        {
            "year": found.year,
            "counted_at": found.counted_at,
            "fewest_ratings": statistics.FEWEST,
            "lines": [_line(each) for each in found.by_procedure],
            "total": _figures(found.total),
        }
    )


def _line(each: Line) -> dict[str, Any]:
    said = {"procedure": each.procedure, "procedure_name": each.procedure_name, "field": each.field_name}
    return {**said, **_figures(each)}


def _figures(each: Served) -> dict[str, Any]:
    return {
        "online": each.online,
        "online_resolved": each.online_resolved,
        "online_on_time": each.online_on_time,
        "on_time": each.on_time or None,
        "received": each.received,
        "ratings": each.rated.rated,
        "few": each.few,
        "satisfaction": each.rated.share or None,
        "convenience": each.rated.convenience or None,
        "timeliness": each.rated.timeliness or None,
        "attitude": each.rated.attitude or None,
    }
