"""An officer in five ways: signs in, completes a step, takes one from the list, keeps it unfinished, goes on to the next."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from support.account import Account
from support.api_client import HEAD, SPECIALIST, Rest
from support.person import Mode
from support.person import person as visiting
from support.signing_in import PASSWORD
from support.world import person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

#: From the page of signing in to the first completed step.
CLICKS, BYTES = 4, 200_000
STEP = "B4. Thẩm định hồ sơ, dự thảo văn bản trình"
KINDS = """
select d.code, array_agg(e.kind order by e.seq) as kinds
from dossier d join dossier_event e on e.dossier_id = d.id
where d.code = any($1) and e.kind = any('{task_claimed,task_unclaimed,task_closed}') group by d.code
"""
NOTES = """
select e.payload ->> 'note' as text from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind = 'task_closed' order by e.seq desc limit 1
"""
#: What was done before the officer came: reception, transfer, assignment.
BEFORE = ["task_closed"] * 3


@dataclass(frozen=True, slots=True)
class Inbox:
    """Codes of the dossiers with a step for the officer: two that were given to them, and one that nobody has taken."""

    first: str
    second: str
    free: str


async def arrives(rest: Rest) -> str:
    """The code of a dossier that has come to the specialists; a later one is due later."""
    rest.clock.at += timedelta(minutes=1)
    standing = await rest.accepts()
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    return str(standing["code"])


async def filled(rest: Rest) -> Inbox:
    """An inbox of this moment."""
    inbox = Inbox(*[await arrives(rest) for _ in range(3)])
    for code in (inbox.first, inbox.second):
        (task,) = (await rest.get(f"/v1/dossiers/{code}", SPECIALIST)).json()["tasks"]
        await rest.done(f"/v1/user-tasks/{task['id']}/assignment", HEAD, {"assignee": str(SPECIALIST)})
    return inbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def account(stage) -> Account:
    """The officer's own account."""
    return await Account.of(stage.rest, SPECIALIST, "chuyen-vien")


@pytest.mark.parametrize("mode", Mode)
async def test_an_officer_signs_in_and_completes_a_step_in_four_clicks_then_takes_and_keeps_others(
    stage, account, mode
):
    rest = stage.rest
    # A changing code is good once, and a place in the order is each way's own.
    rest.clock.at += timedelta(minutes=5)
    inbox = await filled(rest)
    async with visiting(stage.browser, stage.address, mode) as officer:
        await officer.goes("/dang-nhap")
        await officer.fills("Tên tài khoản", account.name)
        await officer.fills("Mật khẩu", PASSWORD)
        await officer.presses("Tiếp tục")
        await officer.fills("Mã 6 số trong ứng dụng, hoặc một mã dự phòng", account.code())
        await officer.presses("Đăng nhập")
        assert officer.path == "/noi-bo/viec"
        await officer.follows(f"{STEP} {inbox.first}")
        await officer.presses("Hoàn thành")
        assert (officer.clicks, await officer.reads(f"Đã kết thúc bước · {inbox.first}")) == (CLICKS, True)
        assert officer.traffic.whole <= BYTES
        assert (await officer.heading(), await officer.reads("1/1")) == (STEP, True)
        await officer.fills("Ghi chú cho người tiếp theo (không bắt buộc)", "Chú ý mục 3")
        await officer.presses("Lưu tạm")
        assert await officer.reads("Bản lưu tạm lúc")
        await officer.presses("Trả lại cho đơn vị")
        await officer.presses("Nhận việc")
        await officer.presses("Hoàn thành")
        assert await officer.reads("Không có việc nào của bạn.")
        await officer.follows("Xem việc chưa ai nhận")
        await officer.presses(f"Nhận việc {STEP} {inbox.free}")
        assert await officer.reads("Không có việc nào chưa ai nhận.")
        await officer.follows("Của tôi")
        await officer.follows(f"{STEP} {inbox.free}")
        await officer.presses("Hoàn thành")
    rows = await rest.world.db.rows(KINDS, [[inbox.first, inbox.second, inbox.free]])
    assert {row.code: row.kinds for row in rows} == {
        inbox.first: [*BEFORE, "task_claimed", "task_closed"],
        inbox.second: [*BEFORE, "task_claimed", "task_unclaimed", "task_claimed", "task_closed"],
        inbox.free: [*BEFORE, "task_claimed", "task_closed"],
    }
    (note,) = await rest.world.db.rows(NOTES, [inbox.second])
    assert note.text == "Chú ý mục 3"
