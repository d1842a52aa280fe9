"""Heads are told where the limits of a term of calendar days no longer fit into it."""

from datetime import date, timedelta
from typing import Any

from hoso_workflows import audit
from support import calendars
from support.api_client import Rest
from support.calendars import Way, closed
from support.procedures.law import UNIT_HEAD, Walk
from support.world import DEPARTMENT

TOLD = """
select o.payload from outbox o join dossier d on d.id = o.dossier_id
where o.topic = 'unit.limits_do_not_fit' and d.reference = $1 order by o.id
"""
_MESSAGE = """
select o.dedup_key, to_jsonb(o) as kept from outbox o join dossier d on d.id = o.dossier_id
where o.topic = 'unit.limits_do_not_fit' and d.reference = $1
"""
_CHANGED = """
update outbox set payload = payload || '{"step": "Thẩm định"}' where id = ($1::jsonb ->> 'id')::bigint
"""
_AS_BEFORE = "update outbox set payload = $1::jsonb -> 'payload' where id = ($1::jsonb ->> 'id')::bigint"
_TWICE = """
insert into outbox overriding system value select (jsonb_populate_record(null::outbox,
  $1::jsonb || jsonb_build_object('id', 0, 'dedup_key', ($1::jsonb ->> 'dedup_key') || '0'))).*
"""
_GONE = """
with noticed as (delete from notice where message_id = ($1::jsonb ->> 'id')::bigint)
delete from outbox where id = ($1::jsonb ->> 'id')::bigint
"""
_THERE = """
insert into outbox overriding system value select (jsonb_populate_record(null::outbox, $1::jsonb)).*
"""
#: The message is changed, told twice, or gone; each with what makes it as it was.
_TAMPERED = (
    (_CHANGED, [_AS_BEFORE]),
    (_TWICE, ["delete from notice where message_id = 0", "delete from outbox where id = 0"]),
    (_GONE, [_THERE]),
)


async def told(walk: Walk) -> list[Any]:
    """The messages about the limits of a dossier."""
    rows = await walk.rest.world.db.rows(TOLD, [walk.reference])
    return [{name: value for name, value in row.payload.items() if name != "seq"} for row in rows]


async def test_the_head_is_told_once_where_limits_no_longer_fit_into_the_term(law: Rest) -> None:
    walk = await Walk.accepted(law, "2026-03-02 09:00", "shares")
    await walk.completes("2026-03-23 16:00")
    before = await told(walk)
    await walk.asked_and_received("2026-03-23 16:30", "2026-03-25 16:30")
    about = {"reference": walk.reference, "code": walk.code, "unit": DEPARTMENT, "step": "Ký kết quả"}
    assert (before, await told(walk)) == ([], [about])

    items = (await law.get("/v1/notifications", UNIT_HEAD)).json()["items"]
    (notice,) = (each for each in items if each["dossier"]["code"] == walk.code)
    assert (notice["topic"], notice["title"]) == (
        "unit.limits_do_not_fit",
        f"Hồ sơ {walk.code}: thời gian của các bước không còn vừa thời hạn",
    )
    await walk.does("suspension", "2026-03-25 16:40", by=UNIT_HEAD, reason="Chờ giám định", basis="Luật A")
    await walk.does("suspension-end", "2026-03-26 08:00", by=UNIT_HEAD, reason="Có kết quả")
    assert await told(walk) == [about]
    assert [str(each) async for each in audit.differences(law.world.service)] == []


async def test_the_audit_compares_who_was_told_with_the_floors_that_were_taken(law: Rest) -> None:
    walk = await Walk.accepted(law, "2026-03-02 09:00", "shares")
    await walk.completes("2026-03-23 16:00")
    await walk.asked_and_received("2026-03-23 16:30", "2026-03-25 16:30")
    (message,) = await law.world.db.rows(_MESSAGE, [walk.reference])
    found = []
    for tampered, restored in _TAMPERED:
        await law.world.changed(tampered, message.kept)
        found.append([str(each) async for each in audit.differences(law.world.service)])
        for sql in restored:
            await law.world.changed(sql, *([message.kept] if "$1" in sql else []))
    assert [str(each) async for each in audit.differences(law.world.service)] == []
    key = f"messages {message.dedup_key}"
    said = (
        f"{key} payload is stored as {{",
        f"{key}0 is stored as 'present', its events say 'absent'",
        f"{key} is stored as 'absent', its events say 'present'",
    )
    assert [len(each) for each in found] == [1, 1, 1]
    assert [words in each for words, (each,) in zip(said, found, strict=True)] == [True] * 3


async def test_the_head_is_told_where_a_revised_calendar_leaves_no_room_for_the_limits(law: Rest) -> None:
    await calendars.administrators(law.world.db)
    walk = await Walk.accepted(law, "2026-03-02 09:00", "shares")
    before = await told(walk)
    days = (date(2026, 3, 4) + timedelta(days=number) for number in range(17))

    await Way(law.world).whole(closed(*(f"{each:%Y-%m-%d}" for each in days if each.weekday() < 5)))

    (task,) = (await walk.reads("2026-03-03 12:00"))["tasks"]
    # Applied once more, and revised again with the floor taken already: nobody is told anew.
    await Way(law.world).applied()
    again = (date(2026, 3, 4) + timedelta(days=number) for number in range(18))
    await Way(law.world).whole(closed(*(f"{each:%Y-%m-%d}" for each in again if each.weekday() < 5)))
    about = {"reference": walk.reference, "code": walk.code, "unit": task["unit"], "step": task["name"]}
    assert (before, await told(walk)) == ([], [about])
    assert [str(each) async for each in audit.differences(law.world.service)] == []


async def test_nobody_is_told_where_every_limit_fits(law: Rest) -> None:
    walk = await Walk.accepted(law, "2026-03-02 09:00", "shares")
    await walk.asked_and_received("2026-03-03 09:00", "2026-03-05 09:00")
    await walk.completes("2026-03-18 09:00")
    assert await told(walk) == []
