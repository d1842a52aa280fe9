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
class _Rest:
    """The seconds that remain of the limit. They run from the start of the current wait, else from now."""

    seconds: float
    since: float | None = None

    def now(self) -> float:
        return self.seconds if self.since is None else self.seconds - (time.monotonic() - self.since)


_rest: ContextVar[_Rest | None] = ContextVar("hoso_patience", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the total wait for the database in the block. In seconds; `0` is without limit."""
    token = _rest.set(_Rest(seconds) if seconds else None)
    try:
        yield
    finally:
        _rest.reset(token)


def left() -> float | None:
    """The seconds that may still be waited; None where nobody said."""
    rest = _rest.get()
    return None if rest is None else max(rest.now(), 0.0)


@contextmanager
def waiting() -> Iterator[None]:
    """The time that the block takes is taken from what is left. Raises DatabaseAway where nothing is."""
    rest = _rest.get()
    if rest is None or rest.since is not None:
        yield
        return
    if rest.seconds <= 0:
        raise errors.DatabaseAway("this request has waited for it long enough")
    rest.since = time.monotonic()
    try:
        yield
    finally:
        rest.seconds, rest.since = rest.now(), None


@contextmanager
def cutting(cut: Callable[[], object]) -> Iterator[None]:
    """Cut a connection where the block is still at work when nothing is left."""
    seconds = left()
    if seconds is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(seconds, cut)
    try:
        yield
    finally:
        timer.cancel()
