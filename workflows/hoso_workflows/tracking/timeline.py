"""Timeline of a dossier: what happened to it, where, in two projections.

Pure. Officers are told every event with its officer, step and words; applicants what `applicant_views.TOLD` lets them know, by unit, and
when the dossier came to another unit. Neither is a filter of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_workflows.dossiers import applicant_views
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.state import State
from hoso_workflows.tracking import accounting
from hoso_workflows.tracking.accounting import Holder

#: The kind of an entry that is no event: the dossier came to another unit.
MOVED = "moved"
#: No event was erased. The kinds of erased events stand by their numbers, since substitutes may be of another kind.
NONE: Mapping[int, Kind] = {}


@dataclass(frozen=True, slots=True)
class OfficersEntry:
    """An event as officers are told of it."""

    at: datetime
    kind: str
    unit: str
    actor: UUID
    on_behalf_of: UUID | None
    automatic: bool
    #: The name of the step that it is about.
    step: str | None
    #: What was written with it.
    words: str | None


@dataclass(frozen=True, slots=True)
class ApplicantsEntry:
    """An event or a move as the applicant is told of it."""

    at: datetime
    kind: str
    unit: str
    #: Why, where it is told.
    reason: str | None


def of_officers(history: Sequence[Event], erased: Mapping[int, Kind] = NONE) -> Iterator[OfficersEntry]:
    """Every event, in order; of the erased ones nothing that was written."""
    for kind, before, event, gone in _steps(history, erased):
        words = () if gone else _WORDS
        yield OfficersEntry(
            event.at,
            kind.value,
            _unit(before, event, kind),
            event.actor,
            event.on_behalf_of,
            event.automatic,
            _step(before, event),
            next((_written(event.payload[key]) for key in words if event.payload.get(key)), None),
        )


def of_applicants(
    history: Sequence[Event], until: datetime, erased: Mapping[int, Kind] = NONE
) -> list[ApplicantsEntry]:
    """The events that the applicant is told, and the moves between units, in order."""
    told = [
        ApplicantsEntry(
            event.at, kind.value, _unit(before, event, kind), None if gone else _reason(kind, event)
        )
        for kind, before, event, gone in _steps(history, erased)
        if applicant_views.told(kind, event.payload)
    ]
    return sorted([*told, *_moves(history, until)], key=lambda entry: entry.at)


def _written(value: object) -> str:
    """The written text; several legal bases as one."""
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _reason(kind: Kind, event: Event) -> str | None:
    """The reason that the applicant is told."""
    return event.payload.get("reason") or None if "reason" in (applicant_views.TOLD[kind] or ()) else None


def _moves(history: Sequence[Event], until: datetime) -> Iterator[ApplicantsEntry]:
    """The moves of a dossier from one unit to another."""
    last: str | None = None
    for stay in accounting.stays(history, until, inner=False):
        unit = stay.place.unit
        if stay.place.holder is Holder.UNIT and unit is not None:
            if last not in (None, unit):
                yield ApplicantsEntry(stay.start, MOVED, unit, None)
            last = unit


def _steps(history: Sequence[Event], erased: Mapping[int, Kind]) -> Iterator[tuple[Kind, State, Event, bool]]:
    """Each event with its kind, the state before it, and whether it was erased.

    The first comes with the state after it.
    """
    state = transitions.fold(history[:1])
    for number, event in enumerate(history, start=1):
        yield erased.get(number, event.kind), state, event, number in erased
        if event.kind is not Kind.FILED:
            state = transitions.evolve(state, event)


def _step(before: State, event: Event) -> str | None:
    """The name of the task that an event is about."""
    if event.kind is Kind.TASK_OPENED:
        return str(event.payload["name"])
    task = before.tasks.get(event.task) if "task" in event.payload else None
    return task.name if task else None


def _unit(before: State, event: Event, kind: Kind) -> str:
    """The unit where an event happened; `kind` is its own where another one stands in for it."""
    if event.kind in (Kind.TASK_OPENED, Kind.LETTER_ISSUED):
        return str(event.payload["unit"])
    task = before.tasks.get(event.task) if "task" in event.payload else None
    if task is not None:
        return task.unit
    asked = before.consultations.get(UUID(event.payload["id"])) if event.kind in _OPINIONS else None
    if asked is not None:
        return asked.unit
    return before.units[_PARTS.get(kind, "handling")]


_OPINIONS = (Kind.CONSULTATION_ANSWERED, Kind.CONSULTATION_PASSED)
#: The part of the unit where an event happens that is about no task; the handling one else.
_PARTS: Mapping[Kind, str] = {
    **dict.fromkeys(
        (
            *(Kind.FILED, Kind.ACCEPTED, Kind.REFUSED, Kind.WITHDRAWN, Kind.TRANSFERRED, Kind.RETURNED),
            *(Kind.SUPPLEMENT_ASKED, Kind.SUPPLEMENT_RECEIVED, Kind.SUPPLEMENT_RETURNED),
            *(Kind.CLOSED_UNANSWERED, Kind.OBLIGATION_MET, Kind.RECTIFIED),
            Kind.CORRECTION_HANDED_OVER,
        ),
        "receiving",
    ),
    Kind.RESULT_READY: "deciding",
    Kind.RESULT_CORRECTED: "deciding",
}
#: Keys of payloads with what somebody wrote, of which an event has one.
_WORDS = ("reason", "note", "question", "answer", "finding", "message", "text", "basis")
