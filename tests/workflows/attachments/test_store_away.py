"""Buckets that are not there or do not answer are told as a store that is away."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hoso_workflows.attachments import refusals
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from support import lines

NAME = "ab" * 32
#: Seconds after which nobody waits for a store any more.
LONGEST = 20
GONE = b"<?xml version='1.0'?><Error><Code>NoSuchBucket</Code><Message>It is not there</Message></Error>"


@asynccontextmanager
async def bucket(folder: Path, status: int | None) -> AsyncGenerator[Store]:
    """A bucket of a server that answers each request with a status, or with nothing."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if status is None:
            await reader.read()  # until whoever asked has gone
        else:
            head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(GONE)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + GONE)
            await writer.drain()

    async with lines.listening(answer) as port:
        yield Store.of(
            StoreSettings(
                store_folder=folder,
                store_bucket="files",
                store_endpoint=f"http://127.0.0.1:{port}",
                store_access_key="a",
                store_secret_key="b",
            )
        )


async def test_a_bucket_that_is_not_there_is_a_store_that_is_away(tmp_path: Path):
    async with bucket(tmp_path, 404) as store:
        with pytest.raises(refusals.StoreAway):
            await store.put(NAME, b"sealed")


async def test_a_store_that_hangs_is_not_waited_for(tmp_path: Path):
    async with bucket(tmp_path, None) as store, asyncio.timeout(LONGEST):
        with pytest.raises(refusals.StoreAway):
            await store.put(NAME, b"sealed")
        with pytest.raises(refusals.StoreAway):
            await anext(store.chunks(NAME))
