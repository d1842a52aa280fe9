"""Commands of the desk, and of applicants through it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Accept:
    """Reception accepts the dossier as complete and valid.

    Its code and the number of Mẫu 01 are allocated after the decision.
    """

    #: Reception's open task when absent.
    task: UUID | None = None
    note: str = ""
    #: Answers to the form of reception's task.
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: True when reception knows that required components are missing, and accepts all the same.
    confirm_missing: bool = False


@dataclass(frozen=True, slots=True)
class Refuse:
    """Reception refuses the dossier before acceptance; the reason goes on Mẫu 03."""

    #: Reception's open task when absent.
    task: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """The desk sends a dossier to the competent authority, on a transfer slip.

    To a unit of the register, where it waits at reception again; or to another authority, with which it ends here.
    """

    reason: str
    #: Code of the receiving unit.
    unit: str | None = None
    #: Name of an authority outside of the register.
    authority: str | None = None
    #: Codes of the units that handle and decide; resolved as at a filing when absent.
    handling_unit: str | None = None
    deciding_unit: str | None = None


@dataclass(frozen=True, slots=True)
class ProposeSupplement:
    """A specialised unit asks the desk to call for a supplement."""

    reason: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskSupplement:
    """The desk asks the applicant for a supplement on Mẫu 02.

    The request is made once, fully and exactly; a further one needs a justification.
    """

    reason: str
    items: tuple[str, ...] = ()
    justification: str = ""
    #: The local date up to which the applicant may answer; the end of the law's term when absent.
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class ReceiveSupplement:
    """The desk (or the applicant online) hands the missing papers in."""

    note: str = ""
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnSupplement:
    """The desk sends back a supplement that does not answer, on Mẫu 02."""

    reason: str
    items: tuple[str, ...] = ()
    #: As of `AskSupplement`.
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class CloseUnanswered:
    """Closing of a dossier whose supplement did not come in time."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant withdraws the dossier while no result exists."""

    reason: str
