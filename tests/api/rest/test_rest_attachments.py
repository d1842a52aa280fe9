"""Files of a dossier over REST: handed in, looked at, sealed, superseded, read."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit
from hoso_workflows.attachments import dossier_keys, sweep
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.identity.sealing import LENGTH, Seal
from support import files, rebuilds
from support.api_client import CLERK, HEAD, SPECIALIST, Rest, problem
from support.world import CITIZEN, STRANGER, instant

pytestmark = pytest.mark.world("shared")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the files of a test are sealed."""
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


async def filed(rest: Rest) -> str:
    """The reference of a citizen's dossier."""
    reference: str = (await rest.files(channel="online", by=CITIZEN))["reference"]
    return reference


async def listed(rest: Rest, dossier: str, by: UUID = CLERK) -> list[Any]:
    answer = await rest.get(f"/v1/dossiers/{dossier}/attachments", by)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


async def sent(rest: Rest, dossier: str, by: UUID = CITIZEN, **said: Any) -> str:
    """The address of a file that was handed in."""
    answer = await files.sends(
        rest, dossier, by, said.pop("content", files.picture()), said.pop("name", "a.png"), **said
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def lost(rest: Rest, store: Path, dossier: str) -> list[sweep.Lost]:
    """Files of a dossier that the store has lost; the others of this world have their files elsewhere."""
    return [each async for each in sweep.lost(rest.world.db, Store(store)) if each.dossier == dossier]


def kept(store: Path) -> list[bytes]:
    return [path.read_bytes() for path in store.rglob("*") if path.is_file()]


async def test_where_nobody_searches_a_file_that_must_be_searched_it_is_said_when_to_ask_again(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
):
    dossier = await filed(rest)
    nobody = StoreSettings(clamd_address="127.0.0.1:1", clamd_required=True)
    kept_by = rest.client._transport.app.state
    monkeypatch.setattr(kept_by, "files", replace(kept_by.files, settings=nobody))
    refused = await files.sends(rest, dossier, CITIZEN, files.pdf())
    assert (refused.status_code, problem(refused)["type"]) == (503, "urn:hoso:problem:scanner-away")
    assert refused.headers["Retry-After"] == "60"
    assert await listed(rest, dossier) == []


async def test_a_file_comes_back_as_it_was_sent_and_lies_sealed_in_between(rest: Rest, store: Path):
    dossier, content, name = await filed(rest), files.pdf(pages=3), "Giấy ủy quyền.pdf"
    where = await sent(rest, dossier, content=content, name=name, component="TP01", title="Giấy ủy quyền")
    (found,) = await listed(rest, dossier, CITIZEN)
    assert where == f"/v1/dossiers/{dossier}/attachments/{found['id']}"
    assert found == {
        "id": found["id"],
        "title": "Giấy ủy quyền",
        "name": name,
        "type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "component": "TP01",
        "phase": "filing",
        "pages": 3,
        "scan": "not_scanned",
        "internal": False,
        "signed": False,
        "thumbnail": True,
        "by": "applicant",
        "stored_at": found["stored_at"],
        "supersedes": None,
        "superseded_at": None,
    }
    assert (await rest.get(where, CITIZEN)).json() == found
    read = await rest.get(f"{where}/content", CITIZEN)
    assert read.content == content
    told = ("content-disposition", "content-security-policy", "x-content-type-options")
    assert [read.headers[each] for each in told] == [
        "attachment; filename*=UTF-8''Gi%E1%BA%A5y%20%E1%BB%A7y%20quy%E1%BB%81n.pdf",
        "sandbox; default-src 'none'",
        "nosniff",
    ]
    assert (await rest.get(f"{where}/thumbnail", CITIZEN)).content.startswith(b"\x89PNG")
    assert [b"%PDF" in each or b"PNG" in each for each in kept(store)] == [False, False]
    assert [each async for each in audit.differences(rest.world.service, dossier)] == []


async def test_a_newer_version_follows_the_older_one_which_stays(rest: Rest):
    dossier = await filed(rest)
    first = await sent(rest, dossier, title="Bản vẽ", component="TP02", content=files.picture(), name="a.png")
    answer = await files.sends(
        rest, dossier, CITIZEN, files.picture("JPEG"), "b.jpg", path=f"{first}/supersede"
    )
    assert answer.status_code == 201, answer.text
    old, new = await listed(rest, dossier)
    assert [(each["name"], each["title"], each["component"]) for each in (old, new)] == [
        ("a.png", "Bản vẽ", "TP02"),
        ("b.jpg", "Bản vẽ", "TP02"),
    ]
    assert (new["supersedes"], new["superseded_at"], old["superseded_at"]) == (
        old["id"],
        None,
        new["stored_at"],
    )
    assert (await rest.get(f"{first}/content", CLERK)).content == files.picture()
    again = await files.sends(rest, dossier, CITIZEN, files.picture(), "c.png", path=f"{first}/supersede")
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:attachment-superseded")
    assert [each async for each in audit.differences(rest.world.service, dossier)] == []


async def test_the_applicant_does_not_see_the_authoritys_own_files(rest: Rest):
    accepted = await rest.accepts()
    dossier = accepted["reference"]
    await sent(rest, dossier, CLERK, name="don.png")
    internal = await sent(rest, dossier, CLERK, name="y-kien.png", internal=True)
    assert [(each["name"], each["phase"]) for each in await listed(rest, dossier)] == [
        ("don.png", "filing"),
        ("y-kien.png", "handling"),
    ]
    party = "update party set principal_id = $1 where id = (select applicant_id from dossier where reference = $2)"
    await rest.world.changed(party, STRANGER, dossier)
    assert [each["name"] for each in await listed(rest, dossier, STRANGER)] == ["don.png"]
    assert (await rest.get(f"{internal}/content", STRANGER)).status_code == 404
    refused = await files.sends(
        rest, dossier, STRANGER, files.picture(), "x.png", path=f"{internal}/supersede"
    )
    assert refused.status_code == 404
    events = (await rest.get(f"/v1/dossiers/{dossier}/events", STRANGER)).json()["items"]
    assert [each["payload"]["file_name"] for each in events if each["kind"] == "attachment_added"] == [
        "don.png"
    ]
    course = (await rest.get(f"/v1/dossiers/{dossier}/timeline", STRANGER)).json()["items"]
    assert [each["kind"] for each in course].count("attachment_added") == 1
    assert {"object", "thumbnail"} & {key for each in events for key in each["payload"]} == set()


async def test_only_the_desk_and_the_applicant_hand_in_what_is_the_applicants(rest: Rest):
    handed_on = await rest.completes(await rest.accepts(), CLERK)
    dossier, by = handed_on["reference"], files.holder(handed_on["tasks"][0])
    refused = await files.sends(rest, dossier, by, files.picture(), "a.png")
    taken = await files.sends(rest, dossier, by, files.picture(), "a.png", internal=True)
    waits = await files.sends(rest, dossier, SPECIALIST, files.picture(), "a.png", internal=True)
    strange = await files.sends(rest, dossier, STRANGER, files.picture(), "a.png")
    assert (refused.status_code, taken.status_code, strange.status_code) == (403, 201, 404)
    assert problem(waits)["type"] == "urn:hoso:problem:not-your-turn"
    elsewhere = await files.sends(rest, dossier, SPECIALIST, files.picture(), "a.png")
    remedies = [problem(each)["remedy"] for each in (refused, elsewhere)]
    assert ["`internal=true`" in each for each in remedies] == [True, False]


async def test_an_officer_who_reads_a_file_is_logged_and_its_applicant_is_not(rest: Rest):
    dossier = await filed(rest)
    where = await sent(rest, dossier)
    for reader in (CITIZEN, HEAD):
        assert (await rest.get(f"{where}/content", reader)).status_code == 200
    rows = await rest.world.db.rows(
        "select principal_id from access_log where act = 'read_attachment' and subject = $1 and granted",
        [dossier],
    )
    assert [row.principal_id for row in rows] == [HEAD]


async def test_the_same_upload_again_is_done_once(rest: Rest, store: Path):
    dossier, headers = await filed(rest), {"Idempotency-Key": "giay-1"}
    first = await files.sends(rest, dossier, CITIZEN, files.picture(), "a.png", headers=headers)
    await rest.done(f"/v1/dossiers/{dossier}/withdrawal", CITIZEN, {"reason": "Đổi ý"})
    again = await files.sends(rest, dossier, CITIZEN, files.picture(), "a.png", headers=headers)
    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    assert first.headers["location"] == again.headers["location"]
    # A file and its picture, which are not stored again.
    assert (len(await listed(rest, dossier)), len(kept(store))) == (1, 2)
    other = await files.sends(rest, dossier, CITIZEN, files.picture("JPEG"), "a.jpg", headers=headers)
    assert problem(other)["type"] == "urn:hoso:problem:key-reused"


async def test_a_key_that_is_used_again_when_its_answer_is_gone_replaces_no_file(rest: Rest):
    dossier, headers, content = await filed(rest), {"Idempotency-Key": "giay-2"}, files.pdf()
    first = await files.sends(rest, dossier, CITIZEN, content, "a.pdf", headers=headers)
    await rest.world.changed("delete from idempotency where key = 'giay-2'")
    again = await files.sends(rest, dossier, CITIZEN, files.picture(), "b.png", headers=headers)
    assert (again.status_code, problem(again)["type"]) == (409, "urn:hoso:problem:attachment-there")
    assert [each["name"] for each in await listed(rest, dossier)] == ["a.pdf"]
    assert (await rest.get(f"{first.headers['location']}/content", CITIZEN)).content == content


async def test_a_file_that_may_not_be_added_is_refused_before_anything_is_stored(rest: Rest, store: Path):
    dossier = await filed(rest)
    read = await files.sends(rest, dossier, HEAD, files.picture(), "a.png")
    await rest.done(f"/v1/dossiers/{dossier}/withdrawal", CITIZEN, {"reason": "Đổi ý"})
    late = await files.sends(rest, dossier, CITIZEN, files.picture(), "a.png")
    assert [(each.status_code, problem(each)["type"]) for each in (read, late)] == [
        (403, "urn:hoso:problem:forbidden"),
        (409, "urn:hoso:problem:wrong-status"),
    ]
    assert kept(store) == []


async def test_uploads_at_once_do_not_exceed_what_a_dossier_may_hold(rest: Rest):
    dossier = await filed(rest)
    files.limit(rest, store_dossier_files=2)
    await rest.token(CITIZEN)
    sends = (files.sends(rest, dossier, CITIZEN, files.picture(), f"{name}.png") for name in "abcd")
    answers = await asyncio.gather(*sends)
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409]
    assert {problem(each)["type"] for each in answers if each.status_code == 409} == {
        "urn:hoso:problem:too-many-files"
    }
    files.limit(rest, store_dossier_files=200, store_dossier_bytes=2 * len(files.picture()))
    full = await files.sends(rest, dossier, CITIZEN, files.picture(), "e.png")
    assert problem(full)["type"] == "urn:hoso:problem:too-many-files"
    assert len(await listed(rest, dossier)) == 2


