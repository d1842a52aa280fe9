"""Fees of a dossier on their page, and the commands of its forms. Amounts are whole đồng."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from hoso_api.pages.desk import queue
from hoso_api.pages.fees import amounts
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.shared import typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import FeeDue, PaymentMethod
from hoso_workflows import localtime
from hoso_workflows.correspondence import letter_views
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts.fees import RECEIPT
from hoso_workflows.payments import fee_views

#: Fields of the forms, as their page names them; those of one form begin alike.
TAKEN_FOR, TAKEN, TAKEN_BY, TAKEN_AS, TAKEN_ON, DIFFERS, SHARED = (
    "thu-khoan",
    "thu-tien",
    "thu-cach",
    "thu-so",
    "thu-ngay",
    "thu-lech",
    "thu-chung",
)
COUNTED_FOR, COUNTED, COUNTED_AS, COUNTED_BY = "xd-khoan", "xd-so-luong", "xd-tien", "xd-can-cu"
SPARED_FOR, SPARED, SPARED_BY = "mg-khoan", "mg-tien", "mg-can-cu"
VOID, VOID_FOR = "huy-khoan", "huy-ly-do"
BACK, BACK_AMOUNT, BACK_BY, BACK_AS, BACK_FOR = "ht-khoan", "ht-tien", "ht-cach", "ht-so", "ht-ly-do"
#: Before a fee's number: what was open of it when the page was read.
OPEN = "con-"
#: The most pages or copies that are counted, and the most numbers of one count.
MOST_COUNTED, MOST_NUMBERS = 1_000_000, 1_000
#: The field of a fault of each command, by the command's own field; of a refusal, by its slug.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "record_payment": {
        "fee": TAKEN_FOR,
        "amount": TAKEN,
        "method": TAKEN_BY,
        "reference": TAKEN_AS,
        "paid_at": TAKEN_ON,
    },
    "assess_fee": {
        "fee": COUNTED_FOR,
        "quantity": COUNTED,
        "quantities": COUNTED,
        "amount": COUNTED_AS,
        "basis": COUNTED_BY,
    },
    "exempt_fee": {"fee": SPARED_FOR, "amount": SPARED, "reason-missing": SPARED_BY},
    "cancel_payment": {"payment": VOID, "reason-missing": VOID_FOR},
    "refund_payment": {
        "payment": BACK,
        "amount": BACK_AMOUNT,
        "method": BACK_BY,
        "reference": BACK_AS,
        "reason-missing": BACK_FOR,
    },
}
#: When a fee is collected, in words.
DUE: Mapping[str, str] = {
    FeeDue.FILING: marked("Khi nộp hồ sơ"),
    FeeDue.RECEPTION: marked("Khi tiếp nhận"),
    FeeDue.SUPPLEMENT: marked("Khi bổ sung"),
    FeeDue.RETURN: marked("Khi trả kết quả"),
}
#: How money came in, in words; what the gateway takes is recorded by itself.
METHODS: Mapping[PaymentMethod, str] = {
    PaymentMethod.CASH: marked("Tiền mặt"),
    PaymentMethod.TRANSFER: marked("Chuyển khoản"),
    PaymentMethod.GATEWAY: marked("Thanh toán trực tuyến"),
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Fees and payments of a dossier with what its reader may do to them."""

    subject: dossier_frame.Subject
    found: Mapping[str, Any]
    #: By the receipt's series, the letter that it is.
    receipts: Mapping[str, str]
    #: Act → why the reader cannot do it now, None where they can; without those that are not theirs.
    refusals: Mapping[str, str | None]

    @property
    def open(self) -> list[tuple[str, str]]:
        """Fees of which something is open, as choices."""
        return [
            (
                str(each["number"]),
                spoken("{name}: còn {amount} đồng", name=each["name"], amount=wording.counted(each["open"])),
            )
            for each in self.found["fees"]
            if each["assessed_at"] and each["open"]
        ]

    @property
    def declared(self) -> list[tuple[str, str]]:
        """Fees that can be assessed, as choices."""
        return [(str(each["number"]), str(each["name"])) for each in self.found["fees"]]

    @property
    def assessed(self) -> list[tuple[str, str]]:
        """Fees that can be reduced, as choices."""
        return [
            (str(each["number"]), str(each["name"])) for each in self.found["fees"] if each["assessed_at"]
        ]

    @property
    def standing(self) -> list[tuple[str, str]]:
        """Payments of which something is left, as choices."""
        return [
            (
                str(each["id"]),
                spoken(
                    "{receipt}: {amount} đồng",
                    receipt=each["receipt"],
                    amount=wording.counted(each["left"]),
                ),
            )
            for each in self.found["payments"]
            if each["left"]
        ]

    @property
    def onward(self) -> str:
        """The desk's page for the dossier now; empty without one."""
        act = queue.act_at(self.found["status"])
        return f"{self.subject.address}{act}" if act and "record_payment" in self.refusals else ""


async def read(visit: Visit, key: str) -> Accounts:
    """The fees of a dossier; the readings are logged. Raises NotFound."""
    subject = await dossier_frame.read(visit, key)
    found = await fee_views.listed(visit.service, key, **visit.reading)
    possible = await dossier_frame.acts_of(visit, subject)
    return Accounts(
        subject,
        found,
        await _receipts(visit, key) if found["payments"] else {},
        {act: dossier_frame.why_not(possible[act]) for act in FIELDS if act in possible},
    )


