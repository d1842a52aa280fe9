"""The pages of a dossier that are read, as officers use them in a browser without scripts."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support import files
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import FOUNDED, OTHER, PROVINCE, SINCE, person

pytestmark = pytest.mark.world("shared")

Opened = Callable[[UUID, str], Awaitable[Visitor]]
PAGES = (
    "",
    "/noi-dung",
    "/giay-to",
    "/quy-trinh",
    "/nhat-ky",
    "/trao-doi",
    "/de-nghi-bo-sung",
    "/thong-diep",
)
AUDITOR = person("auditor", PROVINCE)
STRANGER = person("specialist", OTHER)


async def at_the_specialist(rest: Rest) -> Any:
    """A dossier that has come to the specialist's step."""
    standing = await rest.completes(await rest.accepts(), CLERK)
    return await rest.completes(standing, HEAD)


@pytest.fixture(scope="module")
def sessions() -> dict[UUID, dict[str, str]]:
    """The session of each person in this world: of many that begin at once the oldest would end."""
    return {}


@pytest.fixture
def opened(rest: Rest, sessions: dict[UUID, dict[str, str]]) -> Opened:
    """Somebody at an address of a dossier."""

    async def open_(by: UUID, address: str) -> Visitor:
        if by not in sessions:
            sessions[by] = (await Visitor.of(rest, by)).headers
        return await Visitor(rest, sessions[by]).goes(f"/noi-bo/ho-so/{address}")

    return open_


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def test_the_overview_tells_who_has_the_dossier_how_long_they_have_and_what_comes_next(
    rest: Rest, opened: Opened
):
    standing = await at_the_specialist(rest)
    page = await opened(SPECIALIST, standing["code"])
    assert f"{standing['code']} Đang giải quyết" in page.text
    assert "còn 3 ngày 6 giờ làm việc Hẹn trả 17:00, thứ Năm 05/03/2026 · Vì sao?" in page.text
    held = page.text.partition("Đang ở")[2].partition("Các lần hẹn")[0]
    assert " ".join(held.split()) == (
        "Việc B4. Thẩm định hồ sơ, dự thảo văn bản trình Người giữ Chưa ai nhận việc"
        " Chuyên viên · Sở Văn hóa, Thể thao và Du lịch"
        " Còn lại hôm nay, trước 15:00 · còn 4 giờ làm việc hạn của bước 15:00, thứ Hai 02/03/2026"
        " Ai giữ hồ sơ bao lâu"
    )
    steps = page.text.partition("Các bước của hồ sơ")[2]
    said = re.findall(r"(B\d)\..*?(đã xong|hôm nay|chưa tới)", steps)
    assert said == [
        *(("B1", "đã xong"), ("B2", "đã xong"), ("B3", "đã xong"), ("B4", "hôm nay")),
        *(("B5", "chưa tới"), ("B6", "chưa tới"), ("B7", "chưa tới")),
    ]
    assert page.page is not None
    leads = re.search(
        r'href="([^"]*/giay/[^"]*)">Giấy tiếp nhận hồ sơ và hẹn trả kết quả, số ', page.page.text
    )
    assert leads is not None
    await page.goes(leads[1])
    assert (page.page.status_code, standing["code"] in page.text) == (200, True)


async def test_the_menu_has_the_acts_of_its_reader_and_says_why_one_waits(rest: Rest, opened: Opened):
    standing = await rest.completes(await rest.accepts(), CLERK)
    code = standing["code"]
    waiting = await opened(SPECIALIST, code)
    menu = waiting.text.partition("Việc bạn có thể làm")[2].partition("Giấy tờ đã phát hành")[0]
    assert menu.startswith(" Đề nghị bổ sung Đề xuất yêu cầu bổ sung chỉ được thực hiện")
    assert " Ghi chú nội bộ " in menu
    assert waiting.page is not None
    assert f"{code}/de-nghi-bo-sung" not in waiting.page.text
    turn = await opened(HEAD, code)
    assert turn.page is not None
    assert re.findall(rf'class="way" href="/noi-bo/ho-so/{code}/([^"]+)"', turn.page.text) == [
        *("de-nghi-bo-sung", "hoi-dap#viet", "giay-to#them", "trao-doi#them", "xin-loi", "gia-han"),
        *("tam-dung", "lay-y-kien", "xac-minh", "nghia-vu", "cung-cap", "dung"),
    ]


