"""Reads of the access log, for those who watch over units and for applicants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, SEE = "list_access_log", "see_readers"
LINES = Keyset(id=pagination.LARGE_NUMBER)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the access log."""

    id: int
    at: datetime
    #: None for somebody who is not known.
    principal: UUID | None
    name: str | None
    act: str
    subject: str | None
    granted: bool
    unit: str | None
    #: The absent officer's name.
    on_behalf_of: str | None
    fields: str | None
    reason: str | None
    led_by: str | None
    #: Of a list: how many items, and the SHA-256 of their ids, in hexadecimal digits.
    count: int | None
    digest: str | None
    credential: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filter of the access log; what is None does not narrow it."""

    principal: UUID | None = None
    #: The reference or code of a dossier, the id of a person, the code of a unit.
    subject: str | None = None
    refused: bool | None = None
    #: Local days, the last one included.
    first: date | None = None
    last: date | None = None


async def search(
    db: Database, units: Sequence[str] | None, wanted: Wanted, *, limit: int = 50, after: str | None = None
) -> Page[Line]:
    """One page of the log, the newest first.

    It holds what the units' people did, and who read the units' dossiers. None is all.
    """
    asked = Conditions()
    if units is not None:
        asked.add(_OF_UNITS, list(units))
    asked.equal("l.principal_id", wanted.principal)
    if wanted.subject is not None:
        asked.add(_OF_SUBJECT, wanted.subject)
    asked.within("l.at", wanted.first, wanted.last)
    if wanted.refused is not None:
        asked.equal("l.granted", not wanted.refused)
    asked.behind("l.id", LINES.values(after), falling=True)
    return await pagination.page(db, _LINES, asked, LINES, limit=limit, item=_line)


async def read(
    db: Database,
    reader: UUID,
    wanted: Wanted,
    at: datetime,
    *,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[Line]:
    """One page for an administrator or auditor, of the units over which they are. It is logged like any read.

    Raises Forbidden.
    """
    narrowed = wanted.subject or (str(wanted.principal) if wanted.principal else None)
    async with readings.refusals(db, LIST, reader, narrowed, at, origin):
        rights = await permissions.held(db, reader, at)
        units = sorted(table.units(LIST, rights))
        if not units:
            offices = ", ".join(table.offices(LIST))
            raise errors.Forbidden(reader, "reading the access log", offices, None)
    page = await search(db, units, wanted, limit=limit, after=after)
    seen = readings.access(LIST, reader, narrowed, at, origin, reading=readings.of_list(rights, LIST))
    await readings.record(db, seen, [line.id for line in page.items])
    return page


def _line(row: Any) -> Line:
    digest = row.digest.hex() if row.digest else None
    return Line(**{**row, "digest": digest})


@dataclass(frozen=True, slots=True)
class Looked:
    """Reads of a dossier by one unit on one day for one reason."""

    day: date
    unit: str | None
    unit_name: str | None
    reason: str | None
    times: int


async def of_own_dossier(
    db: Database, key: str, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> list[Looked]:
    """Reads of an applicant's dossier by day, unit and reason, the newest first. No names.

    Raises NotFound, in the same words for whoever is not its applicant.
    """
    row = await db.row(_OWN, [key, reader])
    if row is None or not row.theirs or Relation.APPLICANT not in table.ACTS[SEE].who:
        await access_log.record_refusal(db, reader, SEE, row.reference if row else key, at, origin)
        raise errors.NotFound("dossier", key)
    rows = await db.rows(_LOOKED, [row.reference, localtime.ZONE.key, pagination.MOST])
    return [Looked(*each) for each in rows]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Reads of one of somebody's dossiers by one unit on one day."""

    day: date
    #: Code of the dossier, its reference before acceptance.
    key: str
    unit_name: str | None
    times: int


async def of_own_dossiers(db: Database, reader: UUID, *, limit: int = 50) -> list[LookedAt]:
    """The newest reads of all dossiers of an applicant, by day, dossier and unit. No names."""
    if Relation.APPLICANT not in table.ACTS[SEE].who:
        return []
    return [LookedAt(*each) for each in await db.rows(_LOOKED_AT, [reader, localtime.ZONE.key, limit])]


_OF_UNITS = """(l.unit_code = any({0}::text[])
  or exists (select 1 from role_assignment r where r.principal_id = l.principal_id and r.unit_code = any({0}::text[]))
  or exists (select 1 from dossier d where d.reference = l.subject
    and (d.handling_unit = any({0}::text[]) or d.receiving_unit = any({0}::text[]))))"""
#: What is read by the code of a dossier is kept under its reference.
_OF_SUBJECT = "l.subject = coalesce((select d.reference from dossier d where d.code = {0}::text), {0}::text)"
_LINES = """
select l.id, l.at, l.principal_id as principal, p.name, l.act, l.subject, l.granted, l.unit_code as unit,
  b.name as on_behalf_of, l.fields, l.reason, l.led_by, l.count, l.digest, l.credential, l.address
from access_log l left join principal p on p.id = l.principal_id left join principal b on b.id = l.on_behalf_of
where {conditions} order by l.id desc limit {limit}
"""
_OWN = f"""
select d.reference, (pa.principal_id = $2::uuid or {permissions.represented_sql("$2::uuid")}) as theirs
from dossier d join party pa on pa.id = d.applicant_id where d.reference = $1 or d.code = $1
"""  # noqa: S608 - fixed text of this module
#: $1 reference, $2 time zone, $3 at most.
_LOOKED = """
select (l.at at time zone $2)::date as day, l.unit_code, u.name, l.reason, count(*)::integer
from access_log l left join unit u on u.code = l.unit_code
where l.subject = $1 and l.granted and l.fields is not null
group by 1, 2, 3, 4 order by 1 desc, 2, 4 nulls first limit $3
"""
#: $1 applicant, $2 time zone, $3 at most.
_LOOKED_AT = """
select (l.at at time zone $2)::date as day, coalesce(d.code, d.reference), u.name, count(*)::integer
from party pa join dossier d on d.applicant_id = pa.id join access_log l on l.subject = d.reference
left join unit u on u.code = l.unit_code
where pa.principal_id = $1 and l.granted and l.fields is not null
group by 1, 2, 3 order by 1 desc, 2, 3 nulls first limit $3
"""
