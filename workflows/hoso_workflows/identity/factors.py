"""Factors of own accounts: what a person has, and changes of it."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import CredentialKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.identity import history, totp
from hoso_workflows.identity.refusals import LastFactor
from hoso_workflows.identity.sealing import Broken, Seal
from hoso_workflows.organisation.telling import account_messages
from hoso_workflows.organisation.telling.account_messages import Topic

#: Recovery codes of one set.
CODES = 10


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its person sees it."""

    id: UUID
    label: str
    created_at: datetime
    last_used_at: datetime | None
    copied: bool


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors that a person can show now."""

    passkeys: tuple[Passkey, ...] = ()
    password: bool = False
    totp: bool = False
    #: Recovery codes that are left.
    recovery_codes: int = 0

    @property
    def enough(self) -> bool:
        """True when they are two factors."""
        return bool(self.passkeys) or (self.password and self.totp)


async def of(asked: Database | Transaction, principal: UUID) -> Factors:
    """The factors of a person."""
    rows = await asked.rows(_ACTIVE, [principal])
    kinds = [CredentialKind(row.kind) for row in rows]
    return Factors(
        tuple(_passkey(row) for row in rows if row.kind == CredentialKind.PASSKEY),
        CredentialKind.PASSWORD in kinds,
        CredentialKind.TOTP in kinds,
        kinds.count(CredentialKind.RECOVERY_CODE),
    )


async def set_password(tx: Transaction, principal: UUID, hashed: str, *, at: datetime) -> None:
    """Give a person a password in the place of the one before."""
    await _replace(tx, principal, CredentialKind.PASSWORD, at)
    await tx.rows(_ADD_HASH, [principal, hashed, at])
    await history.record(tx, principal, "set password", str(principal), at)
    await account_messages.enter(tx, Topic.SIGN_IN_CHANGED, principal, at=at)


async def set_totp(tx: Transaction, principal: UUID, sealed: bytes, step: int, *, at: datetime) -> None:
    """Give a person changing codes; the code of this step was shown."""
    await _replace(tx, principal, CredentialKind.TOTP, at)
    await tx.rows(_ADD_TOTP, [principal, sealed, step, at])
    await history.record(tx, principal, "set changing codes", str(principal), at)
    await account_messages.enter(tx, Topic.SIGN_IN_CHANGED, principal, at=at)


async def use_totp(db: Database, principal: UUID, typed: str, seal: Seal, *, at: datetime) -> bool:
    """True for the right code of a step that was not used yet.

    Of two requests at once one gets it.
    """
    row = await db.row(_TOTP, [principal])
    if row is None:
        return False
    try:
        secret = seal.open(row.sealed, principal.bytes)
    except Broken:
        return False
    step = totp.matching(secret, typed, at)
    return step is not None and bool(await db.one_statement(_USE_TOTP, [row.id, step, at]))


async def sealed_secrets(db: Database, seal: Seal) -> tuple[int, int]:
    """Count the stored secrets of changing codes, and those that this seal opens."""
    rows = await db.rows(_SEALED)
    return len(rows), sum(_opens(seal, row) for row in rows)


def _opens(seal: Seal, row: Any) -> bool:
    try:
        seal.open(row.sealed, row.principal_id.bytes)
    except Broken:
        return False
    return True


def new_recovery_codes() -> list[str]:
    """Ten codes of 60 bits, each with its number in front."""
    drawn = (base64.b32encode(secrets.token_bytes(8)).decode()[:12].lower() for _ in range(CODES))
    return [f"{number}-{text[:4]}-{text[4:8]}-{text[8:]}" for number, text in enumerate(drawn)]


async def set_recovery_codes(
    tx: Transaction, principal: UUID, hashes: Sequence[str], *, at: datetime
) -> None:
    """Give a person recovery codes in the place of those before."""
    await _replace(tx, principal, CredentialKind.RECOVERY_CODE, at)
    for number, hashed in enumerate(hashes):
        await tx.rows(_ADD_RECOVERY_CODE, [principal, number, hashed, at])
    await history.record(tx, principal, "make recovery codes", str(principal), at)
    await account_messages.enter(tx, Topic.SIGN_IN_CHANGED, principal, at=at)


def recovery_code(typed: str) -> tuple[int | None, str]:
    """The number and the text of a typed recovery code, if it is one."""
    text = "-".join(typed.replace("-", " ").split()).lower()
    first = text[:1]
    return (int(first) if first.isascii() and first.isdigit() and len(text) > totp.DIGITS + 1 else None), text


async def hash_of_recovery_code(db: Database, principal: UUID, number: int | None) -> Any:
    """Id and hash of a person's recovery code of that number, else None."""
    return None if number is None else await db.row(_RECOVERY_CODE, [principal, number])


