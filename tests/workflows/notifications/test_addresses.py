"""Addresses to which the mail of a message goes, and the end of a person's own ones."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hoso_models import PrincipalKind
from hoso_workflows import errors
from hoso_workflows.identity import contact_points, factors
from hoso_workflows.identity.contact_points import FORGOTTEN_AFTER
from hoso_workflows.identity.refusals import ContactCodeRefused
from hoso_workflows.lifecycle.commands import Applicant
from hoso_workflows.notifications import outbox
from hoso_workflows.notifications.outbox import AtOnce, Message, Refused, Undeliverable
from hoso_workflows.operation.rate_limit import DEFAULTS, RateLimit
from hoso_workflows.organisation import principals
from support.builders.histories import local
from support.world import FOUNDED, World

# Each test has people of its own.
pytestmark = pytest.mark.world("shared")

AT = local("2026-03-06 09:00")
CHANGED, SIGN_IN, CODE = "account.contact_changed", "account.sign_in_changed", "account.contact_code"


class Heard:
    """A way out that keeps what has an address."""

    server = None

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> bool:
        if message.address:
            self.messages.append(message)
        return message.address is not None


async def mailed(world: World, at: datetime = AT) -> Sequence[tuple[str, str | None]]:
    """Send what is due; topics and addresses."""
    heard = Heard()
    await outbox.deliver(world.db, [heard], at=at)
    return sorted((each.topic, each.address) for each in heard.messages)


async def somebody(world: World, kind: PrincipalKind = PrincipalKind.CITIZEN) -> UUID:
    """A new principal."""
    async with world.db.transaction() as tx:
        person = principals.principal(tx, kind, "Người nộp 1", at=FOUNDED)
    return person.id


async def proves(world: World, person: UUID, address: str, at: datetime = FOUNDED) -> UUID:
    """An address that was entered and proved."""
    contact = uuid4()
    await world.changed(
        "insert into contact_point (id, principal_id, kind, value, entered_at, verified_at)"
        " values ($1, $2, $3, $4, $5, $5)",
        contact,
        person,
        "email" if "@" in address else "telephone",
        address,
        at,
    )
    return contact


async def test_what_another_authoritys_system_files_is_told_at_the_address_it_entered(world: World) -> None:
    system = await somebody(world, PrincipalKind.PARTNER)
    await proves(world, system, "he.thong@example.org")
    applicant = Applicant("Người nộp 2", identifier="000000000002", email="nguoi.nop@example.org")
    await world.files(AT, channel="online", actor=system, applicant=applicant)

    assert await mailed(world) == [("applicant.filed", "nguoi.nop@example.org")]
    await world.files(
        AT, channel="online", actor=system, applicant=Applicant("Người nộp 3", identifier="000000000003")
    )
    assert await mailed(world, AT + timedelta(minutes=1)) == []


class Deferring(Heard):
    """A way out that fails at first with codes."""

    def __init__(self, *faults: Exception) -> None:
        super().__init__()
        self.faults = list(faults)

    async def send(self, message: Message) -> bool:
        if self.faults and message.topic == CODE:
            raise self.faults.pop(0)
        return await super().send(message)


GREYLISTED = Undeliverable("the server refused the recipient (451)")
MINUTE = timedelta(minutes=1)


async def asks(world: World, person: UUID, address: str, way: Heard) -> tuple[UUID, AtOnce | None]:
    """Enter an address, whose code goes out by a way."""
    limits = RateLimit(world.db, DEFAULTS)
    entered, fate = await contact_points.enter(world.db, limits, [way], person, address, at=AT)
    return entered.id, fate


async def codes(world: World, person: UUID, way: Heard, at: datetime) -> list[tuple[int, str | None]]:
    """Attempts and fates of a person's codes after a round of delivery, as the flows have one."""
    await outbox.deliver(world.db, contact_points.with_codes([way], world.db, at=at), at=at)
    rows = await world.db.rows(
        "select attempts, case when sent_at is null then aside else 'sent' end as fate from outbox"
        " where topic = $1 and recipient_id = $2 order by id",
        [CODE, person],
    )
    return [(row.attempts, row.fate) for row in rows]


