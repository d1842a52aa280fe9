"""The longest way through a process, in hours by the law's arithmetic: what a step may have used, what all may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import hoso_calendar as wt
from hoso_bpmn import loops
from hoso_bpmn.diagram import SUBPROCESSES, Element, Process

#: Hours of one unit; a day has eight hours whatever the office keeps, so that sums do not depend on a calendar.
HOURS = {
    wt.Unit.WORKING_DAYS: Fraction(8),
    wt.Unit.DAYS: Fraction(8),
    wt.Unit.HALF_DAYS: Fraction(4),
    wt.Unit.WORKING_HOURS: Fraction(1),
    wt.Unit.HOURS: Fraction(1),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A path of elements in order, the limits on it as written, and their sum in hours."""

    elements: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    hours: Fraction = Fraction(0)


def hours(term: wt.Term) -> Fraction | None:
    """The term in hours at eight a day; None for units that have no such sum (months, years)."""
    return term.amount * HOURS[term.unit] if term.unit in HOURS else None


def limit(element: Element) -> wt.Term | None:
    """The step's limit; None without one. Raises `wt.BadTerm` for a text that is no term."""
    text = element.properties.get("limit")
    return wt.Term.parse(text) if text else None


def accept(process: Process) -> Element | None:
    """The task at which the dossier is accepted and the clock starts."""
    tasks = (e for e in process.elements.values() if e.properties.get("milestone") == "accept")
    return next(tasks, None)


def ways(process: Process) -> dict[str, Way]:
    """For each element the longest way to and including it, from the acceptance where it is behind it; loops once."""
    after = successors(process)
    found: dict[str, Way] = {}
    start = accept(process)
    if start is not None:
        found.update(_longest(process, after, (start.id,)))
    roots = [e.id for e in process.elements.values() if not e.incoming and e.attached_to is None]
    for element, way in _longest(process, after, roots).items():
        found.setdefault(element, way)
    return found


def longest(process: Process) -> Way:
    """The way whose limits sum up highest, from the acceptance (else the start) to wherever it leads."""
    start = accept(process)
    after = successors(process)
    roots = (start.id,) if start is not None else process.starts
    return max(_longest(process, after, roots).values(), key=lambda way: way.hours, default=Way())


def _longest(process: Process, after: Mapping[str, list[str]], roots: Iterable[str]) -> dict[str, Way]:
    found: dict[str, Way] = {}
    for element, following in loops.forward(after, roots).items():
        way = found[element] = _extended(found.get(element, Way()), process.elements[element])
        for target in following:
            if target not in found or found[target].hours < way.hours:
                found[target] = way
    return found


def _extended(way: Way, element: Element) -> Way:
    # A sub-process shares its limit with the steps inside; a step outside of the clock uses up nothing.
    counts = element.tag not in SUBPROCESSES and element.properties.get("clock") != "excluded"
    term = limit(element) if counts else None
    elements = (*way.elements, element.id)
    if term is None:
        return Way(elements, way.limits, way.hours)
    return Way(elements, (*way.limits, str(term)), way.hours + (hours(term) or 0))


def successors(process: Process) -> dict[str, list[str]]:
    """Where a token goes from each element, into and out of sub-processes and over boundary events."""
    after = {e.id: _inside(process, e) or _targets(process, e) for e in process.elements.values()}
    for element in process.elements.values():
        if element.attached_to in after:
            after[element.attached_to].append(element.id)
    return after


def _inside(process: Process, element: Element) -> list[str]:
    if element.tag not in SUBPROCESSES:
        return []
    return [
        e.id
        for e in process.within(element.id)
        if not e.incoming and e.attached_to is None and not e.triggered_by_event
    ]


def _targets(process: Process, element: Element) -> list[str]:
    if element.outgoing or element.parent is None:
        targets = (process.flows[flow].target for flow in element.outgoing)
        return [target for target in targets if target in process.elements]
    parent = process.elements[element.parent]
    return [] if parent.triggered_by_event else _targets(process, parent)
