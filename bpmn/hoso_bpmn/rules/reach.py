"""How far a token can get: sub-processes, boundary events and joins included."""

from __future__ import annotations

from collections.abc import Iterable

from hoso_bpmn import diagram
from hoso_bpmn.diagram import Element, Process


class Reach:
    """The elements that a token enters and leaves when it may enter, but not leave, the `blocked` ones.

    A parallel join is left only when all of its flows can bring a token; an exclusive or inclusive one when any can.
    The events in `unheeded` never happen.
    """

    def __init__(self, process: Process, blocked: Iterable[str] = (), unheeded: Iterable[str] = ()) -> None:
        self._process = process
        self._blocked = frozenset(blocked)
        self._unheeded = frozenset(unheeded)
        self.entered: set[str] = set()
        self.left: set[str] = set()
        self._arrived: set[str] = set()
        self._pending = [*process.starts, *self._event_subprocesses(None)]
        while self._pending:
            self._enter(self._pending.pop())

    def _event_subprocesses(self, parent: str | None) -> list[str]:
        events = (element.id for element in self._process.within(parent) if element.triggered_by_event)
        return [event for event in events if event not in self._unheeded]

    def _enter(self, identity: str) -> None:
        element = self._process.elements.get(identity)
        if element is None or identity in self.entered:
            return
        self.entered.add(identity)
        guests = (guest.id for guest in self._process.attached(identity))
        self._pending += [guest for guest in guests if guest not in self._unheeded]
        inside = list(self._process.within(identity)) if element.tag in diagram.SUBPROCESSES else []
        if inside:
            self._pending += [e.id for e in inside if e.tag == "startEvent"] + self._event_subprocesses(
                identity
            )
        elif identity not in self._blocked:
            self._leave(element)

    def _leave(self, element: Element) -> None:
        if element.id in self.left:
            return
        self.left.add(element.id)
        for flow in element.outgoing:
            self._arrived.add(flow)
            target = self._process.elements.get(self._process.flows[flow].target)
            if target is not None and self._may_enter(target):
                self._pending.append(target.id)
        if not element.outgoing:
            self._finish(element)

    def _may_enter(self, target: Element) -> bool:
        return target.tag != "parallelGateway" or self._arrived.issuperset(target.incoming)

    def _finish(self, element: Element) -> None:
        """The end of a path inside a sub-process lets the sub-process end."""
        host = self._process.elements.get(element.parent or "")
        if host is None:
            return
        if host.triggered_by_event:
            self._finish(host)
        elif host.id not in self._blocked:
            self._leave(host)

    def ends(self) -> tuple[Element, ...]:
        """Where the process as a whole may end: reached elements of its own level without a way out."""
        reached = (self._process.elements[identity] for identity in sorted(self.left))
        return tuple(e for e in reached if e.parent is None and not e.outgoing and not e.triggered_by_event)


def asides(process: Process) -> set[str]:
    """The boundary events and event sub-processes beside which the main way always goes on."""
    return {element.id for element in process.elements.values() if _goes_beside(process, element)}


def _goes_beside(process: Process, element: Element) -> bool:
    if element.triggered_by_event:
        starts = [inner for inner in process.within(element.id) if inner.tag == "startEvent"]
        return not any(start.interrupting for start in starts)
    return element.tag == "boundaryEvent" and not element.interrupting and not _terminates(process, element)


def _terminates(process: Process, element: Element) -> bool:
    """Whether a terminate end lies behind the element; one in another sub-process stops only what is in there."""
    following = (process.elements[identity] for identity in after(process, element))
    ends = (each for each in following if each.parent == element.parent)
    return any(event.kind == "terminate" for end in ends for event in end.event_definitions)


def after(process: Process, element: Element) -> set[str]:
    """Everything that may happen once the element is done, whatever joins wait for; itself too, on a way back."""
    found: set[str] = set()
    pending = _next(process, element)
    while pending:
        identity = pending.pop()
        following = process.elements.get(identity)
        if following is None or identity in found:
            continue
        found.add(identity)
        pending += [guest.id for guest in process.attached(identity)]
        pending += [inner.id for inner in process.within(identity)]
        pending += _next(process, following)
    return found


def _next(process: Process, element: Element) -> list[str]:
    """What follows the element, or what it stands in."""
    host: Element | None = element
    while host is not None and not host.outgoing:
        host = process.elements.get(host.parent or "")
    return [process.flows[flow].target for flow in host.outgoing] if host is not None else []
