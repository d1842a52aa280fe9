"""Evaluation sheets as pages: figures, marks by hand with a reason, made final."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.coordination import indicator_words, places
from hoso_api.pages.coordination.places import EVALUATIONS
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.coordination import evaluation, indicators
from hoso_workflows.coordination.evaluation import Sheet
from hoso_workflows.coordination.indicators import Group

router = session.router(EVALUATIONS)
FIELDS = {"unit": "don-vi", "period_from": "tu-ngay", "period_to": "den-ngay", "sheet-final": "don-vi"}
SheetId = Annotated[UUID, Path()]


@router.get("")
@acts.named("list_evaluations")
async def sheets_page(
    visit: VisitNow, after: Annotated[str, Query(alias="sau", max_length=200)] = ""
) -> Response:
    """The sheets of the reader's units, with the form that opens one."""
    try:
        return await _listed(visit, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(EVALUATIONS, status_code=303)


@router.post("")
@acts.named("open_evaluation")
async def open_sheet(visit: VisitNow, form: FormNow) -> Response:
    """Open the sheet of a unit and a period, or count it anew."""
    try:
        made = await _opened(visit, form)
    except Stopped as stopped:
        return await _listed(visit, Filled.again(stopped))
    return RedirectResponse(f"{EVALUATIONS}/{made.id}", status_code=303)


@router.get("/{sheet}")
@acts.named("list_evaluations")
async def sheet_page(sheet: SheetId, visit: VisitNow) -> Response:
    """A sheet with its indicators."""
    found = await evaluation.one(visit.service.db, sheet, places.asked(visit))
    return _shown(visit, found, Filled.first(visit))


@router.get("/{sheet}/{indicator}")
@acts.named("mark_evaluation")
async def mark_page(sheet: SheetId, indicator: Annotated[Key, Path()], visit: VisitNow) -> Response:
    """The form of a mark by hand."""
    found = await evaluation.one(visit.service.db, sheet, places.asked(visit))
    await places.require(visit, evaluation.MARK, found.unit)
    return _marking(visit, found, indicator, Filled.first(visit))


@router.post("/{sheet}/chot")
@acts.named("finalise_evaluation")
async def finalise(sheet: SheetId, visit: VisitNow, form: FormNow) -> Response:
    """Make a sheet final."""
    db, asked = visit.service.db, places.asked(visit)
    try:
        await doing.carried(visit, form, lambda: evaluation.finalise(db, sheet, asked), {})
    except Stopped as stopped:
        return _shown(visit, await evaluation.one(db, sheet, asked), Filled.again(stopped))
    return RedirectResponse(f"{EVALUATIONS}/{sheet}", status_code=303)


@router.post("/{sheet}/{indicator}")
@acts.named("mark_evaluation")
async def mark(sheet: SheetId, indicator: Annotated[Key, Path()], visit: VisitNow, form: FormNow) -> Response:
    """Give an indicator a mark by hand."""
    db, asked = visit.service.db, places.asked(visit)
    fields = {"points": "diem", "reason": "ly-do"}
    try:
        doing.required(form, diem=spoken("Ghi số điểm."), ly_do=spoken("Ghi lý do."))
        points, reason = places.figure(form, "diem"), form.text("ly-do")
        await doing.carried(
            visit, form, lambda: evaluation.mark(db, sheet, indicator, points, reason, asked), fields
        )
    except Stopped as stopped:
        return _marking(visit, await evaluation.one(db, sheet, asked), indicator, Filled.again(stopped))
    return RedirectResponse(f"{EVALUATIONS}/{sheet}#{indicator}", status_code=303)


async def _opened(visit: Visit, form: Form) -> Sheet:
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị."),
        tu_ngay=spoken("Ghi ngày đầu kỳ."),
        den_ngay=spoken("Ghi ngày cuối kỳ."),
    )
    unit, first, last = form.text("don-vi"), typed.day(form, "tu-ngay"), typed.day(form, "den-ngay")
    db, asked = visit.service.db, places.asked(visit)
    return await doing.carried(
        visit, form, lambda: evaluation.open_sheet(db, unit, first, last, asked), FIELDS
    )


async def _listed(visit: Visit, form: Filled, after: str = "") -> Response:
    found = await evaluation.read(
        visit.service.db, places.asked(visit), limit=places.LENGTH, after=after or None
    )
    return visit.page(
        "coordination/evaluations.html",
        form.status,
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        groups=indicator_words.GROUPS,
        units=await places.choices(visit, evaluation.OPEN),
        opens=bool(places.units(visit, evaluation.OPEN)),
        form=form,
    )


def _shown(visit: Visit, sheet: Sheet, form: Filled) -> Response:
    return visit.page(
        "coordination/evaluation.html",
        form.status,
        here=places.HERE,
        sheet=sheet,
        groups=[(group, *indicator_words.GROUPS[group], indicators.BASES[group]) for group in Group],
        names=indicator_words.INDICATORS,
        grades=indicator_words.GRADES,
        marks=sheet.final_at is None and sheet.unit in places.units(visit, evaluation.MARK),
        form=form,
    )


def _marking(visit: Visit, sheet: Sheet, indicator: str, form: Filled) -> Response:
    lines = {line.indicator.name: line for group in Group for line in sheet.lines(group)}
    if indicator not in lines:
        raise errors.NotFound("indicator", indicator)
    return visit.page(
        "coordination/mark.html",
        form.status,
        here=places.HERE,
        sheet=sheet,
        line=lines[indicator],
        name=indicator_words.INDICATORS[indicator][0],
        form=form,
    )
