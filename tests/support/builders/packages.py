"""Declarations for tests: one sound procedure, and ways to say what is different about another."""

import json
import re
from collections.abc import Mapping

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = (
    f'<definitions xmlns="{BPMN}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_1" targetNamespace="hoso">'
)
BODY = """
<startEvent id="Nop" name="Hồ sơ được nộp" />
<userTask id="Tiep_nhan" name="Tiếp nhận hồ sơ" milestone="accept" />
<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" />
<userTask id="Ky" name="Ký kết quả" milestone="result" limit="1 ngày làm việc" />
<userTask id="Tra" name="Trả kết quả" milestone="return" />
<endEvent id="Xong" name="Đã trả kết quả" />
<sequenceFlow id="F1" sourceRef="Nop" targetRef="Tiep_nhan" />
<sequenceFlow id="F2" sourceRef="Tiep_nhan" targetRef="Tham_dinh" />
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Ky" />
<sequenceFlow id="F4" sourceRef="Ky" targetRef="Tra" />
<sequenceFlow id="F5" sourceRef="Tra" targetRef="Xong" />
"""
DESK = ("Nop", "Tiep_nhan", "Tra", "Xong")
MANIFEST = """schema = "hoso-procedure/1"
code = "9.000001"
name = "Thủ tục thử nghiệm"
authority = "H27"
field = "Thử nghiệm"
level = "province"
legal_basis = ["QĐ 1/QĐ-UBND"]

[lanes."Bộ phận Một cửa"]
role = "reception"
unit = "receiving"

[lanes."Phòng chuyên môn"]
role = "specialist"
unit = "handling"

[[case]]
id = "default"
name = "Cấp mới"
process = "process.bpmn"
term = "3 ngày làm việc"
"""


def drawing(change: str = "", *, messages: str = "") -> bytes:
    """The sound procedure's process with elements of the same id replaced and others added.

    What begins with `<?xml`, `<!DOCTYPE` or `<definitions` is a whole file already.
    """
    if re.match(r"\s*<(\?xml|!DOCTYPE|definitions|svg)", change):
        return change.encode()
    process = etree.fromstring(
        f'{HEAD}{messages}<process id="Process_1" isExecutable="true">{BODY}</process></definitions>'
    )
    scope = process.find(f"{{{BPMN}}}process")
    for element in etree.fromstring(f"{HEAD}{change}</definitions>"):
        _put(process if element.tag.endswith(("}message", "}signal", "}error")) else scope, element)
    if scope.find(f"{{{BPMN}}}laneSet") is None:
        scope.insert(0, _lanes(scope))
    return etree.tostring(process, xml_declaration=True, encoding="UTF-8")


def _put(parent: etree._Element, element: etree._Element) -> None:
    old = next(
        (child for child in parent if child.get("id") == element.get("id") and element.get("id")), None
    )
    if old is not None:
        parent.replace(old, element)
    else:
        parent.insert(0, element) if parent.tag.endswith("definitions") else parent.append(element)


def _lanes(scope: etree._Element) -> etree._Element:
    ids = [child.get("id") for child in scope if child.get("id") and not child.tag.endswith("sequenceFlow")]
    desk = "".join(f"<flowNodeRef>{i}</flowNodeRef>" for i in ids if i in DESK)
    office = "".join(f"<flowNodeRef>{i}</flowNodeRef>" for i in ids if i not in DESK)
    return etree.fromstring(
        f'<laneSet xmlns="{BPMN}" id="Lanes"><lane id="Lane_1" name="Bộ phận Một cửa">{desk}</lane>'
        f'<lane id="Lane_2" name="Phòng chuyên môn">{office}</lane></laneSet>'
    )


def manifest(change: str = "") -> bytes:
    """The sound manifest with keys and tables of the same name replaced and others added."""
    blocks = _blocks(MANIFEST)
    for header, lines in _blocks(change).items():
        kept = blocks.setdefault(header, [])
        names = {line.partition("=")[0].strip() for line in lines}
        blocks[header] = [line for line in kept if line.partition("=")[0].strip() not in names] + lines
    return "\n".join(
        "\n".join([header, *lines] if header else lines) for header, lines in blocks.items()
    ).encode()


def _blocks(text: str) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {"": []}
    header = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("["):
            header = line
            blocks.setdefault(header, [])
        else:
            blocks[header].append(line)
    return blocks


def package(
    change: str = "", declared: str = "", files: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """The files of a package: the sound one with these changes to its process and its manifest."""
    return {"procedure.toml": manifest(declared), "process.bpmn": drawing(change), **(files or {})}


#: What is asked before anything is filed, in the examples of tables that decide about it.
BEFORE = {
    "type": "default",
    "components": [
        {
            "type": "radio",
            "key": "doi_tuong",
            "label": "Bạn nộp với tư cách nào?",
            "validate": {"required": True},
            "values": [{"value": "ca_nhan", "label": "Cá nhân"}, {"value": "to_chuc", "label": "Tổ chức"}],
        }
    ],
}
CONDITIONS = '[eligibility]\nform = "forms/dieu-kien.form"\ndecision = "dieu-kien.dmn"\n'


def conditional(table: str) -> dict[str, bytes]:
    """The files of a package in which a decision table says whether one may file."""
    asked = {"forms/dieu-kien.form": json.dumps(BEFORE).encode(), "dieu-kien.dmn": table.encode()}
    return package(declared=CONDITIONS, files=asked)
