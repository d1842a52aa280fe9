"""The simulated period: every dossier's commands, in the order of simulated time.

Each goes through the same service as the API's commands.
"""

import heapq
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_api.demo import plan
from hoso_api.demo.plan import Plan, Reception, choose, pace
from hoso_api.demo.seed import Participants
from hoso_bpmn.package.manifest import Case
from hoso_models import DeliveryMode, EntryChannel, PartyKind
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions

#: Working minutes that a step without a limit takes.
UNLIMITED = (20, 240)

#: What the desk asks for when a gap is found after acceptance; it says why reception could not ask for it.
SECOND_LOOK = commands.AskSupplement(
    "Cần làm rõ nội dung", ("Giải trình bằng văn bản",), justification="Phát sinh khi thẩm định nội dung"
)

Action = Callable[[datetime], Awaitable[None]]


@dataclass(slots=True)
class Schedule:
    """The queue of planned actions, by simulated time, until `until`."""

    service: DossierService
    participants: Participants
    until: datetime
    completed: int = 0
    _due: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _order: Any = field(default_factory=count)

    def at(self, when: datetime, action: Action) -> None:
        """Plan an action; actions of one instant keep the order of planning."""
        if when <= self.until:
            heapq.heappush(self._due, (when, next(self._order), action))

    async def run(self, report: Callable[[datetime], None]) -> None:
        """Run the planned actions in order, and report the time of each."""
        while self._due:
            when, _, action = heapq.heappop(self._due)
            await action(when)
            report(when)


async def play(
    schedule: Schedule, number: int, seed: int, first: date, report: Callable[[datetime], None]
) -> None:
    """Plan and run dossiers from a local date on; report each action's time."""
    end = schedule.until.astimezone(localtime.ZONE).replace(tzinfo=None)
    cases = {
        code: (await schedule.service.reference_data.active(code, first)).package.cases[0]
        for code in schedule.participants.shares
    }
    plans = [plan.draw(seed, each, schedule.participants.shares, first, end) for each in range(1, number + 1)]
    for each in plans:
        run = DossierRun(schedule, each, cases[each.procedure])
        schedule.at(each.filed.replace(tzinfo=localtime.ZONE), run.file)
    await schedule.run(report)


