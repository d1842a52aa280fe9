"""Projections against events: compared, detected when altered, and written again."""

import random
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import (
    Applicant,
    AskSupplement,
    Claim,
    Complete,
    FileDossier,
    ProposeSupplement,
    ReceiveSupplement,
    Refuse,
    Result,
    Unclaim,
    Withdraw,
)
from support.procedures import permit
from support.world import DESK, PROVINCE, World, instant, person

TABLES = (
    "dossier",
    "user_task",
    "appointment",
    "clock_stop",
    "timer",
    "letter",
    "component",
    "engine_state",
    "outbox",
)


async def walked(world: World) -> Outcome:
    """A dossier with a supplement, and work that was sent back to who had done it."""
    before = await world.accepts(await world.files())
    before = await world.does(before, AskSupplement("Bản sao mờ"), person("reception", DESK))
    before = await world.does(before, ReceiveSupplement(), person("reception", DESK), "2026-03-04 09:00")
    for _ in range(3):
        before = await world.completes(before, "2026-03-04 10:00")
    before = await world.completes(before, "2026-03-05 10:00", outcome="Yêu cầu chỉnh sửa")
    (task,) = before.body["tasks"]
    assert task["assignee"] is not None
    return before


async def test_a_task_that_waits_beside_a_step_is_written_again_only_when_something_of_it_moves(world: World):
    await permit.establish(world.db, permit.drawn())
    applicant = Applicant("Người nộp", identifier="000000000001")
    request = FileDossier(procedure=permit.CODE, channel="desk", applicant=applicant)
    filed = await world.service.file(request, actor=person("reception", DESK), at=instant("2026-03-02 08:00"))
    both = await world.completes(await world.accepts(filed))
    one, other = (task["id"] for task in both.body["tasks"])

    async def written() -> tuple[Any, ...]:
        row = await world.db.row("select xmin::text, due_own from user_task where id = $1::uuid", [other])
        return tuple(row)

    opened = await written()
    complete = Complete(UUID(one))
    before = await world.does(both, complete, person("specialist"), "2026-03-02 14:00")
    assert await written() == opened
    await world.does(before, AskSupplement("Bản sao mờ"), person("reception", DESK), "2026-03-02 15:00")
    assert (await written())[1] is None
    assert await differences(world) == []


async def stored(world: World) -> dict[str, Any]:
    """Every row of every projection, as text."""
    rows = {
        table: await world.db.rows(f"select x::text from {table} x order by 1")  # noqa: S608 - names of our own
        for table in TABLES
    }
    return {table: [row[0] for row in found] for table, found in rows.items()}


async def differences(world: World, key: str | None = None) -> list[str]:
    """Differences, without the dossier they belong to."""
    return [found.what async for found in audit.differences(world.service, key)]


async def test_rebuilding_a_sound_dossier_changes_nothing(world: World) -> None:
    before = await walked(world)
    rows = await stored(world)
    await audit.rebuild(world.service, before.reference)
    assert await stored(world) == rows
    assert await differences(world) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("update dossier set due_legal = due_legal + interval '1 day'", ["dossier due_legal"]),
        ("update dossier set status = 'returned', verdict = 'early'", ["dossier status", "dossier verdict"]),
        (
            "update appointment set due_promised = due_promised + interval '1 day' where number = 1",
            ["appointments 1 due_promised"],
        ),
        ("delete from appointment where number = 2", ["appointments 2"]),
        (
            "update clock_stop set ended_at = ended_at + interval '1 day', source = 'suspension'",
            ["stops 1 source", "stops 1 ended_at"],
        ),
        ("update clock_stop set ended_at = null", ["stops 1 ended_at"]),
        ("delete from clock_stop", ["stops 1"]),
        ("delete from letter where form = '01'", ["letters 01/2026/1"]),
    ],
)
async def test_damage_is_found_and_mended(world: World, damage: str, found: list[str]) -> None:
    before = await walked(world)
    rows = await stored(world)
    await world.changed(damage)
    assert await differences(world) == found
    await audit.rebuild(world.service, before.code or "")
    assert await differences(world) == []
    assert await stored(world) == rows


