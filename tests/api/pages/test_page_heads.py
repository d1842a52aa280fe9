"""Pages of heads, as they use them in a browser without scripts."""

import html
import re
from datetime import date

import pytest

from hoso_api.pages.heads import assigning
from hoso_workflows.organisation import register
from hoso_workflows.organisation.register import commands
from hoso_workflows.tasks import bulk
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, person

UNIT = f"/noi-bo/don-vi/{DEPARTMENT}"
SECOND = person("specialist", DEPARTMENT, 2)


async def names(rest: Rest) -> dict[str, str]:
    """The names of the officers, by identity."""
    rows = await rest.world.db.rows("select id, name from principal")
    return {str(row.id): row.name for row in rows}


async def kinds(rest: Rest, reference: str) -> list[str]:
    """The kinds of a dossier's events, in order."""
    rows = await rest.world.db.rows(
        "select e.kind from dossier_event e join dossier d on d.id = e.dossier_id where d.reference = $1 order by e.seq",
        [reference],
    )
    return [row.kind for row in rows]


async def held(rest: Rest) -> dict[str, str | None]:
    """Officer of each open task of the department, by the dossier's reference."""
    rows = await rest.world.db.rows(
        "select d.reference, t.assignee_id::text as officer from user_task t join dossier d on d.id = t.dossier_id"
        " where t.status = 'open' and t.unit_code = $1",
        [DEPARTMENT],
    )
    return {row.reference: row.officer for row in rows}


async def acts_for(rest: Rest, absent: str, acting: str) -> None:
    """Somebody acts for an absent officer this week."""
    command = commands.EnterSubstitution(
        absent=absent,
        acting=acting,
        unit=DEPARTMENT,
        valid_from=date(2026, 3, 2),
        valid_to=date(2026, 3, 6),
        reason="Nghỉ phép",
    )
    async with rest.world.db.transaction() as tx:
        await register.perform_within(tx, [command], register.Asker(HEAD), rest.clock.at)


async def test_a_head_begins_at_the_unit_with_the_load_of_each_officer(rest: Rest):
    first = await rest.world.at_the_specialists()
    await rest.world.at_the_specialists()
    (task,) = await rest.world.open_tasks(first)
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", SPECIALIST)
    await acts_for(rest, str(SECOND), str(SPECIALIST))
    rest.clock.turn("2026-03-02 11:00")
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo")
    assert head.path == UNIT
    called = await names(rest)
    assert "Việc đang chờ 2 Đến hạn hôm nay 2 Việc quá hạn 0 Chưa ai nhận 1" in head.text
    assert f"{called[str(SPECIALIST)]} Chuyên viên 1 1 0 có" in head.text
    assert f"{called[str(SECOND)]} Chuyên viên 0 0 0" in head.text
    assert f"vắng đến 06/03/2026 làm thay: {called[str(SPECIALIST)]}" in head.text
    assert head.page is not None
    assert f'href="/noi-bo/viec?ngan=don-vi&amp;don-vi={DEPARTMENT}&amp;nguoi={SPECIALIST}"' in head.page.text
    await head.goes(f"/noi-bo/viec?ngan=don-vi&don-vi={DEPARTMENT}&nguoi={SPECIALIST}")
    assert head.page.text.count("data-chinh") == 1


async def test_the_weeks_of_a_unit_stand_in_its_page_as_they_do_over_rest(rest: Rest):
    for day in ("2026-03-02", "2026-03-09"):
        rest.clock.turn(f"{day} 09:00")
        await rest.accepts()
    await rest.world.changed(
        "update dossier set result_ready_at = '2026-03-10 09:00+07', verdict = 'late' where accepted_at < '2026-03-05'"
    )
    rest.clock.turn("2026-03-11 09:00")
    told = (await rest.get("/v1/reports/weeks", HEAD)).json()
    assert (told["unit"], len(told["weeks"])) == (DEPARTMENT, 13)
    assert told["weeks"][-3:] == [
        {"begin": "2026-02-23", "received": 0, "resolved": 0, "late": 0},
        {"begin": "2026-03-02", "received": 1, "resolved": 0, "late": 0},
        {"begin": "2026-03-09", "received": 1, "resolved": 1, "late": 1},
    ]
    head = await (await Visitor.of(rest, HEAD)).goes(UNIT)
    assert "02/03/2026 1 0 0 09/03/2026 chưa hết tuần 1 1 1" in head.text
    assert "Cột cao nhất: 1 hồ sơ." in head.text
    assert (await rest.get(f"/v1/reports/weeks?unit={OTHER}", HEAD)).status_code == 403
    above = (await rest.get("/v1/reports/weeks", ADMINISTRATOR)).json()
    assert (above["unit"], above["weeks"]) == (PROVINCE, told["weeks"])


