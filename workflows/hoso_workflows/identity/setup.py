"""First administrator of an installation where nobody can sign in yet."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hoso_models import InvitationPurpose
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.identity import invitations, sessions
from hoso_workflows.identity.refusals import AlreadyFounded
from hoso_workflows.organisation import permissions, principals, register, unit_tree
from hoso_workflows.organisation.register import commands

#: How long the link is good.
LIFETIME = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Authority:
    """The unit at the top of a register that is still empty."""

    code: str
    name: str
    kind: str
    level: str
    calendar: str


async def needed(asked: Database | Transaction, *, at: datetime) -> bool:
    """True while no officer could sign in, and nobody administers anything."""
    return not await asked.rows(_SOMEBODY, [at]) and not await _administered(asked, at)


async def uninvited(asked: Database | Transaction, *, at: datetime) -> bool:
    """True while no officer could sign in, although administrators were entered.

    An operator invites one."""
    return not await asked.rows(_SOMEBODY, [at]) and await _administered(asked, at)


async def _administered(asked: Database | Transaction, at: datetime) -> bool:
    values = [at, localtime.local_date(at), permissions.ADMINISTRATOR]
    return bool(await asked.rows(_ADMINISTRATORS, values))


async def open_link(db: Database, *, at: datetime) -> str | None:
    """The code of a new set-up link; None where somebody can sign in.

    Earlier links are withdrawn.
    """
    async with db.transaction() as tx:
        if not await needed(tx, at=at):
            return None
        await tx.rows(_WITHDRAW, [at])
        code = invitations.new_code()
        await tx.rows(_ADD, [uuid4(), sessions.digest(code), at, at + LIFETIME])
        return code


async def offered(db: Database, *, at: datetime) -> bool:
    """True while a set-up link is open."""
    return bool(await db.rows(_OPEN, [at]))


async def found(
    tx: Transaction, code: str, name: str, title: str | None, authority: Authority | None, *, at: datetime
) -> UUID:
    """Use a set-up link: enter the first administrator and a missing authority.

    Raises InvitationOver, and AlreadyFounded where somebody could sign in meanwhile.
    """
    taken = await invitations.take_up(tx, code, at=at)
    if taken.purpose is not InvitationPurpose.SETUP:
        raise errors.NotFound("invitation", "setup")
    if not await needed(tx, at=at):
        raise AlreadyFounded
    return await first_administrator(tx, name, title, authority, at=at)


async def first_administrator(
    tx: Transaction, name: str, title: str | None, authority: Authority | None, *, at: datetime
) -> UUID:
    """Enter an administrator of the top unit, by acts on the register.

    That unit is entered where it is missing. Raises NotFound where it is missing and not described.
    """
    asker = register.Asker(None, await principals.ensure_system(tx, at=at))
    top = await unit_tree.top(tx, localtime.local_date(at))
    if top is not None:
        return await _entered(tx, name, title, top[0], asker, at)
    if authority is None:
        raise errors.NotFound("unit", "")
    unit = commands.EnterUnit(**asdict(authority), valid_from=localtime.local_date(at))
    return await _entered(tx, name, title, authority.code, asker, at, unit)


async def enter_administrator(
    tx: Transaction, name: str, unit: str | None, asker: register.Asker, *, at: datetime
) -> UUID:
    """Enter an administrator of a unit, by default the top one, on the register.

    The first one has the office at once; another one is proposed. Raises NotFound, Forbidden.
    """
    top = await unit_tree.top(tx, localtime.local_date(at))
    return await _entered(tx, name, None, unit or (top[0] if top else ""), asker, at)


async def _entered(
    tx: Transaction,
    name: str,
    title: str | None,
    unit: str,
    asker: register.Asker,
    at: datetime,
    *before: commands.Command,
) -> UUID:
    person, day = uuid4(), localtime.local_date(at)
    entered = commands.EnterPerson(id=person, name=name, title=title, unit=unit)
    office = commands.GiveRole(person=str(person), unit=unit, role=permissions.ADMINISTRATOR, valid_from=day)
    await register.perform_within(tx, [*before, entered, office], asker, at)
    return person


#: $1 now.
_SOMEBODY = """
select 1 from principal p where p.kind = 'officer' and (p.closed_at is null or p.closed_at > $1) and (
  exists (select from credential c where c.principal_id = p.id and c.kind in ('passkey', 'totp')
    and c.revoked_at is null and c.confirmed_at is not null)
  or exists (select from identity i where i.principal_id = p.id and i.unlinked_at is null))
limit 1
"""
#: $1 now, $2 today, $3 the office.
_ADMINISTRATORS = """
select 1 from role_assignment r join principal p on p.id = r.principal_id
where r.role = $3 and r.valid_from <= $2 and (r.valid_to is null or r.valid_to >= $2)
  and (p.closed_at is null or p.closed_at > $1)
limit 1
"""
_WITHDRAW = """
update invitation set withdrawn_at = $1 where purpose = 'setup' and used_at is null and withdrawn_at is null
"""
_ADD = """
insert into invitation (id, purpose, code_sha256, made_at, expires_at) values ($1, 'setup', $2, $3, $4)
"""
_OPEN = """
select 1 from invitation where purpose = 'setup' and used_at is null and withdrawn_at is null and expires_at > $1 limit 1
"""
