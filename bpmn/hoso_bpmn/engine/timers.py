"""Timers on injected time.

ISO 8601 goes by the wall clock, `5 ngày làm việc` by the calendar of the unit. SpiffWorkflow reads the host clock in
its timers and keeps one value for all timers of an event gateway. Ours read `execution_context.now()` and keep one slot per
timer in the task's internal data: the instant at which it was armed, the instant at which it is due and how often it
still fires. Slots survive a dump, so a resumed run never starts counting again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pendulum
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition, TimeDateEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent

import hoso_calendar as wt
from hoso_bpmn import errors, expressions
from hoso_bpmn.engine import execution_context
from hoso_calendar import messages
from hoso_calendar.messages import say

_EXPRESSION = re.compile(r"[$#]\{.*\}|=.*|[A-Za-z_]\w*", re.DOTALL)
_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.IGNORECASE,
)
_CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^/]*)/)?(?P<period>[^/]+)", re.IGNORECASE)
_FOREVER = -1
#: Longer than any term of the law; the calendars end long before.
MAX_DAYS = 100 * 365
_LONGEST = 200
_UNITS = ("years", "months", "weeks", "days", "half_days", "hours", "minutes", "seconds")
_DAYS = dict(zip(_UNITS, (366, 31, 7, 1, 1 / 2, 1 / 24, 1 / 1_440, 1 / 86_400), strict=True))


@dataclass(frozen=True, slots=True)
class Duration:
    """A span after an instant: wall-clock parts, or a term that the calendar counts."""

    parts: Mapping[str, int] | None
    term: wt.Term | None

    @property
    def lasts_nothing(self) -> bool:
        """True for `PT0S` and its like; no term is of that kind."""
        return self.parts is not None and not any(self.parts.values())

    def after(self, start: datetime, calendar: wt.WorkCalendar) -> datetime:
        """The instant one span later, in the calendar's zone."""
        if self.term is not None:
            due = wt.deadline(calendar, start, self.term).due
            assert due is not None  # noqa: S101 - only an open pause leaves a deadline open
            return due
        return pendulum.instance(start).in_timezone(calendar.zone).add(**(self.parts or {}))


def duration(text: str) -> Duration:
    """ISO 8601 or a term in words; raises `BadTimer`."""
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match and any(match.groups()):
        parts = {unit: int(amount) for unit, amount in match.groupdict().items() if amount}
        _refuse_ages(text, sum(parts[unit] * _DAYS[unit] for unit in parts))
        return Duration(parts, None)
    try:
        term = wt.Term.parse(text)
    except wt.BadTerm as error:
        raise errors.BadTimer(text, messages.sentence(error)) from None
    _refuse_ages(text, float(term.amount) * _DAYS.get(str(term.unit).removeprefix("working_"), 1))
    return Duration(None, term)


