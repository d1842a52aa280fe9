"""Files are searched by a real clamd; nothing is called clean that it has not called so."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hoso_models import Scan
from hoso_workflows.attachments import refusals, scanning
from hoso_workflows.attachments.settings import StoreSettings
from support import clamd

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Address of a clamd that takes a megabyte."""
    with clamd.running(clamd.EICAR, most="1M") as found:
        yield found


async def scanned(content: bytes, address: str, *, required: bool = False) -> Scan:
    settings = StoreSettings(clamd_address=address, clamd_required=required)
    return await scanning.scan(io.BytesIO(content), "don.pdf", settings)


async def test_a_clean_file_is_clean_and_an_infected_one_is_refused(address: str):
    assert await scanned(b"x" * 200_000, address, required=True) is Scan.CLEAN
    with pytest.raises(refusals.FileInfected, match=r"don\.pdf"):
        await scanned(clamd.EICAR, address)


async def test_what_could_not_be_searched_is_never_called_clean(address: str, tmp_path: Path):
    large, chatter, nobody = bytes(4_000_000), str(tmp_path / "chatter"), str(tmp_path / "socket")
    cases = (
        (large, address, refusals.FileTooLargeToScan),
        (b"x", nobody, refusals.ScannerAway),
        (b"x", "127.0.0.1:1", refusals.ScannerAway),
        (b"x", chatter, refusals.ScannerAway),
    )
    async with await asyncio.start_unix_server(_chatters, chatter):
        for content, place, refusal in cases:
            assert await scanned(content, place) is Scan.NOT_SCANNED
            with pytest.raises(refusal):
                await scanned(content, place, required=True)


async def _chatters(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say more than any answer is long, without an end."""
    writer.write(b"x" * (1 << 18))
    with suppress(ConnectionError):
        await writer.drain()
    writer.close()


async def test_without_an_address_nobody_searches():
    assert await scanned(clamd.EICAR, "", required=False) is Scan.NOT_SCANNED
