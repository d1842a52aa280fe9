"""Another version in five ways: a bomb and two mistakes found, corrected, tried out, compared, approved by another; dossiers move."""

import io
import zipfile

import pytest

from hoso_bpmn.package import archive, package
from hoso_workflows.dossiers import migration
from hoso_workflows.jobs import runner, works
from support.api_client import Rest
from support.person import WAYS, Mode
from support.world import PROVINCE, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
CODE = "1.014464"
PLACE, UPLOAD = f"/noi-bo/thu-tuc/{CODE}", "/noi-bo/thu-tuc/tai-len"
PICKER, SAVE = "Gói thủ tục (.zip) hoặc một sơ đồ (.bpmn)", "Kiểm tra và lưu bản nháp"
TRY, FORM = "Kiểm tra câu trả lời", "nop-ho-so.form"
BUNDLED = package.bundled(CODE)
QUESTION = "Số bản CFS đề nghị cấp"
#: Answers to the questions of the form, without the one that the version changes.
SAID = {
    "Tên thương nhân": "Công ty thử",
    "Mã số thuế": "3000123456",
    "Hàng hóa xuất khẩu": "Sách",
    "Nước nhập khẩu": "Lào",
}
STEP = "B4. Thẩm định hồ sơ, dự thảo văn bản trình"
NUMBERS = "select number from workflow_version where procedure_code = $1 order by number"
STANDS = """
select v.number, v.decision_no, d.status from dossier d join workflow_version v on v.id = d.workflow_version_id
where d.code = $1
"""


def bomb() -> bytes:
    """A package of some kilobytes that unpacks to ten megabytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("process.bpmn", bytes(10_000_000))
    return stream.getvalue()


def packed(mode: Mode, *changes: tuple[bytes, bytes]) -> bytes:
    """The procedure with another word in a step's name and in a question, and with mistakes in its diagram."""
    drawing = BUNDLED.files["process.bpmn"].replace("Thẩm định hồ sơ".encode(), f"Thẩm định {mode}".encode())
    for before, after in changes:
        assert before in drawing
        drawing = drawing.replace(before, after, 2)
    form = BUNDLED.files[f"forms/{FORM}"].replace(QUESTION.encode(), f"{QUESTION} ({mode})".encode())
    return archive.to_zip({**BUNDLED.files, "process.bpmn": drawing, f"forms/{FORM}": form})


#: The first step is no person's, and is not left alone by its milestone: both mistakes are of one element.
MISTAKEN = (b"userTask", b"scriptTask")


async def numbers(rest: Rest) -> list[int]:
    """The versions that are stored."""
    return [row.number for row in await rest.world.db.rows(NUMBERS, [CODE])]


@pytest.mark.parametrize("mode", WAYS)
async def test_mistakes_are_found_in_the_picture_and_a_corrected_version_takes_dossiers_over(
    stage, mode, monkeypatch
):
    rest = stage.rest
    code, before = (await rest.accepts())["code"], await numbers(rest)
    number = before[-1] + 1
    async with stage.officer(DECLARER, mode) as declarer:
        await declarer.goes(UPLOAD)
        await declarer.uploads(PICKER, "bom.zip", bomb())
        await declarer.presses(SAVE)
        assert await declarer.reads("Tệp 'process.bpmn' vượt quá 5.000.000 byte.")
        await declarer.uploads(PICKER, "goi.zip", packed(mode, MISTAKEN))
        await declarer.presses(SAVE)
        assert await declarer.reads("Gói này có lỗi. Chưa lưu gì")
        found = declarer.page.get_by_role("link", name="B1", exact=True)
        assert {await each.get_attribute("href") for each in await found.all()} == {"#el-B1"}
        assert await declarer.reads("Lỗi 2")
        assert await numbers(rest) == before
        await declarer.uploads(PICKER, "goi.zip", packed(mode))
        await declarer.presses(SAVE)
        assert declarer.path == f"{PLACE}/ban/{number}"
        assert await declarer.reads("= 3 ngày; bằng thời hạn 3 ngày làm việc.")
        await declarer.presses("Trình phê duyệt")
        await declarer.goes(f"{PLACE}/ban/{number}/bieu-mau/{FORM}")
        await declarer.fills("Mã số thuế", "12")
        await declarer.presses(TRY)
        await declarer.is_led_to("loi")
        for label, text in {**SAID, f"{QUESTION} ({mode})": "2"}.items():
            await declarer.fills(label, text)
        await declarer.presses(TRY)
        assert await declarer.reads("Các câu trả lời được nhận.")
        await declarer.goes(f"{PLACE}/so-sanh?tu=1&den={number}")
        assert await declarer.reads(f'tên: sửa "{STEP}" thành "{STEP.replace("hồ sơ", mode)}"')
        assert await declarer.reads(f"Tệp forms/{FORM}, câu hỏi so_ban_cfs: sửa")
        assert await declarer.reads(f"{QUESTION} ({mode})")
        await declarer.follows(f"bản {number}")
        assert await declarer.page.evaluate("document.querySelector(':target').id") == "moi-B4"
        await declarer.goes(f"/noi-bo/phe-duyet/{CODE}/{number}")
        assert await declarer.reads("Bạn là người khai báo hoặc người trình; người khác phải phê duyệt.")
        assert await declarer.page.get_by_label("Số quyết định").count() == 0
    async with stage.officer(APPROVER, mode) as approver:
        await approver.goes("/noi-bo/phe-duyet")
        await approver.follows(f"{BUNDLED.name} {CODE}")
        await approver.fills("Số quyết định", "12/QĐ-UBND")
        await approver.fills("Ngày ký quyết định", "31/12/2026")
        await approver.presses("Phê duyệt")
        assert await approver.page.locator("#f-ngay-quyet-dinh-loi").count() == 1
        await approver.fills("Ngày ký quyết định", "01/03/2026")
        await approver.presses("Phê duyệt")
        await approver.goes(f"{PLACE}/chuyen-ban?tu=1&den={number}")
        plan = await migration.plan(
            rest.world.service, CODE, 1, number, actor=APPROVER, at=rest.clock.at, part=migration.Part()
        )
        assert [(each.code, each.verdict) for each in plan.dossiers] == [(code, migration.Verdict.SAFE)]
        assert await approver.reads(f"{code} Chuyển được")
        await approver.presses("Chuyển 1 hồ sơ chuyển được")
        assert await approver.reads("Đã chuyển 1 hồ sơ.")
        monkeypatch.setattr(works.Migrate, "most", 1)
        several = [(await rest.accepts())["code"] for _ in range(2)]
        await approver.goes(f"{PLACE}/chuyen-ban?tu=1&den={number}")
        await approver.presses("Chuyển mọi hồ sơ chuyển được")
        assert await approver.reads("Chờ chạy Đã xem 0 trên 2 hồ sơ (0 %)")
        for done in ("Đã xem 1 trên 2 hồ sơ (50 %)", "Đã xem 2 trên 2 hồ sơ (100 %)"):
            await runner.advance(rest.world.service, at=rest.clock())
            await approver.waits("#tien-do", done, "Xem lại")
        await runner.run(rest.world.service, clock=rest.clock)
        await approver.waits("#tien-do", "Xong", "Xem lại")
        for each in several:
            assert await approver.page.get_by_role("link", name=each, exact=True).count() == 1
    for each in (code, *several):
        (row,) = await rest.world.db.rows(STANDS, [each])
        assert tuple(row) == (number, "12/QĐ-UBND", "in_process")
