"""An officer in five ways: signs in, completes a step, takes one from the list, keeps it unfinished, goes on to the next; and their keys."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from support.account import Account
from support.api_client import HEAD, SPECIALIST, Rest
from support.person import WAYS, Mode, Person
from support.person import person as visiting
from support.signing_in import PASSWORD
from support.world import person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

#: From the page of signing in to the first completed step.
CLICKS, BYTES = 4, 200_000
NOTE = "Ghi chú cho người tiếp theo (không bắt buộc)"
STEP = "B4. Thẩm định hồ sơ, dự thảo văn bản trình"
KINDS = """
select d.code, array_agg(e.kind order by e.seq) as kinds
from dossier d join dossier_event e on e.dossier_id = d.id
where d.code = any($1) and e.kind = any('{task_claimed,task_unclaimed,task_closed}') group by d.code
"""
NOTES = """
select e.payload ->> 'note' as text from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind = 'task_closed' order by e.seq desc limit 1
"""
#: What was done before the officer came: reception, transfer, assignment.
BEFORE = ["task_closed"] * 3


@dataclass(frozen=True, slots=True)
class Inbox:
    """Codes of the dossiers with a step for the officer: two that were given to them, and one that nobody has taken."""

    first: str
    second: str
    free: str


async def arrives(rest: Rest) -> str:
    """The code of a dossier that has come to the specialists; a later one is due later."""
    rest.clock.at += timedelta(minutes=1)
    standing = await rest.accepts()
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    return str(standing["code"])


async def filled(rest: Rest) -> Inbox:
    """An inbox of this moment."""
    inbox = Inbox(*[await arrives(rest) for _ in range(3)])
    for code in (inbox.first, inbox.second):
        (task,) = (await rest.get(f"/v1/dossiers/{code}", SPECIALIST)).json()["tasks"]
        await rest.done(f"/v1/user-tasks/{task['id']}/assignment", HEAD, {"assignee": str(SPECIALIST)})
    return inbox


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def account(stage) -> Account:
    """The officer's own account."""
    return await Account.of(stage.rest, SPECIALIST, "chuyen-vien")


@pytest.mark.parametrize("mode", WAYS)
async def test_an_officer_signs_in_and_completes_a_step_in_four_clicks_then_takes_and_keeps_others(
    stage, account, mode
):
    rest = stage.rest
    # A changing code is good once, and a place in the order is each way's own.
    rest.clock.at += timedelta(minutes=5)
    inbox = await filled(rest)
    async with visiting(stage.browser, stage.address, mode) as officer:
        await officer.goes("/dang-nhap")
        await officer.fills("Tên tài khoản", account.name)
        await officer.fills("Mật khẩu", PASSWORD)
        await officer.presses("Tiếp tục")
        await officer.fills("Mã 6 số trong ứng dụng, hoặc một mã dự phòng", account.code())
        await officer.presses("Đăng nhập")
        assert officer.path == "/noi-bo/viec"
        await officer.follows(f"{STEP} {inbox.first}")
        await officer.presses("Hoàn thành")
        assert (officer.clicks, await officer.reads(f"Đã kết thúc bước · {inbox.first}")) == (CLICKS, True)
        assert officer.traffic.whole <= BYTES
        assert (await officer.heading(), await officer.reads("1/1")) == (STEP, True)
        await officer.fills(NOTE, "Chú ý mục 3")
        await officer.presses("Lưu tạm")
        assert await officer.reads("Bản lưu tạm lúc")
        await officer.presses("Trả lại cho đơn vị")
        await officer.presses("Nhận việc")
        await officer.presses("Hoàn thành")
        assert await officer.reads("Không có việc nào của bạn.")
        await officer.follows("Xem việc chưa ai nhận")
        await officer.stirs(f"Nhận việc {STEP} {inbox.free}")
        assert await officer.reads(f"Đã nhận việc · {inbox.free}")
        await officer.follows("Của tôi")
        await officer.follows(f"{STEP} {inbox.free}")
        await officer.presses_twice("Hoàn thành")
        assert await officer.reads(f"Đã kết thúc bước · {inbox.free}")
    rows = await rest.world.db.rows(KINDS, [[inbox.first, inbox.second, inbox.free]])
    assert {row.code: row.kinds for row in rows} == {
        inbox.first: [*BEFORE, "task_claimed", "task_closed"],
        inbox.second: [*BEFORE, "task_claimed", "task_unclaimed", "task_claimed", "task_closed"],
        inbox.free: [*BEFORE, "task_claimed", "task_closed"],
    }
    (note,) = await rest.world.db.rows(NOTES, [inbox.second])
    assert note.text == "Chú ý mục 3"


