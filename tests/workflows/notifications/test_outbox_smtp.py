"""Mails to a real server on loopback that is slow, silent, refusing, cutting or away."""

import asyncio
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows.notifications import email, mail_servers, outbox
from hoso_workflows.notifications.outbox import (
    Away,
    Delivered,
    Message,
    Refused,
    Stalled,
    Undeliverable,
    Unsure,
)
from support import mail_server, ports
from support import world as worlds
from support.builders.histories import local
from support.mail_server import MailServer, Mood

AT = local("2026-03-06 09:00")
MINUTE = timedelta(minutes=1)


def way(port: int, patience: float = 5) -> email.Server:
    """The way out to a server on this machine."""
    settings = email.MailSettings(
        smtp_host="127.0.0.1", smtp_port=port, smtp_tls=False, smtp_timeout=patience
    )
    (server,) = email.transports(settings)
    assert isinstance(server, email.Server)
    return server


def message(address: str | None = "a@example.org", **said: Any) -> Message:
    payload = {"code": "H27-1", "step": "Thẩm định", "due": "2026-03-05T10:00:00+00:00", **said}
    return Message(
        1, "escalation/task/1/step due", "escalation.step_due", UUID(int=1), None, payload, AT, 1, address
    )


async def put(world: worlds.World, *addresses: str) -> None:
    """A message to each address, due at `AT` in this order."""
    for number, address in enumerate(addresses):
        await world.changed(
            "with reader as (insert into principal (kind, name, created_at)"
            "  values ('officer', 'Người đọc ' || $1::int, $3) returning id),"
            " address as (insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
            "  select id, 'email', $2, $3, $3 from reader)"
            " insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)"
            " select 'key/' || $1::int, 'desk.supplement_proposed', id, '{\"code\": \"H27-1\"}', $3, $3 from reader",
            number,
            address,
            AT,
        )


async def rounds(
    world: worlds.World, port: int, count: int, *, patience: float = 5, at: datetime = AT
) -> list[Delivered]:
    """Results of `count` rounds of delivery, one a minute."""
    return [
        await outbox.deliver(world.db, [way(port, patience)], at=at + number * MINUTE)
        for number in range(count)
    ]


async def state(world: worlds.World) -> list[tuple[Any, ...]]:
    rows = await world.db.rows(
        "select sent_at is not null, aside, attempts, last_error from outbox order by id"
    )
    return [tuple(row) for row in rows]


async def test_a_mail_goes_over_smtp_and_a_message_without_address_does_not() -> None:
    async with mail_server.running() as server:
        assert await way(server.port).send(message()) is True
        assert await way(server.port).send(message(address=None)) is False

    assert [message_from_bytes(data, policy=default)["Subject"] for data in server.mails] == [
        "Bước xử lý quá hạn: hồ sơ H27-1"
    ]


async def test_a_line_that_begins_with_a_dot_arrives_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "_written", lambda *_: b"Subject: a\r\n\r\n.\r\n..b\r\n")
    async with mail_server.running() as server:
        await way(server.port).send(message())

    assert server.mails == [b"Subject: a\r\n\r\n..\r\n...b\r\n"]


@pytest.mark.parametrize(
    ("mood", "kind", "reason"),
    [
        (Mood.REFUSING, Refused, "the server refused the recipient (550)"),
        (Mood.BUSY, Undeliverable, "the server refused the recipient (451)"),
        (Mood.STRANGE, Away, "the server refused the sender (530)"),
        (Mood.SILENT, Away, "the server cannot be used: TimeoutError"),
        (Mood.SILENT_AT_RECIPIENT, Stalled, "the server broke off at the recipient: TimeoutError"),
        (Mood.CUTTING, Unsure, "the server broke off after the mail: SMTPServerDisconnected"),
    ],
)
async def test_each_trouble_is_told_by_its_kind_and_never_by_address(
    mood: Mood, kind: type[Undeliverable], reason: str
) -> None:
    async with mail_server.running(mood=mood) as server:
        with pytest.raises(Undeliverable) as trouble:
            await way(server.port, 0.3).send(message(address="nobody@example.org"))

    assert (type(trouble.value), trouble.value.reason) == (kind, reason)


async def test_a_server_that_says_a_letter_now_and_then_is_cut_off() -> None:
    async with mail_server.running(mood=Mood.DRIBBLING) as server:
        # How its connection ends when it is cut depends on what was under way.
        with pytest.raises(Away, match="the server cannot be used"):
            await way(server.port, 0.3).send(message())


async def test_a_server_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Away, match="ConnectionRefusedError"):
        await way(1).send(message())


async def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for() -> None:
    async with mail_server.running() as server:
        (asking,) = email.transports(email.MailSettings(smtp_host="127.0.0.1", smtp_port=server.port))
        with pytest.raises(Away, match="SMTPNotSupportedError"):
            await asking.send(message())

    assert server.named == []


@pytest.mark.parametrize("address", ["a\nRCPT TO:<b@example.org>@example.org", "ă@example.org"])
async def test_an_address_that_cannot_be_said_is_refused_for_good(address: str) -> None:
    async with mail_server.running() as server:
        with pytest.raises(Refused):
            await way(server.port).send(message(address=address))

    assert server.mails == []


