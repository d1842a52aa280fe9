import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

import hoso_calendar as wt
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import overdue, reminders, workload
from hoso_workflows.monitoring.overdue import Lateness, OverdueDossier, OverdueStep
from hoso_workflows.monitoring.reminders import Late
from hoso_workflows.monitoring.workload import UnitTotals
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Page
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

CLERK = worlds.person("reception", worlds.DESK)
HA_TINH = wt.load("ha-tinh")
NAME = "Cấp giấy chứng nhận lưu hành tự do (CFS) đối với hàng hóa xuất khẩu trong lĩnh vực báo chí, xuất bản"

# The dossier that is accepted on 2 March, 9:00, is due on Thursday the 5th at 17:00, its first step on the 2nd at 11:00.


async def accepted(world: worlds.World) -> worlds.Outcome:
    return await world.accepts(await world.files())


async def dossiers(world: worlds.World, at: str, **asked: object) -> Page[OverdueDossier]:
    calendars = await world.service.reference_data.unit_calendars()
    return await overdue.dossiers(world.db, calendars, at=local(at), **asked)  # type: ignore[arg-type]  # words for words handed on


async def steps(world: worlds.World, at: str, **asked: object) -> Page[OverdueStep]:
    calendars = await world.service.reference_data.unit_calendars()
    return await overdue.steps(world.db, calendars, at=local(at), **asked)  # type: ignore[arg-type]  # words for words handed on


async def test_an_overdue_dossier_is_listed_with_its_step_and_its_lateness(world: worlds.World) -> None:
    dossier = await accepted(world)
    row = await world.db.row("select id from dossier")

    page = await dossiers(world, "2026-03-06 10:30")

    assert page == Page(
        (
            OverdueDossier(
                id=row.id,
                code=dossier.code or "",
                procedure="1.014464",
                procedure_name=NAME,
                unit=worlds.DEPARTMENT,
                unit_name="Sở Văn hóa, Thể thao và Du lịch",
                due=local("2026-03-05 17:00"),
                due_promised=local("2026-03-05 17:00"),
                late_since=None,
                provisional=False,
                step="B2",
                step_name="B2. Chuyển hồ sơ về Phòng QLBCXB",
                step_unit=worlds.DESK,
                step_unit_name="Trung tâm Phục vụ hành chính công tỉnh",
                role="reception",
                officer=None,
                officer_name=None,
                lateness=Lateness(0, 3, 210),
            ),
        ),
        after=None,
    )


async def test_the_step_of_a_late_dossier_is_the_one_to_work_on_first_in_lists_and_everybody_is_reminded(
    world: worlds.World,
) -> None:
    referred = await dossier_rows.refers(world.db)
    due, later = local("2026-03-05 17:00"), local("2026-03-09 17:00")
    dates = {"due_first": due, "due_legal": due, "due_promised": due}
    late = await dossier_rows.dossier(world.db, referred, worlds.FOUNDED, **dates)
    specialist, chief = worlds.person("specialist"), worlds.person("division_head")
    running = {"due_dossier": due, "dossier_late_from": due}
    # The step that was opened later has a limit of its own beyond the dossier's date: both are due with the dossier.
    older = {"element": "B4", "assignee_id": specialist, **running}
    younger = {"element": "B5", "assignee_id": chief, "due_own": later, **running}
    await dossier_rows.step(world.db, late, worlds.FOUNDED, **older)
    await dossier_rows.step(world.db, late, worlds.FOUNDED + timedelta(hours=1), **younger)

    (row,) = (await dossiers(world, "2026-03-06 10:30")).items
    calendars = await world.service.reference_data.unit_calendars()
    item = await reminders.overdue_item(world.db, calendars, Late.DOSSIER, late, at=local("2026-03-06 10:30"))
    head = worlds.person("head")
    await reminders.send(world.db, Late.DOSSIER, item, actor=head, at=local("2026-03-06 10:30"))

    assert (row.step, row.officer) == ("B4", specialist)
    told = await world.db.rows("select recipient_id from outbox where topic = 'reminder.dossier'")
    assert {each.recipient_id for each in told} == {specialist, chief}


