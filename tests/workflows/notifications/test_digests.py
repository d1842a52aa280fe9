"""Mails that wait: in one digest at the opening of the working day, or outside of office hours, to a real server."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from hoso_models import MailLanguage
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation
from hoso_workflows.notifications import email, outbox, preferences, undelivered
from hoso_workflows.notifications.outbox import Delivered
from hoso_workflows.notifications.preferences import Preference
from hoso_workflows.notifications.quiet_hours import Holding
from support import mail_server, mail_text
from support import world as worlds
from support.builders.histories import local
from support.mail_server import MailServer, Mood
from support.world import CITIZEN, DEPARTMENT, DESK, STRANGER, person

HEAD = person("head")
#: Friday after work, and the opening of the Monday after it.
FRIDAY, MONDAY = local("2026-03-06 18:00"), local("2026-03-09 07:00")
MINUTE = timedelta(minutes=1)


async def prefers(world: worlds.World, who: Any = HEAD, **said: Any) -> None:
    """A person of a unit with a proved address, and how they want to be told."""
    await world.changed("update principal set home_unit_code = $2 where id = $1", who, DEPARTMENT)
    await world.changed(
        "insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
        " values ($1::uuid, 'email', 'p' || substring($1::uuid::text from 1 for 8) || '@example.org', $2, $2)",
        who,
        worlds.FOUNDED,
    )
    await preferences.keep(world.db, who, Preference(**said), at=worlds.FOUNDED)


async def put(world: worlds.World, *topics: str, at: datetime = FRIDAY, who: Any = HEAD) -> None:
    """A message of each topic, written at an instant."""
    for topic in topics:
        await world.changed(
            "insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)"
            " select 'key/' || count(*), $1, $2, jsonb_build_object('code', 'H27-' || count(*)), $3, $3 from outbox",
            topic,
            who,
            at,
        )


async def holding(world: worlds.World, *, quiet: tuple[time, time] | None = None) -> Holding:
    return Holding(await world.service.reference_data.unit_calendars(), quiet)


async def delivered(world: worlds.World, server: MailServer, at: datetime, **said: Any) -> Delivered:
    settings = email.MailSettings(
        smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls=False, smtp_timeout=5
    )
    held = await holding(world, **said)
    return await outbox.deliver(world.db, email.transports(settings), at=at, holding=held)


def mails(server: MailServer) -> Sequence[EmailMessage]:
    return [message_from_bytes(each, policy=default) for each in server.mails]


async def test_what_came_since_the_last_opening_is_one_mail_at_the_next_one(world: worlds.World) -> None:
    await prefers(world, digest=True)
    async with mail_server.running() as server:
        await put(world, "note.mentioned", "job.done", "desk.applicant_wrote")
        assert await delivered(world, server, FRIDAY) == Delivered(held=3)
        await put(world, "note.mentioned", at=FRIDAY + MINUTE)
        assert (await delivered(world, server, MONDAY - MINUTE)).sent == 0
        assert server.mails == []
        assert await delivered(world, server, MONDAY) == Delivered(sent=4)

    (mail,) = mails(server)
    assert mail["Subject"] == "Tổng hợp 4 thông báo"
    assert [each.partition(":")[0] for each in mail_text.plain(mail).strip().split("\n\n")] == [
        "Hồ sơ H27-0",
        "Việc chạy lâu đã xong",
        "Người nộp hồ sơ H27-2 đã viết",
        "Hồ sơ H27-3",
    ]


async def test_a_digest_that_was_cut_off_comes_again_with_the_same_key_and_content(
    world: worlds.World,
) -> None:
    await prefers(world, digest=True)
    await put(world, "note.mentioned", "job.done")
    async with mail_server.running(mood=Mood.CUTTING) as server:
        await delivered(world, server, MONDAY)
        await put(world, "note.mentioned", at=MONDAY + MINUTE)
        server.mood = Mood.GOOD
        assert (await delivered(world, server, MONDAY + 5 * MINUTE)).sent == 2

    assert (len(server.mails), set(server.copies.values())) == (2, {2})
    assert server.mails[0] == server.mails[1]


async def test_a_digest_leaves_out_what_is_needed_no_more_and_is_not_sent_without_anything(
    world: worlds.World,
) -> None:
    await prefers(world, digest=True, urgent_at_once=False)
    before = await world.accepts(await world.files())
    await escalation.sweep(
        world.db, await world.service.reference_data.unit_calendars(), at=local("2026-03-20 18:00")
    )
    await world.changed("delete from notice")
    await world.changed("delete from outbox where recipient_id is distinct from $1", HEAD)
    number = int(await world.one("select count(*) from outbox"))
    assert number > 0
    await world.does(before, commands.Withdraw("Đổi ý"), person("reception", DESK), local("2026-03-20 19:00"))
    await world.changed("delete from outbox where recipient_id is distinct from $1", HEAD)
    async with mail_server.running() as server:
        assert await delivered(world, server, local("2026-03-23 08:00")) == Delivered(overtaken=number)

    assert server.mails == []


@pytest.mark.parametrize(("at_once", "sent"), [(True, 1), (False, 0)])
async def test_what_is_urgent_waits_only_where_its_reader_says_so(
    world: worlds.World, at_once: bool, sent: int
) -> None:
    await prefers(world, digest=True, quiet=True, urgent_at_once=at_once)
    await put(world, "escalation.reception_overdue", "note.mentioned")
    await world.changed(
        'update outbox set topic = \'duty.uncovered\', payload = payload || \'{"unit": "x", "day": "2026-03-07"}\' where id = (select min(id) from outbox)'
    )
    async with mail_server.running() as server:
        assert (await delivered(world, server, FRIDAY)).sent == sent


async def test_who_wants_no_mail_outside_of_office_hours_has_it_at_the_opening(world: worlds.World) -> None:
    await prefers(world, quiet=True)
    await put(world, "note.mentioned", "job.done")
    async with mail_server.running() as server:
        assert (await delivered(world, server, FRIDAY)).sent == 0
        assert await delivered(world, server, MONDAY) == Delivered(sent=2)
        await put(world, "note.mentioned", at=MONDAY + MINUTE)
        assert await delivered(world, server, MONDAY + MINUTE) == Delivered(sent=1)

    assert [mail["Subject"] for mail in mails(server)].count("Hồ sơ H27-0: có ghi chú nhắc đến bạn") == 1


async def test_what_is_said_about_an_account_waits_for_nothing(world: worlds.World) -> None:
    await prefers(world, digest=True, quiet=True, urgent_at_once=False)
    await put(world, "account.contact_changed")
    async with mail_server.running() as server:
        assert await delivered(world, server, FRIDAY) == Delivered(sent=1)


async def test_who_has_said_nothing_is_told_at_once(world: worlds.World) -> None:
    await prefers(world)
    await put(world, "note.mentioned", "job.done")
    async with mail_server.running() as server:
        assert await delivered(world, server, FRIDAY) == Delivered(sent=2)


async def test_a_reader_without_a_calendar_is_told_at_once(world: worlds.World) -> None:
    await prefers(world, digest=True, quiet=True)
    await world.changed("update principal set home_unit_code = null where id = $1", HEAD)
    await world.changed("delete from role_assignment where principal_id = $1", HEAD)
    await put(world, "note.mentioned")
    async with mail_server.running() as server:
        assert await delivered(world, server, FRIDAY) == Delivered(sent=1)


async def test_the_digest_of_one_reader_holds_nothing_of_another(world: worlds.World) -> None:
    other = person("specialist")
    await prefers(world, digest=True)
    await prefers(world, other, digest=True)
    await put(world, "note.mentioned", "job.done")
    await put(world, "note.mentioned", who=other)
    async with mail_server.running() as server:
        assert await delivered(world, server, MONDAY) == Delivered(sent=3)

    assert sorted(str(mail["Subject"]) for mail in mails(server)) == [
        "Tổng hợp 1 thông báo",
        "Tổng hợp 2 thông báo",
    ]
    assert set(server.copies.values()) == {1}


async def test_what_is_released_by_hand_goes_out_under_a_key_of_its_own(world: worlds.World) -> None:
    await prefers(world, digest=True)
    await put(world, "note.mentioned", "job.done")
    async with mail_server.running(mood=Mood.REFUSING) as server:
        assert await delivered(world, server, MONDAY) == Delivered(failed=2, quarantined=2)
        server.mood = Mood.GOOD
        numbers = [each.id for each in (await undelivered.search(world.db, None, aside=True)).items]
        for number in reversed(numbers):
            await undelivered.release(world.db, [number], None, actor=HEAD, at=MONDAY + MINUTE)
            assert (await delivered(world, server, MONDAY + MINUTE)).sent == 1

    assert (len(server.copies), set(server.copies.values())) == (2, {1})


async def test_mail_to_applicants_waits_for_the_end_of_their_quiet_hours(world: worlds.World) -> None:
    await prefers(world, CITIZEN)
    await world.files("2026-03-06 22:00", channel="online")
    night = time(21), time(6)
    async with mail_server.running() as server:
        for at in ("2026-03-06 22:01", "2026-03-07 05:59"):
            assert (await delivered(world, server, local(at), quiet=night)).sent == 0
        assert (await delivered(world, server, local("2026-03-07 06:00"), quiet=night)).sent == 1

    assert await world.one("select count(*) from outbox where attempts > 1") == 0


async def test_an_applicant_has_one_mail_at_the_opening_of_the_desk_about_all_that_reaches_them_there(
    world: worlds.World,
) -> None:
    await prefers(world, CITIZEN, digest=True)
    await prefers(world, STRANGER)
    filed = [await world.files("2026-03-06 18:00", channel="online") for _ in range(3)]
    await world.changed(
        "update party set principal_id = $1 where id = (select applicant_id from dossier where reference = $2)",
        STRANGER,
        filed[0].reference,
    )
    # One that the desk answers for, at another address.
    await world.files("2026-03-06 18:00")
    await world.changed("update party set email = 'quay@example.org' where principal_id is null")
    async with mail_server.running() as server:
        assert await delivered(world, server, FRIDAY + MINUTE) == Delivered(sent=2, held=2)
        assert await delivered(world, server, MONDAY) == Delivered(sent=2)

    assert [mail["Subject"] for mail in mails(server)].count("Tổng hợp 2 thông báo") == 1
    assert len(server.mails) == 3


async def test_what_asks_an_applicant_for_something_waits_for_no_digest_and_for_their_own_hours(
    world: worlds.World,
) -> None:
    await prefers(world, CITIZEN, digest=True, quiet_from=time(20), quiet_until=time(5))
    filed = await world.files("2026-03-06 18:00", channel="online")
    await world.changed("update outbox set topic = 'applicant.fee_assessed' where dossier_id is not null")
    assert filed.reference
    async with mail_server.running() as server:
        assert (await delivered(world, server, local("2026-03-06 21:00"), quiet=(time(1), time(2)))).held == 1
        assert (await delivered(world, server, local("2026-03-07 05:00"))).sent == 1


async def test_a_reader_of_english_is_told_in_english_as_text_and_as_html(world: worlds.World) -> None:
    await prefers(world, language=MailLanguage.ENGLISH)
    await put(world, "note.mentioned")
    async with mail_server.running() as server:
        await delivered(world, server, MONDAY)

    (mail,) = mails(server)
    said = "A colleague mentions you in an internal note on dossier H27-0"
    assert (mail["Content-Language"], mail["Subject"]) == ("en", "Dossier H27-0: a note mentions you")
    assert (
        said in mail_text.plain(mail).strip(),
        f"<p>{said}" in mail_text.html(mail),
        'lang="en"' in mail_text.html(mail),
    ) == (
        True,
        True,
        True,
    )
