"""Rules on texts that are compiled: timers, conditions, and the words of extension properties."""

from dataclasses import replace
from difflib import get_close_matches

from hoso_bpmn import errors, expressions
from hoso_bpmn.checks.rules import elements
from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.document import critical_path, diagram, properties
from hoso_bpmn.document.diagram import Element
from hoso_bpmn.engine import dmn, multi_instance, timers
from hoso_bpmn.findings import RefusedFile, Severity
from hoso_bpmn.package import forms
from hoso_calendar.messages import joined, say, sentence


@process_rule(
    "timer",
    remedy='Write "5 ngày làm việc", an ISO 8601 duration such as PT4H or P2D, a cycle such as R3/P1D, or an aware date.',
)
def timer(subject: Subject) -> Faults:
    for element in subject.elements:
        for definition in element.event_definitions:
            if definition.kind != "timer" or elements.begins(element):
                continue
            if not definition.text or definition.time_kind is None:
                yield Fault(element, say("The timer of {label!r} says no time.", label=element.label))
                continue
            try:
                timers.compiled(definition.time_kind, definition.text)
            except (errors.BadTimer, errors.BadExpression) as error:
                yield Fault(
                    element,
                    say(
                        "The timer of {label!r} does not compile: {error}",
                        label=element.label,
                        error=sentence(error),
                    ),
                )


@process_rule(
    "expression",
    remedy="Compare variables with values, such as amount > 5; docs/rules/expression.md has the grammar.",
)
def expression(subject: Subject) -> Faults:
    for flow in subject.flows:
        if flow.condition:
            try:
                expressions.compiled(flow.condition)
            except errors.BadExpression as error:
                yield Fault(
                    flow,
                    say(
                        "The condition of the flow {name!r} does not compile: {error}",
                        name=flow.name or flow.id,
                        error=sentence(error),
                    ),
                )
    for element in subject.elements:
        several = element.multi_instance
        for text in (
            (several.cardinality, several.collection, several.completion) if several is not None else ()
        ):
            try:
                expressions.compiled(text) if text else None
            except errors.BadExpression as error:
                yield Fault(
                    element,
                    say(
                        "The repetition of {label!r} does not compile: {error}",
                        label=element.label,
                        error=sentence(error),
                    ),
                )
        times = _times(subject, element)
        if times is None or not 0 <= times <= multi_instance.MAX_INSTANCES:
            said = "no whole number of" if times is None else f"{times:,}"
            yield Fault(
                element,
                say(
                    "{label!r} is done {said} times; at most {max_instances:,} times are run.",
                    label=element.label,
                    said=said,
                    max_instances=multi_instance.MAX_INSTANCES,
                ),
                say(
                    "Write a whole number up to {max_instances:,}, or name a list variable.",
                    max_instances=multi_instance.MAX_INSTANCES,
                ),
            )


def _times(subject: Subject, element: Element | None) -> int | None:
    """Least number of executions of an element, repetitions around it included. None for what is no whole number."""
    times = 1
    while element is not None:
        repeats = element.multi_instance
        number = _number(repeats.cardinality) if repeats is not None and repeats.kind != "loop" else 1
        if not isinstance(number, int):
            return None
        times *= number
        element = subject.element(element.parent or "")
    return times


def _number(text: str | None) -> object:
    """A number of instances that is the same for every dossier, else 1."""
    try:
        expression = expressions.compiled(text) if text else None
        return 1 if expression is None or expression.names else expression.evaluate({})
    except errors.EngineError:
        return 1


@process_rule(
    "completion-unknown",
    remedy=say(
        "Read one of {known}, or ask for the variable in a form.",
        known=", ".join(sorted(multi_instance.COUNTS)),
    ),
)
def completion_unknown(subject: Subject) -> Faults:
    given = _given(subject)
    for element in subject.elements:
        for name in sorted(_completing(element) - _over(subject, element)):
            near = get_close_matches(name, multi_instance.COUNTS, n=1, cutoff=0.75)
            # What nobody declares may still come with a message; a slip of a counter's name never does.
            if name not in given if given is not None else near or name in multi_instance.COUNTS:
                said = say(
                    "The completion of {label!r} reads {name!r}, which is no counter and given by no form or table.",
                    label=element.label,
                    name=name,
                )
                hint = say(" Is {near!r} meant?", near=near[0]) if near and near[0] != name else ""
                yield Fault(element, joined("", (said, hint)))


