"""Outages as pages: reported by any officer, followed until they are mended."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.coordination.places import OUTAGES
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.coordination import outages
from hoso_workflows.coordination.outages import Outage, Report

router = session.router(OUTAGES)
#: The field of the page by the field of a fault.
FIELDS = {
    "unit": "don-vi",
    "service": "dich-vu",
    "description": "noi-dung",
    "began_at": "tu-luc",
    "noticed_at": "phat-hien",
}
NEWS = {"text": "tin"}
OutageId = Annotated[UUID, Path()]
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_outages")
async def outages_page(visit: VisitNow, after: After = "") -> Response:
    """Outages, the newest first."""
    try:
        found = await outages.listed(
            visit.service.db, limit=places.LENGTH, after=after or None, within=await places.circle(visit)
        )
    except errors.BadCursor:
        return RedirectResponse(OUTAGES, status_code=303)
    return visit.page(
        "coordination/outages.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        reports=bool(places.units(visit, outages.REPORT)),
    )


@router.get("/bao")
@acts.named("report_outage")
async def report_page(visit: VisitNow) -> Response:
    """The form of a report."""
    await places.require(visit, outages.REPORT)
    return await _reporting(visit, Filled.first(visit))


@router.post("/bao")
@acts.named("report_outage")
async def report_outage(visit: VisitNow, form: FormNow) -> Response:
    """Report an outage; its recipients are told at once."""
    try:
        made = await _reported(visit, form)
    except Stopped as stopped:
        return await _reporting(visit, Filled.again(stopped))
    return RedirectResponse(f"{OUTAGES}/{made.id}", status_code=303)


@router.get("/{outage}")
@acts.named("list_outages")
async def outage_page(outage: OutageId, visit: VisitNow) -> Response:
    """One outage: who was told when, what became known of it."""
    return _shown(
        visit, await outages.one(visit.service.db, outage, places.asked(visit)), Filled.first(visit)
    )


@router.post("/{outage}/tin")
@acts.named("update_outage")
async def update_outage(outage: OutageId, visit: VisitNow, form: FormNow) -> Response:
    """Add news of an outage, or that it is mended."""
    try:
        await _updated(visit, form, outage)
    except Stopped as stopped:
        return _shown(
            visit, await outages.one(visit.service.db, outage, places.asked(visit)), Filled.again(stopped)
        )
    return RedirectResponse(f"{OUTAGES}/{outage}", status_code=303)


@router.post("/{outage}/xac-nhan")
@acts.named("acknowledge_outage")
async def acknowledge_outage(outage: OutageId, visit: VisitNow, form: FormNow) -> Response:
    """Say that one's unit, which was told, knows of an outage."""
    db = visit.service.db
    try:
        await doing.carried(
            visit,
            form,
            lambda: outages.acknowledge(db, outage, form.text("don-vi"), places.asked(visit)),
            {},
        )
    except Stopped as stopped:
        return _shown(visit, await outages.one(db, outage, places.asked(visit)), Filled.again(stopped))
    return RedirectResponse(f"{OUTAGES}/{outage}", status_code=303)


@router.post("/{outage}/cong-khai")
@acts.named("announce_outage")
async def announce_outage(outage: OutageId, visit: VisitNow, form: FormNow) -> Response:
    """Make an outage public in these words, or take them back."""
    db = visit.service.db
    try:
        await doing.carried(
            visit,
            form,
            lambda: outages.announce(db, outage, form.text("cong-khai"), places.asked(visit)),
            {},
        )
    except Stopped as stopped:
        return _shown(visit, await outages.one(db, outage, places.asked(visit)), Filled.again(stopped))
    return RedirectResponse(f"{OUTAGES}/{outage}", status_code=303)


async def _reported(visit: Visit, form: Form) -> Outage:
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị có sự cố."),
        dich_vu=spoken("Ghi dịch vụ hoặc hệ thống có sự cố."),
        noi_dung=spoken("Ghi sự cố là gì."),
        tu_luc=spoken("Ghi sự cố từ lúc nào."),
    )
    said = Report(
        form.text("don-vi"),
        form.text("dich-vu"),
        form.text("noi-dung"),
        places.instant(form, "tu-luc"),
        places.instant_said(form, "phat-hien"),
    )
    db = visit.service.db
    return await doing.carried(visit, form, lambda: outages.report(db, said, places.asked(visit)), FIELDS)


async def _updated(visit: Visit, form: Form, outage: UUID) -> Outage:
    doing.required(form, tin=spoken("Ghi tin mới, hoặc đã khắc phục thế nào."))
    db, resolves = visit.service.db, form.wish == "xong"
    return await doing.carried(
        visit,
        form,
        lambda: outages.update(
            db,
            outage,
            form.text("tin"),
            places.asked(visit),
            resolves=resolves,
        ),
        NEWS,
    )


async def _reporting(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "coordination/outage_new.html",
        form.status,
        here=places.HERE,
        form=form,
        units=await places.choices(visit, outages.REPORT),
        now=visit.at,
    )


def _shown(visit: Visit, found: Outage, form: Filled) -> Response:
    return visit.page(
        "coordination/outage.html",
        form.status,
        here=places.HERE,
        outage=found,
        form=form,
        updates=found.unit in places.units(visit, outages.UPDATE),
        announces=found.unit in places.units(visit, outages.ANNOUNCE),
        acknowledges=places.units(visit, outages.ACKNOWLEDGE),
        roles={**wording.ROLES, **wording.OFFICES},
    )
