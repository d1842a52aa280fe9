"""Rules on the soundness of joins, by the token game over all choices.

A dossier waits there neither for ever nor too briefly. A scope is a free-choice net: a flow leads to one element, so
whichever element can act may act first, and only choices are tried one by one (Valmari: Stubborn sets for reduced
state space generation, 1990). An inclusive join acts when nothing else can and no token at another join hinders it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from hoso_bpmn.checks.rules import reachability
from hoso_bpmn.checks.rules.context import Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, process_rule
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Process
from hoso_bpmn.findings import Severity
from hoso_calendar.messages import say

#: Markings that are looked at in one scope; a drawing of more is left to the run's own guard.
MAX_MARKINGS = 2_000
#: Tokens of one flow that are told apart.
MAX_TOKENS = 3
#: How many tokens each flow has.
Marking: TypeAlias = Mapping[str, int]
#: What acts, and the flows of which it takes a token each.
_Acting: TypeAlias = tuple[frozenset[str], Element]

_CHOOSING = ("exclusiveGateway", "eventBasedGateway", "complexGateway")
_JOINING = ("parallelGateway", "inclusiveGateway")
_STOPPING = ("terminate", "error", "cancel")


@process_rule(
    "join-starved",
    remedy="Bring ways of which one is chosen together by an exclusive gateway, or lead every branch to the join.",
)
def join_starved(subject: Subject) -> Faults:
    process = subject.process
    scopes = [None, *(e.id for e in subject.elements if e.tag in diagram.SUBPROCESSES)]
    entered = reachability.Reach(process).entered
    for join in dict.fromkeys(join for scope in scopes for join in _starved(process, scope)):
        if join in entered:
            element = process.elements[join]
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
    process = subject.process
    scopes = dict.fromkeys(element.parent for element in subject.elements if _waits_for_some(element))
    entered = reachability.Reach(process).entered if scopes else frozenset()
    for join in dict.fromkeys(join for scope in scopes for join in _early(process, scope)):
        if join in entered:
            element = process.elements[join]
            yield Fault(
                element,
                say(
                    "{label!r} may go on before all that is under way to it has come; what comes late passes it once more.",
                    label=element.label,
                ),
            )


def _waits_for_some(element: Element) -> bool:
    return element.tag == "inclusiveGateway" and len(element.incoming) > 1


def _starved(process: Process, scope: str | None) -> Iterator[str]:
    """The joins at which tokens are left when nothing can act any more."""
    for marking, acting in _played(process, scope):
        if acting is None:
            yield from (process.flows[flow].target for flow in marking)


def _early(process: Process, scope: str | None) -> Iterator[str]:
    """The inclusive joins to which two tokens may come by one flow.

    The second was on its way when the first came, and a join does not wait for what leads to a flow that has its token
    already (BPMN 2.0, 13.4.3). Here it waits for as long as anything else can act, so that both are seen.
    """
    for marking, acting in _played(process, scope):
        join = acting[1] if acting is not None and _waits_for_some(acting[1]) else None
        if join is not None and any(marking.get(flow, 0) > 1 for flow in join.incoming):
            yield join.id


def _played(process: Process, scope: str | None) -> Iterator[tuple[Marking, _Acting | None]]:
    """Reachable markings of a scope, nearest first, with the next active element. None where nothing can act."""
    begun = tuple(flow for start in _starts(process, scope) for flow in start.outgoing)
    waiting = deque([_marked({}, begun)])
    seen: set[frozenset[tuple[str, int]]] = set()
    while waiting and len(seen) < MAX_MARKINGS:
        marking = waiting.popleft()
        key = frozenset(marking.items())
        if key in seen:
            continue
        seen.add(key)
        acting = _acting(process, marking)
        yield marking, acting
        if acting is not None:
            consumed, element = acting
            left = {f: number for f in marking if (number := marking[f] - (f in consumed))}
            waiting += [_marked(left if goes_on else {}, flows) for flows, goes_on in _ways(process, element)]


def _starts(process: Process, scope: str | None) -> list[Element]:
    members = [e for e in process.within(scope) if not e.attached_to and not e.triggered_by_event]
    starts = [e for e in members if e.tag == "startEvent"]
    return starts[:1] or [e for e in members if not e.incoming]


def _marked(marking: Marking, flows: tuple[str, ...]) -> Marking:
    found = dict(marking)
    for flow in flows:
        found[flow] = min(found.get(flow, 0) + 1, MAX_TOKENS)
    return found


def _acting(process: Process, marking: Marking) -> _Acting | None:
    """Element that can act, with the flows whose tokens it consumes.

    An inclusive join acts only when no other element can.
    """
    joins: list[Element] = []
    for flow in marking:
        element = process.elements.get(process.flows[flow].target)
        if element is None:  # flow-dangling says so
            continue
        if len(element.incoming) == 1 or element.tag not in _JOINING:
            return frozenset((flow,)), element
        if element.tag == "inclusiveGateway":
            joins += [element] if element not in joins else []
        elif marking.keys() >= set(element.incoming):
            return frozenset(element.incoming), element
    last = (j for j in joins if not _hindered(process, j, marking, joins))
    acting = next(last, joins[0] if joins else None)
    return (frozenset(acting.incoming), acting) if acting is not None else None


def _hindered(process: Process, join: Element, marking: Marking, others: list[Element]) -> bool:
    """True when another join's token can still come by an empty flow (BPMN 13.4.3).

    As in a run: ways through the join itself do not count, nor does a token that can also come by a flow that has one.
    """
    missing = _upstream(process, join, [flow for flow in join.incoming if flow not in marking])
    coming = missing - _upstream(process, join, [flow for flow in join.incoming if flow in marking])
    return any(other.id in coming for other in others)


def _upstream(process: Process, join: Element, flows: list[str]) -> set[str]:
    """Elements before these flows, as far as the way does not pass the join."""
    found: set[str] = set()
    pending = [process.flows[flow].source for flow in flows]
    while pending:
        element = process.elements.get(pending.pop())
        if element is None or element.id in found or element.id == join.id:
            continue
        found.add(element.id)
        pending += [process.flows[flow].source for flow in element.incoming]
        pending += [element.attached_to] if element.attached_to else []
    return found


def _ways(process: Process, element: Element) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Alternative outgoing flows, and whether other tokens of the scope stay."""
    if element.tag in _CHOOSING:
        yield from (((flow,), True) for flow in element.outgoing)
        return
    stops = any(definition.kind in _STOPPING for definition in element.event_definitions)
    yield element.outgoing, not (stops and element.tag == "endEvent")
    if element.tag == "inclusiveGateway":
        yield from (((flow,), True) for flow in element.outgoing)
    for event in process.attached(element.id):
        yield event.outgoing if event.interrupting else (*element.outgoing, *event.outgoing), True
