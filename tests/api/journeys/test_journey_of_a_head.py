"""A head in five ways: hands tasks out, apologises for a late dossier, has somebody act for an absent officer."""

import pytest

from support.api_client import HEAD, SPECIALIST, Rest
from support.person import Mode
from support.world import DEPARTMENT, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SECOND = person("specialist", DEPARTMENT, 2)
STEP = "B4. Thẩm định hồ sơ, dự thảo văn bản trình"
HELD = """
select d.code, t.assignee_id as officer from user_task t join dossier d on d.id = t.dossier_id
where d.code = any($1) and t.status = 'open'
"""
ABSENCES = "select principal_id, substitute_id, valid_from::text, valid_to::text from substitution order by valid_from desc limit 1"
APOLOGIES = """
select d.code, e.payload ->> 'reason' from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = any($1) and e.kind = 'reappointed'
"""
#: Each way has a day of its own: of one officer there is one absence a day.
DAYS = dict(zip(Mode, range(2, 7), strict=True))


async def arrives(rest: Rest) -> str:
    """The code of a dossier that has come to the specialists."""
    standing = await rest.accepts()
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    return str(standing["code"])


async def absences(rest: Rest) -> list[tuple[object, ...]]:
    """The newest absence: who, for them, from, until."""
    return [tuple(row) for row in await rest.world.db.rows(ABSENCES)]


@pytest.mark.parametrize("mode", Mode)
async def test_a_head_hands_tasks_out_apologises_once_and_has_somebody_act_for_an_absent_officer(stage, mode):
    rest = stage.rest
    day = DAYS[mode]
    rest.clock.turn(f"2026-03-{day:02} 09:00")
    codes = [await arrives(rest) for _ in range(2)]
    rows = await rest.world.db.rows(
        "select id, name from principal where id = any($1)", [[SPECIALIST, SECOND]]
    )
    names = {row.id: row.name for row in rows}
    async with stage.officer(HEAD, mode) as head:
        await head.goes("/noi-bo")
        assert head.path == f"/noi-bo/don-vi/{DEPARTMENT}"
        await head.follows("Giao việc")
        for code in codes:
            await head.chooses(f"{STEP} {code}")
        await head.chooses(names[SECOND])
        await head.presses("Giao các việc đã chọn")
        assert await head.reads("Đã giao 2 việc, 0 việc chưa giao được")
        await head.goes(f"/noi-bo/ho-so/{codes[0]}")
        await head.follows("Xin lỗi và hẹn lại")
        await head.presses("Xin lỗi và phát hành phiếu hẹn lại")
        assert await head.page.evaluate("document.activeElement.id") == "loi"
        await head.fills("Lý do chậm", "Chờ ý kiến của cơ quan phối hợp")
        await head.presses("Xin lỗi và phát hành phiếu hẹn lại")
        await head.goes(f"/noi-bo/don-vi/{DEPARTMENT}/vang-mat")
        await head.chooses(names[SPECIALIST], of="Người vắng mặt")
        await head.chooses(names[SECOND], of="Người làm thay")
        await head.fills("Đến hết ngày", f"{day + 1:02}/03/2026")
        await head.fills("Lý do", "Nghỉ phép")
        await head.presses("Ghi và cho làm thay")
        assert await absences(rest) == [(SPECIALIST, SECOND, f"2026-03-{day:02}", f"2026-03-{day + 1:02}")]
        await head.presses(f"Kết thúc hôm nay {names[SPECIALIST]}")
    assert await absences(rest) == [(SPECIALIST, SECOND, f"2026-03-{day:02}", f"2026-03-{day:02}")]
    apologies = await rest.world.db.rows(APOLOGIES, [codes])
    assert [tuple(row) for row in apologies] == [(codes[0], "Chờ ý kiến của cơ quan phối hợp")]
    held = await rest.world.db.rows(HELD, [codes])
    assert {row.code: row.officer for row in held} == dict.fromkeys(codes, SECOND)
