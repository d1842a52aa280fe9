"""A slow line: a relay on this machine before an address, with bytes held back on their way."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from support import lines

#: A line of 400 kbit/s whose requests arrive after 150 ms: what is asserted is what came over it, no time.
BYTES_PER_SECOND, LATENCY = 50_000, 0.15
#: Bytes that are carried at once.
PIECE = 4096


@asynccontextmanager
async def before(address: str) -> AsyncIterator[str]:
    """The address of a slow line to one of this machine, with the same host name."""
    found = urlsplit(address)
    async with lines.listening(_Line("127.0.0.1", found.port or 80).answer) as port:
        yield f"{found.scheme}://{found.hostname}:{port}"


class _Line:
    """The pace of several connections: one is held back by the bytes of the others."""

    def __init__(self, host: str, port: int) -> None:
        self._end = (host, port)
        self._free = asyncio.Lock()

    async def answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Carry one connection until an end leaves it."""
        there, back = await asyncio.open_connection(*self._end)
        try:
            # Who leaves a page breaks its connections off.
            with suppress(ConnectionError):
                await asyncio.gather(self._carries(reader, back, LATENCY), self._carries(there, writer, 0))
        finally:
            back.transport.abort()

    async def _carries(self, reader: StreamReader, writer: StreamWriter, latency: float) -> None:
        while piece := await reader.read(PIECE):
            await asyncio.sleep(latency)
            async with self._free:
                await asyncio.sleep(len(piece) / BYTES_PER_SECOND)
            writer.write(piece)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()
