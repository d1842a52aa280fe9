"""Planned maintenance as a page: what is announced, the form of a further one."""

from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import localtime
from hoso_workflows.coordination import maintenance
from hoso_workflows.coordination.maintenance import Plan

router = session.router(places.MAINTENANCE)
FIELDS = {
    "unit": "don-vi",
    "service": "dich-vu",
    "announcement": "noi-dung",
    "starts_at": "tu-luc",
    "ends_at": "den-luc",
    "notice-too-short": "cap-bach",
}


@router.get("")
@acts.named("list_maintenance")
async def maintenance_page(visit: VisitNow) -> Response:
    """Announced maintenance that is not over."""
    return await _shown(visit, Filled.first(visit))


@router.post("")
@acts.named("announce_maintenance")
async def announce(visit: VisitNow, form: FormNow) -> Response:
    """Announce maintenance."""
    try:
        await _announced(visit, form)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(places.MAINTENANCE, status_code=303)


@router.post("/{planned}/huy")
@acts.named("cancel_maintenance")
async def cancel(planned: Annotated[UUID, Path()], visit: VisitNow, form: FormNow) -> Response:
    """Cancel maintenance that has not begun."""
    try:
        db = visit.service.db
        await doing.carried(visit, form, lambda: maintenance.cancel(db, planned, places.asked(visit)), {})
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(places.MAINTENANCE, status_code=303)


async def _announced(visit: Visit, form: Form) -> None:
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị."),
        dich_vu=spoken("Ghi dịch vụ hoặc hệ thống được bảo trì."),
        noi_dung=spoken("Ghi nội dung thông báo."),
        tu_luc=spoken("Ghi bắt đầu lúc nào."),
        den_luc=spoken("Ghi dự kiến xong lúc nào."),
    )
    plan = Plan(
        form.text("don-vi"),
        form.text("dich-vu"),
        form.text("noi-dung"),
        places.instant(form, "tu-luc"),
        places.instant(form, "den-luc"),
        form.text("cap-bach"),
    )
    db, days = visit.service.db, await places.calendar(visit, plan.unit)
    await doing.carried(
        visit, form, lambda: maintenance.announce(db, days, plan, places.asked(visit)), FIELDS
    )


async def _shown(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "coordination/maintenance.html",
        form.status,
        here=places.HERE,
        sections=places.sections(visit),
        rows=await maintenance.coming(visit.service.db, visit.at),
        units=await places.choices(visit, maintenance.ANNOUNCE),
        announces=places.units(visit, maintenance.ANNOUNCE),
        law=maintenance.notice_on(localtime.local_date(visit.at)),
        now=visit.at,
        form=form,
        first=Filled(),
    )
