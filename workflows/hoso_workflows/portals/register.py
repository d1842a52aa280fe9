"""Register of partner portals: entering, ending, list. A portal is data with validity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import PortalConcern, PrincipalKind, ReceiverKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration
from hoso_workflows.webhooks import rights
from hoso_workflows.webhooks.kinds import Event

LIST, ENTER, END = "list_portals", "enter_portal", "end_portal"
#: Who may speak for a portal.
SPEAKERS = frozenset({PrincipalKind.PARTNER, PrincipalKind.SYSTEM})
#: The longest time until what was not acknowledged is told again, in minutes.
LONGEST = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A portal as it is entered."""

    #: As dossiers that were filed on it name it.
    code: str
    name: str
    #: It is told of dossiers that this unit or one below it receives or handles.
    unit: str
    concerns: PortalConcern
    #: The system that speaks for it.
    principal: UUID
    #: The receiver of webhooks that it has; None for a portal that only reads.
    webhook: UUID | None
    #: Minutes after which what it has not acknowledged is told again; None where to be given a status is to acknowledge it.
    resend_minutes: int | None
    basis: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal from a day on, and where it stands."""

    id: UUID
    code: str
    name: str
    unit: str
    concerns: PortalConcern
    principal: UUID
    principal_name: str
    webhook: UUID | None
    resend_minutes: int | None
    basis: str
    valid_from: date
    #: The last day; None while there is none.
    valid_to: date | None
    entered_at: datetime
    #: Statuses that it was not given yet, those that it was given and has not acknowledged, and those that it does not take.
    waiting: int
    unacknowledged: int
    refused: int
    #: When it last acknowledged something, or was compared with.
    answered_at: datetime | None


class PortalOverlaps(errors.Refusal):
    """The portal is entered already for some of these days."""

    slug = "portal-overlaps"
    remedy = "End the entry in force with a last day first; the next one begins on the day behind it."

    def __init__(self, code: str, valid_from: date) -> None:
        super().__init__(
            say(
                "The portal {code} is entered already on or after {day}.",
                code=code,
                day=valid_from.isoformat(),
            )
        )
        self.code = code
        self.valid_from = valid_from


async def listed(db: Database, units: Sequence[str] | None) -> list[Portal]:
    """The portals of units, None of all.

    Those in force stand first, then by code and day.
    """
    scoped = units if units is None else list(units)
    return [_portal(row) for row in await db.rows(_LISTED, [scoped])]


async def speakers(db: Database) -> list[tuple[UUID, str]]:
    """The systems that may speak for a portal: id and name, by name."""
    rows = await db.rows(_SPEAKERS, [[each.value for each in SPEAKERS]])
    return [(UUID(int=row.id.int), row.name) for row in rows]


async def enter(db: Database, entry: Entry, *, actor: UUID, at: datetime, operator: bool = False) -> UUID:
    """Enter a portal from a day on.

    The same entry again is answered as the first time. It is told of what changes from then on. Raises Forbidden,
    FormRefused, NotFound, PortalOverlaps.
    """
    async with db.transaction() as tx:
        author = await rights.over(tx, ENTER, entry.unit, actor, at, operator=operator)
        await _require_sound(tx, entry, at)
        await tx.rows(_LOCK)
        said = [
            *(entry.code, entry.name, entry.unit, entry.concerns.value, entry.principal, entry.webhook),
            *(entry.resend_minutes, entry.basis, entry.valid_from),
        ]
        for same in await tx.rows(_SAME, said):
            return UUID(int=same.id.int)
        if await tx.rows(_OVERLAPPING, [entry.code, entry.valid_from]):
            raise PortalOverlaps(entry.code, entry.valid_from)
        (made,) = await tx.rows(_ENTER, [*said, author.principal, at])
        payload = {"name": entry.name, "concerns": entry.concerns.value, "basis": entry.basis}
        await administration.record_of(
            *(tx, entry.unit, "portal_entered", entry.code, author, at),
            **payload,
            valid_from=entry.valid_from.isoformat(),
        )
        return UUID(int=made.id.int)


async def end(
    db: Database, code: str, last_day: date, *, actor: UUID, at: datetime, operator: bool = False
) -> date:
    """End a portal after a day; returns the last day.

    Nothing of what changes later is told to it. One that was ended stays so. What it was told before that day and has not
    acknowledged can still be read. Raises Forbidden, NotFound.
    """
    async with db.transaction() as tx:
        author, row = await administered(tx, END, code, actor, at, operator=operator)
        if row.valid_to is not None:
            ended: date = row.valid_to
            return ended
        if last_day < row.valid_from:
            raise errors.FormRefused(
                [Fault("last_day", say("lies before the day from which it is in force"))]
            )
        await tx.rows("update partner_portal set valid_to = $2 where id = $1", [row.id, last_day])
        await administration.record_of(
            *(tx, row.unit_code, "portal_ended", code, author, at), last_day=last_day.isoformat()
        )
        return last_day


async def administered(
    tx: Transaction, act: str, code: str, actor: UUID, at: datetime, *, operator: bool = False
) -> tuple[Actor, Any]:
    """The actor of an act on a portal, and its newest entry, locked.

    Raises Forbidden for whoever administers nobody, NotFound for a portal of units that are not theirs.
    """
    author, units = (Actor(actor), None) if operator else await rights.administered(tx, act, actor, at)
    rows = await tx.rows(_NEWEST, [code])
    if not rows or (units is not None and rows[0].unit_code not in units):
        raise errors.NotFound("portal", code)
    return author, rows[0]


async def _require_sound(tx: Transaction, entry: Entry, at: datetime) -> None:
    faults = []
    speaker = await tx.rows("select kind, closed_at from principal where id = $1", [entry.principal])
    if not speaker or speaker[0].kind not in SPEAKERS or speaker[0].closed_at is not None:
        faults.append(Fault("principal", say("is no system of another authority that may act")))
    if entry.webhook is not None and not await tx.rows(_RECEIVES, [entry.webhook, entry.unit]):
        faults.append(
            Fault(
                "webhook",
                say("is no receiver of this unit that is sent {event}", event=Event.PORTAL_STATUS.value),
            )
        )
    if entry.resend_minutes is not None and not 1 <= entry.resend_minutes <= LONGEST:
        faults.append(Fault("resend_minutes", say("is no number from 1 to {most}", most=LONGEST)))
    for name, text in (("name", entry.name), ("basis", entry.basis), ("code", entry.code)):
        if not text.strip():
            faults.append(Fault(name, say("is missing")))
    if entry.valid_from < localtime.local_date(at):
        faults.append(Fault("valid_from", say("lies in the past")))
    if faults:
        raise errors.FormRefused(faults)


def _portal(row: Any) -> Portal:
    named = dict(row.items())
    return Portal(**{**named, "concerns": PortalConcern(row.concerns)})


#: So that of two entries of one portal the second one finds what the first has entered.
_LOCK = "select pg_advisory_xact_lock(hashtextextended('partner portals', 0))"
#: $1 units or null for all.
_LISTED = """
select p.id, p.code, p.name, p.unit_code as unit, p.concerns, p.principal_id as principal, r.name as principal_name,
  p.receiver_id as webhook, p.resend_minutes, p.basis, p.valid_from, p.valid_to, p.entered_at,
  coalesce(n.waiting, 0) as waiting, coalesce(n.unacknowledged, 0) as unacknowledged, coalesce(n.refused, 0) as refused,
  (select max(a.at) from portal_answer a where a.portal = p.code) as answered_at
