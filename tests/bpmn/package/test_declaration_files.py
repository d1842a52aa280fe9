"""Reading files: every tool's words, every encoding, nothing that a stranger could use against the server."""

from pathlib import Path

import pytest

from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from hoso_bpmn.document import diagram, xml
from hoso_bpmn.findings import RefusedFile
from support.builders import packages

BOMB = b"<!DOCTYPE a [<!ENTITY x0 'lol'>" + b"".join(
    b"<!ENTITY x%d '%s'>" % (level, b"&x%d;" % (level - 1) * 10) for level in range(1, 12)
)


def refused(data: bytes) -> tuple[str, int]:
    with pytest.raises(RefusedFile) as refusal:
        xml.safe_root(data)
    return refusal.value.rule, refusal.value.line


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "xml-broken"),
        (b"PK\x03\x04", "xml-broken"),
        (b"\x00\x00\x00\x00", "xml-broken"),
        (b"<a>&foo;</a>", "xml-doctype"),
        (b"<!DOCTYPE a><a/>", "xml-doctype"),
        (b"<!DOCTYPE a SYSTEM 'http://192.0.2.1/a.dtd'><a/>", "xml-doctype"),
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "xml-doctype"),
        (BOMB + b"]><a>&x11;</a>", "xml-doctype"),
        (b"<!--" + b" " * 200_000 + b"--><!DOCTYPE a><a/>", "xml-doctype"),
        (b"<a>" * 201 + b"</a>" * 201, "xml-depth"),
        (b"<a>" * 100_000, "xml-depth"),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", "xml-size"),
        (b"<a>" + b" " * 5_000_000 + b"</a>", "xml-size"),
    ],
)
def test_a_file_that_is_broken_or_too_much_is_refused_by_name(data: bytes, rule: str):
    assert refused(data)[0] == rule


def with_attributes(count: int) -> bytes:
    """The sound process, its appraisal with so many attributes in all."""
    own = ' id="Tham_dinh" '
    more = "".join(f' camunda:a{number}="1"' for number in range(count - 3))
    return packages.drawing().decode().replace(own, more + own).encode()


def test_an_element_with_attributes_without_number_keeps_no_check_busy():
    with pytest.raises(RefusedFile) as refused:
        conversion.convert(with_attributes(150_000))
    assert (refused.value.rule, refused.value.line, refused.value.message) == (
        "xml-attributes",
        5,
        "An element has 150,000 attributes; 200 are read.",
    )
    assert [f.rule for f in inspection.inspect_diagram(with_attributes(201), "").findings] == [
        "xml-attributes"
    ]
    assert inspection.inspect_diagram(with_attributes(200), "").findings == ()


