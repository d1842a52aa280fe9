"""Invitations: a code by which a person who was entered chooses their factors.

An administrator over the unit that keeps their record gives it, or its head, who has not entered them; or an operator at the
server. The code of 128 bits is shown once. To recover an account that has lost its factors, or to change the code in the
register of somebody who can sign in, a second administrator has to confirm.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hoso_models import InvitationPurpose
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.identity import factors, history, identities, sessions
from hoso_workflows.identity.refusals import AlreadyEnrolled, EnteredAlone, InvitationOver, SamePerson
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.notifications import outbox
from hoso_workflows.notifications.outbox import AtOnce
from hoso_workflows.operation import session_ends
from hoso_workflows.operation.session_ends import Ended
from hoso_workflows.organisation import credentials, permissions, register
from hoso_workflows.organisation.permissions import table
from hoso_workflows.organisation.register import commands
from hoso_workflows.organisation.telling import account_messages
from hoso_workflows.organisation.telling.account_messages import Topic

#: How long an invitation is good.
LIFETIME = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that may be taken up."""

    id: UUID
    purpose: InvitationPurpose
    #: None for the first administrator.
    principal: UUID | None
    name: str | None
    expires_at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A new invitation, with its code, which is shown once."""

    id: UUID
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that waits for its second person."""

    id: UUID
    principal: UUID
    name: str
    made_by: UUID
    made_by_name: str
    made_at: datetime
    expires_at: datetime
    #: The person's new code in the register, where it changes.
    code: str | None = None


async def invite(
    tx: Transaction, principal: UUID, *, by: UUID, at: datetime, operator: bool = False
) -> Given:
    """Invite a person to choose their factors; earlier invitations are withdrawn.

    Raises Forbidden, NotFound, SamePerson for oneself, EnteredAlone for who has entered the person without an operator, and
    AlreadyEnrolled.
    """
    actor = await _authorise(tx, principal, by, at, "invite_person", operator=operator)
    entered = await register.entered_by(tx, [principal])
    if not operator and entered.get(principal, frozenset()) & {actor.principal, actor.on_behalf_of}:
        raise EnteredAlone
    if (await factors.of(tx, principal)).enough or await identities.has_any(tx, principal):
        raise AlreadyEnrolled
    return await _give(tx, principal, actor, at, "invitation_given")


async def mail(
    db: Database, ways: Sequence[outbox.Transport], principal: UUID, link: str, *, at: datetime
) -> bool:
    """Mail the link of an invitation to its person; False where no mail server took it.

    The link is stored nowhere: it is shown to who has given it where it was not mailed. That of a recovery is never mailed,
    since an address alone proves nobody.
    """
    if not ways:
        return False
    async with db.transaction() as tx:
        message = await account_messages.enter(tx, Topic.INVITATION, principal, at=at, at_once=True)
    return await outbox.deliver_at_once(db, ways, message, {"secret": link}, at=at) is AtOnce.SENT


async def reset(tx: Transaction, principal: UUID, *, by: UUID, at: datetime) -> Given:
    """Revoke every factor of a person and invite them again, as an operator."""
    actor = await _authorise(tx, principal, by, at, "ask_recovery", operator=True)
    await _strip(tx, principal, at)
    return await _give(tx, principal, actor, at, "account_reset")


async def ask_recovery(
    tx: Transaction, principal: UUID, *, by: UUID, at: datetime, code: str | None = None
) -> UUID:
    """Ask for the recovery of an account; a second administrator confirms it.

    With a `code` the person has it in the register from then on.
    Raises Forbidden, NotFound, SamePerson for oneself, and AlreadyEntered, FormRefused for the code.
    """
    # Before the rows of people, as every act on the register.
    await register.hold(tx)
    actor = await _authorise(tx, principal, by, at, "ask_recovery")
    if code is not None:
        await register.require_free_code(tx, code, at)
    await tx.rows(_WITHDRAW, [principal, at, InvitationPurpose.RECOVERY.value])
    recovery = uuid4()
    values = [recovery, InvitationPurpose.RECOVERY.value, principal, None, by, at, at + LIFETIME]
    await tx.rows(_ADD, [*values, {} if code is None else {"code": code}])
    await history.record_administration(tx, actor, "recovery_asked", principal, at, recovery=str(recovery))
    await account_messages.enter(tx, Topic.RECOVERY_ASKED, principal, at=at)
    return recovery


