"""Keys by which systems sign their calls: lists, entering, and revocation with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.identity import history
from hoso_workflows.identity.access_keys import keepers
from hoso_workflows.organisation import credentials
from hoso_workflows.organisation.permissions.rights import Rights
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST, ENTER, REVOKE = "list_keys", "enter_key", "revoke_key"
#: The newest first.
KEYS = Keyset(created_at=pagination.INSTANT, id=pagination.IDENTITY)
#: The name space of keys by who enters them and their name for the request.
_REQUESTS = UUID("5b0f6a2e-93c1-4f4e-8d53-0c7a41e2b6d9")


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A good key and whose it is."""

    #: The `keyid` of its signatures.
    id: UUID
    label: str
    created_at: datetime
    expires_at: datetime | None
    principal: UUID
    name: str
    #: The unit that keeps the principal's record, if any.
    unit: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A key that was entered."""

    id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class System:
    """A system that may have a key."""

    id: UUID
    name: str


async def listed(
    db: Database, rights: Rights, *, at: datetime, after: str | None = None, limit: int = 50
) -> Page[HeldKey]:
    """The good keys of systems that the reader administers, the newest first. Raises Forbidden, BadCursor."""
    asked = Conditions(keepers.KEPT)
    for value in await keepers.reach(db, rights, LIST):
        asked.given(value)
    asked.add("k.revoked_at is null and (k.expires_at is null or k.expires_at > {})", at)
    asked.behind("k.created_at, k.id", KEYS.values(after), falling=True)
    return await pagination.page(db, _KEYS, asked, KEYS, limit=limit, item=lambda row: HeldKey(**row))


async def systems(db: Database, rights: Rights, *, at: datetime) -> Sequence[System]:
    """The systems for which the reader may enter a key, by name. Raises Forbidden."""
    units, top = await keepers.reach(db, rights, ENTER)
    return [System(**row) for row in await db.rows(_SYSTEMS, [units, top, at])]


def public_key(pem: str) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM. Raises FormRefused."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise errors.FormRefused([errors.Fault("public_key", say("is no public key as PEM"))]) from None
    if not isinstance(key, Ed25519PublicKey):
        raise errors.FormRefused([errors.Fault("public_key", say("is another kind of key than Ed25519"))])
    return key.public_bytes_raw()


async def enter(
    tx: Transaction,
    system: UUID,
    pem: str,
    label: str,
    *,
    by: UUID,
    at: datetime,
    expires_at: datetime,
    key: str | None = None,
) -> Entered:
    """Let calls signed by a key count as a system's; returns its keyid.

    `key` is the caller's own name for the request: the same again is answered as before and enters nothing. Raises Forbidden,
    FormRefused, NotFound for a system that is none, KeyReused for another request of that name.
    """
    await keepers.require_office(tx, ENTER, by=by, at=at)
    # The row of the system is locked, so that of two requests of one name the second one finds what the first has entered.
    if not await tx.rows(_SYSTEM, [system, at]):
        raise errors.NotFound("principal", system)
    actor = await keepers.authorise(tx, ENTER, system, by=by, at=at, every=True)
    said = public_key(pem)
    identity = uuid5(_REQUESTS, f"{by} {key}") if key else uuid4()
    if (before := await _known(tx, identity, key, (system, said, label, expires_at - at))) is not None:
        return before
    await credentials.enter_key(tx, system, said, label, at=at, expires_at=expires_at, identity=identity)
    await history.record_administration(tx, actor, "key_entered", system, at, key=str(identity), label=label)
    return Entered(identity, expires_at)


async def _known(
    tx: Transaction, identity: UUID, key: str | None, asked: tuple[UUID, bytes, str, timedelta]
) -> Entered | None:
    """The key that was entered under a name. Raises KeyReused where the request was another one."""
    rows = await tx.rows(_ENTERED, [identity]) if key else ()
    if not rows:
        return None
    (row,) = rows
    if (row.principal_id, row.public_key, row.label, row.expires_at - row.created_at) != asked:
        raise errors.KeyReused(key or "")
    return Entered(identity, row.expires_at)


async def revoke(tx: Transaction, key: UUID, reason: str, *, by: UUID, at: datetime) -> datetime:
    """Revoke the key of a system that one administers. One that is revoked stays so.

    Returns when it was revoked. Raises Forbidden, and NotFound for a key of nobody.
    """
    found = await tx.rows("select principal_id, revoked_at from signing_key where id = $1 for update", [key])
    if not found:
        await keepers.require_office(tx, REVOKE, by=by, at=at)
        raise errors.NotFound("key", key)
    owner = UUID(int=found[0].principal_id.int)
    actor = await keepers.authorise(tx, REVOKE, owner, by=by, at=at)
    before: datetime | None = found[0].revoked_at
    if before is None:
        await credentials.revoke_key(tx, key, at=at)
        await history.record_administration(tx, actor, "key_revoked", owner, at, key=str(key), reason=reason)
    return before or at


_KEYS = """
select k.id, k.label, k.created_at, k.expires_at, p.id as principal, p.name, p.home_unit_code as unit
from signing_key k join principal p on p.id = k.principal_id and p.kind in ('officer', 'system', 'partner')
where {conditions} order by k.created_at desc, k.id desc limit {limit}
"""
_ENTERED = "select principal_id, public_key, label, created_at, expires_at from signing_key where id = $1"
_SYSTEM = """
select 1 from principal p where p.id = $1 and p.kind in ('system', 'partner') and (p.closed_at is null or p.closed_at > $2)
for no key update
"""
_SYSTEMS = f"""
select p.id, p.name from principal p
where p.kind in ('system', 'partner') and (p.closed_at is null or p.closed_at > $3) and {keepers.KEPT}
  and not exists (
    select from role_assignment r
    where r.principal_id = p.id and r.unit_code <> all($1::text[]) and (r.valid_to is null or r.valid_to >= $3::date))
order by p.name, p.id
"""  # noqa: S608 - fixed text of this module
