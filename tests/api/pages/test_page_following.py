"""Pages on which an applicant follows their dossiers: what they are told, what they may do, what nobody else sees."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows.identity import identities
from hoso_workflows.letters.template_check import drawn
from support import files
from support.acts_of_law import TO_THE_RESULT, completed
from support.api_client import CLERK, SPECIALIST, Rest
from support.browser_text import words
from support.signing_in import OURS
from support.visitor import Visitor
from support.world import CITIZEN, STRANGER

pytestmark = pytest.mark.world("shared")

MARKS = dict.fromkeys(("overall", "convenience", "timeliness", "attitude"), "satisfied")
#: One session for each person and time: an eleventh ends one of the others.
SIGNED_IN: dict[tuple[UUID, datetime], dict[str, str]] = {}
PAGES = (
    "",
    "/noi-dung",
    "/noi-dung/json",
    "/noi-dung/pdf",
    "/bo-sung",
    "/nghia-vu",
    "/rut",
    "/hoi-dap",
    "/danh-gia",
    "/ai-da-xem",
)


async def accepted(rest: Rest, **said: Any) -> Any:
    """A dossier of the citizen's, accepted."""
    filed = await rest.files(CITIZEN, channel="online", **said)
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


async def opened(rest: Rest, path: str, by: UUID = CITIZEN) -> Visitor:
    key = (by, rest.clock.at)
    if key not in SIGNED_IN:
        SIGNED_IN[key] = (await Visitor.applicant(rest, by)).headers
    return await Visitor(rest, SIGNED_IN[key]).goes(path)


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def kinds(rest: Rest, code: str) -> list[str]:
    rows = await rest.world.db.rows(
        "select e.kind from dossier_event e join dossier d on d.id = e.dossier_id where d.code = $1 order by e.seq",
        [code],
    )
    return [row.kind for row in rows]


async def test_ones_own_dossiers_stand_by_what_there_is_to_do(rest: Rest):
    own = {"kind": "person", "name": "Người nộp 2", "identifier": "000000000002"}
    other = {"kind": "person", "name": "Người được nộp thay", "identifier": "000000000009"}
    paper = {
        "authorised_name": "Người nộp 2",
        "authorised_identifier": "000000000002",
        "authorisation_paper": "TP04",
    }
    said = {"channel": "online", "applicant": own}
    waits, gone = [(await rest.files(STRANGER, **said))["reference"] for _ in range(2)]
    await rest.files(STRANGER, **{**said, "applicant": {**other, **paper}})
    await rest.done(f"/v1/dossiers/{waits}/supplement-request", CLERK, {"reason": "Mờ", "items": ["TP02"]})
    await rest.done(f"/v1/dossiers/{gone}/withdrawal", STRANGER, {"reason": "Thôi"})
    draft = {"procedure": "1.014464", "content": {}}
    await rest.done("/v1/drafts", STRANGER, draft)
    shown = (await opened(rest, "/cua-toi", STRANGER)).text
    parts = (
        "Việc bạn cần làm",
        waits,
        "Đang giải quyết",
        "Nộp thay cho Người được nộp thay",
        "Bản nháp",
        "Đã xong",
        gone,
    )
    assert [shown.index(each) for each in parts] == sorted(shown.index(each) for each in parts)
    at = rest.clock.at
    rest.clock.at = at + timedelta(days=25)
    later = (await opened(rest, "/cua-toi", STRANGER)).text
    assert later.index("Bản nháp, chưa nộp") < later.index("Đang giải quyết")
    rest.clock.at = at


async def test_a_dossier_of_somebody_else_is_not_there_on_any_page(rest: Rest):
    code = (await accepted(rest))["code"]
    for page in PAGES:
        assert status(await opened(rest, f"/ho-so/{code}{page}", STRANGER)) == 404, page
    before = await kinds(rest, code)
    stranger = await opened(rest, "/cua-toi", STRANGER)
    for page, said in (("/rut", {"ly-do": ["x"]}), ("/hoi-dap", {"noi-dung": ["x"]}), ("/danh-gia", MARKS)):
        fields = {"_khoa": ["00000000-0000-4000-8000-000000000001"], **said}
        assert status(await stranger.posts(f"/ho-so/{code}{page}", fields)) == 404, page
    assert code not in stranger.text
    assert await kinds(rest, code) == before


