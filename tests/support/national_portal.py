"""A simulator of a national portal on loopback: a real HTTP server that loses, doubles and reorders what it is told.

What it does to a message is drawn from a seed, so that an hour is the same hour each time. Its clock is that of who drives it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from hoso_workflows.portals.acknowledgement import Said
from hoso_workflows.portals.reconciliation import Theirs
from support import lines, ports, webhook_sink
from support.webhook_sink import Got


class Trouble(StrEnum):
    """Fates of a message, or of a page that was read."""

    #: Nothing: it is applied and answered.
    NONE = auto()
    #: It is answered and never applied.
    LOST = auto()
    #: The line is cut before it is applied.
    CUT = auto()
    #: It is applied, and answered by 500.
    FAILED_AFTER = auto()
    #: It is applied, and the answer never comes.
    HUNG = auto()
    #: The network brings it twice.
    DOUBLED = auto()
    #: It is answered, and applied minutes later, behind what came after it.
    DELAYED = auto()
    #: It is not applied, and acknowledged as if it were.
    LIED = auto()


#: How often each happens among so many messages, in an order that is drawn: so that none is missed.
CARDS: Mapping[Trouble, int] = {
    Trouble.NONE: 11,
    Trouble.LOST: 3,
    Trouble.CUT: 2,
    Trouble.FAILED_AFTER: 2,
    Trouble.HUNG: 1,
    Trouble.DOUBLED: 3,
    Trouble.DELAYED: 3,
    Trouble.LIED: 2,
}
Status = Mapping[str, Any]


@dataclass
class NationalPortal:
    """A portal that keeps each status of a dossier once, by its number."""

    port: int
    seed: int
    #: False once the hour is over: from then on all goes well.
    troubled: bool = True
    #: Dossier → number → code.
    statuses: dict[str, dict[int, int]] = field(default_factory=dict)
    #: How often each status arrived: dossier and number.
    arrived: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: Each status that it has applied, in that order.
    ledger: list[tuple[str, int]] = field(default_factory=list)
    #: Under how many ids each status came.
    ids: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    happened: Counter[Trouble] = field(default_factory=Counter)
    #: The place up to which it has read.
    place: int = 0
    _cards: list[Trouble] = field(default_factory=list)
    _delayed: list[Status] = field(default_factory=list)
    _to_acknowledge: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = lines.Listener(self._talk, self.port)
        self._chance = random.Random(self.seed)  # noqa: S311 - no secret

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def up(self) -> None:
        """Listen."""
        await self._listener.up()

    async def down(self) -> None:
        """Be away: nothing answers at its address."""
        await self._listener.down()

    def tick(self) -> None:
        """Let a minute pass: some of what it has put aside is applied, in any order."""
        self._chance.shuffle(self._delayed)
        later = [each for each in self._delayed if self.troubled and self._chance.random() < 0.5]
        for each in self._delayed:
            if each not in later:
                self._applied(each)
        self._delayed = later

    def acknowledgement(self) -> Said | None:
        """The statuses that it says it has applied, None where that gets lost or there is nothing."""
        said, self._to_acknowledge = tuple(self._to_acknowledge), []
        lost = self.troubled and self._chance.random() < 0.3
        return None if lost or not said else Said(applied=said)

    def listing(self) -> list[Theirs]:
        """Its dossiers, each with the number up to which it has every status."""
        found = []
        for dossier, statuses in self.statuses.items():
            number = 0
            while number + 1 in statuses:
                number += 1
            found.append(Theirs(dossier, statuses.get(number, 1), number))
        return found

    def reads(self, items: list[Status], place: int) -> int | None:
        """Take a page of statuses: the place up to which it acknowledges, None where the answer got lost on the way."""
        trouble = self._drawn()
        self.happened[trouble] += 1
        if trouble in (Trouble.CUT, Trouble.HUNG):
            return None
        for each in items:
            self._arrives(each)
            if trouble is Trouble.DOUBLED:
                self._arrives(each)
            if trouble not in (Trouble.LOST, Trouble.LIED):
                self._applied(each)
        if trouble in (Trouble.FAILED_AFTER, Trouble.LOST):
            # It crashed before it noted its place, so it reads the page again.
            return None
        self.place = place
        return place

    def _drawn(self) -> Trouble:
        if not self.troubled:
            return Trouble.NONE
        if not self._cards:
            self._cards = [trouble for trouble, number in CARDS.items() for _ in range(number)]
            self._chance.shuffle(self._cards)
        return self._cards.pop()

    def _arrives(self, status: Status) -> None:
        named = _named(status)
        self.arrived[named] += 1
        self.ids.setdefault(named, set()).add(status["id"])

    def _applied(self, status: Status) -> None:
        dossier, number = _named(status)
        if number not in self.statuses.setdefault(dossier, {}):
            self.statuses[dossier][number] = status["data"]["portal_code"]
            self.ledger.append((dossier, number))
        self._to_acknowledge.append(status["id"])

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(await webhook_sink.read(reader), writer)

    async def _answer(self, got: Got, writer: asyncio.StreamWriter) -> None:
        trouble, status = self._drawn(), got.event
        self.happened[trouble] += 1
        if trouble is Trouble.CUT:
            return
        self._happens(trouble, status)
        if trouble is Trouble.HUNG:
            await asyncio.Event().wait()
        writer.write(webhook_sink.said(500 if trouble is Trouble.FAILED_AFTER else 200))
        await writer.drain()

    def _happens(self, trouble: Trouble, status: Status) -> None:
        self._arrives(status)
        if trouble is Trouble.DELAYED:
            self._delayed.append(status)
        elif trouble is Trouble.LIED:
            self._to_acknowledge.append(status["id"])
        elif trouble is not Trouble.LOST:
            self._applied(status)
        if trouble is Trouble.DOUBLED:
            self._arrives(status)
            self._applied(status)


def _named(status: Status) -> tuple[str, int]:
    return status["data"]["reference"], status["data"]["number"]


@asynccontextmanager
async def running(seed: int) -> AsyncIterator[NationalPortal]:
    """A portal that listens, until the end of the block."""
    with ports.kept() as port:
        portal = NationalPortal(port, seed)
        await portal.up()
        try:
            yield portal
        finally:
            await portal.down()
