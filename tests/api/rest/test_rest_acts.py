"""Acts of the law on the term and its stops over REST: each with its dates, letters, events, and a clean audit behind it."""

from __future__ import annotations

import pytest

from hoso_workflows.lifecycle.acts import supplements
from hoso_workflows.monitoring import lapsed_terms
from support.acts_of_law import (
    GROUND,
    TO_THE_RESULT,
    acts,
    completed,
    events,
    letters,
    read,
    refused,
)
from support.api_client import CLERK, HEAD, Rest, problem
from support.world import instant

pytestmark = pytest.mark.world("shared")


async def test_a_suspension_moves_the_legal_date_by_the_time_that_did_not_count(rest: Rest):
    standing = await rest.accepts()
    assert standing["due_legal"] == "2026-03-05T17:00:00+07:00"
    standing = await acts(rest, standing, "suspension", HEAD, "2026-03-03 07:30", **GROUND)
    assert (standing["status"], standing["portal_code"], standing["due_legal"]) == ("suspended", 4, None)
    (task,) = standing["tasks"]
    blocked = problem(await rest.post(f"/v1/user-tasks/{task['id']}/completion", CLERK, {}))
    assert blocked["type"] == "urn:hoso:problem:wrong-status"
    standing = await acts(rest, standing, "suspension-end", HEAD, "2026-03-10 07:30", reason="Đã có kết luận")
    # Of the three working days none had passed: Tuesday the tenth is the first.
    assert (standing["status"], standing["due_legal"]) == ("in_process", "2026-03-12T17:00:00+07:00")
    assert await letters(rest, standing) == ["01", "suspension", "resumption"]


async def test_an_extension_moves_the_legal_date_and_stands_in_the_explanation(rest: Rest):
    standing = await rest.accepts()
    standing = await acts(
        rest, standing, "extension", HEAD, "2026-03-04 09:00", term="2 ngày làm việc", **GROUND
    )
    assert standing["due_legal"] == standing["due_promised"] == "2026-03-09T17:00:00+07:00"
    explained = (await rest.get(f"/v1/dossiers/{standing['reference']}/deadline", CLERK)).json()
    assert [cycle["kind"] for cycle in explained["cycles"]] == ["accepted", "extension"]
    assert explained["cycles"][1]["why"]["basis"] == ["Luật mẫu điều 1"]
    assert await letters(rest, standing) == ["01", "extension"]


@pytest.mark.parametrize(
    ("at", "term", "slug"),
    [
        ("2026-03-06 08:00", "2 ngày làm việc", "not-extendable"),
        ("2026-03-04 09:00", "hai ngày", "form-refused"),
        ("2026-03-04 09:00", "0 ngày", "form-refused"),
    ],
)
async def test_an_extension_that_the_law_does_not_grant_is_refused(rest: Rest, at: str, term: str, slug: str):
    standing = await rest.accepts()
    told = await refused(rest, standing, "extension", HEAD, at, term=term, **GROUND)
    assert told["type"] == f"urn:hoso:problem:{slug}"


async def test_an_apology_promises_a_new_date_once_and_clears_no_lateness(rest: Rest):
    standing = await rest.accepts()
    new = {"due": "2026-03-10", "reason": "Chờ cơ quan phối hợp"}
    standing = await acts(rest, standing, "reappointment", HEAD, "2026-03-04 16:00", **new)
    assert (standing["due_legal"], standing["due_promised"]) == (
        "2026-03-05T17:00:00+07:00",
        "2026-03-10T17:00:00+07:00",
    )
    again = await refused(rest, standing, "reappointment", HEAD, "2026-03-04 16:30", **new)
    assert again["type"] == "urn:hoso:problem:not-reappointable"
    rest.clock.turn("2026-03-09 09:00")
    standing = await completed(rest, standing, *TO_THE_RESULT)
    assert (standing["status"], standing["verdict"]) == ("result_ready", "late")
    assert await letters(rest, standing) == ["01", "04"]


@pytest.mark.parametrize(
    ("at", "due", "slug"),
    [
        ("2026-03-05 09:00", "2026-03-10", "not-reappointable"),
        ("2026-03-04 09:00", "2026-03-08", "form-refused"),
        ("2026-03-04 09:00", "2026-03-05", "form-refused"),
    ],
    ids=["on the last day", "on a Sunday", "not later"],
)
async def test_an_apology_comes_a_day_before_and_promises_a_later_working_day(
    rest: Rest, at: str, due: str, slug: str
):
    standing = await rest.accepts()
    told = await refused(rest, standing, "reappointment", HEAD, at, due=due, reason="Chờ")
    assert told["type"] == f"urn:hoso:problem:{slug}"


async def test_a_financial_obligation_stops_the_clock_and_its_proof_starts_the_second_appointment(rest: Rest):
    standing = await rest.accepts()
    owed = {**GROUND, "amount": 1_500_000, "document": "12/PC"}
    standing = await acts(rest, standing, "obligation", CLERK, "2026-03-03 09:00", **owed)
    assert (standing["status"], standing["portal_code"], standing["due_legal"]) == (
        "financial_obligation",
        6,
        None,
    )
    standing = await acts(rest, standing, "obligation-met", CLERK, "2026-03-16 09:00", proof="0001234")
    # Without a term of its own the whole term runs from the proof.
    assert (standing["status"], standing["due_legal"]) == ("in_process", "2026-03-19T17:00:00+07:00")
    found = await read(rest, standing)
    assert [made["kind"] for made in found["appointments"]] == ["accepted", "second"]
    assert [letter["form"] for letter in found["letters"]] == ["01", "obligation", "01"]


