"""The duty roster: officers of a unit by working day, each with a backup.

An officer covers a day while they play a role in the unit on it and have not left, so that whoever moves away leaves a gap that is
seen. Days that have passed stay as they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models import DutyKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions

#: What refusals and the access log call the act.
ENTERING = "entering the duty roster"
#: The longest period that is shown or entered at once, in days.
MOST = 366


@dataclass(frozen=True, slots=True)
class OnDuty:
    """An officer on the roster of a day."""

    id: UUID
    name: str
    #: False where they play no role in the unit on that day, or have left.
    available: bool


@dataclass(frozen=True, slots=True)
class DutyDay:
    """A working day on the roster of a unit."""

    day: date
    main: OnDuty | None
    backup: OnDuty | None

    @property
    def covered(self) -> bool:
        """True where somebody is on duty who can be."""
        return any(each is not None and each.available for each in (self.main, self.backup))


@dataclass(frozen=True, slots=True)
class Entry:
    """A place on the roster and who is to have it; None for nobody."""

    day: date
    kind: DutyKind
    principal: UUID | None


async def roster(
    db: Database, calendar: wt.WorkCalendar, unit: str, first: date, last: date, *, at: datetime
) -> tuple[DutyDay, ...]:
    """The working days of a period with the officers on duty.

    Other days on which somebody was entered are shown too. Raises FormRefused for a period that ends before it begins or is too long, CalendarEnds.
    """
    if not first <= last < first + timedelta(days=MOST):
        wrong = say("the period begins at most {most} days before it ends", most=MOST)
        raise errors.FormRefused([errors.Fault("to", wrong)])
    entered: dict[date, dict[str, OnDuty]] = {}
    for row in await db.rows(_ROSTER, [unit, first, last, at]):
        entered.setdefault(row.day, {})[row.kind] = OnDuty(row.principal_id, row.name, row.available)
    days = sorted({*_working(calendar, first, last), *entered})
    return tuple(
        DutyDay(day, entered.get(day, {}).get(DutyKind.MAIN), entered.get(day, {}).get(DutyKind.BACKUP))
        for day in days
    )


async def enter(
    db: Database,
    calendar: wt.WorkCalendar,
    unit: str,
    entries: Sequence[Entry],
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> None:
    """Enter or clear places on the roster, all or none. By an administrator over the unit, or its head.

    What stands so already is no act. Raises Forbidden, CalendarEnds, and FormRefused for days that have passed or are no
    working days and for whoever is no officer of the unit then; a place is cleared on any day to come.
    """
    async with db.transaction() as tx:
        rights = await permissions.held(tx, actor, at, act=ENTERING)
        permissions.authorise_roster(rights.own() if operator else rights, unit, ENTERING)
        faults = [*await _faults(tx, calendar, unit, entries, at)]
        if faults:
            raise errors.FormRefused(faults)
        entries = await _changing(tx, unit, entries)
        if not entries:
            return
        for entry in entries:
            await _write(tx, unit, entry, operator or actor, at)
        days = sorted({entry.day.isoformat() for entry in entries})
        author = Actor(operator or actor, actor if operator else None)
        await administration.record_of(tx, unit, "duty_entered", unit, author, at, days=days)


async def _changing(tx: Transaction, unit: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries that stand otherwise so far: the same again is no act."""
    rows = await tx.rows(_STANDING, [unit, [entry.day for entry in entries]])
    standing = {(row.day, row.kind): row.principal_id for row in rows}
    return [each for each in entries if standing.get((each.day, each.kind)) != each.principal]


async def _faults(
    tx: Transaction, calendar: wt.WorkCalendar, unit: str, entries: Sequence[Entry], at: datetime
) -> list[errors.Fault]:
    today, faults = localtime.local_date(at), list[errors.Fault]()
    if not entries:
        faults.append(errors.Fault("days", say("name at least one day")))
    for entry in entries:
        if entry.day < today:
            faults.append(_fault(say("{day} has passed; today is {today}", day=entry.day, today=today)))
        elif entry.principal is not None and not _is_working(calendar, entry.day):
            faults.append(_fault(say("{day} is no working day of the unit", day=entry.day)))
    if len({(entry.day, entry.kind) for entry in entries}) < len(entries):
        faults.append(_fault(say("name each day once")))
    return faults or [*await _absent(tx, unit, entries, at)]