async def test_who_is_represented_reads_what_was_filed_in_their_name_and_the_filer_acts(rest: Rest):
    filed = {"authorised_name": "Người nộp 2", "authorised_identifier": "000000000002"}
    other = {"kind": "person", "name": "Người được nộp thay", "identifier": "000000000077"}
    applicant = {**other, **filed, "authorisation_paper": "TP04"}
    key = (await rest.files(STRANGER, channel="online", applicant=applicant))["reference"]
    await rest.done(f"/v1/dossiers/{key}/supplement-request", CLERK, {"reason": "Mờ", "items": ["TP02"]})
    before = await rest.world.one("select count(*) from dossier_event")
    assert status(await opened(rest, f"/ho-so/{key}")) == 404
    async with rest.world.db.transaction() as tx:
        identity = await identities.link(
            tx, CITIZEN, "tinh", "https://cong.example.vn", "77", how="first-sign-in", at=rest.clock.at
        )
    await identities.identified(rest.world.db, identity, "000000000077")
    listed = (await opened(rest, "/cua-toi")).text
    assert "Người khác nộp thay bạn: Người nộp 2" in listed
    for page in ("", "/noi-dung", "/noi-dung/json", "/noi-dung/pdf", "/nghia-vu", "/ai-da-xem", "/thoi-han"):
        assert status(await opened(rest, f"/ho-so/{key}{page}")) == 200, page
    shown = await opened(rest, f"/ho-so/{key}")
    assert "Người nộp 2 đã nộp hồ sơ này thay bạn." in shown.text
    assert [each for each in ("Gửi bổ sung", "Rút hồ sơ", "Nhắn Bộ phận Một cửa") if each in shown.text] == []
    assert (await rest.get(f"/v1/dossiers/{key}", CITIZEN)).json()["represented"] is True
    for page in ("/bo-sung", "/rut", "/hoi-dap", "/danh-gia"):
        assert status(await opened(rest, f"/ho-so/{key}{page}")) == 404, page
    marks = dict.fromkeys(MARKS, "satisfied")
    for door, said in (
        ("withdrawal", {"reason": "Thôi"}),
        ("conversation", {"text": "Tôi"}),
        ("rating", marks),
    ):
        verb = "PUT" if door == "rating" else "POST"
        answer = await rest.ask(verb, f"/v1/dossiers/{key}/{door}", CITIZEN, json=said)
        assert answer.status_code == 404, door
    assert await rest.world.one("select count(*) from dossier_event") == before
    assert (await rest.get(f"/v1/dossiers/{key}", STRANGER)).json()["represented"] is False
    async with rest.world.db.transaction() as tx:
        await identities.unlink_all(tx, CITIZEN, at=rest.clock.at)
    assert status(await opened(rest, f"/ho-so/{key}")) == 404


async def test_an_applicant_reads_where_it_is_by_unit_and_no_word_of_officers(rest: Rest):
    standing = await rest.completes(await accepted(rest), CLERK, note="NỘI BỘ")
    code = standing["code"]
    await rest.done(f"/v1/dossiers/{code}/notes", SPECIALIST, {"text": "NỘI BỘ"})
    shown = await opened(rest, f"/ho-so/{code}")
    assert "Đang giải quyết · Sở Văn hóa, Thể thao và Du lịch" in shown.text
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in shown.text
    people = await rest.world.db.rows("select name from principal where kind = 'officer'")
    for page in PAGES[:2]:
        found = (await opened(rest, f"/ho-so/{code}{page}")).text
        assert [each for each in ("NỘI BỘ", *(row.name for row in people)) if each in found] == []
    filed = (await opened(rest, f"/ho-so/{code}/noi-dung")).text
    assert "Sách in tiếng Việt" in filed
    paper = await rest.client.get(f"/ho-so/{code}/noi-dung/pdf", headers=SIGNED_IN[CITIZEN, rest.clock.at])
    printed = drawn.joined(drawn.text(paper.content))
    for said in (code, "Nơi tiếp nhận", "Hẹn trả", "Sách in tiếng Việt", "Đã nhận bản giấy."):
        assert drawn.joined(said) in printed, said
    assert drawn.joined("BẢN NHÁP") not in printed
    assert (await rest.get(f"/v1/dossiers/{code}", SPECIALIST)).status_code == 200
    assert "Sở Văn hóa" in (await opened(rest, f"/ho-so/{code}/ai-da-xem")).text


