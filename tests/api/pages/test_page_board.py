"""The overdue board as people read it."""

import io
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import openpyxl
import pytest

from hoso_workflows.operation import demonstration
from support import api_client as rests
from support import signing_in
from support.api_client import ADMINISTRATOR, CLERK, FILING, HEAD, SPECIALIST, Rest, problem
from support.browser_text import seen, words
from support.coordinators import appointed
from support.procedures import unlimited
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, person

APPLICANT = FILING["applicant"]["name"]


@pytest.fixture
async def late(rest: Rest) -> list[str]:
    """Two dossiers, accepted on Monday and Tuesday; their codes. It is Tuesday of the next week, 09:00."""
    codes = []
    for day in ("2026-03-02", "2026-03-03"):
        rest.clock.turn(f"{day} 09:00")
        codes.append((await rest.accepts())["code"])
    rest.clock.turn("2026-03-10 09:00")
    return codes


async def test_the_board_shows_the_most_late_first_with_working_days_and_hours(rest: Rest, late: list[str]):
    page = await seen(rest, ADMINISTRATOR)
    said = words(page)
    assert page.status_code == 200
    assert "Số liệu lúc 09:00, thứ Ba 10/03/2026" in said
    assert said.index(late[0]) < said.index("2 ngày 2 giờ làm việc") < said.index(late[1])
    assert "hẹn 17:00 05/03/2026" in said
    assert f'href="/noi-bo/ho-so/{late[0]}/thoi-han"' in page.text


async def test_the_board_tells_nothing_of_the_applicant(rest: Rest, late: list[str]):
    for path in ("/noi-bo/qua-han", "/noi-bo/qua-han?loai=buoc", f"/noi-bo/ho-so/{late[0]}/thoi-han"):
        page = await seen(rest, ADMINISTRATOR, path)
        assert page.status_code == 200
        assert APPLICANT not in page.text


async def test_rows_lead_to_the_dossier_for_who_may_open_it_and_their_dates_to_the_explanation(
    rest: Rest, late: list[str]
):
    (of_head, of_administrator) = [
        re.findall(rf'href="(/noi-bo/ho-so/{late[0]}[^"]*)"', (await seen(rest, reader)).text)
        for reader in (HEAD, ADMINISTRATOR)
    ]
    assert of_head == [f"/noi-bo/ho-so/{late[0]}", f"/noi-bo/ho-so/{late[0]}/thoi-han"]
    assert of_administrator == [f"/noi-bo/ho-so/{late[0]}/thoi-han"] * 2


async def test_the_chosen_list_comes_as_a_workbook_with_all_its_pages_and_who_has_the_step(
    rest: Rest, late: list[str], monkeypatch: pytest.MonkeyPatch
):
    (task,) = (await rest.get(f"/v1/dossiers/{late[0]}", CLERK)).json()["tasks"]
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", CLERK, {"assignee": str(CLERK)})
    monkeypatch.setattr("hoso_api.pages.board.LENGTH", 1)
    board = await seen(rest, HEAD)
    (address,) = re.findall(r'href="(/noi-bo/qua-han/xlsx[^"]*)"', board.text)
    book = await workbook(rest, HEAD, unescape(address))
    rows = [[cell.value for cell in row] for row in book["Danh sách"].iter_rows(min_row=2)]
    told = {row[0].value: row[1].value for row in book["Nội dung"].iter_rows(min_row=2)}
    assert [(row[0], row[5], row[8], row[9]) for row in rows] == [
        (late[0], "Trung tâm Phục vụ hành chính công tỉnh", 2, 2),
        (late[1], "Trung tâm Phục vụ hành chính công tỉnh", 1, 2),
    ]
    assert told == {
        "Danh sách": "Hồ sơ quá hạn",
        "Đơn vị": "Sở Văn hóa, Thể thao và Du lịch",
        "Số liệu lúc": datetime(2026, 3, 10, 9),  # noqa: DTZ001 - a workbook knows no zones
        "Số dòng": 2,
        "Chỉ báo số, theo luật của trường hợp": 0,
        "Đầy đủ": "Có",
    }
    assert "— Bộ phận Một cửa · Trung tâm Phục vụ hành chính công tỉnh" in words(board)
    monkeypatch.setattr("hoso_api.pages.board.MOST", 1)
    cut = await workbook(rest, HEAD, unescape(address))
    assert [row[1].value for row in cut["Nội dung"].iter_rows(min_row=5)] == [
        1,
        0,
        "Không: chỉ có các dòng có hạn sớm nhất",
    ]
    stranger = await seen(rest, HEAD, "/noi-bo/qua-han/xlsx?don-vi=H27.SYT")
    assert stranger.status_code == 403


