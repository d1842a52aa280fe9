"""The value of a counted term: inputs, receipt, pauses and end."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import pendulum

from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines.counting import Reached, Span
from hoso_calendar.deadlines.policy import Pause, Policy
from hoso_calendar.deadlines.receipt import Receipt
from hoso_calendar.deadlines.term import Term


@dataclass(frozen=True, slots=True)
class Count:
    """A counted term; equal inputs give equal counts."""

    #: The closing minute of the last day, or the last minute of a term in hours; None while a pause is open.
    due: pendulum.DateTime | None
    #: The end in law: 24:00 of the last day (Civil Code art. 148 clause 6); the same as `due` for terms in hours.
    legal_end: pendulum.DateTime | None
    #: 0, or what an open pause has left: working days, half days, minutes, or calendar days, as the term is counted.
    remaining: int | Fraction
    received: pendulum.DateTime
    receipt_day: date
    term: Term
    policy: Policy
    pauses: tuple[Pause, ...]
    #: Days not yet official whose being off or worked decides the result.
    relies_on: tuple[date, ...]
    #: Id and version of the calendar it was counted with.
    calendar: str
    version: str
    cal: WorkCalendar = field(repr=False, compare=False)
    receipt: Receipt = field(repr=False, compare=False)
    #: The pauses in minutes of the calendar.
    spans: tuple[Span, ...] = field(repr=False, compare=False)
    reached: Reached = field(repr=False, compare=False)

    @property
    def provisional(self) -> bool:
        """True if the result may move because it relies on an expected day."""
        return bool(self.relies_on)
