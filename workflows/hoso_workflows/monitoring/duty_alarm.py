"""Alarm of the duty roster: working days with nobody on duty.

The head and the administrators are told. It concerns units that receive dossiers on that day, and is told once for each unit
and day, by the key of a row. A message that was not sent yet is not sent any more once the day is covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import hoso_calendar as wt
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.monitoring.escalation import HEADS
from hoso_workflows.organisation import duty_roster

#: How many working days ahead are looked at, today included.
AHEAD = 3
#: Of today and the working day after it; of later days, which leave time to enter the roster.
TOPIC, AHEAD_TOPIC = "duty.uncovered", "duty.uncovered_ahead"


@dataclass(frozen=True, slots=True)
class Alarmed:
    """Result of a sweep over the roster."""

    #: Days that are uncovered and told of now.
    days: int = 0
    #: Messages put in the outbox.
    messages: int = 0
    #: Uncovered days of units without anybody to be told; the next sweep tries again.
    unaddressed: int = 0


async def sweep(db: Database, calendars: Mapping[str, wt.WorkCalendar], *, at: datetime) -> Alarmed:
    """Tell of uncovered working days of units that receive dossiers, each once."""
    today = localtime.local_date(at)
    ahead = {calendar: _days(calendar, at) for calendar in set(calendars.values())}
    pairs = [(unit, day) for unit, calendar in sorted(calendars.items()) for day in ahead[calendar]]
    units, days = [unit for unit, _ in pairs], [day for _, day in pairs]
    soon = [day in _soon(ahead[calendars[unit]], today) for unit, day in pairs]
    (row,) = await db.one_statement(_TELL, [at, today, units, days, list(HEADS), TOPIC, soon, AHEAD_TOPIC])
    return Alarmed(row.days, row.messages, row.unaddressed)


def _days(calendar: wt.WorkCalendar, at: datetime) -> list[date]:
    """The next working days, today included until its working time is over."""
    found: list[date] = []
    try:
        local = calendar.local(at)
        day: date = local.date()
        slots = calendar.slots(day)
        if slots and slots[-1][1] <= local.hour * 60 + local.minute:
            day += timedelta(days=1)
        while len(found) < AHEAD:
            found.append(calendar.next_working(day))
            day = found[-1] + timedelta(days=1)
    except wt.MissingCalendarData:
        pass  # the ladder warns of a calendar that ends
    return found


def _soon(ahead: list[date], today: date) -> list[date]:
    """Today, where it is among the days ahead, and the first one after it."""
    return ahead[: 2 if today in ahead else 1]


#: Whoever acts for the recipient on the local date, themselves when nobody does, as the ladder has it.
#: $1 instant, $2 local date, $3 units, $4 for each a working day, $5 roles of a head in their order, $6 topic of a day that is soon,
#: $7 for each whether it is, $8 topic of the others. Of the administrators those are told who are nearest above the unit.
_TELL = f"""
with asked as (
  select unit, day, soon from unnest($3::text[], $4::date[], $7::boolean[]) as a(unit, day, soon)
), uncovered as (
  select a.unit, a.day, a.soon, u.name from asked a join unit u on u.code = a.unit
  where a.day between u.valid_from and coalesce(u.valid_to, 'infinity')
    and exists (
      select from competence c where c.unit_code = a.unit and c.part = 'receiving'
        and a.day between c.valid_from and coalesce(c.valid_to, 'infinity')
    ) and not exists (
      select from duty d where d.unit_code = a.unit and d.day = a.day
        and {duty_roster.AVAILABLE.format(principal="d.principal_id", unit="d.unit_code", day="d.day", at="$1")}
    ) and not exists (select from duty_alarm t where t.unit_code = a.unit and t.day = a.day)
), above as (
  select * from (
    with recursive up (unit, code, parent, depth) as (
      select u.code, u.code, u.parent_code, 0 from unit u where u.code in (select unit from uncovered)
      union
      select up.unit, u.code, u.parent_code, up.depth + 1 from up join unit u on u.code = up.parent
    ) select * from up
  ) x
), playing as (
  select r.unit_code, r.role, r.principal_id, r.valid_from, r.id from role_assignment r join principal p on p.id = r.principal_id
  where (r.role = any($5::text[]) or r.role = 'administrator')
    and $2 between r.valid_from and coalesce(r.valid_to, 'infinity') and (p.closed_at is null or p.closed_at > $1)
), head as (
  select distinct on (p.unit_code) p.unit_code as unit, p.principal_id from playing p where p.role = any($5::text[])
  order by p.unit_code, array_position($5::text[], p.role), p.valid_from, p.id
), keeper as (
  select a.unit, p.principal_id, rank() over (partition by a.unit order by a.depth) as place
  from above a join playing p on p.unit_code = a.code and p.role = 'administrator'
), told as (
  select u.unit, u.day, u.soon, u.name, h.principal_id from uncovered u join head h on h.unit = u.unit
  union
  select u.unit, u.day, u.soon, u.name, k.principal_id from uncovered u join keeper k on k.unit = u.unit and k.place = 1
), kept as (
  insert into duty_alarm (unit_code, day, at) select distinct unit, day, $1::timestamptz from told order by unit, day
  on conflict do nothing returning unit_code, day
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
  select concat_ws('/', 'duty', t.unit, t.day, t.principal_id), case when t.soon then $6 else $8 end, t.principal_id,
    jsonb_build_object('unit', t.unit, 'unit_name', t.name, 'day', t.day), $1, $1
  from told t join kept k on k.unit_code = t.unit and k.day = t.day
  order by 1
  on conflict (dedup_key) do nothing returning id
)
select (select count(*) from kept) as days, (select count(*) from sent) as messages,
  (select count(*) from uncovered u where not exists (select from told t where t.unit = u.unit)) as unaddressed
"""  # noqa: S608 - fixed text of this module
