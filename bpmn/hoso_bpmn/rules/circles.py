"""The rule on what would turn by itself: over flows, over events that the process sends to itself, over repetitions.

What may turn is what is left when everything is struck out that needs somebody: an element stays while something that
stays leads to it, and it leads to something that stays; a catching event, while something that stays throws what it awaits.
"""

from __future__ import annotations

from collections.abc import Iterator

from hoso_bpmn import diagram, errors, instances, timers, triggers
from hoso_bpmn.diagram import Element, EventDefinition, Process
from hoso_bpmn.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.rules.subject import Subject

#: Elements at which a process waits for somebody; a called procedure has its own.
_ACTED_ON = diagram.HUMAN_TASKS | {"serviceTask", "callActivity"}
_THROWING = ("endEvent", "intermediateThrowEvent")
_CATCHING = ("intermediateCatchEvent", "boundaryEvent", "startEvent")
#: Errors and escalations rise from the scope that they are caught around; messages and signals are heard everywhere.
_RISING = ("error", "escalation")


@process_rule("cycle-automatic", remedy="Put a user task into the loop, or lead the flow onwards.")
def cycle_automatic(subject: Subject) -> Faults:
    for cycle in _Turning(subject.process).cycles():
        names = ", ".join(repr(element.label) for element in cycle)
        yield Fault(cycle[0], f"The loop through {names} has no task in which anybody acts.")


class _Turning:
    """The part of a process that may go on for ever without anybody."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._elements = process.elements
        awaiting = [element for element in self._elements.values() if _awaited(element)]
        self._heard: dict[str, list[str]] = {element.id: [] for element in awaiting}
        self._after = {e.id: self._next(e) for e in self._elements.values() if e.tag not in _ACTED_ON}
        for thrower in self._elements.values():
            for catcher in awaiting if _thrown(thrower) else ():
                if self._reaches(thrower, catcher):
                    self._heard[catcher.id].append(thrower.id)

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
        """Strike out, until nothing changes, what nothing leads to, what leads to nothing, and what nobody tells."""
        while True:
            led_to = {target for identity in left for target in self._after[identity]}
            loose = {each for each in left if not self._stays(each, left, led_to)}
            if not loose:
                return dict.fromkeys(identity for identity in self._after if identity in left)
            left = left - loose

    def _stays(self, identity: str, left: set[str], led_to: set[str]) -> bool:
        told = any(thrower in left for thrower in self._heard.get(identity, ()))
        if identity in self._heard and not told:
            return False
        entered = identity in led_to or (told and _listens(self._elements[identity]))
        return entered and any(target in left for target in self._onward(identity))

    def _onward(self, identity: str) -> Iterator[str]:
        yield from self._after[identity]
        yield from (catcher for catcher, throwers in self._heard.items() if identity in throwers)

    def _may_turn(self, element: Element) -> bool:
        """Not what waits for a time, or for a message that the process does not send itself."""
        if element.tag == "boundaryEvent" and not _awaited(element):
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
        """Where a token begins in a sub-process, and what its event sub-processes await from then on."""
        members = list(self._process.within(element.id))
        events = [inner.id for e in members if e.triggered_by_event for inner in self._process.within(e.id)]
        inside = [e for e in members if not e.triggered_by_event and not e.attached_to]
        starts = [e.id for e in inside if e.tag == "startEvent"] or [e.id for e in inside if not e.incoming]
        return starts + [event for event in events if event in self._heard]

    def _entered(self, target: str) -> list[str]:
        """The element, and its boundary events, which wait from then on."""
        return [target, *(guest.id for guest in self._process.attached(target))]

    def _reaches(self, thrower: Element, catcher: Element) -> bool:
        for sent in _thrown(thrower):
            for awaited in _awaited(catcher):
                if sent.kind == awaited.kind and self._matches(thrower, sent, catcher, awaited):
                    return True
        return False

    def _matches(
        self, thrower: Element, sent: EventDefinition, catcher: Element, awaited: EventDefinition
    ) -> bool:
        if sent.kind not in _RISING:
            return (sent.name or sent.ref) == (awaited.name or awaited.ref)
        handler = self._elements.get(catcher.parent or "")
        around = catcher.attached_to if handler is None or catcher.attached_to else handler.parent
        return awaited.ref in (None, sent.ref) and self._stands_in(thrower, around)

    def _stands_in(self, element: Element, scope: str | None) -> bool:
        parent = element.parent
        while parent not in (scope, None):
            parent = self._elements[parent].parent if parent in self._elements else None
        return parent == scope


def _thrown(element: Element) -> tuple[EventDefinition, ...]:
    if element.tag == "sendTask":
        return (_message(element),)
    return element.event_definitions if element.tag in _THROWING else ()


def _awaited(element: Element) -> tuple[EventDefinition, ...]:
    """The triggers that an element waits for and that another element can throw."""
    if element.tag == "receiveTask":
        return (_message(element),)
    begins = element.tag == "startEvent" and element.parent is None
    found = element.event_definitions if element.tag in _CATCHING and not begins else ()
    return tuple(each for each in found if each.kind in ("message", "signal", *_RISING))


def _message(element: Element) -> EventDefinition:
    name = triggers.message(element).name
    return EventDefinition("message", None, name, None, None, element.node)


def _listens(element: Element) -> bool:
    """Whether it hears again and again, without being entered anew."""
    return element.tag in ("startEvent", "boundaryEvent") and not element.interrupting


def _ends_alone(process: Process, element: Element) -> bool:
    starts = process.within(element.id) if element.triggered_by_event else ()
    return any(start.tag == "startEvent" and not start.interrupting for start in starts)


def _turns(element: Element) -> bool:
    """Whether it is repeated while a condition holds, however often that is."""
    repeats = element.multi_instance
    if repeats is None or repeats.kind != "loop":
        return False
    maximum = (repeats.cardinality or "").strip()
    return not (maximum.isdecimal() and len(maximum) < 5 and int(maximum) <= instances.MAX_LOOPS)


def _at_once(element: Element) -> bool:
    """Whether the event comes as soon as it is awaited: a date may have passed, and so may no time."""
    return any(
        definition.kind == "timer" and (definition.time_kind == "timeDate" or _is_nothing(definition.text))
        for definition in element.event_definitions
    )


def _is_nothing(text: str | None) -> bool:
    try:
        return timers.duration(text or "").lasts_nothing
    except errors.BadTimer:
        return False
