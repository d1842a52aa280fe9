"""Explanation of a dossier's due dates as JSON, each promise counted day by day.

`recompute` counts it again without the calendar. The calendar's half is `hoso-deadline/1`; restarts, suspensions and
appointments are the clock's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hoso_models import AppointmentKind
from hoso_workflows import localtime
from hoso_workflows.clock import clock, term_count
from hoso_workflows.clock.clock import Calendars, Clock
from hoso_workflows.clock.due_dates import Appointment, Dates, Promise, TimelineEntry
from hoso_workflows.clock.shares import Share
from hoso_workflows.clock.step_deadlines import Timing
from hoso_workflows.clock.suspensions import SUPPLEMENT, SUSPENSION, Suspension
from hoso_workflows.events import Erased, Event, Kind

SCHEMA = "hoso-explanation/1"


def explain(dossier: Mapping[str, Any], events: Iterable[Event], calendars: Calendars) -> dict[str, Any]:
    """The whole explanation. `dossier` identifies it to the reader and is included unchanged.

    `cycles` has one entry per appointment, in order: the event, the term, the policy with its basis, the pauses, the
    deadline (`extends` holds those that an extension runs on from), what it set and why. `timeline` says when the clock
    was suspended and resumed, `steps` how each task is due. Raises `CalendarEnds`.
    """
    history = tuple(events)
    folded = clock.Clock(calendars).after(history)
    return {
        "schema": SCHEMA,
        "dossier": dict(dossier),
        "dates": _dates(folded.dates()),
        "reception": folded.reception.to_json() if folded.reception else None,
        "cycles": [{**_cycle(promise), "why": dict(promise.appointment.why)} for promise in folded.promises],
        "timeline": [_entry(entry, entry.source) for entry in folded.timeline],
        "stops": [_suspension(suspension, suspension.source) for suspension in folded.suspensions],
        "steps": _steps(history, folded),
        **_corrections(history),
    }


def explain_to_applicant(
    dossier: Mapping[str, Any], events: Iterable[Event], calendars: Calendars
) -> dict[str, Any]:
    """The explanation of a dossier's dates for its applicant, in the same form.

    `steps` is empty, and a step that suspends the clock has a number for a name. Raises `CalendarEnds`.
    """
    history = tuple(events)
    folded = clock.Clock(calendars).after(history)
    sources = _Sources()
    return {
        "schema": SCHEMA,
        "dossier": dict(dossier),
        "dates": _dates(folded.dates()),
        "reception": folded.reception.to_json() if folded.reception else None,
        "cycles": [
            {**_cycle(promise), "why": _grounds(promise.appointment.why)} for promise in folded.promises
        ],
        "timeline": [_entry(entry, sources.named(entry.source)) for entry in folded.timeline],
        "stops": [
            _suspension(suspension, sources.named(suspension.source)) for suspension in folded.suspensions
        ],
        "steps": [],
        **_corrections(history),
    }


def _corrections(history: Iterable[Event]) -> dict[str, Any]:
    """The corrected instants, with the new ones and the reasons; empty without any.

    Everything else is counted with the corrected ones.
    """
    made = [
        {
            "events": event.payload["seqs"],
            "stamped": event.payload["stamped"],
            "at": event.payload["at"],
            "reason": event.payload["reason"],
            "recorded": localtime.isoformat(event.at),
        }
        for event in history
        if event.kind is Kind.CORRECTED and "seqs" in event.payload
    ]
    return {"corrections": made} if made else {}


def erased(events: Iterable[Erased]) -> list[dict[str, Any]]:
    """The explanation's lines for events with erased payloads."""
    return [{"seq": each.seq, "at": localtime.isoformat(each.at), "kind": str(each.kind)} for each in events]


#: What an applicant is told of why a date was set: not at which element of the drawing.
_WHY = ("event", "reason", "basis", "kind")


def _grounds(why: Mapping[str, Any]) -> dict[str, Any]:
    return {name: why[name] for name in _WHY if name in why}


class _Sources:
    """Names of suspensions that do not reveal their tasks."""

    def __init__(self) -> None:
        self._steps: dict[str, str] = {}

    def named(self, source: str | None) -> str | None:
        if source is None or source in (SUPPLEMENT, SUSPENSION):
            return source
        return self._steps.setdefault(source, f"step {len(self._steps) + 1}")