async def leads(officer: Person, key: str) -> None:
    """Press a key that leads to another page."""
    async with officer.page.expect_navigation(wait_until="load"):
        await officer.page.keyboard.press(key)
    await officer.looks()


async def focused(officer: Person) -> str:
    """The words, or else the id, of what has the focus."""
    found: str = await officer.page.evaluate(
        "document.activeElement.textContent || document.activeElement.id"
    )
    return " ".join(found.split())


#: What an input method for Telex sends where somebody types "aj" over a list: the letters compose, the last is taken back.
TELEX = """for (const said of [{ key: "a" }, { key: "j", isComposing: true }, { key: "Process", keyCode: 229 },
  { key: "Backspace" }, { key: "ạ" }])
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...said }))"""


async def test_keys_walk_the_lists_and_the_steps_until_their_officer_switches_them_off(stage):
    rest = stage.rest
    rest.clock.turn("2026-03-16 09:00")
    codes = [await arrives(rest) for _ in range(3)]
    first, second, third = [f"{STEP} {code}" for code in codes]
    async with stage.officer(SPECIALIST, Mode.SCRIPT) as officer:
        await officer.goes("/noi-bo/viec?ngan=chua-nhan")
        been = []
        for key in ("j", "j", "j", "k", "k"):
            await officer.page.keyboard.press(key)
            been.append(await focused(officer))
        assert been == [first, second, third, second, first]
        await officer.page.evaluate(TELEX)
        assert (await focused(officer), officer.path) == (first, "/noi-bo/viec?ngan=chua-nhan")
        await leads(officer, "n")
        assert await officer.reads(f"Đã nhận việc · {codes[0]}")
        await officer.page.keyboard.press("j")
        await leads(officer, "Enter")
        assert await officer.reads("1/2")
        await leads(officer, "]")
        assert await officer.reads("2/2")
        await leads(officer, "[")
        await officer.page.get_by_label(NOTE, exact=True).focus()
        await officer.page.keyboard.type("jnx?]/")
        assert await officer.page.input_value("#f-ghi-chu") == "jnx?]/"
        await officer.page.get_by_label(NOTE, exact=True).fill("")
        await officer.page.evaluate("document.activeElement.blur()")
        await leads(officer, "l")
        assert officer.path == "/noi-bo/viec?ngan=chua-nhan"
        await officer.page.keyboard.press("/")
        assert await focused(officer) == "tim"
        await officer.page.keyboard.type("jnx?]/")
        assert await officer.page.input_value("#tim") == "jnx?]/"
        await officer.page.evaluate("document.activeElement.blur()")
        await leads(officer, "?")
        assert officer.page.url.endswith("/noi-bo/toi#phim")
        await officer.chooses("Tắt", of="Phím tắt trong danh sách")
        await officer.presses("Lưu trên trình duyệt này")
        await officer.goes("/noi-bo/viec?ngan=chua-nhan")
        for key in ("j", "k", "x", "n", "t", "]", "[", "/", "l", "?"):
            await officer.page.keyboard.press(key)
        assert await officer.page.evaluate("document.activeElement === document.body")
        assert officer.path == "/noi-bo/viec?ngan=chua-nhan"
    async with stage.officer(HEAD, Mode.SCRIPT) as head:
        await head.goes("/noi-bo/giao-viec")
        for key in ("j", "x", "j", "x", "x"):
            await head.page.keyboard.press(key)
        boxes = await head.page.get_by_role("checkbox").all()
        assert [await each.is_checked() for each in boxes[:2]] == [True, False]
    rows = await rest.world.db.rows(KINDS, [codes])
    assert {row.code: row.kinds for row in rows} == {
        codes[0]: [*BEFORE, "task_claimed"],
        codes[1]: BEFORE,
        codes[2]: BEFORE,
    }


async def test_without_scripts_no_key_does_anything(stage):
    rest = stage.rest
    rest.clock.turn("2026-03-17 09:00")
    code = await arrives(rest)
    async with stage.officer(SPECIALIST, Mode.PLAIN) as officer:
        await officer.goes("/noi-bo/viec?ngan=chua-nhan")
        for key in ("j", "x", "n", "]", "l", "?"):
            await officer.page.keyboard.press(key)
        assert officer.path == "/noi-bo/viec?ngan=chua-nhan"
    (row,) = await rest.world.db.rows(KINDS, [[code]])
    assert row.kinds == BEFORE
