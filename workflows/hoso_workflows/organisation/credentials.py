"""Tokens and public keys by which a principal proves who it is."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models import ApiToken, PrincipalKind, SigningKey
from hoso_models.storage import standbys
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.operation import repeats
from hoso_workflows.organisation import access_log
from hoso_workflows.organisation.permissions import table

#: What every token of ours begins with, so that one that leaked is recognised.
TOKEN_PREFIX = "hs_"  # noqa: S105 - not a secret
#: How many characters of a token are its open part, by which it is found and named.
PREFIX = 11


#: How long a token is good at most, and where nothing is said.
LONGEST = timedelta(days=365)


#: How old a token may be that proves afresh who acts.
FRESH = timedelta(minutes=15)


class Scope(StrEnum):
    """Scopes of a token; they only narrow the rights of its principal."""

    #: Reading and searching.
    READ = "read"
    #: Acts on dossiers and tasks.
    ACT = "act"
    #: Entering and changing people, units, procedures, and one's own tokens.
    REGISTER = "register"


EVERY_SCOPE = frozenset(Scope)


class TokenTooLong(errors.Refusal):
    """A token is good for a year at most."""

    slug = "token-too-long"
    remedy = "Choose 365 days or fewer; a new token can be made before this one ends."

    def __init__(self) -> None:
        super().__init__(say("A token is good for {days} days at most.", days=LONGEST.days))


class ScopeMissing(errors.Refusal):
    """The token's scopes do not cover this call."""

    slug = "scope-missing"
    remedy = "Use a token with this scope, or have one made."

    def __init__(self, scopes: Collection[str]) -> None:
        super().__init__(say("The token lacks the scope {scopes}.", scopes=", ".join(sorted(scopes))))
        self.scopes = frozenset(scopes)


class TokenTooOld(errors.Refusal):
    """The act needs a fresh proof of who acts, and the token is older."""

    slug = "token-too-old"
    remedy = "Make a new token and repeat the act with it, or sign the call."

    def __init__(self) -> None:
        minutes = FRESH // timedelta(minutes=1)
        super().__init__(
            say(
                "This act needs a signed call, or a token that is at most {minutes} minutes old.",
                minutes=minutes,
            )
        )


@dataclass(frozen=True, slots=True)
class Bearer:
    """The principal of a token or key, and the scopes of the token."""

    principal: UUID
    name: str
    kind: PrincipalKind
    scopes: frozenset[str] = EVERY_SCOPE
    #: When the token or the key ends; None for never.
    expires_at: datetime | None = None
    #: When the token was made; None for a key.
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its principal sees it."""

    prefix: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signer:
    """The principal of a key, and the public key itself: Ed25519, 32 bytes."""

    bearer: Bearer
    public_key: bytes


def require_fresh(made_at: datetime | None, act: str | None, *, at: datetime) -> None:
    """Raise TokenTooOld for an old token, where the act asks for a fresh proof."""
    if made_at is not None and act is not None and table.ACTS[act].step_up and at - made_at > FRESH:
        raise TokenTooOld


async def bearer(db: Database, token: str, *, at: datetime) -> Bearer | None:
    """The principal of a valid token, else None.

    Known, not expired, not revoked, and of a principal who is not closed. Its use is written once an hour at most.
    """
    if "\0" in token:
        return None  # no token of ours, and no text that the database would compare
    row = await db.row(_BEARER, [hashlib.sha256(token.encode()).digest(), _prefix(token), at])
    if row is None:
        return None
    return Bearer(
        row.id, row.name, PrincipalKind(row.kind), frozenset(row.scopes), row.expires_at, row.created_at
    )


_BEARER = f"""
with found as (
select p.id, p.name, p.kind, t.scopes, t.expires_at, t.created_at, t.id as token
from api_token t join principal p on p.id = t.principal_id
where t.prefix = $2 and t.sha256 = $1 and t.revoked_at is null and p.kind <> 'operator'
  and (t.expires_at is null or t.expires_at > $3) and (p.closed_at is null or p.closed_at > $3)
), used as (
update api_token t set last_used_at = $3 from found f, {standbys.UNHURRIED}
where t.id = f.token and (t.last_used_at is null or t.last_used_at <= $3 - interval '1 hour') returning 1
)
select id, name, kind, scopes, expires_at, created_at from found
"""  # noqa: S608 - fixed text of this module


async def give_token(
    tx: Transaction,
    principal: UUID,
    label: str,
    *,
    at: datetime,
    expires_at: datetime | None = None,
    scopes: Collection[Scope] = EVERY_SCOPE,
    by: UUID | None = None,
) -> str:
    """Create a token of a principal. It is shown once; only its digest is stored. Raises TokenTooLong."""
    if expires_at is not None and expires_at - at > LONGEST:
        raise TokenTooLong
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    tx.add(
        ApiToken.model_validate(
            {
                "principal_id": principal,
                "prefix": _prefix(token),
                "sha256": hashlib.sha256(token.encode()).digest(),
                "label": label,
                "created_at": at,
                "expires_at": expires_at or at + LONGEST,
                "scopes": sorted(scopes),
                "created_by": by,
            }
        )
    )
    return token


async def own_tokens(db: Database, principal: UUID, *, at: datetime) -> Sequence[Token]:
    """The tokens of a principal that are good, the newest first."""
    rows = await db.rows(_OWN, [principal, at])
    return [
        Token(row.prefix, row.label, tuple(row.scopes), row.created_at, row.expires_at, row.last_used_at)
        for row in rows
    ]


_OWN = """
select prefix, label, scopes, created_at, expires_at, last_used_at from api_token
where principal_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
order by created_at desc, prefix
"""


async def make_own(
    tx: Transaction,
    principal: UUID,
    label: str,
    *,
    at: datetime,
    expires_at: datetime,
    scopes: Collection[Scope],
) -> str:
    """Create a token by the principal themselves, and record it. Raises TokenTooLong, AlreadyDone."""
    await repeats.note(tx, principal, at)
    token = await give_token(tx, principal, label, at=at, expires_at=expires_at, scopes=scopes, by=principal)
    prefix = _prefix(token)
    await access_log.record(tx, principal, "giving a token", str(principal), at, prefix=prefix)
    return token


async def revoke_own(tx: Transaction, principal: UUID, prefix: str, *, at: datetime) -> None:
    """Revoke one of the principal's own tokens, and record it. Raises NotFound."""
    if not await tx.rows(
        "select 1 from api_token where prefix = $1 and principal_id = $2", [prefix, principal]
    ):
        raise errors.NotFound("token", prefix)
    await revoke_token(tx, prefix, at=at)
    await access_log.record(tx, principal, "revoking a token", prefix, at)


