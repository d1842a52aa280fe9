"""Payments in dispute on their pages: words, and what a form settles. Amounts are whole đồng."""

from collections.abc import Mapping, Sequence
from typing import Any

from hoso_api.pages.fees import amounts
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DisputeReason, DisputeSettlement
from hoso_workflows.payments.dispute_settlement import Said
from hoso_workflows.payments.gateway import CURRENCY

#: Fields of the forms: how it is settled, the dossier that was paid, what went back; before a fee's number, what is paid of it.
SETTLEMENT, DOSSIER, WENT_BACK, FEE = "cach", "ho-so", "so-hoan-tra", "khoan-"
#: The field of the reason in the form of each settlement.
REASON: Mapping[str, str] = {
    DisputeSettlement.RECORDED: "thu-ly-do",
    DisputeSettlement.REFUNDED: "tra-ly-do",
    DisputeSettlement.MISTAKE: "sai-ly-do",
}
#: Why one is disputed, in words; and what is to be done.
REASONS: Mapping[str, tuple[str, str]] = {
    DisputeReason.UNKNOWN_ORDER: (
        marked("Không có yêu cầu thanh toán này"),
        marked("Tìm xem người nộp đã trả cho hồ sơ nào, rồi ghi thu vào hồ sơ đó; nếu không có thì trả lại."),
    ),
    DisputeReason.WRONG_AMOUNT: (
        marked("Sai số tiền"),
        marked("Ghi thu đúng số tiền cổng báo, phần thừa hoàn trả sau; hoặc trả lại cả khoản."),
    ),
    DisputeReason.WRONG_CURRENCY: (
        marked("Sai loại tiền"),
        marked(
            "Phí, lệ phí chỉ thu bằng đồng: hỏi cổng thanh toán, rồi trả lại người nộp hoặc ghi là báo sai."
        ),
    ),
    DisputeReason.WRONG_MERCHANT: (
        marked("Tiền trả cho tài khoản khác"),
        marked(
            "Hỏi cổng thanh toán: ghi thu khi tiền đã chuyển về đúng tài khoản, nếu không thì trả lại người nộp."
        ),
    ),
    DisputeReason.PAID_TWICE: (
        marked("Nộp hai lần"),
        marked("Khoản này đã được nộp bằng một giao dịch khác: trả lại, hoặc ghi thu rồi hoàn trả."),
    ),
    DisputeReason.NOT_OWED: (
        marked("Hồ sơ đã dừng, không còn phải nộp"),
        marked("Tiền đến sau khi hồ sơ dừng: trả lại người nộp."),
    ),
    DisputeReason.TAKEN_BACK: (
        marked("Báo đã nộp rồi báo chưa nộp"),
        marked(
            "Hỏi cổng thanh toán tiền có thật hay không. Nếu không có, hủy khoản thu đã ghi ở hồ sơ trước."
        ),
    ),
    DisputeReason.REFUSED: (
        marked("Hồ sơ không ghi nhận được"),
        marked("Xem các khoản của hồ sơ còn phải thu bao nhiêu, rồi ghi thu hoặc trả lại."),
    ),
}
#: How one was settled, in words.
SETTLEMENTS: Mapping[str, str] = {
    DisputeSettlement.RECORDED: marked("Đã ghi thu"),
    DisputeSettlement.REFUNDED: marked("Đã trả lại người nộp"),
    DisputeSettlement.MISTAKE: marked("Cổng thanh toán báo sai, không có tiền"),
}


def settlement(form: Form, fees: Sequence[Mapping[str, Any]]) -> Said:
    """The settlement of a form, for a dispute with these fees. Raises Stopped."""
    how = form.text(SETTLEMENT)
    if how not in set(DisputeSettlement):
        raise Stopped(form, [Fault(spoken("Chọn cách giải quyết."))])
    typed = ((each["fee"], amounts.typed(form, f"{FEE}{each['fee']}")) for each in fees)
    return Said(
        DisputeSettlement(how),
        form.text(REASON[how]),
        tuple((fee, amount) for fee, amount in typed if amount),
        form.text(DOSSIER) or None,
        form.text(WENT_BACK),
    )


def fields(form: Form, fees: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """The field of the page for a fault of each field of the act."""
    first = f"{FEE}{fees[0]['fee']}" if fees else DOSSIER
    return {
        "reason": REASON[form.text(SETTLEMENT)],
        "dossier": DOSSIER,
        "reference": WENT_BACK,
        "fees": first,
    }


def proposed(dispute: Mapping[str, Any]) -> Mapping[str, str]:
    """The amounts with which the form begins.

    They are those ordered, else those open, where they make up what was paid.
    """
    for named in ("ordered", "open"):
        found = {each["fee"]: each[named] for each in dispute["fees"] if each[named]}
        if sum(found.values()) == dispute["amount"]:
            return {f"{FEE}{fee}": wording.counted(amount) for fee, amount in found.items()}
    if len(dispute["fees"]) == 1:
        return {f"{FEE}{dispute['fees'][0]['fee']}": wording.counted(dispute["amount"])}
    return {}


def recordable(dispute: Mapping[str, Any]) -> bool:
    """True where the gateway told a payment that can be recorded."""
    told = dispute["reason"] != DisputeReason.TAKEN_BACK and dispute["gateway_reference"] is not None
    return told and dispute["currency"] == CURRENCY
