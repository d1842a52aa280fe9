"""Substitutes for payloads erased by law, derived from the remaining rows of the dossier.

The chain proves that such an event happened, when, and by whom; its payload is gone. Terms and policies come from the pinned
version, everything else from the rows that the event once wrote. So the dossier can still be read, explained and continued,
and everything that was not erased is compared. A substitute proves nothing about the row that it was taken from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hoso_models import AppointmentKind
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.clock import clock
from hoso_workflows.clock.term_count import parse
from hoso_workflows.dossiers import statements
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import attachment_rows, fees, task_facts, transitions
from hoso_workflows.lifecycle.decision import named
from hoso_workflows.lifecycle.projection import SAID
from hoso_workflows.procedures.reference_data import ReferenceData

if TYPE_CHECKING:
    from hoso_bpmn.runs.specification import Loaded

Row = Mapping[str, Any]
Payload = dict[str, Any]
#: Kinds whose payload alone says how long a term is: where one is erased, dates are not counted anew.
UNCOUNTABLE = frozenset((Kind.OBLIGATION_MET, Kind.EXTENDED, Kind.CALENDAR_REVISED))
#: In the place of an event of which nothing remains: one that changes neither state nor dates.
_NOTHING = Kind.MESSAGE_RECEIVED
#: Part of a dossier, and what its unit's calendar counts by then, as a revision names it.
_COUNTING = {"receiving": "reception", "handling": "term"}
#: Kinds of appointments with which a further term begins.
_BEGINNING = (AppointmentKind.RESTART, AppointmentKind.SECOND, AppointmentKind.REOPENED)
#: In the place of a name that is gone.
_SOMEBODY = "…"


@dataclass(frozen=True, slots=True)
class Remains:
    """The stored rows of a dossier beside its events, and its procedure version."""

    row: Any
    loaded: Loaded
    #: The calendar that each of its units keeps now, as events name it.
    calendars: Mapping[str, Row]


async def remains(db: Database, reference_data: ReferenceData, dossier: UUID) -> Remains:
    """Read the stored rows of a dossier. Raises ProcedureDamaged, CalendarDamaged."""
    row = await db.row(_REMAINS, [dossier])
    assert row is not None  # noqa: S101 - whoever asks has read the dossier
    loaded = (await reference_data.version(row.workflow_version_id)).case(row.case_id)
    units = (row.receiving_unit, row.handling_unit, row.deciding_unit)
    kept = await reference_data.unit_calendars(units)
    kept.require(units)
    return Remains(row, loaded, {unit: named(calendar) for unit, calendar in kept.items()})


def filled(history: Sequence[Event], erased: Sequence[bool], remains: Remains) -> list[Event]:
    """The history with a substitute for each erased event.

    An event of which no row remains is replaced by one that changes nothing.
    """
    pairs = list(zip(history, erased, strict=True))
    courses = sum(event.kind is Kind.REOPENED for event in history)
    moved = frozenset(event.at for event in history if event.kind is Kind.UNIT_REPLACED)
    same_desk = _same_desk(pairs, remains.row)
    walk = _Walk(remains, [event for event, gone in pairs if not gone], courses, moved, same_desk)
    return [walk.stood_in(event) if gone else walk.passed(event) for event, gone in pairs]


@dataclass(slots=True)
class _Walk:
    """One pass through a history, with the stored rows not yet named by events."""

    remains: Remains
    known: Sequence[Event]
    #: How often it is reopened from this point of the history on.
    courses: int
    #: When units took over from others.
    moved: frozenset[datetime]
    #: The instants at which it was transferred and the same unit went on receiving it.
    same_desk: frozenset[datetime]
    #: Event kind and the row that it spoke of.
    spoken: set[tuple[Kind, str]] = field(default_factory=set)
    #: By unit, the calendar that events name.
    calendars: dict[str, Row] = field(default_factory=dict)
    #: By the calendar's id, the version that a revision has named last.
    revised: dict[str, Row] = field(default_factory=dict)
    #: Of the version under which it was filed.
    number: int = 1
    #: The unit that plays each part at this point of the history.
    units: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spoken = {(event.kind, name) for event in self.known for name in _names(event)}
        moved = (event.payload["from"] for event in self.known if event.kind is Kind.MIGRATED)
        self.number = next(moved, self.remains.row.number)
        row = self.remains.row
        self.units = {part: row[f"{part}_unit"] for part in ("receiving", "handling", "deciding")}
        for event in self.known:
            if event.kind is Kind.TASK_OPENED:
                self.calendars.setdefault(event.payload["unit"], event.payload["calendar"])
        for event in reversed(self.known):
            if event.kind is Kind.UNIT_REPLACED:
                self.units |= dict.fromkeys(event.payload["units"], event.payload["from"])

    def passed(self, event: Event) -> Event:
        """An event that is still there."""
        if event.kind is Kind.UNIT_REPLACED:
            self.units |= event.payload["units"]
        if event.kind is Kind.CALENDAR_REVISED:
            self._revised(event.payload)
        self.courses -= event.kind is Kind.REOPENED
        return event

    def stood_in(self, event: Event) -> Event:
        self.courses -= event.kind is Kind.REOPENED
        worded = _STAND_INS.get(event.kind)
        payload = worded(self, event) if worded else {}
        if payload is None:
            return replace(event, kind=_NOTHING, payload={})
        self.spoken |= {(event.kind, name) for name in _names(replace(event, payload=payload))}
        return replace(event, payload=payload)

    def _revised(self, payload: Row) -> None:
        """Count by the calendar that a revision names from here on."""
        calendar, counts = payload["calendar"], payload.get("counts")
        if counts is None:
            self.revised[calendar["id"]] = calendar
            return
        tasks = {row["id"]: row["unit_code"] for row in self.remains.row.tasks}
        concerned = {tasks[task] for task in counts["tasks"] if task in tasks}
        concerned |= {self.units[part] for part in _COUNTING if counts[_COUNTING[part]]}
        self.calendars |= dict.fromkeys(concerned, calendar)

    def calendar(self, unit: str) -> Row:
        """The calendar of a unit at this point, as events name it."""
        found = self._first_calendar(unit)
        return self.revised.get(found["id"], found)

    def _first_calendar(self, unit: str) -> Row:
        """Taken from other events, else from the first appointment, else the unit's calendar now."""
        if unit in self.calendars:
            return self.calendars[unit]
        for made in self.remains.row.appointments:
            return {"id": made["calendar"], "version": made["calendar_version"]}
        return self.remains.calendars[unit]

    def rows(self, kind: Kind, rows: Iterable[Row], column: str, event: Event) -> Iterator[Row]:
        """The rows of the event's instant that no event of the kind has named."""
        for row in rows:
            if (
                row[column]
                and datetime.fromisoformat(row[column]) == event.at
                and (kind, row["id"]) not in self.spoken
            ):
                yield row

    def _filed(self, event: Event) -> Payload:
        row, case = self.remains.row, self.remains.loaded.case
        return {
            "reference": row.reference,
            "procedure": row.procedure_code,
            "version": self.number,
            "case": row.case_id,
            "channel": row.entry_channel,
            "units": dict(self.units),
            "supplement": case.supplement,
            "reception_term": transitions.reception_term(event.at),
            "calendar": self.calendar(self.units["receiving"]),
        }

    def _accepted(self, event: Event) -> Payload:
        case = self.remains.loaded.case
        basis = list(case.basis or self.remains.loaded.package.legal_basis)
        return {
            "code": self.remains.row.code,
            **self._term(event.at),
            "basis": self._why(event).get("basis", basis),
        }

    def _term(self, begun: datetime, own: str | None = None) -> Payload:
        row, case = self.remains.row, self.remains.loaded.case
        policy = transitions.policy_of(case, row.entry_channel)
        term = own or str(case.term)
        return {
            "term": term,
            "policy": policy.to_mapping(),
            "calendar": self.calendar(self.units["handling"]),
            **(self._way(begun) if clock.shares_limits(parse(term)) else {}),
        }

    def _way(self, begun: datetime) -> Payload:
        """The longest way's limits; none where no step has its own date.

        An earlier release gave none in a term of calendar days, and what it began keeps that.
        """
        limits = self.remains.loaded.specification.total_limit.limits
        return {"way": list(limits)} if any(self._arrived_since(begun)) else {}

    def _arrived_since(self, begun: datetime) -> Iterator[bool]:
        """True for each task of the term begun then with its own date."""
        made = (
            (each["kind"], datetime.fromisoformat(each["made_at"])) for each in self.remains.row.appointments
        )
        ends = min((at for kind, at in made if kind in _BEGINNING and at > begun), default=None)
        for row in self.remains.row.tasks:
            arrived = datetime.fromisoformat(row["arrived_at"])
            if begun <= arrived and (ends is None or arrived < ends) and row["milestone"] != "accept":
                yield row["due_own"] is not None

    def _obligation_met(self, event: Event) -> Payload:
        """The second appointment's own term, as the version says it."""
        own = self.remains.loaded.case.policy_text.get("second_term")
        term = self._term(event.at, str(own) if own else None)
        return {"proof": "", **term, "basis": self._why(event).get("basis", [])}

    def _why(self, event: Event) -> Row:
        """The reasons in the appointment made at the event's instant; empty without one."""
        for made in self.remains.row.appointments:
            if datetime.fromisoformat(made["made_at"]) == event.at and made["why"].get("event") == event.kind:
                why: Row = made["why"]
                return why
        return {}

    def _supplement_received(self, event: Event) -> Payload:
        restarts = self._why(event).get("event") and self.remains.loaded.case.supplement == "restart"
        return {**dict(self._why(event)), **(self._term(event.at) if restarts else {})}

    def _grounds(self, event: Event) -> Payload:
        """The requested items or the reason of refusal, from the letter of that instant."""
        for letter in self.remains.row.letters:
            if datetime.fromisoformat(letter["issued_at"]) == event.at:
                return {name: letter["data"][name] for name in SAID if name in letter["data"]}
        return {}

    def _transferred(self, event: Event) -> Payload:
        """A transfer that moved no unit went to an authority outside of the register."""
        said = self._grounds(event)
        return said if event.at in self.moved else {"authority": _SOMEBODY, **said}

    def _suspension_ended(self, event: Event) -> Payload:
        return {**self._why(event), **self._grounds(event)}

    def _returned(self, _: Event) -> Payload:
        """The hand-over as it is stored; of an earlier course none is."""
        return {} if self.courses else dict(self.remains.row.handed_over or {})

    def _reopened(self, event: Event) -> Payload:
        row = self.remains.row
        accepted = self._term(event.at) if row.code else {"calendar": self.calendar(row.receiving_unit)}
        return {**self._why(event), **accepted}

    def _consultation_asked(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.consultations, "asked_at", event), None)
        if row is None:
            return None
        named = {"id": row["id"], "unit": row["unit_code"], "due": row["due_at"]}
        return {**named, "question": row["question"], "silence": row["silence"]}

    def _consultation_answered(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.consultations, "closed_at", event), None)
        if row is None:
            return None
        agrees = {"agreed": True, "objected": False}.get(row["outcome"])
        return {"id": row["id"], "unit": row["unit_code"], "answer": row["answer"], "agrees": agrees}

    def _consultation_passed(self, event: Event) -> Payload | None:
        late = (
            row
            for row in self.remains.row.consultations
            if datetime.fromisoformat(row["due_at"]) < event.at
            and row["outcome"] in ("consent", "silent")
            and (event.kind, row["id"]) not in self.spoken
        )
        row = next(late, None)
        return {name: row[name] for name in ("id", "silence")} if row else None

    def _disclosed(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.disclosures, "disclosed_at", event), None)
        if row is None:
            return None
        said = ("id", "recipient", "basis", "purpose", "data", "decision")
        return {"unit": row["unit_code"], **{name: row[name] for name in said}}

    def _attachment(self, event: Event) -> Payload | None:
        """The file that was added then, if its row is left."""
        newer = event.kind is not Kind.ATTACHMENT_ADDED
        added = (row for row in self.remains.row.attachments if bool(row["supersedes"]) is newer)
        row = next(self.rows(event.kind, added, "stored_at", event), None)
        return attachment_rows.told(row) if row else None

    def _account(self, event: Event) -> Payload | None:
        row = self.remains.row
        for payload in fees.remaining(event, [*row.fees, *row.payments, *row.refunds]):
            names = set(_names(replace(event, payload=payload)))
            if not self.spoken & {(event.kind, name) for name in names}:
                return {**self._grounds(event), **payload}
        return None

    def _extended(self, event: Event) -> Payload | None:
        """The extension by the term that its appointment keeps."""
        why = self._why(event)
        return {**why, **self._grounds(event)} if "term" in why else None

    def _reappointed(self, event: Event) -> Payload | None:
        for made in self.remains.row.appointments:
            if datetime.fromisoformat(made["made_at"]) == event.at:
                due = localtime.isoformat(datetime.fromisoformat(made["due_promised"]))
                return {**made["why"], **self._grounds(event), "due": due}
        return None

    def _task_opened(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.tasks, "opened_at", event), None)
        if row is None:
            return None
        step = self.remains.loaded.specification.steps.get(row["element"])
        return {
            "task": row["id"],
            **task_facts.of_row(row),
            "plan": list(step.plan) if step else [],
            "clock_basis": step.clock_basis if step else None,
            "calendar": self.calendar(self._first_unit(row)),
        }

    def _first_unit(self, task: Row) -> str:
        """The unit in which a task was opened."""
        for event in self.known:
            if event.kind is Kind.UNIT_REPLACED and task["id"] in _moved_tasks(event):
                return str(event.payload["from"])
        return str(task["unit_code"])

    def _task_closed(self, event: Event) -> Payload | None:
        # Several may open and close in one instant: only one that was opened is closed.
        opened = (row for row in self.remains.row.tasks if (Kind.TASK_OPENED, row["id"]) in self.spoken)
        row = next(self.rows(event.kind, opened, "closed_at", event), None)
        if row is None:
            return None
        by = "completed" if row["status"] == "closed" else "cancelled"
        answers = {"answers": row["answers_text"]} if row["answers"] is not None else {}
        return {"task": row["id"], "element": row["element"], "outcome": row["outcome"], "by": by, **answers}

    def _task_claimed(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.tasks, "claimed_at", event), None)
        return {"task": row["id"], "assignee": row["assignee_id"]} if row else None

    def _task_delegated(self, event: Event) -> Payload | None:
        """A delegation that lasts; of one that was resolved nothing is left to say."""
        for row in self._open(event.at):
            if row["owner_id"] and (event.kind, row["id"]) not in self.spoken:
                return {"task": row["id"], "assignee": row["assignee_id"], "owner": row["owner_id"]}
        return None

    def _task_resolved(self, event: Event) -> Payload | None:
        name = self._over(
            event, Kind.TASK_DELEGATED, (row for row in self.remains.row.tasks if row["owner_id"])
        )
        row = next((row for row in self.remains.row.tasks if row["id"] == name), None)
        return {"task": name, "assignee": row["assignee_id"]} if row and row["assignee_id"] else None

    def _task_prioritised(self, event: Event) -> Payload | None:
        """The present priority of a task that was open then. One changed back meanwhile is gone."""
        for row in self._open(event.at):
            if row["priority"] and (event.kind, row["id"]) not in self.spoken:
                return {"task": row["id"], "priority": row["priority"]}
        return None

    def _timer_set(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.timers, "armed_at", event), None)
        if row is None:
            return None
        return {
            "id": row["id"],
            "element": row["element"],
            "due": row["due_at"],
            "armed": row["armed_at"],
        }

    def _timer_dropped(self, event: Event) -> Payload | None:
        name = self._over(event, Kind.TIMER_SET, self.remains.row.timers)
        return {"id": name} if name else None

    def _over(self, event: Event, begun: Kind, stored: Iterable[Row]) -> str | None:
        """The id of the ended row that the event is about, or None.

        An event of kind `begun` named it, it is no longer stored, and no event of this kind has named it yet.
        """
        left = {row["id"] for row in stored}
        for kind, name in sorted(self.spoken):
            if kind is begun and name not in left and (event.kind, name) not in self.spoken:
                return name
        return None

    def _task_unclaimed(self, event: Event) -> Payload | None:
        name = self._over(
            event, Kind.TASK_CLAIMED, (row for row in self.remains.row.tasks if row["assignee_id"])
        )
        return {"task": name} if name else None

    def _incident(self, event: Event) -> Payload:
        return dict(next(self.rows(event.kind, self.remains.row.incidents, "since", event), {}))

    def _incident_resolved(self, event: Event) -> Payload | None:
        name = self._over(event, Kind.INCIDENT, self.remains.row.incidents)
        return {"id": name} if name else None

    def _letter_issued(self, event: Event) -> Payload | None:
        row = next(self.rows(event.kind, self.remains.row.letters, "issued_at", event), None)
        if row is None:
            return None
        return {
            "form": row["form"],
            "number": row["number"],
            "year": row["year"],
            "unit": row["unit_code"],
        }

    def _result_ready(self, event: Event) -> Payload:
        """The result as it is stored; of an earlier course none is."""
        # A later version of a result is one by itself.
        named = [
            row["id"]
            for row in self.remains.row.attachments
            if row["phase"] == "result" and datetime.fromisoformat(row["stored_at"]) <= event.at
        ]
        outcome = None if self.courses else self.remains.row.outcome
        return {"result": outcome, "reason": "", **({"attachments": named} if named else {})}

    def _unknown(self, _: Event) -> None:
        return None

    def _migrated(self, event: Event) -> Payload:
        return {"to": self.remains.row.number, "tasks": [_moved(row) for row in self._open(event.at)]}

    def _unit_replaced(self, event: Event) -> Payload:
        row = self.remains.row
        stays = event.at in self.same_desk
        units = {part: row[f"{part}_unit"] for part in self.units if part != "receiving" or not stays}
        self.units |= units
        return {
            "units": units,
            "tasks": [{"task": each["id"], "unit": each["unit_code"]} for each in self._open(event.at)],
            "incidents": [{"id": each["id"], "unit": each["unit"]} for each in self._held(event.at)],
            "consultations": [
                {"id": each["id"], "unit": each["unit_code"]} for each in self._consulted(event.at)
            ],
            "calendar": self.calendar(row.handling_unit),
        }

    def _held(self, at: datetime) -> Iterator[Row]:
        return (each for each in self.remains.row.incidents if datetime.fromisoformat(each["since"]) < at)

    def _consulted(self, at: datetime) -> Iterator[Row]:
        for row in self.remains.row.consultations:
            closed = row["closed_at"] and datetime.fromisoformat(row["closed_at"])
            if datetime.fromisoformat(row["asked_at"]) < at and (closed is None or closed >= at):
                yield row

    def _open(self, at: datetime) -> Iterator[Row]:
        for row in self.remains.row.tasks:
            closed = row["closed_at"] and datetime.fromisoformat(row["closed_at"])
            if datetime.fromisoformat(row["opened_at"]) < at and (closed is None or closed >= at):
                yield row


