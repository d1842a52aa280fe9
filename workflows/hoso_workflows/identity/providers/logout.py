"""Sign-outs that a provider announces: each token is carried out once."""

from datetime import datetime

from hoso_models import SessionKind
from hoso_models.storage.database import Database
from hoso_workflows.identity import history, identities, sessions


async def carry_out(
    db: Database,
    provider: str,
    issuer: str,
    token_id: str,
    expires_at: datetime,
    kind: SessionKind,
    *,
    at: datetime,
    sid: str | None = None,
    subject: str | None = None,
) -> int | None:
    """End the sessions that a token names; returns their number. None for a token that was used before."""
    known = None if subject is None else await identities.find(db, issuer, subject, kind)
    async with db.transaction() as tx:
        if not await tx.rows(_ONCE, [issuer, token_id, expires_at]):
            return None
        if sid is None and known is None:
            return 0
        identity = None if known is None else known.id
        ended = await sessions.end_at_provider(tx, provider, at=at, sid=sid, identity=identity)
        principal = None if known is None else known.principal
        await history.record(tx, principal, "sign-out at provider", provider, at, ended=str(ended))
    return ended


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete the tokens that are good no more; returns their number."""
    # Kept longer than they are good by the time that two clocks may be apart.
    return len(
        await db.one_statement(
            "delete from logout_token where expires_at <= $1::timestamptz - interval '1 hour' returning 1",
            [at],
        )
    )


_ONCE = """
insert into logout_token (issuer, token_id, expires_at) values ($1, $2, $3) on conflict do nothing returning 1
"""
