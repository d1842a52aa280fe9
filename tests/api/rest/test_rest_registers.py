"""The control sheet of a dossier and the register of a desk say who did what, from what is stored."""

import pytest

from hoso_workflows.letters import html
from hoso_workflows.letters.template_check import drawn
from support.acts_of_law import TO_THE_RESULT, completed
from support.api_client import CLERK, SPECIALIST, Rest, problem
from support.world import CITIZEN, DESK, OTHER, person

pytestmark = pytest.mark.world("shared")

BOOK = f"/v1/registers/dossiers.html?unit={DESK}"
CENTRE, DEPARTMENT = "Trung tâm Phục vụ hành chính công tỉnh", "Sở Văn hóa, Thể thao và Du lịch"


async def words(rest: Rest, path: str, by: object = CLERK) -> str:
    answer = await rest.get(path, by)
    assert answer.status_code == 200, answer.text
    return " ".join(html.text(answer.text).split())


async def test_the_control_sheet_names_each_hand_over_with_both_sides_and_the_verdict_on_the_step(rest: Rest):
    filed = await rest.files()
    rest.clock.turn("2026-03-02 09:30")
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    path = f"/v1/dossiers/{standing['reference']}/control-sheet"
    begun = await words(rest, f"{path}.html")
    rest.clock.turn("2026-03-02 10:30")
    await completed(rest, standing, *TO_THE_RESULT[:1])
    after = await words(rest, f"{path}.html")
    desk = f"Người nhận: reception 1 · {CENTRE}"
    begins = f"1 {CENTRE} Giao: Người nộp hồ sơ Nhận: {CENTRE} Lúc: 09 giờ 30 phút, ngày 02/03/2026 {desk}"
    assert begun.partition("Ghi chú ")[2] == (
        f"{begins} 2 {CENTRE} Giao: {CENTRE} Nhận: {CENTRE} Lúc: 09 giờ 30 phút, ngày 02/03/2026"
        f" Người giao: reception 1 · {CENTRE} B1. Tiếp nhận, kiểm tra hồ sơ"
    )
    assert after.partition(begins)[2] == (
        f" 2 {CENTRE} Giao: {CENTRE} Nhận: {CENTRE} Lúc: 09 giờ 30 phút, ngày 02/03/2026"
        f" Người giao: reception 1 · {CENTRE} {desk} B1. Tiếp nhận, kiểm tra hồ sơ"
        f" 3 {CENTRE} Giao: {CENTRE} Nhận: {DEPARTMENT} Lúc: 10 giờ 30 phút, ngày 02/03/2026"
        f" Người giao: reception 1 · {CENTRE} Đúng hạn B2. Chuyển hồ sơ về Phòng QLBCXB"
    )
    assert f"Mã hồ sơ: {standing['code']} " in after
    printed = drawn.joined(drawn.text((await rest.get(f"{path}.pdf", SPECIALIST)).content))
    assert [
        line
        for line in ("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", begins)
        if drawn.joined(line) not in printed
    ] == []


async def test_a_dossier_without_a_receipt_and_an_applicant_have_no_control_sheet(rest: Rest):
    filed = await rest.files()
    for by in (CLERK, CITIZEN):
        answer = await rest.get(f"/v1/dossiers/{filed['reference']}/control-sheet.pdf", by)
        assert problem(answer)["type"] == "urn:hoso:problem:not-found"


@pytest.mark.world("fresh")
async def test_the_register_has_a_line_for_each_dossier_that_the_desk_accepted(rest: Rest):
    standing = await rest.accepts()
    shown = await words(rest, f"{BOOK}&from=2026-03-01&to=2026-03-31")
    assert shown.partition("Từ ngày ")[2] == (
        "01/03/2026 đến ngày 31/03/2026 TT Mã hồ sơ Tên thủ tục hành chính Người nộp hồ sơ Địa chỉ, số điện thoại"
        " Cơ quan chủ trì giải quyết Ngày nhận Ngày hẹn trả Ngày trả Phương thức nhận kết quả Ký nhận Ghi chú"
        f" 1 {standing['code']} Cấp giấy chứng nhận lưu hành tự do (CFS) đối với hàng hóa xuất khẩu trong lĩnh vực báo chí,"
        f" xuất bản Công ty xuất khẩu sách mẫu {DEPARTMENT} 02/03/2026 05/03/2026 Trực tiếp"
    )
    other = await rest.get(f"{BOOK}&from=2026-03-01&to=2026-03-31&procedure=1.013871", CLERK)
    assert problem(other)["errors"] == [{"field": "from", "message": "no dossier was accepted on these days"}]
    logged = "select subject from access_log where act = 'read_register'"
    assert [row.subject for row in await rest.world.db.rows(logged)] == [DESK]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ("from=2026-03-02&to=2026-03-01", "is before the first day"),
        ("from=2025-12-31&to=2026-01-01", "is in another year: a book is one year's"),
        ("from=2026-01-01&to=2026-01-31", "no dossier was accepted on these days"),
    ],
)
async def test_days_that_no_book_has_are_refused(rest: Rest, days: str, message: str):
    assert message in str(problem(await rest.get(f"{BOOK}&{days}", CLERK))["errors"])


async def test_the_book_of_another_desk_is_closed(rest: Rest):
    answer = await rest.get(f"{BOOK}&from=2026-03-01&to=2026-03-31", person("clerk", OTHER))
    assert problem(answer)["type"] == "urn:hoso:problem:forbidden"
