"""Counts of a worklist by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows.clock import work_by
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import Conditions

#: The largest groups that an answer shows; the total counts all.
MOST = 200


class Grouping(StrEnum):
    """Groupings of tasks."""

    #: How far the date to work by is away.
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

    What stands still is open, and neither due nor overdue.
    """
    asked = Conditions("u.status = 'open'")
    asked.equal("u.unit_code", unit)
    key = work_by.SPAN.format(*map(asked.given, work_by.bounds(at)))
    rows = await db.rows(_LOADS.format(key=key, conditions=asked), asked.parameters)
    return tuple(Load(**row) for row in rows)


async def count(
    db: Database, by: Grouping, wanted: TaskFilter, *, reader: UUID, at: datetime
) -> dict[str, Any]:
    """Count the tasks of a reader's worklist by group, the largest first.

    By due date a group is a `work_by.Span`. Raises Forbidden for an unknown principal.
    """
    rights = await permissions.held(db, reader, at)
    units, pairs = permissions.worklist_scope(rights, wanted.unit, wanted.role, "count_user_tasks")
    asked = worklist.narrowing(wanted, reader, at)
    bounds = map(asked.given, work_by.bounds(at))
    key = work_by.SPAN.format(*bounds) if by is Grouping.DUE else _KEYS[by]
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
