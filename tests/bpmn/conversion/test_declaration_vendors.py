"""The files of other tools, written as still other tools would: prefixes, encodings, missing parts, other kinds of elements."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from hoso_bpmn import conversion
from hoso_bpmn.document.xml import BPMN, bpmn
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import package
from hoso_bpmn.runs import specification
from support import automatic_officer, shared
from support.builders import packages

#: Every sixth file: each variation meets several tools, and the whole set is imported elsewhere as it is.
FOREIGN = sorted(shared.path("miwg").glob("*.bpmn"))[::6]
ABSENT = [pytest.param(None, marks=shared.absent("miwg"))]

Change = Callable[[etree._Element], etree._Element | None]


def prefixed(root: etree._Element) -> etree._Element | None:
    spaces = {key: value for key, value in root.nsmap.items() if value != BPMN}
    if None in spaces:
        return None
    other = etree.Element(root.tag, dict(root.attrib), nsmap={**spaces, "semantic": BPMN})
    other[:] = root[:]
    etree.cleanup_namespaces(other, top_nsmap={"semantic": BPMN})
    return other


def without(*tags: str) -> Change:
    def change(root: etree._Element) -> etree._Element:
        for node in [node for node in root.iter() if etree.QName(node).localname in tags]:
            if (holder := node.getparent()) is not None:
                holder.remove(node)
        return root

    return change


def executable(value: str) -> Change:
    def change(root: etree._Element) -> etree._Element:
        for node in root.iter(bpmn("process")):
            node.set("isExecutable", value)
        return root

    return change


def qualified(root: etree._Element) -> etree._Element:
    for node in root.iter(f"{{{BPMN}}}*"):
        for key in ("sourceRef", "targetRef", "attachedToRef", "processRef", "messageRef", "default"):
            if node.get(key):
                node.set(key, "tns:" + node.get(key, "").rpartition(":")[2])
    return root


def anonymous(root: etree._Element) -> etree._Element:
    for node in root.iter(bpmn("sequenceFlow")):
        node.attrib.pop("id", None)
    return root


def printed(root: etree._Element) -> etree._Element:
    for node in root.iter(bpmn("flowNodeRef")):
        node.text = f"\n\t {node.text}\n"
    return root


def instead(theirs: str, other: str) -> Change:
    def change(root: etree._Element) -> etree._Element | None:
        found = list(root.iter(bpmn(theirs)))
        for node in found:
            node.tag = bpmn(other)
        return root if found else None

    return change


CHANGES: dict[str, Change] = {
    "a prefix": prefixed,
    "no coordinates": without("BPMNDiagram"),
    "no lanes": without("laneSet"),
    "no incoming and outgoing": without("incoming", "outgoing"),
    "every pool executable": executable("true"),
    "no pool executable": executable("false"),
    "qualified references": qualified,
    "flows without ids": anonymous,
    "references over several lines": printed,
    "event gateways": instead("exclusiveGateway", "eventBasedGateway"),
    "ad-hoc sub-processes": instead("subProcess", "adHocSubProcess"),
    "transactions": instead("subProcess", "transaction"),
    "calls": instead("userTask", "callActivity"),
    "rules": instead("task", "businessRuleTask"),
    "conditional events": instead("timerEventDefinition", "conditionalEventDefinition"),
    "links": instead("timerEventDefinition", "linkEventDefinition"),
    "compensation": instead("timerEventDefinition", "compensateEventDefinition"),
    "signals": instead("messageEventDefinition", "signalEventDefinition"),
}


def finished(data: bytes) -> bool:
    imported = conversion.convert(data)
    read = package.read({"procedure.toml": packages.manifest(), "process.bpmn": imported.xml})
    officer = automatic_officer.walk(specification.load(read).specification)
    assert officer.trouble == ""
    return officer.run.finished


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FOREIGN] or ABSENT)
@pytest.mark.parametrize("change", CHANGES)
def test_a_variation_of_a_tools_file_is_imported_and_finished(change: str, path: Path):
    root, _ = conversion.identity.root(path.read_bytes())
    changed = CHANGES[change](root)
    if changed is not None:
        assert finished(etree.tostring(changed, xml_declaration=True, encoding="UTF-16"))


@pytest.mark.parametrize(
    ("drawn", "rule"),
    [
        ('<choreography id="c"/>', "import-empty"),
        ('<globalConversation id="c"/>', "import-empty"),
        ('<collaboration id="c"><participant id="p" name="A"/></collaboration>', "import-empty"),
        ('<process id="p"><dataObject id="d"/><dataStoreReference id="s"/></process>', "import-empty"),
    ],
)
def test_a_file_without_a_process_is_refused_for_that(drawn: str, rule: str):
    with pytest.raises(RefusedFile) as refused:
        conversion.convert((packages.HEAD + drawn + "</definitions>").encode())
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "DMN"),
        ("<definitions xmlns='http://schema.omg.org/spec/BPMN/2.0'/>", "schema.omg.org"),
        ("<definitions/>", "of nothing"),
    ],
)
def test_another_language_is_told_by_its_name_space(root: str, said: str):
    with pytest.raises(RefusedFile) as refused:
        conversion.convert(root.encode())
    assert (refused.value.rule, said in refused.value.message) == ("not-bpmn", True)


def test_a_choice_of_more_ways_than_anybody_reads_is_refused_on_import():
    flows = "".join(f'<sequenceFlow id="g{n}" name="{n}" sourceRef="G" targetRef="Ky"/>' for n in range(50))
    change = f'<exclusiveGateway id="G"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="G"/>{flows}'
    with pytest.raises(RefusedFile, match="more than 40 outcomes"):
        conversion.convert(packages.drawing(change))
