"""Lists of destruction: drawn up, ordered by law, decided on by a second person."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.administration import naming
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.privacy import destruction
from hoso_workflows.privacy.refusals import ListDecided, NothingDue, OwnList

ADDRESS = f"{administering.ADDRESS}/tieu-huy"
router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

LENGTH = 50
#: Fields of the forms, as their pages name them.
UNIT, BASIS, DECISION, LAW = "don-vi", "can-cu", "quyet-dinh", "can-cu-xoa"
#: The field of each fault of a list, and of its refusals.
DRAWN = {"basis": BASIS, "unit": UNIT, NothingDue.slug: UNIT}
#: Mark and words of each state of a list.
STATES: Mapping[str, tuple[str, str]] = {
    "drawn": ("soon", marked("Chờ người thứ hai quyết định")),
    "confirmed": ("still", marked("Đã duyệt, đang xóa")),
    "rejected": ("still", marked("Không duyệt")),
    "finished": ("fine", marked("Đã tiêu hủy")),
}
ListId = Annotated[UUID, Path(alias="list")]
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_destructions")
async def destructions_page(visit: VisitNow, after: After = "") -> Response:
    """The lists of the reader's units, and the forms that draw one up."""
    try:
        return await _lists(visit, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=HTTPStatus.SEE_OTHER)


