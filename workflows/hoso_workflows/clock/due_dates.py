"""Due dates of a dossier, and each appointment that set or moved them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_models import AppointmentKind, Verdict
from hoso_workflows.clock.step_deadlines import StepDates


@dataclass(frozen=True, slots=True)
class Appointment:
    """The three dates as they stood after one event that set or moved them."""

    number: int
    kind: AppointmentKind
    cycle: int
    due_first: datetime
    due_legal: datetime
    due_promised: datetime
    #: Number of the appointment that it takes the place of.
    supersedes: int | None
    #: The event, and the reason and basis that it gave.
    why: Mapping[str, Any]
    calendar: str
    calendar_version: str
    #: Relies on a day that is expected, not announced.
    provisional: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """An appointment and how it was counted."""

    appointment: Appointment
    #: The count of the term; each extension is a further count from the expiry of the one before. The last gives `due_legal`.
    deadlines: tuple[wt.Deadline, ...]


class TimelineKind(StrEnum):
    """Effects of an event on the clock."""

    #: It made an appointment.
    APPOINTMENT = "promises"
    #: It suspended the clock.
    SUSPENDED = "stops"
    #: It ended a suspension.
    RESUMED = "goes_on"
    #: The result was ready: the verdict.
    RESULT = "result"
    #: The handling ended without one.
    ENDED = "ends"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An effect on the clock at an instant."""

    at: datetime
    kind: TimelineKind
    #: The appointment that was made.
    number: int | None = None
    #: The source of the suspension: `supplement`, `suspension`, `obligation`, or the id of an excluded step's task.
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """Every date of a dossier after its events so far. Equal events give equal dates."""

    #: When reception must have answered; None while a supplement is awaited before acceptance.
    reception_due: datetime | None
    #: Set at acceptance and never moved.
    due_first: datetime | None
    #: The yardstick of verdict and boards; None while the clock is suspended.
    due_legal: datetime | None
    #: What the applicant was told; None while the clock is suspended.
    due_promised: datetime | None
    #: Accepted, without a result, and not suspended.
    running: bool
    #: How often the promise was made anew; 0 before acceptance.
    cycle: int
    provisional: bool
    #: The due date that had passed when the clock was suspended or restarted: lateness is never cleared.
    late_since: datetime | None
    #: Given when the result is ready.
    verdict: Verdict | None
    appointments: tuple[Appointment, ...]
    steps: Mapping[UUID, StepDates]
