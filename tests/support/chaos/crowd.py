"""Officers at work while the house is struck: they complete tasks and hand in files, and write down what was answered.

Every completion is asked for with one key until there is a definite answer; some are asked for twice at once, and for
some a rival of the same role tries to be faster under a key of his own, and gives up at the first trouble.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from hoso_models.storage.database import Database
from hoso_workflows.organisation import credentials
from support import files
from support.procedures import permit
from support.world import DEPARTMENT, DESK, person

#: How many of a hundred completions are asked for twice at once, and how many meet a rival; of how many dossiers a file comes.
TWICE, RIVALS, FILES = 30, 30, 50
#: What is said to a key: that it was stored before, or that nothing of it was.
STORED, NOT_STORED = "stored", "503"
#: Seconds after which a request is taken for lost.
PATIENCE = 15.0
#: Seconds of the longest first and of the longest pause before a request is made again.
PAUSES = 0.05, 1.0
_FILING: Mapping[str, Any] = {
    "procedure": permit.CODE,
    "channel": "desk",
    "applicant": {"kind": "organisation", "name": "Doanh nghiệp thử nghiệm"},
    "form": {},
    "components": [],
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody asks for under a key."""

    actor: UUID
    key: str
    path: str
    body: Mapping[str, Any]
    #: The task to be completed; None for a filing and for a file.
    task: str | None = None
    #: The file that is handed in.
    file: bytes | None = None


@dataclass
class Journal:
    """Record of requests and their answers."""

    #: Told of every acceptance that is new, so that somebody can strike.
    heard: Callable[[int], None]
    asked: dict[str, Deed] = field(default_factory=dict)
    #: The body of the first answer to each key that was accepted.
    accepted: dict[str, Any] = field(default_factory=dict)
    #: Keys that were refused, and those accepted with another answer than the first.
    refused: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    tally: Counter[str] = field(default_factory=Counter)
    #: What was said to each key that is asked for by one request after the other: statuses, and whether it was stored before.
    said: dict[str, list[str]] = field(default_factory=dict)

    @property
    def completions(self) -> int:
        """Number of accepted completions."""
        return sum(self.asked[key].task is not None for key in self.accepted)

    @property
    def uploads(self) -> int:
        """Number of accepted files."""
        return sum(self.asked[key].file is not None for key in self.accepted)

    @property
    def opposite(self) -> list[str]:
        """Keys that were told that nothing was stored, and nothing else, although it was."""
        return [
            key
            for key, said in self.said.items()
            if said and said[-1] == STORED and set(said[:-1]) == {NOT_STORED}
        ]

    def heard_by(self, deed: Deed, response: httpx.Response | None) -> None:
        """Write down any answer, also that none came."""
        if deed.key not in self.said:
            return
        stored = response is not None and "idempotency-replayed" in response.headers
        status = str(response.status_code) if response is not None else "none"
        self.said[deed.key].append(STORED if stored else status)

    def note(self, deed: Deed, response: httpx.Response) -> None:
        """Write down a definite answer."""
        if not response.is_success:
            self.refused.add(deed.key)
            self.tally[f"refused: {response.json()['type'].rpartition(':')[2]}"] += 1
        elif deed.key not in self.accepted:
            self.accepted[deed.key] = response.json()
            self.heard(self.completions)
        else:
            self.tally["answered again"] += 1
            if self.accepted[deed.key] != response.json():
                self.contradicted.add(deed.key)


