"""Open incidents, damaged runs and files of all dossiers, those open longest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import pagination
from hoso_workflows.pagination import Conditions, Keyset, Page

OPEN = Keyset(since=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident that needs attention.

    A timer after which a run could not continue, an external task whose call failed, a run whose state is damaged, or a file.
    """

    #: That of the timer, task or file; of a damaged run or key that of its dossier.
    id: UUID
    reference: str
    #: None before acceptance.
    code: str | None
    procedure: str
    #: The element of the diagram; of what is stored `file` or `key`.
    element: str
    message: str
    #: Code of the unit that has to look.
    unit: str
    since: datetime
    #: True for a timer, which can be retried; a call is made again by its worker, a damaged run rebuilt.
    retryable: bool
    #: True for the failed call of a task, which is open under the incident's own id.
    call: bool


async def search(
    db: Database, units: Sequence[str] | None, *, limit: int = 50, after: str | None = None
) -> Page[Incident]:
    """One page of the open incidents of these units; None for all.

    An incident belongs to the unit that has to look at it and to the handling unit of its dossier.
    """
    asked = Conditions()
    if units is not None:
        asked.add(_OF_UNITS, list(units))
    asked.behind("i.since, i.id", OPEN.values(after))
    return await pagination.page(db, _OPEN, asked, OPEN, limit=limit, item=lambda row: Incident(**row))


async def count(db: Database, units: Sequence[str]) -> int:
    """The number of open incidents of these units."""
    counted = (
        f"select count(*) as n from ({_OPEN.format(conditions=_OF_UNITS.format('$1'), limit='all')}) open"  # noqa: S608 - fixed text of this module
    )
    (row,) = await db.rows(counted, [list(units)])
    return int(row.n)


def said(incident: Incident) -> dict[str, Any]:
    """An incident as lists show it."""
    return {
        "id": incident.id,
        "step": incident.element,
        "message": incident.message,
        "unit": incident.unit,
        "since": incident.since,
        "dossier": {
            "reference": incident.reference,
            "code": incident.code,
            "procedure": incident.procedure,
        },
    }


_OF_UNITS = "(i.unit = any({0}::text[]) or d.handling_unit = any({0}::text[]))"
_OPEN = """
select i.id, d.reference, d.code, d.procedure_code as procedure, i.element, i.message, i.unit, i.since,
  i.retryable, i.call
from (
  select o.id as dossier, i.*,
    not exists (select from user_task t where t.id = i.id)
      and not exists (select from damaged_run r where r.dossier_id = o.id) as retryable,
    exists (select from user_task t where t.id = i.id and t.status = 'open') as call
  from dossier o
  cross join lateral jsonb_to_recordset(o.incidents)
    as i(id uuid, element text, message text, unit text, since timestamptz)
  where o.incidents <> '[]'
  union all
  select o.id, o.id, r.element, r.message, o.handling_unit, r.since, false, false
  from damaged_run r join dossier o on o.id = r.dossier_id
  union all
  select o.id, f.id, case f.id when o.id then 'key' else 'file' end, f.message, o.handling_unit, f.since, false, false
  from damaged_file f join dossier o on o.id = f.dossier_id
) i
join dossier d on d.id = i.dossier
where {conditions}
order by i.since, i.id limit {limit}
"""
