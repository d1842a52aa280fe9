"""Recipients of outages: units with their basis and validity (S-30)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.coordination import asking, checks, refusals
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import procedure_rights

LIST, ENTER, END = "list_outage_recipients", "enter_outage_recipient", "end_outage_recipient"


@dataclass(frozen=True, slots=True)
class Entry:
    """A recipient as it is entered."""

    #: It is told of outages in this unit and below it.
    scope: str
    unit: str
    basis: str
    valid_from: date
    #: Only holders of this role; None for the unit's heads, and where it has none for all who work there.
    role: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient that was entered."""

    id: UUID
    scope: str
    scope_name: str
    unit: str
    unit_name: str
    role: str | None
    basis: str
    valid_from: date
    valid_to: date | None


async def enter(db: Database, entry: Entry, asked: Asked) -> Recipient:
    """Enter a recipient. Raises FormRefused, RecipientOverlaps, NotFound, Forbidden."""
    first, last = entry.valid_from, entry.valid_to
    await permissions.existing_unit(db, entry.unit)
    async with asking.acting(db, ENTER, entry.scope, asked) as tx:
        checks.said(basis=entry.basis)
        ordered = last is None or first <= last
        checks.require(checks.that(ordered, "valid_to", say("ends before it begins")))
        await tx.rows("select 1 from unit where code = $1 for update", [entry.scope])
        given = [entry.scope, entry.unit, entry.role, first, last]
        for row in await tx.rows(_OVERLAPPING, given):
            raise refusals.RecipientOverlaps(entry.unit, row.valid_from)
        (made,) = await tx.rows(_ENTER, [*given, entry.basis, asked.by, asked.at])
        said = {"unit": entry.unit, "role": entry.role, "basis": entry.basis, "valid_from": first.isoformat()}
        kind = "outage_recipient_entered"
        await administration.record_of(tx, entry.scope, kind, entry.scope, asked.author, asked.at, **said)
        return await _one(tx, made.id)


async def end(db: Database, recipient: UUID, last: date, asked: Asked) -> Recipient:
    """Set the last day of a recipient. Raises FormRefused for a day that has passed, NotFound, Forbidden."""
    before = await _one(db, recipient)
    async with asking.acting(db, END, before.scope, asked) as tx:
        today = localtime.local_date(asked.at)
        passed = checks.that(last >= today, "last_day", say("{day} has passed", day=last))
        checks.require(passed)
        await tx.rows("update outage_recipient set valid_to = $2 where id = $1", [recipient, last])
        said = {"unit": before.unit, "last_day": last.isoformat()}
        kind = "outage_recipient_ended"
        await administration.record_of(tx, before.scope, kind, before.scope, asked.author, asked.at, **said)
        return await _one(tx, recipient)


async def listed(db: Database, on: date) -> list[Recipient]:
    """The recipients of a day and those to come."""
    rows = await db.rows(f"{_SELECT} where coalesce(o.valid_to, 'infinity') >= $1 {_ORDER}", [on])
    return [Recipient(*row) for row in rows]


async def of(tx: Transaction, unit: str, day: date) -> list[Recipient]:
    """The recipients that are told of an outage in a unit on a day."""
    above = sorted(await procedure_rights.units_above(tx, unit, day) | {unit})
    rows = await tx.rows(
        f"{_SELECT} where o.scope_unit = any($1::text[]) and {_STANDING} {_ORDER}", [above, day]
    )
    return [Recipient(*row) for row in rows]


async def _one(asked: Database | Transaction, recipient: UUID) -> Recipient:
    rows = await asked.rows(f"{_SELECT} where o.id = $1", [recipient])
    if not rows:
        raise errors.NotFound("outage recipient", recipient)
    return Recipient(*rows[0])


_SELECT = """
select o.id, o.scope_unit, s.name, o.unit_code, u.name, o.role, o.basis, o.valid_from, o.valid_to
from outage_recipient o join unit s on s.code = o.scope_unit join unit u on u.code = o.unit_code
"""
_ORDER = "order by o.scope_unit, o.unit_code, o.valid_from, o.id"
_STANDING = "$2::date between o.valid_from and coalesce(o.valid_to, 'infinity')"
#: $1 scope, $2 unit, $3 role, $4 first and $5 last day.
_OVERLAPPING = """
select valid_from from outage_recipient
where scope_unit = $1 and unit_code = $2 and role is not distinct from $3
  and daterange(valid_from, valid_to, '[]') && daterange($4::date, $5::date, '[]') and valid_from <= coalesce(valid_to, 'infinity')
order by valid_from limit 1
"""
_ENTER = """
insert into outage_recipient (scope_unit, unit_code, role, valid_from, valid_to, basis, entered_by, entered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
"""
