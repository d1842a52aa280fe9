"""A stranger before the portal of a demonstration, on a telephone without scripts: from the first page to the rating.

Nothing is known of it but its address; whoever acts is one of the roles that it offers.
"""

from dataclasses import dataclass

from playwright.async_api import Browser

from support import browser, files, person
from support.person import Mode, Person

PROCEDURE, SOUGHT = "1.001806", "nguoi khuyet tat"
UNIT = "Sở Nội vụ Cao Bằng (ví dụ)"
PAPER, OTHER = "Giấy tờ của hồ sơ (quyết định không nêu thành phần)", "Giấy tờ khác, nếu có"
ANSWERS = {
    "Tên cơ sở sản xuất, kinh doanh": "Tổ may trình diễn",
    "Địa chỉ cơ sở": "Địa chỉ trình diễn",
    "Tổng số lao động": "10",
    "Số lao động là người khuyết tật": "4",
}
DECLARATION = "Tôi cam đoan những gì khai là đúng sự thật và chịu trách nhiệm trước pháp luật"
#: Roles between acceptance and result, each with what it has to choose.
STEPS = (
    ("Lãnh đạo phòng", ()),
    ("Chuyên viên", ()),
    ("Lãnh đạo phòng", ("Đạt",)),
    ("Lãnh đạo cơ quan", ()),
)
RATED = (
    "Nhìn chung, bạn hài lòng về việc giải quyết hồ sơ ở mức nào?",
    "Mức độ thuận tiện khi nộp và theo dõi hồ sơ",
    "Sự kịp thời của việc giải quyết",
    "Thái độ phục vụ của cán bộ",
)


@dataclass(frozen=True, slots=True)
class Walked:
    """End of a walk: the code, the result as it was downloaded and as an officer added it, and the pages that were met."""

    code: str
    result: bytes
    given: bytes
    seen: list[str]


async def walks(address: str) -> Walked:
    """Find a procedure, file with two papers, answer a supplement, fetch the result and rate."""
    async with (
        browser.started() as started,
        person.person(started, address, Mode.PLAIN, narrow=True) as citizen,
    ):
        reference = await _files(citizen)
        async with person.person(started, address, Mode.PLAIN) as desk:
            await _becomes(desk, "Bộ phận Một cửa")
            await desk.follows(f"Kiểm tra {reference}")
            await desk.follows("Yêu cầu bổ sung")
            await desk.fills("Lý do và nội dung cần bổ sung", "Bản quét mờ, đề nghị nộp lại")
            await desk.chooses(PAPER)
            await desk.presses("Ban hành và gửi")
            await _supplies(citizen, reference)
            await desk.goes("/noi-bo/mot-cua")
            await desk.follows(f"Kiểm tra {reference}")
            await desk.presses("Tiếp nhận và in giấy hẹn")
            code = (await desk.page.locator(".notice .code").first.inner_text()).strip()
            given = files.pdf(1, "Kết quả")
            await _decide(started, address, code, given)
            await desk.goes("/noi-bo/mot-cua?ngan=tra")
            await desk.follows(f"Trả kết quả {code}")
            await desk.fills("Người nhận", "Người nộp hồ sơ")
            await desk.presses("Trả kết quả")
        return Walked(code, await _rates(citizen, code), given, citizen.seen)


