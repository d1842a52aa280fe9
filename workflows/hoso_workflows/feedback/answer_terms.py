"""Terms of answers to feedback: data with a basis, in force from a date."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources

import hoso_calendar as wt
from hoso_workflows import errors


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """The term of an answer, in force from a local date on."""

    text: str
    basis: str
    valid_from: date


@cache
def terms() -> tuple[AnswerTerm, ...]:
    """The terms of answers, as the file has them, the newest last."""
    file = resources.files(__package__).joinpath("answer_terms.toml")
    return tuple(AnswerTerm(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["term"])


def term_on(day: date) -> AnswerTerm:
    """The term that is in force on a local date. Raises LookupError where none is declared."""
    found = [each for each in terms() if each.valid_from <= day]
    if not found:
        raise LookupError(f"no term of an answer is declared for {day}")
    return found[-1]


def due(calendar: wt.WorkCalendar, term: AnswerTerm, at: datetime) -> datetime:
    """The instant until which feedback is answered. Raises CalendarEnds."""
    try:
        found = wt.deadline(calendar, at, wt.Term.parse(term.text)).due
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing
    if found is None:
        raise LookupError(f"{term.text} has no end")
    return found
