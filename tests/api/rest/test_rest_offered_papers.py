"""Papers that an applicant has given before: offered to their next dossier, and handed in there without being sent again."""

from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit
from support import files
from support.api_client import CLERK, OWN, Rest, problem
from support.world import CITIZEN, STRANGER

# Each test has applicants or papers of its own.
pytestmark = pytest.mark.world("shared")

GONE = "delete from dossier_key k using dossier d where d.id = k.dossier_id and d.reference = $1"


async def filed(rest: Rest, by: UUID = CLERK, **said: Any) -> str:
    """The reference of a dossier, filed at the desk unless something else is said."""
    reference: str = (await rest.files(by, **({} if by == CLERK else {"channel": "online"}), **said))[
        "reference"
    ]
    return reference


async def gave(rest: Rest, dossier: str, by: UUID, content: bytes, **said: Any) -> str:
    """The id of a paper that somebody hands in."""
    answer = await files.sends(rest, dossier, by, content, **said)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def accepted(rest: Rest, dossier: str) -> str:
    """The code that a dossier gets."""
    code: str = (await rest.done(f"/v1/dossiers/{dossier}/acceptance", CLERK))["code"]
    return code


async def offered(rest: Rest, dossier: str, by: UUID) -> list[Any]:
    found: list[Any] = (await rest.get(f"/v1/dossiers/{dossier}/offered-papers", by)).json()["items"]
    return found


def company(number: str) -> dict[str, Any]:
    return {"applicant": {"kind": "organisation", "name": f"Công ty {number}", "identifier": number}}


async def test_a_paper_that_was_given_before_is_handed_in_again_without_being_sent(rest: Rest) -> None:
    before, content = await filed(rest, CITIZEN), files.pdf(2, "once")
    paper = await gave(
        rest, before, CITIZEN, content, name="giay.pdf", component="TP01", title="Giấy ủy quyền"
    )
    code = await accepted(rest, before)
    after = await filed(rest, CITIZEN)
    (found,) = [each for each in await offered(rest, after, CITIZEN) if each["id"] == paper]
    assert found == {
        "id": paper,
        "title": "Giấy ủy quyền",
        "name": "giay.pdf",
        "type": "application/pdf",
        "size": len(content),
        "pages": 2,
        "component": "TP01",
        "phase": "filing",
        "stored_at": found["stored_at"],
        "dossier": {"reference": before, "code": code},
        "procedure": {"code": "1.014464", "name": found["procedure"]["name"]},
    }
    path, key = f"/v1/dossiers/{after}/offered-papers/{paper}", {"Idempotency-Key": "once"}
    answers = [await rest.post(path, CITIZEN, {"component": "TP02"}, headers=key) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert (answers[1].headers["Idempotency-Replayed"], answers[0].json()) == ("true", answers[1].json())
    where = answers[0].headers["location"]
    assert (await rest.get(f"{where}/content", CITIZEN)).content == content
    shown = (await rest.get(where, CITIZEN)).json()
    assert (shown["name"], shown["title"], shown["component"]) == ("giay.pdf", "Giấy ủy quyền", "TP02")
    assert paper not in {each["id"] for each in await offered(rest, after, CITIZEN)}
    assert [str(each) async for each in audit.differences(rest.world.service, after)] == []


async def test_the_paper_of_the_new_dossier_outlives_the_old_one(rest: Rest) -> None:
    before, content = await filed(rest, CITIZEN), files.pdf(1, "outlives")
    paper = await gave(rest, before, CITIZEN, content)
    await accepted(rest, before)
    after = await filed(rest, CITIZEN)
    where = (await rest.post(f"/v1/dossiers/{after}/offered-papers/{paper}", CITIZEN, {})).headers["location"]
    await rest.world.changed(GONE, before)
    assert (await rest.get(f"{where}/content", CITIZEN)).content == content
    third = await filed(rest, CITIZEN)
    assert {each["dossier"]["reference"] for each in await offered(rest, third, CITIZEN)}.isdisjoint({before})


async def test_only_what_the_same_applicant_gave_with_an_accepted_dossier_is_offered(rest: Rest) -> None:
    kept = company("4000000001")
    accepted_one, waiting = await filed(rest, **kept), await filed(rest, **kept)
    content = files.pdf(1, "given")
    given = await gave(rest, accepted_one, CLERK, content)
    older = await gave(rest, accepted_one, CLERK, files.pdf(1, "older"))
    newer = await files.sends(
        rest,
        accepted_one,
        CLERK,
        files.pdf(1, "newer"),
        path=f"/v1/dossiers/{accepted_one}/attachments/{older}/supersede",
    )
    await accepted(rest, accepted_one)
    await gave(rest, accepted_one, CLERK, files.pdf(1, "internal"), internal=True)
    await gave(rest, waiting, CLERK, files.pdf(1, "waiting"))
    another = await filed(rest, **company("4000000002"))
    await gave(rest, another, CLERK, files.pdf(1, "another"))
    await accepted(rest, another)
    mine = await filed(rest, **kept)
    found = {each["id"] for each in await offered(rest, mine, CLERK)}
    assert found == {given, newer.headers["location"].rpartition("/")[2]}
    await gave(rest, mine, CLERK, content)
    assert given not in {each["id"] for each in await offered(rest, mine, CLERK)}


async def test_nobody_is_offered_or_given_what_is_another_persons(rest: Rest) -> None:
    before = await filed(rest, CITIZEN)
    paper = await gave(rest, before, CITIZEN, files.pdf(1, "theirs"))
    await accepted(rest, before)
    name = {"kind": "person", "name": "Người nộp 2", "identifier": "000000000002"}
    other = await filed(rest, STRANGER, applicant=name)
    assert await offered(rest, other, STRANGER) == []
    taken = await rest.post(f"/v1/dossiers/{other}/offered-papers/{paper}", STRANGER, {})
    assert (taken.status_code, problem(taken)["type"]) == (404, "urn:hoso:problem:not-found")
    hidden = await rest.get(f"/v1/dossiers/{before}/offered-papers", STRANGER)
    assert hidden.status_code == 404
    # Who files in another's name is not offered their own papers.
    for_another = await filed(rest, applicant={**OWN, "identifier": "000000000003", "name": "Người nộp 3"})
    assert paper not in {each["id"] for each in await offered(rest, for_another, CLERK)}


async def test_an_officer_who_looks_what_was_given_before_is_in_the_access_log(rest: Rest) -> None:
    kept = company("4000000009")
    before = await filed(rest, **kept)
    paper = await gave(rest, before, CLERK, files.pdf(1, "logged"))
    await accepted(rest, before)
    after = await filed(rest, **kept)
    counted = "select count(*) from access_log where act = $1 and subject = $2 and principal_id = $3"
    assert [each["id"] for each in await offered(rest, after, CLERK)] == [paper]
    assert await rest.world.one(counted, "list_attachments", after, CLERK) == 2
    await rest.done(f"/v1/dossiers/{after}/offered-papers/{paper}", CLERK, {"title": "Đăng ký kinh doanh"})
    assert await rest.world.one(counted, "read_attachment", before, CLERK) == 1
