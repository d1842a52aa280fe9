"""Fees and payments of a dossier for its readers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_bpmn.package.manifest import Fee as Declared
from hoso_workflows import localtime
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import forms
from hoso_workflows.lifecycle.acts.fees import RECEIPT
from hoso_workflows.lifecycle.fees import LAPSED, Account, Payment, Refund
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation.access_log import WITHIN, Origin

LIST = "list_fees"


async def listed(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """Declared and assessed fees with what is open of each, and the payments.

    Applicants and officers see the same; nobody's name is in it. Raises NotFound.
    """
    row, _ = await views.readable(service.db, LIST, key, reader, at, origin)
    state = (await service.repository.load(row)).state
    ordered = await service.db.row(_ORDERED, [row.id, at])
    loaded = (await service.reference_data.version(row.workflow_version_id)).case(row.case_id)
    return {
        "reference": state.reference,
        "code": state.code,
        "status": state.status.value,
        "version": row.version,
        **totals(state),
        "ordered": ordered.amount if ordered else 0,
        "fees": _fees(state, loaded.case.fees),
        "payments": [_payment(state.account, each) for each in state.account.payments.values()],
    }


def totals(state: State) -> dict[str, int]:
    """The sums of a dossier: owed, paid, still open, and paid too much."""
    account = state.account
    return {
        "owed": sum(fee.owed for fee in account.fees.values()),
        "paid": sum(map(account.paid, account.fees)),
        "open": account.asked(state.status),
        "surplus": sum(map(account.surplus, account.fees)),
    }


def _fees(state: State, declared: tuple[Declared, ...]) -> list[dict[str, Any]]:
    assessed = state.account.fees
    numbers = sorted({*range(1, len(declared) + 1), *assessed})
    return [
        _assessed(state, number, declared) if number in assessed else _foreseen(number, declared[number - 1])
        for number in numbers
    ]


def _assessed(state: State, number: int, declared: tuple[Declared, ...]) -> dict[str, Any]:
    account = state.account
    fee = account.fees[number]
    return {
        **{name: getattr(fee, name) for name in ("number", "name", "amount", "basis", "due", "quantity")},
        **_counted(declared, number),
        "assessed_at": localtime.isoformat(fee.assessed_at),
        "reduction": fee.reduction,
        "reduction_basis": fee.reduction_basis,
        "paid": account.paid(number),
        "open": 0 if state.status in LAPSED else account.open(number),
        "surplus": account.surplus(number),
    }


#: What a fee is counted by, from which on, and the most of one piece.
COUNTED = ("per", "after", "most")


def _counted(declared: tuple[Declared, ...], number: int) -> dict[str, Any]:
    fee = next(iter(declared[number - 1 : number]), None)
    return {name: getattr(fee, name, None) for name in COUNTED}


def _foreseen(number: int, fee: Declared) -> dict[str, Any]:
    """A declared fee that nobody has assessed; its amount is of one."""
    return {
        "number": number,
        **{name: getattr(fee, name) for name in ("name", "amount", "basis", "due", *COUNTED)},
        **dict.fromkeys(("quantity", "assessed_at", "reduction_basis")),
        **dict.fromkeys(("reduction", "paid", "open", "surplus"), 0),
    }


def _payment(account: Account, payment: Payment) -> dict[str, Any]:
    abbreviation = payment.receipt_unit.rpartition(".")[2]
    series = forms.series(forms.titled(RECEIPT), payment.receipt_number, payment.receipt_year, abbreviation)
    instants = ("paid_at", "recorded_at", "cancelled_at")
    return {
        "id": str(payment.id),
        "fee": payment.fee_number,
        **{name: getattr(payment, name) for name in ("amount", "method", "reference", "cancelled_for")},
        **{name: localtime.isoformat(getattr(payment, name)) for name in instants},
        "receipt": series,
        "left": 0 if payment.cancelled_at else payment.amount - account.refunded(payment.id),
        "refunds": [_refund(each) for each in account.refunds.values() if each.payment_id == payment.id],
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "id": str(refund.id),
        **{name: getattr(refund, name) for name in ("amount", "method", "reference", "reason")},
        "refunded_at": localtime.isoformat(refund.refunded_at),
    }


#: $1 dossier, $2 instant: what can be paid at the gateway now.
_ORDERED = "select amount from payment_order where dossier_id = $1 and state = 'open' and expires_at > $2"
