"""Search of files for malicious code by clamd, the server of ClamAV.

Its protocol (INSTREAM): the bytes in pieces, each behind its length, then a piece of none; one line is the answer.
"""

import asyncio
from contextlib import suppress
from typing import BinaryIO

from hoso_models import Scan
from hoso_workflows.attachments import refusals
from hoso_workflows.attachments.settings import StoreSettings

PIECE = 1 << 16
_FOUND, _CLEAN = b" FOUND", b"stream: OK"


async def scan(file: BinaryIO, name: str, settings: StoreSettings) -> Scan:
    """Search a file that lies on the disk.

    Raises `FileInfected`; `ScannerAway` where nobody can search and files must be searched.
    """
    if not settings.clamd_address:
        return Scan.NOT_SCANNED
    try:
        async with asyncio.timeout(settings.clamd_seconds):
            answer = await _asked(file, settings.clamd_address)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        answer = b""
    if answer.endswith(_FOUND):
        raise refusals.FileInfected(name)
    if answer == _CLEAN:
        return Scan.CLEAN
    # Away, or the file is larger than it takes: never called clean.
    if settings.clamd_required:
        raise refusals.ScannerAway
    return Scan.NOT_SCANNED


async def _asked(file: BinaryIO, address: str) -> bytes:
    reader, writer = await _connected(address)
    try:
        # A server that has heard enough answers and closes: its answer counts, not our broken pipe.
        with suppress(ConnectionError):
            await _sent(file, writer)
        return (await reader.readuntil(b"\0")).rstrip(b"\0").strip()
    finally:
        writer.close()


async def _connected(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a socket by its path, or to `host:port`."""
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))


async def _sent(file: BinaryIO, writer: asyncio.StreamWriter) -> None:
    file.seek(0)
    writer.write(b"zINSTREAM\0")
    while piece := file.read(PIECE):
        writer.write(len(piece).to_bytes(4) + piece)
        await writer.drain()
    writer.write(bytes(4))
    await writer.drain()
