"""Rules on the soundness of a process, by the token game over all choices.

From whatever a dossier can come to, it can come to an end: it waits at no join for ever, starts nothing anew for ever, and
passes no join twice.
"""

from __future__ import annotations

from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.checks.tokens.reachability import Reach
from hoso_bpmn.checks.tokens.token_game import MAX_MARKINGS
from hoso_bpmn.document.diagram import Element, Process
from hoso_bpmn.findings import Severity
from hoso_calendar.messages import say


@process_rule(
    "join-starved",
    remedy="Bring ways of which one is chosen together by an exclusive gateway, or lead every branch to the join.",
)
def join_starved(subject: Subject) -> Faults:
    process = subject.process
    for join in subject.sound.starved:
        element = process.elements[join]
        late = [flow for flow in element.incoming if _comes_after(process, flow, element)]
        if late:
            source = process.elements[process.flows[late[0]].source]
            yield Fault(
                element,
                say(
                    "{label!r} waits for the way from {label2!r}, which comes only after it.",
                    label=element.label,
                    label2=source.label,
                ),
                say("Bring the way back in by an exclusive gateway before it."),
            )
        else:
            yield Fault(
                element,
                say(
                    "A dossier may wait at {label!r} for ever: one of its {count} ways may not come.",
                    label=element.label,
                    count=len(element.incoming),
                ),
            )


@process_rule(
    "join-early",
    severity=Severity.WARNING,
    remedy="Lead each branch to the join by a flow of its own and nowhere else; ways back stay within their branch.",
)
def join_early(subject: Subject) -> Faults:
    for join in subject.sound.early:
        element = subject.process.elements[join]
        yield Fault(
            element,
            say(
                "{label!r} may go on before all that is under way to it has come; what comes late passes it once more.",
                label=element.label,
            ),
        )


@process_rule(
    "split-endless",
    remedy="Let an officer choose by an exclusive gateway whether the way leads back or on.",
)
def split_endless(subject: Subject) -> Faults:
    process = subject.process
    for flow in subject.sound.endless:
        drawn = process.flows[flow]
        split, target = process.elements[drawn.source], process.elements[drawn.target]
        yield Fault(
            drawn,
            say(
                "From {label!r} a way leads back to {label2!r} each time, beside another: the dossier never ends.",
                label=split.label,
                label2=target.label,
            ),
        )


@process_rule(
    "ways-undecided",
    severity=Severity.WARNING,
    remedy="Draw fewer ways beside each other, or put part of them into a sub-process.",
)
def ways_undecided(subject: Subject) -> Faults:
    for scope in subject.sound.undecided:
        element = subject.element(scope or "")
        yield Fault(
            element,
            say(
                "{label!r} may stand in more than {count:,} ways: whether each leads to an end is not decided.",
                label=element.label if element is not None else subject.process.name or subject.process.id,
                count=MAX_MARKINGS,
            ),
            line=subject.process.line,
        )


def _comes_after(process: Process, flow: str, join: Element) -> bool:
    """True when nothing comes by the flow before the join was passed."""
    return flow not in Reach(process, [join.id], given=process.flows).arrived
