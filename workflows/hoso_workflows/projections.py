"""What lists and look-ups read, folded from a dossier's events: its columns, tasks, appointments, timers and letters.

The same fold serves a command, which writes what its events changed, and a rebuild, which writes everything: so a rebuild
of a sound database changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from hoso_models import DossierStatus as Status
from hoso_models import TaskStatus
from hoso_workflows import lifecycle
from hoso_workflows.clock import Appointment, Calendars, Clock, Dates
from hoso_workflows.events import Event, Kind
from hoso_workflows.state import State

if TYPE_CHECKING:
    from hoso_bpmn.specification import Specification

Row = dict[str, Any]

#: Mẫu 01, the receipt with the appointment.
RECEIPT = "01"
#: Nothing more happens to a dossier's result.
_CLOSED = (Status.REFUSED, Status.CLOSED_UNANSWERED, Status.RETURNED, Status.WITHDRAWN, Status.STOPPED)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a projection has come; what lies behind it is new."""

    seq: int = 0
    promises: int = 0
    letters: int = 0


@dataclass(slots=True)
class Projection:
    """Hears a dossier's events; says its rows. Instants are aware, ids UUIDs or as the engine gave them."""

    calendars: Calendars
    state: State = field(init=False)
    clock: Clock = field(init=False)
    #: What events say of each task; dates are added by the clock.
    tasks: dict[UUID, Row] = field(default_factory=dict)
    timers: dict[str, Row] = field(default_factory=dict)
    letters: list[Row] = field(default_factory=list)
    last_seq: int = 0
    #: Where and why the engine could not go on at the newest event; None when it could.
    incident: Row | None = None
    _moments: dict[str, datetime] = field(default_factory=dict)
    _made_by: list[UUID] = field(default_factory=list)
    #: Why the dossier was refused, or what the newest supplement is asked for.
    _asked: Row = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock(self.calendars)

    @classmethod
    def of(cls, events: Iterable[Event], calendars: Calendars) -> Projection:
        """The projection of a whole history."""
        projection = cls(calendars)
        for event in events:
            projection.hear(event)
        return projection

    def hear(self, event: Event) -> None:
        """Take one more event into account. What raises has been counted: such a projection is of no use any more."""
        self.last_seq += 1
        self.incident = None
        self.state = lifecycle.evolve(self.state, event) if self.last_seq > 1 else lifecycle.fold([event])
        self.clock.hear(event)
        self._made_by += [event.actor] * (len(self.clock.promises) - len(self._made_by))
        heard = _HEARD.get(event.kind)
        if heard:
            heard(self, event)
        if self.state.status in _CLOSED:
            self._moments.setdefault("closed_at", event.at)

    def mark(self) -> Mark:
        """Where it stands now."""
        return Mark(self.last_seq, len(self.clock.promises), len(self.letters))

    def dossier(self, dates: Dates, specification: Specification) -> Row:
        """The columns of `dossier` that follow from events; how far it is, from the plan of the version that it runs on."""
        state = self.state
        return {
            "status": state.status.value,
            "outcome": state.outcome.value if state.outcome else None,
            "code": state.code,
            "reception_due": self._reception_due(dates),
            "accepted_at": state.accepted_at,
            "due_first": dates.due_first,
            "due_legal": dates.due_legal,
            "due_promised": dates.due_promised,
            "clock_running": dates.running,
            "cycle": dates.cycle,
            "provisional": dates.provisional,
            "late_since": dates.late_since,
            "result_ready_at": self._moments.get("result_ready_at"),
            "verdict": dates.verdict.value if dates.verdict else None,
            "returned_at": self._moments.get("returned_at"),
            "closed_at": self._moments.get("closed_at"),
            "last_seq": self.last_seq,
            "incidents": self.incidents,
            "degree": lifecycle.degree(state, specification),
        }

    @property
    def incidents(self) -> list[Row]:
        """The open incidents, those told first first; JSON-safe."""
        return [
            {
                "id": identity,
                "element": incident.element,
                "message": incident.message,
                "unit": incident.unit,
                "since": incident.since.astimezone(UTC).isoformat(),
            }
            for identity, incident in self.state.incidents.items()
        ]

    def task(self, task: UUID, dates: Dates) -> Row:
        """The row of one task."""
        row, steps = self.tasks[task], dates.steps[task]
        return {
            **row,
            "arrived_at": steps.arrived,
            "due_own": steps.own,
            "reception_due": self._reception_due(dates) if _at_reception(row) else None,
            "due_plan": steps.plan,
            "judged": steps.judged.value if steps.judged else None,
        }

    def _reception_due(self, dates: Dates) -> datetime | None:
        return None if self.state.accepted_at else dates.reception_due

    def appointments(self, dates: Dates, since: int = 0) -> list[Row]:
        """The promises made, in order, without the first `since`."""
        made = zip(dates.appointments[since:], self._made_by[since:], strict=True)
        return [
            {**{name: getattr(appointment, name) for name in Appointment.__slots__}, "made_by": by}
            for appointment, by in made
        ]

    def _filed(self, event: Event) -> None:
        self._moments["filed_at"] = event.at

    def _result_ready(self, event: Event) -> None:
        self._moments.setdefault("result_ready_at", event.at)

    def _halted(self, event: Event) -> None:
        said = event.payload
        self.incident = {name: said.get(name) for name in ("id", "element", "message", "unit")}

    def _grounds(self, event: Event) -> None:
        self._asked = {name: event.payload[name] for name in ("reason", "items") if name in event.payload}

    def _returned(self, event: Event) -> None:
        self._moments["returned_at"] = event.at

    def _task_opened(self, event: Event) -> None:
        said = event.payload
        self.tasks[UUID(said["task"])] = {
            "id": UUID(said["task"]),
            "element": said["element"],
            "name": said["name"],
            "lane": said["lane"] or "",
            "role": said["role"] or "",
            "unit_code": said["unit"],
            "milestone": said["milestone"],
            "outcomes": list(said["outcomes"]),
            "form": said["form"],
            "limit_text": said["limit"],
            "clock": said["clock"],
            "cycle": self.clock.promises[-1].appointment.cycle if self.clock.promises else 0,
            "opened_at": event.at,
            "kind": said.get("kind", "user"),
            **_NEW_TASK,
        }

    def _task_closed(self, event: Event) -> None:
        completed = event.payload["by"] == "completed"
        self.tasks[UUID(event.payload["task"])] |= {
            "status": (TaskStatus.CLOSED if completed else TaskStatus.CANCELLED).value,
            "closed_at": event.at,
            "closed_by": event.actor,
            "on_behalf_of": event.on_behalf_of,
            "outcome": event.payload["outcome"],
            "answers": orjson.loads(event.payload.get("answers", "null")),
        }

    def _task_claimed(self, event: Event) -> None:
        assignee = UUID(event.payload["assignee"])
        self.tasks[UUID(event.payload["task"])] |= {"assignee_id": assignee, "claimed_at": event.at}

    def _task_unclaimed(self, event: Event) -> None:
        self.tasks[UUID(event.payload["task"])] |= {"assignee_id": None, "claimed_at": None}

    def _migrated(self, event: Event) -> None:
        for said in event.payload["tasks"]:
            self.tasks[UUID(said["task"])] |= {
                "element": said["element"],
                "name": said["name"],
                "lane": said["lane"] or "",
                "role": said["role"] or "",
                "unit_code": said["unit"],
                "milestone": said["milestone"],
                "outcomes": list(said["outcomes"]),
                "form": said["form"],
                "kind": said.get("kind", self.tasks[UUID(said["task"])]["kind"]),
            }

    def _timer_set(self, event: Event) -> None:
        said = event.payload
        self.timers[said["id"]] = {
            "id": said["id"],
            "element": said["element"],
            "due_at": datetime.fromisoformat(said["due"]),
            "armed_at": datetime.fromisoformat(said["armed"]),
            "kind": "bpmn",
        }

    def _timer_dropped(self, event: Event) -> None:
        self.timers.pop(event.payload["id"], None)

    def _letter_issued(self, event: Event) -> None:
        said = event.payload
        self.letters.append(
            {
                "unit_code": said["unit"],
                "form": said["form"],
                "year": said["year"],
                "number": said["number"],
                "data": self._words(said["form"]),
                "issued_at": event.at,
                "issued_by": event.actor,
            }
        )

    def _words(self, form: str) -> Row:
        """What a letter says beyond its number; names are read from the dossier when it is typeset."""
        state, promises = self.state, self.clock.promises
        words = {
            "reference": state.reference,
            "code": state.code,
            "procedure": state.procedure,
            "case": state.case,
        }
        if form == RECEIPT and promises:
            return {**words, "term": state.term, "due": promises[-1].appointment.due_promised.isoformat()}
        return {**words, **self._asked}


