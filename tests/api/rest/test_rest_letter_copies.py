"""Copies of letters are given out by the desk or a head, each under its ordinal, and read again as they were given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from hoso_workflows import audit
from hoso_workflows.letters.template_check import drawn
from support import api_client, signing_keys
from support.acts_of_law import GROUND, acts, events
from support.api_client import CLERK, HEAD, SPECIALIST, Rest, problem
from support.world import CITIZEN, DESK, OTHER, World, instant, person

pytestmark = pytest.mark.world("shared")

DESK_HEAD = person("head", DESK)
NAME = "Trung tâm Phục vụ hành chính công tỉnh"
ASKED = {"receiver": "Người nhận bản sao 1", "reason": "Làm mất giấy hẹn"}
MARK = "BẢN SAO SỐ 01, cấp lúc 09 giờ 00 phút, ngày 04/03/2026 cho Người nhận bản sao 1"


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A key of the desk."""
    folder, root = tmp_path_factory.mktemp("keys"), signing_keys.issued("Gốc chứng thực mẫu")
    (folder / "root.pem").write_text(root.pem)
    file, phrase = signing_keys.pkcs12_file(folder, "desk", signing_keys.issued(NAME, root), root)
    key = {"name": NAME, "unit": DESK, "person": None, "file": file, "passphrase_file": phrase}
    return {"signing": [key], "trusted_roots_file": folder / "root.pem"}


@pytest.fixture
async def rest(world: World, signing: dict[str, Any]) -> AsyncIterator[Rest]:
    """The API with the key."""
    clock = api_client.Clock(instant("2026-03-02 09:00"))
    transport = api_client.application(world, clock, **signing)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield Rest(world, client, clock, api_client.Contract())


async def accepted(rest: Rest) -> Any:
    """A dossier that the citizen filed online."""
    filed = await rest.files(CITIZEN, channel="online")
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


async def newest(rest: Rest, standing: Any) -> str:
    """The address of the newest letter of a dossier."""
    path = f"/v1/dossiers/{standing['reference']}/letters"
    found = (await rest.get(path, CLERK)).json()["items"]
    return f"{path}/{found[-1]['id']}"


async def test_a_copy_says_what_the_letter_said_with_a_mark_of_its_own(rest: Rest):
    standing = await accepted(rest)
    letter = await newest(rest, standing)
    issued = drawn.joined(drawn.text((await rest.get(f"{letter}.pdf", CLERK)).content))
    rest.clock.turn("2026-03-04 09:00")
    given = await rest.done(f"{letter}/copies", CLERK, ASKED)
    assert (given["status"], given["version"]) == ("in_process", standing["version"] + 1)
    rest.clock.turn("2026-03-05 10:30")
    await rest.done(f"{letter}/copies", DESK_HEAD, {})
    first, second = [await rest.get(f"{letter}/copies/{each}.pdf", CITIZEN) for each in (1, 2)]
    said = [drawn.text(each.content) for each in (first, second)]
    marks = [MARK, "BẢN SAO SỐ 02, cấp lúc 10 giờ 30 phút, ngày 05/03/2026 cho người nộp hồ sơ"]
    assert [
        drawn.joined(each).replace(drawn.joined(mark), "") for each, mark in zip(said, marks, strict=True)
    ] == [
        issued,
        issued,
    ]
    (listed,) = (await rest.get(letter.rpartition("/")[0], CLERK)).json()["items"]
    name = listed["series"].replace("/", "-")
    assert first.headers["content-disposition"] == f'inline; filename="{name}-ban-sao-01.pdf"'
    assert f'<p class="mark">{MARK}</p>' in (await rest.get(f"{letter}/copies/1.html", CITIZEN)).text
    assert (await rest.get(f"{letter}/copies", CITIZEN)).json()["items"] == [
        {"ordinal": 1, "given_at": "2026-03-04T09:00:00+07:00", **ASKED, "signed": False},
        {
            "ordinal": 2,
            "given_at": "2026-03-05T10:30:00+07:00",
            "receiver": None,
            "reason": None,
            "signed": False,
        },
    ]
    told = [each for each in await events(rest, standing) if each["kind"] == "letter_copied"]
    series = {"unit": DESK, "form": "01", "year": 2026, "number": listed["number"]}
    said = [{name: each["payload"][name] for name in each["payload"] if name != "act"} for each in told]
    assert said == [{**series, "copy": 1, **ASKED}, {**series, "copy": 2}]
    assert [each async for each in audit.differences(rest.world.service)] == []


async def test_the_copy_of_a_signed_letter_is_the_signed_file_itself_and_stays_what_it_was(rest: Rest):
    """A mark would break the signature. A copy from before the signature keeps its mark; a receiver gets what was given."""
    letter = await newest(rest, await accepted(rest))
    await rest.done(f"{letter}/copies", CLERK, {})
    await rest.done(f"{letter}/signature", DESK_HEAD)
    await rest.done(f"{letter}/copies", CLERK, ASKED)
    signed = (await rest.get(f"{letter}.pdf", CLERK)).content
    before, after = [(await rest.get(f"{letter}/copies/{each}.pdf", CLERK)).content for each in (1, 2)]
    assert (after == signed, "BẢN SAO" in drawn.text(after), "BẢN SAO SỐ 01" in drawn.text(before)) == (
        True,
        False,
        True,
    )
    assert [each["signed"] for each in (await rest.get(f"{letter}/copies", CLERK)).json()["items"]] == [
        False,
        True,
    ]
    told = (
        await rest.post("/v1/public/papers", content=after, headers={"Content-Type": "application/pdf"})
    ).json()
    assert (told["good"], told["letter"]["id"]) == (True, letter.rpartition("/")[2])


