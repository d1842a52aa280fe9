"""Reminders of what is late: whom they reach, who may send them, and how often."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from hoso_workflows.monitoring import reminders
from hoso_workflows.monitoring.reminders import Late
from hoso_workflows.notifications import outbox
from hoso_workflows.notifications.outbox import Delivered, Message
from support.api_client import CLERK, HEAD, SPECIALIST, Rest, problem
from support.world import DESK, OTHER, person

HEAD_OF_DESK = person("head", DESK)
DOOR = "/v1/overdue/reminders"


async def late(rest: Rest) -> dict[str, Any]:
    """A dossier that is late, with its open step at the desk, which nobody has taken."""
    rest.clock.turn("2026-03-02 09:00")
    dossier = await rest.accepts()
    rest.clock.turn("2026-03-10 09:00")
    (item,) = (await rest.get("/v1/overdue", HEAD)).json()["items"]
    return {**item, "task": dossier["tasks"][0]["id"]}


async def told(rest: Rest, who: UUID) -> list[tuple[str, str]]:
    """Title and text of the reminders in somebody's list."""
    items = (await rest.get("/v1/notifications", who)).json()["items"]
    return [(each["title"], each["text"]) for each in items if each["topic"].startswith("reminder.")]


async def test_who_could_take_the_step_is_reminded_of_a_late_dossier_once_a_day(rest: Rest) -> None:
    item = await late(rest)
    body = {"kind": "dossier", "id": item["id"]}
    first, second = await asyncio.gather(rest.post(DOOR, HEAD, body), rest.post(DOOR, HEAD, body))
    sent, refused = sorted((first, second), key=lambda each: each.status_code)
    assert sent.json() == {
        **body,
        "at": "2026-03-10T09:00:00+07:00",
        "by": {"id": str(HEAD), "name": sent.json()["by"]["name"]},
        "told": 2,
    }
    assert problem(refused)["type"] == "urn:hoso:problem:already-reminded"
    words = (
        f"Nhắc xử lý hồ sơ {item['code']} quá hạn",
        f"Bạn được nhắc xử lý hồ sơ {item['code']}, đã quá hạn trả kết quả lúc 17:00 ngày 05/03/2026.",
    )
    assert (await told(rest, CLERK), await told(rest, HEAD)) == ([words], [])
    rest.clock.turn("2026-03-11 08:00")
    assert (await rest.done(DOOR, HEAD, body))["told"] == 2
    assert await told(rest, CLERK) == [words, words]
    rows = await rest.world.db.rows(
        "select subject_kind, unit_code, principal_id, told::int from reminder order by day"
    )
    assert [tuple(row) for row in rows] == [("dossier", item["unit"], HEAD, 2)] * 2


async def test_the_officer_who_has_a_late_step_is_reminded_by_the_head_of_its_unit(rest: Rest) -> None:
    item = await late(rest)
    await rest.done(f"/v1/user-tasks/{item['task']}/assignment", CLERK, {"assignee": str(CLERK)})
    body = {"kind": "step", "id": item["task"]}
    assert problem(await rest.post(DOOR, HEAD, body))["status"] == 404
    assert (await rest.done(DOOR, HEAD_OF_DESK, body))["told"] == 1
    ((title, _),) = await told(rest, CLERK)
    assert title == f"Nhắc xử lý bước quá hạn: hồ sơ {item['code']}"


async def test_who_heads_no_unit_of_it_or_would_remind_themselves_is_refused(rest: Rest) -> None:
    item = await late(rest)
    body = {"kind": "dossier", "id": item["id"]}
    assert problem(await rest.post(DOOR, SPECIALIST, body))["status"] == 403
    assert problem(await rest.post(DOOR, person("division_head", OTHER), body))["status"] == 404
    await rest.world.changed("update user_task set assignee_id = $1", HEAD)
    assert problem(await rest.post(DOOR, HEAD, body))["type"] == "urn:hoso:problem:nobody-to-remind"
    assert await rest.world.one("select count(*) from reminder") == 0
    rest.clock.turn("2026-03-03 09:00")
    assert problem(await rest.post(DOOR, HEAD, body))["status"] == 404


async def test_reception_is_reminded_of_what_it_has_not_answered_until_it_has(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files()
    rest.clock.turn("2026-03-10 09:00")
    db, at = rest.world.db, rest.clock.at
    calendars = await rest.world.service.reference_data.unit_calendars()
    kind, item = await reminders.of_dossier(db, calendars, filed["reference"], step=False, at=at)
    assert kind is Late.RECEPTION
    await reminders.send(db, kind, item, actor=HEAD_OF_DESK, at=at)
    assert [title for title, _ in await told(rest, CLERK)] == [f"Nhắc tiếp nhận hồ sơ {filed['reference']}"]
    await rest.world.changed("delete from outbox where topic not like 'reminder.%'")
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    await rest.world.changed("delete from outbox where topic not like 'reminder.%'")
    assert await outbox.deliver(db, [Deaf()], at=at) == Delivered(overtaken=2)


class Deaf:
    """A way out that must not be used."""

    server = None

    async def send(self, message: Message) -> bool:
        """Fail for any message."""
        raise AssertionError(message.topic)
