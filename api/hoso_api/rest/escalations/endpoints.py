"""The escalation ladder, the preview of its next sweep, and what was told."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.escalations import schemas
from hoso_calendar.messages import translated
from hoso_workflows import localtime
from hoso_workflows.ladder import acts as ladder_acts
from hoso_workflows.ladder import rungs as ladder
from hoso_workflows.ladder import words as ladder_words
from hoso_workflows.ladder.rungs import Rung
from hoso_workflows.monitoring import (
    escalation,
    escalation_ladder,
    escalation_preview,
    escalations_told,
)
from hoso_workflows.notifications import email
from hoso_workflows.operation import sweep_progress
from hoso_workflows.organisation import permissions

router = APIRouter(prefix="/escalations", tags=["escalations"])
rungs = APIRouter(prefix="/ladders", tags=["escalations"], route_class=KnownRoute)

Day = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="Today when left out.")]


@router.get("/ladder", response_model=schemas.EscalationLadder, responses=responses(401, 403))
@acts.named("get_escalation_ladder")
async def get_escalation_ladder(caller: CallerNow, day: Day = None) -> Response:
    """The rungs of the ladder that are in force on a day, with the ways of telling."""
    db, when = caller.service.db, day or localtime.local_date(caller.at)
    swept = await sweep_progress.last(db)
    return Json(
        {
            "rungs": [_rung(each) for each in await ladder.in_force(db, when)],
            "day": when,
            "heads": list(escalation.HEADS),
            "channels": escalation_ladder.channels(email.MailSettings.read()),
            "swept_at": swept[sweep_progress.Sweep.ESCALATE],
        }
    )


@router.get("/preview", response_model=schemas.EscalationPreview, responses=responses(400, 401, 403))
@acts.named("preview_escalations")
async def preview_escalations(caller: CallerNow, limit: Limit = 50, after: After = None) -> Response:
    """The notices that a sweep would send now, of the units that you administer; nothing is sent."""
    service = caller.service
    rights, units = await _scope(caller, "preview_escalations")
    scope = await service.reference_data.scope(rights, "preview_escalations")
    asked = service.db, await service.reference_data.unit_calendars(), units, scope
    page = await escalation_preview.preview(*asked, at=caller.at, limit=limit, after=after)
    await caller.listed("preview_escalations", None, rights, [each.id for each in page.items])
    counted = await escalation_preview.counted(*asked, caller.at)
    return Json({**page.answer(_foreseen), "counted_only": counted})


@router.get("", response_model=schemas.ToldEscalations, responses=responses(400, 401, 403))
@acts.named("list_escalations")
async def list_escalations(caller: CallerNow, limit: Limit = 50, after: After = None) -> Response:
    """The notices of the last 30 days, of the units that you administer; the newest first."""
    rights, units = await _scope(caller, "list_escalations")
    asked = caller.service.db, units, await caller.service.reference_data.scope(rights, "list_escalations")
    page = await escalations_told.search(*asked, at=caller.at, limit=limit, after=after)
    await caller.listed("list_escalations", None, rights, [each.id for each in page.items])
    counted = await escalations_told.counted(*asked, caller.at)
    return Json({**page.answer(_told), "counted_only": counted})


@router.post("/sweep", response_model=schemas.EscalationSweep, responses=responses(401, 403))
@acts.named("sweep_escalations")
async def sweep_escalations(caller: CallerNow) -> Response:
    """Let the sweep run now that runs every few minutes by itself. Twice at once tells nobody twice."""
    service = caller.service
    await _scope(caller, "sweep_escalations")
    swept = await escalation_ladder.sweep_by_hand(service, actor=caller.principal, at=caller.at)
    reached = {str(level): number for level, number in swept.reached.items()}
    named = {name: getattr(swept, name) for name in schemas.EscalationSweep.model_fields}
    return Json({**named, "reached": reached})


@rungs.get("", response_model=schemas.EscalationRungs, responses=responses(401, 403))
@acts.named("list_rungs")
async def list_rungs(caller: CallerNow) -> Response:
    """Every rung of the ladder: in force, to come, and ended."""
    return Json({"items": [_rung(each) for each in await ladder.every(caller.service.db)]})


@rungs.post(
    "", response_model=schemas.EnteredRung, status_code=201, responses=responses(401, 403, 404, 409, 413, 415)
)
@acts.named("enter_rung")
async def enter_rung(body: schemas.NewRung, caller: CallerNow) -> Response:
    """Enter a rung from a day on. For a unit by who administers it, for all units by who administers the top."""
    async with caller.refusals("enter_rung", body.unit):
        entered = await ladder_acts.enter(
            caller.service.db, ladder_acts.Wanted(**dict(body)), actor=caller.principal, at=caller.at
        )
    return Json({"id": entered}, 201)


@rungs.post("/{rung}/end", response_model=schemas.EnteredRung, responses=responses(401, 403, 404, 413, 415))
@acts.named("end_rung")
async def end_rung(
    rung: Annotated[UUID, Path(description="The rung's id.")], body: schemas.RungEnd, caller: CallerNow
) -> Response:
    """Set the last day of a rung. The day before its first takes it back."""
    async with caller.refusals("end_rung", str(rung)):
        await ladder_acts.end(caller.service.db, rung, body.last_day, actor=caller.principal, at=caller.at)
    return Json({"id": rung})


def _rung(each: Rung) -> dict[str, Any]:
    """A rung with its sentences."""
    words = {"when": translated(ladder_words.when(each)), "to": translated(ladder_words.to(each))}
    return {**asdict(each), **words, "limits": [translated(said) for said in ladder_words.scope(each)]}


async def _scope(caller: Caller, act: str) -> tuple[permissions.Rights, list[str]]:
    """The rights of the caller, and the units of which the act tells. Raises Forbidden."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    async with caller.refusals(act):
        return rights, permissions.administered_units(rights, act)


def _foreseen(each: escalation_preview.Foreseen) -> dict[str, Any]:
    return {**_common(each, each.id), "subject": each.kind, "id": each.id, "cycle": each.cycle}


def _told(each: escalations_told.Told) -> dict[str, Any]:
    return {**_common(each, each.obligation), "id": each.id, "at": each.at, "delivery": each.delivery}


def _common(each: escalation_preview.Foreseen | escalations_told.Told, report: UUID | None) -> dict[str, Any]:
    who = {"id": each.recipient, "name": each.recipient_name} if each.recipient else None
    return {
        "level": each.level,
        "dossier": {"reference": each.reference, "code": each.code, "procedure": each.procedure}
        if each.reference
        else None,
        "report": {"id": report, "name": each.report, "period": each.period} if each.report else None,
        "unit": {"code": each.unit, "name": each.unit_name},
        "step": each.step,
        "due": each.due,
        "recipient": who,
    }
