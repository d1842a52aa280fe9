"""Pages of the coordinating function: outages, maintenance, calls upon units, register, evaluation."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from support.api_client import HEAD, Rest
from support.coordinators import COORDINATOR, appointed, both_named
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, OTHER, PROVINCE, person

PLACE = "/noi-bo/dau-moi"
CLERK = person("clerk")
REPORT = {
    "don_vi": DEPARTMENT,
    "dich_vu": "Nộp hồ sơ trực tuyến",
    "noi_dung": "Không tải được tệp lên",
    "tu_luc": "08:10 02/03/2026",
    "phat_hien": "08:25 02/03/2026",
    "cong_khai": "Tạm ngừng nhận hồ sơ",
}


@pytest.fixture
async def at(rest: Rest) -> Any:
    """Somebody at an address, in a world with a coordinator."""
    await appointed(rest.world)
    known: dict[UUID, dict[str, str]] = {}

    async def open_(by: UUID, address: str) -> Visitor:
        if by not in known:
            known[by] = (await Visitor.of(rest, by)).headers
        return await Visitor(rest, known[by]).goes(f"{PLACE}{address}")

    return open_


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


def faulty(visitor: Visitor) -> set[str]:
    """The fields to which the summary of a refused form leads."""
    assert visitor.page is not None
    return set(re.findall(r'href="#f-([^"]+)"', visitor.page.text))


async def test_the_inside_begins_for_a_coordinator_at_what_is_going_on(rest: Rest, at: Any) -> None:
    await rest.done(
        "/v1/urgings",
        COORDINATOR,
        {"kind": "urging", "unit": DEPARTMENT, "text": "Báo cáo", "term": "1 ngày làm việc"},
    )
    coordinator = await at(COORDINATOR, "")
    await coordinator.goes("/noi-bo")
    assert coordinator.path == PLACE
    assert "Sự cố đang xảy ra 0" in coordinator.text
    assert "Đôn đốc, kiểm tra chờ trả lời 1" in coordinator.text
    clerk = await at(CLERK, "")
    assert (status(clerk), "chờ trả lời" in clerk.text, "Báo sự cố" in clerk.text) == (200, False, True)


async def test_a_coordinator_opens_what_they_coordinate(rest: Rest, at: Any) -> None:
    coordinator = await at(COORDINATOR, "")
    pages = ("/noi-bo/qua-han", "/noi-bo/bao-cao", "/noi-bo/bao-cao/nop", f"{PLACE}/bao-cao")
    opened = [status(await coordinator.goes(page)) for page in pages]
    named = [f'href="{page}"' in coordinator.page.text for page in ("/noi-bo/qua-han", "/noi-bo/bao-cao")]
    assert (opened, named) == ([200] * 4, [True] * 2)


async def test_an_officer_reports_an_outage_and_reads_who_was_told_and_how_long_it_took(
    rest: Rest, at: Any
) -> None:
    await both_named(rest.world)
    clerk = await at(CLERK, "/su-co/bao")
    await clerk.presses("Báo ngay", **{**REPORT, "dich_vu": "", "tu_luc": "sáng nay"})
    assert (status(clerk), faulty(clerk)) == (422, {"dich-vu"})
    await clerk.presses("Báo ngay", **{**REPORT, "tu_luc": "sáng nay"})
    assert (status(clerk), faulty(clerk)) == (422, {"tu-luc"})
    await clerk.presses("Báo ngay", **{**REPORT, "tu_luc": "08:26 02/03/2026"})
    assert (status(clerk), faulty(clerk)) == (422, {"tu-luc"})
    address, fields = clerk.sent("Báo ngay", **REPORT)
    for _ in range(2):
        await clerk.posts(address, fields)
    assert await rest.world.one("select count(*) from outage") == 1
    assert "35 phút từ khi phát hiện, 50 phút từ khi xảy ra" in clerk.text
    assert "UBND tỉnh Lãnh đạo UBND tỉnh 09:00 02/03/2026 1 người" in clerk.text
    assert "Sở Y tế 09:00 02/03/2026 3 người" in clerk.text
    await clerk.presses("Gửi tin mới", tin="Đang khởi động lại")
    assert ("Đang khởi động lại" in clerk.text, "Lời thông báo" in clerk.text) == (True, False)
    head = await at(HEAD, clerk.path.removeprefix(PLACE))
    await head.presses("Công khai", cong_khai="Tạm ngừng đến trưa")
    assert "Tạm ngừng đến trưa" in head.text
    assert ("chưa xác nhận" in clerk.text, "Xác nhận đã biết" in clerk.text) == (True, False)
    reader = await at(person("clerk", OTHER), clerk.path.removeprefix(PLACE))
    await reader.presses("Xác nhận đã biết")
    assert "Sở Y tế 09:00 02/03/2026 3 người đã biết 09:00 02/03/2026 clerk 1 · Sở Y tế" in reader.text
    leader = await at(person("provincial_leader", PROVINCE), "/su-co")
    assert "2 nơi nhận, sau 35 phút từ khi phát hiện đang xảy ra" in leader.text
    await leader.goes("/noi-bo/toi")
    assert "Sự cố: Nộp hồ sơ trực tuyến" in leader.text
    await clerk.presses("Đã khắc phục", tin="Xong")
    assert ("kéo dài 50 phút" in clerk.text, "Gửi tin mới" in clerk.text) == (True, False)


async def test_without_recipients_the_page_says_that_nobody_was_told_until_they_are_named(
    rest: Rest, at: Any
) -> None:
    clerk = await at(CLERK, "/su-co/bao")
    await clerk.presses("Báo ngay", **REPORT)
    assert "Chưa có nơi nhận nào được ghi cho đơn vị này, nên chưa báo ai." in clerk.text
    coordinator = await at(COORDINATOR, "/noi-nhan-bao")
    said = {"su_co_o": PROVINCE, "noi_nhan": OTHER, "can_cu": "Quy chế", "tu_ngay": "02/03/2026"}
    await coordinator.presses("Thêm nơi nhận", **{**said, "can_cu": ""})
    assert (status(coordinator), faulty(coordinator)) == (422, {"can-cu"})
    await coordinator.presses("Thêm nơi nhận", **said)
    assert "Sở Y tế lãnh đạo đơn vị UBND tỉnh và các đơn vị cấp dưới Quy chế" in coordinator.text
    await coordinator.presses("Thêm nơi nhận", **said)
    assert (status(coordinator), faulty(coordinator)) == (409, {"noi-nhan"})
    await coordinator.goes(f"{PLACE}/noi-nhan-bao")
    await coordinator.presses("Kết thúc hôm nay")
    assert await rest.world.one("select valid_to::text from outage_recipient") == "2026-03-02"
    await clerk.goes(f"{PLACE}/noi-nhan-bao")
    assert "Thêm nơi nhận" not in clerk.text


async def test_maintenance_says_the_law_asks_for_its_reason_and_is_cancelled(rest: Rest, at: Any) -> None:
    coordinator = await at(COORDINATOR, "/bao-tri")
    assert "ít nhất 1 ngày làm việc trước khi bắt đầu" in coordinator.text
    said = {
        "don_vi": PROVINCE,
        "dich_vu": "Cổng dịch vụ công",
        "noi_dung": "Nâng cấp máy chủ",
        "tu_luc": "20:00 02/03/2026",
        "den_luc": "22:00 02/03/2026",
    }
    await coordinator.presses("Thông báo", **said)
    assert (status(coordinator), faulty(coordinator)) == (409, {"cap-bach"})
    await coordinator.presses("Thông báo", **said, cap_bach="Vá lỗ hổng")
    assert "0 ngày làm việc Cấp bách : Vá lỗ hổng" in coordinator.text.replace("bách:", "bách :")
    clerk = await at(CLERK, "/bao-tri")
    assert ("Cổng dịch vụ công" in clerk.text, "Hủy" in clerk.text) == (True, False)
    await coordinator.presses("Hủy")
    assert "Không có lần bảo trì nào được thông báo." in coordinator.text


async def test_a_unit_is_called_upon_and_its_head_answers(rest: Rest, at: Any) -> None:
    coordinator = await at(COORDINATOR, "/don-doc/moi")
    said = {"loai": "inspection", "don_vi": DEPARTMENT, "noi_dung": "Giải trình hồ sơ quá hạn"}
    await coordinator.presses("Gửi cho đơn vị", **said, thoi_han="mai")
    assert (status(coordinator), faulty(coordinator)) == (422, {"thoi-han"})
    await coordinator.presses("Gửi cho đơn vị", **said, ho_so="KHONG-CO", thoi_han="2 ngày làm việc")
    assert (status(coordinator), faulty(coordinator)) == (422, {"ho-so"})
    code = (await rest.accepts())["code"]
    await coordinator.presses("Gửi cho đơn vị", **said, ho_so=code, thoi_han="2 ngày làm việc")
    assert ("Kiểm tra: Sở Văn hóa, Thể thao và Du lịch" in coordinator.text, code in coordinator.text) == (
        True,
        True,
    )
    path = coordinator.path
    assert "Đơn vị chưa trả lời." in coordinator.text
    rest.clock.turn("2026-03-05 08:00")
    head = await (await Visitor.of(rest, HEAD)).goes(f"{PLACE}/don-doc?ngan=cho-tra-loi")
    assert "quá hạn" in head.text
    await head.goes(path)
    await head.presses("Trả lời", tra_loi="")
    assert (status(head), faulty(head)) == (422, {"tra-loi"})
    await head.presses("Trả lời", tra_loi="Đã giải quyết")
    assert "Đã giải quyết" in head.text
    assert status(await at(CLERK, "/don-doc")) == 403
    assert status(await (await Visitor.of(rest, person("head", OTHER))).goes(path)) == 404


async def test_a_target_is_entered_and_its_progress_noted(rest: Rest, at: Any) -> None:
    head = await at(HEAD, "/van-ban/moi")
    said = {"loai": "target", "don_vi": DEPARTMENT, "so": "13/KH", "ten": "Tập huấn", "ngay": "15/01/2026"}
    await head.presses("Ghi vào sổ", **said)
    assert (status(head), faulty(head)) == (422, {"nam", "muc", "don-vi-tinh"})
    await head.presses("Ghi vào sổ", **said, nam="2026", muc="4,5", don_vi_tinh="lớp")
    assert "Mức phải đạt năm 2026 4.5 lớp Đã đạt chưa có số liệu" in head.text
    await head.presses("Ghi tiến độ", tien_do="Hai lớp", tinh_trang="under_way", dat="hai")
    assert (status(head), faulty(head)) == (422, {"dat"})
    await head.presses("Ghi tiến độ", tien_do="Hai lớp", tinh_trang="under_way", dat="2")
    clerk = await at(CLERK, "/van-ban?loai=target")
    assert "Đang thực hiện 2026: 2 / 4.5 lớp" in clerk.text
    assert ("Ghi văn bản" in clerk.text, status(await at(CLERK, "/van-ban/moi"))) == (False, 403)
    assert "Chưa có văn bản nào" in (await at(CLERK, "/van-ban?loai=plan")).text


async def test_a_sheet_says_what_the_data_do_not_carry_and_is_marked_and_made_final(
    rest: Rest, at: Any
) -> None:
    await rest.accepts()
    coordinator = await at(COORDINATOR, "/danh-gia")
    period = {"don_vi": DEPARTMENT, "tu_ngay": "01/02/2026", "den_ngay": "31/03/2026"}
    await coordinator.presses("Lập phiếu", **{**period, "den_ngay": "01/01/2026"})
    assert (status(coordinator), faulty(coordinator)) == (422, {"den-ngay"})
    await coordinator.presses("Lập phiếu", **period)
    path = coordinator.path
    assert "Thái độ của cán bộ chưa có dữ liệu không tính" in coordinator.text
    await coordinator.goes(f"{path}/attitude")
    await coordinator.presses("Chấm điểm", diem="3", ly_do="Khảo sát")
    assert (status(coordinator), faulty(coordinator)) == (422, {"diem"})
    await coordinator.presses("Chấm điểm", diem="1,5", ly_do="Khảo sát quý I")
    assert "1.5 / 2 chấm tay: coordinator 1 · H27 · Khảo sát quý I" in coordinator.text
    await coordinator.presses("Chốt phiếu")
    assert status(coordinator) == 422
    rest.clock.turn("2026-04-01 08:00")
    coordinator = await (await Visitor.of(rest, COORDINATOR)).goes(path)
    await coordinator.presses("Chốt phiếu")
    assert ("đã chốt" in coordinator.text, "Chấm điểm" in coordinator.text) == (True, False)
    head = await (await Visitor.of(rest, HEAD)).goes(path)
    assert (status(head), "Khảo sát quý I" in head.text, "Chốt phiếu" in head.text) == (200, True, False)
    assert status(await head.goes(f"{path}/attitude")) == 403


async def test_a_citizen_is_not_let_in(rest: Rest) -> None:
    for path in ("", "/su-co", "/bao-tri", "/van-ban"):
        answer = await rest.get(f"{PLACE}{path}", CITIZEN)
        assert answer.status_code in (303, 401, 403), path
