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


OPEN = "status = 'open'"
DONE = "status <> 'open'"
#: Tasks at which a result is decided.
DECIDING = f"{OPEN} and milestone = 'result'"
#: It waits, and somebody has put it before others.
URGENT = f"{OPEN} and priority > 0"


class UserTask(Record, table=True):
    """The projection of a human task; its id is the engine's."""

    __tablename__ = "user_task"
    __table_args__ = (
        one_of("status", TaskStatus),
        one_of("judged", Verdict),
        one_of("kind", TaskKind),
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
    #: By when reception has to answer, while the task waits there for it; judges nobody.
    reception_due: datetime | None = None
    #: What lists show and are sorted by.
    due_shown: datetime | None = computed("coalesce(due_own, reception_due)")
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
