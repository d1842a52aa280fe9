"""Feedback: given by anybody, forwarded, answered; proposals of units; public answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow, ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.http.unknown_callers import feedback_throttled
from hoso_api.rest.asking import asked, said
from hoso_api.rest.feedback import schemas
from hoso_workflows.feedback import feedback, reading
from hoso_workflows.identity.sealing import Seal

router = APIRouter(prefix="/feedback", tags=["coordination"], route_class=KnownRoute)
public = APIRouter(tags=["public"], route_class=KnownRoute)

FeedbackId = Annotated[UUID, Path(alias="feedback", description="The id of feedback.")]
CHANGES = responses(401, 403, 404, 409, 413, 415)


@public.post(
    "/v1/public/feedback",
    status_code=201,
    response_model=schemas.FeedbackReceipt,
    responses=responses(409, 413, 415, 429),
    dependencies=[Depends(feedback_throttled)],
)
@acts.named("give_feedback")
async def give_feedback(body: schemas.FeedbackGiven, request: Request, service: ServiceNow) -> Response:
    """Say what you think of the service. The answer has a number, and the day until which you are answered."""
    state = request.app.state
    desk = await feedback.desk(service, state.accounts.seal, at=state.clock())
    made = await feedback.give(desk, body.said(), by=None, at=state.clock())
    return Json(await reading.receipt(service.db, made.id), status_code=201)


@public.get("/v1/public/feedback", response_model=schemas.PublicAnswers, responses=responses(400))
@acts.named("list_public_answers")
async def list_public_answers(service: ServiceNow, after: After = None, limit: Limit = 20) -> Response:
    """Answers to feedback that anybody reads, the newest first; nothing of who has asked."""
    page = await reading.published(service.db, limit=limit, after=after)
    return Json(page.answer(lambda each: said(each, schemas.PublicAnswer)))


@public.get(
    "/v1/public/feedback/{feedback}", response_model=schemas.FeedbackReceipt, responses=responses(404)
)
@acts.named("list_public_answers")
async def get_feedback_receipt(identity: FeedbackId, service: ServiceNow) -> Response:
    """The number, term and answer of feedback, for who holds its unguessable id."""
    return Json(await reading.receipt(service.db, identity))


@router.get("", response_model=schemas.FeedbackPage, responses=responses(400, 401, 403, 404))
@acts.named("list_feedback")
async def list_feedback(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="To this unit only.")] = None,
    waiting: Annotated[bool, Query(description="Only that without an answer.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The feedback to your units with its answers, the newest first; what was said is opened for you."""
    page = await reading.read(
        caller.service.db, _seal(caller), asked(caller), unit=unit, waiting=waiting, limit=limit, after=after
    )
    return Json(page.answer(lambda each: said(each, schemas.Feedback)))


@router.post("/proposals", status_code=201, response_model=schemas.Feedback, responses=CHANGES)
@acts.named("propose_improvement")
async def propose_improvement(body: schemas.ImprovementProposed, caller: CallerNow) -> Response:
    """Propose, for your unit, what could be done better."""
    desk = await feedback.desk(caller.service, _seal(caller), at=caller.at)
    made = await feedback.propose(desk, body.unit, body.text, asked(caller))
    return Json(said(made, schemas.Feedback), status_code=201)


@router.post("/{feedback}/forwarding", response_model=schemas.Feedback, responses=CHANGES)
@acts.named("forward_feedback")
async def forward_feedback(
    identity: FeedbackId,
    body: schemas.FeedbackForwarded,
    caller: CallerNow,
) -> Response:
    """Forward feedback to the unit that answers it; its heads are told."""
    found = await feedback.forward(caller.service.db, _seal(caller), identity, body.unit, asked(caller))
    return Json(said(found, schemas.Feedback))


@router.post("/{feedback}/answer", response_model=schemas.Feedback, responses=CHANGES)
@acts.named("answer_feedback")
async def answer_feedback(
    identity: FeedbackId,
    body: schemas.FeedbackAnswer,
    caller: CallerNow,
) -> Response:
    """Answer feedback for your unit, once; with a summary that names nobody, for anybody to read."""
    found = await feedback.answer(
        caller.service.db, _seal(caller), identity, body.answer, asked(caller), summary=body.summary
    )
    return Json(said(found, schemas.Feedback))


def _seal(caller: Caller) -> Seal:
    found: Seal = caller.request.app.state.accounts.seal
    return found
