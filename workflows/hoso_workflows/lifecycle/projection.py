"""Read model of one dossier, folded from its events.

It holds the dossier's columns, tasks, appointments, timers and letters. The same fold serves a command, which writes the changes
of its events, and a rebuild, which writes everything: so a rebuild of an undamaged database changes nothing. A projection is an
immutable value: applying further events returns another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from hoso_models import TaskStatus
from hoso_workflows.clock.clock import Appointment, Calendars, Clock, Dates
from hoso_workflows.clock.suspensions import Suspension
from hoso_workflows.events import Event, Kind, identity
from hoso_workflows.frozen import with_fields
from hoso_workflows.lifecycle import attachment_rows, consultation_rows, fees, task_facts, transitions
from hoso_workflows.lifecycle.attachment_rows import Attachments
from hoso_workflows.lifecycle.consultation_rows import Consultations
from hoso_workflows.lifecycle.rules import CLOSED
from hoso_workflows.lifecycle.state import State

if TYPE_CHECKING:
    from hoso_bpmn.runs.specification import Specification

#: Columns by name; a row that stands in a projection is never altered.
Row = dict[str, Any]
#: Fields of a projection by name, as an event changes them.
Changes = dict[str, Any]

#: Mẫu 01, the receipt with the appointment.
RECEIPT = "01"


@dataclass(frozen=True, slots=True)
class Mark:
    """Position of a projection in the history; later rows are new."""

    seq: int = 0
    promises: int = 0
    letters: int = 0
    #: The stops of the clock, the consultations and the files as they were.
    stops: Sequence[Row] = ()
    consultations: Sequence[Row] = ()
    disclosures: int = 0
    attachments: Sequence[Row] = ()
    account: fees.Account = fees.NONE
    #: The tasks as they were, and what counted the dates of the open ones; None before the first event.
    tasks: Mapping[UUID, Row] = field(default_factory=dict)
    clock: Clock | None = None


@dataclass(frozen=True)
class Projection:
    """The rows of one dossier after some of its events. Instants are aware, ids UUIDs or as the engine gave them."""

    state: State
    clock: Clock
    #: What events say of each task; dates are added by the clock.
    tasks: Mapping[UUID, Row] = field(default_factory=dict)
    timers: Mapping[str, Row] = field(default_factory=dict)
    letters: tuple[Row, ...] = ()
    #: The consultations of other units, by their ids.
    consultations: Mapping[UUID, Row] = field(default_factory=dict)
    #: What was given to third parties, in order.
    disclosures: tuple[Row, ...] = ()
    #: The files, by their ids.
    attachments: Mapping[UUID, Row] = field(default_factory=dict)
    last_seq: int = 1
    #: Where and why the engine could not go on at the newest event; None when it could.
    incident: Row | None = None
    _result_ready_at: datetime | None = None
    _returned_at: datetime | None = None
    #: To whom and how the result was handed over.
    _handed_over: Row | None = None
    _closed_at: datetime | None = None
    _erased_at: datetime | None = None
    #: Since when the applicant waits for the desk's answer.
    _unanswered_since: datetime | None = None
    #: Who made each appointment.
    _made_by: tuple[UUID, ...] = ()
    #: Why the dossier was refused, or what the newest supplement is asked for.
    _asked: Row = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event], calendars: Calendars) -> Projection:
        """The projection of a whole history, which begins with `filed`. Raises `CalendarEnds`."""
        filed, *later = events
        return cls(transitions.fold((filed,)), Clock(calendars).after((filed,))).after(later)

    def after(self, events: Iterable[Event]) -> Projection:
        """The projection after further events. Raises `CalendarEnds`."""
        return reduce(_applied, events, self)

    def mark(self) -> Mark:
        """The current position in the history."""
        return Mark(
            self.last_seq,
            len(self.clock.promises),
            len(self.letters),
            self.stops(),
            tuple(self.consultations.values()),
            len(self.disclosures),
            tuple(self.attachments.values()),
            self.state.account,
            self.tasks,
            self.clock,
        )

    def dossier(self, dates: Dates, specification: Specification | None) -> Row:
        """The columns of `dossier` that follow from events.

        The degree of completion follows from the plan in the specification of the dossier's version; None without it.
        """
        state = self.state
        return {
            **{f"{part}_unit": unit for part, unit in state.units.items()},
            "status": state.status.value,
            "outcome": state.outcome.value if state.outcome else None,
            "code": state.code,
            "reception_due": self._reception_due(dates),
            "reception_number": self.clock.receptions,
            "accepted_at": state.accepted_at,
            "due_first": dates.due_first,
            "due_legal": dates.due_legal,
            "due_promised": dates.due_promised,
            "clock_running": dates.running,
            "cycle": dates.cycle,
            "provisional": dates.provisional,
            "late_since": dates.late_since,
            "result_ready_at": self._result_ready_at,
            "verdict": dates.verdict.value if dates.verdict else None,
            "returned_at": self._returned_at,
            "handed_over": self._handed_over,
            "answer_due": state.answer_due,
            "closed_at": self._closed_at,
            "last_seq": self.last_seq,
            "incidents": self.incidents,
            "held": state.held,
            "erased_at": self._erased_at,
            "unanswered_since": self._unanswered_since,
            "degree": specification and transitions.degree(state, specification),
        }

    @property
    def incidents(self) -> list[Row]:
        """The open incidents, the oldest first; JSON-safe."""
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
            "procedure_code": self.state.procedure,
            "found_by": self._found_by if row["status"] == TaskStatus.OPEN else None,
            "arrived_at": steps.arrived,
            "due_own": steps.own,
            **(self._dossier_due(dates) if row["status"] == TaskStatus.OPEN else _NO_DOSSIER_DUE),
            "due_plan": steps.plan,
            "judged": steps.judged.value if steps.judged else None,
        }

    @property
    def _found_by(self) -> str:
        """The dossier's reference and code, as a worklist looks for a part of them."""
        return " ".join(filter(None, (self.state.reference, self.state.code))).upper()

    def due(self, task: UUID, dates: Dates) -> datetime | None:
        """The date to work by at an open task, as its row computes it; None while nothing is due."""
        of_dossier = self._dossier_due(dates)
        terms = [due for due in (of_dossier["reception_due"], of_dossier["due_dossier"]) if due]
        own = dates.steps[task].own
        counts = own and (terms or self.tasks[task]["clock"] == "excluded")
        return min([*terms, own] if counts else terms, default=None)

    def moved(self, since: Mark) -> Iterator[UUID]:
        """The open tasks whose rows may be others than they were.

        Tasks that wait beside a step are nearly always as before.
        """
        for task in self.state.tasks:
            if self.tasks[task] is not since.tasks.get(task) or not self.clock.keeps(task, since.clock):
                yield task

    def _dossier_due(self, dates: Dates) -> Row:
        """The dates of the dossier as each of its open tasks carries them."""
        accepted = self.state.accepted_at is not None
        return {
            "reception_due": self._reception_due(dates),
            "due_dossier": dates.due_promised if accepted else None,
            "dossier_late_from": dates.due_legal if accepted and dates.running else None,
        }

    def _reception_due(self, dates: Dates) -> datetime | None:
        return None if self.state.accepted_at else dates.reception_due

    def appointments(self, dates: Dates, since: int = 0) -> list[Row]:
        """The appointments made, in order, without the first `since`."""
        made = zip(dates.appointments[since:], self._made_by[since:], strict=True)
        return [
            {**{name: getattr(appointment, name) for name in Appointment.__slots__}, "made_by": by}
            for appointment, by in made
        ]

    def fee_rows(self, known: fees.Account = fees.NONE) -> list[Row]:
        """Rows of the assessed fees that are not so in the `known` account."""
        return _differing(self.state.account.fees, known.fees)

    def payment_rows(self, known: fees.Account = fees.NONE) -> list[Row]:
        """Rows of the payments that are not so in the `known` account."""
        return _differing(self.state.account.payments, known.payments)

    def refund_rows(self, known: fees.Account = fees.NONE) -> list[Row]:
        """Rows of the refunds that are not so in the `known` account."""
        return _differing(self.state.account.refunds, known.refunds)

    def stops(self, known: Sequence[Row] = ()) -> list[Row]:
        """Rows of the clock's stops, without the `known` ones. The end of the handling ends them."""
        rows = [
            {"number": number, "source": each.source, "started_at": each.start, "ended_at": self._ended(each)}
            for number, each in enumerate(self.clock.suspensions, start=1)
        ]
        return [row for row in rows if row not in known]

    def _ended(self, suspension: Suspension) -> datetime | None:
        return min(filter(None, (suspension.end, self._closed_at)), default=None)

    def _words(self, form: str) -> Row:
        """The data of a letter beside its number.

        Names are read from the dossier when the letter is typeset.
        """
        state, promises = self.state, self.clock.promises
        words = {
            "reference": state.reference,
            "code": state.code,
            "procedure": state.procedure,
            "case": state.case,
        }
        if form == RECEIPT and promises:
            due = promises[-1].appointment.due_promised.isoformat()
            return {**words, **self._asked, "term": self._term(), "due": due}
        return {**words, **self._asked}

    def _term(self) -> str | None:
        """The term that runs, as written."""
        return str(self.clock.count.term) if self.clock.count else self.state.term


