"""Store of sealed bytes, each known by the SHA-256 of what is stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hoso_workflows.attachments import refusals
from hoso_workflows.attachments.settings import StoreSettings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig, S3Config, S3Store

#: Objects that are listed at a time.
BATCH = 1_000
#: How long a bucket may be silent, and what one request may take, such as a part of some megabytes on a slow line. What has
#: waited for its answer is not asked again, so that nobody waits for a store that hangs longer than that.
_PATIENCE: ClientConfig = {
    "connect_timeout": timedelta(seconds=5),
    "read_timeout": timedelta(seconds=8),
    "timeout": timedelta(minutes=1),
}
_AGAIN: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=5)}


class Missing(Exception):
    """The store holds nothing under that name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of the store: its name, and when it was written."""

    name: str
    at: datetime


class Store:
    """A bucket, or a folder of this machine that is made when needed.

    Its methods raise `StoreAway` where the bucket does not answer, or the folder fails.
    """

    def __init__(self, folder: Path, bucket: ObjectStore | None = None) -> None:
        self.folder = folder
        self.bucket = bucket

    @classmethod
    def of(cls, settings: StoreSettings) -> Store:
        """The store that the settings name."""
        return cls(settings.folder, _bucket(settings) if settings.store_bucket else None)

    def _objects(self) -> ObjectStore | None:
        """The objects, None while nothing was ever stored."""
        from obstore.store import LocalStore

        folder = self.folder.absolute() / "objects"
        return self.bucket or (LocalStore(folder) if folder.exists() else None)

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
        import obstore
        from obstore.store import LocalStore

        objects = self.bucket or LocalStore(self._made("objects"))
        with _answering():
            await obstore.put_async(objects, _place(name), content)
        if self.bucket is None:
            await asyncio.to_thread(self._flush, name)

    def _flush(self, name: str) -> None:
        """Let an object outlast a loss of power, as its row will."""
        place = self.folder.absolute() / "objects" / _place(name)
        _sync(place, place.parent, place.parent.parent)

    async def chunks(self, name: str) -> AsyncGenerator[bytes]:
        """The bytes of an object, in order. Raises Missing."""
        import obstore
        from obstore.exceptions import NotFoundError

        objects = self._objects()
        if objects is None:
            raise Missing(name)
        with _answering():
            try:
                found = await obstore.get_async(objects, _place(name))
            except (NotFoundError, FileNotFoundError):
                raise Missing(name) from None
            async for chunk in found.stream(min_chunk_size=1 << 20):
                yield bytes(chunk)

    async def delete(self, names: Iterable[str]) -> None:
        """Delete objects."""
        import obstore

        if objects := self._objects():
            with _answering():
                await obstore.delete_async(objects, [_place(name) for name in names])

    async def kept(self) -> AsyncGenerator[list[Kept]]:
        """All objects, in batches."""
        import obstore

        objects = self._objects()
        if objects is None:
            return
        with _answering():
            async for batch in obstore.list(objects, chunk_size=BATCH):
                yield [Kept(each["path"].rpartition("/")[2], each["last_modified"]) for each in batch]


def _bucket(settings: StoreSettings) -> S3Store:
    from obstore.store import S3Store

    config: S3Config = {"region": settings.store_region}
    if settings.store_endpoint:
        config["endpoint"] = settings.store_endpoint
    if settings.store_access_key and settings.store_secret_key:
        config["access_key_id"] = settings.store_access_key
        config["secret_access_key"] = settings.store_secret_key.get_secret_value()
    options: ClientConfig = {**_PATIENCE, "allow_http": settings.store_endpoint.startswith("http://")}
    return S3Store(settings.store_bucket, config=config, client_options=options, retry_config=_AGAIN)


@contextmanager
def _answering() -> Iterator[None]:
    """Raise StoreAway where the store, or its bucket, is not there."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as trouble:
        raise refusals.StoreAway from trouble


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
