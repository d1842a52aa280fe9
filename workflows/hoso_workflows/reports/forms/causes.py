"""Causes of lateness (form II.07/VPCP/KSTT). Each late dossier is counted once, by who went beyond their limit most:

    late = resolved late + open over the limit = own steps + others' steps and opinions + no limit exceeded

No time of an applicant makes a dossier late, since the clock stands still then.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from hoso_models.storage.database import Database, Transaction
from hoso_workflows.reports import lateness
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.lateness import DoesNotAddUp


@dataclass(frozen=True, slots=True)
class Caused:
    """Numbers of late dossiers by cause."""

    #: Resolved late in the period, and open over the limit at its end.
    late: int = 0
    open_overdue: int = 0
    #: A step of the handling unit went beyond its limit most.
    own: int = 0
    #: A step of another unit, or an opinion that it was asked for.
    others: int = 0
    #: No step or opinion went beyond a limit of its own.
    unexplained: int = 0

    @property
    def all_late(self) -> int:
        """The left side of the identity."""
        return self.late + self.open_overdue

    @property
    def accounted(self) -> int:
        """The right side of the identity."""
        return self.own + self.others + self.unexplained

    @classmethod
    def sum(cls, lines: "Iterable[Caused]") -> "Caused":
        """Column by column, added up."""
        return cls(*map(sum, zip((0,) * 5, *(astuple(each)[:5] for each in lines), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseLine(Caused):
    """The causes of one field in one handling unit."""

    unit: str
    unit_name: str
    field: str


async def causes(db: Database | Transaction, scope: Scope, *, at: datetime) -> tuple[CauseLine, ...]:
    """The lines of units and fields that have something late. Raises BadPeriod, DoesNotAddUp."""
    lines = tuple(cause_line(row) for row in await db.rows(_CAUSES, [*scope.bounds(at), scope.unit]))
    for each in lines:
        if each.all_late != each.accounted:
            raise DoesNotAddUp(each.unit, each.field, each.all_late, each.accounted)
    return lines


def cause_line(row: Any) -> CauseLine:
    """The line in a row."""
    return CauseLine(**{name: getattr(row, name) for name in CauseLine.__dataclass_fields__})


_CAUSES = lateness.statement("late_causes")
