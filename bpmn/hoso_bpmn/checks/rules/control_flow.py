"""Rules on control flow: everything is reached, every choice has a decider."""

from __future__ import annotations

from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.document import diagram, gateways
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.findings import Severity
from hoso_calendar.messages import say


@process_rule("start-missing", remedy="Begin the process with one plain start event.")
def start_missing(subject: Subject) -> Faults:
    starts = subject.process.starts
    if not starts:
        yield Fault(None, say("The process has no start event."), line=subject.process.line)
    for extra in starts[1:]:
        yield Fault(
            subject.element(extra),
            say("The process has more than one start event."),
            say("Keep one start event."),
        )


@process_rule("end-missing", remedy="End the way with an end event.", severity=Severity.WARNING)
def end_missing(subject: Subject) -> Faults:
    for element in subject.elements:
        loose = not element.outgoing and element.tag != "endEvent" and not element.triggered_by_event
        if loose and element.incoming:
            yield Fault(
                element, say("The way stops at {label!r}, which is no end event.", label=element.label)
            )


@process_rule("unreachable", remedy="Connect it to the way that leads there, or delete it.")
def unreachable(subject: Subject) -> Faults:
    # What lies behind a join that is never passed is the join's matter (join-starved).
    for element in subject.elements:
        if element.id not in subject.sound.led_to:
            yield Fault(element, say("No way from the start leads to {label!r}.", label=element.label))


@process_rule("end-unreachable", remedy="Lead a way out of the circle onwards, to an end event.")
def end_unreachable(subject: Subject) -> Faults:
    leading = _leading_out(subject)
    for element in subject.elements:
        if element.id in subject.sound.entered and element.id not in leading:
            yield Fault(
                element,
                say(
                    "From {label!r} no way leads to an end; a dossier would stay for ever.",
                    label=element.label,
                ),
            )


def _leading_out(subject: Subject) -> set[str]:
    """Elements from which an end can be reached.

    An event or a terminate end that takes the dossier away counts as well.
    """
    found: set[str] = set()
    taken = {scope for scope in subject.process.members if _taken_away(subject.process, scope)}
    pending = [e for e in subject.elements if not e.outgoing or e.parent in taken]
    while pending:
        element = pending.pop()
        if element.id in found:
            continue
        found.add(element.id)
        before = [subject.process.flows[flow].source for flow in element.incoming]
        before += [element.attached_to or ""] if element.interrupting else []
        pending += [source for each in before if (source := subject.element(each)) is not None]
    return found


def _taken_away(process: Process, scope: str | None) -> bool:
    """True when the scope may be ended from beside it. An event does it, or an end that terminates."""
    members = list(process.within(scope))
    beside = [start for e in members if e.triggered_by_event for start in process.within(e.id)]
    events = [*beside, *(process.attached(scope) if scope is not None else ())]
    ends = (d.kind for e in members if e.tag == "endEvent" for d in e.event_definitions)
    stopped = any(e.tag in ("startEvent", "boundaryEvent") and e.interrupting for e in events)
    around = scope is not None and _taken_away(process, process.elements[scope].parent)
    return stopped or any(kind in ("terminate", "error") for kind in ends) or around


@process_rule(
    "split-implicit", remedy="Put a gateway behind it: exclusive for a choice, parallel for all at once."
)
def split_implicit(subject: Subject) -> Faults:
    for element in subject.elements:
        if len(element.outgoing) > 1 and element.tag not in diagram.GATEWAYS:
            yield Fault(
                element,
                say(
                    "{label!r} has {count} ways out without a gateway.",
                    label=element.label,
                    count=len(element.outgoing),
                ),
            )


@process_rule(
    "gateway-unlabelled",
    remedy="Name every flow with the choice it stands for, or give each flow a condition and one the default mark.",
)
def gateway_unlabelled(subject: Subject) -> Faults:
    for gateway in subject.decisions("exclusiveGateway"):
        chosen = gateways.named(subject.process, gateway)
        for flow in subject.outgoing(gateway) if chosen else _asked(subject, gateway):
            if not flow.name and not flow.condition:
                yield Fault(
                    flow,
                    say(
                        "A way out of the gateway {label!r} has neither a name nor a condition.",
                        label=gateway.label,
                    ),
                )
    for gateway in subject.decisions("inclusiveGateway"):
        for flow in _asked(subject, gateway):
            if not flow.condition:
                yield Fault(
                    flow,
                    say(
                        "A way out of the inclusive gateway {label!r} has no condition.", label=gateway.label
                    ),
                    say("Give it a condition, or mark it as default."),
                )


