"""Telling statuses anew: what was not acknowledged in time, and what somebody asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import administration
from hoso_workflows.portals import register

RESEND = "resend_portal_statuses"
#: At most so many of a portal in one sweep; the next one goes on.
PORTION = 5_000
#: The time until a status is told anew doubles each time, at most so often.
DOUBLINGS = 6


@dataclass(frozen=True, slots=True)
class Swept:
    """Statuses that are told anew."""

    resent: int = 0


async def sweep(db: Database, *, at: datetime) -> Swept:
    """Tell anew what portals in force have not acknowledged in their time.

    Safe twice, late, at once and by hand: what is told anew waits, and is not due again.
    """
    total = 0
    for portal in await db.rows(_IN_FORCE, [localtime.local_date(at)]):
        async with db.transaction() as tx:
            due = await tx.rows(_DUE, [portal.code, at, portal.resend_minutes, DOUBLINGS, PORTION])
            total += await again(tx, portal.code, [row.id for row in due], at)
    return Swept(total)


async def resend(
    db: Database,
    portal: str,
    statuses: Sequence[int] | None,
    *,
    actor: UUID,
    at: datetime,
    operator: bool = False,
) -> int:
    """Tell statuses anew, None for all that are not acknowledged; returns how many. What waits is left as it is.

    Raises Forbidden, NotFound.
    """
    async with db.transaction() as tx:
        author, entry = await register.administered(tx, RESEND, portal, actor, at, operator=operator)
        asked = None if statuses is None else list(statuses)
        found = {row.id for row in await tx.rows(_NAMED, [portal, asked or []])}
        for each in asked or ():
            if each not in found:
                raise errors.NotFound("status for a portal", each)
        due = await tx.rows(_ASKED, [portal, asked])
        done = await again(tx, portal, [row.id for row in due], at)
        if done:
            await administration.record_of(
                *(tx, entry.unit_code, "portal_statuses_resent", portal, author, at), statuses=done
            )
        return done


async def again(tx: Transaction, portal: str, statuses: Sequence[int], at: datetime) -> int:
    """Put statuses in line anew, to be read and sent; returns how many.

    They keep their numbers and ids, by which the portal knows those that it has applied.
    """
    if not statuses:
        return 0
    done = await tx.rows(_AGAIN, [list(statuses), at])
    await tx.rows(_SEND, [portal, list(statuses), at, localtime.local_date(at)])
    return len(done)


#: $1 local date.
_IN_FORCE = """
select code, resend_minutes from partner_portal
where resend_minutes is not null and $1::date between valid_from and coalesce(valid_to, 'infinity') order by code
"""
#: $1 portal, $2 instant, $3 minutes, $4 how often they double, $5 how many.
_DUE = """
select id from portal_status
where portal = $1 and delivered_at is not null and acknowledged_at is null and refused_at is null
  and delivered_at <= $2::timestamptz - $3::integer * interval '1 minute' * (1 << least(resent, $4::integer))
order by id limit $5 for update skip locked
"""
_NAMED = "select id from portal_status where portal = $1 and id = any($2::bigint[])"
#: What the portal was given, what it does not take, and what its receiver did not take for too long.
GONE = """(s.delivered_at is not null or s.acknowledged_at is not null or exists (
  select from outbox o where o.dedup_key = s.key and o.aside is not null))"""
#: $1 portal, $2 ids, or null for all that are not acknowledged.
_ASKED = f"""
select s.id from portal_status s
where s.portal = $1 and ($2::bigint[] is null and s.acknowledged_at is null or s.id = any($2)) and {GONE}
order by s.id for update of s
"""  # noqa: S608 - fixed text of this module
#: $1 ids, $2 instant.
_AGAIN = """
update portal_status s set place = null, delivered_at = null, acknowledged_at = null, refused_at = null, refusal = null,
  resent = resent + 1, resent_at = $2,
  attempts = s.attempts + coalesce((select o.attempts from outbox o where o.dedup_key = s.key and o.sent_at is null), 0)
where s.id = any($1::bigint[]) returning s.id
"""
#: $1 portal, $2 ids, $3 instant, $4 local date: under the key of before, so that the message has its id again.
_SEND = """
insert into outbox (dedup_key, topic, dossier_id, receiver_id, payload, created_at, available_at)
select s.key, 'webhook.portal_status', s.dossier_id, r.id, s.payload, s.at, $3
from portal_status s
join partner_portal p on p.code = $1 and $4::date between p.valid_from and coalesce(p.valid_to, 'infinity')
join webhook_receiver r on r.id = p.receiver_id and r.ended_at is null
where s.id = any($2::bigint[]) order by s.id
on conflict (dedup_key) do update set receiver_id = excluded.receiver_id, available_at = excluded.available_at, sent_at = null,
  aside = null, attempts = 0, first_tried_at = null, unsure = 0, last_error = null
where outbox.sent_at is not null or outbox.aside is not null
"""
