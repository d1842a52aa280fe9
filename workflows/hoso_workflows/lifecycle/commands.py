"""Commands on dossiers, which `transitions.decide` turns into events or refuses.

A command names the object that it acts on, and so its dossier. The actor (`Actor`) and the instant are passed beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_bpmn import text_safety
from hoso_models import DeliveryMode, EntryChannel, PartyKind
from hoso_models.tables.base import described


@described("What the authority decided.")
class Result(StrEnum):
    """The authority's decision."""

    #: What was asked for is granted.
    GRANTED = "granted"
    #: The dossier does not meet the conditions; the written refusal is the result (portal code 9).
    NOT_ELIGIBLE = "not_eligible"


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal who acts, and the principal they represent, if another."""

    principal: UUID
    on_behalf_of: UUID | None = None
    #: True for the system acting by rule.
    automatic: bool = False


#: The system acting by rule: timers, sweeps, deliveries, and whatever is decided in nobody's name.
SYSTEM = Actor(UUID("00000000-0000-4000-8000-000000000001"), automatic=True)


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person or organisation on whose behalf a dossier is filed."""

    name: str
    kind: PartyKind = PartyKind.PERSON
    identifier: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    authorised_name: str | None = None
    authorised_identifier: str | None = None
    authorisation_paper: str | None = None
    #: The code of the area in which they live or have their seat.
    area: str | None = None


@dataclass(frozen=True, slots=True)
class FileDossier:
    """File a dossier for an applicant. The command that begins it."""

    procedure: str
    applicant: Applicant
    channel: EntryChannel = EntryChannel.ONLINE
    case: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    #: Codes of the components that are handed in.
    components: tuple[str, ...] = ()
    delivery_mode: DeliveryMode = DeliveryMode.COUNTER
    e_result_consent: bool = False
    portal: str | None = None
    external_code: str | None = None
    #: Any competent unit may receive; may be left out where only one is competent, and at the desk of who files.
    receiving_unit: str | None = None
    #: Chosen among several competent units, where the rules leave a choice.
    handling_unit: str | None = None
    deciding_unit: str | None = None


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


@dataclass(frozen=True, slots=True)
class ReceiveSupplement:
    """The desk (or the applicant online) hands the missing papers in."""

    note: str = ""
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant withdraws the dossier while no result exists."""

    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """An officer claims an open task, or assigns it."""

    task: UUID
    #: Whom it is assigned to; the actor when absent.
    assignee: UUID | None = None


@dataclass(frozen=True, slots=True)
class Unclaim:
    """The task goes back to the unit."""

    task: UUID


@dataclass(frozen=True, slots=True)
class Complete:
    """An officer finishes a task."""

    task: UUID
    outcome: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: Only at the task whose milestone is `result`, with an outcome that reaches it, and needed there.
    result: Result | None = None
    reason: str = ""
    note: str = ""
    #: At reception's task, as of `Accept`.
    confirm_missing: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """A message or signal for the dossier: every element that awaits it continues."""

    message: str
    #: What came with it; those that the drawing's expressions name enter the engine.
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: Of multi-instance activities the one that is meant, by what it is about; all of them when absent.
    item: str | None = None

    def meets(self, name: str, item: Any) -> bool:
        """True if it matches a subscription to a message of that name and `item`.

        `item` is that of the multi-instance activity that awaits the message.
        """
        wanted = text_safety.text(self.message), text_safety.composed(self.item)
        return name == wanted[0] and wanted[1] in (None, text_safety.text(str(item)))


@dataclass(frozen=True, slots=True)
class Fail:
    """The failed call of an external task; the task stays open, with an incident."""

    task: UUID
    message: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Retry of a timer whose firing caused an incident, with the missing values."""

    #: The id of the open incident.
    incident: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advance:
    """The system fires the run's due timers. Without a due timer nothing happens."""


@dataclass(frozen=True, slots=True)
class Correct:
    """An administrator corrects the instant of a command that a wrong clock stamped."""

    #: Number of one of its events.
    seq: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReplaceUnit:
    """A unit takes the place of another one that is closed, merged or moved.

    The installation does it on the word of an administrator over both.
    """

    old: str
    new: str
    #: The decision or law by which it does.
    basis: str
    #: Who plays which role in the new unit: whoever does keeps the tasks that they have taken.
    officers: frozenset[tuple[UUID, str]] = frozenset()


#: What each act is called in a sentence for people.
WORDS: Mapping[type, str] = {
    Accept: "accepting the dossier",
    Refuse: "refusing the dossier",
    ProposeSupplement: "proposing a supplement",
    AskSupplement: "asking for a supplement",
    ReceiveSupplement: "receiving a supplement",
    Withdraw: "withdrawing the dossier",
    Claim: "taking or assigning the task",
    Unclaim: "giving the task back",
    Complete: "completing the task",
    Send: "sending the message",
    Fail: "telling that the call failed",
    Retry: "resolving the incident",
    Advance: "going on by itself",
    Correct: "correcting the time of an act",
    ReplaceUnit: "moving the dossier to another unit",
}

Command = (
    Accept
    | Refuse
    | ProposeSupplement
    | AskSupplement
    | ReceiveSupplement
    | Withdraw
    | Claim
    | Unclaim
    | Complete
    | Send
    | Fail
    | Retry
    | Advance
    | Correct
    | ReplaceUnit
)
