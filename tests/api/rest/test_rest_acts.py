"""Acts of the law on the course of a dossier over REST: each with its dates, letters, events, and a clean audit behind it."""

from __future__ import annotations

from typing import Any

import pytest

from hoso_workflows import audit
from hoso_workflows.monitoring import lapsed_terms
from support.api_client import CLERK, FILING, HEAD, LEADER, SPECIALIST, Rest, problem
from support.world import CITIZEN, OTHER, instant, person

GROUND = {"reason": "Chờ kết luận giám định", "basis": "Luật mẫu điều 1"}
AGENCY_HEAD = person("agency_head")


async def acts(rest: Rest, standing: Any, name: str, by: Any, at: str, **said: Any) -> Any:
    """An act at an instant; its answer."""
    rest.clock.turn(at)
    return await rest.done(f"/v1/dossiers/{standing['reference']}/{name}", by, said)


async def refused(rest: Rest, standing: Any, name: str, by: Any, at: str, **said: Any) -> Any:
    """The problem of an act that is refused; nothing is changed by it."""
    rest.clock.turn(at)
    before = await rest.content()
    response = await rest.post(f"/v1/dossiers/{standing['reference']}/{name}", by, said)
    assert await rest.content() == before
    return problem(response)


async def read(rest: Rest, standing: Any, by: Any = CLERK) -> Any:
    """The dossier as somebody reads it; what is stored is what happened."""
    assert [each async for each in audit.differences(rest.world.service)] == []
    return (await rest.get(f"/v1/dossiers/{standing['reference']}", by)).json()


async def events(rest: Rest, standing: Any, by: Any = CLERK) -> list[Any]:
    return (await rest.get(f"/v1/dossiers/{standing['reference']}/events", by)).json()["items"]


async def letters(rest: Rest, standing: Any) -> list[str]:
    return [each["form"] for each in (await read(rest, standing))["letters"]]


async def completed(rest: Rest, standing: Any, *steps: tuple[Any, dict[str, Any]]) -> Any:
    for by, said in steps:
        standing = await rest.completes(standing, by, **said)
    return standing


#: The steps behind the acceptance up to the result.
TO_THE_RESULT = (
    (CLERK, {}),
    (HEAD, {}),
    (SPECIALIST, {}),
    (AGENCY_HEAD, {"outcome": "Trình UBND tỉnh"}),
    (LEADER, {"result": "granted"}),
)


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


async def test_a_unit_that_is_consulted_answers_without_reading_the_dossier(rest: Rest):
    standing = await rest.accepts()
    elsewhere = person("specialist", OTHER)
    asked = {"unit": OTHER, "question": "Có ảnh hưởng đến sức khỏe cộng đồng không?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    (found,) = (await rest.get("/v1/consultations", elsewhere)).json()["items"]
    assert (found["unit"], found["question"], found["due"], found["dossier"]["code"]) == (
        OTHER,
        asked["question"],
        "2026-03-06T17:00:00+07:00",
        standing["code"],
    )
    assert (await rest.get("/v1/consultations", SPECIALIST)).json()["items"] == []
    assert (await rest.get(f"/v1/dossiers/{standing['reference']}", elsewhere)).status_code == 404
    path = f"consultations/{found['id']}/answer"
    told = await acts(rest, standing, path, elsewhere, "2026-03-04 09:00", answer="Không", agrees=True)
    assert told["view"] == "applicant"
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["answer"]) == ("agreed", "Không")
    assert (await rest.get("/v1/consultations", elsewhere)).json()["items"] == []
    twice = await rest.post(f"/v1/dossiers/{standing['reference']}/{path}", elsewhere, {"answer": "Có"})
    assert twice.status_code == 404
    assert "consultation_asked" not in [
        each["kind"] for each in await events(rest, await online(rest), CITIZEN)
    ]


async def test_one_idempotency_key_does_not_answer_two_consultations(rest: Rest):
    standing = await rest.accepts()
    elsewhere = person("specialist", OTHER)
    for question in ("Có không?", "Có phải không?"):
        asked = {"unit": OTHER, "question": question, "due": "2026-03-06"}
        await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    found = (await rest.get("/v1/consultations", elsewhere)).json()["items"]
    path = f"/v1/dossiers/{standing['reference']}/consultations"
    one, other = [
        await rest.post(
            f"{path}/{each['id']}/answer", elsewhere, {"answer": "Không"}, headers={"Idempotency-Key": "same"}
        )
        for each in found
    ]
    # Who may not read the dossier is not told either that the key was another's.
    assert (one.status_code, problem(other)["type"]) == (200, "urn:hoso:problem:not-found")
    assert [each["answer"] for each in (await read(rest, standing))["consultations"]].count("Không") == 1


async def online(rest: Rest) -> Any:
    """A dossier of the citizen's own, about which another unit was asked."""
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files(CITIZEN, channel="online")
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-06"}
    await rest.done(f"/v1/dossiers/{filed['reference']}/consultations", CLERK, asked)
    return filed


