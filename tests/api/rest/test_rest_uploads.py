"""Uploads that are cut off, and go on where they stopped."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn

from hoso_workflows.attachments import resumable, scanning, sweep
from hoso_workflows.attachments.resumable import Receiving
from hoso_workflows.attachments.store import Store
from hoso_workflows.dossiers.resolution import sql
from support import files, ports
from support.api_client import CLERK, Rest, problem
from support.halting import halted
from support.world import CITIZEN, STRANGER, instant

pytestmark = pytest.mark.world("shared")

CONTENT = files.scanned(3 * resumable.PIECE)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


@pytest.fixture(autouse=True)
async def none_open(store: Path, rest: Rest) -> None:
    """Leave out what the tests before have left open."""
    await rest.world.changed("delete from upload")


async def filed(rest: Rest) -> str:
    """The reference of a citizen's dossier."""
    return str((await rest.files(channel="online", by=CITIZEN))["reference"])


async def begun(rest: Rest, dossier: str, content: bytes = CONTENT, by: UUID = CITIZEN, **said: Any) -> str:
    """The address of an upload that was begun."""
    asked = {"file": "giay-to.pdf", "size": len(content), **said}
    answer = await rest.post(f"/v1/dossiers/{dossier}/uploads", by, asked)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def sent(
    rest: Rest, where: str, content: bytes, offset: int = 0, *, complete: bool = True, by: UUID = CITIZEN
) -> httpx.Response:
    """An answer to bytes of an upload."""
    return await rest.ask("PATCH", where, by, headers=files.part(offset, complete=complete), content=content)


async def standing(rest: Rest, where: str, by: UUID = CITIZEN) -> tuple[int, str | None, str | None]:
    """The headers of an upload, by HEAD."""
    found = await rest.ask("HEAD", where, by)
    return found.status_code, found.headers.get("Upload-Offset"), found.headers.get("Upload-Complete")


def kept(store: Path) -> list[bytes]:
    return [path.read_bytes() for path in store.rglob("*") if path.is_file()]