def _completing(element: Element) -> frozenset[str]:
    try:
        several = element.multi_instance
        return multi_instance.completing(several) if several is not None else frozenset()
    except errors.BadExpression:  # expression says so
        return frozenset()


def _over(subject: Subject, element: Element) -> frozenset[str]:
    """Lists, numbers and items known at the element. Its own item is known to its instances only."""
    several = element.multi_instance
    found = _repeated(replace(several, item=None) if several is not None else None)
    while element.parent is not None:
        element = subject.process.elements[element.parent]
        found |= _repeated(element.multi_instance)
    return found


def _repeated(several: diagram.MultiInstance | None) -> frozenset[str]:
    try:
        return multi_instance.over(several) if several is not None else frozenset()
    except errors.BadExpression:
        return frozenset()


def _given(subject: Subject) -> frozenset[str] | None:
    """Names that forms and tables give. None where a message or call may bring any."""
    if subject.package is None or any(map(_brings, subject.elements)):
        return None
    files = subject.package.files
    # What is asked before anything is filed stays with whoever asked.
    before = subject.package.eligibility and subject.package.eligibility.form
    tables = tuple((path, data) for path, data in files.items() if path.endswith(".dmn"))
    try:
        answered = dmn.tables(subject.process, {"": tables}).values()
        asked = [
            forms.read(data) for path, data in files.items() if path.endswith(".form") and path != before
        ]
    except (RefusedFile, errors.EngineError):  # other rules say so
        return None
    names = (form.names for form in asked)
    return frozenset().union(*names, *(table.outputs for table in answered))


def _brings(element: Element) -> bool:
    """True when values may come in there that no form names."""
    awaits = element.tag in ("intermediateCatchEvent", "boundaryEvent", "startEvent")
    told = awaits and any(
        definition.kind in ("message", "signal") for definition in element.event_definitions
    )
    open_to = element.tag in ("serviceTask", "receiveTask", "callActivity") or told
    return open_to and not element.properties.get("form") and not elements.begins(element)


@process_rule(
    "condition-ignored", remedy="Put an exclusive gateway before the flow, or delete the condition."
)
def condition_ignored(subject: Subject) -> Faults:
    for flow in subject.flows:
        source = subject.element(flow.source)
        if (
            flow.condition
            and source is not None
            and source.tag not in ("exclusiveGateway", "inclusiveGateway")
        ):
            yield Fault(
                flow,
                say("The condition on the way out of {label!r} would never be asked.", label=source.label),
            )
        elif flow.condition and source is not None and len(source.outgoing) == 1:
            yield Fault(
                flow,
                say(
                    "The condition on the only way out of {label!r} would never be asked.", label=source.label
                ),
            )


@process_rule(
    "property-unknown",
    severity=Severity.WARNING,
    remedy=say("The properties that are read are {known}.", known=", ".join(sorted(properties.OWN))),
)
def property_unknown(subject: Subject) -> Faults:
    for element in subject.elements:
        for name in element.properties:
            near = get_close_matches(name.lower(), properties.OWN, n=1, cutoff=0.75)
            if near and name not in properties.OWN and name not in properties.ALIASES:
                yield Fault(
                    element,
                    say(
                        "{label!r} has the property {name!r}; is {near!r} meant?",
                        label=element.label,
                        name=name,
                        near=near[0],
                    ),
                )


@process_rule(
    "property-misplaced",
    severity=Severity.WARNING,
    remedy="Give the property to the user task that does the work.",
)
def property_misplaced(subject: Subject) -> Faults:
    for element in subject.elements:
        steps = diagram.HUMAN_TASKS | {"serviceTask", "receiveTask"}
        for name, tags in (("limit", steps | critical_path.WHOLES), ("clock", steps)):
            if name in element.properties and element.tag not in tags:
                yield Fault(
                    element,
                    say(
                        "{label!r} ({tag}) has {name}, which means nothing there.",
                        label=element.label,
                        tag=element.tag,
                        name=name,
                    ),
                )
