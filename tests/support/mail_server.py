"""A small real SMTP server on loopback that behaves as badly as it is told to."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from enum import StrEnum, auto

from support import lines, ports


class Mood(StrEnum):
    """Behaviour towards clients."""

    GOOD = auto()
    #: It takes `MailServer.delay` seconds for the recipient's answer and for the mail's.
    SLOW = auto()
    #: It accepts connections and never says a word.
    SILENT = auto()
    #: It greets, and falls silent at the recipient.
    SILENT_AT_RECIPIENT = auto()
    #: It says a letter now and then, and never a whole line.
    DRIBBLING = auto()
    #: 550 to every recipient, for good.
    REFUSING = auto()
    #: 451 to every recipient, for now.
    BUSY = auto()
    #: 530 to whoever wants to send: it knows us no more.
    STRANGE = auto()
    #: It takes the mail and cuts the line before it says so.
    CUTTING = auto()


@dataclass
class MailServer:
    """A mail server with a given behaviour, and the mails it took."""

    port: int
    mood: Mood = Mood.GOOD
    #: Moods towards single domains.
    moods: dict[str, Mood] = field(default_factory=dict)
    delay: float = 0.0
    #: The mails taken, as they came.
    mails: list[bytes] = field(default_factory=list)
    #: Recipients named, whatever became of it.
    named: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def copies(self) -> Mapping[str, int]:
        """Number of times that each Message-ID was taken."""
        return Counter(str(message_from_bytes(mail, policy=default)["Message-ID"]) for mail in self.mails)

    def towards(self, recipient: str) -> Mood:
        """The mood towards one recipient."""
        return self.moods.get(recipient.rpartition("@")[2].rstrip(">"), self.mood)


@asynccontextmanager
async def running(**said: object) -> AsyncIterator[MailServer]:
    """A server until the end of the block."""
    with ports.kept() as port:
        it = MailServer(port, **said)  # type: ignore[arg-type]  # as the fields are
        async with listening(it):
            yield it


@asynccontextmanager
async def listening(it: MailServer) -> AsyncIterator[None]:
    """The server at work until the end of the block; before and after, it is away."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        it.connections += 1
        await _Talk(it, reader, writer).go_on()

    async with lines.listening(talk, it.port):
        yield


class _Cut(Exception):
    """The line is cut."""


@dataclass
class _Talk:
    server: MailServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    mood: Mood = Mood.GOOD

    async def go_on(self) -> None:
        with suppress(_Cut, ConnectionError, asyncio.IncompleteReadError):
            await self._greet()
            while line := (await self.reader.readline()).decode().strip():
                await self._answer(line)

    async def _greet(self) -> None:
        if self.server.mood is Mood.SILENT:
            await asyncio.Event().wait()
        while self.server.mood is Mood.DRIBBLING:
            self.writer.write(b"2")
            await self.writer.drain()
            await asyncio.sleep(0.05)
        await self._say("220 loopback")

    async def _answer(self, line: str) -> None:
        verb = line.upper()
        if verb.startswith("RCPT"):
            await self._recipient(line)
        elif verb.startswith("DATA"):
            await self._data()
        elif verb.startswith("MAIL") and self.server.mood is Mood.STRANGE:
            await self._say("530 who are you")
        elif verb.startswith("QUIT"):
            await self._say("221 bye")
            raise _Cut
        else:
            await self._say("250 fine")

    async def _recipient(self, line: str) -> None:
        recipient = line.partition("<")[2].partition(">")[0]
        self.server.named.append(recipient)
        self.mood = self.server.towards(recipient)
        if self.mood is Mood.SILENT_AT_RECIPIENT:
            await asyncio.Event().wait()
        await self._dawdle()
        answers = {Mood.REFUSING: "550 unknown", Mood.BUSY: "451 later"}
        await self._say(answers.get(self.mood, "250 fine"))

    async def _data(self) -> None:
        await self._say("354 go on")
        mail = (await self.reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
        await self._dawdle()
        self.server.mails.append(mail)
        if self.mood is Mood.CUTTING:
            raise _Cut
        await self._say("250 taken")

    async def _dawdle(self) -> None:
        if self.mood is Mood.SLOW:
            await asyncio.sleep(self.server.delay)

    async def _say(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()
