"""Kinds of owed reports: periods, days covered and deadlines, with their validity."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import ReportPeriod
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import table

ENTER = "enter_report_kind"
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MONTHS = {ReportPeriod.QUARTER: 3, ReportPeriod.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Rule:
    """Days of a period's report. Months are counted from the first one of the period, which is 0."""

    period: ReportPeriod
    first_month: int
    first_day: int
    last_month: int
    last_day: int
    #: It is owed before this day.
    due_month: int
    due_day: int


@dataclass(frozen=True, slots=True)
class Window:
    """A period of a rule: name, days covered, and deadline."""

    key: str
    first: date
    #: Included.
    last: date
    due_before: date


@dataclass(frozen=True, slots=True)
class Kind(Rule):
    """A kind of owed report."""

    code: str
    name: str
    #: Days behind the deadline by which the consolidated report is owed.
    consolidate_days: int
    #: Units that owe it; empty for every topmost authority below the receiving unit that handles something.
    owing: tuple[str, ...]
    consolidating_unit: str
    receiving_unit: str
    valid_from: date
    valid_to: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Stored(Kind):
    """A kind that was entered."""

    id: UUID


def window(rule: Rule, day: date) -> Window:
    """The period of a rule in which a day lies."""
    months = _MONTHS[rule.period]
    begin = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    quarter = f"{begin.year}-Q{(begin.month + 2) // 3}"
    return Window(
        quarter if rule.period is ReportPeriod.QUARTER else str(begin.year),
        _day(begin, rule.first_month, rule.first_day),
        _day(begin, rule.last_month, rule.last_day),
        _day(begin, rule.due_month, rule.due_day),
    )


def windows(rule: Rule, first: date, last: date) -> Iterator[Window]:
    """The periods from that of one day to that of another."""
    day, months = first.replace(day=1), _MONTHS[rule.period]
    day = day.replace(month=(day.month - 1) // months * months + 1)
    while day <= last:
        yield window(rule, day)
        day = _day(day, months, 1)


def _day(begin: date, months: int, day: int) -> date:
    """A day of a month behind that of `begin`, at most the last one."""
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    return date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


async def enter(
    db: Database, kind: Kind, *, actor: UUID, at: datetime, operator: UUID | None = None
) -> Stored:
    """Enter a kind of owed report, from a day on. One of the same code that held before ends on the day before.

    By an administrator over the receiving unit. Raises Forbidden, NotFound, FormRefused.
    """
    _sensible(kind)
    for unit in (kind.consolidating_unit, kind.receiving_unit, *kind.owing):
        await permissions.existing_unit(db, unit)
    async with db.transaction() as tx:
        rights = await permissions.held(tx, actor, at)
        permissions.authorise_administration(
            rights.own() if operator else rights, [kind.receiving_unit], ENTER, table.ACTS[ENTER].says
        )
        author = Actor(operator or actor, actor if operator else None)
        await _follows(tx, kind)
        (row,) = await tx.rows(_ENTER, [*_values(kind), author.principal, at])
        await administration.record_of(
            tx, kind.receiving_unit, "report_kind_entered", str(row.id), author, at, **_said(kind)
        )
        return await one(tx, row.id)


def _said(kind: Kind) -> dict[str, Any]:
    """The kind as its event keeps it."""
    values = dict(zip(_COLUMNS, _values(kind), strict=True))
    days = {name: values.pop(name) for name in ("valid_from", "valid_to")}
    head = {name: values.pop(name) for name in ("code", "name", "basis")}
    return {**head, **{name: day and day.isoformat() for name, day in days.items()}, "rule": values}


async def _follows(tx: Transaction, kind: Kind) -> None:
    """End the kind of the same code that holds. Raises FormRefused for one that begins no later."""
    # Two who enter the first kind of a code at once find none to lock.
    await tx.rows("select pg_advisory_xact_lock(hashtextextended('report kinds', 0))")
    rows = await tx.rows(_STANDING, [kind.code])
    if rows and rows[0].valid_from >= kind.valid_from:
        late = say("a kind of this code holds from {day} on; name a later day", day=rows[0].valid_from)
        raise errors.FormRefused([errors.Fault("valid_from", late)])
    await tx.rows(_END, [kind.code, kind.valid_from])


def _sensible(kind: Kind) -> None:
    covered = window(kind, kind.valid_from)
    wrong = {
        "code": None if _CODE.fullmatch(kind.code) else say("small letters, digits and hyphens"),
        "name": None if kind.name.strip() else say("give it a name"),
        "basis": None if kind.basis.strip() else say("name the law or decision by which it is owed"),
        "valid_to": say("it ends before it begins")
        if kind.valid_to and kind.valid_to < kind.valid_from
        else None,
        "last_day": say("the period ends before it begins") if covered.last < covered.first else None,
        "due_day": say("it is due before its last day is over")
        if covered.due_before <= covered.last
        else None,
    }
    faults = [errors.Fault(name, why) for name, why in wrong.items() if why]
    if faults:
        raise errors.FormRefused(faults)


async def one(asked: Database | Transaction, kind: UUID) -> Stored:
    """A kind. Raises NotFound."""
    rows = await asked.rows(f"{_SELECT} where id = $1", [kind])
    if not rows:
        raise errors.NotFound("kind of report", kind)
    return stored(rows[0])


async def listed(asked: Database | Transaction) -> list[Stored]:
    """All kinds, by code and first day."""
    return [stored(row) for row in await asked.rows(f"{_SELECT} order by code, valid_from")]


def stored(row: Any) -> Stored:
    """The kind in a row."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    values |= {"period": ReportPeriod(row.period), "owing": tuple(row.owing)}
    return Stored(**values, id=row.id)


def _values(kind: Kind) -> list[Any]:
    return [
        list(value) if isinstance(value, tuple) else value
        for value in (getattr(kind, name) for name in _COLUMNS)
    ]


_COLUMNS = tuple(each.name for each in fields(Kind))
_SELECT = f"select id, {', '.join(_COLUMNS)} from report_kind"  # noqa: S608 - names of fields
_ENTER = f"""
insert into report_kind ({", ".join(_COLUMNS)}, entered_by, entered_at)
values ({", ".join(f"${place}" for place in range(1, len(_COLUMNS) + 3))}) returning id
"""  # noqa: S608 - names of fields
_STANDING = "select valid_from from report_kind where code = $1 order by valid_from desc limit 1"
_END = """
update report_kind set valid_to = $2::date - 1 where code = $1 and (valid_to is null or valid_to >= $2)
"""
