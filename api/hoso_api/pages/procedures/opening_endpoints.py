"""Opening of a procedure: days from which new dossiers are taken or refused."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import Key
from hoso_api.pages.procedures import publishing, version
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors, localtime
from hoso_workflows.procedures import openings, publication

router = APIRouter(
    prefix=f"{version.ADDRESS}/{{code}}/nhan-ho-so",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

Code = Annotated[Key, Path()]
ACT = "change_opening"
#: Fields of the form, as its page names them.
BASIS, BEGINS = "can-cu", "tu-ngay"
#: The field of each fault of a refusal.
FIELDS = {"basis": BASIS, "valid_from": BEGINS}


@router.get("")
@acts.named("list_openings")
async def openings_page(code: Code, visit: VisitNow) -> Response:
    """Days from which a procedure is open or closed, with a form."""
    return await _shown(visit, code, Filled.first(visit))


@router.post("/ngung")
@acts.named(ACT)
async def close_procedure(code: Code, visit: VisitNow, form: FormNow) -> Response:
    """Take no new dossiers from a day on."""
    return await _changed(visit, code, form, is_open=False)


@router.post("/mo")
@acts.named(ACT)
async def reopen_procedure(code: Code, visit: VisitNow, form: FormNow) -> Response:
    """Take new dossiers again from a day on."""
    return await _changed(visit, code, form, is_open=True)


async def _changed(visit: Visit, code: str, form: Form, *, is_open: bool) -> Response:
    try:
        form.require_legible()
        doing.required(form, can_cu=spoken("Ghi căn cứ."))
        await _entered(visit, code, form, doing.day(visit, form, BEGINS), is_open=is_open)
    except Stopped as stopped:
        return await _shown(visit, code, Filled.again(stopped))
    return RedirectResponse(f"{version.ADDRESS}/{code}/nhan-ho-so", status_code=HTTPStatus.SEE_OTHER)


async def _entered(visit: Visit, code: str, form: Form, begins: date, *, is_open: bool) -> None:
    """Close or open it. Where the reader has done so already, as by the same form sent twice, it is done."""
    change = openings.reopen if is_open else openings.close
    try:
        await change(
            visit.service.db,
            code,
            basis=form.text(BASIS),
            valid_from=begins,
            actor=visit.principal,
            at=visit.at,
        )
    except errors.OpeningStands as stands:
        known = await openings.openings(visit.service.db, code)
        holds = next((each for each in known if each.valid_from <= begins), None)
        ours = holds is not None and visit.principal in (holds.entered_by, holds.entered_for)
        if holds is None or not ours or (holds.valid_from, holds.basis) != (begins, form.text(BASIS)):
            raise await publishing.stopped(visit, form, stands) from stands
    except errors.FormRefused as refused:
        raise await publishing.stopped(visit, form, refused, FIELDS) from refused


async def _shown(visit: Visit, code: str, form: Filled) -> Response:
    db, today = visit.service.db, localtime.local_date(visit.at)
    found = await publication.versions(db, code, limit=1, day=today)
    if not found.items:
        raise errors.NotFound("procedure", code)
    known = await openings.openings(db, code)
    now = next((each for each in known if each.valid_from <= today), None)
    people = {person for each in known for person in (each.entered_by, each.entered_for) if person}
    return visit.page(
        "procedures/opening.html",
        form.status,
        here="thu-tuc",
        code=code,
        name=found.items[0].name,
        openings=known,
        open=now is None or now.is_open,
        since=now,
        names=await visit.names(people),
        may=await version.may(visit, code, ACT),
        today=today,
        form=form,
    )
