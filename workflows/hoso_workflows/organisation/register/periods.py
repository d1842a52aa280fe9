"""Periods of days, both included; the last day may be open."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.organisation.register.refusals import UnitClosed
from hoso_workflows.organisation.register.rows import Unit


class Period(Protocol):
    """Something that holds between two days."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def valid_to(self) -> date | None:
        """The last day, None as long as it is open."""


Held = TypeVar("Held", bound=Period)


def overlapping(others: Iterable[Held], valid_from: date, valid_to: date | None) -> Held | None:
    """The first of others that holds on one of these days."""
    return next((each for each in others if overlap(each, valid_from, valid_to)), None)


def overlap(other: Period, valid_from: date, valid_to: date | None) -> bool:
    """True when both hold on a common day."""
    begins = max(other.valid_from, valid_from)
    ends = min((day for day in (other.valid_to, valid_to) if day is not None), default=None)
    return ends is None or begins <= ends


def require_order(valid_from: date, valid_to: date | None) -> None:
    """Raise FormRefused for a period that ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        fault = say("{ends} lies before {begins}", ends=valid_to, begins=valid_from)
        raise errors.FormRefused([errors.Fault("valid_to", fault)])


def require_end(held: Period, last_day: date, today: date) -> None:
    """Raise FormRefused for a last day that has passed or lies too early.

    The day before the first takes back what has not begun; yesterday ends it at once.
    """
    first = held.valid_from - timedelta(days=1)
    if last_day < first:
        raise errors.FormRefused(
            [errors.Fault("last_day", say("{day} lies before {first}", day=last_day, first=first))]
        )
    if last_day < min(today - timedelta(days=1), held.valid_to or last_day) and held.valid_from <= today:
        raise errors.FormRefused(
            [errors.Fault("last_day", say("{day} has passed; today is {today}", day=last_day, today=today))]
        )


def require_within(unit: Unit, valid_from: date, valid_to: date | None) -> None:
    """Raise UnitClosed unless the unit exists on all of these days."""
    late = unit.valid_to is not None and (valid_to is None or valid_to > unit.valid_to)
    if valid_from < unit.valid_from or late:
        raise UnitClosed(unit.code, unit.valid_from, unit.valid_to)
