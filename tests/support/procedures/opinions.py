"""A permit about which three agencies are asked side by side while it is examined.

Each agency has its own term. The silence of the fire brigade is consent, as the Law on Construction says in article 102; the other
two have to answer, and what they answer is waited for.
"""

from hoso_bpmn.package import package
from support.builders import packages

CODE = "9.000006"
FIRE, CULTURE, LAND = "H27.4", "H27.5", "H27.6"
#: Task, lane, unit and term of each agency.
AGENCIES = (
    ("Y_kien_1", "Cảnh sát phòng cháy", FIRE, "5 ngày làm việc"),
    ("Y_kien_2", "Sở quản lý văn hóa", CULTURE, "3 ngày làm việc"),
    ("Y_kien_3", "Sở quản lý đất đai", LAND, "7 ngày làm việc"),
)
_FLOWS = (
    ("F2", "Tiep_nhan", "Tach"),
    ("F3", "Tach", "Tham_dinh"),
    ("F6", "Tham_dinh", "Gop"),
    ("F7", "Qua_han", "Gop_y_kien"),
    ("F8", "Gop_y_kien", "Gop"),
    ("F9", "Gop", "Ky"),
)


def drawn() -> package.Package:
    """The package as an agency would upload it."""
    tasks = "".join(
        f'<userTask id="{task}" name="Ý kiến: {lane}" limit="{term}" />' for task, lane, _, term in AGENCIES
    )
    asked = "".join(_flow(f"H{task}", "Tach", task) for task, *_ in AGENCIES)
    answered = "".join(
        _flow(f"T{task}", task, "Gop_y_kien" if unit == FIRE else "Gop") for task, _, unit, _ in AGENCIES
    )
    silent = (
        '<boundaryEvent id="Qua_han" name="Hết 5 ngày, im lặng là đồng ý" attachedToRef="Y_kien_1">'
        "<timerEventDefinition><timeDuration>5 ngày làm việc</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    gateways = '<parallelGateway id="Tach" /><parallelGateway id="Gop" /><exclusiveGateway id="Gop_y_kien" />'
    flows = "".join(_flow(*flow) for flow in _FLOWS)
    change = tasks + silent + gateways + flows + asked + answered + _lanes()
    lanes = "".join(
        f'[lanes."{lane}"]\nrole = "specialist"\nunit = "{unit}"\n' for _, lane, unit, _ in AGENCIES
    )
    named = f'code = "{CODE}"\nname = "Giấy phép phải lấy ý kiến"\n{lanes}[[case]]\nterm = "10 ngày làm việc"'
    return package.read(packages.package(change, named))


def _flow(identity: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}" />'


def _lanes() -> str:
    desk, office = packages.DESK, ("Tach", "Tham_dinh", "Gop", "Gop_y_kien", "Ky")
    lanes = [("Bộ phận Một cửa", desk), ("Phòng chuyên môn", office)]
    lanes += [(lane, (task, "Qua_han") if unit == FIRE else (task,)) for task, lane, unit, _ in AGENCIES]
    named = "".join(
        f'<lane id="Lan_{number}" name="{lane}">'
        + "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in elements)
        + "</lane>"
        for number, (lane, elements) in enumerate(lanes)
    )
    return f'<laneSet id="Cac_lan">{named}</laneSet>'
