"""Trees of units and areas, page by page; the open dossiers of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hoso_models import text_search
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import pagination
from hoso_workflows.pagination import Conditions, Keyset, Page

#: Units in the order of the tree, each before those below it.
TREE = Keyset("cay", path=pagination.TEXT)


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree."""

    code: str
    name: str
    kind: str
    level: str
    calendar: str
    valid_from: date
    #: The last day, included; None while no end is set.
    valid_to: date | None
    successor: str | None
    #: How many units stand above it.
    depth: int
    #: People with a role in it on the day.
    officers: int


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative area in the tree."""

    code: str
    name: str
    kind: str
    valid_from: date
    #: The last day, included; None while no end is set.
    valid_to: date | None
    successor: str | None
    #: How many areas stand above it.
    depth: int
    #: Units that name it as theirs.
    units: int


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Open dossiers of a procedure in which a unit has a part."""

    procedure: str
    part: str
    dossiers: int


async def tree(
    db: Database,
    day: date,
    *,
    text: str = "",
    closed: bool = False,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Branch]:
    """One page of the tree. Raises BadCursor.

    Units that ended before the day are left out unless `closed`; `text` is part of a code or, accents aside, of a name.
    """
    asked = Conditions()
    on = asked.given(day)
    if not closed:
        asked.add("coalesce(u.valid_to, 'infinity') >= {}", day)
    if text:
        asked.add("u.code = any({}::text[])", await _named(db, "unit", text))
    asked.behind('t.path collate "C"', TREE.values(after))
    sql = _TREE.replace("{day}", on)
    return await pagination.page(db, sql, asked, TREE, limit=limit, item=lambda row: Branch(*row[:10]))


async def areas(
    db: Database,
    *,
    on: date | None = None,
    text: str = "",
    limit: int | None = None,
    after: str | None = None,
) -> Page[Place]:
    """One page of the areas of a day or of all times. Raises BadCursor.

    `text` is part of a code or, accents aside, of a name.
    """
    asked = Conditions()
    if on is not None:
        asked.add("{} between a.valid_from and coalesce(a.valid_to, 'infinity')", on)
    if text:
        asked.add("a.code = any({}::text[])", await _named(db, "area", text))
    asked.behind('t.path collate "C"', TREE.values(after))
    return await pagination.page(db, _AREAS, asked, TREE, limit=limit, item=lambda row: Place(*row[:8]))


async def top(asked: Database | Transaction, day: date) -> tuple[str, str] | None:
    """Code and name of the unit at the top on a day.

    Where several are, a people's committee goes before others.
    """
    rows = await asked.rows(_TOP, [day])
    return (rows[0].code, rows[0].name) if rows else None


async def open_work(db: Database, unit: str) -> Sequence[OpenWork]:
    """The open dossiers of a unit by procedure and part."""
    return [OpenWork(*row) for row in await db.rows(_OPEN_WORK, [unit])]


async def _named(db: Database, table: Literal["unit", "area"], text: str) -> list[str]:
    """The codes of units or areas whose code or name contains a text."""
    code, name = text.casefold(), text_search.fold(text)
    return [
        row.code
        for row in await db.rows(f"select code, name from {table}")  # noqa: S608 - one of two names of our own
        if code in row.code.casefold() or (name and name in text_search.fold(row.name))
    ]


#: $1 the local date.
_TOP = """
select code, name from unit where parent_code is null and $1 between valid_from and coalesce(valid_to, 'infinity')
order by kind <> 'people_committee', valid_from, code limit 1
"""
#: A code has no space, so a path with spaces sorts before the siblings of its unit. {day} the local date.
_TREE = """
with recursive tree(code, path, depth) as (
  select code, code, 0 from unit where parent_code is null
  union all
  select u.code, t.path || ' ' || u.code, t.depth + 1 from tree t join unit u on u.parent_code = t.code
)
select u.code, u.name, u.kind, u.level, u.calendar, u.valid_from, u.valid_to, u.successor_code, t.depth,
  (select count(distinct r.principal_id)::int from role_assignment r where r.unit_code = u.code
    and {day}::date between r.valid_from and coalesce(r.valid_to, 'infinity')) as officers, t.path
from tree t join unit u on u.code = t.code
where {conditions} order by t.path collate "C" limit {limit}
"""
_AREAS = """
with recursive tree(code, path, depth) as (
  select code, code, 0 from area where parent_code is null
  union all
  select a.code, t.path || ' ' || a.code, t.depth + 1 from tree t join area a on a.parent_code = t.code
)
select a.code, a.name, a.kind, a.valid_from, a.valid_to, a.successor_code, t.depth,
  (select count(*)::int from unit u where u.area_code = a.code) as units, t.path
from tree t join area a on a.code = t.code
where {conditions} order by t.path collate "C" limit {limit}
"""
_OPEN_WORK = """
select d.procedure_code, p.part, count(*)::int
from dossier d cross join lateral (
  values ('receiving', d.receiving_unit), ('handling', d.handling_unit), ('deciding', d.deciding_unit)
) p(part, unit)
where d.closed_at is null and $1 in (d.receiving_unit, d.handling_unit, d.deciding_unit) and p.unit = $1
group by d.procedure_code, p.part order by d.procedure_code, p.part
"""
