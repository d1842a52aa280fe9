"""Search of files for malicious code by clamd, the server of ClamAV.

Its protocol (INSTREAM): the bytes in pieces, each behind its length, then a piece of none; one line is the answer.
"""

import asyncio
import socket
from contextlib import suppress
from typing import Any, BinaryIO

from hoso_models import Scan
from hoso_workflows.attachments import refusals
from hoso_workflows.attachments.settings import StoreSettings

PIECE = 1 << 16
#: More than clamd ever answers, in bytes.
MOST_ANSWER = 1 << 14
_FOUND, _CLEAN, _TOO_LARGE = b" FOUND", b"stream: OK", b"INSTREAM size limit exceeded"


async def scan(file: BinaryIO, name: str, settings: StoreSettings) -> Scan:
    """Search a file that lies on the disk.

    Raises `FileInfected`; where files must be searched, `ScannerAway` when nobody can, and `FileTooLargeToScan`.
    """
    if not settings.clamd_address:
        return Scan.NOT_SCANNED
    try:
        async with asyncio.timeout(settings.clamd_seconds):
            answer = await _asked(file, settings.clamd_address)
    except (OSError, TimeoutError):
        answer = b""
    if answer.endswith(_FOUND):
        raise refusals.FileInfected(name)
    if answer == _CLEAN:
        return Scan.CLEAN
    # Away, or the file is larger than it takes: never called clean.
    if settings.clamd_required:
        raise refusals.FileTooLargeToScan(name) if answer.startswith(_TOO_LARGE) else refusals.ScannerAway
    return Scan.NOT_SCANNED


async def _asked(file: BinaryIO, address: str) -> bytes:
    """The answer of clamd without its end. What is longer than any answer is cut off."""
    loop, answer = asyncio.get_running_loop(), b""
    with await _connected(address) as server:
        # A server that has heard enough answers and closes: its answer counts, not our broken pipe.
        with suppress(ConnectionError):
            await _send(file, server)
        while b"\0" not in answer and len(answer) < MOST_ANSWER:
            if not (said := await loop.sock_recv(server, MOST_ANSWER)):
                return b""
            answer += said
    return answer.partition(b"\0")[0].strip()


async def _connected(address: str) -> socket.socket:
    """A connection to a socket by its path, or to `host:port`. Raises OSError."""
    loop, away = asyncio.get_running_loop(), OSError(address)
    for family, place in await _places(address):
        server = socket.socket(family)
        server.setblocking(False)
        try:
            await loop.sock_connect(server, place)
        except OSError as refused:
            server.close()
            away = refused
        except BaseException:
            server.close()
            raise
        else:
            return server
    raise away


async def _places(address: str) -> list[tuple[int, Any]]:
    """Families and addresses of the server, to be tried in this order."""
    if address.startswith("/"):
        return [(socket.AF_UNIX, address)]
    host, _, port = address.rpartition(":")
    found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return [(family, place) for family, _, _, _, place in found]


async def _send(file: BinaryIO, server: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    file.seek(0)
    await loop.sock_sendall(server, b"zINSTREAM\0")
    while piece := file.read(PIECE):
        await loop.sock_sendall(server, len(piece).to_bytes(4) + piece)
    await loop.sock_sendall(server, bytes(4))
