"""Rules on milestones, limits that keep the term, and clocks with a basis."""

from __future__ import annotations

from collections.abc import Iterable

import hoso_calendar as wt
from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.checks.tokens import reachability
from hoso_bpmn.document import bypasses, critical_path, diagram, gateways, milestones
from hoso_bpmn.document.diagram import Element
from hoso_bpmn.findings import Severity
from hoso_calendar.messages import say, sentence


@process_rule(
    "milestone-unknown",
    remedy=say("Write one of {known} into the property milestone.", known=", ".join(milestones.MILESTONES)),
)
def milestone_unknown(subject: Subject) -> Faults:
    for element in subject.elements:
        value = element.properties.get("milestone")
        if value is None:
            continue
        if value not in milestones.MILESTONES:
            yield Fault(
                element,
                say(
                    "{label!r} has the milestone {value!r}, which does not exist.",
                    label=element.label,
                    value=value,
                ),
            )
        elif element.tag not in diagram.HUMAN_TASKS or element.multi_instance is not None:
            yield Fault(
                element,
                say("{label!r} has a milestone and is not one officer's task.", label=element.label),
                say("Give the milestone to a user task that is done once."),
            )


@process_rule(
    "ends-unknown",
    remedy=say(
        "Write one of {known} into the property ends of an end event.", known=", ".join(milestones.ENDS)
    ),
)
def ends_unknown(subject: Subject) -> Faults:
    for element in subject.elements:
        value = element.properties.get("ends")
        if value is not None and (value not in milestones.ENDS or element.tag != "endEvent"):
            yield Fault(element, say("{label!r} has ends = {value!r}.", label=element.label, value=value))


@process_rule(
    "milestone-missing",
    remedy="Give the property milestone to the task, or ends = refused, withdrawn or stopped to the end event.",
)
def milestone_missing(subject: Subject) -> Faults:
    process, beside = subject.process, reachability.Beside.of(subject.process)
    for milestone in milestones.MILESTONES:
        tasks = milestones.carriers(process, milestone)
        reached = beside.main(process, tasks).entered
        for end in bypasses.Onward(process, tasks, milestones.ENDS, reached).ends():
            element = process.elements[end]
            yield Fault(
                element,
                say(
                    "A way reaches {label!r} without a task with milestone = {milestone}.",
                    label=element.label,
                    milestone=milestone,
                ),
            )


@process_rule(
    "milestone-order", remedy="A dossier is accepted, then its result is ready, then it is returned."
)
def milestone_order(subject: Subject) -> Faults:
    beside = reachability.Beside.of(subject.process).flows
    for before, after in (("accept", "result"), ("result", "return")):
        reached = reachability.Reach(
            subject.process, milestones.carriers(subject.process, before), beside=beside
        )
        for identity in sorted(milestones.carriers(subject.process, after) & reached.entered):
            element = subject.process.elements[identity]
            yield Fault(
                element,
                say(
                    "A way reaches {label!r} ({after}) before a task with milestone = {before}.",
                    label=element.label,
                    after=after,
                    before=before,
                ),
            )


@process_rule(
    "milestone-repeated",
    remedy="Give the milestone to a task behind the last way back: a result is ready once.",
)
def milestone_repeated(subject: Subject) -> Faults:
    missed = milestones.missed(subject.process, subject.choices)
    for element in subject.elements:
        milestone = element.properties.get("milestone")
        if milestone == "accept" and element.id in reachability.after(subject.process, element):
            yield _accepted_again(element)
        elif milestone in milestones.MILESTONES:
            on = [c for c in subject.choices.get(element.id, ()) if c.label not in missed.get(element.id, ())]
            yield from _again(subject, element, on)


def _again(subject: Subject, element: Element, on: Iterable[gateways.Choice]) -> Faults:
    """The ways from a task that has reached its milestone back to it."""
    process = subject.process
    if element.id not in subject.choices and element.id in reachability.after(process, element):
        yield Fault(
            element,
            say(
                "A way leads back to {label!r}, whose milestone would be reached again.", label=element.label
            ),
        )
    for choice in on:
        if element.id in reachability.following(process, (choice.leads_to,)):
            wording = say(
                "By {label!r} {label2!r} reaches its milestone, and a way leads back to it from there.",
                label=choice.label,
                label2=element.label,
            )
            yield Fault(
                element,
                wording,
                say("Let an outcome either lead back, past no end and no return, or lead on for good."),
            )


def _accepted_again(element: Element) -> Fault:
    return Fault(
        element,
        say(
            "A way leads back to {label!r}, where the dossier was accepted: it is accepted once, and its term runs from then.",
            label=element.label,
        ),
        say(
            "Lead the way to the task behind it. For papers that lack officers propose a supplement, which need not be drawn."
        ),
    )


@process_rule(
    "limit-unreadable", remedy='Write an amount and a unit, such as "0,25 ngày làm việc" or "2 giờ làm việc".'
)
def limit_unreadable(subject: Subject) -> Faults:
    for element in subject.elements:
        text = element.properties.get("limit")
        if text is None:
            continue
        try:
            term = wt.Term.parse(text)
        except wt.BadTerm as error:
            yield Fault(
                element,
                say(
                    "The limit of {label!r} cannot be read: {error}.",
                    label=element.label,
                    error=sentence(error),
                ),
            )
            continue
        if term.unit not in critical_path.LIMIT_UNITS:
            yield _no_duration(element, term)


