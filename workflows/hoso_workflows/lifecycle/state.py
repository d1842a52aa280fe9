"""State of a dossier, folded from its events, with portal code and degree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any
from uuid import UUID

import hoso_calendar as wt
from hoso_bpmn.document import critical_path
from hoso_models import DossierStatus as Status
from hoso_models import Outcome
from hoso_workflows.events import Event, Kind
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import task_facts
from hoso_workflows.lifecycle.task_facts import TaskFacts

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Run
    from hoso_bpmn.runs.specification import Loaded, Specification


#: A task that is open in no dossier.
NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask(TaskFacts):
    """A human task that waits for somebody."""

    assignee: UUID | None = None


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
    #: The engine, which a decision drives; spoilt when a decision raises.
    run: Run | None = field(default=None, compare=False, repr=False)
    loaded: Loaded | None = field(default=None, compare=False, repr=False)
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


#: Fields of a state by name, as an event changes them.
Changes = dict[str, Any]


def fold(events: Iterable[Event]) -> State:
    """The state after a whole history, which begins with `filed`; without an engine."""
    history = iter(events)
    return reduce(evolve, history, _filed(next(history)))


def evolve(state: State, event: Event) -> State:
    """The state after one more event."""
    changes = _CHANGES.get(event.kind, _nothing)(state, event)
    return changed(state, **{"last_at": event.at, **changes})


def _filed(event: Event) -> State:
    payload = event.payload
    return State(
        reference=payload["reference"],
        procedure=payload["procedure"],
        version=payload["version"],
        case=payload["case"],
        channel=payload["channel"],
        units=dict(payload["units"]),
        supplement=payload["supplement"],
        last_at=event.at,
        components=frozenset(payload.get("components", ())),
    )


def _nothing(_state: State, _event: Event) -> Changes:
    return {}


def _accepted(_: State, event: Event) -> Changes:
    payload = event.payload
    return {
        "status": Status.IN_PROCESS,
        "code": payload["code"],
        "accepted_at": event.at,
        "term": payload["term"],
        "policy": dict(payload["policy"]),
        "missing": tuple(payload.get("missing", ())),
    }


def _supplement_asked(state: State, _: Event) -> Changes:
    before = Status.AWAITING_SUPPLEMENT_BEFORE
    status = Status.AWAITING_SUPPLEMENT if state.accepted_at else before
    return {"status": status, "supplements": state.supplements + 1}


def _goes_on(state: State, event: Event) -> Changes:
    came = state.components.union(event.payload.get("components", ()))
    return {"status": Status.IN_PROCESS if state.accepted_at else Status.FILED, "components": came}


def _result_ready(_: State, event: Event) -> Changes:
    return {"status": Status.RESULT_READY, "outcome": Outcome(event.payload["result"])}


def _becomes(status: Status) -> Callable[[State, Event], Changes]:
    return lambda _state, _event: {"status": status}


def _task_opened(state: State, event: Event) -> Changes:
    payload = event.payload
    task = OpenTask(**task_facts.of_payload(payload))
    return {"tasks": {**state.tasks, UUID(payload["task"]): task}}


def _task_closed(state: State, event: Event) -> Changes:
    closed = UUID(event.payload["task"])
    passed = state.tasks[closed].plan if event.payload["by"] == "completed" else state.passed
    return {"tasks": {task: value for task, value in state.tasks.items() if task != closed}, "passed": passed}


def _assigned(state: State, event: Event) -> Changes:
    task = UUID(event.payload["task"])
    assignee = event.payload.get("assignee")
    claimed = replace(state.tasks[task], assignee=UUID(assignee) if assignee else None)
    return {"tasks": {**state.tasks, task: claimed}}


def _corrected(state: State, event: Event) -> Changes:
    """Reset the newest instant, so that later commands may have true instants.

    The instants themselves are corrected before a history is folded.
    """
    payload = event.payload.get("last")
    return {"last_at": datetime.fromisoformat(payload) if payload else state.last_at}


def _migrated(state: State, event: Event) -> Changes:
    """Take the wording of open tasks from the new version.

    Their limits stay those with which they were opened.
    """
    tasks = dict(state.tasks)
    for document in event.payload["tasks"]:
        task = UUID(document["task"])
        tasks[task] = replace(tasks[task], **task_facts.of_payload(document))
    return {"version": event.payload["to"], "tasks": tasks}


def _unit_replaced(state: State, event: Event) -> Changes:
    payload = event.payload
    tasks, incidents = dict(state.tasks), dict(state.incidents)
    for each in payload["tasks"]:
        task = UUID(each["task"])
        tasks[task] = replace(tasks[task], unit=each["unit"])
    for each in payload["incidents"]:
        incidents[each["id"]] = replace(incidents[each["id"]], unit=each["unit"])
    return {
        "units": {**state.units, **payload["units"]},
        "tasks": tasks,
        "incidents": incidents,
        "replaced": succeeded(state.replaced, payload),
    }


def succeeded(places: Mapping[str, str], payload: Mapping[str, Any]) -> dict[str, str]:
    """The units in the places of others after one more replacement."""
    if "from" not in payload:
        return dict(places)  # its payload was erased by law
    old, new = payload["from"], payload["to"]
    later = {**{place: new if unit == old else unit for place, unit in places.items()}, old: new}
    return {place: unit for place, unit in later.items() if place != unit}


def _incident(state: State, event: Event) -> Changes:
    payload = event.payload
    identity = payload.get("id")
    if identity is None:
        return {}  # nothing waits: the command that failed can be given again
    known = state.incidents.get(identity)
    incident = OpenIncident(
        payload["element"], payload["message"], payload["unit"], known.since if known else event.at
    )
    return {"incidents": {**state.incidents, identity: incident}}


def _incident_resolved(state: State, event: Event) -> Changes:
    resolved = event.payload["id"]
    return {"incidents": {key: value for key, value in state.incidents.items() if key != resolved}}


_CHANGES: Mapping[Kind, Callable[[State, Event], Changes]] = {
    Kind.ACCEPTED: _accepted,
    Kind.REFUSED: _becomes(Status.REFUSED),
    Kind.SUPPLEMENT_ASKED: _supplement_asked,
    Kind.SUPPLEMENT_RECEIVED: _goes_on,
    Kind.WITHDRAWN: _becomes(Status.WITHDRAWN),
    Kind.SUSPENDED: _becomes(Status.SUSPENDED),
    Kind.SUSPENSION_ENDED: _goes_on,
    Kind.OBLIGATION_MET: _goes_on,
    Kind.TASK_OPENED: _task_opened,
    Kind.TASK_CLOSED: _task_closed,
    Kind.TASK_CLAIMED: _assigned,
    Kind.TASK_UNCLAIMED: _assigned,
    Kind.INCIDENT: _incident,
    Kind.INCIDENT_RESOLVED: _incident_resolved,
    Kind.RESULT_READY: _result_ready,
    Kind.RETURNED: _becomes(Status.RETURNED),
    Kind.STOPPED: _becomes(Status.STOPPED),
    Kind.MIGRATED: _migrated,
    Kind.UNIT_REPLACED: _unit_replaced,
    Kind.CORRECTED: _corrected,
}


#: Status codes of the National Public Service Portal; 2 is the moment of acceptance, which the event stands for.
_PORTAL = {
    Status.FILED: 1,
    Status.REFUSED: 3,
    Status.IN_PROCESS: 4,
    Status.SUSPENDED: 4,
    Status.AWAITING_SUPPLEMENT_BEFORE: 5,
    Status.AWAITING_SUPPLEMENT: 5,
    Status.FINANCIAL_OBLIGATION: 6,
    Status.WITHDRAWN: 7,
    Status.STOPPED: 8,
    Status.RESULT_READY: 9,
    Status.RETURNED: 10,
}


def portal_code(state: State) -> int:
    """The status code of the National Portal.

    A dossier closed without an answer has 3 before acceptance and 8 after it.
    """
    if state.status is Status.CLOSED_UNANSWERED:
        return 8 if state.accepted_at else 3
    return _PORTAL[state.status]


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
