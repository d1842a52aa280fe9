"""A small house of which backups are taken, and what is taken of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from hoso_models.postgres import binaries, os_user
from hoso_models.storage import database
from hoso_workflows.attachments.store import Store
from hoso_workflows.backups import taking
from hoso_workflows.backups.manifest import Manifest
from support import databases

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = b"k" * 32


@asynccontextmanager
async def house(url: str, folder: Path, megabytes: int = 1) -> AsyncIterator[taking.Source]:
    """A house with so much that nothing compresses in its database, and three objects in its store."""
    await databases.changed(url, "create table ballast (content bytea)")
    await databases.changed(url, "insert into ballast values ($1)", secrets.token_bytes(megabytes << 20))
    store, settings = Store(folder / "store"), folder / "hoso.toml"
    for _ in range(3):
        content = secrets.token_bytes(1 << 16)
        await store.put(hashlib.sha256(content).hexdigest(), content)
    settings.write_text("# nothing\n")
    async with installed(url, store, {"home/hoso.toml": settings}) as source:
        yield source


@asynccontextmanager
async def installed(
    url: str, store: Store, configuration: Mapping[str, Path] = MappingProxyType({})
) -> AsyncIterator[taking.Source]:
    """A database and a store as a backup is taken of them."""
    async with database.connect(databases.as_owner(url)) as owner:
        programs = binaries.clients(os_user.caller(), 18)
        yield taking.Source(owner, store, programs, programs.version, "test", configuration, {}, KEY)


async def taken(source: taking.Source, target: Path) -> Manifest:
    """A backup of a house."""
    return await taking.take(source, target, id=uuid4(), clock=lambda: AT)