def _same_desk(pairs: Sequence[tuple[Event, bool]], row: Any) -> frozenset[datetime]:
    """The instants of transfers whose erased payloads named no other receiving unit.

    The row counts how often reception's term has begun. Of several transfers the one that an open step tells of began it, else the first.
    """
    replaced = [(event, gone) for event, gone in pairs if event.kind is Kind.UNIT_REPLACED]
    moved = {event.at for event, gone in replaced if not gone and "receiving" in event.payload["units"]}
    transfers = {event.at for event, _ in pairs if event.kind is Kind.TRANSFERRED}
    unknown = {event.at for event, gone in replaced if gone} & transfers - moved
    kinds = [event.kind for event, _ in pairs]
    before = kinds[: kinds.index(Kind.ACCEPTED)] if Kind.ACCEPTED in kinds else kinds
    again = sum(kind in (Kind.SUPPLEMENT_RECEIVED, Kind.REOPENED) for kind in before)
    begun = row.reception_number - 1 - again - len(moved & transfers)
    told = {datetime.fromisoformat(each["arrived_at"]) for each in row.tasks}
    return frozenset(sorted(unknown, key=lambda at: (at not in told, at))[max(begun, 0) :])


def _moved_tasks(event: Event) -> set[str]:
    return {each["task"] for each in event.payload["tasks"]}


