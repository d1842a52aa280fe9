"""Cache of expensive figures, counted once per period and process."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.operation import log_lines

log = logging.getLogger(__name__)
Figure = TypeVar("Figure")
#: How many figures are kept at a time.
CAPACITY = 256


class FigureCache:
    """Cached figures of one process. Their age is measured by the time that each caller brings."""

    def __init__(self) -> None:
        self._figures: OrderedDict[Hashable, tuple[datetime, Any]] = OrderedDict()
        self._counting: dict[Hashable, asyncio.Lock] = {}
        #: Counts that go on when nobody waits for them any more.
        self._ahead: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(
        self, name: Hashable, span: timedelta, at: datetime, count: Callable[[], Awaitable[Figure]]
    ) -> Figure:
        """The figure counted at `at` or at most `span` before. Concurrent callers wait for the same count."""
        counting = self._counting.setdefault(name, asyncio.Lock())
        try:
            async with counting:
                if name not in self._figures or not self._fresh(name, span, at):
                    self._keep(name, at, await count())
                figure: Figure = self._figures[name][1]
                return figure
        finally:
            if not counting.locked():
                self._counting.pop(name, None)

    async def soon(
        self,
        name: Hashable,
        span: timedelta,
        at: datetime,
        count: Callable[[], Awaitable[Figure]],
        patience: timedelta,
    ) -> Figure | None:
        """The figure as `get` gives it, else after `patience` the one before, however old; None before the first one.

        A count goes on until it is done, and for the time that any statement may take: whoever asks next has its figure.
        """
        if name in self._figures and self._fresh(name, span, at):
            fresh: Figure = self._figures[name][1]
            return fresh
        if name not in self._ahead:
            self._ahead[name] = asyncio.create_task(self._counted(name, span, at, count))
            self._ahead[name].add_done_callback(partial(self._arrived, name))
        counting = self._ahead[name]
        done, _ = await asyncio.wait([counting], timeout=patience.total_seconds())
        if done:
            counted: Figure = counting.result()
            return counted
        before, figure = self._figures.get(name, (at, None))
        return figure if before <= at else None

    async def _counted(
        self, name: Hashable, span: timedelta, at: datetime, count: Callable[[], Awaitable[Figure]]
    ) -> Figure:
        # Not within the limit of the request that began it.
        with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
            return await self.get(name, span, at, count)

    def _arrived(self, name: Hashable, counting: asyncio.Task[Any]) -> None:
        self._ahead.pop(name, None)
        if not counting.cancelled() and (failed := counting.exception()) is not None:
            log.warning(log_lines.Entry(uncounted=str(name), away=type(failed).__name__))

    def _fresh(self, name: Hashable, span: timedelta, at: datetime) -> bool:
        return timedelta(0) <= at - self._figures[name][0] < span

    def _keep(self, name: Hashable, at: datetime, figure: Any) -> None:
        self._figures[name] = at, figure
        self._figures.move_to_end(name)
        if len(self._figures) > CAPACITY:
            self._figures.popitem(last=False)
