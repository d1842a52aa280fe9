"""Report on lateness by unit and procedure: dossiers received, resolved and open.

    received + carried over = resolved (early + on time + late) + open (within + overdue) + closed otherwise

`received` is what was accepted in the period. Everything is counted as of the end of the period: later events change
nothing, so a report of an ended period is stored and read again (II.06/VPCP/KSTT of Circular 01/2020/TT-VPCP, with withdrawn
and stopped dossiers in a column of their own, without which its identity breaks).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from importlib import resources
from typing import Self
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_models.tables import fee
from hoso_workflows import localtime
from hoso_workflows.operation import cached_figures


class Part(StrEnum):
    """The part of a unit in a dossier by which a report groups."""

    #: The unit that handles it.
    HANDLING = "handling"
    #: The unit that received it, which follows its term by law.
    RECEIVING = "receiving"


#: The kinds of these reports in the table `report`.
KINDS = {Part.HANDLING: "lateness", Part.RECEIVING: "lateness_received"}
#: The scope of a report on all units.
EVERYWHERE = "all"
#: How long the report of a period that runs is given again as it was counted.
SPAN = timedelta(minutes=1)


class BadPeriod(ValueError):
    """A period that ends before it begins, or has not begun."""

    def __init__(self, first: date, last: date, why: str) -> None:
        super().__init__(
            say("There is no report from {first} to {last}: {why}", first=first, last=last, why=why)
        )
        self.first = first
        self.last = last


class DoesNotAddUp(Exception):
    """A line breaks the identity: a dossier has two fates or none. Nothing is reported then."""

    def __init__(self, unit: str, procedure: str, taken: int, accounted: int) -> None:
        super().__init__(
            say(
                "{unit}, {procedure}: {taken} dossiers were received or carried over, {accounted} are accounted for;"
                " compare the projections of this unit with their events",
                unit=unit,
                procedure=procedure,
                taken=taken,
                accounted=accounted,
            )
        )
        self.unit = unit
        self.procedure = procedure
        self.taken = taken
        self.accounted = accounted


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of dossiers at the end of the period."""

    #: Accepted in the period.
    received: int
    #: Accepted before it and open when it began.
    carried_over: int
    #: Resolved in it, by verdict.
    early: int
    on_time: int
    late: int
    #: Open at its end.
    open_within: int
    open_overdue: int
    #: Withdrawn, stopped or closed unanswered in it, after acceptance.
    closed_otherwise: int

    @property
    def resolved(self) -> int:
        """Those whose result became ready in the period."""
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        """Those without a result at the period's end."""
        return self.open_within + self.open_overdue

    @property
    def taken(self) -> int:
        """The left side of the identity."""
        return self.received + self.carried_over

    @property
    def accounted(self) -> int:
        """The right side of the identity."""
        return self.resolved + self.open + self.closed_otherwise

    @classmethod
    def sum(cls, lines: Iterable[Self]) -> "Figures":
        """Line by line, added up."""
        return cls(*map(sum, zip((0,) * 8, *map(astuple, lines), strict=True)))


@dataclass(frozen=True, slots=True)
class Line(Figures):
    """The figures of one procedure in one unit."""

    unit: str
    unit_name: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Appointed hours that came in the period, of one procedure in one unit.

    Each is an hour at which the result was ready for its owner, or was there and not returned, or was not there. Who fetches a
    result after it was ready changes nothing.
    """

    unit: str
    unit_name: str
    procedure: str
    hours: int
    #: The result lay at the desk, or was posted or given electronically.
    ready: int
    #: There was a result, and its owner could not have it.
    not_returned: int
    without_result: int


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of a period, and when they were counted."""

    period_from: date
    #: The last day, included.
    period_to: date
    #: A unit with those below it; None for all.
    unit: str | None
    #: What its units are to the dossiers.
    part: Part
    lines: tuple[Line, ...]
    made_at: datetime
    #: False while the period runs: its figures are as of `made_at`, at most a minute ago.
    final: bool
    #: None where the report was kept before hours were counted.
    hours: tuple[Hours, ...] | None = ()

    @property
    def total(self) -> Figures:
        """All lines added up."""
        return Figures.sum(Figures(*astuple(line)[:8]) for line in self.lines)


async def report_lateness(
    db: Database,
    period_from: date,
    period_to: date,
    *,
    at: datetime,
    unit: str | None = None,
    part: Part = Part.HANDLING,
    made_by: UUID | None = None,
    figures: cached_figures.FigureCache | None = None,
) -> Report:
    """Report on the days from `period_from` to `period_to`, both included.

    It covers `unit` and the units below it; None for all; by their part in the dossiers. A report on an ended period is counted once, stored and returned
    again; with `figures`, one on a running period is cached there for `SPAN`. Raises BadPeriod, DoesNotAddUp.
    """
    if bounds(period_from, period_to, at)[1] > at:
        asked = partial(_running, db, period_from, period_to, unit, part, at)
        name = KINDS[part], period_from, period_to, unit
        return await (figures.get(name, SPAN, at, asked) if figures else asked())
    return await _ended(db, period_from, period_to, unit, part, at, made_by)