async def revoke_all(tx: Transaction, principal: UUID, *, at: datetime) -> int:
    """Revoke every token of a principal, record each, and return their number."""
    rows = await tx.rows(_REVOKE_ALL, [principal, at])
    for row in rows:
        await access_log.record(tx, principal, "revoking a token", row.prefix, at)
    return len(rows)


_REVOKE_ALL = (
    "update api_token set revoked_at = $2 where principal_id = $1 and revoked_at is null returning prefix"
)


async def revoke_token(asked: Database | Transaction, prefix: str, *, at: datetime) -> UUID:
    """Revoke the token of that prefix; returns its principal. Raises NotFound."""
    found = await asked.rows(
        "update api_token set revoked_at = coalesce(revoked_at, $2) where prefix = $1 returning principal_id",
        [prefix, at],
    )
    if not found:
        raise errors.NotFound("token", prefix)
    return UUID(int=found[0].principal_id.int)


async def signer(db: Database, key: UUID, *, at: datetime) -> Signer | None:
    """The principal of a valid key, else None.

    Known, not expired, not revoked, and of a principal who is not closed.
    """
    row = await db.row(_SIGNER, [key, at])
    if row is None:
        return None
    bearer = Bearer(row.id, row.name, PrincipalKind(row.kind), expires_at=row.expires_at)
    return Signer(bearer, row.public_key)


_SIGNER = """
select p.id, p.name, p.kind, k.public_key, k.expires_at
from signing_key k join principal p on p.id = k.principal_id
where k.id = $1 and k.revoked_at is null and p.kind <> 'operator'
  and (k.expires_at is null or k.expires_at > $2) and (p.closed_at is null or p.closed_at > $2)
"""


async def enter_key(
    tx: Transaction,
    principal: UUID,
    public_key: bytes,
    label: str,
    *,
    at: datetime,
    expires_at: datetime | None = None,
    identity: UUID | None = None,
) -> UUID:
    """Register a principal's public key for signed calls. Its id, `identity` if given, is the `keyid` of the signatures."""
    entered = SigningKey.model_validate(
        {
            "id": identity or uuid4(),
            "principal_id": principal,
            "public_key": public_key,
            "label": label,
            "created_at": at,
            "expires_at": expires_at,
        }
    )
    tx.add(entered)
    return entered.id


async def revoke_key(asked: Database | Transaction, key: UUID, *, at: datetime) -> UUID:
    """Revoke a key; returns its principal. Raises NotFound."""
    found = await asked.rows(
        "update signing_key set revoked_at = coalesce(revoked_at, $2) where id = $1 returning principal_id",
        [key, at],
    )
    if not found:
        raise errors.NotFound("key", key)
    return UUID(int=found[0].principal_id.int)


def _prefix(token: str) -> str:
    return token[:PREFIX]
