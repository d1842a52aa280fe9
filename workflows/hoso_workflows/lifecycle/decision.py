"""Decision of one command: state, actor and instant, and the events it creates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import hoso_calendar as wt
from hoso_bpmn import errors as engine_errors
from hoso_calendar.messages import sentence
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.events import Event, Kind, canonical
from hoso_workflows.lifecycle import statutory_terms, task_facts
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.lifecycle.drafts import Codes, Letters, Series, Unnumbered
from hoso_workflows.lifecycle.rules import AWAITING, WORKING, Rule
from hoso_workflows.lifecycle.state import OpenTask, State

if TYPE_CHECKING:
    from hoso_bpmn.runs.run import Change, Incident, Message, Run, Task, Timer
    from hoso_bpmn.runs.specification import Loaded
    from hoso_workflows.clock.due_dates import Dates


#: What an end event's `ends` says, as an event.
_ENDINGS = {"refused": Kind.REFUSED, "withdrawn": Kind.WITHDRAWN, "stopped": Kind.STOPPED}


class Halted(Exception):
    """The engine could not go on at an element; its state is unchanged."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"{incident.element}: {incident.message}")
        self.incident = incident


@dataclass(frozen=True, slots=True)
class Completed:
    """Completion of a task; its event keeps the form's answers verbatim."""

    task: UUID
    outcome: str | None = None
    note: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    def said(self) -> dict[str, Any]:
        """The event's payload. Answers are kept as one JSON text, so that numbers are read back unchanged."""
        answered = {"answers": canonical(self.answers).decode()} if self.answers else {}
        return {"outcome": self.outcome, "by": "completed", "note": self.note, **answered}


#: What the event says of a task that went with something else.
_CANCELLED: Mapping[str, Any] = {"outcome": None, "by": "cancelled", "note": ""}