def bounds(first: date, last: date, at: datetime) -> tuple[datetime, datetime]:
    """Begin and end of a period that has begun at `at`. The end is not included. Raises BadPeriod."""
    start, end = _begins(first), _begins(last + timedelta(days=1))
    if end <= start or start > at:
        raise BadPeriod(
            first, last, say("it ends before it begins") if end <= start else say("it lies ahead")
        )
    return start, end


async def _running(
    db: Database, first: date, last: date, unit: str | None, part: Part, at: datetime
) -> Report:
    lines = await _count(db, _begins(first), at, unit, part)
    hours = await _hours(db, _begins(first), at, unit, part)
    return Report(first, last, unit, part, lines, at, final=False, hours=hours)


async def _ended(
    db: Database,
    first: date,
    last: date,
    unit: str | None,
    part: Part,
    at: datetime,
    made_by: UUID | None,
) -> Report:
    key = [KINDS[part], first, last, unit or EVERYWHERE]
    made = await db.row(_KEPT, key)
    if made is None:
        period = _begins(first), _begins(last + timedelta(days=1))
        counted: Mapping[str, Sequence[Line | Hours]] = {
            "lines": await _count(db, *period, unit, part),
            "hours": await _hours(db, *period, unit, part),
        }
        figures = {name: [asdict(each) for each in lines] for name, lines in counted.items()}
        await db.one_statement(_KEEP, [*key, figures, at, made_by])
        made = await db.row(_KEPT, key)
        assert made is not None  # noqa: S101 - just kept, by us or by somebody faster
    return Report(
        first,
        last,
        unit,
        part,
        tuple(Line(**line) for line in made.figures["lines"]),
        made.made_at,
        final=True,
        hours=tuple(Hours(**each) for each in made.figures["hours"]) if "hours" in made.figures else None,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored report: period, unit, its part, and when it was counted."""

    period_from: date
    period_to: date
    unit: str
    part: Part
    made_at: datetime


async def kept(db: Database, units: Sequence[str], *, limit: int = 20) -> Sequence[Kept]:
    """The reports on these units that were stored, the latest first."""
    rows = await db.rows(_KEPT_LAST, [list(KINDS.values()), list(units), limit])
    parts = {kind: part for part, kind in KINDS.items()}
    return [Kept(row.period_from, row.period_to, row.unit, parts[row.kind], row.made_at) for row in rows]


async def missing(db: Database, *, at: datetime) -> tuple[tuple[date, date, Part], ...]:
    """Ended calendar months that have no report on all units yet, by their part.

    They begin with the month in which the first dossier was accepted.
    """
    first = await db.row("select min(accepted_at) as accepted_at from dossier")
    if first is None or first.accepted_at is None:
        return ()
    rows = await db.rows(
        "select kind, period_from, period_to from report where kind = any($1::text[]) and scope = $2",
        [list(KINDS.values()), EVERYWHERE],
    )
    made = {(row.period_from, row.period_to, row.kind) for row in rows}
    since, today = localtime.local_date(first.accepted_at), localtime.local_date(at)
    return tuple(
        (*month, part)
        for month in _months(since, today)
        for part, kind in KINDS.items()
        if (*month, kind) not in made
    )


def _months(since: date, today: date) -> Iterable[tuple[date, date]]:
    """Calendar months from that of `since` to the last that ended before `today`."""
    first = since.replace(day=1)
    while (following := (first + timedelta(days=31)).replace(day=1)) <= today:
        yield first, following - timedelta(days=1)
        first = following


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=localtime.ZONE)


async def _count(
    db: Database, start: datetime, end: datetime, unit: str | None, part: Part
) -> tuple[Line, ...]:
    rows = await db.rows(_COUNTS[part], [start, end, unit])
    lines = tuple(Line(**row) for row in rows)
    for line in lines:
        if line.taken != line.accounted:
            raise DoesNotAddUp(line.unit, line.procedure, line.taken, line.accounted)
    return lines


async def _hours(
    db: Database, start: datetime, end: datetime, unit: str | None, part: Part
) -> tuple[Hours, ...]:
    return tuple(Hours(**row) for row in await db.rows(_HOURS[part], [start, end, unit]))


_KEPT = """
select figures, made_at from report where kind = $1 and period_from = $2 and period_to = $3 and scope = $4
"""
_KEPT_LAST = """
select kind, period_from, period_to, scope as unit, made_at from report where kind = any($1::text[]) and scope = any($2::text[])
order by made_at desc, period_to desc, period_from desc, scope limit $3
"""
_KEEP = """
insert into report (kind, period_from, period_to, scope, figures, made_at, made_by)
values ($1, $2, $3, $4, $5::jsonb, $6, $7) on conflict do nothing
"""

_HERE = resources.files("hoso_workflows.reports")


def statement(name: str, part: Part = Part.HANDLING) -> str:
    """A statement over the dossiers of a period, placed in its columns."""
    told = "coalesce(m.unit, d.unit)" if part is Part.HANDLING else "d.handling_unit"
    fates = _HERE.joinpath("lateness_fates.sql").read_text(encoding="utf-8")
    behind = _HERE.joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return fates.replace("{part}", part).replace("{handling}", told) + behind


_HOURS = {
    part: _HERE.joinpath("appointed_hours.sql")
    .read_text(encoding="utf-8")
    .format(part=part, open_fees=fee.OPEN_OF_DOSSIER.replace("d.id", "h.id"))
    for part in Part
}
_COUNTS = {part: statement("lateness_count", part) for part in Part}
