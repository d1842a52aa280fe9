"""Services that are not integrated: handled by a unit, filed here by nobody.

Each authority integrates its services in the common portal (Decision 15/2016/QĐ-UBND, article 2.3). It follows from what is stored: the
competence of the day, the version in force, and whether new dossiers are taken. The service level of the day and the systems in use
of the unit and of those above it are told with each; neither narrows the list, as neither lets anybody file here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hoso_models import Integration
from hoso_models.storage.database import Database
from hoso_models.tables.base import described
from hoso_workflows import pagination
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.procedures import openings

LIST = "list_unintegrated_services"
SERVICES = Keyset("tich-hop", unit=pagination.TEXT, procedure=pagination.TEXT)


@described("Why nobody can file a procedure here.")
class Gap(StrEnum):
    """Reasons for which a service is not integrated."""

    #: No version of the procedure is in force.
    NO_VERSION = "no_version"
    #: The procedure takes no new dossiers.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class UnitSystem:
    """A system in which an agency may handle a service, as it stands now."""

    #: The unit that entered it: the handling one, or one above.
    unit: str
    name: str
    state: Integration


@dataclass(frozen=True, slots=True)
class Service:
    """A procedure of a handling unit that nobody can file here."""

    unit: str
    unit_name: str
    procedure: str
    #: As its newest version names it; None without one.
    name: str | None
    why: Gap
    #: Since when it takes no new dossiers; None where no version is in force.
    since: date | None
    #: A code of the list of service levels, on the day; None where none was set.
    service_level: str | None = None
    #: The unit's own systems first; empty where none is in use.
    systems: tuple[UnitSystem, ...] = ()


async def unintegrated(
    db: Database,
    units: Collection[str] | None,
    day: date,
    *,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Service]:
    """One page of the services that are not integrated on a local day.

    Those of these units and of units below them, None for all; by unit and procedure. Raises BadCursor.
    """
    asked = Conditions("(s.version is null or not s.is_open)")
    if units is not None:
        asked.add("s.unit in (select unnest(units_below(top)) from unnest({}::text[]) top)", sorted(units))
    asked.behind("s.unit, s.procedure", SERVICES.values(after))
    sql = _LISTED.replace("{day}", f"{asked.given(day)}::date")
    return await pagination.page(
        db,
        sql,
        asked,
        SERVICES,
        limit=limit,
        item=lambda row: Service(
            row.unit,
            row.unit_name,
            row.procedure,
            row.name,
            Gap.CLOSED if row.version else Gap.NO_VERSION,
            row.since if row.version else None,
            row.service_level,
            tuple(UnitSystem(each["unit"], each["name"], Integration(each["state"])) for each in row.systems),
        ),
    )


_LISTED = f"""
with handled as (
  select c.unit_code as unit, c.procedure_code as procedure from competence c
  where c.part = 'handling' and c.procedure_code is not null and {{day}} between c.valid_from and coalesce(c.valid_to, 'infinity')
  union
  select c.unit_code, v.procedure_code from competence c join workflow_version v on v.manifest ->> 'field' = c.field
  where c.part = 'handling' and {{day}} between c.valid_from and coalesce(c.valid_to, 'infinity')
), s as (
  select h.unit, h.procedure, v.id as version, coalesce(o.is_open, true) as is_open, o.valid_from as since
  from handled h
  left join lateral (
    select v.id from workflow_version v where v.procedure_code = h.procedure and {openings.living_sql("v", "{day}")} limit 1
  ) v on true
  left join lateral (
    select o.is_open, o.valid_from from procedure_opening o
    where o.procedure_code = h.procedure and o.valid_from <= {{day}}
    order by o.valid_from desc, o.entered_at desc limit 1
  ) o on true
), reaching as (
  select a.unit_code, a.name, a.state, unnest(units_below(a.unit_code)) as unit from agency_system a where a.state <> 'ended'
)
select s.unit, u.name as unit_name, s.procedure, s.version, s.since,
  (select w.name from workflow_version w where w.procedure_code = s.procedure order by w.number desc limit 1) as name,
  (select l.kind from service_level l where l.procedure_code = s.procedure
    and l.corrected_at is null and {{day}} between l.valid_from and coalesce(l.valid_to, 'infinity') order by l.valid_from desc limit 1) as service_level,
  (select coalesce(jsonb_agg(jsonb_build_object('unit', a.unit_code, 'name', a.name, 'state', a.state)
      order by a.unit_code <> s.unit, a.unit_code, a.name), '[]')
    from reaching a where a.unit = s.unit) as systems
from s join unit u on u.code = s.unit
where {{conditions}} order by s.unit, s.procedure limit {{limit}}
"""  # noqa: S608 - fixed text of this module
