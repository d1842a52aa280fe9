"""Systems of agencies as pages (S-03)."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.catalogue.places import SYSTEMS
from hoso_api.pages.coordination import places as coordination
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_models import Integration
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import systems
from hoso_workflows.catalogue.systems import Entry, System

router = session.router(SYSTEMS)
SystemId = Annotated[UUID, Path()]
Short = Annotated[str, Query(max_length=80)]
FIELDS = {
    "unit": "don-vi",
    "name": "ten",
    "purpose": "cong-dung",
    "address": "dia-chi",
    "state": "tinh-trang",
    "state_from": "tu-ngay",
    "note": "ghi-chu",
}


@router.get("")
@acts.named("list_agency_systems")
async def systems_page(
    visit: VisitNow,
    unit: Annotated[Short, Query(alias="don-vi")] = "",
    state: Annotated[Short, Query(alias="tinh-trang")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The systems of agencies, and how far each is integrated."""
    db, chosen = visit.service.db, Integration(state) if state in set(Integration) else None
    try:
        found = await systems.listed(
            db,
            unit=unit or None,
            state=chosen,
            limit=places.LENGTH,
            after=after or None,
            within=await coordination.circle(visit),
        )
    except errors.BadCursor:
        return RedirectResponse(SYSTEMS, status_code=303)
    return visit.page(
        "catalogue/systems.html",
        here=coordination.HERE,
        sections=coordination.sections(visit),
        rows=found.items,
        after=found.after,
        unit=unit,
        state_asked=chosen or "",
        units=await coordination.named(visit),
        states=places.STATES,
        apart=await systems.not_integrated(db),
        enters=bool(coordination.units(visit, systems.ENTER)),
    )


@router.get("/moi")
@acts.named("enter_agency_system")
async def entry_page(visit: VisitNow) -> Response:
    """The form of a system."""
    await coordination.require(visit, systems.ENTER)
    return await _entering(visit, Filled.first(visit))


@router.post("/moi")
@acts.named("enter_agency_system")
async def enter(visit: VisitNow, form: FormNow) -> Response:
    """Enter a system."""
    try:
        made = await _entered(visit, form)
    except Stopped as stopped:
        return await _entering(visit, Filled.again(stopped))
    return RedirectResponse(f"{SYSTEMS}/{made.id}", status_code=303)


@router.get("/{system}")
@acts.named("list_agency_systems")
async def system_page(system: SystemId, visit: VisitNow) -> Response:
    """A system, and how far it is integrated."""
    return _shown(
        visit, await systems.one(visit.service.db, system, coordination.asked(visit)), Filled.first(visit)
    )


@router.post("/{system}")
@acts.named("change_agency_system")
async def change(system: SystemId, visit: VisitNow, form: FormNow) -> Response:
    """Say how far a system is integrated since a day."""
    db, asked = visit.service.db, coordination.asked(visit)
    try:
        state, since, note = _state(form), doing.day(visit, form, "tu-ngay"), form.text("ghi-chu")
        await doing.carried(
            visit, form, lambda: systems.change(db, system, state, since, asked, note=note), FIELDS
        )
    except Stopped as stopped:
        return _shown(visit, await systems.one(db, system, coordination.asked(visit)), Filled.again(stopped))
    return RedirectResponse(f"{SYSTEMS}/{system}", status_code=303)


async def _entered(visit: Visit, form: Form) -> System:
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị."),
        ten=spoken("Ghi tên hệ thống."),
        cong_dung=spoken("Ghi hệ thống dùng làm gì."),
    )
    entry = Entry(
        form.text("don-vi"),
        form.text("ten"),
        form.text("cong-dung"),
        _state(form),
        typed.day_said(form, "tu-ngay") or localtime.local_date(visit.at),
        form.text("dia-chi"),
        form.text("ghi-chu"),
    )
    db, asked = visit.service.db, coordination.asked(visit)
    return await doing.carried(visit, form, lambda: systems.enter(db, entry, asked), FIELDS)


def _state(form: Form) -> Integration:
    if form.text("tinh-trang") not in set(Integration):
        raise Stopped(form, [Fault(spoken("Chọn tình trạng."), "tinh-trang")])
    return Integration(form.text("tinh-trang"))


async def _entering(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "catalogue/system_new.html",
        form.status,
        here=coordination.HERE,
        form=form,
        units=await coordination.choices(visit, systems.ENTER),
        states=places.STATES,
        today=localtime.local_date(visit.at),
    )


def _shown(visit: Visit, found: System, form: Filled) -> Response:
    return visit.page(
        "catalogue/system.html",
        form.status,
        here=coordination.HERE,
        system=found,
        form=form,
        states=places.STATES,
        today=localtime.local_date(visit.at),
        changes=found.unit in coordination.units(visit, systems.CHANGE),
    )