@pytest.mark.parametrize(
    ("damage", "found", "trace"),
    [
        (
            "insert into clock_stop values ((select id from dossier), 2, 'supplement', '2026-03-05', null)",
            ["stops 2"],
            "clock_stop 2",
        ),
        (
            "insert into timer values ((select id from dossier), 'x', 'B1', now(), now(), 'bpmn', '{}')",
            ["timers x"],
            "timer x",
        ),
        (
            "update letter set number = 99 where form = '01'",
            ["letters 01/2026/1", "letters 01/2026/99"],
            "letter H27.PVHCC/01/2026/99",
        ),
        (
            "update letter set unit_code = 'H27' where form = '01'",
            ["letters 01/2026/1 unit_code"],
            "letter H27/01/2026/1",
        ),
    ],
)
async def test_a_row_of_which_no_event_speaks_is_mended_once_somebody_took_it_away(
    world: World, damage: str, found: list[str], trace: str
) -> None:
    before = await walked(world)
    rows = await stored(world)
    await world.changed(damage)
    assert await differences(world) == found
    with pytest.raises(errors.EventMissing, match=trace):
        await audit.rebuild(world.service, before.reference)
    assert await differences(world) == found
    by, at = person("administrator", PROVINCE), instant("2026-03-06 08:00")
    taken = await audit.take_traces_away(world.service, before.reference, reason="thử", actor=by, at=at)
    assert [each.what for each in taken] == [trace]
    await audit.rebuild(world.service, before.reference)
    assert await differences(world) == []
    assert await stored(world) == rows


async def test_a_lost_task_is_found_in_the_list_and_comes_back(world: World) -> None:
    before = await walked(world)
    rows = await stored(world)
    (task,) = before.body["tasks"]
    await world.changed("delete from user_task where id = $1", UUID(task["id"]))
    assert await differences(world, before.reference) == [f"tasks {task['id']}"]
    await audit.rebuild(world.service, before.reference)
    assert await stored(world) == rows


async def test_an_engine_whose_open_tasks_are_others_is_found(world: World) -> None:
    first, second = await walked(world), await world.files()
    await world.changed(
        "update engine_state set state = (select state from engine_state e join dossier d on d.id = e.dossier_id"
        " where d.reference = $2) where dossier_id = (select id from dossier where reference = $1)",
        first.reference,
        second.reference,
    )
    assert await differences(world) == ["engine state", "engine's open tasks"]


@pytest.mark.parametrize(
    "damage",
    [
        "update dossier_event set payload = payload || '{\"outcome\": \"accept!\"}' where kind = 'task_closed'",
        "update dossier_event set actor_id = on_behalf_of where false; delete from dossier_event where seq = 4",
        "update dossier_event set at = at + interval '1 second' where seq = 3",
    ],
)
async def test_a_chain_that_was_tampered_with_is_found(world: World, damage: str) -> None:
    await walked(world)
    for trigger in await world.db.rows(
        "select tgname, tgrelid::regclass::text as of from pg_trigger where not tgisinternal and tgparentid = 0"
        " and tgrelid = 'dossier_event'::regclass"
    ):
        await world.changed(f"alter table {trigger.of} disable trigger {trigger.tgname}")
    for statement in damage.split(";"):
        await world.changed(statement)
    assert "chain" in await differences(world)


async def test_whatever_officers_do_in_whatever_order_projections_stay_true(world: World) -> None:
    """Random acts, allowed or refused, on some dossiers; the same seed does the same."""
    chance = random.Random(20261124)  # noqa: S311 - a walk that can be repeated
    before = [await world.files() for _ in range(4)]
    for step in range(80):
        place = chance.randrange(4)
        day, hour = 2 + step // 8, 8 + step % 8
        try:
            before[place] = await _something(world, before[place], chance, f"2026-03-{day:02} {hour:02}:00")
        except errors.Refusal:
            continue
    assert await differences(world) == []
    assert await world.one("select count(*) from dossier_event") > 60


async def _something(world: World, before: Outcome, chance: random.Random, at: str) -> Outcome:
    tasks = before.body["tasks"] or [
        {"id": str(UUID(int=1)), "role": "reception", "unit": DESK, "outcomes": []}
    ]
    task = chance.choice(tasks)
    identity, desk = UUID(task["id"]), person("reception", DESK)
    actor = person(task["role"], task["unit"], chance.choice((1, 1, 2)))
    outcome = chance.choice(task["outcomes"]) if task["outcomes"] else None
    acts = (
        lambda: world.does(before, Claim(identity), actor, at),
        lambda: world.does(before, Unclaim(identity), actor, at),
        lambda: world.does(before, ProposeSupplement("Thiếu"), actor, at),
        lambda: world.does(before, AskSupplement("Thiếu", justification="Bổ sung"), desk, at),
        lambda: world.does(before, ReceiveSupplement(components=("TP02",)), desk, at),
        lambda: world.does(before, ReceiveSupplement(), desk, at),
        lambda: (
            world.does(before, Refuse(identity, "Không nhận"), desk, at)
            if chance.random() < 0.1
            else _complete()
        ),
        lambda: world.does(before, Withdraw("Đổi ý"), desk, at) if chance.random() < 0.1 else _complete(),
    )

    def _complete() -> Any:
        result = Result.GRANTED if task.get("milestone") == "result" else None
        return world.does(before, Complete(identity, outcome, result=result, reason="Lý do"), actor, at)

    return await (chance.choice(acts) if chance.random() < 0.5 else _complete)()
