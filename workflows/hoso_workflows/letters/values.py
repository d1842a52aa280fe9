"""Values of a letter: everything that it is typeset from, whichever its form.

`forms.Form` says which of the fields a letter of its form must have and may have. Instants are aware datetimes, dates are
local dates in Vietnam, amounts are whole đồng.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The verdict on a step, as the receiving side records it (Mẫu 05)."""

    #: Trước hạn.
    EARLY = "early"
    #: Đúng hạn.
    ON_TIME = "on_time"
    #: Quá hạn.
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Head of the letter on the left."""

    unit: str
    #: As in the number series: `PVHCC`.
    abbreviation: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Applicant, a person or an organisation; or the person authorised by one."""

    name: str
    identifier: str | None = None
    address: str | None = None
    telephone: str | None = None
    email: str | None = None
    #: The paper of authorisation, of an authorised person only.
    paper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A paper that was handed in."""

    name: str
    originals: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The officer or desk that answers questions."""

    name: str
    telephone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A fee or duty, in đồng."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signature on the right."""

    #: As it stands above the signature, a line each: `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`; without any, the form's own words.
    titles: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Line of the register in which the dossier stands."""

    book: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A hand-over on the control sheet."""

    unit: str
    sender: str
    receiver: str
    at: datetime
    giver: str | None = None
    taker: str | None = None
    outcome: Outcome | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Line of the register of dossiers."""

    code: str
    procedure: str
    applicant: str
    handling: str
    received_on: date
    appointed_on: date | None = None
    returned_on: date | None = None
    contact: str | None = None
    way: str | None = None
    signed: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of a register, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a letter, as its mark tells of it. It is no value of the letter."""

    #: The place among the letter's copies, from 1.
    ordinal: int
    given_at: datetime
    #: Who asked for it; None for the applicant.
    receiver: str | None = None
    #: The signed file was given, which bears no mark.
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A letter. Fields that its form does not take are empty."""

    form: str
    number: int
    year: int
    place: str
    issued_on: date
    authority: Authority
    signer: Signer | None = None
    #: Address of the public check, shown as QR.
    check_address: str | None = None
    code: str | None = None
    reference: str | None = None
    procedure: str | None = None
    case: str | None = None
    #: The applicant's own words for what they ask.
    request: str | None = None
    applicant: Person | None = None
    representative: Person | None = None
    components: tuple[Component, ...] = ()
    sets: int | None = None
    #: As the law says it: `03 ngày làm việc`.
    term: str | None = None
    received_at: datetime | None = None
    return_at: datetime | None = None
    former_return_at: datetime | None = None
    return_place: str | None = None
    register: Book | None = None
    reason: str | None = None
    items: tuple[str, ...] = ()
    answer_by: date | None = None
    contact: Contact | None = None
    legal_basis: tuple[str, ...] = ()
    stopped_at: datetime | None = None
    resumes_on: date | None = None
    resumed_at: datetime | None = None
    sender: str | None = None
    receiver: str | None = None
    consulted: str | None = None
    question: str | None = None
    due_at: datetime | None = None
    amounts: tuple[Amount, ...] = ()
    #: The way of paying, in words.
    payment: str | None = None
    payer: Person | None = None
    #: When the payment was cancelled, and why: the receipt is void.
    cancelled_at: datetime | None = None
    cancelled_for: str | None = None
    #: What was given back of the payment, and when, in words.
    refunded: str | None = None
    handling: str | None = None
    cooperating: tuple[str, ...] = ()
    handovers: tuple[Handover, ...] = ()
    period: Period | None = None
    field: str | None = None
    entries: tuple[Entry, ...] = ()
    #: Further recipients below the letter (*Nơi nhận*).
    copies_to: tuple[str, ...] = ()
