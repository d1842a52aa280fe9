"""Files of dossiers in the bucket of a real S3-compatible store: kept, read, swept, told when it is away."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hoso_api.cli import probes
from hoso_api.cli.checks import State
from hoso_workflows.attachments import refusals, sweep
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Missing, Store
from support import files, object_store
from support.api_client import Rest, problem
from support.command_line import hoso
from support.world import CITIZEN, instant

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, Any]]:
    """The settings of a bucket."""
    with object_store.running() as found:
        yield {**found, "store_bucket": "files"}


@pytest.fixture(autouse=True)
def folder(bucket: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder beside the bucket, for files on their way in."""
    for name, value in {**bucket, "store_folder": tmp_path / "files"}.items():
        monkeypatch.setenv(f"HOSO_{name.upper()}", str(value))
    return tmp_path / "files"


def settings(bucket: dict[str, Any], folder: Path, **changed: str) -> StoreSettings:
    return StoreSettings(store_folder=folder, **{**bucket, **changed})


def written(folder: Path) -> list[Path]:
    """The files that lie in a folder of this machine."""
    return [each for each in folder.rglob("*") if each.is_file()]


async def names(store: Store) -> list[str]:
    return [each.name async for batch in store.kept() for each in batch]


async def test_objects_are_put_read_listed_and_deleted(bucket: dict[str, Any], tmp_path: Path):
    store, large = Store.of(settings(bucket, tmp_path, store_bucket="objects")), bytes(range(256)) * 50_000
    some = {"ab" * 32: b"sealed", "cd" * 32: large}
    for name, content in some.items():
        await store.put(name, content)
    read = {name: b"".join([piece async for piece in store.chunks(name)]) for name in some}
    assert (read, sorted(await names(store)), written(tmp_path)) == (some, sorted(some), [])
    await store.delete(some)
    assert await names(store) == []
    with pytest.raises(Missing):
        await anext(store.chunks("ab" * 32))


async def test_a_file_lies_in_the_bucket_until_nothing_names_it(rest: Rest, folder: Path):
    dossier, content = (await rest.files(channel="online", by=CITIZEN))["reference"], files.pdf()
    sent = await files.sends(rest, dossier, CITIZEN, content)
    assert sent.status_code == 201, sent.text
    assert (await rest.get(f"{sent.headers['location']}/content", CITIZEN)).content == content
    store = Store.of(StoreSettings())
    assert (len(await names(store)), written(folder)) == (2, [])
    assert [each async for each in sweep.lost(rest.world.db, store)] == []
    await rest.world.changed("delete from attachment")
    assert await sweep.sweep(rest.world.db, store, at=instant("2099-01-01 00:00")) == sweep.Swept(2)


async def test_a_store_that_does_not_answer_is_told_and_the_file_is_not_added(
    rest: Rest, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    dossier = (await rest.files(channel="online", by=CITIZEN))["reference"]
    monkeypatch.setenv("HOSO_STORE_SECRET_KEY", "another")
    store = rest.client._transport.app.state.files.store
    monkeypatch.setattr(store, "bucket", Store.of(StoreSettings()).bucket)
    refused = await files.sends(rest, dossier, CITIZEN, files.pdf())
    assert (refused.status_code, problem(refused)["type"]) == (503, "urn:hoso:problem:store-away")
    assert refused.headers["Retry-After"] == "60"
    assert (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"] == []


async def test_a_bucket_that_is_away_keeps_nothing_else_from_being_swept(rest: Rest):
    added = (
        "insert into idempotency (principal_id, key, request_hash, status, at) values ($1, 'cũ', '', 201, $2)"
    )
    await rest.world.changed(added, CITIZEN, instant("2026-01-01 00:00"))
    url = rest.world.db.url.render_as_string(hide_password=False)
    away = {"HOSO_STORE_ENDPOINT": "http://127.0.0.1:1"}
    swept = await asyncio.to_thread(hoso, "sweep", "--at", "2026-06-01T00:00+07:00", url=url, **away)
    assert (swept.status, swept.err.partition(".")[0]) == (1, "hoso: The store of files does not answer")
    assert await rest.world.db.rows("select key from idempotency where key = 'cũ'") == []


async def test_the_doctor_tries_the_bucket(bucket: dict[str, Any], tmp_path: Path):
    bucket = {**bucket, "store_bucket": "tried"}
    cases = ({}, {"store_secret_key": "another"}, {"store_endpoint": "http://127.0.0.1:1"})
    found = [await probes.stores(settings(bucket, tmp_path, **changed)) for changed in cases]
    assert [each[-1].state for each in found] == [State.OK, State.FAILING, State.FAILING]
    assert await names(Store.of(settings(bucket, tmp_path))) == []
    assert len(await probes.stores(settings(bucket, tmp_path, store_bucket=""))) == len(found[0]) - 1
    with pytest.raises(refusals.StoreAway):
        await names(Store.of(settings(bucket, tmp_path, store_endpoint="http://127.0.0.1:1")))
