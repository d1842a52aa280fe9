"""Evaluation sheets of units by period: computed figures and marks by hand (S-22)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.coordination import asking, checks, indicators, refusals
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.coordination.documents import DAY
from hoso_workflows.coordination.indicators import Figure, Group, Indicator
from hoso_workflows.organisation import administration
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, OPEN, MARK, FINISH = (
    "list_evaluations",
    "open_evaluation",
    "mark_evaluation",
    "finalise_evaluation",
)
SHEETS = Keyset("evaluation", period_to=DAY, id=pagination.IDENTITY)
#: The longest period of a sheet, in days.
MOST = 366


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was given by hand."""

    points: Decimal
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator on a sheet, with its figure and its mark by hand."""

    indicator: Indicator
    figure: Figure
    mark: Mark | None

    @property
    def points(self) -> Decimal | None:
        """The points that count. None for an indicator that is left out."""
        return self.mark.points if self.mark else self.figure.points


@dataclass(frozen=True, slots=True)
class Sheet:
    """The evaluation of a unit in a period."""

    id: UUID
    unit: str
    unit_name: str
    period_from: date
    period_to: date
    figures: Mapping[str, Figure]
    computed_at: datetime
    opened_by: str
    final_at: datetime | None
    final_by: str | None
    marks: Mapping[str, Mark]

    def lines(self, group: Group) -> tuple[Line, ...]:
        """The indicators of a group, in their order."""
        return tuple(
            Line(each, self.figures.get(each.name, Figure()), self.marks.get(each.name))
            for each in indicators.INDICATORS
            if each.group is group
        )

    def counted(self, group: Group) -> int:
        """Number of indicators of a group that have points."""
        return sum(each.points is not None for each in self.lines(group))

    def total(self, group: Group) -> Decimal:
        """The sum of a group, without the indicators that have no points."""
        return sum((each.points for each in self.lines(group) if each.points is not None), Decimal(0))

    @property
    def grade(self) -> str | None:
        """The grade of the nine indices. None while one of them has no points."""
        return indicators.grade(self.total(Group.CIRCULAR), self.counted(Group.CIRCULAR))


async def open_sheet(db: Database, unit: str, first: date, last: date, asked: Asked) -> Sheet:
    """Open the sheet of a unit and a period, or count its figures anew.

    Raises FormRefused for a period that is none or has not begun, SheetFinal, NotFound, Forbidden.
    """
    async with asking.acting(db, OPEN, unit, asked) as tx:
        whole, begun = first <= last < first + timedelta(days=MOST), first <= localtime.local_date(asked.at)
        checks.require(
            checks.that(whole, "period_to", say("is no period of a sheet")),
            checks.that(begun, "period_from", say("has not begun")),
        )
        figures = await _counted(tx, unit, first, last)
        given = [unit, first, last, figures, asked.at, asked.by]
        rows = await tx.rows(_OPEN, given)
        if not rows:
            raise refusals.SheetFinal(unit)
        said = {"unit": unit, "from": first.isoformat(), "last_day": last.isoformat()}
        await _record(tx, "evaluation_opened", rows[0].id, unit, asked, **said)
        return await _one(tx, rows[0].id)


async def mark(
    db: Database, sheet: UUID, indicator: str, points: Decimal, reason: str, asked: Asked
) -> Sheet:
    """Give an indicator a mark by hand. It goes before the points of the data.

    Raises FormRefused, SheetFinal, NotFound, Forbidden.
    """
    known = indicators.BY_NAME.get(indicator)
    if known is None:
        raise errors.NotFound("indicator", indicator)
    before = await _one(db, sheet)
    async with asking.acting(db, MARK, before.unit, asked) as tx:
        checks.said(reason=reason)
        outside = say("lies outside of 0 to {most}", most=known.most)
        checks.require(checks.that(0 <= points <= known.most, "points", outside))
        await _still_open(tx, before)
        if (stood := before.marks.get(indicator)) and (stood.points, stood.reason) == (points, reason):
            return before
        await tx.rows(_MARK, [sheet, indicator, points, reason, asked.by, asked.at])
        said = {"unit": before.unit, "indicator": indicator, "points": str(points), "reason": reason}
        await _record(tx, "evaluation_marked", sheet, before.unit, asked, **said)
        return await _one(tx, sheet)


async def finalise(db: Database, sheet: UUID, asked: Asked) -> Sheet:
    """Count the figures a last time and make a sheet final. Raises SheetFinal, NotFound, Forbidden, and FormRefused before its period is over."""
    before = await _one(db, sheet)
    async with asking.acting(db, FINISH, before.unit, asked) as tx:
        over = before.period_to < localtime.local_date(asked.at)
        checks.require(checks.that(over, "period_to", say("is not over")))
        await _still_open(tx, before)
        figures = await _counted(tx, before.unit, before.period_from, before.period_to)
        await tx.rows(_FINISH, [sheet, figures, asked.at, asked.by])
        found = await _one(tx, sheet)
        said = {"unit": before.unit, **{str(group): str(found.total(group)) for group in Group}}
        await _record(tx, "evaluation_final", sheet, before.unit, asked, **said)
        return found


async def read(
    db: Database, asked: Asked, *, unit: str | None = None, limit: int = 50, after: str | None = None
) -> Page[Sheet]:
    """One page of the sheets of the reader's units, the newest period first. Raises Forbidden, NotFound, BadCursor."""
    units = await asking.reached(db, LIST, unit, asked)
    return await listed(db, units, limit=limit, after=after)


