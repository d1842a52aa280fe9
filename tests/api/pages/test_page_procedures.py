"""Procedures in a browser without scripts: from an upload to an active version, by two persons."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from hoso_api.pages.procedures import findings
from hoso_bpmn import sandbox
from hoso_bpmn.drawing import apart, svg
from hoso_bpmn.package import archive, package
from support.api_client import CLERK, Rest
from support.visitor import Visitor
from support.world import OTHER, PROVINCE, own, person

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
CODE = "1.001806"
FILES = dict(package.bundled(CODE).files)
ZIP = archive.to_zip(FILES)
#: A procedure whose first version is active.
KNOWN = "1.014464"
SECOND, SECOND_APPROVAL = f"/noi-bo/thu-tuc/{KNOWN}/ban/2", f"/noi-bo/phe-duyet/{KNOWN}/2"
UPLOAD, PLACE = "/noi-bo/thu-tuc/tai-len", f"/noi-bo/thu-tuc/{CODE}/ban/1"
APPROVAL = f"/noi-bo/phe-duyet/{CODE}/1"
SAVE, CHECK, LOAD = "Kiểm tra và lưu bản nháp", "Chỉ kiểm tra", "Tải gói về"
#: A procedure of another unit.
ELSEWHERE = "1.000001"
DECISION = {"so_quyet_dinh": "12/QĐ-UBND", "ngay_quyet_dinh": "01/03/2026"}
#: Two steps of it are scripts.
SCRIPTED = archive.to_zip(
    {**FILES, "process.bpmn": FILES["process.bpmn"].replace(b"userTask", b"scriptTask", 2)}
)


@pytest.fixture(autouse=True)
async def owned(rest: Rest) -> None:
    """The procedure that is uploaded here is the department's."""
    await own(rest.world.db, CODE)


async def at(rest: Rest, by: UUID, path: str) -> Visitor:
    """A person at an address."""
    return await (await Visitor.of(rest, by)).goes(path)


async def uploads(rest: Rest, data: bytes, button: str = SAVE, name: str = "goi.zip") -> Visitor:
    """The declarer chooses a file and presses a button."""
    visitor = await at(rest, DECLARER, UPLOAD)
    address, fields = visitor.sent(button)
    files = {"tep": (name, data)}
    visitor.page = await rest.client.post(address, data=fields, files=files, headers=visitor.headers)
    return (
        await visitor.goes(visitor.page.headers["location"]) if visitor.page.status_code == 303 else visitor
    )


async def brought(rest: Rest, status: str = "submitted") -> None:
    """A second version of a procedure, brought by the declarer; it was checked as the first one."""
    await rest.world.brings(KNOWN, 2, status)


async def stands(rest: Rest, code: str = CODE) -> list[tuple[object, ...]]:
    """Number, status, decision and day of every version of the procedure."""
    rows = await rest.world.db.rows(
        "select number, status, decision_no, decision_date::text, active_from::text from workflow_version"
        " where procedure_code = $1 order by number",
        [code],
    )
    return [tuple(row) for row in rows]


