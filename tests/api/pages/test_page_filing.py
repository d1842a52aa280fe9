"""Filing for somebody at the desk, in a browser without scripts."""

from __future__ import annotations

import re
from typing import Any

from support.api_client import CLERK, FILING, HEAD, Rest
from support.visitor import Visitor

CODE = FILING["procedure"]
ADDRESS = f"/noi-bo/mot-cua/nop-ho?thu-tuc={CODE}"
CARD = "000000000001||Người nộp 1|02031990|Nữ|Thôn 1, xã 1|04052022"
#: Of the procedure's form as people type it.
ANSWERS = {name: str(value) for name, value in FILING["form"].items()}


async def at_the_form(rest: Rest) -> Visitor:
    """The desk's officer before the empty form of a procedure."""
    rest.clock.turn("2026-03-02 09:00")
    return await (await Visitor.of(rest, CLERK)).goes(ADDRESS)


async def checked(rest: Rest, **said: Any) -> Visitor:
    """The officer before the summary of a filing with every paper."""
    clerk = await at_the_form(rest)
    filled: dict[str, Any] = {
        "np_ten": "Người nộp 1",
        "np_so": "000000000001",
        "np_giay": FILING["components"],
        **ANSWERS,
        **said,
    }
    return await clerk.presses("Kiểm tra", **filled)


async def stored(rest: Rest) -> list[tuple[Any, ...]]:
    """Channel, status, applicant and papers of every dossier."""
    rows = await rest.world.db.rows(
        "select d.entry_channel, d.status, p.name, p.identifier, d.form_data, "
        "array(select code from component where dossier_id = d.id and received order by code) as papers "
        "from dossier d join party p on p.id = d.applicant_id order by d.filed_at, d.reference"
    )
    return [tuple(row) for row in rows]


async def kinds(rest: Rest, reference: str) -> list[str]:
    """The first two kinds of a dossier's acts that concern the desk."""
    rows = await rest.world.db.rows(
        "select e.kind from dossier_event e join dossier d on d.id = e.dossier_id "
        "where d.reference = $1 and e.kind in ('filed', 'accepted') order by e.seq",
        [reference],
    )
    return [row.kind for row in rows]


async def test_the_desk_finds_a_procedure_by_words_without_marks_and_chooses_its_case(rest: Rest):
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua")
    assert clerk.page is not None
    assert 'href="/noi-bo/mot-cua/nop-ho"' in clerk.page.text
    await clerk.goes("/noi-bo/mot-cua/nop-ho")
    assert f'href="/noi-bo/mot-cua/nop-ho?thu-tuc={CODE}"' in clerk.page.text
    await clerk.presses("Tìm thủ tục", q="khong co thu tuc nay")
    assert "Không có thủ tục nào khớp" in clerk.text
    await clerk.goes(ADDRESS)
    assert clerk.page.status_code == 200
    clerk.form("Kiểm tra")


async def test_filing_and_accepting_promises_the_date_that_was_shown_and_is_done_once(rest: Rest):
    clerk = await checked(rest)
    assert await stored(rest) == []
    shown = re.search(r"hẹn trả (\d\d:\d\d, thứ \S+ \d\d/\d\d/\d{4})", clerk.text)
    assert shown is not None
    address, fields = clerk.sent("Nộp và tiếp nhận")
    await clerk.posts(address, fields)
    assert re.fullmatch(r"/noi-bo/ho-so/[^/]+/giay/[^/?]+\?xong=.*", clerk.path)
    assert "Đã tiếp nhận hồ sơ" in clerk.text
    once = await rest.content()
    await clerk.posts(address, fields)
    assert await rest.content() == once
    assert await stored(rest) == [
        ("desk", "in_process", "Người nộp 1", "000000000001", FILING["form"], FILING["components"])
    ]
    (row,) = await rest.world.db.rows("select code, reference from dossier")
    assert await kinds(rest, row.reference) == ["filed", "accepted"]
    await clerk.goes(f"/noi-bo/ho-so/{row.code}/thoi-han")
    assert f"Vì sao hẹn {shown[1]}" in clerk.text


async def test_filing_alone_leads_to_reception_and_keeps_what_the_post_brought(rest: Rest):
    clerk = await checked(rest, np_kenh="post", np_giay=["TP01"])
    assert "bắt buộc, chưa có" in clerk.text
    await clerk.presses("Chỉ nộp")
    assert clerk.path.split("?")[0].endswith("/tiep-nhan")
    assert "Đã nộp hồ sơ" in clerk.text
    assert await stored(rest) == [("post", "filed", "Người nộp 1", "000000000001", FILING["form"], ["TP01"])]


async def test_what_cannot_be_accepted_stands_filed_and_says_why_until_it_is_meant(rest: Rest):
    clerk = await checked(rest, np_giay=["TP01"])
    address, fields = clerk.sent("Nộp và tiếp nhận")
    await clerk.posts(address, fields)
    assert clerk.path.split("?")[0].endswith("/tiep-nhan")
    assert "Tiếp nhận dù còn thiếu giấy tờ bắt buộc" in clerk.text
    (row,) = await rest.world.db.rows("select reference from dossier")
    assert await kinds(rest, row.reference) == ["filed"]
    clerk = await checked(rest, np_giay=["TP01"])
    await clerk.presses("Nộp và tiếp nhận", np_thieu="co")
    assert "Đã tiếp nhận hồ sơ" in clerk.text


async def test_a_card_fills_the_applicant_and_nothing_of_it_is_kept_by_that(rest: Rest):
    clerk = await at_the_form(rest)
    before = await rest.content()
    await clerk.presses("Điền từ thẻ", np_quet=CARD, np_dien_thoai="0000000001")
    form, _ = clerk.form("Kiểm tra")
    assert [form.fields[name] for name in ("np-ten", "np-so", "np-dia-chi", "np-dien-thoai", "np-quet")] == [
        ["Người nộp 1"],
        ["000000000001"],
        ["Thôn 1, xã 1"],
        ["0000000001"],
        [""],
    ]
    assert "Ngày sinh 02/03/1990" in clerk.text
    await clerk.presses("Điền từ thẻ", np_quet="không phải thẻ")
    assert clerk.page is not None
    assert (clerk.page.status_code, 'href="#f-np-quet"' in clerk.page.text) == (422, True)
    assert await rest.content() == before


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(rest: Rest):
    clerk = await checked(rest, np_ten="", np_thu="khong", so_ban_cfs="nhiều")
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    found = re.findall(r'<li><a href="#f-([^"]+)"', clerk.page.text)
    assert {"np-ten", "np-thu"} <= set(found)
    assert len(found) == 3
    form, _ = clerk.form("Kiểm tra")
    assert (form.fields["np-giay"], form.fields["np-so"]) == (FILING["components"], ["000000000001"])
    await clerk.presses("Kiểm tra", np_ten="Người nộp 1", np_thu="", so_ban_cfs="1")
    await clerk.presses("Sửa")
    form, _ = clerk.form("Kiểm tra")
    assert form.fields["np-ten"] == ["Người nộp 1"]
    assert await stored(rest) == []


async def test_who_receives_nowhere_files_for_nobody(rest: Rest):
    clerk = await checked(rest)
    address, fields = clerk.sent("Nộp và tiếp nhận")
    head = await (await Visitor.of(rest, HEAD)).goes(ADDRESS)
    assert head.page is not None
    assert head.page.status_code == 403
    await head.posts(address, fields)
    assert head.page.status_code == 403
    assert await stored(rest) == []
