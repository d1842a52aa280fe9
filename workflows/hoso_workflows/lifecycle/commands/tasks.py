"""Commands on tasks and on the run, and of administrators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_bpmn import text_safety
from hoso_workflows.lifecycle.commands.filing import Result


@dataclass(frozen=True, slots=True)
class Absence:
    """An officer who is absent today from a task's role."""

    #: The officer's name.
    officer: str
    #: The last day of the absence, as it is entered.
    until: date
    #: Names of those who act for the officer.
    acting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """An officer claims an open task, or assigns it."""

    task: UUID
    #: Whom it is assigned to; the actor when absent.
    assignee: UUID | None = None
    #: The absence of that officer. Told by the register; nobody names it, here and below.
    away: Absence | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unclaim:
    """The task goes back to the unit."""

    task: UUID


@dataclass(frozen=True, slots=True)
class Reassign:
    """A task goes to another officer, or to its unit, whoever has it."""

    task: UUID
    #: Whom it is assigned to; the unit when absent. Of a delegated task the owner, who keeps it, when absent.
    assignee: UUID | None
    reason: str
    #: Whose inbox is handed on: it is taken from its owner too, if it is they.
    absent: UUID | None = None
    #: True where its owner plays the task's role no more. Told by the rights; nobody names it.
    owner_left: bool = False
    away: Absence | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Delegate:
    """A colleague works on a task for a while; its owner stays its owner."""

    task: UUID
    #: The colleague.
    assignee: UUID
    note: str = ""
    away: Absence | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Resolve:
    """A delegated task goes back to its owner."""

    task: UUID
    note: str = ""
    #: True where the owner plays the task's role no more. Told by the rights; nobody names it.
    owner_left: bool = False


@dataclass(frozen=True, slots=True)
class ReturnTask:
    """A task goes back to the officer who had it before."""

    task: UUID
    reason: str
    #: Told by the state; nobody names it.
    assignee: UUID | None = None
    away: Absence | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SetPriority:
    """A head puts a task before others, or back among them."""

    task: UUID
    #: 0 ordinary, 1 urgent, 2 very urgent, 3 immediate.
    priority: int


@dataclass(frozen=True, slots=True)
class WriteNote:
    """An officer leaves a note for the other officers of the dossier."""

    text: str
    #: A colleague who is told of it.
    mention: UUID | None = None


@dataclass(frozen=True, slots=True)
class AmendNote:
    """An officer corrects the text of a note of theirs, soon after writing it."""

    #: The number of the event with which it was left.
    note: int
    text: str


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
    #: Ids of the authority's own files that are the result, where it is a file.
    attachments: tuple[UUID, ...] = ()


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
