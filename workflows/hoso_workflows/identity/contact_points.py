"""A person's own addresses of e-mail: entered, proved by a mailed code, ended, forgotten.

Mail goes to proved addresses only. The code stands in the mail and, as a digest, here; it is good for a quarter of an hour and
five tries, which are counted before they are checked. Of each change the person is told at the address they had before.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models import ContactKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.identity import history
from hoso_workflows.identity.refusals import AlreadyProved, ContactCodeRefused, MailMissing, TooManyContacts
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.notifications import outbox
from hoso_workflows.notifications.outbox import AtOnce
from hoso_workflows.operation.rate_limit import Purpose, RateLimit
from hoso_workflows.organisation.telling import account_messages
from hoso_workflows.organisation.telling.account_messages import Topic

#: How long a code is good, and how often one may be typed.
LIFETIME, TRIES = timedelta(minutes=15), 5
#: Addresses and numbers that one person has at most.
MOST = 5
#: How long an address stays that was ended, or entered and never proved.
FORGOTTEN_AFTER = timedelta(days=30)
#: The topic of a mail with a code.
_CODE = f"account.{Topic.CONTACT_CODE}"
_ADDRESS = re.compile(r'[^@\s<>(),;:"\\]{1,64}@[^@\s<>(),;:"\\]{1,200}')


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way in which a person is reached."""

    id: UUID
    kind: ContactKind
    value: str
    entered_at: datetime
    #: None until it is proved; nothing is sent there.
    verified_at: datetime | None


async def listed(asked: Database | Transaction, person: UUID) -> tuple[ContactPoint, ...]:
    """The addresses and numbers of a person, the oldest first."""
    return tuple(map(_point, await asked.rows(_LISTED, [person])))


async def one(asked: Database | Transaction, person: UUID, contact: UUID) -> ContactPoint:
    """One of a person's own addresses and numbers. Raises NotFound."""
    for each in await listed(asked, person):
        if each.id == contact:
            return each
    raise errors.NotFound("contact point", contact)


async def enter(
    db: Database,
    limits: RateLimit,
    ways: Sequence[outbox.Transport],
    person: UUID,
    address: str,
    *,
    at: datetime,
) -> tuple[ContactPoint, AtOnce | None]:
    """Enter an address and mail a code there; None where it is proved already.

    Nothing is stored where it raises: FormRefused, MailMissing, TooManyRequests, and TooManyContacts.
    """
    value = address.strip()
    if not _ADDRESS.fullmatch(value):
        raise errors.FormRefused([errors.Fault("email", say("is no address of e-mail"))])
    await _counted(limits, ways, person, value, at)
    async with db.transaction() as tx:
        point = await _entered(tx, person, value, at)
    if point.verified_at is not None:
        return point, None
    return point, await _mail_code(db, ways, person, point.id, at)


async def _entered(tx: Transaction, person: UUID, value: str, at: datetime) -> ContactPoint:
    """The address, entered unless it is there."""
    await tx.rows(_LOCKED, [person])
    known = await listed(tx, person)
    for each in known:
        if each.kind is ContactKind.EMAIL and each.value.lower() == value.lower():
            return each
    if len(known) >= MOST:
        raise TooManyContacts(MOST)
    entered = ContactPoint(uuid4(), ContactKind.EMAIL, value, at, None)
    await tx.rows(_ENTER, [entered.id, person, value, at])
    await _record(tx, person, "contact_entered", entered.id, at)
    await account_messages.enter(tx, Topic.CONTACT_CHANGED, person, at=at)
    return entered


async def send_code(
    db: Database,
    limits: RateLimit,
    ways: Sequence[outbox.Transport],
    person: UUID,
    contact: UUID,
    *,
    at: datetime,
) -> AtOnce:
    """Mail a new code to an address that is to be proved.

    The code before is good no more. Raises NotFound, MailMissing, AlreadyProved, and TooManyRequests.
    """
    point = await one(db, person, contact)
    if point.kind is not ContactKind.EMAIL or point.verified_at is not None:
        raise AlreadyProved
    await _counted(limits, ways, person, point.value, at)
    return await _mail_code(db, ways, person, contact, at)


async def _counted(
    limits: RateLimit, ways: Sequence[outbox.Transport], person: UUID, address: str, at: datetime
) -> None:
    if not ways:
        raise MailMissing
    await limits.take(Purpose.CONTACT_CODE, str(person), at=at)
    await limits.take(Purpose.CONTACT_ADDRESS, address.lower(), at=at)


async def _mail_code(
    db: Database, ways: Sequence[outbox.Transport], person: UUID, contact: UUID, at: datetime
) -> AtOnce:
    async with db.transaction() as tx:
        code = await _drawn(tx, contact, at)
        message = await account_messages.enter_at(
            tx, Topic.CONTACT_CODE, person, contact, at=at, at_once=True
        )
    return await outbox.deliver_at_once(db, ways, message, {"secret": code}, at=at, again=True)


async def _drawn(tx: Transaction, contact: UUID, at: datetime) -> str:
    """A new code of an address, in the place of the one before."""
    code = f"{secrets.randbelow(10**6):06d}"
    await tx.rows(_PROVE, [contact, _digest(contact, code), at, at + LIFETIME])
    return code


def with_codes(ways: Iterable[outbox.Transport], db: Database, *, at: datetime) -> list[outbox.Transport]:
    """The transports, each with codes for mails that were not taken at once.

    No code is stored: each attempt has another one, good from then on.
    """
    drawn: dict[tuple[int, int], str] = {}
    return [_WithCodes(each, db, at, drawn) for each in ways]


