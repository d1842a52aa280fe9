"""Recipients of outages as a page, entered and ended."""

from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.coordination.places import RECIPIENTS
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import localtime
from hoso_workflows.coordination import recipients
from hoso_workflows.coordination.recipients import Entry

router = session.router(RECIPIENTS)
FIELDS = {
    "scope": "su-co-o",
    "unit": "noi-nhan",
    "basis": "can-cu",
    "valid_from": "tu-ngay",
    "valid_to": "den-ngay",
    "recipient-overlaps": "noi-nhan",
}


@router.get("")
@acts.named("list_outage_recipients")
async def recipients_page(visit: VisitNow) -> Response:
    """The recipients of outages, with the form of a further one."""
    return await _shown(visit, Filled.first(visit))


@router.post("")
@acts.named("enter_outage_recipient")
async def enter_recipient(visit: VisitNow, form: FormNow) -> Response:
    """Say that a unit is told of outages."""
    try:
        doing.required(
            form,
            su_co_o=spoken("Chọn đơn vị có sự cố."),
            noi_nhan=spoken("Chọn nơi nhận."),
            can_cu=spoken("Ghi căn cứ."),
        )
        entry = Entry(
            form.text("su-co-o"),
            form.text("noi-nhan"),
            form.text("can-cu"),
            doing.day(visit, form, "tu-ngay"),
            role=form.text("vai-tro") or None,
            valid_to=typed.day_said(form, "den-ngay"),
        )
        db = visit.service.db
        await doing.carried(visit, form, lambda: recipients.enter(db, entry, places.asked(visit)), FIELDS)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(RECIPIENTS, status_code=303)


@router.post("/{recipient}/ket-thuc")
@acts.named("end_outage_recipient")
async def end_recipient(recipient: Annotated[UUID, Path()], visit: VisitNow, form: FormNow) -> Response:
    """End today that a unit is told of outages."""
    try:
        db, today = visit.service.db, localtime.local_date(visit.at)
        await doing.carried(
            visit, form, lambda: recipients.end(db, recipient, today, places.asked(visit)), {}
        )
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(RECIPIENTS, status_code=303)


async def _shown(visit: Visit, form: Filled) -> Response:
    today = localtime.local_date(visit.at)
    return visit.page(
        "coordination/recipients.html",
        form.status,
        here=places.HERE,
        rows=await recipients.listed(visit.service.db, today),
        scopes=await places.choices(visit, recipients.ENTER),
        enters=places.units(visit, recipients.ENTER),
        everywhere=await places.named(visit),
        roles={**wording.ROLES, **wording.OFFICES},
        today=today,
        form=form,
        first=Filled(),
    )
