"""An agency without a shell, in five ways: from a diagram of Camunda Modeler to the first dossier that is accepted."""

import pytest

from hoso_bpmn.package import package
from support.api_client import ADMINISTRATOR, CLERK
from support.person import Mode
from support.world import DEPARTMENT, DESK, PROVINCE, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

APPROVER = person("procedure_approver", PROVINCE)
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
#: Parts of a dossier, and the unit of each.
COMPETENT = (("Tiếp nhận", DESK), ("Giải quyết", DEPARTMENT), ("Quyết định", PROVINCE))
#: Each way declares a procedure of its own.
CODES = {mode: f"1.9000{number:02}" for number, mode in enumerate(Mode)}
VERSION = """
select v.status, v.decision_no, v.active_from::text, d.status as dossier, d.code is not null as coded
from workflow_version v join dossier d on d.workflow_version_id = v.id where v.procedure_code = $1
"""


@pytest.mark.parametrize("mode", Mode)
async def test_a_diagram_of_the_modeler_becomes_an_active_procedure_whose_first_dossier_is_accepted(
    stage, mode
):
    rest, code = stage.rest, CODES[mode]
    version = f"/noi-bo/thu-tuc/{code}/ban/1"
    async with stage.officer(ADMINISTRATOR, mode) as declarer:
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
    async with stage.officer(ADMINISTRATOR, mode) as administrator:
        await administrator.goes("/noi-bo/quan-tri/tham-quyen")
        names = {row.code: row.name for row in await rest.world.db.rows("select code, name from unit")}
        for part, unit in COMPETENT:
            await administrator.follows("Giao thẩm quyền")
            await administrator.fills("Mã thủ tục (không bắt buộc)", code)
            await administrator.picks("Phần", part)
            await administrator.picks("Đơn vị", f"{names[unit]} ({unit})")
            await administrator.fills("Căn cứ", "Quyết định công bố")
            await administrator.presses("Giao thẩm quyền")
            assert await administrator.reads("Đã giao thẩm quyền")
    async with stage.officer(CLERK, mode) as clerk:
        await clerk.goes("/noi-bo/mot-cua")
        await clerk.follows("Nộp hộ tại quầy")
        await clerk.fills("Tên hoặc mã thủ tục", code)
        await clerk.stirs("Tìm thủ tục")
        await clerk.follows(f"{NAME} {code}")
        await clerk.fills("Họ tên, hoặc tên tổ chức", "Người nộp 1")
        await clerk.chooses("Đơn đề nghị 1 bản chính · bắt buộc")
        await clerk.presses("Kiểm tra")
        await clerk.presses("Nộp và tiếp nhận")
        assert await clerk.reads("Đã tiếp nhận hồ sơ")
    (row,) = await rest.world.db.rows(VERSION, [code])
    assert tuple(row) == ("active", "12/QĐ-UBND", "2026-03-02", "in_process", True)
