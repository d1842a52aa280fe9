"""Files of drafts: added, replaced, detached by their owner, and the dossier's with the filing."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hoso_workflows import audit, drafts
from hoso_workflows.attachments import kinds, refusals, resumable, scanning, sweep
from hoso_workflows.attachments.store import Store
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.drafts import storage as kept_drafts
from hoso_workflows.drafts import uploads as draft_uploads
from hoso_workflows.drafts.uploads import DraftUpload
from support import files
from support.api_client import CLERK, FILING, OWN, SPECIALIST, Rest, problem
from support.canaries import Canaries, everything
from support.halting import halted
from support.world import CITIZEN, STRANGER, instant

# Each test has drafts of its own.
pytestmark = pytest.mark.world("shared")

PROCEDURE = FILING["procedure"]
#: All of a filing but the procedure, the channel and the papers, which files are.
TYPED = {name: FILING[name] for name in ("applicant", "form")}
MINE = {**TYPED, "applicant": OWN}
PAPERS = ("TP01", "TP02", "TP04")
#: Papers that are handed in on paper, so that no file is asked for.
ON_PAPER = {**MINE, "components": list(PAPERS)}
FAR = instant("2099-01-01 00:00")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


@pytest.fixture(autouse=True)
async def none_kept(store: Path, rest: Rest) -> None:
    """Leave out what the tests before have left in drafts."""
    await rest.world.changed("delete from draft")


async def begun(rest: Rest, by: UUID = CITIZEN, content: Any = MINE) -> str:
    """The address of a draft."""
    draft = await rest.done("/v1/drafts", by, {"procedure": PROCEDURE, "content": content})
    return f"/v1/drafts/{draft['id']}"


async def sends(
    rest: Rest, draft: str, content: bytes | None = None, name: str = "a.png", by: UUID = CITIZEN, **said: Any
) -> httpx.Response:
    """An answer to a file for a draft."""
    path = said.pop("path", f"{draft}/files")
    return await files.sends(rest, "", by, content or files.picture(), name, path=path, **said)


async def added(rest: Rest, draft: str, *args: Any, **said: Any) -> Any:
    """A file that a draft has taken."""
    answer = await sends(rest, draft, *args, **said)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"{draft}/files/{answer.json()['id']}"
    return answer.json()


async def complete(rest: Rest, by: UUID = CITIZEN, content: Any = MINE) -> str:
    """The address of a draft whose papers are files."""
    draft = await begun(rest, by, content)
    for code in PAPERS:
        await added(rest, draft, files.pdf(mark=f"{draft} {code}"), f"{code}.pdf", by, component=code)
    return draft


async def listed(rest: Rest, draft: str, by: UUID = CITIZEN) -> list[Any]:
    found: list[Any] = (await rest.get(f"{draft}/files", by)).json()["items"]
    return found


async def findings(rest: Rest, draft: str, by: UUID = CITIZEN) -> list[str | None]:
    return [each["field"] for each in (await rest.get(draft, by)).json()["findings"]]


def slug(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, problem(answer)["type"].removeprefix("urn:hoso:problem:")


def kept(store: Path) -> list[bytes]:
    return [path.read_bytes() for path in store.rglob("*") if path.is_file()]


async def swept(rest: Rest, store: Path) -> list[bytes]:
    """Objects of a store after a sweep long afterwards; uploads do not expire meanwhile."""
    await rest.world.changed("update upload set expires_at = 'infinity'")
    await sweep.sweep(rest.world.db, Store(store), at=FAR)
    return kept(store)


async def replaces(
    rest: Rest, where: str, content: bytes, name: str = "don.pdf", key: str | None = None
) -> httpx.Response:
    """An answer to a file that is to take the place of another."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return await rest.ask("PUT", where, CITIZEN, files={"file": (name, content)}, headers=headers)


async def put(rest: Rest, draft: str, content: Any, by: UUID = CITIZEN) -> httpx.Response:
    return await rest.ask("PUT", draft, by, json={"content": content})