def _differing(rows: Mapping[Any, Any], known: Mapping[Any, Any]) -> list[Row]:
    return [asdict(row) for key, row in rows.items() if known.get(key) != row]


def _applied(before: Projection, event: Event) -> Projection:
    """The projection after one more event."""
    state, clock = transitions.evolve(before.state, event), before.clock.after_one(event)
    made = len(clock.promises) - len(before._made_by)
    fields: Changes = {
        "state": state,
        "clock": clock,
        "last_seq": before.last_seq + 1,
        "incident": None,
        "_closed_at": (before._closed_at or event.at) if state.status in CLOSED else None,
    }
    if made:
        fields["_made_by"] = (*before._made_by, *[event.actor] * made)
    if (changes := _CHANGES.get(event.kind)) is not None:
        fields |= changes(before, event)
    return with_fields(before, fields)


def _result_ready(before: Projection, event: Event) -> Changes:
    ready = {"_result_ready_at": before._result_ready_at or event.at}
    return {
        **ready,
        "consultations": consultation_rows.over(before.consultations, event),
        "attachments": attachment_rows.resulting(before.attachments, event),
    }


def _returned(_: Projection, event: Event) -> Changes:
    said = {key: event.payload[key] for key in _HANDED if key in event.payload}
    return {"_returned_at": event.at, "_handed_over": said or None}


