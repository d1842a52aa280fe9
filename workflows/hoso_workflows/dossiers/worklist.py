"""Worklist: the tasks that a reader may work on or supervises.

Tasks of the reader's own roles, of the officers they substitute, and of whole units for their heads and the desk. Sorted by the
date to work by, what stands still last; by priority and then so; or by when they were opened.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, FromClause, column, func, literal_column, select, text, true
from sqlalchemy.dialects.postgresql import JSONB

from hoso_models import Dossier, OfficerTask, Party, Principal, TaskStatus, UserTask, WorkflowVersion
from hoso_models.storage.compiled import compiled, table
from hoso_models.tables import task
from hoso_workflows import localtime, pagination
from hoso_workflows.clock import work_by
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.pagination import Conditions, Keyset, Page, Values

LIST = "search_user_tasks"


class Sort(StrEnum):
    """Orders of a worklist."""

    #: Those due first, then those that stand still.
    DUE = "due"
    #: Those that a head has put before others, then as by due date.
    PRIORITY = "priority"
    #: Those that were opened first.
    OPENED = "opened"


_DUE = pagination.optional(pagination.INSTANT)
_SETS: Mapping[Sort, Keyset] = {
    Sort.DUE: Keyset("task", due_shown=_DUE, id=pagination.IDENTITY),
    Sort.PRIORITY: Keyset("urgent", priority=pagination.NUMBER, due_shown=_DUE, id=pagination.IDENTITY),
    Sort.OPENED: Keyset("opened", opened_at=pagination.INSTANT, id=pagination.IDENTITY),
}
#: The columns of each order, those that fall with their word.
_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.DUE: ("due_shown", "id"),
    Sort.PRIORITY: ("priority desc", "due_shown", "id"),
    Sort.OPENED: ("opened_at", "id"),
}


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
    #: Only tasks past the date to work by.
    overdue: bool = False
    #: Only tasks that were opened after this instant.
    opened_after: datetime | None = None
    #: Only open tasks that nobody has taken.
    unassigned: bool = False
    procedure: str | None = None
    priority: int | None = None
    #: A part of the dossier's code or reference; of tasks that are not open the whole of it.
    text: str | None = None
    #: Only tasks that the reader wants to look at again by this local date.
    follow_up_by: date | None = None
    #: Only tasks that decide, which nobody else has taken.
    decides: bool = False
    #: Only tasks of officers for whom the reader acts today.
    acting: bool = False


async def search(
    service: DossierService,
    wanted: TaskFilter,
    *,
    reader: UUID,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
    sort: Sort = Sort.DUE,
    origin: Origin = WITHIN,
    act: str = LIST,
) -> Page[dict[str, Any]]:
    """One page of the tasks that match the filter.

    Its reading is logged by the same statement. Raises Forbidden for an unknown principal, BadCursor.
    """
    db, keyset = service.db, _SETS[sort]
    place = keyset.values(after)
    rights = await permissions.held(db, reader, at)
    question = _Question(wanted, place, limit + 1, reader, at, sort)
    sql = question.sql(*permissions.worklist_scope(rights, wanted.unit, wanted.role, act))
    reading = readings.of_list(rights, act, wanted.unit)
    subject = wanted.dossier or wanted.text or wanted.unit
    seen = readings.access(act, reader, subject, at, origin, reading=reading)
    if sql is None:
        await readings.record(db, seen, ())
        return pagination.cut((), limit, keyset, partial(item, at=at, questions={}))
    parameters = question.parameters
    if seen is not None:
        sql = access_log.around(sql, parameters, seen, ", ".join(_ORDERS[sort]), limit)
    rows = await db.rows(sql, parameters)
    return pagination.cut(rows, limit, keyset, partial(item, at=at, questions=await questions(service, rows)))


async def questions(service: DossierService, rows: Iterable[Any]) -> dict[UUID, str | None]:
    """Questions of the tasks that have outcomes, by their ids."""
    return {
        row["id"]: await service.reference_data.question(
            row["workflow_version_id"], row["case_id"], row["element"]
        )
        for row in rows
        if row["outcomes"]
    }


def item(row: Any, *, at: datetime, questions: Mapping[UUID, str | None]) -> dict[str, Any]:
    """A task as a worklist entry, from the columns of `shown` and its question."""
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
        "owner": str(row["owner_id"]) if row["owner_id"] else None,
        "milestone": row["milestone"],
        "question": questions.get(row["id"]),
        "outcomes": row["outcomes"],
        "form": row["form"],
        "opened_at": localtime.isoformat(row["opened_at"]),
        **work_by.document(row, at),
        "due_plan": localtime.isoformat(row["due_plan"]),
        "priority": row["priority"],
        "follow_up": row["follow_up_on"].isoformat() if row["follow_up_on"] else None,
        "dossier": {
            "reference": row["reference"],
            "code": row["code"],
            "procedure": row["procedure_code"],
            "procedure_name": row["procedure_name"],
            "late_since": localtime.isoformat(row["late_since"]),
            "applicant": row["applicant"],
        },
    }


class _Question:
    """One search as a statement of branches that each walk an index."""

    def __init__(
        self,
        wanted: TaskFilter,
        place: Values | None,
        limit: int,
        reader: UUID,
        at: datetime,
        sort: Sort = Sort.DUE,
    ) -> None:
        self._wanted, self._place, self._sort = wanted, place, sort
        self._conditions = narrowing(wanted, reader, at)
        self._limit = self._conditions.given(limit)
        self._reader = self._conditions.given(reader)

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
        if not branches:
            return None
        found = "\nunion all\n".join(branches)
        return _FOUND[self._sort].format(branches=found, limit=self._limit, reader=self._reader)

    def _of_units(self, units: str) -> Iterator[str]:
        """Branches for all tasks of units.

        Tasks of one officer and open tasks have their own indexes, all others an index by role.
        """
        if self._wanted.status is TaskStatus.OPEN or self._wanted.assignee is not None:
            return self._each(f"{units} as place(unit)")
        return self._each(f"{_ROLES.format(units=units)} as place", "u.role = place.role")

    def _each(self, places: str, *more: str) -> Iterator[str]:
        """Branches in this order, each from the cursor on."""
        match self._sort:
            case Sort.OPENED:
                opened = self._conditions.branch("u.unit_code = place.unit", *more)
                opened.behind("u.opened_at, u.id", self._place)
                yield self._part(places, opened)
            case Sort.PRIORITY:
                yield from self._urgent(places, *more)
                ordinary = self._place[1:] if self._place and not self._place[0] else None
                yield from self._by_due(places, ordinary, "u.priority = 0", *more)
            case Sort.DUE:
                yield from self._by_due(places, self._place, *more)

    def _urgent(self, places: str, *more: str) -> Iterator[str]:
        """The branch of urgent tasks. They are few, so that a place among them filters."""
        priority, due, last = self._place or (None, None, None)
        if priority == 0:
            return
        urgent = self._conditions.branch("u.unit_code = place.unit", *more, "u.priority > 0")
        if priority is not None:
            behind = (
                "(coalesce(u.due_shown, 'infinity'), u.id) > (coalesce({1}::timestamptz, 'infinity'), {2})"
            )
            urgent.add(f"u.priority <= {{0}} and (u.priority < {{0}} or {behind})", priority, due, last)
        yield self._part(places, urgent)

    def _by_due(self, places: str, place: Values | None, *more: str) -> Iterator[str]:
        """Branches for tasks with a date to work by, then those that stand still."""
        due, last = place or (None, None)
        if last is None or due is not None:
            limited = self._conditions.branch("u.unit_code = place.unit", *more, "u.due_shown is not null")
            limited.behind("u.due_shown, u.id", place)
            yield self._part(places, limited)
        if self._wanted.due_before is None and not self._wanted.overdue:
            free = self._conditions.branch("u.unit_code = place.unit", *more, "u.due_shown is null")
            free.behind("u.id", (last,) if last and due is None else None)
            yield self._part(places, free)

    def _part(self, places: str, conditions: Conditions) -> str:
        order = [f"u.{each}" for each in _ORDERS[self._sort]]
        columns = ", ".join(each.removesuffix(" desc") for each in order)
        return _PART.format(
            places=places, columns=columns, conditions=conditions, order=", ".join(order), limit=self._limit
        )


def narrowing(wanted: TaskFilter, reader: UUID, at: datetime) -> Conditions:
    """The filter's conditions on a task u, the same in every branch."""
    # The word itself, not a parameter: only so the partial indexes of open tasks serve.
    asked = Conditions(f"u.status = '{wanted.status.value}'")
    asked.equal("u.assignee_id", wanted.assignee)
    asked.equal("u.procedure_code", wanted.procedure)
    asked.equal("u.priority", wanted.priority)
    if wanted.unassigned:
        asked.add("u.assignee_id is null")
    if wanted.decides:
        asked.add("u.milestone = 'result'")
        asked.add("(u.assignee_id is null or u.assignee_id = {})", reader)
    if wanted.acting:
        asked.add(_ACTING, reader, localtime.local_date(at), at)
    if wanted.dossier is not None:
        asked.add(
            "u.dossier_id in (select id from dossier where reference = {0} or code = {0})", wanted.dossier
        )
    if wanted.text is not None:
        _of_text(asked, wanted.text, whole=wanted.status is not TaskStatus.OPEN)
    if wanted.due_before is not None:
        asked.add("u.due_shown < {}", wanted.due_before)
    if wanted.overdue:
        asked.add(work_by.OVERDUE, at)
    if wanted.opened_after is not None:
        asked.add("u.opened_at > {}", wanted.opened_after)
    if wanted.follow_up_by is not None:
        asked.add(
            "u.id in (select task_id from officer_task where principal_id = {} and follow_up_on <= {})",
            reader,
            wanted.follow_up_by,
        )
    return asked


