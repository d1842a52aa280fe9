"""Replay of a run: a new run gets the recorded commands at their instants.

Ids of tasks and timers are drawn from the recorded ones, so the result either is the lost run or is not: its open
tasks, timers and incidents are compared with the recorded ones, and its state with the seal of the newest command.
Where something that entered the run is not recorded, it is not replayed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import orjson

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.runs.run import Run
from hoso_bpmn.runs.specification import Loaded
from hoso_workflows.dossiers import filing
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import evolution, seals, transitions
from hoso_workflows.lifecycle.projection import Projection


class NotReplayable(Exception):
    """The events do not record everything that entered the run, or contradict it."""


def replayed(
    history: Sequence[Event],
    projection: Projection,
    loaded: Loaded,
    form: Mapping[str, Any],
    calendars: Mapping[str, wt.WorkCalendar],
) -> Run:
    """The run at the end of a whole history. Raises NotReplayable, and whatever the engine refuses."""
    filed = history[0]
    _complete(history, loaded)
    if filing.digest(form) != filed.payload["form_sha256"]:
        raise NotReplayable("the form is not the one that was filed")
    places = dict(filed.payload["units"])
    run = hoso_bpmn.start(
        loaded.specification,
        at=filed.at,
        calendar=transitions.calendar_of_lane(loaded, places, calendars),
        variables=filing.named(form, loaded.specification.variables),
        identity=_identity(history),
    )
    for act in _acts(history[1:]):
        _follow(run, act)
        # From then on the calendar of the unit that has taken another's place counts.
        for event in act:
            if event.kind is Kind.UNIT_REPLACED:
                places.update(evolution.succeeded(places, event.payload))
    _same(run, projection, seals.of(history[-1]))
    return run


def _complete(history: Sequence[Event], loaded: Loaded) -> None:
    """Raise NotReplayable unless everything that entered the run is recorded."""
    unsealed = not seals.of(history[-1])
    for event in history:
        payload = event.payload
        if event.kind is Kind.MIGRATED:
            raise NotReplayable("the dossier has moved to another version of its procedure")
        if event.kind is Kind.REOPENED:
            raise NotReplayable("the dossier was reopened, with a run of its own")
        if event.kind is Kind.MESSAGE_RECEIVED and payload["variables"]:
            raise NotReplayable(f"the message {payload['message']} brought values that are not recorded")
        answered = event.kind is not Kind.TASK_CLOSED or payload["by"] != "completed" or "answers" in payload
        if unsealed and loaded.specification.variables and not answered:
            raise NotReplayable(f"what was answered at {payload['element']} may not be recorded")


def _identity(history: Sequence[Event]) -> int:
    """The number from which the run's ids are made. It is the high half of any of them."""
    for event in history:
        if event.kind is Kind.TASK_OPENED:
            return event.task.int & ~0xFFFF_FFFF
    raise NotReplayable("no task was ever opened")


def _acts(history: Sequence[Event]) -> Iterator[list[Event]]:
    """The events grouped by command. Two commands of one person at the same instant may count as one."""
    for _, act in groupby(history, lambda event: (event.at, event.actor, event.automatic)):
        yield list(act)


def _follow(run: Run, act: Sequence[Event]) -> None:
    """Give the run the inputs of a command."""
    driven = False
    for event in act:
        drive = _DRIVEN.get(event.kind)
        driven = bool(drive and drive(run, event)) or driven
    if driven:
        return
    if any(event.kind in (Kind.TIMER_DROPPED, Kind.TASK_OPENED, Kind.TASK_CLOSED) for event in act):
        run.advance(at=act[0].at)
    elif any(event.kind is Kind.INCIDENT_RESOLVED for event in act):
        raise NotReplayable("what an incident was resolved with is not recorded")


def _completed(run: Run, event: Event) -> bool:
    payload = event.payload
    if payload["by"] != "completed":
        return False
    answers = orjson.loads(payload.get("answers", "null")) or {}
    _done(run.complete(payload["task"], payload["outcome"], answers, at=event.at))
    return True


def _withdrawn(run: Run, event: Event) -> bool:
    _done(run.cancel("withdrawn", at=event.at))
    return True


def _ended(run: Run, event: Event) -> bool:
    """Replay an end that no step of the drawing reached."""
    if run.finished:
        return False
    _done(run.cancel("stopped", at=event.at))
    return True


def _stopped(run: Run, event: Event) -> bool:
    """Replay a stop by the authority; one that is drawn has no basis."""
    return "basis" in event.payload and _ended(run, event)


def _transferred(run: Run, event: Event) -> bool:
    return bool(event.payload.get("authority")) and _ended(run, event)


def _received(run: Run, event: Event) -> bool:
    _done(run.send(event.payload["message"], at=event.at))
    return True


def _failed(run: Run, event: Event) -> bool:
    """Replay the failed call of a task; true also without an id.

    Any other failure left the run unchanged, or recurs when timers fire.
    """
    payload = event.payload
    if payload.get("id") in {task.id for task in run.tasks}:
        run.fail(payload["id"], payload["message"], at=event.at)
        return True
    return payload.get("id") is None


#: Kind → the input that it gives a run; all other events follow from inputs, or concern no run.
_DRIVEN: Mapping[Kind, Callable[[Run, Event], bool]] = {
    Kind.TASK_CLOSED: _completed,
    Kind.WITHDRAWN: _withdrawn,
    Kind.CLOSED_UNANSWERED: _ended,
    Kind.STOPPED: _stopped,
    Kind.TRANSFERRED: _transferred,
    Kind.MESSAGE_RECEIVED: _received,
    Kind.INCIDENT: _failed,
}


def _done(change: hoso_bpmn.Change) -> None:
    if change.incident:
        raise NotReplayable(f"the run cannot go on at {change.incident.element}: {change.incident.message}")


def _same(run: Run, projection: Projection, seal: Mapping[str, Any]) -> None:
    """Raise NotReplayable unless the run equals the recorded one and its sealed digest."""
    timers = {timer.id: (timer.due, timer.armed) for timer in run.timers}
    expected = {name: (row["due_at"], row["armed_at"]) for name, row in projection.timers.items()}
    pairs = (
        ("open tasks", {task.id for task in run.tasks}, set(map(str, projection.state.tasks))),
        ("timers", timers, expected),
        ("incidents", {str(each.id) for each in run.incidents}, set(projection.state.incidents)),
        ("state", seal.get("engine"), hoso_bpmn.digest(run.dump()) if "engine" in seal else None),
    )
    for what, made, document in pairs:
        if made != document:
            raise NotReplayable(f"the events lead to other {what} than they tell of")
