"""Reachability of elements: sub-processes, boundary events and joins included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hoso_bpmn.checks.tokens import event_catching
from hoso_bpmn.document import bypasses, diagram
from hoso_bpmn.document.diagram import Element, Process


class Reach:
    """Elements that a token enters and leaves, the `blocked` ones never left.

    A parallel join is left only when all of its flows can bring a token, or are `given`; an exclusive or inclusive one
    when any can, but an inclusive one not by the flows `beside` alone, since it waits for the main way.
    The events in `unheeded` never happen; those that wait for an error or escalation, when one is thrown.
    """

    def __init__(
        self,
        process: Process,
        blocked: Iterable[str] = (),
        *,
        unheeded: Iterable[str] = (),
        given: Iterable[str] = (),
        beside: Iterable[str] = (),
    ) -> None:
        self._process = process
        self._blocked = frozenset(blocked)
        self._unheeded = frozenset(unheeded)
        self._given = frozenset(given)
        self._beside = frozenset(beside)
        self._heard = event_catching.rising(process)
        self.entered: set[str] = set()
        self.left: set[str] = set()
        #: Flows that bring a token.
        self.arrived: set[str] = set()
        self._pending = [*process.starts, *self._event_subprocesses(None)]
        while self._pending:
            self._enter(self._pending.pop())

    def _event_subprocesses(self, parent: str | None) -> list[str]:
        events = (element for element in self._process.within(parent) if element.triggered_by_event)
        return [event.id for event in events if self._may_happen(event)]

    def _may_happen(self, event: Element) -> bool:
        """True when a waiting boundary event or event sub-process can happen."""
        starts = [inner for inner in self._process.within(event.id) if inner.tag == "startEvent"]
        heard = [self._heard.get(each.id) for each in starts or [event]]
        waits = bool(heard) and all(throwers and self.entered.isdisjoint(throwers) for throwers in heard)
        return event.id not in self._unheeded and not waits

    def _enter(self, identity: str) -> None:
        element = self._process.elements.get(identity)
        if element is None or identity in self.entered:
            return
        self.entered.add(identity)
        self._pending += self._told(identity)
        self._pending += [guest.id for guest in self._process.attached(identity) if self._may_happen(guest)]
        inside = list(self._process.within(identity)) if element.tag in diagram.SUBPROCESSES else []
        if inside:
            starts = [e.id for e in inside if e.tag == "startEvent"]
            self._pending += starts or [e.id for e in inside if _begins(e)]
            self._pending += self._event_subprocesses(identity)
        elif identity not in self._blocked:
            self._leave(element)

    def _told(self, thrower: str) -> list[str]:
        """Elements that catch the error or escalation that the element throws."""
        catchers = (self._process.elements[each] for each, heard in self._heard.items() if thrower in heard)
        events = (each.parent if each.tag == "startEvent" else each.id for each in catchers)
        return [event for event in events if event is not None and event not in self._unheeded]

    def _leave(self, element: Element) -> None:
        if element.id in self.left:
            return
        self.left.add(element.id)
        for flow in element.outgoing:
            self.arrived.add(flow)
            target = self._process.elements.get(self._process.flows[flow].target)
            if target is not None and self._may_enter(target):
                self._pending.append(target.id)
        if not element.outgoing:
            self._finish(element)

    def _may_enter(self, target: Element) -> bool:
        if target.tag == "parallelGateway":
            return all(flow in self.arrived or flow in self._given for flow in target.incoming)
        awaited = frozenset(target.incoming) - self._beside if target.tag == "inclusiveGateway" else ()
        return not awaited or not self.arrived.isdisjoint(awaited)

    def _finish(self, element: Element) -> None:
        """End a sub-process at the end of a path inside it. An error does not, nor a path beside it."""
        host = self._process.elements.get(element.parent or "")
        if host is None or any(definition.kind == "error" for definition in element.event_definitions):
            return
        if host.triggered_by_event:
            if bypasses.interrupts(self._process, host):
                self._finish(host)
        elif host.id not in self._blocked:
            self._leave(host)


def _begins(element: Element) -> bool:
    """True when a sub-process without a start event begins here (BPMN 2.0, 13.3.4)."""
    return not (element.incoming or element.attached_to or element.triggered_by_event)


@dataclass(frozen=True, slots=True)
class Beside:
    """Side flows of a process: their starting events and the flows only they take."""

    asides: frozenset[str]
    flows: frozenset[str]

    @classmethod
    def of(cls, process: Process) -> Beside:
        """Side flows of a process. Joins wait for nobody here: the main way gets as far as it possibly can."""
        events = frozenset(asides(process))
        main = Reach(process, unheeded=events, given=process.flows)
        return cls(events, frozenset(f.id for f in process.flows.values() if f.source not in main.left))

    def main(self, process: Process, blocked: Iterable[str]) -> Reach:
        """Reach of the main flow. Where a join waits for side flows, they come along."""
        blocked = frozenset(blocked)
        brought = self.flows & Reach(process, blocked, beside=self.flows).arrived
        return Reach(process, blocked, unheeded=self.asides, given=brought)


def asides(process: Process) -> set[str]:
    """The boundary events and event sub-processes beside which the main way always goes on."""
    return {element.id for element in process.elements.values() if _goes_beside(process, element)}


def _goes_beside(process: Process, element: Element) -> bool:
    if element.triggered_by_event:
        return not bypasses.interrupts(process, element)
    return element.tag == "boundaryEvent" and not element.interrupting and not _terminates(process, element)


def _terminates(process: Process, element: Element) -> bool:
    """True when a terminate end lies behind the element. One in another sub-process stops only what is in there."""
    following = (process.elements[identity] for identity in after(process, element))
    ends = (each for each in following if each.parent == element.parent)
    return any(event.kind == "terminate" for end in ends for event in end.event_definitions)


def after(process: Process, element: Element) -> set[str]:
    """Elements that may follow once this one is done, whatever joins wait for. On a way back it is among them."""
    return following(process, _next(process, element))


def following(process: Process, entered: Iterable[str]) -> set[str]:
    """Everything that may happen once the elements are entered, they too."""
    found: set[str] = set()
    pending = list(entered)
    while pending:
        identity = pending.pop()
        element = process.elements.get(identity)
        if element is None or identity in found:
            continue
        found.add(identity)
        pending += [guest.id for guest in process.attached(identity)]
        pending += [inner.id for inner in process.within(identity)]
        pending += _next(process, element)
    return found


def _next(process: Process, element: Element) -> list[str]:
    """Elements that follow this one, or the sub-process it stands in."""
    host: Element | None = element
    while host is not None and not host.outgoing:
        host = process.elements.get(host.parent or "")
    return [process.flows[flow].target for flow in host.outgoing] if host is not None else []
