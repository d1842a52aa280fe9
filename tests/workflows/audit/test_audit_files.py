"""Files and keys that were altered or taken away behind everybody's back, and what an audit says of each."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hoso_workflows.attachments.store import Store
from hoso_workflows.audit import stored_files
from hoso_workflows.audit.finding import Difference
from hoso_workflows.flows import audits
from hoso_workflows.identity.sealing import LENGTH, Seal
from hoso_workflows.monitoring import incidents
from support import files
from support.command_line import hoso
from support.world import CITIZEN, World, instant

#: The digest of nothing.
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of a test, beside which its master key lies."""
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    return Store(tmp_path / "files")


async def with_a_file(world: World) -> tuple[str, UUID]:
    """The reference of a citizen's dossier, with its one file."""
    dossier = (await world.files(channel="online")).reference
    return dossier, await files.attached(world, dossier, CITIZEN)


async def found(
    world: World, dossier: str, read: stored_files.Chosen = stored_files.every
) -> list[Difference]:
    """The differences of a dossier's files, the same as among those of all."""
    opened = files.opened(world)
    asked = world.db, opened.store, opened.seal
    of_all = [each async for each in stored_files.differences(*asked, read=read) if each.reference == dossier]
    assert [each async for each in stored_files.differences(*asked, dossier, read=read)] == of_all
    return of_all


def place(store: Store, name: str) -> Path:
    return store.folder / "objects" / name[:2] / name


async def named(world: World, file: UUID) -> tuple[str, str]:
    """The names of a file's objects: its bytes, and the picture of its first page."""
    row = await world.db.row("select object, thumbnail from attachment where id = $1", [file])
    assert row is not None
    return row.object, row.thumbnail


async def test_files_that_lie_as_they_were_sealed_have_no_differences(world: World, store: Store) -> None:
    dossier, _ = await with_a_file(world)
    assert await found(world, dossier) == []


@pytest.mark.parametrize("part", [0, 1], ids=["its bytes", "its picture"])
async def test_an_altered_and_an_emptied_object_are_found_when_their_bytes_are_read(
    world: World, store: Store, part: int
) -> None:
    dossier, file = await with_a_file(world)
    name = (await named(world, file))[part]
    sealed = bytearray(place(store, name).read_bytes())
    sealed[-1] ^= 1
    for content, digest in (
        (bytes(sealed), None),
        (b"", EMPTY),
    ):
        place(store, name).write_bytes(content)
        (difference,) = await found(world, dossier)
        assert (difference.what, difference.said) == (f"file {file}", f"sha256 {name}")
        assert difference.stored == f"sha256 {digest}" if digest else difference.stored != difference.said
        assert await found(world, dossier, stored_files.none) == []


async def test_a_key_that_is_missing_altered_or_anothers_is_found_without_reading_a_file(
    world: World, store: Store
) -> None:
    dossier, _ = await with_a_file(world)
    other, _ = await with_a_file(world)
    key = (
        "update dossier_key set sealed = {} where dossier_id = (select id from dossier where reference = $1)"
    )
    altered = Difference(dossier, "key", "altered", "unaltered")
    flipped = key.format("set_byte(sealed, 20, get_byte(sealed, 20) # 255)")
    await world.changed(flipped, dossier)
    assert await found(world, dossier, stored_files.none) == [altered]
    of_another = key.format(
        "(select k.sealed from dossier_key k join dossier d on d.id = k.dossier_id where d.reference = $2)"
    )
    await world.changed(of_another, dossier, other)
    assert await found(world, dossier, stored_files.none) == [altered]
    await world.changed(
        "delete from dossier_key where dossier_id = (select id from dossier where reference = $1)", dossier
    )
    missing = Difference(dossier, "key", "absent", "present")
    assert await found(world, dossier, stored_files.none) == [missing]


async def test_a_key_that_never_sealed_the_files_is_found_when_their_bytes_are_read(
    world: World, store: Store
) -> None:
    dossier, file = await with_a_file(world)
    row = await world.db.row("select id from dossier where reference = $1", [dossier])
    assert row is not None
    anew = files.opened(world).seal.close(bytes(LENGTH), row.id.bytes)
    await world.changed("update dossier_key set sealed = $2 where dossier_id = $1", row.id, anew)
    assert await found(world, dossier, stored_files.none) == []
    assert (
        await found(world, dossier)
        == [Difference(dossier, f"file {file}", "sealed by another key", "sealed by the key of its dossier")]
        * 2
    )


