"""A pool of the driver's connections for statements that are their own transaction.

The connection that was returned last is borrowed first.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hoso_models import errors
from hoso_models.storage import time_limits


class Pool:
    """At most `size` connections, made when they are needed and kept open.

    The one that was returned last is borrowed first: its server process has warm caches, and connections that a peak
    has opened stay idle until the next.
    """

    def __init__(self, make: Callable[[], Awaitable[Any]], size: int, timeout: float) -> None:
        self._make = make
        self._size = size
        #: Seconds after which a waiting caller gets DatabaseAway.
        self._timeout = timeout
        self._idle: list[Any] = []
        #: The number of connections that are borrowed.
        self.at_work = 0
        self._free = asyncio.Semaphore(size)

    @property
    def idle(self) -> int:
        """The number of open connections that nobody has borrowed."""
        return len(self._idle)

    async def borrow(self) -> Any:
        """An open connection. Raises DatabaseAway when none is free in time, and whatever connecting raises."""
        await self._acquire()
        try:
            connection = self._idle_connection() or await self._connect()
        except BaseException:
            self._free.release()
            raise
        self.at_work += 1
        return connection

    def give_back(self, connection: Any) -> None:
        """Return the connection to the pool. A closed one is dropped by `borrow`."""
        self.at_work -= 1
        self._idle.append(connection)
        self._free.release()

    async def close(self) -> None:
        """Close all idle connections."""
        idle, self._idle = self._idle, []
        self._free = asyncio.Semaphore(self._size)
        for connection in idle:
            await connection.close()

    async def _acquire(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(self._time_left()):
                await self._free.acquire()
        except TimeoutError:
            raise errors.DatabaseAway(f"all {self._size} connections are at work") from None

    async def _connect(self) -> Any:
        try:
            async with asyncio.timeout(time_limits.left()):
                return await self._make()
        except TimeoutError:
            raise errors.DatabaseAway("it lets nobody in") from None

    def _time_left(self) -> float:
        left = time_limits.left()
        return self._timeout if left is None else min(self._timeout, left)

    def _idle_connection(self) -> Any | None:
        """The connection that was returned last. Those that died while idle are skipped."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None