async def test_a_consultation_that_stays_silent_is_noted_once_and_may_still_be_answered(rest: Rest):
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-04"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    swept = [
        await lapsed_terms.sweep(rest.world.service, at=instant(at))
        for at in ("2026-03-04 17:00", "2026-03-05 07:00", "2026-03-05 08:00")
    ]
    assert [each.silent for each in swept] == [0, 1, 0]
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["closed_at"]) == ("silent", None)
    elsewhere = person("specialist", OTHER)
    path = f"consultations/{one['id']}/answer"
    await acts(rest, standing, path, elsewhere, "2026-03-05 09:00", answer="Phản đối", agrees=False)
    (one,) = (await read(rest, standing))["consultations"]
    assert one["outcome"] == "objected"


async def test_an_open_consultation_ends_with_the_handling(rest: Rest):
    standing = await rest.accepts()
    asked = {"unit": OTHER, "question": "Có không?", "due": "2026-03-06"}
    await acts(rest, standing, "consultations", CLERK, "2026-03-03 09:00", **asked)
    await acts(rest, standing, "withdrawal", CLERK, "2026-03-04 09:00", reason="Đổi ý")
    (one,) = (await read(rest, standing))["consultations"]
    assert (one["outcome"], one["closed_at"]) == (None, "2026-03-04T09:00:00+07:00")
    assert (await rest.get("/v1/consultations", person("specialist", OTHER))).json()["items"] == []


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ({"unit": "H27.KHONGCO", "question": "Có không?", "due": "2026-03-06"}, "not-found"),
        ({"unit": "H27.SVHTTDL", "question": "Có không?", "due": "2026-03-06"}, "form-refused"),
        ({"unit": OTHER, "question": "Có không?"}, "form-refused"),
        ({"unit": OTHER, "question": "Có không?", "due": "2026-03-08"}, "form-refused"),
        ({"unit": OTHER, "question": " ", "due": "2026-03-06"}, "reason-missing"),
    ],
    ids=["no unit", "takes part itself", "no term", "on a Sunday", "no question"],
)
async def test_a_consultation_that_makes_no_sense_is_refused(rest: Rest, said: Any, slug: str):
    told = await refused(rest, await rest.accepts(), "consultations", CLERK, "2026-03-03 09:00", **said)
    assert told["type"] == f"urn:hoso:problem:{slug}"


async def test_a_verification_is_recorded_with_time_place_and_participants(rest: Rest):
    said = {
        "finding": "Hiện trạng đúng bản vẽ",
        "place": "Thửa 12",
        "held_at": "2026-03-03T08:00:00+07:00",
        "participants": ["Công chức địa chính"],
    }
    standing = await rest.accepts()
    await acts(rest, standing, "verifications", CLERK, "2026-03-03 09:00", **said)
    assert (await read(rest, standing))["status"] == "in_process"
    (told,) = [each["payload"] for each in await events(rest, standing) if each["kind"] == "verified"]
    assert {key: told[key] for key in said} == said
    ahead = {**said, "held_at": "2026-03-09T08:00:00+07:00"}
    assert (await refused(rest, standing, "verifications", CLERK, "2026-03-03 10:00", **ahead))["errors"] == [
        {"field": "held_at", "message": "lies ahead"}
    ]


async def test_the_desk_sends_a_dossier_to_another_authority_where_it_ends_here(rest: Rest):
    filed = await rest.files()
    away = {"reason": "Thuộc thẩm quyền công an", "authority": "Công an tỉnh"}
    standing = await acts(rest, filed, "transfer", CLERK, "2026-03-02 09:00", **away)
    assert (standing["status"], standing["portal_code"], standing["tasks"]) == ("stopped", 8, [])
    assert await letters(rest, standing) == ["transfer"]


async def test_an_extension_that_cannot_be_counted_is_refused_by_its_field(rest: Rest):
    standing = await rest.accepts()
    for term in ("0,5 ngày", "99999999999 ngày"):
        said = {"term": term, **GROUND}
        told = await refused(rest, standing, "extension", HEAD, "2026-03-03 09:00", **said)
        assert (told["type"], told["errors"][0]["field"]) == ("urn:hoso:problem:form-refused", "term")