async def test_a_key_that_an_erasure_should_have_destroyed_is_found(world: World, store: Store) -> None:
    dossier, _ = await with_a_file(world)
    erased = "update dossier set erased_at = $2 where reference = $1"
    await world.changed(erased, dossier, instant("2026-03-03 08:00"))
    gone = "update attachment set object = null, thumbnail = null where dossier_id = (select id from dossier where reference = $1)"
    await world.changed(gone, dossier)
    assert await found(world, dossier) == [Difference(dossier, "key", "present", "absent")]


async def test_without_the_master_key_only_keys_that_are_missing_are_told(world: World, store: Store) -> None:
    dossier, _ = await with_a_file(world)
    db = world.db
    assert [each async for each in stored_files.differences(db, store, None, dossier)] == []
    other = Seal(lambda: bytes([1]) * LENGTH)
    assert [each.stored async for each in stored_files.differences(db, store, other, dossier)] == ["altered"]


async def test_the_audit_at_the_shell_reads_every_file_where_that_is_asked(
    world: World, world_url: str, store: Store, tmp_path: Path
) -> None:
    _, file = await with_a_file(world)
    dossier, _ = await with_a_file(world)
    place(store, (await named(world, file))[0]).write_bytes(b"")
    await world.changed(
        "delete from dossier_key k using dossier d where d.id = k.dossier_id and d.reference = $1", dossier
    )
    where = {
        "HOSO_MASTER_KEY_FILE": str(tmp_path / "keys" / "master.key"),
        "HOSO_STORE_FOLDER": str(store.folder),
    }
    plain = hoso("audit", "--json", url=world_url, **where)
    whole = hoso("audit", "--files", "--json", url=world_url, **where)
    one = hoso("audit", dossier, "--files", url=world_url, **where)
    assert (plain.status, [each["what"] for each in plain.json]) == (1, ["key"])
    assert (whole.status, [each["what"] for each in whole.json]) == (1, ["key", f"file {file}"])
    assert (one.status, one.out) == (1, f"{dossier}: key is stored as 'absent', its events say 'present'\n")
    elsewhere = {"HOSO_HOME": str(tmp_path / "home"), "HOSO_STORE_FOLDER": str(store.folder)}
    without = hoso("audit", "--json", url=world_url, **elsewhere)
    assert "the master key is not here" in without.err


async def test_each_night_reads_its_share_and_lists_what_is_damaged_until_it_is_whole(
    world: World,
    world_url: str,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("HOSO_DATABASE_URL", world_url)
    dossier, file = await with_a_file(world)
    name, _ = await named(world, file)
    sealed = place(store, name).read_bytes()
    place(store, name).write_bytes(b"")

    async def night(after: int) -> int:
        at = instant("2026-03-02 01:05") + timedelta(days=after)
        monkeypatch.setattr(audits, "_now", lambda: at)
        return await audits.audit_files.fn()

    async def listed() -> list[tuple[UUID, str, str, bool]]:
        page = await incidents.search(world.db, None)
        return [(each.id, each.element, each.message, each.retryable) for each in page.items]

    week = range(stored_files.NIGHTS)
    hers = [stored_files.share(date(2026, 3, 2) + timedelta(days=each))(name) for each in week].index(True)
    assert [await night(each) for each in week] == [int(each >= hers) for each in week]
    assert await listed() == [(file, "file", "A file is missing from the store, or damaged there.", False)]
    said = f"{dossier}: file {file} is stored as 'sha256 {EMPTY}', its events say 'sha256 {name}'"
    assert {line.getMessage() for line in caplog.records if line.name == audits.log.name} == {said}
    place(store, name).write_bytes(sealed)
    assert (await night(hers + 8), await listed()) == (0, [])


def test_seven_nights_read_each_object_once() -> None:
    names = [f"{number:064x}" for number in range(0, 1 << 256, 1 << 247)]
    first = date(2026, 12, 28)
    nights = [[name for name in names if stored_files.share(first + timedelta(n))(name)] for n in range(7)]
    assert sorted(name for night in nights for name in night) == names
    assert {len(night) for night in nights} <= {73, 74}
    assert nights[0] == [name for name in names if stored_files.share(first + timedelta(7))(name)]
