"""Tasks of officers, and timers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlmodel import Field

from hoso_models.tables.base import (
    EnumText,
    Record,
    computed,
    defaulted,
    described,
    document,
    enum_field,
    index,
    listing,
    one_of,
    optional_document,
)
from hoso_models.tables.dossier import Verdict


@described("Whether a human task waits.")
class TaskStatus(StrEnum):
    """Status of a human task."""

    #: It waits for somebody.
    OPEN = "open"
    #: Somebody completed it.
    CLOSED = "closed"
    #: It ended with its run, a boundary event or a restart.
    CANCELLED = "cancelled"


@described("Whom a task waits for.")
class TaskKind(StrEnum):
    """Kinds of tasks, by the person or system awaited."""

    #: An officer at the screen.
    USER = "user"
    #: An officer elsewhere, who says when it is done.
    MANUAL = "manual"
    #: The call of another system, or an officer in its place.
    EXTERNAL = "external"


@described("Which date is the one to work by.")
class DueKind(StrEnum):
    """Kinds of the date to work by: the earliest that there is."""

    #: The step's own limit.
    STEP = "step"
    #: Reception's term, while the dossier is not accepted.
    RECEPTION = "reception"
    #: What the applicant was promised, until the result is ready.
    DOSSIER = "dossier"
    #: The appointed hour at which a result that is ready is handed over.
    RETURN = "return"


OPEN = "status = 'open'"
DONE = "status <> 'open'"
#: Tasks at which a result is decided.
DECIDING = f"{OPEN} and milestone = 'result'"
#: It is open, and neither reception's term nor the dossier's runs: only what its own limit excludes from them is due.
STANDS_STILL = f"{OPEN}::text and clock is distinct from 'excluded'::text and reception_due is null and due_dossier is null"
_EARLIEST = "least(due_own, reception_due, due_dossier)"
#: With the casts that PostgreSQL writes into them, so that they compare.
_DUE_SHOWN = f"case when not ({STANDS_STILL}) then {_EARLIEST} else null::timestamp with time zone end"
_DUE_KIND = f"""case when {STANDS_STILL} then null::text
  when due_own = {_EARLIEST} then 'step'::text when reception_due = {_EARLIEST} then 'reception'::text
  when dossier_late_from is not null then 'dossier'::text when due_dossier is not null then 'return'::text else null::text end"""
#: It waits, and somebody has put it before others.
URGENT = f"{OPEN} and priority > 0"


class UserTask(Record, table=True):
    """The projection of a human task; its id is the engine's."""

    __tablename__ = "user_task"
    __table_args__ = (
        one_of("status", TaskStatus),
        one_of("judged", Verdict),
        one_of("kind", TaskKind),
        one_of("due_kind", DueKind),
        CheckConstraint("priority between 0 and 3", name="priority"),
        index(
            "ix_user_task_inbox",
            "unit_code",
            "role",
            "due_shown",
            "id",
            include=("dossier_id", "name", "assignee_id"),
            where=OPEN,
        ),
        index(
            "ix_user_task_mine",
            "assignee_id",
            "due_shown",
            "id",
            include=("dossier_id", "name"),
            where=f"{OPEN} and assignee_id is not null",
        ),
        index("ix_user_task_unit_due", "unit_code", "due_own", "id", where=f"{OPEN} and due_own is not null"),
        index(
            "ix_user_task_unit_shown",
            "unit_code",
            "due_shown",
            "id",
            where=f"{OPEN} and due_shown is not null",
        ),
        index(
            "ix_user_task_unit_free", "unit_code", "due_shown", "id", where=f"{OPEN} and due_shown is null"
        ),
        index(
            "ix_user_task_urgent",
            "unit_code",
            text("priority desc"),
            "due_shown",
            "id",
            where=URGENT,
        ),
        index("ix_user_task_deciding", "unit_code", "role", "opened_at", "id", where=DECIDING),
        index("ix_user_task_opened", "unit_code", "opened_at", "id", where=OPEN),
        index("ix_user_task_procedure", "unit_code", "procedure_code", "due_shown", "id", where=OPEN),
        index("ix_user_task_due", "due_own", "id", where=f"{OPEN} and due_own is not null"),
        index("ix_user_task_done", "unit_code", "role", "status", "due_shown", "id", where=DONE),
        index(
            "ix_user_task_done_by",
            "assignee_id",
            "status",
            "due_shown",
            "id",
            where=f"{DONE} and assignee_id is not null",
        ),
        index("ix_user_task_dossier_id", "dossier_id"),
    )

    id: UUID = Field(primary_key=True)
    dossier_id: UUID = Field(foreign_key="dossier.id")
    #: The BPMN element.
    element: str
    name: str
    lane: str
    role: str
    unit_code: str = Field(foreign_key="unit.code")
    assignee_id: UUID | None = Field(default=None, foreign_key="principal.id")
    status: TaskStatus = enum_field(TaskStatus)
    milestone: str | None = None
    #: The officer's buttons.
    outcomes: list[Any] = listing()
    form: str | None = None
    #: The step's limit as declared.
    limit_text: str | None = None
    #: `excluded`: the dossier's clock stands still while it is open.
    clock: str | None = None
    cycle: int = defaulted(value=0, literal="0")
    opened_at: datetime
    #: When its time began to count; a supplement received moves it.
    arrived_at: datetime
    #: Judges the officer.
    due_own: datetime | None = None
    #: Warns.
    due_plan: datetime | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = Field(default=None, foreign_key="principal.id")
    on_behalf_of: UUID | None = Field(default=None, foreign_key="principal.id")
    outcome: str | None = None
    judged: Verdict | None = enum_field(Verdict, default=None)
    kind: TaskKind = defaulted(value=TaskKind.USER, literal="'user'", sa_type=EnumText(TaskKind))
    #: What was answered to its form when it was completed.
    answers: dict[str, Any] | None = optional_document()
    #: While it is open and the dossier not accepted, by when reception has to answer; judges nobody.
    reception_due: datetime | None = None
    #: 0 ordinary, 1 urgent, 2 very urgent, 3 immediate: the degrees of urgency of official papers.
    priority: int = defaulted(value=0, literal="0")
    #: That of its dossier.
    procedure_code: str | None = None
    #: Who has delegated it to its assignee, and gets it back.
    owner_id: UUID | None = Field(default=None, foreign_key="principal.id")
    #: True once an officer has kept something of it; when it closes, a trigger deletes that.
    kept: bool = defaulted(value=False, literal="false")
    #: While it is open, reference and code of its dossier in capitals: a worklist looks for a part of them.
    found_by: str | None = None
    #: While it is open, what its accepted dossier was promised; null while the clock stands still.
    due_dossier: datetime | None = None
    #: While it is open and the dossier's clock runs, the legal date, after which the dossier is late.
    dossier_late_from: datetime | None = None
    #: The date to work by: what lists show and are sorted by. Null while the clock stands still.
    due_shown: datetime | None = computed(_DUE_SHOWN)
    #: Which of its dates that is.
    due_kind: DueKind | None = computed(_DUE_KIND, sa_type=EnumText(DueKind))


class OfficerTask(Record, table=True):
    """An officer's own entries at an open task. They go with the task."""

    __tablename__ = "officer_task"
    __table_args__ = (
        index("ix_officer_task_follow_up", "principal_id", "follow_up_on", where="follow_up_on is not null"),
    )

    task_id: UUID = Field(primary_key=True, foreign_key="user_task.id", ondelete="CASCADE")
    principal_id: UUID = Field(primary_key=True, foreign_key="principal.id")
    #: The local date on which they want to look at it again.
    follow_up_on: date | None = None
    #: What they have answered so far: outcome, answers, note; nothing is checked before it is completed.
    draft: dict[str, Any] | None = optional_document()
    #: Counts the drafts that were kept, so that two windows do not overwrite each other.
    draft_version: int = defaulted(value=0, literal="0")
    draft_saved_at: datetime | None = None


class Timer(Record, table=True):
    """An armed timer of a dossier's run."""

    __tablename__ = "timer"
    __table_args__ = (index("ix_timer_due_at", "due_at"),)

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    id: str = Field(primary_key=True)
    element: str
    due_at: datetime
    armed_at: datetime
    kind: str
    payload: dict[str, Any] = document()