def _dates(dates: Dates) -> dict[str, Any]:
    """The dates that a recomputation must reproduce."""
    return {
        "reception_due": localtime.isoformat(dates.reception_due),
        "due_first": localtime.isoformat(dates.due_first),
        "due_legal": localtime.isoformat(dates.due_legal),
        "due_promised": localtime.isoformat(dates.due_promised),
        "running": dates.running,
        "cycle": dates.cycle,
        "provisional": dates.provisional,
        "late_since": localtime.isoformat(dates.late_since),
        "verdict": str(dates.verdict) if dates.verdict else None,
    }


def _cycle(promise: Promise) -> dict[str, Any]:
    made = promise.appointment
    *extended, last = (deadline.to_json() for deadline in promise.deadlines)
    return {
        "number": made.number,
        "cycle": made.cycle,
        "kind": str(made.kind),
        "at": localtime.isoformat(made.made_at),
        "event": made.why["event"],
        "term": last["term"]["text"],
        "policy": last["policy"],
        "basis": made.why.get("basis") or last["policy"]["basis"],
        "pauses": last["pauses"],
        "calendar": last["calendar"],
        "deadline": last,
        "extends": extended,
        "apology": _apology(made),
        "sets": _sets(made),
        "supersedes": made.supersedes,
        "provisional": made.provisional,
    }


def _apology(made: Appointment) -> str | None:
    """The date that was promised with an apology, in place of the legal one."""
    apologised = made.kind in (AppointmentKind.REAPPOINTMENT, AppointmentKind.CALENDAR_REVISION)
    return (
        localtime.isoformat(made.due_promised) if apologised and made.due_promised != made.due_legal else None
    )


def _sets(made: Appointment) -> dict[str, str | None]:
    return {
        "due_first": localtime.isoformat(made.due_first),
        "due_legal": localtime.isoformat(made.due_legal),
        "due_promised": localtime.isoformat(made.due_promised),
    }


def _suspension(suspension: Suspension, source: str | None) -> dict[str, Any]:
    return {
        "source": source,
        "start": localtime.isoformat(suspension.start),
        "end": localtime.isoformat(suspension.end),
        "reason": suspension.reason,
    }


def _entry(entry: TimelineEntry, source: str | None) -> dict[str, Any]:
    document = {
        "at": localtime.isoformat(entry.at),
        "does": str(entry.kind),
        "number": entry.number,
        "source": source,
    }
    return {key: value for key, value in document.items() if value is not None}


def _steps(events: Iterable[Event], folded: Clock) -> list[dict[str, Any]]:
    timings = {str(task): timing for task, timing in folded.timings().items()}
    opened = {event.payload["task"]: event.payload for event in events if event.kind is Kind.TASK_OPENED}
    for event in events:
        if event.kind is Kind.UNIT_REPLACED:
            opened |= {each["task"]: {**opened[each["task"]], **each} for each in event.payload["tasks"]}
    return [_step(document, timings[task]) for task, document in opened.items()]


def _step(payload: Mapping[str, Any], timing: Timing) -> dict[str, Any]:
    dates = timing.dates
    return {
        "task": payload["task"],
        "element": payload["element"],
        "name": payload["name"],
        "unit": payload["unit"],
        "role": payload["role"],
        "limit": payload["limit"],
        "arrived": localtime.isoformat(dates.arrived),
        "completed": localtime.isoformat(timing.completed),
        "own": localtime.isoformat(dates.own),
        "plan": localtime.isoformat(dates.plan),
        "judged": str(dates.judged) if dates.judged else None,
        "limit_deadline": timing.own.to_json() if timing.own else None,
        "plan_deadlines": [deadline.to_json() for deadline in timing.plan],
        "capped_by": timing.capped_by,
        "share": _share(timing.share) if timing.share else None,
    }


def _share(share: Share) -> dict[str, Any]:
    """The numbers of a limit that is a share: `limit` of `whole` − `before` days are `minutes` of `left` minutes.

    `window` holds the days from the point from which it was planned; `fits` is false where the floor was taken.
    """
    since, minutes = share.base.at, share.since_base
    window = term_count.WorkingMinutes(share.calendar, since, minutes, share.pauses) if minutes else None
    return {
        "run": share.appointment,
        "limit": str(share.limit),
        "before": str(share.before),
        "whole": str(share.whole),
        "planned_from": localtime.isoformat(since),
        "planned_from_days": str(share.base.days),
        "left": share.left,
        "minutes": share.minutes,
        "least": share.least,
        "fits": not share.is_floor,
        "window": window.to_json() if window else None,
    }
