"""The inbox and the page of a step, as an officer uses them in a browser without scripts."""

import re
from datetime import timedelta
from urllib.parse import unquote, urlencode

import pytest

from hoso_workflows.drafts import parked_forms
from support import files
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.builders import forms
from support.signing_in import hidden
from support.visitor import Visitor
from support.world import DESK, person


async def arrived(rest: Rest) -> dict[str, str]:
    """A dossier that has been accepted, and the desk's task of sending it on."""
    standing = await rest.accepts()
    (task,) = standing["tasks"]
    return {"code": standing["code"], **task}


async def kinds(rest: Rest, code: str) -> list[str]:
    """The kinds of a dossier's events, in order."""
    rows = await rest.world.db.rows(
        "select e.kind from dossier_event e join dossier d on d.id = e.dossier_id where d.code = $1 order by e.seq",
        [code],
    )
    return [row.kind for row in rows]


async def test_the_inside_begins_with_the_inbox_whose_empty_list_leads_to_what_nobody_has_taken(rest: Rest):
    task = await arrived(rest)
    officer = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo")
    assert officer.path == "/noi-bo/viec"
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec")
    assert "Không có việc nào của bạn. Xem việc chưa ai nhận" in clerk.text
    await clerk.goes("/noi-bo/viec?ngan=chua-nhan")
    assert task["code"] in clerk.text
    assert "Nhận việc" in clerk.text


