"""Tokens and public keys by which a principal proves who it is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from hoso_models import ApiToken, PrincipalKind, SigningKey
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors

#: What every token of ours begins with, so that one that leaked is recognised.
TOKEN_PREFIX = "hs_"  # noqa: S105 - not a secret
#: How many characters of a token are its open part, by which it is found and named.
PREFIX = 11


@dataclass(frozen=True, slots=True)
class Bearer:
    """The principal of a token."""

    principal: UUID
    name: str
    kind: PrincipalKind


@dataclass(frozen=True, slots=True)
class Signer:
    """The principal of a key, and the public key itself: Ed25519, 32 bytes."""

    bearer: Bearer
    public_key: bytes


async def bearer(db: Database, token: str, *, at: datetime) -> Bearer | None:
    """The principal of a valid token, else None.

    Known, not expired, not revoked, and of a principal who is not closed.
    """
    if "\0" in token:
        return None  # no token of ours, and no text that the database would compare
    row = await db.row(_BEARER, [hashlib.sha256(token.encode()).digest(), _prefix(token), at])
    return None if row is None else Bearer(row.id, row.name, PrincipalKind(row.kind))


_BEARER = """
select p.id, p.name, p.kind
from api_token t join principal p on p.id = t.principal_id
where t.prefix = $2 and t.sha256 = $1 and t.revoked_at is null and p.kind <> 'operator'
  and (t.expires_at is null or t.expires_at > $3) and (p.closed_at is null or p.closed_at > $3)
"""


async def give_token(
    tx: Transaction, principal: UUID, label: str, *, at: datetime, expires_at: datetime | None = None
) -> str:
    """Create a token of a principal. It is shown once; only its digest is stored."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    tx.add(
        ApiToken.model_validate(
            {
                "principal_id": principal,
                "prefix": _prefix(token),
                "sha256": hashlib.sha256(token.encode()).digest(),
                "label": label,
                "created_at": at,
                "expires_at": expires_at,
            }
        )
    )
    return token


async def revoke_token(asked: Database | Transaction, prefix: str, *, at: datetime) -> None:
    """Revoke the token of that prefix. Raises NotFound."""
    found = await asked.rows(
        "update api_token set revoked_at = coalesce(revoked_at, $2) where prefix = $1 returning id",
        [prefix, at],
    )
    if not found:
        raise errors.NotFound("token", prefix)


async def signer(db: Database, key: UUID, *, at: datetime) -> Signer | None:
    """The principal of a valid key, else None.

    Known, not expired, not revoked, and of a principal who is not closed.
    """
    row = await db.row(_SIGNER, [key, at])
    return None if row is None else Signer(Bearer(row.id, row.name, PrincipalKind(row.kind)), row.public_key)


_SIGNER = """
select p.id, p.name, p.kind, k.public_key
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
) -> UUID:
    """Register a principal's public key for signed calls. Its id is the `keyid` of the signatures."""
    entered = SigningKey.model_validate(
        {
            "id": uuid4(),
            "principal_id": principal,
            "public_key": public_key,
            "label": label,
            "created_at": at,
            "expires_at": expires_at,
        }
    )
    tx.add(entered)
    return entered.id


async def revoke_key(asked: Database | Transaction, key: UUID, *, at: datetime) -> None:
    """Revoke a key. Raises NotFound."""
    found = await asked.rows(
        "update signing_key set revoked_at = coalesce(revoked_at, $2) where id = $1 returning id", [key, at]
    )
    if not found:
        raise errors.NotFound("key", key)


def _prefix(token: str) -> str:
    return token[:PREFIX]
