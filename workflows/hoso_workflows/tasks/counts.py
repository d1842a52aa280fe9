"""Counts of a worklist by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables import clock_stop
from hoso_workflows import localtime
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import Conditions

#: The largest groups that an answer shows; the total counts all.
MOST = 200


class Grouping(StrEnum):
    """Groupings of tasks."""

    #: How far the due date is away.
    DUE = "due"
    UNIT = "unit"
    ROLE = "role"
    ASSIGNEE = "assignee"
    PROCEDURE = "procedure"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Load:
    """The open tasks of an officer in a unit, or of nobody."""

    officer: UUID | None
    name: str | None
    open: int
    #: Due by the end of this local day and not yet overdue.
    today: int
    overdue: int


async def loads(db: Database, unit: str, *, at: datetime) -> tuple[Load, ...]:
    """The open tasks of a unit by who has taken them, the most first.

    What stands still as a whole is open, and neither due nor overdue.
    """
    asked = Conditions("u.status = 'open'")
    asked.equal("u.unit_code", unit)
    key = _DUE_KEY.format(*map(asked.given, _bounds(at)))
    rows = await db.rows(_LOADS.format(key=key, conditions=asked), asked.parameters)
    return tuple(Load(**row) for row in rows)


async def count(
    db: Database, by: Grouping, wanted: TaskFilter, *, reader: UUID, at: datetime
) -> dict[str, Any]:
    """Count the tasks of a reader's worklist by group, the largest first.

    By due date a group is `overdue`, `today`, `tomorrow`, `week` (the next seven days), `later`, `none`, or `still` where the
    dossier stands still as a whole. Raises Forbidden for an unknown principal.
    """
    rights = await permissions.held(db, reader, at)
    units, pairs = permissions.worklist_scope(rights, wanted.unit, wanted.role, "count_user_tasks")
    asked = worklist.narrowing(wanted, reader, at)
    key = _DUE_KEY.format(*map(asked.given, _bounds(at))) if by is Grouping.DUE else _KEYS[by]
    names, roles = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    places = {
        "units": asked.given(units),
        "names": asked.given(names),
        "roles": asked.given(roles),
    }
    name = _NAMES.get(by, "null::text")
    sql = _COUNTED.format(key=key, name=name, conditions=asked, most=asked.given(MOST), **places)
    rows = await db.rows(sql, asked.parameters)
    groups = [{"key": row.key, "name": row.name, "count": row.n} for row in rows]
    return {"by": by, "total": int(rows[0].total) if rows else 0, "groups": groups}


def _bounds(at: datetime) -> tuple[datetime, ...]:
    """The instant, and the ends of today, tomorrow, and seven days, in local time."""
    day = localtime.local_date(at)
    ends = (
        datetime.combine(day + timedelta(days=days), time.min, tzinfo=localtime.ZONE) for days in (1, 2, 7)
    )
    return at, *ends


_DUE_KEY = f"""case
  when {clock_stop.stands_still("u.dossier_id")} then 'still'
  when u.due_shown is null then 'none' when u.due_shown < {{}} then 'overdue' when u.due_shown < {{}} then 'today'
  when u.due_shown < {{}} then 'tomorrow' when u.due_shown < {{}} then 'week' else 'later' end"""
_KEYS: Mapping[Grouping, str] = {
    Grouping.UNIT: "u.unit_code",
    Grouping.ROLE: "u.role",
    Grouping.ASSIGNEE: "u.assignee_id::text",
    Grouping.PROCEDURE: "u.procedure_code",
    Grouping.PRIORITY: "u.priority::text",
}
#: The name of a group, each by a key of the table that it stands in.
_NAMES: Mapping[Grouping, str] = {
    Grouping.UNIT: "(select name from unit where code = c.key)",
    Grouping.ASSIGNEE: "(select name from principal where id = c.key::uuid)",
    Grouping.PROCEDURE: "(select name from workflow_version where procedure_code = c.key order by number desc limit 1)",
}
#: Whole units, and pairs of unit and role; no task is in both.
_COUNTED = """
with found as (
  select {key} as key from user_task u where u.unit_code = any({units}::text[]) and {conditions}
  union all
  select {key} as key from unnest({names}::text[], {roles}::text[]) as place(unit, role)
  join user_task u on u.unit_code = place.unit and u.role = place.role where {conditions}
), counted as (
  select key, count(*)::int as n, (sum(count(*)) over ())::int as total from found group by key
)
select c.key, c.n, c.total, {name} as name
from (select * from counted order by n desc, key limit {most}) c order by c.n desc, c.key
"""
_LOADS = """
select found.officer, (select name from principal where id = found.officer) as name, count(*)::int as open,
  (count(*) filter (where key = 'today'))::int as today, (count(*) filter (where key = 'overdue'))::int as overdue
from (select u.assignee_id as officer, {key} as key from user_task u where {conditions}) found
group by found.officer order by open desc, found.officer
"""