#: Refused files: name, content, status and problem.
REFUSED = (
    ("don.pdf", b"MZ\x90\x00" * 100, 415, "file-type-refused"),
    ("don.pdf", files.picture(), 415, "file-type-refused"),
    ("don.pdf", b"", 422, "file-refused"),
    ("don.pdf", files.protected(), 422, "file-protected"),
)


async def test_a_file_that_is_not_what_it_should_be_is_refused_and_leaves_nothing(rest: Rest, store: Path):
    dossier = await filed(rest)
    for name, content, status, slug in REFUSED:
        refused = await files.sends(rest, dossier, CITIZEN, content, name)
        assert (refused.status_code, problem(refused)["type"]) == (status, f"urn:hoso:problem:{slug}")
    assert (await listed(rest, dossier), kept(store)) == ([], [])


#: Forms that are none: type and body.
NO_FORMS = (
    ("application/json", b"{}", 415, None),
    ("multipart/form-data; boundary=x", b"--x\r\n", 422, "body"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=title\r\n\r\na\r\n--x--\r\n", 422, "file"),
    ("multipart/form-data; boundary=x", b"nothing", 422, "body"),
    ("multipart/form-data; boundary=x", files.form(lạ="a"), 422, "lạ"),
    ("multipart/form-data; boundary=x", files.form(internal="maybe"), 422, "internal"),
    ("multipart/form-data; boundary=x", files.form(title="a" * 20_000), 422, "title"),
    ("multipart/form-data; boundary=x", files.form(component="TP99"), 422, "component"),
    ("multipart/form-data; boundary=x", files.form(name="a\u202egnp.png"), 422, "file"),
)  # fmt: skip


async def test_what_is_no_form_with_a_file_is_refused_by_its_field(rest: Rest):
    dossier = await filed(rest)
    for kind, body, status, field in NO_FORMS:
        path = f"/v1/dossiers/{dossier}/attachments"
        refused = await rest.post(path, CITIZEN, content=body, headers={"Content-Type": kind})
        named = [each["field"] for each in problem(refused).get("errors", [])]
        assert (refused.status_code, named) == (status, [field] if field else []), (kind, body[:80])
    assert await listed(rest, dossier) == []


async def test_a_file_larger_than_its_paper_may_be_is_refused_while_it_comes_in(rest: Rest):
    files.limit(rest, store_file_bytes=1000)
    dossier = await filed(rest)
    refused = await files.sends(rest, dossier, CITIZEN, files.pdf() + bytes(2000), "a.pdf")
    assert (refused.status_code, problem(refused)["type"]) == (413, "urn:hoso:problem:file-too-large")


async def test_what_no_file_names_is_swept_after_an_hour_and_what_is_lost_is_told(rest: Rest, store: Path):
    dossier, db, there = await filed(rest), rest.world.db, Store(store)
    where = await sent(rest, dossier)
    await there.put("ab" * 32, b"cut off")
    (written,) = [
        each.at
        for batch in [batch async for batch in there.kept()]
        for each in batch
        if each.name == "ab" * 32
    ]
    assert [await sweep.sweep(db, there, at=written + late) for late in (sweep.GRACE, 2 * sweep.GRACE)] == [
        sweep.Swept(0),
        sweep.Swept(1),
    ]
    assert (len(kept(store)), await lost(rest, store, dossier)) == (2, [])
    row = await db.row("select id, object from attachment where id = $1", [UUID(where.rpartition("/")[2])])
    await there.delete([row.object])
    assert await lost(rest, store, dossier) == [sweep.Lost(dossier, row.id)]
    gone = await rest.get(f"{where}/content", CLERK)
    assert problem(gone)["type"] == "urn:hoso:problem:file-lost"


async def test_no_file_of_a_dossier_whose_key_is_merely_missing_is_swept_and_no_other_key_is_made(
    rest: Rest, store: Path
):
    dossier, db = await filed(rest), rest.world.db
    where = await sent(rest, dossier)
    (row,) = await db.rows("select id from dossier where reference = $1", [dossier])
    (key,) = await db.rows("select sealed, made_at from dossier_key where dossier_id = $1", [row.id])
    await rest.world.changed("delete from dossier_key where dossier_id = $1", row.id)
    read = await rest.get(f"{where}/content", CLERK)
    assert problem(read)["type"] == "urn:hoso:problem:file-lost"
    further = await files.sends(rest, dossier, CITIZEN, files.pdf(), "b.pdf")
    assert problem(further)["type"] == "urn:hoso:problem:file-lost"
    assert (await sweep.sweep(db, Store(store), at=instant("2099-01-01 00:00"))).objects == 0
    back = "insert into dossier_key (dossier_id, sealed, made_at) values ($1, $2, $3)"
    await rest.world.changed(back, row.id, key.sealed, key.made_at)
    assert (await rest.get(f"{where}/content", CLERK)).content == files.picture()


async def test_a_dossier_that_was_erased_gets_no_key_again(rest: Rest):
    dossier, db, seal = await filed(rest), rest.world.db, Seal(lambda: bytes(LENGTH))
    (row,) = await db.rows("select id from dossier where reference = $1", [dossier])
    at = instant("2026-03-02 10:00")
    made = [await dossier_keys.made(db, seal, row.id, at) for _ in "12"]
    assert made[0] is not None
    assert made[0] == made[1]
    await rest.world.changed("delete from dossier_key where dossier_id = $1", row.id)
    await rest.world.changed("update dossier set erased_at = $2 where id = $1", row.id, at)
    assert await dossier_keys.made(db, seal, row.id, at) is None
    assert await dossier_keys.existing(db, seal, row.id) is None


async def test_the_result_is_a_file_which_the_applicant_reads_once_it_is_handed_over(rest: Rest):
    filed = await rest.files(channel="online", by=CITIZEN)
    dossier = filed["reference"]
    standing = await rest.done(f"/v1/dossiers/{dossier}/acceptance", CLERK)
    paper, decided = await sent(rest, dossier, CLERK), files.pdf()
    result = await sent(rest, dossier, CLERK, name="ket-qua.pdf", content=decided, internal=True)
    named = {"attachments": [result.rpartition("/")[2]]}
    while standing["status"] == "in_process":
        (task,) = standing["tasks"]
        by, path = files.holder(task), f"/v1/user-tasks/{task['id']}/completion"
        outcome = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        if task["milestone"] != "result":
            early = await rest.post(path, by, {**outcome, **named})
            assert problem(early)["errors"][0]["field"] == "attachments"
            standing = await rest.done(path, by, outcome)
            continue
        wrong = {**outcome, "result": "granted", "attachments": [paper.rpartition("/")[2]]}
        assert problem(await rest.post(path, by, wrong))["errors"][0]["field"] == "attachments[0]"
        standing = await rest.done(path, by, {**outcome, "result": "granted", **named})
    other = await files.sends(rest, dossier, CLERK, files.pdf(2), "khac.pdf", path=f"{result}/supersede")
    assert (other.status_code, problem(other)["type"]) == (409, "urn:hoso:problem:result-decided")
    assert [(each["name"], each["phase"]) for each in await listed(rest, dossier)] == [
        ("a.png", "filing"),
        ("ket-qua.pdf", "result"),
    ]
    content = f"{result}/content"
    assert (await rest.get(content, CITIZEN)).status_code == 404
    await rest.done(f"/v1/dossiers/{dossier}/handover", CLERK)
    assert (await rest.get(content, CITIZEN)).content == decided
    assert [each["name"] for each in await listed(rest, dossier, CITIZEN)] == ["a.png", "ket-qua.pdf"]
    assert [each async for each in audit.differences(rest.world.service, dossier)] == []


async def with_result(rest: Rest) -> tuple[str, str]:
    """A citizen's dossier with its result, and the address of the file, which the desk has scanned."""
    dossier = await filed(rest)
    standing = await rest.done(f"/v1/dossiers/{dossier}/acceptance", CLERK)
    result = await sent(rest, dossier, CLERK, name="ket-qua.pdf", content=files.pdf(2), internal=True)
    while standing["status"] == "in_process":
        (task,) = standing["tasks"]
        said: dict[str, Any] = {"outcome": task["outcomes"][0]} if task["outcomes"] else {}
        if task["milestone"] == "result":
            said |= {"result": "granted", "attachments": [result.rpartition("/")[2]]}
        standing = await rest.done(f"/v1/user-tasks/{task['id']}/completion", files.holder(task), said)
    return dossier, result


async def exchanged(rest: Rest, file: str, by: UUID, reason: str = "Quét nhầm trang", **said: Any) -> Any:
    """The answer to who exchanges a file of a result."""
    path = f"{file}/exchange"
    return await files.sends(rest, "", by, files.pdf(), "quet-lai.pdf", path=path, reason=reason, **said)


async def test_a_result_that_was_scanned_wrongly_is_exchanged_until_it_is_handed_over(rest: Rest):
    dossier, first = await with_result(rest)
    missing = problem(await exchanged(rest, first, CLERK, " "))
    assert missing["type"] == "urn:hoso:problem:reason-missing"
    other = (await exchanged(rest, await sent(rest, dossier, CLERK, internal=True), CLERK)).json()
    assert other["type"] == "urn:hoso:problem:no-file-of-result"
    # The province decides, not the department whose head it is.
    for stranger in (SPECIALIST, CITIZEN, HEAD):
        assert (await exchanged(rest, first, stranger)).status_code == 403
    second = (await exchanged(rest, first, CLERK)).headers["location"]
    twice = problem(await exchanged(rest, first, CLERK))
    assert twice["type"] == "urn:hoso:problem:attachment-superseded"
    third = (await exchanged(rest, second, CLERK, "Thiếu dấu", title="Giấy phép")).headers["location"]
    assert (await rest.get(f"{third}/content", CITIZEN)).status_code == 404
    told = (await rest.get(f"/v1/dossiers/{dossier}/timeline", HEAD)).json()["items"]
    assert [(each["kind"], each["words"]) for each in told if each["kind"] == "result_exchanged"] == [
        ("result_exchanged", "Quét nhầm trang"),
        ("result_exchanged", "Thiếu dấu"),
    ]
    await rest.done(f"/v1/dossiers/{dossier}/handover", CLERK)
    late = problem(await exchanged(rest, third, CLERK))
    assert (late["status"], late["type"]) == (409, "urn:hoso:problem:wrong-status")
    given = await listed(rest, dossier, CITIZEN)
    assert [(each["name"], each["title"], each["phase"]) for each in given] == [
        ("quet-lai.pdf", "Giấy phép", "result")
    ]
    read = [(await rest.get(f"{each}/content", CITIZEN)).status_code for each in (first, second, third)]
    assert read == [404, 404, 200]
    assert await rebuilds.differing(rest.world.service, dossier) == []
    assert [each async for each in audit.differences(rest.world.service, dossier)] == []


async def test_an_exchange_stands_in_the_history_by_its_rows_when_it_was_erased(rest: Rest):
    dossier, first = await with_result(rest)
    await exchanged(rest, first, CLERK)
    before = await listed(rest, dossier)
    await rest.world.changed(ERASED, dossier)
    found = [each.what async for each in audit.differences(rest.world.service, dossier)]
    assert [each for each in found if not each.startswith("erasure of event")] == []
    assert await listed(rest, dossier) == before


async def test_an_erased_file_stands_in_the_history_by_its_row(rest: Rest):
    dossier = await filed(rest)
    first = await sent(rest, dossier, title="Bản vẽ")
    await files.sends(rest, dossier, CITIZEN, files.picture("JPEG"), "b.jpg", path=f"{first}/supersede")
    before = await listed(rest, dossier)
    await rest.world.changed(ERASED, dossier)
    found = [each.what async for each in audit.differences(rest.world.service, dossier)]
    # Nothing but that the access log knows of no erasure.
    assert found == ["erasure of event 3", "erasure of event 4"]
    assert await listed(rest, dossier) == before


ERASED = """
update dossier_event set payload = null, salt = null
where kind in ('attachment_added', 'attachment_superseded', 'result_exchanged') and dossier_id = (select id from dossier where reference = $1)
"""
