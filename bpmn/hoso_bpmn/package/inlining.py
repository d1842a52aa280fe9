"""Called processes, inlined in the place of their calls.

Plan, choices and engine need no knowledge of calls. A call becomes a sub-process. What stands in it is named
`call/element` and works in lanes named `call/lane`; milestones and special ends of the called procedure mean nothing
to its caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from hoso_bpmn import errors
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.package import calls
from hoso_bpmn.package.calls import Call, Source

_CALLEES_OWN = ("milestone", "ends")


@dataclass(frozen=True, slots=True)
class Whole:
    """A process with all that it calls, and what each of its calls runs."""

    process: Process
    calls: Mapping[str, Call]

    @classmethod
    def of(cls, made_of: Source) -> Whole:
        """The whole of a source; raises `UnsupportedElement` as `process` does."""
        return cls(process(made_of), MappingProxyType(calls.callees(made_of)))

    def path(self, element: Element) -> str:
        """Path of an element for readers: `Liên thông → 1.001806: Kiểm tra`.

        It is the label alone where nothing is called.
        """
        around = [call for call in self.calls if element.id.startswith(f"{call}/")]
        steps = (f"{self.process.elements[call].label} → {self.calls[call].code}: " for call in around)
        return "".join(steps) + element.label


def process(made_of: Source) -> Process:
    """Process to run, with its calls inlined.

    Raises `UnsupportedElement` where an id of the caller looks like one of what it calls.
    """
    callees = {call.element: process(call.source) for call in made_of.calls}
    return embedded(calls.drawn(made_of.data), callees) if callees else calls.drawn(made_of.data)


def embedded(caller: Process, callees: Mapping[str, Process]) -> Process:
    """Inline each called process in the place of its call."""
    elements, flows = dict(caller.elements), dict(caller.flows)
    members, guests = dict(caller.members), dict(caller.guests)
    for call, callee in callees.items():
        _keep_apart(caller, call)
        elements[call] = replace(elements[call], tag="subProcess")
        elements |= {f"{call}/{key}": _element(one, call) for key, one in callee.elements.items()}
        flows |= {f"{call}/{key}": _flow(flow, call) for key, flow in callee.flows.items()}
        members |= {_name(call, key) or call: _names(call, ids) for key, ids in callee.members.items()}
        guests |= {f"{call}/{key}": _names(call, ids) for key, ids in callee.guests.items()}
    return replace(
        caller,
        elements=MappingProxyType(elements),
        flows=MappingProxyType(flows),
        members=MappingProxyType(members),
        guests=MappingProxyType(guests),
    )


def _keep_apart(caller: Process, call: str) -> None:
    for identity in (*caller.elements, *caller.flows):
        if identity.startswith(f"{call}/"):
            raise errors.unsupported(
                caller.elements[call], f"the id {identity} beside this call", "Give it an id without a slash."
            )


def _name(call: str, identity: str | None) -> str | None:
    return f"{call}/{identity}" if identity else None


def _names(call: str, identities: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{call}/{identity}" for identity in identities)


def _element(element: Element, call: str) -> Element:
    words = {key: word for key, word in element.properties.items() if key not in _CALLEES_OWN}
    return replace(
        element,
        id=f"{call}/{element.id}",
        lane=_name(call, element.lane),
        parent=_name(call, element.parent) or call,
        attached_to=_name(call, element.attached_to),
        default_flow=_name(call, element.default_flow),
        incoming=_names(call, element.incoming),
        outgoing=_names(call, element.outgoing),
        properties=MappingProxyType(words),
    )


def _flow(flow: Flow, call: str) -> Flow:
    return replace(
        flow, id=f"{call}/{flow.id}", source=f"{call}/{flow.source}", target=f"{call}/{flow.target}"
    )
