"""Overview of procedures and of their versions: statuses, owners, running dossiers, persons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hoso_models import CompetencePart, VersionStatus, text_search
from hoso_models.storage.database import Database
from hoso_models.tables.dossier import RUNNING
from hoso_workflows import pagination
from hoso_workflows.organisation import competences
from hoso_workflows.organisation.asking import Circle
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.procedures import publication

#: Procedures by their codes.
LIST = Keyset(code=pagination.TEXT)
#: Submitted versions in the order of their submission.
WAITING = Keyset("cho", submitted_at=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure with its newest version in each status."""

    code: str
    #: As its newest version names it.
    name: str
    #: Code and name of the owning unit; None while nobody owns it.
    owner: str | None
    owner_name: str | None
    draft: int | None
    submitted: int | None
    approved: int | None
    active: int | None
    #: The number of findings on the newest version.
    findings: int
    #: Dossiers that were accepted and have no result yet.
    running: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted version with the number of its procedure's active one."""

    procedure: str
    number: int
    name: str
    owner_name: str | None
    active: int | None
    submitted_by: str
    submitted_at: datetime
    findings: int


async def procedures(
    db: Database,
    *,
    day: date,
    text: str = "",
    status: VersionStatus | None = None,
    offices: Collection[str] | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Procedure]:
    """One page of the procedures that have a version, by code. Raises BadCursor.

    `text` is part of a code or, accents aside, of a name; `status` one that some version has on that local date; `offices`
    are units: only what they, or units below them, own, and what nobody owns where one of them is a top unit.
    """
    asked = Conditions()
    if text:
        asked.add("code = any({}::text[])", await _named(db, text))
    if status is not None:
        asked.add("{}::text = any(statuses)", status.value)
    if offices is not None:
        asked.add(_OWNED, sorted(offices))
    asked.behind("code", LIST.values(after))
    sql = f"{_grouped(day)} select * from listed where {{conditions}} order by code limit {{limit}}"  # noqa: S608 - fixed text of this module
    return await pagination.page(db, sql, asked, LIST, limit=limit, item=lambda row: Procedure(*row[:10]))


async def waiting(
    db: Database,
    *,
    day: date,
    offices: Collection[str],
    limit: int | None = None,
    after: str | None = None,
) -> Page[Waiting]:
    """One page of submitted versions, the oldest first. They are of procedures that these units, or units below them, own."""
    asked = Conditions("w.status = 'submitted'")
    asked.add(_OWNED, sorted(offices))
    asked.behind("w.submitted_at, w.id", WAITING.values(after))
    sql = f"""{_grouped(day)}
        select w.procedure_code, w.number, w.name, p.owner_name, p.active, s.name, w.submitted_at,
          coalesce(jsonb_array_length(w.report -> 'findings'), 0), w.id
        from workflow_version w join listed p on p.code = w.procedure_code join principal s on s.id = w.submitted_by
        where {{conditions}} order by w.submitted_at, w.id limit {{limit}}"""  # noqa: S608 - fixed text of this module
    return await pagination.page(db, sql, asked, WAITING, limit=limit, item=lambda row: Waiting(*row[:8]))


async def running(db: Database, procedure: str) -> Mapping[int, int]:
    """Numbers of open dossiers by the version of a procedure."""
    return {row.number: row.dossiers for row in await db.rows(_RUNNING, [procedure])}


async def drafts(db: Database, procedure: str, at: datetime) -> int:
    """The number of drafts of a procedure, neither filed nor expired."""
    (row,) = await db.rows(_DRAFTS, [procedure, at])
    return int(row.drafts)


async def incompetent(db: Database, procedure: str, field: str, day: date) -> tuple[CompetencePart, ...]:
    """The parts of a dossier for which no unit is or will be competent."""
    parts = CompetencePart.RECEIVING, CompetencePart.HANDLING, CompetencePart.DECIDING
    return tuple([each for each in parts if not await competences.known(db, procedure, field, each, day)])


async def names(db: Database, persons: Collection[UUID | None], within: Circle) -> Mapping[UUID, str]:
    """Persons by name, those beyond a circle by their unit's. Unknown ones are left out."""
    known = sorted({each for each in persons if each is not None})
    return {row.id: row.name for row in await db.rows(_PERSONS, [known, list(within.units)])}


async def _named(db: Database, text: str) -> list[str]:
    """The codes of procedures whose code or newest name contains a text."""
    code, name = text.casefold(), text_search.fold(text)
    return [
        row.code
        for row in await db.rows(_NAMES)
        if code in row.code.casefold() or (name and name in text_search.fold(row.name))
    ]


def _grouped(day: date) -> str:
    """The procedures as `listed`, in their statuses on a local date."""
    return _LISTED.format(versions=publication.select_sql(day), day=f"date '{day.isoformat()}'")


_LISTED = f"""
with listed as (
  select v.procedure_code as code, (array_agg(v.name order by v.number desc))[1] as name,
    o.unit_code as owner, u.name as owner_name,
    max(v.number) filter (where v.status = 'draft') as draft,
    max(v.number) filter (where v.status = 'submitted') as submitted,
    max(v.number) filter (where v.status = 'approved') as approved,
    max(v.number) filter (where v.status = 'active') as active,
    coalesce((array_agg(jsonb_array_length(v.report -> 'findings') order by v.number desc))[1], 0) as findings,
    coalesce(max(r.dossiers), 0)::int as running,
    array_agg(v.status) as statuses
  from ({{versions}}) v
  left join lateral (
    select unit_code from procedure_owner where procedure_code = v.procedure_code and valid_from <= {{day}}
    order by valid_from desc, named_at desc limit 1) o on true
  left join unit u on u.code = o.unit_code
  left join (
    select procedure_code, count(*) as dossiers from dossier where {RUNNING} group by procedure_code
  ) r on r.procedure_code = v.procedure_code
  group by v.procedure_code, o.unit_code, u.name
)
"""  # noqa: S608 - fixed text of this module
_OWNED = """(owner in (select unnest(units_below(office)) from unnest({0}::text[]) office)
  or owner is null and exists (select from unit where code = any({0}::text[]) and parent_code is null))"""
_NAMES = """
select distinct on (procedure_code) procedure_code as code, name from workflow_version order by procedure_code, number desc
"""
_RUNNING = """
select w.number, count(*)::int as dossiers from dossier d join workflow_version w on w.id = d.workflow_version_id
where d.procedure_code = $1 and d.closed_at is null group by w.number
"""
_DRAFTS = """
select count(*)::int as drafts from draft where procedure_code = $1 and reference is null and expires_at > $2
"""
#: $1 persons, $2 units of a circle.
_PERSONS = """
select p.id, case when u.code = any($2::text[]) then p.name else coalesce(u.name, p.name) end as name
from principal p left join unit u on u.code = coalesce(
  p.home_unit_code, (select min(unit_code) from role_assignment where principal_id = p.id)
) where p.id = any($1::uuid[])
"""
