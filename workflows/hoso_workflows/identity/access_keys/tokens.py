"""Tokens of officers and systems: lists for their administrators, and revocation with a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.identity import history
from hoso_workflows.identity.access_keys import keepers
from hoso_workflows.organisation import credentials
from hoso_workflows.organisation.permissions.rights import Rights
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, REVOKE = "list_tokens", "revoke_token"
#: The newest first.
KEYS = Keyset(created_at=pagination.INSTANT, prefix=pagination.TEXT)


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A good token and whose it is. Of the token itself only the open part."""

    prefix: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    principal: UUID
    name: str
    #: The unit that keeps the principal's record, if any.
    unit: str | None


async def listed(
    db: Database, rights: Rights, *, at: datetime, after: str | None = None, limit: int = 50
) -> Page[HeldToken]:
    """The good tokens of those whom the reader administers, the newest first. Raises Forbidden, BadCursor."""
    asked = Conditions(keepers.KEPT)
    for value in await keepers.reach(db, rights, LIST):
        asked.given(value)
    asked.add("t.revoked_at is null and (t.expires_at is null or t.expires_at > {})", at)
    asked.behind("t.created_at, t.prefix", KEYS.values(after), falling=True)
    return await pagination.page(db, _TOKENS, asked, KEYS, limit=limit, item=_held)


async def revoke(tx: Transaction, prefix: str, reason: str, *, by: UUID, at: datetime) -> datetime:
    """Revoke a token of somebody whom one administers. One that is revoked stays so.

    Returns when it was revoked. Raises Forbidden, and NotFound for a token of nobody.
    """
    found = await tx.rows(
        "select principal_id, revoked_at from api_token where prefix = $1 for update", [prefix]
    )
    owner = UUID(int=found[0].principal_id.int) if found else None
    if owner is None:
        await keepers.require_office(tx, REVOKE, by=by, at=at)
        raise errors.NotFound("token", prefix)
    actor = await keepers.authorise(tx, REVOKE, owner, by=by, at=at)
    before: datetime | None = found[0].revoked_at
    if before is None:
        await credentials.revoke_token(tx, prefix, at=at)
        await history.record_administration(
            tx, actor, "token_revoked", owner, at, prefix=prefix, reason=reason
        )
    return before or at


def _held(row: Any) -> HeldToken:
    return HeldToken(**{**dict(row), "scopes": tuple(row.scopes)})


_TOKENS = """
select t.prefix, t.label, t.scopes, t.created_at, t.expires_at, t.last_used_at, p.id as principal, p.name,
  p.home_unit_code as unit
from api_token t join principal p on p.id = t.principal_id and p.kind in ('officer', 'system', 'partner')
where {conditions} order by t.created_at desc, t.prefix desc limit {limit}
"""
