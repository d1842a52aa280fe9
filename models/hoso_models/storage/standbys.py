"""Limits of the time for which commits wait for a synchronous standby.

PostgreSQL commits here first and then waits until a standby has it too, however long that takes: neither a limit of the statement
nor a lost connection ends that, and the sessions that wait would use up all that the server allows. So another session cancels the
wait. The commit stands, and the session that waited is told that nobody else may have it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hoso_models import errors
from hoso_models.storage import time_limits

#: The part of a request's time after which its commit waits for a standby no longer.
SHARE = 0.7
#: The same in seconds, for so long after a commit that no standby has confirmed: who reads needs the connections. Each look is
#: followed by another after as long.
SHORT, SILENT = 0.25, 10.0
#: Seconds after which a wait belongs to nobody any more: its process was killed.
ABANDONED = 120.0
#: Seconds for a look at who waits, and until it is asked again whether any standby has to confirm where none had.
_PATIENCE, _NONE = 5.0, 60.0
#: The function of the server that warns of a wait that was cancelled; its words depend on the language.
_WARNS = "SyncRepWaitForLSN"
#: $1 numbers of sessions, $2 seconds. Only a wait is cancelled, and never a statement that is at work.
_RELEASE = """
select current_setting('synchronous_standby_names') <> '' as named, count(pg_cancel_backend(pid)) as released
from pg_stat_activity where wait_event = 'SyncRep' and usename = current_user and (
  pid = any($1::integer[])
  or application_name = 'hoso' and query_start < now() - $2::float8 * interval '1 second') -- allow: the server told it by its clock
"""
#: A transaction that writes nothing but waits as all do; where no standby has to confirm, none.
CONFIRM = """
select pg_logical_emit_message(true, 'hoso', '') where current_setting('synchronous_standby_names') <> ''
"""
#: Part of a FROM: what the statement stores waits neither for the disk nor for a standby. A power cut takes it.
UNHURRIED = "(select set_config('synchronous_commit', 'off', true)) as unhurried"
#: The standbys of which some have to confirm, as the server is told, and the number of those that have come.
STATE = """
select current_setting('synchronous_standby_names') as named, (select count(*) from pg_stat_replication)::integer as connected
"""
_log = logging.getLogger(__name__)


class Standbys:
    """Waits of one process's commits for the standbys of its database."""

    def __init__(self, connect: Callable[[], Awaitable[Any]]) -> None:
        self._connect = connect
        self._silent_until = self._none_until = 0.0
        self._waiting = set[int]()
        self._releasing: asyncio.Task[None] | None = None
        #: Connections whose last commit no standby has confirmed.
        self._unconfirmed = set[int]()

    @property
    def silent(self) -> bool:
        """True where no standby has confirmed a commit just now."""
        return time.monotonic() < self._silent_until

    def listen(self, connection: Any) -> None:
        """Hear what the server tells a new connection of the driver."""
        connection.add_log_listener(self._heard)

    @contextmanager
    def watching(self, connection: Any) -> Iterator[None]:
        """End the wait of a commit in the block before the request's time ends.

        At its end the connection is cut.
        Raises NotConfirmed behind the block where no standby has confirmed what was stored there.
        """
        self._unconfirmed.discard(id(connection))
        left = time_limits.left()
        if left is None:
            yield
        else:
            with self._limited(connection, left):
                yield
        if id(connection) in self._unconfirmed:
            self._unconfirmed.discard(id(connection))
            raise errors.NotConfirmed("no standby confirms")

    @contextmanager
    def _limited(self, connection: Any, left: float) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        end, session = loop.time() + left, connection.get_server_pid()
        timer: asyncio.TimerHandle

        def look() -> None:
            nonlocal timer
            self._release(session)
            if (rest := end - loop.time()) <= 0:
                connection.terminate()
            else:
                timer = loop.call_later(min(SHORT, rest), look)

        timer = loop.call_later(min(SHORT, left) if self.silent else left * SHARE, look)
        try:
            yield
        finally:
            timer.cancel()

    async def close(self) -> None:
        """Wait for the last look."""
        if self._releasing is not None:
            await asyncio.gather(self._releasing, return_exceptions=True)

    def _heard(self, connection: Any, message: Any) -> None:
        if message.server_source_function == _WARNS:
            self._silent_until = time.monotonic() + SILENT
            self._unconfirmed.add(id(connection))

    def _release(self, session: int) -> None:
        if time.monotonic() < self._none_until:
            return
        self._waiting.add(session)
        if self._releasing is None or self._releasing.done():
            self._releasing = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        """Cancel the waits of sessions, and those that were abandoned."""
        while self._waiting:
            sessions, self._waiting = sorted(self._waiting), set()
            try:
                async with asyncio.timeout(_PATIENCE):
                    connection = await self._connect()
                    try:
                        row = await connection.fetchrow(_RELEASE, sessions, ABANDONED)
                    finally:
                        connection.terminate()
            except Exception as error:  # whoever waits is cut at the end of the time anyhow
                _log.warning("waits for a standby were not looked at: %s", type(error).__name__)
            else:
                self._none_until = 0.0 if row.named else time.monotonic() + _NONE
