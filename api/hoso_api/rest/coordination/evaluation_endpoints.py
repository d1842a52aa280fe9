"""Evaluation sheets of units: opened, marked by hand, made final."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked
from hoso_api.rest.coordination import schemas
from hoso_workflows.coordination import evaluation, evaluation_views

router = APIRouter(prefix="/evaluations", tags=["coordination"], route_class=KnownRoute)

CHANGES = responses(401, 403, 404, 409, 413, 415)
SheetId = Annotated[UUID, Path(description="The id of an evaluation sheet.")]


@router.get("", response_model=schemas.EvaluationSheets, responses=responses(400, 401, 403, 404))
@acts.named("list_evaluations")
async def list_evaluations(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="Of this unit only.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The evaluation sheets of your units, the newest period first."""
    page = await evaluation.read(caller.service.db, asked(caller), unit=unit, limit=limit, after=after)
    return Json(page.answer(evaluation_views.shown))


@router.post("", status_code=201, response_model=schemas.EvaluationSheet, responses=CHANGES)
@acts.named("open_evaluation")
async def open_evaluation(body: schemas.EvaluationPeriod, caller: CallerNow) -> Response:
    """Open the sheet of a unit and a period, or count its figures anew.

    What the data do not carry stays null.
    """
    made = await evaluation.open_sheet(
        caller.service.db, body.unit, body.period_from, body.period_to, asked(caller)
    )
    return Json(evaluation_views.shown(made), status_code=201)


@router.get("/{sheet}", response_model=schemas.EvaluationSheet, responses=responses(401, 403, 404))
@acts.named("list_evaluations")
async def get_evaluation(sheet: SheetId, caller: CallerNow) -> Response:
    """An evaluation sheet of your units."""
    return Json(evaluation_views.shown(await evaluation.one(caller.service.db, sheet, asked(caller))))


@router.put("/{sheet}/marks/{indicator}", response_model=schemas.EvaluationSheet, responses=CHANGES)
@acts.named("mark_evaluation")
async def mark_evaluation(
    sheet: SheetId,
    indicator: Annotated[Key, Path(description="The name of an indicator.")],
    body: schemas.EvaluationPoints,
    caller: CallerNow,
) -> Response:
    """Give an indicator a mark by hand, with its reason. It goes before the points of the data."""
    found = await evaluation.mark(
        caller.service.db, sheet, indicator, body.points, body.reason, asked(caller)
    )
    return Json(evaluation_views.shown(found))


@router.post("/{sheet}/finalisation", response_model=schemas.EvaluationSheet, responses=CHANGES)
@acts.named("finalise_evaluation")
async def finalise_evaluation(sheet: SheetId, caller: CallerNow) -> Response:
    """Count the figures a last time and make the sheet final. Its period is over."""
    return Json(evaluation_views.shown(await evaluation.finalise(caller.service.db, sheet, asked(caller))))
