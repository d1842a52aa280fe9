"""A line to PostgreSQL that is cut at a statement: before the server has it, or before its answer is back.

It reads the frontend's messages (PostgreSQL's protocol, version 3), so that it knows a statement and the end of its answer.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import URL, make_url

from support import lines

#: The number of the protocol in a startup message; what comes before it has no type byte and asks for TLS.
_PROTOCOL = 196_608
_READY = b"Z"
#: Messages after which the server answers only when it is asked to: they go out together.
_HELD = (b"P", b"B", b"D", b"E", b"C")


@dataclass
class Cut:
    """A cut that waits for a statement, and what came of it."""

    #: A part of the statement's text.
    statement: str
    #: Whether the server gets the statement, and its answer is lost.
    forwarded: bool
    done: bool = False


@asynccontextmanager
async def before(url: str | URL) -> AsyncIterator[CutLine]:
    """A line before the server of an address, open while the block lasts."""
    line = CutLine(make_url(url))
    async with lines.listening(line.carry) as line.port:
        yield line


class CutLine:
    """The line: nothing happens to it until it is told of a statement."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self.port = 0
        self._cut: Cut | None = None

    @property
    def url(self) -> URL:
        """The address of the database over this line."""
        return self._url.set(host="127.0.0.1", port=self.port).difference_update_query(["host", "port"])

    def cut(self, statement: str, *, forwarded: bool) -> Cut:
        """Cut the next connection that sends this statement."""
        self._cut = Cut(statement, forwarded)
        return self._cut

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Carry one connection until an end leaves it or it is cut."""
        query = self._url.query
        there, back = await asyncio.open_unix_connection(f"{query['host']}/.s.PGSQL.{query['port']}")
        answers = asyncio.create_task(_copy(there, writer))
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._asks(reader, there, back, answers)
        finally:
            answers.cancel()
            for each in (back, writer):
                each.transport.abort()

    async def _asks(
        self, reader: StreamReader, there: StreamReader, back: StreamWriter, answers: asyncio.Task[None]
    ) -> None:
        texts: dict[bytes, bytes] = {}
        held = b""
        async for kind, body in _messages(reader, started=False):
            held += kind + body
            if kind == b"P":
                name, text, *_ = body[4:].split(b"\0")
                texts[name] = text
            asked = _statement(kind, body, texts)
            if asked is not None and self._cut and self._cut.statement.encode() in asked:
                cut, self._cut = self._cut, None
                if cut.forwarded:
                    # No answer of this statement gets through.
                    answers.cancel()
                    await asyncio.wait([answers])
                    back.write(held + (b"" if kind == b"Q" else await _until_sync(reader)))
                    await _until_ready(there)
                cut.done = True
                return
            if kind not in _HELD:
                back.write(held)
                held = b""
                await back.drain()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        writer.close()


async def _messages(reader: StreamReader, *, started: bool = True) -> AsyncIterator[tuple[bytes, bytes]]:
    """The messages of an end: type, and length with content; those of a beginning have no type."""
    while True:
        kind = await reader.readexactly(1) if started else b""
        length = await reader.readexactly(4)
        content = await reader.readexactly(int.from_bytes(length) - 4)
        started = started or int.from_bytes(content[:4]) == _PROTOCOL
        yield kind, length + content


def _statement(kind: bytes, body: bytes, texts: dict[bytes, bytes]) -> bytes | None:
    """The text of the statement that a message executes, None where it executes none."""
    if kind == b"Q":
        return body[4:]
    if kind == b"B":
        return texts.get(body[4:].split(b"\0")[1])
    return None


async def _until_sync(reader: StreamReader) -> bytes:
    held = b""
    async for kind, body in _messages(reader):
        held += kind + body
        if kind == b"S":
            break
    return held


async def _until_ready(there: StreamReader) -> None:
    """Read until the server has done all that it was asked for."""
    async for kind, _ in _messages(there):
        if kind == _READY:
            return
