"""Identities of providers: an issuer and a subject, linked to a principal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from hoso_models import PrincipalKind, SessionKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.identity import history
from hoso_workflows.organisation.telling import account_messages
from hoso_workflows.organisation.telling.account_messages import Topic

#: The kind of the principal by that of the session.
KINDS: Mapping[SessionKind, PrincipalKind] = {
    SessionKind.OFFICER: PrincipalKind.OFFICER,
    SessionKind.APPLICANT: PrincipalKind.CITIZEN,
}


@dataclass(frozen=True, slots=True)
class Linked:
    """An identity and whose it is."""

    id: UUID
    principal: UUID
    provider: str


async def find(db: Database, issuer: str, subject: str, kind: SessionKind) -> Linked | None:
    """The linked identity of an issuer's subject, as an officer or as an applicant.

    Two issuers' equal subjects are two identities, and so are the officer and the citizen of one.
    """
    row = await db.row(_FIND, [issuer, subject, KINDS[kind].value])
    return row and Linked(UUID(int=row.id.int), UUID(int=row.principal_id.int), row.provider)


async def link(
    tx: Transaction,
    principal: UUID,
    provider: str,
    issuer: str,
    subject: str,
    *,
    how: str,
    at: datetime,
    by: UUID | None = None,
) -> UUID:
    """Link an identity to a principal. Raises ConstraintViolated when it is linked already."""
    identity = uuid4()
    await tx.rows(_LINK, [identity, principal, provider, issuer, subject, at, by, how])
    await history.record(tx, principal, "link identity", str(identity), at, provider=provider, how=how)
    await account_messages.enter(tx, Topic.SIGN_IN_CHANGED, principal, at=at)
    return identity


async def identified(db: Database, identity: UUID, identifier: str) -> None:
    """Keep the number that a provider has verified; the same once more changes nothing."""
    await db.one_statement(_IDENTIFIED, [identity, identifier])


async def has_any(asked: Database | Transaction, principal: UUID) -> bool:
    """True for a person with an account at a provider."""
    return bool(await asked.rows(_ANY, [principal]))


async def unlink_all(tx: Transaction, principal: UUID, *, at: datetime) -> int:
    """Unlink every identity of a person and return their number. Sessions are the caller's to end."""
    rows = await tx.rows(_UNLINK, [principal, at])
    for row in rows:
        await history.record(tx, principal, "unlink identity", str(row.id), at, provider=row.provider)
    return len(rows)


#: $1 issuer, $2 subject, $3 the kind of the principal.
_FIND = """
select i.id, i.principal_id, i.provider from identity i join principal p on p.id = i.principal_id and p.kind = $3
where i.issuer = $1 and i.subject = $2 and i.unlinked_at is null
"""
_IDENTIFIED = """
update identity set identifier = $2 where id = $1 and unlinked_at is null and identifier is distinct from $2 returning id
"""
_ANY = "select 1 from identity where principal_id = $1 and unlinked_at is null limit 1"
_LINK = """
insert into identity (id, principal_id, provider, issuer, subject, linked_at, linked_by, how)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_UNLINK = "update identity set unlinked_at = $2, identifier = null where principal_id = $1 and unlinked_at is null returning id, provider"