from partner_portal p join principal r on r.id = p.principal_id
left join lateral (
  select count(*) filter (where s.delivered_at is null and s.refused_at is null) as waiting,
    count(*) filter (where s.delivered_at is not null and s.refused_at is null) as unacknowledged,
    count(*) filter (where s.refused_at is not null) as refused
  from portal_status s where s.portal = p.code and s.acknowledged_at is null
) n on true
where $1::text[] is null or p.unit_code = any($1)
order by p.valid_to is not null, p.code, p.valid_from desc
"""
_SPEAKERS = (
    "select id, name from principal where kind = any($1::text[]) and closed_at is null order by name, id"
)
_SAME = """
select id from partner_portal where code = $1 and name = $2 and unit_code = $3 and concerns = $4 and principal_id = $5
  and receiver_id is not distinct from $6::uuid and resend_minutes is not distinct from $7::integer and basis = $8 and valid_from = $9
"""
#: $1 code, $2 first day: an entry that is in force then or begins later.
_OVERLAPPING = "select 1 from partner_portal where code = $1 and coalesce(valid_to, 'infinity') >= $2"
_ENTER = """
insert into partner_portal (code, name, unit_code, concerns, principal_id, receiver_id, resend_minutes, basis, valid_from,
  entered_by, entered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id
"""
_NEWEST = "select * from partner_portal where code = $1 order by valid_from desc limit 1 for no key update"
#: $1 receiver, $2 unit.
_RECEIVES = f"""
select 1 from webhook_receiver where id = $1 and unit_code = $2 and kind = '{ReceiverKind.SYSTEM}' and ended_at is null
  and events ? '{Event.PORTAL_STATUS}'
"""  # noqa: S608 - names of our own
