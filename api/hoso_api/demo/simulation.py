"""The simulated period: every dossier's commands, in the order of simulated time.

Each goes through the same office as the API's commands.
"""

import heapq
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_api.demo.plan import Fate, Reception, choose, pace
from hoso_api.demo.seed import Company
from hoso_bpmn.package.manifest import Case
from hoso_models import DeliveryMode, EntryChannel, PartyKind
from hoso_workflows import localtime
from hoso_workflows.dossiers import filing
from hoso_workflows.dossiers.service import Office, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions

#: Working minutes that a step without a limit takes.
UNLIMITED = (20, 240)

#: What the desk asks for when a gap is found after acceptance; it says why reception could not ask for it.
SECOND_LOOK = commands.AskSupplement(
    "Cần làm rõ nội dung", ("Giải trình bằng văn bản",), justification="Phát sinh khi thẩm định nội dung"
)

Act = Callable[[datetime], Awaitable[None]]


@dataclass(slots=True)
class Stage:
    """The queue of planned actions, by simulated time, until `until`."""

    office: Office
    company: Company
    until: datetime
    completed: int = 0
    _due: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: Any = field(default_factory=count)

    def at(self, when: datetime, act: Act) -> None:
        """Let something happen; of two at once, what was said first comes first."""
        if when <= self.until:
            heapq.heappush(self._due, (when, next(self._order), act))

    async def play(self, seen: Callable[[datetime], None]) -> None:
        """Let everything happen that is due."""
        while self._due:
            when, _, act = heapq.heappop(self._due)
            await act(when)
            seen(when)


