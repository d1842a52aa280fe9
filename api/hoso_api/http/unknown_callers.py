"""Log of invalid tokens and signatures, counted by network. What the caller presented is never logged."""

import logging
import time
from collections.abc import Callable

from fastapi import Request

from hoso_api.http import client_address
from hoso_workflows.operation.log_lines import Entry
from hoso_workflows.operation.rate_limit import Purpose

log = logging.getLogger(__name__)

#: Seconds in which one network has one line at most, and after which it is a new one.
EVERY = 10.0
#: The number of networks that are kept.
CAPACITY = 10_000


class UnknownCallers:
    """Invalid credentials by network, in one process.

    The first one is logged at once, later ones are counted in the next line."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: The time of the last line of each network, and the number of callers since.
        self._known: dict[tuple[Purpose, str], tuple[float, int]] = {}

    def record(self, purpose: Purpose, network: str) -> None:
        """Count one, and log if no line of that network is recent."""
        now, who = self._clock(), (purpose, network)
        logged, since = self._known.get(who, (float("-inf"), 0))
        since += 1
        if now - logged < EVERY:
            self._known[who] = (logged, since)
            return
        log.warning(Entry(refused=str(purpose), network=network or "-", count=since))
        if len(self._known) >= CAPACITY:
            self._known.clear()
        self._known[who] = (now, 0)


async def feedback_throttled(request: Request) -> None:
    """Raise TooManyRequests for whoever gives much feedback: nobody is asked who they are."""
    await _taken(request, Purpose.FEEDBACK, Purpose.FEEDBACK_HOUSE)


async def papers_throttled(request: Request) -> None:
    """Raise TooManyRequests for whoever has many papers checked, each of which is work."""
    await _taken(request, Purpose.PAPER, Purpose.PAPER_HOUSE)


async def throttled(request: Request) -> None:
    """Raise TooManyRequests for whoever looks up many codes, since the codes are numbered."""
    await _taken(request, Purpose.LOOK_UP, Purpose.LOOK_UP_HOUSE)


async def _taken(request: Request, of_network: Purpose, of_all: Purpose) -> None:
    """Count a request of its network and of everybody. Raises TooManyRequests."""
    state, networks = request.app.state, client_address.networks_of(request)
    await state.rate_limit.take_of_network(of_network, networks, at=state.clock(), house=of_all)
