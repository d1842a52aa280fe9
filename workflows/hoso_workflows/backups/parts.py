"""Files of a backup: written with their digests, flushed, verified."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import IO

from hoso_calendar.messages import say
from hoso_workflows.backups import manifest, refusals
from hoso_workflows.backups.manifest import Manifest, Part

#: Bytes that are read at a time.
CHUNK = 1 << 20
#: A line of the listing: the name of a sealed file, and its bytes.
_LISTED = re.compile(rb"([0-9a-f]{64}) ([0-9]{1,18})\n")


async def write(path: Path, chunks: AsyncGenerator[bytes]) -> Part:
    """Write a file that only its owner reads; give its size and digest.

    The chunks are closed at the end, whatever ends it.
    """
    digest, size = hashlib.sha256(), 0
    async with aclosing(chunks):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _new(path) as file:
            async for chunk in chunks:
                await asyncio.to_thread(_append, file, chunk, digest)
                size += len(chunk)
            await asyncio.to_thread(_flush, file)
    return Part(bytes=size, sha256=digest.hexdigest())


async def at_once(content: bytes) -> AsyncGenerator[bytes]:
    """Bytes as chunks."""
    yield content


async def chunks(path: Path) -> AsyncGenerator[bytes]:
    """The chunks of a file."""
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def place(name: str) -> str:
    """The place of a sealed file in the folder of a backup."""
    return f"{manifest.FILES}/{name[:2]}/{name}"


def listed(folder: Path) -> Iterator[tuple[str, int]]:
    """The sealed files of a backup: name, which is their digest, and size. Raises Damaged."""
    with (folder / manifest.LISTING).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            found = _LISTED.fullmatch(line)
            if found is None:
                why = say("line {number} names no file and its size", number=number)
                raise refusals.Damaged(manifest.LISTING, why)
            yield found[1].decode(), int(found[2])


def verify(folder: Path, found: Manifest) -> None:
    """Return when every part is what the manifest says. Raises Damaged with the first that is not."""
    for name in dict.fromkeys((manifest.DATABASE, manifest.LISTING, *found.parts)):
        verify_part(folder, found, name)
    for name, size in listed(folder):
        _verify(folder, place(name), Part(bytes=size, sha256=name))


def verify_part(folder: Path, found: Manifest, name: str) -> None:
    """Return when one part is what the manifest says. Raises Damaged."""
    if name not in found.parts:
        raise refusals.Damaged(name, say("the manifest does not name it"))
    _verify(folder, name, found.parts[name])


def sync(folder: Path) -> None:
    """Let a folder and those in it outlast a loss of power."""
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_entry(each)


def sync_entry(folder: Path) -> None:
    """Let the names in a folder outlast a loss of power."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _verify(folder: Path, name: str, part: Part) -> None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise refusals.Damaged(name, say("it is missing"))
    if (size := path.stat().st_size) != part.bytes:
        raise refusals.Damaged(
            name, say("it has {size} bytes and should have {wanted}", size=size, wanted=part.bytes)
        )
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
            raise refusals.Damaged(name, say("its SHA-256 is another one"))


def _append(file: IO[bytes], chunk: bytes, digest: "hashlib._Hash") -> None:
    file.write(chunk)
    digest.update(chunk)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _new(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "wb")