@dataclass(slots=True)
class Walk:
    """One dossier on its way."""

    stage: Stage
    fate: Fate
    case: Case
    reference: str = ""
    #: Tasks that somebody is already at work on.
    begun: set[str] = field(default_factory=set)

    @property
    def receiving(self) -> str:
        return self.stage.company.receiving[self.fate.procedure]

    @property
    def applicant(self) -> UUID:
        return self.stage.company.applicants[self.account]

    @property
    def account(self) -> int:
        """The kind of applicant online that the principal is."""
        return self.fate.number % len(self.stage.company.applicants)

    def outside(self, at: datetime) -> UUID:
        """The principal who acts for the applicant. Online it is the applicant, otherwise the desk acts for them."""
        return (
            self.applicant
            if self.fate.channel == "online"
            else self._officer(self.receiving, permissions.RECEPTION, at)
        )

    async def file(self, at: datetime) -> None:
        """The dossier comes in."""
        fate = self.fate
        # Online they file in their own name; the desk files for whoever comes.
        named = self.account + 1 if fate.channel == "online" else fate.number
        request = filing.Request(
            procedure=fate.procedure,
            applicant=filing.Applicant(
                f"Người nộp hồ sơ {named}",
                PartyKind.ORGANISATION if named % 3 else PartyKind.PERSON,
            ),
            channel=EntryChannel(fate.channel),
            form=self.stage.company.answers[fate.procedure],
            components=tuple(component.code for component in self.case.components if component.required),
            delivery_mode=DeliveryMode.ONLINE if fate.channel == "online" else DeliveryMode.COUNTER,
        )
        outcome = await self.stage.office.file(request, actor=self.outside(at), at=at)
        self.reference = outcome.reference
        answer = self.withdraw if fate.reception is Reception.WITHDRAWN else self.receive
        self._later(at, self.receiving, fate.dice.randint(15, 400), answer)

    async def receive(self, at: datetime) -> None:
        """Reception looks at it."""
        match self.fate.reception:
            case Reception.REFUSE:
                await self._desk(commands.Refuse(None, "Hồ sơ không thuộc thẩm quyền tiếp nhận"), at)
            case Reception.SUPPLEMENT:
                await self._desk(
                    commands.AskSupplement("Thiếu thành phần hồ sơ", ("Bản sao có chứng thực",)), at
                )
                self._later(at, self.receiving, self.fate.dice.randint(400, 1800), self.supply)
            case _:
                await self.accept(at)

    async def supply(self, at: datetime) -> None:
        """Receive the supplement that reception asked for; plan the acceptance a little later."""
        await self._perform(commands.ReceiveSupplement("Đã bổ sung"), self.outside(at), at)
        self._later(at, self.receiving, self.fate.dice.randint(15, 200), self.accept)

    async def accept(self, at: datetime) -> None:
        """Code, clock and receipt."""
        outcome = await self._desk(commands.Accept(), at)
        self.stage.completed += 1
        self._go_on(outcome, at)
        if self.fate.later_withdrawal:
            self._later(at, self.receiving, self.fate.dice.randint(100, 900), self.withdraw)

    async def withdraw(self, at: datetime) -> None:
        """The applicant takes it back, if there is still something to take back."""
        status = await self._status()
        if status in ("filed", "in_process", "awaiting_supplement_before", "awaiting_supplement"):
            await self._perform(commands.Withdraw("Không còn nhu cầu"), self.outside(at), at)

    def _go_on(self, outcome: Outcome, at: datetime) -> None:
        """Somebody begins each task that has opened."""
        for task in outcome.body["tasks"]:
            if task["id"] not in self.begun:
                self.begun.add(task["id"])
                self._begin(task, at)

    def _begin(self, task: Mapping[str, Any], at: datetime) -> None:
        dice, limit = self.fate.dice, task["limit"]
        cal = self.stage.company.calendars[task["unit"]]
        whole = wt.limit_minutes(wt.Term.parse(limit), cal) if limit else 0
        minutes = round(whole * pace(dice)) if limit else dice.randint(*UNLIMITED)
        if self.fate.later_supplement and task["role"] == "specialist":
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
                self._later(when, self.receiving, self.fate.dice.randint(400, 2400), answer)

        async def answer(when: datetime) -> None:
            if await self._status() == "awaiting_supplement":
                await self._perform(commands.ReceiveSupplement("Đã giải trình"), self.outside(when), when)
                self._later(
                    when, task["unit"], self.fate.dice.randint(60, 600), lambda t: self._complete(task, t)
                )

        self._later(at, self.receiving, self.fate.dice.randint(20, 120), ask)

    async def _complete(self, task: Mapping[str, Any], at: datetime) -> None:
        if await self._status() not in ("in_process", "result_ready"):
            return
        dice = self.fate.dice
        officer = self._officer(task["unit"], task["role"], at)
        identity = UUID(task["id"])
        if dice.random() < 0.5:
            await self._perform(commands.Claim(identity), officer, at)
        await self._perform_task(task, identity, officer, at)

    async def _perform_task(
        self, task: Mapping[str, Any], identity: UUID, officer: UUID, at: datetime
    ) -> None:
        decides, refused = task["milestone"] == "result", self.fate.not_eligible
        result = commands.Result.NOT_ELIGIBLE if refused else commands.Result.GRANTED
        command = commands.Complete(
            identity,
            choose(self.fate.dice, task["outcomes"]),
            result=result if decides else None,
            reason="Không đủ điều kiện theo quy định" if decides and refused else "",
        )
        outcome = await self._perform(command, officer, at)
        self.stage.completed += 1
        self._go_on(outcome, at)

    async def _desk(self, command: commands.Command, at: datetime) -> Outcome:
        return await self._perform(command, self._officer(self.receiving, permissions.RECEPTION, at), at)

    async def _perform(self, command: commands.Command, actor: UUID, at: datetime) -> Outcome:
        return await self.stage.office.perform(self.reference, command, actor=actor, at=at)

    def _officer(self, unit: str, role: str, at: datetime) -> UUID:
        return self.stage.company.officer(unit, role, localtime.local_date(at), self.fate.dice)

    def _later(self, at: datetime, unit: str, minutes: int, act: Act) -> None:
        """In so many working minutes of the unit, at least one wall-clock minute later."""
        when = self.stage.company.calendars[unit].add_minutes(at, minutes)
        self.stage.at(max(when, at + timedelta(minutes=1)), act)

    async def _status(self) -> str:
        row = await self.stage.office.db.row(
            "select status from dossier where reference = $1", [self.reference]
        )
        assert row is not None  # noqa: S101 - filed before anything else happens
        return str(row.status)
