import asyncio
import os
import re
import stat
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows.jobs import ended
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import duty_alarm, escalation, reminders
from hoso_workflows.notifications import (
    catalogue_words,
    coordination_words,
    email,
    outbox,
    rules,
    undelivered,
    wording,
    wording_english,
)
from hoso_workflows.notifications.outbox import Delivered, Message, Undeliverable
from hoso_workflows.notifications.undelivered import State
from hoso_workflows.organisation.register import told
from hoso_workflows.organisation.telling import account_messages
from hoso_workflows.payments import unknown_orders
from support import mail_text
from support import world as worlds
from support.builders.histories import local

AT = local("2026-03-06 09:00")
HEAD = worlds.person("head")


class Heard:
    """A way out that keeps what it was given, and fails on what it is told to."""

    def __init__(self, fails: int = 0, fault: Exception | None = None) -> None:
        self.messages: list[Message] = []
        self.fails = fails
        self.fault = fault or Undeliverable("the line is cut")

    server = None

    async def send(self, message: Message) -> bool:
        await asyncio.sleep(0)
        if self.fails:
            self.fails -= 1
            raise self.fault
        self.messages.append(message)
        return True


async def put(world: worlds.World, count: int = 1, topic: str = "applicant.accepted") -> None:
    await world.changed(
        "insert into outbox (dedup_key, topic, payload, created_at, available_at)"
        " select 'key/' || n, $2, '{\"code\": \"H27-1\"}', $3, $3 from generate_series(1, $1) n",
        count,
        topic,
        AT,
    )


async def state(world: worlds.World) -> list[tuple[Any, ...]]:
    rows = await world.db.rows("select sent_at, attempts, last_error from outbox order by id")
    return [tuple(row) for row in rows]


async def set_aside(world: worlds.World) -> list[tuple[Any, ...]]:
    found = (await undelivered.search(world.db, None, aside=True)).items
    return [(each.id, each.status, each.last_error) for each in found]


async def aside(world: worlds.World) -> list[str | None]:
    return [row.aside for row in await world.db.rows("select aside from outbox order by id")]


async def test_everything_that_is_due_is_sent_once(world: worlds.World) -> None:
    await put(world, 45)
    heard = Heard()

    assert await outbox.deliver(world.db, [heard], at=AT) == Delivered(sent=45)
    assert await outbox.deliver(world.db, [heard], at=AT) == Delivered()
    assert {message.dedup_key for message in heard.messages} == {f"key/{n}" for n in range(1, 46)}
    assert len(heard.messages) == 45


async def test_what_is_for_later_is_left_for_later(world: worlds.World) -> None:
    await put(world)

    assert await outbox.deliver(world.db, [Heard()], at=AT - timedelta(minutes=1)) == Delivered()


async def test_six_dispatchers_at_once_send_nothing_twice(world: worlds.World) -> None:
    await put(world, 200)
    heard = Heard()

    done = await asyncio.gather(*(outbox.deliver(world.db, [heard], at=AT) for _ in range(6)))

    assert sum(delivered.sent for delivered in done) == 200
    assert len({message.id for message in heard.messages}) == len(heard.messages) == 200


async def test_what_fails_is_tried_again_later_and_later(world: worlds.World) -> None:
    await put(world)
    broken = Heard(fails=2)

    assert await outbox.deliver(world.db, [broken], at=AT) == Delivered(failed=1)
    assert await state(world) == [(None, 1, "the line is cut")]
    assert await outbox.deliver(world.db, [broken], at=AT + timedelta(seconds=59)) == Delivered()
    assert await outbox.deliver(world.db, [broken], at=AT + timedelta(minutes=1)) == Delivered(failed=1)
    assert await outbox.deliver(world.db, [broken], at=AT + timedelta(minutes=2)) == Delivered()
    last = AT + timedelta(minutes=3)
    assert await outbox.deliver(world.db, [broken], at=last) == Delivered(sent=1)
    assert await state(world) == [(last, 3, None)]


async def test_what_fails_for_three_days_is_set_aside_and_can_be_released(world: worlds.World) -> None:
    await put(world)
    broken, at, tried = Heard(fails=1000), AT, []
    while at < AT + timedelta(days=4):
        if (done := await outbox.deliver(world.db, [broken], at=at)) != Delivered():
            tried.append((at - AT, done))
        at += timedelta(hours=1)

    assert tried[0] == (timedelta(), Delivered(failed=1))
    assert {done for _, done in tried[:-1]} == {Delivered(failed=1)}
    assert tried[-1] == (timedelta(days=3), Delivered(failed=1, quarantined=1))
    ((message, why, reason),) = await set_aside(world)
    assert (why, reason) == (State.GIVEN_UP, "the line is cut")
    assert await undelivered.release(world.db, [message], None, actor=HEAD, at=at) == 1
    assert await outbox.deliver(world.db, [Heard()], at=at) == Delivered(sent=1)
    assert await set_aside(world) == []