def _no_duration(element: Element, term: wt.Term) -> Fault:
    """A limit in a unit that only terms have."""
    message = say(
        "The limit of {label!r}, {text!r}, is no duration in days or working hours.",
        label=element.label,
        text=str(term),
    )
    if term.unit is not wt.Unit.HOURS:
        return Fault(element, message)
    hours = str(wt.Term(term.amount, wt.Unit.WORKING_HOURS))
    remedy = say("Write {hours!r} for office hours; by the clock on the wall only terms run.", hours=hours)
    return Fault(element, message, remedy)


@process_rule(
    "limit-unit-mixed",
    remedy="Write the limits of such a case in calendar days (ngày), whose sum is compared with its term.",
)
def limit_unit_mixed(subject: Subject) -> Faults:
    process, case = subject.whole.process, subject.case
    start = critical_path.accept(process)
    if start is None or case is None or case.term.unit not in critical_path.CALENDAR_UNITS:
        return
    for identity in sorted(reachability.after(process, start) - {start.id}):
        element = process.elements[identity]
        limit = _readable(element)
        if limit and limit.unit in critical_path.LIMIT_UNITS - {wt.Unit.DAYS}:
            message = say(
                "The limit of {label!r} is {limit}, and the term of case {id!r} is {term}.",
                label=subject.whole.path(element),
                limit=limit,
                id=case.id,
                term=case.term,
            )
            yield Fault(subject.drawn(identity), message)


def _readable(element: Element) -> wt.Term | None:
    """Limit that a step uses up; None where limit-unreadable says that it is none."""
    try:
        return critical_path.counted(element)
    except wt.BadTerm:
        return None


@process_rule("clock-unknown", remedy="Write clock = excluded, and the law that says so into clock_basis.")
def clock_unknown(subject: Subject) -> Faults:
    for element in subject.elements:
        clock = element.properties.get("clock")
        if clock is not None and clock != "excluded":
            yield Fault(
                element,
                say(
                    "{label!r} has clock = {clock!r}; only excluded is known.",
                    label=element.label,
                    clock=clock,
                ),
            )
        elif clock and not element.properties.get("clock_basis"):
            yield Fault(
                element,
                say("{label!r} does not count in the term, and no law is named for it.", label=element.label),
            )


@process_rule("limits-above-term", remedy="Shorten the steps, or correct the term of the case.")
def limits_above_term(subject: Subject) -> Faults:
    way, term = _way(subject), _term(subject)
    if way and term and way.hours > (critical_path.hours(term) or 0):
        yield Fault(subject.drawn(way.elements[-1]), _against_term(subject, way, term))


@process_rule(
    "limits-below-term",
    severity=Severity.WARNING,
    remedy="Give each step the limit that the authority published, so that the steps use up the term.",
)
def limits_below_term(subject: Subject) -> Faults:
    way, term = _way(subject), _term(subject)
    unknown = subject.called is None and any(e.tag == "callActivity" for e in subject.elements)
    if way and term and not unknown and 0 < way.hours < (critical_path.hours(term) or 0):
        yield Fault(subject.drawn(way.elements[-1]), _against_term(subject, way, term))


@process_rule(
    "limits-above-whole", remedy="Shorten the steps inside, or correct the limit of what holds them."
)
def limits_above_whole(subject: Subject) -> Faults:
    for element in subject.elements:
        try:
            limit = critical_path.limit(element) if element.tag in critical_path.WHOLES else None
            whole = subject.whole.process.elements[element.id]
            way = critical_path.within(subject.whole.process, whole) if limit else critical_path.Way()
        except wt.BadTerm:  # limit-unreadable says so
            continue
        if limit and way.hours > (critical_path.hours(limit) or way.hours):
            message = say(
                "The longest way inside of {label!r} takes {total}; its limit is {limit}.",
                label=element.label,
                total=_sum(subject, way, limit.unit),
                limit=limit,
            )
            yield Fault(element, message)


def _term(subject: Subject) -> wt.Term | None:
    """Term of the case where sums can be compared with it. None for the same day.

    With a second appointment both terms together bound the steps.
    """
    case = subject.case
    if case is None or critical_path.hours(case.term) is None:
        return None
    return wt.Term(case.term.amount + case.second.amount, case.term.unit) if case.second else case.term


def _way(subject: Subject) -> critical_path.Way | None:
    """The longest way, what it leads through of called procedures included."""
    try:
        way = critical_path.longest(subject.whole.process)
    except wt.BadTerm:  # limit-unreadable says so
        return None
    return way if way.elements else None


def _against_term(subject: Subject, way: critical_path.Way, term: wt.Term) -> str:
    assert subject.case is not None  # noqa: S101 - it has the term
    total = _sum(subject, way, term.unit)
    return say(
        "The longest way takes {total}; the term of case {id!r} is {term}.",
        total=total,
        id=subject.case.id,
        term=term,
    )


def _sum(subject: Subject, way: critical_path.Way, unit: wt.Unit) -> str:
    """Sum of the limits on a path, written out.

    `2 ngày (Thẩm định) + 1 ngày (Liên thông → 1.001806: Kiểm tra) = 3 ngày`.
    """
    whole = subject.whole
    on_way = (whole.process.elements[identity] for identity in way.elements)
    steps = [f"{e.properties['limit']} ({whole.path(e)})" for e in on_way if critical_path.counted(e)]
    told = wt.Unit.DAYS if unit in critical_path.CALENDAR_UNITS else unit
    return f"{' + '.join(steps)} = {wt.Term(way.hours / critical_path.HOURS[told], told)}"
