"""End of a unit, and the move of its open dossiers to the successor."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import Key
from hoso_api.pages.jobs import starting
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, rehoming
from hoso_workflows.jobs import works
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.organisation.register import commands, lists

router = APIRouter(
    prefix=f"{units.ADDRESS}/{{unit}}",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)
#: The field of the page for each field of a command or of a move.
FIELDS = {
    "last_day": "ngay-cuoi",
    "successor": "ke-thua",
    "unit": "ke-thua",
    "below-itself": "ke-thua",
    "unit-in-use": "ke-thua",
    "basis": "can-cu",
}
UnitCode = Annotated[Key, Path()]


@router.get("/dong")
@acts.named("close_unit")
async def closing_page(unit: UnitCode, visit: VisitNow) -> Response:
    """The form that ends a unit, with what it still has."""
    return await _closing(visit, await _unit(visit, unit), Filled.first(visit))


@router.post("/dong/xem-truoc")
@acts.named("preview_rehoming")
async def look_ahead(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """Preview of the dossiers that move to the named successor."""
    found = await _unit(visit, unit)
    try:
        preview = await _preview(visit, unit, form)
    except Stopped as stopped:
        return await _closing(visit, found, Filled.again(stopped))
    return await _closing(visit, found, Filled(form.key, typed=form.typed), preview)


@router.post("/dong")
@acts.named("close_unit")
async def end_unit(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """End a unit; its successor has its competences and people from the day after."""
    found = await _unit(visit, unit)
    try:
        doing.required(form, ngay_cuoi=spoken("Ghi ngày cuối cùng."), can_cu=spoken("Ghi căn cứ."))
        command = commands.CloseUnit(
            code=unit,
            last_day=doing.day(visit, form, "ngay-cuoi"),
            successor=form.text("ke-thua") or None,
            basis=form.text("can-cu"),
        )
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _closing(visit, found, Filled.again(stopped))
    return await doing.onward(visit, f"{units.ADDRESS}/{unit}", done)


@router.get("/chuyen-ho-so")
@acts.named("list_rehomings")
async def moves_page(unit: UnitCode, visit: VisitNow) -> Response:
    """The moves of dossiers from or to a unit."""
    found = await lists.unit(visit.service.db, unit)
    await administering.require(visit, "list_rehomings", unit)
    return await _moving(visit, found, Filled.first(visit, **{"ke-thua": found.successor or ""}))


@router.post("/chuyen-ho-so/xem-truoc")
@acts.named("preview_rehoming")
async def look_at_moves(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """Preview of the dossiers that would move now."""
    found = await lists.unit(visit.service.db, unit)
    await administering.require(visit, "preview_rehoming", unit)
    try:
        preview = await _preview(visit, unit, form)
    except Stopped as stopped:
        return await _moving(visit, found, Filled.again(stopped))
    return await _moving(visit, found, Filled(form.key, typed=form.typed), preview=preview)


@router.post("/chuyen-ho-so")
@acts.named("rehome_unit")
async def move_dossiers(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """Move the open dossiers: at once where they are few, else by a job."""
    found = await lists.unit(visit.service.db, unit)
    await administering.require(visit, "rehome_unit", unit)
    try:
        doing.required(form, ke_thua=spoken("Chọn đơn vị kế thừa."), can_cu=spoken("Ghi căn cứ."))
        form.require_legible()
        work = works.Rehome(_moves(unit, form), form.text("can-cu"))
        if onward := await starting.onward(visit, form, work):
            return onward
        applied = await rehoming.apply(
            visit.service,
            work.moves,
            basis=work.basis,
            actor=visit.principal,
            at=visit.at,
            limit=work.most,
        )
    except Stopped as stopped:
        return await _moving(visit, found, Filled.again(stopped))
    except errors.Refusal as refused:
        told = await acting.stopped(visit, form, "", refused, fields=FIELDS)
        return await _moving(visit, found, Filled.again(told))
    return await _moving(visit, found, Filled(form.key, typed=form.typed), applied=applied)


async def _unit(visit: Visit, code: str) -> lists.UnitListed:
    """A unit that the reader may end. Raises NotFound, Forbidden."""
    found = await lists.unit(visit.service.db, code)
    await administering.require(visit, "close_unit", found.parent or code)
    return found


def _moves(unit: str, form: Form) -> tuple[rehoming.Move, ...]:
    return (rehoming.Move(unit, form.text("ke-thua")),)


async def _preview(visit: Visit, unit: str, form: Form) -> rehoming.Preview:
    """The effect of a move to the unit that the form names. Raises Stopped."""
    doing.required(form, ke_thua=spoken("Chọn đơn vị kế thừa."))
    form.require_legible()
    try:
        async with readings.refusals(
            visit.service.db, "preview_rehoming", visit.principal, unit, visit.at, visit.origin
        ):
            found = await rehoming.preview(
                visit.service, _moves(unit, form), actor=visit.principal, at=visit.at
            )
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused, fields=FIELDS) from refused
    reading = readings.of_list(visit.rights, "preview_rehoming", unit)
    seen = readings.access("preview_rehoming", visit.principal, unit, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, [each.officer for each in found.inboxes])
    return found


async def _closing(
    visit: Visit, unit: lists.UnitListed, form: Filled, preview: rehoming.Preview | None = None
) -> Response:
    return visit.page(
        "register/unit_closing.html",
        form.status,
        here=HERE,
        shown=await units.read(visit, unit.code),
        heirs=await _heirs(visit, unit.code),
        preview=preview,
        words=wording,
        form=form,
    )


async def _moving(
    visit: Visit,
    unit: lists.UnitListed,
    form: Filled,
    *,
    preview: rehoming.Preview | None = None,
    applied: rehoming.Applied | None = None,
) -> Response:
    return visit.page(
        "register/unit_moves.html",
        form.status,
        here=HERE,
        unit=unit,
        heirs=await _heirs(visit, unit.code),
        preview=preview,
        applied=applied,
        jobs=await rehoming.jobs(visit.service, unit.code),
        words=wording,
        form=form,
    )


async def _heirs(visit: Visit, unit: str) -> list[tuple[str, str]] | None:
    """The units that may take over, the one that ends aside."""
    found = await units.choices(visit, "close_unit")
    return found and [each for each in found if each[0] != unit]
