"""`hoso backup` and `hoso restore`: taken while officers work, restored elsewhere, proved by an audit."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hoso_models import migrations, postgres
from hoso_models.postgres import Role
from hoso_models.storage import database
from hoso_workflows.backups import manifest
from support import databases, files, prefect_server
from support import world as worlds
from support.api_client import CLERK, Rest
from support.command_line import Ran, hoso, owner

pytestmark = pytest.mark.slow

KEY = "7b" * 32


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A store and a master key of this test's own."""
    key = tmp_path / "master.key"
    key.write_text(KEY)
    key.chmod(0o600)
    told = {"HOSO_STORE_FOLDER": str(tmp_path / "files"), "HOSO_MASTER_KEY_FILE": str(key)}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return told


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder for another installation, which the server's user reaches."""
    with databases.home() as folder:
        yield folder


def restored(backup: Path, home: Path, *options: str, **told: str) -> Ran:
    told = {"HOSO_STORE_FOLDER": str(home / "files"), **told}
    with pytest.MonkeyPatch.context() as patch:
        # Another machine, which has its key in its home.
        patch.delenv("HOSO_MASTER_KEY_FILE", raising=False)
        return hoso("restore", str(backup), "--json", *options, home=home, **told)


def doctored(url: str, where: dict[str, str]) -> dict[str, str]:
    """The state of what the doctor says of backups."""
    checks = hoso("doctor", "--json", url=url, **owner(url), **where).json
    return {each["name"]: each["state"] for each in checks if "backup" in each["name"]}


def held(home: Path, sql: str) -> list[str]:
    with postgres.Server(home) as server:
        return server.query(sql, Role.OWNER).splitlines()


async def test_what_was_acknowledged_before_a_backup_under_load_stands_in_what_is_restored_from_it(
    where: dict[str, str], rest: Rest, world_url: str, tmp_path: Path, elsewhere: Path
) -> None:
    paper = await rest.files()
    sent = await files.sends(rest, paper["reference"], CLERK, files.pdf())
    assert sent.status_code == 201, sent.text
    before = {paper["reference"], *[(await rest.world.files()).reference for _ in range(5)]}
    target, going_on = tmp_path / "backup", list[str]()

    async def file_on() -> None:
        while True:
            going_on.append((await rest.world.files()).reference)

    writer = asyncio.ensure_future(file_on())
    await prefect_server.until(lambda: _has(going_on, 1))
    taken = await asyncio.to_thread(
        lambda: hoso("backup", str(target), "--json", url=world_url, **owner(world_url), **where)
    )
    during = len(going_on)
    await prefect_server.until(lambda: _has(going_on, during + 1))
    writer.cancel()
    assert taken.status == 0, taken.err

    home = elsewhere / ".hoso"
    refused = restored(target, home)
    assert (refused.status, "the master key of this backup is not in" in refused.err) == (2, True)
    ran = restored(target, home, "--master-key", where["HOSO_MASTER_KEY_FILE"])
    assert (ran.status, ran.json["signature_verified"], ran.json["differences"]) == (0, True, []), ran.err
    there = set(held(home, "select reference from dossier"))
    assert before <= there
    assert len(there) == taken.json["held"]["dossiers"] < len(before) + len(going_on)
    assert (taken.json["held"]["files"], ran.json["revision"]) == (2, migrations.head())
    assert (home / "keys" / "master.key").read_text().strip() == KEY
    # A file and its picture came along, as is seen where they are taken away.
    shutil.rmtree(home / "files")
    told = hoso("audit", "--json", home=home, HOSO_STORE_FOLDER=str(home / "files"))
    assert (told.status, [each["stored"] for each in told.json]) == (1, ["absent"])


async def _has(going_on: list[str], number: int) -> bool:
    return len(going_on) >= number


async def test_a_rehearsal_proves_a_backup_and_leaves_nothing_behind(
    world: worlds.World, world_url: str, tmp_path: Path, where: dict[str, str]
) -> None:
    await world.accepts(await world.files())
    target = tmp_path / "backup"
    assert hoso("backup", str(target), url=world_url, **owner(world_url), **where).status == 0
    folder = tmp_path / "rehearsals"
    folder.mkdir()
    ran = hoso("restore", str(target), "--rehearse", "--json", url=world_url, TMPDIR=str(folder), **where)
    assert (ran.status, ran.json["rehearsed"], ran.json["differences"]) == (0, True, [])
    assert list(folder.iterdir()) == []
    recorded = await world.db.rows("select act from access_log where act like '%a backup'")
    assert recorded == [("taking a backup",)]
    assert doctored(world_url, where) == {"backup": "ok", "rehearsal of a backup": "ok"}


