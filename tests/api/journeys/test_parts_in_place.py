"""Parts of pages that change where they stand: one application and one world for all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.browser import PATIENCE
from support.builders import forms
from support.in_place import focus, hears, held
from support.person import Mode, Person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

#: A box that opens a question, and a list whose items come and go.
ASKED: tuple[dict[str, Any], ...] = (
    {"type": "checkbox", "key": "gap", "label": "Làm gấp"},
    {"type": "textfield", "key": "vi_sao", "label": "Vì sao gấp", "conditional": {"hide": "=gap != true"}},
    {
        "type": "dynamiclist",
        "path": "nguoi",
        "label": "Người tham gia",
        "properties": {"hoso:item": "Người"},
        "components": [{"type": "textfield", "key": "ten", "label": "Tên"}],
    },
)
FREE = "/noi-bo/viec?ngan=chua-nhan"
LOST = "Mất kết nối; chưa gửi được. Nội dung vẫn còn ở đây."
CLAIMS = """
select e.kind from dossier_event e join dossier d on d.id = e.dossier_id
where d.code = $1 and e.kind in ('task_claimed', 'task_unclaimed') order by e.seq
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that nobody has taken, and the code of its dossier."""

    task: str
    code: str

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"/noi-bo/viec/{self.task}"


async def another(rest: Rest) -> Waiting:
    """One more dossier at the step."""
    filed = await rest.files(procedure=forms.CODE, form={}, components=[])
    return waiting(await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK))


def waiting(standing: Any) -> Waiting:
    """The step at which a dossier stands."""
    return Waiting(standing["tasks"][0]["id"], standing["code"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def steps(stage) -> list[Waiting]:
    """Five steps, one for each who changes one."""
    first = waiting(await forms.accepted(stage.rest, more=ASKED))
    return [first, *[await another(stage.rest) for _ in range(4)]]


@asynccontextmanager
async def officer(stage) -> AsyncIterator[Person]:
    """A specialist with scripts."""
    async with stage.officer(SPECIALIST, Mode.SCRIPT) as found:
        yield found


async def test_a_list_narrows_while_one_types_and_the_caret_stays(stage, steps):
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + FREE)
        assert await page.locator("tr[id^=viec-]").count() >= 2
        await page.click("#q")
        await page.keyboard.type(steps[0].code[1:])
        await page.keyboard.press("Home")
        await page.keyboard.type(steps[0].code[0])
        await hears(page, "1 việc")
        assert await page.locator("tr[id^=viec-]").evaluate_all("rows => rows.map(row => row.id)") == [
            f"viec-{steps[0].task}"
        ]
        assert await focus(page) == ["q", steps[0].code, 1]
        assert f"q={steps[0].code}" in reader.path
        assert "q=" in str(await page.locator("#ngan a").first.get_attribute("href"))
        await reader.looks()


async def test_a_question_appears_where_it_belongs_and_who_types_meanwhile_goes_on(stage, steps):
    step = steps[0]
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + step.address)
        async with held(page, step.address):
            await page.check("#f-gap")
            await page.click("#f-dia_diem")
            await page.keyboard.type("Kho số 9")
            await page.keyboard.press("ArrowLeft")
        await hears(page, "Đã thêm 1 câu hỏi")
        await expect(page.locator("#f-vi_sao")).to_be_visible(timeout=PATIENCE)
        assert await focus(page) == ["f-dia_diem", "Kho số 9", len("Kho số ")]
        await page.uncheck("#f-gap")
        await hears(page, "Đã ẩn 1 câu hỏi")
        assert await page.input_value("#f-dia_diem") == "Kho số 9"


async def test_an_item_comes_with_the_focus_and_goes_with_what_was_typed_into_it(stage, steps):
    step = steps[1]
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + step.address)
        await page.fill("#f-nguoi-0-ten", "Người A")
        await page.click("text=Thêm người")
        await hears(page, "Đã thêm người 2")
        assert (await focus(page))[0] == "f-nguoi-1-ten"
        await page.click('button[value="nguoi.0"]')
        await hears(page, "Đã bỏ người 1.")
        fields = page.locator("[id^=f-nguoi-]")
        assert await fields.evaluate_all("fields => fields.map(each => each.value)") == [""]
        await page.click("text=Hoàn tác")
        await hears(page, "Đã lấy lại người 1")
        assert await fields.evaluate_all("fields => fields.map(each => each.value)") == ["Người A", ""]
        await reader.looks()


async def test_what_is_written_saves_itself_also_after_the_line_was_cut(stage, steps):
    step = steps[2]
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + step.address)
        await page.route("**/luu", lambda route: route.abort())
        await page.fill("#f-ghi-chu", "Chú ý")
        await hears(page, LOST)
        assert await page.locator("#noi").bounding_box() is not None
        assert await page.get_attribute("#noi", "class") == "notice fault"
        await page.unroute("**/luu")
        reader.complaints.clear()
        await page.fill("#f-ghi-chu", "Chú ý mục 3")
        await expect(page.locator("#ban-luu")).to_contain_text("Bản lưu tạm lúc", timeout=PATIENCE)
        assert (await page.inner_text("#noi"), await page.get_attribute("#noi", "class")) == ("", "unseen")
        await page.reload()
        assert await page.input_value("#f-ghi-chu") == "Chú ý mục 3"
        async with page.expect_navigation():
            await page.click("text=Nhận việc")
        assert await reader.reads("Đã nhận việc")


async def test_a_save_that_another_window_has_overtaken_says_so_beside_the_form_at_once(stage, steps):
    step, said = steps[4], "Chưa lưu tạm được: bản lưu tạm hoặc hồ sơ đã đổi ở nơi khác."
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + step.address)
        address = f"/v1/user-tasks/{step.task}/draft"
        await stage.rest.ask("PUT", address, SPECIALIST, json={"note": "Từ cửa sổ khác", "values": {}})
        await page.fill("#f-ghi-chu", "Của trang này")
        await expect(page.locator("#ban-luu")).to_contain_text(said, timeout=PATIENCE)
        assert (await page.inner_text("#noi")).startswith(said)
        assert await page.input_value("#f-ghi-chu") == "Của trang này"
        assert (await stage.rest.get(address, SPECIALIST)).json()["note"] == "Từ cửa sổ khác"
        reader.complaints.clear()
        await page.get_by_role("button", name="Lưu tạm", exact=True).click()
        assert await reader.reads("Bản lưu tạm của bạn đã đổi")
        assert await page.input_value("#f-ghi-chu") == "Của trang này"
        reader.complaints.clear()


async def test_a_step_is_taken_and_given_back_in_its_row_once_however_often_one_clicks(stage, steps):
    step = steps[3]
    row, button = f"#viec-{step.task}", f"#g-{step.task}"
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + FREE)
        await page.route("**/nhan", lambda route: route.abort())
        await page.click(button)
        await hears(page, LOST)
        await expect(page.locator(button)).to_be_focused(timeout=PATIENCE)
        assert await page.is_enabled(button)
        await page.unroute("**/nhan")
        reader.complaints.clear()
        async with held(page, "/nhan"):
            await page.dblclick(button)
        await hears(page, f"Đã nhận việc {step.code}")
        assert await reader.reads(f"Đã nhận việc · {step.code}")
        await expect(page.locator(row)).to_contain_text("tôi", timeout=PATIENCE)
        await expect(page.locator(button)).to_be_focused(timeout=PATIENCE)
        await page.keyboard.press("t")
        await hears(page, f"Đã trả lại việc {step.code}")
        await expect(page.locator(button)).to_contain_text("Nhận việc", timeout=PATIENCE)
        assert reader.path == FREE
    rows = await stage.rest.world.db.rows(CLAIMS, [step.code])
    assert [each.kind for each in rows] == ["task_claimed", "task_unclaimed"]


async def test_figures_are_counted_and_what_has_come_is_told_without_moving_a_row(stage, steps):
    rest = stage.rest
    async with officer(stage) as reader:
        page = reader.page
        await page.goto(stage.address + FREE)
        mine = int(await page.text_content("#dem-tasks") or 0)
        before = await page.locator("tr[id^=viec-]").count()
        rest.clock.at += timedelta(minutes=1)
        new = await another(rest)
        given = f"/v1/user-tasks/{(await another(rest)).task}/assignment"
        await rest.done(given, HEAD, {"assignee": str(SPECIALIST)})
        answered: list[int] = []
        page.on("response", lambda answer: answered.append(answer.status))
        for told in ("2 việc mới", ""):
            async with page.expect_response(lambda answer: "/noi-bo/dem?" in answer.url):
                await page.evaluate("htmx.trigger('.places', 'every')")
            await hears(page, told)
        assert await page.text_content("#dem-tasks") == str(mine + 1)
        assert answered == [200, 304]
        assert await page.locator("tr[id^=viec-]").count() == before
        await reader.follows("Tải lại")
        assert await reader.reads(new.code)
        assert reader.path == FREE