async def _absent(
    tx: Transaction, unit: str, entries: Sequence[Entry], at: datetime
) -> Sequence[errors.Fault]:
    """Faults of officers who cannot be on duty, or would replace themselves."""
    named = [(entry.day, entry.principal) for entry in entries if entry.principal is not None]
    days, persons = [day for day, _ in named], [person for _, person in named]
    rows = await tx.rows(_ABSENT, [unit, days, persons, at])
    faults = [
        _fault(say("{person} plays no role in {unit} on {day}", person=row.person, unit=unit, day=row.day))
        for row in rows
    ]
    twice = {day for day, person in named if named.count((day, person)) > 1}
    return [*faults, *(_fault(say("on {day} one officer has both places", day=day)) for day in sorted(twice))]


def _fault(message: str) -> errors.Fault:
    return errors.Fault("days", message)


async def _write(tx: Transaction, unit: str, entry: Entry, by: UUID, at: datetime) -> None:
    if entry.principal is None:
        await tx.rows(_CLEAR, [unit, entry.day, entry.kind.value])
    else:
        await tx.rows(_SET, [unit, entry.day, entry.kind.value, entry.principal, by, at])


def _working(calendar: wt.WorkCalendar, first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        if _is_working(calendar, day := first + timedelta(days=number)):
            yield day


def _is_working(calendar: wt.WorkCalendar, day: date) -> bool:
    try:
        return calendar.is_working(day)
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing


#: True where the principal {principal} can be on duty in the unit {unit} on {day}, as known at {at}: an officer with a role there
#: who has not left.
AVAILABLE = """exists (
  select from role_assignment r join principal p on p.id = r.principal_id
  where r.principal_id = {principal} and r.unit_code = {unit}
    and {day} between r.valid_from and coalesce(r.valid_to, 'infinity')
    and p.kind = 'officer' and (p.closed_at is null or p.closed_at > {at})
)"""
_ROSTER = f"""
select d.day, d.kind, d.principal_id, who.name,
  {AVAILABLE.format(principal="d.principal_id", unit="d.unit_code", day="d.day", at="$4")} as available
from duty d join principal who on who.id = d.principal_id
where d.unit_code = $1 and d.day between $2 and $3
"""  # noqa: S608 - fixed text of this module
#: $1 unit, $2 days, $3 for each the officer, $4 instant.
_ABSENT = f"""
select distinct n.day, coalesce(who.name, n.person::text) as person
from unnest($2::date[], $3::uuid[]) as n(day, person) left join principal who on who.id = n.person
where not {AVAILABLE.format(principal="n.person", unit="$1", day="n.day", at="$4")}
order by 1, 2
"""  # noqa: S608 - fixed text of this module
_STANDING = (
    "select day, kind, principal_id from duty where unit_code = $1 and day = any($2::date[]) for update"
)
_SET = """
insert into duty (unit_code, day, kind, principal_id, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)
on conflict (unit_code, day, kind) do update
set principal_id = excluded.principal_id, entered_by = excluded.entered_by, entered_at = excluded.entered_at
"""
_CLEAR = "delete from duty where unit_code = $1 and day = $2 and kind = $3"


def places(days: Sequence[tuple[date, UUID | None, UUID | None]]) -> list[Entry]:
    """Entries of whole days, each with its main officer and backup."""
    return [
        Entry(day, kind, person)
        for day, main, backup in days
        for kind, person in ((DutyKind.MAIN, main), (DutyKind.BACKUP, backup))
    ]


def said(day: DutyDay) -> dict[str, Any]:
    """A day for programs."""
    return {
        "day": day.day,
        "covered": day.covered,
        **{
            name: each and {"id": each.id, "name": each.name, "available": each.available}
            for name, each in (("main", day.main), ("backup", day.backup))
        },
    }