@router.post("")
@acts.named("draw_destruction")
async def draw_destruction(visit: VisitNow, form: FormNow) -> Response:
    """Draw up a list of a unit's dossiers whose retention has ended."""
    try:
        drawn = await _drawn(visit, form)
    except Stopped as stopped:
        return await _lists(visit, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{drawn}", status_code=HTTPStatus.SEE_OTHER)


async def _drawn(visit: Visit, form: Form) -> UUID:
    """The list of a form; of one that was sent twice the same. Raises Stopped."""
    form.require_legible()
    doing.required(form, don_vi=spoken("Chọn đơn vị."), can_cu=spoken("Ghi căn cứ."))
    unit, basis = form.text(UNIT), form.text(BASIS)
    try:
        return await destruction.draw(visit.service, unit, basis, actor=visit.principal, at=visit.at)
    except errors.NotFound as missing:
        raise Stopped(form, [acting.Fault(messages.translated(missing), UNIT)]) from missing
    except errors.Forbidden:
        raise
    except errors.Refusal as refused:
        since = visit.at - acting.TOLD
        rows = await visit.service.db.rows(_JUST_DRAWN, [unit, basis, visit.principal, since])
        if isinstance(refused, NothingDue) and rows:
            return UUID(str(rows[0].id))
        raise await acting.stopped(visit, form, "", refused, fields=DRAWN) from refused


@router.post("/theo-luat")
@acts.named("order_erasure")
async def order_erasure(visit: VisitNow, form: FormNow) -> Response:
    """Order the erasure of one dossier by law."""
    try:
        key = naming.named(form, {naming.REASON: spoken("Ghi lý do."), LAW: spoken("Ghi căn cứ.")})
        command = commands.OrderErasure(form.text(naming.REASON), form.text(LAW))
        done = await naming.act(visit, form, key, command)
    except Stopped as stopped:
        return await _lists(visit, Filled.again(stopped))
    return await acting.onward(visit, ADDRESS, done)


@router.get("/{list}")
@acts.named("get_destruction")
async def destruction_page(identity: ListId, visit: VisitNow) -> Response:
    """A list with its dossiers and its progress, and the form that decides."""
    return await _list(visit, identity, Filled.first(visit))


@router.post("/{list}/duyet")
@acts.named("confirm_destruction")
async def confirm_destruction(identity: ListId, visit: VisitNow, form: FormNow) -> Response:
    """Confirm a list of somebody else; a job erases its dossiers."""
    return await _decided(visit, identity, form, confirmed=True)


@router.post("/{list}/khong-duyet")
@acts.named("reject_destruction")
async def reject_destruction(identity: ListId, visit: VisitNow, form: FormNow) -> Response:
    """Reject a list of somebody else."""
    return await _decided(visit, identity, form, confirmed=False)


async def _decided(visit: Visit, identity: UUID, form: Form, *, confirmed: bool) -> Response:
    try:
        form.require_legible()
        doing.required(form, quyet_dinh=spoken("Ghi số, ngày của quyết định."))
        await _decide(visit, identity, form, confirmed=confirmed)
    except Stopped as stopped:
        return await _list(visit, identity, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{identity}", status_code=HTTPStatus.SEE_OTHER)


async def _decide(visit: Visit, identity: UUID, form: Form, *, confirmed: bool) -> None:
    """Decide on a list. What the reader has decided so already is done. Raises Stopped."""
    decision = form.text(DECISION)
    try:
        await destruction.decide(
            visit.service, identity, decision, confirmed=confirmed, actor=visit.principal, at=visit.at
        )
    except errors.Forbidden:
        raise
    except errors.Refusal as refused:
        row = await visit.service.db.row(_DECISION, [identity])
        ours = row is not None and (row.decided_by, row.confirmed, row.decision) == (
            visit.principal,
            confirmed,
            decision,
        )
        if not (isinstance(refused, ListDecided) and ours):
            raise await acting.stopped(visit, form, "", refused, fields={"decision": DECISION}) from refused


def _refusals(visit: Visit, act: str, subject: str | None) -> AbstractAsyncContextManager[None]:
    return readings.refusals(visit.service.db, act, visit.principal, subject, visit.at, visit.origin)


async def _read(visit: Visit, act: str, subject: str | None, ids: list[Any]) -> None:
    """Record that the reader was shown these lists."""
    reading = readings.of_list(visit.rights, act)
    seen = readings.access(act, visit.principal, subject, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, ids)


async def _lists(visit: Visit, form: Filled, after: str = "") -> Response:
    async with _refusals(visit, destruction.LIST, None):
        over = destruction.units_of(visit.rights)
    page = await destruction.search(visit.service.db, over, limit=LENGTH, after=after or None)
    await _read(visit, destruction.LIST, None, [each["id"] for each in page.items])
    register = await visit.service.reference_data.register()
    return visit.page(
        "administration/destructions.html",
        form.status,
        here=administering.HERE,
        sections=administering.PLACES,
        rows=[{**each, "unit_name": register.name(each["unit"])} for each in page.items],
        after=page.after,
        states=STATES,
        draws=bool(permissions.overseen(visit.rights, destruction.DRAW)),
        units=await units.choices(visit, destruction.DRAW),
        form=form,
        flash=await acting.flash(visit),
    )


async def _list(visit: Visit, identity: UUID, form: Filled) -> Response:
    db, subject = visit.service.db, str(identity)
    async with _refusals(visit, destruction.READ, subject):
        over = destruction.units_of(visit.rights, destruction.READ)
        found = await destruction.read(db, identity, over)
    await _read(visit, destruction.READ, subject, [identity])
    register = await visit.service.reference_data.register()
    return visit.page(
        "administration/destruction.html",
        form.status,
        here=administering.HERE,
        found=found,
        unit_name=register.name(found["unit"]),
        states=STATES,
        refusal=await _undecidable(visit, found),
        form=form,
    )


async def _undecidable(visit: Visit, found: Mapping[str, Any]) -> str | None:
    """The reason why the reader cannot decide on a list that waits; None where they can."""
    if not administering.may(visit, destruction.CONFIRM, found["unit"]):
        return spoken("Quản trị viên khác của đơn vị quyết định danh mục này.")
    row = await visit.service.db.row(_DECISION, [found["id"]])
    own = row is not None and visit.principal in (row.drawn_by, row.drawn_for)
    return messages.translated(OwnList()) if own else None


_JUST_DRAWN = """
select id from destruction_list where unit_code = $1 and basis = $2 and drawn_by = $3 and drawn_at >= $4
order by drawn_at desc limit 1
"""
_DECISION = """
select drawn_by, drawn_for, confirmed, decision, decided_by from destruction_list where id = $1::uuid
"""
