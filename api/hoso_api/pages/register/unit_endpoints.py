"""Tree of units; a unit, entered, changed, closed, reopened."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_models import TaskAssignment
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions, unit_tree
from hoso_workflows.organisation.register import commands, lists

router = session.router(units.ADDRESS)
LENGTH = 50
#: The field of the page for each field of a command.
FIELDS = {
    "code": "ma",
    "name": "ten",
    "kind": "loai",
    "level": "cap",
    "calendar": "lich",
    "valid_from": "tu-ngay",
    "parent": "cap-tren",
    "unit": "cap-tren",
    "area": "dia-ban",
    "telephone": "dien-thoai",
    "already-entered": "ma",
    "below-itself": "cap-tren",
}
UnitCode = Annotated[Key, Path()]
Short = Annotated[str, Query(max_length=80)]


@router.get("")
@acts.named("list_units")
async def units_page(
    visit: VisitNow,
    text: Annotated[Short, Query(alias="q")] = "",
    scope: Annotated[Short, Query(alias="ngan")] = "",
    after: Annotated[str, Query(alias="sau", max_length=2000)] = "",
) -> Response:
    """The units in the order of the tree, with their periods, calendars and successors."""
    closed, today = scope == "tat-ca", localtime.local_date(visit.at)
    try:
        found = await unit_tree.tree(
            visit.service.db, today, text=text.strip(), closed=closed, limit=LENGTH, after=after or None
        )
    except errors.BadCursor:
        return RedirectResponse(units.ADDRESS, status_code=303)
    return visit.page(
        "register/units.html",
        here=HERE,
        sections=administering.PLACES,
        rows=found.items,
        after=found.after,
        text=text.strip(),
        closed=closed,
        today=today,
        kinds=wording.UNIT_KINDS,
        enters=bool(permissions.overseen(visit.rights, "enter_unit")),
        closes=bool(permissions.overseen(visit.rights, "close_units")),
        told=await doing.told(visit),
    )


@router.get("/moi")
@acts.named("enter_unit")
async def new_unit_page(visit: VisitNow, parent: Annotated[Short, Query(alias="cap-tren")] = "") -> Response:
    """The form of a new unit."""
    await administering.overseen(visit, "enter_unit")
    return await _entering(visit, Filled.first(visit, **{"cap-tren": parent}))


@router.post("/moi")
@acts.named("enter_unit")
async def add_unit(visit: VisitNow, form: FormNow) -> Response:
    """Enter a unit below one that the reader administers."""
    await administering.overseen(visit, "enter_unit")
    try:
        doing.required(
            form,
            ma=spoken("Ghi mã đơn vị."),
            ten=spoken("Ghi tên đơn vị."),
            loai=spoken("Chọn loại đơn vị."),
            cap=spoken("Chọn cấp."),
            cap_tren=spoken("Chọn đơn vị cấp trên."),
        )
        command = commands.EnterUnit(
            code=form.text("ma"),
            calendar=form.text("lich") or None,
            valid_from=doing.day(visit, form, "tu-ngay"),
            **_said(form),
        )
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _entering(visit, Filled.again(stopped))
    return await doing.onward(visit, f"{units.ADDRESS}/{command.code}", done)


@router.get("/{unit}")
@acts.named("get_unit")
async def unit_page(unit: UnitCode, visit: VisitNow) -> Response:
    """A unit with its officers, competences, open dossiers and latest changes."""
    return await shown(visit, unit, Filled())


async def shown(visit: Visit, code: str, form: Filled) -> Response:
    """The page of a unit. Raises NotFound."""
    return visit.page(
        "register/unit.html",
        form.status,
        here=HERE,
        shown=await units.read(visit, code),
        today=localtime.local_date(visit.at),
        words=wording,
        form=form,
        told=await doing.told(visit),
    )


@router.get("/{unit}/sua")
@acts.named("change_unit")
async def changed_unit_page(unit: UnitCode, visit: VisitNow) -> Response:
    """The form that changes a unit."""
    found = await _administered(visit, unit, "change_unit")
    said = {
        "ten": found.name,
        "loai": found.kind,
        "cap": found.level,
        "cap-tren": found.parent or "",
        "dia-ban": found.area or "",
        "dien-thoai": found.telephone or "",
        "giao-viec": found.assignment,
        "co-quan": "1" if found.authority else "",
    }
    return await _changing(visit, found, Filled.first(visit, **said))


@router.post("/{unit}/sua")
@acts.named("change_unit")
async def alter_unit(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """Change a unit's names and place."""
    found = await _administered(visit, unit, "change_unit")
    try:
        doing.required(form, ten=spoken("Ghi tên đơn vị."))
        command = commands.ChangeUnit(code=unit, changes=_said(form))
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _changing(visit, found, Filled.again(stopped))
    return await doing.onward(visit, f"{units.ADDRESS}/{unit}", done)


@router.post("/{unit}/mo-lai")
@acts.named("reopen_unit")
async def unclose_unit(unit: UnitCode, visit: VisitNow, form: FormNow) -> Response:
    """Let a closed unit go on."""
    found = await lists.unit(visit.service.db, unit)
    await _administered(visit, found.parent or unit, "reopen_unit")
    try:
        done = await doing.perform(visit, form, [commands.ReopenUnit(code=unit)], FIELDS)
    except Stopped as stopped:
        return await shown(visit, unit, Filled.again(stopped))
    return await doing.onward(visit, f"{units.ADDRESS}/{unit}", done)


def _said(form: Form) -> dict[str, Any]:
    """Fields that the forms of a new and of a changed unit share."""
    assignment = form.text("giao-viec")
    return {
        "name": form.text("ten"),
        "kind": form.text("loai"),
        "level": form.text("cap"),
        "parent": form.text("cap-tren") or None,
        "area": form.text("dia-ban") or None,
        "telephone": form.text("dien-thoai") or None,
        "authority": form.text("co-quan") == "1",
        "assignment": TaskAssignment(assignment)
        if assignment in set(TaskAssignment)
        else TaskAssignment.BY_HAND,
    }


async def _administered(visit: Visit, code: str, act: str) -> lists.UnitListed:
    """A unit over which the reader may do the act. Raises NotFound, Forbidden."""
    found = await lists.unit(visit.service.db, code)
    await administering.require(visit, act, code)
    return found


async def _entering(visit: Visit, form: Filled) -> Response:
    return await _form(visit, "register/unit_new.html", form, act="enter_unit")


async def _changing(visit: Visit, unit: lists.UnitListed, form: Filled) -> Response:
    return await _form(visit, "register/unit_change.html", form, act="change_unit", unit=unit)


async def _form(visit: Visit, template: str, form: Filled, *, act: str, **values: Any) -> Response:
    return visit.page(
        template,
        form.status,
        here=HERE,
        form=form,
        words=await units.words(visit),
        parents=await units.choices(visit, act),
        today=localtime.local_date(visit.at),
        **values,
    )
