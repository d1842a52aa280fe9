"""A calendar that begins; its first revision gives it days."""

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.administration.calendar_endpoints import ADDRESS
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.calendars import register
from hoso_workflows.calendars.refusals import CalendarExists
from hoso_workflows.calendars.rights import CREATING

#: Fields of the form, as its page names them.
ID, NAME, UNIT = "ma", "ten", "don-vi"
FIELDS = {"id": ID, "name": NAME, "unit": UNIT, CalendarExists.slug: ID}
#: The longest name, as over REST.
LONGEST = 300

router = session.router(f"{ADDRESS}/moi")


@router.get("")
@acts.named(CREATING)
async def new_calendar_page(visit: VisitNow) -> Response:
    """The form of a new calendar."""
    await administering.overseen(visit, CREATING)
    return await _shown(visit, Filled.first(visit))


@router.post("")
@acts.named(CREATING)
async def add_calendar(visit: VisitNow, form: FormNow) -> Response:
    """Enter a calendar. A form that is sent twice enters one."""
    await administering.overseen(visit, CREATING)
    try:
        doing.required(form, ma=spoken("Ghi mã lịch."), ten=spoken("Ghi tên lịch."))
        if not await _entered(visit, form):
            await doing.carried(visit, form, lambda: _enter(visit, form), FIELDS)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{form.text(ID)}", status_code=303)


async def _enter(visit: Visit, form: Form) -> register.Calendar:
    return await register.create(
        visit.service.db,
        form.text(ID),
        form.text(NAME),
        unit=form.text(UNIT) or None,
        actor=visit.principal,
        at=visit.at,
    )


async def _entered(visit: Visit, form: Form) -> bool:
    """True where the reader has entered this calendar already."""
    said = [form.text(ID), form.text(NAME), form.text(UNIT) or None, visit.principal]
    return bool(await visit.service.db.rows(_OWN, said))


async def _shown(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "places/calendar_new.html",
        form.status,
        here=HERE,
        form=form,
        units=await units.choices(visit, CREATING),
        longest=LONGEST,
    )


_OWN = """
select 1 from calendar where id = $1 and name = $2 and unit_code is not distinct from $3 and created_by = $4
"""
