"""Acts of the law beside the term over REST: transfer, verification, rectification, hand-over, reopening."""

from __future__ import annotations

from typing import Any

import pytest

from hoso_workflows import audit
from support.acts_of_law import (
    TO_THE_RESULT,
    acts,
    completed,
    events,
    letters,
    read,
    refused,
)
from support.api_client import CLERK, FILING, HEAD, Rest
from support.world import CITIZEN, OTHER, person

pytestmark = pytest.mark.world("shared")


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


async def test_a_course_after_a_reopening_is_judged_by_its_own_term(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 08:00")
    standing = await rest.accepts()
    path = f"/v1/dossiers/{standing['reference']}"
    # Late before its supplement was asked: that is not undone by the term which starts again.
    rest.clock.turn("2026-03-30 07:30")
    await rest.done(f"{path}/supplement-request", CLERK, {"reason": "Thiếu", "items": ["Bản sao"]})
    rest.clock.turn("2026-03-30 08:00")
    standing = await rest.done(f"{path}/supplement", CLERK, {})
    standing = await completed(rest, standing, *TO_THE_RESULT)
    first = (await rest.get(path, CLERK)).json()["verdict"]
    rest.clock.turn("2026-03-30 10:00")
    standing = await rest.done(f"{path}/reopening", HEAD, {"reason": "Khiếu nại đúng", "basis": "QĐ 1"})
    rest.clock.turn("2026-03-30 14:00")
    await completed(rest, standing, *TO_THE_RESULT)
    assert (first, (await rest.get(path, CLERK)).json()["verdict"]) == ("late", "early")
    assert [str(each) async for each in audit.differences(rest.world.service)] == []