def _at_reception(task: Row) -> bool:
    return bool(task["milestone"] == "accept" and task["status"] == TaskStatus.OPEN)


_NEW_TASK: Mapping[str, Any] = {
    "status": TaskStatus.OPEN.value,
    "assignee_id": None,
    "claimed_at": None,
    "closed_at": None,
    "closed_by": None,
    "on_behalf_of": None,
    "outcome": None,
    "answers": None,
}

_HEARD: Mapping[Kind, Callable[[Projection, Event], None]] = {
    Kind.FILED: Projection._filed,
    Kind.REFUSED: Projection._grounds,
    Kind.SUPPLEMENT_ASKED: Projection._grounds,
    Kind.RESULT_READY: Projection._result_ready,
    Kind.RETURNED: Projection._returned,
    Kind.TASK_OPENED: Projection._task_opened,
    Kind.TASK_CLOSED: Projection._task_closed,
    Kind.TASK_CLAIMED: Projection._task_claimed,
    Kind.TASK_UNCLAIMED: Projection._task_unclaimed,
    Kind.TIMER_SET: Projection._timer_set,
    Kind.TIMER_DROPPED: Projection._timer_dropped,
    Kind.LETTER_ISSUED: Projection._letter_issued,
    Kind.INCIDENT: Projection._halted,
    Kind.MIGRATED: Projection._migrated,
}
