"""Reading of statuses by a portal: pages in an order that skips nothing.

A status gets its place when it is read and committed, by one reader at a time, who holds the portal's row of `portal_feed`. So a
transaction that commits late has a later place, whatever its number, and no reader has passed it (ADR 0079).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.pagination import Keyset, Page
from hoso_workflows.portals import partners
from hoso_workflows.webhooks import bodies, kinds

READ = "list_portal_changes"
PLACES = Keyset(place=pagination.LARGE_NUMBER)
#: How many statuses get a place in one go.
PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Read:
    """A page of statuses, and the place from which the portal goes on."""

    page: Page[Mapping[str, Any]]
    #: Of the last one; the one that was asked behind where there is none.
    place: int


async def read(
    db: Database, portal: str, *, principal: UUID, at: datetime, limit: int = 50, after: str | None = None
) -> Read:
    """The statuses behind a place, in the order of their places.

    Raises NotFound for who does not speak for the portal, BadCursor for a place that was given to no status.
    """
    async with db.transaction() as tx:
        entry = await partners.speaking(tx, READ, portal, principal, at)
        last = await _placed(tx, portal)
        start: int = (PLACES.values(after) or (0,))[0]
        if start > last:
            raise errors.BadCursor(after or "")
        rows = await tx.rows(_PAGE, [portal, start, limit + 1])
        shown = rows[:limit]
        more = PLACES.cursor({"place": shown[-1].place}) if len(rows) > limit else None
        new = [row.id for row in shown if row.delivered_at is None]
        if new:
            await tx.rows(_GIVEN, [new, at, entry.resend_minutes is None])
        return Read(Page(tuple(map(told, shown)), more), shown[-1].place if shown else start)


def told(row: Any) -> dict[str, Any]:
    """A status as the portal reads it; `data` as its message has it."""
    external = {} if row.external_code is None else {kinds.EXTERNAL: row.external_code}
    return {
        "id": row.message,
        "place": row.place,
        "time": localtime.isoformat(row.at),
        "data": {**bodies.facts(row.payload), **external},
    }


def digest(payload: Mapping[str, Any]) -> str:
    """The SHA-256 of what a portal is told, in hex.

    It is that of `data` as JSON with sorted keys and no spaces, without the external code, which is erased with the dossier.
    """
    return hashlib.sha256(orjson.dumps(bodies.facts(payload), option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _placed(tx: Transaction, portal: str) -> int:
    """Give each status that has none its place; returns the last place."""
    if await tx.rows(_UNPLACED, [portal]):
        await tx.rows("insert into portal_feed (portal) values ($1) on conflict do nothing", [portal])
        # Held until the end: who reads at the same time gives out the next places behind these.
        (held,) = await tx.rows("select place from portal_feed where portal = $1 for update", [portal])
        given = await tx.rows(_PLACE, [portal, held.place, PORTION])
        await tx.rows("update portal_feed set place = place + $2 where portal = $1", [portal, len(given)])
    rows = await tx.rows("select place from portal_feed where portal = $1", [portal])
    return int(rows[0].place) if rows else 0


_UNPLACED = "select 1 from portal_status where portal = $1 and place is null limit 1"
#: $1 portal, $2 the last place, $3 how many.
_PLACE = """
with found as (
  select id, row_number() over (order by id) as n from portal_status where portal = $1 and place is null order by id limit $3
)
update portal_status s set place = $2 + f.n from found f where s.id = f.id returning s.id
"""
#: $1 portal, $2 place, $3 how many.
_PAGE = """
select s.id, s.message, s.place, s.at, s.payload, s.delivered_at, d.external_code
from portal_status s join dossier d on d.id = s.dossier_id
where s.portal = $1 and s.place > $2 order by s.place limit $3
"""
#: $1 statuses, $2 instant, $3 true where to be given one is to acknowledge it.
_GIVEN = """
update portal_status set delivered_at = $2, attempts = attempts + 1,
  acknowledged_at = case when $3 then coalesce(acknowledged_at, $2) else acknowledged_at end
where id = any($1::bigint[])
"""
