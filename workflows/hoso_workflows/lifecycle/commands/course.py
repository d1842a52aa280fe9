"""Commands on the course of the handling and on its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_models import DeliveryMode


@dataclass(frozen=True, slots=True)
class Suspend:
    """A head suspends the handling on a legal ground; the clock stands still."""

    reason: str
    #: Decision or article on which it is done.
    basis: str
    #: The local date on which the ground is expected to end.
    expected_end: date | None = None


@dataclass(frozen=True, slots=True)
class EndSuspension:
    """The ground of a suspension has ended; the clock goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Extend:
    """A head extends the term by as much as a law grants."""

    #: As written, such as `10 ngày`; counted from the legal due date.
    term: str
    reason: str
    basis: str


@dataclass(frozen=True, slots=True)
class Reappoint:
    """A head apologises and promises a new date, once, on Mẫu 04."""

    #: Local working day; the legal due date stays.
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class SetObligation:
    """The applicant has to meet a financial obligation before the handling goes on."""

    reason: str
    basis: str
    #: In đồng, where the authority itself knows it.
    amount: int | None = None
    #: Number of the slip or notice that went to the tax authority.
    document: str = ""


@dataclass(frozen=True, slots=True)
class MeetObligation:
    """The proof of payment has come in: the second appointment has its own term."""

    #: Number of the proof.
    proof: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A head ends the handling without a result, with the stop notice."""

    reason: str
    basis: str


@dataclass(frozen=True, slots=True)
class Consult:
    """An officer asks another unit for its opinion; the clock keeps running."""

    #: Code of the unit.
    unit: str
    question: str
    #: The local date of its answer; by the procedure's term when absent.
    due: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerConsultation:
    """The opinion of a unit that was asked."""

    consultation: UUID
    answer: str
    #: None for an opinion that is neither.
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class PassConsultation:
    """The term of an opinion has passed; silence is what the procedure says."""

    consultation: UUID


@dataclass(frozen=True, slots=True)
class RecordVerification:
    """An officer records a verification: when, where, with whom, with which finding."""

    finding: str
    place: str
    held_at: datetime
    participants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disclose:
    """A head gives data of the dossier to a third party."""

    #: The organisation that gets them.
    recipient: str
    #: Article of the law that entitles it.
    basis: str
    purpose: str
    #: The data that are given, one kind in each.
    data: tuple[str, ...]
    #: Number and date of the decision to give them.
    decision: str


@dataclass(frozen=True, slots=True)
class SignLetter:
    """A head has signed an issued letter by a certificate."""

    letter: UUID
    #: The unit that issued it.
    unit: str
    #: The signed PDF.
    content: bytes = field(repr=False)
    #: SHA-256 of the certificate in hex, and whom it names.
    certificate: str
    signer: str
    #: True where an authority has stamped the instant.
    stamped: bool = False
    #: SHA-256 of the signed PDF that this one goes on from, in hex; None for the first signature.
    base: str | None = None
    #: Form, year and number of the letter, resolved before it is decided.
    series: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssueCopy:
    """The desk or a head gives out a copy of an issued letter."""

    letter: UUID
    #: Who asked for it and takes it; without a name, the applicant.
    receiver: str = ""
    #: Not empty where a receiver is named.
    reason: str = ""
    #: Unit, form, year and number of the letter, resolved before it is decided.
    series: Mapping[str, Any] = field(default_factory=dict)
    #: The place among its copies, from 1.
    ordinal: int = 1
    #: SHA-256 of the signed PDF that is given, in hex; None for a letter that nobody has signed.
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Rectify:
    """The desk corrects what is recorded of the applicant or typed into the form."""

    reason: str
    #: Fields of `Applicant` and answers of the form, with their right values.
    applicant: Mapping[str, str | None] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    #: True where the authority made the mistake, and bears its cost.
    own_fault: bool = True


@dataclass(frozen=True, slots=True)
class Reopen:
    """A head takes a closed dossier up again, by a decision or judgment."""

    reason: str
    #: Number and date of the decision.
    basis: str


@dataclass(frozen=True, slots=True)
class HandOverCorrection:
    """The desk hands a corrected result over."""

    #: As of `HandOver`.
    receiver: str = ""
    identifier: str = ""
    mode: DeliveryMode | None = None
    postal_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The desk hands the result over."""

    #: Name of who takes it; the applicant when empty.
    receiver: str = ""
    #: Number of the paper that identifies or authorises them.
    identifier: str = ""
    #: As the applicant wished when absent.
    mode: DeliveryMode | None = None
    #: True when the originals that were handed in go back too.
    originals: bool = False
    #: Number of the postal item.
    postal_number: str = ""
    note: str = ""
    #: The open task of the return when absent, completed with this outcome and these answers.
    task: UUID | None = None
    outcome: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
