"""The desk in five ways: dossiers accepted, printed, supplemented, a result given, one refused and one withdrawn."""

from dataclasses import dataclass

import pytest

from support.api_client import CLERK, Rest
from support.person import Mode
from support.world import person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

KINDS = """
select d.reference, array_agg(e.kind order by e.seq) filter (where e.kind = any($2)) as kinds
from dossier d join dossier_event e on e.dossier_id = d.id where d.reference = any($1) group by d.reference
"""
PAPER = "Giấy chứng nhận đầu tư hoặc giấy chứng nhận đăng ký kinh doanh, giấy chứng nhận đăng ký doanh nghiệp"
TOLD = ["supplement_asked", "supplement_received", "accepted", "returned", "refused", "withdrawn"]
#: Each way has a day of its own, so that its dossiers are the only ones that wait.
DAYS = dict(zip(Mode, range(2, 7), strict=True))


@dataclass(frozen=True, slots=True)
class Queue:
    """References of two dossiers that wait for reception, and of one whose result waits."""

    complete: str
    blurred: str
    decided: str
    code: str


async def queue(rest: Rest) -> Queue:
    """A queue of this moment; what is filed later stands behind."""
    standing = await rest.accepts()
    while standing["tasks"][0]["milestone"] != "return":
        (task,) = standing["tasks"]
        drawn = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        standing = await rest.completes(standing, person(task["role"], task["unit"]), **drawn)
    complete, blurred = await rest.files(), await rest.files()
    return Queue(complete["reference"], blurred["reference"], standing["reference"], standing["code"])


@pytest.mark.parametrize("mode", Mode)
async def test_the_desk_accepts_calls_for_a_supplement_hands_a_result_over_refuses_and_withdraws(stage, mode):
    rest = stage.rest
    rest.clock.turn(f"2026-03-{DAYS[mode]:02} 09:00")
    waiting = await queue(rest)
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes("/noi-bo")
        assert (clerk.path, await clerk.heading()) == ("/noi-bo/mot-cua", "Một cửa")
        first, second = sorted([waiting.complete, waiting.blurred])
        await clerk.follows(f"Kiểm tra {first}")
        await clerk.presses("Tiếp nhận và in giấy hẹn")
        assert await clerk.reads("Đã tiếp nhận hồ sơ")
        await clerk.follows("Hồ sơ tiếp theo")
        await clerk.follows("Yêu cầu bổ sung")
        await clerk.presses("Ban hành và gửi")
        await clerk.is_led_to("loi")
        await clerk.fills("Lý do và nội dung cần bổ sung", "Bản sao mờ, đề nghị nộp lại")
        await clerk.chooses(PAPER)
        await clerk.presses("Ban hành và gửi")
        assert await clerk.reads("Đã yêu cầu bổ sung")
        await clerk.follows("Về Một cửa")
        await clerk.follows("Chờ bổ sung, chưa tiếp nhận 1")
        await clerk.follows(f"Nhận bổ sung {second}")
        await clerk.chooses(PAPER)
        await clerk.presses("Nhận bổ sung")
        await clerk.follows(f"Kiểm tra {second}")
        await clerk.presses("Tiếp nhận và in giấy hẹn")
        await clerk.follows("Về Một cửa")
        await clerk.follows("Chờ trả kết quả 1")
        await clerk.follows(f"Trả kết quả {waiting.code}")
        await clerk.chooses("Đã trả lại bản chính")
        await clerk.presses("Trả kết quả")
        assert await clerk.reads("Không có kết quả chờ trả.")
        assert clerk.clicks == 16
        strange, regretted = [(await rest.files())["reference"] for _ in range(2)]
        await clerk.goes("/noi-bo/mot-cua")
        await clerk.follows(f"Kiểm tra {strange}")
        await clerk.follows("Từ chối")
        await clerk.presses("Từ chối và in giấy")
        await clerk.is_led_to("loi")
        await clerk.fills("Lý do từ chối", "Không thuộc phạm vi giải quyết")
        await clerk.presses("Từ chối và in giấy")
        assert await clerk.reads("Đã từ chối tiếp nhận")
        await clerk.goes(f"/noi-bo/ho-so/{regretted}")
        await clerk.follows("Rút hồ sơ")
        assert await clerk.reads("Hồ sơ kết thúc ở đây. Việc này không hoàn tác được.")
        await clerk.fills("Ai yêu cầu, bằng cách nào, vì sao", "Người nộp yêu cầu tại quầy")
        await clerk.presses("Rút hồ sơ")
        assert await clerk.reads("Đã rút hồ sơ")
        await clerk.goes(f"/noi-bo/ho-so/{regretted}")
        assert await clerk.page.get_by_role("link", name="Rút hồ sơ", exact=True).count() == 0
    rows = await rest.world.db.rows(KINDS, [[waiting.decided, first, second, strange, regretted], TOLD])
    assert {row.reference: row.kinds for row in rows} == {
        first: ["accepted"],
        second: ["supplement_asked", "supplement_received", "accepted"],
        waiting.decided: ["accepted", "returned"],
        strange: ["refused"],
        regretted: ["withdrawn"],
    }
