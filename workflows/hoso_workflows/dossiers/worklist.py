"""Worklist: the tasks that a reader may work on or supervises.

Tasks of the reader's own roles, of the officers they substitute, and of whole units for their heads and the desk. Sorted by due
date, tasks without a limit last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, column, literal_column, select, text, true

from hoso_models import Dossier, Principal, TaskStatus, UserTask
from hoso_models.storage.compiled import compiled, table
from hoso_models.storage.database import Database
from hoso_models.tables import task
from hoso_workflows import localtime, pagination
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.pagination import Conditions, Keyset, Page, Values

LIST = "search_user_tasks"
TASKS = Keyset("task", due_shown=pagination.optional(pagination.INSTANT), id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Filter of a worklist search; a field that is None does not narrow it."""

    unit: str | None = None
    role: str | None = None
    assignee: UUID | None = None
    #: The dossier's reference or code.
    dossier: str | None = None
    status: TaskStatus = TaskStatus.OPEN
    due_before: datetime | None = None


async def search(
    db: Database,
    wanted: TaskFilter,
    *,
    reader: UUID,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[dict[str, Any]]:
    """One page of the tasks that match the filter.

    Its reading is logged by the same statement. Raises Forbidden for an unknown principal, BadCursor.
    """
    place = TASKS.values(after)
    rights = await permissions.held(db, reader, at)
    question = _Question(wanted, place, limit + 1)
    sql = question.sql(*permissions.worklist_scope(rights, wanted.unit, wanted.role))
    reading = readings.of_list(rights, "search_user_tasks", wanted.unit)
    seen = readings.access(LIST, reader, wanted.dossier or wanted.unit, at, origin, reading=reading)
    if sql is None:
        await readings.record(db, seen, ())
        return pagination.cut((), limit, TASKS, item)
    parameters = question.parameters
    if seen is not None:
        sql = access_log.around(sql, parameters, seen, "due_shown, id", limit)
    return pagination.cut(await db.rows(sql, parameters), limit, TASKS, item)


def item(row: Any) -> dict[str, Any]:
    """A task as a worklist entry, from the columns of `shown`."""
    # By key: a page reads a thousand columns, and a row's attributes cost five times as much.
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "step": row["element"],
        "kind": row["kind"],
        "role": row["role"],
        "unit": row["unit_code"],
        "assignee": str(row["assignee_id"]) if row["assignee_id"] else None,
        "assignee_name": row["assignee_name"],
        "milestone": row["milestone"],
        "outcomes": row["outcomes"],
        "form": row["form"],
        "opened_at": localtime.isoformat(row["opened_at"]),
        "due": localtime.isoformat(row["due_shown"]),
        "due_plan": localtime.isoformat(row["due_plan"]),
        "dossier": {"reference": row["reference"], "code": row["code"], "procedure": row["procedure_code"]},
    }


class _Question:
    """One search as a statement of branches that each walk an index."""

    def __init__(self, wanted: TaskFilter, place: Values | None, limit: int) -> None:
        self._wanted = wanted
        self._place = place
        self._conditions = _narrowing(wanted)
        self._limit = self._conditions.given(limit)

    @property
    def parameters(self) -> list[Any]:
        """The parameters of `sql`."""
        return self._conditions.parameters

    def sql(self, units: Sequence[str], pairs: Sequence[tuple[str, str]]) -> str | None:
        """The statement for these units and pairs; None if there is nothing to search."""
        given = self._conditions.given
        branches: list[str] = []
        if units:
            branches += self._of_units(f"unnest({given(units)}::text[])")
        if pairs:
            names, roles = (given(list(each)) for each in zip(*pairs, strict=True))
            places = f"unnest({names}::text[], {roles}::text[]) as place(unit, role)"
            branches += self._each(places, "u.role = place.role")
        return _FOUND.format(branches="\nunion all\n".join(branches), limit=self._limit) if branches else None

    def _of_units(self, units: str) -> Iterator[str]:
        """Branches for all tasks of units.

        Tasks of one officer and open tasks have their own indexes, all others an index by role.
        """
        if self._wanted.status is TaskStatus.OPEN or self._wanted.assignee is not None:
            return self._each(f"{units} as place(unit)")
        return self._each(f"{_ROLES.format(units=units)} as place", "u.role = place.role")

    def _each(self, places: str, *more: str) -> Iterator[str]:
        """Branches for tasks with a limit, then those without, each from the cursor on."""
        due, last = self._place or (None, None)
        if last is None or due is not None:
            limited = self._conditions.branch("u.unit_code = place.unit", *more, "u.due_shown is not null")
            limited.behind("u.due_shown, u.id", self._place)
            yield _PART.format(places=places, conditions=limited, limit=self._limit)
        if self._wanted.due_before is None:
            free = self._conditions.branch("u.unit_code = place.unit", *more, "u.due_shown is null")
            free.behind("u.id", (last,) if last and due is None else None)
            yield _PART.format(places=places, conditions=free, limit=self._limit)


