"""Random acts of the law over every case of every bundled procedure: engine, projection, clock, chain and rules agree.

`make proof` walks more than twenty thousand steps, `make test` some hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import given, settings

import hoso_bpmn
from hoso_bpmn.package import package
from hoso_models import DossierStatus as Status
from hoso_models import PaymentMethod
from hoso_workflows import errors, events
from hoso_workflows.clock import clock
from hoso_workflows.lifecycle import commands, rules, transitions
from hoso_workflows.lifecycle.acts.rectification import Meant as Rectified
from hoso_workflows.lifecycle.commands import Actor, Command, Result
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.state import State
from hoso_workflows.tracking import accounting
from support.builders.histories import local
from support.in_memory import CALENDARS, UNITS, Walk, numbered

OTHER = "H27.9"
KNOWN = {**CALENDARS, OTHER: CALENDARS[UNITS["handling"]]}
KEPT = {(cal.id, cal.version): cal for cal in KNOWN.values()}
OFFICERS = (Actor(UUID(int=1)), Actor(UUID(int=2)))
DOSSIER = UUID(int=77)
BASIS = "Luật mẫu điều 1"
SIGNED = commands.SignLetter(UUID(int=7), "H27.SYT", b"%PDF", "0" * 64, "Sở")


def cases() -> list[hoso_bpmn.Loaded]:
    """Every case of every bundled procedure."""
    found = {name: package.bundled(name) for name in package.codes()}
    return [
        hoso_bpmn.load(each, case.id, resolve=found.__getitem__)
        for each in found.values()
        for case in each.cases
    ]


CASES = cases()


class Dossier:
    """One dossier through acts that the law knows, in any order."""

    def __init__(self, chance: Random) -> None:
        self.chance, case = chance, chance.choice(CASES)
        walk = Walk(case, calendars=KNOWN)
        self.loaded, self.run, self.told = case, walk.run.dump(), walk.events
        self.at = local("2026-03-02 08:00")
        self.projection = Projection.of(self.told, KEPT)
        self.links = events.chain(self.told, DOSSIER, events.GENESIS, 0)

    @property
    def state(self) -> State:
        return self.projection.state

    def resumed(self) -> State:
        """With an engine that is resumed from its bytes, as a server does."""
        lanes = transitions.calendar_of_lane(self.loaded, self.state.places, KNOWN)
        run = hoso_bpmn.resume(self.loaded.specification, self.run, calendar=lanes)
        clocked = replace(self.state, loaded=self.loaded, calendars=KNOWN, clock=self.projection.clock)
        return replace(clocked, run=run)

    def does(self, command: Command, actor: Actor, minutes: int) -> None:
        """The command: refused without a trace, or told as its rule says."""
        self.at += timedelta(minutes=minutes)
        state, ruled = self.resumed(), rules.RULES.get(type(command), rules.RULES[commands.Rectify])
        if isinstance(command, commands.Reopen):
            state = transitions.begun_anew(state, self.at, {})
        refused, told = self.tried(state, command, actor)
        if refused is not None:
            by_status = isinstance(refused, errors.WrongStatus)
            assert not by_status or state.status not in ruled.within or command.__class__ in BY_THE_RUN
            return
        assert state.run is not None
        self.projection, self.run = self.projection.after(told), state.run.dump()
        self.told = (*self.told, *told)
        self.links += events.chain(told, DOSSIER, self.links[-1].hash, len(self.links))
        assert state.status in ruled.within
        assert self.state.status in (*ruled.after, state.status)
        assert {task.id for task in state.run.tasks} == {str(task) for task in self.state.tasks}

    def tried(
        self, state: State, command: Command, actor: Actor
    ) -> tuple[errors.Refusal | None, tuple[events.Event, ...]]:
        try:
            return None, transitions.decide(state, command, self.at, actor, numbered)
        except errors.Refusal as refused:
            return refused, ()

    def goes_on(self) -> None:
        """Any act; mostly one that the status admits, or the step that is drawn next."""
        actor, minutes = self.chance.choice(OFFICERS), self.chance.randint(1, 2_500)
        if self.chance.random() < 0.3 and self.state.tasks:
            task = self.chance.choice(list(self.state.tasks))
            holder = self.state.tasks[task].assignee or actor.principal
            self.does(_drawn(self.state, task), Actor(holder), minutes)
            return
        admitted = [kind for kind in ACTS if self.state.status in rules.RULES[kind].within]
        likely = [kind for kind in admitted if kind not in ENDING or self.chance.random() < 0.2]
        kind = self.chance.choice(likely if likely and self.chance.random() < 0.8 else list(ACTS))
        self.does(ACTS[kind](Drawing(self.state, self.chance, self.at)), actor, minutes)

    def is_sound(self) -> None:
        """Check the invariants that hold after every act."""
        self.the_clock_stands_still_while_the_law_says_so()
        self.only_an_awaited_supplement_has_a_date_for_its_answer()
        self.consultations_are_open_only_while_it_is_handled()
        self.what_is_paid_is_owed_or_told_as_a_surplus()
        self.its_time_is_divided_without_a_rest()

    def the_clock_stands_still_while_the_law_says_so(self) -> None:
        dates = self.projection.clock.dates()
        if dates.running:
            assert self.state.status is Status.IN_PROCESS
        if self.state.status in (Status.SUSPENDED, Status.FINANCIAL_OBLIGATION, Status.AWAITING_SUPPLEMENT):
            assert (dates.running, dates.due_legal) == (False, None)

    def only_an_awaited_supplement_has_a_date_for_its_answer(self) -> None:
        assert (self.state.answer_due is not None) == (self.state.status in rules.AWAITING)

    def consultations_are_open_only_while_it_is_handled(self) -> None:
        still = [row["id"] for row in self.projection.consultations.values() if row["closed_at"] is None]
        assert still == list(self.state.consultations)
        assert not still or self.state.status in rules.HANDLED

    def what_is_paid_is_owed_or_told_as_a_surplus(self) -> None:
        account = self.state.account
        for number, fee in account.fees.items():
            paid, still, too_much = account.paid(number), account.open(number), account.surplus(number)
            assert (fee.owed, min(still, too_much)) == (paid + still - too_much, 0)

    def its_time_is_divided_without_a_rest(self) -> None:
        until = self.at + timedelta(days=1)
        account = accounting.account(self.told, self.projection, until)
        assert sum(part.minutes for part in account.parts) == account.minutes
        assert sum(each.minutes for each in account.stretches) == account.minutes
        assert account.late <= sum(part.counted for part in account.parts)
        assert all(excess.minutes <= account.minutes for excess in account.excesses)
        for one, next_one in pairwise(account.stretches):
            assert one.end <= next_one.start
        if self.projection.clock.dates().running:
            assert account.stretches[-1].counted
        elif account.stretches and account.stretches[-1].end == until:
            assert not account.stretches[-1].counted

    def rows(self, projection: Projection) -> tuple[Any, ...]:
        """The dates and rows of a dossier by a projection of its history."""
        dates = projection.clock.dates()
        return (
            dates,
            projection.dossier(dates, self.loaded.specification),
            projection.tasks,
            projection.letters,
            projection.consultations,
            projection.attachments,
            projection.fee_rows(),
            projection.payment_rows(),
            projection.refund_rows(),
            projection.appointments(dates),
            projection.stops(),
        )


#: Refused by a run that has ended, whatever the status.
BY_THE_RUN = (commands.ReplaceUnit,)


def _drawn(state: State, task: UUID) -> Command:
    found = state.tasks[task]
    if found.milestone == "accept":
        return commands.Accept(task, confirm_missing=True)
    outcome = found.outcomes[0] if found.outcomes else None
    result = Result.GRANTED if found.milestone == "result" else None
    return commands.Complete(task, outcome, result=result)


@dataclass
class Drawing:
    """The material of an act: the state, words, and days from its instant on."""

    state: State
    chance: Random
    at: datetime

    @property
    def word(self) -> str:
        """A reason, mostly one that says something."""
        return self.chance.choice(["lý do", "lý do", "lý do", "lý do", " "])

    @property
    def task(self) -> UUID:
        """An open task, or one that never was."""
        return self.chance.choice([*self.state.tasks] * 4 + [UUID(int=404)])

    @property
    def consultation(self) -> UUID:
        """An open consultation, or one that never was."""
        return self.chance.choice([*self.state.consultations] * 4 + [UUID(int=404)])

    @property
    def file(self) -> tuple[commands.StoredFile, str, str | None, UUID | None]:
        """A file with title, component and the version before it, some of which never were."""
        identity = UUID(int=self.chance.getrandbits(128))
        stored = commands.StoredFile(
            identity, "a.pdf", "application/pdf", 1, "ab" * 32, "cd" * 32, None, 1, "not_scanned"
        )
        before = self.chance.choice([None, None, *self.state.files, UUID(int=404)])
        return stored, self.word, self.chance.choice([None, None, "TP99"]), before

    def day(self, most: int) -> date:
        """A day within so many from now."""
        return (self.at + timedelta(days=self.chance.randint(0, most))).date()

    def one(self, *values: Any) -> Any:
        """One of the values."""
        return self.chance.choice(values)


#: Every act with what is drawn for it.
ACTS: Mapping[type, Callable[[Drawing], Command]] = {
    commands.Accept: lambda it: commands.Accept(it.state.reception, confirm_missing=True),
    commands.Refuse: lambda it: commands.Refuse(it.state.reception, it.word),
    commands.Transfer: lambda it: commands.Transfer(it.word, authority="Công an tỉnh"),
    commands.ProposeSupplement: lambda it: commands.ProposeSupplement(it.word),
    commands.AskSupplement: lambda it: commands.AskSupplement(it.word, justification=it.word),
    commands.ReceiveSupplement: lambda _: commands.ReceiveSupplement(),
    commands.ReturnSupplement: lambda it: commands.ReturnSupplement(it.word),
    commands.CloseUnanswered: lambda _: commands.CloseUnanswered(),
    commands.Withdraw: lambda it: commands.Withdraw(it.word),
    commands.Suspend: lambda it: commands.Suspend(it.word, BASIS),
    commands.EndSuspension: lambda it: commands.EndSuspension(it.word),
    commands.Extend: lambda it: commands.Extend(it.one("1 ngày làm việc", "2 ngày", "x"), it.word, BASIS),
    commands.Reappoint: lambda it: commands.Reappoint(it.day(40), it.word),
    commands.SetObligation: lambda it: commands.SetObligation(it.word, BASIS),
    commands.MeetObligation: lambda it: commands.MeetObligation(it.word),
    commands.Stop: lambda it: commands.Stop(it.word, BASIS),
    commands.Consult: lambda it: commands.Consult(OTHER, it.word, it.day(9)),
    commands.AnswerConsultation: lambda it: commands.AnswerConsultation(
        it.consultation, it.word, it.one(True, False, None)
    ),
    commands.PassConsultation: lambda it: commands.PassConsultation(it.consultation),
    commands.RecordVerification: lambda it: commands.RecordVerification("đúng", "tại chỗ", it.at),
    commands.Disclose: lambda it: commands.Disclose("tòa án", BASIS, it.word, ("họ tên",), "QĐ 1"),
    commands.PlaceHold: lambda it: commands.PlaceHold(it.word, BASIS),
    commands.LiftHold: lambda it: commands.LiftHold(it.word),
    commands.OrderErasure: lambda it: commands.OrderErasure(it.word, BASIS),
    commands.Erase: lambda _: commands.Erase(UUID(int=7), BASIS),
    commands.SignLetter: lambda _: SIGNED,
    commands.IssueCopy: lambda it: commands.IssueCopy(UUID(int=7), it.one("", it.word), it.word),
    commands.Rectify: lambda it: Rectified("sai", fields=it.one(("applicant.name",), ())),
    commands.Reopen: lambda it: commands.Reopen(it.word, "QĐ 1"),
    commands.WriteToDesk: lambda it: commands.WriteToDesk(it.word),
    commands.WriteToApplicant: lambda it: commands.WriteToApplicant(it.word),
    commands.ProposeReply: lambda it: commands.ProposeReply(it.word),
    commands.HandOver: lambda _: commands.HandOver(),
    commands.Attach: lambda it: commands.Attach(*it.file),
    commands.SubmitProof: lambda it: commands.SubmitProof(*it.file, text=it.word),
    commands.AttachInternally: lambda it: commands.AttachInternally(*it.file),
    commands.ExchangeResult: lambda it: commands.ExchangeResult(*it.file, reason=it.word),
    commands.CorrectResult: lambda it: commands.CorrectResult(*it.file, reason=it.word),
    commands.HandOverCorrection: lambda it: commands.HandOverCorrection(receiver=it.word),
    commands.SignResult: lambda it: commands.SignResult(*it.file, task=it.one(None, it.task)),
    commands.AssessFee: lambda it: commands.AssessFee(1, amount=it.one(None, 20_000), basis=it.word),
    commands.ExemptFee: lambda it: commands.ExemptFee(1, BASIS, it.one(None, 0, 500)),
    commands.RecordPayment: lambda it: commands.RecordPayment(
        1, it.one(500, 20_000), it.one(*PaymentMethod), it.one("", "FT1", "FT2")
    ),
    commands.CancelPayment: lambda it: commands.CancelPayment(
        it.one(UUID(int=7), *it.state.account.payments), it.word
    ),
    commands.RefundPayment: lambda it: commands.RefundPayment(
        it.one(UUID(int=7), *it.state.account.payments),
        it.word,
        it.one(None, 500),
        reference=it.one("", "FT3"),
    ),
    commands.Claim: lambda it: commands.Claim(it.task),
    commands.Unclaim: lambda it: commands.Unclaim(it.task),
    commands.Reassign: lambda it: commands.Reassign(it.task, it.one(UUID(int=5), None), it.word),
    commands.Delegate: lambda it: commands.Delegate(it.task, UUID(int=6)),
    commands.Resolve: lambda it: commands.Resolve(it.task),
    commands.ReturnTask: lambda it: commands.ReturnTask(it.task, it.word, UUID(int=5)),
    commands.SetPriority: lambda it: commands.SetPriority(it.task, it.one(0, 1, 2, 3)),
    commands.WriteNote: lambda it: commands.WriteNote(it.word),
    commands.AmendNote: lambda it: commands.AmendNote(max(it.state.notes, default=1), it.word),
    commands.Complete: lambda it: commands.Complete(it.task),
    commands.Advance: lambda _: commands.Advance(),
    commands.ReplaceUnit: lambda _: commands.ReplaceUnit(UNITS["handling"], OTHER, "QĐ 1"),
}
#: They end a dossier, and so are drawn seldom.
ENDING = (commands.Refuse, commands.Transfer, commands.CloseUnanswered, commands.Withdraw, commands.Stop)


def test_every_act_of_the_table_is_among_those_that_are_drawn() -> None:
    beside = {commands.Send, commands.Fail, commands.Retry, commands.Correct}
    assert {*ACTS, *beside} == set(rules.RULES)


#: Acts of one dossier.
STEPS = 60


@settings(max_examples=2 * settings.default.max_examples // 5, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_random_acts_of_the_law_keep_everything_in_agreement(seed: int) -> None:
    dossier = Dossier(Random(seed))  # noqa: S311 - examples, no secrets
    for _ in range(STEPS):
        dossier.goes_on()
        dossier.is_sound()
    assert dossier.rows(dossier.projection) == dossier.rows(Projection.of(dossier.told, KEPT))
    assert dossier.projection.clock.dates() == clock.fold(dossier.told, KEPT)
    events.verify(dossier.links, DOSSIER, dossier.links[-1].hash)