async def test_a_head_reminds_in_the_row_and_reads_there_who_has_and_when(rest: Rest, late: list[str]):
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/qua-han")
    address, fields = head.sent("Nhắc")
    await head.posts(address, fields)
    assert f"Đã nhắc 2 người về hồ sơ {late[0]}." in head.text
    assert head.text.count("đã nhắc lúc 09:00") == 1
    await head.posts(address, fields)
    assert f"Đã nhắc 2 người về hồ sơ {late[0]}." in head.text
    administrator = await Visitor.of(rest, ADMINISTRATOR)
    await administrator.posts(address, fields)
    assert administrator.page is not None
    assert (administrator.page.status_code, "đã gửi nhắc việc này lúc 09:00" in administrator.text) == (
        409,
        True,
    )
    assert await rest.world.one("select count(*) from outbox where topic = 'reminder.dossier'") == 2
    specialist = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/qua-han")
    assert (late[0] in specialist.text, "Nhắc " in specialist.text) == (True, False)


async def test_a_coordinator_calls_upon_a_unit_from_a_row_or_about_its_whole_list(
    rest: Rest, late: list[str]
):
    visitor = await Visitor.of(rest, await appointed(rest.world))
    board = (await visitor.goes(f"/noi-bo/qua-han?don-vi={DEPARTMENT}")).page
    assert board is not None
    row, _, whole = sorted(
        map(unescape, re.findall(r'href="(/noi-bo/dau-moi/don-doc/moi[^"]*)"', board.text)), key=len
    )
    for address, codes in ((row, late[:1]), (whole, late)):
        await visitor.goes(address)
        await visitor.presses("Gửi cho đơn vị", noi_dung=f"Giải quyết ngay {len(codes)} hồ sơ trễ")
        assert visitor.path.startswith("/noi-bo/dau-moi/don-doc/")
        assert [code in visitor.text for code in late] == [code in codes for code in late]
    stored = await rest.world.db.rows(
        "select unit_code, jsonb_array_length(dossiers) as n from urging order by n"
    )
    assert [tuple(each) for each in stored] == [(DEPARTMENT, 1), (DEPARTMENT, 2)]
    assert "/noi-bo/dau-moi/don-doc/moi" not in (await seen(rest, HEAD)).text


async def workbook(rest: Rest, reader: UUID, address: str) -> Any:
    """A workbook that an officer fetches."""
    answer = await seen(rest, reader, address)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


async def test_a_board_without_late_dossiers_says_so(rest: Rest):
    said = words(await seen(rest, ADMINISTRATOR))
    assert "Không có việc quá hạn" in said
    assert "Chưa có hồ sơ nào đang giải quyết." in said


async def test_the_board_is_narrowed_by_unit_and_shows_late_steps(rest: Rest, late: list[str]):
    everywhere = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?don-vi=")
    other = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?don-vi=H27.SYT")
    steps = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?loai=buoc&don-vi=H27.PVHCC")
    assert [code in page.text for page in (everywhere, other, steps) for code in late] == [
        True, True, False, False, True, True
    ]  # fmt: skip
    assert "Bộ phận Một cửa" in words(steps)


