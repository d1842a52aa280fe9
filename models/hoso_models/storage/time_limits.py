"""A time limit for all database statements of one request together.

A database that hangs takes a statement and never answers, and the driver's own timeout asks it to cancel. So the caller
cuts the connection at the limit: the statement fails at once, and nothing is left to be cleared up.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hoso_models import errors


@dataclass(slots=True)
class _Limit:
    """The seconds that remain of the limit. They run from the start of the current wait, else from now."""

    seconds: float
    since: float | None = None

    def now(self) -> float:
        return self.seconds if self.since is None else self.seconds - (time.monotonic() - self.since)


_limit: ContextVar[_Limit | None] = ContextVar("hoso_time_limit", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the total wait for the database in the block. In seconds; `0` is without limit."""
    token = _limit.set(_Limit(seconds) if seconds else None)
    try:
        yield
    finally:
        _limit.reset(token)


def left() -> float | None:
    """The seconds that may still be waited. None without a limit."""
    limit = _limit.get()
    return None if limit is None else max(limit.now(), 0.0)


@contextmanager
def waiting() -> Iterator[None]:
    """Subtract the time of the block from the limit. Raises DatabaseAway where nothing is left."""
    limit = _limit.get()
    if limit is None or limit.since is not None:
        yield
        return
    if limit.seconds <= 0:
        raise errors.DatabaseAway("this request has waited for it long enough")
    limit.since = time.monotonic()
    try:
        yield
    finally:
        limit.seconds, limit.since = limit.now(), None


@contextmanager
def cutting(cut: Callable[[], object]) -> Iterator[None]:
    """Cut a connection when the limit ends before the block does."""
    seconds = left()
    if seconds is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(seconds, cut)
    try:
        yield
    finally:
        timer.cancel()
