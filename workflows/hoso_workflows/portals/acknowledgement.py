"""Acknowledgement by a portal of the statuses that it has applied or refuses."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_calendar.messages import say
from hoso_models import PortalAnswerKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.portals import partners

ACKNOWLEDGE = "acknowledge_portal_changes"
#: So many messages can be named at once, and so long may a reason be.
MOST, LONGEST = 1_000, 500


@dataclass(frozen=True, slots=True)
class Refused:
    """A status that the portal does not take."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """An acknowledgement as the portal sends it."""

    #: It has applied every status up to this place; None where it names them.
    up_to: int | None = None
    #: Ids of messages that it has applied.
    applied: Sequence[str] = ()
    refused: Sequence[Refused] = ()


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Figures of an acknowledgement. The same again changes nothing."""

    acknowledged: int
    refused: int
    #: Ids that are none of a status for this portal.
    unknown: tuple[str, ...]


async def acknowledge(
    db: Database, portal: str, said: Said, *, principal: UUID, at: datetime
) -> Acknowledged:
    """Note what a portal has applied and what it does not take. What it does not take is not told again by itself.

    Raises NotFound for who does not speak for the portal, FormRefused for a place that was given to no status.
    """
    named = [*said.applied, *(each.id for each in said.refused)]
    async with db.transaction() as tx:
        await partners.speaking(tx, ACKNOWLEDGE, portal, principal, at)
        await _require_given(tx, portal, said.up_to)
        known = {row.message for row in await tx.rows(_KNOWN, [portal, named])}
        reasons = [each.reason for each in said.refused]
        refused = await tx.rows(_REFUSED, [portal, [each.id for each in said.refused], reasons, at])
        applied = await tx.rows(_APPLIED, [portal, said.up_to, list(said.applied), at])
        unknown = tuple(each for each in dict.fromkeys(named) if each not in known)
        done = Acknowledged(len(applied), len(refused), unknown)
        if done.acknowledged or done.refused or done.unknown:
            found = {**asdict(done), "unknown": len(unknown)}
            await record(tx, portal, PortalAnswerKind.ACKNOWLEDGEMENT, principal, at, asdict(said), found)
        return done


async def record(
    tx: Transaction,
    portal: str,
    kind: PortalAnswerKind,
    principal: UUID,
    at: datetime,
    said: Any,
    found: dict[str, Any],
) -> None:
    """Keep that a portal has said something, and what came of it."""
    digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()
    await tx.rows(_RECORD, [portal, kind.value, at, principal, digest, found])


async def _require_given(tx: Transaction, portal: str, place: int | None) -> None:
    if place is None:
        return
    rows = await tx.rows("select place from portal_feed where portal = $1", [portal])
    if place > (rows[0].place if rows else 0):
        raise errors.FormRefused([Fault("up_to", say("is no place that was given to a status"))])


#: $1 portal, $2 ids.
_KNOWN = "select message from portal_status where portal = $1 and message = any($2::text[])"
#: $1 portal, $2 ids, $3 reasons, $4 instant.
_REFUSED = """
update portal_status s set refused_at = $4, refusal = t.reason, acknowledged_at = null,
  delivered_at = coalesce(s.delivered_at, $4)
from unnest($2::text[], $3::text[]) as t(message, reason)
where s.portal = $1 and s.message = t.message and s.refusal is distinct from t.reason
returning s.id
"""
#: $1 portal, $2 place or null, $3 ids, $4 instant: a status that was named is applied even where it was refused before.
_APPLIED = """
update portal_status set acknowledged_at = $4, delivered_at = coalesce(delivered_at, $4), refused_at = null, refusal = null
where portal = $1 and acknowledged_at is null and (place <= $2::bigint and refused_at is null or message = any($3::text[]))
returning id
"""
_RECORD = """
insert into portal_answer (portal, kind, at, principal_id, sha256, found) values ($1, $2, $3, $4, $5, $6)
"""