def _moved(row: Row) -> Payload:
    """A stored task as a migration's payload has it."""
    return {"task": row["id"], **task_facts.changed_by_migration(task_facts.of_row(row))}


def _names(event: Event) -> Iterator[str]:
    """The ids of the rows that an event names."""
    payload = event.payload
    if event.kind is Kind.LETTER_ISSUED:
        yield f"{payload['form']}/{payload['year']}/{payload['number']}"
    elif event.kind in fees.KINDS:
        # A fee is assessed and reduced again at another instant.
        yield f"{payload.get('fee')}/{payload.get('payment')}/{event.at.isoformat()}"
    else:
        yield from (str(payload[key]) for key in ("task", "id", "attachment") if payload.get(key))


#: Kind → what stands in for its payload; None where nothing remains. Of the others nothing is asked.
_STAND_INS: Mapping[Kind, Callable[[_Walk, Event], Payload | None]] = {
    Kind.FILED: _Walk._filed,
    Kind.ACCEPTED: _Walk._accepted,
    Kind.REFUSED: _Walk._grounds,
    Kind.SUPPLEMENT_ASKED: _Walk._grounds,
    Kind.SUPPLEMENT_RECEIVED: _Walk._supplement_received,
    Kind.SUPPLEMENT_RETURNED: _Walk._grounds,
    Kind.CLOSED_UNANSWERED: _Walk._grounds,
    Kind.WITHDRAWN: _Walk._grounds,
    Kind.STOPPED: _Walk._grounds,
    Kind.SUSPENDED: _Walk._grounds,
    Kind.SUSPENSION_ENDED: _Walk._suspension_ended,
    Kind.OBLIGATION_SET: _Walk._grounds,
    Kind.TRANSFERRED: _Walk._transferred,
    Kind.CONSULTATION_ASKED: _Walk._consultation_asked,
    Kind.CONSULTATION_ANSWERED: _Walk._consultation_answered,
    Kind.CONSULTATION_PASSED: _Walk._consultation_passed,
    Kind.DISCLOSED: _Walk._disclosed,
    Kind.ATTACHMENT_ADDED: _Walk._attachment,
    Kind.ATTACHMENT_SUPERSEDED: _Walk._attachment,
    Kind.RESULT_EXCHANGED: _Walk._attachment,
    Kind.RESULT_CORRECTED: _Walk._attachment,
    **dict.fromkeys(fees.KINDS, _Walk._account),
    Kind.RETURNED: _Walk._returned,
    Kind.REOPENED: _Walk._reopened,
    Kind.OBLIGATION_MET: _Walk._obligation_met,
    Kind.EXTENDED: _Walk._extended,
    Kind.REAPPOINTED: _Walk._reappointed,
    Kind.CALENDAR_REVISED: _Walk._unknown,
    Kind.TASK_OPENED: _Walk._task_opened,
    Kind.TASK_CLOSED: _Walk._task_closed,
    Kind.TASK_CLAIMED: _Walk._task_claimed,
    Kind.TASK_UNCLAIMED: _Walk._task_unclaimed,
    Kind.TASK_PRIORITISED: _Walk._task_prioritised,
    Kind.TASK_DELEGATED: _Walk._task_delegated,
    Kind.TASK_RESOLVED: _Walk._task_resolved,
    Kind.TIMER_SET: _Walk._timer_set,
    Kind.TIMER_DROPPED: _Walk._timer_dropped,
    Kind.LETTER_ISSUED: _Walk._letter_issued,
    Kind.RESULT_READY: _Walk._result_ready,
    Kind.INCIDENT: _Walk._incident,
    Kind.INCIDENT_RESOLVED: _Walk._incident_resolved,
    Kind.MIGRATED: _Walk._migrated,
    Kind.UNIT_REPLACED: _Walk._unit_replaced,
}