#: What is kept of a hand-over.
_HANDED = ("receiver", "identifier", "mode", "postal_number", "originals", "note")


def _reopened(_: Projection, event: Event) -> Changes:
    return {
        **_grounds(_, event),
        "_result_ready_at": None,
        "_returned_at": None,
        "_handed_over": None,
        "_closed_at": None,
    }


def _closed(before: Projection, event: Event) -> Changes:
    return {**_grounds(before, event), "consultations": consultation_rows.over(before.consultations, event)}


def _transferred(before: Projection, event: Event) -> Changes:
    return _closed(before, event) if event.payload.get("authority") else _grounds(before, event)


def _consulted(
    apply: Callable[[Consultations, Event], Consultations],
) -> Callable[[Projection, Event], Changes]:
    return lambda before, event: {"consultations": apply(before.consultations, event)}


def _attached(
    apply: Callable[[Attachments, Event, int], Attachments],
) -> Callable[[Projection, Event], Changes]:
    return lambda before, event: {"attachments": apply(before.attachments, event, before.last_seq + 1)}


def _consultation_asked(before: Projection, event: Event) -> Changes:
    return {**_grounds(before, event), "consultations": consultation_rows.asked(before.consultations, event)}


def _disclosed(before: Projection, event: Event) -> Changes:
    payload = event.payload
    row = {
        "id": UUID(payload["id"]),
        "unit_code": payload["unit"],
        **{name: payload[name] for name in ("recipient", "basis", "purpose", "data", "decision")},
        "disclosed_at": event.at,
        "disclosed_by": event.actor,
    }
    return {"disclosures": (*before.disclosures, row)}


