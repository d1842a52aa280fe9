"""Whose turn it is: acts on one dossier happen one after the other in a process, those on different dossiers at once.

The compare-and-set keeps a dossier whole whoever else writes it. To wait for a turn is cheaper than to lose that race to a
neighbour.
"""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class DossierLocks:
    """The turns of one office; first come, first served."""

    def __init__(self) -> None:
        #: Of the dossiers on which somebody acts or waits to act.
        self._locks: WeakValueDictionary[UUID, Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, dossier: UUID) -> AsyncIterator[bool]:
        """The caller's turn on a dossier, in the block; True when others may have had theirs first: read again."""
        before = self._locks.get(dossier)
        lock = self._locks[dossier] = before or Lock()
        async with lock:
            yield before is not None