def _narrowing(wanted: TaskFilter) -> Conditions:
    """The filter's conditions on a task u, the same in every branch."""
    # The word itself, not a parameter: only so the partial indexes of open tasks serve.
    asked = Conditions(f"u.status = '{wanted.status.value}'")
    asked.equal("u.assignee_id", wanted.assignee)
    if wanted.dossier is not None:
        asked.add(
            "u.dossier_id in (select id from dossier where reference = {0} or code = {0})", wanted.dossier
        )
    if wanted.due_before is not None:
        asked.add("u.due_shown < {}", wanted.due_before)
    return asked


def shown(t: FromClause, d: FromClause) -> tuple[ColumnElement[Any], ...]:
    """The columns of a task t and its dossier d, as `item` reads them."""
    assignee = table(Principal).alias("a")
    name = select(assignee.c.name).where(assignee.c.id == t.c.assignee_id).scalar_subquery()
    return (
        *(t.c.id, t.c.name, t.c.element, t.c.kind, t.c.role, t.c.unit_code, t.c.assignee_id, t.c.milestone),
        *(t.c.outcomes, t.c.form, t.c.opened_at, t.c.due_shown, t.c.due_plan),
        *(d.c.reference, d.c.code, d.c.procedure_code),
        name.label("assignee_name"),
    )


def _found() -> str:
    """The statement around the branches, which reads what a page shows."""
    places = text("select * from ({branches}) found order by due_shown, id limit {limit}")
    place = places.columns(column("due_shown"), column("id")).subquery("place")
    # Looked up one by one, however many the planner expects.
    tasks, d = table(UserTask), table(Dossier).alias("d")
    t = select(tasks).where(tasks.c.id == place.c.id).limit(literal_column("1")).lateral("t")
    sources = place.join(t, true()).join(d, d.c.id == t.c.dossier_id)
    return compiled(select(*shown(t, d)).select_from(sources).order_by(t.c.due_shown, t.c.id))


#: Ordered by the due date also where there is none: by the id alone, a planner that expects many such tasks would read the
#: whole table in the order of its ids. Only the place of each is read, all of it in the index; what a page shows, it looks up.
_PART = """
select t.* from {places} cross join lateral (
  select u.due_shown, u.id from user_task u where {conditions} order by u.due_shown, u.id limit {limit}
) t
"""
#: Each unit with the roles that have closed or lost a task there, found by jumps from one role to the next.
_ROLES = f"""(
  select w.unit, r.role from {{units}} as w(unit) cross join lateral (
    with recursive met(role) as (
      (select role from user_task where unit_code = w.unit and {task.DONE} order by role limit 1)
      union all
      select (select role from user_task where unit_code = w.unit and {task.DONE} and role > met.role order by role limit 1)
      from met where met.role is not null
    ) select role from met where role is not null
  ) r
)"""  # noqa: S608 - fixed text of this module
_FOUND = _found()
