"""Figures of the first page: what is filed most, the share on time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from hoso_models.storage.database import Database
from hoso_models.tables.dossier import ENDED
from hoso_workflows import localtime
from hoso_workflows.procedures import openings

#: The days that are looked back on, and the procedures that are named.
DAYS, MOST = timedelta(days=90), 8


@dataclass(frozen=True, slots=True)
class Filed:
    """A procedure with the number of dossiers filed."""

    code: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class OnTime:
    """Dossiers of a year with a result, and those on time."""

    year: int
    resolved: int
    on_time: int

    @property
    def percent(self) -> Fraction:
        """The share that came on time, in hundredths of the whole."""
        return Fraction(100 * self.on_time, self.resolved)


async def most_filed(db: Database, *, at: datetime) -> list[Filed]:
    """The public procedures that were filed most in 90 days before an instant."""
    day = localtime.local_date(at)
    return [Filed(*row) for row in await db.rows(_FILED, [at - DAYS, at, day, MOST])]


async def on_time(db: Database, *, at: datetime) -> OnTime | None:
    """The share of results that came on time in a local year.

    It is the year of the instant; None before its first result.
    """
    year = localtime.local_date(at).year
    begins = datetime.combine(date(year, 1, 1), datetime.min.time(), localtime.ZONE)
    (row,) = await db.rows(_ON_TIME, [begins, at])
    return OnTime(year, row.resolved, row.on_time) if row.resolved else None


#: $1 and $2 the period, $3 the local date, $4 how many. Counted first, then named.
_FILED = f"""
with filed as materialized (
  select procedure_code as code, count(*)::int as number from dossier where filed_at > $1 and filed_at <= $2 group by 1
)
select f.code, coalesce(s.name, w.name) as name, f.number
from filed f
left join procedure_entry_search s on s.procedure_code = f.code and s.valid_from <= $3::date
  and (s.valid_until is null or $3::date < s.valid_until)
left join lateral (
  select w.manifest ->> 'name' as name from workflow_version w
  where w.procedure_code = f.code and {openings.living_sql("w", "$3::date")} order by w.status = 'approved' desc limit 1) w on true
where coalesce(s.name, w.name) is not null and s.abolished is not true
order by f.number desc, f.code limit $4
"""  # noqa: S608 - fixed text of this module
_ON_TIME = f"""
select count(*)::int as resolved, count(*) filter (where verdict <> 'late')::int as on_time
from dossier where accepted_at is not null and verdict is not null and result_ready_at is not null and {ENDED} >= $1 and {ENDED} <= $2
"""  # noqa: S608 - fixed text of this module
