"""Limits on connections: their number, and the time that a client may be silent.

The time includes sending or reading slowly.
A connection costs a file descriptor, of which a process often has 1,024. So it ends where the client sends nothing, drips or
takes no answer for a time, and when there are too many at once, so that whoever asks is served.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol

from hoso_api.http import client_address
from hoso_api.settings import Settings

#: Descriptors that are not for clients: the database's, the log's, those of children and of files that are sent.
RESERVED = 256
#: The part of the connections that is ended when there are too many, so that not every new one makes all be looked at.
PART = 16
#: Seconds between two checks of all connections, at most.
BEAT = 1.0


class Wait(IntEnum):
    """The client's turns, in the order in which connections are given up."""

    #: A request, of which nothing has come.
    IDLE = 0
    #: The rest of request line and headers.
    HEAD = 1
    #: The rest of the body.
    BODY = 2
    #: That the answer is taken.
    ANSWER = 3


class Connection(Protocol):
    """A connection as `Connections` sees it."""

    host: str

    def waits(self) -> Wait | None:
        """The next turn of the client; None while it is our turn."""

    def since(self) -> float:
        """The instant at which the wait began, by the clock of the loop."""

    def enforce(self, now: float, settings: Settings) -> None:
        """End the connection where the client has taken too long."""

    def abort(self) -> None:
        """End the connection now, without a word."""

    def refuse(self) -> None:
        """End the connection, which is new, and say why."""

    def ended(self) -> bool:
        """True when it is ended and only its descriptor is left for a moment."""


class Connections:
    """Those of one process and one loop."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self.settings = settings
        self.loop = loop
        self.most = room(settings.connections)
        self._beat = min(
            BEAT,
            *(time / 4 for time in (settings.head_seconds, settings.body_seconds, settings.answer_seconds)),
        )
        self._open: set[Connection] = set()
        self._networks: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._trusts = lru_cache(4096)(self._is_proxy)

    def add(self, new: Connection) -> None:
        """Count a new connection; where there are too many, others are ended."""
        self._open.add(new)
        network = client_address.network(new.host)
        self._networks[network] += 1
        if self._networks[network] > self.settings.connections_per_network and not self._trusts(new.host):
            neighbours = [each for each in self._open if client_address.network(each.host) == network]
            self._evict(neighbours, self.settings.connections_per_network, new)
        if len(self._open) > self.most:
            self._evict(self._open, self.most, new)
        if self._timer is None:
            self._timer = self.loop.call_later(self._beat, self._check)

    def remove(self, old: Connection) -> None:
        """Count it no more."""
        if old in self._open:
            self._open.remove(old)
            network = client_address.network(old.host)
            self._networks[network] -= 1
            if not self._networks[network]:
                del self._networks[network]

    def _evict(self, among: Iterable[Connection], most: int, new: Connection) -> None:
        """Close connections that wait for their client if there are more than `most`.

        Those of the network with the most connections go first, idle ones first among them.
        """
        here = [each for each in among if not each.ended()]
        if len(here) <= most:
            return
        waiting = [(each, wait) for each in here if each is not new and (wait := each.waits()) is not None]
        # A proxy's connections are those of many, each as if it came from elsewhere.
        crowd = {
            each: 1 if self._trusts(each.host) else self._networks[client_address.network(each.host)]
            for each, _ in waiting
        }
        waiting.sort(key=lambda found: (-crowd[found[0]], found[1], found[0].since()))
        evicted = waiting[: max(len(here) - most, most // PART)]
        for each, _ in evicted:
            each.abort()
        if len(evicted) < len(here) - most:
            new.refuse()

    def _check(self) -> None:
        now = self.loop.time()
        for each in list(self._open):
            each.enforce(now, self.settings)
        self._timer = self.loop.call_later(self._beat, self._check) if self._open else None

    def _is_proxy(self, host: str) -> bool:
        try:
            found = ip_address(host)
        except ValueError:
            return False
        return any(found in network for network in self.settings.trusted_proxies)


def room(wanted: int) -> int:
    """Raise the soft limit of open files; the number of connections that fit. It is at most `wanted`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + RESERVED
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    return max(soft - RESERVED, soft // 4)