async def test_one_bad_message_does_not_hold_back_the_others(world: worlds.World) -> None:
    await put(world, 3)

    delivered = await outbox.deliver(world.db, [Heard(fails=1, fault=RuntimeError("mật khẩu"))], at=AT)

    assert delivered == Delivered(sent=2, failed=1)
    assert sorted(await state(world), key=str) == [
        (None, 1, "RuntimeError"),
        (AT, 1, None),
        (AT, 1, None),
    ]


class Endless(Heard):
    """A way out that never comes to an end."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def send(self, message: Message) -> bool:
        self.messages.append(message)
        self.begun.set()
        await asyncio.Event().wait()
        return True


async def killed(world: worlds.World, at: datetime) -> list[Message]:
    """A dispatcher that is killed while it sends; what it had in hand."""
    endless = Endless()
    dispatcher = asyncio.ensure_future(outbox.deliver(world.db, [endless], at=at))
    await endless.begun.wait()
    dispatcher.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dispatcher
    return endless.messages


async def test_what_a_killed_dispatcher_had_in_hand_comes_up_again(world: worlds.World) -> None:
    await put(world)
    await killed(world, AT)

    assert await outbox.deliver(world.db, [Heard()], at=AT + timedelta(minutes=9)) == Delivered()
    assert await outbox.deliver(world.db, [Heard()], at=AT + outbox.LEASE) == Delivered(sent=1)


async def test_what_two_dispatchers_were_killed_over_may_be_out_twice_and_is_sent_no_third_time(
    world: worlds.World,
) -> None:
    await put(world)
    for round_ in range(2):
        assert len(await killed(world, AT + round_ * outbox.LEASE)) == 1
    heard, at = Heard(), AT + 2 * outbox.LEASE

    assert await outbox.deliver(world.db, [heard], at=at) == Delivered(failed=1, quarantined=1)
    assert (heard.messages, await aside(world)) == ([], ["unsure"])


async def test_without_a_way_out_nothing_is_called_sent(world: worlds.World) -> None:
    await put(world, 2)

    assert await outbox.deliver(world.db, [], at=AT) == Delivered(portal=2)
    assert await outbox.deliver(world.db, [], at=AT) == Delivered()
    assert (await state(world), await aside(world)) == ([(None, 0, None)] * 2, ["unreached"] * 2)


async def test_what_no_way_out_serves_and_stands_in_no_list_has_reached_nobody(world: worlds.World) -> None:
    await put(world)
    with_addresses_only = email.transports(email.MailSettings(smtp_host="127.0.0.1", smtp_port=1))

    assert await outbox.deliver(world.db, with_addresses_only, at=AT) == Delivered(portal=1)
    assert (await state(world), await aside(world)) == ([(None, 0, None)], ["unreached"])


async def test_what_a_server_refuses_for_good_is_set_aside_at_once(world: worlds.World) -> None:
    await put(world)

    delivered = await outbox.deliver(world.db, [Heard(fails=1, fault=outbox.Refused("no such"))], at=AT)

    assert delivered == Delivered(failed=1, quarantined=1)
    assert (await state(world), await aside(world)) == ([(None, 1, "no such")], ["refused"])


async def test_what_may_have_been_taken_is_sent_once_more_and_then_set_aside(world: worlds.World) -> None:
    await put(world)
    unsure, at, done = Heard(fails=9, fault=outbox.Unsure("no answer")), AT, []
    for _ in range(4):
        done.append(await outbox.deliver(world.db, [unsure], at=at))
        at += timedelta(hours=1)

    assert done == [Delivered(failed=1), Delivered(failed=1, quarantined=1), Delivered(), Delivered()]
    assert (9 - unsure.fails, await aside(world)) == (2, ["unsure"])


async def test_each_message_is_marked_the_moment_it_was_taken(world: worlds.World) -> None:
    await put(world, 3)
    heard, seen = Heard(), []

    class Looking(Heard):
        async def send(self, message: Message) -> bool:
            seen.append(await world.one("select count(*) from outbox where sent_at is not null"))
            return await heard.send(message)

    with pytest.MonkeyPatch.context() as one:
        one.setattr(outbox, "LANES", 1)
        await outbox.deliver(world.db, [Looking()], at=AT)

    assert seen == [0, 1, 2]


async def test_a_round_begins_nothing_when_its_time_is_over(world: worlds.World) -> None:
    await put(world, 3)

    assert await outbox.deliver(world.db, [Heard()], at=AT, budget=0) == Delivered()
    assert await state(world) == [(None, 0, None)] * 3


async def swept(world: worlds.World) -> worlds.Outcome:
    """A dossier of which its heads are told, with nothing else in the outbox."""
    dossier = await world.accepts(await world.files())
    await world.changed("delete from outbox")
    await escalation.sweep(world.db, await world.service.reference_data.unit_calendars(), at=AT)
    return dossier


async def test_an_escalation_is_sent_to_the_recipient_without_personal_data(world: worlds.World) -> None:
    dossier = await swept(world)
    await world.changed(
        "insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
        " values ($1, 'email', 'truong.phong@example.org', $2, $2), ($1, 'email', 'chua.xac.minh@example.org', $2, null)",
        HEAD,
        AT,
    )
    heard = Heard()

    await outbox.deliver(world.db, [heard], at=AT)

    late = next(message for message in heard.messages if message.topic == "escalation.overdue")
    assert (late.recipient_id, late.address, late.payload) == (
        HEAD,
        "truong.phong@example.org",
        {
            "code": dossier.code,
            "cycle": 1,
            "consultation": None,
            "due": "2026-03-05T10:00:00+00:00",
            "reference": None,
            "step": None,
            "task": None,
            "subject": "dossier",
            "unit": worlds.DEPARTMENT,
        },
    )


async def test_an_escalation_that_events_have_overtaken_is_not_sent(world: worlds.World) -> None:
    dossier = await swept(world)
    await world.completes(dossier, AT)
    await world.changed("update dossier set result_ready_at = $1", AT)

    assert await outbox.deliver(world.db, [Heard()], at=AT) == Delivered(overtaken=3)
    assert await outbox.deliver(world.db, [Heard()], at=AT + timedelta(days=9)) == Delivered()
    assert await set_aside(world) == []


async def test_that_a_dossier_waits_is_not_sent_once_reception_has_asked_for_a_supplement(
    world: worlds.World,
) -> None:
    dossier = await world.files()
    await escalation.sweep(
        world.db, await world.service.reference_data.unit_calendars(), at=worlds.instant("2026-03-02 10:00")
    )
    desk = worlds.person("reception", worlds.DESK)
    await world.does(dossier, commands.AskSupplement("thiếu bản sao"), desk, "2026-03-02 10:01")
    await world.changed("delete from outbox where topic not like 'escalation.%'")

    assert await outbox.deliver(world.db, [Heard()], at=AT) == Delivered(overtaken=1)


async def test_an_escalation_of_an_earlier_cycle_is_not_sent(world: worlds.World) -> None:
    dossier = await swept(world)
    clerk = worlds.person("reception", worlds.DESK)
    asked = await world.does(dossier, commands.AskSupplement("thiếu bản sao"), clerk, AT)
    await world.does(asked, commands.ReceiveSupplement(), clerk, AT + timedelta(hours=1))

    assert (await outbox.deliver(world.db, [Heard()], at=AT + timedelta(hours=2))).overtaken == 4
    rows = await world.db.rows("select topic from outbox where aside = 'overtaken' order by topic")
    assert [row.topic for row in rows] == [
        "applicant.supplement_asked",
        "escalation.overdue",
        "escalation.overdue_received",
        "escalation.step_unclaimed",
    ]


async def test_the_late_step_of_a_dossier_with_a_result_is_still_told(world: worlds.World) -> None:
    await swept(world)
    await world.changed("update dossier set result_ready_at = $1", AT)

    assert await outbox.deliver(world.db, [Heard()], at=AT) == Delivered(sent=1, overtaken=2)


def message(
    topic: str = "escalation.step_due", address: str | None = "a@example.org", **said: Any
) -> Message:
    payload = {"code": "H27-1", "step": "Thẩm định", "due": "2026-03-05T10:00:00+00:00", **said}
    return Message(1, "escalation/task/1/step due", topic, UUID(int=1), None, payload, AT, 1, address)


def test_a_message_becomes_a_mail_that_every_attempt_repeats() -> None:
    made = email.compose(message(), "hoso@example.org")

    assert made.as_bytes() == email.compose(message(), "hoso@example.org").as_bytes()
    assert dict(made.items()) | {"Content-Type": "", "MIME-Version": "", "Content-Transfer-Encoding": ""} == {
        "From": "hoso@example.org",
        "To": "a@example.org",
        "Date": "Fri, 06 Mar 2026 09:00:00 +0700",
        "Message-ID": "<escalation%2Ftask%2F1%2Fstep%20due@hoso>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "vi",
        "Subject": "Bước xử lý quá hạn: hồ sơ H27-1",
        "Content-Type": "",
        "MIME-Version": "",
        "Content-Transfer-Encoding": "",
    }
    assert mail_text.plain(made) == "Bước “Thẩm định” của hồ sơ H27-1 đã quá hạn lúc 17:00 ngày 05/03/2026.\n"


def test_every_level_of_the_ladder_and_every_topic_has_its_words() -> None:
    topics = {
        *rules.TOPICS.values(),
        *rules.TO_THE_DESK.values(),
        *(f"escalation.{level}" for level in escalation.Level),
        *(duty_alarm.TOPIC, duty_alarm.AHEAD_TOPIC),
        rules.CALENDAR_REVISED,
        rules.FLOOR,
        *(f"account.{topic}" for topic in account_messages.Topic),
        *(ended.DONE, ended.FAILED, ended.CANCELLED),
        *(told.ROLE_GIVEN, told.ROLE_PROPOSED, told.SUBSTITUTION_ENTERED),
        *(f"{reminders.TOPIC}.{late}" for late in reminders.Late),
        *("report.due", "report.late", "report.reminder"),
        *coordination_words.WORDING,
        *catalogue_words.WORDING,
        unknown_orders.TOPIC,
    }
    assert topics - {"partner.message"} == set(wording.WORDING), "no mail goes to another system"
    assert set(wording_english.WORDING) == set(wording.WORDING)
    assert (
        email.compose(message("something.new"), "hoso@example.org")["Subject"] == "Thông báo về hồ sơ H27-1"
    )


def test_the_page_of_a_mail_says_what_its_text_says_and_loads_nothing() -> None:
    made = email.compose(
        message("account.invitation", secret="https://motcua.example.vn/loi-moi#a&b"), "hoso@example.org"
    )

    page, text = mail_text.html(made), mail_text.plain(made).strip()
    assert made.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in made.iter_parts()] == ["text/plain", "text/html"]
    assert text in unescape(re.sub("<[^>]*>", "", page))
    assert re.findall('<a href="([^"]*)">', page) == ["https://motcua.example.vn/loi-moi#a&amp;b"]
    assert (
        re.findall(r"\b(?:src|srcset|background|action)=|url\(|@import|<(?:img|link|script|iframe)", page)
        == []
    )


def test_both_languages_name_the_same_fields() -> None:
    vietnamese, english = (
        {topic: set(re.findall(r"{\w+}", " ".join(said))) for topic, said in words.items()}
        for words in (wording.WORDING, wording_english.WORDING)
    )
    assert english == vietnamese


@pytest.mark.parametrize("word", ["<b>{0}", "{0}", "{code.__class__}", "a\nBcc: b@example.org", "{"])
def test_what_a_payload_holds_is_text_and_never_a_template_or_a_header(word: str) -> None:
    made = email.compose(message(step=word, code="H27-1"), "hoso@example.org")

    assert (made["Bcc"], word.strip() in mail_text.plain(made)) == (None, True)


def test_a_code_with_a_line_break_cannot_add_a_header() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        email.compose(message(code="x\nBcc: b@example.org"), "hoso@example.org")


async def test_a_folder_holds_each_message_once_as_a_whole_file(tmp_path: Path) -> None:
    folder = email.Folder(tmp_path / "mail", "hoso@example.org")

    taken = [await folder.send(message()), await folder.send(message())]
    taken.append(await folder.send(message("applicant.accepted", address=None)))

    files = list((tmp_path / "mail").iterdir())
    assert (taken, [file.suffix for file in files]) == ([True, True, False], [".eml"])
    read = message_from_bytes(files[0].read_bytes(), policy=default)
    assert (read["To"], read["Subject"]) == ("a@example.org", "Bước xử lý quá hạn: hồ sơ H27-1")


def test_a_mail_in_a_folder_that_others_enter_is_read_by_nobody_else(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(0o022)
    try:
        asyncio.run(email.Folder(tmp_path, "hoso@example.org").send(message()))
    finally:
        os.umask(before)
    assert [stat.filemode(file.stat().st_mode) for file in tmp_path.iterdir()] == ["-rw-------"]


def test_without_settings_there_is_no_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert email.transports(email.MailSettings()) == ()
    monkeypatch.setenv("HOSO_MAIL_FOLDER", str(tmp_path))
    assert email.transports(email.MailSettings()) == (email.Folder(tmp_path, "hoso@localhost"),)