async def test_what_was_corrected_since_stands_in_a_copy_but_not_in_a_signed_one(rest: Rest):
    """Names and papers are the dossier's of today; only the signed file keeps those of its day."""
    standing = await accepted(rest)
    letter = await newest(rest, standing)
    await rest.done(f"{letter}/copies", CLERK, {})
    await rest.done(f"{letter}/signature", DESK_HEAD)
    await rest.done(f"{letter}/copies", CLERK, {})
    right = {"reason": "Ghi sai tên", "applicant": {"name": "Người Đúng Tên"}}
    await acts(rest, standing, "correction", CLERK, "2026-03-04 09:00", **right)
    said = [
        "Người Đúng Tên" in drawn.text((await rest.get(f"{letter}/copies/{each}.pdf", CLERK)).content)
        for each in (1, 2)
    ]
    assert said == [True, False]
    pages = [(await rest.get(f"{letter}/copies/{each}.html", CLERK)).text for each in (1, 2)]
    seen = "bản được cấp là tệp PDF đã ký số; trang này chỉ để xem, không phải bản đó"
    assert [("Người Đúng Tên" in each, f"{seen}</p>" in each) for each in pages] == [
        (True, False),
        (True, True),
    ]


async def test_only_the_desk_and_heads_give_copies_and_only_of_what_the_applicant_may_have(rest: Rest):
    standing = await acts(rest, await accepted(rest), "suspension", HEAD, "2026-03-03 07:30", **GROUND)
    letter = await newest(rest, standing)
    for by in (SPECIALIST, CITIZEN):
        assert problem(await rest.post(f"{letter}/copies", by, {}))["type"] == "urn:hoso:problem:forbidden"
    await rest.done(f"{letter}/copies", HEAD, {})
    unknown = letter.replace(letter[-12:], "000000000000")
    missing = [
        await rest.post(f"{unknown}/copies", CLERK, {}),
        *[await rest.get(f"{path}", CLERK) for path in (f"{unknown}/copies", f"{letter}/copies/2.pdf")],
    ]
    assert {problem(each)["type"] for each in missing} == {"urn:hoso:problem:not-found"}


async def test_what_authorities_write_each_other_is_not_copied(rest: Rest):
    question = {"unit": OTHER, "question": "Có đồng ý không?", "due": "2026-03-09"}
    standing = await acts(rest, await accepted(rest), "consultations", CLERK, "2026-03-03 07:30", **question)
    letter = await newest(rest, standing)
    refused = problem(await rest.post(f"{letter}/copies", CLERK, {}))
    assert [(each["field"], each["message"]) for each in refused["errors"]] == [
        ("letter", "is between authorities: disclose it by its own act")
    ]
    assert (await rest.get(f"{letter}/copies", CITIZEN)).status_code == 404


async def test_a_void_receipt_is_not_copied_and_a_copy_from_before_says_that_it_is_void(rest: Rest):
    standing = await rest.files(CITIZEN, channel="online")
    await acts(rest, standing, "fee-assessment", CLERK, "2026-03-02 09:00", fee=1)
    paid = {"fee": 1, "amount": 25_000, "method": "transfer", "reference": "FT26061000009"}
    await acts(rest, standing, "payments", CLERK, "2026-03-02 09:01", **paid)
    letter = await newest(rest, standing)
    await rest.done(f"{letter}/copies", CLERK, {})
    (payment,) = (await rest.get(f"/v1/dossiers/{standing['reference']}/fees", CLERK)).json()["payments"]
    void = {"payment": payment["id"], "reason": "Ghi nhầm hồ sơ"}
    await acts(rest, standing, "payment-cancellation", DESK_HEAD, "2026-03-02 10:00", **void)
    refused = problem(await rest.post(f"{letter}/copies", CLERK, {}))
    assert [(each["field"], each["message"]) for each in refused["errors"]] == [
        ("letter", "is void: its payment was cancelled")
    ]
    said = drawn.text((await rest.get(f"{letter}/copies/1.pdf", CLERK)).content)
    assert [each in said for each in ("BẢN SAO SỐ 01", "ĐÃ HỦY")] == [True, True]


async def test_whoever_else_than_the_applicant_gets_a_copy_has_a_reason(rest: Rest):
    letter = await newest(rest, await accepted(rest))
    for reason in ({}, {"reason": " "}):
        refused = problem(await rest.post(f"{letter}/copies", CLERK, {"receiver": "Người khác", **reason}))
        assert (refused["type"], refused["errors"]) == (
            "urn:hoso:problem:form-refused",
            [{"field": "reason", "message": "is missing: a copy for somebody else needs one"}],
        )
    assert (await rest.get(f"{letter}/copies", CLERK)).json() == {"items": []}


async def test_a_receiver_s_name_fits_below_the_letter(rest: Rest):
    letter = await newest(rest, await accepted(rest))
    refused = problem(await rest.post(f"{letter}/copies", CLERK, {"receiver": "ộ" * 121}))
    assert [each["field"] for each in refused["errors"]] == ["receiver"]
    await rest.done(f"{letter}/copies", CLERK, {"receiver": "Ộ W " * 30, "reason": "Làm mất giấy hẹn"})
    made = (await rest.get(f"{letter}/copies/1.pdf", CLERK)).content
    assert drawn.joined("Ộ W " * 30) in drawn.joined(drawn.text(made))