async def test_a_late_promise_is_told_plainly(rest: Rest):
    code = (await accepted(rest))["code"]
    at = rest.clock.at
    rest.clock.turn("2026-03-11 09:00")
    assert "quá 3 ngày 2 giờ làm việc" in (await opened(rest, f"/ho-so/{code}")).text
    rest.clock.at = at


async def test_a_supplement_is_answered_once_and_the_second_answer_is_told_when(rest: Rest):
    code = (await accepted(rest))["code"]
    await rest.done(f"/v1/dossiers/{code}/supplement-request", CLERK, {"reason": "Mờ", "items": ["TP02"]})
    check = await opened(rest, f"/ho-so/{code}/bo-sung/kiem-tra")
    await check.presses("Gửi bổ sung")
    assert (status(check), "Thêm giấy tờ, hoặc viết câu trả lời." in check.text) == (422, True)
    address, fields = check.sent("Gửi bổ sung", ghi_chu="Bản gốc đã gửi bưu điện")
    await check.posts(address, fields)
    assert check.path.startswith(f"/ho-so/{code}?xong=")
    assert (await kinds(rest, code)).count("supplement_received") == 1
    await check.posts(address, fields)
    assert (await kinds(rest, code)).count("supplement_received") == 1
    again = await check.posts(address, {**fields, "_khoa": ["00000000-0000-4000-8000-000000000002"]})
    assert (status(again), "Yêu cầu này đã được trả lời lúc" in again.text) == (409, True)
    assert CLERK.hex not in again.text


