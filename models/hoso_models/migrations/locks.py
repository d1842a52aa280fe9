"""Sessions whose locks block a migration. Named by process and program, never by their query."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoso_models import errors
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings

#: Seconds to wait for a lock. Short, since all later queries of the table queue behind the waiting migration.
TIMEOUT = timedelta(seconds=3)
#: Seconds between two queries for the lock holders.
_INTERVAL = 0.5
#: Of other roles than one's own PostgreSQL tells the program, and since when only to whom it shows its statistics.
_HOLDERS = """
select pid, application_name as program, usename::text as role, coalesce(xact_start, backend_start) as since
from unnest(pg_blocking_pids($1)) as blocking (pid) left join pg_stat_activity using (pid) order by pid
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """A session that holds a lock, or is before us in its queue."""

    pid: int
    program: str | None
    role: str | None
    since: datetime | None

    def __str__(self) -> str:
        who = f"process {self.pid} of PostgreSQL ({self.program or 'no name'}, role {self.role or 'unknown'}"
        return f"{who}, since {self.since:%H:%M:%S} UTC)" if self.since else f"{who})"


class LocksHeld(errors.StorageError):
    """A migration did not get a lock in time; nothing was changed."""

    def __init__(self, holders: Sequence[Holder]) -> None:
        found = ", ".join(map(str, holders)) or "another session, which has ended since"
        super().__init__(
            f"The database was not brought up to date: {found} holds a lock that this needs; nothing was changed."
            " Try again when it has ended"
        )
        self.holders = tuple(holders)


class Watch:
    """The sessions that last blocked a session."""

    def __init__(self) -> None:
        self.holders: Sequence[Holder] = ()

    @asynccontextmanager
    async def over(self, pid: int, db: database.Database) -> AsyncIterator[None]:
        """Query the blocking sessions repeatedly during the block."""
        looking = asyncio.ensure_future(self._look(pid, db))
        try:
            yield
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError, errors.StorageError):
                await looking

    async def _look(self, pid: int, db: database.Database) -> None:
        async with database.connect(db.url, DatabaseSettings(database_pool_size=1)) as other:
            while True:
                await asyncio.sleep(_INTERVAL)
                rows = await other.rows(_HOLDERS, [pid])
                self.holders = [Holder(*row) for row in rows] or self.holders
