"""Rows of the public list: entries with term, fees, and filing online."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hoso_models.storage.database import Database
from hoso_workflows.catalogue import comparison
from hoso_workflows.catalogue.reads import Found
from hoso_workflows.catalogue.values import Fee
from hoso_workflows.procedures import openings


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the public list."""

    entry: Found
    #: As the authority has published them; None and nothing where it has not.
    term: str | None
    fees: tuple[str, ...] | None
    #: True where it is declared here and takes new dossiers.
    online: bool


@dataclass(frozen=True, slots=True)
class Bare:
    """A procedure that is filed online here without an entry in the catalogue."""

    code: str
    name: str
    field: str


async def of(db: Database, found: Sequence[Found], day: date) -> list[Row]:
    """The rows of entries, in their order, on a local date."""
    if not found:
        return []
    codes, numbers = [each.code for each in found], [each.number for each in found]
    more = {row.code: row for row in await db.rows(_MORE, [codes, numbers, day])}
    return [
        Row(each, row.term or row.term_note, _fees(row.fees), row.online)
        for each in found
        for row in (more[each.code],)
    ]


async def bare(db: Database, day: date) -> list[Bare]:
    """The procedures in force that have no entry, by code.

    On a local date; 100 at most.
    """
    return [Bare(*row) for row in await db.rows(_BARE, [day])]


async def addresses(db: Database, day: date) -> Mapping[str, date]:
    """Every public procedure of a local date, with the first day of its entry."""
    return {row.code: row.since for row in await db.rows(_ADDRESSES, [day])}


def _fees(given: list[dict[str, object]] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(comparison.fee(Fee.model_validate(each)) for each in given)


#: A procedure in force on $3 whose last opening does not close it.
_ONLINE = f"""exists (select from workflow_version w where w.procedure_code = v.procedure_code and {openings.living_sql("w", "$3::date")})
    and coalesce(({openings.state_sql("v.procedure_code", "$3::date")} ->> 'open')::boolean, true)"""
_MORE = f"""
select v.procedure_code as code, v.items ->> 'term' as term, v.items ->> 'term_note' as term_note,
  nullif(v.items -> 'fees', 'null') as fees, {_ONLINE} as online
from unnest($1::text[], $2::int[]) as asked (code, number)
join procedure_entry_version v on v.procedure_code = asked.code and v.number = asked.number
"""  # noqa: S608 - fixed text of this module
_BARE = f"""
select distinct on (w.procedure_code) w.procedure_code as code, w.manifest ->> 'name' as name, w.manifest ->> 'field' as field
from workflow_version w
where {openings.living_sql("w", "$1::date")}
  and not exists (select from procedure_entry_search s where s.procedure_code = w.procedure_code)
order by w.procedure_code, w.status = 'approved' desc limit 100
"""  # noqa: S608 - fixed text of this module
_ADDRESSES = f"""
select s.procedure_code as code, s.valid_from as since from procedure_entry_search s
where not s.abolished and s.valid_from <= $1::date and (s.valid_until is null or $1::date < s.valid_until)
union all
select distinct w.procedure_code, null::date from workflow_version w
where {openings.living_sql("w", "$1::date")}
  and not exists (select from procedure_entry_search s where s.procedure_code = w.procedure_code)
order by 1
"""  # noqa: S608 - fixed text of this module