def markup(visitor: Visitor) -> str:
    """The markup of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.text


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


async def test_a_package_becomes_active_in_a_browser_by_two_persons(rest: Rest):
    declarer = await uploads(rest, ZIP)
    assert declarer.path == PLACE
    assert "Không có lỗi, không có cảnh báo." in declarer.text
    assert "= 10 ngày ; bằng thời hạn 10 ngày làm việc." in declarer.text
    await declarer.presses("Trình phê duyệt")
    approver = await at(rest, APPROVER, "/noi-bo/phe-duyet")
    assert CODE in approver.text
    await approver.goes(APPROVAL)
    assert "Thủ tục này chưa có bản nào đang áp dụng." in approver.text
    await approver.presses("Phê duyệt", **DECISION)
    assert await stands(rest) == [(1, "approved", "12/QĐ-UBND", "2026-03-01", None)]
    await approver.goes(f"{PLACE}/kich-hoat")
    assert "Chưa có đơn vị có thẩm quyền: Đơn vị giải quyết." in approver.text
    await approver.presses("Kích hoạt")
    assert await stands(rest) == [(1, "active", "12/QĐ-UBND", "2026-03-01", "2026-03-02")]
    await declarer.goes("/noi-bo/thu-tuc?q=khuyet+tat")
    assert [f"/noi-bo/thu-tuc/{CODE}", PLACE] == re.findall(
        r'href="(/noi-bo/thu-tuc/[\d.]+[^"]*)"', markup(declarer)
    )
    await declarer.goes(f"/noi-bo/thu-tuc/{CODE}")
    assert "Đang áp dụng" in declarer.text
    zipped = await rest.get(f"{PLACE}/goi.zip", headers=declarer.headers)
    assert zipped.content == ZIP


async def test_an_act_that_is_sent_twice_is_done_once_and_says_so_twice(rest: Rest):
    await brought(rest, "draft")
    declarer = await at(rest, DECLARER, SECOND)
    sent = declarer.sent("Trình phê duyệt")
    assert [(await declarer.posts(*sent)).path for _ in range(2)] == [SECOND, SECOND]
    approver = await at(rest, APPROVER, SECOND_APPROVAL)
    assert "Hai bản giống nhau." in approver.text
    sent = approver.sent("Phê duyệt", **DECISION)
    assert [(await approver.posts(*sent)).path for _ in range(2)] == [SECOND, SECOND]
    assert (await stands(rest, KNOWN))[1] == (2, "approved", "12/QĐ-UBND", "2026-03-01", None)


async def test_a_decision_that_wants_a_fresh_proof_is_found_again_after_it(rest: Rest):
    await brought(rest, "submitted")
    approver = await at(rest, APPROVER, SECOND_APPROVAL)
    address, fields = approver.sent("Phê duyệt", **DECISION)
    rest.clock.at += timedelta(minutes=6)
    headers = {**approver.headers, "Referer": f"http://127.0.0.1:8000{SECOND_APPROVAL}"}
    away = await rest.client.post(address, data=fields, headers=headers)
    assert away.headers["location"] == f"/xac-thuc-lai?tiep={SECOND_APPROVAL}"
    proven = await Visitor.of(rest, APPROVER)
    proven.headers["Cookie"] += f"; {away.headers['set-cookie'].partition(';')[0]}"
    await proven.goes(SECOND_APPROVAL)
    assert ('value="12/QĐ-UBND"' in markup(proven), 'value="01/03/2026"' in markup(proven)) == (True, True)
    assert (await stands(rest, KNOWN))[1][1] == "submitted"


async def test_who_was_slower_reads_where_the_version_stands(rest: Rest):
    await brought(rest, "draft")
    declarer = await at(rest, DECLARER, SECOND)
    administrator = await at(rest, person("administrator", PROVINCE), SECOND)
    await declarer.presses("Trình phê duyệt")
    await administrator.presses("Trình phê duyệt")
    assert status(administrator) == 409
    assert "Chưa gửi được" in administrator.text
    assert "Chờ phê duyệt" in administrator.text


async def test_who_declared_a_version_reads_why_there_is_no_form_before_anything_is_typed(rest: Rest):
    await brought(rest)
    await rest.world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'procedure_approver', '2026-01-01')",
        DECLARER,
        PROVINCE,
    )
    declarer = await at(rest, DECLARER, SECOND_APPROVAL)
    assert "Bạn là người khai báo hoặc người trình; người khác phải phê duyệt." in declarer.text
    assert "so-quyet-dinh" not in markup(declarer)


async def approves_for(rest: Rest, absent: UUID, acting: UUID) -> None:
    """Somebody gets the office of approvers, and has another act for them."""
    await rest.world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'procedure_approver', '2026-01-01')",
        absent,
        PROVINCE,
    )
    await rest.world.changed(
        "insert into substitution (id, principal_id, substitute_id, role, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, 'procedure_approver', '2026-03-01', '2026-03-31', 'Nghỉ')",
        absent,
        acting,
    )
    await rest.world.changed("update principal set home_unit_code = $2 where id = $1", acting, PROVINCE)


async def test_a_substitute_of_who_brought_a_version_approves_it_by_their_own_office_alone(rest: Rest):
    await brought(rest)
    await approves_for(rest, DECLARER, CLERK)
    await approves_for(rest, DECLARER, APPROVER)
    clerk = await at(rest, CLERK, SECOND_APPROVAL)
    assert "Bạn là người khai báo hoặc người trình; người khác phải phê duyệt." in clerk.text
    approver = await at(rest, APPROVER, SECOND_APPROVAL)
    await approver.presses("Phê duyệt", **DECISION)
    assert (await stands(rest, KNOWN))[1] == (2, "approved", "12/QĐ-UBND", "2026-03-01", None)


async def test_a_decision_that_is_not_right_is_told_at_its_field_and_keeps_what_was_typed(rest: Rest):
    await brought(rest)
    for name, text, fault in (
        ("ngay-quyet-dinh", "", "Nhập ngày."),
        ("ngay-quyet-dinh", "31/02/2026", "Nhập ngày theo dạng 24/11/2026."),
        ("ngay-quyet-dinh", "03/03/2026", "2026"),
        ("so-quyet-dinh", " ", "Còn thiếu."),
        ("so-quyet-dinh", "12\0", "không lưu được"),
        ("so-quyet-dinh", "12\u202e", "U+202E"),
        ("so-quyet-dinh", "1" * 4001, "Viết ngắn hơn: nhiều nhất 4000 ký tự."),
    ):
        approver = await at(rest, APPROVER, SECOND_APPROVAL)
        await approver.presses("Phê duyệt", **{**DECISION, name: text})
        told = re.search(rf'id="f-{name}-loi"><span class="unseen">Lỗi: </span>([^<]*)<', markup(approver))
        assert status(approver) == 422
        assert told is not None
        assert fault in told[1]
        assert 'value="12/QĐ-UBND"' in markup(approver) or name == "so-quyet-dinh"
    assert (await stands(rest, KNOWN))[1] == (2, "submitted", None, None, None)


async def test_an_activation_waits_for_its_day_and_is_taken_back_before(rest: Rest):
    await brought(rest, "approved")
    approver = await at(rest, APPROVER, f"{SECOND}/kich-hoat")
    assert "Bản đang áp dụng thôi nhận hồ sơ mới: bản 1" in approver.text
    await approver.presses("Kích hoạt", tu_ngay="01/03/2026")
    assert status(approver) == 422
    before = approver.sent("Kích hoạt", tu_ngay="17/03/2026")
    address, fields = approver.sent("Kích hoạt", tu_ngay="16 3 2026")
    for _ in range(2):
        await approver.posts(address, fields)
        assert (approver.path, status(approver)) == (SECOND, 200)
        assert "Áp dụng từ 16/03/2026." in approver.text
        assert (await stands(rest, KNOWN))[1][4] == "2026-03-16"
    administrator = await at(rest, person("administrator", PROVINCE), SECOND)
    for slower, sent in ((approver, before), (administrator, (address, fields))):
        await slower.posts(*sent)
        assert status(slower) == 409
        assert "Chưa gửi được" in slower.text
    await approver.goes(f"{SECOND}/kich-hoat")
    sent = approver.sent("Hủy lịch kích hoạt")
    for _ in range(2):
        await approver.posts(*sent)
        assert (approver.path, status(approver)) == (SECOND, 200)
        assert [row[4] for row in await stands(rest, KNOWN)] == ["2026-01-05", None]
    await approver.goes(f"{SECOND}/kich-hoat")
    await approver.presses("Kích hoạt")
    await approver.posts(*sent)
    assert status(approver) == 409
    assert [row[4] for row in await stands(rest, KNOWN)] == ["2026-01-05", "2026-03-02"]


async def test_what_is_wrong_with_a_package_is_told_with_links_into_its_picture_and_nothing_is_kept(
    rest: Rest,
):
    before = await rest.content()
    declarer = await uploads(rest, SCRIPTED)
    assert status(declarer) == 422
    assert "Gói này có lỗi. Chưa lưu gì" in declarer.text
    assert "Lỗi 2" in declarer.text
    assert set(re.findall(r'href="#(el-[^"]+)"', markup(declarer))) == {"el-B1"}
    assert 'id="el-B1"' in markup(declarer)
    assert await rest.content() == before


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that are drawn; the first one takes longer than it may."""
    drawn: list[bytes] = []

    def at_second(draw: Callable[..., str]) -> Callable[..., str]:
        def draws(data: bytes, *, checked: svg.Checked, prefix: str) -> str:
            drawn.append(data)
            if len(drawn) == 1:
                raise sandbox.Stopped("it took too long", exhausted=True)
            return draw(data, checked=checked, prefix=prefix)

        return draws

    monkeypatch.setattr(findings, "KEPT", {})
    for name in ("draw", "draw_package"):
        monkeypatch.setattr(apart, name, at_second(getattr(apart, name)))
    return drawn


