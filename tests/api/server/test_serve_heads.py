"""Limits on request heads: a header that never ends does not fill the memory of a worker."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from hoso_api.app import create_app
from hoso_api.http.middleware import request_line
from hoso_api.server import processes
from hoso_api.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Port of an API that runs the protocol of `hoso serve`; it needs no database to refuse."""
    monkeypatch.setenv("HOSO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    command = processes.api_command(Settings())
    spoken = command[command.index("--http") + 1]
    server = uvicorn.Server(uvicorn.Config(create_app(), port=0, http=spoken, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def said(port: int, *parts: bytes) -> bytes:
    """Bytes received until the connection is closed, or reset since the request was not read to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        while chunk := await reader.read(65_536):
            answer += chunk
    except ConnectionError:
        pass
    writer.close()
    return answer


@pytest.mark.parametrize(
    "begun", [b"GET /health/live HTTP/1.1\r\nHost: h\r\nX-A: ", b"GET /"], ids=["header", "path"]
)
async def test_a_head_without_an_end_is_cut_off_with_431(port: int, begun: bytes):
    answer = await said(port, begun, b"a" * (request_line.LIMIT + 1))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert b"connection: close" in head.lower()
    assert json.loads(body)["type"] == "urn:hoso:problem:head-too-large"


async def test_a_head_within_the_limit_is_read_however_often_one_comes(port: int):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answers = [await client.get("/health/live", headers={"X-A": "a" * 40_000}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4


async def test_a_body_is_no_part_of_the_head(port: int):
    large = b"{" + b" " * (2 * request_line.LIMIT) + b"}"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post(
            "/v1/dossiers", content=large, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == 401


CHUNKED = b"POST %s HTTP/1.1\r\nHost: h\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n"
#: A form, which is read before it is looked at, and an act of nobody, which is answered at once.
FORM = CHUNKED % (b"/dang-nhap", b"application/x-www-form-urlencoded")
FILING = CHUNKED % (b"/v1/dossiers", b"application/json")
TOO_MUCH = b"a" * (request_line.LIMIT + request_line.PIECE)
ENDLESS = pytest.mark.parametrize("begun", [b"1\r\na\r\n0\r\nX-A: ", b"1;a="], ids=["trailer", "extension"])


@ENDLESS
async def test_what_does_not_end_behind_the_head_is_cut_off_too(port: int, begun: bytes):
    answer = await said(port, FORM + b"\r\n" + begun, TOO_MUCH)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"431"]


@ENDLESS
async def test_who_was_answered_already_is_cut_off_without_a_word(port: int, begun: bytes):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(FILING + b"\r\n" + begun)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401 ")
    writer.write(TOO_MUCH)
    assert b"HTTP/1.1" not in await reader.read()
    writer.close()


async def test_a_body_of_many_small_chunks_is_within_the_limit(port: int):
    chunks = b"1\r\n \r\n" * request_line.LIMIT
    answer = await said(port, FILING + b"Connection: close\r\n\r\n", chunks, b"0\r\nX-A: a\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_trailer_is_no_header(port: int):
    answer = await said(
        port, FILING + b"Connection: close\r\n\r\n" + b"2\r\n{}\r\n0\r\nAuthorization: Bearer hs_a\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "said_of_it",
    [
        b"Content-Length: 2\r\nTransfer-Encoding: chunked",
        b"Content-Length: 2\r\nContent-Length: 3",
        b"Content-Length: 2, 3",
        b"Content-Length: +2",
        b"Content-Length : 2",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding : chunked",
    ],
)
async def test_a_body_whose_end_is_in_doubt_hides_no_request(port: int, said_of_it: bytes):
    hidden = b"0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    head = b"POST /v1/dossiers HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + said_of_it
    answer = await said(port, head + b"\r\n\r\n" + hidden)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"400"]


async def test_requests_one_behind_the_other_count_each_for_itself(port: int):
    one = b"GET /health/live HTTP/1.1\r\nHost: h\r\nX-A: " + b"a" * 1000 + b"\r\n"
    answer = await said(port, (one + b"\r\n") * 300 + one + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK") == 301
