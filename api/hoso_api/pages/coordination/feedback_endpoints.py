"""Feedback and proposals as pages: read, forwarded, answered, proposed."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.coordination.places import FEEDBACK
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import FeedbackKind
from hoso_workflows import errors
from hoso_workflows.feedback import feedback, reading
from hoso_workflows.identity.sealing import Seal

router = session.router(FEEDBACK)
KINDS: Mapping[FeedbackKind, str] = {
    FeedbackKind.PORTAL: marked("Về cổng"),
    FeedbackKind.PROCEDURE: marked("Về thủ tục"),
    FeedbackKind.DOSSIER: marked("Về hồ sơ"),
    FeedbackKind.PROPOSAL: marked("Đề xuất của cơ quan"),
}
#: Fields of a fault, as the pages name them.
FIELDS = {"answer": "tra-loi", "text": "noi-dung", "unit": "don-vi"}
#: The word of the query for what has no answer.
WAITING = "cho-tra-loi"
FeedbackId = Annotated[UUID, Path(alias="feedback")]


@router.get("")
@acts.named("list_feedback")
async def list_page(
    visit: VisitNow,
    kind: Annotated[str, Query(alias="ngan", max_length=20)] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The feedback to the reader's units, the newest first."""
    waiting = kind == WAITING
    asked, length = places.asked(visit), places.LENGTH
    try:
        found = await reading.read(
            visit.service.db, _seal(visit), asked, waiting=waiting, limit=length, after=after or None
        )
    except errors.BadCursor:
        return RedirectResponse(FEEDBACK, status_code=303)
    return visit.page(
        "coordination/feedback_list.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        waiting=waiting,
        kinds=KINDS,
        proposes=bool(places.units(visit, feedback.PROPOSE)),
    )


@router.get("/de-xuat")
@acts.named("propose_improvement")
async def proposal_page(visit: VisitNow) -> Response:
    """The form of a proposal."""
    await places.require(visit, feedback.PROPOSE)
    return await _proposing(visit, Filled.first(visit))


@router.post("/de-xuat")
@acts.named("propose_improvement")
async def propose(visit: VisitNow, form: FormNow) -> Response:
    """Propose what could be done better; back to the list."""
    try:
        doing.required(form, don_vi=spoken("Chọn đơn vị."), noi_dung=spoken("Ghi nội dung đề xuất."))
        desk = await feedback.desk(visit.service, _seal(visit), at=visit.at)
        unit, text = form.text("don-vi"), form.text("noi-dung")
        made = await doing.carried(
            visit, form, lambda: feedback.propose(desk, unit, text, places.asked(visit)), FIELDS
        )
    except Stopped as stopped:
        return await _proposing(visit, Filled.again(stopped))
    listed = made.unit in places.units(visit, reading.LIST)
    return RedirectResponse(f"{FEEDBACK}/{made.id}" if listed else places.ADDRESS, status_code=303)


@router.get("/{feedback}")
@acts.named("list_feedback")
async def one_feedback_page(identity: FeedbackId, visit: VisitNow) -> Response:
    """One piece of feedback, and the forms that forward and answer it."""
    return await _shown(visit, identity, Filled.first(visit))


@router.post("/{feedback}/chuyen")
@acts.named("forward_feedback")
async def forward(identity: FeedbackId, visit: VisitNow, form: FormNow) -> Response:
    """Forward it to the unit that answers."""
    db, unit = visit.service.db, form.text("don-vi")
    try:
        doing.required(form, don_vi=spoken("Chọn đơn vị."))
        await doing.carried(
            visit,
            form,
            lambda: feedback.forward(db, _seal(visit), identity, unit, places.asked(visit)),
            FIELDS,
        )
    except Stopped as stopped:
        return await _shown(visit, identity, Filled.again(stopped))
    return RedirectResponse(f"{FEEDBACK}/{identity}", status_code=303)


@router.post("/{feedback}/tra-loi")
@acts.named("answer_feedback")
async def answer(identity: FeedbackId, visit: VisitNow, form: FormNow) -> Response:
    """Answer it for the unit."""
    db, text, summary = visit.service.db, form.text("tra-loi"), form.text("tom-tat")
    try:
        doing.required(form, tra_loi=spoken("Ghi nội dung trả lời."))
        await doing.carried(
            visit,
            form,
            lambda: feedback.answer(db, _seal(visit), identity, text, places.asked(visit), summary=summary),
            FIELDS,
        )
    except Stopped as stopped:
        return await _shown(visit, identity, Filled.again(stopped))
    return RedirectResponse(f"{FEEDBACK}/{identity}", status_code=303)


async def _shown(visit: Visit, identity: UUID, form: Filled) -> Response:
    found = await reading.one(visit.service.db, _seal(visit), identity, places.asked(visit))
    forwards = found.unit in places.units(visit, feedback.FORWARD)
    return visit.page(
        "coordination/feedback_one.html",
        form.status,
        here=places.HERE,
        found=found,
        form=form,
        kinds=KINDS,
        units=await places.named(visit) if forwards else [],
        forwards=forwards,
        answers=found.unit in places.units(visit, feedback.ANSWER),
    )


async def _proposing(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "coordination/feedback_new.html",
        form.status,
        here=places.HERE,
        form=form,
        units=await places.choices(visit, feedback.PROPOSE),
    )


def _seal(visit: Visit) -> Seal:
    found: Seal = visit.request.app.state.accounts.seal
    return found
