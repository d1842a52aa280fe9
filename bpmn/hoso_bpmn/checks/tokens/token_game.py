"""Token game of a scope: its markings, and whether each leads to an end.

A scope is a free-choice net: a flow leads to one element, so whichever element can act may act first, and only choices
are tried one by one. The reduced graph shows every deadlock, and whether every marking can come to an end (Valmari: Stop
It, and Be Stubborn!, 2015). The element nearest to an end acts first, so that few tokens are under way. An inclusive join
acts when nothing else can and no token at another join hinders it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from hoso_bpmn.checks.tokens.reachability import Reach
from hoso_bpmn.document.diagram import SUBPROCESSES, Element, Flow, Process

#: Markings that are kept, and acts of elements that are followed from one beginning.
MAX_MARKINGS = 4_000
MAX_ACTS = 40_000
#: Tokens that one flow may have; beyond, a run is not followed.
MAX_TOKENS = 6
#: Tokens before an inclusive join that are told apart.
SEVERAL = 2
#: Ways out of an inclusive gateway of which every combination is tried.
MAX_COMBINED = 4
#: How many tokens each flow has.
Marking: TypeAlias = dict[str, int]
Key: TypeAlias = frozenset[tuple[str, int]]
#: The flows that get a token, and whether other tokens of the scope stay.
_Way: TypeAlias = tuple[tuple[str, ...], bool]

_CHOOSING = ("exclusiveGateway", "eventBasedGateway", "complexGateway")
#: What an end event does to whatever else is under way in its scope.
STOPPING = ("terminate", "error", "cancel")


@dataclass(slots=True)
class Node:
    """A marking with those that may follow."""

    marking: Marking
    following: list[Key] = field(default_factory=list)
    #: Flows that get a token together with others on the way to what follows.
    together: set[str] = field(default_factory=set)
    #: False where it was not looked at what follows.
    known: bool = False


class Game:
    """The markings that follow when these flows have a token each.

    Non-interrupting events act only where they are `joint`.
    """

    def __init__(
        self, process: Process, reach: Reach, begun: Iterable[str], joint: frozenset[str] = frozenset()
    ) -> None:
        self._process = process
        self._reach = reach
        self._joint = joint
        self._acts = 0
        #: Markings with ever more tokens at a join: what was started beside them does not let them end.
        self._full: set[Key] = set()
        self._ways_of: dict[str, list[_Way]] = {}
        self._awaited_by: dict[str, frozenset[str]] = {}
        self._before: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        #: Inclusive joins to which two tokens come by one flow.
        self.early: dict[str, None] = {}
        #: False when there are more markings than are looked at.
        self.whole = True
        first = _with({}, begun)
        self._rank, self._back = _order(process, list(first))
        self.nodes = self._played(first)

    @property
    def stuck(self) -> list[Key]:
        """The markings with tokens of which none can move."""
        return [key for key, node in self.nodes.items() if key and node.known and not node.following]

    @property
    def endless(self) -> list[Node]:
        """The markings from which a run neither ends nor is stuck."""
        over = [k for k, node in self.nodes.items() if not node.following and k not in self._full]
        leading = self._leading_to(over)
        return [node for key, node in self.nodes.items() if key not in leading]

    def _leading_to(self, goals: Iterable[Key]) -> set[Key]:
        before: dict[Key, list[Key]] = {}
        for key, node in self.nodes.items():
            for following in node.following:
                before.setdefault(following, []).append(key)
        found: set[Key] = set()
        waiting = list(goals)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += before.get(key, ())
        return found

    def _played(self, first: Marking) -> dict[Key, Node]:
        nodes = {_key(first): Node(first)}
        waiting = deque(nodes)
        while waiting and self._acts < MAX_ACTS and len(nodes) < MAX_MARKINGS:
            node = nodes[waiting.popleft()]
            node.known = all(number <= MAX_TOKENS for number in node.marking.values())
            self._full |= set() if node.known else {_key(node.marking)}
            for marking in self._after(node) if node.known else ():
                key = _key(marking)
                node.following.append(key)
                if key not in nodes:
                    nodes[key] = Node(marking)
                    waiting.append(key)
        self.whole = not waiting
        return nodes

    def _after(self, node: Node) -> Iterator[Marking]:
        acting = self._acting(node.marking)
        if acting is not None:
            for way in self._ways(acting):
                yield self._advanced(node, self._passed(node, dict(node.marking), acting, way), way[0])

    def _advanced(self, node: Node, marking: Marking, taken: Iterable[str]) -> Marking:
        """The marking at the next choice, behind a way back, or at rest."""
        while all(flow not in self._back and marking[flow] <= MAX_TOKENS for flow in taken):
            acting = self._acting(marking)
            ways = self._ways(acting) if acting is not None else []
            if acting is None or len(ways) != 1:
                break
            marking, taken = self._passed(node, marking, acting, ways[0]), ways[0][0]
        return marking

    def _passed(self, node: Node, marking: Marking, element: Element, way: _Way) -> Marking:
        """The marking once the element has acted; the one before is used up."""
        self._acts += 1
        flows, goes_on = way
        node.together.update(flows if len(flows) > 1 else ())
        if not goes_on:
            return _with({}, flows)
        for flow in self._consumed(element, marking):
            marking[flow] -= 1
            if not marking[flow]:
                del marking[flow]
        return self._held(_with(marking, flows), flows)

    def _held(self, marking: Marking, flows: Iterable[str]) -> Marking:
        """The marking with at most `SEVERAL` tokens on each flow to an inclusive join."""
        for flow in flows:
            element = self._process.elements.get(self._process.flows[flow].target)
            if marking[flow] > SEVERAL and element is not None and element.tag == "inclusiveGateway":
                marking[flow] = SEVERAL
        return marking

    def _consumed(self, element: Element, marking: Marking) -> list[str]:
        present = [flow for flow in element.incoming if flow in marking]
        if not _joins(element):
            return present[:1]
        if element.tag == "inclusiveGateway" and any(marking[flow] > 1 for flow in present):
            # The second was on its way when the first came, and a join does not wait for what leads to a flow that
            # has its token already (BPMN 2.0, 13.4.3). Here it waits for all, so that both are seen.
            self.early[element.id] = None
        return present

    def _acting(self, marking: Marking) -> Element | None:
        """Element that acts next: the nearest to an end, inclusive joins last."""
        able: list[Element] = []
        waiting: list[Element] = []
        for identity in {self._process.flows[flow].target: None for flow in marking}:
            element = self._process.elements.get(identity)
            if element is None:  # flow-dangling says so
                continue
            if element.tag == "inclusiveGateway" and _joins(element):
                waiting.append(element)
            elif not _joins(element) or marking.keys() >= self._awaited(element):
                able.append(element)
        if able:
            return min(able, key=lambda element: self._rank.get(element.id, 0))
        last = (join for join in waiting if not self._is_hindered(join, marking, waiting))
        return next(last, waiting[0] if waiting else None)

    def _awaited(self, join: Element) -> frozenset[str]:
        """Flows of which a parallel join needs a token each. Those from nowhere are another rule's matter."""
        if join.id not in self._awaited_by:
            sources = ((flow, self._process.flows[flow].source) for flow in join.incoming)
            self._awaited_by[join.id] = frozenset(f for f, source in sources if source in self._reach.entered)
        return self._awaited_by[join.id]

    def _is_hindered(self, join: Element, marking: Marking, others: list[Element]) -> bool:
        """True when another join's token can still come by an empty flow (BPMN 13.4.3).

        As in a run: ways through the join itself do not count, nor does a token that can also come by a flow that has one.
        """
        present = frozenset(flow for flow in join.incoming if flow in marking)
        missing = frozenset(join.incoming) - present
        coming = self._upstream(join, missing) - self._upstream(join, present)
        return any(other.id in coming for other in others)

    def _upstream(self, join: Element, flows: frozenset[str]) -> frozenset[str]:
        """Elements before these flows, as far as the way does not pass the join."""
        if (join.id, flows) not in self._before:
            found: set[str] = set()
            pending = [self._process.flows[flow].source for flow in flows]
            while pending:
                element = self._process.elements.get(pending.pop())
                if element is None or element.id in found or element.id == join.id:
                    continue
                found.add(element.id)
                pending += [self._process.flows[flow].source for flow in element.incoming]
                pending += [element.attached_to] if element.attached_to else []
            self._before[join.id, flows] = frozenset(found)
        return self._before[join.id, flows]

    def _ways(self, element: Element) -> list[_Way]:
        if element.id not in self._ways_of:
            self._ways_of[element.id] = list(self._alternatives(element))
        return self._ways_of[element.id]

    def _alternatives(self, element: Element) -> Iterator[_Way]:
        if element.tag in _CHOOSING:
            yield from (((flow,), True) for flow in element.outgoing) if element.outgoing else [((), True)]
            return
        stops = element.tag == "endEvent" and any(each.kind in STOPPING for each in element.event_definitions)
        left = element.tag not in SUBPROCESSES or element.id in self._reach.left
        taken = list(_combinations(element)) if element.tag == "inclusiveGateway" else [element.outgoing]
        yield from ((flows, not stops) for flows in taken if left)
        for event in self._process.attached(element.id):
            if event.id not in self._reach.entered:
                continue
            if event.interrupting:
                yield event.outgoing, True
            elif event.id in self._joint and left:
                yield (*element.outgoing, *event.outgoing), True


