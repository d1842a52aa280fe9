"""Calls upon units as pages, made and answered."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.coordination.places import DOSSIERS, UNIT, URGINGS
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_models import UrgingKind
from hoso_workflows import errors
from hoso_workflows.coordination import urgings
from hoso_workflows.coordination.urgings import Call, Urging

router = session.router(URGINGS)
FIELDS = {"unit": UNIT, "text": "noi-dung", "term": "thoi-han", "dossiers": DOSSIERS}
ANSWER = {"answer": "tra-loi"}
#: The word of the query for calls without an answer.
WAITING = "cho-tra-loi"
#: The term with which the form begins, as terms are written.
USUAL = "5 ngày làm việc"
UrgingId = Annotated[UUID, Path()]


@router.get("")
@acts.named("list_urgings")
async def urgings_page(
    visit: VisitNow,
    kind: Annotated[str, Query(alias="ngan", max_length=20)] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The calls upon the reader's units, the newest first."""
    waiting = kind == WAITING
    try:
        found = await urgings.read(
            visit.service.db, places.asked(visit), waiting=waiting, limit=places.LENGTH, after=after or None
        )
    except errors.BadCursor:
        return RedirectResponse(URGINGS, status_code=303)
    return visit.page(
        "coordination/urgings.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        waiting=waiting,
        kinds=places.URGING_KINDS,
        urges=bool(places.units(visit, urgings.URGE)),
    )


@router.get("/moi")
@acts.named("urge_unit")
async def call_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=UNIT, max_length=80)] = "",
    dossiers: Annotated[str, Query(alias=DOSSIERS, max_length=2000)] = "",
) -> Response:
    """The form of a call upon a unit; the board names unit and dossiers."""
    await places.require(visit, urgings.URGE, unit or None)
    return await _calling(visit, Filled.first(visit, **{UNIT: unit, DOSSIERS: dossiers, "thoi-han": USUAL}))


@router.post("/moi")
@acts.named("urge_unit")
async def urge(visit: VisitNow, form: FormNow) -> Response:
    """Call upon a unit."""
    try:
        made = await _urged(visit, form)
    except Stopped as stopped:
        return await _calling(visit, Filled.again(stopped))
    return RedirectResponse(f"{URGINGS}/{made.id}", status_code=303)


@router.get("/{urging}")
@acts.named("list_urgings")
async def urging_page(urging: UrgingId, visit: VisitNow) -> Response:
    """One call, and the form of its answer."""
    return _shown(
        visit, await urgings.one(visit.service.db, urging, places.asked(visit)), Filled.first(visit)
    )


@router.post("/{urging}/tra-loi")
@acts.named("answer_urging")
async def answer(urging: UrgingId, visit: VisitNow, form: FormNow) -> Response:
    """Answer for the unit."""
    db, asked = visit.service.db, places.asked(visit)
    try:
        doing.required(form, tra_loi=spoken("Ghi nội dung trả lời."))
        text = form.text("tra-loi")
        await doing.carried(visit, form, lambda: urgings.answer(db, urging, text, asked), ANSWER)
    except Stopped as stopped:
        return _shown(visit, await urgings.one(db, urging, asked), Filled.again(stopped))
    return RedirectResponse(f"{URGINGS}/{urging}", status_code=303)


async def _urged(visit: Visit, form: Form) -> Urging:
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị."),
        noi_dung=spoken("Ghi nội dung đôn đốc, kiểm tra."),
        thoi_han=spoken("Ghi thời hạn trả lời."),
    )
    if form.text("loai") not in set(UrgingKind):
        raise Stopped(form, [Fault(spoken("Chọn đôn đốc hoặc kiểm tra."), "loai")])
    dossiers = tuple(re.split(r"[\s,;]+", form.text(DOSSIERS)))
    kind, unit = UrgingKind(form.text("loai")), form.text(UNIT)
    call = Call(kind, unit, form.text("noi-dung"), form.text("thoi-han"), dossiers)
    db, days = visit.service.db, await places.calendar(visit, unit)
    return await doing.carried(visit, form, lambda: urgings.urge(db, days, call, places.asked(visit)), FIELDS)


async def _calling(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "coordination/urging_new.html",
        form.status,
        here=places.HERE,
        form=form,
        units=await places.choices(visit, urgings.URGE),
        kinds=list(places.URGING_KINDS.items()),
    )


def _shown(visit: Visit, found: Urging, form: Filled) -> Response:
    return visit.page(
        "coordination/urging.html",
        form.status,
        here=places.HERE,
        urging=found,
        form=form,
        kinds=places.URGING_KINDS,
        answers=found.unit in places.units(visit, urgings.ANSWER),
    )