async def test_a_task_is_taken_in_its_row_and_given_back_on_its_page(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec?ngan=chua-nhan")
    await clerk.presses("Nhận việc")
    assert clerk.path.startswith("/noi-bo/viec?ngan=chua-nhan&xong=")
    assert f"Đã nhận việc · {task['code']}" in clerk.text
    await clerk.goes("/noi-bo/viec")
    assert task["code"] in clerk.text
    await clerk.goes(f"/noi-bo/viec/{task['id']}")
    await clerk.presses("Trả lại cho đơn vị")
    assert "Đã trả lại việc" in clerk.text
    assert (await kinds(rest, task["code"]))[-2:] == ["task_claimed", "task_unclaimed"]


async def test_the_row_of_a_task_that_was_just_taken_stays_in_the_list_that_it_has_left(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec?ngan=chua-nhan")
    _, fields = clerk.sent("Nhận việc", ve=f"/noi-bo/viec?ngan=chua-nhan&viec={task['id']}")
    await clerk.posts(f"/noi-bo/viec/{task['id']}/nhan", fields)
    assert task["code"] in clerk.text
    await clerk.presses("Trả lại")
    assert f"Đã trả lại việc · {task['code']}" in clerk.text
    stranger = await (await Visitor.of(rest, person("specialist", "H27.SYT"))).goes(
        f"/noi-bo/viec?viec={task['id']}"
    )
    assert task["code"] not in stranger.text


async def test_the_figures_are_told_when_they_have_changed_and_nobody_stays_signed_in_by_them(rest: Rest):
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec?ngan=chua-nhan")
    since = rest.clock.at.isoformat()
    rest.clock.at += timedelta(minutes=10)
    task = await arrived(rest)
    await clerk.goes(f"/noi-bo/dem?{urlencode({'tu': since, 've': '/noi-bo/viec?ngan=chua-nhan'})}")
    assert "1 việc mới Tải lại" in clerk.text
    assert clerk.page is not None
    assert 'href="/noi-bo/viec?ngan=chua-nhan" id="tai-lai"' in clerk.page.text
    known = {**clerk.headers, "HX-PTag": clerk.page.headers["HX-PTag"]}
    address = f"/noi-bo/dem?{urlencode({'tu': since})}"
    assert (await rest.client.get(address, headers=known)).status_code == 304
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", CLERK, {"assignee": str(CLERK)})
    assert (await rest.client.get(address, headers=known)).status_code == 200
    for wrong in ("", "?tu=hom-qua", "?tu=2026-03-02", "?ve=https://example.org"):
        await clerk.goes(f"/noi-bo/dem{wrong}")
        assert "việc mới" not in clerk.text
    (session,) = await rest.world.db.rows("select seen_at, begun_at from browser_session")
    assert session.seen_at == session.begun_at
    rest.clock.at += timedelta(minutes=25)
    assert "Đăng nhập" in (await clerk.goes("/noi-bo/dem")).text


async def test_a_step_is_completed_once_however_often_its_button_is_pressed(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    address, fields = clerk.sent("Hoàn thành", ghi_chu="Chú ý mục 3")
    await clerk.posts(address, fields)
    assert clerk.path.startswith("/noi-bo/viec?xong=")
    first = await kinds(rest, task["code"])
    await clerk.posts(address, fields)
    assert await kinds(rest, task["code"]) == first
    head = await Visitor.of(rest, HEAD)
    await head.goes("/noi-bo/viec?ngan=chua-nhan")
    assert task["code"] in head.text


async def test_who_was_slower_reads_what_the_other_did_and_keeps_what_they_wrote(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    await rest.done(f"/v1/user-tasks/{task['id']}/completion", CLERK, {})
    before = await kinds(rest, task["code"])
    await clerk.presses("Hoàn thành", ghi_chu="Đã gọi điện hỏi")
    assert clerk.page is not None
    assert clerk.page.status_code == 409
    assert "Hồ sơ đã thay đổi trong khi bạn mở trang này" in clerk.text
    assert "Chưa có gì của bạn được ghi." in clerk.text
    assert "Nội dung bạn vừa nhập Đã gọi điện hỏi" in clerk.text
    assert await kinds(rest, task["code"]) == before


async def test_rows_of_one_page_are_taken_one_after_the_other_also_by_going_back(rest: Rest):
    first, second = await arrived(rest), await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec?ngan=chua-nhan")
    assert clerk.page is not None
    key = hidden(clerk.page, "_khoa")
    for task in (first, second):
        await clerk.posts(f"/noi-bo/viec/{task['id']}/nhan", {"_khoa": [key]})
        assert (await kinds(rest, task["code"]))[-1] == "task_claimed"


async def test_what_happens_beside_a_step_does_not_stop_it(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    await rest.done(f"/v1/dossiers/{task['code']}/notes", HEAD, {"text": "Người nộp hỏi tiến độ"})
    await clerk.presses("Hoàn thành")
    assert clerk.path.startswith("/noi-bo/viec?xong=")


async def test_a_form_is_kept_unfinished_and_found_again(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    await clerk.presses("Lưu tạm", ghi_chu="Đang xem lại mục 3")
    assert "Bản lưu tạm lúc 08:" in clerk.text or "Bản lưu tạm lúc 09:" in clerk.text
    assert "Đang xem lại mục 3" in clerk.text


async def test_two_windows_do_not_keep_a_step_over_each_other_unseen(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    first = clerk.sent("Lưu tạm", ghi_chu="Cửa sổ một")
    second = clerk.sent("Lưu tạm", ghi_chu="Cửa sổ hai")
    for _ in range(2):
        await clerk.posts(*first)
        assert clerk.path == f"/noi-bo/viec/{task['id']}"
    await clerk.posts(*second)
    assert clerk.page is not None
    assert clerk.page.status_code == 409
    assert "Bản lưu tạm của bạn đã đổi sau khi trang này được mở, có thể ở cửa sổ khác." in clerk.text
    notes = "select draft ->> 'note' as note from officer_task"
    assert [row.note for row in await rest.world.db.rows(notes)] == ["Cửa sổ một"]
    await clerk.presses("Lưu tạm")
    assert [row.note for row in await rest.world.db.rows(notes)] == ["Cửa sổ hai"]


async def test_an_item_knows_its_place_in_the_list_it_was_opened_from(rest: Rest):
    tasks = [await arrived(rest) for _ in range(3)]
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec?ngan=chua-nhan")
    assert clerk.page is not None
    links = re.findall(r'href="(/noi-bo/viec/[^"]+\?ds=[^"]+)"', clerk.page.text)
    await clerk.goes(links[1])
    assert "2/3" in clerk.text
    assert "Trước" in clerk.text
    await clerk.presses("Hoàn thành")
    assert clerk.path.startswith(links[2].partition("?")[0])
    assert "2/2" in clerk.text
    assert len(tasks) == len(links)


async def test_from_the_first_list_one_comes_to_its_next_item_too(rest: Rest):
    for _ in range(2):
        rest.clock.at += timedelta(minutes=1)
        task = await arrived(rest)
        await rest.done(f"/v1/user-tasks/{task['id']}/assignment", CLERK)
    clerk = await (await Visitor.of(rest, CLERK)).goes("/noi-bo/viec")
    assert clerk.page is not None
    first, second = re.findall(r'href="(/noi-bo/viec/[^"]+\?ds=[^"]+)"', clerk.page.text)
    await clerk.goes(first)
    assert "1/2" in clerk.text
    await clerk.presses("Hoàn thành")
    assert (clerk.path.partition("&xong=")[0], "1/1" in clerk.text) == (second, True)


async def test_an_officer_of_another_unit_is_told_of_no_such_task(rest: Rest):
    task = await arrived(rest)
    stranger = await Visitor.of(rest, person("specialist", "H27.SYT"))
    await stranger.goes(f"/noi-bo/viec/{task['id']}")
    assert stranger.page is not None
    assert stranger.page.status_code == 404
    assert task["unit"] == DESK


async def test_a_form_without_its_key_is_refused_in_words(rest: Rest):
    task = await arrived(rest)
    clerk = await Visitor.of(rest, CLERK)
    await clerk.posts(f"/noi-bo/viec/{task['id']}", {"ghi-chu": ["x"]})
    assert clerk.page is not None
    assert clerk.page.status_code == 422
    assert "task_closed" not in (await kinds(rest, task["code"]))[-1:]


async def test_a_form_that_comes_after_its_session_is_found_again_and_was_not_done(rest: Rest):
    task = await arrived(rest)
    path = f"/noi-bo/viec/{task['id']}"
    clerk = await (await Visitor.of(rest, CLERK)).goes(path)
    address, fields = clerk.sent("Hoàn thành", ghi_chu="Chú ý mục 3")
    before = await kinds(rest, task["code"])
    rest.clock.turn("2026-03-02 09:45")
    headers = {**clerk.headers, "Referer": f"http://127.0.0.1:8000{path}"}
    away = await rest.client.post(address, data=fields, headers=headers)
    assert (away.status_code, away.headers["location"]) == (303, f"/dang-nhap?tiep={path}")
    kept = away.headers["set-cookie"].partition(";")[0]
    stranger = await Visitor.of(rest, HEAD)
    stranger.headers["Cookie"] += f"; {kept}"
    await stranger.goes(path)
    assert "Chú ý mục 3" not in stranger.text
    again = await Visitor.of(rest, CLERK)
    again.headers["Cookie"] += f"; {kept}"
    await again.goes(path)
    assert "Bạn đã đăng nhập lại. Chưa có gì được gửi" in again.text
    assert "Chú ý mục 3" in again.text
    assert await kinds(rest, task["code"]) == before
    await again.goes(path)
    assert "Chú ý mục 3" not in again.text
    assert await rest.world.db.rows("select id from parked_form") == []


@pytest.mark.parametrize(
    ("below", "query"),
    [("", ""), ("/luu", ""), ("", "?ds=abc")],
    ids=["its page", "its own answer", "a query"],
)
async def test_a_form_is_parked_under_the_page_that_shows_it(rest: Rest, below: str, query: str):
    task = await arrived(rest)
    path = f"/noi-bo/viec/{task['id']}"
    clerk = await (await Visitor.of(rest, CLERK)).goes(path)
    address, fields = clerk.sent("Hoàn thành", ghi_chu="Chú ý mục 3")
    rest.clock.turn("2026-03-02 09:45")
    headers = {**clerk.headers, "Referer": f"http://127.0.0.1:8000{path}{below}{query}"}
    away = await rest.client.post(address, data=fields, headers=headers)
    onward = away.headers["location"].removeprefix("/dang-nhap?tiep=")
    assert unquote(onward) == path + query
    again = await Visitor.of(rest, CLERK)
    again.headers["Cookie"] += f"; {away.headers['set-cookie'].partition(';')[0]}"
    await again.goes(unquote(onward))
    assert "Chú ý mục 3" in again.text


async def test_the_other_language_of_a_page_that_came_back_is_that_of_its_page(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    await clerk.presses("Lưu tạm", ghi_chu="x\0")
    assert clerk.page is not None
    assert (clerk.page.status_code, clerk.path) == (422, f"/noi-bo/viec/{task['id']}/luu")
    assert f'tiep=/noi-bo/viec/{task["id"]}"' in clerk.page.text


async def test_a_parked_form_is_forgotten_after_half_an_hour(rest: Rest):
    task = await arrived(rest)
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    address, fields = clerk.sent("Hoàn thành", ghi_chu="Chú ý mục 3")
    rest.clock.turn("2026-03-02 09:45")
    await clerk.posts(address, fields)
    (row,) = await rest.world.db.rows("select sealed, expires_at from parked_form")
    assert "Chú ý".encode() not in row.sealed
    assert await parked_forms.expire(rest.world.db, at=row.expires_at - timedelta(seconds=1)) == 0
    assert await parked_forms.expire(rest.world.db, at=row.expires_at) == 1


async def test_the_questions_of_a_step_are_judged_kept_and_completed(rest: Rest):
    standing = await forms.accepted(rest)
    (task,) = standing["tasks"]
    officer = await (await Visitor.of(rest, SPECIALIST)).goes(f"/noi-bo/viec/{task['id']}")
    before = await kinds(rest, standing["code"])
    await officer.presses("Hoàn thành")
    assert officer.page is not None
    assert officer.page.status_code == 422
    assert 'href="#f-dia_diem"' in officer.page.text
    assert 'href="#f-muc"' in officer.page.text
    assert await kinds(rest, standing["code"]) == before
    await officer.presses("Lưu tạm", dia_diem="Kho số 2", muc="ba")
    form, _ = officer.form("Hoàn thành")
    assert (form.fields["dia_diem"], form.fields["muc"]) == (["Kho số 2"], ["ba"])
    await officer.presses("Hoàn thành", muc="3")
    assert officer.path.startswith("/noi-bo/viec?xong=")
    (row,) = await rest.world.db.rows("select answers from user_task where id = $1::text::uuid", [task["id"]])
    assert row.answers == forms.SOUND


async def test_the_step_that_decides_asks_for_the_result_and_its_files(rest: Rest):
    standing = await rest.accepts()
    (task,) = standing["tasks"]
    while task["milestone"] != "result":
        drawn = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        officer = person(task["role"], task["unit"])
        standing = await rest.done(f"/v1/user-tasks/{task['id']}/completion", officer, drawn)
        (task,) = standing["tasks"]
    by, code = person(task["role"], task["unit"]), standing["code"]
    file = str(await files.attached(rest.world, code, by, "2026-03-02 09:00", internal=True))
    decider = await (await Visitor.of(rest, by)).goes(f"/noi-bo/viec/{task['id']}")
    chosen = {"ket_luan": task["outcomes"][0]} if task["outcomes"] else {}
    await decider.presses("Hoàn thành", **chosen)
    assert decider.page is not None
    assert decider.page.status_code == 422
    assert 'href="#f-ket-qua"' in decider.page.text
    await decider.presses("Hoàn thành", ket_qua="granted", tep=[file], **chosen)
    assert decider.path.startswith("/noi-bo/viec?xong=")
    listed = (await rest.get(f"/v1/dossiers/{code}/attachments", by)).json()["items"]
    assert [(each["id"], each["phase"]) for each in listed] == [(file, "result")]


async def test_a_step_of_the_desk_is_done_at_its_own_page(rest: Rest):
    filed = await rest.files()
    (task,) = filed["tasks"]
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task['id']}")
    assert clerk.path == f"/noi-bo/ho-so/{filed['reference']}/tiep-nhan"
