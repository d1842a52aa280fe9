"""Context of a rule: the process, its file, and the case it serves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from hoso_bpmn import errors
from hoso_bpmn.checks.tokens.scopes import Soundness
from hoso_bpmn.document import diagram, gateways
from hoso_bpmn.document.diagram import Diagram, Element, Flow, Process
from hoso_bpmn.package import calls
from hoso_bpmn.package.inlining import Whole
from hoso_bpmn.package.package import Case, Package


@dataclass(frozen=True)
class Subject:
    """One process of one file. Package and case are None where a diagram is checked without them."""

    drawing: Diagram
    process: Process
    package: Package | None = None
    case: Case | None = None
    #: The process with all that it calls; None where not all of that is known.
    called: Whole | None = None

    @property
    def whole(self) -> Whole:
        """The process with all that it calls, as far as that is known."""
        return self.called or Whole(self.process, {})

    def drawn(self, identity: str) -> Element | None:
        """Element of this file that stands for one of the whole process.

        For one of a called procedure it is the call.
        """
        return self.process.elements.get(identity) or calls.around(self.process, identity)

    @property
    def elements(self) -> Iterator[Element]:
        """All elements, those of sub-processes included."""
        return iter(self.process.elements.values())

    @property
    def flows(self) -> Iterator[Flow]:
        return iter(self.process.flows.values())

    @cached_property
    def human_tasks(self) -> tuple[Element, ...]:
        """Tasks that wait in somebody's inbox."""
        return tuple(element for element in self.elements if element.tag in diagram.HUMAN_TASKS)

    @cached_property
    def choices(self) -> Mapping[str, tuple[gateways.Choice, ...]]:
        """The choices at each task; none where there are more than are run."""
        try:
            return gateways.choices(self.process)
        except errors.UnsupportedElement:  # the rule engine says so
            return {}

    @cached_property
    def sound(self) -> Soundness:
        """Verdict of the token game over all choices."""
        return Soundness.of(self.process)

    def outgoing(self, element: Element) -> tuple[Flow, ...]:
        """Flows that leave an element, in the order of the file."""
        return tuple(self.process.flows[flow] for flow in element.outgoing)

    def element(self, identity: str) -> Element | None:
        return self.process.elements.get(identity)

    def decisions(self, *tags: str) -> Iterator[Element]:
        """Gateways of these kinds with more than one way out."""
        return (element for element in self.elements if element.tag in tags and len(element.outgoing) > 1)


@dataclass(frozen=True)
class Contents:
    """Context of a package's rules: the package and its readable processes by path."""

    package: Package
    drawings: Mapping[str, Diagram]