@process_rule(
    "gateway-mixed",
    remedy="Either name all flows and let the officer choose, or give all but the default a condition.",
)
def gateway_mixed(subject: Subject) -> Faults:
    for gateway in subject.decisions("exclusiveGateway"):
        flows = _asked(subject, gateway)
        conditioned = sum(flow.condition is not None for flow in flows)
        if 0 < conditioned < len(flows) and all(flow.name or flow.condition for flow in flows):
            yield Fault(
                gateway,
                say("Some flows of {label!r} have conditions and others only names.", label=gateway.label),
            )


@process_rule(
    "gateway-labels-equal", remedy="Name each flow differently; the names are the officer's buttons."
)
def gateway_labels_equal(subject: Subject) -> Faults:
    for gateway in subject.decisions("exclusiveGateway"):
        if not _is_chosen(subject, gateway):
            continue
        seen: set[str] = set()
        for flow in subject.outgoing(gateway):
            if flow.name.casefold() in seen:
                yield Fault(
                    flow,
                    say(
                        "Two flows of {label!r} are both named {name!r}.", label=gateway.label, name=flow.name
                    ),
                )
            seen.add(flow.name.casefold())


_MARK_ONE = say("Mark one flow as default, so that a dossier never stops where no condition holds.")


@process_rule("gateway-no-default", remedy=_MARK_ONE)
def gateway_no_default(subject: Subject) -> Faults:
    for gateway in _without_default(subject, "exclusiveGateway"):
        if not all(flow.name for flow in subject.outgoing(gateway)):
            yield Fault(
                gateway,
                say(
                    "{label!r} has conditions on all flows, but neither a default nor names.",
                    label=gateway.label,
                ),
            )


@process_rule("gateway-may-stop", severity=Severity.WARNING, remedy=_MARK_ONE)
def gateway_may_stop(subject: Subject) -> Faults:
    for gateway in _without_default(subject, "exclusiveGateway", "inclusiveGateway"):
        if gateway.tag == "inclusiveGateway" or all(flow.name for flow in subject.outgoing(gateway)):
            yield Fault(
                gateway, say("{label!r} has conditions on all flows and no default.", label=gateway.label)
            )


def _without_default(subject: Subject, *tags: str) -> list[Element]:
    """Gateways all of whose ways out have a condition."""
    return [
        gateway
        for gateway in subject.decisions(*tags)
        if gateway.default_flow is None and all(flow.condition for flow in subject.outgoing(gateway))
    ]


@process_rule(
    "gateway-no-decider",
    remedy="Put a user task directly before the gateway, or give the flows conditions and a default.",
)
def gateway_no_decider(subject: Subject) -> Faults:
    for gateway in subject.decisions("exclusiveGateway"):
        if _is_chosen(subject, gateway):
            for other in gateways.deciders(subject.process, gateway):
                if gateways.decides(other):
                    continue
                yield Fault(
                    gateway,
                    say(
                        "The choice at {label!r} follows {label2!r} ({tag}), where no officer decides.",
                        label=gateway.label,
                        label2=other.label,
                        tag=other.tag,
                    ),
                )


def _asked(subject: Subject, gateway: Element) -> list[Flow]:
    return [flow for flow in subject.outgoing(gateway) if flow.id != gateway.default_flow]


def _is_chosen(subject: Subject, gateway: Element) -> bool:
    """True when an officer chooses, and every choice has its label."""
    return gateways.named(subject.process, gateway) and all(flow.name for flow in subject.outgoing(gateway))


@process_rule(
    "accept-task-branches",
    remedy="Let one flow lead on from the accept task; put the choice after a later task.",
)
def accept_task_branches(subject: Subject) -> Faults:
    for gateway in subject.decisions("exclusiveGateway"):
        deciders = gateways.deciders(subject.process, gateway) if _is_chosen(subject, gateway) else ()
        if any(task.properties.get("milestone") == "accept" for task in deciders):
            yield Fault(
                gateway,
                say(
                    "The choice at {label!r} follows the accept task, whose outcomes are accept, refuse and supplement.",
                    label=gateway.label,
                ),
            )