def _erased(before: Projection, event: Event) -> Changes:
    """Blank everything that was written; ids, numbers, dates and outcomes stay."""
    return {
        "tasks": {task: {**row, "answers": None} for task, row in before.tasks.items()},
        "letters": tuple({**row, "data": _kept_words(row)} for row in before.letters),
        "consultations": {
            key: {**row, "question": "", "answer": None} for key, row in before.consultations.items()
        },
        "disclosures": tuple({**row, "purpose": ""} for row in before.disclosures),
        # A file that nothing names in the store is swept from there.
        "attachments": {key: {**row, **_NO_FILE} for key, row in before.attachments.items()},
        "_handed_over": None,
        "_asked": {},
        "_erased_at": event.at,
        "_unanswered_since": None,
    }


def _applicant_wrote(before: Projection, event: Event) -> Changes:
    return {"_unanswered_since": before._unanswered_since or event.at}


def _desk_wrote(_: Projection, __: Event) -> Changes:
    return {"_unanswered_since": None}


def _kept_words(letter: Row) -> Row:
    kept = _UNERASED if letter["form"] != RECEIPT else (*_UNERASED, "term", "due")
    return {name: letter["data"][name] for name in kept if name in letter["data"]}


_NO_FILE = {"file_name": "", "title": None, "sha256": "", "object": None, "thumbnail": None}
#: What of a letter's data tells nothing of a person.
_UNERASED = ("reference", "code", "procedure", "case")


def _halted(_: Projection, event: Event) -> Changes:
    payload = event.payload
    return {"incident": {name: payload.get(name) for name in ("id", "element", "message", "unit")}}


def _grounds(_: Projection, event: Event) -> Changes:
    """Keep what the letters of the same act say beside their numbers."""
    payload = event.payload
    return {"_asked": {name: payload[name] for name in SAID if payload.get(name) not in (None, "")}}


#: What of an act its letter says.
SAID = (
    *("reason", "items", "basis", "answer_due", "expected_end", "term", "due", "before"),
    *("title", "method", "amount", "document", "proof", "unit", "to", "authority", "question"),
)


def _task_opened(before: Projection, event: Event) -> Changes:
    payload, promises = event.payload, before.clock.promises
    opened = {
        "id": event.task,
        "kind": "user",
        **task_facts.columns(payload),
        "cycle": promises[-1].appointment.cycle if promises else 0,
        "opened_at": event.at,
        **_NEW_TASK,
    }
    return {"tasks": {**before.tasks, opened["id"]: opened}}


def _task(before: Projection, event: Event, **columns: Any) -> Changes:
    """Other columns of the task that the event is about."""
    task = event.task
    return {"tasks": {**before.tasks, task: {**before.tasks[task], **columns}}}


def _task_closed(before: Projection, event: Event) -> Changes:
    payload = event.payload
    completed = payload["by"] == "completed"
    return _task(
        before,
        event,
        status=(TaskStatus.CLOSED if completed else TaskStatus.CANCELLED).value,
        closed_at=event.at,
        closed_by=event.actor,
        on_behalf_of=event.on_behalf_of,
        outcome=payload["outcome"],
        answers=orjson.loads(payload.get("answers", "null")),
    )


def _task_claimed(before: Projection, event: Event) -> Changes:
    assignee = identity(event.payload["assignee"])
    return _task(before, event, assignee_id=assignee, owner_id=None, claimed_at=event.at)


def _task_delegated(before: Projection, event: Event) -> Changes:
    owner = identity(event.payload["owner"])
    return _task(before, event, assignee_id=identity(event.payload["assignee"]), owner_id=owner)


def _task_resolved(before: Projection, event: Event) -> Changes:
    return _task(before, event, assignee_id=identity(event.payload["assignee"]), owner_id=None)


def _task_unclaimed(before: Projection, event: Event) -> Changes:
    return _task(before, event, assignee_id=None, owner_id=None, claimed_at=None)


def _task_prioritised(before: Projection, event: Event) -> Changes:
    return _task(before, event, priority=event.payload["priority"])


def _migrated(before: Projection, event: Event) -> Changes:
    tasks = dict(before.tasks)
    for document in event.payload["tasks"]:
        row = tasks[UUID(document["task"])]
        tasks[row["id"]] = {**row, **task_facts.columns(document)}
    return {"tasks": tasks}


def _unit_replaced(before: Projection, event: Event) -> Changes:
    tasks = dict(before.tasks)
    for each in event.payload["tasks"]:
        task = UUID(each["task"])
        tasks[task] = {**tasks[task], "unit_code": each["unit"]}
    return {"tasks": tasks, "consultations": consultation_rows.moved(before.consultations, event)}