def slug(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, problem(answer)["type"].removeprefix("urn:hoso:problem:")


async def test_an_upload_in_parts_becomes_the_file_that_it_would_be_at_once(rest: Rest, store: Path):
    dossier = await filed(rest)
    where = await begun(rest, dossier, component="TP01", title="Giấy ủy quyền")
    first = await sent(rest, where, CONTENT[:100], complete=False)
    assert (first.status_code, first.json()["offset"]) == (200, 100)
    told = ("Upload-Offset", "Upload-Length", "Upload-Complete", "Upload-Limit")
    size = len(CONTENT)
    assert [first.headers[each] for each in told] == [
        "100",
        str(size),
        "?0",
        f"max-size={size}, max-age=86400",
    ]
    assert [b"%PDF" in each for each in kept(store)] == [False]
    last = await sent(rest, where, CONTENT[100:], 100)
    assert (last.status_code, last.headers["Upload-Complete"]) == (201, "?1")
    (file,) = (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"]
    assert last.headers["Location"] == f"/v1/dossiers/{dossier}/attachments/{file['id']}"
    assert (file["name"], file["title"], file["component"]) == ("giay-to.pdf", "Giấy ủy quyền", "TP01")
    assert (await rest.get(f"{last.headers['Location']}/content", CITIZEN)).content == CONTENT
    assert await standing(rest, where) == (200, str(size), "?1")
    assert (await rest.get(where, CITIZEN)).json()["attachment"] == file["id"]
    assert slug(await sent(rest, where, b"", size)) == (409, "upload-over")


async def test_a_finish_whose_answer_was_lost_is_asked_again_and_done_once(rest: Rest):
    dossier, size = await filed(rest), len(CONTENT)
    where = await begun(rest, dossier)
    await sent(rest, where, CONTENT, complete=False)
    ((described, pieces),) = await rest.world.db.rows("select described, pieces from upload")
    first, again = await asyncio.gather(*(sent(rest, where, b"", size) for _ in "12"))
    assert {first.status_code, again.status_code} <= {201, 409}
    # As it stands where the process dies behind the act.
    await rest.world.changed(
        "update upload set attachment_id = null, described = $1, pieces = $2", described, pieces
    )
    repeated = await sent(rest, where, b"", size)
    assert (repeated.status_code, repeated.headers["Idempotency-Replayed"]) == (201, "true")
    (file,) = (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"]
    assert repeated.headers["Location"].endswith(file["id"])
    assert await standing(rest, where) == (200, str(size), "?1")


async def test_what_may_not_be_added_is_refused_before_a_byte_is_sent(rest: Rest):
    dossier = await filed(rest)
    path = f"/v1/dossiers/{dossier}/uploads"
    said = {"file": "a.pdf", "size": 10}
    answers = [
        await rest.post(path, by, {**said, **more})
        for by, more in (
            (STRANGER, {}),
            (CITIZEN, {"size": 1 << 30}),
            (CITIZEN, {"size": 0}),
            (CITIZEN, {"component": "TP99"}),
            (CITIZEN, {"internal": True}),
            (CITIZEN, {"supersedes": "00000000-0000-4000-8000-000000000009"}),
        )
    ]
    assert [slug(each) for each in answers] == [
        (404, "not-found"),
        (413, "file-too-large"),
        (422, "invalid-request"),
        (422, "form-refused"),
        (403, "forbidden"),
        (404, "not-found"),
    ]
    files.limit(rest, store_open_uploads=1)
    await begun(rest, dossier)
    assert slug(await rest.post(path, CITIZEN, said)) == (409, "too-many-uploads")
    await rest.done(f"/v1/dossiers/{dossier}/withdrawal", CITIZEN, {"reason": "Đổi ý"})
    assert slug(await rest.post(path, CITIZEN, said)) == (409, "wrong-status")


async def test_bytes_that_begin_elsewhere_are_refused_with_the_true_offset(rest: Rest):
    where = await begun(rest, await filed(rest))
    await sent(rest, where, CONTENT[:10], complete=False)
    for offset in (0, 9, 11):
        refused = await sent(rest, where, CONTENT[offset:], offset)
        assert slug(refused) == (409, "upload-elsewhere")
        assert (refused.headers["Upload-Offset"], refused.headers["Upload-Complete"]) == ("10", "?0")
    short = await sent(rest, where, CONTENT[10:20], 10)
    assert (slug(short), short.headers["Upload-Offset"]) == ((409, "upload-incomplete"), "20")
    assert await standing(rest, where) == (200, "20", "?0")


async def test_a_request_without_the_words_of_the_draft_is_refused(rest: Rest):
    where = await begun(rest, await filed(rest))
    right = files.part(0)
    wrong = [
        ({**right, "Content-Type": "application/octet-stream"}, 415),
        ({**right, "Upload-Offset": "-1"}, 400),
        ({**right, "Upload-Complete": "yes"}, 400),
    ]
    for headers, status in wrong:
        assert (await rest.ask("PATCH", where, CITIZEN, headers=headers, content=b"%")).status_code == status
    assert await standing(rest, where) == (200, "0", "?0")


async def test_an_older_request_that_hangs_adds_nothing_once_a_newer_one_has_come(rest: Rest):
    where, piece = await begun(rest, await filed(rest)), resumable.PIECE
    waits, goes_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield CONTENT[:piece]
        waits.set()
        await goes_on.wait()
        yield CONTENT[piece:]

    old = asyncio.create_task(
        rest.ask("PATCH", where, CITIZEN, headers=files.part(0, complete=False), content=slow())
    )
    await waits.wait()
    offset = int((await standing(rest, where))[1] or 0)
    new = await sent(rest, where, CONTENT[offset:], offset)
    goes_on.set()
    assert (new.status_code, (await old).status_code) == (201, 409)
    assert (await rest.get(f"{new.headers['Location']}/content", CITIZEN)).content == CONTENT


async def test_an_older_request_that_sends_too_much_leaves_the_upload_to_a_newer_one(rest: Rest):
    where = await begun(rest, await filed(rest))
    waits, goes_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield CONTENT[:10]
        waits.set()
        await goes_on.wait()
        yield CONTENT

    old = asyncio.create_task(rest.ask("PATCH", where, CITIZEN, headers=files.part(0), content=slow()))
    await waits.wait()
    await sent(rest, where, CONTENT[:5], complete=False)
    goes_on.set()
    refused = await old
    assert (slug(refused), refused.headers["Upload-Offset"]) == ((409, "upload-elsewhere"), "5")
    assert await standing(rest, where) == (200, "5", "?0")
    assert (await sent(rest, where, CONTENT[5:], 5)).status_code == 201


async def test_an_upload_that_is_cancelled_while_its_file_is_searched_adds_nothing(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    where = await begun(rest, dossier := await filed(rest))
    search = halted(monkeypatch, scanning, "scan")
    sending = asyncio.create_task(sent(rest, where, CONTENT))
    await search.called.wait()
    assert (await rest.ask("DELETE", where, CITIZEN)).json()["attachment"] is None
    search.goes_on.set()
    assert slug(await sending) == (404, "not-found")
    assert (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"] == []


async def test_a_file_that_is_searched_for_long_is_added_though_its_owner_has_asked_meanwhile(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    where, size = await begun(rest, await filed(rest)), str(len(CONTENT))
    with monkeypatch.context() as slow:
        search = halted(slow, scanning, "scan")
        sending = asyncio.create_task(sent(rest, where, CONTENT))
        await search.called.wait()
        assert await standing(rest, where) == (200, size, "?0")
    search.goes_on.set()
    assert ((await sending).status_code, await standing(rest, where)) == (201, (200, size, "?1"))


async def test_a_cancellation_that_comes_too_late_names_the_file_that_was_taken(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    where = await begun(rest, dossier := await filed(rest))
    # As it comes between the act and its answer.
    monkeypatch.setattr(resumable, "_FINISH", "select $1::uuid, $2::uuid")
    await sent(rest, where, CONTENT)
    late = await rest.ask("DELETE", where, CITIZEN)
    (file,) = (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"]
    assert (late.status_code, late.json()["attachment"]) == (200, file["id"])
    assert (await standing(rest, where))[0] == 404


async def test_an_upload_is_found_by_its_owner_alone(rest: Rest):
    dossier = await filed(rest)
    where = await begun(rest, dossier)
    for other in (STRANGER, CLERK):
        answers = [
            await rest.get(where, other),
            await sent(rest, where, CONTENT, by=other),
            await rest.ask("DELETE", where, other),
        ]
        assert [slug(each) for each in answers] == [(404, "not-found")] * 3
    assert await standing(rest, where) == (200, "0", "?0")


async def test_more_bytes_than_were_announced_end_the_upload(rest: Rest):
    where = await begun(rest, await filed(rest), CONTENT[:10])
    assert slug(await sent(rest, where, CONTENT[:11])) == (400, "upload-too-long")
    assert (await standing(rest, where))[0] == 404


@pytest.mark.parametrize(
    "left", [None, b"", b"hoso-file/1\n" + bytes(1_000)], ids=["gone", "empty", "changed"]
)
async def test_an_upload_whose_bytes_are_lost_is_given_up_and_begun_anew(
    rest: Rest, store: Path, left: bytes | None
):
    where = await begun(rest, dossier := await filed(rest))
    await sent(rest, where, CONTENT, complete=False)
    (lost, *_) = (path for path in (store / "objects").rglob("*") if path.is_file())
    lost.unlink() if left is None else lost.write_bytes(left)
    refused = await sent(rest, where, b"", len(CONTENT))
    assert slug(refused) == (409, "upload-lost")
    assert (await standing(rest, where))[0] == 404
    assert (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"] == []
    anew = await sent(rest, await begun(rest, dossier), CONTENT)
    assert (await rest.get(f"{anew.headers['Location']}/content", CITIZEN)).content == CONTENT


async def test_an_upload_may_have_as_many_whole_pieces_as_its_size_asks_for_and_some_shorter_ones(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(resumable, "SHORT_PIECES", 2)
    dossier, whole = await filed(rest), len(CONTENT) // resumable.PIECE
    cut = await begun(rest, dossier)
    await sent(rest, cut, CONTENT[:1], complete=False)
    assert (await sent(rest, cut, CONTENT[1:], 1)).status_code == 201
    scattered = await begun(rest, dossier)
    for offset in range(whole + 2):
        assert (await sent(rest, scattered, b"%", offset, complete=False)).status_code == 200
    assert slug(await sent(rest, scattered, CONTENT[whole + 2 :], whole + 2)) == (409, "upload-scattered")
    assert await standing(rest, scattered) == (200, str(whole + 2), "?0")


async def test_a_file_that_is_refused_at_the_end_is_not_the_dossiers(rest: Rest):
    dossier = await filed(rest)
    where = await begun(rest, dossier, b"MZ" * 50)
    assert slug(await sent(rest, where, b"MZ" * 50)) == (415, "file-type-refused")
    assert await standing(rest, where) == (200, "100", "?0")
    assert (await rest.get(f"/v1/dossiers/{dossier}/attachments", CITIZEN)).json()["items"] == []


async def test_what_is_cancelled_or_expired_is_gone_and_its_pieces_are_swept(rest: Rest, store: Path):
    dossier, db, far = await filed(rest), rest.world.db, instant("2099-01-01 00:00")
    cancelled, left = [await begun(rest, dossier) for _ in "12"]
    for where in (cancelled, left):
        await sent(rest, where, CONTENT[:10], complete=False)
    answer = await rest.ask("DELETE", cancelled, CITIZEN)
    assert (answer.status_code, answer.json()["offset"]) == (200, 10)
    assert (await standing(rest, cancelled))[0] == 404
    now = await rest.world.one("select expires_at from upload")
    assert await sweep.sweep(db, Store(store), at=now - sweep.GRACE / 60) == sweep.Swept(0, 0)
    rest.clock.at = now
    assert (await standing(rest, left))[0] == 404
    assert await sweep.sweep(db, Store(store), at=far) == sweep.Swept(2, 1)
    assert kept(store) == []


async def test_pieces_of_an_upload_under_way_are_not_swept(rest: Rest, store: Path):
    where = await begun(rest, await filed(rest))
    await sent(rest, where, CONTENT[:10], complete=False)
    await rest.world.changed("update upload set expires_at = 'infinity'")
    assert await sweep.sweep(rest.world.db, Store(store), at=instant("2099-01-01 00:00")) == sweep.Swept(0, 0)
    await rest.world.changed("update upload set expires_at = now() + interval '1 day'")


async def test_a_dossier_that_is_erased_meanwhile_takes_no_more_of_it(rest: Rest):
    dossier, piece = await filed(rest), resumable.PIECE
    where = await begun(rest, dossier)
    found = await rest.world.one("select id from dossier where reference = $1", dossier)

    async def erased_under_way() -> AsyncIterator[bytes]:
        yield CONTENT[:piece]
        for statement in sql.PERSONAL:
            await rest.world.changed(statement, found)
        yield CONTENT[piece:]

    late = await rest.ask("PATCH", where, CITIZEN, headers=files.part(0), content=erased_under_way())
    assert slug(late) == (404, "not-found")
    assert (await standing(rest, where))[0] == 404
    assert await rest.world.one("select count(*) from upload") == 0


@pytest.fixture
async def port(rest: Rest) -> AsyncIterator[int]:
    """The port of a real server of the same application."""
    server = uvicorn.Server(uvicorn.Config(rest.client._transport.app, log_level="error", lifespan="off"))
    with ports.listening() as listening:
        serving = asyncio.create_task(server.serve([listening]))
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once the bytes of a request are kept."""
    done, really = asyncio.Event(), Receiving.flush

    async def flush(receiving: Receiving) -> None:
        await really(receiving)
        done.set()

    monkeypatch.setattr(Receiving, "flush", flush)
    return done


async def test_a_connection_that_is_cut_keeps_what_has_come_and_the_upload_goes_on_there(
    rest: Rest, port: int, flushed: asyncio.Event
):
    where, cut = await begun(rest, await filed(rest)), resumable.PIECE + 12_345
    head = {
        "Host": "hoso.test",
        "Authorization": f"Bearer {await rest.token(CITIZEN)}",
        **files.part(0),
        "Content-Length": str(len(CONTENT)),
    }
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"PATCH {where} HTTP/1.1\r\n{lines}\r\n".encode() + CONTENT[:cut])
    await writer.drain()
    writer.close()
    await flushed.wait()
    assert await standing(rest, where) == (200, str(cut), "?0")
    last = await sent(rest, where, CONTENT[cut:], cut)
    assert last.status_code == 201, last.text
    assert (await rest.get(f"{last.headers['Location']}/content", CITIZEN)).content == CONTENT
