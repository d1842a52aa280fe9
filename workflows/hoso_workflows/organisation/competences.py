"""Stored competences of units: candidates of a dossier, and their description."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hoso_models.storage.database import Database

_VALID = "between c.valid_from and coalesce(c.valid_to, 'infinity')"


def candidates_sql(procedure: str, field: str, day: str) -> str:
    """SQL of all competences for a procedure or its field on a date.

    One text for `competence.read`, in an order of its own, so that equal competences are equal whatever plan has read them: a
    scalar sub-select.
    """
    return f"""(select coalesce(string_agg(concat(c.part, E'\\t', c.unit_code, E'\\t', c.area_code, E'\\t', c.case_id, E'\\t',
      c.procedure_code is not null), E'\\n'
      order by c.part collate "C", c.unit_code collate "C", c.area_code collate "C", c.case_id collate "C", c.field collate "C"), '')
    from (select * from competence where procedure_code = {procedure}
      union all select * from competence where field = {field}) c
    where c.part <> 'publishing' and {day} {_VALID})"""  # noqa: S608 - fixed text of this module


def competent_sql(procedure: str, field: str, day: str, units: str) -> str:
    """SQL of the named units that are competent on a local date.

    As `part unit` in order, whatever case or area it is for: a scalar sub-select.
    """
    return f"""array(select c.part || ' ' || c.unit_code
    from (select * from competence where procedure_code = {procedure}
      union all select * from competence where field = {field}) c
    where c.unit_code = any({units}) and {day} {_VALID} order by c.part, c.unit_code)"""  # noqa: S608 - fixed text of this module


@dataclass(frozen=True, slots=True)
class Known:
    """A present or coming competence: where, for which case, from when, by what."""

    unit: str
    name: str
    area: str | None
    area_name: str | None
    case: str | None
    valid_from: date
    valid_to: date | None
    basis: str


async def known(
    db: Database, procedure: str, field: str | None, part: str, day: date, limit: int = 10
) -> Sequence[Known]:
    """The first present and coming competences for a part.

    Whatever the case and the place.
    """
    rows = await db.rows(_KNOWN, [procedure, field, part, day, limit])
    return [Known(*row) for row in rows]


_KNOWN = """
select u.code, u.name, a.code, a.name, c.case_id, c.valid_from, c.valid_to, c.basis
from competence c join unit u on u.code = c.unit_code
left join area a on a.code = coalesce(c.area_code, u.area_code)
where (c.procedure_code = $1 or c.field = $2::text) and c.part = $3 and coalesce(c.valid_to, 'infinity') >= $4::date
order by c.valid_from, u.code, a.code, c.case_id limit $5
"""