async def _files(citizen: Person) -> str:
    """File with two papers; the reference."""
    await citizen.goes("/")
    await citizen.fills("Tìm thủ tục theo tên, mã hoặc lĩnh vực", SOUGHT)
    await citizen.presses("Tìm")
    async with citizen.page.expect_navigation(wait_until="load"):
        await citizen.page.locator(f"main a[href='/thu-tuc/{PROCEDURE}']").first.click()
    await citizen.looks()
    assert await citizen.reads("Nếu nộp đủ và được tiếp nhận bây giờ, hẹn trả")
    await citizen.follows("Nộp hồ sơ")
    assert await citizen.reads("Dữ liệu trình diễn, chỉ mở trên máy này.")
    await citizen.presses("Công dân, doanh nghiệp")
    assert citizen.path == f"/nop/{PROCEDURE}"
    await citizen.presses("Bắt đầu")
    await citizen.follows("Tiếp tục")
    await citizen.presses("Tiếp tục")
    for label, answer in ANSWERS.items():
        await citizen.fills(label, answer)
    await citizen.presses("Tiếp tục")
    for paper in (PAPER, OTHER):
        await citizen.uploads(f"Chọn tệp {paper}", "giay-to.pdf", files.pdf(1, paper))
        await citizen.presses(f"Tải lên {paper}")
        assert await citizen.reads("giay-to.pdf"), await citizen.page.inner_text("main")
    await citizen.presses("Tiếp tục")
    await citizen.chooses("Trả trực tuyến")
    await citizen.chooses("Tôi đồng ý nhận kết quả điện tử")
    await citizen.presses("Tiếp tục")
    assert (await citizen.heading(), await citizen.page.get_by_text("giay-to.pdf").count()) == (
        "Kiểm tra và nộp",
        2,
    )
    await citizen.chooses(DECLARATION)
    await citizen.presses("Nộp hồ sơ")
    assert await citizen.heading() == "Đã nộp hồ sơ"
    await citizen.follows("Xem hồ sơ")
    assert await citizen.heading() == "Mới nộp, chờ tiếp nhận"
    return citizen.path.rpartition("/")[2]


async def _supplies(citizen: Person, reference: str) -> None:
    """Answer the call for a supplement, which is the first thing to do."""
    await citizen.goes("/cua-toi")
    assert (await citizen.page.locator("h2").all_inner_texts())[0] == "Việc bạn cần làm"
    await citizen.follows(f"Gửi bổ sung {reference}")
    assert await citizen.reads("Bản quét mờ, đề nghị nộp lại")
    await citizen.uploads(f"Chọn tệp {PAPER}", "quet-lai.pdf", files.pdf(2, "Quét lại"))
    await citizen.presses("Kiểm tra và gửi")
    await citizen.presses("Gửi bổ sung")
    assert await citizen.reads("Bạn không phải làm gì.")


async def _becomes(officer: Person, role: str) -> None:
    """Sign in with a role of the unit that handles the procedure."""
    await officer.goes("/dang-nhap")
    await officer.page.locator("summary").filter(has_text="Mọi vai, theo đơn vị").click()
    await officer.presses(f"{role} · {UNIT}")


async def _decide(started: Browser, address: str, code: str, given: bytes) -> None:
    """Every step up to the result, by the roles that have them."""
    async with person.person(started, address, Mode.PLAIN) as officer:
        for role, chosen in STEPS:
            await _at_the_step(officer, role, code)
            for each in chosen:
                await officer.chooses(each)
            await officer.presses("Hoàn thành")
            assert await officer.reads(f"Đã kết thúc bước · {code}")
        await _at_the_step(officer, "Văn thư", code)
        await officer.follows("Thêm tệp")
        await officer.uploads("Tệp", "ket-qua.pdf", given)
        await officer.fills("Tiêu đề (không bắt buộc)", "Quyết định công nhận")
        await officer.presses("Thêm tệp")
        await _at_the_step(officer, "Văn thư", code)
        await officer.chooses("Đồng ý giải quyết")
        await officer.chooses("Quyết định công nhận")
        await officer.presses("Hoàn thành")


async def _at_the_step(officer: Person, role: str, code: str) -> None:
    await _becomes(officer, role)
    await officer.goes("/noi-bo/viec?ngan=chua-nhan")
    async with officer.page.expect_navigation(wait_until="load"):
        await officer.page.get_by_role("link").filter(has_text=code).first.click()


async def _rates(citizen: Person, code: str) -> bytes:
    """Fetch the result, and rate; the file."""
    await citizen.goes("/cua-toi")
    await citizen.follows(f"Xem kết quả, đánh giá {code}")
    assert await citizen.heading() == "Đã trả kết quả"
    result = await citizen.downloads("Quyết định công nhận")
    await citizen.follows("Đánh giá việc giải quyết")
    for each in RATED:
        await citizen.chooses("Rất hài lòng", each)
    await citizen.presses("Gửi đánh giá")
    assert await citizen.reads("Đã ghi đánh giá của bạn.")
    return result
