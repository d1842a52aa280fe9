import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation, escalation_statements
from hoso_workflows.monitoring.escalation import Level, Swept
from hoso_workflows.organisation import units
from hoso_workflows.procedures import reference_data
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

HEAD, DESK_HEAD = worlds.person("head"), worlds.person("head", worlds.DESK)
CLERK = worlds.person("reception", worlds.DESK)


# The dossier that is accepted on 2 March, 9:00, with three working days, is due on Thursday the 5th at 17:00, its first
# step on the 2nd at 11:00.


#: What an overdue dossier reaches at once: the heads of the unit that handles it and of the one that received it are told.
LATE = {Level.OVERDUE: 1, Level.OVERDUE_RECEIVED: 1}
#: One more column, which fails when everything else has been done.
_BREAKING = ", 1 / (select 0 * count(*) from told)"
#: Lets a sweep tell sixty, and fails whoever tells more.
_AT_MOST_SIXTY = """
do $do$ begin
  create function at_most_sixty() returns trigger language plpgsql as
    'begin if (select count(*) from escalation) > 60 then raise exception ''too many''; end if; return null; end';
  create trigger at_most_sixty after insert on escalation for each statement execute function at_most_sixty();
end $do$
"""


async def sweep(world: worlds.World, at: str, now: str | None = None) -> Swept:
    """A sweep as of an instant; by hand where the clock shows another one."""
    clock = worlds.instant(now) if now else None
    calendars = await world.service.reference_data.unit_calendars()
    return await escalation.sweep(world.db, calendars, at=worlds.instant(at), now=clock)


async def accepted(world: worlds.World) -> worlds.Outcome:
    return await world.accepts(await world.files())


async def accepted_at_the_same_hour(world: worlds.World, count: int) -> None:
    """Dossiers due in that hour, each with a late step that nobody has taken."""
    referred = await dossier_rows.refers(world.db)
    await dossier_rows.many(world.db, referred, [local("2026-03-02 17:00")] * count, worlds.FOUNDED)


async def told(world: worlds.World) -> list[tuple[str, UUID, int]]:
    rows = await world.db.rows("select level, recipient_id, cycle from escalation order by at, level")
    return [tuple(row) for row in rows]


async def messages(world: worlds.World) -> list[tuple[str, UUID]]:
    rows = await world.db.rows(
        "select topic, recipient_id from outbox where topic like 'escalation.%' order by id"
    )
    return [tuple(row) for row in rows]


async def test_nothing_is_told_before_anything_is_due(world: worlds.World) -> None:
    await accepted(world)

    assert await sweep(world, "2026-03-02 11:00") == Swept(local("2026-03-02 11:00"), ran=True)


async def test_a_late_step_that_nobody_has_taken_is_told_to_the_head_of_its_unit(world: worlds.World) -> None:
    await accepted(world)

    await sweep(world, "2026-03-02 11:01")

    assert await messages(world) == [("escalation.step_unclaimed", DESK_HEAD)]


async def test_a_late_step_is_told_to_the_officer_who_has_it(world: worlds.World) -> None:
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK)

    await sweep(world, "2026-03-02 11:01")

    assert await messages(world) == [("escalation.step_due", CLERK)]


async def test_the_late_step_of_an_officer_who_has_left_is_told_to_the_head(world: worlds.World) -> None:
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK)
    await world.changed("update principal set closed_at = $2 where id = $1", CLERK, local("2026-03-02 10:30"))

    await sweep(world, "2026-03-02 11:01")

    assert await messages(world) == [("escalation.step_unclaimed", DESK_HEAD)]


async def test_an_officer_who_takes_a_late_step_is_told_too(world: worlds.World) -> None:
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await sweep(world, "2026-03-02 11:01")
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK, "2026-03-02 14:00")

    await sweep(world, "2026-03-02 14:05")

    assert await messages(world) == [
        ("escalation.step_unclaimed", DESK_HEAD),
        ("escalation.step_due", CLERK),
    ]