async def test_a_file_of_a_draft_comes_back_as_it_was_sent_and_lies_sealed_in_between(
    rest: Rest, store: Path
) -> None:
    draft, content = await begun(rest), files.pdf(3, "scan")
    before = (await rest.get(draft, CITIZEN)).json()
    rest.clock.at += timedelta(days=2)
    file = await added(rest, draft, content, "Giấy ủy quyền.pdf", component="TP02", title="Giấy ủy quyền")
    assert file == {
        "id": file["id"],
        "title": "Giấy ủy quyền",
        "name": "Giấy ủy quyền.pdf",
        "type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "component": "TP02",
        "pages": 3,
        "scan": "not_scanned",
        "thumbnail": True,
        "stored_at": file["stored_at"],
    }
    where = f"{draft}/files/{file['id']}"
    assert (await rest.get(where, CITIZEN)).json() == file == (await listed(rest, draft))[0]
    read = await rest.get(f"{where}/content", CITIZEN)
    assert (read.content, read.headers["content-security-policy"]) == (content, "sandbox; default-src 'none'")
    assert (await rest.get(f"{where}/thumbnail", CITIZEN)).content.startswith(b"\x89PNG")
    assert [b"%PDF" in each or b"PNG" in each for each in kept(store)] == [False, False]
    stored = await rest.world.one("select t::text from draft_file t where id = $1", UUID(file["id"]))
    assert [secret in stored for secret in ("ủy quyền", file["sha256"], "TP02")] == [False] * 3
    after = (await rest.get(draft, CITIZEN)).json()
    assert (after["version"], after["content"]) == (before["version"], before["content"])
    assert after["expires_at"] > before["expires_at"]


