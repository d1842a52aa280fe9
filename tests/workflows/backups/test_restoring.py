"""Restores end: whole, or with one sentence that says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoso_models.postgres import binaries, os_user
from hoso_models.storage import database
from hoso_workflows.attachments.store import Store
from hoso_workflows.backups import manifest, refusals, restoring
from support import backups, databases, disks
from support.command_line import hoso, program


@pytest.fixture
async def backup(database_url: str, tmp_path: Path) -> Path:
    """A backup whose database is larger than what a server makes by itself."""
    async with backups.house(database_url, tmp_path, megabytes=8) as source:
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


@disks.MOUNTS
async def test_files_that_find_no_room_in_the_store_are_told_in_a_sentence(
    backup: Path, database_url: str, tmp_path: Path
) -> None:
    with disks.mounted(tmp_path / "small", "size=100k") as folder:
        async with database.connect(databases.as_owner(database_url)) as owner:
            await owner.one_statement("drop schema public cascade")
            await owner.one_statement("create schema public")
            place = restoring.Place(owner, Store(folder), binaries.clients(os_user.caller(), 18), 18)
            with pytest.raises(refusals.NoRoom, match="because the disk is full; make room there"):
                await restoring.restore(backup, manifest.read(backup), place)


@pytest.mark.slow
@pytest.mark.rotating("workflows/hoso_workflows/backups", "models/hoso_models/postgres")
@disks.MOUNTS
@pytest.mark.parametrize("megabytes", [24, 40, 60])
async def test_a_restore_onto_a_full_disk_says_that_it_is_full(megabytes: int, backup: Path) -> None:
    with databases.home() as folder:
        disk = (f"size={megabytes}m", str(folder))
        ran = program("restore", str(backup), "--rehearse", TMPDIR=str(folder), disk=disk)
    assert (ran.status, ran.err.count("Traceback")) == (2, 0), ran.err
    assert "because the disk is full on which" in ran.err, ran.err
