"""Backups end: whole, or with one sentence and nothing left behind."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hoso_api.cli import errors
from hoso_workflows.attachments.store import Kept, Store
from hoso_workflows.backups import manifest, parts, refusals, taking
from support import backups, databases, disks

#: A hang fails, and does not hold up the rest.
PATIENCE = 60


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[taking.Source]:
    async with backups.house(database_url, tmp_path) as source:
        yield source


def names(folder: Path) -> set[str]:
    """The names in a folder."""
    return {each.name for each in folder.iterdir()}


async def refused(source: taking.Source, folder: Path, hours: float = taking.HOURS) -> Exception:
    """The end of a backup that fails: it leaves neither a file nor work that goes on."""
    before = asyncio.all_tasks()
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which it is, the test says
        async with asyncio.timeout(PATIENCE):
            await taking.take(source, folder / "backup", id=uuid4(), clock=lambda: backups.AT, hours=hours)
    assert asyncio.all_tasks() == before
    assert names(folder) == set()
    return raised.value


def told(fault: Exception) -> str:
    """The sentence of the command line for a fault, which is no traceback."""
    assert errors.knows(fault), fault
    return errors.sentence(fault)


@disks.MOUNTS
async def test_a_backup_onto_a_full_disk_ends_at_every_stage_with_a_sentence_and_leaves_nothing(
    house: taking.Source, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    await backups.taken(house, whole)
    room = sum(each.stat().st_size for each in whole.rglob("*") if each.is_file())
    sizes = [f"size={max(1, room * n // 14)}" for n in range(14)]
    for options in (*sizes, *(f"nr_inodes={n}" for n in (1, 2, 3, 5, 7, 9))):
        with disks.mounted(tmp_path / "small", options) as folder:
            said = told(await refused(house, folder))
            assert said.startswith(f"{folder}/"), said
            assert said.endswith(": the disk is full; make room there and repeat the command."), said


async def test_a_backup_that_may_write_no_large_file_ends_with_a_sentence_and_leaves_nothing(
    house: taking.Source, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for size in (0, 100_000, 400_000, 800_000):
        with disks.largest_file(size):
            said = told(await refused(house, folder))
        assert ": a file as large as that is not taken there;" in said, said


async def test_what_a_killed_backup_left_is_removed_by_the_next_whatever_its_name(
    house: taking.Source, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    for left in (".hoso-2026-03-01.part/files/ab", ".hoso-2026-02-28.part/home", ".empty.part"):
        (folder / left).mkdir(parents=True)
    (folder / ".hoso-2026-03-01.part" / "database.dump").write_bytes(b"names of people")
    (folder / ".another program.part" / "work").mkdir(parents=True)
    (folder / ".file.part").touch()
    (folder / ".being written.part" / "files").mkdir(parents=True)
    lock = os.open(folder / ".being written.part", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    await backups.taken(house, folder / "backup")
    os.close(lock)
    assert names(folder) == {
        "backup",
        ".another program.part",
        ".file.part",
        ".being written.part",
    }


async def test_a_folder_that_another_backup_writes_is_not_taken(house: taking.Source, tmp_path: Path) -> None:
    part = tmp_path / ".backup.part"
    (part / "files").mkdir(parents=True)
    lock = os.open(part, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(refusals.BeingTaken):
        await backups.taken(house, tmp_path / "backup")
    os.close(lock)
    assert names(part) == {"files"}


async def test_a_backup_that_takes_too_long_is_given_up_with_a_sentence_and_leaves_nothing(
    house: taking.Source, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    async with house.owner.transaction() as tx:
        # Nobody reads this table until the transaction ends, so the dump waits.
        await tx.rows("lock table ballast in access exclusive mode")
        fault = await refused(house, tmp_path / "backups", hours=0.0005)
    assert told(fault).startswith("the backup was not whole after 0.0005 hours and was given up;")


async def test_a_backup_tells_which_files_that_rows_name_the_store_has_not(
    house: taking.Source, tmp_path: Path, database_url: str
) -> None:
    stored = sorted([each.name async for batch in house.store.kept() for each in batch])
    await databases.changed(database_url, DRAFTED, stored[1:], stored[0], stored[0])
    complete = await backups.taken(house, tmp_path / "complete")
    await house.store.delete(stored[:1])
    lacking = await backups.taken(house, tmp_path / "lacking")
    emptied = await backups.taken(replace(house, store=Store(tmp_path / "empty")), tmp_path / "emptied")
    assert [(each.held.files, each.missing, each.whole) for each in (complete, lacking, emptied)] == [
        (3, 0, True),
        (2, 1, False),
        (0, 3, False),
    ]
    listed = [
        (tmp_path / name / manifest.MISSING).read_text().splitlines() for name in ("lacking", "emptied")
    ]
    assert listed == [stored[:1], stored]
    assert not (tmp_path / "complete" / manifest.MISSING).exists()
    for name in ("complete", "lacking", "emptied"):
        parts.verify(tmp_path / name, manifest.read(tmp_path / name))


async def test_what_is_erased_while_a_backup_is_taken_is_not_missing(
    house: taking.Source, tmp_path: Path, database_url: str
) -> None:
    await databases.changed(database_url, DRAFTED, ["ab" * 32, "cd" * 32], "ef" * 32, None)

    class Erasing(Store):
        """A store that is asked for its objects a second time when one of them is no longer named."""

        asked = 0

        async def kept(self) -> AsyncGenerator[list[Kept]]:
            self.asked += 1
            if self.asked == 2:
                await databases.changed(database_url, "update upload set pieces = $1", ["cd" * 32])
            async for batch in super().kept():
                yield batch

    found = await backups.taken(replace(house, store=Erasing(house.store.folder)), tmp_path / "backup")
    assert found.missing == 2
    assert (tmp_path / "backup" / manifest.MISSING).read_text() == f"{'cd' * 32}\n{'ef' * 32}\n"


async def test_a_manifest_without_anything_missing_is_signed_as_before_there_was_such_a_word(
    house: taking.Source, tmp_path: Path
) -> None:
    found = await backups.taken(house, tmp_path / "backup")
    assert "missing" not in json.loads((tmp_path / "backup" / manifest.MANIFEST).read_text())
    manifest.require_signature(manifest.read(tmp_path / "backup"), backups.KEY, unsigned=False)
    assert found.missing == 0


#: A draft with an upload of $1 pieces, and a file that is $2 object with $3 picture.
DRAFTED = """
with owner as (
  insert into principal (id, kind, name, created_at) values (gen_random_uuid(), 'citizen', 'A citizen', now()) returning id
), draft as (
  insert into draft (id, owner_id, procedure_code, sealed, created_at, updated_at, expires_at)
  select gen_random_uuid(), id, '1.014464', '', now(), now(), now() from owner returning id, owner_id
), file as (
  insert into draft_file (id, draft_id, place, size, described, object, thumbnail, stored_at)
  select gen_random_uuid(), id, 1, 1, '', $2, $3, now() from draft
)
insert into upload (id, owner_id, draft_id, size, pieces, described, created_at, expires_at)
select gen_random_uuid(), owner_id, id, 1, $1::text[], '', now(), now() from draft
"""
