"""Silent, dripping and greedy clients are cut off in time, and when it is crowded at once: those who ask are served."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import ValidationError

from hoso_api.app import create_app
from hoso_api.http.middleware import connections
from hoso_api.server import processes
from hoso_api.settings import Settings

pytestmark = pytest.mark.slow

#: Far more than a test lasts; what is to be short a test says.
UNHURRIED = {"head_seconds": 3600, "body_seconds": 3600, "answer_seconds": 3600}
GET = b"GET /health/live HTTP/1.1\r\nHost: h\r\n"
POST = b"POST /dang-nhap HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
FORM = POST + b"Content-Length: 16000\r\n\r\n"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application needs no database for what is asked here."""
    monkeypatch.setenv("HOSO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")


@dataclass
class Served:
    """A server in this process, and who has come to it."""

    server: uvicorn.Server
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def port(self) -> int:
        found: int = self.server.servers[0].sockets[0].getsockname()[1]
        return found

    @property
    def connections(self) -> set[Any]:
        """All of which the server has not seen the end."""
        return self.server.server_state.connections

    @property
    def open(self) -> list[Any]:
        """The connections that are not ended."""
        return [each for each in self.connections if not each.ended()]

    async def come(self, said: bytes = b"", host: str = "127.0.0.1") -> asyncio.StreamReader:
        """Somebody comes and says so much."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(host, 0))
        self.writers.append(writer)
        writer.write(said)
        return reader

    async def only(self) -> Any:
        """The only connection as the server sees it, when it has come."""
        await until(lambda: self.connections)
        (found,) = self.connections
        return found


@asynccontextmanager
async def served(app: Any = None, **settings: Any) -> AsyncIterator[Served]:
    """The application, by the protocol with which `hoso serve` starts it."""
    told = Settings(**{**UNHURRIED, **settings})
    command = processes.api_command(told)
    spoken, believed = (command[command.index(word) + 1] for word in ("--http", "--forwarded-allow-ips"))
    config = uvicorn.Config(
        app or create_app(settings=told),
        port=0,
        http=spoken,
        ws="none",
        forwarded_allow_ips=believed,
        timeout_keep_alive=3600,
        log_level="error",
    )
    here = Served(uvicorn.Server(config))
    serving = asyncio.create_task(here.server.serve())
    await until(lambda: here.server.started or serving.done())
    try:
        yield here
    finally:
        for writer in here.writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        here.server.should_exit = True
        await serving


async def until(told: Callable[[], object]) -> None:
    """Return when it is so."""
    while not told():  # noqa: ASYNC110 - a connection sets no event for what the server has seen of it
        await asyncio.sleep(0.005)


async def heard(reader: asyncio.StreamReader) -> bytes:
    """Bytes received until the connection ends."""
    answer = b""
    with suppress(ConnectionError):
        while chunk := await reader.read(65_536):
            answer += chunk
    return answer


async def drips(writer: asyncio.StreamWriter, drop: bytes) -> None:
    """One drop after the other until nobody takes them."""
    with suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.002)


async def cut_off(writing: Callable[[Any, Any], Awaitable[bytes]], **settings: Any) -> bytes:
    """Bytes that a client receives until its connection ends; here that is soon."""
    async with served(**settings) as server:
        reader = await server.come()
        return await writing(reader, server.writers[0])


def statuses(answer: bytes) -> list[bytes]:
    return re.findall(rb"HTTP/1.1 (\d+)", answer)


async def test_who_says_nothing_is_cut_off_without_a_word():
    async def silent(reader: Any, _: Any) -> bytes:
        return await heard(reader)

    assert await cut_off(silent, head_seconds=0.05) == b""


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        (GET, {"head_seconds": 0.05}),
        (b"G", {"head_seconds": 0.05}),
        (FORM + b"ma=", {"body_seconds": 0.05}),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", {"body_seconds": 0.05}),
    ],
    ids=["head", "letter", "body", "chunks"],
)
async def test_who_begins_and_does_not_go_on_is_told_408(said: bytes, settings: dict[str, float]):
    async def halted(reader: Any, writer: Any) -> bytes:
        writer.write(said)
        return await heard(reader)

    head, _, body = (await cut_off(halted, **settings)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"connection: close" in head.lower()
    assert json.loads(body)["type"] == "urn:hoso:problem:request-timeout"


@pytest.mark.parametrize(
    ("said", "drop", "settings"),
    [
        (b"", b"\r\n", {"head_seconds": 0.05}),
        (GET + b"X-A: ", b"a", {"head_seconds": 0.05}),
        (FORM, b"a", {"body_seconds": 0.05, "body_bytes_per_second": 100_000}),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a", {"body_seconds": 0.05}),
    ],
    ids=["empty lines", "head", "body", "extension"],
)
async def test_who_drips_is_cut_off_as_well(said: bytes, drop: bytes, settings: dict[str, float]):
    async def dripping(reader: Any, writer: Any) -> bytes:
        writer.write(said)
        _, answer = await asyncio.gather(drips(writer, drop), heard(reader))
        return answer

    assert set(statuses(await cut_off(dripping, **settings))) <= {b"408"}


async def test_who_drips_behind_an_answer_is_cut_off_without_another():
    async def dripping(reader: Any, writer: Any) -> bytes:
        writer.write(GET + b"\r\n")
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.write(GET)
        return answer + await heard(reader)

    assert statuses(await cut_off(dripping, head_seconds=0.3)) == [b"200", b"408"]


async def test_who_takes_nothing_of_the_answer_is_cut_off():
    many = (b"GET /v1/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n") * 200
    async with served(answer_seconds=0.1) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as greedy:
            greedy.setblocking(False)
            await asyncio.get_running_loop().sock_sendall(greedy, many)
            await server.only()
            await until(lambda: not server.connections)
    assert not server.connections


async def test_a_body_has_thirty_seconds_and_one_more_for_each_thousand_bytes_that_came():
    """So that a package of 10 MiB may come over a slow line, for close to three hours."""
    settings = Settings()
    async with served() as server:
        reader = await server.come(FORM + b"a" * 10_000)
        slow = await server.only()
        await until(lambda: slow._body_bytes == 10_000)
        slow.enforce(slow.since() + 39.9, settings)
        assert not slow.transport.is_closing()
        slow.enforce(slow.since() + 40.1, settings)
        assert statuses(await heard(reader)) == [b"408"]


async def test_a_head_has_fifteen_seconds_from_the_connection_on():
    settings = Settings()
    async with served() as server:
        reader = await server.come()
        slow = await server.only()
        begun = slow.since()
        server.writers[0].write(GET)
        await until(lambda: slow.waits() is connections.Wait.HEAD)
        assert slow.since() == begun
        slow.enforce(begun + 14.9, settings)
        assert not slow.transport.is_closing()
        slow.enforce(begun + 15.1, settings)
        assert statuses(await heard(reader)) == [b"408"]


class Working:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.asked = 0

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        self.asked += 1
        await self.go.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


async def test_who_waits_for_us_is_never_cut_off():
    """Also not for the half of a next request, and not for a body that we do not read on."""
    app, settings = Working(), Settings()
    async with served(app) as server:
        reader = await server.come(GET + b"\r\n" + GET)
        busy = await server.only()
        await until(lambda: app.asked)
        busy.enforce(busy.since() + 10_000, settings)
        app.go.set()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
        await until(lambda: busy.waits() is connections.Wait.HEAD)
        busy.enforce(busy.since() + 15.1, settings)
        assert statuses(await heard(reader)) == [b"408"]
    app = Working()
    async with served(app) as server:
        await server.come(FORM.replace(b"16000", b"200000") + b"a" * 100_000)
        busy = await server.only()
        await until(lambda: busy.flow.read_paused)
        busy.enforce(busy.since() + 10_000, settings)
        assert (busy.waits(), busy.transport.is_closing()) == (None, False)
        app.go.set()


async def test_newcomers_are_served_however_many_stand_there_idle():
    async with served(connections=32) as server:
        for said in (b"", GET, FORM) * 50:
            await server.come(said)
        await until(lambda: not server.connections or len(server.open) <= 32)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as officer:
            assert [(await officer.get("/health/live")).status_code for _ in range(5)] == [200] * 5
        assert 16 <= len(server.open) <= 32


async def test_idle_ones_leave_first_and_the_oldest_of_them():
    async with served(connections=4) as server:
        body = await server.come(FORM)
        await server.only()
        for _ in range(3):
            await server.come()
        await until(lambda: len(server.open) == 4)
        oldest = min((each for each in server.open if each.cycle is None), key=lambda each: each.since())
        await server.come()
        await until(lambda: oldest.ended())
        assert len(server.open) == 4
        assert not body.at_eof()


async def test_the_network_with_the_most_connections_makes_room():
    async with served(connections=6) as server:
        await server.come(host="127.0.2.1")
        await server.only()
        for number in range(1, 10):
            await server.come(GET, host=f"127.0.1.{number}")
        await until(lambda: sum(each.host.startswith("127.0.1.") for each in server.open) == 5)
        assert [each.host for each in server.open if not each.host.startswith("127.0.1.")] == ["127.0.2.1"]


async def test_one_network_has_its_share_and_a_proxy_speaks_for_many():
    async with served(connections=100, connections_per_network=4) as server:
        for host in ("127.0.1.1", "127.0.0.1"):
            for _ in range(20):
                await server.come(host=host)
        await until(lambda: sum(each.host == "127.0.0.1" for each in server.open) == 20)
        assert sum(each.host == "127.0.1.1" for each in server.open) == 4


async def test_who_comes_when_all_connections_are_at_work_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOSO_CONNECTIONS", "3")
    app = Working()
    async with served(app) as server:
        working = [await server.come(GET + b"\r\n") for _ in range(3)]
        await until(lambda: app.asked == 3)
        reader = await server.come()
        head, _, body = (await heard(reader)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert json.loads(body)["type"] == "urn:hoso:problem:too-many-connections"
        app.go.set()
        for answered in working:
            assert (await answered.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")


async def told_address(scope: Any, _receive: Any, send: Any) -> None:
    """An application that says from where it is asked, and how."""
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['scheme']} {scope['client'][0]}".encode()})


@pytest.mark.parametrize(
    ("proxies", "peer", "address"),
    [
        (None, "127.0.0.1", "https 203.0.113.7"),
        (None, "127.0.1.1", "http 127.0.1.1"),
        (["127.0.1.0/24"], "127.0.1.1", "https 203.0.113.7"),
        (["127.0.1.0/24"], "127.0.0.1", "http 127.0.0.1"),
    ],
)
async def test_what_is_said_of_a_client_is_believed_of_our_proxies_only(
    proxies: list[str] | None, peer: str, address: str
):
    said = GET + b"X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    async with served(told_address, **({"trusted_proxies": proxies} if proxies else {})) as server:
        assert address.encode() in await heard(await server.come(said, host=peer))


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_is_refused(wrong: str):
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=[wrong])