@dataclass(frozen=True, slots=True)
class Decision:
    """One command being decided: state, actor and instant; creates its events."""

    state: State
    at: datetime
    actor: Actor

    def tell(self, kind: Kind, /, **document: Any) -> Event:
        actor = self.actor
        return Event(kind, self.at, actor.principal, document, actor.on_behalf_of, actor.automatic)

    def trouble(self, incident: Incident) -> Event:
        """The event of an incident: the engine could not go on at an element."""
        return self.tell(
            Kind.INCIDENT,
            id=incident.id,
            element=incident.element,
            message=incident.message,
            unit=self._looking(incident),
        )

    def _looking(self, incident: Incident) -> str:
        """The unit that has to resolve the incident.

        It is the unit of the task whose call failed, else that of the element's lane, else the handling unit.
        """
        for task, found in self.state.tasks.items():
            if str(task) == incident.id:
                return found.unit
        place = self.loaded.specification.places.get(incident.element)
        part = place.unit if place and place.unit != "item" else None
        return unit_of(self.state.places, part or "handling")

    def resolved(self, incident: str) -> Event:
        """The event of a resolved incident: its element continues or is cancelled."""
        return self.tell(Kind.INCIDENT_RESOLVED, id=incident)

    @property
    def run(self) -> Run:
        if self.state.run is None:
            raise LookupError(f"the state of {self.state.reference} was given no run to drive")
        return self.state.run

    @property
    def loaded(self) -> Loaded:
        if self.state.loaded is None:
            raise LookupError(f"the state of {self.state.reference} was given no specification")
        return self.state.loaded

    def needs(self, act: str, *allowed: Status) -> None:
        if self.state.status not in allowed:
            raise errors.WrongStatus(act, self.state.status, allowed)

    def works(self, act: str, task: UUID | None = None) -> None:
        """Check that officers may work on the dossier; raise a `Refusal` otherwise.

        They may not while it is closed, suspended, or awaiting a supplement.
        """
        if self.state.status in AWAITING:
            raise errors.SupplementAwaited(task)
        self.needs(act, *WORKING)

    def allowed(self, rule: Rule) -> None:
        """Check status and policy. Raises `WrongStatus`, `NotForeseen`."""
        self.needs(rule.word, *rule.within)
        if rule.switch and self.policy.get(rule.switch, True) is False:
            raise errors.NotForeseen(rule.switch, self.state.procedure)

    @property
    def policy(self) -> Mapping[str, Any]:
        """The case's policy as written."""
        return self.loaded.case.policy_text

    @property
    def dates(self) -> Dates:
        """The due dates before the command."""
        if self.state.clock is None:
            raise LookupError(f"the state of {self.state.reference} was given no clock")
        return self.state.clock.dates()

    def work_calendar(self, part: str) -> wt.WorkCalendar:
        """The working calendar of the unit that plays a part."""
        return calendar_of(self.state.calendars, unit_of(self.state.places, part))

    def today(self, part: str) -> date:
        """The local date of the command, by the calendar of a part."""
        return self.at.astimezone(self.work_calendar(part).zone).date()

    def term_of_law(self, name: str) -> wt.Term:
        """A term that the law sets, or the case's own in `<name>_term`."""
        own = self.policy.get(f"{name}_term")
        return wt.Term.parse(own) if own else statutory_terms.on(name, self.today("receiving")).term

    def basis(self, declared: str) -> list[str]:
        """The legal basis under a key of the policy, else the term's own."""
        case, written = self.loaded.case, self.policy.get(declared)
        return [written] if written else list(case.basis or self.loaded.package.legal_basis)

    def task(self, task: UUID) -> OpenTask:
        if task not in self.state.tasks:
            raise errors.TaskNotOpen(task)
        return self.state.tasks[task]

    def reached(self, task: OpenTask, outcome: str | None) -> str | None:
        """The milestone reached by completing the task with this outcome.

        None if there is no milestone, or if the outcome leads back.
        """
        return self.loaded.specification.steps[task.element].reaches(outcome)

    def reception_task(self, task: UUID | None, act: str) -> tuple[UUID, OpenTask]:
        """The reception task with this id, or the open one."""
        task = task or self.state.reception
        found = self.task(task)
        if found.milestone != "accept":
            raise errors.WrongTask(act, found.element, "accept")
        self.completable(task, found)
        return task, found

    def free(self, task: UUID, found: OpenTask) -> None:
        """Raise `AlreadyClaimed` if somebody else has claimed the task."""
        if found.assignee not in (None, self.actor.principal, self.actor.on_behalf_of):
            raise errors.AlreadyClaimed(task, found.assignee)

    def completable(self, task: UUID, found: OpenTask) -> None:
        """Raise `AlreadyClaimed` as `free` does, and `TaskDelegated` while a colleague works on the task."""
        self.free(task, found)
        undelegated(task, found)

    def calendar(self, unit: str) -> dict[str, str]:
        return named(calendar_of(self.state.calendars, unit))

    def done(self, change: Change) -> Change:
        """The change. Raises `Halted`, before any event, if the engine reports an incident."""
        if change.incident:
            raise Halted(change.incident)
        return change

    def follow(self, change: Change, completed: Completed | None = None) -> Iterator[Event]:
        """The events of an engine change.

        Closed tasks other than the completed one are recorded as cancelled.
        """
        for closed in change.closed:
            ours = completed is not None and closed.id == str(completed.task)
            document = completed.said() if completed and ours else _CANCELLED
            yield self.tell(Kind.TASK_CLOSED, task=closed.id, element=closed.element, **document)
        yield from map(self.opened, change.opened)
        for dropped in change.timers_dropped:
            yield self.tell(Kind.TIMER_DROPPED, id=dropped)
        yield from map(self.timer_set, change.timers_set)
        yield from map(self.sent, change.messages)
        if self.state.incidents:
            left = {incident.id for incident in self.run.incidents}
            yield from (self.resolved(incident) for incident in self.state.incidents if incident not in left)

    def opened(self, task: Task) -> Event:
        unit = unit_of(self.state.places, task.unit or "handling")
        return self.tell(
            Kind.TASK_OPENED,
            task=task.id,
            **task_facts.declared(task, unit),
            clock_basis=task.clock_basis,
            calendar=self.calendar(unit),
        )

    def timer_set(self, timer: Timer) -> Event:
        due, armed = timer.due.isoformat(), timer.armed.isoformat()
        return self.tell(Kind.TIMER_SET, id=timer.id, element=timer.element, due=due, armed=armed)

    def sent(self, message: Message) -> Event:
        """The event of an outgoing message. Its values stay in the engine."""
        return self.tell(Kind.MESSAGE_SENT, message=message.name)

    def draft(self, kind: Kind, /, series: Mapping[str, Series], **document: Any) -> Unnumbered:
        """An event whose numbers are still to be assigned."""
        return Unnumbered(partial(self.tell, kind, **document), series)

    @property
    def codes(self) -> Codes:
        """The series from which the dossier gets its code."""
        return Codes(unit_of(self.state.places, "receiving"), self.at)

    def letters(self, form: str, part: str = "receiving") -> Letters:
        """The book of a part's numbers for a form in this year."""
        return Letters(unit_of(self.state.places, part), form, self.today(part).year)

    def letter(self, form: str, part: str = "receiving") -> Unnumbered:
        """The draft event of a letter that reception numbers, or another part."""
        book = self.letters(form, part)
        return self.draft(Kind.LETTER_ISSUED, {"number": book}, form=form, year=book.year, unit=book.unit)

    def ending(self, before: Status) -> Iterator[Event]:
        """The event of a run that ended without a result, by its end event."""
        if self.run.finished and before in (Status.FILED, Status.IN_PROCESS):
            ended = self.run.ended or ""
            kind = _ENDINGS.get(ended, Kind.STOPPED)
            if kind is Kind.REFUSED and self.state.accepted_at:
                kind = Kind.STOPPED
            yield self.tell(kind, reason=ended or "the run ended without a result")


