"""Random commands on a real procedure: what is refused changes nothing, what is allowed keeps every invariant."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.clock import clock
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import (
    Accept,
    Actor,
    Advance,
    AskSupplement,
    Claim,
    Command,
    Complete,
    ProposeSupplement,
    ReceiveSupplement,
    Refuse,
    ReplaceUnit,
    Result,
    Unclaim,
    Withdraw,
)
from hoso_workflows.lifecycle.projection import Projection, Row
from support import instants
from support.builders.histories import VN, local
from support.in_memory import CALENDARS, UNITS, Walk, loaded

#: Where each status may lead.
NEXT = {
    Status.FILED: {Status.IN_PROCESS, Status.REFUSED, Status.AWAITING_SUPPLEMENT_BEFORE, Status.WITHDRAWN},
    Status.AWAITING_SUPPLEMENT_BEFORE: {Status.FILED, Status.WITHDRAWN},
    Status.IN_PROCESS: {Status.AWAITING_SUPPLEMENT, Status.RESULT_READY, Status.WITHDRAWN},
    Status.AWAITING_SUPPLEMENT: {Status.IN_PROCESS, Status.WITHDRAWN},
    Status.RESULT_READY: {Status.RETURNED},
}
AWAITING = {Status.AWAITING_SUPPLEMENT_BEFORE, Status.AWAITING_SUPPLEMENT}
KEPT = {(cal.id, cal.version): cal for cal in CALENDARS.values()}
ENDED = {Status.REFUSED, Status.WITHDRAWN, Status.RETURNED}
OFFICERS = st.sampled_from(
    [Actor(UUID(int=1)), Actor(UUID(int=2)), Actor(UUID(int=3), on_behalf_of=UUID(int=1))]
)
REASONS = st.sampled_from(["", " ", "lý do"])
OUTCOMES = st.sampled_from([None, "Trình UBND tỉnh", "Yêu cầu chỉnh sửa", "Đạt", "accept"])


class Dossier(RuleBasedStateMachine):
    """Decides and evolves one dossier; the engine goes through its bytes at every command, as on a server."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(loaded(supplement="restart"))
        self.at = local("2026-03-02 08:00")
        self.projection = self.projected()
        #: What each act wrote of the clock's stops, by their numbers, as the table keeps it.
        self.stops: dict[int, Row] = {}

    def does(self, command: Command, actor: Actor, minutes: int = 30) -> None:
        """The command, refused without a trace or told in events that lead to a legal status."""
        self.at += timedelta(minutes=minutes)
        before, engine = transitions.fold(self.walk.events), self.walk.run.dump()
        try:
            told = self.walk.does(command, self.at, actor)
        except errors.Refusal:
            assert transitions.fold(self.walk.events) == before
            assert self.walk.run.dump() == engine
            return
        after = transitions.fold(self.walk.events)
        assert after.status == before.status or after.status in NEXT[before.status]
        assert after == _evolved(before, told)
        assert all(event.at == self.at and event.actor == actor.principal for event in told)
        known, self.projection = self.projection.mark().stops, self.projection.after(told)
        self.stops |= {row["number"]: row for row in self.projection.stops(known)}

    def some_task(self, data: st.DataObject) -> UUID:
        """An open one, one that was closed, or one that never was."""
        known = [UUID(e.payload["task"]) for e in self.walk.events if e.kind is Kind.TASK_OPENED]
        open_now = list(transitions.fold(self.walk.events).tasks)
        return data.draw(st.sampled_from([*known, *open_now * 4, UUID(int=404)]))

    @rule(data=st.data(), actor=OFFICERS)
    def accept(self, data: st.DataObject, actor: Actor) -> None:
        self.does(Accept(self.some_task(data)), actor)

    @rule(data=st.data(), actor=OFFICERS, outcome=OUTCOMES)
    def complete(self, data: st.DataObject, actor: Actor, outcome: str | None) -> None:
        self.does(Complete(self.some_task(data), outcome), actor)

    @rule(data=st.data(), result=st.sampled_from(Result), reason=REASONS)
    def complete_with_a_result(self, data: st.DataObject, result: Result, reason: str) -> None:
        self.does(Complete(self.some_task(data), result=result, reason=reason), Actor(UUID(int=1)))

    @rule(data=st.data())
    def complete_as_drawn(self, data: st.DataObject) -> None:
        """So that runs get far: whoever holds the task completes it with its first outcome."""
        then = data.draw(instants.within(VN, self.at, timedelta(minutes=3000)))
        minutes = (then - self.at) // timedelta(minutes=1)
        for task, found in transitions.fold(self.walk.events).tasks.items():
            outcome = found.outcomes[0] if found.outcomes else None
            result = Result.GRANTED if found.milestone == "result" else None
            self.does(Complete(task, outcome, result=result), Actor(found.assignee or UUID(int=1)), minutes)

    @precondition(lambda self: transitions.fold(self.walk.events).status is Status.FILED)
    @rule()
    def accept_at_reception(self) -> None:
        task, found = self.walk.task
        self.does(Accept(task), Actor(found.assignee or UUID(int=1)))

    @rule(data=st.data(), actor=OFFICERS, reason=REASONS)
    def refuse(self, data: st.DataObject, actor: Actor, reason: str) -> None:
        self.does(Refuse(self.some_task(data), reason), actor)

    @rule(actor=OFFICERS, reason=REASONS, justification=REASONS)
    def ask(self, actor: Actor, reason: str, justification: str) -> None:
        self.does(AskSupplement(reason, justification=justification), actor)

    @rule(actor=OFFICERS)
    def receive(self, actor: Actor) -> None:
        self.does(ReceiveSupplement(), actor, 600)

    @rule(actor=OFFICERS, reason=REASONS)
    def propose(self, actor: Actor, reason: str) -> None:
        self.does(ProposeSupplement(reason), actor)

    @rule(actor=OFFICERS, reason=st.sampled_from(["", "đổi ý"]), sure=st.integers(0, 4))
    def withdraw(self, actor: Actor, reason: str, sure: int) -> None:
        self.does(Withdraw(reason if not sure else ""), actor)

    @rule(data=st.data(), actor=OFFICERS)
    def claim(self, data: st.DataObject, actor: Actor) -> None:
        self.does(Claim(self.some_task(data)), actor)

    @rule(data=st.data(), actor=OFFICERS)
    def unclaim(self, data: st.DataObject, actor: Actor) -> None:
        self.does(Unclaim(self.some_task(data)), actor)

    @rule(
        old=st.sampled_from([*UNITS.values()]),
        new=st.sampled_from([*UNITS.values()]),
        basis=st.sampled_from(["QĐ 1", ""]),
        officers=st.sampled_from([frozenset(), frozenset({(UUID(int=1), "specialist")})]),
    )
    def replace_unit(self, old: str, new: str, basis: str, officers: frozenset[tuple[UUID, str]]) -> None:
        """No date and no status changes, and nothing is left with the unit that is replaced."""
        before, dates = transitions.fold(self.walk.events), self.dates()
        self.does(ReplaceUnit(old, new, basis, officers), Actor(UUID(int=1)))
        after = transitions.fold(self.walk.events)
        assert (after.status, after.code, after.tasks.keys()) == (
            before.status,
            before.code,
            before.tasks.keys(),
        )
        assert self.dates() == dates
        if after != before:
            assert old not in {*after.places.values(), *(task.unit for task in after.tasks.values())}

    @rule(actor=OFFICERS)
    def advance(self, actor: Actor) -> None:
        self.does(Advance(), actor)

    @invariant()
    def the_open_tasks_are_the_engines(self) -> None:
        tasks = {str(task) for task in transitions.fold(self.walk.events).tasks}
        assert tasks == ({task.id for task in self.walk.run.tasks})

    @invariant()
    def every_task_is_closed_at_most_once_and_after_it_was_opened(self) -> None:
        seen: Counter[tuple[str, Kind]] = Counter()
        for event in self.walk.events:
            if event.kind in (Kind.TASK_OPENED, Kind.TASK_CLOSED):
                seen[event.payload["task"], event.kind] += 1
                assert seen[event.payload["task"], Kind.TASK_OPENED] == 1
        assert not seen or max(seen.values()) == 1

    @invariant()
    def an_ended_dossier_has_no_open_task_and_no_running_clock(self) -> None:
        state = transitions.fold(self.walk.events)
        if state.status in ENDED:
            assert (dict(state.tasks), self.dates().running) == ({}, False)

    @invariant()
    def the_clock_runs_exactly_while_the_dossier_is_in_process(self) -> None:
        dates = self.dates()
        assert dates.running == (transitions.fold(self.walk.events).status is Status.IN_PROCESS)
        if dates.running:
            assert dates.due_promised == dates.due_legal == dates.appointments[-1].due_legal

    @invariant()
    def the_portal_and_the_degree_always_have_an_answer(self) -> None:
        state = transitions.fold(self.walk.events)
        assert 1 <= transitions.portal_code(state) <= 10
        assert 0 <= transitions.degree(state, self.walk.loaded.specification) <= 100

    @invariant()
    def what_the_acts_wrote_of_the_stops_is_what_the_events_say(self) -> None:
        """A supplement is awaited from when it is asked for until it comes or all is over."""
        over = (Kind.REFUSED, Kind.WITHDRAWN, Kind.RESULT_READY)
        said: list[Row] = []
        for event in self.walk.events:
            if event.kind is Kind.SUPPLEMENT_ASKED:
                said.append({"source": "supplement", "started_at": event.at, "ended_at": None})
            elif said and event.kind in (Kind.SUPPLEMENT_RECEIVED, *over):
                said[-1]["ended_at"] = said[-1]["ended_at"] or event.at
        numbered = [{"number": number, **row} for number, row in enumerate(said, start=1)]
        assert [*self.stops.values()] == self.projected().stops() == numbered

    @invariant()
    def a_stop_of_the_whole_lasts_exactly_while_a_supplement_is_awaited(self) -> None:
        lasting = [row for row in self.stops.values() if row["ended_at"] is None]
        assert bool(lasting) == (transitions.fold(self.walk.events).status in AWAITING)

    def dates(self) -> clock.Dates:
        return clock.fold(self.walk.events, KEPT)

    def projected(self) -> Projection:
        return Projection.of(self.walk.events, KEPT)


def _evolved(state: transitions.State, told: list[Any]) -> transitions.State:
    for event in told:
        state = transitions.evolve(state, event)
    return replace(state, run=None)


Dossier.TestCase.settings = settings(
    max_examples=3 * settings.default.max_examples // 5, stateful_step_count=40, deadline=None
)
test_random_commands_keep_every_invariant = Dossier.TestCase
