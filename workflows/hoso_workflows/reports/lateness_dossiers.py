"""The dossiers behind a figure of the lateness report.

They are placed in its columns by the same statement that counts them, so that a figure is the length of its list. A report
that was stored stays as it was; its list is read anew, and lacks what has gone to another unit since.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import pagination
from hoso_workflows.clock.work_by import Still
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.reports import lateness

#: In the order in which they were accepted.
KEYS = Keyset(accepted_at=pagination.INSTANT, id=pagination.IDENTITY)


class Column(StrEnum):
    """Columns of the report: two for how dossiers came, six for where they stand."""

    #: Accepted in the period.
    RECEIVED = "received"
    #: Accepted before it and open when it began.
    CARRIED_OVER = "carried_over"
    #: Resolved before their day.
    EARLY = "early"
    #: Resolved on their day.
    ON_TIME = "on_time"
    #: Resolved after it.
    LATE = "late"
    #: Open at the period's end and not late.
    OPEN_WITHIN = "open_within"
    #: Open at its end and late.
    OPEN_OVERDUE = "open_overdue"
    #: Withdrawn, stopped or closed unanswered.
    CLOSED_OTHERWISE = "closed_otherwise"


CAME = (Column.RECEIVED, Column.CARRIED_OVER)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the report: a column in a line, or in all lines."""

    column: Column
    #: The unit of the line; None for all in the report's scope.
    line_unit: str | None = None
    procedure: str | None = None
    #: The channel by which they were filed; None for every one.
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A dossier as it stood at the end of the period, without its contents."""

    id: UUID
    code: str
    procedure: str
    procedure_name: str
    #: The handling unit.
    unit: str
    unit_name: str
    accepted_at: datetime
    #: The legal due date that held then.
    due: datetime | None
    #: What the applicant had been told.
    promised: datetime | None
    #: When the result became ready, or the dossier was closed; None while it was open.
    finished_at: datetime | None
    #: Where it stood.
    column: Column
    #: Since when it had been late, before its term began anew too; None where it was not.
    late_since: datetime | None
    #: Begin and end of its lateness under the date that held then; None where that had not passed.
    lateness: tuple[datetime, datetime] | None
    #: Since when and why its clock stood still; None where it ran.
    still: Still | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of the dossiers behind a figure, and the number of all."""

    page: Page[Counted]
    number: int
    #: Those among them of which the reader is told the number alone.
    counted_only: int


async def dossiers(
    db: Database,
    period_from: date,
    period_to: date,
    cell: Cell,
    *,
    at: datetime,
    unit: str | None = None,
    part: lateness.Part = lateness.Part.HANDLING,
    scope: tracking.Scope | None = None,
    after: str | None = None,
    limit: int | None = 50,
) -> Listed:
    """The dossiers that a figure of the report counts, by when they were accepted.

    The report covers `unit` and the units below it by their part in the dossiers; None for all.
    Left out is what a scope has the number of alone; without one, as for an operator, nothing. Raises BadPeriod, BadCursor.
    """
    start, end = lateness.bounds(period_from, period_to, at)
    end = min(end, at)
    chosen = Conditions()
    for given in (start, end, unit):
        chosen.given(given)
    chosen.add("came = {}" if cell.column in CAME else "went = {}", cell.column.value)
    chosen.equal("unit", cell.line_unit)
    chosen.equal("procedure_code", cell.procedure)
    chosen.equal("entry_channel", cell.channel)
    sql = _DOSSIERS[part].replace("{chosen}", str(chosen))
    asked, counted = Conditions(), "false"
    asked.parameters = chosen.parameters
    if scope is not None:
        counted = tracking.counts_sql("chosen", *map(asked.given, scope.kept_back))
        asked.add(f"not {counted}")
    asked.behind("accepted_at, id", KEYS.values(after))
    most = asked.given(None if limit is None else limit + 1)
    sql = sql.format(conditions=asked, limit=most, counted=counted)
    # One row tells the numbers also where none is listed.
    rows = await db.rows(sql, asked.parameters)
    told = [row for row in rows if row.id is not None]
    page = pagination.cut(told, limit, KEYS, lambda row: _counted(row, end))
    return Listed(page, rows[0].number, rows[0].counted)


def _counted(row: Any, end: datetime) -> Counted:
    given = {name: row[name] for name in _TOLD}
    column = Column(row.went)
    late = column in (Column.LATE, Column.OPEN_OVERDUE)
    # A clock that stands still at the end counts no lateness from there on.
    still = row.still_since and Still.of(row.still_since, row.still_source)
    until = row.finished_at or row.still_since or end
    passed = (row.due, until) if late and row.due and row.due < until else None
    since = (row.late_since or row.due) if late else None
    return Counted(**given, column=column, late_since=since, lateness=passed, still=still)


_TOLD = (
    *("id", "code", "procedure", "procedure_name", "unit", "unit_name", "accepted_at"),
    *("due", "promised", "finished_at"),
)
_DOSSIERS = {part: lateness.statement("lateness_dossiers", part) for part in lateness.Part}
