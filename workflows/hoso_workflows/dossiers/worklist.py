"""The tasks that a reader may work on or oversees: one's own roles, those of the officers one stands in for, whole units
for their heads and the desk. Those due first come first, those without a limit last; pages go on from a place.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_calendar.messages import say
from hoso_models import TaskStatus
from hoso_models.storage.database import Database
from hoso_models.tables import task
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions


class BadCursor(errors.Refusal):
    """The place in the list that the request names was not given out by us."""

    slug = "bad-cursor"
    remedy = "Send `after` exactly as the page before it gave it, or leave it out for the first page."

    def __init__(self, cursor: str) -> None:
        super().__init__(say("{cursor!r} is no place in this list.", cursor=cursor))
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and where the next one begins; None at the end."""

    items: list[dict[str, Any]]
    after: str | None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks; None does not narrow."""

    unit: str | None = None
    role: str | None = None
    assignee: UUID | None = None
    #: The dossier's reference or code.
    dossier: str | None = None
    status: TaskStatus = TaskStatus.OPEN
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ended: behind a task with its limit, None for one without."""

    due: datetime | None
    id: UUID

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.due, str(self.id)])).decode().rstrip("=")

    @classmethod
    def parse(cls, cursor: str) -> "_Place":
        """The place that `str` wrote down. Raises BadCursor."""
        try:
            due, last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            place = cls(datetime.fromisoformat(due) if due else None, UUID(last))
            if place.due and place.due.utcoffset() is None:
                raise BadCursor(cursor)
            return cls(place.due and place.due.astimezone(UTC), place.id)
        except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error):
            raise BadCursor(cursor) from None


async def search(
    db: Database, wanted: TaskFilter, *, reader: UUID, at: datetime, limit: int = 50, after: str | None = None
) -> Page:
    """One page of the tasks that are wanted. Raises Forbidden for who is nobody, BadCursor."""
    place = _Place.parse(after) if after else None
    rights = await permissions.held(db, reader, at)
    asked = _Asked(wanted, place, limit + 1)
    sql = asked.sql(*permissions.worklist(rights, wanted.unit, wanted.role))
    rows = await db.rows(sql, asked.parameters) if sql else ()
    last = _Place(rows[limit - 1].due_shown, rows[limit - 1].id) if len(rows) > limit else None
    return Page([item(row) for row in rows[:limit]], str(last) if last else None)


def item(row: Any) -> dict[str, Any]:
    """A task as lists show it, from the columns of `COLUMNS`."""
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


class _Asked:
    """One search in SQL: only what narrows is written down, so that each shape has a plan that walks an index."""

    def __init__(self, wanted: TaskFilter, place: _Place | None, limit: int) -> None:
        self.parameters: list[Any] = []
        self._wanted = wanted
        self._place = place
        self._limit = self._given(limit)
        self._conditions = list(self._narrowing())

    def sql(self, units: Sequence[str], pairs: Sequence[tuple[str, str]]) -> str | None:
        """The statement for these units and pairs; None when there is nowhere to look."""
        sources = []
        if units:
            sources.append(self._of_units(f"unnest({self._given(units)}::text[])"))
        if pairs:
            names, roles = (self._given(list(each)) for each in zip(*pairs, strict=True))
            sources.append(
                self._each(
                    f"unnest({names}::text[], {roles}::text[]) as place(unit, role)", "u.role = place.role"
                )
            )
        branches = [branch for source in sources for branch in source]
        return _FOUND.format(branches="\nunion all\n".join(branches), limit=self._limit) if branches else None

    def _given(self, value: Any) -> str:
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def _narrowing(self) -> Iterator[str]:
        wanted = self._wanted
        # The word itself, not a parameter: only so the partial indexes of open tasks serve.
        yield f"u.status = '{wanted.status.value}'"
        if wanted.assignee is not None:
            yield f"u.assignee_id = {self._given(wanted.assignee)}"
        if wanted.dossier is not None:
            key = self._given(wanted.dossier)
            yield f"u.dossier_id in (select id from dossier where reference = {key} or code = {key})"  # noqa: S608 - placeholders only
        if wanted.due_before is not None:
            yield f"u.due_shown < {self._given(wanted.due_before)}"

    def _of_units(self, units: str) -> list[str]:
        """All tasks of units: those of one officer and open ones have indexes of their own, the many others one by role alone."""
        if self._wanted.status is TaskStatus.OPEN or self._wanted.assignee is not None:
            return self._each(f"{units} as place(unit)")
        return self._each(f"{_ROLES.format(units=units)} as place", "u.role = place.role")

    def _each(self, places: str, *more: str) -> list[str]:
        """Tasks with a limit, then those without: each part walks its index from the place on."""
        place, parts = self._place, []
        if place is None or place.due is not None:
            behind = (
                [f"(u.due_shown, u.id) > ({self._given(place.due)}, {self._given(place.id)})"]
                if place
                else []
            )
            parts.append(self._part(places, [*more, "u.due_shown is not null", *behind]))
        if self._wanted.due_before is None:
            behind = [f"u.id > {self._given(place.id)}"] if place and place.due is None else []
            parts.append(self._part(places, [*more, "u.due_shown is null", *behind]))
        return parts

    def _part(self, places: str, more: list[str]) -> str:
        conditions = " and ".join(("u.unit_code = place.unit", *self._conditions, *more))
        return _PART.format(places=places, conditions=conditions, limit=self._limit)


COLUMNS = """
t.id, t.name, t.element, t.role, t.unit_code, t.assignee_id, t.milestone, t.outcomes, t.form, t.opened_at, t.due_shown,
t.due_plan, t.kind, d.reference, d.code, d.procedure_code,
(select a.name from principal a where a.id = t.assignee_id) as assignee_name
"""
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
_FOUND = f"""
select {COLUMNS}
from (select * from ({{branches}}) found order by due_shown, id limit {{limit}}) place
join lateral (select * from user_task where id = place.id limit 1) t on true
join dossier d on d.id = t.dossier_id
order by t.due_shown, t.id
"""  # noqa: S608 - fixed text of this module
