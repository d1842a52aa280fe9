"""Call activities: the procedure and version each one runs, with everything below it.

A caller that is a version of an office brings the packages that it was pinned to when it was declared, and each of these
brings its own. For any other package somebody says what is known under a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from hoso_bpmn import errors, text_safety
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Process
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import NoSuchCase, Package
from hoso_calendar.messages import say

#: A procedure code → the package that a package without pins calls; raises `KeyError` for an unknown code.
Resolve = Callable[[str], Package]

MAX_DEPTH = 5
#: A call draws all that is called in its place; so many elements are more than any authority prescribes.
MAX_ELEMENTS = 5_000


class UnknownCall(errors.UnsupportedElement):
    """Call of a procedure that is not known here. `through` are the calls in between."""

    def __init__(self, call: Element, code: str, through: tuple[str, ...] = ()) -> None:
        self.code = code
        self.through = through
        by = f" by {' → '.join(through)}" if through else ""
        super().__init__(
            call.id,
            say("the call of {code}{by} here", code=code, by=by),
            "Publish the called procedure first.",
            call.line,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """Call activity with the procedure, the case and the source that it runs."""

    element: str
    code: str
    case: str
    source: Source


@dataclass(frozen=True, slots=True)
class Lane:
    """Lane with role and unit, None where the package gives none."""

    name: str
    role: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """All that a specification is made of; equal sources make equal specifications."""

    data: bytes
    #: Lane as it is written, role and unit.
    lanes: tuple[tuple[str, str, str], ...]
    calls: tuple[Call, ...]
    #: Decision tables by path.
    decisions: tuple[tuple[str, bytes], ...]
    #: The form of each element that names one.
    forms: tuple[tuple[str, bytes], ...]
    #: How many elements it draws, those of what it calls included.
    size: int


@lru_cache(maxsize=64)
def drawn(data: bytes) -> Process:
    """The one executable process of a file; raises `RefusedFile`."""
    return executable(diagram.read(data))


def executable(drawing: diagram.Diagram) -> Process:
    """The one executable process of a drawing; raises `RefusedFile` with rule `one-process`."""
    if len(drawing.executable) != 1:
        raise _not_one(drawing)
    return drawing.executable[0]


def meant(drawing: diagram.Diagram) -> Process | None:
    """Choose the process to inspect when the executable one is ambiguous.

    It is the one with most tasks; None where nothing is drawn.
    """
    drawn_ones = drawing.executable or [process for process in drawing.processes if process.elements]
    return max(
        drawn_ones,
        key=lambda process: sum(e.tag in diagram.TASKS for e in process.elements.values()),
        default=None,
    )


def _not_one(drawing: diagram.Diagram) -> RefusedFile:
    runs, found = drawing.executable, meant(drawing)
    if found is None:
        return RefusedFile(
            "one-process",
            say("The file draws no process."),
            remedy="Draw the process and save it as BPMN 2.0.",
        )
    if not runs:
        message, remedy = say("No process of the file is executable: {id} is not marked.", id=found.id), _TICK
    else:
        named = ", ".join(process.id for process in runs)
        message, remedy = (
            say(
                "{count} processes of the file are executable: {named}; one is needed.",
                count=len(runs),
                named=named,
            ),
            _UNTICK,
        )
    return RefusedFile("one-process", message, line=found.line, remedy=remedy)


_TICK = say(
    "In the modeller click the border of the pool, or the empty drawing where there is no pool, and tick Executable in the panel of properties, under General."
)
_UNTICK = say("Leave Executable ticked in the panel of one pool, and draw the others in files of their own.")


def source(package: Package, case: Case, resolve: Resolve | None = None) -> Source:
    """Gather the source of a case with everything that it calls.

    Raises `RefusedFile`, `UnknownCall` or `UnsupportedElement`.
    """
    return _Gathering(resolve).source(package, case, (package.code,))


def source_of_drawing(data: bytes, resolve: Resolve) -> Source:
    """Gather the source of a file without a package: its calls only. Raises as `source` does."""
    run, size = _Gathering(resolve).called(drawn(data), None, ())
    return Source(data, (), run, (), (), size)


class _Gathering:
    """Gathering of one source; what several calls of a process run is gathered once."""

    def __init__(self, resolve: Resolve | None) -> None:
        self._resolve = resolve
        self._known: dict[tuple[tuple[str, ...], str], Source] = {}

    def source(self, package: Package, case: Case, chain: tuple[str, ...]) -> Source:
        """Source of a case; `chain` are the procedure codes called so far.

        The chain ends with the package's own code.
        """
        if (chain, case.id) not in self._known:
            self._known[chain, case.id] = self._gathered(package, case, chain)
        return self._known[chain, case.id]

    def _gathered(self, package: Package, case: Case, chain: tuple[str, ...]) -> Source:
        data = package.process(case)
        process = drawn(data)
        calls, size = self.called(process, package, chain)
        tables = [(path, table) for path, table in sorted(package.files.items()) if path.endswith(".dmn")]
        lanes = sorted((name, lane.role, lane.unit) for name, lane in package.written_lanes.items())
        return Source(data, tuple(lanes), calls, tuple(tables), tuple(_forms(package, process)), size)

    def called(
        self, process: Process, package: Package | None, chain: tuple[str, ...]
    ) -> tuple[tuple[Call, ...], int]:
        """The calls of a process and its elements with theirs. Without a package nothing is pinned."""
        calls, size = [], len(process.elements)
        for call in _calls(process):
            calls.append(self._call(call, package, chain))
            size += calls[-1].source.size
            if size > MAX_ELEMENTS:
                raise errors.unsupported(
                    call,
                    say("calling more than {max_elements:,} elements in all", max_elements=MAX_ELEMENTS),
                    "Call fewer procedures.",
                )
        return tuple(calls), size

    def _call(self, call: Element, package: Package | None, chain: tuple[str, ...]) -> Call:
        code = called(call)
        if code in chain:
            raise errors.unsupported(
                call,
                say("a call of {code} from within itself", code=code),
                "Draw the way back in one process.",
            )
        if len(chain) > MAX_DEPTH:
            raise errors.unsupported(
                call,
                say("a chain of more than {max_depth} calls", max_depth=MAX_DEPTH),
                "Call fewer procedures in a row.",
            )
        callee = self._callee(call, code, package)
        case = _case(call, callee)
        return Call(call.id, code, case.id, self._within(call, code, callee, case, (*chain, code)))

    def _callee(self, call: Element, code: str, package: Package | None) -> Package:
        try:
            if package is not None and package.pins is not None:
                return package.pins[code].package
            if self._resolve is not None:
                return self._resolve(code)
        except KeyError:
            pass
        raise UnknownCall(call, code)

    def _within(
        self, call: Element, code: str, callee: Package, case: Case, chain: tuple[str, ...]
    ) -> Source:
        """Source of the called case. Errors inside it are reported at the call, with their own place."""
        try:
            return self.source(callee, case, chain)
        except UnknownCall as unknown:
            raise UnknownCall(call, unknown.code, (code, *unknown.through)) from None
        except errors.UnsupportedElement as inside:
            what = say(
                "the call of {code}, in which {what} at {element}",
                code=code,
                what=inside.what,
                element=inside.element,
            )
            raise errors.unsupported(call, what, inside.remedy) from None
        except RefusedFile as refused:
            place = f"{code}/{refused.file or case.process}"
            raise RefusedFile(
                refused.rule, refused.message, line=refused.line, remedy=refused.remedy, file=place
            ) from None


def _forms(package: Package, process: Process) -> Iterator[tuple[str, bytes]]:
    for element in process.elements.values():
        name = element.properties.get("form")
        path = package.form(name) if name else None
        if path is not None:
            yield element.id, package.files[path]


def _calls(process: Process) -> list[Element]:
    return [element for element in process.elements.values() if element.tag == "callActivity"]


def _case(call: Element, package: Package) -> Case:
    try:
        return package.case(call.properties.get("case"))
    except NoSuchCase as unknown:
        remedy = say(
            "Write one of {known} as the property `case` of the call.", known=", ".join(unknown.allowed)
        )
        raise errors.unsupported(
            call, say("the call of {code} without one of its cases", code=package.code), remedy
        ) from None


def codes(package: Package) -> frozenset[str]:
    """The other procedures that the drawings of a package call; raises `RefusedFile` or `UnsupportedElement`."""
    found = {called(call) for case in package.cases for call in _calls(drawn(package.process(case)))}
    return frozenset(found - {package.code})


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
        raise errors.unsupported(element, "a call of nothing", "Write the code of a published procedure.")
    return code


def around(process: Process, identity: str) -> Element | None:
    """The call of a process in which an element of what it calls stands."""
    return next((call for call in _calls(process) if identity.startswith(f"{call.id}/")), None)


def parts(made_of: Source, prefix: str = "") -> Iterator[tuple[str, Source]]:
    """Iterate over a source and all that it calls. Each comes with the prefix of its elements' names."""
    yield prefix, made_of
    for call in made_of.calls:
        yield from parts(call.source, f"{prefix}{call.element}/")


def callees(made_of: Source) -> dict[str, Call]:
    """Calls by call activity, those of called procedures included."""
    return {f"{prefix}{call.element}": call for prefix, part in parts(made_of) for call in part.calls}


def decisions(made_of: Source) -> dict[str, tuple[tuple[str, bytes], ...]]:
    """The decision tables by the prefix of the elements that may use them."""
    return {prefix: part.decisions for prefix, part in parts(made_of)}


def forms(made_of: Source) -> dict[str, bytes]:
    """Form-js file of each element that names one. Called procedures use the forms of their own packages."""
    return {f"{prefix}{element}": form for prefix, part in parts(made_of) for element, form in part.forms}


def lanes(made_of: Source) -> dict[str, Lane]:
    """Every lane, with the role and unit from its own package. Lanes of called procedures have their prefix."""
    found: dict[str, Lane] = {}
    for prefix, part in parts(made_of):
        found |= {f"{prefix}{lane.name}": Lane(lane.name) for lane in drawn(part.data).lanes}
        for written, role, unit in part.lanes:
            name = text_safety.text(written)
            found[f"{prefix}{name}"] = Lane(name, role, unit)
    return found
