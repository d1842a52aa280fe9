"""A form with conditions and a list, in five ways: answered, printed and saved, filed in English."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from hoso_api.pages.filing import saved_filing
from hoso_workflows import localtime
from hoso_workflows.letters.template_check import drawn
from support import files, in_place, template_words
from support.api_client import OWN, Rest
from support.browser import PATIENCE
from support.builders import conditions
from support.person import WAYS, Mode, Person
from support.world import CITIZEN

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

START = f"/nop/{conditions.CODE}"
#: A question behind the list, and a paper that may be left out.
NOTE = {"type": "textfield", "key": "ghi_chu", "label": "Ghi chú"}
PAPER = '[[case.component]]\ncode = "TP01"\nname = "Đơn đề nghị"\nrequired = false\n'
OPTIONAL = "Ghi chú (không bắt buộc)"
GOODS = [{"ten": "Ghế gỗ"}, {"ten": "Hộp sữa đặc"}]
#: What a draft says in which nothing is missing.
COMPLETE: dict[str, Any] = {
    "applicant": OWN,
    "form": {"doi_tuong": "ca_nhan", "hang": GOODS},
    "delivery_mode": "counter",
}
LABELS = {
    "doi_tuong": "Bạn nộp với tư cách nào?",
    "nguoi_dai_dien": "Người đại diện",
    "hang": "Hàng hóa",
    "hang.*.ten": "Tên hàng",
    "ghi_chu": "Ghi chú",
}
DECLARATION = "Tôi cam đoan những gì khai là đúng sự thật và chịu trách nhiệm trước pháp luật"
#: Pages of a filing, behind the address of its draft or of its procedure, and what they say in English.
PAGES = {
    "dieu-kien": "See the answer",
    "/nguoi-nop": "Applicant",
    "/nhan-ket-qua": "I agree to an electronic result",
    "/kiem-tra?dang=in": "DRAFT – NOT FILED",
    "/xoa": "This cannot be undone.",
    "/kiem-tra": "Check and file",
}
FILED = "select form_data from dossier where reference = $1"
#: Each item with what its field holds.
ITEMS = """items => items.map((each) => [each.querySelector("legend").innerText, each.querySelector("input").value])"""
WORDS = """links => links.map((each) => each.textContent.split(/\\s+/).join(" "))"""
ROWS = """rows => rows.map((each) => [...each.querySelectorAll("dt, dd")].map((cell) => cell.innerText.split(/\\s+/).join(" ")))"""

#: Counts the requests of parts that have ended, where a test can see it.
COUNT = """
document.addEventListener("htmx:finally:request", () => {
  document.documentElement.dataset.ended = Number(document.documentElement.dataset.ended ?? 0) + 1;
})
"""


async def begun(rest: Rest, content: dict[str, Any]) -> str:
    """The address of a new draft of the citizen's, a minute after the one before."""
    rest.clock.at += timedelta(minutes=1)
    await conditions.established(rest.world, NOTE, papers=PAPER)
    said = {"procedure": conditions.CODE, "content": content}
    return f"/ho-so-nhap/{(await rest.done('/v1/drafts', CITIZEN, said))['id']}"


async def kept(rest: Rest, draft: str) -> Any:
    """The content of a draft by now."""
    return (await rest.get(f"/v1/drafts/{draft.rpartition('/')[2]}", CITIZEN)).json()["content"]


async def filed(rest: Rest, citizen: Person) -> Any:
    """The answers of the dossier on whose page a citizen is."""
    (row,) = await rest.world.db.rows(FILED, [citizen.path.split("/")[2]])
    return row.form_data


async def items(citizen: Person) -> Any:
    return await citizen.page.locator("fieldset.muc").evaluate_all(ITEMS)


async def hears(citizen: Person, words: str) -> None:
    """The live region says this where scripts run; else it stands above the questions."""
    if citizen.mode is Mode.PLAIN:
        assert await citizen.reads(words)
    else:
        await in_place.hears(citizen.page, words)


async def opens_a_question(citizen: Person) -> None:
    """Answer what opens a question; with scripts it appears while the citizen types on."""
    page = citizen.page
    if citizen.mode is Mode.PLAIN:
        await citizen.chooses("Tổ chức")
        async with page.expect_response(lambda each: each.request.method == "POST") as answer:
            await citizen.presses("Tiếp tục")
        assert (await answer.value).status == 200
        assert await citizen.reads("Câu trả lời vừa rồi mở thêm 1 câu hỏi")
        assert await page.locator("#loi, .loi, [aria-invalid]").count() == 0
        assert (await in_place.focus(page))[0] == "f-nguoi_dai_dien"
        return
    async with in_place.held(page, citizen.path):
        await citizen.chooses("Tổ chức")
        await citizen.fills(OPTIONAL, "Giao sớm")
        await page.keyboard.press("ArrowLeft")
    await hears(citizen, "Đã thêm 1 câu hỏi")
    assert await in_place.focus(page) == ["f-ghi_chu", "Giao sớm", len("Giao sớ")]