@dataclass(frozen=True, slots=True)
class _WithCodes:
    """A transport that draws codes, which the outbox does not hold."""

    way: outbox.Transport
    db: Database
    at: datetime
    #: The code of each attempt, the same by every way.
    drawn: dict[tuple[int, int], str]

    @property
    def server(self) -> str | None:
        """The name of the server behind it."""
        return self.way.server

    async def send(self, message: outbox.Message) -> bool:
        """Send; False for what this way does not serve. Raises Undeliverable."""
        if message.topic == _CODE and not message.secret:
            attempt = message.id, message.attempts
            if attempt not in self.drawn:
                async with self.db.transaction() as tx:
                    self.drawn[attempt] = await _drawn(tx, UUID(message.payload["contact"]), self.at)
            message = replace(message, secret={"secret": self.drawn[attempt]})
        return await self.way.send(message)


async def confirm(db: Database, person: UUID, contact: UUID, code: str, *, at: datetime) -> None:
    """Prove an address by the code that was mailed there. Raises NotFound, ContactCodeRefused.

    Of several at once one proves it; nothing happens to an address that was ended meanwhile.
    """
    point = await one(db, person, contact)
    if point.verified_at is not None:
        return
    tried = await db.one_statement(_TRY, [contact, at, TRIES])
    if not tried or not secrets.compare_digest(
        bytes(tried[0].code_sha256), _digest(contact, "".join(code.split()))
    ):
        raise ContactCodeRefused(TRIES - tried[0].attempts if tried else 0)
    async with db.transaction() as tx:
        before = await account_messages.address(tx, person)
        if not await tx.rows(_VERIFY, [contact, at]):
            return
        await tx.rows(_FORGET, [contact])
        await _record(tx, person, "contact_verified", contact, at)
        await account_messages.enter_at(tx, Topic.CONTACT_CHANGED, person, before, at=at)


async def end(tx: Transaction, person: UUID, contact: UUID, *, at: datetime) -> None:
    """End one's own address or number. Raises NotFound."""
    before = await account_messages.address(tx, person)
    ended = await tx.rows(_END, [person, contact, at])
    if not ended:
        raise errors.NotFound("contact point", contact)
    await tx.rows(_FORGET, [contact])
    await _record(tx, person, "contact_ended", contact, at)
    told = contact if ended[0].mailed else before
    await account_messages.enter_at(tx, Topic.CONTACT_CHANGED, person, told, at=at)


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete the codes that are good no more; returns their number."""
    return len(await db.one_statement(_DELETE_OLD, [at]))


async def forget_old(db: Database, *, at: datetime) -> int:
    """Blank addresses and numbers that ended, or stayed unproved, long ago.

    Returns their number.
    """
    return len(await db.one_statement(_FORGET_OLD, [at - FORGOTTEN_AFTER, at]))


def _digest(contact: UUID, code: str) -> bytes:
    return hashlib.sha256(f"{contact}\0{code}".encode(errors="replace")).digest()


def _point(row: Any) -> ContactPoint:
    return ContactPoint(
        UUID(int=row.id.int), ContactKind(row.kind), row.value, row.entered_at, row.verified_at
    )


async def _record(tx: Transaction, person: UUID, kind: str, contact: UUID, at: datetime) -> None:
    """Officers' in the chain of their authority, everybody else's in the access log."""
    (row,) = await tx.rows("select kind from principal where id = $1", [person])
    named = str(contact)
    if row.kind == "officer":
        await history.record_administration(tx, Actor(person), kind, person, at, contact=named)
    else:
        await history.record(tx, person, kind, str(person), at, contact=named)


_LISTED = """
select id, kind, value, entered_at, verified_at from contact_point
where principal_id = $1 and ended_at is null order by entered_at, id
"""
_LOCKED = "select 1 from principal where id = $1 for no key update"
_ENTER = """
insert into contact_point (id, principal_id, kind, value, entered_at) values ($1, $2, 'email', $3, $4)
"""
#: $1 contact point, $2 digest, $3 now, $4 its end.
_PROVE = """
insert into contact_proof (contact_id, code_sha256, made_at, expires_at) values ($1, $2, $3, $4)
on conflict (contact_id) do update set code_sha256 = $2, made_at = $3, expires_at = $4, attempts = 0
"""
#: $1 contact point, $2 now, $3 how many tries there are.
_TRY = """
update contact_proof set attempts = attempts + 1 where contact_id = $1 and expires_at > $2 and attempts < $3
returning code_sha256, attempts
"""
_VERIFY = """
update contact_point set verified_at = $2 where id = $1 and ended_at is null and verified_at is null returning 1
"""
_FORGET = "delete from contact_proof where contact_id = $1"
#: $1 person, $2 contact point, $3 now.
_END = """
update contact_point set ended_at = $3 where principal_id = $1 and id = $2 and ended_at is null
returning kind = 'email' and verified_at is not null as mailed
"""
_DELETE_OLD = "delete from contact_proof where expires_at <= $1 returning 1"
#: $1 ended or entered up to then, $2 now. The row stays, since the record of acts names it.
_FORGET_OLD = """
update contact_point set value = '', ended_at = coalesce(ended_at, $2) where value <> ''
  and coalesce(ended_at, case when verified_at is null then entered_at end) <= $1
returning 1
"""