async def test_a_code_that_the_server_defers_comes_by_a_later_round_and_is_good_from_then_on(
    world: World,
) -> None:
    person, way = await somebody(world), Deferring(GREYLISTED, GREYLISTED)
    contact, fate = await asks(world, person, "danh.sach.xam@example.org", way)
    assert fate is AtOnce.QUEUED
    assert await codes(world, person, way, AT + 59 * timedelta(seconds=1)) == [(1, None)]
    assert await codes(world, person, way, AT + MINUTE) == [(2, None)]
    assert await codes(world, person, way, AT + 30 * MINUTE) == [(3, "sent")]

    (message,) = (each for each in way.messages if each.topic == CODE)
    stored = "select payload from outbox where topic = $1 and recipient_id = $2"
    assert await world.one(stored, CODE, person) == {"contact": str(contact)}
    code, last = message.secret["secret"], AT + 45 * MINUTE - timedelta(seconds=1)
    await contact_points.confirm(world.db, person, contact, code, at=last)
    assert [each.verified_at for each in await contact_points.listed(world.db, person)] == [last]


async def test_a_queued_code_is_the_same_by_every_way(world: World) -> None:
    person, ways = await somebody(world), [Heard(), Heard()]
    contact, _ = await asks(world, person, "hai.duong@example.org", Deferring(GREYLISTED))
    at = AT + MINUTE
    await outbox.deliver(world.db, contact_points.with_codes(ways, world.db, at=at), at=at)

    first, second = (
        next(each.secret["secret"] for each in way.messages if each.topic == CODE) for way in ways
    )
    assert first == second
    await contact_points.confirm(world.db, person, contact, first, at=at)


async def test_a_code_that_the_server_refuses_for_good_is_sent_by_no_later_round(world: World) -> None:
    person, way = await somebody(world), Deferring(Refused("the server refused the recipient (550)"))
    _, fate = await asks(world, person, "khong.co@example.org", way)

    assert fate is AtOnce.REFUSED
    assert await codes(world, person, way, AT + timedelta(hours=1)) == [(1, "overtaken")]


async def test_a_queued_code_is_sent_only_while_it_is_the_newest_and_its_address_to_be_proved(
    world: World,
) -> None:
    person = await somebody(world)
    ended, _ = await asks(world, person, "thoi@example.org", Deferring(GREYLISTED))
    async with world.db.transaction() as tx:
        await contact_points.end(tx, person, ended, at=AT)
    newest = await asks(world, person, "moi@example.org", Deferring(GREYLISTED))
    way = Heard()
    again = RateLimit(world.db, DEFAULTS)
    assert await contact_points.send_code(world.db, again, [way], person, newest[0], at=AT) is AtOnce.SENT
    _, late = await asks(world, person, "cham@example.org", Deferring(GREYLISTED))

    assert late is AtOnce.QUEUED
    assert await codes(world, person, way, AT + timedelta(days=1, seconds=1)) == [
        *((2, "overtaken"), (2, "overtaken"), (1, "sent"), (2, "overtaken"))
    ]


async def acts_of(world: World, person: UUID) -> list[tuple[str, str]]:
    """Acts on somebody's addresses in the access log, with the addresses' ids."""
    rows = await world.db.rows(
        "select act, detail->>'contact' as contact from access_log where principal_id = $1"
        " and act like 'contact%' order by id",
        [person],
    )
    return [(row.act, row.contact) for row in rows]


async def coded(world: World, person: UUID, address: str, at: datetime = AT) -> tuple[UUID, str]:
    """An address that was entered, and the code that was mailed there."""
    heard = Heard()
    limits = RateLimit(world.db, DEFAULTS)
    entered, sent = await contact_points.enter(world.db, limits, [heard], person, address, at=at)
    (message,) = heard.messages
    assert (sent, message.address) == (AtOnce.SENT, address)
    return entered.id, message.secret["secret"]


