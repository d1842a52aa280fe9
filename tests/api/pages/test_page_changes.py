"""Two versions of a procedure in a browser: what differs, and the dossiers that move from one to the other."""

import re
from uuid import UUID

import pytest

from hoso_api.pages.changes import editing
from hoso_bpmn.checks import inspection
from hoso_bpmn.package import package
from support.api_client import CLERK, Rest
from support.builders import packages
from support.visitor import Visitor
from support.world import PROVINCE, person

# Each test brings a version of its own.
pytestmark = pytest.mark.world("shared")

CODE = "1.014464"
PLACE = f"/noi-bo/thu-tuc/{CODE}"
SAVE, CHECK = "Kiểm tra và lưu bản nháp", "Chỉ kiểm tra"
COMPARED, MOVING = f"{PLACE}/so-sanh", f"{PLACE}/chuyen-ban"
DECLARER = person("procedure_declarer")
APPROVER = person("procedure_approver", PROVINCE)
RENAMED = ('name="B4. Thẩm định hồ sơ, dự thảo văn bản trình"', 'name="B4. Thẩm định"')
#: Another id for the step that follows reception.
OTHER_ID = (('"B2"', '"Phan_cong"'), (">B2<", ">Phan_cong<"))


async def at(rest: Rest, by: UUID, path: str) -> Visitor:
    """A person at an address."""
    return await (await Visitor.of(rest, by)).goes(path)


