"""An applicant in five ways: looks a code up, sees why a date is what it is, answers a call for a supplement, withdraws."""

import pytest

from support import files
from support.api_client import CLERK, Rest
from support.person import WAYS, Mode
from support.world import CITIZEN

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

PAPER = "Giấy chứng nhận đầu tư hoặc giấy chứng nhận đăng ký kinh doanh, giấy chứng nhận đăng ký doanh nghiệp"
KINDS = """
select array_agg(e.kind order by e.seq) as kinds from dossier d join dossier_event e on e.dossier_id = d.id
where d.code = $1 and e.kind = any($2)
"""
TOLD = ["accepted", "supplement_asked", "attachment_added", "supplement_received", "withdrawn"]
#: Each way has a day of its own.
DAYS = dict(zip(Mode, range(2, 7), strict=True))


async def accepted(rest: Rest) -> str:
    """A dossier of the citizen's, accepted; its code."""
    filed = await rest.files(CITIZEN, channel="online")
    code: str = (await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK))["code"]
    return code


async def kinds(rest: Rest, code: str) -> list[str]:
    (row,) = await rest.world.db.rows(KINDS, [code, TOLD])
    return list(row.kinds)


@pytest.mark.parametrize("mode", WAYS)
async def test_a_code_is_looked_up_and_its_applicant_sees_why_the_date_is_what_it_is(stage, mode):
    rest = stage.rest
    rest.clock.turn(f"2026-03-{DAYS[mode]:02} 09:00")
    code = await accepted(rest)
    async with stage.anybody(mode) as anybody:
        await anybody.goes("/tra-cuu")
        await anybody.fills("Mã hồ sơ", f" {code[:8].lower()} {code[8:].lower()}")
        await anybody.presses("Tra cứu")
        assert anybody.path == f"/tra-cuu/{code}"
        assert await anybody.reads(code)
        assert await anybody.reads("Đã xong")
        assert "Người nộp 1" not in await anybody.page.content()
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes("/cua-toi")
        await citizen.follows(f"Xem hồ sơ {code}")
        assert await citizen.heading() == "Đang giải quyết"
        assert await citizen.reads("Bạn không phải làm gì.")
        assert await citizen.reads("Sở Văn hóa, Thể thao và Du lịch")
        assert await citizen.reads("còn ")
        due = await citizen.page.inner_text(".promise time")
        await citizen.follows("Vì sao? Cách tính ngày hẹn")
        assert due in await citizen.heading()
        last = await citizen.page.inner_text("tr.due th")
        assert due.rpartition(" ")[2] in last


@pytest.mark.parametrize("mode", WAYS)
async def test_a_supplement_is_answered_with_a_file_and_a_new_date_is_promised(stage, mode):
    rest = stage.rest
    rest.clock.turn(f"2026-03-{DAYS[mode]:02} 10:00")
    code = await accepted(rest)
    call = {"reason": "Bản sao mờ, đề nghị nộp lại", "items": ["TP02"]}
    await rest.done(f"/v1/dossiers/{code}/supplement-request", CLERK, call)
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes("/cua-toi")
        assert (await citizen.page.locator("h2").all_inner_texts())[0] == "Việc bạn cần làm"
        assert await citizen.reads("Bổ sung trước")
        await citizen.follows(f"Gửi bổ sung {code}")
        assert await citizen.reads("Bản sao mờ, đề nghị nộp lại")
        assert await citizen.reads("hồ sơ có thể bị đóng")
        await citizen.presses(f"Tải lên {PAPER}")
        await citizen.is_led_to("loi")
        if mode is Mode.PLAIN:
            # Chosen, and not uploaded by its own button: it goes along.
            await citizen.uploads(f"Chọn tệp {PAPER}", "giay-chung-nhan.pdf", files.pdf(2, str(mode)))
        else:
            async with citizen.page.expect_event("load"):
                await citizen.uploads(f"Chọn tệp {PAPER}", "giay-chung-nhan.pdf", files.pdf(2, str(mode)))
            await citizen.looks()
            assert await citizen.reads("giay-chung-nhan.pdf")
        await citizen.presses("Kiểm tra và gửi")
        assert await citizen.reads("giay-chung-nhan.pdf")
        await citizen.fills("Câu trả lời, ghi chú cho cơ quan (không bắt buộc)", "Đã quét lại cho rõ")
        await citizen.presses("Gửi bổ sung")
        assert citizen.path.startswith(f"/ho-so/{code}?")
        assert await citizen.heading() == "Đang giải quyết"
        await citizen.follows("Vì sao? Cách tính ngày hẹn")
        assert await citizen.reads("Lần hẹn 2: Nhận bổ sung, tính lại từ đầu")
        assert await citizen.reads("Lần hẹn 1: Tiếp nhận hồ sơ")
    assert await kinds(rest, code) == TOLD[:4]
    told = (await rest.get(f"/v1/dossiers/{code}", CITIZEN)).json()
    assert [each["kind"] for each in told["appointments"]] == ["accepted", "restart"]


@pytest.mark.parametrize("mode", WAYS)
async def test_a_withdrawal_says_what_it_means_and_is_done_once(stage, mode):
    rest = stage.rest
    rest.clock.turn(f"2026-03-{DAYS[mode]:02} 11:00")
    code = await accepted(rest)
    async with stage.applicant(CITIZEN, mode) as citizen:
        await citizen.goes(f"/ho-so/{code}")
        await citizen.follows("Rút hồ sơ")
        assert await citizen.reads("Hồ sơ kết thúc ở đây, không ra kết quả. Việc này không hoàn tác được.")
        await citizen.presses("Rút hồ sơ")
        await citizen.is_led_to("loi")
        await citizen.fills("Lý do rút hồ sơ", "Không còn nhu cầu")
        await citizen.presses("Rút hồ sơ")
        assert await citizen.heading() == "Đã rút hồ sơ"
        assert await citizen.page.get_by_role("link", name="Rút hồ sơ", exact=True).count() == 0
    assert await kinds(rest, code) == ["accepted", "withdrawn"]
