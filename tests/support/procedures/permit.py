"""A permit as agencies draw them: eight human tasks, a choice that leads back, and two steps side by side.

Two steps side by side are what makes officers of one dossier race each other although nobody does anything twice.
"""

from datetime import date

from hoso_bpmn.package import package
from hoso_models import DOSSIER_PARTS
from hoso_models.storage import database
from hoso_workflows.organisation import units
from support.builders import packages
from support.world import DEPARTMENT, DESK, SINCE, publish_package

CODE = "9.000002"
#: Receiving, handling and deciding unit.
UNITS = (DESK, DEPARTMENT, DEPARTMENT)
#: Added to reception, signing and handing over of the sound declaration.
_TASKS = """
<userTask id="Tham_dinh" name="Thẩm định nội dung" limit="1 ngày làm việc" />
<userTask id="Phan_cong" name="Phân công xử lý" limit="2 giờ làm việc" />
<userTask id="Kiem_tra" name="Kiểm tra thực địa" limit="1 ngày làm việc" />
<userTask id="Tong_hop" name="Tổng hợp ý kiến" limit="4 giờ làm việc" />
<userTask id="Giai_trinh" name="Giải trình bổ sung" limit="2 giờ làm việc" />
"""
_GATEWAYS = """
<parallelGateway id="Tach" /><parallelGateway id="Gop" />
<exclusiveGateway id="Ve" /><exclusiveGateway id="Xem" name="Đủ căn cứ?" default="F13" />
"""
_WAY = (
    ("F2", "Tiep_nhan", "Phan_cong", ""),
    ("F3", "Phan_cong", "Tach", ""),
    ("F4", "Ky", "Tra", ""),
    ("F6", "Tach", "Tham_dinh", ""),
    ("F7", "Tach", "Kiem_tra", ""),
    ("F8", "Tham_dinh", "Gop", ""),
    ("F9", "Kiem_tra", "Gop", ""),
    ("F10", "Gop", "Ve", ""),
    ("F11", "Ve", "Tong_hop", ""),
    ("F12", "Tong_hop", "Xem", ""),
    ("F13", "Xem", "Ky", "Trình ký"),
    ("F14", "Xem", "Giai_trinh", "Giải trình thêm"),
    ("F15", "Giai_trinh", "Ve", ""),
)


#: The way back, for engines that know no buttons.
AGAIN = '<conditionExpression xsi:type="tFormalExpression">ok == 0</conditionExpression>'


def _flow(identity: str, source: str, target: str, name: str) -> str:
    label = f' name="{name}"' if name else ""
    return f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}"{label} />'


def drawn(*, by_expression: bool = False) -> package.Package:
    """The package as an agency would upload it; the way back is the officer's choice, or that of `ok == 0`."""
    flows = "".join(_flow(*flow) for flow in _WAY)
    if by_expression:
        flows = flows.replace(' name="Giải trình thêm" />', f">{AGAIN}</sequenceFlow>")
    change = _TASKS + _GATEWAYS + flows
    named = f'code = "{CODE}"\nname = "Cấp giấy phép thử nghiệm"\n[[case]]\nterm = "2,75 ngày làm việc"'
    return package.read(packages.package(change, named))


async def establish(db: database.Database, drawing: package.Package, since: date = SINCE) -> None:
    """Make the units competent for the permit, and publish it as it is drawn."""
    async with db.transaction() as tx:
        for part, unit in zip(DOSSIER_PARTS, UNITS, strict=True):
            units.competence(tx, CODE, unit, part, since, basis="Quyết định công bố")
    await publish_package(db, drawing)
