"""Webhooks to a real receiver on loopback that fails, hangs, drops what it took, lies, or is away."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from hoso_models import ReceiverKind
from hoso_workflows import errors, localtime
from hoso_workflows.identity.sealing import LENGTH, Seal
from hoso_workflows.lifecycle import commands
from hoso_workflows.notifications import outbox, preferences, undelivered
from hoso_workflows.notifications.preferences import Preference
from hoso_workflows.notifications.quiet_hours import Holding, Hours
from hoso_workflows.notifications.settlement import Delivered
from hoso_workflows.webhooks import changes, deliveries, delivery, receivers
from hoso_workflows.webhooks.changes import Change
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Entry
from hoso_workflows.webhooks.settings import WebhookSettings
from support import ports, webhook_sink
from support import world as worlds
from support.builders.histories import local
from support.webhook_sink import Mood, Sink
from support.world import CITIZEN, DESK, OTHER, PROVINCE, person

ADMINISTRATOR = person("administrator", PROVINCE)
AT = local("2026-03-06 09:00")
MINUTE = timedelta(minutes=1)
SEAL = Seal(lambda: bytes(LENGTH))
INNER = ("127.0.0.1:*",)


async def enter(world: worlds.World, url: str, unit: str = PROVINCE, **said: Any) -> receivers.Given:
    """A receiver of what is filed and accepted, unless something else is said."""
    named: dict[str, Any] = {
        "kind": ReceiverKind.SYSTEM,
        "name": "Cổng dịch vụ công",
        "events": [Event.FILED, Event.ACCEPTED],
    }
    entry = Entry(unit=unit, url=url, **{**named, **said})
    return await receivers.enter(
        world.db, SEAL, entry, actor=ADMINISTRATOR, at=worlds.FOUNDED, inner_hosts=INNER
    )


def secret(given: receivers.Given) -> bytes:
    return base64.b64decode(given.secret.removeprefix("whsec_"))


async def delivered(
    world: worlds.World, at: datetime = AT, *, seconds: float = 5, quiet: Hours | None = None
) -> Delivered:
    settings = WebhookSettings(webhook_inner_hosts=INNER, webhook_seconds=seconds)
    holding = Holding(await world.service.reference_data.unit_calendars(), quiet)
    return await delivery.deliver(world.db, settings, at=at, seal=SEAL, holding=holding)


async def through(world: worlds.World, rounds: int, *, every: timedelta = 90 * MINUTE) -> None:
    """So many rounds one after the other."""
    for number in range(rounds):
        await delivered(world, AT + number * every)


async def state(world: worlds.World) -> Sequence[tuple[Any, ...]]:
    rows = await world.db.rows(
        "select topic, sent_at is not null, aside, last_error from outbox where receiver_id is not null order by id"
    )
    return [tuple(row) for row in rows]


async def test_each_event_that_was_asked_for_arrives_once_signed_and_without_personal_data(
    world: worlds.World,
) -> None:
    async with webhook_sink.running() as sink:
        given = await enter(world, sink.url)
        done = await world.accepts(await world.files())
        due = await world.one("select due_promised from dossier")
        assert await delivered(world) == Delivered(sent=2)
        assert await delivered(world) == Delivered()

    assert sink.types == ["hoso.dossier.filed", "hoso.dossier.accepted"]
    assert [each.signed_by(secret(given)) for each in sink.got] == [True, True]
    assert [abs(each.signed_at - AT) < MINUTE for each in sink.got] == [True, True]
    last = sink.got[1]
    assert last.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert last.event == {
        "specversion": "1.0",
        "id": last.key,
        "source": f"urn:hoso:unit:{PROVINCE}",
        "type": "hoso.dossier.accepted",
        "subject": done.body["reference"],
        "time": "2026-03-02T09:00:00+07:00",
        "datacontenttype": "application/json",
        "data": {
            "reference": done.body["reference"],
            "code": done.body["code"],
            "procedure": "1.014464",
            "seq": last.event["data"]["seq"],
            "status": done.body["status"],
            "receiving_unit": DESK,
            "handling_unit": worlds.DEPARTMENT,
            "due": localtime.isoformat(due),
        },
    }


async def test_a_receiver_hears_of_dossiers_of_its_unit_and_those_below_it_alone(world: worlds.World) -> None:
    async with webhook_sink.running() as desk, webhook_sink.running() as other:
        await enter(world, desk.url, DESK)
        await enter(world, other.url, OTHER)
        await world.files()
        await delivered(world)

    assert (desk.types, other.types) == (["hoso.dossier.filed"], [])


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        (Mood.FAILING, "the receiver answered 500"),
        (Mood.HANGING, "it did not answer within 0.3 s"),
        (Mood.DROPPING, "no connection: RemoteProtocolError"),
        (Mood.ELSEWHERE, "the receiver answered 307"),
        (Mood.ENDLESS, "it answered more than 1048576 bytes"),
    ],
)
async def test_what_a_bad_receiver_did_not_say_it_took_comes_again_under_one_key(
    world: worlds.World, mood: Mood, reason: str
) -> None:
    async with webhook_sink.running(mood) as sink:
        await enter(world, sink.url)
        await world.files()
        assert await delivered(world, seconds=0.3) == Delivered(failed=1)
        assert await state(world) == [("webhook.filed", False, None, reason)]
        sink.mood = Mood.GOOD
        assert await delivered(world, AT + 2 * MINUTE) == Delivered(sent=1)

    assert (list(sink.copies.values()), len({each.body for each in sink.got}), len(sink.counted)) == (
        [2],
        1,
        1,
    )


async def test_what_a_receiver_drops_after_it_took_it_counts_once_where_it_honours_the_key(
    world: worlds.World,
) -> None:
    async with webhook_sink.running(Mood.DROPPING) as sink:
        await enter(world, sink.url)
        await world.accepts(await world.files())
        await through(world, 5)
        sink.mood = Mood.GOOD
        await through(world, 8)

    assert (len(sink.copies), min(sink.copies.values()) > 1, len(sink.counted)) == (2, True, 2)
    assert [row[1] for row in await state(world)] == [True, True]


@pytest.mark.parametrize("mood", [Mood.LYING, Mood.TWICE])
async def test_a_receiver_that_says_it_took_a_message_gets_it_no_more(
    world: worlds.World, mood: Mood
) -> None:
    async with webhook_sink.running(mood) as sink:
        await enter(world, sink.url)
        await world.accepts(await world.files())
        await through(world, 4)

    assert (list(sink.copies.values()), len(sink.counted)) == ([1, 1], 2)


async def test_a_receiver_that_hangs_keeps_no_other_waiting(world: worlds.World) -> None:
    """The other one has everything while the first message to the one that hangs is still under way."""
    async with webhook_sink.running(Mood.HANGING) as hanging, webhook_sink.running() as good:
        await enter(world, hanging.url)
        await enter(world, good.url)
        for _ in range(5):
            await world.files()
        async with asyncio.TaskGroup() as both:
            under_way = both.create_task(delivered(world, seconds=30))
            await hanging.has_got(1)
            await good.has_got(5)
            assert not under_way.done()
            assert (len(hanging.got), len(good.copies)) == (1, 5)
            # The other's line ends, and the round with it.
            hanging.mood = Mood.GOOD
            under_way.cancel()


async def test_a_dead_receiver_is_tried_less_and_less_and_its_messages_are_set_aside_and_sent_again_by_hand(
    world: worlds.World,
) -> None:
    with ports.kept() as port:
        sink = Sink(port)
        await enter(world, sink.url)
        for _ in range(5):
            await world.files()
        tried, at = 0, AT
        while at <= AT + timedelta(days=3, hours=3):
            tried += (await delivered(world, at)).failed
            at += 30 * MINUTE

        assert tried < 80, "one message a round, while it does not rest"
        waiting = await state(world)
        assert {row[1:3] for row in waiting} == {(False, "given_up")}
        ((receiver),) = await receivers.listed(world.db, None, at=at)
        assert (receiver.failing_since, receiver.waiting, receiver.aside) == (AT, 0, 5)
        async with webhook_sink.listening(sink):
            found = (await undelivered.search(world.db, [PROVINCE], aside=True)).items
            numbers = [each.id for each in found]
            assert await undelivered.release(world.db, numbers, [PROVINCE], actor=ADMINISTRATOR, at=at) == 5
            assert await delivered(world, at + timedelta(hours=2)) == Delivered(sent=5)
    assert (len(sink.copies), set(sink.copies.values())) == (5, {1})
    ((receiver),) = await receivers.listed(world.db, None, at=at)
    assert (receiver.failing_since, receiver.last_error, receiver.aside) == (None, None, 0)


async def test_a_message_that_a_receiver_does_not_like_keeps_those_behind_it_waiting_no_longer(
    world: worlds.World,
) -> None:
    async with webhook_sink.running(Mood.COMPLAINING) as sink:
        await enter(world, sink.url)
        await world.files()
        assert await delivered(world) == Delivered(failed=1)
        sink.mood = Mood.GOOD
        await world.files()
        assert await delivered(world, AT + timedelta(seconds=30)) == Delivered(sent=1)

    assert [row[1] for row in await state(world)] == [False, True]


async def test_a_receiver_that_says_how_long_it_is_busy_is_left_alone_until_then(world: worlds.World) -> None:
    async with webhook_sink.running(Mood.BUSY) as sink:
        await enter(world, sink.url)
        await world.files()
        await world.files()
        done = [await delivered(world, AT + number * 20 * MINUTE) for number in range(6)]
        asked = len(sink.got)
        sink.mood = Mood.GOOD
        done.append(await delivered(world, AT + 180 * MINUTE))

    assert (done, asked) == ([Delivered(failed=1), *[Delivered()] * 5, Delivered(sent=2)], 1)


async def test_a_receiver_that_is_gone_gets_nothing_more_of_a_message(world: worlds.World) -> None:
    async with webhook_sink.running(Mood.GONE) as sink:
        await enter(world, sink.url)
        await world.files()
        await through(world, 3)

    assert (len(sink.got), await state(world)) == (
        1,
        [("webhook.filed", False, "refused", "the receiver answered 410")],
    )


async def test_dispatchers_at_once_make_no_copy(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        await enter(world, sink.url)
        for _ in range(8):
            await world.files()
        done = await asyncio.gather(*(delivered(world) for _ in range(3)))

    assert (sum(each.sent for each in done), set(sink.copies.values())) == (8, {1})


async def test_while_two_secrets_are_good_both_sign_and_then_the_new_one_alone(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        first = await enter(world, sink.url)
        await world.files()
        second = await receivers.rotate(world.db, SEAL, first.receiver, actor=ADMINISTRATOR, at=AT)
        await delivered(world)
        await world.files()
        await delivered(world, AT + receivers.OVERLAP)

    assert [[each.signed_by(secret(by)) for by in (first, second)] for each in sink.got] == [
        [True, True],
        [False, True],
    ]


async def test_a_third_secret_ends_the_first_one_at_once(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        given = [await enter(world, sink.url)]
        for number in range(2):
            at = AT + number * MINUTE
            given.append(
                await receivers.rotate(world.db, SEAL, given[0].receiver, actor=ADMINISTRATOR, at=at)
            )
        await world.files()
        await delivered(world, AT + 2 * MINUTE)

    assert [sink.got[0].signed_by(secret(each)) for each in given] == [False, True, True]


async def test_what_waits_for_a_receiver_that_was_ended_goes_nowhere(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        given = await enter(world, sink.url)
        await world.files()
        assert await receivers.end(world.db, given.receiver, actor=ADMINISTRATOR, at=AT) == AT
        await world.files()
        assert await delivered(world) == Delivered()

    assert (sink.got, [row[:3] for row in await state(world)]) == (
        [],
        [("webhook.filed", False, "overtaken")],
    )


async def test_what_waits_goes_at_once_to_the_new_address_of_a_receiver_and_its_secret_signs_it(
    world: worlds.World,
) -> None:
    with ports.kept() as port:
        given = await enter(world, f"http://127.0.0.1:{port}/")
        await world.files()
        assert await delivered(world) == Delivered(failed=1)
    assert await world.one("select again_at from webhook_receiver") > AT
    async with webhook_sink.running() as sink:
        changed = await changes.change(
            world.db,
            given.receiver,
            Change(url=sink.url, events=[Event.ACCEPTED]),
            actor=ADMINISTRATOR,
            at=AT + MINUTE,
            inner_hosts=INNER,
        )
        assert (changed.failing_since, changed.again_at, changed.waiting) == (None, None, 1)
        assert await delivered(world, AT + 2 * MINUTE) == Delivered(sent=1)

    # What was asked for when it happened is told, though it is asked for no more.
    assert (sink.types, [each.signed_by(secret(given)) for each in sink.got]) == (
        ["hoso.dossier.filed"],
        [True],
    )


async def test_a_test_message_is_sent_to_a_receiver_that_rests_and_asks_for_no_second_one(
    world: worlds.World,
) -> None:
    async with webhook_sink.running(Mood.HANGING) as sink:
        given = await enter(world, sink.url)
        await world.files()
        await delivered(world, seconds=0.3)
        sink.mood = Mood.GOOD
        number = await deliveries.try_out(world.db, given.receiver, actor=ADMINISTRATOR, at=AT)
        assert await deliveries.try_out(world.db, given.receiver, actor=ADMINISTRATOR, at=AT) == number
        assert (await delivered(world)).sent == 1

    assert sink.got[-1].event["type"] == "hoso.test"
    last = (await deliveries.listed(world.db, given.receiver, [PROVINCE])).items
    assert [(each.type, each.status) for each in last] == [
        ("hoso.test", deliveries.DeliveryState.SENT),
        ("hoso.dossier.filed", deliveries.DeliveryState.WAITING),
    ]
    assert last[0].webhook_id == sink.got[-1].key


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/", "http://localhost:{port}/"])
async def test_an_inner_host_that_no_setting_names_is_never_reached(
    world: worlds.World, address: str
) -> None:
    async with webhook_sink.running() as sink:
        await enter(world, sink.url)
        await world.changed("update webhook_receiver set url = $1", address.format(port=sink.port))
        await world.files()
        settings = WebhookSettings(webhook_inner_hosts=(), webhook_seconds=5)
        assert await delivery.deliver(world.db, settings, at=AT, seal=SEAL) == Delivered(failed=1)

    assert sink.got == []
    assert "is not listed in inner_hosts" in (await state(world))[0][3]


async def test_an_inner_host_is_asked_at_the_port_that_is_listed_and_at_no_other(world: worlds.World) -> None:
    async with webhook_sink.running() as sink, webhook_sink.running() as other:
        settings = WebhookSettings(webhook_inner_hosts=(f"127.0.0.1:{sink.port}",), webhook_seconds=5)
        entry = Entry(worlds.PROVINCE, ReceiverKind.SYSTEM, "Trục", other.url, [Event.FILED])
        with pytest.raises(errors.FormRefused):
            await receivers.enter(
                world.db,
                SEAL,
                entry,
                actor=ADMINISTRATOR,
                at=worlds.FOUNDED,
                inner_hosts=settings.webhook_inner_hosts,
            )
        await enter(world, sink.url)
        await world.files()
        assert await delivery.deliver(world.db, settings, at=AT, seal=SEAL) == Delivered(sent=1)
        await world.changed("update webhook_receiver set url = $1", other.url)
        await world.files()
        assert await delivery.deliver(world.db, settings, at=AT, seal=SEAL) == Delivered(failed=1)

    assert (len(sink.got), len(other.got)) == (1, 0)


@pytest.mark.parametrize(
    ("given", "port"),
    [
        ("esb.tinh.vn", "esb.tinh.vn:443"),
        ("ESB.tinh.vn:8443", "esb.tinh.vn:8443"),
        ("fd00::1", "[fd00::1]:443"),
        ("[fd00::1]:9000", "[fd00::1]:9000"),
        ("127.0.0.1:*", "127.0.0.1:*"),
    ],
)
def test_an_inner_host_without_a_port_is_asked_at_that_of_https_alone(given: str, port: str) -> None:
    assert WebhookSettings(webhook_inner_hosts=(given,)).webhook_inner_hosts == (port,)


async def test_another_key_of_the_installation_sends_nothing(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        await enter(world, sink.url)
        await world.files()
        settings = WebhookSettings(webhook_inner_hosts=INNER)
        other = Seal(lambda: b"x" * LENGTH)
        assert await delivery.deliver(world.db, settings, at=AT, seal=other) == Delivered(failed=1)

    assert sink.got == []
    assert (await state(world))[0][3] == "its secret cannot be opened by the key of the installation"


async def test_a_gateway_gets_the_words_and_only_where_it_was_entered_so_the_number(
    world: worlds.World,
) -> None:
    async with webhook_sink.running() as with_number, webhook_sink.running() as without:
        gateway = {"kind": ReceiverKind.GATEWAY, "events": [Event.ACCEPTED]}
        await enter(world, with_number.url, **gateway, carries_contact=True)
        await enter(world, without.url, **gateway)
        done = await world.accepts(await world.files())
        await world.changed("update party set phone = '0900000001'")
        assert await delivered(world) == Delivered(sent=2)
        assert [
            row["payload"].get("telephone") for row in await world.db.rows("select payload from outbox")
        ] == [None] * 4

    text = f"Hồ sơ {done.body['code']} đã được tiếp nhận và đang được giải quyết."
    told = [sink.got[0].event["data"] for sink in (with_number, without)]
    assert [(each["text"], each.get("telephone")) for each in told] == [(text, "0900000001"), (text, None)]


async def test_a_gateway_is_not_asked_to_tell_who_has_no_number(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        await enter(world, sink.url, kind=ReceiverKind.GATEWAY, events=[Event.ACCEPTED], carries_contact=True)
        await world.accepts(await world.files())
        await world.changed("update party set phone = null")
        assert await delivered(world) == Delivered(portal=1)

    assert (sink.got, [row[2] for row in await state(world)]) == ([], ["portal"])


async def test_an_applicant_is_not_told_of_a_supplement_that_came_meanwhile_but_a_system_is(
    world: worlds.World,
) -> None:
    asked = [Event.SUPPLEMENT_ASKED]
    reception = person("reception", DESK)
    async with webhook_sink.running() as gateway, webhook_sink.running() as system:
        await enter(world, gateway.url, kind=ReceiverKind.GATEWAY, events=asked)
        await enter(world, system.url, events=asked)
        before = await world.accepts(await world.files())
        after = await world.does(before, commands.AskSupplement("Thiếu bản sao"), reception)
        await world.does(after, commands.ReceiveSupplement(), reception)
        assert await delivered(world) == Delivered(sent=1, overtaken=1)

    assert (gateway.types, system.types) == ([], ["hoso.dossier.supplement_asked"])


async def test_a_gateway_tells_nobody_in_the_quiet_hours_and_a_system_hears_of_it_at_once(
    world: worlds.World,
) -> None:
    night, at, morning = (time(21), time(6)), local("2026-03-06 22:00"), local("2026-03-07 06:00")
    async with webhook_sink.running() as gateway, webhook_sink.running() as system:
        await enter(world, gateway.url, kind=ReceiverKind.GATEWAY, events=[Event.FILED])
        await enter(world, system.url, events=[Event.FILED])
        await world.files("2026-03-06 21:59")
        assert await delivered(world, at, quiet=night) == Delivered(sent=1, held=1)
        assert await delivered(world, morning - MINUTE, quiet=night) == Delivered()
        assert await delivered(world, morning, quiet=night) == Delivered(sent=1)

    assert (gateway.types, system.types) == (["hoso.dossier.filed"], ["hoso.dossier.filed"])


async def test_a_gateway_keeps_the_hours_that_an_applicant_has_chosen(world: worlds.World) -> None:
    own = Preference(quiet_from=time(22), quiet_until=time(8))
    await preferences.keep(world.db, CITIZEN, own, at=worlds.FOUNDED)
    async with webhook_sink.running() as gateway:
        await enter(world, gateway.url, kind=ReceiverKind.GATEWAY, events=[Event.FILED])
        await world.files("2026-03-06 22:30", channel="online")
        assert await delivered(world, local("2026-03-06 22:31")) == Delivered(held=1)
        assert await delivered(world, local("2026-03-07 08:00")) == Delivered(sent=1)


async def test_mail_waits_for_no_webhook_and_no_webhook_goes_by_mail(world: worlds.World) -> None:
    async with webhook_sink.running() as sink:
        await enter(world, sink.url, events=[Event.FILED])
        await world.files()
        assert (await outbox.deliver(world.db, (), at=AT)).portal == 1
        assert await delivered(world) == Delivered(sent=1)


async def test_a_receiver_of_an_unknown_id_is_ended_by_nobody(world: worlds.World) -> None:
    with pytest.raises(errors.NotFound):
        await receivers.end(world.db, UUID(int=9), actor=ADMINISTRATOR, at=AT)
