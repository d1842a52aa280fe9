"""Absences in a unit: who acts for whom, entered and ended by its head."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.heads import headship
from hoso_api.pages.shared import acting, session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import register
from hoso_workflows.organisation.register import commands

#: Fields of the forms, as their page names them.
ABSENT, ACTING, SINCE, UNTIL, REASON, LAST = (
    "nguoi-vang",
    "lam-thay",
    "tu-ngay",
    "den-ngay",
    "ly-do",
    "ngay-cuoi",
)
#: The field of a fault of the command, and of a refusal.
BY_FIELD = {"acting": ACTING, "valid_to": UNTIL, "valid_from": SINCE, "reason": REASON, "last_day": LAST}
BY_SLUG = {"overlapping": SINCE}
router = session.router("/noi-bo/don-vi/{unit}/vang-mat")
UnitCode = Annotated[Key, Path()]


@router.get("")
@acts.named("list_substitutions")
async def absences_page(unit: UnitCode, visit: VisitNow) -> Response:
    """The absences of the unit's officers, of today and to come."""
    return await _shown(visit, await headship.of(visit, unit, "list_substitutions"), Filled.first(visit))


@router.post("")
@acts.named("enter_substitution")
async def enter_absence(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """Say who acts for an absent officer in this unit."""
    found = await headship.of(visit, unit, "enter_substitution")
    try:
        form.require_legible()
        command = commands.EnterSubstitution(
            absent=_chosen(form, ABSENT, spoken("Chọn người vắng mặt.")),
            acting=_chosen(form, ACTING, spoken("Chọn người làm thay.")),
            valid_from=typed.day(form, SINCE),
            valid_to=typed.day(form, UNTIL),
            reason=form.text(REASON),
            unit=unit,
        )
        return await _done(visit, found, form, command)
    except Stopped as stopped:
        return await _shown(visit, found, Filled.again(stopped))


@router.post("/{entry}/ket-thuc")
@acts.named("end_substitution")
async def end_absence(unit: UnitCode, entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Set the last day of an absence."""
    found = await headship.of(visit, unit, "end_substitution")
    try:
        form.require_legible()
        command = commands.EndSubstitution(substitution=entry, last_day=_last_day(visit, form))
        return await _done(visit, found, form, command)
    except Stopped as stopped:
        return await _shown(visit, found, Filled.again(stopped))


async def _done(visit: Visit, unit: headship.Unit, form: Form, command: commands.Command) -> Response:
    """Carry the act out, and back to the list. Raises Stopped."""
    try:
        await register.perform(visit.service.db, [command], register.Asker(visit.principal), visit.at)
    except errors.Refusal as refused:
        stopped = await acting.stopped(visit, form, "", refused, fields=BY_SLUG)
        stopped.__cause__ = refused
        raise typed.placed(stopped, BY_FIELD) from refused
    return RedirectResponse(f"/noi-bo/don-vi/{unit.code}/vang-mat", status_code=303)


def _chosen(form: Form, field: str, missing: str) -> str:
    if not form.text(field):
        raise Stopped(form, [Fault(missing, field)])
    return form.text(field)


def _last_day(visit: Visit, form: Form) -> date:
    return typed.day_said(form, LAST) or localtime.local_date(visit.at)


async def _shown(visit: Visit, unit: headship.Unit, form: Filled) -> Response:
    people = await headship.officers(visit, unit.code)
    return visit.page(
        "heads/absences.html",
        form.status,
        here="don-vi",
        unit=unit,
        absences=await headship.absences(visit, unit.code),
        people=[(str(each.id), each.name) for each in people],
        today=localtime.local_date(visit.at),
        form=form,
        first=Filled(),
    )