def _timer_set(before: Projection, event: Event) -> Changes:
    payload = event.payload
    timer = {
        "id": payload["id"],
        "element": payload["element"],
        "due_at": datetime.fromisoformat(payload["due"]),
        "armed_at": datetime.fromisoformat(payload["armed"]),
        "kind": "bpmn",
    }
    return {"timers": {**before.timers, payload["id"]: timer}}


def _timer_dropped(before: Projection, event: Event) -> Changes:
    return {"timers": {key: row for key, row in before.timers.items() if key != event.payload["id"]}}


def _letter_issued(before: Projection, event: Event) -> Changes:
    payload = event.payload
    letter = {
        "unit_code": payload["unit"],
        "form": payload["form"],
        "year": payload["year"],
        "number": payload["number"],
        "data": before._words(payload["form"]),
        "issued_at": event.at,
        "issued_by": event.actor,
    }
    return {"letters": (*before.letters, letter)}


_NO_DOSSIER_DUE: Mapping[str, Any] = dict.fromkeys(("reception_due", "due_dossier", "dossier_late_from"))
_NEW_TASK: Mapping[str, Any] = {
    "status": TaskStatus.OPEN.value,
    "assignee_id": None,
    "owner_id": None,
    "claimed_at": None,
    "closed_at": None,
    "closed_by": None,
    "on_behalf_of": None,
    "outcome": None,
    "answers": None,
    "priority": 0,
}

#: What of a projection each kind of event changes beside its state and its clock.
_CHANGES: Mapping[Kind, Callable[[Projection, Event], Changes]] = {
    Kind.ACCEPTED: lambda _, __: {"_asked": {}},
    Kind.REFUSED: _closed,
    Kind.SUPPLEMENT_ASKED: _grounds,
    Kind.SUPPLEMENT_RETURNED: _grounds,
    Kind.CLOSED_UNANSWERED: _closed,
    Kind.WITHDRAWN: _closed,
    Kind.STOPPED: _closed,
    Kind.SUSPENDED: _grounds,
    Kind.SUSPENSION_ENDED: _grounds,
    Kind.EXTENDED: _grounds,
    Kind.REAPPOINTED: _grounds,
    Kind.OBLIGATION_SET: _grounds,
    Kind.OBLIGATION_MET: _grounds,
    Kind.PAYMENT_RECORDED: _grounds,
    Kind.TRANSFERRED: _transferred,
    Kind.CONSULTATION_ASKED: _consultation_asked,
    Kind.CONSULTATION_ANSWERED: _consulted(consultation_rows.answered),
    Kind.CONSULTATION_PASSED: _consulted(consultation_rows.passed),
    Kind.DISCLOSED: _disclosed,
    Kind.ATTACHMENT_ADDED: _attached(attachment_rows.added),
    Kind.ATTACHMENT_SUPERSEDED: _attached(attachment_rows.superseded),
    Kind.RESULT_EXCHANGED: _attached(attachment_rows.exchanged),
    Kind.RESULT_CORRECTED: _attached(attachment_rows.corrected),
    Kind.ERASED: _erased,
    Kind.APPLICANT_WROTE: _applicant_wrote,
    Kind.DESK_WROTE: _desk_wrote,
    Kind.REOPENED: _reopened,
    Kind.RESULT_READY: _result_ready,
    Kind.RETURNED: _returned,
    Kind.TASK_OPENED: _task_opened,
    Kind.TASK_CLOSED: _task_closed,
    Kind.TASK_CLAIMED: _task_claimed,
    Kind.TASK_UNCLAIMED: _task_unclaimed,
    Kind.TASK_PRIORITISED: _task_prioritised,
    Kind.TASK_DELEGATED: _task_delegated,
    Kind.TASK_RESOLVED: _task_resolved,
    Kind.TIMER_SET: _timer_set,
    Kind.TIMER_DROPPED: _timer_dropped,
    Kind.LETTER_ISSUED: _letter_issued,
    Kind.INCIDENT: _halted,
    Kind.MIGRATED: _migrated,
    Kind.UNIT_REPLACED: _unit_replaced,
}