def undelegated(task: UUID, found: OpenTask) -> None:
    """Raise `TaskDelegated` for a task that has to go back to its owner first."""
    if found.owner is not None:
        raise errors.TaskDelegated(task, found.owner)


def unit_of(units: Mapping[str, str], part: str) -> str:
    """The unit that plays a part in this dossier.

    A part other than `receiving`, `handling` and `deciding` is itself a unit's code; the unit that has replaced it plays it.
    Raises `UnitUnknown`.
    """
    unit = units.get(part, "" if part in ("receiving", "handling", "deciding") else part)
    if not unit:
        raise errors.UnitUnknown(part)
    return unit


def calendar_of(calendars: Mapping[str, wt.WorkCalendar], unit: str) -> wt.WorkCalendar:
    """The unit's calendar; raises `UnitUnknown` where it has none."""
    try:
        return calendars[unit]
    except KeyError:
        raise errors.UnitUnknown(unit) from None


def closing(calendar: wt.WorkCalendar, day: date) -> datetime | None:
    """The closing minute of a working day; None on any other day."""
    slots = calendar.slots(day) if calendar.is_working(day) else ()
    if not slots:
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    return midnight + timedelta(minutes=slots[-1].end)


def reason(act: str, given: str) -> str:
    """The reason that an act needs, stripped. Raises `ReasonMissing`."""
    if not given.strip():
        raise errors.ReasonMissing(act)
    return given.strip()


def named(calendar: wt.WorkCalendar) -> dict[str, str]:
    """A calendar's id and version for a payload, so that dates can be recomputed."""
    return {"id": calendar.id, "version": calendar.version}


def aware(at: datetime) -> datetime:
    """The instant, which must have a zone; raises `hoso_calendar.NaiveInstant`."""
    if at.utcoffset() is None:
        raise wt.NaiveInstant("at", at)
    return at


@contextmanager
def refusing() -> Iterator[None]:
    """Convert errors of the calendar and the engine into refusals of the command."""
    try:
        yield
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing
    except engine_errors.BadVariable as bad:
        raise errors.BadVariable(sentence(bad)) from bad
    except engine_errors.CannotStart as broken:
        raise errors.CannotStart(broken.element, broken.message) from broken


@contextmanager
def whole(state: State) -> Iterator[None]:
    """Convert engine errors about a damaged run into `StateDamaged`.

    The engine cannot read its state, or does not know a task that is open in the dossier.
    """
    try:
        yield
    except (engine_errors.StaleState, engine_errors.UnknownTask, engine_errors.RunFinished) as damage:
        process = state.loaded.specification.process if state.loaded else ""
        raise errors.StateDamaged(state.reference, process, str(damage)) from damage
