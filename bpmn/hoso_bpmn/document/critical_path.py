"""Critical path of a process, in hours by the law's arithmetic.

It is what a step may have used so far, and what all may use. Only steps use up time. A limit on a sub-process or a
call is a bound that what stands inside has to keep, and adds nothing; of a called procedure every step on the way
counts, its reception too, since the caller's clock runs while it is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import hoso_calendar as wt
from hoso_bpmn.document import loops
from hoso_bpmn.document.diagram import SUBPROCESSES, Element, Process

#: What holds steps; a call that nothing is known of holds none.
WHOLES = SUBPROCESSES | {"callActivity"}

#: Hours of one unit; a day has eight hours whatever the office keeps, so that sums do not depend on a calendar.
HOURS = {
    wt.Unit.WORKING_DAYS: Fraction(8),
    wt.Unit.DAYS: Fraction(8),
    wt.Unit.HALF_DAYS: Fraction(4),
    wt.Unit.WORKING_HOURS: Fraction(1),
    wt.Unit.HOURS: Fraction(1),
    wt.Unit.WEEKS: Fraction(7 * 8),
    # The longest that a month and a year can be: what is above that is above every one of them.
    wt.Unit.MONTHS: Fraction(31 * 8),
    wt.Unit.YEARS: Fraction(366 * 8),
}

#: Units of a step's limit, which is a duration. By the clock on the wall and in weeks and months only terms run.
LIMIT_UNITS = frozenset((wt.Unit.DAYS, wt.Unit.WORKING_DAYS, wt.Unit.HALF_DAYS, wt.Unit.WORKING_HOURS))

#: Units of the terms in which a limit in `ngày` is a share of what is left.
CALENDAR_UNITS = frozenset((wt.Unit.DAYS, wt.Unit.WEEKS, wt.Unit.MONTHS, wt.Unit.YEARS))


@dataclass(frozen=True, slots=True)
class Way:
    """Path of elements in order, with its limits and their sum in hours."""

    elements: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    hours: Fraction = Fraction(0)


def hours(term: wt.Term) -> Fraction | None:
    """Term in hours, eight a day, a month 31 days; None for the same day."""
    return term.amount * HOURS[term.unit] if term.unit in HOURS else None


def limit(element: Element) -> wt.Term | None:
    """The step's limit; None without one. Raises `wt.BadTerm` for a text that is no term."""
    text = element.properties.get("limit")
    return wt.Term.parse(text) if text else None


def counted(element: Element) -> wt.Term | None:
    """Limit that a step uses up, or None. None without a limit, for a sub-process, and outside of the clock."""
    if element.tag in WHOLES or element.properties.get("clock") == "excluded":
        return None
    return limit(element)


def accept(process: Process) -> Element | None:
    """The task at which the dossier is accepted and the clock starts."""
    tasks = (e for e in process.elements.values() if e.properties.get("milestone") == "accept")
    return next(tasks, None)


def ways(process: Process) -> dict[str, Way]:
    """Longest path to and including each element, with loops taken once.

    It begins at the acceptance where the element is behind that.
    """
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
    """Path with the highest sum of limits. It begins at the acceptance, else at the start, and ends anywhere."""
    start = accept(process)
    after = successors(process)
    roots = (start.id,) if start is not None else process.starts
    return _most(_longest(process, after, roots))


def within(process: Process, whole: Element) -> Way:
    """Path with the highest sum of limits inside a sub-process or call. It begins where that is entered."""
    inside = _members(process, whole)
    after = {e: [to for to in targets if to in inside] for e, targets in successors(process).items()}
    return _most(_longest(process, after, _inside(process, whole)))


def _members(process: Process, whole: Element) -> set[str]:
    direct = list(process.within(whole.id))
    return {e.id for e in direct}.union(*(_members(process, e) for e in direct))


def _most(ways: Mapping[str, Way]) -> Way:
    return max(ways.values(), key=lambda way: way.hours, default=Way())


def _longest(process: Process, after: Mapping[str, list[str]], roots: Iterable[str]) -> dict[str, Way]:
    found: dict[str, Way] = {}
    for element, following in loops.forward(after, roots).items():
        way = found[element] = _extended(found.get(element, Way()), process.elements[element])
        for target in following:
            if target not in found or found[target].hours < way.hours:
                found[target] = way
    return found


def _extended(way: Way, element: Element) -> Way:
    term = counted(element)
    elements = (*way.elements, element.id)
    if term is None:
        return Way(elements, way.limits, way.hours)
    return Way(elements, (*way.limits, str(term)), way.hours + (hours(term) or 0))


def successors(process: Process) -> dict[str, list[str]]:
    """Next elements of each element. Sub-processes, boundary events and event sub-processes are included."""
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
    scope = process.elements[element.parent]
    return [*(e.id for e in process.within(scope.id) if e.triggered_by_event), *_over(process, scope)]


def _over(process: Process, scope: Element) -> list[str]:
    """Next elements once a sub-process is over, or is interrupted at last."""
    if not scope.triggered_by_event:
        return [*(event.id for event in process.attached(scope.id)), *_targets(process, scope)]
    return _over(process, process.elements[scope.parent]) if scope.parent else []
