"""The pages of the one-stop desk, as an officer uses them in a browser without scripts."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hoso_workflows.organisation import units
from support.api_client import CLERK, FILING, HEAD, OWN, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import CITIZEN, OTHER, SINCE

#: The dossier that has been filed with every required paper.
APPLICANT = FILING["applicant"]["name"]


async def kinds(rest: Rest, reference: str) -> list[str]:
    """The kinds of a dossier's events, in order."""
    rows = await rest.world.db.rows(
        "select e.kind from dossier_event e join dossier d on d.id = e.dossier_id where d.reference = $1 order by e.seq",
        [reference],
    )
    return [row.kind for row in rows]


async def at_reception(rest: Rest) -> tuple[Visitor, Mapping[str, Any]]:
    """The desk's officer before a dossier that was filed."""
    filed = await rest.files()
    clerk = await Visitor.of(rest, CLERK)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/tiep-nhan")
    return clerk, filed


async def test_reception_begins_at_the_desk_whose_queue_has_counts_and_the_oldest_first(rest: Rest):
    first = await rest.files()
    rest.clock.turn("2026-03-02 10:00")
    second = await rest.files()
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo")
    assert clerk.path == "/noi-bo/mot-cua"
    assert "Chờ tiếp nhận 2 Chờ bổ sung, chưa tiếp nhận 0" in clerk.text
    assert clerk.text.index(first["reference"]) < clerk.text.index(second["reference"])


async def test_the_queue_names_who_is_next(rest: Rest):
    filed = await rest.files(CITIZEN, channel="online")
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua")
    assert f"{filed['reference']} {OWN['name']} " in clerk.text


async def test_who_receives_in_one_unit_and_handles_in_another_has_the_counts_of_their_lists(rest: Rest):
    await rest.accepts()
    await rest.world.changed("update dossier set status = 'awaiting_supplement'")
    await rest.files()
    async with rest.world.db.transaction() as tx:
        units.assign(tx, SPECIALIST, OTHER, "reception", SINCE)
    for officer, n in ((CLERK, 1), (SPECIALIST, 0)):
        reader = await (await Visitor.of(rest, officer)).goes("/noi-bo/mot-cua?ngan=bo-sung")
        assert f"Chờ tiếp nhận {n} Chờ bổ sung, chưa tiếp nhận 0 Chờ bổ sung {n} " in reader.text
        assert ("Không có hồ sơ chờ bổ sung." in reader.text) == (n == 0)


async def test_a_code_that_is_typed_or_scanned_opens_its_dossier(rest: Rest):
    filed = await rest.files()
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua")
    await clerk.presses("Mở hồ sơ", ma=f" {filed['reference']} ")
    assert clerk.path == f"/noi-bo/ho-so/{filed['reference']}/tiep-nhan"


async def test_the_date_that_is_shown_before_acceptance_is_the_one_it_sets(rest: Rest):
    clerk, filed = await at_reception(rest)
    shown = re.search(r"hẹn trả (\d\d:\d\d, thứ \S+ \d\d/\d\d/\d{4})", clerk.text)
    assert shown is not None
    before = await rest.content()
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/tiep-nhan")
    changed = {name for name, rows in (await rest.content()).items() if rows != before[name]}
    assert changed == set()
    await clerk.presses("Tiếp nhận và in giấy hẹn")
    assert re.fullmatch(r"/noi-bo/ho-so/[^/]+/giay/[^/?]+\?xong=.*", clerk.path)
    assert "Đã tiếp nhận hồ sơ" in clerk.text
    (row,) = await rest.world.db.rows("select code, due_promised from dossier")
    await clerk.goes(f"/noi-bo/ho-so/{row.code}/thoi-han")
    assert f"Vì sao hẹn {shown[1]}" in clerk.text


async def test_accepting_the_next_dossier_takes_two_clicks_print_included(rest: Rest):
    clerk, _ = await at_reception(rest)
    following = await rest.files()
    await clerk.presses("Tiếp nhận và in giấy hẹn")
    assert clerk.page is not None
    onward = re.search(r'href="([^"]+)" rel="next">Hồ sơ tiếp theo', clerk.page.text)
    assert onward is not None
    # One click to the next dossier, one to accept it; its receipt is the page that follows.
    await clerk.goes(onward[1])
    assert following["reference"] in clerk.path
    await clerk.presses("Tiếp nhận và in giấy hẹn")
    assert "Mở bản in" in clerk.text
    assert (await kinds(rest, following["reference"])).count("accepted") == 1


async def test_an_acceptance_is_done_once_however_often_it_is_pressed(rest: Rest):
    clerk, filed = await at_reception(rest)
    address, fields = clerk.sent("Tiếp nhận và in giấy hẹn")
    await clerk.posts(address, fields)
    once = await kinds(rest, filed["reference"])
    await clerk.posts(address, fields)
    assert await kinds(rest, filed["reference"]) == once
    assert once.count("accepted") == 1


