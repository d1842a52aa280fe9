"""Ends of lines on this machine: servers of the tests' own, which leave nothing open behind them."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

#: What a server does with a connection.
Talk = Callable[[StreamReader, StreamWriter], Awaitable[None]]


class Listener:
    """A server that can go away and come back; a connection lasts as long as its talk."""

    def __init__(self, talk: Talk, port: int = 0) -> None:
        self.port = port
        self._talk = talk
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], StreamWriter] = {}

    async def up(self) -> None:
        """Listen, on a free port where none was given."""
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Be away: break off what is open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        left = dict(self._open)
        for talk in left:
            talk.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for writer in left.values():
            writer.transport.abort()
        # The loop closes what was broken off at its next turn, which may be its last.
        await asyncio.sleep(0)

    def _begin(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self._server is None:
            writer.transport.abort()
            return
        talk = asyncio.ensure_future(self._talk(reader, writer))
        self._open[talk] = writer
        talk.add_done_callback(self._end)

    def _end(self, talk: asyncio.Task[None]) -> None:
        self._open.pop(talk).close()


@asynccontextmanager
async def listening(talk: Talk, port: int = 0) -> AsyncIterator[int]:
    """The port of a server that is up until the end of the block."""
    listener = Listener(talk, port)
    await listener.up()
    try:
        yield listener.port
    finally:
        await listener.down()
