"""Restores end: whole, or with one sentence that says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import backups
from support.command_line import hoso


@pytest.fixture
async def backup(database_url: str, tmp_path: Path) -> Path:
    """A backup whose database is larger than what a server makes by itself."""
    async with backups.house(database_url, tmp_path, megabytes=24) as source:
        await backups.taken(source, tmp_path / "backup")
    return tmp_path / "backup"


async def test_a_master_key_that_others_may_read_is_told_in_a_sentence(backup: Path, tmp_path: Path) -> None:
    key = tmp_path / "open.key"
    key.write_text(backups.KEY.hex())
    key.chmod(0o644)
    ran = hoso("restore", str(backup), "--master-key", str(key), HOSO_HOME=str(tmp_path / "home"))
    assert (ran.status, ran.err) == (
        2,
        f"hoso: {key} cannot be used as the key that seals secrets: others may read it; make it yours alone by `chmod 400`\n",
    )
