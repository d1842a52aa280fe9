"""Call activities: another published procedure, put into the drawing in the place of the call.

A called process becomes a sub-process of the caller, so that plan, choices and engine need to know nothing of calls. Its
elements are named `call/element`; its lanes keep the roles that its own package gives them; its milestones and special
ends mean nothing to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from lxml import etree

from hoso_bpmn import diagram, errors, triggers
from hoso_bpmn.diagram import Element, Flow, Process
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.manifest import Case
from hoso_bpmn.package import NoSuchCase, Package

#: A procedure code → the package of the version that is pinned for the caller; raises `KeyError` for an unknown code.
Resolve = Callable[[str], Package]
#: Lane, role and unit.
Lanes = tuple[tuple[str, str, str], ...]

MAX_DEPTH = 5
_CALLERS_OWN = ("milestone", "ends")


class UnknownCall(errors.UnsupportedElement):
    """A call activity names a procedure of which nothing is known where it is to run."""

    def __init__(self, call: Element, code: str) -> None:
        self.code = code
        super().__init__(
            call.id, f"the call of {code} here", "Publish the called procedure first.", call.line
        )


@dataclass(frozen=True, slots=True)
class Source:
    """All that a specification is made of; equal sources make equal specifications."""

    data: bytes
    lanes: Lanes
    #: Call activity → what it calls.
    calls: tuple[tuple[str, Source], ...]
    #: Decision tables by path.
    decisions: tuple[tuple[str, bytes], ...]
    #: The form of each element that names one.
    forms: tuple[tuple[str, bytes], ...]


@lru_cache(maxsize=64)
def drawn(data: bytes) -> Process:
    """The one executable process of a file; raises `RefusedFile`."""
    return executable(diagram.read(data))


def executable(drawing: diagram.Diagram) -> Process:
    """The one executable process of a drawing; raises `RefusedFile` with rule `one-process`."""
    if len(drawing.executable) != 1:
        raise RefusedFile(
            "one-process",
            f"The file has {len(drawing.executable)} executable processes; one is needed.",
            remedy="Keep one process executable, and put others into files of their own.",
        )
    return drawing.executable[0]


def source(package: Package, case: Case, resolve: Resolve | None, chain: tuple[str, ...] = ()) -> Source:
    """The source of a case with everything that it calls; raises `RefusedFile` or `UnsupportedElement`."""
    data = package.process(case)
    return Source(
        data,
        tuple(sorted((name, lane.role, lane.unit) for name, lane in package.lanes.items())),
        tuple((call.id, _callee(call, resolve, (*chain, package.code))) for call in _calls(drawn(data))),
        tuple((path, content) for path, content in sorted(package.files.items()) if path.endswith(".dmn")),
        tuple(_forms(package, drawn(data))),
    )


def _forms(package: Package, process: Process) -> Iterator[tuple[str, bytes]]:
    for element in process.elements.values():
        name = element.properties.get("form")
        path = package.form(name) if name else None
        if path is not None:
            yield element.id, package.files[path]


def _calls(process: Process) -> list[Element]:
    return [element for element in process.elements.values() if element.tag == "callActivity"]


def _callee(call: Element, resolve: Resolve | None, chain: tuple[str, ...]) -> Source:
    code = called(call)
    if code in chain:
        raise triggers.unsupported(
            call, f"a call of {code} from within itself", "Draw the way back in one process."
        )
    if len(chain) >= MAX_DEPTH:
        raise triggers.unsupported(
            call, f"a chain of more than {MAX_DEPTH} calls", "Call fewer procedures in a row."
        )
    if resolve is None:
        raise UnknownCall(call, code)
    try:
        package = resolve(code)
    except KeyError:
        raise UnknownCall(call, code) from None
    return source(package, _case(call, package), resolve, chain)


def _case(call: Element, package: Package) -> Case:
    try:
        return package.case(call.properties.get("case"))
    except NoSuchCase as unknown:
        remedy = f"Write one of {', '.join(unknown.allowed)} as the property `case` of the call."
        raise triggers.unsupported(
            call, f"the call of {package.code} without one of its cases", remedy
        ) from None


def codes(package: Package) -> frozenset[str]:
    """The other procedures that the drawings of a package call; raises `RefusedFile` or `UnsupportedElement`."""
    found = {called(call) for case in package.cases for call in _calls(drawn(package.process(case)))}
    return frozenset(found - {package.code})


def process(made_of: Source) -> Process:
    """The process to run: the drawn one with each called one in the place of its call."""
    callees = {call: (process(callee), callee.lanes) for call, callee in made_of.calls}
    return expanded(drawn(made_of.data), callees) if callees else drawn(made_of.data)


def decisions(made_of: Source, prefix: str = "") -> dict[str, tuple[tuple[str, bytes], ...]]:
    """The decision tables by the prefix of the elements that may use them."""
    found = {prefix: made_of.decisions}
    for call, callee in made_of.calls:
        found |= decisions(callee, f"{prefix}{call}/")
    return found


def forms(made_of: Source, prefix: str = "") -> dict[str, bytes]:
    """The form-js file of each element that names one, those of called procedures out of their own packages."""
    found = {f"{prefix}{element}": content for element, content in made_of.forms}
    for call, callee in made_of.calls:
        found |= forms(callee, f"{prefix}{call}/")
    return found


def called(element: Element) -> str:
    """The procedure code that a call activity names; raises `UnsupportedElement` without one."""
    words = [element.node.get("calledElement"), element.properties.get("procedure")]
    words += [
        child.get("processId")
        for child in element.node.iter()
        if etree.QName(child).localname == "calledElement"
    ]
    code = next((word.strip() for word in words if word and word.strip()), None)
    if code is None:
        raise triggers.unsupported(element, "a call of nothing", "Write the code of a published procedure.")
    return code


def expanded(process: Process, callees: Mapping[str, tuple[Process, Lanes]]) -> Process:
    """The process with each called one drawn in the place of its call."""
    elements, flows = dict(process.elements), dict(process.flows)
    members, guests = dict(process.members), dict(process.guests)
    for call, (callee, lanes) in callees.items():
        roles = {name: (role, unit) for name, role, unit in lanes}
        elements[call] = replace(elements[call], tag="subProcess")
        elements |= {f"{call}/{key}": _embedded(one, call, roles) for key, one in callee.elements.items()}
        flows |= {f"{call}/{key}": _renamed(flow, call) for key, flow in callee.flows.items()}
        members |= {_name(call, key) or call: _names(call, ids) for key, ids in callee.members.items()}
        guests |= {f"{call}/{key}": _names(call, ids) for key, ids in callee.guests.items()}
    return replace(
        process,
        elements=MappingProxyType(elements),
        flows=MappingProxyType(flows),
        members=MappingProxyType(members),
        guests=MappingProxyType(guests),
    )


def _name(call: str, identity: str | None) -> str | None:
    return f"{call}/{identity}" if identity else None


def _names(call: str, identities: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{call}/{identity}" for identity in identities)


def _embedded(element: Element, call: str, lanes: Mapping[str, tuple[str, str]]) -> Element:
    role, unit = lanes.get(element.lane or "", (None, None))
    words = {**({"role": role} if role else {}), **({"unit": unit} if unit else {}), **element.properties}
    return replace(
        element,
        id=f"{call}/{element.id}",
        parent=_name(call, element.parent) or call,
        attached_to=_name(call, element.attached_to),
        default_flow=_name(call, element.default_flow),
        incoming=_names(call, element.incoming),
        outgoing=_names(call, element.outgoing),
        properties=MappingProxyType({key: word for key, word in words.items() if key not in _CALLERS_OWN}),
    )


def _renamed(flow: Flow, call: str) -> Flow:
    return replace(
        flow, id=f"{call}/{flow.id}", source=f"{call}/{flow.source}", target=f"{call}/{flow.target}"
    )