async def use_up(db: Database, credential: UUID, *, at: datetime) -> bool:
    """Revoke what is good once; of two requests at once one is told True."""
    return bool(await db.one_statement(_USE_UP, [credential, at]))


async def remove(tx: Transaction, principal: UUID, passkey: UUID, *, at: datetime) -> None:
    """Revoke a person's passkey. Raises LastFactor where nothing else is enough."""
    await tx.rows("select 1 from principal where id = $1 for no key update", [principal])
    left = await of(tx, principal)
    others = Factors(tuple(each for each in left.passkeys if each.id != passkey), left.password, left.totp)
    if not others.enough:
        raise LastFactor
    if await tx.rows(_REVOKE_PASSKEY, [principal, passkey, at]):
        await history.record(tx, principal, "remove passkey", str(passkey), at)
        await account_messages.enter(tx, Topic.SIGN_IN_CHANGED, principal, at=at)


async def revoke_all(tx: Transaction, principal: UUID, why: str, *, at: datetime) -> int:
    """Revoke every factor of a person, identities of providers excepted; returns their number."""
    return len(await tx.rows(_REVOKE_ALL, [principal, at, why]))


async def _replace(tx: Transaction, principal: UUID, kind: CredentialKind, at: datetime) -> None:
    await tx.rows("select 1 from principal where id = $1 for no key update", [principal])
    await tx.rows(_REPLACE, [principal, kind.value, at])


def _passkey(row: Any) -> Passkey:
    return Passkey(UUID(int=row.id.int), row.label, row.created_at, row.last_used_at, row.copied)


_ACTIVE = """
select id, kind, label, created_at, last_used_at, copied from credential
where principal_id = $1 and revoked_at is null and confirmed_at is not null order by created_at, id
"""
_REPLACE = """
update credential set revoked_at = $3, revoked_why = 'replaced'
where principal_id = $1 and kind = $2 and revoked_at is null
"""
_ADD_HASH = """
insert into credential (principal_id, kind, hash, created_at, confirmed_at) values ($1, 'password', $2, $3, $3)
"""
_ADD_TOTP = """
insert into credential (principal_id, kind, sealed, last_step, created_at, confirmed_at)
values ($1, 'totp', $2, $3, $4, $4)
"""
_ADD_RECOVERY_CODE = """
insert into credential (principal_id, kind, number, hash, created_at, confirmed_at)
values ($1, 'recovery_code', $2, $3, $4, $4)
"""
_TOTP = """
select id, sealed from credential
where principal_id = $1 and kind = 'totp' and revoked_at is null and confirmed_at is not null
"""
_SEALED = """
select principal_id, sealed from credential where kind = 'totp' and revoked_at is null and confirmed_at is not null
"""
_USE_TOTP = """
update credential set last_step = $2, last_used_at = $3
where id = $1 and revoked_at is null and last_step < $2 returning 1
"""
_RECOVERY_CODE = """
select id, hash from credential
where principal_id = $1 and kind = 'recovery_code' and number = $2 and revoked_at is null
"""
_USE_UP = """
update credential set revoked_at = $2, revoked_why = 'used', last_used_at = $2
where id = $1 and revoked_at is null returning 1
"""
_REVOKE_PASSKEY = """
update credential set revoked_at = $3, revoked_why = 'removed'
where principal_id = $1 and id = $2 and kind = 'passkey' and revoked_at is null returning 1
"""
_REVOKE_ALL = """
update credential set revoked_at = $2, revoked_why = $3 where principal_id = $1 and revoked_at is null returning 1
"""
