"""Entry of a portal of another authority."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.portals import endpoints, words
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_models import PortalConcern
from hoso_workflows import localtime
from hoso_workflows.portals import register
from hoso_workflows.portals.register import Entry
from hoso_workflows.webhooks import receivers
from hoso_workflows.webhooks.kinds import Event

#: Fields of the form, as the page names them.
CODE, NAME, UNIT, CONCERNS, SPEAKER = "ma", "ten", "don-vi", "pham-vi", "he-thong"
WEBHOOK, MINUTES, BASIS, FROM = "noi-nhan", "so-phut", "can-cu", "tu-ngay"
#: The field of each fault and refusal.
FIELDS: Mapping[str, str] = {
    "code": CODE,
    "name": NAME,
    "unit": UNIT,
    "forbidden": UNIT,
    "principal": SPEAKER,
    "webhook": WEBHOOK,
    "resend_minutes": MINUTES,
    "basis": BASIS,
    "valid_from": FROM,
    "portal-overlaps": FROM,
}
router = session.router(f"{endpoints.ADDRESS}/moi")


@router.get("")
@acts.named("enter_portal")
async def entry_page(visit: VisitNow) -> Response:
    """The form that enters a portal."""
    await administering.overseen(visit, register.ENTER)
    return await _shown(visit, Filled.first(visit))


@router.post("")
@acts.named("enter_portal")
async def enter(visit: VisitNow, form: FormNow) -> Response:
    """Enter a portal from a day on. The same form again enters nothing more."""
    await administering.overseen(visit, register.ENTER)
    try:
        entry = _entry(visit, form)
        await doing.carried(
            visit,
            form,
            lambda: register.enter(visit.service.db, entry, actor=visit.principal, at=visit.at),
            FIELDS,
        )
    except Stopped as stopped:
        return await _shown(visit, Filled.again(typed.placed(stopped, FIELDS)))
    return RedirectResponse(f"{endpoints.ADDRESS}/{entry.code}", status_code=303)


def _entry(visit: Visit, form: Form) -> Entry:
    """The entry of a form. Raises Stopped with every fault of its fields."""
    minutes = form.text(MINUTES)
    number = (
        int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < len("100000") else -1
    )
    asked = {
        CODE: (form.text(CODE), spoken("Ghi mã cổng.")),
        NAME: (form.text(NAME), spoken("Ghi tên cổng.")),
        UNIT: (form.text(UNIT), spoken("Chọn đơn vị.")),
        CONCERNS: (form.text(CONCERNS) in set(PortalConcern), spoken("Chọn phạm vi hồ sơ.")),
        SPEAKER: (_uuid(form.text(SPEAKER)), spoken("Chọn hệ thống của cổng.")),
        MINUTES: (number >= 0, spoken("Ghi số phút, 0 nếu không gửi lại.")),
        BASIS: (form.text(BASIS), spoken("Ghi căn cứ.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    if faults:
        raise Stopped(form, faults)
    return Entry(
        form.text(CODE),
        form.text(NAME),
        form.text(UNIT),
        PortalConcern(form.text(CONCERNS)),
        UUID(form.text(SPEAKER)),
        _uuid(form.text(WEBHOOK)),
        number or None,
        form.text(BASIS),
        doing.day(visit, form, FROM),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _shown(visit: Visit, form: Filled) -> Response:
    db = visit.service.db
    over = sorted(await administering.overseen(visit, register.ENTER))
    told = [
        (str(each.id), f"{each.name} · {each.unit}")
        for each in await receivers.listed(db, over, at=visit.at)
        if each.ended_at is None and Event.PORTAL_STATUS in each.events
    ]
    return visit.page(
        "portals/entry.html",
        form.status,
        here=administering.HERE,
        form=form,
        units=await units.choices(visit, register.ENTER),
        concerns=[(each.value, spoken(said)) for each, said in words.CONCERNS.items()],
        speakers=[(str(identity), name) for identity, name in await register.speakers(db)],
        receivers=told,
        today=localtime.local_date(visit.at),
    )
