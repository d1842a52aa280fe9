"""Outages of services, told at once and followed until they are mended (S-20, S-30)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.coordination import asking, checks, recipients, refusals
from hoso_workflows.coordination.asking import Asked, Circle
from hoso_workflows.coordination.recipients import Recipient
from hoso_workflows.organisation import administration, permissions, telling
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, REPORT, UPDATE, ANNOUNCE = "list_outages", "report_outage", "update_outage", "announce_outage"
ACKNOWLEDGE = "acknowledge_outage"
OUTAGES = Keyset("outage", reported_at=pagination.INSTANT, id=pagination.IDENTITY)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Report:
    """An outage as it is reported."""

    unit: str
    service: str
    description: str
    began_at: datetime
    #: None for now.
    noticed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient that was told of an outage."""

    unit: str
    unit_name: str
    role: str | None
    basis: str
    at: datetime
    #: None of it where nobody holds the role.
    people: int
    #: When the unit said that it knows of it, and by whom; None until then.
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """News of an outage."""

    number: int
    at: datetime
    by: str
    text: str
    resolves: bool


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage with who was told and what became known."""

    id: UUID
    unit: str
    unit_name: str
    service: str
    description: str
    began_at: datetime
    noticed_at: datetime
    reported_at: datetime
    reported_by: str
    announcement: str | None
    resolved_at: datetime | None
    told: tuple[Told, ...] = ()
    updates: tuple[Update, ...] = ()

    @property
    def reached(self) -> int:
        """Number of people of the recipients that were told.

        With none, whoever can name a recipient was told instead.
        """
        return sum(each.people for each in self.told)

    @property
    def unacknowledged(self) -> bool:
        """True while it lasts and a recipient has not acknowledged it."""
        waited_for = any(each.people and each.acknowledged_at is None for each in self.told)
        return waited_for and self.resolved_at is None

    @property
    def minutes_from_beginning(self) -> int:
        """Whole minutes from its beginning until the recipients were told."""
        return (self.reported_at - self.began_at) // _MINUTE

    @property
    def minutes_from_noticing(self) -> int:
        """Whole minutes from when it was noticed until the recipients were told."""
        return (self.reported_at - self.noticed_at) // _MINUTE

    @property
    def minutes_lasted(self) -> int | None:
        """Whole minutes from its beginning until it was mended; None while it lasts."""
        return None if self.resolved_at is None else (self.resolved_at - self.began_at) // _MINUTE


async def report(db: Database, said: Report, asked: Asked) -> Outage:
    """Report an outage: every recipient is told in the same transaction.

    Where that reaches nobody, coordinators and administrators of the unit and above it are told so. The same report once
    more by the same person, while it lasts, is the one before. Raises FormRefused for instants out of order, NotFound,
    Forbidden.
    """
    noticed = said.noticed_at or asked.at
    async with asking.acting(db, REPORT, said.unit, asked) as tx:
        checks.said(service=said.service, description=said.description)
        checks.require(
            checks.that(said.began_at <= noticed, "began_at", say("lies after it was noticed")),
            checks.that(noticed <= asked.at, "noticed_at", say("lies in the future")),
        )
        given = [said.unit, said.service, said.description, said.began_at, noticed]
        for before in await tx.rows(_REPORTED, [*given[:4], asked.by]):
            return await _one(tx, before.id)
        (made,) = await tx.rows(_REPORT, [*given, asked.at, asked.by])
        named = await recipients.of(tx, said.unit, localtime.local_date(asked.at))
        await _tell(tx, made.id, said.unit, named, asked.at)
        await _record(tx, "outage_reported", made.id, said.unit, asked, recipients=len(named))
        return await _one(tx, made.id)


async def update(
    db: Database,
    outage: UUID,
    text: str,
    asked: Asked,
    *,
    resolves: bool = False,
) -> Outage:
    """Add news of an outage, or that it is mended. The recipients are told again.

    The same news once more by the same person changes nothing. Raises FormRefused, NotFound, OutageResolved, Forbidden.
    """
    before = await _one(db, outage)
    async with asking.acting(db, UPDATE, before.unit, asked) as tx:
        checks.said(text=text)
        await tx.rows("select 1 from outage where id = $1 for update", [outage])
        found = await _one(tx, outage)
        if await tx.rows(_SAID, [outage, asked.by, text, resolves]):
            return found
        if found.resolved_at is not None:
            raise refusals.OutageResolved(found.service)
        number = len(found.updates) + 1
        await tx.rows(_UPDATE, [outage, number, asked.at, asked.by, text, resolves])
        if resolves:
            await tx.rows(_RESOLVE, [outage, asked.at, asked.by])
        await _tell_again(tx, found, number, asked.at, resolves=resolves)
        kind = "outage_resolved" if resolves else "outage_updated"
        await _record(tx, kind, outage, found.unit, asked, number=number)
        return await _one(tx, outage)


async def announce(db: Database, outage: UUID, announcement: str, asked: Asked) -> Outage:
    """Make an outage public in these words. None take it back.

    They take the place of those before. Raises NotFound, Forbidden.
    """
    before = await _one(db, outage)
    async with asking.acting(db, ANNOUNCE, before.unit, asked) as tx:
        text = announcement.strip() or None
        if await tx.rows(_ANNOUNCE, [outage, text, asked.at]):
            kind = "outage_announced" if text else "outage_announcement_withdrawn"
            await _record(tx, kind, outage, before.unit, asked)
        return await _one(tx, outage)


async def acknowledge(db: Database, outage: UUID, unit: str, asked: Asked) -> Outage:
    """Record that a unit knows of an outage, and tell whoever reported it.

    Once more it changes nothing. Raises NotFound, OutageNotTold, Forbidden.
    """
    async with asking.acting(db, ACKNOWLEDGE, unit, asked) as tx:
        found = await _one(tx, outage)
        if unit not in {each.unit for each in found.told}:
            raise refusals.OutageNotTold(unit, found.service)
        if await tx.rows(_ACKNOWLEDGE, [outage, unit, asked.at, asked.actor]):
            await _tell_reporter(tx, outage, unit, asked.at)
            await _record(tx, "outage_acknowledged", outage, unit, asked)
        return await _one(tx, outage)


async def one(db: Database, outage: UUID, asked: Asked) -> Outage:
    """An outage that somebody reads, with who was told and what became known. Raises NotFound."""
    wanted = Conditions()
    wanted.add("o.id = {}", outage)
    _add_circle(wanted, await asking.circle(db, asked))
    found = await pagination.page(db, _LISTED, wanted, OUTAGES, limit=1, item=_bare)
    if not found.items:
        raise errors.NotFound("outage", outage)
    (whole,) = await _whole(db, found.items)
    return whole


async def listed(
    db: Database,
    *,
    unit: str | None = None,
    going_on: bool = False,
    limit: int = 50,
    after: str | None = None,
    within: Circle | None = None,
) -> Page[Outage]:
    """One page of the outages, the newest first.

    Of a unit, or only those that last; those of a circle and of which it was told, of all without one. Raises BadCursor.
    """
    wanted = Conditions()
    _add_circle(wanted, within)
    wanted.equal("o.unit_code", unit)
    if going_on:
        wanted.add("o.resolved_at is null")
    wanted.behind("o.reported_at, o.id", OUTAGES.values(after), falling=True)
    found = await pagination.page(db, _LISTED, wanted, OUTAGES, limit=limit, item=_bare)
    return replace(found, items=tuple(await _whole(db, found.items)))


def _add_circle(wanted: Conditions, within: Circle | None) -> None:
    if within is not None:
        wanted.add(_SEEN, list(within.units), list(within.own))


async def _tell(tx: Transaction, outage: UUID, unit: str, named: Sequence[Recipient], at: datetime) -> None:
    """Tell every recipient, and record when and how many of them."""
    groups = await telling.people_of(tx, [(each.unit, each.role) for each in named], at)
    everybody = [person for group in groups for person in group]
    topic = "outage.reported" if everybody else "outage.unheard"
    reached = everybody or await _keepers(tx, unit, at)
    await telling.tell(tx, topic, str(outage), reached, await _payload(tx, outage), at)
    for recipient, group in zip(named, groups, strict=True):
        await tx.rows(_TOLD, [outage, recipient.id, at, len(group)])


async def _tell_again(tx: Transaction, found: Outage, number: int, at: datetime, *, resolves: bool) -> None:
    groups = await telling.people_of(tx, [(each.unit, each.role) for each in found.told], at)
    topic = "outage.resolved" if resolves else "outage.updated"
    everybody = [person for group in groups for person in group] or await _keepers(tx, found.unit, at)
    await telling.tell(tx, topic, f"{found.id}/{number}", everybody, await _payload(tx, found.id), at)


async def _tell_reporter(tx: Transaction, outage: UUID, unit: str, at: datetime) -> None:
    """Tell who has reported an outage that a unit knows of it."""
    (row,) = await tx.rows(_REPORTER, [outage, unit])
    payload = {**await _payload(tx, outage), "unit_name": row.name}
    await telling.tell(tx, "outage.acknowledged", f"{outage}/{unit}", [row.reported_by], payload, at)


async def _keepers(tx: Transaction, unit: str, at: datetime) -> list[UUID]:
    """The people who can name recipients for a unit."""
    above = sorted(await procedure_rights.units_above(tx, unit, localtime.local_date(at)))
    places = [(code, role) for code in above for role in permissions.offices(recipients.ENTER)]
    return [person for group in await telling.people_of(tx, places, at) for person in group]


async def _payload(tx: Transaction, outage: UUID) -> dict[str, Any]:
    (row,) = await tx.rows(_PAYLOAD, [outage])
    return {
        "outage": str(outage),
        "subject": row.service,
        "unit_name": row.name,
        "due": localtime.isoformat(row.began_at),
    }


async def _record(tx: Transaction, kind: str, outage: UUID, unit: str, asked: Asked, /, **said: int) -> None:
    given = {"unit": unit, **said}
    await administration.record_of(tx, unit, kind, str(outage), asked.author, asked.at, **given)


async def _one(asked: Database | Transaction, outage: UUID) -> Outage:
    rows = await asked.rows(_LISTED.format(conditions="o.id = $1", limit=1), [outage])
    if not rows:
        raise errors.NotFound("outage", outage)
    (found,) = await _whole(asked, [_bare(rows[0])])
    return found


def _bare(row: Any) -> Outage:
    return Outage(*row)


async def _whole(asked: Database | Transaction, found: Sequence[Outage]) -> list[Outage]:
    ids = [each.id for each in found]
    told = [(row[0], Told(*row[1:])) for row in await asked.rows(_WHO_WAS_TOLD, [ids])]
    updates = [(row[0], Update(*row[1:])) for row in await asked.rows(_UPDATES, [ids])]
    return [
        replace(
            each,
            told=tuple(one for outage, one in told if outage == each.id),
            updates=tuple(one for outage, one in updates if outage == each.id),
        )
        for each in found
    ]


#: $1 units of a circle, $2 where its reader works.
_SEEN = """(o.unit_code = any({}::text[]) or exists (
  select from outage_told t join outage_recipient r on r.id = t.recipient_id where t.outage_id = o.id and r.unit_code = any({}::text[])
))"""
_LISTED = """
select o.id, o.unit_code, u.name as unit_name, o.service, o.description, o.began_at, o.noticed_at, o.reported_at,
  p.name as reported_by, o.announcement, o.resolved_at
