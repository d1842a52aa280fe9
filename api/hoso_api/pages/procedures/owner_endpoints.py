"""Owner of a procedure: past ones, and the naming of the next."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import Key
from hoso_api.pages.procedures import publishing, version
from hoso_api.pages.register import doing, units
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.procedures import owners, publication
from hoso_workflows.procedures.owners import Owner

router = APIRouter(
    prefix=f"{version.ADDRESS}/{{code}}/co-quan-chu-quan",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

Code = Annotated[Key, Path()]
ACT = "name_owner"
#: Fields of the form, as its page names them; the last one carries which owner its reader has seen.
UNIT, BASIS, BEGINS, KNOWN = "don-vi", "can-cu", "tu-ngay", "da-thay"
#: The field of each fault of a refusal.
FIELDS = {"unit": UNIT, "basis": BASIS, "valid_from": BEGINS}


@router.get("")
@acts.named("list_owners")
async def owners_page(code: Code, visit: VisitNow) -> Response:
    """Owners of a procedure, past and to come, with a form."""
    return await _shown(visit, code, Filled.first(visit))


@router.post("")
@acts.named(ACT)
async def name_owner(code: Code, visit: VisitNow, form: FormNow) -> Response:
    """Name the owner from a day on; back to the page."""
    try:
        await _named(visit, code, form)
    except Stopped as stopped:
        return await _shown(visit, code, Filled.again(stopped))
    return RedirectResponse(f"{version.ADDRESS}/{code}/co-quan-chu-quan", status_code=HTTPStatus.SEE_OTHER)


async def _named(visit: Visit, code: str, form: Form) -> None:
    """Name the owner of a form, once. Raises Stopped, Forbidden."""
    form.require_legible()
    doing.required(form, don_vi=spoken("Chọn đơn vị."), can_cu=spoken("Ghi căn cứ."))
    begins = doing.day(visit, form, BEGINS)
    known = await owners.owners(visit.service.db, code)
    if _done(visit, form, begins, known):
        return
    if form.text(KNOWN) != _mark(known):
        told = spoken("Đơn vị chủ quản vừa được đổi sau khi bạn mở trang này. Chưa có gì của bạn được ghi.")
        raise Stopped(form, [Fault(told)], status=HTTPStatus.CONFLICT, spent=True)
    try:
        await owners.name(
            visit.service.db,
            code,
            form.text(UNIT),
            basis=form.text(BASIS),
            valid_from=begins,
            actor=visit.principal,
            at=visit.at,
        )
    except errors.NotFound as missing:
        raise Stopped(form, [Fault(messages.translated(missing), UNIT)]) from missing
    except errors.FormRefused as refused:
        raise await publishing.stopped(visit, form, refused, FIELDS) from refused


def _done(visit: Visit, form: Form, begins: date, known: list[Owner]) -> bool:
    """True where the reader has named this owner already, by the same form."""
    holds = next((each for each in known if each.valid_from <= begins), None)
    if holds is None or visit.principal not in (holds.named_by, holds.named_for):
        return False
    return (holds.unit, holds.valid_from, holds.basis) == (form.text(UNIT), begins, form.text(BASIS))


def _mark(known: list[Owner]) -> str:
    """Version that a reader has seen: owners are only added, so their number tells."""
    return str(len(known))


async def _may(visit: Visit, code: str) -> bool:
    """True for an administrator at the top, above the present owner."""
    tops = await procedure_rights.common_top_units(
        visit.service.db, code, None, localtime.local_date(visit.at)
    )
    offices = permissions.offices(ACT)
    return any(right.role in offices and right.unit in tops for right in visit.rights.held)


async def _shown(visit: Visit, code: str, form: Filled) -> Response:
    """The page of owners.

    Of a code that nobody has declared it is there for those who can name an owner.
    """
    db, today = visit.service.db, localtime.local_date(visit.at)
    found, known = await publication.versions(db, code, limit=1, day=today), await owners.owners(db, code)
    may = await _may(visit, code)
    if not (found.items or known or may):
        raise errors.NotFound("procedure", code)
    people = {person for each in known for person in (each.named_by, each.named_for) if person}
    return visit.page(
        "procedures/owner.html",
        form.status,
        here="thu-tuc",
        code=code,
        name=found.items[0].name if found.items else None,
        owners=known,
        now=next((each for each in known if each.valid_from <= today), None),
        names=await visit.names(people),
        may=may,
        units=await units.choices(visit, ACT) if may else None,
        mark=_mark(known),
        today=today,
        form=form,
    )
