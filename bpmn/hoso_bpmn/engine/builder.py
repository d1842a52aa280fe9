"""Builder of SpiffWorkflow's specs from a diagram.

The engine's specification is built from `diagram.Diagram`, so that check, picture and engine read a file in one way.
SpiffWorkflow's own parser is not used: it evaluates uploaded text as Python, hangs on a data association of a
sub-process, takes one recursion per element, loses lanes with white space, and reads only its own or Camunda's
extensions. Data associations never reach the engine: a drawn arrow must not make the completion of a task fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition

from hoso_bpmn import errors, expressions
from hoso_bpmn.document import gateways
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.engine import dmn, event_definitions, multi_instance, task_specs, timers

#: Names that SpiffWorkflow gives its own first and last task; `#` keeps an element's id apart from them.
_TAKEN = ("Start", "End")
#: Elements by which other engines run code, whatever their name space.
_CODE = ("script", "preScript", "postScript", "serviceTaskOperator")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A process, its sub-processes by name, and the variables that its expressions read."""

    spec: task_specs.ProcessSpec
    subprocesses: Mapping[str, task_specs.ProcessSpec]
    names: frozenset[str]


def parse(process: Process, tables: Mapping[str, dmn.Table] | None = None) -> Parsed:
    """Build the engine's specification of a process.

    Its business rule tasks ask `tables` by element. Raises `UnsupportedElement`, `BadExpression` or `BadTimer`.
    """
    return Building(process, tables or {}).parsed()


