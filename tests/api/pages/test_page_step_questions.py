"""Questions of a step with lists, conditions and given answers, as an officer answers them without scripts."""

from typing import Any

from support.api_client import SPECIALIST, Rest
from support.builders import forms
from support.visitor import Visitor
from support.world import person

COLLEAGUE = person("specialist", number=2)

#: People, each with a nationality that is given and a reason that some of them are asked for.
PEOPLE: dict[str, Any] = {
    "type": "dynamiclist",
    "path": "nguoi",
    "label": "Người tham gia",
    "properties": {"hoso:item": "Người"},
    "components": [
        {"type": "textfield", "key": "ten", "label": "Tên", "validate": {"required": True}},
        {"type": "textfield", "key": "quoc_tich", "label": "Quốc tịch", "readonly": True},
        {"type": "checkbox", "key": "thay", "label": "Có người thay"},
        {"type": "textfield", "key": "ly_do", "label": "Lý do", "conditional": {"hide": "=thay != true"}},
    ],
}
FIRST = {"ten": "Người A", "quoc_tich": "Lào", "thay": True, "ly_do": "Đi vắng"}
SECOND = {"ten": "Người B", "quoc_tich": "Việt Nam", "thay": True, "ly_do": "Ốm"}


async def at_the_step(rest: Rest, *more: dict[str, Any], values: dict[str, Any] | None = None) -> Visitor:
    """The officer at a step that asks for more, with what was kept before."""
    standing = await forms.accepted(rest, more=more)
    path = f"user-tasks/{standing['tasks'][0]['id']}"
    if values is not None:
        kept = await rest.ask("PUT", f"/v1/{path}/draft", SPECIALIST, json={"values": values})
        assert kept.status_code == 200, kept.text
    return await (await Visitor.of(rest, SPECIALIST)).goes(f"/noi-bo/viec/{standing['tasks'][0]['id']}")


async def filed(officer: Visitor) -> Any:
    """Answers filed at the one step that has a form."""
    assert officer.path.startswith("/noi-bo/viec?xong="), officer.text
    (row,) = await officer.rest.world.db.rows("select answers from user_task where answers is not null")
    return row.answers


async def draft(officer: Visitor) -> Any:
    """Draft that is kept of the step."""
    (row,) = await officer.rest.world.db.rows("select draft from officer_task")
    return row.draft


async def test_an_item_keeps_what_is_given_of_it_when_the_one_before_is_removed(rest: Rest):
    officer = await at_the_step(rest, PEOPLE, values={**forms.SOUND, "nguoi": [FIRST, SECOND]})
    await officer.presses("Bỏ người 1")
    assert "Đã bỏ người 1" in officer.text
    assert "Lào" not in officer.text
    await officer.presses("Hoàn thành")
    assert await filed(officer) == {**forms.SOUND, "nguoi": [SECOND]}


async def test_an_item_comes_back_with_what_was_given_of_it_and_nothing_that_is_forged(rest: Rest):
    name, nationality, *_ = PEOPLE["components"]
    given = {**PEOPLE, "components": [name, {**nationality, "defaultValue": "VN"}]}
    people = [{"ten": "Người A", "quoc_tich": "Lào"}, {"ten": "Người B", "quoc_tich": "VN"}]
    officer = await at_the_step(rest, given, values={**forms.SOUND, "nguoi": people})
    await officer.presses("Bỏ người 1")
    await officer.presses("Hoàn tác")
    assert "Đã lấy lại người 1" in officer.text
    assert (await draft(officer))["values"]["nguoi"] == people
    await officer.presses("Bỏ người 1")
    await officer.presses("Hoàn tác", _muc='{"ten": "Người A", "quoc_tich": "Mỹ"}')
    assert (await draft(officer))["values"]["nguoi"] == people[1:]


