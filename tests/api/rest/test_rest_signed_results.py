"""A procedure that gives signed results is decided on files with good signatures, made here or elsewhere."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import credentials
from hoso_workflows.signatures import verification
from hoso_workflows.signatures.keys import Key, Pkcs12
from hoso_workflows.signatures.opening import opened
from hoso_workflows.signatures.signing import sign
from support import api_client, files, signing_keys
from support.acts_of_law import AGENCY_HEAD, GROUND, acts
from support.api_client import CLERK, HEAD, SPECIALIST, Rest, problem
from support.command_line import hoso
from support.procedures import signed_results
from support.signing_keys import Issued
from support.world import DEPARTMENT, DESK, World, instant, person

PDF = {"Content-Type": "application/pdf"}
NAME = "Sở mẫu"
ERASED = """
update dossier_event set payload = null, salt = null
where kind in ('attachment_added', 'attachment_superseded') and dossier_id = (select id from dossier where reference = $1)
"""


@pytest.fixture(scope="module")
def results_url(server: postgres.Server) -> Iterator[str]:
    with signed_results.founded(server) as url:
        yield url


@pytest.fixture
def world_url(results_url: str) -> str:
    """One world for all: each test has dossiers of its own."""
    return results_url


@pytest.fixture(scope="module")
def root() -> Issued:
    return signing_keys.issued("Gốc chứng thực mẫu")


@pytest.fixture(scope="module")
def folder(root: Issued, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key of the department, one that nobody trusts, and the root of the first."""
    made = tmp_path_factory.mktemp("keys")
    (made / "root.pem").write_text(root.pem)
    signing_keys.pkcs12_file(made, "so", signing_keys.issued(NAME, root), root)
    strange = signing_keys.issued("Gốc lạ")
    signing_keys.pkcs12_file(made, "la", signing_keys.issued("Người lạ", strange), strange)
    return made


def entered(folder: Path, name: str) -> dict[str, Any]:
    """The settings with that key for the department."""
    key = {"name": name, "unit": DEPARTMENT}
    paths = {"file": str(folder / f"{name}.p12"), "passphrase_file": str(folder / f"{name}.pass")}
    return {"signing": [{**key, **paths}], "trusted_roots_file": folder / "root.pem"}


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_STORE_FOLDER", str(tmp_path / "files"))


@pytest.fixture
async def rest(results_url: str, folder: Path) -> AsyncIterator[Rest]:
    """The API with the department's key."""
    async for each in serving(results_url, entered(folder, "so")):
        yield each


@pytest.fixture
async def distrusted(results_url: str, folder: Path) -> AsyncIterator[Rest]:
    """The API with a key below no trusted root."""
    async for each in serving(results_url, entered(folder, "la")):
        yield each


async def serving(url: str, settings: dict[str, Any]) -> AsyncIterator[Rest]:
    clock = api_client.Clock(instant("2026-03-02 09:00"))
    async with database.connect(url) as db:
        world = World(DossierService(db))
        # What was counted on a later day of another test would hold up who checks a paper on this one.
        await world.changed("delete from throttle")
        transport = api_client.application(world, clock, **settings)
        async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
            yield Rest(world, client, clock, api_client.Contract())


async def elsewhere(folder: Path, content: bytes, name: str = "so") -> bytes:
    """The PDF as a program of the officer's own signs it."""
    key = Key(name, DEPARTMENT, Pkcs12(folder / f"{name}.p12", folder / f"{name}.pass"))
    async with opened(key) as ready:
        return await sign(content, ready, at=instant("2026-03-02 08:30"))


async def to_decide(rest: Rest) -> Any:
    """A dossier at the step that decides."""
    filed = await rest.files(**signed_results.FILING)
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    return await rest.completes(standing, SPECIALIST)