@dataclass
class Officer:
    """One client: takes dossiers from filing to the end, one after the other."""

    number: int
    client: httpx.AsyncClient
    tokens: Mapping[UUID, str]
    journal: Journal
    dice: random.Random

    async def work(self, enough: Callable[[], bool]) -> None:
        """Walk dossiers until there is enough; the last one may stay half done."""
        while not enough():
            standing = await self._file()
            if self.dice.randrange(100) < FILES:
                standing = await self._hand_in(standing["reference"])
            while standing["tasks"] and not enough():
                completed = [self._complete(standing["reference"], task) for task in standing["tasks"]]
                standing = max(await asyncio.gather(*completed), key=lambda found: found["version"])

    async def _file(self) -> Any:
        deed = self._deed(person("reception", DESK), "/v1/dossiers", _FILING)
        await self._insist(deed)
        return self.journal.accepted[deed.key]

    async def _hand_in(self, reference: str) -> Any:
        """A file comes, twice at once at times, as when somebody clicks again."""
        deed = self._deed(person("reception", DESK), f"/v1/dossiers/{reference}/attachments", {})
        deed = replace(deed, file=files.pdf(mark=deed.key))
        self.journal.asked[deed.key] = deed
        times = 2 if self.dice.randrange(100) < TWICE else 1
        if times == 2:
            del self.journal.said[deed.key]
        await asyncio.gather(*(self._insist(deed) for _ in range(times)))
        return self.journal.accepted[deed.key]

    def _complete(self, reference: str, task: Mapping[str, Any]) -> Any:
        """The coroutine that completes a task and returns how its dossier stands; all dice fall before it starts."""
        first, second = (person(task["role"], task["unit"], number) for number in self.dice.sample((1, 2), 2))
        decided = {"result": "granted"} if task["milestone"] == "result" else {}
        body = {"outcome": self._outcome(task), **decided}
        path = f"/v1/user-tasks/{task['id']}/completion"
        deed, rival = self._deed(first, path, body, task["id"]), self._deed(second, path, body, task["id"])
        asked = [self._insist(deed)]
        if self.dice.randrange(100) < TWICE:
            # By the other one of the two it may be stored meanwhile.
            del self.journal.said[deed.key]
            asked.append(self._insist(deed))
            self.journal.tally["asked twice at once"] += 1
        if self.dice.randrange(100) < RIVALS:
            asked.append(self._once(rival))
            self.journal.tally["rivals"] += 1
        return self._standing(reference, asked, (deed, rival))

    async def _standing(self, reference: str, asked: Iterable[Any], deeds: Iterable[Deed]) -> Any:
        await asyncio.gather(*asked)
        for deed in deeds:
            if deed.key in self.journal.accepted:
                return self.journal.accepted[deed.key]
        # A rival was faster, and did not hear of it.
        return await self._read(reference)

    def _outcome(self, task: Mapping[str, Any]) -> str | None:
        if task["milestone"] == "accept":
            return "accept"
        return self.dice.choices(task["outcomes"], (3, 1))[0] if task["outcomes"] else None

    def _deed(self, actor: UUID, path: str, body: Mapping[str, Any], task: str | None = None) -> Deed:
        deed = Deed(actor, f"{self.number}-{self.dice.getrandbits(64):016x}", path, body, task)
        self.journal.asked[deed.key] = deed
        self.journal.said[deed.key] = []
        return deed

    async def _insist(self, deed: Deed) -> None:
        """Ask until the answer is definite."""
        pause, longest = PAUSES
        while not await self._once(deed):
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - spread out, as clients do
            pause = min(2 * pause, longest)

    async def _once(self, deed: Deed) -> bool:
        """Ask; false when it is not known whether it was done, or when asked to come back."""
        said: dict[str, Any] = {"json": deed.body}
        if deed.file is not None:
            said = {"files": {"file": ("giay-to.pdf", deed.file)}}
        response = await self._send(
            "POST", deed.path, deed.actor, {"Idempotency-Key": deed.key}, deed, **said
        )
        if response is not None:
            self.journal.note(deed, response)
        return response is not None

    async def _read(self, reference: str) -> Any:
        response = None
        while response is None:
            response = await self._send(
                "GET", f"/v1/dossiers/{reference}", person("reception", DESK), {}, None
            )
        return response.raise_for_status().json()

    async def _send(
        self,
        method: str,
        path: str,
        actor: UUID,
        headers: Mapping[str, str],
        deed: Deed | None,
        **said: Any,
    ) -> httpx.Response | None:
        """The answer; None for one that decides nothing. Fails for a mistake of the server."""
        try:
            response = await self.client.request(
                method, path, headers={**headers, "Authorization": f"Bearer {self.tokens[actor]}"}, **said
            )
        except httpx.TransportError:
            self.journal.tally["no answer"] += 1
            response = None
        if deed is not None:
            self.journal.heard_by(deed, response)
        if response is None:
            return None
        assert response.status_code != 500, f"{method} {path}: {response.text}"
        if response.status_code > 500 or (
            response.status_code == 409 and response.json()["type"].endswith(":conflict")
        ):
            self.journal.tally[f"told to come back: {response.status_code}"] += 1
            return None
        return response


async def crowd(
    address: str,
    db: Database,
    journal: Journal,
    seed: int,
    clients: int,
    enough: Callable[[], bool],
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Let so many clients work at once until there is enough; over the network unless a `transport` is given."""
    tokens = await _tokens(db)
    limits = httpx.Limits(max_connections=4 * clients)
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits, transport=transport) as client,
        asyncio.TaskGroup() as working,
    ):
        for number in range(clients):
            dice = random.Random(f"crowd {seed} {number}")  # noqa: S311 - to be repeated, not secret
            working.create_task(Officer(number, client, tokens, journal, dice).work(enough))


async def _tokens(db: Database) -> dict[UUID, str]:
    officers = [
        person(role, unit, number)
        for role, unit in (("reception", DESK), ("specialist", DEPARTMENT))
        for number in (1, 2)
    ]
    async with db.transaction() as tx:
        return {
            each: await credentials.give_token(tx, each, "chaos", at=datetime.now(UTC)) for each in officers
        }
