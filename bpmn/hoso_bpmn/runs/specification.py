"""Specification of a case: steps, critical path, and the engine's part. It is cached by content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import hoso_calendar as wt
from hoso_bpmn.document import critical_path, diagram, gateways, milestones
from hoso_bpmn.engine import builder, dmn
from hoso_bpmn.package import calls, forms, inlining, package
from hoso_bpmn.package.calls import Resolve, executable
from hoso_bpmn.package.forms import Form
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import Package

__all__ = ["ACCEPT_OUTCOMES", "Loaded", "Resolve", "Specification", "Step", "executable", "load"]

#: What the desk decides at the task with `milestone = accept`, whatever is drawn behind it.
ACCEPT_OUTCOMES = ("accept", "refuse", "supplement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A task that somebody works on. `unit` is receiving, handling, deciding, `item` or a unit code.

    `item`: each instance of a multi-instance step belongs to the unit whose code is its item.
    """

    element: str
    name: str
    lane: str | None
    role: str | None
    unit: str | None
    limit: wt.Term | None
    milestone: str | None
    form: str | None
    clock: str | None
    clock_basis: str | None
    outcomes: tuple[str, ...]
    #: Limits as written along the longest way from the acceptance up to and including this step, loops taken once.
    plan: tuple[str, ...]
    #: `user`, `manual`, or `external` for a service task, which waits for a signed call or a person.
    kind: str = "user"
    #: The outcomes by which the step does not reach its milestone, such as a leader's who sends the work back.
    missed: tuple[str, ...] = ()

    def reaches(self, outcome: str | None) -> str | None:
        """The milestone that the step reaches when it is completed with the outcome."""
        return None if outcome in self.missed else self.milestone


@dataclass(frozen=True, slots=True)
class Place:
    """Role and unit of an element by its lane. As in a `Step`; None where it is nobody's."""

    lane: str | None
    role: str | None
    unit: str | None


