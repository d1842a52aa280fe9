"""Fees in memory: assessed by rule and by the desk, reduced, paid, cancelled; and the steps that open fees stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

import hoso_bpmn
from hoso_bpmn.package import package
from hoso_bpmn.package.manifest import Fee
from hoso_models import DossierStatus as Status
from hoso_models import PaymentMethod
from hoso_workflows import errors
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import commands, fees
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.commands import (
    AssessFee,
    CancelPayment,
    ExemptFee,
    RecordPayment,
    RefundPayment,
    Result,
)
from support import in_memory
from support.builders.histories import local
from support.in_memory import Walk

AT = "2026-03-03 10:00"
FIXED: Mapping[str, Any] = {"name": "Lệ phí", "amount": 20_000, "basis": "NQ 1"}
PAGES: Mapping[str, Any] = {"name": "Phí sao chụp", "amount": 2_000, "per": "trang"}
UNPUBLISHED: Mapping[str, Any] = {"name": "Phí thẩm định", "source": "unpublished"}
TRANSFER = PaymentMethod.TRANSFER


def charging(*declared: Mapping[str, Any], **policy: object) -> hoso_bpmn.Loaded:
    """The bundled procedure, with these fees and policy."""
    found = in_memory.loaded(**policy)
    return replace(found, case=found.case.model_copy(update={"fees": tuple(Fee(**fee) for fee in declared)}))


def walk(*declared: Mapping[str, Any], **policy: object) -> Walk:
    return Walk(charging(*declared, **policy))


def to_the_result(made: Walk, result: Result = Result.GRANTED) -> None:
    """Go on behind the acceptance until the result is ready."""
    while made.state.status is Status.IN_PROCESS:
        found = made.task[1]
        said = {"result": result, "reason": "không đủ"} if found.milestone == "result" else {}
        made.complete(AT, outcome=found.outcomes[0] if found.outcomes else None, **said)


def told(made: Walk, kind: Kind) -> list[dict[str, Any]]:
    """Payloads of the events of a kind, without their seals and instants."""
    return [dict(event.payload) for event in made.events if event.kind is kind]


def refused(made: Walk, command: commands.Command) -> list[tuple[str, str]]:
    """The fields that an act is refused for; it tells nothing."""
    before = made.events
    with pytest.raises(errors.FormRefused) as refusal:
        made.does(command, AT)
    assert made.events == before
    return [(fault.field, str(fault.message)) for fault in refusal.value.faults]


def sums(made: Walk, number: int = 1) -> tuple[int, int, int]:
    """Sums of a fee: paid, open, too much."""
    account = made.state.account
    return account.paid(number), account.open(number), account.surplus(number)


def payment(made: Walk, place: int = 0) -> UUID:
    return list(made.state.account.payments)[place]


def test_a_fee_of_filing_or_reception_is_assessed_when_the_dossier_is_filed():
    made = walk({**FIXED, "due": "filing"}, FIXED, {**FIXED, "due": "supplement"}, {**FIXED, "due": "return"})
    assert told(made, Kind.FEE_ASSESSED) == [
        {
            "fee": 1,
            "title": "Lệ phí",
            "amount": 20_000,
            "basis": "NQ 1",
            "due": "filing",
            "quantity": None,
            "published": True,
        },
        {
            "fee": 2,
            "title": "Lệ phí",
            "amount": 20_000,
            "basis": "NQ 1",
            "due": "reception",
            "quantity": None,
            "published": True,
        },
    ]
    assert {event.automatic for event in made.events if event.kind is Kind.FEE_ASSESSED} == {True}
    assert [event.kind for event in made.events[:3]] == [Kind.FILED, Kind.FEE_ASSESSED, Kind.FEE_ASSESSED]


def test_a_fee_of_a_supplement_is_assessed_when_the_first_one_is_asked():
    made = walk({**FIXED, "due": "supplement"})
    made.accept()
    made.does(commands.AskSupplement("thiếu"), AT)
    made.does(commands.ReceiveSupplement(), AT)
    made.does(commands.AskSupplement("thiếu", justification="mới phát hiện"), AT)
    assert [each["due"] for each in told(made, Kind.FEE_ASSESSED)] == ["supplement"]


@pytest.mark.parametrize(("result", "assessed"), [(Result.GRANTED, 1), (Result.NOT_ELIGIBLE, 0)])
def test_a_fee_of_the_return_is_assessed_with_a_result_that_is_granted(result: Result, assessed: int):
    made = walk({**FIXED, "due": "return"})
    made.accept()
    to_the_result(made, result)
    assert len(told(made, Kind.FEE_ASSESSED)) == assessed


def test_what_is_counted_or_not_published_or_nothing_is_not_assessed_by_rule():
    assert told(walk(PAGES, UNPUBLISHED, {**FIXED, "amount": 0}), Kind.FEE_ASSESSED) == []


def test_the_desk_counts_pages():
    made = walk(PAGES)
    made.does(AssessFee(1, quantity=5), AT)
    assert told(made, Kind.FEE_ASSESSED) == [
        {
            "fee": 1,
            "title": "Phí sao chụp",
            "amount": 10_000,
            "basis": None,
            "due": "reception",
            "quantity": 5,
            "published": True,
        }
    ]
    made.does(AssessFee(1, quantity=6), AT)
    assert sums(made) == (0, 12_000, 0)


def test_the_most_of_a_copy_holds_for_each_copy():
    made = walk({**PAGES, "most": 9_000})
    made.does(AssessFee(1, quantities=(12, 1, 4)), AT)
    (paid,) = told(made, Kind.FEE_ASSESSED)
    assert (paid["amount"], paid["quantity"], paid["quantities"]) == (9_000 + 2_000 + 8_000, 17, [12, 1, 4])
    assert refused(made, AssessFee(1, quantities=(12, 1, 4))) == [("fee", "is assessed so already")]
    made.does(AssessFee(1, quantity=17), AT)
    assert sums(made) == (0, 9_000, 0)


@pytest.mark.parametrize(
    ("pages", "amounts"),
    [
        ((1,), (2_000, 0)),
        ((2,), (4_000, 0)),
        ((3,), (4_000, 1_000)),
        ((10,), (4_000, 8_000)),
        ((1, 1), (4_000, 0)),
        ((3, 3), (8_000, 2_000)),
        ((10, 2, 1), (10_000, 8_000)),
        ((198,), (4_000, 196_000)),
        ((199, 3), (8_000, 197_000)),
    ],
)
def test_certified_copies_cost_less_from_the_third_page_of_each_on(
    pages: tuple[int, ...], amounts: tuple[int, int]
):
    for case in ("default", "nhieu-trang"):
        loaded = hoso_bpmn.load(package.bundled("2.000815"), case)
        assert tuple(fee.of(pages) for fee in loaded.case.fees) == amounts
    made = walk(*(fee.model_dump() for fee in loaded.case.fees))
    made.does(AssessFee(1, quantities=pages), AT)
    made.does(AssessFee(2, quantities=pages), AT)
    assert tuple(each["amount"] for each in told(made, Kind.FEE_ASSESSED)) == amounts


@pytest.mark.parametrize(
    ("costs", "amounts"),
    [
        (500, (0, 0, 0)),
        (1_000, (0, 0, 0)),
        (5_000, (20_000_000, 0, 0)),
        (10_000, (45_000_000, 0, 0)),
        (15_000, (45_000_000, 15_000_000, 0)),
        (20_000, (45_000_000, 30_000_000, 0)),
        (25_000, (45_000_000, 30_000_000, 10_000_000)),
    ],
)
def test_the_costs_of_exploration_are_charged_from_each_threshold_on(
    costs: int, amounts: tuple[int, int, int]
):
    """They are given whole, in millions; of the first thousand the amount is fixed, and assessed by itself."""
    for case in ("nhom-1-2", "nhom-3"):
        made = walk(*(fee.model_dump() for fee in package.bundled("2916-QD-UBND").case(case).fees))
        for number in (2, 3, 4):
            made.does(AssessFee(number, quantity=costs), AT)
        found = [each["amount"] for each in told(made, Kind.FEE_ASSESSED)]
        assert tuple(found) == (10_000_000, *amounts)


def test_the_desk_names_an_amount_that_is_not_published_with_its_basis():
    made = walk(UNPUBLISHED)
    assert refused(made, AssessFee(1)) == [
        ("amount", "is missing: the procedure names none"),
        ("basis", "is missing: the procedure names no amount"),
    ]
    made.does(AssessFee(1, amount=150_000, basis=" NQ 12/2025/NQ-HĐND "), AT)
    assert [(each["amount"], each["basis"]) for each in told(made, Kind.FEE_ASSESSED)] == [
        (150_000, "NQ 12/2025/NQ-HĐND")
    ]


@pytest.mark.parametrize(
    ("command", "faults"),
    [
        (AssessFee(4), [("fee", "is no fee of the procedure")]),
        (AssessFee(1), [("fee", "is assessed so already")]),
        (AssessFee(1, amount=1), [("amount", "is the procedure's: 20000 đồng")]),
        (
            AssessFee(1, quantity=2),
            [("quantity", "is not for this fee: the procedure does not count it")],
        ),
        (
            AssessFee(1, quantities=(1,)),
            [("quantity", "is not for this fee: the procedure does not count it")],
        ),
        (
            AssessFee(2, quantity=1, quantities=(1,)),
            [("quantities", "is in the place of `quantity`: one of them is given")],
        ),
        (AssessFee(2, quantities=(10**12,)), [("quantity", "makes an amount that no fee has")]),
        (AssessFee(2), [("quantity", "is missing: the fee is counted by trang")]),
        (AssessFee(2, quantity=10**12), [("quantity", "makes an amount that no fee has")]),
    ],
)
def test_nothing_is_charged_but_what_the_procedure_declares(
    command: AssessFee, faults: list[tuple[str, str]]
):
    assert refused(walk(FIXED, PAGES, UNPUBLISHED), command) == faults


def test_a_payment_is_recorded_with_the_number_of_its_receipt():
    made = walk(FIXED)
    events = made.does(RecordPayment(1, 20_000), AT)
    assert [event.kind for event in events] == [Kind.PAYMENT_RECORDED, Kind.LETTER_ISSUED]
    assert told(made, Kind.PAYMENT_RECORDED) == [
        {
            "payment": str(payment(made)),
            "fee": 1,
            "title": "Lệ phí",
            "amount": 20_000,
            "method": "cash",
            "document": "",
            "paid_at": "2026-03-03T10:00:00+07:00",
            "unit": "H27.1",
            "year": 2026,
            "receipt": 1,
        }
    ]
    assert events[1].payload == {
        "form": "receipt_of_payment",
        "year": 2026,
        "number": 1,
        "unit": "H27.1",
    }
    assert sums(made) == (20_000, 0, 0)


@pytest.mark.parametrize(
    ("command", "faults"),
    [
        (RecordPayment(2, 1), [("fee", "is not assessed")]),
        (RecordPayment(1, 0), [("amount", "must be more than nothing")]),
        (RecordPayment(1, 20_001), [("amount", "is more than what is open of the fee: 20000 đồng")]),
        (
            RecordPayment(1, 20_000, TRANSFER, " "),
            [("reference", "is missing: the bank's reference of the transfer")],
        ),
        (RecordPayment(1, 20_000, paid_at=local("2026-03-03 10:01")), [("paid_at", "lies ahead")]),
    ],
)
def test_a_payment_that_cannot_be_is_refused(command: RecordPayment, faults: list[tuple[str, str]]):
    assert refused(walk(FIXED, PAGES), command) == faults


def test_a_transfer_that_is_too_much_is_a_surplus_and_is_not_recorded_twice():
    made = walk(FIXED)
    transfer = RecordPayment(1, 25_000, TRANSFER, "FT1", local("2026-03-02 16:00"))
    made.does(transfer, AT)
    assert sums(made) == (25_000, 0, 5_000)
    assert refused(made, transfer) == [("reference", "is recorded for this fee already")]


def test_a_cancelled_payment_does_not_count_and_its_reference_may_be_recorded_again():
    made = walk(FIXED)
    transfer = RecordPayment(1, 20_000, TRANSFER, "FT1")
    made.does(transfer, AT)
    made.does(CancelPayment(payment(made), "ghi nhầm"), AT)
    assert sums(made) == (0, 20_000, 0)
    assert told(made, Kind.PAYMENT_CANCELLED) == [
        {"payment": str(payment(made)), "fee": 1, "amount": 20_000, "reason": "ghi nhầm"}
    ]
    assert refused(made, CancelPayment(payment(made), "ghi nhầm")) == [
        ("payment", "is no payment of this dossier that stands")
    ]
    made.does(transfer, AT)
    assert sums(made) == (20_000, 0, 0)


def test_what_is_given_back_is_open_again_as_far_as_it_is_owed():
    made = walk(FIXED)
    made.does(RecordPayment(1, 25_000, TRANSFER, "FT1"), AT)
    made.does(RefundPayment(payment(made), "nộp thừa", 5_000, reference="FT2"), AT)
    assert sums(made) == (20_000, 0, 0)
    (back,) = told(made, Kind.PAYMENT_REFUNDED)
    assert back == {
        "refund": back["refund"],
        "payment": str(payment(made)),
        "fee": 1,
        "amount": 5_000,
        "method": "transfer",
        "document": "FT2",
        "reason": "nộp thừa",
    }
    made.does(RefundPayment(payment(made), "nộp nhầm", method=PaymentMethod.CASH), AT)
    assert sums(made) == (0, 20_000, 0)
    assert [each["amount"] for each in told(made, Kind.PAYMENT_REFUNDED)] == [5_000, 20_000]
    assert refused(made, RefundPayment(payment(made), "nữa", method=PaymentMethod.CASH)) == [
        ("payment", "is given back as a whole already")
    ]
    assert refused(made, CancelPayment(payment(made), "ghi nhầm")) == [
        ("payment", "was given back, wholly or in part: it stays recorded")
    ]


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"amount": 0}, [("amount", "must be more than nothing")]),
        ({"amount": 20_001}, [("amount", "is more than what is left of the payment: 20000 đồng")]),
        (
            {"reference": " "},
            [("reference", "is missing: the reference of what went back, at the bank or the gateway")],
        ),
        (
            {"method": PaymentMethod.GATEWAY},
            [("method", "is not for this payment: it was not made online")],
        ),
    ],
)
def test_what_cannot_be_given_back_is_refused(said: Mapping[str, Any], faults: list[tuple[str, str]]):
    made = walk(FIXED)
    made.does(RecordPayment(1, 20_000, TRANSFER, "FT1"), AT)
    assert refused(made, RefundPayment(payment(made), "nộp thừa", **{"reference": "FT2", **said})) == faults


def test_nothing_is_given_back_without_a_reason_or_of_a_cancelled_payment():
    made = walk(FIXED)
    made.does(RecordPayment(1, 20_000), AT)
    with pytest.raises(errors.ReasonMissing):
        made.does(RefundPayment(payment(made), " "), AT)
    made.does(CancelPayment(payment(made), "ghi nhầm"), AT)
    assert refused(made, RefundPayment(payment(made), "nộp thừa")) == [
        ("payment", "is no payment of this dossier that stands")
    ]


def test_an_exemption_takes_the_fee_away_and_what_was_paid_becomes_a_surplus():
    made = walk(FIXED)
    made.does(RecordPayment(1, 20_000), AT)
    made.does(ExemptFee(1, "Luật phí và lệ phí điều 10", 5_000), AT)
    assert sums(made) == (20_000, 0, 5_000)
    made.does(ExemptFee(1, "Luật phí và lệ phí điều 10"), AT)
    assert sums(made) == (20_000, 0, 20_000)
    made.does(ExemptFee(1, "Ghi nhầm", 0), AT)
    assert sums(made) == (20_000, 0, 0)
    assert refused(made, ExemptFee(1, "Luật", 20_001)) == [("amount", "is more than the fee: 20000 đồng")]


def test_a_reduction_stays_when_the_fee_is_counted_again():
    made = walk(PAGES)
    made.does(AssessFee(1, quantity=5), AT)
    made.does(ExemptFee(1, "Luật", 4_000), AT)
    made.does(AssessFee(1, quantity=3), AT)
    assert sums(made) == (0, 2_000, 0)


def stopped(made: Walk, command: commands.Command) -> tuple[str, ...]:
    with pytest.raises(refusals.FeesOpen) as refusal:
        made.does(command, AT)
    return refusal.value.fees


def test_acceptance_waits_for_its_fees_where_the_procedure_says_so():
    made = walk(FIXED, PAGES, {**FIXED, "name": "Trả", "due": "return"}, fees_stop="acceptance")
    accept = commands.Accept(made.task[0])
    assert stopped(made, accept) == ("Lệ phí", "Phí sao chụp")
    made.does(RecordPayment(1, 20_000), AT)
    assert stopped(made, accept) == ("Phí sao chụp",)
    made.does(AssessFee(2, quantity=0), AT)
    made.accept(AT)
    assert made.state.status is Status.IN_PROCESS


def test_the_result_waits_for_a_supplements_fee_only_after_one_was_asked():
    counted = {**PAGES, "due": "supplement"}
    made = walk(FIXED, counted, fees_stop="result")
    made.accept()
    while made.task[1].milestone != "result":
        found = made.task[1]
        made.complete(AT, outcome=found.outcomes[0] if found.outcomes else None)
    sign = commands.Complete(made.task[0], result=Result.GRANTED)
    assert stopped(made, sign) == ("Lệ phí",)
    made.does(ExemptFee(1, "Luật"), AT)
    made.does(commands.AskSupplement("thiếu"), AT)
    made.does(commands.ReceiveSupplement(), AT)
    assert stopped(made, commands.Complete(made.task[0], result=Result.GRANTED)) == ("Phí sao chụp",)


def test_the_hand_over_waits_for_every_fee():
    made = walk({**FIXED, "due": "return"}, fees_stop="handover")
    made.accept()
    to_the_result(made)
    assert stopped(made, commands.HandOver()) == ("Lệ phí",)
    assert stopped(made, commands.Complete(made.task[0])) == ("Lệ phí",)
    made.does(RecordPayment(1, 20_000), AT)
    made.does(commands.HandOver(), AT)
    assert made.state.status is Status.RETURNED


@pytest.mark.parametrize("result", list(Result))
def test_the_hand_over_waits_for_a_count_at_the_return_only_of_a_result_that_is_granted(result: Result):
    made = walk({**PAGES, "due": "return"}, fees_stop="handover")
    made.accept()
    to_the_result(made, result)
    if result is Result.GRANTED:
        assert stopped(made, commands.HandOver()) == ("Phí sao chụp",)
        made.does(AssessFee(1, quantity=0), AT)
    made.does(commands.HandOver(), AT)
    assert made.state.status is Status.RETURNED


@pytest.mark.parametrize(
    "new",
    [(), ({**FIXED, "due": "return"},), ({**FIXED, "amount": 0}, PAGES)],
    ids=["none", "later", "other"],
)
def test_what_was_assessed_stops_as_it_was_assessed_whatever_a_new_version_declares(
    new: tuple[Mapping[str, Any], ...],
):
    made = walk({**FIXED, "name": "Lệ phí cũ"}, fees_stop="acceptance")
    made.loaded = charging(*new, fees_stop="acceptance")
    assert stopped(made, commands.Accept(made.task[0]))[0] == "Lệ phí cũ"


def test_nothing_waits_where_the_procedure_stops_nothing():
    made = walk(FIXED)
    made.accept()
    to_the_result(made)
    made.does(commands.HandOver(), AT)
    assert (made.state.status, made.state.account.asked(made.state.status)) == (Status.RETURNED, 20_000)


def test_nothing_is_asked_for_once_a_dossier_has_ended_without_a_result():
    made = walk(FIXED)
    made.does(commands.Withdraw("đổi ý"), AT)
    assert made.state.account.asked(made.state.status) == 0


def test_an_erased_account_keeps_the_basis_that_the_procedure_names_and_none_that_the_desk_wrote():
    made = walk(FIXED, FIXED, FIXED, UNPUBLISHED)
    for command in (
        AssessFee(2, basis="của người nộp 1"),
        AssessFee(3, basis="của người nộp 2"),
        AssessFee(3),
        AssessFee(4, amount=1, basis="của người nộp 3"),
        ExemptFee(1, "của người nộp 4"),
    ):
        made.does(command, AT)
    erased = made.state.account.erased().fees.values()
    assert [(fee.basis, fee.reduction_basis) for fee in erased] == [
        ("NQ 1", None),
        (None, None),
        ("NQ 1", None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("new", "others"),
    [
        ((FIXED, PAGES), []),
        (({**FIXED, "amount": 30_000, "basis": "NQ 2"}, PAGES, UNPUBLISHED), []),
        ((FIXED, PAGES, {**FIXED, "amount": 5_000}), []),
        (({**FIXED, "amount": 5_000}, FIXED, PAGES), [1, 2]),
        ((PAGES, FIXED), [1, 2]),
        ((FIXED, {**PAGES, "per": "bản"}), [2]),
        (({**FIXED, "due": "return"}, PAGES), [1]),
        ((FIXED,), [2]),
    ],
    ids=["same", "dearer", "added", "inserted", "reordered", "counted otherwise", "due later", "abolished"],
)
def test_a_new_version_has_other_fees_where_those_assessed_are_not_at_their_numbers(
    new: tuple[Mapping[str, Any], ...], others: list[int]
):
    made = walk(FIXED, PAGES)
    made.does(AssessFee(2, quantity=5), AT)
    old = made.loaded.case.fees
    found = fees.others(made.state.account, old, charging(*new).case.fees)
    assert [fee.number for fee in found] == others