async def test_a_file_that_was_chosen_and_not_uploaded_goes_along_to_the_check(
    rest: Rest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    code = (await accepted(rest))["code"]
    call = {"reason": "Mờ", "items": ["TP01", "TP02"]}
    await rest.done(f"/v1/dossiers/{code}/supplement-request", CLERK, call)
    page = await opened(rest, f"/ho-so/{code}/bo-sung")
    assert page.page is not None
    # Without scripts each picker belongs to the form that goes on, with a field of its own.
    assert re.findall(r'name="(tep-\d)" form="tiep"', page.page.text) == ["tep-1", "tep-2", "tep-3"]
    address, fields = page.sent("Kiểm tra và gửi")
    assert address.endswith("/bo-sung/tiep")
    chosen = [("tep-1", ("mot.pdf", files.pdf(1, "một"))), ("tep-2", ("hai.pdf", files.pdf(1, "hai")))]
    wrong = [*chosen, ("tep-3", ("ba.exe", b"MZ" * 50))]
    await page.posts(address, fields, wrong)
    assert (status(page), 'href="#f-tep-3"' in page.page.text, "mot.pdf" in page.text) == (415, True, True)
    address, fields = page.sent("Kiểm tra và gửi")
    await page.posts(address, fields, [("tep-2", ("nua.pdf", files.pdf(2, "nữa")))])
    assert page.path == f"/ho-so/{code}/bo-sung/kiem-tra"
    assert [each for each in ("mot.pdf", "hai.pdf", "nua.pdf") if each not in page.text] == []
    await page.presses("Gửi bổ sung")
    assert (await kinds(rest, code)).count("supplement_received") == 1


async def test_the_desk_answers_what_an_applicant_asks(rest: Rest):
    code = (await accepted(rest))["code"]
    asks = await opened(rest, f"/ho-so/{code}/hoi-dap")
    await asks.presses("Gửi", noi_dung="Bao giờ xong?")
    await rest.done(f"/v1/dossiers/{code}/reply", CLERK, {"text": "Đúng hẹn"})
    shown = (await asks.goes(f"/ho-so/{code}/hoi-dap")).text
    assert shown.index("Bao giờ xong?") < shown.index("Bộ phận Một cửa") or "Đúng hẹn" in shown


async def test_a_result_is_fetched_rated_and_the_rating_changed_for_seven_days(rest: Rest):
    standing = await accepted(rest)
    before = await opened(rest, f"/ho-so/{standing['code']}/danh-gia")
    assert "Đánh giá mở khi có kết quả." in before.text
    standing = await completed(rest, standing, *TO_THE_RESULT)
    page = f"/ho-so/{standing['code']}/danh-gia"
    rates = await opened(rest, page)
    assert "Chọn mức" in (await rates.presses("Gửi đánh giá")).text
    await rates.presses("Gửi đánh giá", **{**MARKS, "gop_y": "Nhanh"})
    assert "Đã ghi đánh giá của bạn." in rates.text
    await rates.presses("Sửa đánh giá", **{**MARKS, "overall": "unsatisfied"})
    rest.clock.at = rest.clock.at.replace(day=rest.clock.at.day + 8)
    later = await opened(rest, page)
    assert "Chưa hài lòng" in later.text
    assert "Sửa đánh giá" not in later.text


async def test_a_copy_of_ones_data_has_what_one_is_told_and_nothing_of_officers(rest: Rest):
    code = (await rest.completes(await accepted(rest), CLERK, note="NỘI BỘ"))["code"]
    begun = {"procedure": "1.014464", "content": {"applicant": {"name": "Tên trong bản nháp"}}}
    await rest.done("/v1/drafts", CITIZEN, begun)
    account = await opened(rest, "/cua-toi/tai-khoan")
    address, fields = account.sent("Tải dữ liệu của tôi")
    told = (await rest.client.post(address, data=fields, headers=account.headers)).json()
    assert told["schema"] == "hoso-own-data/1"
    dossier = next(each for each in told["dossiers"] if each["code"] == code)
    assert dossier["applicant"]["name"] == "Người nộp 1"
    assert [each["kind"] for each in dossier["events"]][:2] == ["filed", "accepted"]
    assert "Tên trong bản nháp" in str(told["drafts"])
    assert "NỘI BỘ" not in str(told)
    rows = await rest.world.db.rows(
        "select count(*) from access_log where act = 'export of own data' and principal_id = $1", [CITIZEN]
    )
    assert rows[0][0] == 1


async def test_a_session_is_ended_from_another_one(rest: Rest):
    other, own = await Visitor.applicant(rest, STRANGER), await opened(rest, "/cua-toi/tai-khoan", STRANGER)
    await own.presses("Kết thúc mọi phiên khác")
    assert status(await own.goes("/cua-toi")) == 200
    SIGNED_IN.pop((STRANGER, rest.clock.at))
    gone = await rest.client.get("/cua-toi", headers=other.headers)
    assert gone.headers["location"].startswith("/dang-nhap")


async def test_a_look_up_tells_code_and_degree_and_ends_after_ten_in_a_minute(rest: Rest):
    code = (await accepted(rest))["code"]
    found = await rest.client.get(f"/tra-cuu/{code.lower()}", headers=OURS)
    assert (found.status_code, code in words(found)) == (200, True)
    assert "Người nộp" not in found.text
    assert "Sở" not in words(found)
    typed = await rest.client.post("/tra-cuu", data={"ma": f"https://hoso.test/tra-cuu/{code}"}, headers=OURS)
    assert typed.headers["location"] == f"/tra-cuu/{code}"
    number = await rest.client.post("/tra-cuu", data={"ma": "038099000123"}, headers=OURS)
    assert (number.status_code, "location" in number.headers) == (422, False)
    for _ in range(9):
        await rest.client.get("/tra-cuu/H27.PVHCC-260302-9999", headers=OURS)
    throttled = await rest.client.get(f"/tra-cuu/{code}", headers=OURS)
    assert (throttled.status_code, "Thử lại sau" in words(throttled)) == (429, True)


async def test_a_file_of_another_kind_is_refused_at_its_paper(rest: Rest):
    code = (await accepted(rest))["code"]
    await rest.done(f"/v1/dossiers/{code}/supplement-request", CLERK, {"reason": "Mờ", "items": ["TP02"]})
    page = await opened(rest, f"/ho-so/{code}/bo-sung")
    address, fields = page.sent("Tải lên Giấy chứng nhận")
    sent = {"tep-1": ("a.pdf", b"MZ not a PDF", "application/pdf")}
    refused = await rest.client.post(address, data=fields, files=sent, headers=page.headers)
    assert (refused.status_code, 'href="#f-tep-1"' in refused.text) == (415, True)
    sent = {"tep-1": ("a.pdf", files.pdf(mark="following"), "application/pdf")}
    taken = await rest.client.post(address, data=fields, files=sent, headers=page.headers)
    assert taken.status_code == 303
    assert "a.pdf" in (await page.goes(f"/ho-so/{code}/bo-sung/kiem-tra")).text
