"""Weeks of a unit: dossiers accepted, resolved, and resolved late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hoso_models import Verdict
from hoso_models.storage.database import Database
from hoso_workflows import localtime

#: A quarter, the week that runs included.
WEEKS = 13


@dataclass(frozen=True, slots=True)
class Week:
    """Dossiers of a handling unit and those below it in a week, from Monday."""

    #: Its Monday.
    begin: date
    #: Accepted in it.
    received: int
    #: Those whose result became ready in it.
    resolved: int
    #: Of the resolved ones.
    late: int


async def of_unit(db: Database, unit: str, *, at: datetime) -> tuple[Week, ...]:
    """The last weeks of a unit and those below it, the running one last."""
    today = localtime.local_date(at)
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=number) for number in range(WEEKS - 1, -1, -1)]
    begins = [datetime.combine(each, time.min, tzinfo=localtime.ZONE) for each in (*mondays, monday + _WEEK)]
    rows = await db.rows(_WEEKS, [unit, begins[:-1], begins[1:], at])
    return tuple(
        Week(begin, row.received, row.resolved, row.late) for begin, row in zip(mondays, rows, strict=True)
    )


_WEEK = timedelta(weeks=1)
#: $1 a unit with those below it, $2 and $3 begin and end of each week, $4 the instant. Both counts walk an index that holds all
#: they read.
_WEEKS = f"""
with scope as materialized (select units_below($1) as units)
select came.received, went.resolved, went.late
from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as w(begin, ending, place)
cross join lateral (
  select count(*)::int as received from dossier
  where handling_unit = any((select units from scope)::text[]) and accepted_at >= w.begin and accepted_at < w.ending and accepted_at < $4
) came
cross join lateral (
  select count(*)::int as resolved, (count(*) filter (where verdict = '{Verdict.LATE}'))::int as late from dossier
  where handling_unit = any((select units from scope)::text[]) and result_ready_at >= w.begin and result_ready_at < w.ending and result_ready_at < $4
) went
order by w.place
"""  # noqa: S608 - fixed text of this module
