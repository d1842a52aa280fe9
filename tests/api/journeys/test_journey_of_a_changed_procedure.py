"""Another version in five ways: two mistakes found, corrected, not approved by its declarer, and a dossier that moves."""

import pytest

from hoso_bpmn.package import archive, package
from hoso_workflows.dossiers import migration
from support.api_client import Rest
from support.person import Mode
from support.world import PROVINCE, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
CODE = "1.014464"
PLACE, UPLOAD = f"/noi-bo/thu-tuc/{CODE}", "/noi-bo/thu-tuc/tai-len"
PICKER, SAVE = "Gói thủ tục (.zip) hoặc một sơ đồ (.bpmn)", "Kiểm tra và lưu bản nháp"
BUNDLED = package.bundled(CODE)
NUMBERS = "select number from workflow_version where procedure_code = $1 order by number"
STANDS = """
select v.number, v.decision_no, d.status from dossier d join workflow_version v on v.id = d.workflow_version_id
where d.code = $1
"""


def packed(mode: Mode, *changes: tuple[bytes, bytes]) -> bytes:
    """The procedure with another word in a step's name, and with mistakes in its diagram."""
    drawing = BUNDLED.files["process.bpmn"].replace("Thẩm định hồ sơ".encode(), f"Thẩm định {mode}".encode())
    for before, after in changes:
        assert before in drawing
        drawing = drawing.replace(before, after, 2)
    return archive.to_zip({**BUNDLED.files, "process.bpmn": drawing})


#: The first step is no person's, and is not left alone by its milestone: both mistakes are of one element.
MISTAKEN = (b"userTask", b"scriptTask")


async def numbers(rest: Rest) -> list[int]:
    """The versions that are stored."""
    return [row.number for row in await rest.world.db.rows(NUMBERS, [CODE])]


@pytest.mark.parametrize("mode", Mode)
async def test_mistakes_are_found_in_the_picture_and_a_corrected_version_takes_a_dossier_over(stage, mode):
    rest = stage.rest
    code, before = (await rest.accepts())["code"], await numbers(rest)
    number = before[-1] + 1
    async with stage.officer(DECLARER, mode) as declarer:
        await declarer.goes(UPLOAD)
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
    (row,) = await rest.world.db.rows(STANDS, [code])
    assert tuple(row) == (number, "12/QĐ-UBND", "in_process")
