"""SIGTERM ends a command as an interrupt does.

So the database server which the command started does not stay behind.
An exception out of a signal handler is raised wherever Python happens to be, also in a library that swallows it or makes
another of it. So it is raised only where no event loop runs; in a loop the work is cancelled, as Ctrl-C does there.
"""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

#: How many new objects make the collector look while a command imports what it needs (`gc.set_threshold`), and afterwards.
IMPORTING = (50_000, 20, 100)
_USUAL = gc.get_threshold()

#: What a shell says of a command that SIGTERM ended.
STATUS = 128 + signal.SIGTERM


@dataclass(slots=True)
class _State:
    """The signal state of this process: received or not, and the callback that cancels."""

    received: bool = False
    cancel: Callable[[], object] | None = None


_state = _State()


def listen() -> None:
    """End this command on the first SIGTERM, with exit status `STATUS`.

    Further signals during the clean-up are ignored.
    """
    signal.signal(signal.SIGTERM, _handle)


def run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, which SIGTERM ends with SystemExit, whatever the work makes of being cancelled."""
    # What was imported is no garbage; a long command would look through it again and again. Who merely calls a command
    # keeps its own rules.
    if gc.get_threshold() == IMPORTING:
        gc.freeze()
        gc.set_threshold(*_USUAL)
    try:
        result = asyncio.run(_cancellable(work))
    except BaseException as error:
        _exit_if_received(error)
        raise
    finally:
        _state.cancel = None
        work.close()
    _exit_if_received()
    return result


async def _cancellable(work: Coroutine[Any, Any, T]) -> T:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None  # noqa: S101 - a coroutine that runs does so in a task
    _state.cancel = lambda: loop.call_soon_threadsafe(task.cancel)
    _exit_if_received()
    return await work


def _handle(*_: object) -> None:
    if _state.received:
        return
    _state.received = True
    if _state.cancel is None:
        raise SystemExit(STATUS)
    # The loop may have closed a moment ago: then `run` is about to look itself.
    with contextlib.suppress(RuntimeError):
        _state.cancel()


def _exit_if_received(error: BaseException | None = None) -> None:
    if _state.received:
        raise SystemExit(STATUS) from error