@pytest.fixture
async def backup(world: worlds.World, world_url: str, tmp_path: Path, where: dict[str, str]) -> Path:
    """A backup of a world with a dossier, and with an object in its store."""
    await world.accepts(await world.files())
    target = tmp_path / "backup"
    ran = hoso("backup", str(target), url=world_url, **owner(world_url), **where)
    assert ran.status == 0, ran.err
    return target


@pytest.mark.parametrize("part", [manifest.DATABASE, manifest.LISTING])
def test_a_part_that_was_altered_is_refused_by_its_name_and_nothing_is_made(
    backup: Path, part: str, elsewhere: Path
) -> None:
    with (backup / part).open("r+b") as file:
        content = bytearray(file.read() or b"\n")
        content[len(content) // 2] ^= 1
        file.seek(0)
        file.write(content)
    ran = restored(backup, elsewhere / ".hoso", "--without-key")
    assert (ran.status, f"{part} of the backup is damaged" in ran.err) == (2, True)
    (backup / part).unlink()
    ran = restored(backup, elsewhere / ".hoso", "--without-key")
    assert (ran.status, f"{part} of the backup is damaged: it is missing" in ran.err) == (2, True)
    assert list(elsewhere.iterdir()) == []


async def test_a_file_that_was_altered_is_refused_by_its_name(
    where: dict[str, str], rest: Rest, world_url: str, tmp_path: Path, elsewhere: Path
) -> None:
    paper = await rest.files()
    assert (await files.sends(rest, paper["reference"], CLERK, files.pdf())).status_code == 201
    target = tmp_path / "backup"
    assert hoso("backup", str(target), url=world_url, **owner(world_url), **where).status == 0
    # Of a store that has lost everything one is taken too, and says so.
    told = {**where, "HOSO_STORE_FOLDER": str(tmp_path / "emptied")}
    lacking = hoso("backup", str(tmp_path / "lacking"), url=world_url, **owner(world_url), **told)
    assert (lacking.status, "2 files that the database names are not in the store" in lacking.err) == (
        1,
        True,
    )
    sealed = next((target / manifest.FILES).glob("*/*"))
    sealed.write_bytes(sealed.read_bytes()[::-1])
    ran = restored(target, elsewhere / ".hoso", "--without-key")
    assert ran.status == 2
    assert (
        f"files/{sealed.name[:2]}/{sealed.name} of the backup is damaged: its SHA-256 is another one"
        in ran.err
    )


def test_a_backup_takes_no_place_that_is_taken_and_a_restore_none_that_holds_something(
    backup: Path, world_url: str, where: dict[str, str], elsewhere: Path
) -> None:
    again = hoso("backup", str(backup), url=world_url, **owner(world_url), **where)
    assert (again.status, "is there already; name another place" in again.err) == (2, True)
    into_itself = hoso("restore", str(backup), url=world_url, **owner(world_url), **where)
    assert (into_itself.status, "the database has the table access_day already" in into_itself.err) == (
        2,
        True,
    )
    home = elsewhere / ".hoso"
    assert hoso("db", "upgrade", home=home).status == 0
    ran = restored(backup, home, "--without-key")
    assert (ran.status, "into an empty place only: the database has the table" in ran.err) == (2, True)
    foreign = elsewhere / "foreign" / ".hoso"
    stranger = foreign / "files" / "objects" / "ab" / ("ab" * 32)
    stranger.parent.mkdir(parents=True)
    stranger.touch()
    ran = restored(backup, foreign, "--without-key")
    assert (ran.status, f"the store of files holds {stranger.name}" in ran.err) == (2, True)


def test_another_key_and_a_newer_release_are_refused(backup: Path, elsewhere: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text("8c" * 32)
    other.chmod(0o600)
    ran = restored(backup, elsewhere / ".hoso", "--master-key", str(other))
    assert (ran.status, f"{other} is not the master key of this backup" in ran.err) == (2, True)
    path = backup / manifest.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"revision": "9999"}))
    ran = restored(backup, elsewhere / ".hoso", "--without-key")
    assert (ran.status, "written by a newer hoso: it stands at 9999" in ran.err) == (2, True)
    path.write_text("{}")
    ran = restored(backup, elsewhere / ".hoso", "--without-key")
    assert (ran.status, "is no manifest of a backup: id: missing" in ran.err) == (2, True)
    assert list(elsewhere.iterdir()) == []


