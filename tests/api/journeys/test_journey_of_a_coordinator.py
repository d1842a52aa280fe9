"""The coordinating function in five ways: an outage told to both, a unit called upon, a sheet marked, a report owed."""

from dataclasses import replace
from datetime import date

import pytest
import pytest_asyncio

from hoso_models import ReportStatus
from hoso_workflows.reports.obligations import register, sweep
from support import owed_reports
from support.api_client import HEAD
from support.coordinators import COORDINATOR, appointed, both_named
from support.person import WAYS, Mode
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PLACE = "/noi-bo/dau-moi"
CLERK, CHIEF, COLLECTOR = person("clerk"), person("agency_head"), person("reception", DESK)
LEADER = person("provincial_leader", PROVINCE)
NAMED = f"Sở Văn hóa, Thể thao và Du lịch ({DEPARTMENT})"
#: Who was told of an outage, and at which instants.
TOLD = """
select r.unit_code, t.at, t.people from outage_told t join outage_recipient r on r.id = t.recipient_id
join outage o on o.id = t.outage_id where o.service = $1 order by r.unit_code
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def coordinated(stage) -> None:
    """A coordinator of the province, and both recipients of its regulation."""
    await appointed(stage.rest.world)
    await both_named(stage.rest.world)


@pytest.mark.usefixtures("coordinated")
@pytest.mark.parametrize("mode", WAYS)
async def test_an_outage_is_told_to_both_a_unit_answers_and_its_sheet_is_marked(stage, mode):
    rest = stage.rest
    rest.clock.turn(f"2026-03-{9 + list(Mode).index(mode):02} 09:00")
    service, today = f"Nộp hồ sơ ({mode})", f"{rest.clock.at:%d/%m/%Y}"
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes("/noi-bo/viec")
        await clerk.follows("Đầu mối")
        await clerk.follows("Báo sự cố")
        await clerk.picks("Đơn vị có sự cố", NAMED)
        await clerk.fills("Dịch vụ, hệ thống", service)
        await clerk.fills("Sự cố là gì", "Không tải được tệp lên")
        await clerk.fills("Xảy ra từ lúc", f"08:10 {today}")
        await clerk.fills("Phát hiện lúc (không bắt buộc)", f"08:25 {today}")
        await clerk.presses_twice("Báo ngay")
        assert await clerk.reads("35 phút từ khi phát hiện, 50 phút từ khi xảy ra")
        assert await clerk.reads(f"UBND tỉnh Lãnh đạo UBND tỉnh 09:00 {today} 1 người")
        assert await clerk.reads(f"Sở Y tế 09:00 {today} 3 người")
    told = [tuple(row) for row in await rest.world.db.rows(TOLD, [service])]
    assert told == [(PROVINCE, rest.clock.at, 1), (OTHER, rest.clock.at, 3)]
    async with stage.officer(COORDINATOR, mode) as coordinator:
        await coordinator.goes("/noi-bo")
        assert coordinator.path == PLACE
        await coordinator.follows("Sự cố")
        await coordinator.follows(f"{service} (Sở Văn hóa, Thể thao và Du lịch, 08:10 {today})")
        await coordinator.fills("Tin mới", "Đã khởi động lại máy chủ")
        await coordinator.presses("Đã khắc phục")
        assert await coordinator.reads("kéo dài 50 phút")
        await coordinator.goes(f"{PLACE}/don-doc")
        await coordinator.follows("Đôn đốc hoặc kiểm tra")
        await coordinator.chooses("Kiểm tra")
        await coordinator.picks("Đơn vị", NAMED)
        await coordinator.fills("Nội dung", f"Giải trình sự cố {mode}")
        await coordinator.presses("Gửi cho đơn vị")
        assert await coordinator.reads("Đơn vị chưa trả lời.")
        call = coordinator.path
    async with stage.officer(HEAD, mode) as head:
        await head.goes(call)
        await head.fills("Nội dung trả lời", "Đã thay máy chủ")
        await head.presses("Trả lời")
        assert await head.reads("Đã thay máy chủ")
    async with stage.officer(COORDINATOR, mode) as coordinator:
        await coordinator.goes(f"{PLACE}/danh-gia")
        await coordinator.picks("Đơn vị", NAMED)
        await coordinator.fills("Từ ngày", "01/02/2026")
        await coordinator.fills("Đến hết ngày", f"{list(Mode).index(mode) + 1:02}/03/2026")
        await coordinator.presses("Lập phiếu")
        assert await coordinator.reads("Thái độ của cán bộ chưa có dữ liệu không tính")
        await coordinator.follows("Chấm điểm Thái độ của cán bộ")
        await coordinator.fills("Số điểm", "1,5")
        await coordinator.fills("Lý do", "Khảo sát quý I")
        await coordinator.presses("Chấm điểm")
        await coordinator.presses("Chốt phiếu")
        assert await coordinator.reads("đã chốt")
        assert await coordinator.reads("1 trên 9 chỉ số có điểm")
    async with stage.officer(LEADER, mode) as leader:
        await leader.goes("/noi-bo/toi")
        assert await leader.reads(f"Đã khắc phục sự cố: {service}")
        await leader.goes(f"{PLACE}/bao-tri")
        await leader.goes(f"{PLACE}/van-ban")
        await leader.goes(f"{PLACE}/noi-nhan-bao")


@pytest.mark.parametrize("mode", WAYS)
async def test_a_report_of_the_last_quarter_is_owed_before_the_fifth_of_december_and_late_from_then_on(
    stage, mode
):
    rest = stage.rest
    rest.clock.turn("2026-12-04 09:00")
    name = f"Báo cáo quý ({mode})"
    kind = replace(
        owed_reports.QUARTERLY,
        code=f"dvc-{mode}",
        name=name,
        owing=(DEPARTMENT,),
        valid_from=date(2026, 11, 1),
    )
    await owed_reports.owed(rest.world, rest.clock.at, kind)
    await sweep.sweep(rest.world.db, at=rest.clock.at)
    link = f"Sở Văn hóa, Thể thao và Du lịch {name} 2026-Q4"
    async with stage.officer(COLLECTOR, mode) as collector:
        await collector.goes(f"{PLACE}/bao-cao")
        await collector.follows(link)
        assert await collector.reads("Phải nộp trước ngày 05/12/2026")
        assert not await collector.reads("trễ")
        await collector.presses("Nhắc đơn vị nộp")
        report = collector.path
    async with stage.officer(CHIEF, mode) as chief:
        await chief.goes("/noi-bo/toi")
        assert await chief.reads(f"Đôn đốc báo cáo 2026-Q4: {name}")
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes(report)
        await clerk.fills("Khó khăn, vướng mắc (không bắt buộc)", "Đường truyền yếu")
        await clerk.presses("Lưu nội dung")
    rest.clock.turn("2026-12-05 09:00")
    async with stage.officer(CHIEF, mode) as chief:
        await chief.goes(report)
        assert await chief.reads("đang soạn trễ")
        await chief.presses("Duyệt báo cáo")
        await chief.presses("Nộp báo cáo")
        assert await chief.reads("đã nộp trễ số liệu đã chốt")
    (owed,) = [
        each
        for each in await register.listed(rest.world.db, None, period="2026-Q4", unit=DEPARTMENT)
        if each.kind == kind.code
    ]
    assert (owed.status, owed.due_before, owed.late(rest.clock.at)) == (
        ReportStatus.SUBMITTED,
        date(2026, 12, 5),
        True,
    )
    async with stage.officer(COLLECTOR, mode) as collector:
        await collector.goes(f"{PLACE}/bao-cao")
        assert await collector.reads("đã nộp trễ")