async def confirm_recovery(tx: Transaction, recovery: UUID, *, by: UUID, at: datetime) -> Given:
    """Confirm a recovery as the second person.

    Every factor and token is revoked, every account at a provider is unlinked, every session ends; the code in the register
    changes where that was asked for.

    Raises Forbidden, NotFound, SamePerson for whoever asked and whoever is helped, and AlreadyEntered for the code.
    """
    # Before the rows of people, as every act on the register.
    await register.hold(tx)
    rows = await tx.rows(_RECOVERY, [recovery, at])
    if not rows:
        raise errors.NotFound("recovery", recovery)
    (row,) = rows
    if row.made_by == by:
        raise SamePerson
    principal = UUID(int=row.principal_id.int)
    actor = await _authorise(tx, principal, by, at, "confirm_recovery")
    await _strip(tx, principal, at)
    if new := row.detail.get("code"):
        change = commands.ChangePerson(person=str(principal), changes={"code": new})
        await register.perform_within(tx, [change], register.Asker(by), at)
    code = new_code()
    await tx.rows(_CONFIRM, [recovery, by, at, sessions.digest(code), at + LIFETIME])
    await history.record_administration(
        tx, actor, "recovery_confirmed", principal, at, recovery=str(recovery)
    )
    return Given(recovery, code, at + LIFETIME)


async def recoveries(db: Database, reader: UUID, *, at: datetime) -> Sequence[Recovery]:
    """The recoveries that wait, of the units that the reader administers."""
    rights = await permissions.held(db, reader, at)
    units = sorted(table.units("list_recoveries", rights))
    found = await db.rows(_RECOVERIES, [units, at])
    return [
        Recovery(
            UUID(int=row.id.int),
            UUID(int=row.principal_id.int),
            row.name,
            UUID(int=row.made_by.int),
            row.made_by_name,
            row.made_at,
            row.expires_at,
            row.code,
        )
        for row in found
    ]


async def end_sessions(
    tx: Transaction, principal: UUID, *, by: UUID, at: datetime, operator: bool = False
) -> int:
    """End the sessions of a person, as an administrator over one of their units. Raises Forbidden, NotFound."""
    actor = await _authorise(tx, principal, by, at, "end_sessions", operator=operator)
    ended = await session_ends.end_all(tx, [principal], Ended.ADMINISTRATOR, at=at)
    await history.record_administration(tx, actor, "sessions_ended", principal, at, ended=str(ended))
    return ended


async def find(db: Database | Transaction, code: str, *, at: datetime) -> Invitation:
    """The invitation of a code, left as it is. Raises InvitationOver."""
    rows = await db.rows(_FIND, [sessions.digest(code.strip()), at])
    return _invitation(rows)