async def test_who_acts_for_an_absent_officer_finds_their_tasks_in_a_list_with_its_number(rest: Rest):
    dossier = await rest.world.at_the_specialists()
    (task,) = await rest.world.open_tasks(dossier)
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", SECOND)
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/viec")
    assert "Làm thay" not in officer.text
    await acts_for(rest, str(SECOND), str(SPECIALIST))
    await officer.goes("/noi-bo/viec?ngan=lam-thay")
    assert "Làm thay 1" in officer.text
    assert officer.page is not None
    assert officer.page.text.count("data-chinh") == 1
    found = (await rest.get("/v1/user-tasks?acting=true", SPECIALIST)).json()["items"]
    assert [each["id"] for each in found] == [str(task["id"])]
    assert (await rest.get("/v1/user-tasks?acting=true", HEAD)).json()["items"] == []
    await rest.world.changed(
        "update dossier set provisional = true, incidents = '[{}]' where reference = $1", dossier.reference
    )
    await rest.world.changed("update user_task set arrived_at = opened_at + interval '1 hour'")
    await officer.goes("/noi-bo/viec?ngan=lam-thay")
    assert "Làm thay Sự cố Đã bổ sung Tạm tính" in officer.text
    await officer.goes("/noi-bo/viec?ngan=lam-thay&han=qua-han")
    assert "Người bạn làm thay không có việc nào đang chờ." in officer.text


async def test_the_unit_of_others_and_one_that_is_none_are_not_shown(rest: Rest):
    for principal, code, status in (
        (HEAD, OTHER, 403),
        (SPECIALIST, DEPARTMENT, 403),
        (CLERK, DESK, 403),
        (HEAD, "H27.KHONG", 404),
    ):
        visitor = await (await Visitor.of(rest, principal)).goes(f"/noi-bo/don-vi/{code}")
        assert visitor.page is not None
        assert visitor.page.status_code == status
        await visitor.goes(f"/noi-bo/giao-viec?don-vi={code}")
        assert visitor.page.status_code == status
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/viec")
    assert officer.page is not None
    assert 'href="/noi-bo/viec"' in officer.page.text
    assert 'href="/noi-bo/don-vi"' not in officer.page.text
    rows = await rest.world.db.rows(
        "select act, subject, granted from access_log where subject = $1 order by at, id", [OTHER]
    )
    assert [tuple(row) for row in rows] == [("list_user_tasks", OTHER, False)] * 2


async def test_tasks_are_handed_out_each_by_itself_and_what_is_refused_says_why(rest: Rest):
    standings = [await rest.world.at_the_specialists() for _ in range(3)]
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/giao-viec")
    tasks = [(await rest.world.open_tasks(each))[0]["id"] for each in standings]
    address, fields = head.sent("Giao các việc đã chọn", viec=tasks, nguoi=str(SECOND))
    await rest.done(f"/v1/user-tasks/{tasks[2]}/assignment", SPECIALIST)
    await head.posts(address, fields)
    assert head.page is not None
    assert head.page.status_code == 409
    assert "Đã giao 2 việc, 1 việc chưa giao được" in head.text
    expected = {
        standings[0].reference: str(SECOND),
        standings[1].reference: str(SECOND),
        standings[2].reference: str(SPECIALIST),
    }
    assert await held(rest) == expected
    before = await kinds(rest, standings[0].reference)
    assert before[-1] == "task_claimed"
    await head.posts(address, fields)
    assert "Đã giao 2 việc, 1 việc chưa giao được" in head.text
    assert await kinds(rest, standings[0].reference) == before
    assert "Không có việc nào cần giao." in head.text


async def test_an_absent_officer_is_given_nothing_and_the_page_says_who_acts_for_them(rest: Rest):
    standings = [await rest.world.at_the_specialists() for _ in range(2)]
    tasks = [(await rest.world.open_tasks(each))[0]["id"] for each in standings]
    await acts_for(rest, str(SECOND), str(SPECIALIST))
    called = await names(rest)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/giao-viec")
    await head.presses("Giao các việc đã chọn", viec=tasks, nguoi=str(SECOND))
    assert head.page is not None
    assert (head.page.status_code, await held(rest)) == (409, {each.reference: None for each in standings})
    assert "Đã giao 0 việc, 2 việc chưa giao được" in head.text
    why = (
        f"{called[str(SECOND)]} vắng mặt đến hết ngày 06/03/2026; người làm thay: {called[str(SPECIALIST)]}."
    )
    assert head.text.count(why) == 2
    await head.presses("Giao các việc đã chọn", nguoi=str(SPECIALIST))
    assert await held(rest) == {each.reference: str(SPECIALIST) for each in standings}


