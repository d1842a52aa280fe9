"""Bodies and answers about dossiers."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Data, Email, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_api.rest.consultations.schemas import ConsultationOf
from hoso_models import (
    AppointmentKind,
    DeliveryMode,
    DossierStatus,
    EntryChannel,
    Outcome,
    PartyKind,
    TaskKind,
    Verdict,
)
from hoso_workflows.embedding.entries import EntryKind
from hoso_workflows.lifecycle import commands


class Applicant(Body):
    """The applicant, and the person who acts for them.

    A citizen files online in their own name; for somebody else as the one whom `authorised_*` names.
    """

    kind: PartyKind
    name: Name
    #: Personal identification number, or the number of the company or decision.
    identifier: Name | None = None
    address: Text | None = None
    phone: Name | None = None
    email: Email | None = None
    authorised_name: Name | None = None
    authorised_identifier: Name | None = None
    #: The paper that authorises them: filed online, the code of the component that it is.
    authorisation_paper: Text | None = None
    #: The code of the area in which they live or have their seat.
    area: Key | None = None


class ApplicantNamed(Answer):
    """The applicant of a dossier in a list."""

    kind: PartyKind
    name: str


class Filing(Body):
    """A dossier as it is filed."""

    procedure: Key
    case: Key | None = None
    channel: EntryChannel
    applicant: Applicant
    form: Data = Field(default_factory=dict)
    #: Codes of the components that are handed in with it.
    components: list[Key] = Field(default_factory=list, max_length=100)
    delivery_mode: DeliveryMode = DeliveryMode.COUNTER
    e_result_consent: bool = False
    #: Where it is filed; needed where several units receive dossiers of the procedure, and it is not the desk's own.
    receiving_unit: Key | None = None
    #: Chosen among several competent units, where the rules leave a choice.
    handling_unit: Key | None = None
    deciding_unit: Key | None = None
    #: The portal that it was filed on, and its code there.
    portal: Name | None = None
    external_code: Name | None = None
    #: The host of the agency's site through which it comes, of a system in the register.
    site: Name | None = None

    def command(self) -> commands.FileDossier:
        """The command."""
        words = self.model_dump(mode="json")
        applicant = commands.Applicant(**words.pop("applicant"))
        return commands.FileDossier(**{**words, "applicant": applicant, "components": tuple(self.components)})


class Acceptance(Body):
    """Reception finds the dossier complete and valid."""

    note: Text = ""
    confirm_missing: bool = False
    #: Answers to the form of reception's step, where it has one.
    values: Data = Field(default_factory=dict)

    def command(self) -> commands.Command:
        """The command."""
        return commands.Accept(None, self.note, self.values, self.confirm_missing)


class Refusal(Body):
    """Reception's reason for refusing a dossier."""

    reason: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.Refuse(None, self.reason)


class SupplementProposal(Body):
    """A specialised unit's proposal of a supplement."""

    reason: Text
    items: list[Name] = Field(default_factory=list, max_length=100)

    def command(self) -> commands.Command:
        """The command."""
        return commands.ProposeSupplement(self.reason, tuple(self.items))


class SupplementRequest(SupplementProposal):
    """The desk's request for a supplement."""

    justification: Text = ""
    answer_by: date | None = None

    def command(self) -> commands.Command:
        """The command."""
        return commands.AskSupplement(self.reason, tuple(self.items), self.justification, self.answer_by)


class Supplement(Body):
    """A supplement that was received."""

    note: Text = ""
    components: list[Key] = Field(default_factory=list, max_length=100)

    def command(self) -> commands.Command:
        """The command."""
        return commands.ReceiveSupplement(self.note, tuple(self.components))


class Withdrawal(Body):
    """The applicant's reason for withdrawing a dossier."""

    reason: Text

    def command(self) -> commands.Command:
        """The command."""
        return commands.Withdraw(self.reason)


class OpenTask(Answer):
    """A step that waits for somebody."""

    id: UUID
    step: str
    name: str
    #: `external`: the call of another system is awaited, or an officer in its place.
    kind: TaskKind
    role: str
    unit: str
    milestone: str | None
    #: The step's own limit as it was declared.
    limit: str | None
    outcomes: list[str]
    assignee: UUID | None
    due: AwareDatetime | None


class Incident(Answer):
    """An incident of the engine; open while it has an id."""

    id: UUID | None
    step: str | None
    message: str
    #: The unit that has to look.
    unit: str | None


class Standing(Answer):
    """A dossier's standing after an act, for an officer."""

    view: Literal["officer"]
    reference: str
    code: str | None
    status: DossierStatus
    #: The status as the national portal numbers it.
    portal_code: int
    outcome: Outcome | None
    version: int
    due_legal: AwareDatetime | None
    due_promised: AwareDatetime | None
    verdict: Verdict | None
    #: What the engine stumbled over; somebody has to look.
    incident: Incident | None
    tasks: list[OpenTask]


class ProcedureOf(Answer):
    """The procedure and the case that a dossier runs on."""

    code: str
    name: str
    case: str


class DossierUnits(Answer):
    """The codes of the units that play the parts."""

    receiving: str
    handling: str
    deciding: str


class ComponentHeld(Answer):
    """A paper of the dossier, and whether it has come in."""

    code: str
    name: str
    originals: int
    copies: int
    required: bool
    received: bool


