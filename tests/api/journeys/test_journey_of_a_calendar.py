"""Two administrators in five ways: a day off is entered, previewed, approved by the other one, and explained."""

from datetime import timedelta

import pytest

from support import calendars
from support.api_client import ADMINISTRATOR, CLERK
from support.calendars import BASIS, SECOND
from support.person import WAYS

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

CLOSURE = "Tạm nghỉ: riêng đơn vị này không làm việc (bão, lụt, dịch)"
REVISION = (
    "select entered_by, approved_by, applied_by, status from calendar_revision order by number desc limit 1"
)
KINDS = """
select e.kind from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind = 'calendar_revised'
"""


@pytest.mark.parametrize("mode", WAYS)
async def test_a_day_off_moves_what_its_preview_showed_and_the_explanation_has_both_promises(stage, mode):
    rest = stage.rest
    if await rest.world.one("select count(*) from principal where id = $1", SECOND) == 0:
        await calendars.administrators(rest.world.db)
    stage.next_monday()
    code = (await rest.accepts())["code"]
    rest.clock.at += timedelta(days=1)
    closed, before, after = [
        (rest.clock.at + timedelta(days=days)).strftime("%d/%m/%Y") for days in (1, 2, 3)
    ]
    async with stage.officer(ADMINISTRATOR, mode) as first:
        await first.goes("/noi-bo/quan-tri/lich/ha-tinh")
        await first.follows("Bản mới")
        await first.fills("Căn cứ", BASIS)
        await first.chooses(CLOSURE)
        await first.fills("Ngày, hoặc từ ngày", closed)
        await first.fills("Tên ngày", "Bão số 3")
        await first.presses("Lưu bản nháp")
        await first.presses("Xem trước hồ sơ đổi ngày")
        assert await first.reads("Hồ sơ đổi ngày 1 Hạn muộn hơn 1")
        assert await first.reads(code)
        assert await first.reads(f"Ngày hẹn trả: 17:00 {before} → 17:00 {after}")
        assert await first.reads("Bạn đã nhập bản này: một quản trị khác phê duyệt.")
        revision = first.path
    async with stage.officer(SECOND, mode) as second:
        await second.goes(revision)
        await second.presses("Phê duyệt như đã xem trước")
        await second.presses("Áp dụng")
        assert await second.reads("Đúng như xem trước: 1; khác: 0; mới: 0.")
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes(f"/noi-bo/ho-so/{code}/thoi-han")
        assert (await clerk.heading()).endswith(after)
        assert await clerk.reads("Lần hẹn 2")
        assert await clerk.reads("Lần hẹn 1")
        assert await clerk.reads("Bão số 3")
    (row,) = await rest.world.db.rows(REVISION)
    assert tuple(row) == (ADMINISTRATOR, SECOND, SECOND, "applied")
    assert [row.kind for row in await rest.world.db.rows(KINDS, [code])] == ["calendar_revised"]
