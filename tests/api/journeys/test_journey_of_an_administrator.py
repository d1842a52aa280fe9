"""An administrator in five ways: an account closed behind its tasks, whom the next sweep tells, and a report that adds up."""

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import pytest_asyncio

from support.api_client import ADMINISTRATOR, HEAD, Rest
from support.person import WAYS, Mode, Person
from support.world import DEPARTMENT, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

LEAVING = person("specialist", DEPARTMENT, 2)
REASON = "Nghỉ hưu"
#: What happened to the account, and who has its task.
CLOSED = "select kind from administration_event where kind like 'person_%' and at > $1 order by at, number"
HELD = "select assignee_id from user_task where id = $1::text::uuid"
#: What a sweep has told of a dossier since: to whom.
TOLD = """
select coalesce(d.code, d.reference) as key, p.name
from outbox o join dossier d on d.id = o.dossier_id join principal p on p.id = o.recipient_id
where o.topic like 'escalation.%' and o.created_at = $1
"""
SUM = re.compile(
    r"Nhận (\d+) \+ chuyển sang (\d+) = (\d+); đã giải quyết (\d+) \+ đang giải quyết (\d+) \+ kết thúc khác (\d+) = (\d+)\."
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def keeping(stage) -> None:
    """Units keep the records of their officers."""
    await stage.rest.world.changed(
        "update principal p set home_unit_code = r.unit_code from role_assignment r where r.principal_id = p.id"
    )


async def taken(rest: Rest) -> Any:
    """A step that the officer who leaves has."""
    standing = await rest.accepts()
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    (task,) = standing["tasks"]
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", HEAD, {"assignee": str(LEAVING)})
    return task["id"]


async def cells(administrator: Person, row: str) -> list[str]:
    """The cells of a row of the page's table, by its first words."""
    found = administrator.page.locator("tbody tr").filter(has=administrator.page.get_by_text(row, exact=True))
    return [" ".join(each.split()) for each in await found.locator("td").all_inner_texts()]


async def workbook(administrator: Person) -> list[tuple[Any, ...]]:
    """The rows of the workbook that the page leads to."""
    address = await administrator.page.get_by_role("link", name="Excel", exact=True).get_attribute("href")
    answer = await administrator.page.request.get(f"{administrator.address}{address}")
    sheet = openpyxl.load_workbook(io.BytesIO(await answer.body())).worksheets[0]
    return list(sheet.iter_rows(min_row=2, values_only=True))


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("mode", WAYS)
async def test_an_administrator_closes_an_account_lets_the_sweep_tell_and_reads_a_report_that_adds_up(
    stage, mode
):
    rest = stage.rest
    rest.clock.turn(f"2026-03-{2 + list(Mode).index(mode):02} 09:00")
    began, task = rest.clock.at, await taken(rest)
    # Two hours later nobody has taken the first step of another one.
    waiting = (await rest.accepts())["code"]
    rest.clock.at += timedelta(hours=2, minutes=1)
    async with stage.officer(ADMINISTRATOR, mode) as administrator:
        await administrator.goes(f"/noi-bo/quan-tri/nguoi-dung/{LEAVING}")
        await administrator.follows("Đóng tài khoản")
        await administrator.fills("Lý do", REASON)
        await administrator.presses("Thu hồi việc")
        assert await administrator.reads("đã trả về đơn vị")
        (row,) = await rest.world.db.rows(HELD, [task])
        assert (row.assignee_id, await administrator.page.input_value("#f-ly-do")) == (None, REASON)
        await administrator.presses("Đóng tài khoản")
        assert await administrator.reads(f"đã đóng {rest.clock.at:%H:%M}")
        await administrator.presses("Mở lại tài khoản")
        kinds = [each.kind for each in await rest.world.db.rows(CLOSED, [began])]
        assert kinds == ["person_closed", "person_reopened"]
        for page in ("bac", "bac/moi"):  # the ladder, and the form of a rung
            await administrator.goes(f"/noi-bo/quan-tri/canh-bao/{page}")
        await administrator.goes("/noi-bo/quan-tri/canh-bao")
        shown = [
            (" ".join(key.split()), " ".join(name.split()))
            for key, name in zip(
                await administrator.page.locator("tbody a.code").all_inner_texts(),
                await administrator.page.locator("[data-label='Sẽ báo cho']").all_inner_texts(),
                strict=True,
            )
        ]
        assert waiting in {key for key, _ in shown}
        await administrator.presses("Quét ngay")
        assert await administrator.reads(f"Đã quét xong: {len(shown)} tin mới cho cả hệ thống.")
        assert await administrator.reads("Lần quét tới không báo cho ai.")
        told = [tuple(each) for each in await rest.world.db.rows(TOLD, [rest.clock.at])]
        assert sorted(shown) == sorted(told)
        await administrator.follows("Đã báo 30 ngày qua")
        assert await administrator.reads(shown[0][0])
        await administrator.goes("/noi-bo/bao-cao/dung-han")
        found = SUM.search(" ".join((await administrator.page.inner_text("main")).split()))
        assert found is not None
        received, carried, whole, resolved, going, other, accounted = map(int, found.groups())
        assert received + carried == whole == accounted == resolved + going + other
        (*lines, total) = await workbook(administrator)
        assert [str(each) for each in total[3:]] == await cells(administrator, "Cộng")
        assert [sum(column) for column in zip(*(line[3:] for line in lines), strict=True)] == list(total[3:])
        await administrator.follows(f"{total[3]} Nhận trong kỳ, Cộng")
        assert await administrator.heading() == f"Nhận trong kỳ: {total[3]} hồ sơ"
        assert len(await workbook(administrator)) == total[3]
