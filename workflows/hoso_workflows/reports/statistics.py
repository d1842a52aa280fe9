"""Public statistics of services from 1 January to now.

Circular 32/2017/TT-BTTTT, article 11.3: by procedure, what was received and resolved online, the share resolved on time, what was
received in all, and how content applicants are. Dossiers are placed by the same SQL as in form II.06, ratings are those of the form of
satisfaction.

Ratings of a procedure in a handling unit are shown, and added up, in whole groups of `FEWEST`, once they change no more: who knows
that a neighbour has given one would read it in a smaller figure, or in the difference of two countings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from hoso_models.storage import time_limits
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_models.tables.rating import CHANGEABLE
from hoso_workflows import localtime
from hoso_workflows.operation import cached_figures
from hoso_workflows.reports import lateness
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.satisfaction import Rated, RatedLine, satisfaction

KIND = "public-statistics"
#: How long they are given again as they were counted: a year is read once an hour, however many ask.
SPAN = timedelta(hours=1)
#: How long somebody waits for newer ones than were given before.
PATIENCE = timedelta(seconds=2)
#: Years before this one that are counted for anybody.
EARLIER = 4
#: Ratings of a group.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Served:
    """Numbers of dossiers of a year."""

    #: Received online, and in all.
    online: int = 0
    received: int = 0
    #: Filed online with a result in this year, and those of them in time.
    online_resolved: int = 0
    online_on_time: int = 0
    #: Ratings that are shown.
    rated: Rated = field(default_factory=Rated)
    #: True where ratings are left out, because they are too few.
    few: bool = False

    @property
    def on_time(self) -> str:
        """Percent of the results online in time, rounded down to one decimal.

        Empty without results.
        """
        if not self.online_resolved:
            return ""
        tenths = 1000 * self.online_on_time // self.online_resolved
        return f"{tenths // 10},{tenths % 10}"

    @classmethod
    def sum(cls, them: "Iterable[Served]") -> "Served":
        """Column by column, added up."""
        each = list(them)
        return cls(
            online=sum(one.online for one in each),
            received=sum(one.received for one in each),
            online_resolved=sum(one.online_resolved for one in each),
            online_on_time=sum(one.online_on_time for one in each),
            rated=Rated.sum(one.rated for one in each),
            few=any(one.few for one in each),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Served):
    """The figures of one procedure in one handling unit."""

    unit: str
    unit_name: str
    procedure: str
    procedure_name: str
    field_name: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """The lines of a year, and when they were counted."""

    year: int
    counted_at: datetime
    lines: tuple[Line, ...]

    @property
    def units(self) -> Mapping[str, str]:
        """Handling units by code, with their names."""
        return {each.unit: each.unit_name for each in self.lines}

    @property
    def fields(self) -> Sequence[str]:
        """Fields by name."""
        return sorted({each.field_name for each in self.lines if each.field_name})

    def narrowed(self, unit: str | None, field_name: str | None) -> "Statistics":
        """The same of a handling unit, of a field."""
        kept = (each for each in self.lines if unit in (None, each.unit))
        return replace(self, lines=tuple(each for each in kept if field_name in (None, each.field_name)))

    @property
    def by_procedure(self) -> tuple[Line, ...]:
        """Lines of the units added up by procedure, what is received most first."""
        groups: dict[str, list[Line]] = defaultdict(list)
        for each in self.lines:
            groups[each.procedure].append(each)
        summed = (_line(of[0], Served.sum(of)) for of in groups.values())
        return tuple(sorted(summed, key=lambda each: (-each.received, each.procedure)))

    @property
    def total(self) -> Served:
        """All lines added up."""
        return Served.sum(self.lines)


def years(at: datetime) -> range:
    """The years that are counted for anybody."""
    this = localtime.local_date(at).year
    return range(this - EARLIER, this + 1)


async def of_year(
    db: Database, year: int, *, at: datetime, figures: cached_figures.FigureCache
) -> Statistics:
    """The statistics of one of `years`, as they were counted at most `SPAN` ago. Raises BadPeriod for a year ahead.

    Where counting takes longer than `PATIENCE`, those before are given meanwhile, which say when they were counted.
    """
    name, count = (KIND, year), partial(_count, db, year, at)
    soon = await figures.soon(name, SPAN, at, count, PATIENCE)
    return soon if soon is not None else await figures.get(name, SPAN, at, count)


async def _count(db: Database, year: int, at: datetime) -> Statistics:
    scope = Scope(date(year, 1, 1), date(year, 12, 31), None)
    # Counting a large year takes longer than a page may wait; it happens once an hour.
    with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
        rows = await db.rows(_COUNT, [*scope.bounds(at), scope.unit])
        rated = {(each.unit, each.procedure): each for each in await _settled(db, scope, at)}
    lines = [
        Line(
            online=row.online,
            received=row.received,
            online_resolved=row.online_resolved,
            online_on_time=row.online_on_time,
            rated=shown(given := rated.pop((row.unit, row.procedure), None)),
            few=few(given),
            unit=row.unit,
            unit_name=row.unit_name,
            procedure=row.procedure,
            procedure_name=row.procedure_name,
            field_name=row.field,
        )
        for row in rows
    ]
    lines += [_of_ratings(each) for each in rated.values()]
    return Statistics(year, at, tuple(lines))


async def _settled(db: Database, scope: Scope, at: datetime) -> tuple[RatedLine, ...]:
    return await satisfaction(db, scope, at=at, before=at - CHANGEABLE, group=FEWEST)


def _of_ratings(each: RatedLine) -> Line:
    """The line of ratings whose dossiers belong to an earlier year."""
    return Line(
        rated=shown(each),
        few=few(each),
        unit=each.unit,
        unit_name=each.unit_name,
        procedure=each.procedure,
        procedure_name=each.procedure_name,
        field_name="",
    )


def shown(line: RatedLine | None) -> Rated:
    """The ratings of a line that anybody reads."""
    return Rated.sum([line]) if line else Rated()


def few(line: RatedLine | None) -> bool:
    """True for ratings that are there and of which none is shown."""
    return line is not None and not line.rated


def _line(of: Line, figures: Served) -> Line:
    return Line(
        **{name: getattr(figures, name) for name in Served.__dataclass_fields__},
        unit=of.unit,
        unit_name=of.unit_name,
        procedure=of.procedure,
        procedure_name=of.procedure_name,
        field_name=of.field_name,
    )


_COUNT = lateness.statement("public_statistics")
