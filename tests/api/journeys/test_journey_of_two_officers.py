"""Two officers and the desk in five ways: the slower one reads who was faster; a proposal becomes the desk's call."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from support.api_client import CLERK, SPECIALIST, Rest
from support.person import WAYS
from support.world import DEPARTMENT, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SECOND = person("specialist", DEPARTMENT, 2)
PAPER = "Giấy chứng nhận đầu tư hoặc giấy chứng nhận đăng ký kinh doanh, giấy chứng nhận đăng ký doanh nghiệp"
NOTE = "Ghi chú cho người tiếp theo (không bắt buộc)"
REASON, AGAIN = "Lý do và nội dung cần bổ sung", "Vì sao yêu cầu thêm lần nữa (không bắt buộc)"
CLOSED_BY = """
select e.actor_id from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind = 'task_closed' order by e.seq desc limit 1
"""
SUPPLEMENTS = """
select e.kind from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind like 'supplement%' order by e.seq
"""
LETTERS = """
select l.number from letter l join dossier d on d.id = l.dossier_id where d.code = $1 and l.form = '02'
"""


@dataclass(frozen=True, slots=True)
class Step:
    """An open step of the specialists: the code of its dossier, and the address of its page."""

    code: str
    page: str


async def arrives(rest: Rest) -> Step:
    """A step of this moment."""
    rest.clock.at += timedelta(minutes=1)
    standing: Any = await rest.accepts()
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    return Step(standing["code"], f"/noi-bo/viec/{standing['tasks'][0]['id']}")


async def kinds(rest: Rest, code: str) -> list[str]:
    """Messages about supplements, in order."""
    return [row.kind for row in await rest.world.db.rows(SUPPLEMENTS, [code])]


@pytest.mark.parametrize("mode", WAYS)
async def test_the_slower_of_two_keeps_their_note_and_proposes_a_supplement_that_the_desk_calls_for(
    stage, mode
):
    rest = stage.rest
    contested, unclear = [await arrives(rest) for _ in range(2)]
    (name,) = await rest.world.db.rows("select name from principal where id = $1", [SECOND])
    async with stage.officer(SPECIALIST, mode) as slower:
        await slower.goes(contested.page)
        await slower.fills(NOTE, "Đã gọi điện hỏi")
        async with stage.officer(SECOND, mode) as faster:
            await faster.goes(contested.page)
            await faster.presses("Hoàn thành")
        await slower.presses("Hoàn thành")
        await slower.is_led_to("loi")
        assert await slower.reads("Hồ sơ đã thay đổi trong khi bạn mở trang này")
        assert await slower.reads(f"{name.name}: ")
        assert await slower.reads("Chưa có gì của bạn được ghi.")
        assert await slower.reads("Nội dung bạn vừa nhập Đã gọi điện hỏi")
        (row,) = await rest.world.db.rows(CLOSED_BY, [contested.code])
        assert row.actor_id == SECOND
        await slower.goes(f"/noi-bo/ho-so/{unclear.code}")
        await slower.follows("Đề nghị bổ sung")
        await slower.fills("Lý do", "Bản sao mờ")
        await slower.fills("Cần bổ sung (không bắt buộc)", "Bản sao rõ của giấy chứng nhận")
        await slower.presses("Gửi đề nghị cho Bộ phận Một cửa")
        assert await slower.reads("Đã đề xuất yêu cầu bổ sung")
    assert await rest.world.db.rows(LETTERS, [unclear.code]) == []
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes("/noi-bo/toi")
        await clerk.follows(unclear.code)
        await clerk.follows("Yêu cầu bổ sung")
        assert await clerk.reads(": Bản sao mờ Bản sao rõ của giấy chứng nhận")
        await clerk.fills(REASON, "Bản sao mờ, đề nghị nộp lại")
        await clerk.chooses(PAPER)
        await clerk.presses("Ban hành và gửi")
        assert await clerk.reads("Đã yêu cầu bổ sung")
        (row,) = await rest.world.db.rows(LETTERS, [unclear.code])
        assert await clerk.reads(str(row.number))
        await clerk.goes(f"/noi-bo/ho-so/{unclear.code}/nhan-bo-sung")
        await clerk.chooses(PAPER)
        await clerk.presses("Nhận bổ sung")
        await clerk.goes(f"/noi-bo/ho-so/{unclear.code}/yeu-cau-bo-sung")
        await clerk.fills(REASON, "Còn thiếu danh mục")
        await clerk.presses("Ban hành và gửi")
        assert await clerk.page.locator("#f-ly-do-lan-nua-loi").count() == 1
        await clerk.fills(AGAIN, "Danh mục mới thấy thiếu sau khi có bản rõ")
        await clerk.presses("Ban hành và gửi")
    assert await kinds(rest, unclear.code) == [
        "supplement_proposed",
        "supplement_asked",
        "supplement_received",
        "supplement_asked",
    ]
