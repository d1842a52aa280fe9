"""A small real HTTP server on loopback that receives webhooks, and behaves as badly as it is told to."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import Any

from hoso_workflows.operation import standard_webhooks
from support import lines, ports


class Mood(StrEnum):
    """Behaviour towards who sends."""

    #: It takes each message and counts each key once.
    GOOD = auto()
    #: 500, whatever comes.
    FAILING = auto()
    #: 400, whatever comes: it does not like what it is told.
    COMPLAINING = auto()
    #: 410: it is there no more.
    GONE = auto()
    #: 429, whatever comes, with a wish to hear nothing for two hours.
    BUSY = auto()
    #: It reads the message and never answers.
    HANGING = auto()
    #: It takes the message and cuts the line before it says so.
    DROPPING = auto()
    #: It takes each message and counts it again, whatever its key is.
    LYING = auto()
    #: It says 200 twice in one answer.
    TWICE = auto()
    #: It sends who asks to another address.
    ELSEWHERE = auto()
    #: It answers with more than anybody wants to read.
    ENDLESS = auto()


@dataclass(frozen=True)
class Got:
    """A message as it came."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Its `webhook-id`."""
        return self.headers[standard_webhooks.ID]

    @property
    def event(self) -> dict[str, Any]:
        """Its body."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def signed_at(self) -> datetime:
        """Its time, as it says."""
        return datetime.fromtimestamp(int(self.headers[standard_webhooks.TIME]), UTC)

    def signed_by(self, secret: bytes) -> bool:
        """True where one of its signatures is by a secret."""
        due = standard_webhooks.digest(secret, self.key, self.headers[standard_webhooks.TIME], self.body)
        wanted = f"{standard_webhooks.VERSION}{base64.b64encode(due).decode()}"
        return any(
            hmac.compare_digest(wanted, each) for each in self.headers[standard_webhooks.SIGNATURE].split()
        )


@dataclass
class Sink:
    """A receiver with a given behaviour, and what came."""

    port: int
    mood: Mood = Mood.GOOD
    #: Every message that was read whole, as it came.
    got: list[Got] = field(default_factory=list)
    #: What it has counted: by key where it honours the key, by message where it lies.
    counted: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def copies(self) -> Mapping[str, int]:
        """Number of times that each key came."""
        return Counter(each.key for each in self.got)

    def takes_down(self, got: Got) -> None:
        """Keep a message."""
        self.got.append(got)
        self._news.set()

    async def has_got(self, number: int) -> None:
        """Wait until so many messages have come."""
        while len(self.got) < number:
            self._news.clear()
            await self._news.wait()

    @property
    def types(self) -> list[str]:
        """The types of what came."""
        return [each.event["type"] for each in self.got]


@asynccontextmanager
async def running(mood: Mood = Mood.GOOD) -> AsyncIterator[Sink]:
    """A receiver until the end of the block."""
    with ports.kept() as port:
        sink = Sink(port, mood)
        async with listening(sink):
            yield sink


@asynccontextmanager
async def listening(sink: Sink) -> AsyncIterator[None]:
    """The receiver at work until the end of the block; before and after, it is away."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            sink.takes_down(got := await read(reader))
            await _answer(sink, got, writer)

    async with lines.listening(talk, sink.port):
        yield


async def read(reader: asyncio.StreamReader) -> Got:
    """A message, read whole. Raises IncompleteReadError."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head)}
    return Got(headers, await reader.readexactly(int(headers["content-length"])))


async def _answer(sink: Sink, got: Got, writer: asyncio.StreamWriter) -> None:
    mood = sink.mood
    if mood is Mood.HANGING:
        await asyncio.Event().wait()
    if mood in (Mood.GOOD, Mood.DROPPING, Mood.TWICE):
        sink.counted += [got.key] if got.key not in sink.counted else []
    elif mood is Mood.LYING:
        sink.counted.append(got.key)
    if mood is not Mood.DROPPING:
        writer.write(_ANSWERS.get(mood, said(200)))
        await writer.drain()


def said(status: int, *more: str, body: bytes = b"") -> bytes:
    """An answer."""
    head = (f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", "Connection: close", *more)
    return "\r\n".join((*head, "", "")).encode() + body


_ANSWERS = {
    Mood.FAILING: said(500, body="mật khẩu của ai đó".encode()),
    Mood.COMPLAINING: said(400),
    Mood.GONE: said(410),
    Mood.BUSY: said(429, "Retry-After: 7200"),
    Mood.TWICE: said(200) * 2,
    Mood.ELSEWHERE: said(307, "Location: http://127.0.0.1:9/"),
    Mood.ENDLESS: said(200, body=bytes(2 << 20)),
}