def offered(visitor: Visitor) -> list[str]:
    """The tasks that a page offers to hand out."""
    assert visitor.page is not None
    return re.findall(r'name="viec" value="([^"]*)"', visitor.page.text)


async def test_forms_of_the_second_page_come_back_with_that_page_and_what_was_ticked(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        await rest.world.at_the_specialists()
    monkeypatch.setattr(assigning, "LENGTH", 2)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/giao-viec")
    taken, left = offered(head)
    assert head.page is not None
    (following,) = re.findall(r'href="([^"]*)" rel="next"', head.page.text)
    await rest.done(f"/v1/user-tasks/{taken}/assignment", SPECIALIST)
    await acts_for(rest, str(SPECIALIST), str(SECOND))
    await head.goes(html.unescape(following))
    (shown,) = offered(head)
    for officer, fault in (
        ("", "Chọn người được giao."),
        (str(CLERK), "Đã giao 0 việc, 1 việc chưa giao được"),
    ):
        await head.presses("Giao các việc đã chọn", viec=[shown], nguoi=officer)
        assert fault in head.text
        assert offered(head) == head.form("Giao các việc")[0].fields["viec"] == [shown]
    await head.presses("Bàn giao", nguoi_vang=str(SPECIALIST))
    assert "Ghi lý do bàn giao." in head.text
    assert offered(head) == [shown]
    await head.presses("Giao các việc đã chọn", viec=[shown], nguoi=str(SECOND))
    assert "Đã giao 1 việc, 0 việc chưa giao được" in head.text
    assert offered(head) == [left]


async def test_a_form_without_tasks_or_officer_comes_back_with_what_was_ticked(rest: Rest):
    standing = await rest.world.at_the_specialists()
    (task,) = await rest.world.open_tasks(standing)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/giao-viec")
    await head.presses("Giao các việc đã chọn", viec=task["id"])
    assert head.page is not None
    assert head.page.status_code == 422
    assert "Chọn người được giao." in head.text
    assert "Chọn ít nhất một việc." not in head.text
    assert head.form("Giao các việc")[0].fields["viec"] == [task["id"]]
    assert await held(rest) == {standing.reference: None}


async def test_a_task_of_others_is_not_named_to_who_sends_its_id(rest: Rest):
    standing = await rest.world.at_the_specialists()
    own, strange = [
        (await rest.world.open_tasks(each))[0]["id"]
        for each in (standing, await rest.world.at_the_specialists())
    ]
    await rest.world.changed(
        "update user_task set unit_code = $2, name = 'Việc của nơi khác' where id = $1", strange, OTHER
    )
    await rest.done(f"/v1/user-tasks/{own}/assignment", SPECIALIST)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/giao-viec")
    form = {"_khoa": [str(SECOND)], "viec": [own, strange], "nguoi": [str(CLERK)]}
    await head.posts(f"/noi-bo/giao-viec?don-vi={DEPARTMENT}", form)
    assert "Đã giao 0 việc, 2 việc chưa giao được" in head.text
    assert "Việc của nơi khác" not in head.text
    assert head.text.count("H27.PVHCC-260302-") == 1


async def test_the_tasks_of_an_absent_officer_go_to_another_with_the_reason(rest: Rest):
    standing = await rest.world.at_the_specialists()
    (task,) = await rest.world.open_tasks(standing)
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", SPECIALIST)
    head = await (await Visitor.of(rest, HEAD)).goes("/noi-bo/giao-viec")
    assert "Bàn giao việc của người vắng mặt" not in head.text
    await acts_for(rest, str(SPECIALIST), str(SECOND))
    await head.goes("/noi-bo/giao-viec")
    await head.presses("Bàn giao", nguoi_vang=str(SPECIALIST), nguoi_nhan=str(SECOND))
    assert "Ghi lý do bàn giao." in head.text
    await head.presses("Bàn giao", nguoi_vang=str(SPECIALIST), nguoi_nhan=str(SECOND), ly_do="Nghỉ phép năm")
    assert "Đã giao 1 việc, 0 việc chưa giao được" in head.text
    assert await held(rest) == {standing.reference: str(SECOND)}
    stranger = await Visitor.of(rest, SPECIALIST)
    await stranger.posts(f"/noi-bo/giao-viec/ban-giao?don-vi={DEPARTMENT}", {"_khoa": [str(SECOND)]})
    assert stranger.page is not None
    assert stranger.page.status_code == 403


async def test_an_inbox_is_handed_on_as_a_whole_and_in_the_unit_of_the_page_alone(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    standings = [await rest.world.at_the_specialists() for _ in range(4)]
    tasks = [(await rest.world.open_tasks(each))[0]["id"] for each in standings]
    for task in tasks:
        await rest.done(f"/v1/user-tasks/{task}/assignment", SPECIALIST)
    await rest.world.changed("update user_task set unit_code = $2 where id = $1", tasks[0], OTHER)
    await rest.world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'division_head', '2026-01-01')",
        HEAD,
        OTHER,
    )
    await acts_for(rest, str(SPECIALIST), str(SECOND))
    monkeypatch.setattr(bulk, "MOST", 2)
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/giao-viec?don-vi={DEPARTMENT}")
    await head.presses("Bàn giao", nguoi_vang=str(SPECIALIST), nguoi_nhan=str(SECOND), ly_do="Nghỉ phép năm")
    assert "Đã giao 3 việc, 0 việc chưa giao được" in head.text
    assert await held(rest) == {each.reference: str(SECOND) for each in standings[1:]}
    rows = await rest.world.db.rows("select assignee_id from user_task where unit_code = $1", [OTHER])
    assert [row.assignee_id for row in rows] == [SPECIALIST]


