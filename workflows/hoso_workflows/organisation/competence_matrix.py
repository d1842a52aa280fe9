"""Matrix of competences: procedures and fields with the units of each part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import pagination
from hoso_workflows.pagination import Conditions, Keyset, Page

#: Procedures by code, then fields by name.
SUBJECTS = Keyset("tq", place=pagination.TEXT)


@dataclass(frozen=True, slots=True)
class Entry:
    """A competence of a unit; on the day it holds or will."""

    id: UUID
    part: str
    unit: str
    unit_name: str
    area: str | None
    case: str | None
    valid_from: date
    #: The last day, included; None while no end is set.
    valid_to: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A procedure, or a field of procedures, with its competences."""

    procedure: str | None
    field: str | None
    #: As the newest version names the procedure; None without one.
    name: str | None
    #: True for a procedure of which a version is in force.
    active: bool
    #: By part.
    entries: Mapping[str, Sequence[Entry]]


async def page(
    db: Database,
    day: date,
    *,
    procedure: str | None = None,
    unit: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Subject]:
    """One page of procedures and fields with their competences, of the day and later.

    Procedures in force are there without any. `unit` leaves those in which the unit has a part. Raises BadCursor.
    """
    asked = Conditions()
    asked.equal("s.procedure", procedure)
    if unit is not None:
        asked.add(_OF_UNIT, unit, day)
    asked.behind('s.place collate "C"', SUBJECTS.values(after))
    sql = _SUBJECTS.replace("{day}", asked.given(day))
    found = await pagination.page(db, sql, asked, SUBJECTS, limit=limit, item=tuple)
    entries = await _entries(db, day, found.items)
    return Page(tuple(_subject(row, entries) for row in found.items), found.after)


async def _entries(
    db: Database, day: date, rows: Sequence[tuple[Any, ...]]
) -> Mapping[tuple[str | None, str | None], list[Any]]:
    procedures, fields = [row[0] for row in rows if row[0]], [row[1] for row in rows if row[1]]
    found: dict[tuple[str | None, str | None], list[Any]] = {}
    for row in await db.rows(_ENTRIES, [day, procedures, fields]):
        found.setdefault((row.procedure_code, row.field), []).append(row)
    return found


def _subject(row: tuple[Any, ...], entries: Mapping[tuple[str | None, str | None], list[Any]]) -> Subject:
    procedure, field, name, active, _ = row
    parts: dict[str, list[Entry]] = {}
    for each in entries.get((procedure, field), ()):
        parts.setdefault(each.part, []).append(
            Entry(
                UUID(int=each.id.int),
                each.part,
                each.unit_code,
                each.unit_name,
                each.area_code,
                each.case_id,
                each.valid_from,
                each.valid_to,
                each.basis,
            )
        )
    return Subject(procedure, field, name, active, parts)


_OF_UNIT = """exists (select from competence c where c.unit_code = {0} and coalesce(c.valid_to, 'infinity') >= {1}::date
  and (c.procedure_code = s.procedure or c.field = s.field))"""
#: {day} the local date.
_SUBJECTS = """
with subject as (
  select procedure_code as procedure, null::text as field from workflow_version where status = 'active'
  union
  select procedure_code, field from competence where coalesce(valid_to, 'infinity') >= {day}::date
), s as (
  select procedure, field, coalesce('1 ' || procedure, '2 ' || field) as place from subject
)
select s.procedure, s.field,
  (select v.name from workflow_version v where v.procedure_code = s.procedure order by v.number desc limit 1) as name,
  exists (select from workflow_version v where v.procedure_code = s.procedure and v.status = 'active') as active, s.place
from s where {conditions} order by s.place collate "C" limit {limit}
"""
#: $1 local date, $2 procedures, $3 fields.
_ENTRIES = """
select c.id, c.procedure_code, c.field, c.part, c.unit_code, u.name as unit_name, c.area_code, c.case_id, c.valid_from, c.valid_to, c.basis
from competence c join unit u on u.code = c.unit_code
where coalesce(c.valid_to, 'infinity') >= $1::date and c.valid_to is distinct from c.valid_from - 1
  and (c.procedure_code = any($2::text[]) or c.field = any($3::text[]))
order by c.valid_from, c.unit_code, c.id
"""
