"""From the drawing to what SpiffWorkflow runs.

The engine's specification is built from `diagram.Diagram`, so that check, picture and engine read a file in one way.
SpiffWorkflow's own parser is not used: it evaluates uploaded text as Python, hangs on a data association of a sub-process,
takes one recursion per element, drops lanes with white space, and reads only its own or Camunda's extensions.
Data associations never reach the engine: a drawn arrow must not make the completion of a task fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent,
    StartEvent,
)
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition

from hoso_bpmn import elements, errors, expressions, gateways
from hoso_bpmn.diagram import Diagram, Element, Flow, Process

_OWN_NAMES = ("Start", "End")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A process, its sub-processes by name, and the variables that its expressions read."""

    spec: elements.ProcessSpec
    subprocesses: Mapping[str, elements.ProcessSpec]
    names: frozenset[str]


def parse(diagram: Diagram, process: Process) -> Parsed:
    """What the engine runs for the process; raises `UnsupportedElement`, `BadExpression` or `BadTimer`."""
    return _Building(diagram, process).parsed()


class _Building:
    def __init__(self, diagram: Diagram, process: Process) -> None:
        self.diagram = diagram
        self.process = process
        self.subprocesses: dict[str, elements.ProcessSpec] = {}
        self.names: set[str] = set()

    def parsed(self) -> Parsed:
        spec = self.scope(self.process.id, self.process.name, None)
        return Parsed(spec, self.subprocesses, frozenset(self.names))

    def scope(self, name: str, description: str, parent: str | None) -> elements.ProcessSpec:
        spec = elements.ProcessSpec(name, description)
        members = tuple(self.process.within(parent))
        made = {element.id: self.make(spec, element) for element in members}
        for element in members:
            self.connect(spec, element, made)
        return spec

    def make(self, spec: elements.ProcessSpec, element: Element) -> Any:
        make = _MAKERS.get(element.tag)
        if make is None:
            raise unsupported(element, f"<{element.tag}>")
        return make(self, spec, element)

    def connect(self, spec: elements.ProcessSpec, element: Element, made: Mapping[str, Any]) -> None:
        source = made[element.id]
        if element.tag == "startEvent":
            spec.start.connect(source)
        flows = [self.process.flows[flow] for flow in element.outgoing]
        for flow in flows:
            self.flow(element, source, made[flow.target], flow)
        if not flows:
            source.connect(spec.end)

    def flow(self, element: Element, source: Any, target: Any, flow: Flow) -> None:
        condition = self.condition(element, flow)
        if condition is not None:
            source.connect_if(condition, target)
        else:
            source.connect(target)

    def condition(self, element: Element, flow: Flow) -> elements.Chosen | elements.Holds | None:
        if element.tag not in ("exclusiveGateway", "inclusiveGateway"):
            if flow.condition:
                raise unsupported(element, f"the condition on flow {flow.id}", "Put it behind a gateway.")
            return None
        if gateways.named(self.process, element):
            return elements.Chosen(element.id, flow.id)
        if flow.id == element.default_flow or flow.condition is None:
            return None
        return elements.Holds(self.expression(flow.condition))

    def expression(self, text: str) -> expressions.Expression:
        expression = expressions.compiled(text)
        self.names.update(expression.names)
        return expression


def unsupported(
    element: Element, what: str, remedy: str = "Draw it with other elements."
) -> errors.UnsupportedElement:
    """The refusal of an element by name."""
    return errors.UnsupportedElement(element.id, what, remedy, element.line)


def _name(element: Element) -> str:
    # SpiffWorkflow finds its own first and last task by these names.
    return f"{element.id}#" if element.id in _OWN_NAMES else element.id


def _attributes(element: Element) -> dict[str, Any]:
    return {"bpmn_name": element.name or None, "lane": element.lane}


def _task(building: _Building, spec: elements.ProcessSpec, element: Element) -> Any:
    return elements.HumanTask(spec, _name(element), **_attributes(element))


def _plain(kind: Callable[..., Any]) -> Callable[[_Building, elements.ProcessSpec, Element], Any]:
    def make(_building: _Building, spec: elements.ProcessSpec, element: Element) -> Any:
        return kind(spec, _name(element), **_attributes(element))

    return make


def _event(kind: Callable[..., Any]) -> Callable[[_Building, elements.ProcessSpec, Element], Any]:
    def make(_building: _Building, spec: elements.ProcessSpec, element: Element) -> Any:
        return kind(spec, _name(element), event_definition=NoneEventDefinition(), **_attributes(element))

    return make


_MAKERS: dict[str, Callable[[_Building, elements.ProcessSpec, Element], Any]] = {
    "task": _task,
    "userTask": _task,
    "manualTask": _task,
    "serviceTask": _task,
    "exclusiveGateway": _plain(elements.ExclusiveGateway),
    "inclusiveGateway": _plain(elements.InclusiveGateway),
    "parallelGateway": _plain(elements.ParallelGateway),
    "startEvent": _event(StartEvent),
    "endEvent": _event(EndEvent),
}
