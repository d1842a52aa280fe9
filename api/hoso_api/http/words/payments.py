"""Meaning and example of the fields of payments online."""

from collections.abc import Mapping
from typing import Any

_ID = "4f0a7a8e-2c57-4a39-8a3b-0d7b7f0a2c11"
_AT, _LATER = "2026-03-02T09:00:00+07:00", "2026-03-02T10:00:00+07:00"
_REFERENCE = ("Reference of the payment at the gateway; null where it named none.", "GW26061000001")
_WHY = "Người nộp đã trả hai lần; cổng thanh toán đã hoàn lại."
_WENT_BACK = ("Reference of what went back, at the bank or the gateway.", "RF26061000001")

#: Fields of a dispute, in a list and by itself.
_DISPUTE: Mapping[str, tuple[str, Any]] = {
    "id": ("Id of the dispute.", _ID),
    "unit": (
        "Code of the receiving unit; of the unit into whose account it was paid where no dossier is known, null where nobody has said which that is.",
        "H27.PVHCC",
    ),
    "reason": ("Why it was not recorded as a payment by itself.", "wrong_amount"),
    "amount": ("What was paid by the gateway's word, in whole units of the currency.", 25000),
    "currency": ("Its currency by the gateway's word.", "VND"),
    "merchant": ("To whom it was paid, where that is not this installation; null else.", "another-agency"),
    "ordered": ("What was ordered, in đồng; null where no order is known.", 20000),
    "gateway_reference": _REFERENCE,
    "told_order": ("The order as the gateway names it.", _ID),
    "dossier": (
        "Reference of the dossier; null where no order is known.",
        "pWnQ0Bf1T6u2Xk9sJ4aZrg",
    ),
    "code": ("Code of the dossier; null where it has none yet.", "H27.PVHCC-260302-0012"),
    "told_at": ("When the gateway said it first.", _AT),
    "settlement": ("How it was settled; null while it is open.", "refunded"),
    "settled_at": ("When it was settled; null while it is open.", _LATER),
    "settled_by": ("Id of who settled it; null while it is open.", _ID),
    "settled_for": ("Why it was settled so; null while it is open.", _WHY),
    "settled_reference": _WENT_BACK,
}
#: `Schema.field` → what it means there, and an example.
PAYMENT_FIELDS: Mapping[str, tuple[str, Any]] = {
    "PaymentOrdering.fees": ("Numbers of the fees in their procedure; all that are open when empty.", [1]),
    "FeeOrdered.fee": ("Number of the fee in its procedure, from 1.", 1),
    "FeeOrdered.amount": ("What is paid of it by the order, in đồng.", 20000),
    "PaymentOrder.id": ("Id of the order, here and at the gateway.", _ID),
    "PaymentOrder.state": ("How far it is.", "open"),
    "PaymentOrder.amount": ("What is to be paid, in đồng.", 20000),
    "PaymentOrder.fees": ("The fees that it pays.", [{"fee": 1, "amount": 20000}]),
    "PaymentOrder.pay_at": (
        "Where the payer goes to pay; null once it cannot be paid.",
        f"https://pay.example.vn/{_ID}",
    ),
    "PaymentOrder.gateway_reference": _REFERENCE,
    "PaymentOrder.created_at": ("When it was made.", _AT),
    "PaymentOrder.expires_at": ("Until when it is to be paid.", _LATER),
    "PaymentOrder.paid_at": ("When the payer paid; null until then.", _AT),
    "PaymentOrders.items": ("The orders, the oldest first.", []),
    "NotificationTaken.state": ("How far the order is now; null for one that is not known here.", "paid"),
    **{f"PaymentDispute.{field}": said for field, said in _DISPUTE.items()},
    **{f"PaymentDisputeHeld.{field}": said for field, said in _DISPUTE.items()},
    "PaymentDisputeHeld.paid_at": (
        "When the payer paid, as the gateway has it; null where it did not say.",
        _AT,
    ),
    "PaymentDisputeHeld.settled_by_name": (
        "Who settled it; null while it is open.",
        "Trưởng bộ phận Một cửa",
    ),
    "PaymentDisputeHeld.order": (
        "The order; null where none is known.",
        {"state": "disputed", "created_at": _AT},
    ),
    "PaymentDisputeHeld.fees": (
        "The assessed fees of its dossier; empty where none is known.",
        [{"fee": 1, "name": "Lệ phí", "open": 20000, "ordered": 20000, "recorded": 0}],
    ),
    "OrderDisputed.state": ("How far the order is.", "disputed"),
    "OrderDisputed.created_at": ("When it was made.", _AT),
    "FeeDisputed.fee": ("Number of the fee in its procedure, from 1.", 1),
    "FeeDisputed.name": ("Name of the fee.", "Lệ phí"),
    "FeeDisputed.open": ("What is still to be paid of it, in đồng.", 20000),
    "FeeDisputed.ordered": ("What the order pays of it, in đồng.", 20000),
    "FeeDisputed.recorded": ("What is recorded of it by the payment in dispute, in đồng.", 0),
    "PaymentDisputes.items": ("The disputes, the oldest first.", []),
    "DisputeSettling.settlement": (
        "`recorded`: it becomes a payment of its dossier; `refunded`: it went back to the payer; `mistake`: nothing was paid.",
        "refunded",
    ),
    "DisputeSettling.reason": ("Why so.", _WHY),
    "DisputeSettling.dossier": (
        "Reference or code of the dossier that was paid, where no order is known.",
        "H27.PVHCC-260302-0012",
    ),
    "DisputeSettling.fees": (
        "What is recorded for which fee; as it was ordered when empty.",
        [{"fee": 1, "amount": 25000}],
    ),
    "DisputeSettling.reference": _WENT_BACK,
    "FeeSettled.fee": ("Number of the fee in its procedure, from 1.", 1),
    "FeeSettled.amount": ("What is recorded for it, in đồng.", 25000),
}
