"""Service levels of procedures as pages (F03)."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.catalogue.places import LEVELS
from hoso_api.pages.coordination import places as coordination
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import code_lists, service_levels
from hoso_workflows.catalogue.service_levels import ServiceLevel, Setting

router = session.router(LEVELS)
Short = Annotated[str, Query(max_length=80)]
FIELDS = {
    "entry of the catalogue": "thu-tuc",
    "code": "thu-tuc",
    "kind": "muc-do",
    "decision_no": "so-quyet-dinh",
    "decision_date": "ngay-quyet-dinh",
    "reason": "ly-do",
    "valid_from": "tu-ngay",
    "valid_to": "den-ngay",
    "service-level-begins-earlier": "tu-ngay",
}


@router.get("")
@acts.named("list_service_levels")
async def levels_page(
    visit: VisitNow,
    unit: Annotated[Short, Query(alias="don-vi")] = "",
    kind: Annotated[Short, Query(alias="muc-do")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The service levels with their decisions, what begins last first."""
    try:
        found = await service_levels.listed(
            visit.service.db,
            authority=unit or None,
            kind=kind or None,
            limit=places.LENGTH,
            after=after or None,
        )
    except errors.BadCursor:
        return RedirectResponse(LEVELS, status_code=303)
    return visit.page(
        "catalogue/levels.html",
        here=coordination.HERE,
        sections=coordination.sections(visit),
        rows=found.items,
        after=found.after,
        unit=unit,
        kind=kind,
        units=await coordination.named(visit),
        kinds=places.service_levels(),
        sets=bool(coordination.units(visit, service_levels.SET)),
    )


@router.get("/dat")
@acts.named("set_service_level")
async def setting_page(visit: VisitNow, code: Annotated[Short, Query(alias="thu-tuc")] = "") -> Response:
    """The form of a service level."""
    await coordination.require(visit, service_levels.SET)
    return _setting(visit, Filled.first(visit, **{"thu-tuc": code}))


@router.post("/dat")
@acts.named("set_service_level")
async def set_level(visit: VisitNow, form: FormNow) -> Response:
    """Set the service level of a procedure."""
    try:
        await _set(visit, form)
    except Stopped as stopped:
        return _setting(visit, Filled.again(stopped))
    return RedirectResponse(LEVELS, status_code=303)


async def _set(visit: Visit, form: Form) -> ServiceLevel:
    doing.required(
        form,
        thu_tuc=spoken("Ghi mã thủ tục."),
        muc_do=spoken("Chọn mức độ."),
        so_quyet_dinh=spoken("Ghi số quyết định."),
        ngay_quyet_dinh=spoken("Ghi ngày quyết định."),
        tu_ngay=spoken("Ghi ngày bắt đầu."),
    )
    setting = Setting(
        form.text("thu-tuc"),
        form.text("muc-do"),
        form.text("so-quyet-dinh"),
        typed.day(form, "ngay-quyet-dinh"),
        typed.day(form, "tu-ngay"),
        typed.day_said(form, "den-ngay"),
        form.text("ly-do"),
    )
    db, asked = visit.service.db, coordination.asked(visit)
    return await doing.carried(visit, form, lambda: service_levels.set_level(db, setting, asked), FIELDS)


def _setting(visit: Visit, form: Filled) -> Response:
    day = localtime.local_date(visit.at)
    return visit.page(
        "catalogue/level_new.html",
        form.status,
        here=coordination.HERE,
        form=form,
        kinds=[(each.code, each.name) for each in code_lists.service_levels() if each.holds(day)],
        today=day,
    )