async def test_missing_papers_are_said_before_and_accepted_only_knowingly(rest: Rest):
    filed = await rest.files(components=["TP01"])
    clerk = await Visitor.of(rest, CLERK)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/tiep-nhan")
    assert "Tiếp nhận dù còn thiếu giấy tờ bắt buộc" in clerk.text
    await clerk.presses("Tiếp nhận và in giấy hẹn")
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    assert "accepted" not in await kinds(rest, filed["reference"])
    await clerk.presses("Tiếp nhận và in giấy hẹn", thieu="co")
    assert "accepted" in await kinds(rest, filed["reference"])


async def test_a_call_for_a_supplement_is_previewed_issued_and_answered(rest: Rest):
    clerk, filed = await at_reception(rest)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/yeu-cau-bo-sung")
    await clerk.presses("Ban hành và gửi")
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    assert 'href="#f-ly-do"' in clerk.page.text
    said = {"ly_do": "Bản sao mờ, đề nghị nộp lại", "giay_to": ["TP02"], "den": "2026-03-24"}
    address, fields = clerk.sent("Xem trước giấy", **said)
    before = await kinds(rest, filed["reference"])
    preview = await rest.client.post(address, data=fields, headers=clerk.headers)
    assert "BẢN XEM TRƯỚC" in preview.text
    assert "Bản sao mờ, đề nghị nộp lại" in preview.text
    assert await kinds(rest, filed["reference"]) == before
    await clerk.presses("Ban hành và gửi", **said)
    assert "Đã yêu cầu bổ sung" in clerk.text
    await clerk.goes("/noi-bo/mot-cua?ngan=bo-sung-truoc")
    assert filed["reference"] in clerk.text
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/nhan-bo-sung")
    await clerk.presses("Nhận bổ sung", giay_to=["TP02"])
    assert "Đã nhận bổ sung" in clerk.text
    assert [kind for kind in await kinds(rest, filed["reference"]) if kind.startswith("supplement")] == [
        "supplement_asked",
        "supplement_received",
    ]


async def test_a_day_that_cannot_be_read_stands_at_its_field_with_all_that_was_typed(rest: Rest):
    clerk, filed = await at_reception(rest)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/yeu-cau-bo-sung")
    await clerk.presses("Ban hành và gửi", ly_do="Bản sao mờ", den="mai", giay_to=["TP01", "TP02"])
    assert "Ghi ngày theo dạng ngày/tháng/năm" in clerk.text
    await clerk.presses("Ban hành và gửi", den="04/03/2026")
    assert 'href="#f-den"' in (clerk.page.text if clerk.page else "")
    assert "23/03/2026" in clerk.text
    await clerk.presses("Ban hành và gửi", den="mai")
    form, _ = clerk.form("Ban hành và gửi")
    assert (form.fields["ly-do"], form.fields["den"]) == (["Bản sao mờ"], ["mai"])
    assert form.fields["giay-to"] == ["TP01", "TP02"]


async def test_a_refusal_needs_its_reason_and_ends_at_its_letter(rest: Rest):
    clerk, filed = await at_reception(rest)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/tu-choi")
    await clerk.presses("Từ chối và in giấy")
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    await clerk.presses("Từ chối và in giấy", ly_do="Không thuộc phạm vi giải quyết")
    assert "Đã từ chối tiếp nhận" in clerk.text
    printed = re.search(r'href="([^"]+/ban-in)"', clerk.page.text if clerk.page else "")
    assert printed is not None
    paper = await rest.client.get(printed[1], headers=clerk.headers)
    assert "Không thuộc phạm vi giải quyết" in paper.text
    assert "BẢN XEM TRƯỚC" not in paper.text


async def test_a_withdrawal_ends_the_dossier(rest: Rest):
    clerk, filed = await at_reception(rest)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/rut")
    await clerk.presses("Rút hồ sơ", ly_do="Người nộp yêu cầu tại quầy")
    assert "Đã rút hồ sơ" in clerk.text
    assert (await kinds(rest, filed["reference"])).count("withdrawn") == 1


async def test_a_sign_that_nobody_sees_is_refused_at_its_field(rest: Rest):
    clerk, filed = await at_reception(rest)
    await clerk.goes(f"/noi-bo/ho-so/{filed['reference']}/tu-choi")
    await clerk.presses("Từ chối và in giấy", ly_do="Lý do \u202etốt")
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    assert 'href="#f-ly-do"' in clerk.page.text
    await clerk.presses("Từ chối và in giấy", ly_do="x" * 4001)
    assert "Viết ngắn hơn: nhiều nhất 4000 ký tự." in clerk.text
    assert "refused" not in await kinds(rest, filed["reference"])


