"""An agency without a shell, in five ways: from a diagram of Camunda Modeler to the first dossier that is accepted.

Two steps are done over REST or by the set-up, though they have pages: units are made competent, and a dossier is filed at the desk.
"""

import pytest

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_workflows.organisation import units
from support.api_client import CLERK, Rest
from support.person import Mode
from support.world import DEPARTMENT, DESK, PROVINCE, SINCE, own, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
#: The diagram as the Modeler saved it; all the rest of the package is said in the browser.
DIAGRAM = package.bundled("1.014464").files["process.bpmn"]
NAME = "Cấp giấy chứng nhận lưu hành tự do đối với hàng hóa xuất khẩu"
#: Lane of the diagram, role and unit as the page names them.
LANES = (
    ("Bộ phận Một cửa", "Bộ phận Một cửa", "Đơn vị tiếp nhận"),
    ("Lãnh đạo Phòng QLBCXB", "Lãnh đạo phòng", "Đơn vị giải quyết"),
    ("Chuyên viên Phòng QLBCXB", "Chuyên viên", "Đơn vị giải quyết"),
    ("Lãnh đạo Sở VHTTDL", "Lãnh đạo cơ quan", "Đơn vị giải quyết"),
    ("UBND tỉnh", "Lãnh đạo UBND tỉnh", "Đơn vị quyết định"),
)
SAID = {
    "Tên thủ tục": NAME,
    "Mã đơn vị công bố": DEPARTMENT,
    "Lĩnh vực": "Báo chí, xuất bản",
    "Cấp thực hiện": "province",
    "Thời hạn giải quyết": "3 ngày làm việc",
    "Căn cứ pháp lý": "QĐ 2904/QĐ-UBND",
    "Thành phần hồ sơ (không bắt buộc)": "Đơn đề nghị",
}
#: Each way declares a procedure of its own.
CODES = {mode: f"1.9000{number:02}" for number, mode in enumerate(Mode)}
VERSION = """
select v.status, v.decision_no, v.active_from::text, d.status as dossier, d.code is not null as coded
from workflow_version v join dossier d on d.workflow_version_id = v.id where v.procedure_code = $1
"""


async def competent(rest: Rest, code: str) -> None:
    """Who owns the procedure, and which units receive, handle and decide."""
    await own(rest.world.db, code)
    async with rest.world.db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, (DESK, DEPARTMENT, PROVINCE), strict=True):
            units.competence(tx, code, unit, part, SINCE, basis="Quyết định công bố")


@pytest.mark.parametrize("mode", Mode)
async def test_a_diagram_of_the_modeler_becomes_an_active_procedure_whose_first_dossier_is_accepted(
    stage, mode
):
    rest, code = stage.rest, CODES[mode]
    await competent(rest, code)
    version = f"/noi-bo/thu-tuc/{code}/ban/1"
    async with stage.officer(DECLARER, mode) as declarer:
        await declarer.goes("/noi-bo/thu-tuc")
        await declarer.follows("Tải lên")
        await declarer.uploads("Gói thủ tục (.zip) hoặc một sơ đồ (.bpmn)", "quy-trinh.bpmn", DIAGRAM)
        await declarer.presses("Kiểm tra và lưu bản nháp")
        for label, text in {"Mã thủ tục": code, **SAID}.items():
            await declarer.fills(label, text)
        for lane, role, unit in LANES:
            await declarer.picks("Vai trò", role, of=f"Làn {lane}")
            await declarer.picks("Đơn vị", unit, of=f"Làn {lane}")
        await declarer.presses("Kiểm tra và lưu bản nháp")
        assert declarer.path == version, await declarer.page.inner_text("main")
        await declarer.presses("Trình phê duyệt")
    async with stage.officer(APPROVER, mode) as approver:
        await approver.goes("/noi-bo")
        assert approver.path == "/noi-bo/phe-duyet"
        await approver.follows(f"{NAME} {code}")
        await approver.fills("Số quyết định", "12/QĐ-UBND")
        await approver.fills("Ngày ký quyết định", "01/03/2026")
        await approver.presses("Phê duyệt")
        await approver.follows("Kích hoạt")
        await approver.presses("Kích hoạt")
        assert await approver.reads("Hồ sơ mới được giải quyết theo bản này.")
    filed = await rest.files(procedure=code, form={}, components=["TP01"])
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes("/noi-bo/mot-cua")
        await clerk.follows(f"Kiểm tra {filed['reference']}")
        await clerk.presses("Tiếp nhận và in giấy hẹn")
        assert await clerk.reads("Đã tiếp nhận hồ sơ")
    (row,) = await rest.world.db.rows(VERSION, [code])
    assert tuple(row) == ("active", "12/QĐ-UBND", "2026-03-02", "in_process", True)
