"""Days on which several units are closed at once, as in a storm."""

import re
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.administration.calendar_endpoints import MARKS, STATUSES
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.calendars import closures, revisions
from hoso_workflows.calendars.closures import Closure, Touched
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.calendars.rights import CLOSING

ADDRESS = f"{administering.ADDRESS}/tam-nghi"
#: Fields of the form, as its page names them.
UNIT, FIRST, LAST, NAME, BASIS, ANNOUNCED, BELOW = (
    *("don-vi", "tu-ngay", "den-ngay", "ten", "can-cu"),
    *("cong-bo", "ca-duoi"),
)
#: The field of each fault of a refusal.
FIELDS = {"to": LAST, "unit": UNIT, "basis": BASIS, "name": NAME}
#: So many drafts are shown after an act; each calendar of the house has one at most.
MOST = 200
_DRAFT = re.compile(r"([A-Za-z0-9_-]{1,60})\.([1-9][0-9]{0,8})")

router = session.router(ADDRESS)


@router.get("")
@acts.named(CLOSING)
async def closing_days_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=UNIT, max_length=80)] = "",
    drafts: Annotated[list[str], Query(alias="ban", max_length=MOST)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """The form of the days, or the drafts that one has just made."""
    await administering.overseen(visit, CLOSING)
    if found := await _drafts(visit, drafts):
        return visit.page("places/closing_done.html", here=HERE, drafts=found, statuses=STATUSES, marks=MARKS)
    return await _shown(visit, Filled.first(visit, **{UNIT: unit, BELOW: "co"}))


@router.post("/xem-truoc")
@acts.named(CLOSING)
async def foresee_closing(visit: VisitNow, form: FormNow) -> Response:
    """The calendars that would get drafts, and who keeps each; nothing is stored."""
    await administering.overseen(visit, CLOSING)
    try:
        found = await _touched(visit, form, _closure(form))
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return await _shown(visit, Filled(key=form.key, typed=form.typed), found)


@router.post("")
@acts.named(CLOSING)
async def keep_closing(visit: VisitNow, form: FormNow) -> Response:
    """Make a draft for each calendar. The same days once more make none anew."""
    await administering.overseen(visit, CLOSING)
    try:
        closure = _closure(form)
        made = await doing.carried(
            visit,
            form,
            lambda: closures.enter(visit.service.db, closure, actor=visit.principal, at=visit.at),
            FIELDS,
        )
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    said = "&".join(f"ban={each.calendar}.{each.number}" for each in made)
    return RedirectResponse(f"{ADDRESS}?{said}", status_code=303)


def _closure(form: Form) -> Closure:
    """The days of a form. Raises Stopped."""
    form.require_legible()
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị."),
        tu_ngay=spoken("Ghi ngày đầu tiên không làm việc."),
        ten=spoken("Ghi tên ngày, như “Nghỉ chống bão số 3”."),
        can_cu=spoken("Ghi căn cứ: quyết định hoặc văn bản."),
    )
    first = typed.day(form, FIRST)
    last = typed.day_said(form, LAST) or first
    if last < first:
        raise Stopped(form, [Fault(spoken("Ngày cuối phải không sớm hơn ngày đầu."), LAST)])
    return Closure(
        form.text(UNIT),
        first,
        last,
        form.text(NAME),
        form.text(BASIS),
        typed.day_said(form, ANNOUNCED),
        below=bool(form.text(BELOW)),
    )


async def _touched(visit: Visit, form: Form, closure: Closure) -> list[Touched]:
    """The calendars of a closure. Raises Stopped, and Forbidden for a unit of others."""
    found = await doing.carried(
        visit,
        form,
        lambda: closures.touched(visit.service.db, closure.unit, below=closure.below),
        FIELDS,
    )
    await administering.require(visit, CLOSING, closure.unit)
    return found


async def _drafts(visit: Visit, said: list[str]) -> list[Revision]:
    """The revisions that an address names; what names none is left out."""
    found: list[Revision] = []
    for each in dict.fromkeys(said):
        named = _DRAFT.fullmatch(each)
        if named is None:
            continue
        try:
            found.append(await revisions.revision(visit.service.db, named[1], int(named[2])))
        except errors.NotFound:
            continue
    return found


async def _shown(visit: Visit, form: Filled, found: list[Touched] | None = None) -> Response:
    values: dict[str, Any] = {
        "units": await units.choices(visit, CLOSING),
        "found": found,
        "names": await units.names(visit, [code for each in found or () for code in each.units]),
    }
    return visit.page("places/closing.html", form.status, here=HERE, form=form, **values)
