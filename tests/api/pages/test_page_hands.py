"""Hands of a task and opinions of units, on pages without scripts."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from support.acts_of_law import acts, read
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.visitor import Visitor
from support.world import DEPARTMENT, OTHER, person

pytestmark = pytest.mark.world("shared")

SECOND, ELSEWHERE = person("specialist", DEPARTMENT, 2), person("specialist", OTHER)


async def taken(rest: Rest) -> tuple[str, str]:
    """A task that a specialist has taken, and the reference of its dossier."""
    standing = await rest.completes(await rest.completes(await rest.accepts(), CLERK), HEAD)
    task = standing["tasks"][0]["id"]
    await rest.done(f"/v1/user-tasks/{task}/assignment", SPECIALIST)
    return task, standing["reference"]


async def held(rest: Rest, task: str) -> tuple[UUID | None, UUID | None, int]:
    (row,) = await rest.world.db.rows(
        "select assignee_id, owner_id, priority from user_task where id = $1", [UUID(task)]
    )
    return row.assignee_id, row.owner_id, row.priority


async def kinds(rest: Rest, reference: str, kind: str) -> int:
    return int(
        await rest.world.one(
            "select count(*) from dossier_event e join dossier d on d.id = e.dossier_id"
            " where d.reference = $1 and e.kind = $2",
            reference,
            kind,
        )
    )


async def twice(visitor: Visitor, button: str, **said: str) -> None:
    """Press a button, and once more on the same page."""
    address, fields = visitor.sent(button, **said)
    for _ in range(2):
        await visitor.posts(address, fields)
        assert visitor.page is not None
        assert visitor.page.status_code == 200, visitor.text


async def test_a_task_is_lent_to_a_colleague_and_comes_back(rest: Rest):
    task, reference = await taken(rest)
    owner = await (await Visitor.of(rest, SPECIALIST)).goes(f"/noi-bo/viec/{task}")
    assert owner.page is not None
    assert f'href="/noi-bo/viec/{task}/chuyen"' in owner.page.text
    await owner.goes(f"/noi-bo/viec/{task}/chuyen")
    await owner.presses("Nhờ làm giúp")
    assert 'href="#f-nguoi-lam"' in owner.page.text
    rest.clock.turn("2026-03-02 09:05")
    await twice(owner, "Nhờ làm giúp", nguoi_lam=str(SECOND), ghi_chu="Đối chiếu danh mục")
    assert await held(rest, task) == (SECOND, SPECIALIST, 0)
    assert await kinds(rest, reference, "task_delegated") == 1
    colleague = await (await Visitor.of(rest, SECOND)).goes(f"/noi-bo/viec/{task}/chuyen")
    rest.clock.turn("2026-03-02 09:10")
    await twice(colleague, "Đưa việc về", ket_qua_lam="Danh mục đúng")
    assert await held(rest, task) == (SPECIALIST, None, 0)
    assert await kinds(rest, reference, "task_resolved") == 1


async def test_a_head_gives_a_task_to_another_who_returns_it_with_a_reason(rest: Rest):
    task, _ = await taken(rest)
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/viec/{task}/chuyen")
    await head.presses("Giao việc", nguoi_nhan=str(SECOND), ly_do=" ")
    assert head.page is not None
    assert 'href="#f-ly-do"' in head.page.text
    assert head.form("Giao việc")[0].fields["nguoi-nhan"] == [str(SECOND)]
    rest.clock.turn("2026-03-02 09:05")
    await twice(head, "Giao việc", nguoi_nhan=str(SECOND), ly_do="Nghỉ phép")
    assert await held(rest, task) == (SECOND, None, 0)
    rest.clock.turn("2026-03-02 09:06")
    await twice(head, "Đặt mức ưu tiên", uu_tien="2")
    assert await held(rest, task) == (SECOND, None, 2)
    second = await (await Visitor.of(rest, SECOND)).goes(f"/noi-bo/viec/{task}/chuyen")
    assert "Giao cho người khác" not in second.text
    rest.clock.turn("2026-03-02 09:10")
    await twice(second, "Trả lại người giữ trước", ly_do_tra="Không đúng lĩnh vực")
    assert await held(rest, task) == (SPECIALIST, None, 2)


async def test_a_day_to_look_again_is_kept_for_its_officer_alone(rest: Rest):
    task, _ = await taken(rest)
    officer = await (await Visitor.of(rest, SPECIALIST)).goes(f"/noi-bo/viec/{task}/chuyen")
    await officer.presses("Lưu ngày", ngay="mai")
    assert officer.page is not None
    assert (officer.page.status_code, 'href="#f-ngay"' in officer.page.text) == (422, True)
    await twice(officer, "Lưu ngày", ngay="05/03/2026")
    assert officer.form("Lưu ngày")[0].fields["ngay"] == ["05/03/2026"]
    rows = await rest.world.db.rows(
        "select principal_id, follow_up_on from officer_task where task_id = $1", [UUID(task)]
    )
    assert [tuple(row) for row in rows] == [(SPECIALIST, date(2026, 3, 5))]
    await officer.presses("Lưu ngày", ngay="")
    assert officer.form("Lưu ngày")[0].fields["ngay"] == [""]


async def test_who_may_not_is_refused_and_strangers_find_no_task(rest: Rest):
    task, _ = await taken(rest)
    head = await (await Visitor.of(rest, HEAD)).goes(f"/noi-bo/viec/{task}/chuyen")
    address, fields = head.sent("Giao việc", nguoi_nhan=str(SECOND), ly_do="Nghỉ phép")
    clerk = await (await Visitor.of(rest, CLERK)).goes(f"/noi-bo/viec/{task}/chuyen")
    assert "không giữ vai trò của bước" in clerk.text
    await clerk.posts(address, fields)
    assert clerk.page is not None
    assert clerk.page.status_code == 403
    stranger = await (await Visitor.of(rest, ELSEWHERE)).goes(f"/noi-bo/viec/{task}/chuyen")
    assert stranger.page is not None
    assert stranger.page.status_code == 404
    assert await held(rest, task) == (SPECIALIST, None, 0)


async def test_a_unit_gives_the_opinion_that_it_is_asked_for_once(rest: Rest):
    standing: Any = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có đủ điều kiện không?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-02 09:00", **asked)
    officer = await (await Visitor.of(rest, ELSEWHERE)).goes("/noi-bo/y-kien")
    assert f"{standing['code']} " in officer.text
    assert "Có đủ điều kiện không?" in officer.text
    await officer.presses("Gửi ý kiến", y_kien="Có")
    assert officer.page is not None
    assert (officer.page.status_code, 'href="#f-dong-y"' in officer.page.text) == (422, True)
    assert officer.form("Gửi ý kiến")[0].fields["y-kien"] == ["Có"]
    late = await (await Visitor.of(rest, ELSEWHERE)).goes("/noi-bo/y-kien")
    rest.clock.turn("2026-03-02 09:05")
    await twice(officer, "Gửi ý kiến", y_kien="Đủ điều kiện", dong_y="co")
    assert "Đã cho ý kiến" in officer.text
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["answer"]) == ("agreed", "Đủ điều kiện")
    await late.presses("Gửi ý kiến", y_kien="Tôi phản đối", dong_y="khong")
    assert late.page is not None
    assert late.page.status_code == 409
    assert "Tôi phản đối" in late.text
    other = await (await Visitor.of(rest, SPECIALIST)).goes("/noi-bo/y-kien")
    assert standing["code"] not in other.text