async def test_a_filing_carries_the_files_and_no_byte_is_moved(
    rest: Rest, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await complete(rest)
    mine, objects = await listed(rest, draft), sorted(kept(store))

    def away(*_: Any) -> Any:
        raise refusals.StoreAway

    with monkeypatch.context() as while_away:
        for name in ("put", "chunks", "delete", "kept"):
            while_away.setattr(Store, name, away)
        filed = await rest.done(f"{draft}/filing", CITIZEN)
    assert sorted(kept(store)) == objects
    path = f"/v1/dossiers/{filed['reference']}"
    rest.clock.at += timedelta(minutes=1)
    theirs = (await rest.get(f"{path}/attachments", CLERK)).json()["items"]
    same = ("id", "name", "title", "type", "size", "sha256", "component", "pages", "scan", "thumbnail")
    assert [[each[name] for name in same] for each in theirs] == [
        [each[name] for name in same] for each in mine
    ]
    assert {(each["phase"], each["by"], each["internal"]) for each in theirs} == {
        ("filing", "applicant", False)
    }
    read = await rest.get(f"{path}/attachments/{theirs[0]['id']}/content", CLERK)
    assert hashlib.sha256(read.content).hexdigest() == mine[0]["sha256"]
    assert (await rest.get(f"{path}/attachments/{theirs[0]['id']}/thumbnail", CITIZEN)).status_code == 200
    events = (await rest.get(f"{path}/events", CITIZEN)).json()["items"]
    assert [each["kind"] for each in events].count("attachment_added") == len(PAPERS)
    received = (await rest.get(path, CLERK)).json()["components"]
    assert [each["code"] for each in received if each["received"]] == list(PAPERS)
    assert [str(each) async for each in audit.differences(rest.world.service, filed["reference"])] == []
    assert (await listed(rest, draft), await rest.world.one("select count(*) from draft_file")) == ([], 0)
    assert await rest.world.one("select file_key from draft") is None
    assert len(await swept(rest, store)) == len(objects)


async def test_papers_that_are_required_are_there_when_files_are_them(rest: Rest) -> None:
    draft = await begun(rest)
    assert await findings(rest, draft) == ["components"] * 3
    for code in PAPERS[:2]:
        await added(rest, draft, component=code)
    assert await findings(rest, draft) == ["components"]
    assert slug(await rest.post(f"{draft}/filing", CITIZEN)) == (422, "form-refused")
    await put(rest, draft, {**MINE, "components": ["TP04"]})
    assert await findings(rest, draft) == []
    filed = await rest.done(f"{draft}/filing", CITIZEN)
    (event,) = [
        each
        for each in (await rest.get(f"/v1/dossiers/{filed['reference']}/events", CLERK)).json()["items"]
        if each["kind"] == "filed"
    ]
    assert event["payload"]["components"] == ["TP04", "TP01", "TP02"]


async def test_a_filing_that_is_refused_loses_no_file(rest: Rest) -> None:
    draft = await complete(rest, content={**MINE, "form": {}})
    before = await listed(rest, draft)
    assert slug(await rest.post(f"{draft}/filing", CITIZEN)) == (422, "form-refused")
    assert await listed(rest, draft) == before
    read = await rest.get(f"{draft}/files/{before[0]['id']}/content", CITIZEN)
    assert hashlib.sha256(read.content).hexdigest() == before[0]["sha256"]
    await put(rest, draft, MINE)
    filed = await rest.done(f"{draft}/filing", CITIZEN)
    theirs = (await rest.get(f"/v1/dossiers/{filed['reference']}/attachments", CITIZEN)).json()["items"]
    assert [each["id"] for each in theirs] == [each["id"] for each in before]


async def test_a_draft_with_files_is_filed_once_by_however_many(rest: Rest) -> None:
    draft = await complete(rest, CLERK, TYPED)
    count = "select (select count(*) from dossier) + (select count(*) from attachment)"
    before = await rest.world.one(count)
    answers = await asyncio.gather(*(rest.post(f"{draft}/filing", CLERK) for _ in range(4)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["reference"] for each in answers}) == 1
    again = await rest.post(f"{draft}/filing", CLERK)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await rest.world.one(count) == before + 1 + len(PAPERS)


async def test_nothing_is_added_or_taken_out_while_a_draft_is_being_filed(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await complete(rest)
    before, begins, goes_on = await listed(rest, draft), asyncio.Event(), asyncio.Event()
    file = DossierService.file

    async def waits(service: DossierService, *args: Any, **named: Any) -> Outcome:
        begins.set()
        await goes_on.wait()
        return await file(service, *args, **named)

    monkeypatch.setattr(DossierService, "file", waits)
    filing = asyncio.create_task(rest.post(f"{draft}/filing", CITIZEN))
    await begins.wait()
    one = f"{draft}/files/{before[0]['id']}"
    late = [
        await sends(rest, draft),
        await rest.ask("PUT", one, CITIZEN, files=files.FORM),
        await rest.ask("DELETE", one, CITIZEN),
        await rest.post(f"{draft}/uploads", CITIZEN, {"file": "a.png", "size": 1}),
    ]
    goes_on.set()
    assert [slug(each) for each in late] == [(409, "draft-being-filed")] * 4
    reference = (await filing).json()["reference"]
    theirs = (await rest.get(f"/v1/dossiers/{reference}/attachments", CITIZEN)).json()["items"]
    assert [each["id"] for each in theirs] == [each["id"] for each in before]
    assert slug(await sends(rest, draft)) == (409, "draft-filed")


async def test_a_filing_that_was_given_up_files_no_draft_whose_files_were_changed_meanwhile(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, begins, goes_on = await complete(rest), asyncio.Event(), asyncio.Event()
    file, before = DossierService.file, await rest.world.one("select count(*) from dossier")

    async def waits(service: DossierService, *args: Any, **named: Any) -> Outcome:
        begins.set()
        await goes_on.wait()
        return await file(service, *args, **named)

    with monkeypatch.context() as slow:
        slow.setattr(DossierService, "file", waits)
        filing = asyncio.create_task(rest.post(f"{draft}/filing", CITIZEN))
        await begins.wait()
    rest.clock.at += kept_drafts.LONGEST * 2
    first = (await listed(rest, draft))[0]
    left = (await rest.ask("DELETE", f"{draft}/files/{first['id']}", CITIZEN)).json()["items"]
    goes_on.set()
    assert slug(await filing) == (412, "draft-changed")
    assert (await rest.world.one("select count(*) from dossier"), await listed(rest, draft)) == (before, left)


async def test_a_filing_without_files_is_not_stopped_by_an_upload_that_was_let_in_before_it(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(rest, content=ON_PAPER)
    key = halted(monkeypatch, DraftUpload, "sealing_key")
    adding = asyncio.create_task(sends(rest, draft))
    await key.called.wait()
    with monkeypatch.context() as slow:
        service = halted(slow, DossierService, "file")
        filing = asyncio.create_task(rest.post(f"{draft}/filing", CITIZEN))
        await service.called.wait()
    key.goes_on.set()
    refused = await adding
    service.goes_on.set()
    filed = await filing
    assert (slug(refused), filed.status_code) == ((409, "draft-being-filed"), 201), filed.text
    again = await rest.done(f"{draft}/filing", CITIZEN)
    assert (await rest.get(draft, CITIZEN)).json()["reference"] == again["reference"]
    assert again["reference"] == filed.json()["reference"]
    assert await rest.world.one("select file_key from draft") is None


async def test_a_draft_that_was_left_with_a_key_behind_its_filing_is_ended_when_it_is_filed_again(
    rest: Rest,
) -> None:
    draft = await begun(rest, content=ON_PAPER)
    file = await added(rest, draft)
    await rest.ask("DELETE", f"{draft}/files/{file['id']}", CITIZEN)
    ((sealed, key),) = await rest.world.db.rows("select sealed, file_key from draft")
    reference = (await rest.done(f"{draft}/filing", CITIZEN))["reference"]
    # As an upload beside a filing without files has left it.
    await rest.world.changed("update draft set sealed = $1, file_key = $2, reference = null", sealed, key)
    again = await rest.post(f"{draft}/filing", CITIZEN)
    assert (again.status_code, again.json()["reference"]) == (201, reference)
    left = "select reference, sealed, file_key from draft"
    assert [tuple(row) for row in await rest.world.db.rows(left)] == [(reference, None, None)]


async def test_a_filing_without_files_that_was_given_up_meets_the_file_that_was_added_meanwhile(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, before = await begun(rest, content=ON_PAPER), await rest.world.one("select count(*) from dossier")
    with monkeypatch.context() as slow:
        service = halted(slow, DossierService, "file")
        filing = asyncio.create_task(rest.post(f"{draft}/filing", CITIZEN))
        await service.called.wait()
    rest.clock.at += kept_drafts.LONGEST * 2
    file = await added(rest, draft)
    service.goes_on.set()
    assert slug(await filing) == (412, "draft-changed")
    assert (await rest.world.one("select count(*) from dossier"), await listed(rest, draft)) == (
        before,
        [file],
    )
    reference = (await rest.done(f"{draft}/filing", CITIZEN))["reference"]
    theirs = (await rest.get(f"/v1/dossiers/{reference}/attachments", CITIZEN)).json()["items"]
    assert [each["id"] for each in theirs] == [file["id"]]


async def test_an_upload_to_a_draft_that_is_cancelled_while_it_is_searched_adds_nothing(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, content = await begun(rest), files.pdf(mark="cancelled")
    said = {"file": "don.pdf", "size": len(content)}
    where = (await rest.post(f"{draft}/uploads", CITIZEN, said)).headers["Location"]
    search = halted(monkeypatch, scanning, "scan")
    sending = asyncio.create_task(rest.ask("PATCH", where, CITIZEN, headers=files.part(0), content=content))
    await search.called.wait()
    assert (await rest.ask("DELETE", where, CITIZEN)).status_code == 200
    search.goes_on.set()
    assert (slug(await sending), await listed(rest, draft)) == ((404, "not-found"), [])


async def test_a_filing_that_was_given_up_takes_along_the_upload_that_was_begun_meanwhile(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, content = await begun(rest, content=ON_PAPER), files.pdf(mark="late")
    with monkeypatch.context() as slow:
        service = halted(slow, DossierService, "file")
        filing = asyncio.create_task(rest.post(f"{draft}/filing", CITIZEN))
        await service.called.wait()
    rest.clock.at += kept_drafts.LONGEST * 2
    said = {"file": "sau.pdf", "size": len(content)}
    where = (await rest.post(f"{draft}/uploads", CITIZEN, said)).headers["Location"]
    part = files.part(0, complete=False)
    await rest.ask("PATCH", where, CITIZEN, headers=part, content=content[:100])
    service.goes_on.set()
    filed = await filing
    assert filed.status_code == 201, filed.text
    last = await rest.ask("PATCH", where, CITIZEN, headers=files.part(100), content=content[100:])
    assert last.status_code == 201, last.text
    assert (await rest.get(f"{last.headers['Location']}/content", CITIZEN)).content == content


async def test_a_filing_that_was_given_up_files_no_draft_that_was_discarded_meanwhile(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, before = await begun(rest, content=ON_PAPER), await rest.world.one("select count(*) from dossier")
    with monkeypatch.context() as slow:
        service = halted(slow, DossierService, "file")
        filing = asyncio.create_task(rest.post(f"{draft}/filing", CITIZEN))
        await service.called.wait()
    rest.clock.at += kept_drafts.LONGEST * 2
    assert (await rest.ask("DELETE", draft, CITIZEN)).status_code == 200
    service.goes_on.set()
    assert slug(await filing) == (404, "not-found")
    assert await rest.world.one("select count(*) from dossier") == before


async def test_a_file_takes_the_place_of_another_and_another_one_is_taken_out(
    rest: Rest, store: Path
) -> None:
    draft = await begun(rest)
    first, second = [
        await added(rest, draft, files.pdf(mark=each), f"{each}.pdf", title="Đơn", component="TP01")
        for each in "12"
    ]
    where = f"{draft}/files/{first['id']}"
    newer = await rest.ask("PUT", where, CITIZEN, files={"file": ("b.jpg", files.picture("JPEG"))})
    assert newer.status_code == 200, newer.text
    changed = {each: newer.json()[each] for each in ("id", "name", "title", "component", "type")}
    assert changed == {
        "id": first["id"],
        "name": "b.jpg",
        "title": "Đơn",
        "component": "TP01",
        "type": "image/jpeg",
    }
    assert [each["id"] for each in await listed(rest, draft)] == [first["id"], second["id"]]
    assert (await rest.get(f"{where}/content", CITIZEN)).content == files.picture("JPEG")
    left = await rest.ask("DELETE", f"{draft}/files/{second['id']}", CITIZEN)
    assert left.json()["items"] == [newer.json()]
    assert slug(await rest.get(f"{draft}/files/{second['id']}", CITIZEN)) == (404, "not-found")
    assert len(await swept(rest, store)) == 2
    assert (await rest.get(f"{where}/content", CITIZEN)).content == files.picture("JPEG")


async def test_a_file_that_was_sent_twice_under_a_key_is_there_once(rest: Rest) -> None:
    draft, headers = await begun(rest), {"Idempotency-Key": "once"}
    answers = await asyncio.gather(*(sends(rest, draft, headers=headers) for _ in range(3)))
    assert {each.status_code for each in answers} == {201}
    assert [each.json() for each in answers] == await listed(rest, draft) * 3
    other = await sends(rest, draft, files.picture(size=(9, 9)), headers=headers)
    assert slug(other) == (422, "key-reused")


async def test_a_replacement_that_is_repeated_under_its_key_does_not_put_an_older_file_back(
    rest: Rest,
) -> None:
    draft = await begun(rest)
    file, other = [await added(rest, draft, files.pdf(mark=each), "don.pdf") for each in ("0", "other")]
    where, (older, newer) = f"{draft}/files/{file['id']}", [files.pdf(mark=each) for each in "12"]
    first = await replaces(rest, where, older, key="older")
    assert (await replaces(rest, where, older, key="older")).json() == first.json()
    after = (await replaces(rest, where, newer, key="newer")).json()
    late = await replaces(rest, where, older, key="older")
    assert (late.status_code, late.json()) == (200, after)
    assert (await rest.get(f"{where}/content", CITIZEN)).content == newer
    for elsewhere, content, name in (
        (where, newer, "don.pdf"),
        (where, older, "khac.pdf"),
        (f"{draft}/files/{other['id']}", older, "don.pdf"),
    ):
        refused = await replaces(rest, elsewhere, content, name, key="older")
        assert slug(refused) == (422, "key-reused")
    assert await listed(rest, draft) == [after, other]


async def test_of_the_keys_of_replacements_the_latest_are_kept(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_uploads, "REPLACEMENTS", 2)
    draft = await begun(rest)
    where, content = f"{draft}/files/{(await added(rest, draft))['id']}", files.picture()
    for key in "123":
        last = (await replaces(rest, where, content, f"{key}.png", key=key)).json()
    assert (await replaces(rest, where, content, "2.png", key="2")).json() == last
    assert (await replaces(rest, where, content, "1.png", key="1")).json()["name"] == "1.png"
    # Asked for by no key, it is what is meant now.
    assert (await replaces(rest, where, content, "2.png")).json()["name"] == "2.png"


@pytest.mark.parametrize("key", [None, "older"])
async def test_a_replacement_that_hangs_does_not_put_its_file_over_a_newer_one(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    draft = await begun(rest)
    where = f"{draft}/files/{(await added(rest, draft))['id']}"
    older, newer = [files.pdf(mark=each) for each in "12"]
    with monkeypatch.context() as slow:
        search = halted(slow, scanning, "scan")
        hanging = asyncio.create_task(replaces(rest, where, older, key=key))
        await search.called.wait()
    after = (await replaces(rest, where, newer)).json()
    search.goes_on.set()
    assert slug(await hanging) == (409, "draft-file-replaced")
    assert await listed(rest, draft) == [after]


async def test_a_replacement_that_hangs_is_answered_by_what_its_repetition_has_done(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(rest)
    where, content = f"{draft}/files/{(await added(rest, draft))['id']}", files.pdf()
    with monkeypatch.context() as slow:
        search = halted(slow, scanning, "scan")
        hanging = asyncio.create_task(replaces(rest, where, content, key="once"))
        await search.called.wait()
    again = await replaces(rest, where, content, key="once")
    search.goes_on.set()
    first = await hanging
    assert (first.status_code, again.status_code, first.json()) == (200, 200, again.json())
    assert await listed(rest, draft) == [again.json()]


async def test_what_the_procedure_or_the_house_does_not_take_is_refused_and_nothing_is_kept(
    rest: Rest, store: Path
) -> None:
    draft, nowhere = await begun(rest), f"/files/{uuid4()}"
    unopened = await rest.done("/v1/drafts", CITIZEN, {"procedure": "9.999999", "content": {}})
    answers = [
        await sends(rest, draft, component="TP99"),
        await sends(rest, draft, b"MZ" * 9, "a.exe"),
        await sends(rest, draft, files.picture(), "a.pdf"),
        await sends(rest, draft, name=""),
        await rest.ask("PUT", f"{draft}{nowhere}", CITIZEN, files=files.FORM),
        await sends(rest, f"/v1/drafts/{unopened['id']}"),
    ]
    assert [slug(each) for each in answers] == [
        (422, "form-refused"),
        (415, "file-type-refused"),
        (415, "file-type-refused"),
        (422, "invalid-request"),
        (404, "not-found"),
        (404, "not-found"),
    ]
    files.limit(rest, store_file_bytes=10)
    assert slug(await sends(rest, draft)) == (413, "file-too-large")
    assert (await listed(rest, draft), kept(store)) == ([], [])


async def test_files_of_a_draft_and_of_all_drafts_of_a_person_are_limited_however_many_come_at_once(
    rest: Rest,
) -> None:
    one, other, size = await begun(rest), await begun(rest), len(files.picture())
    files.limit(rest, store_dossier_files=2)
    answers = await asyncio.gather(*(sends(rest, one) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409]
    assert {slug(each) for each in answers if each.status_code == 409} == {(409, "too-many-files")}
    files.limit(rest, store_drafts_bytes=3 * size)
    answers = await asyncio.gather(*(sends(rest, other) for _ in range(2)))
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert {slug(each) for each in answers if each.status_code == 409} == {(409, "drafts-full")}
    begins = await rest.post(f"{other}/uploads", CITIZEN, {"file": "a.png", "size": size})
    assert slug(begins) == (409, "drafts-full")
    replaced = await rest.ask(
        "PUT", f"{one}/files/{(await listed(rest, one))[0]['id']}", CITIZEN, files=files.FORM
    )
    assert replaced.status_code == 200
    desk = await begun(rest, CLERK, TYPED)
    assert len([await added(rest, desk, by=CLERK) for _ in "12"]) == 2


async def test_files_that_the_procedure_takes_no_more_are_found_and_not_filed(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await complete(rest)
    picture = await added(rest, draft, title="Ảnh")
    monkeypatch.setattr(kinds, "accepted", lambda _: (kinds.PDF,))
    assert await findings(rest, draft) == ["files[3]"]
    refused = await rest.post(f"{draft}/filing", CITIZEN)
    assert [each["field"] for each in problem(refused)["errors"]] == ["files[3]"]
    await rest.ask("DELETE", f"{draft}/files/{picture['id']}", CITIZEN)
    await rest.done(f"{draft}/filing", CITIZEN)


async def test_nobody_else_learns_that_a_draft_has_files(rest: Rest) -> None:
    draft = await begun(rest)
    file = (await added(rest, draft))["id"]
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/files", {}),
        ("POST", "/files", {"files": files.FORM}),
        *(("GET", f"/files/{file}{part}", {}) for part in ("", "/content", "/thumbnail")),
        ("PUT", f"/files/{file}", {"files": files.FORM}),
        ("DELETE", f"/files/{file}", {}),
        ("POST", "/uploads", {"json": {"file": "a.png", "size": 1}}),
        ("GET", "/offered-papers", {}),
        ("POST", f"/offered-papers/{file}", {"json": {}}),
    ]
    for by in (STRANGER, CLERK, SPECIALIST):
        for method, path, body in ways:
            here = await rest.ask(method, f"{draft}{path}", by, **body)
            nowhere = f"/v1/drafts/{uuid4()}"
            absent = await rest.ask(method, f"{nowhere}{path}", by, **body)
            assert (here.status_code, absent.status_code) == (404, 404), (method, path)
            told = [
                each.text.replace(name, "…") for each, name in ((here, draft[11:]), (absent, nowhere[11:]))
            ]
            assert told[0] == told[1], (method, path)
    other = await begun(rest)
    assert slug(await rest.get(f"{other}/files/{file}", CITIZEN)) == (404, "not-found")
    assert slug(await rest.ask("DELETE", f"{other}/files/{file}", CITIZEN)) == (404, "not-found")


@pytest.mark.parametrize("ends", ["discarded", "expired"])
async def test_nothing_is_left_of_the_files_of_a_draft_that_is_gone(
    rest: Rest, store: Path, caplog: pytest.LogCaptureFixture, ends: str
) -> None:
    caplog.set_level(logging.DEBUG)
    draft, canary = await begun(rest), Canaries()
    await added(rest, draft, files.pdf(mark=canary()), f"{canary()}.pdf", title=canary())
    where = (await rest.post(f"{draft}/uploads", CITIZEN, {"file": f"{canary()}.pdf", "size": 99})).headers
    part = files.part(0, complete=False)
    await rest.ask("PATCH", where["Location"], CITIZEN, headers=part, content=canary().encode())
    assert len(kept(store)) == 3
    if ends == "discarded":
        await rest.ask("DELETE", draft, CITIZEN)
    else:
        await drafts.expire(rest.world.db, at=FAR)
    left = (
        "select (select count(*) from draft_file) + (select count(*) from upload where draft_id is not null)"
    )
    assert await rest.world.one(left) == 0
    assert canary.found(await everything(rest.world.db)) == []
    assert canary.found(caplog.text) == []
    assert [canary.found(each.decode("latin-1")) for each in kept(store)] == [[]] * 3
    assert await swept(rest, store) == []


async def test_an_upload_that_was_cut_off_goes_on_into_the_draft(rest: Rest) -> None:
    draft, content = await begun(rest), files.scanned(1 << 20)
    said = {"file": "don.pdf", "size": len(content), "title": "Đơn", "component": "TP01"}
    begins = await rest.post(f"{draft}/uploads", CITIZEN, said)
    where = begins.headers["Location"]
    assert (begins.json()["dossier"], begins.json()["draft"]) == (None, draft.rpartition("/")[2])
    for by in (STRANGER, CLERK):
        assert slug(await rest.get(where, by)) == (404, "not-found")
    part = files.part(0, complete=False)
    await rest.ask("PATCH", where, CITIZEN, headers=part, content=content[:100])
    last = await rest.ask("PATCH", where, CITIZEN, headers=files.part(100), content=content[100:])
    (file,) = await listed(rest, draft)
    assert (last.status_code, last.json()["attachment"], last.headers["Upload-Complete"]) == (
        200,
        file["id"],
        "?1",
    )
    assert (file["name"], file["title"], file["component"]) == ("don.pdf", "Đơn", "TP01")
    assert (await rest.get(f"{draft}/files/{file['id']}/content", CITIZEN)).content == content
    over = await rest.ask("PATCH", where, CITIZEN, headers=files.part(len(content)), content=b"")
    assert slug(over) == (409, "upload-over")
    newer = {"file": "don.png", "size": len(files.picture()), "replaces": file["id"]}
    where = (await rest.post(f"{draft}/uploads", CITIZEN, newer)).headers["Location"]
    await rest.ask("PATCH", where, CITIZEN, headers=files.part(0), content=files.picture())
    (replaced,) = await listed(rest, draft)
    assert (replaced["id"], replaced["name"], replaced["title"]) == (file["id"], "don.png", "Đơn")


async def test_an_upload_that_is_under_way_while_its_draft_is_filed_goes_on_into_the_dossier(
    rest: Rest, store: Path
) -> None:
    draft, content = await complete(rest), files.pdf(mark="late")
    said = {"file": "sau.pdf", "size": len(content), "component": "TP03"}
    where = (await rest.post(f"{draft}/uploads", CITIZEN, said)).headers["Location"]
    part = files.part(0, complete=False)
    await rest.ask("PATCH", where, CITIZEN, headers=part, content=content[:100])
    filed = await rest.done(f"{draft}/filing", CITIZEN)
    standing = (await rest.get(where, CITIZEN)).json()
    assert (standing["dossier"], standing["draft"], standing["offset"]) == (filed["reference"], None, 100)
    assert len(await swept(rest, store)) == 7
    last = await rest.ask("PATCH", where, CITIZEN, headers=files.part(100), content=content[100:])
    assert last.status_code == 201, last.text
    theirs = (await rest.get(f"/v1/dossiers/{filed['reference']}/attachments", CLERK)).json()["items"]
    assert [each["name"] for each in theirs] == ["TP01.pdf", "TP02.pdf", "TP04.pdf", "sau.pdf"]
    assert (await rest.get(f"{last.headers['Location']}/content", CLERK)).content == content


async def test_a_finish_that_died_behind_the_draft_adds_its_file_once(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await complete(rest)
    said = {"file": "a.png", "size": len(files.picture())}
    monkeypatch.setattr(resumable, "_FINISH", "select $1::uuid, $2::uuid")
    where = (await rest.post(f"{draft}/uploads", CITIZEN, said)).headers["Location"]
    await rest.ask("PATCH", where, CITIZEN, headers=files.part(0), content=files.picture())
    one = "select attachment_id is not null and described is null from upload where id = $1"
    assert await rest.world.one(one, UUID(where.rpartition("/")[2])) is True
    filed = await rest.done(f"{draft}/filing", CITIZEN)
    assert (await rest.get(where, CITIZEN)).json()["dossier"] == filed["reference"]
    theirs = (await rest.get(f"/v1/dossiers/{filed['reference']}/attachments", CITIZEN)).json()["items"]
    assert len(theirs) == len(PAPERS) + 1


async def test_a_draft_whose_files_cannot_be_opened_says_so_and_is_discarded(rest: Rest, store: Path) -> None:
    draft = await begun(rest)
    file = await added(rest, draft)
    shutil.rmtree(store / "objects")
    lost = await rest.get(f"{draft}/files/{file['id']}/content", CITIZEN)
    assert slug(lost) == (503, "file-lost")
    await rest.world.changed(
        "update draft set file_key = sealed where id = $1", UUID(draft.rpartition("/")[2])
    )
    assert slug(await rest.get(f"{draft}/files", CITIZEN)) == (409, "draft-unreadable")
    assert slug(await rest.post(f"{draft}/filing", CITIZEN)) == (409, "draft-unreadable")
    assert (await rest.ask("DELETE", draft, CITIZEN)).status_code == 200


async def test_while_the_store_is_away_a_file_is_refused_and_the_draft_stays_as_it_was(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(rest)
    before = [await added(rest, draft)]

    async def away(*_: Any) -> Any:
        raise refusals.StoreAway

    monkeypatch.setattr(Store, "put", away)
    assert slug(await sends(rest, draft)) == (503, "store-away")
    assert await listed(rest, draft) == before


async def test_papers_that_were_given_before_are_offered_to_who_fills_in_a_draft(rest: Rest) -> None:
    given = await complete(rest)
    reference = (await rest.done(f"{given}/filing", CITIZEN))["reference"]
    draft = await begun(rest)
    assert (await rest.get(f"{draft}/offered-papers", CITIZEN)).json()["items"] == []
    code = (await rest.done(f"/v1/dossiers/{reference}/acceptance", CLERK))["code"]
    found = (await rest.get(f"{draft}/offered-papers", CITIZEN)).json()["items"]
    assert {(each["component"], each["dossier"]["code"]) for each in found} == {
        (part, code) for part in PAPERS
    }
    path, key = f"{draft}/offered-papers/{found[0]['id']}", {"Idempotency-Key": "offered"}
    answers = [await rest.post(path, CITIZEN, {"component": "TP01"}, headers=key) for _ in "12"]
    assert [each.status_code for each in answers] == [201, 201]
    assert [each.json() for each in answers] == await listed(rest, draft) * 2
    file = answers[0].json()
    assert (file["component"], file["name"]) == ("TP01", found[0]["name"])
    assert file["id"] not in {each["id"] for each in found}
    left = {each["id"] for each in (await rest.get(f"{draft}/offered-papers", CITIZEN)).json()["items"]}
    assert left == {each["id"] for each in found[1:]}
    for applicant in ({**OWN, "identifier": "000000000009"}, {"kind": 7}, None):
        other = await begun(rest, content={**MINE, "applicant": applicant})
        assert (await rest.get(f"{other}/offered-papers", CITIZEN)).json()["items"] == []
        refused = await rest.post(f"{other}/offered-papers/{found[0]['id']}", CITIZEN, {})
        assert slug(refused) == (404, "not-found")
    desk = await begun(rest, CLERK, MINE)
    assert (await rest.get(f"{desk}/offered-papers", CLERK)).json()["items"] == []