@dataclass(slots=True)
class DossierRun:
    """The run of one dossier: the actions of its applicant and its officers."""

    schedule: Schedule
    plan: Plan
    case: Case
    reference: str = ""
    #: Ids of the tasks with a planned completion.
    begun: set[str] = field(default_factory=set)

    @property
    def receiving(self) -> str:
        return self.schedule.participants.receiving[self.plan.procedure]

    @property
    def applicant(self) -> UUID:
        return self.schedule.participants.applicants[self.account]

    @property
    def account(self) -> int:
        """The index of the applicant."""
        return self.plan.number % len(self.schedule.participants.applicants)

    def outside(self, at: datetime) -> UUID:
        """The principal who acts for the applicant. Online it is the applicant, otherwise the desk acts for them."""
        return (
            self.applicant
            if self.plan.channel == "online"
            else self._officer(self.receiving, permissions.RECEPTION, at)
        )

    async def file(self, at: datetime) -> None:
        """File the dossier and plan the reception."""
        plan = self.plan
        # Online they file in their own name; the desk files for whoever comes.
        named = self.account + 1 if plan.channel == "online" else plan.number
        request = commands.FileDossier(
            procedure=plan.procedure,
            applicant=commands.Applicant(
                f"Người nộp hồ sơ {named}",
                PartyKind.ORGANISATION if named % 3 else PartyKind.PERSON,
            ),
            channel=EntryChannel(plan.channel),
            form=self.schedule.participants.answers[plan.procedure],
            components=tuple(component.code for component in self.case.components if component.required),
            delivery_mode=DeliveryMode.ONLINE if plan.channel == "online" else DeliveryMode.COUNTER,
        )
        outcome = await self.schedule.service.file(request, actor=self.outside(at), at=at)
        self.reference = outcome.reference
        answer = self.withdraw if plan.reception is Reception.WITHDRAWN else self.receive
        self._later(at, self.receiving, plan.rng.randint(15, 400), answer)

    async def receive(self, at: datetime) -> None:
        """Refuse, accept, or ask for a supplement, as planned."""
        match self.plan.reception:
            case Reception.REFUSE:
                await self._desk(commands.Refuse(None, "Hồ sơ không thuộc thẩm quyền tiếp nhận"), at)
            case Reception.SUPPLEMENT:
                await self._desk(
                    commands.AskSupplement("Thiếu thành phần hồ sơ", ("Bản sao có chứng thực",)), at
                )
                self._later(at, self.receiving, self.plan.rng.randint(400, 1800), self.supply)
            case _:
                await self.accept(at)

    async def supply(self, at: datetime) -> None:
        """Receive the supplement that reception asked for; plan the acceptance a little later."""
        await self._perform(commands.ReceiveSupplement("Đã bổ sung"), self.outside(at), at)
        self._later(at, self.receiving, self.plan.rng.randint(15, 200), self.accept)

    async def accept(self, at: datetime) -> None:
        """Accept the dossier and plan its first tasks."""
        outcome = await self._desk(commands.Accept(), at)
        self.schedule.completed += 1
        self._go_on(outcome, at)
        if self.plan.later_withdrawal:
            self._later(at, self.receiving, self.plan.rng.randint(100, 900), self.withdraw)

    async def withdraw(self, at: datetime) -> None:
        """Withdraw the dossier, if its status still allows it."""
        status = await self._status()
        if status in ("filed", "in_process", "awaiting_supplement_before", "awaiting_supplement"):
            await self._perform(commands.Withdraw("Không còn nhu cầu"), self.outside(at), at)

    def _go_on(self, outcome: Outcome, at: datetime) -> None:
        """Plan the completion of each task that has opened."""
        for task in outcome.body["tasks"]:
            if task["id"] not in self.begun:
                self.begun.add(task["id"])
                self._begin(task, at)

    def _begin(self, task: Mapping[str, Any], at: datetime) -> None:
        rng, limit = self.plan.rng, task["limit"]
        cal = self.schedule.participants.calendars[task["unit"]]
        whole = wt.limit_minutes(wt.Term.parse(limit), cal) if limit else 0
        minutes = round(whole * pace(rng)) if limit else rng.randint(*UNLIMITED)
        if self.plan.later_supplement and task["role"] == "specialist":
            self._later(at, task["unit"], max(5, minutes // 2), lambda when: self._gap(task, when))
        else:
            self._later(at, task["unit"], max(5, minutes), lambda when: self._complete(task, when))

    async def _gap(self, task: Mapping[str, Any], at: datetime) -> None:
        """Propose a supplement by the specialist; plan the desk's request and the answer.

        The term restarts when the supplement comes in.
        """
        if await self._status() != "in_process":
            return
        officer = self._officer(task["unit"], task["role"], at)
        await self._perform(
            commands.ProposeSupplement("Cần làm rõ nội dung", ("Giải trình bằng văn bản",)), officer, at
        )

        async def ask(when: datetime) -> None:
            if await self._status() == "in_process":
                await self._desk(SECOND_LOOK, when)
                self._later(when, self.receiving, self.plan.rng.randint(400, 2400), answer)

        async def answer(when: datetime) -> None:
            if await self._status() == "awaiting_supplement":
                await self._perform(commands.ReceiveSupplement("Đã giải trình"), self.outside(when), when)
                self._later(
                    when, task["unit"], self.plan.rng.randint(60, 600), lambda t: self._complete(task, t)
                )

        self._later(at, self.receiving, self.plan.rng.randint(20, 120), ask)

    async def _complete(self, task: Mapping[str, Any], at: datetime) -> None:
        if await self._status() not in ("in_process", "result_ready"):
            return
        rng = self.plan.rng
        officer = self.schedule.participants.holder(task, localtime.local_date(at), rng)
        identity = UUID(task["id"])
        if rng.random() < 0.5 and task["assignee"] is None:
            await self._perform(commands.Claim(identity), officer, at)
        await self._perform_task(task, identity, officer, at)

    async def _perform_task(
        self, task: Mapping[str, Any], identity: UUID, officer: UUID, at: datetime
    ) -> None:
        decides, refused = task["milestone"] == "result", self.plan.not_eligible
        result = commands.Result.NOT_ELIGIBLE if refused else commands.Result.GRANTED
        command = commands.Complete(
            identity,
            choose(self.plan.rng, task["outcomes"]),
            result=result if decides else None,
            reason="Không đủ điều kiện theo quy định" if decides and refused else "",
        )
        outcome = await self._perform(command, officer, at)
        self.schedule.completed += 1
        self._go_on(outcome, at)

    async def _desk(self, command: commands.Command, at: datetime) -> Outcome:
        return await self._perform(command, self._officer(self.receiving, permissions.RECEPTION, at), at)

    async def _perform(self, command: commands.Command, actor: UUID, at: datetime) -> Outcome:
        return await self.schedule.service.perform(self.reference, command, actor=actor, at=at)

    def _officer(self, unit: str, role: str, at: datetime) -> UUID:
        return self.schedule.participants.officer(unit, role, localtime.local_date(at), self.plan.rng)

    def _later(self, at: datetime, unit: str, minutes: int, action: Action) -> None:
        """In so many working minutes of the unit, at least one wall-clock minute later."""
        when = self.schedule.participants.calendars[unit].add_minutes(at, minutes)
        self.schedule.at(max(when, at + timedelta(minutes=1)), action)

    async def _status(self) -> str:
        row = await self.schedule.service.db.row(
            "select status from dossier where reference = $1", [self.reference]
        )
        assert row is not None  # noqa: S101 - filed before anything else happens
        return str(row.status)