class Building:
    """Builder of one process with its sub-processes."""

    def __init__(self, process: Process, tables: Mapping[str, dmn.Table]) -> None:
        self.process = process
        self.tables = tables
        self.subprocesses: dict[str, task_specs.ProcessSpec] = {}
        self.names: set[str] = set()

    def parsed(self) -> Parsed:
        spec = self.scope(self.process.id, None)
        return Parsed(spec, self.subprocesses, frozenset(self.names))

    def scope(self, name: str, parent: str | None) -> task_specs.ProcessSpec:
        """Build the process or a sub-process with its event sub-processes."""
        handlers = [element for element in self.process.within(parent) if element.triggered_by_event]
        if not handlers:
            return self.body(name, parent)
        # An event sub-process interrupts or accompanies its scope exactly as a boundary event does an activity.
        spec = task_specs.ProcessSpec(name)
        inner = name + task_specs.BODY
        self.subprocesses[inner] = self.body(inner, parent)
        body = task_specs.SubProcess(spec, inner, inner)
        body.connect(spec.end)
        spec.start.connect(self.guarded(spec, body, [self.handler(spec, element) for element in handlers]))
        return spec

    def handler(self, spec: task_specs.ProcessSpec, element: Element) -> Any:
        start = self.first(element.id)
        if start is None or not start.event_definitions:
            raise errors.unsupported(element, "an event sub-process without a triggering start event")
        trigger = event_definitions.definition(start, repeats=not start.interrupting)
        self.names.update(event_definitions.names(trigger))
        event = task_specs.BoundaryEvent(spec, start.id, trigger, start.interrupting, **_attributes(start))
        task = self.subprocess(spec, element)
        event.connect(task)
        task.connect(spec.end)
        return event

    def body(self, name: str, parent: str | None) -> task_specs.ProcessSpec:
        spec = task_specs.ProcessSpec(name)
        members = [element for element in self.process.within(parent) if not element.triggered_by_event]
        made = {element.id: self.make(spec, element) for element in members}
        entries = dict(made)
        for element in members:
            attached = [made[event.id] for event in self.process.attached(element.id)]
            if attached:
                entries[element.id] = self.guarded(spec, made[element.id], attached)
        for element in members:
            self.leave(spec, element, made[element.id], entries)
        starts = self.starts(parent)
        if not starts and parent is not None:
            element = self.process.elements[parent]
            raise errors.unsupported(
                element, "a sub-process in which nothing begins", "Begin it with a start event."
            )
        for start in starts:
            spec.start.connect(entries[start.id])
        return spec

    def guarded(self, spec: task_specs.ProcessSpec, activity: Any, events: list[Any]) -> Any:
        """Split that leads into an activity and its boundary events."""
        split = BoundaryEventSplit(spec, f"{activity.name}#split", lane=activity.lane)
        join = BoundaryEventJoin(spec, f"{activity.name}#join", split_task=split.name, cancel=True)
        for child in (activity, *events):
            split.connect(child)
        # What does not interrupt has no say in when the activity is over.
        for child in (activity, *(event for event in events if event.cancel_activity)):
            child.connect(join)
        return split

    def starts(self, parent: str | None) -> list[Element]:
        """Elements at which a token enters a scope.

        The plain start event, else the first one, else whatever nothing leads to.
        """
        start = self.first(parent)
        if start is not None:
            return [start]
        members = self.process.within(parent)
        return [e for e in members if not e.incoming and e.attached_to is None and not e.triggered_by_event]

    def first(self, parent: str | None) -> Element | None:
        found = [element for element in self.process.within(parent) if element.tag == "startEvent"]
        return min(found, key=lambda start: bool(start.event_definitions), default=None)

    def make(self, spec: task_specs.ProcessSpec, element: Element) -> Any:
        make = _MAKERS.get(element.tag)
        if make is None:
            raise errors.unsupported(element, f"<{element.tag}>")
        if "#" in element.id:
            raise errors.unsupported(element, "an id with a #", "Give it another id.")
        code = next((name for name in map(_local, element.node.iter()) if name in _CODE), None)
        if code is not None:
            raise errors.unsupported(
                element, f"<{code}>", "Remove it: nothing that is uploaded runs as code."
            )
        if element.multi_instance is None:
            return make(self, spec, element, element.id)
        self.names.update(multi_instance.names(element.multi_instance))
        activity = make(self, spec, element, f"{element.id}#each")
        return multi_instance.wrapped(spec, element, activity, _attributes(element))

    def subprocess(self, spec: task_specs.ProcessSpec, element: Element, name: str | None = None) -> Any:
        if not any(True for _ in self.process.within(element.id)):
            raise errors.unsupported(element, "an empty sub-process", "Draw its steps, or make it a task.")
        self.subprocesses[element.id] = self.scope(element.id, element.id)
        return self.named(
            element, task_specs.SubProcess(spec, name or element.id, element.id, **_attributes(element))
        )

    def leave(
        self, spec: task_specs.ProcessSpec, element: Element, source: Any, entries: Mapping[str, Any]
    ) -> None:
        flows = [self.process.flows[flow] for flow in element.outgoing]
        if element.tag == "eventBasedGateway" and (not flows or gateways.strays(self.process, element)):
            what = "an event-based gateway that leads to something other than one event each"
            raise errors.unsupported(element, what, "Lead it to events that wait, or to receive tasks.")
        met: set[str] = set()
        for flow in flows:
            target = entries.get(flow.target)
            if target is None:
                raise errors.unsupported(element, f"the flow {flow.id} to another process", "Use a message.")
            if flow.target in met:
                target = self.apart(spec, element, flow, target)
            met.add(flow.target)
            condition = self.condition(element, flow)
            if condition is None:
                source.connect(target)
            else:
                source.connect_if(condition, target)
        if not flows:
            source.connect(spec.end)

    def apart(self, spec: task_specs.ProcessSpec, element: Element, flow: Flow, target: Any) -> Any:
        """Separator of two flows between the same elements. A join counts a token for each of them."""
        between = SimpleBpmnTask(spec, f"{element.id}#{flow.id}")
        between.connect(target)
        return between

    def condition(self, element: Element, flow: Flow) -> task_specs.Chosen | task_specs.Holds | None:
        if element.tag not in ("exclusiveGateway", "inclusiveGateway"):
            if flow.condition:
                raise errors.unsupported(
                    element, f"the condition on flow {flow.id}", "Put a gateway before it."
                )
            return None
        if gateways.named(self.process, element):
            return task_specs.Chosen(element.id, flow.id)
        if flow.id == element.default_flow or flow.condition is None:
            return None
        expression = expressions.compiled(flow.condition)
        self.names.update(expression.names)
        return task_specs.Holds(expression)

    def named(self, element: Element, made: Any) -> Any:
        made.bpmn_id = element.id
        return made


