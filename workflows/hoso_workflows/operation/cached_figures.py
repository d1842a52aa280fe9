"""Cache of expensive figures, counted once per period and process."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

Figure = TypeVar("Figure")
#: How many figures are kept at a time.
CAPACITY = 256


class FigureCache:
    """Cached figures of one process. Their age is measured by the time that each caller brings."""

    def __init__(self) -> None:
        self._figures: OrderedDict[Hashable, tuple[datetime, Any]] = OrderedDict()
        self._counting: dict[Hashable, asyncio.Lock] = {}

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

    def _fresh(self, name: Hashable, span: timedelta, at: datetime) -> bool:
        return timedelta(0) <= at - self._figures[name][0] < span

    def _keep(self, name: Hashable, at: datetime, figure: Any) -> None:
        self._figures[name] = at, figure
        self._figures.move_to_end(name)
        if len(self._figures) > CAPACITY:
            self._figures.popitem(last=False)
