"""Roles of officers: given and ended; offices confirmed or rejected by a second person."""

from uuid import UUID

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.register import administering, doing, people, person_endpoints, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import localtime
from hoso_workflows.organisation import register
from hoso_workflows.organisation.register import commands

router = session.router(people.ADDRESS)
#: The field of the page for each field of a command, and for refusals.
FIELDS = {
    "unit": "don-vi",
    "unit-closed": "don-vi",
    "role": "vai-tro",
    "overlapping": "tu-ngay",
    "valid_from": "tu-ngay",
    "valid_to": "den-ngay",
    "last_day": "ngay-cuoi",
}


@router.get("/{person}/vai-tro")
@acts.named("give_role")
async def role_page(person: UUID, visit: VisitNow) -> Response:
    """The form that gives an officer a role."""
    return await _giving(visit, person, Filled.first(visit))


@router.post("/{person}/vai-tro")
@acts.named("give_role")
async def add_role(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give a role; an office that needs a second person becomes a proposal."""
    await people.record(visit, person, "get_person")
    try:
        other = form.text("vai-tro-khac")
        if not other:
            doing.required(form, vai_tro=spoken("Chọn vai trò."))
        doing.required(form, don_vi=spoken("Chọn đơn vị."))
        command = commands.GiveRole(
            person=str(person),
            unit=form.text("don-vi"),
            role=other or form.text("vai-tro"),
            valid_from=doing.day(visit, form, "tu-ngay"),
            valid_to=typed.day_said(form, "den-ngay"),
            basis=form.text("can-cu") or None,
        )
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _giving(visit, person, Filled.again(stopped))
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


@router.post("/{person}/vai-tro/{entry}/ket-thuc")
@acts.named("end_role")
async def finish_role(person: UUID, entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Set the last day of a role; today where none is written."""
    await people.record(visit, person, "get_person")
    try:
        last = doing.day(visit, form, "ngay-cuoi")
        done = await doing.perform(visit, form, [commands.EndRole(assignment=entry, last_day=last)], FIELDS)
    except Stopped as stopped:
        return await person_endpoints.shown(visit, person, Filled.again(stopped))
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


@router.post("/de-xuat/{entry}/xac-nhan")
@acts.named("confirm_role")
async def second_role(entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Confirm a proposed office as the second person."""
    return await _decided(visit, form, commands.ConfirmRole(proposal=entry))


@router.post("/de-xuat/{entry}/bac")
@acts.named("reject_role")
async def decline_role(entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Reject a proposed office; its proposer takes it back so."""
    return await _decided(visit, form, commands.RejectRole(proposal=entry))


async def _decided(visit: Visit, form: Form, command: commands.Command) -> Response:
    await administering.overseen(visit, "list_proposals")
    try:
        done = await doing.perform(visit, form, [command], {})
    except Stopped as stopped:
        return await person_endpoints.shown_list(visit, Filled.again(stopped))
    return await doing.onward(visit, people.ADDRESS, done)


async def _giving(visit: Visit, person: UUID, form: Filled) -> Response:
    await administering.overseen(visit, "give_role")
    return visit.page(
        "register/role_new.html",
        form.status,
        here=HERE,
        person=await people.record(visit, person, "get_person"),
        units=await units.choices(visit, "give_role"),
        roles=await people.roles(visit),
        guarded=", ".join(people.role(each) for each in register.GUARDED),
        deciding=", ".join(people.role(each) for each in register.DECIDING),
        today=localtime.local_date(visit.at),
        form=form,
    )