def alone(process: Process) -> Process:
    """Process without its calls and decision tables, as it can be built alone."""
    elements_of = {
        key: replace(element, tag="userTask")
        if element.tag in ("callActivity", "businessRuleTask")
        else element
        for key, element in process.elements.items()
    }
    return replace(process, elements=MappingProxyType(elements_of))


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


Make = Callable[[Building, task_specs.ProcessSpec, Element, str], Any]


def _attributes(element: Element) -> dict[str, Any]:
    return {"bpmn_name": element.name or None, "lane": element.lane}


def _plain(kind: Callable[..., Any]) -> Make:
    def make(building: Building, spec: task_specs.ProcessSpec, element: Element, name: str) -> Any:
        name = f"{name}#" if name in _TAKEN else name
        return building.named(element, kind(spec, name, **_attributes(element)))

    return make


def _event(
    kind: Callable[..., Any], trigger: Callable[[Element], Any] = event_definitions.definition
) -> Make:
    def make(building: Building, spec: task_specs.ProcessSpec, element: Element, name: str) -> Any:
        definition = trigger(element)
        building.names.update(event_definitions.names(definition))
        name = f"{name}#" if name in _TAKEN else name
        return building.named(element, kind(spec, name, event_definition=definition, **_attributes(element)))

    return make


def _start(_element: Element) -> Any:
    # Whatever is drawn there, a dossier begins by being filed.
    return NoneEventDefinition()


def _boundary(building: Building, spec: task_specs.ProcessSpec, element: Element, name: str) -> Any:
    if not element.event_definitions:
        raise errors.unsupported(element, "a boundary event without a trigger", "Say what it waits for.")
    definition = event_definitions.definition(element, repeats=not element.interrupting)
    building.names.update(event_definitions.names(definition))
    made = task_specs.BoundaryEvent(spec, name, definition, element.interrupting, **_attributes(element))
    return building.named(element, made)


def _rule(building: Building, spec: task_specs.ProcessSpec, element: Element, name: str) -> Any:
    table = building.tables[element.id]
    building.names.update(table.names, table.outputs)
    return building.named(element, task_specs.RuleTask(spec, name, table, **_attributes(element)))


_MAKERS: dict[str, Make] = {
    "task": _plain(task_specs.HumanTask),
    "userTask": _plain(task_specs.HumanTask),
    "manualTask": _plain(task_specs.HumanTask),
    "serviceTask": _plain(task_specs.HumanTask),
    "businessRuleTask": _rule,
    "sendTask": _event(task_specs.ThrowEvent, event_definitions.message),
    "receiveTask": _event(task_specs.CatchEvent, event_definitions.message),
    "subProcess": Building.subprocess,
    "exclusiveGateway": _plain(task_specs.ExclusiveGateway),
    "inclusiveGateway": _plain(task_specs.InclusiveGateway),
    "parallelGateway": _plain(task_specs.ParallelGateway),
    "eventBasedGateway": _event(task_specs.EventGateway, lambda *_: timers.FirstOf()),
    "startEvent": _event(task_specs.StartEvent, _start),
    "endEvent": _event(task_specs.EndEvent),
    "intermediateCatchEvent": _event(task_specs.CatchEvent),
    "intermediateThrowEvent": _event(task_specs.ThrowEvent),
    "boundaryEvent": _boundary,
}
