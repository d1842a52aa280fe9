"""Random acts on one dossier, legal and illegal, through the API, against a small model of what the law makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hoso_models import postgres
from hoso_workflows import audit, recompute
from support.api_client import CLERK, HEAD, Rest
from support.oracles import law_days, law_recount
from support.oracles.law_days import Stop, at
from support.procedures import law
from support.procedures.law import SPECIALIST, Walk
from support.world import CITIZEN, DESK, STRANGER, person

COLLEAGUE, SECOND = person("reception", DESK, 2), person("specialist", number=2)
DESK_OFFICERS, OFFICERS = {CLERK, COLLEAGUE}, {SPECIALIST, SECOND}
#: Who may work on which step.
STEPS = {"Tiep_nhan": DESK_OFFICERS, "Tham_dinh": OFFICERS, "Ky": OFFICERS, "Tra": DESK_OFFICERS}
#: Who may hand it to somebody or take it back.
ASSIGNERS = {"Tham_dinh": {HEAD}, "Ky": {HEAD}}
PORTAL = {
    "filed": 1,
    "refused": 3,
    "in_process": 4,
    "awaiting_supplement_before": 5,
    "awaiting_supplement": 5,
    "withdrawn": 7,
    "result_ready": 9,
    "returned": 10,
}
WAITING = ("awaiting_supplement_before", "awaiting_supplement")
WHO = st.sampled_from([CLERK, CLERK, COLLEAGUE, SPECIALIST, SPECIALIST, SECOND, HEAD, CITIZEN, STRANGER])
WORDS = st.sampled_from(["", "  ", "lý do", "lý do"])
#: Mornings before Tết, 30/4, the two swaps and 2/9, and before nothing.
MORNINGS = [
    "2026-02-09 08:00",
    "2026-04-22 08:00",
    "2026-01-07 08:00",
    "2026-08-20 08:00",
    "2026-03-02 08:00",
]


@dataclass
class Model:
    """State of the dossier, by the law."""

    case: str
    status: str = "filed"
    element: str | None = "Tiep_nhan"
    assignee: UUID | None = None
    asked: int = 0
    #: From when reception's eight hours run.
    waits_since: datetime | None = None
    #: From when the term is counted, and what of it is not.
    runs_since: datetime | None = None
    stops: list[Stop] = field(default_factory=list)
    stopped: datetime | None = None
    first: datetime | None = None
    legal: datetime | None = None
    late_since: datetime | None = None
    cycle: int = 0
    outcome: str | None = None
    verdict: str | None = None

    def takes(self, by: UUID) -> bool:
        """True when the open step is for this officer to do."""
        return self.element is not None and by in STEPS[self.element] and self.assignee in (None, by)

    def goes(self, element: str | None) -> None:
        """To the next step, which nobody has taken."""
        self.element, self.assignee = element, None

    def promises(self) -> None:
        """One more date is promised."""
        assert self.runs_since
        self.legal = law_days.working_days(self.runs_since, 5, self.stops, free=self.case == "free")
        self.first, self.cycle = self.first or self.legal, self.cycle + 1

    def judges(self, now: datetime) -> str:
        """Early by the date, on time by the minute."""
        assert self.legal
        if self.late_since or now > self.legal:
            return "late"
        return "early" if now.date() < self.legal.date() else "on_time"

    @property
    def told(self) -> dict[str, Any]:
        """Expected answer of the API."""
        waits = self.status in WAITING or (self.status == "withdrawn" and self.stopped is not None)
        reception = law_days.working_minutes(self.waits_since, 480) if self.waits_since else None
        return {
            "status": self.status,
            "portal_code": PORTAL[self.status],
            "element": self.element,
            "assignee": str(self.assignee) if self.assignee else None,
            "outcome": self.outcome,
            "verdict": self.verdict,
            "due_first": self.first,
            "due_legal": None if waits else self.legal,
            "due_promised": None if waits else self.legal,
            "late_since": self.late_since,
            "cycle": self.cycle,
            **({"reception_due": reception} if self.status in ("filed", WAITING[0]) else {}),
        }


class Dossier(RuleBasedStateMachine):
    """Each act is carried out exactly when the model says so, and what is refused changes nothing."""

    run: asyncio.Runner
    rest: Rest

    @initialize(
        case=st.sampled_from(["restart", "resume", "free"]),
        morning=st.sampled_from(MORNINGS),
        steps=st.integers(0, 2),
        waits=st.sampled_from([None, (0, 0), (1, 400), (9, 600), (12, 0)]),
    )
    def files(self, case: str, morning: str, steps: int, waits: tuple[int, int] | None) -> None:
        """Begins anywhere on the way, also just after the due minute, and with a supplement behind it."""
        self.now, self.model = at(morning), Model(case, waits_since=at(morning))
        self.walk = self.does(Walk.filed(self.rest, morning, case, by=CITIZEN, channel="online"))
        self.last = self.read()
        self.refused = False
        self.closed: list[str] = []
        for _ in range(steps):
            self.completes_as_one_should()
            self.the_dossier_stands_where_the_law_puts_it()
        if waits:
            self.comes_to_the_due_minute(waits[0] % 2)
            self.is_completed_by_the_applicant(*waits)
            self.the_dossier_stands_where_the_law_puts_it()

    def does(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.run.run(act)

    def asks(self, path: str, by: UUID, allowed: bool, method: str = "POST", **said: Any) -> bool:
        """An act, which is refused unless it is allowed."""
        self.rest.clock.at = self.now
        body = {"json": said} if method == "POST" else {}
        response = self.does(self.rest.ask(method, path, by, **body))
        assert (response.status_code == 200) == allowed, (path, by, said, self.model, response.text)
        self.refused = not allowed
        return allowed

    def read(self) -> Any:
        return self.does(self.walk.reads())

    def dossier(self, act: str, by: UUID, allowed: bool, **said: Any) -> bool:
        return self.asks(f"/v1/dossiers/{self.walk.reference}/{act}", by, allowed, **said)

    @property
    def task(self) -> str:
        """The open step, else one that is closed, else none that ever was."""
        tasks = self.last["tasks"]
        return str(tasks[0]["id"]) if tasks else (self.closed or [str(uuid4())])[-1]

    @rule(minutes=st.sampled_from([1, 50, 300, 1440, 4320, 7200]))
    def passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(seconds=st.sampled_from([0, 1, 1, 40_000]))
    def comes_to_the_due_minute(self, seconds: int) -> None:
        due = self.model.legal
        if due and due >= self.now and self.model.status == "in_process":
            self.now = due + timedelta(seconds=seconds)

    @rule(by=WHO)
    def accepts(self, by: UUID) -> None:
        model = self.model
        if self.dossier("acceptance", by, model.status == "filed" and model.takes(by)):
            model.status, model.runs_since = "in_process", self.now
            model.promises()
            model.goes("Tham_dinh")

    @rule(by=WHO, reason=st.sampled_from(["", " ", " ", "lý do"]))
    def refuses(self, by: UUID, reason: str) -> None:
        model = self.model
        allowed = model.status == "filed" and model.takes(by) and bool(reason.strip())
        if self.dossier("refusal", by, allowed, reason=reason):
            model.status = "refused"
            model.goes(None)

    @rule(by=WHO, reason=WORDS, why=WORDS)
    def asks_for_a_supplement(self, by: UUID, reason: str, why: str) -> None:
        model = self.model
        allowed = by in DESK_OFFICERS and model.status in ("filed", "in_process")
        allowed = allowed and bool(reason.strip()) and bool(why.strip() or not model.asked)
        if self.dossier("supplement-request", by, allowed, reason=reason, justification=why):
            model.asked += 1
            model.stopped, model.waits_since = self.now, None
            if model.status == "in_process" and model.legal and self.now > model.legal:
                model.late_since = model.late_since or model.legal
            model.status = WAITING[model.status == "in_process"]

    @rule(by=WHO)
    def hands_in_a_supplement(self, by: UUID) -> None:
        model = self.model
        allowed = by in {*DESK_OFFICERS, CITIZEN} and model.status in WAITING
        if not self.dossier("supplement", by, allowed):
            return
        assert model.stopped
        if model.status == WAITING[0]:
            model.status, model.waits_since = "filed", self.now
        else:
            model.status = "in_process"
            if model.case == "restart":
                model.runs_since, model.stops = self.now, []
                model.promises()
            elif self.now > model.stopped:
                model.stops.append(Stop(model.stopped, self.now))
                model.promises()
        model.stopped = None

    @rule(days=st.integers(0, 12), minutes=st.sampled_from([0, 1, 400, 600]))
    def is_completed_by_the_applicant(self, days: int, minutes: int) -> None:
        """So that terms begin again and go on, over days off and within one day."""
        if self.model.status in ("filed", "in_process"):
            self.asks_for_a_supplement(CLERK, "thiếu", "phát hiện sau")
            self.the_dossier_stands_where_the_law_puts_it()
            self.now += timedelta(days=days, minutes=minutes)
            self.hands_in_a_supplement(CITIZEN)

    @rule(by=WHO, reason=st.sampled_from(["", "", "", "đổi ý"]))
    def takes_it_back(self, by: UUID, reason: str) -> None:
        model = self.model
        open_still = model.status in ("filed", "in_process", *WAITING)
        allowed = by in {*DESK_OFFICERS, CITIZEN} and open_still and bool(reason)
        if self.dossier("withdrawal", by, allowed, reason=reason):
            model.status = "withdrawn"
            model.goes(None)

    @rule(by=WHO, reason=WORDS)
    def proposes(self, by: UUID, reason: str) -> None:
        model = self.model
        allowed = model.status == "in_process" and by in OFFICERS and bool(reason.strip())
        self.dossier("supplement-proposal", by, allowed, reason=reason)

    @rule(by=WHO)
    def claims(self, by: UUID) -> None:
        model = self.model
        allowed = model.element is not None and by in STEPS[model.element] and model.assignee is None
        if self.asks(f"/v1/user-tasks/{self.task}/assignment", by, allowed):
            model.assignee = by

    @rule(by=WHO)
    def gives_back(self, by: UUID) -> None:
        model = self.model
        allowed = model.assignee is not None and (
            by == model.assignee or by in ASSIGNERS.get(model.element or "", ())
        )
        if self.asks(f"/v1/user-tasks/{self.task}/assignee", by, allowed, method="DELETE"):
            model.assignee = None

    @rule(by=WHO, result=st.sampled_from([None, "granted", "not_eligible"]), reason=WORDS)
    def completes(self, by: UUID, result: str | None, reason: str) -> None:
        self.completes_with(by, result, reason)

    @rule()
    def completes_as_one_should(self) -> None:
        """So that dossiers get far."""
        model = self.model
        if model.status == "filed":
            self.accepts(model.assignee or CLERK)
        elif model.element:
            result = "granted" if model.element == "Ky" else None
            self.completes_with(model.assignee or min(STEPS[model.element]), result, "")

    def completes_with(self, by: UUID, result: str | None, reason: str) -> None:
        model, task = self.model, self.task
        works = model.status in ("in_process", "result_ready") and model.takes(by)
        decided = result == "granted" or (result == "not_eligible" and bool(reason.strip()))
        sound = decided if model.element == "Ky" else result is None
        said = {"reason": reason, **({"result": result} if result else {})}
        if not self.asks(f"/v1/user-tasks/{task}/completion", by, works and sound, **said):
            return
        self.closed.append(task)
        if model.element == "Ky":
            model.status, model.outcome = "result_ready", result
            model.verdict = model.judges(self.now)
        elif model.element == "Tra":
            model.status = "returned"
        model.goes({"Tham_dinh": "Ky", "Ky": "Tra", "Tra": None}[model.element or ""])

    @invariant()
    def the_dossier_stands_where_the_law_puts_it(self) -> None:
        if not hasattr(self, "walk"):
            return
        before, self.last = self.last, self.read()
        assert not self.refused or self.last == before
        said, expected, self.refused = dict(self.last), self.model.told, False
        task = said["tasks"][0] if said["tasks"] else {"step": None, "assignee": None}
        said |= {"element": task["step"], "assignee": task["assignee"]}
        said["cycle"] = said["appointments"][-1]["cycle"] if said["appointments"] else 0
        dates = ("due_first", "due_legal", "due_promised", "late_since", "reception_due")
        said |= {name: law.read(said[name]) for name in dates}
        assert {name: said[name] for name in expected} == expected

    def teardown(self) -> None:
        """A recount of the whole history, by two programs independent of the calendar."""
        if hasattr(self, "walk"):
            explanation = self.does(self.walk.reads(what="/deadline"))
            assert (law_recount.differences(explanation), recompute.differences(explanation)) == ([], [])


@pytest.fixture(scope="module")
def running(server: postgres.Server) -> Iterator[tuple[asyncio.Runner, Rest]]:
    """A loop that lasts, and the API on it."""
    with law.founded(server) as url, asyncio.Runner() as runner:
        house = law.opened(url)
        yield runner, runner.run(house.__aenter__())
        runner.run(house.__aexit__(None, None, None))


async def differences(rest: Rest) -> list[str]:
    """Stored values that do not follow from the events."""
    return [str(found) async for found in audit.differences(rest.world.service)]


@pytest.mark.hypothesis
def test_random_acts_lead_where_the_law_says(running: tuple[asyncio.Runner, Rest]) -> None:
    runner, rest = running
    machine = type("OneDossier", (Dossier,), {"run": runner, "rest": rest})
    bounded = settings(max_examples=3 * settings.default.max_examples // 10, stateful_step_count=12)
    run_state_machine_as_test(machine, settings=bounded)
    assert runner.run(differences(rest)) == []