async def test_a_server_that_is_away_is_knocked_at_less_and_less_and_no_mail_suffers(
    world: worlds.World,
) -> None:
    await put(world, *(f"{n}@{n}.example.org" for n in range(20)))
    with ports.kept() as port:
        async with mail_server.listening(strange := MailServer(port, Mood.STRANGE)):
            done = await rounds(world, port, 30)

        assert {(each.away, each.sent) for each in done} == {(True, 0)}
        assert strange.connections <= 5 * outbox.LANES, "it was tried in five rounds of thirty"
        (rest,) = await mail_servers.away(world.db)
        assert (rest.failures, rest.since, rest.last_error) == (5, AT, "the server refused the sender (530)")
        assert {row[1:3] for row in await state(world)} == {(None, 0)}

        async with mail_server.listening(good := MailServer(port)):
            (back,) = await rounds(world, port, 1, at=AT + timedelta(days=10))
    assert (back, len(good.copies), set(good.copies.values())) == (Delivered(sent=20), 20, {1})
    assert await mail_servers.away(world.db) == ()


async def test_a_rest_begun_by_a_clock_that_was_ahead_keeps_no_mail_back(world: worlds.World) -> None:
    server = ["mail.example.org:587"]
    await mail_servers.rest(world.db, server, "it is away", at=AT + timedelta(hours=1))

    assert not await mail_servers.resting(world.db, server, at=AT)


async def test_a_server_rests_a_minute_at_first_and_a_quarter_of_an_hour_at_most(world: worlds.World) -> None:
    server, rests = ["mail.example.org:587"], []
    for _ in range(6):
        await mail_servers.rest(world.db, server, "it is away", at=AT)
        (rest,) = await mail_servers.away(world.db)
        rests.append((rest.again_at - AT) // MINUTE)

    assert rests == [1, 2, 4, 8, 15, 15]
    tried = [await mail_servers.resting(world.db, server, at=AT + minute * MINUTE) for minute in (0, 14, 15)]
    assert tried == [True, True, False]


async def test_a_server_that_is_configured_no_more_is_forgotten(world: worlds.World) -> None:
    await mail_servers.rest(world.db, ["former.example.org:587"], "SSLCertVerificationError", at=AT)
    async with mail_server.running() as server:
        await rounds(world, server.port, 1)

    assert await mail_servers.away(world.db) == ()
    await mail_servers.rest(world.db, ["former.example.org:587"], "SSLCertVerificationError", at=AT)
    await outbox.deliver(world.db, [], at=AT)
    assert await mail_servers.away(world.db) == ()


async def test_a_destination_that_falls_silent_keeps_no_other_waiting(world: worlds.World) -> None:
    await put(world, *(f"{n}@silent.org" for n in range(30)), *(f"{n}@good.org" for n in range(10)))
    async with mail_server.running(moods={"silent.org": Mood.SILENT_AT_RECIPIENT}) as server:
        (first,) = await rounds(world, server.port, 1, patience=0.5)

    assert (first, set(server.copies.values())) == (Delivered(sent=10, failed=2), {1})


async def test_a_server_that_falls_silent_at_every_destination_is_away(world: worlds.World) -> None:
    await put(world, *(f"{n}@{n}.example.org" for n in range(20)))
    async with mail_server.running(mood=Mood.SILENT_AT_RECIPIENT) as server:
        done = await rounds(world, server.port, 2, patience=0.2)

    assert [each.away for each in done] == [True, True]
    assert len(server.named) <= 2 * (outbox.LANES + outbox.STRIKES - 1)


async def test_a_slow_server_gets_each_mail_once_in_as_many_rounds_as_it_takes(world: worlds.World) -> None:
    await put(world, *(f"{n}@example.org" for n in range(12)))
    async with mail_server.running(mood=Mood.SLOW, delay=0.3) as server:
        done = [
            await outbox.deliver(world.db, [way(server.port)], at=AT + number * MINUTE, budget=0.5)
            for number in range(10)
        ]

    assert (sum(each.sent for each in done), sum(each.failed for each in done)) == (12, 0)
    assert (len(server.copies), set(server.copies.values())) == (12, {1})
    assert max(each.sent for each in done) < 12


async def test_a_server_that_cuts_gets_each_mail_twice_at_most(world: worlds.World) -> None:
    await put(world, *(f"{n}@{n}.example.org" for n in range(3)))
    async with mail_server.running(mood=Mood.CUTTING) as server:
        for number in range(30):
            await outbox.deliver(world.db, [way(server.port)], at=AT + number * 60 * MINUTE)

    assert (len(server.copies), set(server.copies.values())) == (3, {2})
    assert {row[:2] for row in await state(world)} == {(False, "unsure")}


async def test_what_a_server_defers_is_tried_for_three_days_and_then_set_aside(world: worlds.World) -> None:
    await put(world, "a@example.org")
    async with mail_server.running(mood=Mood.BUSY) as server:
        for hour in range(4 * 24):
            await outbox.deliver(world.db, [way(server.port)], at=AT + timedelta(hours=hour))
            if (await state(world))[0][1] is not None:
                break

    assert timedelta(hours=hour) == outbox.PERSISTENCE
    assert (await state(world))[0][1] == "given_up"


async def test_dispatchers_at_once_make_no_copy_whatever_the_server_does(world: worlds.World) -> None:
    await put(world, *(f"{n}@{n % 5}.example.org" for n in range(40)))
    async with mail_server.running(mood=Mood.SLOW, delay=0.05) as server:
        done = await asyncio.gather(*(outbox.deliver(world.db, [way(server.port)], at=AT) for _ in range(3)))

    assert sum(each.sent for each in done) == 40
    assert (len(server.copies), set(server.copies.values())) == (40, {1})
