"""Letters are signed by certificates of their units, and the signed bytes are given from then on."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from hoso_workflows import audit
from hoso_workflows.signatures.refusals import KeyUnusable
from support import api_client, signing_keys
from support.acts_of_law import GROUND, acts
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest, problem
from support.signing_keys import Issued
from support.world import DEPARTMENT, DESK, World, instant, person

DESK_HEAD, AGENCY_HEAD = person("head", DESK), person("agency_head")
PDF = {"Content-Type": "application/pdf"}
NAME = "Trung tâm Phục vụ hành chính công tỉnh"


@pytest.fixture(scope="module")
def root() -> Issued:
    return signing_keys.issued("Gốc chứng thực mẫu")


@pytest.fixture(scope="module")
def signing(root: Issued, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Keys of the desk, of the department, and of its head; that of the department does not open."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "root.pem").write_text(root.pem)
    keys = []
    for unit, name, whose in ((DESK, NAME, None), (DEPARTMENT, "Giám đốc Sở", AGENCY_HEAD)):
        file, phrase = signing_keys.pkcs12_file(folder, unit, signing_keys.issued(name, root), root)
        keys.append({"name": name, "unit": unit, "person": whose, "file": file, "passphrase_file": phrase})
    keys.append({"name": "hỏng", "unit": DEPARTMENT, "file": folder / "root.pem"})
    return {"signing": keys, "trusted_roots_file": folder / "root.pem"}


@pytest.fixture
async def rest(world: World, signing: dict[str, Any]) -> AsyncIterator[Rest]:
    """The API with keys."""
    clock = api_client.Clock(instant("2026-03-02 09:00"))
    transport = api_client.application(world, clock, **signing)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield Rest(world, client, clock, api_client.Contract())


async def newest(rest: Rest, standing: Any) -> str:
    """The address of the newest letter of a dossier."""
    path = f"/v1/dossiers/{standing['reference']}/letters"
    found = (await rest.get(path, CLERK)).json()["items"]
    return f"{path}/{found[-1]['id']}"


async def test_a_signed_letter_is_the_same_bytes_for_ever_and_its_digest_stands_in_the_chain(rest: Rest):
    standing = await rest.accepts()
    letter = await newest(rest, standing)
    plain = (await rest.get(f"{letter}.pdf", CLERK)).content
    done = await rest.done(f"{letter}/signature", DESK_HEAD)
    assert (done["status"], done["version"]) == ("in_process", standing["version"] + 1)
    rest.clock.turn("2027-05-05 09:00")
    await rest.world.changed("update unit set name = 'Tên khác' where code = $1", DESK)
    signed = (await rest.get(f"{letter}.pdf", CLERK)).content
    assert signed.startswith(plain)
    (event,) = await rest.world.db.rows("select payload from dossier_event where kind = 'letter_signed'")
    assert {
        name: event.payload[name]
        for name in ("form", "year", "number", "unit", "file", "size", "signer", "stamped")
    } == {
        "form": "01",
        "year": 2026,
        "number": 1,
        "unit": DESK,
        "file": hashlib.sha256(signed).hexdigest(),
        "size": len(signed),
        "signer": NAME,
        "stamped": False,
    }
    (listed,) = (await rest.get(letter.rpartition("/")[0], CLERK)).json()["items"]
    assert listed["signed"] is True
    told = (await rest.post("/v1/public/papers", content=signed, headers=PDF)).json()
    assert (told["good"], told["letter"], [each["signer"] for each in told["signatures"]]) == (
        True,
        {**listed, "unit": "Tên khác", "code": standing["code"]},
        [NAME],
    )
    assert [each async for each in audit.differences(rest.world.service)] == []
    await rest.world.changed("update letter_file set content = $1", plain)
    (found,) = [each async for each in audit.differences(rest.world.service)]
    assert (found.what, found.said) == (f"letter_file {told['sha256']} sha256", told["sha256"])


async def test_a_file_of_another_origin_is_no_letter_and_has_no_good_signature(rest: Rest):
    told = (await rest.post("/v1/public/papers", content=b"%PDF-1.7", headers=PDF)).json()
    assert {name: told[name] for name in ("readable", "letter", "good", "signatures")} == {
        "readable": False,
        "letter": None,
        "good": False,
        "signatures": [],
    }
    assert (await rest.post("/v1/public/papers", content=b"x")).status_code == 415


async def test_many_letters_are_signed_in_one_act_and_what_is_refused_holds_no_other_up(rest: Rest):
    """Neither a refusal nor a fault that nobody foresaw: the third letter's words are damaged."""
    first, second, damaged = [await rest.accepts() for _ in range(3)]
    letters = [await newest(rest, each) for each in (first, second, damaged)]
    words = "update letter set data = '{}' where id = $1"
    await rest.world.changed(words, UUID(letters[2].rpartition("/")[2]))
    items = [
        {"dossier": each["reference"], "letter": path.rpartition("/")[2]}
        for each, path in (
            (first, letters[0]),
            (damaged, letters[2]),
            (second, letters[1]),
            (first, letters[1]),
            (first, letters[0]),
        )
    ]
    done = (await rest.done("/v1/letters/signatures", DESK_HEAD, {"items": items}))["items"]
    assert [(each["signed"], (each["problem"] or {}).get("type")) for each in done] == [
        (True, None),
        (False, "urn:hoso:problem:internal-error"),
        (True, None),
        (False, "urn:hoso:problem:not-found"),
        (False, "urn:hoso:problem:already-signed"),
    ]


async def test_only_a_head_of_the_unit_that_issued_a_letter_signs_it(rest: Rest):
    letter = await newest(rest, await rest.accepts())
    for by, slug in (
        (CLERK, "forbidden"),
        (HEAD, "forbidden"),
        (SPECIALIST, "forbidden"),
        (ADMINISTRATOR, "not-found"),
    ):
        refused = problem(await rest.post(f"{letter}/signature", by))
        assert refused["type"] == f"urn:hoso:problem:{slug}", by
    assert await rest.world.one("select count(*) from letter_file") == 0


async def test_an_officer_s_own_key_goes_before_the_unit_s_and_two_heads_sign_one_after_the_other(rest: Rest):
    standing = await acts(rest, await rest.accepts(), "suspension", HEAD, "2026-03-03 07:30", **GROUND)
    letter = await newest(rest, standing)
    broken = problem(await rest.post(f"{letter}/signature", HEAD))
    assert (broken["status"], broken["type"]) == (503, f"urn:hoso:problem:{KeyUnusable.slug}")
    await rest.done(f"{letter}/signature", AGENCY_HEAD)
    again = problem(await rest.post(f"{letter}/signature", AGENCY_HEAD))
    assert again["type"] == "urn:hoso:problem:already-signed"
    keys = (await rest.get("/v1/signing-certificates", CLERK)).json()["items"]
    assert [(each["name"], each["unit"], each["in_token"]) for each in keys] == [
        (NAME, DESK, False),
        ("Giám đốc Sở", DEPARTMENT, False),
        ("hỏng", DEPARTMENT, False),
    ]


async def test_a_signed_file_goes_with_the_event_that_names_it(rest: Rest):
    letter = await newest(rest, await rest.accepts())
    await rest.done(f"{letter}/signature", DESK_HEAD)
    erase = """
    select dossier_event_erase(dossier_id, array[seq], $1, at, 'Luật A điều 1') from dossier_event where kind = 'letter_signed'
    """
    await rest.world.changed(erase, ADMINISTRATOR)
    assert await rest.world.one("select count(*) from letter_file") == 0
    assert (await rest.get(f"{letter}.pdf", CLERK)).status_code == 200