@pytest.mark.parametrize("mode", WAYS)
async def test_a_question_opens_items_come_and_go_and_what_is_hidden_is_not_filed(stage, mode):
    draft = await begun(stage.rest, {**COMPLETE, "form": {}})
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes(f"{draft}/to-khai/1")
        await opens_a_question(citizen)
        await citizen.fills("Người đại diện", "Người B")
        await citizen.fills(OPTIONAL, f"Giao sớm, {mode}")
        await citizen.stirs("Thêm mặt hàng")
        await citizen.fills("Tên hàng", "Chè", of="Mặt hàng 1")
        await citizen.stirs("Thêm mặt hàng")
        await hears(citizen, "Đã thêm mặt hàng 2")
        assert (await in_place.focus(citizen.page))[0] == "f-hang-1-ten"
        await citizen.fills("Tên hàng", "Cam", of="Mặt hàng 2")
        await citizen.stirs("Bỏ mặt hàng 1 : Chè")
        await hears(citizen, "Đã bỏ mặt hàng 1.")
        assert await items(citizen) == [["Mặt hàng 1", "Cam"]]
        await citizen.stirs("Hoàn tác")
        assert await items(citizen) == [["Mặt hàng 1", "Chè"], ["Mặt hàng 2", "Cam"]]
        await citizen.chooses("Cá nhân")
        if mode is not Mode.PLAIN:
            await hears(citizen, "Đã ẩn 1 câu hỏi")
        await citizen.enters("Tên hàng", of="Mặt hàng 2")
        assert citizen.path == f"{draft}/giay-to"
        answers = {"doi_tuong": "ca_nhan", "hang": [{"ten": "Chè"}, {"ten": "Cam"}]}
        answers["ghi_chu"] = f"Giao sớm, {mode}"
        assert (await kept(stage.rest, draft))["form"] == {**answers, "nguoi_dai_dien": "Người B"}
        await citizen.goes(f"{draft}/kiem-tra")
        assert (await citizen.reads("Người đại diện"), await citizen.reads("Người B")) == (False, False)
        ways = await citizen.page.locator("main a", has_text="Sửa").evaluate_all(WORDS)
        assert ways == [
            "Sửa phần Người nộp",
            "Sửa phần Tờ khai",
            "Sửa Bạn nộp với tư cách nào?",
            "Sửa Mặt hàng 1: Tên hàng",
            "Sửa Mặt hàng 2: Tên hàng",
            "Sửa Ghi chú",
            "Sửa phần Giấy tờ",
            "Sửa phần Nhận kết quả",
        ]
        await citizen.chooses(DECLARATION)
        await citizen.presses("Nộp hồ sơ")
        assert await filed(stage.rest, citizen) == answers


@pytest.mark.parametrize("mode", WAYS)
async def test_what_was_typed_is_printed_as_a_draft_and_its_saved_file_fills_another(stage, mode):
    rest = stage.rest
    draft = await begun(rest, COMPLETE)
    where = f"/v1/drafts/{draft.rpartition('/')[2]}/files"
    sent = await files.sends(rest, "", CITIZEN, files.pdf(), "don.pdf", path=where, component="TP01")
    paper = sent.json()
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes(f"{draft}/kiem-tra")
        data = await citizen.downloads("Lưu dữ liệu")
        pdf = drawn.text(await citizen.downloads("Lưu PDF"))
        await citizen.follows("Bản in")
        await citizen.page.emulate_media(media="print")
        assert await citizen.reads("BẢN NHÁP – CHƯA NỘP")
        for left_out in ("nav", "button", "form"):
            assert await citizen.page.locator(left_out).filter(visible=True).count() == 0, left_out
        assert await citizen.page.locator("main dl > div").evaluate_all(ROWS) == [
            ["Người nộp là", "Cá nhân"],
            ["Họ tên, hoặc tên tổ chức", "Người nộp 1"],
            ["Số định danh, mã số thuế hoặc số quyết định", "000000000001"],
            ["Bạn nộp với tư cách nào?", "Cá nhân"],
            ["Tên hàng", "Ghế gỗ"],
            ["Tên hàng", "Hộp sữa đặc"],
            ["Ghi chú", "Không trả lời"],
            ["Đơn đề nghị", f"don.pdf 1 KB sha256 {paper['sha256'][:16]}"],
            ["Bạn nhận kết quả", "Nhận tại quầy"],
            ["Đồng ý nhận kết quả điện tử", "Không"],
        ]
        assert ("BẢN NHÁP – CHƯA NỘP" in pdf, set("ếộữđ") - set(pdf)) == (True, set())
        await citizen.page.emulate_media(media="screen")
        await citizen.goes(START)
        await citizen.unfolds("Nạp dữ liệu đã lưu thành tệp")
        await citizen.uploads("Tệp dữ liệu", "du-lieu.json", data)
        await citizen.presses("Nạp và tạo bản nháp")
        assert await citizen.reads("Đã nạp dữ liệu từ tệp.")
        loaded = await kept(rest, citizen.path.partition("?")[0])
    assert json.loads(data) == {
        "schema": "hoso-filing/1",
        "procedure": conditions.CODE,
        "procedure_name": "Thủ tục thử nghiệm",
        "version": 1,
        "case": "default",
        "case_name": "Cấp mới",
        "saved_at": localtime.isoformat(rest.clock.at),
        "filed": False,
        "applicant": OWN,
        "answers": COMPLETE["form"],
        "labels": LABELS,
        "delivery": {"delivery_mode": "counter"},
        "files": [{name: paper[name] for name in ("component", "name", "size", "sha256")}],
    }
    assert loaded == saved_filing.read(data).content == {"case": "default", **COMPLETE}


