"""Log of invalid tokens and signatures, counted by network. What the caller presented is never logged."""

import logging
import time
from collections.abc import Callable

from hoso_workflows.operation.rate_limit import Purpose

log = logging.getLogger(__name__)

#: Seconds in which one network has one line at most, and after which it is a new one.
EVERY = 10.0
#: So many networks are remembered.
CAPACITY = 10_000


class Strangers:
    """Those of one process. The first one has a line at once, those who follow are counted in the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: When each network had its line, and how many came since.
        self._known: dict[tuple[Purpose, str], tuple[float, int]] = {}

    def came(self, purpose: Purpose, network: str) -> None:
        """Somebody came from there."""
        now, who = self._clock(), (purpose, network)
        told, since = self._known.get(who, (float("-inf"), 0))
        since += 1
        if now - told < EVERY:
            self._known[who] = (told, since)
            return
        log.warning("refused=%s network=%s count=%d", purpose, network or "-", since)
        if len(self._known) >= CAPACITY:
            self._known.clear()
        self._known[who] = (now, 0)
