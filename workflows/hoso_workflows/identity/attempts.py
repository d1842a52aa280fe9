"""Steps of a sign-in between two requests of one browser, each used once."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hoso_models import AttemptPurpose, SessionKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.identity.sessions import digest

#: How long a step may take.
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that waits for its next request."""

    purpose: AttemptPurpose
    kind: SessionKind = SessionKind.OFFICER
    onward: str = "/"
    principal: UUID | None = None
    session: UUID | None = None
    invitation: UUID | None = None
    challenge: bytes | None = None
    provider: str | None = None
    #: Of an authorisation request.
    state: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    verifier: str | None = field(default=None, repr=False)
    wanted_acr: tuple[str, ...] = ()
    max_age: int | None = None


async def begin(asked: Database | Transaction, attempt: Attempt, *, at: datetime) -> str:
    """Store a step; returns the secret that the browser keeps."""
    secret = secrets.token_urlsafe(32)
    state = digest(attempt.state) if attempt.state is not None else None
    await asked.rows(
        _BEGIN,
        [
            *(uuid4(), attempt.kind.value, attempt.purpose.value, state, digest(secret), attempt.provider),
            *(attempt.nonce, attempt.verifier, attempt.challenge, list(attempt.wanted_acr), attempt.max_age),
            *(attempt.onward, attempt.principal, attempt.session, attempt.invitation, at, at + LIFETIME),
        ],
    )
    return secret


async def find(db: Database, secret: str, purpose: AttemptPurpose, *, at: datetime) -> Attempt | None:
    """The step of a browser, left for its next request."""
    return _attempt(await db.row(_FIND, [digest(secret), purpose.value, at]))


async def take(
    asked: Database | Transaction,
    secret: str,
    purpose: AttemptPurpose,
    *,
    at: datetime,
    state: str | None = None,
) -> Attempt | None:
    """The step of a browser, used up: of two requests one gets it.

    With a `state` it is the one of that authorisation request only.
    """
    wanted = digest(state) if state is not None else None
    rows = await asked.rows(_TAKE, [digest(secret), purpose.value, at, wanted])
    return _attempt(rows[0] if rows else None)


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete the steps that took too long; returns their number."""
    return len(await db.one_statement("delete from sign_in_attempt where expires_at <= $1 returning 1", [at]))


def _attempt(row: Any) -> Attempt | None:
    if row is None:
        return None
    return Attempt(
        purpose=AttemptPurpose(row.purpose),
        kind=SessionKind(row.kind),
        onward=row.onward,
        principal=row.principal_id,
        session=row.session_id,
        invitation=row.invitation_id,
        challenge=row.challenge,
        provider=row.provider,
        nonce=row.nonce,
        verifier=row.verifier,
        wanted_acr=tuple(row.wanted_acr),
        max_age=row.max_age,
    )


_BEGIN = """
insert into sign_in_attempt (id, kind, purpose, state_sha256, cookie_sha256, provider, nonce, verifier, challenge,
  wanted_acr, max_age, onward, principal_id, session_id, invitation_id, begun_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12, $13, $14, $15, $16, $17)
"""
_FIND = "select * from sign_in_attempt where cookie_sha256 = $1 and purpose = $2 and expires_at > $3"
_TAKE = """
delete from sign_in_attempt where cookie_sha256 = $1 and purpose = $2 and expires_at > $3
  and ($4::bytea is null or state_sha256 = $4)
returning *
"""
