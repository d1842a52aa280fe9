"""Orders at the payment gateway on the page of a dossier's fees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit, Visited
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import OrderState
from hoso_workflows import errors
from hoso_workflows.organisation.permissions import table
from hoso_workflows.payments import orders
from hoso_workflows.payments.orders import Asked, Online

#: The field of the fees that are ordered; it may stand several times.
ORDERED = "tt-khoan"
#: The field of the order that is cancelled.
CANCELLED = "tt-yeu-cau"
#: The longest address that becomes a picture; a longer one has modules too small for the camera of a telephone.
LONGEST = 400
#: Mark and words of each state.
STATES: Mapping[str, tuple[str, str]] = {
    OrderState.OPEN: ("soon", marked("Chờ người nộp thanh toán")),
    OrderState.PAID: ("fine", marked("Đã nộp")),
    OrderState.FAILED: ("still", marked("Đã hủy hoặc không nộp được")),
    OrderState.EXPIRED: ("still", marked("Hết hạn")),
    OrderState.DISPUTED: ("late", marked("Cần xem lại")),
}


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of a dossier at the payment gateway, as their page shows them."""

    #: The newest first; one whose time is over is shown as such before the gateway is asked.
    all: Sequence[Mapping[str, Any]]
    #: The address of the one that can be paid now as a picture that a telephone reads; empty without one.
    picture: str
    #: True where the reader may order.
    may: bool
    #: True where a gateway is set up.
    there: bool

    @property
    def standing(self) -> Mapping[str, Any] | None:
        """The order that can be paid now."""
        return _standing(self.all)


async def read(visit: Visit, subject: dossier_frame.Subject) -> Orders:
    """The orders of a dossier, for an officer; the reading is logged. Raises NotFound."""
    may = table.reaches(orders.CREATE, visit.rights, [subject.document["units"]["receiving"]])
    return await of(visit, subject.document["reference"], may=may)


async def of(visit: Visited, reference: str, *, may: bool) -> Orders:
    """The orders of a dossier, for a reader who may order or not. Raises NotFound."""
    found = await orders.listed(visit.service, reference, asked(visit))
    shown = [_shown(each, visit.at) for each in reversed(found)]
    now = _standing(shown)
    return Orders(shown, _picture(now["pay_at"]) if now else "", may, means(visit).gateway is not None)


def _shown(order: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    over = order["state"] == OrderState.OPEN and datetime.fromisoformat(order["expires_at"]) <= at
    return {**order, "state": OrderState.EXPIRED, "pay_at": None} if over else order


def _standing(found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((each for each in found if each["pay_at"]), None)


def _picture(address: str) -> str:
    if len(address) > LONGEST:
        return ""
    import segno

    return segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")


def asked(visit: Visited) -> Asked:
    """The reader as orders know them."""
    return Asked(visit.principal, visit.at, visit.origin)


def means(visit: Visited) -> Online:
    """The means of paying online here."""
    found: Online = visit.request.app.state.online
    return found


async def order(visit: Visited, key: str, form: Form) -> None:
    """Order the fees of a form at the payment gateway. Raises Stopped."""
    try:
        await orders.create(visit.service, means(visit), key, numbers(form), asked(visit))
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, key, refused) from refused


async def cancel(visit: Visited, key: str, form: Form) -> None:
    """Cancel the order of a form at the payment gateway. Raises Stopped."""
    try:
        await orders.cancel(visit.service, means(visit), key, _order(form), asked(visit))
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, key, refused) from refused


def _order(form: Form) -> UUID:
    try:
        return UUID(form.text(CANCELLED))
    except ValueError:
        raise Stopped(form, [Fault(spoken("Chọn yêu cầu thanh toán."))]) from None


def numbers(form: Form) -> list[int]:
    """The fees that a form orders. Raises Stopped."""
    found = [each for each in form.texts(ORDERED) if each.isdecimal() and len(each) <= len("1000")]
    if not found:
        raise Stopped(form, [Fault(spoken("Chọn khoản phí, lệ phí."), ORDERED)])
    return sorted({int(each) for each in found})
