"""Code in a file: code, names of code, and expressions that nothing evaluates. In every vendor's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.document import properties, xml
from hoso_bpmn.document.diagram import Process
from hoso_bpmn.document.xml import bpmn, local
from hoso_calendar.messages import say

#: Elements of BPMN that hold a program.
_PROGRAMS = frozenset(("scriptTask", "globalScriptTask", "script"))
#: Extension elements that carry code, or name code to be run, in any vendor's name space.
_CODE = frozenset(
    (
        *("script", "preScript", "postScript", "executionListener", "taskListener", "eventListener"),
        *("connectorId", "serviceTaskOperator", "onEntry-script", "onExit-script"),
    )
)
#: The same, where it is an engine's; with a drawing tool these are lines, files and places.
_CODE_OF_ENGINES = frozenset(("connector", "linkedResource", "import", "global"))
_ENGINES = re.compile(r"camunda|activiti|flowable|jboss|jbpm|kie\.|spiff|bonita|knowprocess", re.IGNORECASE)
#: Attributes that name code, on an element (with a name space) or inside of its extensions (without one).
_CODE_ATTRIBUTES = frozenset(
    (
        *("class", "expression", "delegateExpression", "resource", "script", "variableMappingClass"),
        *("variableMappingDelegateExpression", "serviceimplementation"),
    )
)
#: Kinds of service task that an engine runs by itself; `external` waits for a worker, as here.
_BUILT_IN = frozenset(("shell", "mail", "http", "camel", "mule", "java-delegate"))
#: Places for expressions that are not evaluated here, whatever is written in them.
_UNHEARD = frozenset(
    (
        *("transformation", "assignment", "resourceAssignmentExpression", "complexBehaviorDefinition"),
        *("messagePath", "dataPath", "messagePayload", "processVariableCorrelation"),
    )
)
#: Attributes whose expression is evaluated here: `instances` reads them.
_HEARD = frozenset(("collection", "elementVariable", "inputCollection", "inputElement"))
#: How expressions of other engines begin: FEEL, JUEL and MVEL, templates.
_EXPRESSION = re.compile(r"\s*=\s*\S|.*?(?:[$#]\{|\{\{|\{%)", re.DOTALL)
#: Words and addresses of the languages that conditions are read in.
_LANGUAGES = re.compile(r"|juel|feel|python|https?://.*(?:feel|xpath|xmlschema).*", re.IGNORECASE | re.DOTALL)
#: What may be called: `com.example.Task`, `bean.run()`, `${x}`.
_CALLED = re.compile(r"\w\.\w|[({]")
#: By what an element names what it sends or calls.
_NAMING = {"message": "name", "signal": "name", "callActivity": "calledElement"}
#: What is not of the process: its picture, and its neighbours.
_APART = ("process", "collaboration", "choreography")


@dataclass(frozen=True, slots=True)
class Carried:
    """Code that an element carries. `key` is the attribute that holds it, None where it is the node itself."""

    what: str
    node: etree._Element
    key: str | None = None
    #: True for code, False for an expression that nothing evaluates.
    runs: bool = True

    def remove(self) -> None:
        """Take it out of the file."""
        holder = self.node.getparent()
        if self.key is not None:
            self.node.attrib.pop(self.key, None)
        elif holder is not None:
            holder.remove(self.node)


@process_rule("script", remedy="Remove it. A procedure declares steps; nothing uploaded runs as code.")
def script(subject: Subject) -> Faults:
    for element in subject.elements:
        if element.tag == "scriptTask":
            yield Fault(
                element,
                say("{label!r} is a script task.", label=element.label),
                say("Make it a user task or a service task."),
            )
    for node in nodes(subject.process):
        written = language(node)
        if written:
            yield _fault(subject, node, say("an expression written in {written}", written=written))
        for found in carried(node):
            if found.runs:
                yield _fault(subject, node, say("{what}, which would run code", what=found.what))


@process_rule(
    "expression-unheard",
    remedy="Remove it; variables come from forms and decision tables, and lanes say who works.",
)
def expression_unheard(subject: Subject) -> Faults:
    for node in nodes(subject.process):
        for found in carried(node):
            if not found.runs:
                yield _fault(
                    subject, node, say("{what}, an expression that nothing here evaluates", what=found.what)
                )
        naming = _NAMING.get(local(node) or "")
        if naming and _EXPRESSION.match(node.get(naming, "")):
            named = say("the {naming} {value!r}", naming=naming, value=node.get(naming, "")[:60])
            yield _fault(
                subject, node, say("{named}, an expression that nothing here evaluates", named=named)
            )


def nodes(process: Process) -> Iterator[etree._Element]:
    """Nodes of the process and its messages, errors and data in the file."""
    for node in process.node.getroottree().getroot().iterchildren():
        if local(node) not in (None, *_APART):
            yield from _drawn(node)
    yield from _drawn(process.node)


def _drawn(node: etree._Element) -> Iterator[etree._Element]:
    return (each for each in node.iter() if local(each) is not None)


def _fault(subject: Subject, node: etree._Element, what: str) -> Fault:
    process = subject.process
    ids = (each.get("id", "") for each in (node, *node.iterancestors()))
    holders = (process.elements.get(identity) or process.flows.get(identity) for identity in ids)
    place = next((holder for holder in holders if holder is not None), None)
    name = repr(place.name or place.id) if place is not None else say("The file")
    return Fault(place, say("{name} has {what}.", name=name, what=what), line=node.sourceline or 0)


def carried(node: etree._Element) -> Iterator[Carried]:
    """Code, or expressions that are not evaluated, on a BPMN element itself."""
    if local(node) == "extensionElements":
        return
    if local(node) in _UNHEARD:
        yield Carried(say("a {tag}", tag=local(node)), node, runs=False)
    elif local(node) in _PROGRAMS and local(node) != "scriptTask":
        yield Carried(say("a {tag}", tag=local(node)), node)
    for key, value in node.attrib.items():
        if etree.QName(key).namespace is not None or key in properties.OWN:
            yield from _attribute(node, str(key), str(value))
    extension = node.find(bpmn("extensionElements"))
    for child in extension.iterchildren() if extension is not None else ():
        yield from _extension(child)


def _attribute(node: etree._Element, key: str, value: str) -> Iterator[Carried]:
    name = etree.QName(key).localname
    if name in _CODE_ATTRIBUTES or (name == "type" and value.strip() in _BUILT_IN):
        yield Carried(say("the attribute {name}", name=name), node, key)
    elif name not in _HEARD and _EXPRESSION.match(value):
        yield Carried(
            say("the attribute {name} = {value!r}", name=name, value=value[:60]), node, key, runs=False
        )


def _extension(top: etree._Element) -> Iterator[Carried]:
    """Code of one extension element and its content. What carries code goes as a whole."""
    pending = [top]
    while pending:
        node = pending.pop()
        name = etree.QName(node).localname
        if name in _CODE or _names_code(node):
            yield Carried(say("the extension {name}", name=name), node)
        elif name in _UNHEARD or _EXPRESSION.match(node.text or ""):
            yield Carried(say("the extension {name}", name=name), node, runs=False)
        else:
            for key, value in node.attrib.items():
                if etree.QName(key).localname not in _HEARD and _EXPRESSION.match(str(value)):
                    yield Carried(
                        say(
                            "the attribute {key} of {name} = {value!r}", key=key, name=name, value=value[:60]
                        ),
                        node,
                        str(key),
                        runs=False,
                    )
            pending.extend(reversed(list(node)))


def _names_code(node: etree._Element) -> bool:
    """True for an element or attribute that a vendor uses for code. A class of a style or a tool is none."""
    name = etree.QName(node)
    if name.namespace in (None, "http://www.w3.org/1999/xhtml", xml.BPMN):
        return False
    of_engine = _ENGINES.search(name.namespace or "") is not None
    named = [str(value) for key, value in node.attrib.items() if key in _CODE_ATTRIBUTES]
    return (of_engine and (name.localname in _CODE_OF_ENGINES or bool(named))) or any(
        map(_CALLED.search, named)
    )


def language(node: etree._Element) -> str | None:
    """Programming language of an expression. None where it is one that is read here."""
    written = node.get("language", "").strip()
    return None if local(node) is None or _LANGUAGES.fullmatch(written) else written