async def test_an_answer_that_is_hidden_stays_with_its_item(rest: Rest):
    officer = await at_the_step(rest, PEOPLE, values={**forms.SOUND, "nguoi": [FIRST, SECOND]})
    hidden = {"nguoi.0.thay": [], "nguoi.1.thay": [], "nguoi.1.ly_do": "Ốm nặng"}
    await officer.presses("Cập nhật", **hidden)
    assert "Đã ẩn 2 câu hỏi" in officer.text
    await officer.presses("Bỏ người 1")
    await officer.presses("Cập nhật", **{"nguoi.0.thay": "on"})
    await officer.presses("Hoàn thành")
    assert await filed(officer) == {**forms.SOUND, "nguoi": [{**SECOND, "ly_do": "Ốm nặng"}]}


async def test_a_button_keeps_all_that_is_written_and_a_text_that_cannot_be_kept_stops_it(rest: Rest):
    officer = await at_the_step(rest, PEOPLE, values={**forms.SOUND, "nguoi": [FIRST, SECOND]})
    before = await draft(officer)
    await officer.presses("Bỏ người 1", dia_diem="x" * 4001)
    assert officer.page is not None
    assert officer.page.status_code == 422
    assert "nhiều nhất 4000 ký tự" in officer.text
    assert await draft(officer) == before
    await officer.presses("Bỏ người 1", dia_diem="Kho số 9", ghi_chu="Xem lại")
    assert await draft(officer) == {
        "values": {**forms.SOUND, "dia_diem": "Kho số 9", "nguoi": [SECOND]},
        "note": "Xem lại",
        "reason": "",
        "outcome": None,
        "result": None,
    }
    await officer.presses("Hoàn thành")
    assert await filed(officer) == {**forms.SOUND, "dia_diem": "Kho số 9", "nguoi": [SECOND]}


async def test_a_button_of_a_step_that_another_has_done_changes_nothing_and_says_so(rest: Rest):
    officer = await at_the_step(rest, PEOPLE)
    task = officer.path.rpartition("/")[2]
    await rest.done(f"/v1/user-tasks/{task}/completion", COLLEAGUE, {"values": forms.SOUND})
    await officer.presses("Thêm người", dia_diem="Kho số 9")
    assert officer.page is not None
    assert officer.page.status_code == 409
    assert "Hồ sơ đã thay đổi trong khi bạn mở trang này" in officer.text
    assert "Nội dung bạn vừa nhập Kho số 9" in officer.text


async def test_a_list_of_many_items_is_longer_than_a_text_may_be(rest: Rest):
    many = [{"ten": f"Người {number}"} for number in range(50)]
    people = {**PEOPLE, "path": "nguoi_tham_gia_doan_kiem_tra"}
    officer = await at_the_step(rest, people, values={**forms.SOUND, people["path"]: many})
    form, _ = officer.form("Hoàn thành")
    assert len(form.fields["_hoi"][0]) > 4000
    await officer.presses("Bỏ người 50")
    await officer.presses("Hoàn thành")
    found = (await filed(officer))[people["path"]]
    assert [each["ten"] for each in found] == [each["ten"] for each in many[:-1]]


async def test_what_is_typed_stays_when_the_step_is_taken_and_given_back(rest: Rest):
    officer = await at_the_step(rest, PEOPLE)
    await officer.presses("Nhận việc")
    assert await rest.world.db.rows("select draft from officer_task where draft is not null") == []
    typed = {"dia_diem": "Kho số 2", "muc": "3", "nguoi.0.ten": "Người A"}
    await officer.presses("Trả lại cho đơn vị", **typed)
    await officer.presses("Nhận việc", ghi_chu="Xem lại")
    assert "Đã nhận việc" in officer.text
    values = {**forms.SOUND, "nguoi": [{"ten": "Người A", "thay": False}]}
    kept = {"values": values, "note": "Xem lại", "reason": "", "outcome": None, "result": None}
    assert await draft(officer) == kept
    await officer.presses("Hoàn thành")
    assert await filed(officer) == values


