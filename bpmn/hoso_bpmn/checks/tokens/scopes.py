"""Games of a process, one for each scope and for what goes beside it.

What a non-interrupting event starts is played by itself where it never meets the main way: any number of such tokens come to
an end where one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hoso_bpmn.checks.tokens.reachability import Reach
from hoso_bpmn.checks.tokens.token_game import STOPPING, Game, Node
from hoso_bpmn.document import bypasses
from hoso_bpmn.document.diagram import SUBPROCESSES, Element, Process


@dataclass(slots=True)
class Soundness:
    """Verdict of the games: elements and flows by id, nearest first."""

    #: Elements to which the start leads, and those that can be entered where parallel joins wait for all.
    led_to: frozenset[str]
    entered: frozenset[str]
    #: Joins at which tokens are left when nothing can act any more, or which nothing passes.
    starved: dict[str, None] = field(default_factory=dict)
    #: Inclusive joins to which two tokens may come by one flow.
    early: dict[str, None] = field(default_factory=dict)
    #: Flows that lead back to the split that they leave, in runs that cannot end.
    endless: dict[str, None] = field(default_factory=dict)
    #: Scopes of more markings than are looked at; None is the process.
    undecided: dict[str | None, None] = field(default_factory=dict)

    @classmethod
    def of(cls, process: Process) -> Soundness:
        """Play every scope that is entered, joins waiting for nobody."""
        reach, strict = Reach(process, given=process.flows), Reach(process)
        found = cls(frozenset(reach.entered), frozenset(strict.entered))
        entered = (e.id for e in process.elements.values() if e.tag in SUBPROCESSES and e.id in reach.entered)
        for scope in (None, *entered):
            for played in _Scope(process, reach, scope).played():
                found._add(process, played)
        found.starved |= dict.fromkeys(_never_passed(process, reach, strict))
        return found

    def _add(self, process: Process, played: _Played) -> None:
        game = played.game
        left = (process.flows[flow].target for key in game.stuck for flow, _ in key)
        self.starved |= dict.fromkeys(
            each for each in left if each in process.elements
        )  # else flow-dangling says so
        self.early |= game.early
        self.endless |= dict.fromkeys(played.endless)
        self.undecided |= {} if game.whole else {played.scope: None}


def _never_passed(process: Process, reach: Reach, strict: Reach) -> Iterator[str]:
    """Parallel joins to which something comes, and never all."""
    for identity in sorted(reach.entered - strict.entered):
        element = process.elements[identity]
        sources = {process.flows[flow].source for flow in element.incoming}
        comes = not strict.arrived.isdisjoint(element.incoming)
        if element.tag == "parallelGateway" and comes and sources <= reach.entered:
            yield identity


@dataclass(frozen=True, slots=True)
class _Played:
    scope: str | None
    game: Game
    endless: tuple[str, ...]


class _Scope:
    """The process or a sub-process, without what its event sub-processes hold."""

    def __init__(self, process: Process, reach: Reach, scope: str | None) -> None:
        self._process = process
        self._reach = reach
        self._scope = scope
        self._members = [e for e in process.within(scope) if not e.triggered_by_event]
        self._beside = [e for e in self._members if _goes_beside(e) and e.id in reach.entered]
        self._last = {e.id for e in self._members if not e.outgoing}

    def played(self) -> Iterator[_Played]:
        joint = self._meeting({start.id for start in self._starts()})
        yield self._game(self._starts(), joint)
        for event in self._beside:
            if event.id not in joint:
                yield self._game([event], self._meeting({event.id}))

    def _game(self, begun: Iterable[Element], joint: frozenset[str]) -> _Played:
        flows = [flow for element in begun for flow in element.outgoing]
        game = Game(self._process, self._reach, flows, joint)
        endless = game.endless
        known = endless and not self._is_rescued(self._scope)
        return _Played(self._scope, game, tuple(self._anew(endless)) if known else ())

    def _starts(self) -> list[Element]:
        members = [e for e in self._members if not e.attached_to]
        starts = sorted(
            (e for e in members if e.tag == "startEvent"), key=lambda e: bool(e.event_definitions)
        )
        return starts[:1] or [e for e in members if not e.incoming]

    def _meeting(self, roots: set[str]) -> frozenset[str]:
        """The non-interrupting events whose way meets a way of the roots."""
        region, met = self._region(roots), set[str]()
        while True:
            waiting = (e for e in self._beside if e.id not in met | roots and e.attached_to in region)
            found = {e.id for e in waiting if not region.isdisjoint(self._region({e.id}) - self._last)}
            if not found:
                return frozenset(met)
            met |= found
            region |= self._region(found)

    def _region(self, roots: Iterable[str]) -> set[str]:
        """Elements to which the main way from the roots leads."""
        found: set[str] = set()
        pending = list(roots)
        while pending:
            element = self._process.elements.get(pending.pop())
            if element is not None and element.id not in found:
                found.add(element.id)
                pending += [self._process.flows[flow].target for flow in element.outgoing]
                pending += [guest.id for guest in self._process.attached(element.id) if guest.interrupting]
        return found

    def _anew(self, endless: Iterable[Node]) -> Iterator[str]:
        """The flows by which a split starts itself anew."""
        for flow in dict.fromkeys(flow for node in endless for flow in node.together):
            drawn = self._process.flows[flow]
            if drawn.source in self._region({drawn.target}):
                yield flow

    def _is_rescued(self, scope: str | None) -> bool:
        """True when something beside or around the scope may end it."""
        handlers = (
            e for e in self._process.within(scope) if e.triggered_by_event and e.id in self._reach.entered
        )
        if any(bypasses.interrupts(self._process, handler) for handler in handlers):
            return True
        if scope == self._scope and any(self._stops(event) for event in self._beside):
            return True
        if scope is None:
            return False
        guests = (guest for guest in self._process.attached(scope) if guest.id in self._reach.entered)
        return any(guest.interrupting for guest in guests) or self._is_rescued(
            self._process.elements[scope].parent
        )

    def _stops(self, event: Element) -> bool:
        behind = (self._process.elements[identity] for identity in self._region({event.id}))
        return any(each.kind in STOPPING for element in behind for each in element.event_definitions)


def _goes_beside(element: Element) -> bool:
    return element.attached_to is not None and not element.interrupting