async def listed(
    db: Database, units: Sequence[str] | None, *, limit: int = 50, after: str | None = None
) -> Page[Sheet]:
    """One page of the sheets of these units, of all without any. Raises BadCursor."""
    wanted = Conditions()
    wanted.equal("s.unit_code", None if units is None else list(units))
    wanted.behind("s.period_to, s.id", SHEETS.values(after), falling=True)
    found = await pagination.page(db, _LISTED, wanted, SHEETS, limit=limit, item=_bare)
    return replace(found, items=tuple(await _whole(db, found.items)))


async def one(db: Database, sheet: UUID, asked: Asked) -> Sheet:
    """A sheet of the reader's units. Raises NotFound for one of others as well."""
    found = await _one(db, sheet)
    try:
        await asking.reached(db, LIST, found.unit, asked)
    except errors.Forbidden as forbidden:
        raise errors.NotFound("evaluation sheet", sheet) from forbidden
    return found


async def _counted(tx: Transaction, unit: str, first: date, last: date) -> dict[str, Any]:
    ends = localtime.begins(last + timedelta(days=1))
    found = await indicators.computed(tx, unit, localtime.begins(first), ends)
    return {name: figure.stored() for name, figure in found.items()}


async def _still_open(tx: Transaction, sheet: Sheet) -> None:
    (row,) = await tx.rows("select final_at from evaluation_sheet where id = $1 for update", [sheet.id])
    if row.final_at is not None:
        raise refusals.SheetFinal(sheet.unit)


async def _record(tx: Transaction, kind: str, sheet: UUID, unit: str, asked: Asked, /, **said: str) -> None:
    await administration.record_of(tx, unit, kind, str(sheet), asked.author, asked.at, **said)


async def _one(asked: Database | Transaction, sheet: UUID) -> Sheet:
    rows = await asked.rows(_LISTED.format(conditions="s.id = $1", limit=1), [sheet])
    if not rows:
        raise errors.NotFound("evaluation sheet", sheet)
    (found,) = await _whole(asked, [_bare(rows[0])])
    return found


def _bare(row: Any) -> Sheet:
    figures = {name: Figure.read(each) for name, each in row.figures.items()}
    return Sheet(
        row.id,
        row.unit_code,
        row.unit_name,
        row.period_from,
        row.period_to,
        figures,
        row.computed_at,
        row.opened_by,
        row.final_at,
        row.final_by,
        {},
    )


async def _whole(asked: Database | Transaction, found: Sequence[Sheet]) -> list[Sheet]:
    rows = await asked.rows(_MARKS, [[each.id for each in found]])
    return [
        replace(each, marks={row.indicator: Mark(*tuple(row)[2:]) for row in rows if row.sheet_id == each.id})
        for each in found
    ]


_LISTED = """
select s.id, s.unit_code, u.name as unit_name, s.period_from, s.period_to, s.figures, s.computed_at, p.name as opened_by, s.final_at,
  f.name as final_by
from evaluation_sheet s join unit u on u.code = s.unit_code join principal p on p.id = s.opened_by
left join principal f on f.id = s.final_by
where {conditions}
order by s.period_to desc, s.id desc limit {limit}
"""
_MARKS = """
select m.sheet_id, m.indicator, m.points, m.reason, p.name, m.at from evaluation_mark m join principal p on p.id = m.by
where m.sheet_id = any($1::uuid[])
"""
#: $1 unit, $2 first and $3 last day, $4 figures, $5 now, $6 by whom. Nothing comes back of one that is final.
_OPEN = """
insert into evaluation_sheet (unit_code, period_from, period_to, figures, computed_at, opened_by, opened_at)
values ($1, $2, $3, $4::jsonb, $5, $6, $5)
on conflict (unit_code, period_from, period_to) do update set figures = excluded.figures, computed_at = excluded.computed_at
where evaluation_sheet.final_at is null
returning id
"""
_MARK = """
insert into evaluation_mark (sheet_id, indicator, points, reason, by, at) values ($1, $2, $3, $4, $5, $6)
on conflict (sheet_id, indicator) do update
set points = excluded.points, reason = excluded.reason, by = excluded.by, at = excluded.at
"""
_FINISH = """
update evaluation_sheet set figures = $2::jsonb, computed_at = $3, final_at = $3, final_by = $4 where id = $1
"""
