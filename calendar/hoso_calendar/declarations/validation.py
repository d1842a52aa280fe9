"""Validation of a calendar with its parents, in stages.

Each check yields problems; a later stage relies on the earlier ones.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hoso_calendar.days.day import Kind
from hoso_calendar.declarations import statutory_days
from hoso_calendar.declarations.declaration import LEVELS, Declaration, Record
from hoso_calendar.declarations.inheritance import Lineage
from hoso_calendar.errors import BadCalendar, Problem
from hoso_calendar.messages import say

_ROOT_DECLARES = {
    "coverage": "coverage",
    "working_weekdays": "week",
    "hours": "hours",
    "timezone": "timezone",
}


def refuse(lineage: Lineage) -> None:
    """Raise `BadCalendar` with every problem of the first stage that finds any."""
    for stage in (_incomplete, _unfit, _faulty):
        if problems := tuple(stage(lineage)):
            raise BadCalendar(problems)


def _incomplete(lineage: Lineage) -> Iterator[Problem]:
    """Keys that the root must declare and does not."""
    for field, key in _ROOT_DECLARES.items():
        if not getattr(lineage.root, field):
            yield Problem(lineage.root.id, key, None, say("a calendar that extends no other declares this"))


def _unfit(lineage: Lineage) -> Iterator[Problem]:
    """Coverage, levels and time zone that do not fit together."""
    leaf, (first, last) = lineage.leaf, lineage.coverage
    if first > last:
        yield Problem(
            leaf.id,
            "coverage",
            None,
            say("its years {coverage} and its parents' have none in common", coverage=leaf.coverage),
        )
    for child, parent in pairwise(lineage.levels):
        if child.level and parent.level and LEVELS.index(child.level) <= LEVELS.index(parent.level):
            message = say(
                "a {level} does not stand below the {above} {parent!r}",
                level=child.level,
                above=parent.level,
                parent=parent.id,
            )
            yield Problem(child.id, "level", None, message)
    yield from _unsteady_zone(lineage)


def _unsteady_zone(lineage: Lineage) -> Iterator[Problem]:
    """A time zone that is unknown or changes its offset in the covered years."""
    name, (first, last) = lineage.timezone, lineage.coverage
    declares = next(level.id for level in lineage.levels if level.timezone)
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield Problem(declares, "timezone", None, say("no time zone {name!r}", name=name))
        return
    months = (
        datetime(year, month, 1, tzinfo=zone) for year in range(first, last + 1) for month in range(1, 13)
    )
    if len({start.utcoffset() for start in months}) > 1:
        message = say(
            "{name} changes its offset in {first}–{last}; minutes are counted on one offset",
            name=name,
            first=first,
            last=last,
        )
        yield Problem(declares, "timezone", None, message)


def _faulty(lineage: Lineage) -> Iterator[Problem]:
    """Records that cannot stand where they do, or that are missing."""
    for level in lineage.levels:
        yield from _misplaced_records(level, lineage.above(level))
    yield from _unlawful(lineage.root)
    for level in lineage.levels:
        for record, message in statutory_days.mistaken_lunar(level.records):
            yield _at(level, record, message)


def _at(level: Declaration, record: Record, message: str) -> Problem:
    return Problem(level.id, record.source.place, record.source.line, message)


def _misplaced_records(level: Declaration, lineage: Lineage) -> Iterator[Problem]:
    first, last = level.coverage or lineage.coverage
    for record in level.records:
        works = record.day.isoweekday() in lineage.weekdays
        if not first <= record.day.year <= last:
            yield _at(
                level,
                record,
                say(
                    "{day} is outside the covered years {first}–{last}",
                    day=record.day,
                    first=first,
                    last=last,
                ),
            )
        if record.kind in (Kind.SWAP_OFF, Kind.SUBSTITUTE) and not works:
            yield _at(
                level,
                record,
                say("{kind} on {day}, which is no working weekday", kind=record.kind, day=record.day),
            )
        if record.kind is Kind.MAKEUP_WORK and works:
            yield _at(level, record, say("make-up work on {day}, which is a working weekday", day=record.day))
    inherited = Lineage(lineage.levels[1:]).records()
    for off, source in level.opted_out:
        if off not in inherited or inherited[off].kind is not Kind.SWAP_OFF:
            yield Problem(level.id, source.place, source.line, say("no parent swaps {off}", off=off))


def _unlawful(root: Declaration) -> Iterator[Problem]:
    """Statutory days off of the covered years that the calendar does not declare."""
    if root.statute != "vn" or root.coverage is None:
        return
    for year in range(root.coverage[0], root.coverage[1] + 1):
        for message in statutory_days.missing(root.records, root.working_weekdays or (), year):
            yield Problem(root.id, "day_off", None, message)
