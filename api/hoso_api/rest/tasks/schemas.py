"""Bodies and answers about user tasks."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Data, Instant, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_models import TaskKind, TaskStatus, Verdict
from hoso_workflows.lifecycle import commands
from hoso_workflows.pagination import MOST


class TaskFilter(Body):
    """Conditions on tasks; a missing one does not narrow."""

    unit: Key | None = None
    role: Key | None = None
    assignee: UUID | None = None
    dossier: Key | None = None
    status: TaskStatus = TaskStatus.OPEN
    due_before: Instant | None = None


class PageAsked(Body):
    """The size of a page, and the cursor behind which it begins."""

    limit: int = Field(default=50, ge=1, le=MOST)
    after: str | None = Field(default=None, max_length=200)


class TaskSearch(Body):
    """A search for tasks; those due first come first."""

    filter: TaskFilter = Field(default_factory=TaskFilter)
    sort: Literal["due"] = "due"
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


class CallFailure(Body):
    """The failure of the call that an external task waits for."""

    message: Annotated[Text, Field(min_length=1)]


class DossierOf(Answer):
    """The dossier that a task belongs to."""

    reference: str
    code: str | None
    procedure: str


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
    milestone: str | None
    outcomes: list[str]
    form: str | None
    opened_at: AwareDatetime
    #: Judges the officer; null where the step has no limit of its own.
    due: AwareDatetime | None
    #: Warns: when it should be done for the dossier to be on time.
    due_plan: AwareDatetime | None
    dossier: DossierOf


class Task(TaskListed):
    """One task, open or not."""

    status: TaskStatus
    closed_at: AwareDatetime | None
    outcome: str | None
    judged: Verdict | None
    #: What was answered to its form; null while it is open, and where nothing was asked.
    answers: dict[str, Any] | None
    version: int


class TaskPage(Answer):
    """A part of a list of tasks."""

    items: list[TaskListed]
    page: NextPage