def markup(visitor: Visitor) -> str:
    """The markup of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.text


def status(visitor: Visitor) -> int:
    """The status of the page that somebody is on."""
    assert visitor.page is not None
    return visitor.page.status_code


async def brought(rest: Rest, number: int, *changes: tuple[str, str], status: str = "approved") -> None:
    """Another version of the procedure, as if somebody had declared and approved it."""
    files = dict(package.bundled(CODE).files)
    drawing = files["process.bpmn"].decode()
    for before, after in changes:
        assert before in drawing
        drawing = drawing.replace(before, after)
    await rest.world.brings(CODE, number, status, {**files, "process.bpmn": drawing.encode()})


async def versions_of(rest: Rest, *codes: str) -> list[int]:
    """The numbers of the versions that dossiers run on."""
    rows = await rest.world.db.rows(
        "select v.number from dossier d join workflow_version v on v.id = d.workflow_version_id"
        " where d.code = any($1::text[]) order by d.code",
        [list(codes)],
    )
    return [row.number for row in rows]


async def test_two_versions_are_told_apart_in_words_with_links_into_both_pictures(rest: Rest):
    await brought(rest, 2, RENAMED)
    clerk = await at(rest, CLERK, PLACE)
    assert f'href="{COMPARED}?tu=1&amp;den=2"' in markup(clerk)
    await clerk.goes(f"{COMPARED}?tu=1&den=2")
    assert 'tên: sửa "B4. Thẩm định hồ sơ, dự thảo văn bản trình" thành "B4. Thẩm định"' in clerk.text
    linked = re.findall(r'href="#((?:cu|moi)-[^"]+)"', markup(clerk))
    assert linked == ["cu-B4", "moi-B4"]
    assert all(f'<g id="{each}"><title>' in markup(clerk) for each in linked)
    assert "chuyen-ban" not in markup(clerk)
    await clerk.goes(f"{COMPARED}?tu=2&den=2")
    assert "Hai bản giống nhau." in clerk.text
    for path in (
        f"{COMPARED}?tu=1&den=77",
        f"{COMPARED}?tu=a",
        f"{COMPARED}?truong-hop=khong",
        "/noi-bo/thu-tuc/9.9/so-sanh",
    ):
        assert status(await clerk.goes(path)) == 404, path


async def test_dossiers_move_to_an_approved_version_once_and_stay_where_a_step_is_missing(rest: Rest):
    await brought(rest, 3, RENAMED)
    code = (await rest.accepts())["code"]
    approver = await at(rest, APPROVER, f"{COMPARED}?tu=1&den=3")
    assert f'href="{MOVING}?tu=1&amp;den=3"' in markup(approver)
    await approver.goes(f"{MOVING}?tu=1&den=3")
    assert re.search(rf"{code} Chuyển được", approver.text)
    assert await versions_of(rest, code) == [1]
    sent = approver.sent("Chuyển")
    await approver.posts(*sent)
    assert "Đã chuyển" in approver.text
    assert await versions_of(rest, code) == [3]
    await approver.posts(*sent)
    assert "Không có hồ sơ nào đang chạy trên bản cũ." in approver.text
    await brought(rest, 4, *OTHER_ID)
    await approver.goes(f"{MOVING}?tu=3&den=4")
    assert re.search(rf"{code} Cần ghép bước", approver.text)
    await approver.presses("Chạy thử với các bước", anh_xa="B2")
    assert (status(approver), "Viết mỗi dòng theo dạng MÃ_CŨ=MÃ_MỚI." in approver.text) == (422, True)
    await approver.presses("Chạy thử với các bước", anh_xa="B2=Phan_cong")
    assert re.search(rf"{code} Chuyển được", approver.text)
    assert await versions_of(rest, code) == [3]
    await approver.presses("Chuyển")
    assert await versions_of(rest, code) == [4]


async def test_nobody_moves_dossiers_to_a_version_that_is_not_approved_or_without_the_office(rest: Rest):
    await brought(rest, 5, RENAMED, status="draft")
    code = (await rest.accepts())["code"]
    approver = await at(rest, APPROVER, f"{MOVING}?tu=1&den=5")
    assert "hồ sơ chỉ chuyển sang bản đã phê duyệt" in approver.text
    assert "Chọn hai bản khác nhau." in (await approver.goes(f"{MOVING}?tu=1&den=1")).text
    clerk = await at(rest, CLERK, f"{MOVING}?tu=1&den=5")
    assert "Chỉ người phê duyệt hoặc quản trị" in clerk.text
    assert code not in clerk.text
    await clerk.posts(f"{MOVING}?tu=1&den=5", {"_khoa": ["00000000-0000-4000-8000-000000000009"]})
    assert status(clerk) == 403
    assert await versions_of(rest, code) == [1]


async def test_a_declaration_is_edited_in_a_form_checked_and_kept_as_a_new_draft_once(rest: Rest):
    declarer = await at(rest, DECLARER, f"{PLACE}/ban/1")
    assert f'href="{PLACE}/ban/1/sua"' in markup(declarer)
    await declarer.goes(f"{PLACE}/ban/1/sua")
    await declarer.presses(SAVE, thoi_han="")
    assert (status(declarer), "Nhập thời hạn giải quyết" in declarer.text) == (422, True)
    await declarer.presses(SAVE, thoi_han="1 ngày làm việc")
    assert (status(declarer), "limits-above-term" in declarer.text) == (422, True)
    assert 'value="1 ngày làm việc"' in markup(declarer)
    await declarer.presses(CHECK, thoi_han="5 ngày làm việc")
    assert (status(declarer), "scenario-failed" in declarer.text) == (200, True)
    before = await rest.world.db.rows("select number from workflow_version where procedure_code = $1", [CODE])
    declarer = await at(rest, DECLARER, f"{PLACE}/ban/1/sua")
    await declarer.presses("Thêm giấy tờ")
    added = {"giay_to.4.ma": "TP05", "giay_to.4.ten_giay": "Bản cam kết", "giay_to.4.ban_chinh": "1"}
    sent = declarer.sent(SAVE, ten="Cấp CFS", **added, **{"giay_to.4.ban_sao": "0", "le_phi.0.muc": "20000"})
    await declarer.posts(*sent)
    place = declarer.path
    assert "TP05 Bản cam kết · bản chính 1, bản sao 0 · nếu có" in declarer.text
    assert "Phí, lệ phí: 20.000 đồng" in declarer.text
    assert (await declarer.posts(*sent)).path == place
    after = await rest.world.db.rows("select number from workflow_version where procedure_code = $1", [CODE])
    assert len(after) == len(before) + 1
    await declarer.goes(f"{COMPARED}?tu=1&den={place.rpartition('/')[2]}")
    basis = "căn cứ QĐ 2904/QĐ-UBND: không quy định"
    assert re.findall(r"<li><span lang=\"vi\">([^<]*)<", markup(declarer)) == [
        "Tên: sửa &#34;" + package.bundled(CODE).name + "&#34; thành &#34;Cấp CFS&#34;",
        "thêm Thành phần hồ sơ TP05 (Bản cam kết: 1 bản chính, 0 bản sao, nếu có)",
        f"Phí, lệ phí Phí, lệ phí: sửa &#34;0 đồng, {basis}&#34; thành &#34;20000 đồng, {basis}&#34;",
    ]


async def test_only_a_declarer_of_the_owning_unit_edits_a_declaration(rest: Rest):
    clerk = await at(rest, CLERK, f"{PLACE}/ban/1/sua")
    assert "Chỉ người khai báo của đơn vị chủ quản" in clerk.text
    answers = editing.answers(package.bundled(CODE), package.bundled(CODE).cases[0])
    flat = {name: [str(value)] for name, value in answers.items() if isinstance(value, str)}
    key = {"_khoa": ["00000000-0000-4000-8000-000000000009"]}
    await clerk.posts(f"{PLACE}/ban/1/sua", {**key, **flat})
    assert status(clerk) == 403


@pytest.mark.parametrize("code", package.codes())
def test_a_form_in_which_nothing_is_changed_gives_the_package_that_it_was(code: str):
    declared, asked = package.bundled(code), editing.form()
    for case in declared.cases:
        said = asked.kept(editing.answers(declared, case))
        assert asked.faults(said) == ()
        assert editing.edited(declared, case, said) == declared.to_zip()


def test_other_keys_of_what_is_edited_stay_and_an_unpublished_fee_says_so():
    declared = package.bundled("1.014464")
    said = editing.answers(declared, declared.cases[0])
    said["giay_to"] = [said["giay_to"][2] | {"bat_buoc": True}]
    said["le_phi"] = [{"ten_phi": "Phí thẩm định"}]
    said["chinh_sach"] = {"supplement": "resume", "stop": "khong", "answer_term": "10 ngày làm việc"}
    changed = package.read(editing.edited(declared, declared.cases[0], said)).cases[0]
    (paper,) = changed.components
    assert (paper.code, paper.required, paper.condition) == ("TP03", True, "nếu có")
    assert [(fee.name, fee.amount, fee.source) for fee in changed.fees] == [
        ("Phí thẩm định", None, "unpublished")
    ]
    assert changed.policy_text == {"supplement": "resume", "stop": False, "answer_term": "10 ngày làm việc"}
    assert (changed.process, changed.form, changed.applicants) == (
        "process.bpmn",
        "forms/nop-ho-so.form",
        "Thương nhân",
    )


def test_the_form_of_the_declaration_is_sound_and_asks_for_every_policy():
    source = editing.FILE.read_bytes()
    report = inspection.inspect_package(packages.package(files={"forms/a.form": source}))
    assert [(f.rule, f.message) for f in report.findings if f.rule.startswith("form-")] == []
    assert [field.path for field in editing.form().fields] == [
        *("ten", "linh_vuc", "can_cu", "truong_hop", "thoi_han"),
        *(f"chinh_sach.{key}{end}" for key in editing.POLICY for end in ("", "_can_cu")),
    ]
