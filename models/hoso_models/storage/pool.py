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

    The one that was given back last is lent first: a server process that has just worked finds its memory warm, and
    those that a rush has made rest until the next.
    """

    def __init__(self, make: Callable[[], Awaitable[Any]], size: int, patience: float) -> None:
        self._make = make
        self._size = size
        #: Seconds after which those who wait are told to come back.
        self._patience = patience
        self._idle: list[Any] = []
        self._free = asyncio.Semaphore(size)

    async def borrow(self) -> Any:
        """A connection that is open. Raises DatabaseAway when none is free in time, and what making one raises."""
        await self._turn()
        try:
            return self._rested() or await self._made()
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: Any) -> None:
        """Has it ready for the next; one that is closed is forgotten."""
        self._idle.append(connection)
        self._free.release()

    async def close(self) -> None:
        """Closes all that rest."""
        idle, self._idle = self._idle, []
        self._free = asyncio.Semaphore(self._size)
        for connection in idle:
            await connection.close()

    async def _turn(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(self._least()):
                await self._free.acquire()
        except TimeoutError:
            raise errors.DatabaseAway(f"all {self._size} connections are at work") from None

    async def _made(self) -> Any:
        try:
            async with asyncio.timeout(time_limits.left()):
                return await self._make()
        except TimeoutError:
            raise errors.DatabaseAway("it lets nobody in") from None

    def _least(self) -> float:
        left = time_limits.left()
        return self._patience if left is None else min(self._patience, left)

    def _rested(self) -> Any | None:
        """The connection that was returned last. Those that died while idle are skipped."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None