def _of_text(asked: Conditions, text: str, *, whole: bool) -> None:
    """Add that the dossier's code or reference holds a text.

    Open tasks say themselves what their dossiers are found by; of others the whole is looked up.
    """
    if whole:
        asked.add("u.dossier_id in (select id from dossier where reference = {0} or code = {0})", text)
        return
    asked.add("strpos(u.found_by, {}) > 0", text.upper())


def shown(t: FromClause, d: FromClause, reader: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """The columns of a task t and its dossier d, for `item`.

    Whoever is listed a task works where it is done, and may read the dossier.
    """
    assignee, own = table(Principal).alias("a"), table(OfficerTask).alias("o")
    version, party = table(WorkflowVersion).alias("v"), table(Party).alias("pa")
    procedure = select(version.c.name).where(version.c.id == d.c.workflow_version_id)
    named = func.jsonb_build_object(text("'kind'"), party.c.kind, text("'name'"), party.c.name, type_=JSONB)
    applicant = select(named).where(party.c.id == d.c.applicant_id)
    name = select(assignee.c.name).where(assignee.c.id == t.c.assignee_id).scalar_subquery()
    follow_up = select(own.c.follow_up_on).where(own.c.task_id == t.c.id, own.c.principal_id == reader)
    return (
        *(t.c.id, t.c.name, t.c.element, t.c.kind, t.c.role, t.c.unit_code, t.c.assignee_id, t.c.milestone),
        *(t.c.outcomes, t.c.form, t.c.due_plan, t.c.priority, t.c.owner_id),
        *(t.c[name] for name in work_by.COLUMNS),
        literal_column(work_by.STILL, JSONB).label("still"),
        literal_column(work_by.AWAITS_OWNER, Boolean).label("awaits_owner"),
        *(d.c.reference, d.c.code, d.c.procedure_code, d.c.late_since, d.c.workflow_version_id, d.c.case_id),
        procedure.scalar_subquery().label("procedure_name"),
        applicant.scalar_subquery().label("applicant"),
        name.label("assignee_name"),
        follow_up.scalar_subquery().label("follow_up_on"),
    )


def _found(sort: Sort) -> str:
    """The statement around the branches, which reads what a page shows."""
    names = [each.removesuffix(" desc") for each in _ORDERS[sort]]
    ordered = ", ".join(_ORDERS[sort])
    places = text(f"select * from ({{branches}}) found order by {ordered} limit {{limit}}")  # noqa: S608 - fixed text of this module
    place = places.columns(*(column(name) for name in names)).subquery("place")
    # Looked up one by one, however many the planner expects.
    tasks, d = table(UserTask), table(Dossier).alias("d")
    t = select(tasks).where(tasks.c.id == place.c.id).limit(literal_column("1")).lateral("t")
    sources = place.join(t, true()).join(d, d.c.id == t.c.dossier_id)
    order = [
        t.c[each.removesuffix(" desc")].desc() if each.endswith(" desc") else t.c[each]
        for each in _ORDERS[sort]
    ]
    reader: ColumnElement[Any] = literal_column("{reader}")
    return compiled(select(*shown(t, d, reader)).select_from(sources).order_by(*order))


#: The assignee is absent, and the reader acts for them in this place.
_ACTING = """exists (
  select from substitution s join principal a on a.id = s.principal_id
  where s.substitute_id = {} and s.principal_id = u.assignee_id and {} between s.valid_from and s.valid_to
    and (s.unit_code is null or s.unit_code = u.unit_code) and (s.role is null or s.role = u.role)
    and (a.closed_at is null or a.closed_at > {})
)"""
#: Ordered by the due date also where there is none: by the id alone, a planner that expects many such tasks would read the
#: whole table in the order of its ids. Only the place of each is read, all of it in the index; what a page shows, it looks up.
_PART = """
select t.* from {places} cross join lateral (
  select {columns} from user_task u where {conditions} order by {order} limit {limit}
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
_FOUND = {sort: _found(sort) for sort in Sort}