async def is_english(citizen: Person, words: str) -> None:
    """The page says something in English, and nothing in Vietnamese that is not marked."""
    page = citizen.page
    assert await page.get_attribute("html", "lang") == "en"
    assert await citizen.reads(words), (citizen.path, words)
    text = (await page.content()).replace(OWN["name"], "")
    assert template_words.vietnamese(text) == [], citizen.path


@pytest.mark.parametrize("mode", WAYS)
async def test_a_filing_is_english_page_by_page_and_says_in_english_what_is_wrong(stage, mode):
    draft = await begun(stage.rest, {**COMPLETE, "form": {"hang": [{"ten": str(mode)}, {}, {}]}})
    async with stage.applicant(CITIZEN, mode) as citizen:
        page = citizen.page
        await citizen.goes(f"{draft}?ngon-ngu=en")
        await is_english(citizen, "Parts of the dossier")
        await citizen.goes(START)
        await citizen.follows("English")
        await is_english(citizen, "Before you start")
        assert "Thủ tục thử nghiệm" in await page.locator("main [lang=vi]").all_inner_texts()
        await citizen.goes(f"{draft}/to-khai/1")
        await is_english(citizen, "Save and go on later")
        await citizen.presses("Continue")
        await is_english(citizen, "Not sent: 3 to correct")
        assert (await page.title()).startswith("Error: ")
        assert await page.locator("#loi li").all_inner_texts() == [
            "Select bạn nộp với tư cách nào?",
            "Mặt hàng 2: Enter tên hàng",
            "Mặt hàng 3: Enter tên hàng",
        ]
        await citizen.stirs("Remove: mặt hàng 3")
        await is_english(citizen, "Removed: mặt hàng 3.")
        assert await page.locator("#loi").count() == 0
        await citizen.fills("Tên hàng", "Cam", of="Mặt hàng 2")
        await citizen.chooses("Cá nhân")
        await citizen.enters("Tên hàng", of="Mặt hàng 2")
        await is_english(citizen, "Choose a file")
        for path, words in PAGES.items():
            await citizen.goes((draft if path.startswith("/") else f"{START}/") + path)
            await is_english(citizen, words)
        await citizen.chooses("I declare that what I state is true, and answer for it before the law")
        await citizen.presses("File a dossier")
        await is_english(citizen, "Filed")
        assert await filed(stage.rest, citizen) == {
            "doi_tuong": "ca_nhan",
            "hang": [{"ten": str(mode)}, {"ten": "Cam"}],
        }


async def test_words_of_a_change_stay_while_what_was_typed_before_it_is_saved(stage):
    draft = await begun(stage.rest, {**COMPLETE, "form": {}})
    async with stage.applicant(CITIZEN, Mode.SCRIPT) as citizen:
        page = citizen.page
        await citizen.goes(f"{draft}/to-khai/1")
        await citizen.stirs("Thêm mặt hàng")
        await page.evaluate(COUNT)
        await citizen.fills("Tên hàng", "Chè", of="Mặt hàng 1")
        async with page.expect_request("**/luu"):
            await page.get_by_role("button", name="Thêm mặt hàng", exact=True).click()
        await expect(page.locator("html")).to_have_attribute("data-ended", "2", timeout=PATIENCE)
        assert await page.text_content("#noi") == "Đã thêm mặt hàng 2"
        assert await items(citizen) == [["Mặt hàng 1", "Chè"], ["Mặt hàng 2", ""]]


async def test_a_save_that_ends_late_leaves_the_focus_where_it_went_meanwhile(stage):
    draft = await begun(stage.rest, {**COMPLETE, "form": {"hang": GOODS}})
    async with stage.applicant(CITIZEN, Mode.SCRIPT) as citizen:
        page = citizen.page
        await citizen.goes(f"{draft}/to-khai/1")
        await page.evaluate(COUNT)
        async with in_place.held(page, f"{draft}/to-khai/1/luu"):
            async with page.expect_request("**/luu"):
                await citizen.fills("Tên hàng", "Chè", of="Mặt hàng 1")
            await page.evaluate("document.activeElement.blur()")
        await expect(page.locator("html")).to_have_attribute("data-ended", "1", timeout=PATIENCE)
        # What puts the focus back does so behind everything that waits now.
        await page.evaluate("new Promise((done) => setTimeout(done))")
        assert await page.evaluate("document.activeElement.localName") == "body"
