"""Workload of each unit: open, due soon and overdue, above the overdue lists."""

from dataclasses import dataclass
from datetime import datetime

from hoso_models.storage.database import Database
from hoso_models.tables import dossier
from hoso_workflows.monitoring import overdue
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope


@dataclass(frozen=True, slots=True)
class UnitTotals:
    """One unit's line of the board."""

    code: str
    name: str
    #: Accepted and not resolved.
    open: int
    due_soon: int
    overdue: int
    overdue_steps: int
    #: Not accepted in time; none of them is among the open ones.
    overdue_receptions: int


async def totals(
    db: Database, calendars: overdue.Calendars, *, at: datetime, scope: Scope | None = None
) -> tuple[UnitTotals, ...]:
    """Totals by unit of what a scope follows, or of all; most overdue first.

    One line for each unit that has open dossiers, overdue steps or overdue receptions.
    """
    soon = overdue.soon_until(calendars, at)
    counted = [at, list(soon), list(soon.values())]
    rows = (
        await db.rows(_TOTALS, counted)
        if scope is None or scope.open
        else await db.planned_rows(_TOTALS_OF, [*counted, *scope.followed])
    )
    return tuple(UnitTotals(**row) for row in rows)


@dataclass(frozen=True, slots=True)
class LateStep:
    """A step at which tasks are late, with who holds them."""

    #: None where the reader is not told of it.
    step: str | None
    role: str
    #: None where nobody has taken them, or the reader is not told of it.
    officer_name: str | None
    tasks: int
    #: The due date of the one that is most late.
    since: datetime


@dataclass(frozen=True, slots=True)
class LateSteps:
    """Late steps by step and holder; those with most late tasks come first."""

    lines: tuple[LateStep, ...]
    #: Tasks of further steps and holders.
    rest: int


async def late_steps(
    db: Database, *, at: datetime, scope: Scope, unit: str | None = None, limit: int
) -> LateSteps:
    """Late steps of the units of a scope, or of one. Lines and rest are the overdue steps of the units' totals.

    Of officers who are not told of, a line is by role.
    """
    asked = [at, sorted(scope.units), sorted(scope.named), unit, limit, *scope.kept_back]
    rows = await db.planned_rows(_LATE_STEPS, asked)
    lines = tuple(LateStep(**{name: row[name] for name in LateStep.__slots__}) for row in rows)
    return LateSteps(lines, (rows[0].all if rows else 0) - sum(line.tasks for line in lines))


async def at_reception(db: Database, unit: str) -> int:
    """The number of dossiers that a receiving unit has neither accepted nor refused."""
    (row,) = await db.rows(_AT_RECEPTION, [unit])
    return int(row.waiting)


def _totals(*, narrowed: bool) -> str:
    """SQL of the totals by unit.

    $1 instant, $2 units, $3 for each of them the instant before which a due date is soon; with `narrowed`, $4 and $5 what a scope follows.
    """
    of = f" and {tracking.follows_sql('dossier', '$4', '$5')}" if narrowed else ""
    steps_of = " and t.unit_code = any($4::text[])" if narrowed else ""
    return f"""
with running as (
  select handling_unit as code, count(*) as open, count(*) filter (where due_legal < $1) as overdue,
    count(*) filter (where due_legal >= $1 and due_legal < soon.until) as due_soon
  from dossier left join unnest($2::text[], $3::timestamptz[]) as soon(unit, until) on soon.unit = handling_unit
  where {dossier.RUNNING}{of} group by handling_unit
), steps as (
  select t.unit_code as code, count(*) as overdue_steps
  from user_task t where {overdue.LIMITED_STEPS} and t.due_own < $1{steps_of} group by t.unit_code
), receptions as (
  select receiving_unit as code, count(*) as overdue_receptions
  from dossier where {dossier.AT_RECEPTION} and reception_due < $1{of} group by receiving_unit
)
select code, u.name, coalesce(open, 0) as open, coalesce(due_soon, 0) as due_soon, coalesce(overdue, 0) as overdue,
  coalesce(overdue_steps, 0) as overdue_steps, coalesce(overdue_receptions, 0) as overdue_receptions
from running full join steps using (code) full join receptions using (code) join unit u using (code)
order by overdue desc, overdue_steps desc, overdue_receptions desc, code
"""  # noqa: S608 - fixed text of this module


_TOTALS = _totals(narrowed=False)
_TOTALS_OF = _totals(narrowed=True)
#: $1 instant, $2 units of the scope, $3 those of whose officers it is told, $4 one unit or null, $5 limit, $6 $7 $8 cases that
#: are counted only.
_LATE_STEPS = f"""
select step, role, officer_name, count(*)::int as tasks, min(due_own) as since, (sum(count(*)) over ())::int as all
from (
  select t.role, t.due_own, case when told then t.name end as step, case when told then p.id end as officer,
    case when told then p.name end as officer_name
  from user_task t left join principal p on p.id = t.assignee_id cross join lateral (
    select t.unit_code = any($3::text[]) and not (cardinality($7::uuid[]) > 0
      and exists (select from dossier d where d.id = t.dossier_id and {tracking.counts_sql("d", "$6", "$7", "$8")})) as told) n
  where {overdue.LIMITED_STEPS} and t.due_own < $1 and t.unit_code = any($2::text[]) and t.unit_code = coalesce($4::text, t.unit_code)
) late
group by step, role, officer, officer_name order by tasks desc, since, step, officer limit $5
"""  # noqa: S608 - fixed text of this module
_AT_RECEPTION = f"""
select count(*)::int as waiting from dossier where {dossier.AT_RECEPTION} and receiving_unit = $1
"""  # noqa: S608 - fixed text of this module
