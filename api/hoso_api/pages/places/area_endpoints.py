"""Tree of administrative areas; one entered, one ended."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.places import areas
from hoso_api.pages.register import administering, doing
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.forms import spelling
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import unit_tree
from hoso_workflows.organisation.register import commands, lists
from hoso_workflows.organisation.register.lists import AreaListed

router = session.router(areas.ADDRESS)
LENGTH = 50
#: The value of the filter for areas of all times.
ALL = "tat-ca"
#: The field of the page for each field of a command.
FIELDS = {
    "code": "ma",
    "name": "ten",
    "kind": "loai",
    "valid_from": "tu-ngay",
    "parent": "thuoc",
    "area": "thuoc",
    "already-entered": "ma",
}
#: The same for the end of an area.
ENDING = {"last_day": "ngay-cuoi", "successor": "ke-thua", "area": "ke-thua", "below-itself": "ke-thua"}
AreaCode = Annotated[Key, Path()]
Short = Annotated[str, Query(max_length=80)]


@router.get("")
@acts.named("list_areas")
async def areas_page(
    visit: VisitNow,
    text: Annotated[Short, Query(alias="q")] = "",
    day: Annotated[str, Query(alias="ngay", max_length=10)] = "",
    scope: Annotated[Short, Query(alias="ngan")] = "",
    after: Annotated[str, Query(alias="sau", max_length=2000)] = "",
) -> Response:
    """The areas of a day or of all times, as a tree."""
    today, said = localtime.local_date(visit.at), spelling.day(day.strip())
    on, every = said or today, scope == ALL
    try:
        found = await unit_tree.areas(
            visit.service.db, on=None if every else on, text=text.strip(), limit=LENGTH, after=after or None
        )
    except errors.BadCursor:
        return RedirectResponse(areas.ADDRESS, status_code=303)
    return visit.page(
        "places/areas.html",
        here=HERE,
        sections=administering.PLACES,
        rows=found.items,
        after=found.after,
        text=text.strip(),
        on=on,
        unread=bool(day.strip()) and said is None,
        every=every,
        today=today,
        kinds=wording.AREA_KINDS,
        rules=await areas.rules(visit, "enter_area"),
        told=await doing.told(visit),
    )


@router.get("/moi")
@acts.named("enter_area")
async def new_area_page(visit: VisitNow, parent: Annotated[Short, Query(alias="thuoc")] = "") -> Response:
    """The form of a new area."""
    await areas.require(visit, "enter_area")
    return await _entering(visit, Filled.first(visit, thuoc=parent))


@router.post("/moi")
@acts.named("enter_area")
async def add_area(visit: VisitNow, form: FormNow) -> Response:
    """Enter an area."""
    await areas.require(visit, "enter_area")
    try:
        doing.required(
            form,
            ma=spoken("Ghi mã địa bàn."),
            ten=spoken("Ghi tên địa bàn."),
            loai=spoken("Chọn loại địa bàn."),
        )
        command = commands.EnterArea(
            code=form.text("ma"),
            name=form.text("ten"),
            kind=form.text("loai"),
            parent=form.text("thuoc") or None,
            valid_from=doing.day(visit, form, "tu-ngay"),
        )
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _entering(visit, Filled.again(stopped))
    return await doing.onward(visit, areas.ADDRESS, done)


@router.get("/{area}/dong")
@acts.named("close_area")
async def area_closing_page(area: AreaCode, visit: VisitNow) -> Response:
    """The form that ends an area."""
    found = await lists.area(visit.service.db, area)
    await areas.require(visit, "close_area")
    said = {
        "ngay-cuoi": found.valid_to.strftime("%d/%m/%Y") if found.valid_to else "",
        "ke-thua": found.successor or "",
    }
    return await _closing(visit, found, Filled.first(visit, **said))


@router.post("/{area}/dong")
@acts.named("close_area")
async def end_area(area: AreaCode, visit: VisitNow, form: FormNow) -> Response:
    """End an area; its successor holds its places from the day after."""
    found = await lists.area(visit.service.db, area)
    await areas.require(visit, "close_area")
    try:
        doing.required(form, ngay_cuoi=spoken("Ghi ngày cuối cùng."))
        command = commands.CloseArea(
            code=area, last_day=typed.day(form, "ngay-cuoi"), successor=form.text("ke-thua") or None
        )
        done = await doing.perform(visit, form, [command], ENDING)
    except Stopped as stopped:
        return await _closing(visit, found, Filled.again(stopped))
    return await doing.onward(visit, areas.ADDRESS, done)


async def _entering(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "places/area_new.html",
        form.status,
        here=HERE,
        form=form,
        kinds=await areas.kinds(visit),
        above=await areas.choices(visit),
        today=localtime.local_date(visit.at),
    )


async def _closing(visit: Visit, area: AreaListed, form: Filled) -> Response:
    units = await visit.service.db.rows(_UNITS, [area.code, localtime.local_date(visit.at)])
    return visit.page(
        "places/area_closing.html",
        form.status,
        here=HERE,
        form=form,
        area=area,
        units=units,
        heirs=await areas.choices(visit, but=area.code),
    )


#: The units of an area that have not ended: $1 its code, $2 local date.
_UNITS = """
select code, name from unit where area_code = $1 and coalesce(valid_to, 'infinity') >= $2::date order by code
"""
