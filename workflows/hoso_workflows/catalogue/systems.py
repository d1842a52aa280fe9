"""Systems of agencies that offer procedures, and whether they are integrated (S-03)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import Integration
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import administration, asking
from hoso_workflows.organisation.asking import Asked, Circle
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, ENTER, CHANGE = "list_agency_systems", "enter_agency_system", "change_agency_system"
SYSTEMS = Keyset("system", unit=pagination.TEXT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Entry:
    """A system as it is entered."""

    unit: str
    name: str
    #: What it is for.
    purpose: str
    state: Integration
    state_from: date
    #: Where people find it; empty where it has none.
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A system of an agency."""

    id: UUID
    unit: str
    unit_name: str
    name: str
    address: str | None
    purpose: str
    state: Integration
    state_from: date
    note: str | None
    changed_at: datetime
    changed_by: str


async def enter(db: Database, entry: Entry, asked: Asked) -> System:
    """Enter a system of an agency; one of that name is the one before. Raises FormRefused, NotFound, Forbidden."""
    async with asking.acting(db, ENTER, entry.unit, asked) as tx:
        _require(entry, asked)
        for row in await tx.rows(
            "select id from agency_system where (unit_code, name) = ($1, $2)",
            [entry.unit, entry.name.strip()],
        ):
            return await _one(tx, row.id)
        said = [entry.unit, entry.name.strip(), entry.address.strip() or None, entry.purpose.strip()]
        state = [entry.state.value, entry.state_from, entry.note.strip() or None]
        (made,) = await tx.rows(_ENTER, [*said, *state, asked.at, asked.by])
        found = await _one(tx, made.id)
        await _record(tx, "agency_system_entered", found, asked)
        return found


async def change(
    db: Database, system: UUID, state: Integration, since: date, asked: Asked, *, note: str = ""
) -> System:
    """Say how far a system is integrated since a day. Said once more, it changes nothing.

    Raises FormRefused for a day to come or before the state that stands, NotFound, Forbidden.
    """
    before = await _one(db, system)
    async with asking.acting(db, CHANGE, before.unit, asked) as tx:
        before = await _one(tx, system)
        if (before.state, before.state_from, before.note) == (state, since, note.strip() or None):
            return before
        wrong = _day(since, asked)
        if since < before.state_from:
            wrong.append(errors.Fault("state_from", say("lies before the state that stands")))
        if wrong:
            raise errors.FormRefused(wrong)
        given = [system, state.value, since, note.strip() or None, asked.at, asked.by]
        await tx.rows(_CHANGE, given)
        found = await _one(tx, system)
        await _record(tx, "agency_system_changed", found, asked)
        return found


async def listed(
    db: Database,
    *,
    unit: str | None = None,
    state: Integration | None = None,
    limit: int = 50,
    after: str | None = None,
    within: Circle | None = None,
) -> Page[System]:
    """One page of the systems, or of those of a circle, by unit. Raises BadCursor."""
    wanted = Conditions()
    wanted.equal("s.unit_code", within and list(within.units))
    wanted.equal("s.unit_code", unit)
    wanted.equal("s.state", state and state.value)
    wanted.behind("s.unit_code, s.id", SYSTEMS.values(after))
    return await pagination.page(db, _LISTED, wanted, SYSTEMS, limit=limit, item=_system)


async def one(db: Database, system: UUID, asked: Asked) -> System:
    """A system that somebody reads. Raises NotFound."""
    found = await _one(db, system)
    await asking.require_in_circle(db, found.unit, _unknown(system), asked)
    return found


async def not_integrated(db: Database) -> int:
    """The number of systems in use that are not integrated yet."""
    (row,) = await db.rows(
        "select count(*)::int as number from agency_system where state in ('apart', 'under_way')"
    )
    return int(row.number)


def _require(entry: Entry, asked: Asked) -> None:
    missing = say("is missing")
    wrong = [errors.Fault(name, missing) for name in ("name", "purpose") if not getattr(entry, name).strip()]
    if entry.address.strip() and not _web(entry.address.strip()):
        wrong.append(errors.Fault("address", say("is no address as https://dichvu.example.vn")))
    wrong += _day(entry.state_from, asked)
    if wrong:
        raise errors.FormRefused(wrong)


def _day(since: date, asked: Asked) -> list[errors.Fault]:
    coming = since > localtime.local_date(asked.at)
    return [errors.Fault("state_from", say("lies in the future"))] if coming else []


def _web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


async def _record(tx: Transaction, kind: str, found: System, asked: Asked) -> None:
    said = {
        "unit": found.unit,
        "name": found.name,
        "state": found.state.value,
        "valid_from": found.state_from.isoformat(),
    }
    await administration.record_of(tx, found.unit, kind, str(found.id), asked.author, asked.at, **said)


def _unknown(system: UUID) -> errors.NotFound:
    return errors.NotFound("system of an agency", system)


async def _one(asked: Database | Transaction, system: UUID) -> System:
    rows = await asked.rows(_LISTED.format(conditions="s.id = $1", limit=1), [system])
    if not rows:
        raise _unknown(system)
    return _system(rows[0])


def _system(row: Any) -> System:
    found = System(*row)
    return replace(found, state=Integration(found.state))


_LISTED = """
select s.id, s.unit_code as unit, u.name as unit_name, s.name, s.address, s.purpose, s.state, s.state_from, s.note, s.changed_at,
  p.name as changed_by
from agency_system s join unit u on u.code = s.unit_code join principal p on p.id = s.changed_by
where {conditions} order by s.unit_code, s.id limit {limit}
"""
#: $1 unit, $2 name, $3 address, $4 purpose, $5 state, $6 since, $7 note, $8 now, $9 by whom.
_ENTER = """
insert into agency_system (unit_code, name, address, purpose, state, state_from, note, entered_at, entered_by, changed_at, changed_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9) returning id
"""
_CHANGE = """
update agency_system set state = $2, state_from = $3, note = $4, changed_at = $5, changed_by = $6 where id = $1
"""
