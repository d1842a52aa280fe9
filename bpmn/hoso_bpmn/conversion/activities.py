"""Activities of other tools: code, empty and unknown ones become user tasks. The rest stays."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from hoso_bpmn import errors, expressions
from hoso_bpmn.checks.rules import code
from hoso_bpmn.conversion.document import Draft
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, MultiInstance, Process
from hoso_bpmn.document.xml import bpmn, local
from hoso_bpmn.engine import dmn, multi_instance
from hoso_calendar.messages import say

#: Attributes and texts that name another element of the process.
_REFERRING = ("sourceRef", "targetRef", "attachedToRef", "default", "activityRef", "bpmnElement")
#: A file may call its processes more often than anybody could read; then the rest are tasks.
MAX_ELEMENTS = 2_000
_PROCEDURE = re.compile(r"\d\.\d{6}")


def remove_code(draft: Draft) -> None:
    """Turn script tasks into user tasks. Code, names of code and expressions that nothing evaluates are removed."""
    for element in draft.elements("scriptTask"):
        draft.retag(element, "userTask", "script")
    for node in list(code.nodes(draft.process)):
        written = code.language(node)
        if written and local(node) != "conditionExpression":  # those of flows become labels
            node.text = None
            del node.attrib["language"]
            draft.report(
                "script",
                _holder(node),
                say("an expression written in {written}", written=written),
                say("removed"),
            )
        for found in list(code.carried(node)):
            found.remove()
            rule = "script" if found.runs else "expression-unheard"
            draft.report(rule, _holder(node), found.what, say("removed"))


def _holder(node: etree._Element) -> str:
    """The id of the element that a node belongs to."""
    near = (each.get("id", "") for each in (node, *node.iterancestors()))
    return next(filter(None, near), "")


def replace_rules(draft: Draft) -> None:
    """Turn business rule tasks without a decision table into user tasks. Somebody has to decide."""
    for element in draft.elements("businessRuleTask"):
        if not dmn.at_hand(element, draft.decisions):
            draft.retag(element, "userTask", "business-rule")


def resolve_calls(draft: Draft) -> None:
    """Turn calls of a process in the same file into sub-processes. Calls of published procedures stay."""
    within: dict[str, frozenset[str]] = {}
    while True:
        calls = [call for call in draft.elements("callActivity") if not _PROCEDURE.fullmatch(_called(call))]
        if not calls:
            return
        for call in calls:
            around = within.get(call.parent or "", frozenset({draft.process.id}))
            callee = next((p for p in draft.drawing.processes if p.id == _called(call) and p.elements), None)
            if callee is None or callee.id in around or len(draft.process.elements) > MAX_ELEMENTS:
                draft.retag(call, "userTask", "call-activity")
            else:
                _embed(draft, call, callee)
                inside = {e.id for e in draft.process.elements.values() if e.tag in diagram.SUBPROCESSES}
                within |= dict.fromkeys(inside - within.keys(), around | {callee.id}) | {
                    call.id: around | {callee.id}
                }


def _called(element: Element) -> str:
    words = [element.node.get("calledElement", "")]
    words += [
        node.get("processId", "")
        for node in element.node.iter()
        if etree.QName(node).localname == "calledElement"
    ]
    return next((word.strip().rpartition(":")[2] for word in words if word.strip()), "")


def _embed(draft: Draft, element: Element, callee: Process) -> None:
    draft.retag(element, "subProcess", "call-activity", replaces=False)
    draft.embedded = True
    names = {
        str(node.get("id")): draft.fresh_id(f"{element.id}_{node.get('id')}")
        for node in callee.node.iter()
        if node.get("id")
    }
    for child in callee.node:
        if local(child) not in (None, "laneSet", "documentation", "ioSpecification", "extensionElements"):
            element.node.append(_renamed(copy.deepcopy(child), names))


def _renamed(node: etree._Element, names: dict[str, str]) -> etree._Element:
    for part in node.iter():
        for key in ("id", *_REFERRING):
            if part.get(key) in names:
                part.set(key, names[part.get(key, "")])
        if (part.text or "").strip() in names and local(part) in ("incoming", "outgoing"):
            part.text = names[(part.text or "").strip()]
    return node


def plain_subprocesses(draft: Draft) -> None:
    """Turn ad-hoc sub-processes and transactions into plain sub-processes. An empty one becomes a user task."""
    for element in draft.elements(*diagram.SUBPROCESSES):
        if next(draft.process.within(element.id), None) is None:
            if element.triggered_by_event:
                draft.remove(element.node)
                draft.replaced[element.id] = element.tag
                draft.report("sub-process", element.id, say("an empty event sub-process"), say("removed"))
            else:
                draft.retag(element, "userTask", "sub-process")
        elif element.tag != "subProcess":
            for child in list(element.node.iterchildren(bpmn("completionCondition"))):
                element.node.remove(child)
            draft.retag(element, "subProcess", "sub-process")


def sound_repetitions(draft: Draft) -> None:
    """A repetition that says neither list nor number is done once."""
    for element in draft.elements(*diagram.TASKS, *diagram.SUBPROCESSES):
        if element.multi_instance is not None and not _is_sound(element.multi_instance):
            do_once(draft, element, ", without list or number")


def name_items(draft: Draft) -> None:
    """Let the items of repetitions have names that expressions can read."""
    for element in draft.elements(*diagram.TASKS, *diagram.SUBPROCESSES):
        item = element.multi_instance.item if element.multi_instance is not None else None
        if item is None or multi_instance.is_variable(item):
            continue
        name = "item_" + re.sub(r"\W+", "_", item).strip("_")
        for holder, key in _naming(element):
            holder.set(key, name)
        draft.report(
            "multi-instance",
            element.id,
            say("the item {item!r}", item=item),
            say("the item {item!r}", item=name),
        )


def _naming(element: Element) -> Iterator[tuple[etree._Element, str]]:
    """Places that name the item of a repetition."""
    assert element.multi_instance is not None  # noqa: S101 - asked only for what repeats
    for node in element.multi_instance.node.iter():
        if local(node) == "inputDataItem":
            yield node, "name"
        for key in map(str, node.attrib):
            if etree.QName(key).localname in ("elementVariable", "inputElement"):
                yield node, key


def do_once(draft: Draft, element: Element, why: str = "") -> None:
    """Take the repetition out of an activity, where it has one."""
    repeats = element.multi_instance
    if repeats is not None:
        element.node.remove(repeats.node)
        draft.report("multi-instance", element.id, f"{repeats.kind}{why}", say("done once"))


def _is_sound(repeats: MultiInstance) -> bool:
    texts = [text for text in (repeats.cardinality, repeats.collection, repeats.completion) if text]
    try:
        names = [expressions.compiled(text).names for text in texts]
    except errors.BadExpression:
        return False
    if repeats.kind == "loop":
        return bool(repeats.completion) or (repeats.cardinality or "").isdecimal()
    listed = not repeats.collection or len(names[-2 if repeats.completion else -1]) == 1
    return bool(repeats.cardinality) != bool(repeats.collection) and listed
