"""Per-dossier lock: serialises commands on one dossier within a process.

Commands on different dossiers run at the same time. Correctness rests on the compare-and-set, whoever else writes; the lock only
avoids lost work, because waiting is cheaper than losing that race.
"""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class DossierLocks:
    """The dossier locks of one service; first come, first served."""

    def __init__(self) -> None:
        #: Of the dossiers on which somebody acts or waits to act.
        self._locks: WeakValueDictionary[UUID, Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, dossier: UUID) -> AsyncIterator[bool]:
        """Hold the lock on a dossier in the block.

        Yields True when others may have held it first: the caller must read the dossier again.
        """
        before = self._locks.get(dossier)
        lock = self._locks[dossier] = before or Lock()
        async with lock:
            yield before is not None
