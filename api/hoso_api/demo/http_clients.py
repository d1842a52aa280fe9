"""Dossiers filed over real HTTP, against a server with the simulated clock."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import uvicorn

import hoso_calendar as wt
from hoso_api.app import create_app
from hoso_api.demo.plan import choose
from hoso_api.demo.seed import Participants, calendar
from hoso_api.settings import Settings
from hoso_bpmn.package import package
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import credentials, permissions

#: The largest number of dossiers that are filed over HTTP.
MAX_DOSSIERS = 24
#: At most so many requests that take time are made for each: one files it, the others complete its tasks.
REQUESTS = 10


class RequestRefused(Exception):
    """The API refused a request of the demonstration: a defect of ours."""

    def __init__(self, path: str, answer: httpx.Response) -> None:
        super().__init__(f"{path} answered {answer.status_code}: {answer.text}")
        self.answer = answer


@dataclass(slots=True)
class Clock:
    """The simulated time of day; each request takes a working minute."""

    now: datetime
    calendar: wt.WorkCalendar

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> None:
        """Advance by one working minute."""
        self.now = self.calendar.add_minutes(self.now, 1)


@dataclass(slots=True)
class Session:
    """An HTTP client, with a token for each principal who acts."""

    client: httpx.AsyncClient
    service: DossierService
    participants: Participants
    clock: Clock
    rng: random.Random
    completions: int = 0
    _tokens: dict[UUID, str] = field(default_factory=dict)

    async def run_dossier(self, number: int) -> None:
        """File one dossier, accept it and complete some of its steps. Some dossiers reach the end."""
        procedure = list(self.participants.shares)[number % len(self.participants.shares)]
        account = number % len(self.participants.applicants)
        applicant = self.participants.applicants[account]
        components = [c.code for c in package.bundled(procedure).cases[0].components if c.required]
        form = {
            "procedure": procedure,
            "channel": "online",
            "applicant": {"kind": "organisation", "name": f"Người nộp hồ sơ {account + 1}"},
            "form": dict(self.participants.answers[procedure]),
            "components": components,
        }
        filed = await self._post("/v1/dossiers", form, applicant, key=f"demo-{number}")
        standing = await self._received(procedure, filed["reference"])
        for _ in range(self.rng.randint(1, REQUESTS - 1)):
            if not standing["tasks"]:
                break
            standing = await self._complete(standing["tasks"][0])

    async def _received(self, procedure: str, reference: str) -> dict[str, Any]:
        """The dossier as the desk reads it, with its tasks. The applicant who filed it does not see tasks."""
        desk = self.participants.receiving[procedure]
        day = localtime.local_date(self.clock.now)
        officer = self.participants.officer(desk, permissions.RECEPTION, day, self.rng)
        headers = {"Authorization": f"Bearer {await self._token(officer)}"}
        return _checked(await self.client.get(f"/v1/dossiers/{reference}", headers=headers))

    async def _complete(self, task: Mapping[str, Any]) -> dict[str, Any]:
        officer = self.participants.holder(task, localtime.local_date(self.clock.now), self.rng)
        outcome = "accept" if task["milestone"] == "accept" else choose(self.rng, task["outcomes"])
        decided = {"result": "granted"} if task["milestone"] == "result" else {}
        standing = await self._post(
            f"/v1/user-tasks/{task['id']}/completion", {"outcome": outcome, **decided}, officer
        )
        self.completions += 1
        return standing

    async def _post(
        self, path: str, body: Mapping[str, Any], actor: UUID, key: str | None = None
    ) -> dict[str, Any]:
        self.clock.tick()
        headers = {"Authorization": f"Bearer {await self._token(actor)}"}
        answer = await self.client.post(
            path, json=body, headers=headers | ({"Idempotency-Key": key} if key else {})
        )
        return _checked(answer)

    async def _token(self, actor: UUID) -> str:
        if actor not in self._tokens:
            async with self.service.db.transaction() as tx:
                self._tokens[actor] = await credentials.give_token(tx, actor, "demo", at=self.clock.now)
        return self._tokens[actor]


def _checked(answer: httpx.Response) -> dict[str, Any]:
    """Read the dossier's standing. Raises RequestRefused."""
    if answer.is_error:
        raise RequestRefused(answer.request.url.path, answer)
    standing: dict[str, Any] = answer.json()
    return standing


@dataclass(frozen=True, slots=True)
class HttpResult:
    """The number of tasks completed over HTTP, and the simulated time at the end."""

    completions: int
    until: datetime


def share(dossiers: int) -> int:
    """The number of dossiers, out of `dossiers`, that are filed over HTTP."""
    return min(MAX_DOSSIERS, max(1, dossiers // 10))


async def file_dossiers(
    service: DossierService, participants: Participants, seed: int, number: int, at: datetime
) -> HttpResult:
    """File `number` dossiers over HTTP, from `at` on."""
    clock = Clock(at, calendar())
    async with (
        _running_server(service, clock) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        # A demonstration needs a repeatable sequence, not a secret one.
        session = Session(client, service, participants, clock, random.Random(f"hoso visitors {seed}"))  # noqa: S311 - a simulation, no secret
        for each in range(number):
            await session.run_dossier(each)
    return HttpResult(session.completions, clock.now)


@asynccontextmanager
async def _running_server(service: DossierService, clock: Clock) -> AsyncIterator[str]:
    """The API on a free port of this machine, stopped at the end."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = create_app(service, clock=clock, settings=Settings(host="127.0.0.1"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
