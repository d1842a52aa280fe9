"""Identity of a file: encoding, the process to import, ids, lanes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count

from lxml import etree

from hoso_bpmn.conversion.document import Change, Draft
from hoso_bpmn.document import diagram, naming, xml
from hoso_bpmn.document.diagram import FLOW_NODES, Element, Process
from hoso_bpmn.document.xml import bpmn, local
from hoso_bpmn.findings import RefusedFile
from hoso_calendar.messages import say

#: Who works where a diagram names neither pool nor lane nor group.
WORKER = "Cán bộ thụ lý"
_REPAIRED = ("utf-8", "utf-32", "utf-16", "cp1252")


def root(data: bytes) -> tuple[etree._Element, list[Change]]:
    """Parse the file; its bytes win where they contradict the declared encoding."""
    try:
        read = xml.read(data)
        return read.root, list(_rewritten(read))
    except RefusedFile as refused:
        if refused.rule != "xml-broken":
            raise
        first = refused
    for encoding in _REPAIRED:
        repaired = _reencoded(data, encoding)
        if repaired is None or repaired == data:
            continue
        try:
            read = xml.read(repaired)
        except RefusedFile:
            continue
        mended = Change(
            "encoding", "", first.message, say("mended and read as {encoding}", encoding=encoding)
        )
        return read.root, [mended, *_rewritten(read)]
    raise first


def _rewritten(read: xml.Read) -> Iterator[Change]:
    """Changes in how the file is written, which others see when they compare."""
    if read.encoding is not None:
        yield Change("encoding", "", read.encoding, "UTF-8")
    if read.composed is not None:
        shown = " ".join(read.composed.split())[:60]
        yield Change(
            "letters",
            "",
            say("letters and their marks apart (NFD), as in {shown!r}", shown=shown),
            "in one (NFC)",
        )


def _reencoded(data: bytes, encoding: str) -> bytes | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    body = re.sub(r"^\ufeff?\s*(<\?xml[^>]*\?>)?", "", text)
    # Characters that XML forbids carry nothing, and a blank makes the name of a name space no URI.
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", body)
    named = re.sub(r'(?<=\sxmlns)(?::[\w.-]+)?="[^"]*"', lambda found: found[0].replace(" ", "%20"), clean)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + named.encode()


def choose_process(draft: Draft) -> None:
    """Choose the process to import: the executable one, else the one with most tasks."""
    drawn = [process for process in draft.drawing.processes if process.elements or process.anonymous]
    if not drawn:
        raise RefusedFile(
            "import-empty",
            say("The file draws no process: {content}.", content=_content(draft.root)),
            remedy="Export the diagram of the process itself, with its tasks and events.",
        )
    chosen = max(drawn, key=_weight)
    if not chosen.id:
        chosen.node.set("id", draft.fresh_id("Process_import"))
        draft.report("id", chosen.node.get("id", ""), say("no id"), say("an id"))
    draft.choose(chosen.node.get("id", ""))
    for process in drawn:
        _mark(draft, process, executable=process is chosen)


def _content(tree: etree._Element) -> str:
    kinds = sorted({local(node) or "" for node in tree.iterchildren()} - {"", "process", "extensionElements"})
    return say("it has only {known}", known=", ".join(kinds)) if kinds else "it is empty"


def _weight(process: Process) -> tuple[bool, int, int]:
    marked = process.node.get("isExecutable", "").strip() in ("true", "1")
    people = sum(element.tag in diagram.TASKS for element in process.elements.values())
    return marked and people > 0, people, len(process.elements)


def _mark(draft: Draft, process: Process, *, executable: bool) -> None:
    before = process.node.get("isExecutable")
    after = "true" if executable else "false"
    if (before or "").strip() not in (after, "1" if executable else "0"):
        process.node.set("isExecutable", after)
        draft.report(
            "executable",
            process.node.get("id", ""),
            f"isExecutable {before or 'absent'}",
            f"isExecutable {after}",
        )


def give_ids(draft: Draft) -> None:
    """Give ids to elements and flows without one, and to duplicates."""
    seen: set[str] = set()
    for node in list(draft.process.node.iter()):
        kind = local(node)
        if kind not in FLOW_NODES and kind != "sequenceFlow":
            continue
        identity = node.get("id", "")
        if not identity or identity in seen:
            after = draft.fresh_id(f"{kind}_import")
            node.set("id", after)
            draft.report(
                "id",
                after,
                (identity and say("{identity} (used twice)", identity=identity)) or "no id",
                after,
            )
        seen.add(node.get("id", ""))


def strip_lane_references(draft: Draft) -> None:
    """References of lanes without the white space that pretty printing puts around them."""
    for node in draft.process.node.iter(bpmn("flowNodeRef"), bpmn("incoming"), bpmn("outgoing")):
        text = node.text or ""
        if text != text.strip():
            node.text = text.strip()
            draft.report("white-space", text.strip(), repr(text), repr(text.strip()))


def name_process(draft: Draft) -> None:
    """Name a process without a name after its pool. A modeller names what is visible, and that is the pool."""
    name = naming.of_process(draft.drawing, draft.process)
    if name and not draft.process.name:
        draft.process.node.set("name", name)
        draft.report("process-name", draft.process.id, say("no name"), name)


def name_lanes(draft: Draft) -> None:
    """Name lanes without a name after their pool."""
    drawing, process = draft.drawing, draft.process
    taken = {lane.name for lane in process.lanes}
    for lane in process.lanes:
        if lane.name or not any(each in process.elements for each in lane.elements):
            continue
        stem = naming.of_process(drawing, process) or WORKER
        names = chain([stem], (f"{stem} ({number})" for number in count(2)))
        name = next(each for each in names if each not in taken)
        taken.add(name)
        node = next(each for each in process.node.iter(bpmn("lane")) if each.get("id", "") == lane.id)
        node.set("name", name)
        draft.report("lane", lane.id, say("no name"), name)


def draw_lanes(draft: Draft) -> None:
    """Draw lanes where there are none: by groups of tasks, else after the pool."""
    process = draft.process
    if process.lanes:
        return
    others = naming.of_process(draft.drawing, process) or WORKER
    groups = {e.id: group for e in process.elements.values() if (group := _group(draft, e))}
    tasks = {e.id for e in process.elements.values() if e.tag in diagram.HUMAN_TASKS}
    first = next(iter(groups.values()), others) if tasks <= groups.keys() else others
    members: dict[str, list[str]] = {first: []}
    for element in process.elements.values():
        if element.id in groups or element.parent is None:
            members.setdefault(groups.get(element.id, first), []).append(element.id)
    lane_set = process.node.makeelement(bpmn("laneSet"), {"id": draft.fresh_id("LaneSet_import")})
    for name, inside in members.items():
        lane = etree.SubElement(lane_set, bpmn("lane"), {"id": draft.fresh_id("Lane_import"), "name": name})
        for identity in inside:
            draft.refer(lane, identity)
        draft.report("lane", lane.get("id", ""), say("no lanes"), say("one lane {name!r}", name=name))
    process.node.insert(_first_flow_element(process.node), lane_set)


def _group(draft: Draft, element: Element) -> str:
    """Group that another tool gives a task to, where people can read it."""
    group = " ".join(element.properties.get("candidateGroups", "").split())
    readable = group.replace(" ", "").replace("-", "").replace("_", "").isalpha()
    named = element.tag in diagram.HUMAN_TASKS and readable and naming.telling(group, draft.drawing)
    return group if named else ""


def _first_flow_element(node: etree._Element) -> int:
    before = ("documentation", "extensionElements", "auditing", "monitoring", "ioSpecification", "property")
    return sum(1 for child in node if local(child) in before)
