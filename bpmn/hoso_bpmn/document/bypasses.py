"""Ways of a run to its end that avoid certain tasks.

Choices are made so that it does, and every branch of a parallel split has to: a path is a run, not a branch. The answer is
the least solution of one formula for each element (alternatives of what must hold together), so that a circle alone, which
never ends, leads nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TypeAlias

from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Process

#: Elements of whose flows one is taken, or may be the only one.
_CHOOSING = frozenset(("exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"))
#: What an end event does to whatever else is under way in its scope.
_STOPPING = ("terminate", "error")

#: An element that a token enters (True) or leaves.
_Place: TypeAlias = tuple[str, bool]
#: Places all of which have to lead on; none, where the run is over.
_Way: TypeAlias = tuple[_Place, ...]


class Onward:
    """The ways of runs to their plain ends, past none of the `avoided` tasks.

    An end whose `ends` is one of `special` is no plain one. Where `within` is given, nothing else is entered. What a
    non-interrupting event starts goes beside the run, unless it terminates it.
    """

    def __init__(
        self,
        process: Process,
        avoided: Collection[str],
        special: Collection[str],
        within: Collection[str] | None = None,
    ) -> None:
        self._process = process
        self._avoided = avoided
        self._special = special
        self._within = process.elements.keys() if within is None else within
        self._stopping = self._leading_to_stops()
        self._ways = self._drawn()
        self._found = self._solved()

    def leads_from(self, element: str) -> bool:
        """True when a token that enters the element may come to a plain end."""
        return (element, True) in self._found

    def ends(self) -> tuple[str, ...]:
        """Plain ends reachable from the start, or from an event in its place."""
        ends: set[str] = set()
        seen: set[_Place] = set()
        waiting = [place for way in self._beginnings() if self._found.issuperset(way) for place in way]
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            for way in self._ways[place]:
                ends |= set() if way else {place[0]}
                waiting += way if self._found.issuperset(way) else ()
        return tuple(sorted(ends))

    def _beginnings(self) -> Iterator[_Way]:
        yield from (((start, True),) for start in self._process.starts)
        yield from self._taking_over(None)

    def _solved(self) -> set[_Place]:
        """Places with a way of which every place is solved. Dowling, Gallier: Linear-time Algorithms, 1984."""
        asking: defaultdict[_Place, list[int]] = defaultdict(list)
        ways = [(place, set(way)) for place, ways in self._ways.items() for way in ways]
        left = [len(way) for _, way in ways]
        for number, (_, way) in enumerate(ways):
            for needed in way:
                asking[needed].append(number)
        found: set[_Place] = set()
        waiting = [place for place, way in ways if not way]
        while waiting:
            place = waiting.pop()
            for number in () if place in found else asking[place]:
                left[number] -= 1
                waiting += [] if left[number] else [ways[number][0]]
            found.add(place)
        return found

    def _drawn(self) -> dict[_Place, list[_Way]]:
        entered = [self._process.elements[identity] for identity in self._within]
        ways = {(element.id, True): [*self._entering(element)] for element in entered}
        return ways | {(element.id, False): [*self._leaving(element)] for element in entered}

    def _entering(self, element: Element) -> Iterator[_Way]:
        for guest in self._process.attached(element.id):
            if guest.interrupting or guest.id in self._stopping:
                yield ((guest.id, True),)
        if element.id in self._avoided:
            return
        inside = [*self._beginning(element)] if element.tag in diagram.SUBPROCESSES else []
        yield from inside or [((element.id, False),)]
        yield from self._taking_over(element.id) if inside else ()

    def _beginning(self, element: Element) -> Iterator[_Way]:
        """At its start event, else at whatever nothing leads to (BPMN 2.0, 13.3.4)."""
        members = [
            e for e in self._process.within(element.id) if not e.triggered_by_event and not e.attached_to
        ]
        starts = [e.id for e in members if e.tag == "startEvent"]
        yield from (((start, True),) for start in starts)
        loose = tuple((e.id, True) for e in members if not e.incoming)
        if loose and not starts:
            yield loose

    def _taking_over(self, scope: str | None) -> Iterator[_Way]:
        for event in self._process.within(scope):
            if event.triggered_by_event and interrupts(self._process, event):
                yield ((event.id, True),)

    def _leaving(self, element: Element) -> Iterator[_Way]:
        targets = [(self._process.flows[flow].target, True) for flow in element.outgoing]
        if not targets:
            yield from self._ending(element)
        elif element.tag in _CHOOSING:
            yield from ((target,) for target in targets)
        else:
            yield tuple(targets)
            yield from ((target,) for target in targets if target[0] in self._stopping)

    def _ending(self, element: Element) -> Iterator[_Way]:
        """Alternatives behind an element without outgoing flows. One empty alternative where the run is over."""
        host = self._process.elements.get(element.parent or "")
        if host is not None and not host.triggered_by_event:
            if not any(definition.kind == "error" for definition in element.event_definitions):
                yield ((host.id, False),)
        elif host is not None and not interrupts(self._process, host):
            yield ()
        elif host is not None and host.parent is not None:
            yield ((host.parent, False),)
        elif element.properties.get("ends") not in self._special:
            yield ()

    def _leading_to_stops(self) -> frozenset[str]:
        """The elements that lead to a terminating end, past none of the avoided."""
        found: set[str] = set()
        waiting = [e for e in self._process.elements.values() if e.tag == "endEvent" and _stops(e)]
        while waiting:
            element = waiting.pop()
            if element.id in found or element.id in self._avoided:
                continue
            found.add(element.id)
            before = [self._process.flows[flow].source for flow in element.incoming]
            before += [element.attached_to] if element.attached_to and element.interrupting else []
            waiting += [self._process.elements[each] for each in before if each in self._process.elements]
        return frozenset(found)


def _stops(end: Element) -> bool:
    return any(definition.kind in _STOPPING for definition in end.event_definitions)


def interrupts(process: Process, event_subprocess: Element) -> bool:
    """True when an event sub-process takes the place of its scope."""
    starts = [inner for inner in process.within(event_subprocess.id) if inner.tag == "startEvent"]
    return any(start.interrupting for start in starts)
