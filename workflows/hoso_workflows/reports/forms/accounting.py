"""Accounting of a period by unit and procedure.

Each dossier is counted once, with how it came and how it ended:

    received (online + desk + post + carried over) = resolved (early + on time + late) + open (within + over) + closed otherwise

Columns 3 to 13 of form II.06/VPCP/KSTT (Circular 01/2020/TT-VPCP), with the desk and the post apart. What was withdrawn, stopped
or closed unanswered has a column of its own, without which 3 = 7 + 11 does not hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from hoso_models.storage.database import Database, Transaction
from hoso_workflows.embedding import entries
from hoso_workflows.reports import lateness
from hoso_workflows.reports.lateness import DoesNotAddUp


@dataclass(frozen=True, slots=True)
class Accounted:
    """Numbers of dossiers at the end of a period."""

    #: Accepted in the period, by the channel by which they came in.
    online: int = 0
    desk: int = 0
    post: int = 0
    #: Accepted before it and open when it began.
    carried_over: int = 0
    #: Resolved in it, by verdict.
    early: int = 0
    on_time: int = 0
    late: int = 0
    #: Open at its end.
    open_within: int = 0
    open_overdue: int = 0
    #: Withdrawn, stopped or closed unanswered in it, after acceptance.
    closed_otherwise: int = 0

    @property
    def new(self) -> int:
        """Those accepted in the period."""
        return self.online + self.desk + self.post

    @property
    def received(self) -> int:
        """Column 3."""
        return self.new + self.carried_over

    @property
    def resolved(self) -> int:
        """Column 7."""
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        """Column 11."""
        return self.open_within + self.open_overdue

    @property
    def accounted(self) -> int:
        """The right side of 3 = 7 + 11 + closed otherwise."""
        return self.resolved + self.open + self.closed_otherwise

    @classmethod
    def sum(cls, lines: "Iterable[Accounted]") -> "Accounted":
        """Column by column, added up."""
        return cls(*map(sum, zip((0,) * 10, *(astuple(each)[:10] for each in lines), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Accounted):
    """The figures of one procedure in one handling unit."""

    unit: str
    unit_name: str
    field: str
    level: str
    procedure: str
    procedure_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine(Line):
    """The same, of what came in by one way."""

    entry: str
    #: The host of the agency's site, or the other portal; empty for the other ways.
    entry_site: str

    @property
    def entry_name(self) -> str:
        """The way in words."""
        return entries.WORDS[self.entry]


@dataclass(frozen=True, slots=True)
class Scope:
    """Days and unit of a report. Both days are included, and the units below it; None for all."""

    first: date
    last: date
    unit: str | None

    def bounds(self, at: datetime) -> tuple[datetime, datetime]:
        """Begin and end, which is not included and at most `at`. Raises BadPeriod."""
        start, end = lateness.bounds(self.first, self.last, at)
        return start, min(end, at)

    def final(self, at: datetime) -> bool:
        """True once the last day is over."""
        return lateness.bounds(self.first, self.last, at)[1] <= at


Kind = TypeVar("Kind", bound=Line)


async def account(db: Database | Transaction, scope: Scope, *, at: datetime) -> tuple[Line, ...]:
    """The lines of a period that has begun by `at`, by unit and procedure. Raises BadPeriod, DoesNotAddUp."""
    rows = await db.rows(_COUNT, [*scope.bounds(at), scope.unit, False])
    return checked([line(row, Line) for row in rows])


async def by_entry(db: Database | Transaction, scope: Scope, *, at: datetime) -> tuple[EntryLine, ...]:
    """The same lines, each split by the way by which its dossiers came in. Raises BadPeriod, DoesNotAddUp."""
    rows = await db.rows(_COUNT, [*scope.bounds(at), scope.unit, True])
    return checked([line(row, EntryLine) for row in rows])


def line(row: Any, kind: type[Kind]) -> Kind:
    """The line in a row."""
    return kind(**{name: getattr(row, name) for name in kind.__dataclass_fields__})


def checked(lines: Sequence[Kind]) -> tuple[Kind, ...]:
    """The same lines. Raises DoesNotAddUp for the first whose dossiers have no fate, or two."""
    for each in lines:
        if each.received != each.accounted:
            raise DoesNotAddUp(each.unit, each.procedure, each.received, each.accounted)
    return tuple(lines)


_COUNT = lateness.statement("period_count")
