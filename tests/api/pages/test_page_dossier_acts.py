"""Notes, proposals and files on the pages of a dossier; the search that leads to it."""

import hashlib
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from support import files
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import OTHER, person

pytestmark = pytest.mark.world("shared")

STRANGER = person("specialist", OTHER)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for the sealed files of a test."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))


async def at_the_head(rest: Rest) -> Any:
    """A dossier that waits at the head of the division."""
    return await rest.completes(await rest.accepts(), CLERK)


async def opened(rest: Rest, by: UUID, code: str, page: str) -> Visitor:
    return await (await Visitor.of(rest, by)).goes(f"/noi-bo/ho-so/{code}/{page}")


async def events(rest: Rest, code: str, kind: str) -> list[Any]:
    """Payloads of a dossier's events of a kind."""
    rows = await rest.world.db.rows(
        "select e.payload - 'act' as payload from dossier_event e join dossier d on d.id = e.dossier_id"
        " where d.code = $1 and e.kind = $2 order by e.seq",
        [code, kind],
    )
    return [row.payload for row in rows]


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


async def test_a_note_is_left_once_and_read_by_the_others(rest: Rest):
    code = (await at_the_head(rest))["code"]
    clerk = await opened(rest, CLERK, code, "trao-doi")
    assert "Chưa có ghi chú." in clerk.text
    address, fields = clerk.sent("Ghi chú", noi_dung="Người nộp hỏi tiến độ.\r\nĐã trả lời.")
    await clerk.posts(address, fields)
    assert clerk.path.startswith(f"/noi-bo/ho-so/{code}/trao-doi?xong=")
    assert "Đã ghi chú nội bộ" in clerk.text
    await clerk.posts(address, fields)
    assert await events(rest, code, "noted") == [{"text": "Người nộp hỏi tiến độ.\nĐã trả lời."}]
    head = await opened(rest, HEAD, code, "trao-doi")
    assert "Người nộp hỏi tiến độ. Đã trả lời." in head.text


async def test_a_note_tells_a_colleague_and_is_amended_where_it_stands(rest: Rest):
    code = (await at_the_head(rest))["code"]
    clerk = await opened(rest, CLERK, code, "trao-doi")
    await clerk.presses("Ghi chú", noi_dung="Nhờ xem", nhac_den=str(HEAD))
    assert "Đã báo cho division_head 1 · Sở Văn hóa, Thể thao và Du lịch." in clerk.text
    await clerk.presses("Lưu ghi chú đã sửa", noi_dung_sua="")
    assert (status(clerk), "Chưa viết nội dung ghi chú." in clerk.text) == (422, True)
    await clerk.presses("Lưu ghi chú đã sửa", noi_dung_sua="Nhờ xem lại phần 2")
    assert "Nhờ xem lại phần 2" in clerk.text
    assert "Người viết đã sửa lúc" in clerk.text
    head = await opened(rest, HEAD, code, "trao-doi")
    assert "Sửa ghi chú này" not in head.text


@pytest.mark.parametrize(("text", "said"), [("  ", "Chưa viết nội dung ghi chú."), ("Gấp\u202e", "")])
async def test_a_note_without_words_or_with_signs_that_are_not_seen_comes_back_at_its_field(
    rest: Rest, text: str, said: str
):
    code = (await at_the_head(rest))["code"]
    clerk = await opened(rest, CLERK, code, "trao-doi")
    await clerk.presses("Ghi chú", noi_dung=text)
    assert status(clerk) == 422
    assert clerk.page is not None
    assert f'<a href="#f-noi-dung">{said}' in clerk.page.text
    assert await events(rest, code, "noted") == []


async def test_a_supplement_is_proposed_to_the_desk_once_and_the_dossier_says_so(rest: Rest):
    code = (await at_the_head(rest))["code"]
    head = await opened(rest, HEAD, code, "de-nghi-bo-sung")
    assert "Người nộp chưa nhận gì cho tới khi Bộ phận Một cửa ban hành." in head.text
    await head.presses("Gửi đề nghị", ly_do=" ")
    assert (status(head), "Chưa nêu lý do đề nghị." in head.text) == (422, True)
    address, fields = head.sent("Gửi đề nghị", ly_do="Bản sao mờ", muc="Bản sao rõ\n\n Danh mục cơ sở \n")
    await head.posts(address, fields)
    assert head.path.startswith(f"/noi-bo/ho-so/{code}?xong=")
    assert "Đã đề xuất yêu cầu bổ sung" in head.text
    await head.posts(address, fields)
    assert await events(rest, code, "supplement_proposed") == [
        {"reason": "Bản sao mờ", "items": ["Bản sao rõ", "Danh mục cơ sở"]}
    ]


