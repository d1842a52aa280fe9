"""Planned maintenance, announced the lawful number of working days before.

The number is data with dates and a basis (`maintenance_notice.toml`); it is counted by the calendar of the unit.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.coordination import asking, checks, refusals
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.organisation import administration, telling

LIST, ANNOUNCE, CANCEL = "list_maintenance", "announce_maintenance", "cancel_maintenance"


@dataclass(frozen=True, slots=True)
class Notice:
    """A lawful number of working days. It is in force between two local dates, both included."""

    working_days: int
    basis: str
    valid_from: date
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Plan:
    """Maintenance as it is announced."""

    unit: str
    service: str
    announcement: str
    starts_at: datetime
    #: When the service is expected back.
    ends_at: datetime
    #: Why it cannot wait; empty where it is announced in time.
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Maintenance that was announced."""

    id: UUID
    unit: str
    unit_name: str
    service: str
    announcement: str
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    announced_by: str
    required_days: int
    given_days: int
    basis: str
    urgency: str | None
    #: Officers who were told.
    told: int
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement of an outage or of maintenance."""

    unit_name: str
    service: str
    announcement: str
    #: Of an outage, since when it lasts.
    starts_at: datetime
    #: None for an outage.
    ends_at: datetime | None


@cache
def notices() -> tuple[Notice, ...]:
    """The numbers of working days, as the file has them."""
    file = resources.files(__package__).joinpath("maintenance_notice.toml")
    return tuple(Notice(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["notice"])


def notice_on(day: date) -> Notice:
    """The notice that the law asks for on a local date. Raises LookupError where none is declared."""
    for each in notices():
        if each.valid_from <= day <= each.valid_to:
            return each
    raise LookupError(f"no notice of maintenance is declared for {day}")


def given_days(calendar: wt.WorkCalendar, announced_at: datetime, starts_at: datetime) -> int:
    """Working days after the announcement, up to the day on which it begins. Raises CalendarEnds."""
    first, last = localtime.local_date(announced_at), localtime.local_date(starts_at)
    try:
        return calendar.count_days(first, last)
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing


async def announce(db: Database, calendar: wt.WorkCalendar, plan: Plan, asked: Asked) -> Maintenance:
    """Announce maintenance, and tell every officer of the unit and below it.

    The same once more by the same person is the one before. Raises FormRefused, NoticeTooShort without a reason of urgency,
    CalendarEnds, NotFound, Forbidden.
    """
    async with asking.acting(db, ANNOUNCE, plan.unit, asked) as tx:
        checks.said(service=plan.service, announcement=plan.announcement)
        checks.require(
            checks.that(plan.starts_at >= asked.at, "starts_at", say("has passed")),
            checks.that(plan.starts_at < plan.ends_at, "ends_at", say("does not lie after the beginning")),
        )
        for before in await tx.rows(
            _ANNOUNCED, [plan.unit, plan.service, plan.starts_at, plan.ends_at, asked.by]
        ):
            return await _one(tx, before.id)
        law = notice_on(localtime.local_date(asked.at))
        given = given_days(calendar, asked.at, plan.starts_at)
        urgency = plan.urgency.strip() or None
        if given < law.working_days and urgency is None:
            raise refusals.NoticeTooShort(given, law.working_days, law.basis)
        readers = await telling.officers_below(tx, plan.unit, asked.at)
        said = [plan.unit, plan.service, plan.announcement, plan.starts_at, plan.ends_at, asked.at, asked.by]
        counted = [law.working_days, given, law.basis, urgency, len(readers)]
        (made,) = await tx.rows(_ANNOUNCE, [*said, *counted])
        found = await _one(tx, made.id)
        await telling.tell(tx, "maintenance.announced", str(made.id), readers, _payload(found), asked.at)
        await _record(tx, "maintenance_announced", found, asked)
        return found


async def cancel(db: Database, maintenance: UUID, asked: Asked) -> Maintenance:
    """Cancel maintenance that has not begun, and tell the same officers. Raises MaintenanceOver, NotFound, Forbidden."""
    before = await _one(db, maintenance)
    async with asking.acting(db, CANCEL, before.unit, asked) as tx:
        if not await tx.rows(_CANCEL, [maintenance, asked.at, asked.by]):
            raise refusals.MaintenanceOver
        found = await _one(tx, maintenance)
        readers = await telling.officers_below(tx, found.unit, asked.at)
        await telling.tell(tx, "maintenance.cancelled", str(maintenance), readers, _payload(found), asked.at)
        await _record(tx, "maintenance_cancelled", found, asked)
        return found


async def coming(db: Database, at: datetime) -> list[Maintenance]:
    """Announced maintenance that is not over, what begins first before the others."""
    rows = await db.rows(f"{_SELECT} where m.ends_at > $1 and m.cancelled_at is null {_ORDER}", [at])
    return [Maintenance(*row) for row in rows]


async def announcements(db: Database, at: datetime) -> list[Announced]:
    """The announcements that anybody reads.

    They are of maintenance that is not over, and of outages that last and were made public.
    """
    return [Announced(*row) for row in await db.rows(_PUBLIC, [at])]


def _payload(found: Maintenance) -> dict[str, Any]:
    due = localtime.isoformat(found.starts_at)
    return {"maintenance": str(found.id), "subject": found.service, "unit_name": found.unit_name, "due": due}


async def _record(tx: Transaction, kind: str, found: Maintenance, asked: Asked) -> None:
    said = {
        "unit": found.unit,
        "basis": found.basis,
        "required": found.required_days,
        "given": found.given_days,
    }
    if found.urgency:
        said["reason"] = found.urgency
    await administration.record_of(tx, found.unit, kind, str(found.id), asked.author, asked.at, **said)


async def _one(asked: Database | Transaction, maintenance: UUID) -> Maintenance:
    rows = await asked.rows(f"{_SELECT} where m.id = $1", [maintenance])
    if not rows:
        raise errors.NotFound("maintenance", maintenance)
    return Maintenance(*rows[0])


_SELECT = """
select m.id, m.unit_code, u.name, m.service, m.announcement, m.starts_at, m.ends_at, m.announced_at, p.name,
  m.required_days::int, m.given_days::int, m.basis, m.urgency, m.told, m.cancelled_at
from maintenance m join unit u on u.code = m.unit_code join principal p on p.id = m.announced_by
"""
_ORDER = "order by m.starts_at, m.id"
#: $1 unit, $2 service, $3 announcement, $4 beginning, $5 end, $6 now, $7 by whom, $8 days by law, $9 days given, $10 basis,
#: $11 urgency, $12 officers told.
_ANNOUNCE = """
insert into maintenance (unit_code, service, announcement, starts_at, ends_at, announced_at, announced_by, required_days, given_days,
  basis, urgency, told)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id
"""
_ANNOUNCED = """
select id from maintenance where (unit_code, service, starts_at, ends_at, announced_by) = ($1, $2, $3, $4, $5) and cancelled_at is null
"""
_CANCEL = """
update maintenance set cancelled_at = $2, cancelled_by = $3
where id = $1 and cancelled_at is null and starts_at > $2 returning id
"""
_PUBLIC = """
select u.name, o.service, o.announcement, o.began_at, null::timestamptz
from outage o join unit u on u.code = o.unit_code
where o.resolved_at is null and o.announcement is not null
union all (
  select u.name, m.service, m.announcement, m.starts_at, m.ends_at
  from maintenance m join unit u on u.code = m.unit_code
  where m.ends_at > $1 and m.cancelled_at is null
)
order by 4, 1, 2
"""
