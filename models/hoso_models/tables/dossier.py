"""Dossiers with their status and due dates, and the state of their engine."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, text
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    listing,
    one_of,
    optional_document,
    surrogate,
)


@described("Where a dossier stands; overdue is derived from its dates, never a status.")
class DossierStatus(StrEnum):
    """Status of a dossier. Overdue is derived from its dates, never a status."""

    #: It came in and waits for reception (portal code 1).
    FILED = "filed"
    #: Reception asked the applicant for a supplement (5).
    AWAITING_SUPPLEMENT_BEFORE = "awaiting_supplement_before"
    #: Reception refused it with a reason (3).
    REFUSED = "refused"
    #: No answer came in time: 3 before acceptance, 8 after it.
    CLOSED_UNANSWERED = "closed_unanswered"
    #: Accepted; the clock runs (4, and 2 at the moment of acceptance).
    IN_PROCESS = "in_process"
    #: A supplement was asked for after acceptance (5).
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    #: Suspended on a legal ground (4).
    SUSPENDED = "suspended"
    #: Waits for the applicant to meet a financial obligation (6).
    FINANCIAL_OBLIGATION = "financial_obligation"
    #: The result exists, the verdict is given (9).
    RESULT_READY = "result_ready"
    #: The result was handed over (10).
    RETURNED = "returned"
    #: The applicant took it back (7).
    WITHDRAWN = "withdrawn"
    #: Its handling was ended (8).
    STOPPED = "stopped"


@described("What the result says.")
class Outcome(StrEnum):
    """Outcome of the decision."""

    #: What was applied for is granted.
    GRANTED = "granted"
    #: The conditions are not met; the result says why.
    NOT_ELIGIBLE = "not_eligible"


@described("How a dossier came in.")
class EntryChannel(StrEnum):
    """Channel by which a dossier was filed."""

    #: Through a portal.
    ONLINE = "online"
    #: At the one-stop desk.
    DESK = "desk"
    #: By post.
    POST = "post"


@described("How the applicant wants the result.")
class DeliveryMode(StrEnum):
    """Delivery of the result, as the applicant wants it."""

    #: Fetched at the one-stop desk.
    COUNTER = "counter"
    #: Sent by post.
    POST = "post"
    #: Sent electronically.
    ONLINE = "online"


@described("How a result or a step stands to its due date.")
class Verdict(StrEnum):
    """A result or a step compared with its due date."""

    #: On an earlier local date.
    EARLY = "early"
    #: On the due date, up to the closing minute.
    ON_TIME = "on_time"
    #: After it.
    LATE = "late"


#: Accepted and not yet resolved: what can be overdue.
RUNNING = "closed_at is null and result_ready_at is null and accepted_at is not null"
#: A supplement is awaited, and no date was told for it, as by earlier releases.
UNDATED = "answer_due is null and status in ('awaiting_supplement_before', 'awaiting_supplement')"
#: Filed and neither accepted nor closed: what waits at reception.
AT_RECEPTION = "closed_at is null and accepted_at is null"
#: When the result was ready or the dossier closed without one; never, while it is open.
ENDED = "coalesce(result_ready_at, closed_at, 'infinity'::timestamp with time zone)"


class Dossier(Record, table=True):
    """The projection of a dossier's events that lists and look-ups read."""

    __tablename__ = "dossier"
    __table_args__ = (
        one_of("status", DossierStatus),
        one_of("outcome", Outcome),
        one_of("entry_channel", EntryChannel),
        one_of("delivery_mode", DeliveryMode),
        one_of("verdict", Verdict),
        CheckConstraint("cycle >= 0", name="cycle"),
        CheckConstraint("degree between 0 and 100", name="degree"),
        CheckConstraint("entry_site is null or entry_channel = 'online'", name="entry_site"),
        index("ix_dossier_ended", text(ENDED), where="accepted_at is not null"),
        index(
            "ix_dossier_unit_overdue",
            "handling_unit",
            "due_legal",
            "id",
            include=("code", "procedure_code"),
            where=RUNNING,
        ),
        index("ix_dossier_unit_accepted", "handling_unit", "accepted_at", where="accepted_at is not null"),
        index(
            "ix_dossier_unit_resolved",
            "handling_unit",
            "result_ready_at",
            include=("verdict",),
            where="result_ready_at is not null",
        ),
        index(
            "ix_dossier_received_running",
            "receiving_unit",
            where=f"{RUNNING} and receiving_unit <> handling_unit",
        ),
        index(
            "ix_dossier_decided_running",
            "deciding_unit",
            where=f"{RUNNING} and deciding_unit <> handling_unit",
        ),
        index("ix_dossier_overdue", "due_legal", "id", include=("code", "handling_unit"), where=RUNNING),
        index("ix_dossier_promised", "due_promised", "id", include=("handling_unit",), where=RUNNING),
        index("ix_dossier_reception", "receiving_unit", "reception_due", "id", where=AT_RECEPTION),
        index("ix_dossier_reception_due", "reception_due", "id", where=AT_RECEPTION),
        index("ix_dossier_receiving_unit", "receiving_unit", "filed_at", "id"),
        index("ix_dossier_accepted", "handling_unit", "procedure_code", "accepted_at"),
        index("ix_dossier_applicant_id", "applicant_id", "filed_at"),
        index("ix_dossier_status", "status", "filed_at", "id"),
        index("ix_dossier_filed_by", "filed_by", "filed_at"),
        index("ix_dossier_workflow_version_id", "workflow_version_id"),
        index("ix_dossier_incidents", "id", where="incidents <> '[]'"),
        index("ix_dossier_answer_undated", "id", where=UNDATED),
        index(
            "ix_dossier_answer_due",
            "answer_due",
            "id",
            include=("reference",),
            where="answer_due is not null",
        ),
        index(
            "ix_dossier_kept",
            "workflow_version_id",
            "case_id",
            "closed_at",
            where="closed_at is not null and erased_at is null",
        ),
        index(
            "ix_dossier_unanswered",
            "receiving_unit",
            "unanswered_since",
            "id",
            where="unanswered_since is not null",
        ),
        index("ix_dossier_held", "filed_at", "id", where="held"),
        index("ix_dossier_parent_id", "parent_id", where="parent_id is not null"),
    )

    id: UUID = surrogate()
    #: Unguessable; what the applicant holds before there is a code.
    reference: str = Field(unique=True)
    #: Allocated at acceptance.
    code: str | None = Field(default=None, unique=True)
    #: What another system calls it.
    external_code: str | None = None
    parent_id: UUID | None = Field(default=None, foreign_key="dossier.id")
    procedure_code: str
    workflow_version_id: UUID = Field(foreign_key="workflow_version.id")
    case_id: str
    status: DossierStatus = enum_field(DossierStatus)
    outcome: Outcome | None = enum_field(Outcome, default=None)
    entry_channel: EntryChannel = enum_field(EntryChannel)
    #: The portal it was filed on, where there was one.
    filed_on_portal: str | None = None
    applicant_id: UUID = Field(foreign_key="party.id")
    filed_by: UUID = Field(foreign_key="principal.id")
    receiving_unit: str = Field(foreign_key="unit.code")
    handling_unit: str = Field(foreign_key="unit.code")
    deciding_unit: str = Field(foreign_key="unit.code")
    form_data: dict[str, Any] = document()
    delivery_mode: DeliveryMode = enum_field(DeliveryMode)
    e_result_consent: bool = defaulted(value=False, literal="false")
    #: As it was when the dossier was filed.
    service_level: str | None = None
    filed_at: datetime
    reception_due: datetime | None = None
    accepted_at: datetime | None = None
    #: Set at acceptance and never moved.
    due_first: datetime | None = None
    #: The yardstick: verdict and boards read it.
    due_legal: datetime | None = None
    #: The promise: the applicant and the escalation ladder read it.
    due_promised: datetime | None = None
    clock_running: bool = defaulted(value=False, literal="false")
    cycle: int = defaulted(value=0, literal="0")
    #: The dates rely on a day that is expected, not announced.
    provisional: bool = defaulted(value=False, literal="false")
    #: It was late before a restart; stays.
    late_since: datetime | None = None
    result_ready_at: datetime | None = None
    verdict: Verdict | None = enum_field(Verdict, default=None)
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    #: Of the first release; neither written nor read. What is due is counted from `closed_at` by the term of its procedure.
    retention_until: date | None = None
    #: The number of its newest event.
    last_seq: int = defaulted(value=0, literal="0")
    #: Where its run is held up: id, element, message, unit that has to look, and since when.
    incidents: list[Any] = listing()
    #: How much of its plan is done, 0 to 100; null where no act has been written since this is kept, until somebody looks it up.
    degree: int | None = None
    #: To whom and how the result was handed over, as far as it was said.
    handed_over: dict[str, Any] | None = optional_document()
    #: Until when the applicant may answer, while a supplement is awaited.
    answer_due: datetime | None = None
    #: A legal hold stands on it.
    held: bool = defaulted(value=False, literal="false")
    #: When everything personal in it was erased.
    erased_at: datetime | None = None
    #: How often reception's term has begun: when filed, and again after a supplement, a transfer or a reopening.
    reception_number: int = defaulted(value=1, literal="1", sa_type=SmallInteger)
    #: Since when the applicant waits for an answer of the desk; null where nothing is left unanswered.
    unanswered_since: datetime | None = None
    #: The host of the agency's site through which it came; null where it came through none.
    entry_site: str | None = None


class EngineState(Record, table=True):
    """The opaque state of the engine. Every command compares and sets this row's version."""

    __tablename__ = "engine_state"
    # Rewritten by every command: room in the page keeps the update beside the old row, without touching the index.
    __table_args__ = ({"postgresql_with": {"fillfactor": 70}},)

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    version: int
    #: The head of the dossier's event chain.
    head: bytes
    #: zstd of the engine's JSON, without its specification.
    state: bytes
    finished: bool = defaulted(value=False, literal="false")
    updated_at: datetime


class DamagedRun(Record, table=True):
    """An engine state that a command could not use. It stays until the state is rebuilt."""

    __tablename__ = "damaged_run"

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    #: The process whose state it is.
    element: str
    message: str
    since: datetime
