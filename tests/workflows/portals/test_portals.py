"""Portals of other authorities: what they are told, read, acknowledge, refuse and file."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hoso_models import DossierStatus, EntryChannel, PortalConcern
from hoso_workflows import audit, errors, localtime
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.rules import PORTAL
from hoso_workflows.portals import (
    acknowledgement,
    exchange_log,
    feed,
    filing,
    reconciliation,
    register,
    resending,
)
from hoso_workflows.portals.acknowledgement import Acknowledged, Refused, Said
from hoso_workflows.portals.exchange_log import ExchangeResult
from hoso_workflows.portals.filing import ExternalCodeTaken
from hoso_workflows.portals.reconciliation import Difference, DifferenceKind, Standing, Theirs
from hoso_workflows.portals.register import PortalOverlaps
from hoso_workflows.webhooks import delivery
from hoso_workflows.webhooks.settings import WebhookSettings
from support import partner_portals, webhook_sink
from support.builders.histories import local
from support.partner_portals import ADMINISTRATOR, INNER, NATIONAL, READER, SEAL, SPEAKER, entry
from support.webhook_sink import Mood
from support.world import CITIZEN, DEPARTMENT, DESK, FOUNDED, OTHER, PROVINCE, World, complete, person

RECEPTION = person("reception", DESK)
AT, MINUTE = local("2026-03-02 10:00"), timedelta(minutes=1)


async def told(world: World, at: datetime = AT, **said: Any) -> feed.Read:
    """A page as the national portal reads it."""
    return await feed.read(world.db, NATIONAL, principal=SPEAKER, at=at, **said)


async def acknowledges(world: World, at: datetime = AT, **said: Any) -> Acknowledged:
    return await acknowledgement.acknowledge(world.db, NATIONAL, Said(**said), principal=SPEAKER, at=at)


async def results(world: World) -> list[tuple[str, ExchangeResult, int]]:
    page = await exchange_log.listed(world.db, NATIONAL, None)
    return [(each.subject.value, each.result, each.attempts) for each in page.items]


@pytest.fixture
async def national(world: World) -> World:
    """The world with the national portal, which reads every dossier of the province."""
    await partner_portals.spoken_for(world)
    await partner_portals.enter(world, concerns=PortalConcern.ALL)
    return world


async def test_the_database_gives_each_status_the_code_that_the_lifecycle_gives_it(world: World) -> None:
    rows = await world.db.rows(
        "select s, portal_code(s, false) as before, portal_code(s, true) as after from unnest($1::text[]) as s",
        [[each.value for each in DossierStatus]],
    )
    codes = {DossierStatus(row.s): (row.before, row.after) for row in rows}
    closed = {DossierStatus.CLOSED_UNANSWERED: (3, 8)}
    assert codes == {**{status: (code, code) for status, code in PORTAL.items()}, **closed}


async def test_a_portal_is_told_each_change_with_its_date_and_nothing_personal(national: World) -> None:
    accepted = await national.accepts(await national.files())
    await national.completes(accepted)
    due = localtime.isoformat(await national.one("select due_promised from dossier"))
    read = await told(national)

    common = {
        "portal": NATIONAL,
        "reference": accepted.reference,
        "procedure": "1.014464",
        "receiving_unit": DESK,
        "handling_unit": DEPARTMENT,
    }
    assert [each["data"] for each in read.page.items] == [
        {**common, "code": None, "number": 1, "portal_code": 1, "due": None},
        {**common, "code": accepted.code, "number": 2, "portal_code": 2, "due": due},
        {**common, "code": accepted.code, "number": 3, "portal_code": 4, "due": due},
    ]
    assert [each["time"] for each in read.page.items] == [
        "2026-03-02T08:00:00+07:00",
        *["2026-03-02T09:00:00+07:00"] * 2,
    ]
    assert (read.page.after, read.place) == (None, 3)
    assert (await told(national, after="3")).page.items == ()


@pytest.mark.parametrize(
    ("said", "filed", "number"),
    [
        ({"unit": OTHER}, {}, 0),
        ({"unit": DESK}, {}, 1),
        ({"concerns": PortalConcern.FILED_THERE}, {}, 0),
        ({"concerns": PortalConcern.FILED_THERE}, {"portal": NATIONAL}, 1),
        ({"valid_from": date(2026, 3, 3)}, {}, 0),
    ],
)
async def test_a_portal_is_told_of_the_dossiers_that_concern_it_alone(
    world: World, said: dict[str, Any], filed: dict[str, Any], number: int
) -> None:
    await partner_portals.spoken_for(world)
    await partner_portals.enter(world, **{"concerns": PortalConcern.ALL, **said})
    await world.files(**filed)
    assert await world.one("select count(*) from portal_status") == number


async def test_a_portal_with_a_receiver_is_sent_its_statuses_and_what_was_set_aside_again_by_hand(
    world: World,
) -> None:
    """It has no minutes: to take a message is to acknowledge it."""
    settings = WebhookSettings(webhook_inner_hosts=INNER)
    await partner_portals.spoken_for(world)
    async with webhook_sink.running(Mood.GONE) as sink:
        webhook = await partner_portals.told_at(world, sink.url)
        await partner_portals.enter(world, webhook=webhook, resend_minutes=None)
        filed = await world.files(portal=NATIONAL, external_code="G22-1")
        await delivery.deliver(world.db, settings, at=AT, seal=SEAL)
        assert await results(world) == [("status", ExchangeResult.SET_ASIDE, 1)]
        sink.mood = Mood.GOOD
        assert await resending.resend(world.db, NATIONAL, None, actor=ADMINISTRATOR, at=AT) == 1
        await delivery.deliver(world.db, settings, at=AT, seal=SEAL)
        assert await results(world) == [("status", ExchangeResult.ACKNOWLEDGED, 2)]
        await world.accepts(filed)
        await delivery.deliver(world.db, settings, at=AT, seal=SEAL)

    first, again, *later = (each.event for each in sink.got)
    assert (first, first["type"]) == (again, "hoso.dossier.portal_status")
    assert first["data"] == {
        "portal": NATIONAL,
        "reference": filed.reference,
        "code": None,
        "external_code": "G22-1",
        "procedure": "1.014464",
        "number": 1,
        "portal_code": 1,
        "due": None,
        "receiving_unit": DESK,
        "handling_unit": DEPARTMENT,
    }
    assert [(each["data"]["number"], each["data"]["portal_code"]) for each in later] == [(2, 2), (3, 4)]
    assert await world.one("select count(*) from outbox where payload::text like '%G22-1%'") == 0


async def test_what_is_committed_late_is_read_behind_what_was_read_before(national: World) -> None:
    """The late one has the smaller number; a reader by number would have passed it."""
    dossier = (await national.files()).reference
    await told(national)
    async with national.db.transaction() as late:
        await late.rows(_ENTER, [dossier, 8])
        async with national.db.transaction() as early:
            await early.rows(_ENTER, [dossier, 9])
        first = await told(national, after="1")
    then = await told(national, after=str(first.place))
    numbers = [[each["data"]["number"] for each in read.page.items] for read in (first, then)]
    assert (numbers, [first.place, then.place]) == ([[9], [8]], [2, 3])
    ids = await national.db.rows("select id, number from portal_status where number > 7 order by id")
    assert [row.number for row in ids] == [8, 9]


_ENTER = """
insert into portal_status (portal, dossier_id, number, portal_code, event_seq, at, key, message, payload)
select portal, dossier_id, $2::integer, portal_code, event_seq, at, key || $2, message || $2,
  jsonb_set(payload, '{number}', to_jsonb($2))