async def added(rest: Rest, standing: Any, content: bytes, name: str = "ket-qua.pdf") -> str:
    """The id of a file of the authority's own."""
    answer = await files.sends(
        rest, standing["reference"], SPECIALIST, content, name, internal=True, title="Quyết định"
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def signs(rest: Rest, *wanted: tuple[Any, str], by: UUID = SPECIALIST) -> Any:
    items = [{"dossier": each["reference"], "attachment": file} for each, file in wanted]
    return (await rest.done("/v1/results/signatures", by, {"items": items}))["items"]


async def decides(rest: Rest, standing: Any, *named: str, **said: Any) -> httpx.Response:
    (task,) = standing["tasks"]
    body = {"result": "granted", "attachments": list(named), **said}
    return await rest.post(f"/v1/user-tasks/{task['id']}/completion", SPECIALIST, body)


def slug(outcome: Any) -> str | None:
    return outcome["problem"]["type"].rpartition(":")[2] if outcome["problem"] else None


async def test_a_result_is_signed_here_decided_on_handed_over_and_known_by_its_digest(rest: Rest):
    standing, content = await to_decide(rest), files.pdf()
    plain = await added(rest, standing, content)
    for named in ((), (plain,)):
        unsigned = problem(await decides(rest, standing, *named))
        assert (unsigned["status"], unsigned["type"]) == (409, "urn:hoso:problem:result-unsigned")
    (done,) = await signs(rest, (standing, plain))
    assert (done["problem"], done["attachment"]) == (None, plain)
    path = f"/v1/dossiers/{standing['reference']}/attachments"
    old, new = (await rest.get(path, SPECIALIST)).json()["items"]
    assert [(each["id"], each["title"], each["signed"], each["internal"]) for each in (old, new)] == [
        (plain, "Quyết định", False, True),
        (done["version"], "Quyết định", True, True),
    ]
    assert new["supersedes"] == plain
    signed = (await rest.get(f"{path}/{new['id']}/content", SPECIALIST)).content
    assert (signed.startswith(content), hashlib.sha256(signed).hexdigest()) == (True, new["sha256"])
    assert (await decides(rest, standing, new["id"])).status_code == 200
    told = (await rest.post("/v1/public/papers", content=signed, headers=PDF)).json()
    # Whoever has a certificate below a root may sign anything: until it is a paper of the house, it is not good.
    assert (told["good"], told["result"], [each["trusted"] for each in told["signatures"]]) == (
        False,
        None,
        [True],
    )
    rest.clock.turn("2026-03-03 09:00")
    await rest.done(f"/v1/dossiers/{standing['reference']}/handover", CLERK)
    told = (await rest.post("/v1/public/papers", content=signed, headers=PDF)).json()
    assert (told["good"], [each["signer"] for each in told["signatures"]]) == (True, [NAME])
    assert told["result"] == {
        "code": standing["code"],
        "procedure": signed_results.CODE,
        "decided_at": "2026-03-02T09:00:00+07:00",
        "handed_over_at": "2026-03-03T09:00:00+07:00",
        "corrected_at": None,
    }
    other = (await rest.post("/v1/public/papers", content=files.pdf(), headers=PDF)).json()
    assert (other["good"], other["result"]) == (False, None)
    assert [each async for each in audit.differences(rest.world.service, standing["reference"])] == []
    await rest.world.changed(ERASED, standing["reference"])
    found = [each.what async for each in audit.differences(rest.world.service, standing["reference"])]
    # What was signed is told by the file's row; the access log alone knows of no erasure.
    assert [each.partition(" of ")[0] for each in found] == ["erasure", "erasure"]


async def test_a_pdf_that_came_signed_is_a_result_and_one_with_a_bad_signature_is_none(
    rest: Rest, folder: Path
):
    standing = await to_decide(rest)
    good = await elsewhere(folder, files.pdf())
    strange = await elsewhere(folder, files.pdf(2), "la")
    changed = bytearray(await elsewhere(folder, files.pdf(3)))
    changed[20] ^= 1
    named = [
        await added(rest, standing, content, f"{number}.pdf")
        for number, content in enumerate((good, strange, bytes(changed)))
    ]
    path = f"/v1/dossiers/{standing['reference']}/attachments"
    listed = (await rest.get(path, SPECIALIST)).json()["items"]
    assert [each["signed"] for each in listed] == [True, False, False]
    assert [slug(each) for each in await signs(rest, *((standing, each) for each in named))] == [
        "already-signed",
        "form-refused",
        "form-refused",
    ]
    for wrong in named[1:]:
        refused = problem(await decides(rest, standing, named[0], wrong))
        assert (refused["type"], wrong in refused["detail"]) == ("urn:hoso:problem:result-unsigned", True)
    assert (await decides(rest, standing, named[0])).status_code == 200
    said = {"path": f"{path}/{named[0]}/exchange", "reason": "Quét nhầm"}
    right = await elsewhere(folder, files.pdf(4))
    # Of the heads only one of the unit that has decided.
    for by, content, status in (
        (SPECIALIST, files.pdf(4), 409),
        (person("head", DESK), right, 403),
        (HEAD, right, 201),
    ):
        answer = await files.sends(rest, "", by, content, "quet-lai.pdf", **said)
        assert answer.status_code == status, answer.text


async def confirmed(rest: Rest, *papers: bytes) -> list[bool]:
    """True for each paper that the public check knows as a result."""
    answers = [await rest.post("/v1/public/papers", content=each, headers=PDF) for each in papers]
    assert {each.status_code for each in answers} == {200}, answers[0].text
    return [each.json()["result"] is not None for each in answers]


async def test_the_check_knows_the_file_that_was_handed_over_and_none_that_was_exchanged_or_decided_before(
    rest: Rest, folder: Path
):
    standing = await to_decide(rest)
    wrong, right, other = [await elsewhere(folder, files.pdf(pages)) for pages in (5, 6, 7)]
    first = await added(rest, standing, wrong)
    assert (await decides(rest, standing, first)).status_code == 200
    path = f"/v1/dossiers/{standing['reference']}"
    said = {"path": f"{path}/attachments/{first}/exchange", "reason": "Quét nhầm"}
    assert (await files.sends(rest, "", SPECIALIST, right, "quet-lai.pdf", **said)).status_code == 201
    rest.clock.turn("2026-03-04 09:00")
    await rest.done(f"{path}/handover", CLERK)
    assert await confirmed(rest, wrong, right) == [False, True]
    rest.clock.turn("2026-03-05 09:00")
    reopening = {"reason": "Có sai sót", "basis": "Quyết định giải quyết khiếu nại"}
    standing = await rest.done(f"{path}/reopening", HEAD, reopening)
    standing = await rest.completes(standing, SPECIALIST)
    assert (await decides(rest, standing, await added(rest, standing, other))).status_code == 200
    await rest.done(f"{path}/handover", CLERK)
    assert await confirmed(rest, wrong, right, other) == [False, False, True]


async def test_many_are_signed_in_one_act_and_what_is_refused_holds_no_other_up(rest: Rest):
    first, second = [await to_decide(rest) for _ in range(2)]
    early = await rest.files(**signed_results.FILING)
    early = await rest.done(f"/v1/dossiers/{early['reference']}/acceptance", CLERK)
    wanted = [(each, await added(rest, each, files.pdf())) for each in (first, second, early)]
    picture = await added(rest, first, files.picture(), "anh.png")
    done = await signs(
        rest, wanted[0], wanted[2], (first, picture), (first, wanted[1][1]), wanted[0], wanted[1]
    )
    assert [slug(each) for each in done] == [
        None,
        "decision-not-open",
        "form-refused",
        "not-found",
        "attachment-superseded",
        None,
    ]
    assert [each["version"] is None for each in done] == [False, True, True, True, True, False]


async def test_a_file_that_cannot_be_read_is_not_signed(rest: Rest):
    standing = await to_decide(rest)
    file = await added(rest, standing, files.paged().replace(b"/Size 4", b"/Size 3"))
    (done,) = await signs(rest, (standing, file))
    assert (slug(done), done["problem"]["errors"][0]["message"]) == (
        "form-refused",
        "cannot be read by who signs; print it to a new PDF",
    )


async def test_officers_do_not_wait_behind_papers_of_anybody(rest: Rest, folder: Path):
    standing, queue = await to_decide(rest), verification.ANYBODY.queue
    content = await elsewhere(folder, files.pdf(9))
    with ExitStack() as taken:
        for _ in range(queue._places):
            taken.enter_context(queue.place())
        full = problem(await rest.post("/v1/public/papers", content=content, headers=PDF))
        assert (full["status"], "papers of anybody" in full["detail"]) == (429, True)
        await added(rest, standing, content)
    assert await confirmed(rest, content) == [False]


async def test_only_who_may_decide_signs_a_result(rest: Rest):
    standing = await to_decide(rest)
    file = await added(rest, standing, files.pdf())
    before = await rest.content()
    refused = [await signs(rest, (standing, file), by=by) for by in (CLERK, HEAD)]
    assert [slug(each) for (each,) in refused] == ["not-your-turn", "forbidden"]
    assert await rest.content() == before


async def test_a_key_below_no_trusted_root_makes_no_result(distrusted: Rest):
    standing = await to_decide(distrusted)
    (done,) = await signs(distrusted, (standing, await added(distrusted, standing, files.pdf())))
    assert slug(done) == "key-unusable"
    assert (
        len(
            (await distrusted.get(f"/v1/dossiers/{standing['reference']}/attachments", CLERK)).json()["items"]
        )
        == 1
    )


async def test_a_result_of_no_right_needs_no_file_but_a_named_one_is_signed(rest: Rest):
    standing = await to_decide(rest)
    file = await added(rest, standing, files.pdf())
    refusal = {"result": "not_eligible", "reason": "Không đủ điều kiện"}
    unsigned = problem(await decides(rest, standing, file, **refusal))
    assert unsigned["type"] == "urn:hoso:problem:result-unsigned"
    assert (await decides(rest, standing, **refusal)).status_code == 200


async def test_a_result_is_signed_and_found_again_at_the_shell(
    rest: Rest, folder: Path, results_url: str, tmp_path: Path
):
    standing = await to_decide(rest)
    dossier, file = standing["reference"], await added(rest, standing, files.pdf())
    async with rest.world.db.transaction() as tx:
        scopes = tuple(credentials.Scope)
        token = await credentials.give_token(
            tx, SPECIALIST, "thử", at=instant("2026-03-02 09:00"), scopes=scopes
        )
    settings = entered(folder, "so")
    said = {
        "HOSO_TOKEN": token,
        "HOSO_SIGNING": json.dumps(settings["signing"]),
        "HOSO_TRUSTED_ROOTS_FILE": str(settings["trusted_roots_file"]),
        "HOSO_STORE_FOLDER": str(tmp_path / "files"),
    }
    ran = await asyncio.to_thread(
        hoso, "dossiers", "sign-results", dossier, file, "--json", url=results_url, **said
    )
    (done,) = ran.json["items"]
    assert (ran.status, done["attachment"], done["trouble"]) == (0, file, None)
    again = await asyncio.to_thread(hoso, "dossiers", "sign-results", dossier, file, url=results_url, **said)
    assert (again.status, "has been superseded" in again.out) == (1, True)
    paper = tmp_path / "ket-qua.pdf"
    path = f"/v1/dossiers/{dossier}/attachments/{done['version']}/content"
    paper.write_bytes((await rest.get(path, SPECIALIST)).content)
    assert (await decides(rest, standing, done["version"])).status_code == 200
    await rest.done(f"/v1/dossiers/{dossier}/handover", CLERK)
    found = await asyncio.to_thread(hoso, "verify", str(paper), url=results_url, **said)
    assert (found.status, f"It is the result of {standing['code']}." in found.out) == (0, True)


async def test_a_result_waits_while_its_step_is_open_and_a_file_of_it_is_not_signed(rest: Rest):
    async def waiting(by: UUID) -> Any:
        found = (await rest.get("/v1/results/waiting", by)).json()["items"]
        return [each for each in found if each["dossier"]["reference"] == standing["reference"]]

    standing = await to_decide(rest)
    assert await waiting(SPECIALIST) == []
    plain = await added(rest, standing, files.pdf())
    (found,) = await waiting(SPECIALIST)
    assert found == {
        "task": standing["tasks"][0]["id"],
        "step": standing["tasks"][0]["name"],
        "unit": DEPARTMENT,
        "opened_at": "2026-03-02T09:00:00+07:00",
        "has_key": True,
        "required": True,
        "files": [{"id": plain, "name": "ket-qua.pdf", "title": "Quyết định"}],
        "dossier": {
            "reference": standing["reference"],
            "code": standing["code"],
            "procedure": signed_results.CODE,
        },
    }
    assert (await waiting(CLERK), await waiting(HEAD)) == ([], [])
    await acts(rest, standing, "suspension", HEAD, "2026-03-03 09:00", **GROUND)
    assert await waiting(SPECIALIST) == []
    await acts(rest, standing, "suspension-end", HEAD, "2026-03-04 09:00", reason="Đã có kết luận")
    assert await waiting(SPECIALIST) == [found]
    await signs(rest, (standing, plain))
    assert await waiting(SPECIALIST) == []


async def test_of_two_steps_that_decide_each_officer_signs_at_their_own(rest: Rest):
    filed = await rest.files(**{**signed_results.FILING, "procedure": signed_results.TWICE})
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    standing = await rest.completes(standing, SPECIALIST)
    assert [each["role"] for each in sorted(standing["tasks"], key=lambda it: it["name"])] == [
        "specialist",
        "agency_head",
    ]
    wanted = [await added(rest, standing, files.pdf(pages), f"{pages}.pdf") for pages in (1, 2)]
    done = [
        await signs(rest, (standing, file), by=by)
        for file, by in zip(wanted, (SPECIALIST, AGENCY_HEAD), strict=True)
    ]
    assert [slug(each) for (each,) in done] == [None, None]
