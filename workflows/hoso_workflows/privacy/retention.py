"""Dossiers whose retention has ended, by the term that their procedure's law names.

It counts in calendar time from the local date on which the dossier closed. A case that names no term is kept: nothing is
destroyed by a rule that nobody has published.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import localtime
from hoso_workflows.dossiers.resolution.sql import MAY_ERASE
from hoso_workflows.procedures.reference_data import ReferenceData

#: The most dossiers of one list.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Rule:
    """The retention of a case in a version of its procedure."""

    version: UUID
    case: str
    #: As an interval of PostgreSQL.
    term: str


@dataclass(frozen=True, slots=True)
class Due:
    """A dossier whose retention has ended."""

    id: UUID
    reference: str
    code: str | None
    procedure: str
    unit: str
    closed_at: datetime
    #: The last local day on which it had to be kept.
    kept_until: date

    def to_json(self) -> dict[str, Any]:
        """JSON-safe, without the id."""
        return {
            "reference": self.reference,
            "code": self.code,
            "procedure": self.procedure,
            "unit": self.unit,
            "closed_at": localtime.isoformat(self.closed_at),
            "kept_until": self.kept_until.isoformat(),
        }


async def rules(db: Database, reference_data: ReferenceData) -> list[Rule]:
    """The retention of every case of which a closed dossier is stored."""
    found = []
    for row in await db.rows(_CASES):
        term = (await reference_data.version(row.version)).case(row.case_id).case.retention_term
        if term is not None:
            found.append(Rule(row.version, row.case_id, _interval(term)))
    return found


def _interval(term: wt.Term) -> str:
    return f"{int(term.amount)} {_UNITS[term.unit]}"


#: The units that the check of a package lets a retention have.
_UNITS = {
    wt.Unit.DAYS: "days",
    wt.Unit.WEEKS: "weeks",
    wt.Unit.MONTHS: "months",
    wt.Unit.YEARS: "years",
}


async def due(
    db: Database | Transaction, found: list[Rule], units: Collection[str], at: datetime, limit: int = MOST
) -> list[Due]:
    """Dossiers that these units handled and may destroy at `at`, those kept longest first.

    Without those under a hold, and without those on a list that is not rejected. One that was closed again behind its
    list is due by its new closing.
    """
    versions, cases = [rule.version for rule in found], [rule.case for rule in found]
    terms = [rule.term for rule in found]
    rows = await db.rows(_DUE, [versions, cases, terms, sorted(units), localtime.local_date(at), limit])
    return [Due(*row) for row in rows]


_CASES = """
select distinct workflow_version_id as version, case_id from dossier
where closed_at is not null and erased_at is null
"""
#: $1 versions, $2 cases, $3 intervals, $4 units, $5 local date, $6 how many.
_DUE = f"""
select d.id, d.reference, d.code, d.procedure_code, d.handling_unit, d.closed_at, k.until
from unnest($1::uuid[], $2::text[], $3::text[]) as r(version, case_id, term)
join dossier d on d.workflow_version_id = r.version and d.case_id = r.case_id
  and d.closed_at is not null and d.erased_at is null
cross join lateral (
  select ((d.closed_at at time zone 'Asia/Ho_Chi_Minh')::date + r.term::interval)::date as until
) k
where k.until < $5::date and not d.held and d.handling_unit = any($4::text[])
  and not exists (
    select from destruction_item i join destruction_list l on l.id = i.list_id
    where {MAY_ERASE}
  )
order by d.closed_at, d.id limit $6
"""  # noqa: S608 - fixed text of ours
