"""Duty roster of a desk by month, entered by its head."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.desk import desks, duty
from hoso_api.pages.heads import headship
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.organisation.duty_roster import Entry

router = session.router(duty.ADDRESS)


@router.get("")
@acts.named("get_duty_roster")
async def duty_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=desks.UNIT, max_length=80)] = "",
    month: Annotated[str, Query(alias=duty.MONTH, max_length=7)] = "",
) -> Response:
    """The working days of a month with who is on duty."""
    return await _shown(visit, unit, month, Filled.first(visit))


async def _shown(visit: Visit, unit: str, text: str, form: Filled) -> Response:
    named = await duty.units(visit)
    unit = await desks.chosen(visit, duty.READ, unit, named)
    today = localtime.local_date(visit.at)
    month = duty.Month.of(text, today)
    days = await duty.roster(visit, unit, month)
    await headship.listed(visit, duty.READ, unit, [each.day for each in days])
    enters = duty.enters(visit, unit)
    people = await headship.officers(visit, unit) if enters else ()
    return visit.page(
        "desk/duty.html",
        form.status,
        here="mot-cua",
        units=named,
        unit=unit,
        month=month,
        days=days,
        today=today,
        uncovered=list(duty.uncovered(days, today)),
        empty=not any(each.main or each.backup for each in days),
        ahead=month.last >= today,
        enters=enters,
        people=[("", spoken("Không ai")), *((str(each.id), each.name) for each in people)],
        form=form,
    )


@router.post("")
@acts.named("enter_duty_roster")
async def enter_duty(visit: VisitNow, form: FormNow) -> Response:
    """Say who is on duty on the ticked days; back to the month."""
    unit, month = form.text(desks.UNIT), form.text(duty.MONTH)
    try:
        return await _entered(visit, form, unit, month, duty.entered(form))
    except Stopped as stopped:
        return await _shown(visit, unit, month, Filled.again(stopped))


@router.post("/sao-chep")
@acts.named("enter_duty_roster")
async def copy_duty(visit: VisitNow, form: FormNow) -> Response:
    """Enter the places of the month before, weekday by weekday; back to the month."""
    unit, text = form.text(desks.UNIT), form.text(duty.MONTH)
    today = localtime.local_date(visit.at)
    named, month = await duty.units(visit), duty.Month.of(text, today)
    await desks.chosen(visit, duty.READ, unit, named)
    before, now = await duty.roster(visit, unit, month.before), await duty.roster(visit, unit, month)
    try:
        entries = duty.copied(before, now, today)
        if not entries:
            raise Stopped(form, [Fault(spoken("Tháng trước không có người trực nào để sao chép."))])
        return await _entered(visit, form, unit, text, entries)
    except Stopped as stopped:
        return await _shown(visit, unit, text, Filled.again(stopped))


async def _entered(visit: Visit, form: Form, unit: str, month: str, entries: list[Entry]) -> Response:
    """Raises Stopped, Forbidden."""
    try:
        await duty.enter(visit, unit, entries)
    except errors.FormRefused as refused:
        said = [messages.opening(messages.translated(each.message)) for each in refused.faults]
        raise Stopped(form, [Fault(duty.written(each), duty.DAYS) for each in said]) from refused
    except errors.CalendarEnds as refused:
        raise await acting.stopped(visit, form, "", refused) from refused
    query = urlencode({desks.UNIT: unit, duty.MONTH: month})
    return RedirectResponse(f"{duty.ADDRESS}?{query}", status_code=303)
