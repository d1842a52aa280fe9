"""Filing online by a citizen, in a browser without scripts: begun, kept, checked, filed once."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hoso_bpmn.package import package
from hoso_models import SessionKind
from hoso_workflows.letters.template_check import drawn
from hoso_workflows.procedures import openings, publication
from support import files, template_words
from support.api_client import FILING, OWN, Rest, problem
from support.builders import conditions, packages
from support.command_line import hoso
from support.visitor import Visitor
from support.world import CITIZEN, DESK, PROVINCE, STRANGER, person

# Each test begins without drafts.
pytestmark = pytest.mark.world("shared")

CODE = FILING["procedure"]
START = f"/nop/{CODE}"
ANSWERS = {name: str(value) for name, value in FILING["form"].items()}
APPLICANT = SessionKind.APPLICANT
DECLARED = {"np-cam-doan": "co"}


async def citizen(rest: Rest, path: str = START) -> Visitor:
    """The citizen at a page, none of whose drafts and sessions are left from before."""
    rest.clock.turn("2026-03-02 09:00")
    await rest.world.changed("delete from draft")
    await rest.world.changed("delete from browser_session")
    return await (await Visitor.of(rest, CITIZEN, APPLICANT)).goes(path)


async def begun(rest: Rest) -> tuple[Visitor, str]:
    """The citizen before the task list of a new draft, and its address."""
    visitor = await (await citizen(rest)).presses("Bắt đầu")
    return visitor, visitor.path


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def complete(visitor: Visitor, draft: str, mark: str) -> Visitor:
    """The citizen at the check of a draft with everything in it, papers that nobody else has."""
    await visitor.goes(f"{draft}/nguoi-nop")
    await visitor.presses("Tiếp tục", **{"np-so": OWN["identifier"]})
    await visitor.presses("Tiếp tục", **ANSWERS)
    await papers(visitor, draft, mark)
    await visitor.goes(f"{draft}/nhan-ket-qua")
    return await visitor.presses("Tiếp tục", **{"np-nhan": "online"})


async def papers(visitor: Visitor, draft: str, mark: str, *codes: str) -> None:
    for code in codes or FILING["components"]:
        await visitor.goes(f"{draft}/giay-to")
        form, _ = visitor.form("Tải lên")
        sent = [("tep", (f"{code}.pdf", files.pdf(1, f"{mark} {code}")))]
        await visitor.posts(f"{draft}/giay-to/{code}", form.fields, sent)
        assert status(visitor) == 200, visitor.text


async def filed(rest: Rest) -> list[tuple[Any, ...]]:
    rows = await rest.world.db.rows(
        "select d.reference, d.entry_channel, p.name, d.form_data, d.delivery_mode,"
        " (select count(*) from attachment a where a.dossier_id = d.id) as files"
        " from dossier d join party p on p.id = d.applicant_id where p.principal_id = $1 order by d.filed_at",
        [CITIZEN],
    )
    return [tuple(row) for row in rows]


async def content(rest: Rest, draft: str) -> Any:
    return (await rest.get(f"/v1/drafts/{draft.rpartition('/')[2]}", CITIZEN)).json()["content"]


async def test_a_dossier_with_papers_is_filed_once_whatever_is_pressed_and_has_no_date_yet(rest: Rest):
    visitor = await citizen(rest)
    stored = await rest.content()
    await visitor.goes(START)
    assert await rest.content() == stored
    for said in (
        "3 ngày làm việc",
        "Sở Văn hóa, Thể thao và Du lịch",
        "Đơn đề nghị cấp giấy chứng nhận",
        "không thu",
    ):
        assert said in visitor.text
    await visitor.presses("Bắt đầu")
    draft = visitor.path
    assert re.fullmatch(r"/ho-so-nhap/[0-9a-f-]{36}", draft)
    assert "Còn 4 phần." in visitor.text
    await visitor.goes(f"{draft}/nguoi-nop")
    form, _ = visitor.form("Tiếp tục")
    assert (form.fields["np-ten"], "Theo tài khoản của bạn." in visitor.text) == (["Người nộp 1"], True)
    await visitor.presses("Tiếp tục", **{"np-so": OWN["identifier"]})
    assert (visitor.path, "Thành phần hồ sơ" in visitor.text) == (f"{draft}/to-khai/1", False)
    await visitor.presses("Tiếp tục")
    assert (status(visitor), visitor.page is not None and visitor.page.text.count('<li><a href="#f-')) == (
        422,
        5,
    )
    await visitor.presses("Tiếp tục", **{**ANSWERS, "ma_so_thue": "123", "so_ban_cfs": "1,5"})
    assert status(visitor) == 422
    kept = (await content(rest, draft))["form"]
    assert (kept["ma_so_thue"], kept["so_ban_cfs"]) == ("123", 1.5)
    await visitor.presses("Tiếp tục", **ANSWERS)
    assert visitor.path == f"{draft}/giay-to"
    assert ".pdf, .png, .jpg" in visitor.text
    await visitor.uploads(
        "Tải lên", ("don.pdf", b"MZ no paper"), ("trong.pdf", b""), ("don-2.pdf", files.pdf(2, "a"))
    )
    assert status(visitor) == 422
    assert (
        "Tệp “trong.pdf” trống." in visitor.text,
        "don.pdf" in visitor.text,
        "2 trang" in visitor.text,
    ) == (True,) * 3
    await visitor.uploads("Tải lên")
    assert (status(visitor), "Chưa chọn tệp." in visitor.text) == (422, True)
    await papers(visitor, draft, "b", "TP02")
    # What is chosen and not uploaded goes along; what of it is refused stops the way.
    await visitor.goes(f"{draft}/giay-to")
    address, fields = visitor.sent("Tiếp tục")
    chosen = [("tep-TP04", ("TP04.pdf", files.pdf(1, "b TP04"))), ("tep-khac", ("khac.pdf", b""))]
    await visitor.posts(address, fields, chosen)
    assert (status(visitor), "Tệp “khac.pdf” trống." in visitor.text, "TP04.pdf" in visitor.text) == (
        422,
        True,
        True,
    )
    await visitor.presses("Tiếp tục")
    assert visitor.path == f"{draft}/nhan-ket-qua"
    await visitor.presses("Tiếp tục", **{"np-nhan": "post"})
    assert visitor.path == f"{draft}/kiem-tra"
    assert "Sách in tiếng Việt" in visitor.text
    assert "Không nộp" in visitor.text
    await visitor.presses("Nộp hồ sơ")
    assert (status(visitor), "Đánh dấu để xác nhận" in visitor.text) == (422, True)
    before = len(await filed(rest))
    address, fields = visitor.sent("Nộp hồ sơ", **DECLARED)
    answers: list[httpx.Response] = await asyncio.gather(
        *(rest.client.post(address, data=fields, headers=visitor.headers) for _ in range(2))
    )
    assert [each.status_code for each in answers] == [303, 303]
    assert len({each.headers["location"] for each in answers}) == 1
    await visitor.posts(address, {**fields, "np-nhan": ["online"]})
    (reference, *rest_of_it) = (await filed(rest))[before]
    assert rest_of_it == ["online", "Người nộp 1", FILING["form"], "post", 3]
    assert len(await filed(rest)) == before + 1
    assert visitor.path == f"/ho-so/{reference}/da-nop"
    due = re.search(r"Đây chưa phải ngày hẹn trả\. Bộ phận Một cửa trả lời trước ([^.]*)\.", visitor.text)
    assert due is not None
    assert due[1].strip() == "09:00, thứ Ba 03/03/2026"
    # Word is promised to nobody who has no address that was proved.
    promised, asked = "Khi có trả lời, bạn được báo bằng thư điện tử.", "Ghi địa chỉ thư"
    told = [(promised in visitor.text, asked in visitor.text)]
    for proved in (None, rest.clock.at):
        await rest.world.changed(
            "insert into contact_point (id, principal_id, kind, value, entered_at, verified_at)"
            " values (gen_random_uuid(), $1, 'email', $2, $3, $4)",
            *(CITIZEN, f"nop-{proved is None}@mau.example", rest.clock.at, proved),
        )
        await visitor.goes(f"/ho-so/{reference}/da-nop")
        told.append((promised in visitor.text, asked in visitor.text))
    await rest.world.changed("delete from contact_point where principal_id = $1", CITIZEN)
    assert told == [(False, True), (False, True), (True, False)]
    await visitor.goes(f"{draft}/to-khai/1")
    assert visitor.path == f"/ho-so/{reference}/da-nop"
    stranger = await (await Visitor.of(rest, STRANGER, APPLICANT)).goes(f"/ho-so/{reference}/da-nop")
    assert status(stranger) == 404


async def test_what_is_the_same_as_a_dossier_of_today_is_filed_again_when_it_is_meant(rest: Rest):
    visitor, draft = await begun(rest)
    await (await complete(visitor, draft, "once")).presses("Nộp hồ sơ", **DECLARED)
    once = len(await filed(rest))
    visitor, draft = await begun(rest)
    await complete(visitor, draft, "again")
    assert "Hồ sơ giống hệt đã nộp lúc" in visitor.text
    await visitor.presses("Nộp hồ sơ", **DECLARED)
    assert (status(visitor), len(await filed(rest))) == (422, once)
    await visitor.presses("Nộp hồ sơ", **DECLARED, **{"np-van-nop": "co"})
    assert ("/da-nop" in visitor.path, len(await filed(rest))) == (True, once + 1)


async def test_a_draft_is_offered_first_taken_up_elsewhere_and_thrown_away_on_a_page_of_its_own(rest: Rest):
    visitor, draft = await begun(rest)
    await visitor.goes(f"{draft}/to-khai/1")
    await visitor.presses("Lưu và làm sau", thuong_nhan="Công ty A", so_ban_cfs="hai")
    assert "Đã lưu. Bạn làm tiếp lúc nào cũng được." in visitor.text
    elsewhere = await (await Visitor.of(rest, CITIZEN, APPLICANT)).goes(START)
    assert "Tiếp tục bản nháp từ" in elsewhere.text
    await elsewhere.goes(f"{draft}/to-khai/1")
    form, _ = elsewhere.form("Lưu và làm sau")
    assert (form.fields["thuong_nhan"], form.fields["so_ban_cfs"]) == (["Công ty A"], ["hai"])
    assert "giữ đến" in (await elsewhere.goes(draft)).text
    stranger = await Visitor.of(rest, STRANGER, APPLICANT)
    for page in (
        "",
        "/nguoi-nop",
        "/to-khai/1",
        "/giay-to",
        "/nhan-ket-qua",
        "/kiem-tra",
        "/xoa",
        "/du-lieu",
    ):
        assert status(await stranger.goes(f"{draft}{page}")) == 404, page
    await elsewhere.goes(f"{draft}/xoa")
    assert "Việc này không hoàn tác được." in elsewhere.text
    assert await content(rest, draft)
    await elsewhere.presses("Xóa bản nháp")
    assert (elsewhere.path, await rest.world.db.rows("select id from draft")) == (START, [])


async def test_two_windows_keep_different_pages_and_are_asked_about_the_same_one(rest: Rest):
    visitor, draft = await begun(rest)
    await visitor.goes(f"{draft}/to-khai/1")
    address, fields = visitor.sent("Lưu và làm sau", **{**ANSWERS, "thuong_nhan": "Công ty A"})
    await visitor.goes(f"{draft}/nhan-ket-qua")
    await visitor.presses("Lưu và làm sau", **{"np-nhan": "post"})
    await visitor.posts(address, fields)
    said = await content(rest, draft)
    assert (said["delivery_mode"], said["form"]["thuong_nhan"]) == ("post", "Công ty A")
    await visitor.posts(address, {**fields, "thuong_nhan": ["Công ty B"]})
    assert (status(visitor), "đã được lưu ở cửa sổ khác" in visitor.text) == (409, True)
    assert (await content(rest, draft))["form"]["thuong_nhan"] == "Công ty A"
    form, _ = visitor.form("Lưu và làm sau")
    assert form.fields["thuong_nhan"] == ["Công ty B"]
    await visitor.presses("Lưu và làm sau")
    assert (await content(rest, draft))["form"]["thuong_nhan"] == "Công ty B"


async def test_what_was_typed_when_the_session_was_over_is_there_after_signing_in(rest: Rest):
    visitor, draft = await begun(rest)
    await visitor.goes(f"{draft}/to-khai/1")
    address, fields = visitor.sent("Tiếp tục", **{**ANSWERS, "thuong_nhan": "Công ty C"})
    before = await content(rest, draft)
    rest.clock.turn("2026-03-02 10:30")
    visitor.headers["Referer"] = f"https://hoso.test{address}"
    answer = await rest.client.post(address, data=fields, headers=visitor.headers)
    assert answer.headers["location"].startswith("/dang-nhap?tiep=/ho-so-nhap/")
    parked = answer.headers["set-cookie"].partition(";")[0]
    again = await Visitor.of(rest, CITIZEN, APPLICANT)
    again.headers["Cookie"] += f"; {parked}"
    await again.goes(address)
    form, _ = again.form("Lưu và làm sau")
    assert (form.fields["thuong_nhan"], await content(rest, draft)) == (["Công ty C"], before)
    assert "Bạn đã đăng nhập lại. Chưa có gì được gửi" in again.text


async def test_what_was_typed_is_printed_saved_as_a_file_and_loaded_into_a_new_draft(rest: Rest):
    visitor, draft = await begun(rest)
    await complete(visitor, draft, "saved")
    await visitor.goes(f"{draft}/kiem-tra?dang=in")
    assert ("BẢN NHÁP – CHƯA NỘP" in visitor.text, "Sách in tiếng Việt" in visitor.text) == (True, True)
    assert visitor.page is not None
    assert "?ve=kiem-tra" not in visitor.page.text
    paper = await rest.client.get(f"{draft}/kiem-tra/pdf", headers=visitor.headers)
    assert (paper.status_code, paper.headers["content-type"], paper.headers["content-disposition"]) == (
        200,
        "application/pdf",
        f'attachment; filename="ban-nhap-{CODE}.pdf"',
    )
    pages = [drawn.joined(each) for each in drawn.pages(paper.content)]
    assert [drawn.joined("BẢN NHÁP – CHƯA NỘP") in each for each in pages] == [True] * len(pages)
    for said in ("Tên thương nhân", ANSWERS["thuong_nhan"], "Sách in tiếng Việt", "Người nộp 1", "TP01.pdf"):
        assert drawn.joined(said) in "".join(pages), said
    await visitor.goes(f"{draft}/du-lieu")
    saved = visitor.page.content
    said = json.loads(saved)
    assert (said["schema"], said["procedure"], said["version"], said["case"], said["filed"]) == (
        "hoso-filing/1",
        CODE,
        1,
        "default",
        False,
    )
    assert said["answers"] == FILING["form"]
    assert said["labels"]["thuong_nhan"] == "Tên thương nhân"
    assert [each["component"] for each in said["files"]] == FILING["components"]
    await visitor.goes(START)
    foreign = json.dumps({**said, "procedure": "9.999999"}).encode()
    for wrong, told in ((b"{}", "Tệp không đọc được"), (foreign, "Tệp là của thủ tục 9.999999")):
        await visitor.uploads("Nạp và tạo bản nháp", ("du-lieu.json", wrong))
        assert (status(visitor), told in visitor.text) == (422, True)
    answers = {**said["answers"], "la": "không ai hỏi"}
    await visitor.uploads(
        "Nạp và tạo bản nháp", ("du-lieu.json", json.dumps({**said, "answers": answers}).encode())
    )
    assert "Đã nạp dữ liệu từ tệp." in visitor.text
    loaded = await content(rest, visitor.path.partition("?")[0])
    assert loaded == await content(rest, draft)
    assert "Còn 1 phần." in visitor.text


async def test_who_files_for_somebody_else_hands_in_the_paper_that_says_so(rest: Rest):
    visitor = await citizen(rest)
    await visitor.presses("Bắt đầu", **{"np-cho": "khac"})
    draft = visitor.path
    await visitor.goes(f"{draft}/nguoi-nop")
    form, _ = visitor.form("Tiếp tục")
    assert (form.fields["np-uy-quyen"], form.fields["np-ten"]) == (["Người nộp 1"], [""])
    said = {
        "np-ten": "Công ty mẫu",
        "np-loai": "organisation",
        "np-so": "3000000000",
        "np-uy-quyen-so": OWN["identifier"],
    }
    await visitor.presses("Tiếp tục", **said)
    assert visitor.page is not None
    assert (status(visitor), 'href="#f-np-uy-quyen-giay"' in visitor.page.text) == (422, True)
    await visitor.presses("Tiếp tục", **{"np-uy-quyen-giay": "TP03"})
    assert visitor.path == f"{draft}/to-khai/1"
    await visitor.presses("Tiếp tục", **ANSWERS)
    await papers(visitor, draft, "proof", "TP01", "TP02", "TP04")
    await visitor.goes(f"{draft}/nhan-ket-qua")
    await visitor.presses("Tiếp tục", **{"np-nhan": "counter"})
    assert "Tải lên: Danh mục các cơ sở sản xuất" in visitor.text
    await papers(visitor, draft, "proof", "TP03")
    await (await visitor.goes(f"{draft}/kiem-tra")).presses("Nộp hồ sơ", **DECLARED)
    assert "/da-nop" in visitor.path
    assert (await filed(rest))[-1][2] == "Công ty mẫu"


async def test_papers_of_earlier_dossiers_are_taken_over_and_files_taken_out(rest: Rest):
    visitor, draft = await begun(rest)
    await (await complete(visitor, draft, "earlier")).presses("Nộp hồ sơ", **DECLARED, **{"np-van-nop": "co"})
    reference = (await filed(rest))[-1][0]
    await rest.done(f"/v1/dossiers/{reference}/acceptance", person("reception", DESK))
    visitor, draft = await begun(rest)
    await visitor.goes(f"{draft}/nguoi-nop")
    await visitor.presses("Tiếp tục", **{"np-so": OWN["identifier"]})
    await visitor.goes(f"{draft}/giay-to")
    assert "Dùng lại TP01.pdf" in visitor.text
    await visitor.presses("Dùng lại TP01.pdf")
    held = (await rest.get(f"/v1/drafts/{draft.rpartition('/')[2]}/files", CITIZEN)).json()["items"]
    assert [(each["component"], each["name"]) for each in held] == [("TP01", "TP01.pdf")]
    saved = await rest.client.get(f"{draft}/giay-to/{held[0]['id']}", headers=visitor.headers)
    assert (saved.headers["content-disposition"].startswith("attachment"), saved.content[:4]) == (
        True,
        b"%PDF",
    )
    await visitor.presses("Bỏ TP01.pdf")
    assert (await rest.get(f"/v1/drafts/{draft.rpartition('/')[2]}/files", CITIZEN)).json()["items"] == []


async def test_a_closed_procedure_says_why_and_how_to_go_on_and_an_unknown_one_is_not_found(rest: Rest):
    visitor = await citizen(rest)
    assert status(await visitor.goes("/nop/khong-co")) == 404
    approver, at = person("procedure_approver", PROVINCE), rest.clock.at
    await openings.close(rest.world.db, CODE, basis="QĐ mẫu 1", actor=approver, at=at)
    try:
        await visitor.goes(START)
        assert status(visitor) == 409
        for said in ("QĐ mẫu 1", "Bộ phận Một cửa", "bưu chính công ích"):
            assert said in visitor.text
        assert "Bắt đầu" not in visitor.text
    finally:
        await openings.reopen(
            rest.world.db, CODE, basis="QĐ mẫu 2", actor=approver, at=at + timedelta(minutes=1)
        )


async def test_a_few_questions_first_say_whether_one_may_file_and_fill_the_form_and_store_nothing(rest: Rest):
    await conditions.established(rest.world)
    visitor = await citizen(rest, f"/nop/{conditions.CODE}")
    assert "Xem bạn có được nộp không" in visitor.text
    await visitor.goes(f"/nop/{conditions.CODE}/dieu-kien")
    stored = await rest.content()
    await visitor.presses("Xem kết luận")
    assert status(visitor) == 422
    await visitor.presses("Xem kết luận", doi_tuong="to_chuc")
    for said in ("bạn chưa đủ điều kiện", "Chỉ cá nhân được nộp.", "Luật mẫu điều 3", "Vẫn bắt đầu"):
        assert said in visitor.text
    await visitor.presses("Xem kết luận", doi_tuong="ca_nhan")
    assert ("Bạn nộp được" in visitor.text, await rest.content() == stored) == (True, True)
    await visitor.presses("Bắt đầu")
    assert (await content(rest, visitor.path))["form"] == {"doi_tuong": "ca_nhan"}


async def test_whether_one_may_file_is_answered_over_rest_and_at_the_shell(rest: Rest, world_url: str):
    await conditions.established(rest.world)
    rest.clock.turn("2026-03-02 09:00")
    place = f"/v1/procedures/{conditions.CODE}"
    told = (await rest.get(place, CITIZEN)).json()["eligibility"]
    assert told == {"form": packages.BEFORE, "basis": ["Luật mẫu điều 3"]}
    refused = {
        "eligible": False,
        "reason": "Chỉ cá nhân được nộp.",
        "case": None,
        "basis": ["Luật mẫu điều 3"],
    }
    stored = await rest.content()
    for answers, verdict in (
        ({"doi_tuong": "to_chuc"}, refused),
        ({"doi_tuong": "ca_nhan"}, {**refused, "eligible": True, "reason": ""}),
    ):
        answer = await rest.post(f"{place}/eligibility", CITIZEN, {"answers": answers})
        assert (answer.status_code, answer.json()) == (200, verdict)
    assert await rest.content() == stored
    wrong = await rest.post(f"{place}/eligibility", CITIZEN, {"answers": {"la": 1}})
    faults = [each["field"] for each in problem(wrong)["errors"]]
    assert (wrong.status_code, faults) == (422, ["answers.doi_tuong", "answers.la"])
    free = await rest.post(f"/v1/procedures/{CODE}/eligibility", CITIZEN, {})
    assert free.json() == {"eligible": True, "reason": "", "case": None, "basis": []}
    said = ("procedures", "eligibility", conditions.CODE, '{"doi_tuong": "to_chuc"}')
    assert (await asyncio.to_thread(hoso, *said, "--json", url=world_url)).json == refused
    assert "Chỉ cá nhân được nộp." in (await asyncio.to_thread(hoso, *said, url=world_url)).out
    assert (await asyncio.to_thread(hoso, *said[:3], "[]", url=world_url)).status == 2


async def test_conditions_open_questions_before_they_are_judged_and_items_are_added_without_scripts(
    rest: Rest,
):
    await conditions.established(rest.world)
    visitor = await (await citizen(rest, f"/nop/{conditions.CODE}")).presses("Bắt đầu")
    draft = visitor.path
    await visitor.goes(f"{draft}/to-khai/1")
    await visitor.presses("Tiếp tục", doi_tuong="to_chuc")
    assert (status(visitor), "Câu trả lời vừa rồi mở thêm 1 câu hỏi" in visitor.text) == (200, True)
    await visitor.presses("Thêm mặt hàng", nguoi_dai_dien="Người B")
    await visitor.presses("Thêm mặt hàng", **{"hang.0.ten": "Chè"})
    await visitor.presses("Bỏ mặt hàng 1", **{"hang.1.ten": "Cam"})
    await visitor.presses("Hoàn tác")
    await visitor.presses("Cập nhật câu hỏi", doi_tuong="ca_nhan")
    assert (await content(rest, draft))["form"] == {
        "doi_tuong": "ca_nhan",
        "nguoi_dai_dien": "Người B",
        "hang": [{"ten": "Chè"}, {"ten": "Cam"}],
    }
    await visitor.presses("Tiếp tục")
    await visitor.goes(f"{draft}/nguoi-nop")
    await visitor.presses("Tiếp tục", **{"np-so": OWN["identifier"]})
    await visitor.goes(f"{draft}/nhan-ket-qua")
    await visitor.presses("Tiếp tục", **{"np-nhan": "counter"})
    assert ("Người đại diện" in visitor.text, "Chè" in visitor.text) == (False, True)
    await visitor.presses("Nộp hồ sơ", **DECLARED)
    assert (await filed(rest))[-1][3] == {"doi_tuong": "ca_nhan", "hang": [{"ten": "Chè"}, {"ten": "Cam"}]}


async def test_a_draft_of_a_version_that_is_retired_says_what_is_new_and_keeps_its_answers(rest: Rest):
    await conditions.established(rest.world)
    visitor = await (await citizen(rest, f"/nop/{conditions.CODE}")).presses("Bắt đầu")
    draft = visitor.path
    await visitor.goes(f"{draft}/to-khai/1")
    await visitor.presses("Lưu và làm sau", doi_tuong="ca_nhan")
    assert "Thủ tục đã đổi" not in visitor.text
    newer = conditions.drawn(
        {"type": "textfield", "key": "noi_o", "label": "Nơi ở hiện tại"},
        papers='[[case.component]]\ncode = "TP01"\nname = "Đơn mẫu mới"\n',
    )
    rest.clock.turn("2026-03-03 09:00")
    await published(rest, newer)
    visitor = await (await Visitor.of(rest, CITIZEN, APPLICANT)).goes(draft)
    for said in ("Thủ tục đã đổi ngày 03/03/2026", "Nơi ở hiện tại", "Đơn mẫu mới"):
        assert said in visitor.text
    await visitor.goes(f"{draft}/to-khai/1")
    form, _ = visitor.form("Lưu và làm sau")
    assert (form.fields["doi_tuong"], form.fields["noi_o"]) == (["ca_nhan"], [""])


async def published(rest: Rest, newer: package.Package) -> None:
    """A newer version comes into force now."""
    db, at = rest.world.db, rest.clock.at
    declarer, approver = person("procedure_declarer"), person("procedure_approver", PROVINCE)
    made = await publication.declare(db, newer.to_zip(), actor=declarer, at=at)
    await publication.submit(db, newer.code, made.number, actor=declarer, at=at)
    decision = {"decision_no": "2/QĐ-UBND", "decision_date": at.date()}
    await publication.approve(db, newer.code, made.number, actor=approver, at=at, **decision)
    await publication.activate(db, newer.code, made.number, actor=approver, at=at)


async def test_the_pages_of_a_draft_are_english(rest: Rest):
    visitor, draft = await begun(rest)
    await complete(visitor, draft, "english")
    visitor.headers["Cookie"] += "; hoso-xem=en"
    said = {
        START: "Before you start",
        draft: "Parts of the dossier",
        f"{draft}/nguoi-nop": "Applicant",
        f"{draft}/to-khai/1": "Save and go on later",
        f"{draft}/giay-to": "Choose a file",
        f"{draft}/nhan-ket-qua": "I agree to an electronic result",
        f"{draft}/kiem-tra": "Check and file",
        f"{draft}/xoa": "This cannot be undone.",
    }
    for address, words in said.items():
        await visitor.goes(address)
        assert visitor.page is not None
        text = visitor.page.text
        for typed in (OWN["name"], *ANSWERS.values()):
            text = text.replace(typed, "")
        assert (template_words.vietnamese(text), words in visitor.text) == ([], True), address
