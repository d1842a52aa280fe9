"""A late dossier on the pages of its officers: dated and late on each, and still where its clock stands still."""

from uuid import UUID

import pytest

from hoso_workflows.lifecycle.commands import AskSupplement, Reappoint
from support.api_client import CLERK, Rest
from support.procedures import unlimited
from support.visitor import Visitor
from support.world import OTHER, instant, person

HEAD = person("head", OTHER)
#: Two working days after the promised date.
LATE = "2026-03-25 17:00"


async def filed(rest: Rest) -> tuple[str, UUID]:
    """The code of a dossier that waits at its handling unit, and its open task there."""
    world = rest.world
    await unlimited.publish(world)
    done = await world.completes(await world.accepts(await world.files(procedure=unlimited.CODE)))
    return str(done.body["code"]), UUID(done.body["tasks"][0]["id"])


@pytest.mark.parametrize(
    "page",
    [
        "/noi-bo/viec?ngan=don-vi",
        "/noi-bo/viec/{task}",
        "/noi-bo/ho-so/{code}",
        "/noi-bo/ho-so/{code}/quy-trinh",
        f"/noi-bo/don-vi/{OTHER}",
        f"/noi-bo/giao-viec?don-vi={OTHER}",
    ],
)
async def test_a_dossier_that_is_late_is_said_to_be_late_at_its_step(rest: Rest, page: str) -> None:
    code, task = await filed(rest)
    rest.clock.turn(LATE)

    visitor = await (await Visitor.of(rest, HEAD)).goes(page.format(code=code, task=task))

    assert "hồ sơ quá 2 ngày làm việc" in visitor.text
    assert "không có hạn" not in visitor.text


async def test_the_inbox_groups_it_as_overdue_and_its_filter_finds_it(rest: Rest) -> None:
    code, _ = await filed(rest)
    rest.clock.turn(LATE)
    visitor = await Visitor.of(rest, HEAD)

    inbox = (await visitor.goes("/noi-bo/viec?ngan=don-vi&han=qua-han")).text

    assert inbox.partition("Người giữ Quá hạn")[2].split(code)[0].strip() == (
        "1 hồ sơ quá 2 ngày làm việc hẹn trả của hồ sơ 17:00, thứ Hai 23/03/2026"
    )


async def test_the_unit_counts_it_at_its_holder(rest: Rest) -> None:
    await filed(rest)
    rest.clock.turn(LATE)

    unit = (await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/don-vi/{OTHER}")).text

    assert "Việc đang chờ 1 Đến hạn hôm nay 0 Việc quá hạn 1 Chưa ai nhận 1" in unit


async def test_while_a_supplement_is_awaited_the_row_says_since_when_and_why(rest: Rest) -> None:
    code, _ = await filed(rest)
    await rest.world.service.perform(
        code, AskSupplement("Bản sao mờ"), actor=CLERK, at=instant("2026-03-04 10:00")
    )
    rest.clock.turn(LATE)

    inbox = (await (await Visitor.of(rest, HEAD)).goes("/noi-bo/viec?ngan=don-vi")).text

    assert (
        "Hồ sơ đang dừng tính thời hạn 1 dừng tính thời hạn từ 10:00 04/03/2026: chờ người nộp bổ sung"
        in inbox
    )


async def test_after_a_reappointment_the_row_says_both_dates(rest: Rest) -> None:
    code, _ = await filed(rest)
    again = Reappoint(instant("2026-03-31 17:00").date(), "Chờ xác minh")
    await rest.world.service.perform(code, again, actor=HEAD, at=instant("2026-03-18 10:00"))
    rest.clock.turn(LATE)

    inbox = (await (await Visitor.of(rest, HEAD)).goes("/noi-bo/viec?ngan=don-vi")).text

    assert "hẹn trả của hồ sơ 17:00, thứ Ba 31/03/2026 trễ theo luật từ 17:00 23/03/2026, đã hẹn lại" in inbox


async def test_the_navigation_counts_what_one_holds_and_says_how_much_of_it_is_late(rest: Rest) -> None:
    _, task = await filed(rest)
    holder = person("specialist", OTHER)
    await rest.world.changed("update user_task set assignee_id = $1 where id = $2", holder, task)
    counter = '<span class="state late">1 quá hạn</span>'

    in_time = (await (await Visitor.of(rest, holder)).goes("/noi-bo/viec")).page
    rest.clock.turn(LATE)
    visitor = await (await Visitor.of(rest, holder)).goes("/noi-bo/viec")
    late = visitor.page

    assert in_time is not None
    assert late is not None
    assert (counter in in_time.text, counter in late.text) == (False, True)
    assert (await visitor.goes("/noi-bo/dem")).text == "Số việc Việc 1 Việc quá hạn 1 Thông báo chưa đọc 0"


@pytest.mark.parametrize(
    ("ready", "said"),
    [
        ("2026-03-16 10:00", "có kết quả, giờ hẹn trả 17:00, thứ Hai 23/03/2026"),
        ("2026-03-24 10:00", "có kết quả sau giờ hẹn 17:00, thứ Hai 23/03/2026"),
    ],
)
async def test_the_desks_list_of_results_shows_the_appointed_hour(rest: Rest, ready: str, said: str) -> None:
    world = rest.world
    await unlimited.publish(world)
    done = await world.completes(await world.accepts(await world.files(procedure=unlimited.CODE)))
    while (task := (await world.open_tasks(done))[0])["milestone"] != "return":
        done = await world.completes(
            done, ready, outcome={"B5": "Đạt", "B6": "Ký duyệt"}.get(task["element"])
        )
    rest.clock.turn(LATE)

    listed = (await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua?ngan=tra")).text

    assert said in listed


async def test_the_desks_list_of_results_begins_with_what_is_not_there_and_counts_each_standing(
    rest: Rest,
) -> None:
    world = rest.world
    await unlimited.publish(world, unlimited.SIGNS)
    fetched, missing = [await unlimited.signed(world) for _ in range(2)]
    await world.completes(fetched, "2026-03-16 11:00")
    rest.clock.turn("2026-03-24 09:00")

    shown = (await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua?ngan=tra")).text

    assert "1 quá giờ hẹn, chưa có 1 có đúng hẹn, chờ người nộp đến nhận" in shown
    first, _, second = shown.partition(str(missing.code))[2].partition(str(fetched.code))
    assert "chưa về quầy · quá 2 giờ làm việc" in shown
    assert "có kết quả, giờ hẹn trả 17:00, thứ Hai 23/03/2026" in first + second
    assert shown.index(str(missing.code)) < shown.index(str(fetched.code))
