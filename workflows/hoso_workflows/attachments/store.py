"""Store of sealed bytes, each known by the SHA-256 of what is stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore

from hoso_workflows.attachments.settings import StoreSettings

#: Objects that are listed at a time.
BATCH = 1_000


class Missing(Exception):
    """The store holds nothing under that name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of the store: its name, and when it was written."""

    name: str
    at: datetime


class Store:
    """A folder of this machine, which is made when something is first stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, settings: StoreSettings) -> Store:
        """The store that the settings name."""
        return cls(settings.folder)

    def _objects(self) -> ObjectStore | None:
        """The objects, None while nothing was ever stored."""
        folder = self.folder.absolute() / "objects"
        return LocalStore(folder) if folder.exists() else None

    @property
    def incoming(self) -> Path:
        """A folder for files that are being received; they have no name there."""
        return self._made("incoming")

    def _made(self, part: str) -> Path:
        folder = self.folder.absolute() / part
        new = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync(*(each.parent for each in new))
        return folder

    async def put(self, name: str, content: BinaryIO | bytes) -> None:
        """Store an object, whole or not at all."""
        await obstore.put_async(LocalStore(self._made("objects")), _place(name), content)
        await asyncio.to_thread(self._flush, name)

    def _flush(self, name: str) -> None:
        """Let an object outlast a loss of power, as its row will."""
        place = self.folder.absolute() / "objects" / _place(name)
        _sync(place, place.parent, place.parent.parent)

    async def chunks(self, name: str) -> AsyncIterator[bytes]:
        """The bytes of an object, in order. Raises Missing."""
        objects = self._objects()
        if objects is None:
            raise Missing(name)
        try:
            found = await obstore.get_async(objects, _place(name))
        except (NotFoundError, FileNotFoundError):
            raise Missing(name) from None
        async for chunk in found.stream(min_chunk_size=1 << 20):
            yield bytes(chunk)

    async def delete(self, names: Iterable[str]) -> None:
        """Delete objects."""
        if objects := self._objects():
            await obstore.delete_async(objects, [_place(name) for name in names])

    async def kept(self) -> AsyncIterator[list[Kept]]:
        """All objects, in batches."""
        objects = self._objects()
        if objects is None:
            return
        async for batch in obstore.list(objects, chunk_size=BATCH):
            yield [Kept(each["path"].rpartition("/")[2], each["last_modified"]) for each in batch]


def _sync(*paths: Path) -> None:
    """Flush files and folders to the disk."""
    for path in paths:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _place(name: str) -> str:
    """The place of an object, among few in a folder."""
    return f"{name[:2]}/{name}"
