"""Rules on elements that run code or that the engine would run wrongly."""

from collections.abc import Iterator

from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.document import diagram, xml
from hoso_bpmn.document.diagram import Element, Process
from hoso_bpmn.engine import event_definitions
from hoso_bpmn.findings import Severity
from hoso_calendar.messages import Message, say

#: What is not executed, and what to draw instead.
_UNSUPPORTED_TAGS = {
    "complexGateway": (say("a complex gateway"), say("draw exclusive, parallel or inclusive gateways")),
    "adHocSubProcess": (
        say("an ad-hoc sub-process"),
        say("draw the order of its tasks, or a parallel split"),
    ),
    "transaction": (say("a transaction"), say("draw a sub-process")),
}
_UNSUPPORTED_EVENTS = {
    "compensate": (say("compensation"), say("draw the steps that undo the work")),
    "cancel": (say("a cancel event"), say("draw an error or escalation event")),
    "link": (say("a link event"), say("draw the sequence flow itself")),
    "conditional": (
        say("a conditional event"),
        say("draw a task or a message that tells when the condition holds"),
    ),
}
_SEVERAL = (
    say("an event that waits for several triggers at once"),
    say("draw a parallel gateway and one event for each"),
)
#: Triggers, as they are called in a sentence.
_TRIGGERS = {
    "timer": say("a timer"),
    "message": say("a message"),
    "signal": say("a signal"),
    "conditional": say("a condition"),
}


@process_rule("id-missing", remedy="Give the element an id; every modeller does.")
def id_missing(subject: Subject) -> Faults:
    for tag, line in subject.process.anonymous:
        yield Fault(None, say("A <{tag}> has no id.", tag=tag), line=line)


@process_rule("id-duplicate", remedy="Give each element its own id.")
def id_duplicate(subject: Subject) -> Faults:
    for identity in subject.process.duplicates:
        yield Fault(
            subject.element(identity), say("The id {identity!r} is used more than once.", identity=identity)
        )


@process_rule("element-unsupported", remedy="Draw it with the elements named in docs/declare-a-procedure.md.")
def element_unsupported(subject: Subject) -> Faults:
    for element in subject.elements:
        for name, remedy in _unsupported(element):
            yield Fault(
                element,
                say("{label!r} is {name}, which is not executed.", label=element.label, name=name),
                say("Instead, {remedy}.", remedy=remedy),
            )


def _unsupported(element: Element) -> Iterator[tuple[Message, Message]]:
    if element.tag in _UNSUPPORTED_TAGS:
        yield _UNSUPPORTED_TAGS[element.tag]
    for definition in () if begins(element) else element.event_definitions:
        if definition.kind in _UNSUPPORTED_EVENTS:
            yield _UNSUPPORTED_EVENTS[definition.kind]
    if element.node.get("parallelMultiple", "").strip() in ("true", "1"):
        yield _SEVERAL
    if element.node.get("isForCompensation", "").strip() in ("true", "1"):
        yield _UNSUPPORTED_EVENTS["compensate"]


@process_rule(
    "data-association",
    severity=Severity.WARNING,
    remedy="Delete the arrow to or from the data object; documents of a dossier are components in procedure.toml.",
)
def data_association(subject: Subject) -> Faults:
    for element in subject.elements:
        for kind in ("dataInputAssociation", "dataOutputAssociation"):
            if element.node.find(xml.bpmn(kind)) is not None:
                yield Fault(
                    element,
                    say(
                        "{label!r} reads or writes a data object, which the engine does not keep.",
                        label=element.label,
                    ),
                )
                break


@process_rule("flow-dangling", remedy="Connect the flow to an element again, or delete it.")
def flow_dangling(subject: Subject) -> Faults:
    for flow in subject.flows:
        name, source, target = flow.name or flow.id, flow.source, flow.target
        if subject.element(source) is None:
            yield Fault(
                flow, say("The flow {name!r} begins at {end!r}, which does not exist.", name=name, end=source)
            )
        if subject.element(target) is None:
            yield Fault(
                flow, say("The flow {name!r} ends at {end!r}, which does not exist.", name=name, end=target)
            )