async def test_who_has_no_open_step_reads_why_they_propose_nothing(rest: Rest):
    code = (await at_the_head(rest))["code"]
    waiting = await opened(rest, SPECIALIST, code, "de-nghi-bo-sung")
    assert "Gửi đề nghị" not in waiting.text
    fields = {"_khoa": [str(uuid4())], "ly-do": ["Bản sao mờ"]}
    await waiting.posts(f"/noi-bo/ho-so/{code}/de-nghi-bo-sung", fields)
    assert (status(waiting), await events(rest, code, "supplement_proposed")) == (409, [])


async def test_a_proposal_for_a_dossier_that_went_on_meanwhile_is_not_made(rest: Rest):
    standing = await at_the_head(rest)
    head = await opened(rest, HEAD, standing["code"], "de-nghi-bo-sung")
    await rest.done(
        f"/v1/dossiers/{standing['code']}/supplement-request",
        CLERK,
        {"reason": "Bản sao mờ", "items": ["TP02"]},
    )
    await head.presses("Gửi đề nghị", ly_do="Thiếu danh mục")
    assert status(head) == 409
    assert "Hồ sơ đã thay đổi trong khi bạn mở trang này" in head.text
    assert await events(rest, standing["code"], "supplement_proposed") == []


async def test_nobody_from_another_unit_acts_on_a_dossier_of_whose_existence_they_are_not_told(rest: Rest):
    code = (await at_the_head(rest))["code"]
    stranger = await Visitor.of(rest, STRANGER)
    for page in ("trao-doi", "de-nghi-bo-sung", "thong-diep", "giay-to"):
        fields = {"_khoa": [str(uuid4())], "noi-dung": ["x"], "ly-do": ["x"], "thong-diep": ["x"]}
        await stranger.posts(f"/noi-bo/ho-so/{code}/{page}", fields)
        assert status(stranger) == 404, page


async def sends(visitor: Visitor, content: bytes | None, name: str = "Biên bản.pdf", **said: str) -> None:
    """Choose a file on its page and press the button."""
    address, fields = visitor.sent("Thêm tệp", **said)
    chosen = {"tep": (name, content)} if content is not None else {"tep": ("", b"")}
    answer = await visitor.rest.client.post(address, data=fields, files=chosen, headers=visitor.headers)
    visitor.page = answer
    if answer.status_code == 303:
        await visitor.goes(answer.headers["location"])


async def test_a_file_of_the_authority_is_added_shown_with_its_picture_and_saved_never_shown(rest: Rest):
    code = (await at_the_head(rest))["code"]
    head = await opened(rest, HEAD, code, "giay-to")
    assert "Chưa có tệp nào." in head.text
    content = files.pdf(pages=2)
    await sends(head, content, tieu_de="Biên bản thẩm định", thanh_phan="TP01")
    assert head.path.startswith(f"/noi-bo/ho-so/{code}/giay-to?xong=")
    assert "Đã thêm tệp" in head.text
    assert "Trong khi giải quyết" in head.text
    assert "Biên bản thẩm định Biên bản.pdf · 1 KB · 2 trang" in head.text
    assert hashlib.sha256(content).hexdigest() in head.text
    (added,) = await events(rest, code, "attachment_added")
    assert (added["internal"], added["title"], added["component"]) == (True, "Biên bản thẩm định", "TP01")
    assert head.page is not None
    (picture,) = re.findall(r'<img class="thumb" src="([^"]+)"', head.page.text)
    await head.goes(picture)
    assert (head.page.headers["content-type"], head.page.content[:4]) == ("image/png", b"\x89PNG")
    await head.goes(picture.removesuffix("/anh"))
    assert head.page.content == content
    told = ("content-type", "content-disposition", "content-security-policy", "x-content-type-options")
    assert [head.page.headers[each] for each in told] == [
        "application/octet-stream",
        "attachment; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n.pdf",
        "sandbox; default-src 'none'",
        "nosniff",
    ]
    stranger = await (await Visitor.of(rest, STRANGER)).goes(picture.removesuffix("/anh"))
    assert status(stranger) == 404


