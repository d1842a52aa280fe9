"""Completing a step over HTTP: its form says which answers are wanted, and each wrong one is named."""

import pytest

from hoso_workflows import audit
from support.api_client import CLERK, SPECIALIST, Rest, problem
from support.builders.forms import SOUND, accepted

pytestmark = pytest.mark.world("shared")


def completion(standing) -> str:
    (task,) = standing["tasks"]
    return f"/v1/user-tasks/{task['id']}/completion"


async def test_a_step_takes_the_answers_of_its_form_and_goes_the_way_that_they_say(rest: Rest):
    standing = await accepted(rest)
    after = await rest.done(completion(standing), SPECIALIST, {"values": {**SOUND, "muc": 6}})
    assert [task["step"] for task in after["tasks"]] == ["Kiem_tra"]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, ["values.dia_diem", "values.muc"]),
        ({**SOUND, "muc": "ba"}, ["values.muc"]),
        ({**SOUND, "muc": -1, "dia_diem": "x" * 51}, ["values.dia_diem", "values.muc"]),
        ({**SOUND, "mau": "đỏ"}, ["values.mau"]),
        ({**SOUND, "ngay": {"sâu": 1}}, ["values.ngay"]),
    ],
)
async def test_a_wrong_answer_is_refused_by_its_name_and_leaves_everything_as_it_was(
    rest: Rest, values, fields
):
    standing = await accepted(rest)
    before = await rest.content()
    refused = await rest.post(completion(standing), SPECIALIST, {"values": values})
    told = problem(refused)
    assert (refused.status_code, told["type"]) == (422, "urn:hoso:problem:form-refused")
    assert [error["field"] for error in told["errors"]] == fields
    assert await rest.content() == before


async def test_a_step_without_a_form_takes_what_expressions_read_and_nothing_else(rest: Rest):
    standing = await accepted(rest)
    checking = await rest.done(completion(standing), SPECIALIST, {"values": {**SOUND, "muc": 6}})
    refused = await rest.post(completion(checking), SPECIALIST, {"values": {"dia_diem": "Kho"}})
    assert [error["field"] for error in problem(refused)["errors"]] == ["values.dia_diem"]
    await rest.done(completion(checking), SPECIALIST, {"values": {"muc": 2}})


async def test_reception_s_form_is_answered_with_its_acceptance_and_with_nothing_else(rest: Rest):
    filed = await accepted(rest, at_reception=True)
    path = completion(filed)
    missing = await rest.post(path, CLERK, {"outcome": "accept"})
    assert [error["field"] for error in problem(missing)["errors"]] == [
        "values.dia_diem",
        "values.muc",
    ]
    idle = await rest.post(path, CLERK, {"outcome": "refuse", "reason": "Sai mẫu", "values": SOUND})
    assert problem(idle)["type"] == "urn:hoso:problem:form-refused"
    accepting = f"/v1/dossiers/{filed['reference']}/acceptance"
    assert problem(await rest.post(accepting, CLERK))["type"] == "urn:hoso:problem:form-refused"
    after = await rest.done(accepting, CLERK, {"values": {**SOUND, "muc": 6}})
    appraised = await rest.done(completion(after), SPECIALIST, {"values": {**SOUND, "muc": 7}})
    assert (after["status"], [task["step"] for task in appraised["tasks"]]) == ("in_process", ["Kiem_tra"])


async def test_reception_may_accept_by_completing_its_step(rest: Rest):
    filed = await accepted(rest, at_reception=True)
    after = await rest.done(completion(filed), CLERK, {"outcome": "accept", "values": SOUND})
    assert after["status"] == "in_process"


async def test_what_was_answered_is_kept_with_its_task_and_stands_in_the_chain(rest: Rest):
    standing = await accepted(rest)
    answers = {"dia_diem": "Kho số 2", "muc": 2.5, "ngay": "2026-03-04"}
    (task,) = standing["tasks"]
    assert (await rest.get(f"/v1/user-tasks/{task['id']}", SPECIALIST)).json()["answers"] is None
    await rest.done(completion(standing), SPECIALIST, {"values": answers})
    before = await rest.content()
    found = (await rest.get(f"/v1/user-tasks/{task['id']}", SPECIALIST)).json()
    assert (found["status"], found["answers"]) == ("closed", answers)
    assert [each async for each in audit.differences(rest.world.service)] == []
    await audit.rebuild(rest.world.service, standing["reference"])
    assert await rest.content() == before


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5000])
async def test_a_number_that_is_none_is_refused(rest: Rest, number: str):
    standing = await accepted(rest)
    before = await rest.content()
    body = f'{{"values": {{"dia_diem": "Kho", "muc": {number}}}}}'
    refused = await rest.post(
        completion(standing), SPECIALIST, content=body, headers={"Content-Type": "application/json"}
    )
    assert problem(refused)["status"] in (400, 422)
    assert await rest.content() == before


async def test_the_receipt_of_a_procedure_without_papers_names_none(rest: Rest):
    standing = await accepted(rest)
    receipt = await rest.get(f"/v1/dossiers/{standing['code']}/receipt", CLERK)
    assert (receipt.status_code, receipt.json()["components"]) == (200, [])
