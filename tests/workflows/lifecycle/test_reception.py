"""Before acceptance reception's own term runs: eight working hours, with an alert after two; nothing there is late yet."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_workflows import audit
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation, overdue, workload
from hoso_workflows.monitoring.escalation import Level, Swept
from hoso_workflows.monitoring.overdue import Lateness, OverdueReception, Page
from hoso_workflows.notifications import email, outbox
from hoso_workflows.notifications.outbox import Delivered
from hoso_workflows.organisation import units
from support import instants, mail_text
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

CLERK, SECOND = worlds.person("reception", worlds.DESK), worlds.person("reception", worlds.DESK, 2)
DESK_HEAD = worlds.person("head", worlds.DESK)
HA_TINH = wt.load("ha-tinh")

# The dossier that is filed on Monday, 2 March, 8:00, has waited two hours at 10:00; its reception is due on the 3rd at
# 8:00 (7 hours on Monday, 1 on Tuesday).


async def sweep(world: worlds.World, at: str) -> Swept:
    return await escalation.sweep(world.db, await world.service.reference_data.unit_calendars(), at=local(at))


async def receptions(world: worlds.World, at: str, **asked: object) -> Page[OverdueReception]:
    calendars = await world.service.reference_data.unit_calendars()
    return await overdue.receptions(world.db, calendars, at=local(at), **asked)  # type: ignore[arg-type]  # words for words handed on


async def messages(world: worlds.World) -> list[tuple[str, UUID]]:
    rows = await world.db.rows(
        "select topic, recipient_id from outbox where topic like 'escalation.%' order by id"
    )
    return [tuple(row) for row in rows]


async def claimed(world: worlds.World) -> worlds.Outcome:
    dossier = await world.files()
    (task,) = dossier.body["tasks"]
    return await world.does(dossier, commands.Claim(UUID(task["id"])), CLERK, "2026-03-02 08:30")


async def test_after_two_working_hours_who_has_reception_s_step_is_told_that_a_dossier_waits(
    world: worlds.World,
) -> None:
    await claimed(world)

    before = await sweep(world, "2026-03-02 09:59")
    then = await sweep(world, "2026-03-02 10:00")

    assert (before.reached, then.reached) == ({}, {Level.RECEPTION_WAITS: 1})
    assert await messages(world) == [("escalation.reception_waits", CLERK)]


async def test_a_dossier_that_nobody_has_taken_is_told_to_the_head_of_the_receiving_unit(
    world: worlds.World,
) -> None:
    await world.files()

    await sweep(world, "2026-03-02 10:00")

    assert await messages(world) == [("escalation.reception_waits", DESK_HEAD)]


async def test_of_an_officer_who_has_left_the_head_is_told_and_for_an_absent_one_the_substitute(
    world: worlds.World,
) -> None:
    await claimed(world)
    async with world.db.transaction() as tx:
        units.substitute(tx, CLERK, SECOND, date(2026, 3, 2), date(2026, 3, 2), reason="Nghỉ phép")
    await sweep(world, "2026-03-02 10:00")
    await world.changed("truncate escalation, outbox")
    await world.changed("update principal set closed_at = $2 where id = $1", CLERK, local("2026-03-02 09:00"))

    await sweep(world, "2026-03-02 10:00")

    assert await messages(world) == [("escalation.reception_waits", DESK_HEAD)]


async def test_the_substitute_of_an_absent_officer_is_told_in_their_place(world: worlds.World) -> None:
    await claimed(world)
    async with world.db.transaction() as tx:
        units.substitute(tx, CLERK, SECOND, date(2026, 3, 2), date(2026, 3, 2), reason="Nghỉ phép")

    await sweep(world, "2026-03-02 10:00")

    assert await messages(world) == [("escalation.reception_waits", SECOND)]


@pytest.mark.parametrize(
    ("filed", "quiet", "told"),
    [
        ("2026-03-06 16:00", "2026-03-09 07:59", "2026-03-09 08:00"),
        ("2026-03-07 09:00", "2026-03-09 08:59", "2026-03-09 09:00"),
        ("2026-03-06 10:30", "2026-03-06 14:29", "2026-03-06 14:30"),
    ],
    ids=["over the week-end", "filed on a Saturday", "over noon"],
)
async def test_only_working_time_is_waited(world: worlds.World, filed: str, quiet: str, told: str) -> None:
    await world.files(filed)

    assert (await sweep(world, quiet)).reached == {}
    assert (await sweep(world, told)).reached == {Level.RECEPTION_WAITS: 1}


async def test_reception_that_is_overdue_is_told_to_its_head_a_minute_later_and_once(
    world: worlds.World,
) -> None:
    await claimed(world)
    await sweep(world, "2026-03-02 10:00")

    due = await sweep(world, "2026-03-03 08:00")
    passed = await sweep(world, "2026-03-03 08:01")
    again = await sweep(world, "2026-03-05 09:00")

    assert (due.reached, passed.reached, again.reached) == ({}, {Level.RECEPTION_OVERDUE: 1}, {})
    assert (await messages(world))[-1] == ("escalation.reception_overdue", DESK_HEAD)
    rows = await world.db.rows("select subject_kind, cycle, level from escalation order by at")
    assert [tuple(row) for row in rows] == [
        ("dossier", 0, "reception_waits"),
        ("dossier", 0, "reception_overdue"),
    ]


async def test_what_is_overdue_already_is_not_announced_as_waiting(world: worlds.World) -> None:
    await world.files()

    swept = await sweep(world, "2026-03-05 09:00")

    assert swept.reached == {Level.RECEPTION_WAITS: 1, Level.RECEPTION_OVERDUE: 1}
    assert await messages(world) == [("escalation.reception_overdue", DESK_HEAD)]


async def test_nobody_is_told_while_a_supplement_is_awaited_and_then_the_wait_begins_again(
    world: worlds.World,
) -> None:
    dossier = await world.files()
    asked = await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-02 09:00")

    assert (await sweep(world, "2026-03-04 09:00")).reached == {}
    assert (await receptions(world, "2026-03-04 09:00")).items == ()

    await world.does(asked, commands.ReceiveSupplement(), CLERK, "2026-03-04 09:00")
    assert (await sweep(world, "2026-03-04 10:59")).reached == {}
    assert (await sweep(world, "2026-03-04 11:00")).reached == {Level.RECEPTION_WAITS: 1}
    assert (await sweep(world, "2026-03-05 09:01")).reached == {Level.RECEPTION_OVERDUE: 1}


async def test_of_a_second_reception_people_are_told_again(world: worlds.World, tmp_path: Path) -> None:
    dossier = await world.files()
    first = await sweep(world, "2026-03-03 08:01")
    asked = await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-03 09:00")
    await world.does(asked, commands.ReceiveSupplement(), CLERK, "2026-03-04 09:00")

    waits, overdue_again = await sweep(world, "2026-03-04 11:00"), await sweep(world, "2026-03-05 09:01")

    assert first.reached == {Level.RECEPTION_WAITS: 1, Level.RECEPTION_OVERDUE: 1}
    assert (waits.reached, overdue_again.reached) == (
        {Level.RECEPTION_WAITS: 1},
        {Level.RECEPTION_OVERDUE: 1},
    )
    told = await world.db.rows("select cycle, level from escalation order by at, level")
    assert [tuple(row) for row in told] == [
        (0, "reception_overdue"),
        (0, "reception_waits"),
        (1, "reception_waits"),
        (1, "reception_overdue"),
    ]
    folder = email.Folder(tmp_path, "hoso@example.org")
    sent = await outbox.deliver(world.db, [folder], at=local("2026-03-05 09:02"))
    assert sent == Delivered(overtaken=2, portal=3), "what was said of the first reception is over, and asked"
    assert [str(each) async for each in audit.differences(world.service)] == []


@pytest.mark.parametrize("end", ["accept", "refuse", "withdraw"])
async def test_what_was_answered_or_taken_back_waits_no_more(world: worlds.World, end: str) -> None:
    dossier = await world.files()
    if end == "withdraw":
        await world.does(dossier, commands.Withdraw("Nộp nhầm"), CLERK, "2026-03-02 09:00")
    else:
        await world.completes(dossier, "2026-03-02 09:00", outcome=end, reason="Sai thẩm quyền", actor=CLERK)

    swept = await sweep(world, "2026-03-05 10:00")

    assert {Level.RECEPTION_WAITS, Level.RECEPTION_OVERDUE} & swept.reached.keys() == set()
    assert (await receptions(world, "2026-03-05 10:00")).items == ()


async def test_overdue_reception_is_listed_by_itself_with_its_own_due_date(world: worlds.World) -> None:
    dossier = await claimed(world)
    row = await world.db.row("select id from dossier")
    calendars = await world.service.reference_data.unit_calendars()

    assert await receptions(world, "2026-03-03 10:30") == Page(
        (
            OverdueReception(
                id=row.id,
                reference=dossier.reference,
                procedure="1.014464",
                procedure_name=(
                    "Cấp giấy chứng nhận lưu hành tự do (CFS) đối với hàng hóa xuất khẩu trong lĩnh vực báo chí, xuất bản"
                ),
                unit=worlds.DESK,
                unit_name="Trung tâm Phục vụ hành chính công tỉnh",
                filed_at=local("2026-03-02 08:00"),
                due=local("2026-03-03 08:00"),
                step="B1",
                step_name="B1. Tiếp nhận, kiểm tra hồ sơ",
                step_unit=worlds.DESK,
                step_unit_name="Trung tâm Phục vụ hành chính công tỉnh",
                role="reception",
                officer=CLERK,
                officer_name="reception 1 · Trung tâm Phục vụ hành chính công tỉnh",
                lateness=Lateness(0, 2, 150),
            ),
        ),
        after=None,
    )
    assert (await overdue.dossiers(world.db, calendars, at=local("2026-03-20 10:30"))).items == ()


async def test_the_list_can_be_narrowed_and_begins_with_the_most_late(world: worlds.World) -> None:
    await world.files("2026-03-03 08:00")
    await world.files("2026-03-02 08:00")
    at = "2026-03-05 10:00"
    narrow = [
        ({"unit": worlds.DESK, "procedure": "1.014464"}, 2),
        ({"unit": worlds.DEPARTMENT}, 0),
        ({"procedure": "1.013871"}, 0),
        ({"officer": CLERK}, 0),
    ]
    assert [len((await receptions(world, at, **asked)).items) for asked, _ in narrow] == [
        n for _, n in narrow
    ]

    first = await receptions(world, at, limit=1)
    second = await receptions(world, at, limit=1, after=first.after)
    assert [page.items[0].due for page in (first, second)] == [
        local("2026-03-03 08:00"),
        local("2026-03-04 08:00"),
    ]
    assert second.after is None


async def test_the_totals_of_the_desk_count_them_apart_from_what_is_open(world: worlds.World) -> None:
    await world.files()
    calendars = await world.service.reference_data.unit_calendars()

    (desk,) = await workload.totals(world.db, calendars, at=local("2026-03-03 08:01"))

    assert (desk.code, desk.open, desk.overdue, desk.overdue_receptions) == (worlds.DESK, 0, 0, 1)
    assert await workload.totals(world.db, calendars, at=local("2026-03-03 08:00")) == ()


async def test_a_missed_week_at_reception_is_caught_up_in_one_sweep(world: worlds.World) -> None:
    referred = await dossier_rows.refers(world.db)
    for day in range(2, 7):
        await dossier_rows.dossier(
            world.db,
            referred,
            local(f"2026-03-{day:02} 08:00"),
            code=None,
            status="filed",
            accepted_at=None,
            clock_running=False,
            cycle=0,
            reception_due=local(f"2026-03-{day + 1:02} 08:00"),
        )

    swept = await sweep(world, "2026-03-12 09:00")

    assert swept.reached == {Level.RECEPTION_WAITS: 5, Level.RECEPTION_OVERDUE: 5}
    assert (swept.messages, (await sweep(world, "2026-03-12 09:00")).messages) == (5, 0)


@given(instants.within(HA_TINH, local("2026-02-01 00:00"), timedelta(minutes=600_000)), st.integers(1, 2_000))
def test_who_has_waited_so_long_came_by_then_and_a_minute_later_is_too_late(
    at: datetime, minutes: int
) -> None:
    since = overdue.waiting_since({"H27": HA_TINH}, minutes, at)["H27"]

    assert HA_TINH.count_minutes(since, at) == minutes
    assert HA_TINH.count_minutes(since + timedelta(minutes=1), at) < minutes


def test_a_calendar_that_does_not_reach_back_says_nothing_about_waiting() -> None:
    first = datetime.combine(HA_TINH.first, datetime.min.time(), HA_TINH.zone)

    assert overdue.waiting_since({"H27": HA_TINH}, 120, first) == {}


@pytest.mark.parametrize(
    ("topic", "subject", "text"),
    [
        (
            "escalation.reception_waits",
            "Hồ sơ chờ tiếp nhận: abc",
            "Hồ sơ abc đã chờ tiếp nhận từ 2 giờ làm việc trở lên; hạn tiếp nhận là 08:00 ngày 03/03/2026.",
        ),
        (
            "escalation.reception_overdue",
            "Quá hạn tiếp nhận: hồ sơ abc",
            "Hồ sơ abc chưa được tiếp nhận, từ chối hay yêu cầu bổ sung; hạn tiếp nhận đã hết lúc 08:00 ngày 03/03/2026.",
        ),
    ],
)
async def test_mail_names_a_dossier_without_a_code_by_its_reference(
    topic: str, subject: str, text: str
) -> None:
    payload = {"code": None, "reference": "abc", "due": "2026-03-03T01:00:00+00:00"}
    message = outbox.Message(1, "a", topic, UUID(int=1), None, payload, local("2026-03-03 09:00"), 1, None)

    composed = email.compose(message, "hoso@localhost")

    assert (composed["Subject"], mail_text.plain(composed).strip()) == (subject, text)


async def test_the_message_of_a_sweep_names_the_dossier_by_its_reference_and_when_reception_is_due(
    world: worlds.World,
) -> None:
    dossier = await claimed(world)
    await sweep(world, "2026-03-02 10:00")

    payload = await world.one("select payload from outbox where topic = 'escalation.reception_waits'")

    assert (payload["code"], payload["reference"], payload["unit"]) == (None, dossier.reference, worlds.DESK)
    assert datetime.fromisoformat(payload["due"]) == local("2026-03-03 08:00")