async def substitutions(rest: Rest) -> list[tuple[object, ...]]:
    """Substitutions: for whom, until when, and why."""
    rows = await rest.world.db.rows(
        "select principal_id, substitute_id, unit_code, valid_from, valid_to, reason from substitution order by id"
    )
    return [tuple(row) for row in rows]


async def test_a_head_enters_an_absence_and_ends_it(rest: Rest):
    head = await (await Visitor.of(rest, HEAD)).goes(f"{UNIT}/vang-mat")
    assert "Không ai vắng." in head.text
    said = {"tu_ngay": "02.03.2026", "den_ngay": "06032026", "ly_do": "Nghỉ phép"}
    for people, fault in (
        ({}, "Chọn người vắng mặt."),
        ({"nguoi_vang": str(SPECIALIST), "lam_thay": str(SPECIALIST)}, "f-lam-thay"),
    ):
        await head.presses("Ghi và cho làm thay", **people, **said)
        assert head.page is not None
        assert head.page.status_code == 422
        assert fault in head.page.text
        assert head.form("Ghi")[0].fields["den-ngay"] == ["06032026"]
    assert await substitutions(rest) == []
    address, fields = head.sent(
        "Ghi và cho làm thay", nguoi_vang=str(SPECIALIST), lam_thay=str(SECOND), **said
    )
    await head.posts(address, fields)
    entered = (SPECIALIST, SECOND, DEPARTMENT, date(2026, 3, 2))
    assert await substitutions(rest) == [(*entered, date(2026, 3, 6), "Nghỉ phép")]
    assert "02/03/2026 – 06/03/2026" in head.text
    await head.posts(address, fields)
    assert head.page is not None
    assert head.page.status_code == 409
    assert await substitutions(rest) == [(*entered, date(2026, 3, 6), "Nghỉ phép")]
    await (await head.goes(f"{UNIT}/vang-mat")).presses("Kết thúc hôm nay")
    assert await substitutions(rest) == [(*entered, date(2026, 3, 2), "Nghỉ phép")]
    stranger = await (await Visitor.of(rest, SPECIALIST)).goes(f"{UNIT}/vang-mat")
    assert stranger.page is not None
    assert stranger.page.status_code == 403
    await stranger.posts(address, fields)
    assert stranger.page.status_code == 403


async def test_what_nobody_can_read_is_told_at_its_field_and_not_kept(rest: Rest):
    standing = await rest.world.at_the_specialists()
    (task,) = await rest.world.open_tasks(standing)
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", SPECIALIST)
    await acts_for(rest, str(SPECIALIST), str(SECOND))
    absence = {
        "nguoi_vang": str(HEAD),
        "lam_thay": str(SECOND),
        "tu_ngay": "03/03/2026",
        "den_ngay": "04/03/2026",
    }
    before = await rest.content()
    for said, fault in (
        ("Nghỉ\0phép", "Có ký tự không lưu được"),
        ("Nghỉ\u202ephép", "U+202E"),
        ("x" * 4001, "Viết ngắn hơn: nhiều nhất 4000 ký tự."),
    ):
        for address, button, fields in (
            (f"{UNIT}/vang-mat", "Ghi và cho làm thay", absence),
            ("/noi-bo/giao-viec", "Bàn giao", {"nguoi_vang": str(SPECIALIST), "nguoi_nhan": str(SECOND)}),
        ):
            head = await (await Visitor.of(rest, HEAD)).goes(address)
            await head.presses(button, ly_do=said, **fields)
            assert head.page is not None
            assert head.page.status_code == 422
            assert 'href="#f-ly-do"' in head.page.text
            assert fault in head.text
    assert await rest.content() == before
    await head.goes(f"{UNIT}/vang-mat")
    await head.presses("Ghi và cho làm thay", **{**absence, "nguoi_vang": "x\0"}, ly_do="Nghỉ")
    assert head.page.status_code == 422
