"""Rule on automatic cycles.

They turn over flows, over events that the process sends to itself, or over repetitions. What may turn is what is left
when everything is struck out that needs somebody: an element stays while something that stays leads to it, and it
leads to something that stays; a catching event, while something that stays throws what it awaits.
"""

from __future__ import annotations

from collections.abc import Iterator

from hoso_bpmn import errors
from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.checks.tokens import event_catching
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Process
from hoso_bpmn.engine import multi_instance, timers
from hoso_calendar.messages import say

#: Elements at which a process waits for somebody; a called procedure has its own.
_ACTED_ON = diagram.HUMAN_TASKS | {"serviceTask", "callActivity"}


@process_rule("cycle-automatic", remedy="Put a user task into the loop, or lead the flow onwards.")
def cycle_automatic(subject: Subject) -> Faults:
    for cycle in _Turning(subject.process).cycles():
        names = ", ".join(repr(element.label) for element in cycle)
        yield Fault(cycle[0], say("The loop through {names} has no task in which anybody acts.", names=names))


class _Turning:
    """The part of a process that may go on for ever without anybody."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._elements = process.elements
        self._heard = event_catching.heard(process)
        self._after = {e.id: self._next(e) for e in self._elements.values() if e.tag not in _ACTED_ON}

    def cycles(self) -> Iterator[list[Element]]:
        """One for each part that turns."""
        left = self._left()
        while left:
            path = [next(iter(left))]
            while (step := next(target for target in self._onward(path[-1]) if target in left)) not in path:
                path.append(step)
            yield [self._elements[identity] for identity in path[path.index(step) :]]
            left = self._settled(set(left) - set(path))

    def _left(self) -> dict[str, None]:
        return self._settled(
            {identity for identity in self._after if self._may_turn(self._elements[identity])}
        )

    def _settled(self, left: set[str]) -> dict[str, None]:
        """Remove elements that are on no cycle, until nothing changes.

        Nothing leads to them, they lead to nothing, or nothing throws their event.
        """
        while True:
            led_to = {target for identity in left for target in self._after[identity]}
            loose = {each for each in left if not self._stays(each, left, led_to)}
            if not loose:
                return dict.fromkeys(identity for identity in self._after if identity in left)
            left = left - loose

    def _stays(self, identity: str, left: set[str], led_to: set[str]) -> bool:
        thrown = any(thrower in left for thrower in self._heard.get(identity, ()))
        if identity in self._heard and not thrown:
            return False
        entered = identity in led_to or (thrown and _listens(self._elements[identity]))
        return entered and any(target in left for target in self._onward(identity))

    def _onward(self, identity: str) -> Iterator[str]:
        yield from self._after[identity]
        yield from (catcher for catcher, throwers in self._heard.items() if identity in throwers)

    def _may_turn(self, element: Element) -> bool:
        """False for waits on a time or on a message from outside.

        A message that the process sends itself does not stop a cycle.
        """
        if element.tag == "boundaryEvent" and element.id not in self._heard:
            return _at_once(element)
        return element.id not in self._heard or bool(self._heard[element.id])

    def _next(self, element: Element) -> list[str]:
        inside = self._starts(element)
        if inside:
            return inside
        leaving: Element | None = element
        again = []
        while leaving is not None:
            if _turns(leaving):
                again.append(leaving.id)
            if leaving.outgoing or _ends_alone(self._process, leaving):
                break
            leaving = self._elements.get(leaving.parent or "")
        flows = (self._process.flows[flow] for flow in leaving.outgoing) if leaving is not None else ()
        targets = [flow.target for flow in flows if flow.target in self._elements]
        return [entered for target in (*again, *targets) for entered in self._entered(target)]

    def _starts(self, element: Element) -> list[str]:
        """Entries of a sub-process: its start events and its event sub-processes."""
        members = list(self._process.within(element.id))
        events = [inner.id for e in members if e.triggered_by_event for inner in self._process.within(e.id)]
        inside = [e for e in members if not e.triggered_by_event and not e.attached_to]
        starts = [e.id for e in inside if e.tag == "startEvent"] or [e.id for e in inside if not e.incoming]
        return starts + [event for event in events if event in self._heard]

    def _entered(self, target: str) -> list[str]:
        """The element, and its boundary events, which wait from then on."""
        return [target, *(guest.id for guest in self._process.attached(target))]


def _listens(element: Element) -> bool:
    """True when it reacts again and again, without being entered anew."""
    return element.tag in ("startEvent", "boundaryEvent") and not element.interrupting


def _ends_alone(process: Process, element: Element) -> bool:
    starts = process.within(element.id) if element.triggered_by_event else ()
    return any(start.tag == "startEvent" and not start.interrupting for start in starts)


def _turns(element: Element) -> bool:
    """True when it repeats while a condition holds, without a limit."""
    repeats = element.multi_instance
    if repeats is None or repeats.kind != "loop":
        return False
    maximum = (repeats.cardinality or "").strip()
    return not (maximum.isdecimal() and len(maximum) < 5 and int(maximum) <= multi_instance.MAX_LOOPS)


def _at_once(element: Element) -> bool:
    """True when the event may come as soon as it is awaited. A date may have passed, and a duration may be zero."""
    return any(
        definition.kind == "timer" and (definition.time_kind == "timeDate" or _is_nothing(definition.text))
        for definition in element.event_definitions
    )


def _is_nothing(text: str | None) -> bool:
    try:
        return timers.duration(text or "").lasts_nothing
    except errors.BadTimer:
        return False
