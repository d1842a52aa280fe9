"""From three decisions signed together to a result that is handed over, its diagram and its diary, in five ways."""

from datetime import timedelta
from typing import Any

import pytest

from hoso_workflows import audit
from support.acts_of_law import TO_THE_RESULT, completed
from support.api_client import CLERK, LEADER, Rest
from support.person import WAYS

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

STEP = "B6. Phê duyệt kết quả giải quyết"
COUNTED = "Số mục đã chọn (không bắt buộc)"
KINDS = """
select d.code, array_agg(e.kind order by e.seq) filter (where e.kind = any('{result_ready,returned}')) as kinds
from dossier_event e join dossier d on d.id = e.dossier_id where d.code = any($1) group by d.code
"""
HASHES = """
select encode(e.hash, 'hex') as hash from dossier_event e join dossier d on d.id = e.dossier_id where d.code = $1 order by e.seq desc
"""
OUTLINED = "getComputedStyle(document.querySelector('.diagram :target > :is(rect, polygon)')).strokeWidth"
HANDED = """
select payload from dossier_event e join dossier d on d.id = e.dossier_id where d.code = $1 and e.kind = 'returned'
"""


async def to_decide(rest: Rest) -> Any:
    """A dossier at the step that decides."""
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT[:-2])
    rest.clock.at += timedelta(minutes=1)
    return await completed(rest, standing, TO_THE_RESULT[-2])


@pytest.mark.parametrize("mode", WAYS)
async def test_a_leader_signs_three_by_their_number_and_the_desk_hands_one_over(stage, mode):
    rest = stage.rest
    rest.clock.at += timedelta(minutes=5)
    codes = [(await to_decide(rest))["code"] for _ in range(3)]
    async with stage.officer(LEADER, mode) as leader:
        await leader.goes("/noi-bo")
        assert leader.path == "/noi-bo/ky"
        for code in codes:
            await leader.chooses(f"{STEP} {code}")
        await leader.chooses("Đồng ý giải quyết")
        await leader.presses("Quyết định các hồ sơ đã chọn")
        await leader.is_led_to("loi")
        assert await leader.reads("Bạn đã chọn 3 mục: gõ 3 để xác nhận.")
        await leader.fills(COUNTED, "3")
        await leader.presses("Quyết định các hồ sơ đã chọn")
        assert await leader.reads("Đã xong 3, chưa xong 0")
        assert await leader.reads("Không có gì chờ ký.")
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes("/noi-bo/mot-cua?ngan=tra")
        await clerk.follows(f"Trả kết quả {codes[0]}")
        await clerk.fills("Người nhận", "Người được ủy quyền")
        await clerk.fills("Số giấy tờ của người nhận (không bắt buộc)", "Giấy ủy quyền 01")
        await clerk.chooses("Đã trả lại bản chính")
        await clerk.presses("Trả kết quả")
        await clerk.goes("/noi-bo/mot-cua/so-theo-doi?nam=2026&thang=3")
        line = clerk.page.get_by_role("row").filter(has_text=codes[0])
        day = rest.clock.at.strftime("%d/%m/%Y")
        assert " ".join((await line.inner_text()).split()).count(day) == 2
        await clerk.goes(f"/noi-bo/ho-so/{codes[0]}/quy-trinh")
        await clerk.follows(f"trên sơ đồ {STEP}")
        assert await clerk.page.evaluate("document.querySelector(':target').id") == "el-B6"
        assert await clerk.page.evaluate(OUTLINED) == "6px"
        (name,) = await rest.world.db.rows("select name from principal where id = $1", [LEADER])
        step = clerk.page.get_by_role("row").filter(has_text=STEP)
        assert name.name in await step.inner_text()
        await clerk.follows("Nhật ký")
        hashes = await clerk.page.locator("details code").all_text_contents()
        assert hashes == [row.hash for row in await rest.world.db.rows(HASHES, [codes[0]])]
    assert [each async for each in audit.differences(rest.world.service, codes[0])] == []
    rows = await rest.world.db.rows(KINDS, [codes])
    assert {row.code: row.kinds for row in rows} == {
        codes[0]: ["result_ready", "returned"],
        codes[1]: ["result_ready"],
        codes[2]: ["result_ready"],
    }
    assert (await rest.get(f"/v1/dossiers/{codes[0]}", CLERK)).json()["portal_code"] == 10