@pytest.mark.parametrize("page", PAGES)
async def test_workers_and_auditors_read_each_page_and_nobody_else_learns_that_there_is_one(
    rest: Rest, opened: Opened, page: str
):
    async with rest.world.db.transaction() as tx:
        if not await tx.rows("select 1 from principal where id = $1", [AUDITOR]):
            principals.principal(tx, PrincipalKind.OFFICER, "Kiểm tra", at=FOUNDED, identity=AUDITOR)
            await tx.flush()
            units.assign(tx, AUDITOR, PROVINCE, "auditor", SINCE)
    standing = await rest.accepts()
    found = {
        who: status(await opened(who, standing["code"] + page))
        for who in (CLERK, SPECIALIST, AUDITOR, STRANGER, ADMINISTRATOR)
    }
    assert found == {CLERK: 200, SPECIALIST: 200, AUDITOR: 200, STRANGER: 404, ADMINISTRATOR: 404}
    assert status(await opened(CLERK, "H27.PVHCC-260302-9999" + page)) == 404
    rows = await rest.world.db.rows(
        "select distinct principal_id, granted from access_log where subject = $1 and principal_id = any($2)",
        [(await standing_reference(rest, standing["code"])), [AUDITOR, STRANGER]],
    )
    assert {(row.principal_id, row.granted) for row in rows} == {(AUDITOR, True), (STRANGER, False)}


async def standing_reference(rest: Rest, code: str) -> str:
    (row,) = await rest.world.db.rows("select reference from dossier where code = $1", [code])
    return str(row.reference)


async def test_the_contents_show_the_questions_with_their_answers(rest: Rest, opened: Opened):
    standing = await rest.accepts()
    for title, internal in (("Đơn đã ký", False), ("Bản của cơ quan", True)):
        await files.attached(
            rest.world, standing["code"], CLERK, component="TP01", title=title, internal=internal
        )
    page = await opened(CLERK, f"{standing['code']}/noi-dung")
    said = page.text.partition("Người nộp")[2]
    assert " ".join(said.partition("Số liệu lúc")[0].split()) == (
        "Họ tên hoặc tên tổ chức Công ty xuất khẩu sách mẫu Số định danh hoặc mã số 3000000000"
        " Tờ khai Lối vào: Trực tiếp Đề nghị cấp giấy chứng nhận lưu hành tự do (CFS)"
        " Tên thương nhân Công ty xuất khẩu sách mẫu Mã số thuế 3000000000"
        " Hàng hóa xuất khẩu Sách in tiếng Việt Nước nhập khẩu Lào Số bản CFS đề nghị cấp 1"
        " Thành phần hồ sơ Đơn đề nghị cấp CFS (Phụ lục I Thông tư 21/2020/TT-BTTTT) Đơn đã ký"
        " Giấy chứng nhận đầu tư hoặc đăng ký kinh doanh, đăng ký doanh nghiệp Không có tệp"
        " Danh mục các cơ sở sản xuất (nếu có) Không có tệp"
        " Bản tiêu chuẩn công bố áp dụng kèm cách thể hiện Không có tệp"
    )


async def test_the_diagram_marks_the_steps_and_the_table_leads_to_each(rest: Rest, opened: Opened):
    standing = await rest.accepts()
    page = await opened(CLERK, f"{standing['code']}/quy-trinh")
    assert page.page is not None
    drawn = set(re.findall(r'<g id="el-([^"]+)">', page.page.text))
    linked = set(re.findall(r'href="#el-([^"]+)"', page.page.text))
    assert linked <= drawn
    assert len(linked) == 7
    assert "B2. Chuyển hồ sơ về Phòng QLBCXB · 0,25 ngày làm việc · đang xử lý" in page.text


async def test_the_diary_tells_events_in_words_and_by_kind(rest: Rest, opened: Opened):
    standing = await rest.accepts()
    page = await opened(CLERK, f"{standing['code']}/nhat-ky")
    assert page.page is not None
    rows = re.findall(r'<tr id="sk-(\d+)">.*?<strong>([^<]+)</strong>', page.page.text, re.S)
    assert rows == [
        ("6", "Phát hành giấy tờ"),
        ("5", "Mở bước"),
        ("4", "Kết thúc bước"),
        ("3", "Tiếp nhận hồ sơ"),
        ("2", "Mở bước"),
        ("1", "Nộp hồ sơ"),
    ]
    assert "Tiếp nhận hồ sơ QT.XNKBCXB.01, mục 2.5 Kiểm chứng" in page.text
    assert "không khớp" not in page.text
    await page.goes(f"/noi-bo/ho-so/{standing['code']}/nhat-ky?loai=giay-to")
    assert re.findall(r'<tr id="sk-(\d+)">', page.page.text) == ["6"]
    hashes = await rest.world.db.rows(
        "select encode(e.hash, 'hex') as hash from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.seq = 6",
        [standing["code"]],
    )
    assert hashes[0].hash in page.text


