"""The door of a process: how long a client may be silent or slow, and how many stand there at once.

A connection costs a file descriptor, of which a process often has 1,024. So whoever sends nothing, drips or takes no answer
is shown out after a time, and when it gets crowded at once, so that those who ask find room.
"""

import asyncio
import logging
import resource
from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol

from . import address
from .settings import Settings

log = logging.getLogger(__name__)

#: Descriptors that are not for clients: the database's, the log's, those of children and of files that are sent.
RESERVED = 256
#: The part of the guests that leaves when there is no room, so that not every newcomer makes everybody be looked at.
PART = 16
#: Seconds between two looks at all guests, at most.
BEAT = 1.0


class Wait(IntEnum):
    """What a connection waits for that only the client can do; what is dearest to lose comes last."""

    #: A request, of which nothing has come.
    IDLE = 0
    #: The rest of request line and headers.
    HEAD = 1
    #: The rest of the body.
    BODY = 2
    #: That the answer is taken.
    ANSWER = 3


class Guest(Protocol):
    """A connection as the door sees it."""

    host: str

    def waits(self) -> Wait | None:
        """What the client has to do next; None while it is our turn."""

    def since(self) -> float:
        """When the wait began, by the clock of the loop."""

    def look(self, now: float, settings: Settings) -> None:
        """End the connection where the client has taken too long."""

    def show_out(self) -> None:
        """End the connection now, without a word."""

    def turn_away(self) -> None:
        """End the connection of somebody who has just come, and say why."""

    def gone(self) -> bool:
        """Whether it is ended and only its descriptor is left for a moment."""


class Door:
    """The connections of one process and one loop."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self.settings = settings
        self.loop = loop
        self.most = room(settings.connections)
        self._beat = min(
            BEAT,
            *(time / 4 for time in (settings.head_seconds, settings.body_seconds, settings.answer_seconds)),
        )
        self._guests: set[Guest] = set()
        self._networks: Counter[str] = Counter()
        self._patrol: asyncio.TimerHandle | None = None
        self._trusts = lru_cache(4096)(self._is_proxy)

    def enter(self, guest: Guest) -> None:
        """Somebody comes; where there is no room, others leave first."""
        self._guests.add(guest)
        network = address.network(guest.host)
        self._networks[network] += 1
        if self._networks[network] > self.settings.connections_per_network and not self._trusts(guest.host):
            neighbours = [each for each in self._guests if address.network(each.host) == network]
            self._make_room(neighbours, self.settings.connections_per_network, guest)
        if len(self._guests) > self.most:
            self._make_room(self._guests, self.most, guest)
        if self._patrol is None:
            self._patrol = self.loop.call_later(self._beat, self._look)

    def leave(self, guest: Guest) -> None:
        """Somebody has gone."""
        if guest in self._guests:
            self._guests.remove(guest)
            network = address.network(guest.host)
            self._networks[network] -= 1
            if not self._networks[network]:
                del self._networks[network]

    def _make_room(self, among: Iterable[Guest], most: int, newcomer: Guest) -> None:
        """End the connections that wait for their client, first those of the network that has the most, idle ones first."""
        here = [each for each in among if not each.gone()]
        if len(here) <= most:
            return
        waiting = [
            (each, wait) for each in here if each is not newcomer and (wait := each.waits()) is not None
        ]
        # A proxy's connections are those of many, each as if it came from elsewhere.
        crowd = {
            each: 1 if self._trusts(each.host) else self._networks[address.network(each.host)]
            for each, _ in waiting
        }
        waiting.sort(key=lambda found: (-crowd[found[0]], found[1], found[0].since()))
        leaving = waiting[: max(len(here) - most, most // PART)]
        for each, _ in leaving:
            each.show_out()
        if len(leaving) < len(here) - most:
            newcomer.turn_away()

    def _look(self) -> None:
        now = self.loop.time()
        for guest in list(self._guests):
            guest.look(now, self.settings)
        self._patrol = self.loop.call_later(self._beat, self._look) if self._guests else None

    def _is_proxy(self, host: str) -> bool:
        try:
            found = ip_address(host)
        except ValueError:
            return False
        return any(found in network for network in self.settings.trusted_proxies)


def room(wanted: int) -> int:
    """How many connections a process can hold, of as many as are wanted; raises the soft limit of files where it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + RESERVED
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    return max(soft - RESERVED, soft // 4)