async def test_who_takes_an_account_over_does_not_get_the_warning_at_an_address_of_their_own(
    world: World,
) -> None:
    person, without = await somebody(world), await somebody(world)
    await proves(world, person, "chu.tai.khoan@example.org")
    for each in (person, without):
        async with world.db.transaction() as tx:
            await factors.set_recovery_codes(tx, each, ["x"], at=AT)
    for each in (person, without):
        await proves(world, each, "ke.gian@example.org", AT)

    assert await mailed(world) == [(SIGN_IN, "chu.tai.khoan@example.org")]


async def test_of_each_change_of_an_address_its_person_is_told_at_the_one_before(world: World) -> None:
    person = await somebody(world)
    number = await proves(world, person, "0900000000")
    first, code = await coded(world, person, "cu@example.org")
    await contact_points.confirm(world.db, person, first, code, at=AT)
    assert await mailed(world) == [], "nobody had an address before"

    later = AT + timedelta(hours=1)
    second, code = await coded(world, person, "moi@example.org", later)
    await contact_points.confirm(world.db, person, second, code, at=later)
    assert await mailed(world, later) == [(CHANGED, "cu@example.org")] * 2
    for contact, told in (
        (number, "moi@example.org"),
        (second, "moi@example.org"),
        (first, "cu@example.org"),
    ):
        async with world.db.transaction() as tx:
            await contact_points.end(tx, person, contact, at=later)
        assert await mailed(world, later) == [(CHANGED, told)]


async def test_of_several_confirmations_and_ends_at_once_each_happens_once(world: World) -> None:
    person = await somebody(world)

    async def ends(contact: UUID) -> None:
        async with world.db.transaction() as tx:
            await contact_points.end(tx, person, contact, at=AT)

    async def together(*acts: Any) -> list[type | None]:
        return [each and type(each) for each in await asyncio.gather(*acts, return_exceptions=True)]

    contact, code = await coded(world, person, "mot@example.org")
    confirming = [contact_points.confirm(world.db, person, contact, code, at=AT) for _ in range(4)]
    refused = await together(*confirming)
    assert set(refused) <= {None, ContactCodeRefused}
    ended = await together(*(ends(contact) for _ in range(3)))
    assert sorted(map(str, ended)) == sorted(map(str, [None, errors.NotFound, errors.NotFound]))
    names = ("contact_entered", "contact_verified", "contact_ended")
    assert await acts_of(world, person) == [(name, str(contact)) for name in names]

    other, code = await coded(world, person, "hai@example.org")
    await together(ends(other), contact_points.confirm(world.db, person, other, code, at=AT))
    told = [act for act, of in await acts_of(world, person) if of == str(other)]
    assert told in (["contact_entered", "contact_ended"], [*names])
    assert await contact_points.listed(world.db, person) == ()


async def test_an_address_that_was_ended_or_never_proved_is_forgotten(world: World) -> None:
    person = await somebody(world)
    proved, ended = (
        await proves(world, person, "con@example.org"),
        await proves(world, person, "het@example.org"),
    )
    async with world.db.transaction() as tx:
        await contact_points.end(tx, person, ended, at=AT)
    unproved, _ = await coded(world, person, "chua@example.org")
    values = "select value from contact_point where principal_id = $1 and value <> '' order by value"

    async def left(at: datetime) -> list[str]:
        await contact_points.forget_old(world.db, at=at)
        return [row.value for row in await world.db.rows(values, [person])]

    over = AT + FORGOTTEN_AFTER
    assert await left(over - timedelta(seconds=1)) == [
        "chua@example.org",
        "con@example.org",
        "het@example.org",
    ]
    assert await left(over) == ["con@example.org"]
    assert [each.id for each in await contact_points.listed(world.db, person)] == [proved]
    assert unproved != proved


async def test_who_enters_and_ends_addresses_without_end_is_slowed_before_any_is_stored(world: World) -> None:
    person = await somebody(world)
    for number in range(5):
        contact, _ = await coded(world, person, f"{number}@example.org")
        async with world.db.transaction() as tx:
            await contact_points.end(tx, person, contact, at=AT)
    with pytest.raises(errors.TooManyRequests):
        await coded(world, person, "5@example.org")
    assert await world.one("select count(*) from contact_point where principal_id = $1", person) == 5