@pytest.mark.parametrize(
    ("content", "name", "said", "code"),
    [
        (None, "", "Chưa chọn tệp.", 422),
        (b"MZ\x90\0", "chay.exe", "chay.exe", 415),
        (b"%PDF-1.7 hong", "hong.pdf", "Không nhận hong.pdf", 422),
    ],
)
async def test_a_file_that_cannot_be_taken_is_refused_at_its_field(
    rest: Rest, content: bytes | None, name: str, said: str, code: int
):
    dossier = (await at_the_head(rest))["code"]
    head = await opened(rest, HEAD, dossier, "giay-to")
    await sends(head, content, name, tieu_de="Biên bản")
    assert status(head) == code
    assert head.page is not None
    assert f'<a href="#f-tep">{said}' in head.page.text
    assert 'value="Biên bản"' in head.page.text
    assert await events(rest, dossier, "attachment_added") == []


async def test_a_file_sent_twice_from_one_page_is_there_once(rest: Rest):
    code = (await at_the_head(rest))["code"]
    head = await opened(rest, HEAD, code, "giay-to")
    page = head.page
    await sends(head, files.pdf())
    head.page = page
    await sends(head, files.pdf())
    assert len(await events(rest, code, "attachment_added")) == 1


async def test_a_code_a_reference_and_a_pasted_address_lead_straight_to_the_dossier(rest: Rest):
    standing = await at_the_head(rest)
    clerk = await Visitor.of(rest, CLERK)
    address = f"/noi-bo/ho-so/{standing['code']}"
    for said in (
        *(standing["code"], standing["code"].lower(), standing["code"].replace("-", " -")),
        *(standing["reference"], f"https://hoso.example/tra-cuu/{standing['code']}"),
    ):
        await clerk.goes("/noi-bo/viec")
        await clerk.presses("Tìm", q=said)
        assert clerk.path == address, said
    await clerk.goes(f"/noi-bo/tim?q={standing['code']}")
    assert clerk.path == address


async def test_a_person_is_looked_for_with_a_reason_that_stands_in_no_address(rest: Rest):
    code = (await at_the_head(rest))["code"]
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec")
    await clerk.presses("Tìm", q="xuat khau sach")
    assert status(clerk) == 422
    assert clerk.page is not None
    assert '<a href="#f-ly-do">' in clerk.page.text
    await clerk.presses("Tìm hồ sơ", ly_do="Người nộp gọi điện hỏi")
    assert clerk.path == "/noi-bo/tim"
    assert "Theo tên người nộp" in clerk.text
    assert f"/noi-bo/ho-so/{code}" in clerk.page.text
    rows = await rest.world.db.rows(
        "select distinct reason from access_log where act = 'search_dossiers' and principal_id = $1 and reason is not null",
        [CLERK],
    )
    assert [row.reason for row in rows] == ["Người nộp gọi điện hỏi"]
    await clerk.presses("Tìm hồ sơ", q="300 0000 000", ly_do="Người nộp gọi điện hỏi")
    assert "Theo số định danh, mã số" in clerk.text
    assert f"/noi-bo/ho-so/{code}" in clerk.page.text


async def test_a_procedure_is_no_person_and_what_nobody_has_is_said_with_a_way_on(rest: Rest):
    code = (await at_the_head(rest))["code"]
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/tim")
    await clerk.presses("Tìm hồ sơ", q="1.014464")
    assert "Theo mã thủ tục" in clerk.text
    assert clerk.page is not None
    assert f"/noi-bo/ho-so/{code}" in clerk.page.text
    await clerk.presses("Tìm hồ sơ", q="Khong Co Ai", ly_do="Người nộp gọi điện hỏi")
    assert "Không tìm thấy “Khong Co Ai”. Thử không dấu, hoặc mã hồ sơ." in clerk.text
    stranger = await (await Visitor.of(rest, STRANGER)).goes("/noi-bo/tim")
    await stranger.presses("Tìm hồ sơ", q=code, ly_do="Người nộp gọi điện hỏi")
    assert stranger.path == "/noi-bo/tim"
    assert f"/noi-bo/ho-so/{code}" not in stranger.text


async def test_a_dossier_with_a_damaged_run_is_shown_with_the_reason_at_its_acts(rest: Rest):
    standing = await at_the_head(rest)
    await rest.world.changed("update engine_state set state = ''")
    head = await opened(rest, HEAD, standing["code"], "de-nghi-bo-sung")
    assert (status(head), 'name="_ban"' in head.page.text) == (200, False)  # type: ignore[union-attr]  # it has gone somewhere
    await head.goes(f"/noi-bo/ho-so/{standing['code']}")
    assert status(head) == 200