def _array(names: str, table: str, order: str, further: str = "") -> str:
    return f"""coalesce((select jsonb_agg(to_jsonb(x) order by {order}) from (select {names}{further} from {table}
  where dossier_id = d.id) x), '[]')"""  # noqa: S608 - fixed text of this module


#: $1 dossier.
_REMAINS = f"""
select d.reference, d.procedure_code, d.workflow_version_id, v.number, d.case_id, d.entry_channel, d.receiving_unit,
  d.handling_unit, d.deciding_unit, d.code, d.outcome, d.incidents, d.handed_over, d.reception_number,
  {_array(statements.CONSULTATION.names, "consultation", "asked_at, id")} as consultations,
  {_array(statements.DISCLOSURE.names, "disclosure", "disclosed_at, id")} as disclosures,
  {_array(statements.ATTACHMENT.names, "attachment", "seq, id")} as attachments,
  {_array(statements.FEE.names, "fee", "number")} as fees,
  {_array(statements.PAYMENT.names, "payment", "recorded_at, id")} as payments,
  {_array(statements.REFUND.names, "refund", "refunded_at, id")} as refunds,
  {_array(statements.TASK.names, "user_task", "opened_at, id", ", answers::text as answers_text")} as tasks,
  {_array(statements.APPOINTMENT.names, "appointment", "number")} as appointments,
  {_array("id, element, due_at, armed_at", "timer", "id")} as timers,
  {_array(statements.LETTER.names, "letter", "id", ", form || '/' || year || '/' || number as id")} as letters
from dossier d join workflow_version v on v.id = d.workflow_version_id where d.id = $1
"""  # noqa: S608 - fixed text of this module