async def test_a_supplement_is_answered_by_the_law_s_date_or_a_later_one(rest: Rest):
    standing = await rest.accepts()
    asked = {"reason": "Thiếu bản vẽ", "items": ["TP02"]}
    early = await refused(
        rest, standing, "supplement-request", CLERK, "2026-03-03 09:00", **asked, answer_by="2026-03-10"
    )
    assert early["errors"] == [
        {"field": "answer_by", "message": "the law gives the applicant until 24/03/2026 at least"}
    ]
    await acts(rest, standing, "supplement-request", CLERK, "2026-03-03 09:00", **asked)
    assert (await read(rest, standing))["answer_due"] == "2026-03-24T17:00:00+07:00"


async def test_a_supplement_that_does_not_answer_goes_back_within_three_working_days(rest: Rest):
    standing = await rest.accepts()
    await acts(rest, standing, "supplement-request", CLERK, "2026-03-03 09:00", reason="Thiếu bản vẽ")
    await acts(rest, standing, "supplement", CLERK, "2026-03-05 09:00", components=["TP02"])
    back = await acts(rest, standing, "supplement-return", CLERK, "2026-03-10 17:00", reason="Vẫn thiếu")
    assert (back["status"], back["due_legal"]) == ("awaiting_supplement", None)
    await acts(rest, standing, "supplement", CLERK, "2026-03-11 09:00", components=["TP02"])
    late = await refused(rest, standing, "supplement-return", CLERK, "2026-03-17 09:00", reason="Vẫn thiếu")
    assert late["type"] == "urn:hoso:problem:return-too-late"
    assert await letters(rest, standing) == ["01", "02", "02"]


async def test_what_reception_took_before_its_acceptance_does_not_go_back_after_it(rest: Rest):
    filed = await rest.files()
    await acts(rest, filed, "supplement-request", CLERK, "2026-03-02 09:00", reason="Thiếu bản vẽ")
    await acts(rest, filed, "supplement", CLERK, "2026-03-02 10:00", components=["TP02"])
    await acts(rest, filed, "acceptance", CLERK, "2026-03-02 11:00")
    late = await refused(rest, filed, "supplement-return", CLERK, "2026-03-03 09:00", reason="Vẫn thiếu")
    assert late["type"] == "urn:hoso:problem:return-too-late"


@pytest.mark.world("fresh")
@pytest.mark.parametrize(("accepted", "portal"), [(False, 3), (True, 8)])
async def test_a_dossier_that_nobody_answers_for_is_closed_by_the_sweep_once(
    rest: Rest, accepted: bool, portal: int
):
    standing = await (rest.accepts() if accepted else rest.files())
    await acts(rest, standing, "supplement-request", CLERK, "2026-03-03 09:00", reason="Thiếu bản vẽ")
    early = await refused(rest, standing, "closure", CLERK, "2026-03-24 17:00")
    assert early["type"] == "urn:hoso:problem:answer-awaited"
    swept = [
        await lapsed_terms.sweep(rest.world.service, at=instant(at))
        for at in ("2026-03-24 17:00", "2026-03-25 07:00", "2026-03-25 07:05")
    ]
    assert [each.closed_unanswered for each in swept] == [0, 1, 0]
    found = await read(rest, standing)
    assert (found["status"], found["portal_code"], found["tasks"], found["answer_due"]) == (
        "closed_unanswered",
        portal,
        [],
        None,
    )
    assert found["letters"][-1]["form"] == "stop"


async def test_the_authority_stops_the_handling_on_a_legal_ground(rest: Rest):
    standing = await acts(rest, await rest.accepts(), "stop", HEAD, "2026-03-03 09:00", **GROUND)
    assert (standing["status"], standing["portal_code"], standing["tasks"]) == ("stopped", 8, [])
    assert await letters(rest, standing) == ["01", "stop"]
    told = [each["payload"] for each in await events(rest, standing) if each["kind"] == "stopped"]
    assert told[0]["ground"] == GROUND["reason"]


@pytest.mark.world("fresh")
@pytest.mark.parametrize("accepted", [False, True])
async def test_a_request_of_an_earlier_release_that_tells_no_date_is_closed_by_the_sweep_too(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, accepted: bool
):
    standing = await (rest.accepts() if accepted else rest.files())
    with monkeypatch.context() as earlier:
        earlier.setattr(supplements, "_answered_by", lambda *_: {})
        await acts(rest, standing, "supplement-request", CLERK, "2026-03-03 09:00", reason="Thiếu bản vẽ")
    assert (await read(rest, standing))["answer_due"] is None
    swept = [
        await lapsed_terms.sweep(rest.world.service, at=instant(at))
        for at in ("2026-03-20 09:00", "2026-03-24 17:00", "2026-03-25 07:00", "2026-03-25 07:05")
    ]
    assert [each.closed_unanswered for each in swept] == [0, 0, 1, 0]
    assert all(not each.failed for each in swept)
    assert (await read(rest, standing))["status"] == "closed_unanswered"


async def test_an_extension_that_cannot_be_counted_is_refused_by_its_field(rest: Rest):
    standing = await rest.accepts()
    for term in ("0,5 ngày", "99999999999 ngày"):
        said = {"term": term, **GROUND}
        told = await refused(rest, standing, "extension", HEAD, "2026-03-03 09:00", **said)
        assert (told["type"], told["errors"][0]["field"]) == ("urn:hoso:problem:form-refused", "term")
