"""State of a dossier, folded from its events, with portal code and degree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import hoso_calendar as wt
from hoso_bpmn.document import critical_path
from hoso_models import DossierStatus as Status
from hoso_models import Outcome
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle.fees import NONE, Account
from hoso_workflows.lifecycle.rules import PORTAL
from hoso_workflows.lifecycle.task_facts import TaskFacts

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Run
    from hoso_bpmn.runs.specification import Loaded, Specification
    from hoso_workflows.clock.clock import Clock


#: A task that is open in no dossier.
NOWHERE = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class OpenTask(TaskFacts):
    """A human task that waits for somebody."""

    assignee: UUID | None = None
    #: Who has delegated it to the assignee.
    owner: UUID | None = None
    #: Who had it before the assignee.
    previous: UUID | None = None
    #: 0 ordinary to 3 immediate.
    priority: int = 0


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An open incident: the engine cannot go on at a timer or external task.

    It stays open until the timer is retried or the task is completed.
    """

    element: str
    message: str
    #: Code of the unit that has to look.
    unit: str
    #: When it was told first.
    since: datetime


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A version of a file, as far as later acts depend on it."""

    title: str
    component: str | None
    internal: bool
    #: In bytes.
    size: int
    #: Who added it, and in whose name.
    added_by: frozenset[UUID] = frozenset()
    superseded: bool = False
    #: True for the result, or part of it.
    result: bool = False
    #: True for a PDF that was found to be signed well.
    signed: bool = False


#: How long its author may correct a note.
AMENDABLE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RecentNote:
    """A note that its author may still correct."""

    at: datetime
    #: Who wrote it, and in whose name.
    by: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class OpenConsultation:
    """A consultation that has not been answered."""

    unit: str
    due: datetime
    #: `consent` or `nothing`.
    silence: str
    #: True when its term has passed in silence that says nothing.
    passed: bool = False


@dataclass(frozen=True)
class State:
    """State of one dossier, as decisions need it.

    Equal states have equivalent histories as far as decisions are concerned; run, specification and calendars are not compared.
    """

    reference: str
    procedure: str
    version: int
    case: str
    channel: str
    #: Codes of the units that play `receiving`, `handling` and `deciding`.
    units: Mapping[str, str]
    #: `restart` (the general law) or `resume`.
    supplement: str
    #: The newest event's instant; no later event lies before it.
    last_at: datetime
    status: Status = Status.FILED
    code: str | None = None
    outcome: Outcome | None = None
    accepted_at: datetime | None = None
    #: The term as written and the policy it was accepted under.
    term: str | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    tasks: Mapping[UUID, OpenTask] = field(default_factory=dict)
    #: The plan of the task that was completed last: how far the dossier is while no task is open.
    passed: tuple[str, ...] = ()
    #: By the id of the timer or task that waits.
    incidents: Mapping[str, OpenIncident] = field(default_factory=dict)
    #: Which unit stands in the place of one that was closed, merged or moved, by their codes.
    replaced: Mapping[str, str] = field(default_factory=dict)
    #: How often a supplement was asked.
    supplements: int = 0
    #: Codes of the components that have come in.
    components: frozenset[str] = frozenset()
    #: Codes of required ones that had not when reception accepted all the same.
    missing: tuple[str, ...] = ()
    #: When the newest supplement was asked for or sent back, and until when the applicant may answer.
    asked_at: datetime | None = None
    answer_due: datetime | None = None
    #: When the newest supplement came in.
    supplement_at: datetime | None = None
    #: Notes of the last minutes, by the number of their event.
    notes: Mapping[int, RecentNote] = field(default_factory=dict)
    #: Who has completed each step last, by its element.
    completed_by: Mapping[str, UUID] = field(default_factory=dict)
    #: Who has completed a step behind the acceptance.
    preparers: frozenset[UUID] = frozenset()
    #: The extensions granted in this cycle of the term, as written.
    extensions: tuple[str, ...] = ()
    #: The files that were added, by their ids.
    files: Mapping[UUID, AttachedFile] = field(default_factory=dict)
    #: How often a unit was consulted, and the consultations that are open.
    consulted: int = 0
    consultations: Mapping[UUID, OpenConsultation] = field(default_factory=dict)
    #: How often data were given to a third party.
    disclosed: int = 0
    #: What is owed and paid.
    account: Account = NONE
    #: True while a corrected result waits to be handed over.
    corrected: bool = False
    #: True while a hold stands on it; how often its erasure was ordered; true when it is erased.
    held: bool = False
    erasures_ordered: int = 0
    erased: bool = False
    #: The number of the newest event.
    seq: int = field(default=1, compare=False)
    #: The engine, which a decision drives; spoilt when a decision raises.
    run: Run | None = field(default=None, compare=False, repr=False)
    loaded: Loaded | None = field(default=None, compare=False, repr=False)
    #: The engine of a dossier that is reopened, before it was begun anew.
    former: Run | None = field(default=None, compare=False, repr=False)
    #: The clock after the same events, for decisions on dates.
    clock: Clock | None = field(default=None, compare=False, repr=False)
    #: The working calendar of each unit, by its code.
    calendars: Mapping[str, wt.WorkCalendar] = field(default_factory=dict, compare=False, repr=False)

    @property
    def places(self) -> Mapping[str, str]:
        """The unit of each part, and the one in place of each replaced unit."""
        return {**self.replaced, **self.units} if self.replaced else self.units

    @property
    def reception(self) -> UUID:
        """The open task of reception, the newest of several; `NOWHERE` without one."""
        return [NOWHERE, *(task for task, each in self.tasks.items() if each.milestone == "accept")][-1]


def portal_code(state: State) -> int:
    """The status code of the National Portal.

    A dossier closed without an answer has 3 before acceptance and 8 after it.
    """
    if state.status is Status.CLOSED_UNANSWERED:
        return 8 if state.accepted_at else 3
    return PORTAL[state.status]


def portal_codes(event: Event, after: State) -> tuple[int, ...]:
    """The codes that a dossier has from an event on, for the National Portal.

    An acceptance is two: accepted (2), and in process (4).
    """
    code = portal_code(after)
    return (2, code) if event.kind is Kind.ACCEPTED else (code,)


#: Nothing is left to be done.
_ENDED = frozenset(
    (
        Status.REFUSED,
        Status.CLOSED_UNANSWERED,
        Status.RESULT_READY,
        Status.RETURNED,
        Status.WITHDRAWN,
        Status.STOPPED,
    )
)


def degree(state: State, specification: Specification) -> int:
    """The degree of completion in percent, 0 to 100.

    It is the share of the limits before the least advanced open step; 100 once the dossier has ended.
    """
    if state.status in _ENDED:
        return 100
    whole = specification.total_limit.hours
    if not (state.accepted_at and whole):
        return 0
    before = (_hours(task.plan) - _hours((task.limit,)) for task in state.tasks.values())
    done = min(before, default=_hours(state.passed))
    return max(0, min(99, int(100 * done / whole)))


# Every act asks, and a procedure has few limits.
@lru_cache(maxsize=4_096)
def _hours(limits: tuple[str | None, ...]) -> Fraction:
    terms = (wt.Term.parse(limit) for limit in limits if limit)
    return sum((critical_path.hours(term) or Fraction(0) for term in terms), Fraction(0))
