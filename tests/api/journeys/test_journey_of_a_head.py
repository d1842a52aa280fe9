"""A head in five ways: hands tasks out, apologises for a late dossier, has somebody act for an absent officer from tomorrow."""

from datetime import timedelta
from typing import Any

import pytest

from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.person import WAYS
from support.world import DEPARTMENT, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SECOND = person("specialist", DEPARTMENT, 2)
STEP = "B4. Thẩm định hồ sơ, dự thảo văn bản trình"
ASSIGNING = "B3. Xử lý hoặc phân công chuyên viên"
HELD = """
select d.code, t.assignee_id as officer from user_task t join dossier d on d.id = t.dossier_id
where d.code = any($1) and t.status = 'open'
"""
ABSENCES = "select principal_id, substitute_id, valid_from::text, valid_to::text from substitution order by valid_from desc limit 1"
APOLOGIES = """
select d.code, e.payload ->> 'reason' from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = any($1) and e.kind = 'reappointed'
"""
DONE_FOR = """
select e.actor_id, e.on_behalf_of from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind = 'task_closed' order by e.seq desc limit 1
"""
AWAY_TODAY = """
insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)
values (gen_random_uuid(), $1, $2, $3, $3, 'Ốm')
"""


async def arrives(rest: Rest) -> Any:
    """A dossier that has come to the specialists."""
    standing = await rest.accepts()
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    return standing


async def absences(rest: Rest) -> list[tuple[object, ...]]:
    """The newest absence: who, for them, from, until."""
    return [tuple(row) for row in await rest.world.db.rows(ABSENCES)]


@pytest.mark.parametrize("mode", WAYS)
async def test_a_head_hands_tasks_out_apologises_once_and_has_somebody_act_for_an_absent_officer(stage, mode):
    rest = stage.rest
    # Of one officer there is one absence a day.
    stage.next_monday()
    tomorrow, last = [rest.clock.at.date() + timedelta(days=days) for days in (1, 2)]
    codes = [(await arrives(rest))["code"] for _ in range(2)]
    taken = await arrives(rest)
    waiting = (await rest.completes(await rest.accepts(), CLERK))["code"]
    people = [SPECIALIST, SECOND, HEAD]
    rows = await rest.world.db.rows("select id, name from principal where id = any($1)", [people])
    names = {row.id: row.name for row in rows}
    await rest.world.changed(AWAY_TODAY, SPECIALIST, SECOND, rest.clock.at.date())
    async with stage.officer(HEAD, mode) as head:
        await head.goes("/noi-bo")
        assert head.path == f"/noi-bo/don-vi/{DEPARTMENT}"
        await head.follows("Giao việc")
        for code in (*codes, taken["code"]):
            await head.chooses(f"{STEP} {code}")
        await head.chooses(names[SPECIALIST])
        await head.presses("Giao các việc đã chọn")
        assert await head.reads("Đã giao 0 việc, 3 việc chưa giao được")
        away = f"{names[SPECIALIST]} vắng mặt đến hết ngày {rest.clock.at:%d/%m/%Y}"
        assert await head.reads(f"{away}; người làm thay: {names[SECOND]}.")
        await head.chooses(names[SECOND])
        # Who is absent has come in after all, and takes one of the three.
        await rest.done(f"/v1/user-tasks/{taken['tasks'][0]['id']}/assignment", SPECIALIST)
        await head.presses("Giao các việc đã chọn")
        assert await head.reads("Đã giao 2 việc, 1 việc chưa giao được")
        assert await head.reads(f"{STEP} {taken['code']}: {names[SPECIALIST]} đã nhận việc này.")
        await head.goes(f"/noi-bo/ho-so/{codes[0]}")
        await head.follows("Xin lỗi và hẹn lại")
        await head.presses("Xin lỗi và phát hành phiếu hẹn lại")
        await head.is_led_to("loi")
        await head.fills("Lý do chậm", "Chờ ý kiến của cơ quan phối hợp")
        await head.presses("Xin lỗi và phát hành phiếu hẹn lại")
        await head.goes(f"/noi-bo/don-vi/{DEPARTMENT}/vang-mat")
        await head.chooses(names[HEAD], of="Người vắng mặt")
        await head.chooses(names[SECOND], of="Người làm thay")
        await head.fills("Từ ngày", f"{tomorrow:%d/%m/%Y}")
        await head.fills("Đến hết ngày", f"{last:%d/%m/%Y}")
        await head.fills("Lý do", "Nghỉ phép")
        await head.presses("Ghi và cho làm thay")
        assert await absences(rest) == [(HEAD, SECOND, str(tomorrow), str(last))]
    async with stage.officer(SECOND, mode) as acting:
        await acting.goes("/noi-bo/viec?ngan=chua-nhan")
        assert not await acting.reads(waiting)
    rest.clock.at += timedelta(days=1)
    async with stage.officer(SECOND, mode) as acting:
        await acting.goes("/noi-bo/viec?ngan=chua-nhan")
        await acting.follows(f"{ASSIGNING} {waiting}")
        await acting.presses("Hoàn thành")
    (row,) = await rest.world.db.rows(DONE_FOR, [waiting])
    assert tuple(row) == (SECOND, HEAD)
    async with stage.officer(HEAD, mode) as head:
        await head.goes(f"/noi-bo/don-vi/{DEPARTMENT}/vang-mat")
        await head.presses(f"Kết thúc hôm nay {names[HEAD]}")
    assert await absences(rest) == [(HEAD, SECOND, str(tomorrow), str(tomorrow))]
    apologies = await rest.world.db.rows(APOLOGIES, [codes])
    assert [tuple(row) for row in apologies] == [(codes[0], "Chờ ý kiến của cơ quan phối hợp")]
    held = await rest.world.db.rows(HELD, [[*codes, taken["code"]]])
    assert {row.code: row.officer for row in held} == {
        **dict.fromkeys(codes, SECOND),
        taken["code"]: SPECIALIST,
    }