#: A fixed term, with a list that begins with an item of its own.
BEGUN: tuple[dict[str, Any], ...] = (
    {
        "type": "textfield",
        "key": "co_quan",
        "label": "Cơ quan",
        "readonly": True,
        "defaultValue": "Sở Công Thương",
        "validate": {"required": True},
    },
    {"type": "number", "key": "ban_sao", "label": "Số bản sao", "defaultValue": 2},
    {
        **PEOPLE,
        "components": [
            PEOPLE["components"][0],
            {**PEOPLE["components"][1], "defaultValue": "Việt Nam", "validate": {"required": True}},
        ],
    },
)


async def test_a_step_begins_with_its_default_values_and_what_is_given_is_filed(rest: Rest):
    officer = await at_the_step(rest, *BEGUN)
    form, _ = officer.form("Hoàn thành")
    assert (form.fields["ban_sao"], form.fields["nguoi.0.ten"]) == (["2"], [""])
    assert "Sở Công Thương" in officer.text
    await officer.presses(
        "Thêm người", dia_diem="Kho số 2", muc="3", ban_sao="", **{"nguoi.0.ten": "Người A"}
    )
    await officer.presses("Hoàn thành", **{"nguoi.1.ten": "Người B"})
    people = [{"ten": name, "quoc_tich": "Việt Nam"} for name in ("Người A", "Người B")]
    assert await filed(officer) == {**forms.SOUND, "co_quan": "Sở Công Thương", "nguoi": people}


async def test_what_is_given_is_filed_where_a_draft_was_kept_without_it(rest: Rest):
    officer = await at_the_step(rest, *BEGUN, values={**forms.SOUND, "nguoi": [{"ten": "Người A"}]})
    form, _ = officer.form("Hoàn thành")
    assert form.fields["ban_sao"] == [""]
    assert "Sở Công Thương" in officer.text
    await officer.presses("Hoàn thành")
    people = [{"ten": "Người A", "quoc_tich": "Việt Nam"}]
    assert await filed(officer) == {**forms.SOUND, "co_quan": "Sở Công Thương", "nguoi": people}


async def test_a_page_of_an_older_draft_is_not_laid_over_the_items_of_the_newer_one(rest: Rest):
    officer = await at_the_step(rest, PEOPLE, values={**forms.SOUND, "nguoi": [FIRST, SECOND]})
    removed, completed = officer.sent("Bỏ người 1"), officer.sent("Hoàn thành", **{"nguoi.1.ten": "Người C"})
    await officer.posts(*removed)
    kept = await draft(officer)
    for address, fields in (removed, completed):
        await officer.posts(address, fields)
        assert officer.page is not None
        assert officer.page.status_code == 409
        assert "Bản lưu tạm của bạn đã đổi sau khi trang này được mở" in officer.text
        assert await draft(officer) == kept
    assert "Nội dung bạn vừa nhập Kho số 2 Người A Đi vắng Người C" in officer.text
    await officer.presses("Hoàn thành")
    assert await filed(officer) == {**forms.SOUND, "nguoi": [SECOND]}


async def test_a_step_of_an_older_draft_is_completed_only_once_its_officer_knows_of_the_newer_one(rest: Rest):
    officer = await at_the_step(rest)
    older = officer.sent("Hoàn thành", dia_diem="Kho số 9", muc="4")
    await officer.presses("Lưu tạm", dia_diem="Kho số 2", ghi_chu="Bản một")
    kept = await draft(officer)
    await officer.posts(*older)
    assert officer.page is not None
    assert officer.page.status_code == 409
    assert "vẫn còn dưới đây; bấm lại để ghi thay bản đó" in officer.text
    assert await draft(officer) == kept
    await officer.presses("Hoàn thành")
    assert await filed(officer) == {"dia_diem": "Kho số 9", "muc": 4}