async def test_an_applicant_reads_who_took_the_result_without_papers_and_notes(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files(CITIZEN, channel="online")
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    standing = await completed(rest, standing, *TO_THE_RESULT)
    taken = {
        "receiver": "Người được ủy quyền 1",
        "identifier": "000000000002",
        "mode": "counter",
        "note": "Ký sổ",
    }
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00", **taken)
    told = {"receiver": "Người được ủy quyền 1", "mode": "counter", "originals": False}
    assert (await read(rest, standing, CITIZEN))["handed_over"] == told


async def test_a_transfer_names_one_place(rest: Rest):
    filed = await rest.files()
    for said in ({}, {"unit": OTHER, "authority": "Công an tỉnh"}):
        told = await refused(rest, filed, "transfer", CLERK, "2026-03-02 09:00", reason="Khác", **said)
        assert told["type"] == "urn:hoso:problem:form-refused"
    told = await refused(rest, filed, "transfer", CLERK, "2026-03-02 09:00", reason="Khác", unit=OTHER)
    assert told["type"] == "urn:hoso:problem:not-competent"


async def test_what_was_recorded_wrongly_is_corrected_and_the_audit_agrees(rest: Rest):
    standing = await rest.accepts()
    right = {
        "reason": "Gõ sai tên",
        "applicant": {"name": "Công ty xuất khẩu sách mẫu 2"},
        "form": {"ma_so_thue": "3000000001"},
    }
    await acts(rest, standing, "correction", CLERK, "2026-03-03 09:00", **right)
    found = await read(rest, standing)
    assert (found["applicant"]["name"], found["form"]) == (
        "Công ty xuất khẩu sách mẫu 2",
        {**FILING["form"], "ma_so_thue": "3000000001"},
    )
    (told,) = [each["payload"] for each in await events(rest, standing) if each["kind"] == "rectified"]
    assert (told["fields"], told["own_fault"]) == (["applicant.name", "form.ma_so_thue"], True)
    assert "Công ty" not in str(told)
    same = await refused(rest, standing, "correction", CLERK, "2026-03-03 10:00", **right)
    assert same["type"] == "urn:hoso:problem:nothing-to-rectify"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"applicant": {"name": " "}}, "applicant.name"),
        ({"applicant": {"kind": None}}, "applicant.kind"),
        ({"applicant": {"kind": "dog"}}, "applicant.kind"),
        ({"applicant": {"area": "zzz"}}, "applicant.area"),
        ({"applicant": {"email": "a@x.example, b@y.example"}}, "applicant.email"),
        ({"applicant": {"identifier": ""}}, "applicant.identifier"),
        ({"applicant": {"nickname": "x"}}, "applicant.nickname"),
        ({"form": {"khong_co": 1}}, "form.khong_co"),
        ({"form": {"so_ban_cfs": "nhiều"}}, "form.so_ban_cfs"),
    ],
)
async def test_a_correction_that_does_not_fit_is_refused_by_its_field(rest: Rest, said: Any, field: str):
    told = await refused(
        rest, await rest.accepts(), "correction", CLERK, "2026-03-03 09:00", reason="Sai", **said
    )
    assert (told["status"], [each["field"] for each in told["errors"]]) == (422, [field])


async def test_the_result_is_handed_over_with_who_took_it_and_how(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    taken = {
        "receiver": "Người được ủy quyền 1",
        "identifier": "000000000002",
        "mode": "counter",
        "originals": True,
    }
    standing = await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00", **taken)
    assert (standing["status"], standing["portal_code"], standing["tasks"]) == ("returned", 10, [])
    found = await read(rest, standing)
    assert {key: found["handed_over"][key] for key in taken} == taken
    again = await refused(rest, standing, "handover", CLERK, "2026-03-03 10:00")
    assert again["type"] == "urn:hoso:problem:wrong-status"


async def test_a_dossier_is_reopened_by_a_decision_and_walks_its_way_again(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    standing = await completed(rest, await rest.accepts(), *TO_THE_RESULT)
    await acts(rest, standing, "handover", CLERK, "2026-03-03 09:00")
    decision = {"reason": "Khiếu nại đúng", "basis": "QĐ 12/QĐ-UBND"}
    standing = await acts(rest, standing, "reopening", HEAD, "2026-04-01 09:00", **decision)
    assert (standing["status"], standing["outcome"], standing["verdict"], standing["due_legal"]) == (
        "in_process",
        None,
        None,
        "2026-04-06T17:00:00+07:00",
    )
    found = await read(rest, standing)
    assert (found["code"], found["result_ready_at"], found["returned_at"], found["handed_over"]) == (
        standing["code"],
        None,
        None,
        None,
    )
    rest.clock.turn("2026-04-02 09:00")
    standing = await completed(rest, standing, *TO_THE_RESULT)
    assert (standing["status"], standing["verdict"]) == ("result_ready", "early")
    await read(rest, standing)


async def test_a_refused_dossier_is_reopened_at_reception(rest: Rest):
    filed = await rest.files()
    await acts(rest, filed, "refusal", CLERK, "2026-03-02 09:00", reason="Không thuộc thẩm quyền")
    decision = {"reason": "Từ chối sai", "basis": "QĐ 12/QĐ-UBND"}
    standing = await acts(
        rest, filed, "reopening", person("head", "H27.PVHCC"), "2026-03-09 09:00", **decision
    )
    assert (standing["status"], [task["milestone"] for task in standing["tasks"]]) == ("filed", ["accept"])
    found = await read(rest, standing)
    assert found["reception_due"] == "2026-03-10T09:00:00+07:00"
    standing = await acts(rest, standing, "acceptance", CLERK, "2026-03-09 10:00")
    assert standing["due_legal"] == "2026-03-12T17:00:00+07:00"
    await read(rest, standing)