async def test_the_diary_is_a_file_with_its_chain_for_who_reads_the_dossier(rest: Rest, opened: Opened):
    standing = await rest.accepts()
    page = await opened(CLERK, f"{standing['code']}/nhat-ky")
    path = f"/noi-bo/ho-so/{standing['code']}/nhat-ky/json"
    file = await rest.get(path, headers=page.headers)
    told = await rest.get(f"/v1/dossiers/{standing['code']}/events", CLERK)
    assert path in page.page.text
    assert (file.json(), file.headers["content-disposition"]) == (
        told.json(),
        'attachment; filename="nhat-ky.json"',
    )


async def test_the_diary_says_where_what_is_stored_does_not_follow_from_the_events(
    rest: Rest, opened: Opened
):
    standing = await rest.accepts()
    await rest.world.changed(
        "update dossier set due_legal = due_legal + interval '1 day' where code = $1", standing["code"]
    )
    page = await opened(CLERK, f"{standing['code']}/nhat-ky")
    assert "Dữ liệu đang lưu không khớp với chuỗi sự kiện" in page.text


async def test_a_dossier_that_waits_for_its_applicant_says_so_and_calls_nobody_late(
    rest: Rest, opened: Opened
):
    standing = await rest.accepts()
    await rest.done(
        f"/v1/dossiers/{standing['code']}/supplement-request",
        CLERK,
        {"reason": "Bản sao mờ", "items": ["TP02"]},
    )
    page = await opened(CLERK, standing["code"])
    held = page.text.partition("Đang ở")[2].partition("Các lần hẹn")[0]
    assert held.startswith(" Việc Chờ bổ sung Người giữ Người nộp Còn lại trả lời trước ")
    assert "đang dừng tính thời hạn" in page.text
    assert "quá " not in page.text


async def test_pages_of_a_dossier_are_there_in_english_too(rest: Rest, opened: Opened):
    standing = await rest.accepts()
    clerk = await opened(CLERK, standing["code"])
    clerk.headers = {**clerk.headers, "Cookie": f"{clerk.headers['Cookie']}; hoso-xem=en"}
    await clerk.goes(f"/noi-bo/ho-so/{standing['code']}")
    assert "What you can do" in clerk.text
    assert "Việc bạn có thể làm" not in clerk.text


async def test_who_had_the_dossier_for_how_long_is_told_to_officers_and_to_who_only_tracks_it(
    rest: Rest, opened: Opened
):
    rest.clock.turn("2026-03-02 08:00")
    reference = (await rest.files())["reference"]
    rest.clock.turn("2026-03-02 08:40")
    code = (await rest.done(f"/v1/dossiers/{reference}/acceptance", CLERK))["code"]
    rest.clock.turn("2026-03-02 09:00")
    clerk = await opened(CLERK, code)
    assert f'href="/noi-bo/ho-so/{code}/ai-giu"' in clerk.page.text  # type: ignore[union-attr]  # it is open
    await clerk.goes(f"/noi-bo/ho-so/{code}/ai-giu")
    told = (await rest.get(f"/v1/dossiers/{code}/accounting", CLERK)).json()
    assert (told["minutes"], [each["minutes"] for each in told["stretches"]]) == (60, [40, 20])
    assert "Cộng 1 giờ" in clerk.text
    assert "1 giờ 100 % 20 phút" in clerk.text
    assert clerk.text.index("08:40 02/03/2026 09:00 02/03/2026 20 phút có tính") < clerk.text.index(
        "08:00 02/03/2026 08:40 02/03/2026 40 phút không tính"
    )
    administrator = await opened(ADMINISTRATOR, f"{code}/ai-giu")
    assert (status(administrator), f'href="/noi-bo/ho-so/{code}"' in administrator.page.text) == (200, False)  # type: ignore[union-attr]  # it is open
    assert status(await opened(STRANGER, f"{code}/ai-giu")) == 404
