"""Linking of a provider's subjects to principals, by issuer and subject alone.

An officer was entered before, and is linked by an invitation, or by a value that equals their code in the register where they have
no other way to sign in and never had one. A citizen is entered by the first sign-in. Whoever is linked to nobody is recorded for the administrators.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_models import PrincipalKind, SessionKind
from hoso_models.errors import ConstraintViolated
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, pagination
from hoso_workflows.identity import identities
from hoso_workflows.identity.identities import Linked
from hoso_workflows.organisation import principals
from hoso_workflows.pagination import Conditions, Keyset, Page

#: For how long an unknown person is listed after the last try.
LISTED = timedelta(days=90)
COME = Keyset(last_at=pagination.INSTANT, id=pagination.IDENTITY)
#: The longest name of a person.
LONGEST = 300


class How(StrEnum):
    """Ways in which a subject is linked."""

    INVITATION = "invitation"
    CLAIM = "claim"
    FIRST_SIGN_IN = "first-sign-in"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as a provider names them."""

    provider: str
    issuer: str
    subject: str
    kind: SessionKind
    name: str | None = None
    #: The value that is compared with the register.
    compared: str | None = None
    #: The number that the provider has verified.
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A person whom a provider signed in and whom nobody knows here."""

    id: UUID
    provider: str
    issuer: str
    subject: str
    name: str | None
    compared: str | None
    first_at: datetime
    last_at: datetime
    tries: int


class UnknownPerson(errors.Refusal):
    """The provider knows the person; this installation does not."""

    slug = "unknown-person"
    remedy = "Ask the administrator of your unit to enter you, or to invite you."

    def __init__(self) -> None:
        super().__init__(say("Nobody here is linked to this account."))


async def linked(
    db: Database, found: Subject, how: How, *, at: datetime, invited: UUID | None = None
) -> Linked:
    """The identity of a person, linked now where that may be. Raises UnknownPerson.

    `invited` is the principal whose invitation this browser has taken up.
    """
    known = await identities.find(db, found.issuer, found.subject, found.kind)
    if known is None:
        try:
            known = await _link(db, found, how, invited, at)
        except ConstraintViolated:
            # Two sign-ins at once: the other one has linked it.
            known = await identities.find(db, found.issuer, found.subject, found.kind)
    if known is None or not await db.row(_MAY, [known.principal, identities.KINDS[found.kind].value, at]):
        await _remember(db, found, at)
        raise UnknownPerson
    if found.identifier is not None:
        await identities.identified(db, known.id, found.identifier)
    return known


async def unknown(
    db: Database, *, at: datetime, limit: int | None = None, after: str | None = None
) -> Page[Unknown]:
    """One page of the people whom nobody knows here, the last first."""
    asked = Conditions()
    asked.add("last_at > {}", at - LISTED)
    asked.behind("last_at, id", COME.values(after), falling=True)
    return await pagination.page(
        db, _UNKNOWN, asked, COME, limit=limit, item=lambda row: Unknown(**dict(row.items()))
    )


async def unknown_one(db: Database, identity: UUID, *, at: datetime) -> Unknown:
    """One of the people whom nobody knows here. Raises NotFound for one who is not listed."""
    asked = Conditions()
    asked.add("last_at > {}", at - LISTED)
    asked.add("id = {}", identity)
    found = await pagination.page(
        db, _UNKNOWN, asked, COME, limit=1, item=lambda row: Unknown(**dict(row.items()))
    )
    if not found.items:
        raise errors.NotFound("identity", identity)
    return found.items[0]


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete who was not seen for long; returns their number."""
    return len(
        await db.one_statement("delete from unknown_identity where last_at <= $1 returning 1", [at - LISTED])
    )


async def _link(db: Database, found: Subject, how: How, invited: UUID | None, at: datetime) -> Linked | None:
    async with db.transaction() as tx:
        principal = await _principal(tx, found, how, invited, at)
        if principal is None:
            return None
        identity = await identities.link(
            tx, principal, found.provider, found.issuer, found.subject, how=how, at=at
        )
        await tx.rows(_FORGET, [found.issuer, found.subject, found.provider])
    return Linked(identity, principal, found.provider)


async def _principal(
    tx: Transaction, found: Subject, how: How, invited: UUID | None, at: datetime
) -> UUID | None:
    """The principal to be linked. None where there is none, or where another subject of the issuer is linked to it."""
    if how is How.FIRST_SIGN_IN:
        return await _entered(tx, found, at)
    if how is How.INVITATION:
        rows = await tx.rows(_INVITED, [invited, found.issuer, at]) if invited else []
    else:
        given = [found.compared, found.issuer, at, invited]
        rows = await tx.rows(_REGISTERED, given) if found.compared else []
    return UUID(int=rows[0].id.int) if len(rows) == 1 else None


async def _entered(tx: Transaction, found: Subject, at: datetime) -> UUID | None:
    """A new citizen. None for a person whose name the provider does not say, or says illegibly."""
    name = text_safety.text(found.name or "").strip()
    if not 0 < len(name) <= LONGEST or text_safety.hidden(name):
        return None
    identity = uuid4()
    principals.principal(tx, PrincipalKind.CITIZEN, name, at=at, identity=identity)
    await tx.flush()
    return identity


async def _remember(db: Database, found: Subject, at: datetime) -> None:
    values = [found.issuer, found.subject, found.provider, found.name, found.compared, at]
    await db.one_statement(_REMEMBER, values)


#: $1 principal, $2 kind, $3 now.
_MAY = "select 1 from principal where id = $1 and kind = $2 and (closed_at is null or closed_at > $3)"
_FREE = """p.kind = 'officer' and (p.closed_at is null or p.closed_at > $3) and not exists (
  select from identity i where i.principal_id = p.id and i.issuer = $2 and i.unlinked_at is null)"""
#: $1 principal, $2 issuer, $3 now.
_INVITED = f"select p.id from principal p where p.id = $1 and {_FREE} for no key update"  # noqa: S608 - fixed text of this module
#: $1 code, $2 issuer, $3 now, $4 whose invitation was taken up: whatever case it is written in, one person and no second. Who has or
#: had a factor or an account at any provider is linked by the invitation that a recovery gave, and not by a code that somebody else
#: may show.
_REGISTERED = f"""
select p.id from principal p
where lower(p.code) = lower($1) and {_FREE} and (p.id = $4::uuid
  or not exists (select from identity i where i.principal_id = p.id)
  and not exists (select from credential c where c.principal_id = p.id)) for no key update
"""  # noqa: S608 - fixed text of this module
_REMEMBER = """
insert into unknown_identity as u (issuer, subject, provider, name, compared, first_at, last_at)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (issuer, subject) do update set provider = excluded.provider, name = excluded.name,
  compared = excluded.compared, last_at = excluded.last_at, tries = u.tries + 1
"""
_FORGET = "delete from unknown_identity where issuer = $1 and subject = $2 and provider = $3"
_UNKNOWN = """
select id, provider, issuer, subject, name, compared, first_at, last_at, tries
from unknown_identity where {conditions} order by last_at desc, id desc limit {limit}
"""