def test_a_manifest_that_the_master_key_has_not_signed_is_refused(
    backup: Path, where: dict[str, str], elsewhere: Path
) -> None:
    key, path = where["HOSO_MASTER_KEY_FILE"], backup / manifest.MANIFEST
    said = json.loads(path.read_text())
    dump = backup / manifest.DATABASE
    dump.write_bytes(b"another dump")
    digest = hashlib.sha256(dump.read_bytes()).hexdigest()
    said["parts"][manifest.DATABASE] = {"bytes": dump.stat().st_size, "sha256": digest}
    for altered, why in (
        (said, "is not what the master key has signed"),
        (said | {"signature": None}, "is not signed, so anybody may have made it"),
        (said | {"signature": None, "master_key": None}, "is not signed, so anybody may have made it"),
    ):
        path.write_text(json.dumps(altered))
        ran = restored(backup, elsewhere / ".hoso", "--master-key", key)
        assert (ran.status, why in ran.err) == (2, True), ran.err
    assert list(elsewhere.iterdir()) == []
    ran = restored(backup, elsewhere / ".hoso", "--master-key", key, "--unsigned")
    assert (ran.status, "the manifest" in ran.err) == (2, False)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
async def test_a_backup_that_is_ended_in_the_middle_leaves_no_target_and_hinders_no_other(
    sign: signal.Signals, world_url: str, tmp_path: Path, where: dict[str, str]
) -> None:
    target, part = tmp_path / "backup", tmp_path / ".backup.part"
    told = {"HOSO_DATABASE_URL": world_url, **owner(world_url), **where}
    command = [sys.executable, "-c", "from hoso_api.cli.main import main; main()", "backup", str(target)]
    async with database.connect(databases.as_owner(world_url)) as db:
        async with db.transaction() as tx:
            # Nobody reads this table until the transaction ends, so the dump waits.
            await tx.rows("lock table party in access exclusive mode")
            process = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **told}, stderr=asyncio.subprocess.DEVNULL
            )
            await prefect_server.until(lambda: _dumping(db))
            second = await asyncio.to_thread(
                lambda: hoso("backup", str(target), url=world_url, **owner(world_url), **where)
            )
            process.send_signal(sign)
            await process.wait()
        # The program that dumped has ended with the one that called it.
        await prefect_server.until(lambda: _idle(db))
    assert (second.status, "somebody takes a backup in" in second.err) == (2, True)
    assert (target.exists(), part.exists()) == (False, sign is signal.SIGKILL)
    ran = hoso("backup", str(target), url=world_url, **owner(world_url), **where)
    assert (ran.status, target.exists(), part.exists()) == (0, True, False)


_DUMPS = "select count(*) from pg_stat_activity where application_name in ('hoso backup', 'pg_dump') and datname = current_database()"


async def _dumping(db: database.Database) -> bool:
    return bool((await db.row(f"{_DUMPS} and wait_event_type = 'Lock'"))[0])


async def _idle(db: database.Database) -> bool:
    return not (await db.row(_DUMPS))[0]


async def test_a_backup_of_an_earlier_release_is_brought_up_to_date(
    server: postgres.Server, tmp_path: Path, elsewhere: Path, where: dict[str, str]
) -> None:
    url = server.ensure_database("earlier_release")
    async with database.connect(databases.as_owner(url)) as db:
        await migrations.upgrade(db, "0050")
    target = tmp_path / "backup"
    taken = hoso("backup", str(target), "--json", url=url, **owner(url), **where)
    assert (taken.status, taken.json["revision"]) == (0, "0050"), taken.err
    ran = restored(target, elsewhere / ".hoso", "--without-key")
    assert (ran.status, ran.json["revision"], ran.json["differences"]) == (0, migrations.head(), [])
    states = {each["name"]: each["state"] for each in hoso("doctor", "--json", home=elsewhere / ".hoso").json}
    assert (states["database role"], states["privileges"]) == ("ok", "ok")


async def test_a_backup_goes_into_a_postgresql_of_ones_own_but_into_none_that_is_older(
    backup: Path, server: postgres.Server, elsewhere: Path, tmp_path: Path
) -> None:
    url = server.ensure_database("restored")
    told = {"HOSO_STORE_FOLDER": str(tmp_path / "other")}
    ran = hoso("restore", str(backup), "--without-key", url=url, home=elsewhere, **owner(url), **told)
    assert ran.status == 0, ran.err
    async with database.connect(url) as db:
        # As the role that works, which has been given what it may do.
        assert (await db.row("select count(*) from dossier"))[0] == 1
    with postgres.Server(elsewhere / "older", version=15) as older:
        older_url = older.ensure_database("restored")
        told["HOSO_DATABASE_OWNER_URL"] = older.url("restored", Role.OWNER)
        ran = hoso("restore", str(backup), "--without-key", url=older_url, home=elsewhere, **told)
        assert (ran.status, "restore it into one of version 18 or newer" in ran.err) == (2, True)
        assert make_url(older_url).database == "restored"