async def take_up(tx: Transaction, code: str, *, at: datetime) -> Invitation:
    """Use an invitation; of two requests at once one gets it. Raises InvitationOver."""
    return _invitation(await tx.rows(_TAKE_UP, [sessions.digest(code.strip()), at]))


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete the invitations that were over 90 days ago; returns their number."""
    return len(await db.one_statement(_DELETE_OLD, [at - sessions.LISTED]))


def new_code() -> str:
    """A code of 128 bits."""
    return secrets.token_urlsafe(16)


async def _give(tx: Transaction, principal: UUID, actor: Actor, at: datetime, kind: str) -> Given:
    purpose, by = InvitationPurpose.ENROLMENT, actor.principal
    await tx.rows(_WITHDRAW, [principal, at, purpose.value])
    given = Given(uuid4(), new_code(), at + LIFETIME)
    digest = sessions.digest(given.code)
    await tx.rows(_ADD, [given.id, purpose.value, principal, digest, by, at, given.expires_at, {}])
    await history.record_administration(tx, actor, kind, principal, at)
    return given


async def _strip(tx: Transaction, principal: UUID, at: datetime) -> None:
    await factors.revoke_all(tx, principal, "recovery", at=at)
    await identities.unlink_all(tx, principal, at=at)
    await credentials.revoke_all(tx, principal, at=at)
    await session_ends.end_all(tx, [principal], Ended.FACTORS_CHANGED, at=at)
    await account_messages.enter(tx, Topic.RECOVERED, principal, at=at)


async def _authorise(
    tx: Transaction,
    principal: UUID,
    by: UUID,
    at: datetime,
    act: str,
    *,
    operator: bool = False,
) -> Actor:
    """The actor: an administrator over the person, their head, or an operator. Raises Forbidden.

    They administer the unit that keeps the record, and those in which the person holds guarded offices, so that nobody signs in
    as who stands above them. A person without a unit is the top administrators' to help.
    """
    today = localtime.local_date(at)
    rows = await tx.rows(_PERSON, [principal, at, list(register.GUARDED), today])
    if not rows:
        raise errors.NotFound("principal", principal)
    oneself = permissions.Relation.SELF in table.ACTS[act].who
    if by == principal and not (oneself or operator):
        raise SamePerson
    if operator or by == principal:
        return Actor(by)
    says = table.ACTS[act].says
    rights = await permissions.held(tx, by, at, act=says)
    units, guarded = list(rows[0].units or rows[0].tops or ()), set(rows[0].guarded or ())
    over = table.units(act, rights)
    if over.isdisjoint(units) or not guarded <= rights.over(permissions.ADMINISTRATOR):
        raise errors.Forbidden(by, says, permissions.ADMINISTRATOR, ", ".join(units) or None)
    return Actor(by, register.absent(rights))


def _invitation(rows: Sequence[Any]) -> Invitation:
    if not rows:
        raise InvitationOver
    (row,) = rows
    principal = row.principal_id and UUID(int=row.principal_id.int)
    return Invitation(
        row.id, InvitationPurpose(row.purpose), principal, row.name, row.expires_at, dict(row.detail)
    )


#: $1 principal, $2 now, $3 guarded offices, $4 today: the unit that keeps an officer's record, else those of their roles; those of
#: their offices; and the units at the top of the tree.
_PERSON = """
select case when p.home_unit_code is null
    then (select array_agg(distinct unit_code) from role_assignment where principal_id = p.id)
    else array[p.home_unit_code] end as units,
  (select array_agg(distinct unit_code) from role_assignment
   where principal_id = p.id and role = any($3::text[]) and (valid_to is null or valid_to >= $4)) as guarded,
  (select array_agg(code) from unit where parent_code is null) as tops
from principal p where p.id = $1 and p.kind = 'officer' and (p.closed_at is null or p.closed_at > $2)
for no key update of p
"""
_WITHDRAW = """
update invitation set withdrawn_at = $2
where principal_id = $1 and purpose = $3 and used_at is null and withdrawn_at is null
"""
_ADD = """
insert into invitation (id, purpose, principal_id, code_sha256, made_by, made_at, expires_at, detail)
values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
"""
_RECOVERY = """
select principal_id, made_by, detail from invitation
where id = $1 and purpose = 'recovery' and confirmed_at is null and withdrawn_at is null and expires_at > $2
for update
"""
_CONFIRM = """
update invitation set second_person = $2, confirmed_at = $3, code_sha256 = $4, expires_at = $5 where id = $1
"""
_RECOVERIES = """
select i.id, i.principal_id, p.name, i.made_by, m.name as made_by_name, i.made_at, i.expires_at,
  i.detail->>'code' as code
from invitation i join principal p on p.id = i.principal_id join principal m on m.id = i.made_by
where i.purpose = 'recovery' and i.confirmed_at is null and i.withdrawn_at is null and i.expires_at > $2
  and case when p.home_unit_code is null
    then exists (select from role_assignment r where r.principal_id = p.id and r.unit_code = any($1::text[]))
    else p.home_unit_code = any($1::text[]) end
order by i.made_at, i.id
"""
_GOOD = """code_sha256 = $1 and used_at is null and withdrawn_at is null and expires_at > $2 and not exists (
  select from principal p where p.id = principal_id and p.closed_at <= $2)"""
_COLUMNS = """id, purpose, principal_id, expires_at, detail,
  (select p.name from principal p where p.id = principal_id) as name"""
_FIND = f"select {_COLUMNS} from invitation where {_GOOD}"  # noqa: S608 - fixed text of this module
_TAKE_UP = f"update invitation set used_at = $2 where {_GOOD} returning {_COLUMNS}"  # noqa: S608 - fixed text of this module
_DELETE_OLD = """
delete from invitation where coalesce(used_at, withdrawn_at, expires_at) <= $1 returning 1
"""