async def test_the_board_goes_on_to_the_next_page(
    rest: Rest, late: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hoso_api.pages.board.LENGTH", 1)
    first = await seen(rest, ADMINISTRATOR)
    (onward,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = await seen(rest, ADMINISTRATOR, unescape(onward))
    assert (late[0] in first.text, late[1] in first.text) == (True, False)
    assert (late[0] in second.text, late[1] in second.text) == (False, True)
    assert 'rel="next"' not in second.text


async def test_many_units_are_shown_some_at_a_time_and_found_by_name_without_accents(
    rest: Rest, late: list[str], monkeypatch: pytest.MonkeyPatch
):
    await rest.world.db.one_statement(
        "update dossier set handling_unit = 'H27.SYT' where code = $1", [late[1]]
    )
    monkeypatch.setattr("hoso_api.pages.board.UNITS", 1)
    first = await seen(rest, ADMINISTRATOR)
    (onward,) = re.findall(r'href="([^"]+#don-vi)"', first.text)
    second = await seen(rest, ADMINISTRATOR, unescape(onward).partition("#")[0])
    named = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?ten=so+y+TE&loai=buoc")
    beyond = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?tu=99999")
    nobody = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?ten=Kh%C3%B4ng+c%C3%B3")
    rows = [
        re.findall(r'<th scope="row"><a href="[^"]+" lang="vi">([^<]+)', page.text)
        for page in (first, second, named, beyond)
    ]
    assert rows == [
        ["Sở Văn hóa, Thể thao và Du lịch"],
        ["Sở Y tế"],
        ["Sở Y tế"],
        ["Trung tâm Phục vụ hành chính công tỉnh"],
    ]
    assert "1 trên 3 đơn vị, quá hạn nhiều nhất trước" in words(first)
    assert ("Đơn vị trước" in words(beyond), "Đơn vị tiếp theo" in words(beyond)) == (True, False)
    assert "Không có đơn vị nào tên như vậy." in words(nobody)


async def test_the_board_speaks_english_to_who_reads_english(rest: Rest, late: list[str]):
    headers = await signing_in.signed_in(rest.world.db, ADMINISTRATOR, at=rest.clock.at)
    headers["Cookie"] += "; hoso-xem=en"
    said = words(await rest.get("/noi-bo/qua-han?loai=buoc", headers=headers))
    assert "Overdue steps, most late first" in said
    assert "Reception overdue" in said


async def test_an_officer_sees_their_own_unit_only(rest: Rest, late: list[str]):
    own = await seen(rest, HEAD)
    assert late[0] in own.text
    assert "Sở Y tế" not in own.text
    assert (await seen(rest, HEAD, "/noi-bo/qua-han?don-vi=H27.SYT")).status_code == 403
    other = person("division_head", OTHER)
    assert late[0] not in (await seen(rest, other)).text
    assert (await seen(rest, other, f"/noi-bo/ho-so/{late[0]}/thoi-han")).status_code == 404
    assert (await seen(rest, CITIZEN)).headers["location"] == "/dang-nhap?tiep=/noi-bo/qua-han"


HERE = "http://127.0.0.1:8000"
READS = {"Accept": "text/html"}


@pytest.fixture
async def opened(rest: Rest) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at this machine who has not signed in, where the settings open the board."""
    transport = rests.application(rest.world, rest.clock, open_board=True)
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=READS) as client:
        yield client


async def test_an_open_board_of_real_data_stays_closed(
    rest: Rest, late: list[str], opened: httpx.AsyncClient
):
    for path in ("/noi-bo/qua-han", f"/noi-bo/ho-so/{late[0]}/thoi-han"):
        answer = await opened.get(path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/dang-nhap")


async def test_an_open_board_of_a_demonstration_needs_no_sign_in_and_says_what_it_shows(
    rest: Rest, late: list[str], opened: httpx.AsyncClient
):
    await demonstration.mark(rest.world.db, at=rest.clock.at)
    board, explained = (
        await opened.get("/noi-bo/qua-han"),
        await opened.get(f"/noi-bo/ho-so/{late[0]}/thoi-han"),
    )
    closed = await opened.get("/v1/overdue")
    assert "Bảng mở · dữ liệu trình diễn" in board.text
    assert late[0] in board.text
    assert (explained.status_code, closed.status_code) == (200, 401)


async def test_a_demonstration_opens_no_board_that_the_settings_leave_closed(rest: Rest):
    await demonstration.mark(rest.world.db, at=rest.clock.at)
    closed = rests.application(rest.world, rest.clock)
    async with httpx.AsyncClient(transport=closed, base_url=HERE, headers=READS) as client:
        assert (await client.get("/noi-bo/qua-han")).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "127.0.0.1"},
        {"X-Real-IP": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 proxy"},
        {"CF-Connecting-IP": "203.0.113.7"},
        {"Host": "rebound.example"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_an_open_board_is_closed_to_whoever_asks_from_elsewhere(
    rest: Rest, opened: httpx.AsyncClient, headers: dict[str, str]
):
    await demonstration.mark(rest.world.db, at=rest.clock.at)
    assert (await opened.get("/noi-bo/qua-han", headers=headers)).status_code == 303


async def test_a_step_that_was_late_before_acceptance_is_reached_by_its_reference(rest: Rest):
    await rest.files()
    rest.clock.turn("2026-03-10 09:00")
    page = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?loai=buoc")
    assert page.status_code == 200


async def test_what_reception_has_not_answered_stands_apart_with_its_own_due_date(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files()
    rest.clock.turn("2026-03-03 10:30")
    fresh = await rest.files()
    late = await seen(rest, ADMINISTRATOR)
    waiting = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?loai=tiep-nhan")
    said = words(waiting)
    assert "Không có việc quá hạn" in words(late)
    assert "Quá hạn tiếp nhận" in words(late)
    assert f'href="/noi-bo/ho-so/{filed["reference"]}/thoi-han"' in waiting.text
    assert "chưa có mã" in said
    assert "2 giờ 30 phút làm việc" in said
    assert waiting.text.index(filed["reference"]) < waiting.text.index(fresh["reference"])
    assert said.count("còn trong hạn") == 1
    assert "hạn tiếp nhận 08:00 03/03/2026" in said
    assert APPLICANT not in waiting.text
    assert (
        await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{filed['reference']}/thoi-han")
    ).status_code == 200


async def test_results_that_await_their_return_are_a_list_of_the_board_and_nobody_is_reminded_of_them(
    rest: Rest,
):
    await unlimited.publish(rest.world, unlimited.SIGNS)
    missing, fetched = [await unlimited.signed(rest.world) for _ in range(2)]
    await rest.world.completes(fetched, "2026-03-16 11:00")
    rest.clock.turn("2026-03-24 09:00")
    reader = await Visitor.of(rest, person("head", DESK))

    page = await reader.goes("/noi-bo/qua-han?loai=tra")

    late, _, ready = page.text.partition(str(missing.body["code"]))[2].partition(str(fetched.body["code"]))
    assert ("2 giờ làm việc" in late, "có kết quả, chờ người nộp đến nhận" in ready) == (True, True)
    assert "Nhắc" not in late + ready
    book = await workbook(rest, person("head", DESK), "/noi-bo/qua-han/xlsx?loai=tra")
    assert [row[0].value for row in book["Danh sách"].iter_rows(min_row=2)] == [
        missing.body["code"],
        fetched.body["code"],
    ]


async def test_late_steps_are_counted_by_step_and_holder(rest: Rest, late: list[str]):
    page = words(await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?loai=buoc"))
    table = page.partition("Trễ ở bước nào, ai đang giữ")[2].partition("Thủ tục")[0]
    assert re.findall(r"chưa ai nhận · Bộ phận Một cửa (\d)", table) == ["2"]
    assert "ở bước nào" not in words(await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han"))


async def test_late_steps_by_holder_are_those_of_the_board_and_of_no_other_authority(
    rest: Rest, late: list[str], monkeypatch: pytest.MonkeyPatch
):
    administrator = person("specialist", OTHER)
    await rest.world.changed(
        "update role_assignment set role = 'administrator' where principal_id = $1", administrator
    )
    of_other = words(await seen(rest, administrator, "/noi-bo/qua-han?loai=buoc"))
    assert "ở bước nào" not in of_other
    (task,) = (await rest.get(f"/v1/dossiers/{late[0]}", CLERK)).json()["tasks"]
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", CLERK, {"assignee": str(CLERK)})
    monkeypatch.setattr("hoso_api.pages.board.STEPS", 1)
    said = words(await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?loai=buoc"))
    assert "Các bước khác 1" in said


async def test_an_explanation_is_read_where_nothing_can_be_foreseen(rest: Rest):
    filed = await rest.files()
    await rest.world.changed("update engine_state set state = ''")
    page = await seen(rest, ADMINISTRATOR, f"/noi-bo/ho-so/{filed['reference']}/thoi-han")
    assert (page.status_code, "bây giờ: hẹn trả" in words(page)) == (200, False)


async def test_an_explanation_says_what_would_be_promised_now_and_so_it_is(rest: Rest):
    filed = await rest.files()
    page = f"/noi-bo/ho-so/{filed['reference']}/thoi-han"
    foreseen = words(await seen(rest, ADMINISTRATOR, page))
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    promised = words(await seen(rest, ADMINISTRATOR, page))
    (due,) = re.findall(r"Nếu tiếp nhận bây giờ: hẹn trả (.{16})", foreseen)
    assert f"Vì sao hẹn {due}" in promised
    assert "bây giờ: hẹn trả" not in promised
    await rest.done(
        f"/v1/dossiers/{filed['reference']}/supplement-request", CLERK, {"reason": "Thiếu", "items": ["Đơn"]}
    )
    rest.clock.at += timedelta(days=1)
    foreseen = words(await seen(rest, ADMINISTRATOR, page))
    await rest.done(f"/v1/dossiers/{filed['reference']}/supplement", CLERK)
    (due,) = re.findall(r"Nếu nhận đủ bổ sung bây giờ: hẹn trả (.{16})", foreseen)
    assert f"Vì sao hẹn {due}" in words(await seen(rest, ADMINISTRATOR, page))


@pytest.mark.parametrize("query", ["?sau=garbage", "?don-vi=%00", "?sau=1.0_zz", "?loai=" + "x" * 100])
async def test_garbage_in_the_address_of_the_board_is_a_page_too(rest: Rest, query: str):
    page = await seen(rest, ADMINISTRATOR, f"/noi-bo/qua-han{query}")
    assert page.status_code in (400, 422)
    assert page.headers["content-type"].startswith("text/html")
    assert "Về trang đầu" in page.text


async def test_a_unit_that_is_none_is_a_page_that_leads_back(rest: Rest, late: list[str]):
    page = await seen(rest, ADMINISTRATOR, "/noi-bo/qua-han?don-vi=H27.NOWHERE")
    assert (page.status_code, "Không tìm thấy" in page.text) == (404, True)


async def test_a_year_without_calendar_is_said_and_breaks_nothing(rest: Rest, late: list[str]):
    rest.clock.turn("2029-03-01 09:00")
    page = await seen(rest, ADMINISTRATOR)
    assert (page.status_code, "Lịch làm việc chưa có dữ liệu" in page.text) == (409, True)
    asked = problem(await rest.get("/v1/overdue", ADMINISTRATOR))
    assert asked["type"] == "urn:hoso:problem:calendar-ends"


async def test_pages_carry_no_style_or_script_that_the_policy_forbids(rest: Rest, late: list[str]):
    for path in ("/noi-bo/qua-han", f"/noi-bo/ho-so/{late[0]}/thoi-han", "/dang-nhap"):
        text = (await seen(rest, ADMINISTRATOR, path)).text
        assert (
            re.findall(
                r'<script(?! src="/static/[^"]+"(?: integrity="sha384-[^"]+")? defer></script>)|\sstyle=|<style|\son\w+=|https?://(?!localhost)',
                text,
            )
            == []
        )
