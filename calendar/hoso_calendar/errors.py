"""Errors of the calendar, each with its remedy. Every class carries its data and words its message once."""

from collections.abc import Sequence
from dataclasses import dataclass

from hoso_calendar.messages import Message, joined, say


class WorkingTimeError(ValueError):
    """Base class of every error of this package."""


class MissingCalendarData(WorkingTimeError):
    """The calendar says nothing about `year`: counting on would take Tết for working days."""

    def __init__(self, calendar: str, year: int, first: int, last: int) -> None:
        self.calendar, self.year, self.first, self.last = calendar, year, first, last
        super().__init__(
            say(
                "calendar {calendar!r} covers {first}–{last}, not {year}: declare the days off of {year} before counting there",
                calendar=calendar,
                first=first,
                last=last,
                year=year,
            )
        )


class NaiveInstant(WorkingTimeError):
    """A date-time without an offset could be any of 26 instants."""

    def __init__(self, place: str, value: object) -> None:
        self.place, self.value = place, value
        super().__init__(
            say(
                "{place}: {value} has no UTC offset; write for example {value}+07:00",
                place=place,
                value=str(value),
            )
        )


class BadTerm(WorkingTimeError):
    """A term that no rule of counting gives a meaning."""

    def __init__(self, text: object, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(say("term {text}: {reason}", text=str(text), reason=reason))


class BadPolicy(WorkingTimeError):
    """A policy key or value that no rule knows."""

    def __init__(self, key: str, value: object, remedy: str) -> None:
        self.key, self.value, self.remedy = key, value, remedy
        super().__init__(say("policy {key} = {value}: {remedy}", key=key, value=repr(value), remedy=remedy))


class BadPause(WorkingTimeError):
    """A pause that ends before it starts, or overlaps another; `number` counts from 1."""

    def __init__(self, number: int, reason: str) -> None:
        self.number, self.reason = number, reason
        super().__init__(say("pause #{number}: {reason}", number=number, reason=reason))


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a declared calendar, with its place in the document."""

    calendar: str
    #: ``day_off 3`` or ``coverage``: the table, with its number where there are several.
    place: str
    #: Line in the TOML document, or None where the fault is something absent.
    line: int | None
    message: str

    def __str__(self) -> str:
        return str(self.said)

    @property
    def said(self) -> Message:
        """The fault with its place, as a sentence."""
        values = {"calendar": self.calendar, "place": self.place, "message": self.message}
        if self.line:
            return say("{calendar}.toml, line {line}, {place}: {message}", line=self.line, **values)
        return say("{calendar}.toml, {place}: {message}", **values)


class BadCalendar(WorkingTimeError):
    """A faulty declared calendar; `problems` holds every fault, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(joined("\n", [problem.said for problem in self.problems]))


class UnknownCalendar(WorkingTimeError):
    """No document with this id was given or is bundled.

    `child` is the calendar that extends it; None if it was asked for directly.
    """

    def __init__(
        self, calendar: str, known: Sequence[str], child: str | None = None, line: int | None = None
    ) -> None:
        self.calendar, self.known, self.child = calendar, tuple(known), child
        said = say(
            "no calendar {calendar!r}; known are {known}",
            calendar=calendar,
            known=", ".join(known) or say("none"),
        )
        self.problem = Problem(child or calendar, "extends", line, said)
        super().__init__(self.problem.said if child else said)


class BadIcs(WorkingTimeError):
    """An iCalendar event that is not one whole day of a kind we know."""

    def __init__(self, event: str, reason: str) -> None:
        self.event, self.reason = event, reason
        super().__init__(say("event {event}: {reason}", event=event, reason=reason))
