"""One log line for each run that ends; errors that Prefect may keep.

Prefect's own log stays in its database.
"""

import functools
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hoso_workflows.operation import log_lines

#: No logger of ours that Prefect sends to its server: what ran it knows already.
log = logging.getLogger("hoso_flows")
_begun: dict[Any, float] = {}
_Found = TypeVar("_Found")
#: Places of an error that are told, the innermost last.
_PLACES = 4


class FlowFailed(Exception):
    """An error by its class and its place.

    Prefect keeps what an error says, for days and beside no dossier; a database's error may repeat a row.
    """

    def __init__(self, fault: Exception) -> None:
        frames = traceback.extract_tb(fault.__traceback__)[-_PLACES:]
        places = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
        super().__init__(f"{type(fault).__name__} at {places}")


def worded(work: Callable[[], Awaitable[_Found]]) -> Callable[[], Awaitable[_Found]]:
    """Let the work of a flow fail by `FlowFailed` alone."""

    @functools.wraps(work)
    async def told() -> _Found:
        try:
            return await work()
        except Exception as fault:
            raise FlowFailed(fault) from None

    return told


def begun(_flow: Any, run: Any, _state: Any) -> None:
    """Note when a run has begun; a further try is no new run."""
    _begun.setdefault(run.id, time.monotonic())


def ended(flow: Any, run: Any, state: Any) -> None:
    """Log the end of a run, with its outcome and duration."""
    log_lines.configure(log.name)
    now = time.monotonic()
    took = round((now - _begun.pop(run.id, now)) * 1000)
    log.info(log_lines.Entry(flow=flow.name, state=state.name, ms=took, run=str(run.id)))