def test_a_broken_file_is_refused_with_the_line():
    assert refused(b"<a>\n<b>\n</a>") == ("xml-broken", 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1258", "utf-8-sig"])
def test_a_file_is_read_in_the_encoding_that_it_declares(encoding: str):
    named = "utf-8" if encoding == "utf-8-sig" else encoding
    data = f'<?xml version="1.0" encoding="{named}"?><a name="Đ"/>'.encode(encoding)
    assert xml.safe_root(data).get("name") == "Đ"


def test_comments_and_processing_instructions_are_dropped():
    assert list(xml.safe_root(b"<a><!-- b --><?c d?><e/></a>").iter())[1].tag == "e"


def test_no_other_module_of_the_project_parses_xml():
    root = Path(__file__).parents[3]
    sources = [
        path
        for room in ("api", "bpmn", "calendar", "models", "workflows")
        for path in (root / room).rglob("*.py")
    ]
    parsers = (
        "etree.fromstring",
        "etree.parse",
        "XMLParser",
        "XMLPullParser",
        "ElementTree",
        "minidom",
        "expat",
        "sax",
    )
    guilty = {path.name for path in sources for word in parsers if word in path.read_text()}
    assert guilty == {"xml.py"}


VENDORS = {
    "Camunda 7": """<userTask id="T" name="T" camunda:formKey="don" camunda:candidateGroups="specialist"><extensionElements>
        <camunda:properties><camunda:property name="limit" value=" 2 giờ làm việc "/></camunda:properties></extensionElements></userTask>""",
    "Zeebe": """<userTask id="T" name="T" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><extensionElements>
        <zeebe:formDefinition formId="don"/><zeebe:assignmentDefinition candidateGroups="specialist"/>
        <zeebe:taskHeaders><zeebe:header key="limit" value="2 giờ làm việc"/></zeebe:taskHeaders></extensionElements></userTask>""",
    "Zeebe properties": """<userTask id="T" name="T" role="specialist" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><extensionElements>
        <zeebe:formDefinition formId="don"/>
        <zeebe:properties><zeebe:property name="limit" value="2 giờ làm việc"/></zeebe:properties></extensionElements></userTask>""",
    "SpiffWorkflow": """<userTask id="T" name="T" role="specialist"><extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="limit" value="2 giờ làm việc"/>
        <spiffworkflow:property name="formJsonSchemaFilename" value="don"/></spiffworkflow:properties></extensionElements></userTask>""",
    "plain attributes": '<userTask id="T" name="T" limit="2 giờ làm việc" form="don" role="specialist"/>',
    "hoso attributes": '<userTask id="T" name="T" xmlns:hoso="hoso" hoso:limit="2 giờ làm việc" hoso:form="don" hoso:role="specialist"/>',
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendors_words_mean_the_same(vendor: str):
    (process,) = diagram.read(packages.drawing(VENDORS[vendor])).processes
    read = process.elements["T"].properties
    assert {key: read.get(key) for key in ("limit", "form", "role")} == {
        "limit": "2 giờ làm việc",
        "form": "don",
        "role": "specialist",
    }


def test_the_innermost_lane_wins_and_white_space_in_references_does_not_matter():
    lanes = """<laneSet id="Lanes"><lane id="L1" name="Sở"><childLaneSet id="C"><lane id="L2" name=" Phòng  Quản lý ">
        <flowNodeRef>
            Tham_dinh
        </flowNodeRef></lane></childLaneSet><flowNodeRef>Tham_dinh</flowNodeRef><flowNodeRef>Ky</flowNodeRef></lane></laneSet>"""
    (process,) = diagram.read(packages.drawing(lanes)).processes
    assert {e.id: e.lane for e in process.elements.values() if e.lane} == {
        "Tham_dinh": "Phòng Quản lý",
        "Ky": "Sở",
    }


def test_what_stands_in_a_sub_process_or_on_its_edge_is_in_its_lane():
    nested = """<subProcess id="Nhom"><userTask id="Trong" name="Trong"/></subProcess>
        <boundaryEvent id="Bien" attachedToRef="Nhom"/>
        <laneSet id="Lanes"><lane id="L" name="Sở"><flowNodeRef>Nhom</flowNodeRef></lane></laneSet>"""
    (process,) = diagram.read(packages.drawing(nested)).processes
    assert {e: process.elements[e].lane for e in ("Nhom", "Trong", "Bien")} == dict.fromkeys(
        ("Nhom", "Trong", "Bien"), "Sở"
    )
    assert [e.id for e in process.within("Nhom")] == ["Trong"]


def test_events_say_their_trigger_and_its_text():
    event = """<message id="M" name=" ý  kiến "/>
        <boundaryEvent id="Han" attachedToRef="Ky" cancelActivity="false"><timerEventDefinition>
            <timeDuration> 5 ngày làm việc </timeDuration></timerEventDefinition></boundaryEvent>
        <receiveTask id="Nhan"/><intermediateCatchEvent id="Cho"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>"""
    (process,) = diagram.read(packages.drawing(event)).processes
    (timer,) = process.elements["Han"].event_definitions
    (message,) = process.elements["Cho"].event_definitions
    assert (timer.kind, timer.time_kind, timer.text) == ("timer", "timeDuration", "5 ngày làm việc")
    assert (message.kind, message.name) == ("message", "ý kiến")
    assert (process.elements["Han"].interrupting, process.elements["Han"].attached_to) == (False, "Ky")


def test_flows_are_read_from_themselves_not_from_what_elements_say_of_them():
    (process,) = diagram.read(packages.drawing()).processes
    assert process.elements["Tham_dinh"].incoming == ("F2",)
    assert process.elements["Tham_dinh"].outgoing == ("F3",)
    assert process.starts == ("Nop",)