@dataclass(frozen=True, eq=False)
class Specification:
    """Everything a run needs, shared by any number of runs. Equal files give an equal `key`."""

    key: str
    process: str
    name: str
    steps: Mapping[str, Step]
    #: Every lane, those of called procedures as `call/lane`: by these names the engine asks for calendars.
    lanes: Mapping[str, calls.Lane] = field(repr=False)
    #: Call activity → what it runs, those of called procedures included.
    calls: Mapping[str, calls.Call] = field(repr=False)
    #: Element → whose it is, by its lane or that of the sub-process it stands in; a boundary event's is its activity's.
    places: Mapping[str, Place] = field(repr=False)
    #: Milestone → the elements that carry it.
    milestones: Mapping[str, tuple[str, ...]]
    #: Names that expressions use; no other variable enters the engine.
    variables: frozenset[str]
    #: Element → what its form asks whoever completes it.
    forms: Mapping[str, Form] = field(repr=False)
    #: The longest way by limits, from the acceptance.
    total_limit: critical_path.Way
    #: Element → what a reader calls it.
    names: Mapping[str, str] = field(repr=False)
    choices: Mapping[str, Mapping[str, Mapping[str, str]]] = field(repr=False)
    ends: Mapping[str, str] = field(repr=False)
    parsed: builder.Parsed = field(repr=False)

    def route(self, element: str, outcome: str) -> dict[str, str]:
        """The flow that each named gateway behind the step takes for an outcome."""
        return dict(self.choices.get(element, {}).get(outcome, {}))

    def question(self, element: str) -> str | None:
        """The name of the gateway that the step decides; None for one that decides nothing."""
        for route in self.choices.get(element, {}).values():
            return self.names[next(iter(route))]
        return None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A specification with the package and the case that it came from."""

    specification: Specification
    package: Package
    case: Case


def load(
    source: str | Path | bytes | Package, case: str | None = None, resolve: Resolve | None = None
) -> Loaded:
    """The case of a package (folder, zip or `Package`), ready to run.

    Call activities run what the package is pinned to; where it is a version of no office, `resolve` gives the package of a
    code. Raises `NoSuchCase`, `RefusedFile`, `UnsupportedElement`, `BadExpression` or `BadTimer`.
    """
    read = source if isinstance(source, Package) else package.read(source)
    chosen = read.case(case)
    return Loaded(_specification(calls.source(read, chosen, resolve)), read, chosen)


@lru_cache(maxsize=256)
def _specification(source: calls.Source) -> Specification:
    process, lanes = inlining.process(source), calls.lanes(source)
    options = gateways.choices(process)
    steps = MappingProxyType(_steps(process, lanes, options))
    parsed = builder.parse(process, dmn.tables(process, calls.decisions(source)))
    return Specification(
        key=_key(source),
        process=process.id,
        name=process.name,
        steps=steps,
        lanes=MappingProxyType(lanes),
        calls=MappingProxyType(calls.callees(source)),
        places=MappingProxyType({e.id: _place(process, e, lanes) for e in process.elements.values()}),
        milestones=MappingProxyType(_milestones(steps.values())),
        variables=parsed.names,
        forms=MappingProxyType({e: forms.stored(content) for e, content in calls.forms(source).items()}),
        total_limit=critical_path.longest(process),
        names=MappingProxyType({e.id: e.label for e in process.elements.values()}),
        choices=MappingProxyType({e: {c.label: c.route for c in found} for e, found in options.items()}),
        ends=MappingProxyType(_ends(process)),
        parsed=parsed,
    )


def _ends(process: diagram.Process) -> dict[str, str]:
    """Special end of the run by end event. End events of the process itself and of its event sub-processes count."""
    found = {e.id: e.properties["ends"] for e in process.elements.values() if e.properties.get("ends")}
    return {element: ends for element, ends in found.items() if _of_whole(process, element)}


def _of_whole(process: diagram.Process, element: str) -> bool:
    parent = process.elements[element].parent
    return parent is None or (process.elements[parent].triggered_by_event and _of_whole(process, parent))


def _key(source: calls.Source) -> str:
    parts = [hashlib.sha256(source.data).hexdigest(), repr(source.lanes)]
    parts += [f"{call.element}={_key(call.source)}" for call in source.calls]
    parts += [f"{path}={hashlib.sha256(content).hexdigest()}" for path, content in source.decisions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _milestones(steps: Iterable[Step]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for step in steps:
        if step.milestone:
            found[step.milestone] = (*found.get(step.milestone, ()), step.element)
    return found


def _steps(
    process: diagram.Process,
    lanes: Mapping[str, calls.Lane],
    options: Mapping[str, tuple[gateways.Choice, ...]],
) -> dict[str, Step]:
    ways, missed = critical_path.ways(process), milestones.missed(process, options)
    return {
        element.id: replace(
            _step(element, lanes, options.get(element.id, ()), ways.get(element.id, critical_path.Way())),
            missed=missed.get(element.id, ()),
        )
        for element in process.elements.values()
        if element.tag in diagram.HUMAN_TASKS or element.tag == "serviceTask"
    }


def _step(
    element: diagram.Element,
    lanes: Mapping[str, calls.Lane],
    options: tuple[gateways.Choice, ...],
    way: critical_path.Way,
) -> Step:
    words: Mapping[str, Any] = element.properties
    place = _own(element, lanes)
    milestone = words.get("milestone") or None
    return Step(
        element=element.id,
        name=element.label,
        lane=place.lane,
        role=place.role,
        unit=place.unit,
        limit=critical_path.limit(element),
        milestone=milestone,
        form=words.get("form") or None,
        clock=words.get("clock") or None,
        clock_basis=words.get("clock_basis") or None,
        outcomes=ACCEPT_OUTCOMES if milestone == "accept" else tuple(option.label for option in options),
        plan=way.limits,
        kind=_KINDS.get(element.tag, "user"),
    )


_KINDS = {"manualTask": "manual", "serviceTask": "external"}


def _own(element: diagram.Element, lanes: Mapping[str, calls.Lane]) -> Place:
    words: Mapping[str, Any] = element.properties
    lane = lanes.get(element.lane or "")
    role, unit = (lane.role, lane.unit) if lane else (None, None)
    # A modeller's candidate group is a hint for lanes without a role; our own word on the task overrides its lane.
    own = words.get("role") if words.get("role") != words.get("candidateGroups") else None
    return Place(lane.name if lane else None, own or role or words.get("role"), words.get("unit") or unit)


def _place(process: diagram.Process, element: diagram.Element, lanes: Mapping[str, calls.Lane]) -> Place:
    own = _own(element, lanes)
    if own.role or element.parent is None:
        return own
    return _place(process, process.elements[element.parent], lanes)