async def test_a_dossier_is_due_soon_from_the_beginning_of_the_working_day_before(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    await world.completes(dossier)

    before = await sweep(world, "2026-03-03 23:59")
    then = await sweep(world, "2026-03-04 00:00")

    assert (Level.DUE_SOON in before.reached, then.reached) == (False, {Level.DUE_SOON: 1})
    assert (await messages(world))[-1] == ("escalation.due_soon", HEAD)


async def test_what_is_due_on_monday_is_due_soon_on_friday_and_over_the_week_end(world: worlds.World) -> None:
    referred = await dossier_rows.refers(world.db)
    monday = local("2026-03-09 17:00")
    await dossier_rows.dossier(
        world.db, referred, worlds.FOUNDED, due_first=monday, due_legal=monday, due_promised=monday
    )

    assert (await sweep(world, "2026-03-05 23:59")).reached == {}
    assert (await sweep(world, "2026-03-08 10:00")).reached == {Level.DUE_SOON: 1}


async def test_an_overdue_dossier_is_told_to_the_head_of_the_handling_unit_a_minute_later(
    world: worlds.World,
) -> None:
    await accepted(world)
    await sweep(world, "2026-03-05 17:00")
    assert Level.OVERDUE not in {level for level, _, _ in await told(world)}

    assert (await sweep(world, "2026-03-05 17:01")).reached == LATE


async def test_a_second_sweep_adds_nothing(world: worlds.World) -> None:
    await accepted(world)
    first = await sweep(world, "2026-03-06 09:00")

    second = await sweep(world, "2026-03-06 09:00")

    assert (sum(first.reached.values()), second.reached, second.messages) == (4, {}, 0)


async def test_a_sweep_by_hand_for_an_earlier_instant_does_not_turn_the_watermark_back(
    world: worlds.World,
) -> None:
    await sweep(world, "2026-03-06 09:00")
    await sweep(world, "2026-03-02 09:00", now="2026-03-06 09:01")

    assert await world.one("select at from watermark where job = 'escalate'") == local("2026-03-06 09:00")


async def test_what_a_clock_that_was_ahead_told_is_told_again_when_its_time_has_come(
    world: worlds.World,
) -> None:
    await accepted(world)
    await sweep(world, "2026-03-02 11:01")
    ahead = await sweep(world, "2026-03-09 11:01")
    back = await sweep(world, "2026-03-02 11:06")

    assert (ahead.reached, back.reached) == ({Level.DUE_SOON: 1, **LATE}, {})
    assert (await sweep(world, "2026-03-04 09:00")).reached == {Level.DUE_SOON: 1}
    assert (await sweep(world, "2026-03-05 17:05")).reached == LATE
    assert (await sweep(world, "2026-03-09 11:05")).reached == {}
    assert [(topic, reader) for topic, reader in await messages(world)] == [
        ("escalation.step_unclaimed", DESK_HEAD),
        ("escalation.overdue", HEAD),
        ("escalation.overdue_received", DESK_HEAD),
        ("escalation.due_soon", HEAD),
        ("escalation.overdue", HEAD),
        ("escalation.overdue_received", DESK_HEAD),
    ]
    rows = await world.db.rows("select level, at, withdrawn_at from escalation_withdrawn order by level")
    assert [tuple(row) for row in rows] == [
        (level, local("2026-03-09 11:01"), local("2026-03-02 11:06"))
        for level in ("due_soon", "overdue", "overdue_received")
    ]


async def test_what_a_clock_that_was_ahead_told_is_not_sent_any_more(world: worlds.World) -> None:
    await accepted(world)
    await world.changed("delete from outbox")
    await sweep(world, "2026-03-09 11:01")
    await sweep(world, "2026-03-02 10:00")

    assert [row.aside for row in await world.db.rows("select aside from outbox")] == ["overtaken"] * 3
    assert await world.one("select at from watermark where job = 'escalate'") == local("2026-03-02 10:00")


async def test_a_sweep_by_hand_for_a_day_to_come_mutes_no_alarm(world: worlds.World) -> None:
    await accepted(world)
    await sweep(world, "2026-03-09 09:00", now="2026-03-02 10:00")

    assert (await sweep(world, "2026-03-05 17:05")).reached == {
        Level.STEP_UNCLAIMED: 1,
        Level.DUE_SOON: 1,
        **LATE,
    }


async def test_a_clock_that_goes_back_by_seconds_tells_nobody_again(world: worlds.World) -> None:
    await accepted(world)
    await sweep(world, "2026-03-05 17:05")

    assert (await sweep(world, "2026-03-05 17:01")).reached == {}
    assert await world.one("select count(*) from escalation_withdrawn") == 0


async def test_a_missed_week_is_caught_up_in_one_sweep(world: worlds.World) -> None:
    referred = await dossier_rows.refers(world.db)
    start = local("2026-03-02 17:00")
    await dossier_rows.many(
        world.db, referred, [start + timedelta(hours=6 * n) for n in range(40)], worlds.FOUNDED
    )
    rows = "select subject_kind, subject_id, cycle, level from escalation order by 1, 2, 3, 4"

    await sweep(world, "2026-03-12 09:00")
    at_once = [tuple(row) for row in await world.db.rows(rows)]
    await world.changed("truncate escalation, outbox")
    for day in range(2, 13):
        await sweep(world, f"2026-03-{day:02} 09:00")

    assert (len(at_once), [tuple(row) for row in await world.db.rows(rows)]) == (157, at_once)


async def test_what_has_become_overdue_is_not_announced_as_due_soon(world: worlds.World) -> None:
    await accepted(world)

    await sweep(world, "2026-03-12 09:00")

    assert {level for level, _, _ in await told(world)} == {"step_unclaimed", "due_soon", *LATE}
    assert [topic for topic, _ in await messages(world)] == [
        "escalation.overdue",
        "escalation.overdue_received",
        "escalation.step_unclaimed",
    ]


async def test_a_rolled_back_sweep_leaves_nothing_and_the_next_one_finds_all(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted(world)
    with monkeypatch.context() as broken:
        first = escalation_statements.PORTIONS[0]
        broken.setattr(escalation_statements, "PORTIONS", [replace(first, tell=first.tell + _BREAKING)])
        with pytest.raises(Exception, match="division by zero"):
            await sweep(world, "2026-03-06 09:00")
    assert (await told(world), await messages(world), await world.one("select count(*) from watermark")) == (
        [],
        [],
        0,
    )

    assert sum((await sweep(world, "2026-03-06 09:00")).reached.values()) == 4


async def test_what_a_sweep_has_told_before_it_fails_stays_told_and_the_next_one_tells_the_rest(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted_at_the_same_hour(world, 40)
    monkeypatch.setattr(escalation, "PORTION", 15)
    # Three levels for each dossier: the second portion of dossiers is the first to pass sixty.
    await world.changed(_AT_MOST_SIXTY)
    with pytest.raises(Exception, match="too many"):
        await sweep(world, "2026-03-06 09:00")
    assert (len(await told(world)), await world.one("select count(*) from watermark")) == (45, 0)

    await world.changed("drop function at_most_sixty cascade")

    assert (await sweep(world, "2026-03-06 09:00")).reached == {
        Level.DUE_SOON: 25,
        Level.OVERDUE: 25,
        Level.OVERDUE_RECEIVED: 25,
        Level.STEP_UNCLAIMED: 40,
    }
    assert await world.one("select at from watermark") == local("2026-03-06 09:00")


@pytest.mark.parametrize("portion", [1, 7, 10, 1000])
async def test_in_whatever_portions_a_sweep_tells_the_same(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(escalation, "PORTION", portion)
    for hour in range(8, 18):
        await world.files(f"2026-03-02 {hour:02}:00")
    await accepted_at_the_same_hour(world, 20)

    swept = await sweep(world, "2026-03-06 09:00")

    assert swept.reached == {
        Level.DUE_SOON: 20,
        Level.OVERDUE: 20,
        Level.OVERDUE_RECEIVED: 20,
        Level.STEP_UNCLAIMED: 20,
        Level.RECEPTION_WAITS: 10,
        Level.RECEPTION_OVERDUE: 10,
    }
    assert (swept.messages, len(await messages(world))) == (70, 70)
    assert (await sweep(world, "2026-03-06 09:00")).reached == {}


async def test_who_meets_another_sweep_half_way_leaves_the_rest_to_it(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted_at_the_same_hour(world, 40)
    monkeypatch.setattr(escalation, "PORTION", 10)
    alone = "select (select count(*) from escalation) < 40 and $1 <> '', null"
    with monkeypatch.context() as met:
        met.setattr(escalation, "_ALONE", alone)
        left = await sweep(world, "2026-03-06 09:00")

    assert (left.ran, sum(left.reached.values()), await world.one("select count(*) from watermark")) == (
        False,
        60,
        0,
    )
    assert sum((await sweep(world, "2026-03-06 09:00")).reached.values()) == 100


@pytest.mark.parametrize("locked", [True, False])
async def test_six_sweeps_at_once_tell_nobody_twice(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    if not locked:
        monkeypatch.setattr(escalation, "_ALONE", "select $1 <> '', null")
    referred = await dossier_rows.refers(world.db)
    await dossier_rows.many(world.db, referred, [local("2026-03-02 17:00")] * 500, worlds.FOUNDED)

    done = await asyncio.gather(*(sweep(world, "2026-03-06 09:00") for _ in range(6)))

    assert sum(swept.messages for swept in done) == len(await messages(world)) == 1500
    assert len(await told(world)) == 2000
    assert sum(swept.ran for swept in done) >= (1 if locked else 6)


async def test_nobody_is_told_while_a_supplement_is_awaited(world: worlds.World) -> None:
    dossier = await accepted(world)
    await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK)

    assert (await sweep(world, "2026-03-20 09:00")).reached == {}


async def test_nobody_is_told_of_a_step_that_was_late_when_a_supplement_was_asked(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-02 14:00")

    assert (await sweep(world, "2026-03-02 15:00")).reached == {}


async def test_nobody_is_told_while_reception_awaits_a_supplement(world: worlds.World) -> None:
    dossier = await world.files()
    (task,) = dossier.body["tasks"]
    await world.changed(
        "update user_task set due_own = $2 where id = $1", UUID(task["id"]), local("2026-03-02 10:00")
    )
    await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-02 09:30")
    await world.changed(
        "update user_task set due_own = $2 where id = $1", UUID(task["id"]), local("2026-03-02 10:00")
    )

    assert (await sweep(world, "2026-03-20 09:00")).reached == {}


async def test_a_restart_is_a_new_cycle_in_which_everything_may_be_told_again(world: worlds.World) -> None:
    dossier = await accepted(world)
    await sweep(world, "2026-03-06 09:00")
    asked = await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-06 10:00")
    await world.does(asked, commands.ReceiveSupplement(), CLERK, "2026-03-09 10:00")

    again = await sweep(world, "2026-03-20 09:00")

    assert again.reached == {Level.STEP_UNCLAIMED: 1, Level.DUE_SOON: 1, **LATE}
    assert sorted(cycle for _, _, cycle in await told(world)) == [1] * 4 + [2] * 4


async def test_a_change_of_the_calendar_that_moves_a_due_date_tells_nobody_again(world: worlds.World) -> None:
    await accepted(world)
    await sweep(world, "2026-03-06 09:00")
    await world.changed("update dossier set due_legal = $1, due_promised = $1", local("2026-03-06 17:00"))

    assert (await sweep(world, "2026-03-09 09:00")).reached == {}


async def test_a_resolved_dossier_is_told_of_no_more(world: worlds.World) -> None:
    await accepted(world)
    await world.changed("update dossier set result_ready_at = $1", local("2026-03-03 09:00"))
    await world.changed("update user_task set status = 'closed', closed_at = $1", local("2026-03-03 09:00"))

    assert (await sweep(world, "2026-03-09 09:00")).reached == {}


async def test_who_stands_in_for_an_absent_head_is_told_in_their_place(world: worlds.World) -> None:
    acting = worlds.person("agency_head")
    async with world.db.transaction() as tx:
        units.substitute(tx, HEAD, acting, date(2026, 3, 6), date(2026, 3, 6), reason="Nghỉ phép")
        units.substitute(tx, DESK_HEAD, acting, date(2026, 3, 7), date(2026, 3, 9), reason="Nghỉ phép")
    await accepted(world)

    await sweep(world, "2026-03-06 23:59")

    assert sorted(await messages(world)) == sorted(
        [
            ("escalation.overdue", acting),
            ("escalation.overdue_received", DESK_HEAD),
            ("escalation.step_unclaimed", DESK_HEAD),
        ]
    )


async def test_a_substitute_who_has_left_is_not_told_and_the_head_is(world: worlds.World) -> None:
    acting = worlds.person("agency_head")
    async with world.db.transaction() as tx:
        units.substitute(tx, HEAD, acting, date(2026, 3, 6), date(2026, 3, 6), reason="Nghỉ phép")
    await world.changed(
        "update principal set closed_at = $2 where id = $1", acting, local("2026-03-06 08:00")
    )
    await accepted(world)

    await sweep(world, "2026-03-06 08:01")

    assert ("escalation.overdue", HEAD) in await messages(world)


async def test_a_substitution_for_another_unit_changes_nothing(world: worlds.World) -> None:
    async with world.db.transaction() as tx:
        units.substitute(
            tx, HEAD, CLERK, date(2026, 3, 1), date(2026, 3, 30), reason="Nghỉ phép", unit_code=worlds.OTHER
        )
    await accepted(world)

    await sweep(world, "2026-03-06 09:00")

    assert ("escalation.overdue", HEAD) in await messages(world)


async def test_without_a_head_the_head_of_the_agency_is_told(world: worlds.World) -> None:
    await world.changed("update role_assignment set valid_to = $1 where role = 'head'", date(2026, 3, 1))
    await accepted(world)

    await sweep(world, "2026-03-06 09:00")

    assert ("escalation.overdue", worlds.person("agency_head")) in await messages(world)


async def test_what_has_nobody_to_be_told_is_counted_and_told_once_there_is_somebody(
    world: worlds.World,
) -> None:
    await world.changed(
        "update role_assignment set valid_to = $1 where unit_code = 'H27.PVHCC'", date(2026, 3, 5)
    )
    await accepted(world)

    assert (await sweep(world, "2026-03-06 09:00")).unaddressed == 2
    await world.changed("update role_assignment set valid_to = null where unit_code = 'H27.PVHCC'")
    assert (await sweep(world, "2026-03-06 09:05")).reached == {
        Level.STEP_UNCLAIMED: 1,
        Level.OVERDUE_RECEIVED: 1,
    }


async def test_where_the_calendar_ends_overdue_dossiers_are_told_all_the_same(world: worlds.World) -> None:
    await accepted(world)
    await reference_data.store_calendar(world.db, "vn", at=worlds.FOUNDED)
    await world.changed("update unit set calendar = 'vn' where code = 'H27.SYT'")
    calendars = await world.service.reference_data.unit_calendars()
    end = calendars[worlds.OTHER].last

    swept = await sweep(world, f"{end} 12:00")

    assert swept.reached == {**LATE, Level.STEP_UNCLAIMED: 1}
    assert swept.calendars_end == tuple(sorted(worlds.UNITS))