@process_rule("boundary-detached", remedy="Put the event on the edge of the activity that it watches.")
def boundary_detached(subject: Subject) -> Faults:
    for event in subject.elements:
        host = subject.element(event.attached_to or "")
        seated = host is not None and host.tag in diagram.ACTIVITIES and host.parent == event.parent
        if event.tag == "boundaryEvent" and not seated:
            yield Fault(
                event, say("The boundary event {label!r} sits on no activity beside it.", label=event.label)
            )


@process_rule(
    "error-uncaught",
    remedy="Put an error event on the edge of the sub-process, or end the way with a plain end event.",
)
def error_uncaught(subject: Subject) -> Faults:
    for event in uncaught_errors(subject.process):
        yield Fault(
            event,
            say("Nothing around its sub-process catches the error that {label!r} throws.", label=event.label),
        )


@process_rule(
    "start-trigger",
    severity=Severity.WARNING,
    remedy="Draw a plain start event; what begins at a time or with a message is filed by whoever notices it.",
)
def start_trigger(subject: Subject) -> Faults:
    for event in subject.elements:
        if begins(event) and event.event_definitions:
            kind = event.event_definitions[0].kind
            yield Fault(
                event,
                say(
                    "The start {label!r} waits for {kind}; a dossier begins by being filed.",
                    label=event.label,
                    kind=_TRIGGERS.get(kind, kind),
                ),
            )


def begins(element: Element) -> bool:
    """True for an event where a dossier begins; its trigger does not count."""
    return element.tag == "startEvent" and element.parent is None


def uncaught_errors(process: Process) -> Iterator[Element]:
    """Error end events inside a sub-process whose error nothing around catches.

    Neither a boundary event nor an event sub-process does.
    """
    for event in process.elements.values():
        thrown = _errors(event)
        if event.tag == "endEvent" and event.parent and thrown and not thrown <= _caught(process, event):
            yield event


def _caught(process: Process, event: Element) -> set[str | None]:
    """The errors that are caught around an element; whoever names none catches all."""
    caught: set[str | None] = set()
    within, scope = event, event.parent
    while True:
        around = [*process.attached(scope)] if scope else []
        around += [start for start in _handling(process, scope) if _handles(process, start, within)]
        caught = caught.union(*map(_errors, around))
        if scope is None:
            return caught | _errors(event) if None in caught else caught
        within, scope = process.elements[scope], process.elements[scope].parent


def _handling(process: Process, scope: str | None) -> Iterator[Element]:
    """Start events of the event sub-processes of a scope."""
    for handler in process.within(scope):
        if handler.triggered_by_event:
            yield from (start for start in process.within(handler.id) if start.tag == "startEvent")


def _handles(process: Process, start: Element, within: Element) -> bool:
    """True when it still waits for what is thrown in its scope.

    It does not handle its own, nor anything once another has interrupted it.
    """
    own = [each for each in process.within(within.id) if each.tag == "startEvent"]
    interrupts = within.triggered_by_event and any(each.interrupting for each in own)
    return start.parent != within.id and not interrupts


def _errors(event: Element) -> set[str | None]:
    return {event_definitions.code(event, d) for d in event.event_definitions if d.kind == "error"}


@process_rule(
    "event-undefined", remedy="Give the event its message, signal, error or escalation, with a name."
)
def event_undefined(subject: Subject) -> Faults:
    for element in subject.elements:
        for definition in () if begins(element) else element.event_definitions:
            if definition.kind == "message" and not definition.name:
                yield Fault(element, say("The message of {label!r} has no name.", label=element.label))
            if definition.kind == "signal" and not definition.name:
                yield Fault(element, say("The signal of {label!r} has no name.", label=element.label))
        if element.tag == "boundaryEvent" and not element.event_definitions:
            yield Fault(element, say("The boundary event {label!r} has no trigger.", label=element.label))
        if element.tag == "intermediateCatchEvent" and not element.event_definitions:
            yield Fault(element, say("The event {label!r} waits for nothing.", label=element.label))
        if element.tag == "intermediateCatchEvent" and thrown_only(element):
            yield Fault(
                element,
                say(
                    "The event {label!r} waits between steps for what is only caught around them.",
                    label=element.label,
                ),
                say("Put it on the border of the sub-process that throws it, or let it wait for a message."),
            )


def thrown_only(event: Element) -> bool:
    """True for an event that waits for errors, escalations and cancellations alone."""
    kinds = {definition.kind for definition in event.event_definitions}
    return bool(kinds) and kinds <= {"error", "escalation", "cancel"}