async def test_a_picture_that_took_too_long_once_is_drawn_at_the_next_reading_and_kept(
    rest: Rest, drawings: list[bytes]
):
    first = f"/noi-bo/thu-tuc/{KNOWN}/ban/1"
    assert "Tệp này không vẽ được." in (await at(rest, DECLARER, first)).text
    for _ in range(2):
        assert "Tệp này không vẽ được." not in (await at(rest, DECLARER, first)).text
    assert (len(drawings), len(set(drawings))) == (2, 1)


async def test_a_picture_of_an_upload_is_drawn_for_its_page_alone(rest: Rest, drawings: list[bytes]):
    assert "Tệp này không vẽ được." in (await uploads(rest, ZIP, CHECK)).text
    for _ in range(2):
        assert "Tệp này không vẽ được." not in (await uploads(rest, ZIP, CHECK)).text
    assert (drawings, findings.KEPT) == ([ZIP] * 3, {})


async def test_a_package_that_is_only_checked_is_not_kept(rest: Rest):
    declarer = await uploads(rest, ZIP, CHECK)
    assert "Gói này lưu được. Chưa lưu gì" in declarer.text
    assert await stands(rest) == []


async def test_a_file_that_is_no_declaration_is_told_what_it_is_not(rest: Rest):
    for data, name, fault in (
        (b"", "", "Chọn một tệp."),
        (b"%PDF-1.7", "a.pdf", "Tệp này không phải gói .zip và không phải tệp .bpmn."),
        (b"<broken", "a.bpmn", "Gói này có lỗi."),
    ):
        declarer = await uploads(rest, data, SAVE, name)
        assert status(declarer) == 422
        assert fault in declarer.text