class Promise(Answer):
    """An appointment: a date that was promised, and why."""

    number: int
    kind: AppointmentKind
    cycle: int
    supersedes: int | None
    why: dict[str, Any]
    provisional: bool
    due_first: AwareDatetime | None
    due_legal: AwareDatetime | None
    due_promised: AwareDatetime | None
    made_at: AwareDatetime


class LetterOf(Answer):
    """A numbered paper that was issued."""

    form: str
    number: int
    year: int


class HandedOver(Answer):
    """The hand-over of a result, as far as it was said."""

    receiver: str | None = None
    identifier: str | None = None
    mode: DeliveryMode | None = None
    postal_number: str | None = None
    originals: bool | None = None
    note: str | None = None


class Dossier(Standing):
    """A dossier as its officers read it."""

    procedure: ProcedureOf
    channel: EntryChannel
    #: The way by which it came in, and the site or the other portal.
    entry: EntryKind
    entry_site: str | None
    units: DossierUnits
    applicant: dict[str, Any]
    form: dict[str, Any]
    filed_at: AwareDatetime
    reception_due: AwareDatetime | None
    accepted_at: AwareDatetime | None
    due_first: AwareDatetime | None
    provisional: bool
    late_since: AwareDatetime | None
    result_ready_at: AwareDatetime | None
    returned_at: AwareDatetime | None
    handed_over: HandedOver | None
    answer_due: AwareDatetime | None
    fees_open: int
    #: Degree of completion, 0 to 100.
    degree: int
    components: list[ComponentHeld] | None
    consultations: list[ConsultationOf]
    appointments: list[Promise]
    letters: list[LetterOf]


class MessageSent(Body):
    """A message or signal, by the name under which the diagram awaits it, and what comes with it."""

    name: Name
    values: Data = Field(default_factory=dict)
    #: Which instance of a multi-instance activity is meant; all of them when absent.
    item: Name | None = None


class Resolution(Body):
    """The missing values of expressions that could not be evaluated."""

    values: Data = Field(default_factory=dict)


class Correction(Body):
    """The true instant of a command that was stamped by a wrong clock."""

    #: Number of one of its events.
    event: int = Field(ge=2, le=100_000)
    at: AwareDatetime
    reason: Text


class RunningTimer(Answer):
    """An hour that is waited for."""

    id: UUID
    step: str
    name: str
    due: AwareDatetime


class AwaitedMessage(Answer):
    """A message that an element awaits, and whose it is to send it."""

    name: str
    step: str
    #: Null where the element is in nobody's lane: then any role of the unit will do.
    role: str | None
    unit: str
    #: What a multi-instance activity is about in which it is awaited.
    item: Any


class OpenIncident(Answer):
    """An incident that is not resolved yet."""

    id: UUID
    step: str
    message: str
    #: The unit that has to look.
    unit: str
    since: AwareDatetime


class Waits(Answer):
    """The tasks, timers, messages and incidents that a dossier waits for."""

    view: Literal["officer"]
    reference: str
    code: str | None
    status: DossierStatus
    version: int
    tasks: list[OpenTask]
    timers: list[RunningTimer]
    messages: list[AwaitedMessage]
    incidents: list[OpenIncident]


class EventOf(Answer):
    """Something that happened, for an officer; `hash` is its place in the dossier's chain."""

    seq: int
    at: AwareDatetime
    kind: str
    actor: str
    on_behalf_of: str | None
    automatic: bool
    payload: dict[str, Any] | None
    hash: str


class Events(Answer):
    """A dossier's events in order, for an officer."""

    view: Literal["officer"]
    items: list[EventOf]
    page: NextPage


class NoteOf(Answer):
    """A note of an officer."""

    seq: int
    at: AwareDatetime
    author: str
    on_behalf_of: str | None
    #: Null where it was erased by law.
    text: str | None
    mention: str | None
    amended_at: AwareDatetime | None
    amendable: bool


class Notes(Answer):
    """Notes of officers on a dossier, the newest first."""

    items: list[NoteOf]
    page: NextPage


class Receipt(Answer):
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Mẫu 01)."""

    form: str
    number: int
    year: int
    unit: str
    code: str
    procedure: str
    applicant: dict[str, Any]
    components: list[ComponentHeld]
    missing: list[ComponentHeld]
    term: str
    received_at: AwareDatetime
    return_at: AwareDatetime | None


class Written(Answer):
    """Something that was written between applicant and desk, or proposed to the desk."""

    #: Its number among the dossier's events.
    seq: int
    at: AwareDatetime
    by: Literal["applicant", "desk", "handling"]
    #: The writer's name; null for an applicant who reads.
    author: str | None
    #: Null where it was erased by law.
    text: str | None


class Conversation(Answer):
    """The conversation of a dossier, in order."""

    items: list[Written]
    page: NextPage


class Unanswered(Answer):
    """A dossier whose applicant waits for an answer of the desk."""

    reference: str
    code: str | None
    procedure: str
    procedure_name: str
    #: The desk that answers.
    unit: str
    unanswered_since: AwareDatetime


class UnansweredPage(Answer):
    """Dossiers whose applicants wait, those who have waited longest first."""

    items: list[Unanswered]
    page: NextPage