def _refuse_ages(text: str, days: float) -> None:
    if days > MAX_DAYS:
        raise errors.BadTimer(
            text[:_LONGEST], say("no step waits longer than {years} years", years=MAX_DAYS // 365)
        )


def _date(text: str, calendar: wt.WorkCalendar | None) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise errors.BadTimer(text) from None
    if instant.tzinfo is None and calendar is not None:
        return pendulum.instance(instant, tz=calendar.zone)
    return instant


@dataclass(frozen=True, slots=True)
class Timing:
    """Compiled timer; `kind` is timeDate, timeDuration or timeCycle."""

    kind: str
    text: str
    expression: expressions.Expression | None

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads."""
        return self.expression.names if self.expression else frozenset()

    def schedule(
        self, at: datetime, calendar: wt.WorkCalendar, variables: Mapping[str, Any]
    ) -> tuple[datetime, int]:
        """First due time, and the number of firings in all (-1: unlimited)."""
        text = self._literal(variables)
        if self.kind == "timeDate":
            return _date(text, calendar), 1
        if self.kind == "timeDuration":
            return duration(text).after(at, calendar), 1
        times, start, period = _cycle(text)
        first = _date(start, calendar) if start else period.after(at, calendar)
        return first, times

    def again(self, due: datetime, calendar: wt.WorkCalendar, variables: Mapping[str, Any]) -> datetime:
        """Next due time of a cycle after the last one."""
        return _cycle(self._literal(variables))[2].after(due, calendar)

    def _literal(self, variables: Mapping[str, Any]) -> str:
        if self.expression is None:
            return self.text
        value = self.expression.evaluate(variables)
        if not isinstance(value, str):
            raise errors.BadTimer(str(value), say("{expression} gives no text", expression=self.text))
        return value.strip()


def _cycle(text: str) -> tuple[int, str | None, Duration]:
    match = _CYCLE.fullmatch(text.strip())
    if not match:
        raise errors.BadTimer(text)
    period = duration(match["period"].strip())
    if period.parts is not None and not any(period.parts[unit] for unit in period.parts if unit != "seconds"):
        raise errors.BadTimer(text, say("a cycle lasts a minute at least"))
    if match["times"] and not int(match["times"]):
        raise errors.BadTimer(text, say("a cycle fires once at least"))
    return int(match["times"]) if match["times"] else _FOREVER, match["start"], period


def compiled(kind: str, text: str) -> Timing:
    """Compile the text of a timer. Raises `BadTimer`, or `BadExpression` where it is an expression."""
    plain = text.strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'":
        plain = plain[1:-1].strip()
    if _EXPRESSION.fullmatch(plain) and not _DURATION.fullmatch(plain):
        return Timing(kind, plain, expressions.compiled(plain))
    if kind == "timeDate":
        _date(plain, None)
    elif kind == "timeDuration":
        duration(plain)
    elif (start := _cycle(plain)[1]) is not None:
        _date(start, None)
    return Timing(kind, plain, None)


@dataclass(frozen=True, slots=True)
class Slot:
    """A timer that runs at a task. `held` says why it could not go on when it fired."""

    element: str
    armed: datetime
    due: datetime
    held: str | None


class Trigger(TimeDateEventDefinition):
    """A timer whose `name` is the id of its element. A repeating one is armed again by its boundary event."""

    def __init__(self, name: str, timing: Timing, lane: str | None, repeats: bool) -> None:
        super().__init__(name, timing.text)
        self.timing = timing
        self.lane = lane
        self.repeats = repeats

    def arm(self, my_task: Any) -> list[Any]:
        """Slot of this timer at the task: [armed, due, firings left, held]. It is made where there is none."""
        slots = my_task.internal_data.setdefault("timers", {})
        if self.name not in slots:
            now = execution_context.now()
            due, times = self.timing.schedule(now.at, now.calendar(self.lane), my_task.data)
            slots[self.name] = [now.at.isoformat(), due.isoformat(), times if self.repeats else 1, None]
            now.armed.add((my_task.id, self.name))
        slot: list[Any] = slots[self.name]
        return slot

    def following(self, my_task: Any) -> list[Any] | None:
        """Slot after this firing, counted from its due time; None after the last.

        A cycle that was armed in another version of the process may be none in this one.
        """
        armed, due, left, _ = self.arm(my_task)
        if left == 1 or self.timing.kind != "timeCycle":
            return None
        now = execution_context.now()
        again = self.timing.again(datetime.fromisoformat(due), now.calendar(self.lane), my_task.data)
        return [armed, again.isoformat(), left - (left > 0), None]

    def is_due(self, my_task: Any) -> bool:
        """True when it is due and this command fires or armed it."""
        slot, now = self.arm(my_task), execution_context.now()
        key = (my_task.id, self.name)
        return (key == now.firing or key in now.armed) and datetime.fromisoformat(slot[1]) <= now.at

    def has_fired(self, my_task: Any) -> bool:
        if self.is_due(my_task):
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired"))

    def reset(self, my_task: Any) -> None:
        my_task.internal_data.pop("timers", None)
        my_task.internal_data.pop("event_fired", None)


class FirstOf(MultipleEventDefinition):
    """Events of an event-based gateway: the first one wins.

    Of several due timers it is the one that was due first.
    """

    def has_fired(self, my_task: Any) -> bool:
        seen = my_task.internal_data.get("seen_events", [])
        if not seen:
            timers = (one for one in self.event_definitions if isinstance(one, Trigger))
            due = [timer for timer in timers if timer.is_due(my_task)]
            if due:
                first = min(due, key=lambda timer: datetime.fromisoformat(timer.arm(my_task)[1]))
                seen = [BpmnEvent(first)]
        my_task.internal_data["seen_events"] = seen[:1]
        return bool(seen)

    def update_task_data(self, my_task: Any) -> None:
        for event in my_task.internal_data.get("seen_events", []):
            first = next(one for one in self.event_definitions if one == event.event_definition)
            first.catch(my_task, event)
            first.update_task_data(my_task)

    def reset(self, my_task: Any) -> None:
        my_task.internal_data.pop("timers", None)
        super().reset(my_task)


def slots(task: Any) -> Iterator[Slot]:
    """Timers of a waiting task, those of an event-based gateway one by one."""
    for element, (armed, due, _, held) in task.internal_data.get("timers", {}).items():
        yield Slot(element, datetime.fromisoformat(armed), datetime.fromisoformat(due), held)


def hold(task: Any, element: str, reason: str) -> None:
    """Keep a timer from firing until it is released."""
    task.internal_data["timers"][element][3] = reason


def release(task: Any, element: str) -> None:
    """Undo `hold`."""
    task.internal_data["timers"][element][3] = None