from outage o join unit u on u.code = o.unit_code join principal p on p.id = o.reported_by
where {conditions}
order by o.reported_at desc, o.id desc limit {limit}
"""
_WHO_WAS_TOLD = """
select t.outage_id, r.unit_code, u.name, r.role, r.basis, t.at, t.people, a.at, p.name
from outage_told t join outage_recipient r on r.id = t.recipient_id join unit u on u.code = r.unit_code
left join outage_acknowledgement a using (outage_id, recipient_id) left join principal p on p.id = a.by
where t.outage_id = any($1::uuid[]) order by t.outage_id, r.unit_code, r.id
"""
_UPDATES = """
select n.outage_id, n.number::int, n.at, p.name, n.text, n.resolves
from outage_update n join principal p on p.id = n.by
where n.outage_id = any($1::uuid[]) order by n.outage_id, n.number
"""
#: $1 unit, $2 service, $3 description, $4 beginning, $5 noticed, $6 now, $7 by whom.
_REPORT = """
insert into outage (unit_code, service, description, began_at, noticed_at, reported_at, reported_by)
values ($1, $2, $3, $4, $5, $6, $7) returning id
"""
#: $1 unit, $2 service, $3 description, $4 beginning, $5 by whom.
_REPORTED = """
select id from outage where (unit_code, service, description, began_at, reported_by) = ($1, $2, $3, $4, $5) and resolved_at is null
"""
_TOLD = "insert into outage_told (outage_id, recipient_id, at, people) values ($1, $2, $3, $4)"
#: $1 outage, $2 unit, $3 now, $4 by whom.
_ACKNOWLEDGE = """
insert into outage_acknowledgement (outage_id, recipient_id, at, by)
select t.outage_id, t.recipient_id, $3, $4 from outage_told t join outage_recipient r on r.id = t.recipient_id
where t.outage_id = $1 and r.unit_code = $2
on conflict do nothing returning recipient_id
"""
_REPORTER = "select o.reported_by, u.name from outage o, unit u where o.id = $1 and u.code = $2"
_UPDATE = (
    "insert into outage_update (outage_id, number, at, by, text, resolves) values ($1, $2, $3, $4, $5, $6)"
)
#: The last news, where somebody has said the same.
_SAID = """
select 1 from outage_update n where outage_id = $1 and by = $2 and text = $3 and resolves = $4
  and number = (select max(number) from outage_update where outage_id = n.outage_id)
"""
_ANNOUNCE = """
update outage set announcement = $2, announced_at = case when $2::text is null then null else $3::timestamptz end
where id = $1 and announcement is distinct from $2 returning id
"""
_RESOLVE = "update outage set resolved_at = $2, resolved_by = $3 where id = $1"
_PAYLOAD = (
    "select o.service, o.began_at, u.name from outage o join unit u on u.code = o.unit_code where o.id = $1"
)
