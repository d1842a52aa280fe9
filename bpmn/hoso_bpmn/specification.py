"""A case of a procedure, ready to run: its steps, their plan, and what the engine needs; cached by content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import hoso_calendar as wt
from hoso_bpmn import diagram, gateways, package, parser, plan
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.manifest import Case
from hoso_bpmn.package import Package

#: What the desk decides at the task with `milestone = accept`, whatever is drawn behind it.
ACCEPT_OUTCOMES = ("accept", "refuse", "supplement")

Resolve = Callable[[str], Package]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A task that somebody works on. `unit` is receiving, handling, deciding or a unit code."""

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
    #: `human`, or `external` for a service task, which waits for a signed call or a person.
    kind: str = "human"


@dataclass(frozen=True, eq=False)
class Specification:
    """What a run needs; equal files give an equal `key`, and one specification serves any number of runs."""

    key: str
    process: str
    name: str
    steps: Mapping[str, Step]
    #: Milestone → the elements that carry it.
    milestones: Mapping[str, tuple[str, ...]]
    #: Names that expressions use; no other variable enters the engine.
    variables: frozenset[str]
    #: The longest way by limits, from the acceptance.
    total_limit: plan.Way
    #: Element → what a reader calls it.
    names: Mapping[str, str] = field(repr=False)
    choices: Mapping[str, Mapping[str, Mapping[str, str]]] = field(repr=False)
    ends: Mapping[str, str] = field(repr=False)
    parsed: parser.Parsed = field(repr=False)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A specification with the package and the case that it came from."""

    specification: Specification
    package: Package
    case: Case


def load(source: Path | bytes | Package, case: str | None = None, resolve: Resolve | None = None) -> Loaded:
    """The case of a package (folder, zip or `Package`), ready to run.

    `resolve` gives the package of another procedure for call activities. Raises `NoSuchCase`, `RefusedFile`,
    `UnsupportedElement`, `BadExpression` or `BadTimer`.
    """
    read = source if isinstance(source, Package) else package.read(source)
    chosen = read.case(case)
    return Loaded(_specification(read.process(chosen), _lanes(read)), read, chosen)


def _lanes(read: Package) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted((name, lane.role, lane.unit) for name, lane in read.lanes.items()))


@lru_cache(maxsize=256)
def _specification(data: bytes, lanes: tuple[tuple[str, str, str], ...]) -> Specification:
    drawn = diagram.read(data)
    process = executable(drawn)
    key = hashlib.sha256(repr((hashlib.sha256(data).hexdigest(), lanes)).encode()).hexdigest()
    return _made(key, drawn, process, {name: (role, unit) for name, role, unit in lanes})


def executable(drawn: diagram.Diagram) -> diagram.Process:
    """The one executable process of the file; raises `RefusedFile` with rule `one-process`."""
    if len(drawn.executable) != 1:
        raise RefusedFile(
            "one-process",
            f"The file has {len(drawn.executable)} executable processes; one is needed.",
            remedy="Keep one process executable, and put others into files of their own.",
        )
    return drawn.executable[0]


def _made(
    key: str, drawn: diagram.Diagram, process: diagram.Process, lanes: Mapping[str, tuple[str, str]]
) -> Specification:
    options = gateways.choices(process)
    ways = plan.ways(process)
    steps = {
        element.id: _step(element, lanes, options.get(element.id, ()), ways.get(element.id, plan.Way()))
        for element in process.elements.values()
        if element.tag in diagram.HUMAN_TASKS or element.tag == "serviceTask"
    }
    milestones: dict[str, tuple[str, ...]] = {}
    for step in steps.values():
        if step.milestone:
            milestones[step.milestone] = (*milestones.get(step.milestone, ()), step.element)
    parsed = parser.parse(drawn, process)
    return Specification(
        key=key,
        process=process.id,
        name=process.name,
        steps=MappingProxyType(steps),
        milestones=MappingProxyType(milestones),
        variables=parsed.names,
        total_limit=plan.longest(process),
        names=MappingProxyType({e.id: e.label for e in process.elements.values()}),
        choices=MappingProxyType({e: {c.label: c.route for c in found} for e, found in options.items()}),
        ends=MappingProxyType(
            {e.id: e.properties["ends"] for e in process.elements.values() if e.properties.get("ends")}
        ),
        parsed=parsed,
    )


def _step(
    element: diagram.Element,
    lanes: Mapping[str, tuple[str, str]],
    options: tuple[gateways.Choice, ...],
    way: plan.Way,
) -> Step:
    words: Mapping[str, Any] = element.properties
    role, unit = lanes.get(element.lane or "", (None, None))
    milestone = words.get("milestone") or None
    return Step(
        element=element.id,
        name=element.label,
        lane=element.lane,
        role=words.get("role") or role,
        unit=words.get("unit") or unit,
        limit=plan.limit(element),
        milestone=milestone,
        form=words.get("form") or None,
        clock=words.get("clock") or None,
        clock_basis=words.get("clock_basis") or None,
        outcomes=ACCEPT_OUTCOMES if milestone == "accept" else tuple(option.label for option in options),
        plan=way.limits,
        kind="human" if element.tag in diagram.HUMAN_TASKS else "external",
    )
