"""Bodies and answers about user tasks."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import Answer, Body, Data, Instant, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_api.http.problems import Problem
from hoso_api.rest.dossiers.schemas import ApplicantNamed
from hoso_models import DueKind, TaskKind, TaskStatus, Verdict
from hoso_workflows.clock.work_by import Span, Stopped
from hoso_workflows.dossiers.worklist import Sort
from hoso_workflows.lifecycle import commands
from hoso_workflows.pagination import MOST
from hoso_workflows.tasks.counts import Grouping

#: 0 ordinary, 1 urgent, 2 very urgent, 3 immediate.
Priority = Annotated[int, Field(ge=0, le=3)]
#: A part of a code or reference.
KeyPart = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{3,80}$")]


class TaskFilter(Body):
    """Conditions on tasks; a missing one does not narrow."""

    unit: Key | None = None
    role: Key | None = None
    assignee: UUID | None = None
    dossier: Key | None = None
    status: TaskStatus = TaskStatus.OPEN
    due_before: Instant | None = None
    overdue: bool = False
    unassigned: bool = False
    procedure: Key | None = None
    priority: Priority | None = None
    text: KeyPart | None = None
    follow_up_by: date | None = None
    #: Only tasks that decide, which nobody else has taken.
    decides: bool = False
    #: Only tasks of officers for whom you act today.
    acting: bool = False


class PageAsked(Body):
    """The size of a page, and the cursor behind which it begins."""

    limit: int = Field(default=50, ge=1, le=MOST)
    after: str | None = Field(default=None, max_length=200)


class TaskSearch(Body):
    """A search for tasks, in one of their orders."""

    filter: TaskFilter = Field(default_factory=TaskFilter)
    sort: Sort = Sort.DUE
    page: PageAsked = Field(default_factory=PageAsked)


class Assignment(Body):
    """The assignee of a task; by default the caller."""

    assignee: UUID | None = None


class Completion(Body):
    """The completion of a task."""

    outcome: Name | None = None
    #: Answers to the step's form; without a form, values that expressions of the diagram read. Others are refused by name.
    values: Data = Field(default_factory=dict)
    #: Only at the task that decides, and needed there.
    result: commands.Result | None = None
    #: Why the result is what it is, or the dossier is refused or lacks something; the applicant reads it.
    reason: Text = ""
    #: For officers; the applicant does not read it.
    note: Text = ""
    #: At reception's task: accept although required papers are missing.
    confirm_missing: bool = False
    #: Files of the authority's own that are the result.
    attachments: list[UUID] = Field(default=[], max_length=50)

    def command(self, task: UUID) -> commands.Complete:
        """The completion of this task."""
        return commands.Complete(
            task,
            self.outcome,
            self.values,
            self.result,
            self.reason,
            self.note,
            self.confirm_missing,
            tuple(self.attachments),
        )


class Reassignment(Body):
    """Another officer for a task, or its unit."""

    assignee: UUID | None = None
    reason: Text


class Delegation(Body):
    """A colleague who works on a task for its owner."""

    assignee: UUID
    note: Text = ""


class DelegationEnd(Body):
    """The findings of the colleague."""

    note: Text = ""


class Return(Body):
    """The reason of a return."""

    reason: Text


class Release(Body):
    """A task that is given back to its unit."""


class InboxHandover(Body):
    """An absent officer, and who gets their open tasks; the units of the tasks where nobody is named."""

    absent: UUID
    assignee: UUID | None = None
    reason: Annotated[Text, Field(min_length=1)]
    after: str | None = Field(default=None, max_length=200)


class BulkAct(StrEnum):
    """An act on one of many tasks, by the last word of its own address."""

    #: Take it, or assign it.
    ASSIGNMENT = "assignment"
    #: Give it back to its unit.
    RELEASE = "release"
    COMPLETION = "completion"
    PRIORITY = "priority"
    REASSIGNMENT = "reassignment"
    DELEGATION = "delegation"
    DELEGATION_END = "delegation-end"
    RETURN = "return"


class BulkItem(Body):
    """One act on one task."""

    task: UUID
    act: BulkAct
    #: The caller's own name for it, under which it is done once.
    key: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
    body: Data = Field(default_factory=dict)


class Bulk(Body):
    """Acts on tasks, in their order."""

    items: list[BulkItem] = Field(min_length=1, max_length=200)


class BulkDone(Answer):
    """The outcome of one act: a version, or a problem."""

    task: UUID
    key: str | None
    done: bool
    version: int | None
    problem: Problem | None


class BulkOutcome(Answer):
    """The outcomes of many acts, in their order."""

    items: list[BulkDone]


class InboxHandedOn(BulkOutcome):
    """The outcomes of a part of an inbox, and the place behind it."""

    page: NextPage


class Prioritisation(Body):
    """The priority of a task among the others."""

    priority: Priority


class FollowUp(Body):
    """The day on which an officer looks at a task again."""

    follow_up: date | None


class StepDraft(Body):
    """A completion as far as it is written; nothing of it is checked."""

    outcome: Name | None = None
    values: Data = Field(default_factory=dict)
    result: commands.Result | None = None
    reason: Text = ""
    note: Text = ""


class StepDraftKept(Answer):
    """One's own draft of a step."""

    outcome: str | None
    values: dict[str, Any]
    result: commands.Result | None
    reason: str
    note: str
    version: int
    saved_at: AwareDatetime