async def test_who_receives_nowhere_has_no_desk_and_no_way_to_the_applicant(rest: Rest):
    standing = await rest.accepts()
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/mot-cua")
    assert head.page is not None
    assert head.page.status_code == 403
    assert "Một cửa" not in (await head.goes("/noi-bo/viec")).page.text  # type: ignore[union-attr]  # it has gone somewhere
    await head.goes(f"/noi-bo/ho-so/{standing['code']}/yeu-cau-bo-sung")
    assert "Việc này thuộc vai trò khác trong đơn vị." in head.text
    before = await kinds(rest, standing["reference"])
    fields = {"_khoa": str(UUID(int=1)), "_ban": "", "ly-do": "Bản sao mờ"}
    await head.posts(f"/noi-bo/ho-so/{standing['code']}/yeu-cau-bo-sung", fields)
    assert head.page.status_code == 403
    assert await kinds(rest, standing["reference"]) == before


async def test_only_a_key_leads_to_a_dossier_and_no_number_of_a_person_is_kept(rest: Rest):
    standing = await rest.accepts()
    clerk = await Visitor.of(rest, CLERK)
    for said in ("038099000123", "0912 345 678", "Sach", "H27.PVHCC-260302-9999"):
        await clerk.goes("/noi-bo/mot-cua")
        await clerk.presses("Mở hồ sơ", ma=said)
        assert (clerk.path, said in clerk.path) == ("/noi-bo/mot-cua", False)
        assert "Không có hồ sơ nào của đơn vị bạn với mã này." in clerk.text
        await clerk.goes("/noi-bo/viec")
        await clerk.presses("Tìm", q=said)
    await clerk.goes("/noi-bo/mot-cua")
    await clerk.presses("Mở hồ sơ", ma=standing["code"].lower())
    assert clerk.path == f"/noi-bo/ho-so/{standing['code']}"
    rows = await rest.world.db.rows("select distinct subject from access_log where act = 'search_dossiers'")
    assert {row.subject for row in rows} == {
        "H27.PVHCC-260302-9999",
        standing["code"].lower(),
        standing["code"],
    }


async def test_the_sign_on_a_letter_opens_its_dossier(rest: Rest):
    clerk, filed = await at_reception(rest)
    await clerk.presses("Tiếp nhận và in giấy hẹn")
    (row,) = await rest.world.db.rows(
        "select l.id, d.code from letter l join dossier d on d.id = l.dossier_id"
    )
    await clerk.goes("/noi-bo/mot-cua")
    await clerk.presses("Mở hồ sơ", ma=f"https://hoso.example/kiem-chung/{row.id}")
    assert clerk.path == f"/noi-bo/ho-so/{row.code}"
    await clerk.goes("/noi-bo/mot-cua")
    await clerk.presses("Mở hồ sơ", ma="https://hoso.example/kiem-chung/00000000-0000-4000-8000-000000000000")
    assert "Không có hồ sơ nào của đơn vị bạn với mã này." in clerk.text
    assert filed["reference"] not in clerk.text


async def test_who_cannot_do_an_act_reads_why_instead_of_its_form(rest: Rest):
    standing = await rest.accepts()
    clerk = await Visitor.of(rest, CLERK)
    for word in ("tiep-nhan", "nhan-bo-sung", "tra-ket-qua"):
        await clerk.goes(f"/noi-bo/ho-so/{standing['code']}/{word}")
        assert clerk.page is not None
        assert (clerk.page.status_code, 'class="act"' in clerk.page.text) == (200, False)
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/ho-so/{standing['code']}/tu-choi")
    assert "Việc này thuộc vai trò khác trong đơn vị." in head.text


async def test_the_next_dossier_is_the_one_behind_and_after_the_last_the_first(rest: Rest):
    references = []
    for hour in (8, 9, 10):
        rest.clock.turn(f"2026-03-02 {hour:02}:00")
        references.append((await rest.files())["reference"])
    clerk = await Visitor.of(rest, CLERK)
    way = []
    await clerk.goes(f"/noi-bo/ho-so/{references[0]}/tiep-nhan")
    for _ in references:
        assert clerk.page is not None
        onward = re.search(r'href="([^"]+)" rel="next">Hồ sơ tiếp theo', clerk.page.text)
        assert onward is not None
        await clerk.goes(onward[1])
        way.append(clerk.path.split("/")[3])
    assert way == [references[1], references[2], references[0]]


async def test_the_queue_is_a_reading_that_is_logged(rest: Rest):
    await rest.files()
    await (await Visitor.of(rest, CLERK)).goes("/noi-bo/mot-cua")
    rows = await rest.world.db.rows(
        "select act, count(*)::int as n from access_log where principal_id = $1 and act = 'list_dossiers' group by act",
        [CLERK],
    )
    assert [(row.act, row.n) for row in rows] == [("list_dossiers", 1)]
