"""The preview of the escalation sweep shows what a sweep at that instant then sends."""

from datetime import date
from uuid import UUID

import pytest

from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation, escalation_preview, escalations_told
from hoso_workflows.monitoring.escalation_preview import Foreseen
from hoso_workflows.organisation import units
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

HEAD, DESK_HEAD = worlds.person("head"), worlds.person("head", worlds.DESK)
CLERK = worlds.person("reception", worlds.DESK)
#: All that a sweep writes.
WRITTEN = (
    "select (select count(*) from escalation), (select count(*) from outbox), (select max(at) from watermark)"
)


async def foreseen(
    world: worlds.World, at: str, within: list[str] | None = None, *, limit: int = 200
) -> list[Foreseen]:
    """The whole preview, page by page."""
    calendars = await world.service.reference_data.unit_calendars()
    found: list[Foreseen] = []
    after: str | None = ""
    while after is not None:
        page = await escalation_preview.preview(
            world.db, calendars, within, at=worlds.instant(at), limit=limit, after=after
        )
        found, after = [*found, *page.items], page.after
    return found


def keys(shown: list[Foreseen]) -> list[tuple[str, UUID | None]]:
    """Messages by their keys, with those who are told."""
    return sorted(
        (f"escalation/{each.kind}/{each.id}/{each.cycle}/{each.level}/{each.recipient}", each.recipient)
        for each in shown
    )


async def sent(world: worlds.World, last: int) -> list[tuple[str, UUID | None]]:
    """The same of the messages behind a number."""
    rows = await world.db.rows(
        "select split_part(dedup_key, '/again', 1), recipient_id from outbox where id > $1 and topic like 'escalation.%'",
        [last],
    )
    return sorted(tuple(row) for row in rows)


async def agrees(world: worlds.World, at: str) -> list[str]:
    """The levels that a preview shows and that the sweep at that instant then sends, nothing else."""
    last = await world.one("select coalesce(max(id), 0) from outbox")
    before = [tuple(row) for row in await world.db.rows(WRITTEN)]
    shown = await foreseen(world, at)
    assert [tuple(row) for row in await world.db.rows(WRITTEN)] == before
    calendars = await world.service.reference_data.unit_calendars()
    swept = await escalation.sweep(world.db, calendars, at=worlds.instant(at))
    told = [each for each in shown if each.recipient]
    assert (await sent(world, last), swept.messages) == (keys(told), len(told))
    assert keys(await foreseen(world, at)) == keys([each for each in shown if not each.recipient])
    return sorted(each.level for each in shown)


async def accepted(world: worlds.World, at: str = "2026-03-02 09:00") -> worlds.Outcome:
    return await world.accepts(await world.files())


async def test_the_preview_is_what_the_sweep_sends_over_the_days_of_a_dossier(world: worlds.World) -> None:
    held, muted = await accepted(world), await accepted(world)
    (task,) = held.body["tasks"]
    await world.does(held, commands.Claim(UUID(task["id"])), CLERK)
    await world.files("2026-03-02 09:00")
    assert await agrees(world, "2026-03-02 11:00") == ["reception_waits"]
    assert await agrees(world, "2026-03-02 11:01") == ["step_due", "step_unclaimed"]
    muted = await world.does(muted, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-02 14:00")
    async with world.db.transaction() as tx:
        units.substitute(
            tx,
            HEAD,
            worlds.person("agency_head"),
            date(2026, 3, 5),
            date(2026, 3, 6),
            reason="Nghỉ phép",
        )
    assert await agrees(world, "2026-03-04 00:00") == ["due_soon", "reception_overdue"]
    assert await agrees(world, "2026-03-05 17:01") == ["overdue", "overdue_received"]
    await world.does(muted, commands.ReceiveSupplement(), CLERK, "2026-03-09 10:00")
    assert await agrees(world, "2026-03-09 10:00") == []
    assert await agrees(world, "2026-03-20 09:00") == ["overdue", "overdue_received", "step_unclaimed"]


async def test_what_a_clock_ahead_has_told_is_foreseen_again(world: worlds.World) -> None:
    await accepted(world)
    calendars = await world.service.reference_data.unit_calendars()
    await escalation.sweep(world.db, calendars, at=worlds.instant("2026-03-09 11:01"))

    assert await agrees(world, "2026-03-04 09:00") == ["due_soon", "step_unclaimed"]


async def test_without_a_head_the_unit_is_named_until_there_is_one(world: worlds.World) -> None:
    await accepted(world)
    await world.changed(
        "update role_assignment set valid_to = $1 where unit_code = 'H27.PVHCC'", date(2026, 3, 1)
    )

    assert await agrees(world, "2026-03-02 11:01") == ["step_unclaimed"]
    (nobody,) = await foreseen(world, "2026-03-02 11:01")
    assert (nobody.recipient, nobody.unit, nobody.unit_name) == (
        None,
        worlds.DESK,
        await world.one("select name from unit where code = 'H27.PVHCC'"),
    )


@pytest.mark.parametrize("portion", [1, 7])
async def test_in_whatever_portions_and_pages_the_preview_is_the_same(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    await world.files("2026-03-02 09:00")
    referred = await dossier_rows.refers(world.db)
    await dossier_rows.many(world.db, referred, [local("2026-03-02 17:00")] * 9, worlds.FOUNDED)
    whole = await foreseen(world, "2026-03-06 09:00")
    monkeypatch.setattr(escalation, "PORTION", portion)

    assert await foreseen(world, "2026-03-06 09:00", limit=4) == whole
    desk = [each for each in whole if each.unit == worlds.DESK]
    assert await foreseen(world, "2026-03-06 09:00", [worlds.DESK], limit=1) == desk
    assert (len(whole), len(desk) > 0) == (28, True)
    assert len(await agrees(world, "2026-03-06 09:00")) == len(whole)


async def test_what_was_told_lately_is_listed_with_what_became_of_it(world: worlds.World) -> None:
    dossier = await accepted(world)
    await world.files("2026-03-02 09:00")
    for at in ("2026-03-02 11:01", "2026-03-05 17:01"):
        await agrees(world, at)
    await world.changed(
        "update outbox set sent_at = $1 where topic = 'escalation.step_unclaimed'", local("2026-03-02 11:02")
    )
    at = worlds.instant("2026-03-05 17:02")
    first = await escalations_told.search(world.db, [worlds.DEPARTMENT], at=at)
    every = await escalations_told.search(world.db, None, at=at, limit=2)
    rest = await escalations_told.search(world.db, None, at=at, after=every.after)
    later = await escalations_told.search(world.db, None, at=worlds.instant("2026-04-02 11:01"))

    assert [(each.level, each.code, each.recipient, each.delivery) for each in first.items] == [
        ("overdue_received", dossier.body["code"], DESK_HEAD, "waiting"),
        ("overdue", dossier.body["code"], HEAD, "waiting"),
    ]
    found = [(each.level, each.delivery) for each in (*every.items, *rest.items)]
    assert sorted(found) == [
        ("overdue", "waiting"),
        ("overdue_received", "waiting"),
        ("reception_overdue", "waiting"),
        ("reception_waits", "waiting"),
        ("step_unclaimed", "sent"),
    ]
    assert [each.level for each in later.items] == [each.level for each in (*every.items, *rest.items)][:3]