def beside() -> dict[str, str | list[str]]:
    """All that an author says beside the diagram, but the papers."""
    lanes = package.bundled(CODE).lanes.values()
    roles = {f"vai_tro_{number}": lane.role for number, lane in enumerate(lanes, start=1)}
    units = {f"don_vi_{number}": lane.unit for number, lane in enumerate(lanes, start=1)}
    said = {
        "ma": CODE,
        "co_quan": "H27",
        "linh_vuc": "Bảo trợ xã hội",
        "cap": "province",
        "can_cu": "QĐ 1/QĐ-UBND",
        "thoi_han": "10 ngày làm việc",
    }
    return {**said, **roles, **units}


async def test_a_single_diagram_becomes_a_draft_when_its_author_says_the_rest(rest: Rest):
    declarer = await uploads(rest, FILES["process.bpmn"], CHECK, "quy-trinh.bpmn")
    assert "Sơ đồ được giữ nguyên, không sửa gì." in declarer.text
    papers = "Đơn đề nghị\nDanh sách lao động"
    await declarer.presses(SAVE, **{**beside(), "thoi_han": "3 ngày làm việc"}, giay_to=papers)
    assert status(declarer) == 422
    assert "limits-above-term" in declarer.text
    assert "Danh sách lao động" in markup(declarer)
    assert await stands(rest) == []
    await declarer.presses(SAVE, thoi_han="10 ngày làm việc")
    assert declarer.path == PLACE
    assert "TP02 Danh sách lao động" in declarer.text
    assert await stands(rest) == [(1, "draft", None, None, None)]


