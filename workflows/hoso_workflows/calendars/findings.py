"""Findings about the text of a calendar, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import hoso_calendar as wt
from hoso_calendar.declarations import compilation
from hoso_calendar.messages import say
from hoso_workflows.calendars import register
from hoso_workflows.calendars.register import Texts

#: Dates that a finding names; of more it says how many.
_SHOWN = 5


class Severity(StrEnum):
    """Consequence of a finding."""

    #: The revision cannot be previewed, approved or applied.
    ERROR = "error"
    #: It can, if whoever approves it means it.
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about the text of a calendar."""

    severity: Severity
    #: The calendar in which it shows: the revised one, or one that extends it.
    calendar: str
    place: str
    line: int | None
    message: str


def find(found: Texts, calendar: str, document: bytes, today: date) -> tuple[Finding, ...]:
    """Everything to know about a new text of a calendar, the errors first.

    `found` are the present texts. Raises BadCalendar for a text that cannot even be read.
    """
    compilation.declared(document, calendar)
    after = {**found, calendar: document}
    faults = [*_problems(found, after, calendar)]
    if not faults:
        new = wt.compile(after, calendar)
        old = wt.compile(found, calendar) if calendar in found else None
        faults = [*_about(after, old, new, document, today)]
    return tuple(sorted(faults, key=lambda each: each.severity))


def _problems(found: Texts, after: Texts, calendar: str) -> Iterator[Finding]:
    """Problems of the calendar, and those that it causes in calendars that extend it."""
    for problem in wt.check(after, calendar):
        yield _error(problem)
    for child in register.children(found, calendar):
        known = {problem.message for problem in wt.check(found, child)}
        for problem in wt.check(after, child):
            if problem.message not in known and problem.calendar == child:
                yield _error(problem)


def _error(problem: wt.Problem) -> Finding:
    return Finding(Severity.ERROR, problem.calendar, problem.place, problem.line, problem.message)


def _about(
    after: Texts, old: wt.WorkCalendar | None, new: wt.WorkCalendar, document: bytes, today: date
) -> Iterator[Finding]:
    """Findings about a text that can be compiled."""
    declared = compilation.declared(document, new.id)
    if declared.extends and (worked := _worked(wt.compile(after, declared.extends), new)):
        message = say(
            "{dates}: days off of {parent} by law on which this calendar works",
            dates=_dates(worked),
            parent=declared.extends,
        )
        yield Finding(Severity.ERROR, new.id, "day_off", None, message)
    yield from _ends(new, today)
    yield from _against(old, new, today) if old else ()
    if bare := [record.day for record in declared.records if not record.source.basis.strip()]:
        message = say("{dates}: without a basis; name the decision that orders them", dates=_dates(bare))
        yield Finding(Severity.WARNING, new.id, "basis", None, message)


def _ends(new: wt.WorkCalendar, today: date) -> Iterator[Finding]:
    if new.last < today:
        message = say(
            "it ends on {last}, before today; declare the days off of {year}", last=new.last, year=today.year
        )
        yield Finding(Severity.ERROR, new.id, "coverage", None, message)
    elif new.last.year == today.year:
        message = say("it has no data for {year}: terms that reach there are refused", year=today.year + 1)
        yield Finding(Severity.WARNING, new.id, "coverage", None, message)


def _against(old: wt.WorkCalendar, new: wt.WorkCalendar, today: date) -> Iterator[Finding]:
    """Findings about the difference from the present version."""
    if new.first > old.first or new.last < old.last:
        message = say(
            "it covers {new}, and the present version {old}: no year may be lost",
            new=f"{new.first.year}–{new.last.year}",
            old=f"{old.first.year}–{old.last.year}",
        )
        yield Finding(Severity.ERROR, new.id, "coverage", None, message)
    elif old.version == new.version:
        yield Finding(
            Severity.WARNING, new.id, "document", None, say("it says what the present version says")
        )
    elif past := [change.date for change in wt.diff(old, new) if change.old and change.date < today]:
        message = say(
            "{dates}: days that have passed are declared otherwise; running terms are counted anew with them",
            dates=_dates(past),
        )
        yield Finding(Severity.WARNING, new.id, "past", None, message)


def _worked(parent: wt.WorkCalendar, new: wt.WorkCalendar) -> list[date]:
    """Statutory days off of the parent that the calendar makes working days."""
    lawful = (wt.Kind.HOLIDAY, wt.Kind.SUBSTITUTE)
    return [
        day.date
        for day in new.days
        if day.working and parent.first <= day.date <= parent.last and parent.day(day.date).kind in lawful
    ]


def _dates(dates: Sequence[date]) -> str:
    shown = ", ".join(f"{day:%d/%m/%Y}" for day in dates[:_SHOWN])
    return say("{shown} and {n} more", shown=shown, n=len(dates) - _SHOWN) if len(dates) > _SHOWN else shown