from portal_status s join dossier d on d.id = s.dossier_id where d.reference = $1 and number = 1
"""


async def test_two_readers_at_once_are_given_the_same_places(national: World) -> None:
    for _ in range(3):
        await national.files()
    pages = await asyncio.gather(*(told(national) for _ in range(4)))
    assert [[each["place"] for each in read.page.items] for read in pages] == [[1, 2, 3]] * 4


async def test_a_portal_that_nobody_speaks_for_is_unknown_to_who_asks(national: World) -> None:
    for by in (READER, ADMINISTRATOR, CITIZEN):
        with pytest.raises(errors.NotFound):
            await feed.read(national.db, NATIONAL, principal=by, at=AT)
        with pytest.raises(errors.NotFound):
            await acknowledgement.acknowledge(national.db, NATIONAL, Said(up_to=0), principal=by, at=AT)
        with pytest.raises(errors.NotFound):
            await reconciliation.reconcile(national.db, NATIONAL, [], actor=by, at=AT)
    with pytest.raises(errors.BadCursor):
        await told(national, after="9")
    with pytest.raises(errors.FormRefused):
        await acknowledges(national, up_to=9)


async def test_what_is_not_acknowledged_is_read_again_and_later_each_time(national: World) -> None:
    await national.files()
    assert (await told(national)).place == 1
    for later, resent in ((4, 0), (5, 1), (6, 0)):
        assert (await resending.sweep(national.db, at=AT + later * MINUTE)).resent == resent
    again = await told(national, AT + 6 * MINUTE, after="1")
    assert (again.place, [each["data"]["number"] for each in again.page.items]) == (2, [1])
    assert (await resending.sweep(national.db, at=AT + 15 * MINUTE)).resent == 0
    assert (await resending.sweep(national.db, at=AT + 16 * MINUTE)).resent == 1
    last = await told(national, AT + 16 * MINUTE, after="2")
    assert await acknowledges(national, up_to=last.place) == Acknowledged(1, 0, ())
    assert await acknowledges(national, up_to=last.place) == Acknowledged(0, 0, ())
    assert (await resending.sweep(national.db, at=AT + timedelta(days=9))).resent == 0
    assert await results(national) == [
        ("acknowledgement", ExchangeResult.DONE, 1),
        ("status", ExchangeResult.ACKNOWLEDGED, 3),
    ]


async def test_what_a_portal_does_not_take_is_told_again_by_hand_alone(national: World) -> None:
    await national.files()
    (status,) = (await told(national)).page.items
    unknown = "msg_" + "0" * 32
    said = {"refused": [Refused(status["id"], "không có thủ tục này"), Refused(unknown, "x")]}
    assert await acknowledges(national, **said) == Acknowledged(0, 1, (unknown,))
    assert (await resending.sweep(national.db, at=AT + timedelta(days=1))).resent == 0
    line = (await exchange_log.listed(national.db, NATIONAL, [PROVINCE], unsettled=True)).items[0]
    assert (line.result, line.reason, line.sha256) == (
        ExchangeResult.REFUSED,
        "không có thủ tục này",
        feed.digest(status["data"]),
    )
    assert await resending.resend(national.db, NATIONAL, [line.id], actor=ADMINISTRATOR, at=AT) == 1
    assert await resending.resend(national.db, NATIONAL, None, actor=ADMINISTRATOR, at=AT) == 0
    (again,) = (await told(national, after="1")).page.items
    assert again == {**status, "place": 2}
    assert await acknowledges(national, applied=[again["id"]]) == Acknowledged(1, 0, ())


async def test_a_list_of_the_portal_shows_every_way_to_differ_and_repairs_what_can_be(
    national: World,
) -> None:
    behind, same, missing, other = [(await national.files()).reference for _ in range(4)]
    for each in (behind, other):
        await national.service.perform(each, commands.Accept(None), actor=RECEPTION, at=AT)
    await told(national)
    theirs = [
        Theirs(behind, 1, 1),
        Theirs(same, 1, 1),
        Theirs(other, 9, 3),
        Theirs("H27.PVHCC-000000-0001", 4, 2),
    ]

    async def compared(*lists: Theirs) -> reconciliation.Reconciled:
        return await reconciliation.reconcile(
            national.db, NATIONAL, [*theirs, *lists], complete=True, actor=SPEAKER, at=AT
        )

    done = await compared()
    found = {each.dossier: each for each in done.differences}
    assert found == {
        behind: Difference(behind, DifferenceKind.BEHIND, Standing(4, 3), Standing(1, 1), 2),
        other: Difference(other, DifferenceKind.OTHER_CODE, Standing(4, 3), Standing(9, 3), 1),
        missing: Difference(missing, DifferenceKind.MISSING, Standing(1, 1), None, 1),
        "H27.PVHCC-000000-0001": Difference(
            "H27.PVHCC-000000-0001", DifferenceKind.UNKNOWN, None, Standing(4, 2), 0
        ),
    }
    assert (done.compared, done.agreed, done.resent) == (5, 1, 4)
    # The same list again: what waits to be read is told once.
    assert ((await compared()).resent, len((await told(national, after="8")).page.items)) == (0, 4)
    ahead = (await compared(Theirs(missing, 2, 2))).differences
    assert [each.kind for each in ahead if each.dossier == missing] == [DifferenceKind.AHEAD]


async def test_a_dossier_that_a_portal_files_twice_is_one_whatever_its_key(world: World) -> None:
    await partner_portals.spoken_for(world)
    await partner_portals.enter(world)
    request = complete(channel=EntryChannel.ONLINE, portal=NATIONAL, external_code="G22-1")

    async def filed(key: str, **said: Any) -> Any:
        asked = complete(
            **{"channel": EntryChannel.ONLINE, "portal": NATIONAL, "external_code": "G22-1", **said}
        )
        return await filing.file(world.service, asked, actor=SPEAKER, at=AT, key=key)

    outcomes = await asyncio.gather(*(filed(f"k{number}") for number in range(4)))
    accepted = await world.accepts(outcomes[0], "2026-03-02 10:30")
    again, same_key = await filed("k9"), await filed("k9", external_code="G22-1")
    assert {each.reference for each in (*outcomes, again)} == {accepted.reference}
    assert (again.status, again.replayed, again.code) == ("in_process", True, accepted.code)
    assert same_key.reference == again.reference
    assert await world.one("select count(*) from dossier") == 1
    with pytest.raises(ExternalCodeTaken):
        await filed("k10", components=(*request.components, "TP04"))
    other = await filed("k11", external_code="G22-2")
    assert other.reference != again.reference
    assert [str(each) async for each in audit.differences(world.service)] == []
    # Whoever does not speak for the portal has no names there.
    assert (await world.files(portal=NATIONAL, external_code="G22-1")).reference != again.reference
    lines = await exchange_log.listed(world.db, NATIONAL, None)
    filings = [(each.reference, each.attempts) for each in lines.items if each.subject == "filing"]
    assert dict(filings).keys() == {other.reference, again.reference}
    assert (dict(filings)[other.reference], dict(filings)[again.reference] > 1) == (1, True)
    read = await told(world)
    assert {each["data"].get("external_code") for each in read.page.items} == {"G22-1", "G22-2"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"principal": CITIZEN}, "principal"),
        ({"principal": UUID(int=1)}, "principal"),
        ({"webhook": UUID(int=1)}, "webhook"),
        ({"resend_minutes": 0}, "resend_minutes"),
        ({"basis": " "}, "basis"),
        ({"valid_from": date(2026, 1, 4)}, "valid_from"),
    ],
)
async def test_a_portal_that_cannot_be_told_is_refused(
    world: World, said: dict[str, Any], field: str
) -> None:
    await partner_portals.spoken_for(world)
    with pytest.raises(errors.FormRefused) as refused:
        await partner_portals.enter(world, **said)
    assert [each.field for each in refused.value.faults] == [field]


async def test_a_portal_is_entered_once_and_followed_by_the_next_entry(national: World) -> None:
    assert await partner_portals.enter(national, concerns=PortalConcern.ALL) == await national.one(
        "select id from partner_portal"
    )
    with pytest.raises(PortalOverlaps):
        await register.enter(national.db, entry(valid_from=date(2026, 3, 3)), actor=ADMINISTRATOR, at=FOUNDED)
    await national.files()
    for last in (date(2026, 3, 2), date(2026, 5, 1)):
        ended = await register.end(national.db, NATIONAL, last, actor=ADMINISTRATOR, at=AT)
        assert ended == date(2026, 3, 2)
    await national.files("2026-03-03 08:00")
    assert await national.one("select count(*) from portal_status") == 1
    following = entry(valid_from=date(2026, 3, 4), principal=READER, concerns=PortalConcern.ALL)
    await register.enter(national.db, following, actor=ADMINISTRATOR, at=AT)
    await national.files("2026-03-04 08:00")
    read = await feed.read(national.db, NATIONAL, principal=READER, at=local("2026-03-04 09:00"))
    assert (read.place, len(read.page.items)) == (2, 2)
    found = [
        (each.valid_from, each.valid_to, each.waiting) for each in await register.listed(national.db, None)
    ]
    assert found == [(date(2026, 3, 4), None, 0), (FOUNDED.date(), date(2026, 3, 2), 0)]