class StepDraftDiscarded(Answer):
    """The end of a draft."""

    discarded: bool


class CallFailure(Body):
    """The failure of the call that an external task waits for."""

    message: Annotated[Text, Field(min_length=1)]


class DossierOf(Answer):
    """The dossier that a task belongs to."""

    reference: str
    code: str | None
    procedure: str


class DossierOfTask(DossierOf):
    """The dossier of a task, as whoever works there may know it."""

    procedure_name: str
    #: The mark that stays through supplement and restart.
    late_since: AwareDatetime | None
    applicant: ApplicantNamed


class StandingStill(Answer):
    """Since when and why nothing is due."""

    since: AwareDatetime
    why: Stopped


class TaskListed(Answer):
    """A task in a list."""

    id: UUID
    name: str
    step: str
    #: `external`: the call of another system is awaited, or an officer in its place.
    kind: TaskKind
    role: str
    unit: str
    assignee: UUID | None
    assignee_name: str | None
    #: Who has delegated it to its assignee.
    owner: UUID | None
    milestone: str | None
    question: str | None
    outcomes: list[str]
    form: str | None
    opened_at: AwareDatetime
    #: The date to work by; null while the clock stands still.
    due: AwareDatetime | None
    due_kind: DueKind | None
    due_span: Span
    #: Judges the officer; null where the step has no limit with a date of its own.
    due_own: AwareDatetime | None
    #: The own limit that has passed: it judges the officer.
    step_late_since: AwareDatetime | None
    #: The legal date that has passed while the dossier's clock runs.
    dossier_late_since: AwareDatetime | None
    still: StandingStill | None
    #: Warns: when it should be done for the dossier to be on time.
    due_plan: AwareDatetime | None
    #: 0 ordinary, 1 urgent, 2 very urgent, 3 immediate.
    priority: int
    #: The reader's own.
    follow_up: date | None
    dossier: DossierOfTask


class Task(TaskListed):
    """One task, open or not."""

    status: TaskStatus
    closed_at: AwareDatetime | None
    outcome: str | None
    judged: Verdict | None
    #: What was answered to its form; null while it is open, and where nothing was asked.
    answers: dict[str, Any] | None
    version: int


class TaskGroup(Answer):
    """A group of tasks with their number."""

    key: str | None
    name: str | None
    count: int


class TaskCounts(Answer):
    """Numbers of tasks by group, the largest first."""

    by: Grouping
    total: int
    groups: list[TaskGroup]


class TaskPage(Answer):
    """A part of a list of tasks."""

    items: list[TaskListed]
    page: NextPage
