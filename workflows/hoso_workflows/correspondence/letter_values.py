"""Values of a dossier's letters, from what is stored of it.

What an act said stands in the letter's own row; names, papers and dates are the dossier's. Every date is one that the
explanation of the dossier gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hoso_workflows import localtime
from hoso_workflows.letters import forms
from hoso_workflows.letters.values import Amount, Authority, Component, Contact, Person, Values


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as letters name it."""

    code: str
    name: str
    #: Name of the unit above it.
    parent: str | None
    #: Name of the area in which it is, or of its authority's.
    place: str

    @property
    def abbreviation(self) -> str:
        """The last part of its code, as in the number series."""
        return self.code.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter with the dossier that it is of."""

    form: str
    number: int
    year: int
    #: What the act said, as the event has it.
    data: Mapping[str, Any]
    issued_at: datetime
    unit: Unit
    #: Name of the receiving unit, and of another unit that the letter names.
    receiving: str
    other: str | None
    code: str | None
    reference: str
    procedure: str
    case: str | None
    applicant: Mapping[str, Any]
    #: Papers that have come in.
    components: Sequence[Mapping[str, Any]]
    sets: int
    accepted_at: datetime | None
    #: The promised dates in order, with the instants at which they were made.
    promises: Sequence[tuple[datetime, datetime]]
    #: Address of the public check.
    check_address: str
    #: Of a receipt: when its payment was cancelled, and why.
    cancelled_at: datetime | None = None
    cancelled_for: str | None = None
    #: Of a receipt: what was given back of its payment, and when last.
    refunded: int | None = None
    refunded_at: datetime | None = None

    @property
    def promised(self) -> datetime | None:
        """The promise that stood when it was issued."""
        made = [due for at, due in self.promises if at <= self.issued_at]
        return made[-1] if made else None

    @property
    def former(self) -> datetime | None:
        """The promise before that one."""
        made = [due for at, due in self.promises if at <= self.issued_at]
        return made[-2] if len(made) > 1 else None


def of(letter: Issued) -> Values:
    """The values of a letter. Raises FormUnknown."""
    form = forms.titled(letter.form)
    given = {**_common(letter), **_OWN[letter.form](letter)}
    return Values(**{name: value for name, value in given.items() if name in form.takes})


def _common(letter: Issued) -> dict[str, Any]:
    unit, data = letter.unit, letter.data
    return {
        "form": letter.form,
        "number": letter.number,
        "year": letter.year,
        "place": unit.place,
        "issued_on": localtime.local_date(letter.issued_at),
        "authority": Authority(unit=unit.name, abbreviation=unit.abbreviation, parent=unit.parent),
        "check_address": letter.check_address,
        "code": letter.code,
        "reference": None if letter.code else letter.reference,
        "procedure": letter.procedure,
        "case": letter.case,
        "applicant": _applicant(letter.applicant),
        "representative": _representative(letter.applicant),
        "reason": data.get("reason"),
        "legal_basis": _texts(data.get("basis")),
        "received_at": letter.accepted_at,
        "contact": Contact(name=letter.receiving),
    }


def _applicant(stored: Mapping[str, Any]) -> Person:
    return Person(
        name=stored["name"],
        identifier=stored["identifier"],
        address=stored["address"],
        telephone=stored["phone"],
        email=stored["email"],
    )


def _representative(stored: Mapping[str, Any]) -> Person | None:
    if not stored["authorised_name"]:
        return None
    return Person(
        name=stored["authorised_name"],
        identifier=stored["authorised_identifier"],
        paper=stored["authorisation_paper"],
    )


def _texts(basis: Any) -> tuple[str, ...]:
    return (basis,) if isinstance(basis, str) else tuple(basis or ())


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _papers(letter: Issued) -> dict[str, Any]:
    parts = tuple(
        Component(name=each["name"], originals=each["originals"], copies=each["copies"])
        for each in letter.components
    )
    return {"components": parts, "sets": letter.sets}


def _receipt(letter: Issued) -> dict[str, Any]:
    """Mẫu 01, at acceptance and again for the second appointment."""
    again = "proof" in letter.data
    return {
        **_papers(letter),
        "term": letter.data["term"],
        "received_at": letter.issued_at if again else letter.accepted_at,
        "return_at": _instant(letter.data["due"]),
        "former_return_at": letter.former if again else None,
        "return_place": letter.receiving,
    }


def _supplement(letter: Issued) -> dict[str, Any]:
    due = _instant(letter.data.get("answer_due"))
    return {
        "items": tuple(letter.data.get("items") or (letter.data.get("reason") or "",)),
        "answer_by": localtime.local_date(due) if due else None,
    }


def _apology(letter: Issued) -> dict[str, Any]:
    return {
        "former_return_at": _instant(letter.data.get("before")) or letter.former,
        "return_at": _instant(letter.data["due"]),
    }


def _transfer(letter: Issued) -> dict[str, Any]:
    receiver = letter.data.get("authority") or letter.other
    return {**_papers(letter), "sender": letter.unit.name, "receiver": receiver}


def _consultation(letter: Issued) -> dict[str, Any]:
    return {
        "consulted": letter.other,
        "question": letter.data["question"],
        "due_at": _instant(letter.data["due"]),
    }


def _suspension(letter: Issued) -> dict[str, Any]:
    end = letter.data.get("expected_end")
    return {"stopped_at": letter.issued_at, "resumes_on": date.fromisoformat(end) if end else None}


def _resumption(letter: Issued) -> dict[str, Any]:
    return {
        "resumed_at": letter.issued_at,
        "return_at": letter.promised,
        "former_return_at": letter.former,
    }


def _extension(letter: Issued) -> dict[str, Any]:
    return {"former_return_at": letter.former, "return_at": letter.promised}


def _obligation(letter: Issued) -> dict[str, Any]:
    amount = letter.data.get("amount")
    owed = (Amount(name=_OWED, amount=amount),) if amount else ()
    return {"amounts": owed, "return_at": letter.promised}


def _receipt_of_payment(letter: Issued) -> dict[str, Any]:
    data = letter.data
    by = " ".join(filter(None, (_METHODS[data["method"]], data.get("document"))))
    return {
        "amounts": (Amount(name=data["title"], amount=data["amount"]),),
        "payment": by,
        "cancelled_at": letter.cancelled_at,
        "cancelled_for": letter.cancelled_for,
        "refunded": _refunded(letter),
    }


def _refunded(letter: Issued) -> str | None:
    if letter.refunded is None or letter.refunded_at is None:
        return None
    amount = f"{letter.refunded:,}".replace(",", ".")
    return f"{amount} đồng, ngày {letter.refunded_at.astimezone(localtime.ZONE):%d/%m/%Y}"


def _stop(letter: Issued) -> dict[str, Any]:
    return {"reason": letter.data.get("reason") or _UNANSWERED}


#: Words of ours on paper, where an act needs none.
_OWED = "Nghĩa vụ tài chính của hồ sơ"
_UNANSWERED = "Hết thời hạn bổ sung, hoàn thiện hồ sơ mà chưa nhận được giấy tờ bổ sung."
_METHODS = {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "gateway": "Thanh toán trực tuyến"}
_OWN: Mapping[str, Callable[[Issued], dict[str, Any]]] = {
    "01": _receipt,
    "02": _supplement,
    "03": lambda _: {},
    "04": _apology,
    "stop": _stop,
    "transfer": _transfer,
    "consultation": _consultation,
    "suspension": _suspension,
    "resumption": _resumption,
    "extension": _extension,
    "obligation": _obligation,
    "receipt_of_payment": _receipt_of_payment,
}