def _combinations(gateway: Element) -> Iterator[tuple[str, ...]]:
    """Ways out of an inclusive gateway that may be taken together."""
    asked = [flow for flow in gateway.outgoing if flow != gateway.default_flow]
    yield tuple(asked or gateway.outgoing)
    for size in range(1, len(asked)) if len(asked) <= MAX_COMBINED else (1,):
        yield from combinations(asked, size)
    if asked and gateway.default_flow in gateway.outgoing:
        yield (gateway.default_flow,)


def _joins(element: Element) -> bool:
    return element.tag in ("parallelGateway", "inclusiveGateway") and len(element.incoming) > 1


def _with(marking: Marking, flows: Iterable[str]) -> Marking:
    for flow in flows:
        marking[flow] = marking.get(flow, 0) + 1
    return marking


def _key(marking: Marking) -> Key:
    return frozenset(marking.items())


def _order(process: Process, begun: list[str]) -> tuple[dict[str, int], set[str]]:
    """Elements by their nearness to an end, and the flows that lead back."""
    rank: dict[str, int] = {}
    back: set[str] = set()
    entered: set[str] = set()
    stack: list[tuple[str, Iterator[Flow]]] = [("", (process.flows[flow] for flow in begun))]
    while stack:
        identity, flows = stack[-1]
        flow = next(flows, None)
        if flow is None:
            stack.pop()
            rank[identity] = len(rank)
        elif flow.target in entered:
            back |= set() if flow.target in rank else {flow.id}
        elif flow.target in process.elements:
            entered.add(flow.target)
            stack.append((flow.target, _leaving(process, process.elements[flow.target])))
    return rank, back


def _leaving(process: Process, element: Element) -> Iterator[Flow]:
    """Flows out of an element and of the events on it."""
    for each in (element, *process.attached(element.id)):
        yield from (process.flows[flow] for flow in each.outgoing)
