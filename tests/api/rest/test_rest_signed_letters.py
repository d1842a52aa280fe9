"""Letters are signed by certificates of their units, and the signed bytes are given from then on."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from hoso_models.tables import letter as letter_table
from hoso_workflows import audit
from hoso_workflows.correspondence import waiting_letters
from hoso_workflows.letters import forms
from hoso_workflows.letters.template_check import drawn
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


async def test_the_signed_receipt_of_a_cancelled_payment_is_void_and_not_signed_again(rest: Rest):
    standing = await rest.files()
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:00", fee=1)
    paid = {"fee": 1, "amount": 25_000, "method": "transfer", "reference": "FT26061000001"}
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:01", **paid)
    letter = await newest(rest, standing)
    await rest.done(f"{letter}/signature", DESK_HEAD)
    signed = (await rest.get(f"{letter}.pdf", CLERK)).content
    (payment,) = (await rest.get(f"/v1/dossiers/{standing['reference']}/fees", CLERK)).json()["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    await acts(rest, standing, "payment-cancellation", DESK_HEAD, "2026-03-02 10:00", **void)
    printed = (await rest.get(f"{letter}.pdf", CLERK)).content
    assert [drawn.joined("ĐÃ HỦY") in drawn.joined(drawn.text(made)) for made in (signed, printed)] == [
        False,
        True,
    ]
    told = (await rest.post("/v1/public/papers", content=signed, headers=PDF)).json()
    assert (told["good"], told["letter"]["cancelled_at"]) == (True, "2026-03-02T10:00:00+07:00")
    again = problem(await rest.post(f"{letter}/signature", DESK_HEAD))
    assert [(each["field"], each["message"]) for each in again["errors"]] == [
        ("letter", "is void: its payment was cancelled")
    ]


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


async def test_a_fault_of_ours_is_told_without_its_insides(rest: Rest):
    letter = await newest(rest, await rest.accepts())
    words = "update letter set data = '{\"KEPT-INSIDE\": 1}' where id = $1"
    await rest.world.changed(words, UUID(letter.rpartition("/")[2]))
    headers = {"Authorization": f"Bearer {await rest.token(CLERK)}"}
    assert problem(await rest.client.get(f"{letter}.pdf", headers=headers)) == {
        "type": "urn:hoso:problem:internal-error",
        "title": "The server made a mistake.",
        "status": 500,
        "detail": "The request was not carried out, or its answer was lost. The fault is in the server's log.",
        "instance": f"{letter}.pdf",
        "remedy": "Repeat the request with the same Idempotency-Key; tell the administrator if it happens again.",
    }


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


async def waiting(rest: Rest, by: UUID, more: str = "") -> Any:
    return (await rest.get(f"/v1/letters/waiting{more}", by)).json()


async def test_letters_of_a_head_s_forms_wait_until_they_are_signed(rest: Rest):
    """A receipt waits for nobody: the desk signs it by hand. Whoever has no key is shown the same."""
    first, second = [
        await acts(rest, await rest.accepts(), "suspension", HEAD, f"2026-03-{day:02} 07:30", **GROUND)
        for day in (3, 4)
    ]
    letters = [await newest(rest, each) for each in (first, second)]
    found = (await waiting(rest, AGENCY_HEAD))["items"]
    assert [(each["id"], each["dossier"]["code"]) for each in found] == [
        (path.rpartition("/")[2], each["code"]) for path, each in zip(letters, (first, second), strict=True)
    ]
    assert {name: found[0][name] for name in ("form", "series", "unit", "issued_at", "has_key")} == {
        "form": "suspension",
        "series": "01/2026/TBTD-SVHTTDL",
        "unit": DEPARTMENT,
        "issued_at": "2026-03-03T07:30:00+07:00",
        "has_key": True,
    }
    page = await waiting(rest, AGENCY_HEAD, "?limit=1")
    rest_of_it = await waiting(rest, AGENCY_HEAD, f"?limit=1&after={page['page']['after']}")
    assert (page["items"], rest_of_it) == (found[:1], {"items": found[1:], "page": {"after": None}})
    assert (await waiting(rest, AGENCY_HEAD, "?since=2026-03-04"))["items"] == found[1:]
    for day in ("0001-01-01", "9999-12-31"):
        refused = problem(await rest.get(f"/v1/letters/waiting?since={day}", AGENCY_HEAD))
        assert (refused["status"], [each["field"] for each in refused["errors"]]) == (
            422,
            ["query.since"],
        )
    assert [(await waiting(rest, each))["items"] for each in (CLERK, SPECIALIST, DESK_HEAD)] == [[], [], []]
    await rest.done(f"{letters[0]}/signature", AGENCY_HEAD)
    assert (await waiting(rest, AGENCY_HEAD))["items"] == found[1:]
    assert [each async for each in audit.differences(rest.world.service)] == []
    await rest.world.changed("update letter set signed_at = null where id = $1", UUID(found[0]["id"]))
    (wrong,) = [each async for each in audit.differences(rest.world.service)]
    assert wrong.what == f"letter {DEPARTMENT}/suspension/2026/1"
    assert len((await waiting(rest, AGENCY_HEAD))["items"]) == 2
    await audit.rebuild(rest.world.service, first["reference"])
    assert (await waiting(rest, AGENCY_HEAD))["items"] == found[1:]


#: Letters of a unit, one in fifty of a form that a head signs, of which one in two is signed.
_THOUSANDS = """
insert into letter (dossier_id, unit_code, form, year, number, data, issued_at, issued_by, signed_at)
select (select id from dossier limit 1), $1, case when n % 50 = 0 then '04' else '01' end, 2025, n, '{}',
  $2::timestamptz + make_interval(mins => n), $3, case when n % 100 = 0 then $2::timestamptz end
from generate_series(1, 20000) n
"""


async def test_of_many_letters_a_page_of_those_that_wait_reads_no_others(rest: Rest):
    await rest.accepts()
    await rest.world.changed(_THOUSANDS, DEPARTMENT, instant("2026-03-02 09:00"), AGENCY_HEAD)
    await rest.world.changed("vacuum analyze letter")
    asked = waiting_letters._WAITING.format(
        conditions=f"l.{letter_table.WAITING} and l.unit_code = place.unit and d.erased_at is null", limit=51
    )
    plan = [
        row[0] for row in await rest.world.db.rows(f"explain (analyze, timing off) {asked}", [[DEPARTMENT]])
    ]
    assert [line for line in plan if "using ix_letter_waiting on letter l" in line], plan
    assert [line for line in plan if "Seq Scan on letter" in line or "Removed by Filter" in line] == []


def test_the_forms_that_wait_are_those_that_a_head_signs():
    signed_by_heads = {code for code, form in forms.FORMS.items() if form.signs is forms.Signs.HEAD}
    assert set(letter_table.OF_HEADS) == signed_by_heads