async def test_a_diagram_comes_back_with_what_was_said_beside_it_whatever_refuses_it(rest: Rest):
    await own(rest.world.db, ELSEWHERE, OTHER)
    declarer = await uploads(rest, FILES["process.bpmn"], CHECK, "quy-trinh.bpmn")
    (drawing,) = declarer.form(SAVE)[0].fields["so-do"]
    before = await rest.content()
    for buttons, said, refused, link, fault in (
        ((SAVE,), {"ma": ELSEWHERE}, 403, 'href="#f-ma"', "cần vai trò"),
        ((SAVE, CHECK, LOAD), {"ten": "Tên\0"}, 422, 'href="#f-ten"', "không lưu được"),
        ((SAVE, CHECK, LOAD), {"giay_to": "Đơn\u202e"}, 422, 'href="#f-giay-to"', "U+202E"),
        ((SAVE, CHECK, LOAD), {"can_cu": "x" * 4001}, 422, 'href="#f-can-cu"', "Viết ngắn hơn"),
        ((SAVE, CHECK, LOAD), {"so_do": "%"}, 422, "Chưa gửi được", "sơ đồ không đến đủ"),
    ):
        for button in buttons:
            sent = {"so_do": drawing, "ten": "Tên", "giay_to": "Đơn đề nghị", **beside(), **said}
            await declarer.presses(button, **sent)
            assert (button, said, status(declarer)) == (button, said, refused)
            assert link in markup(declarer)
            assert fault in declarer.text
            kept = declarer.form(SAVE)[0].fields
            stay = {name: [text] for name, text in sent.items() if name not in said}
            assert {name: kept[name.replace("_", "-")] for name in stay} == stay
    assert await rest.content() == before


async def test_an_import_tells_every_change_before_and_after(rest: Rest):
    foreign = FILES["process.bpmn"].replace(b"userTask", b"scriptTask", 2)
    declarer = await uploads(rest, foreign, CHECK, "quy-trinh.bpmn")
    assert re.search(r"B1 .*scriptTask .*userTask", declarer.text), declarer.text[:900]


async def test_officers_without_an_office_read_versions_and_act_on_none(rest: Rest):
    await brought(rest)
    before = await rest.content()
    clerk = await at(rest, CLERK, "/noi-bo/thu-tuc")
    assert KNOWN in clerk.text
    for path, said in (
        (SECOND, "Chờ người phê duyệt"),
        (SECOND_APPROVAL, "Chỉ người phê duyệt"),
        (f"{SECOND}/kich-hoat", "chưa được phê duyệt"),
    ):
        assert said in (await clerk.goes(path)).text
        assert len(re.findall(r'<form method="post"', markup(clerk))) == 1
    assert status(await clerk.goes(UPLOAD)) == 403
    key = {"_khoa": ["00000000-0000-4000-8000-000000000009"]}
    for path in (f"{SECOND}/trinh", SECOND_APPROVAL, f"{SECOND}/kich-hoat/huy", f"{UPLOAD}/so-do"):
        await clerk.posts(path, {**key, "so-quyet-dinh": ["1"], "ngay-quyet-dinh": ["01/03/2026"]})
        assert status(clerk) == 403, path
    assert (await rest.content())["workflow_version"] == before["workflow_version"]


async def test_a_version_that_is_not_there_is_not_found(rest: Rest):
    for path in (f"/noi-bo/thu-tuc/{CODE}", PLACE, f"{PLACE}/goi.zip", APPROVAL, f"{PLACE}/kich-hoat"):
        assert status(await at(rest, CLERK, path)) == 404