async def test_an_overdue_step_is_listed_with_its_officer(world: worlds.World) -> None:
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK)
    row = await world.db.row("select id from dossier")

    page = await steps(world, "2026-03-03 10:30")

    assert page == Page(
        (
            OverdueStep(
                id=UUID(task["id"]),
                dossier=row.id,
                reference=dossier.reference,
                code=dossier.code,
                procedure="1.014464",
                procedure_name=NAME,
                unit=worlds.DESK,
                unit_name="Trung tâm Phục vụ hành chính công tỉnh",
                step="B2",
                step_name="B2. Chuyển hồ sơ về Phòng QLBCXB",
                role="reception",
                officer=CLERK,
                officer_name="reception 1 · Trung tâm Phục vụ hành chính công tỉnh",
                due=local("2026-03-02 11:00"),
                lateness=Lateness(0, 7, 450),
            ),
        ),
        after=None,
    )


async def test_up_to_the_due_minute_nothing_is_overdue(world: worlds.World) -> None:
    await accepted(world)

    assert (await steps(world, "2026-03-02 11:00")).items == ()
    assert (await dossiers(world, "2026-03-05 17:00")).items == ()
    assert len((await dossiers(world, "2026-03-05 17:01")).items) == 1


async def test_the_board_reads_the_legal_date_and_not_the_promise(world: worlds.World) -> None:
    await accepted(world)
    await world.changed("update dossier set due_promised = $1", local("2026-03-20 17:00"))

    (late,) = (await dossiers(world, "2026-03-06 10:30")).items

    assert (late.due, late.due_promised) == (local("2026-03-05 17:00"), local("2026-03-20 17:00"))


async def test_while_a_supplement_is_awaited_nothing_is_overdue(world: worlds.World) -> None:
    dossier = await accepted(world)
    await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK)

    assert (
        (await dossiers(world, "2026-03-20 09:00")).items,
        (await steps(world, "2026-03-20 09:00")).items,
    ) == (
        (),
        (),
    )


async def test_a_step_that_was_late_when_a_supplement_was_asked_is_so_no_more_until_it_starts_again(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    before = (await steps(world, "2026-03-02 14:00")).items
    asked = await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-02 14:00")

    assert [late.due for late in before] == [local("2026-03-02 11:00")]
    assert (await steps(world, "2026-03-20 09:00")).items == ()
    lines = await workload.totals(
        world.db, await world.service.reference_data.unit_calendars(), at=local("2026-03-20 09:00")
    )
    assert [(line.code, line.overdue_steps) for line in lines] == [(worlds.DEPARTMENT, 0)]
    await world.does(asked, commands.ReceiveSupplement(), CLERK, "2026-03-20 09:00")
    assert [late.due for late in (await steps(world, "2026-03-20 15:00")).items] == [
        local("2026-03-20 11:00")
    ]


async def test_lists_can_be_narrowed_to_unit_procedure_step_and_officer(world: worlds.World) -> None:
    dossier = await accepted(world)
    (task,) = dossier.body["tasks"]
    await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK)
    at = "2026-03-06 10:30"
    narrow = [
        ({"unit": worlds.DEPARTMENT, "procedure": "1.014464", "officer": CLERK}, 1),
        ({"unit": worlds.DESK}, 0),
        ({"procedure": "1.013871"}, 0),
        ({"officer": worlds.person("specialist")}, 0),
    ]
    assert [len((await dossiers(world, at, **asked)).items) for asked, _ in narrow] == [n for _, n in narrow]
    narrow = [
        ({"unit": worlds.DESK, "procedure": "1.014464", "element": "B2", "officer": CLERK}, 1),
        ({"unit": worlds.DEPARTMENT}, 0),
        ({"element": "B4"}, 0),
        ({"procedure": "1.013871"}, 0),
        ({"officer": worlds.person("specialist")}, 0),
    ]
    assert [len((await steps(world, at, **asked)).items) for asked, _ in narrow] == [n for _, n in narrow]