async def _receipts(visit: Visit, key: str) -> Mapping[str, str]:
    public: str = visit.request.app.state.settings.public_origin
    asked = letter_views.Asked(visit.principal, visit.at, public, visit.origin)
    listed = await letter_views.listed(visit.service, key, asked)
    return {each["series"]: each["id"] for each in listed if each["form"] == RECEIPT}


def first(visit: Visit, accounts: Accounts, surplus_of: int | None = None) -> Filled:
    """The forms at first, with all that is open of the first fee.

    Of a fee that is named, its surplus is about to go back.
    """
    number = next((number for number, _ in accounts.open), "")
    due = {str(each["number"]): each["open"] for each in accounts.found["fees"]}
    typed = {TAKEN_FOR: number, TAKEN: wording.counted(due[number]) if number else ""}
    return Filled.first(
        visit,
        **typed,
        **{TAKEN_BY: PaymentMethod.CASH.value},
        **_back(accounts.found, surplus_of) if surplus_of else {},
    )


def _back(found: Mapping[str, Any], fee: int) -> Mapping[str, str]:
    """The newest payment of a fee, and how much goes back by it."""
    surplus = next((each["surplus"] for each in found["fees"] if each["number"] == fee), 0)
    paid = next((each for each in reversed(found["payments"]) if each["fee"] == fee and each["left"]), None)
    if not surplus or paid is None:
        return {}
    return {BACK: str(paid["id"]), BACK_AMOUNT: wording.counted(min(surplus, paid["left"]))}


def payment(form: Form) -> commands.RecordPayment:
    """The payment of a form. Raises Stopped, also for an amount that differs from what is open unless that is meant."""
    number, amount = _number(form, TAKEN_FOR), amounts.typed(form, TAKEN)
    if amount is None:
        raise Stopped(form, [Fault(spoken("Ghi số tiền đã thu."), TAKEN)])
    method = _method(form, TAKEN_BY) or PaymentMethod.CASH
    if form.text(DIFFERS) != "co":
        _require_all(form, amount, form.text(f"{OPEN}{number}"))
    shared = form.text(SHARED) == "co"
    return commands.RecordPayment(number, amount, method, form.text(TAKEN_AS), _paid_at(form), shared)


def _require_all(form: Form, amount: int, asked: str) -> None:
    """Raise Stopped, with the difference, for an amount that is not the open one."""
    difference = amount - int(asked) if asked.isdecimal() else 0
    if difference:
        words = (
            spoken("Nhiều hơn số còn phải thu {n} đồng.", n=wording.counted(difference))
            if difference > 0
            else spoken("Ít hơn số còn phải thu {n} đồng.", n=wording.counted(-difference))
        )
        raise Stopped(form, [Fault(words, TAKEN, spoken("Nếu đúng như vậy, đánh dấu ô bên dưới số tiền."))])


def _paid_at(form: Form) -> datetime | None:
    """The beginning of the day on which money came in; None for now."""
    day = typed.day_said(form, TAKEN_ON)
    return None if day is None else datetime.combine(day, time.min, tzinfo=localtime.ZONE)


def assessment(form: Form) -> commands.AssessFee:
    """The assessment of a form. Raises Stopped."""
    counts = _counts(form)
    return commands.AssessFee(
        fee=_number(form, COUNTED_FOR),
        quantity=counts[0] if len(counts) == 1 else None,
        quantities=tuple(counts) if len(counts) > 1 else (),
        amount=amounts.typed(form, COUNTED_AS),
        basis=form.text(COUNTED_BY),
    )


def exemption(form: Form) -> commands.ExemptFee:
    """The exemption of a form; the whole fee where no amount is said. Raises Stopped."""
    return commands.ExemptFee(_number(form, SPARED_FOR), form.text(SPARED_BY), amounts.typed(form, SPARED))


def cancellation(form: Form) -> commands.CancelPayment:
    """The cancellation of a form. Raises Stopped."""
    return commands.CancelPayment(_payment(form, VOID), form.text(VOID_FOR))


def refund(form: Form) -> commands.RefundPayment:
    """The refund of a form; all that is left where no amount is said. Raises Stopped."""
    return commands.RefundPayment(
        payment=_payment(form, BACK),
        reason=form.text(BACK_FOR),
        amount=amounts.typed(form, BACK_AMOUNT),
        method=_method(form, BACK_BY),
        reference=form.text(BACK_AS),
    )


def _number(form: Form, field: str) -> int:
    text = form.text(field)
    if not text.isdecimal() or len(text) > len("1000"):
        raise Stopped(form, [Fault(spoken("Chọn khoản phí, lệ phí."), field)])
    return int(text)


def _payment(form: Form, field: str) -> UUID:
    try:
        return UUID(form.text(field))
    except ValueError:
        raise Stopped(form, [Fault(spoken("Chọn khoản đã thu."), field)]) from None


def _method(form: Form, field: str) -> PaymentMethod | None:
    text = form.text(field)
    return PaymentMethod(text) if text in set(PaymentMethod) else None


def _counts(form: Form) -> Sequence[int]:
    """The numbers of a count, one for each copy."""
    texts = [each for each in re.split(r"[,;\s]+", form.text(COUNTED)) if each]
    if len(texts) > MOST_NUMBERS or not all(each.isdecimal() and len(each) <= 7 for each in texts):
        raise Stopped(
            form, [Fault(spoken("Ghi số trang hoặc số bản, ví dụ 12; nhiều bản thì 12, 8."), COUNTED)]
        )
    counts = [int(each) for each in texts]
    if max(counts, default=0) > MOST_COUNTED:
        most = wording.counted(MOST_COUNTED)
        raise Stopped(form, [Fault(spoken("Nhiều nhất {n}.", n=most), COUNTED)])
    return counts