async def test_pages_begin_with_the_most_late_and_together_hold_everything_once(world: worlds.World) -> None:
    referred = await dossier_rows.refers(world.db)
    dues = [local("2026-02-02 17:00") + timedelta(hours=n // 3) for n in range(10)]
    await dossier_rows.many(world.db, referred, dues, worlds.FOUNDED)

    for ask in (dossiers, steps):
        pages, place = [], None
        while not pages or place:
            page = await ask(world, "2026-03-06 10:30", after=place, limit=3)
            pages.append([item.due for item in page.items])
            place = page.after
        assert [len(page) for page in pages] == [3, 3, 3, 1]
        assert [due for page in pages for due in page] == dues


async def test_a_page_of_no_size_or_of_any_size_is_refused(world: worlds.World) -> None:
    for limit in (0, 201):
        with pytest.raises(ValueError, match="a page holds 1 to 200 rows"):
            await dossiers(world, "2026-03-06 10:30", limit=limit)


async def test_totals_count_each_unit_once(world: worlds.World) -> None:
    await accepted(world)
    referred = await dossier_rows.refers(world.db)
    for due in ("2026-03-09 17:00", "2026-03-10 17:00"):
        day = local(due)
        await dossier_rows.dossier(
            world.db, referred, worlds.FOUNDED, due_first=day, due_legal=day, due_promised=day
        )
    waits = await dossier_rows.dossier(
        world.db, referred, worlds.FOUNDED, status="awaiting_supplement", clock_running=False
    )
    await dossier_rows.stop(world.db, waits, worlds.FOUNDED)
    await dossier_rows.step(world.db, waits, worlds.FOUNDED, unit_code=worlds.OTHER)
    calendars = await world.service.reference_data.unit_calendars()

    assert await workload.totals(world.db, calendars, at=local("2026-03-06 10:30")) == (
        UnitTotals(
            worlds.DEPARTMENT,
            "Sở Văn hóa, Thể thao và Du lịch",
            4,
            due_soon=1,
            overdue=1,
            overdue_steps=0,
            overdue_receptions=0,
        ),
        UnitTotals(
            worlds.DESK,
            "Trung tâm Phục vụ hành chính công tỉnh",
            0,
            due_soon=0,
            overdue=0,
            overdue_steps=1,
            overdue_receptions=0,
        ),
    )


@pytest.mark.parametrize(
    ("due", "at", "expected"),
    [
        ("2026-03-05 17:00", "2026-03-05 18:00", Lateness(0, 0, 0)),
        ("2026-03-05 17:00", "2026-03-06 17:00", Lateness(1, 0, 480)),
        ("2026-03-06 17:00", "2026-03-09 10:30", Lateness(0, 3, 210)),
        ("2026-02-13 17:00", "2026-02-23 11:30", Lateness(0, 4, 270)),
    ],
    ids=["after hours", "a day later", "over a week-end", "over Tết"],
)
def test_lateness_is_working_time_of_the_unit(due: str, at: str, expected: Lateness) -> None:
    assert Lateness.between(HA_TINH, local(due), local(at)) == expected


def test_a_calendar_that_ends_says_nothing_about_what_is_due_soon() -> None:
    calendars = {"H27": HA_TINH}

    assert overdue.soon_until(calendars, local(f"{HA_TINH.last} 09:00")) == {}


async def test_the_totals_of_one_unit_read_nothing_of_the_others(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    referred = await dossier_rows.refers(world.db)
    await dossier_rows.many(world.db, referred, [local("2026-03-05 17:00")] * 4_000, worlds.FOUNDED)
    for _ in range(3):
        await dossier_rows.dossier(world.db, referred, worlds.FOUNDED, handling_unit=worlds.OTHER)
    await world.changed("vacuum analyze dossier, user_task")
    asked, rows = [], world.db.planned_rows

    async def noting(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return await rows(sql, parameters)

    monkeypatch.setattr(world.db, "planned_rows", noting)
    calendars = await world.service.reference_data.unit_calendars()
    asked.clear()
    await workload.totals(
        world.db, calendars, at=local("2026-03-06 10:30"), scope=Scope(frozenset({worlds.OTHER}), frozenset())
    )

    ((sql, parameters),) = asked
    plan = [row[0] for row in await rows(f"explain (analyze, timing off) {sql}", parameters)]
    touched = [line for line in plan if " on dossier" in line or " on user_task" in line]
    assert touched
    assert [line for line in touched if "Seq Scan" in line] == []
    assert max(int(found) for line in touched for found in re.findall(r"actual rows=(\d+)", line)) <= 10
