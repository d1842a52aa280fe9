"""Confidential existence: those without a part in a dossier learn nothing of it, not even that it exists."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from hoso_api.app import create_app
from hoso_models import PrincipalKind
from hoso_workflows.organisation import principals, units
from support import files
from support.api_client import CLERK, HEAD, Rest, problem
from support.world import FOUNDED, OTHER, SINCE, STRANGER, person

# Each test has a dossier of its own, of which strangers learn nothing.
pytestmark = pytest.mark.world("shared")

COLLEAGUE, PARTNER = person("specialist", OTHER), UUID(int=0xBA27)
#: Those who have nothing to do with it: a citizen, an officer of another department, another authority's system.
STRANGERS = {"citizen": STRANGER, "officer": COLLEAGUE, "partner": PARTNER}
NO_TASK = "00000000-0000-4000-8000-000000000009"
#: Everything that can be asked of one dossier or task, with what is sent.
WAYS: Mapping[str, Any] = {
    "accept_dossier": {},
    "refuse_dossier": {"reason": "Không"},
    "propose_supplement": {"reason": "Thiếu"},
    "ask_supplement": {"reason": "Thiếu"},
    "receive_supplement": {},
    "withdraw_dossier": {"reason": "Đổi ý"},
    "transfer_dossier": {"reason": "Khác", "authority": "Công an tỉnh"},
    "return_supplement": {"reason": "Vẫn thiếu"},
    "close_unanswered": {},
    "suspend_dossier": {"reason": "Chờ", "basis": "Luật"},
    "end_suspension": {"reason": "Xong"},
    "extend_term": {"reason": "Chờ", "basis": "Luật", "term": "1 ngày"},
    "reappoint_dossier": {"reason": "Xin lỗi", "due": "2026-03-20"},
    "set_obligation": {"reason": "Thuế", "basis": "Luật"},
    "meet_obligation": {"proof": "0001"},
    "stop_dossier": {"reason": "Hết căn cứ", "basis": "Luật"},
    "consult_unit": {"unit": "H27.SYT", "question": "Có không?", "due": "2026-03-06"},
    "answer_consultation": {"answer": "Có"},
    "record_verification": {"finding": "Đúng", "place": "Tại chỗ", "held_at": "2026-03-02T08:00:00+07:00"},
    "disclose_data": {
        **dict.fromkeys(("recipient", "basis", "purpose", "decision"), "Không"),
        "data": ["Họ tên"],
    },
    "place_hold": {"reason": "Vụ án", "basis": "Công văn 1"},
    "lift_hold": {"reason": "Xong"},
    "order_erasure": {"reason": "Rút đồng ý", "basis": "Luật"},
    "rectify_dossier": {"reason": "Gõ sai", "applicant": {"address": "Số 1"}},
    "reopen_dossier": {"reason": "Khiếu nại đúng", "basis": "QĐ 1"},
    "write_to_desk": {"text": "Khi nào?"},
    "write_to_applicant": {"text": "Đúng hẹn"},
    "propose_reply": {"text": "Đúng hẹn"},
    "get_conversation": None,
    "hand_over_result": {},
    "assess_fee": {"fee": 1},
    "exempt_fee": {"fee": 1, "basis": "Luật"},
    "record_payment": {"fee": 1, "amount": 1000, "method": "transfer", "reference": "FT1"},
    "cancel_payment": {"payment": NO_TASK, "reason": "Ghi nhầm"},
    "refund_payment": {"payment": NO_TASK, "reason": "Nộp thừa"},
    "list_fees": None,
    "create_payment_order": {},
    "cancel_payment_order": {},
    "list_payment_orders": None,
    "get_rating": None,
    "rate_dossier": dict.fromkeys(("overall", "convenience", "timeliness", "attitude"), "satisfied"),
    "list_letters": None,
    "show_letter": None,
    "print_letter": None,
    "attach_file": files.FORM,
    "supersede_attachment": files.FORM,
    "submit_proof": files.FORM,
    "exchange_result": files.FORM,
    "correct_result": files.FORM,
    "hand_over_correction": {},
    "begin_upload": {"file": "a.png", "size": 1},
    "list_attachments": None,
    "list_offered_papers": None,
    "attach_offered_paper": {},
    "get_attachment": None,
    "read_attachment": None,
    "read_thumbnail": None,
    "sign_letter": {},
    "issue_copy": {},
    "list_copies": None,
    "show_copy": None,
    "print_copy": None,
    "show_control_sheet": None,
    "print_control_sheet": None,
    "send_message": {"name": "Trả lời"},
    "resolve_incident": {},
    "correct_instant": {"event": 2, "at": "2026-03-02T08:00:00+07:00", "reason": "Đồng hồ sai"},
    "get_waits": None,
    "get_dossier": None,
    "explain_deadline": None,
    "list_events": None,
    "get_timeline": None,
    "get_accounting": None,
    "get_receipt": None,
    "see_readers": None,
    "write_note": {"text": "Đã gọi"},
    "amend_note": {"note": 9, "text": "Đã gọi lại"},
    "list_notes": None,
    "reassign_user_task": {"reason": "Nghỉ"},
    "delegate_user_task": {"assignee": "00000000-0000-4000-8000-000000000005"},
    "resolve_delegation": {},
    "return_user_task": {"reason": "Thiếu"},
    "prioritise_user_task": {"priority": 2},
    "keep_follow_up": {"follow_up": "2026-03-09"},
    "keep_task_draft": {},
    "read_task_draft": None,
    "discard_task_draft": None,
    "complete_user_task": {},
    "fail_user_task": {"message": "hỏng"},
    "get_user_task": None,
    "get_user_task_form": None,
    "assign_user_task": {},
    "unassign_user_task": {},
}
#: Whose business a message or a held timer is, only the run tells: so an officer's attempt costs a look at it.
LOOKED_AT = ("send_message", "resolve_incident", "answer_consultation", "reassign_user_task")
DENIED = "select count(*) from access_log where not granted"


@cache
def ways() -> dict[str, Any]:
    """The routes of the API about one dossier or task; `tests/api/pages/test_page_existence.py` has the pages."""
    all_routes = iter_route_contexts(create_app().routes)
    found = {route.name: route for route in all_routes if (route.path or "").startswith("/v1/")}
    return {name: way for name, way in found.items() if {"{reference}", "{task}"} & set(way.path.split("/"))}


@pytest.fixture
async def known(rest: Rest) -> dict[str, str]:
    """Names of an existing dossier and its task, by the placeholder of a path."""
    if await rest.world.one("select 1 from principal where id = $1", PARTNER) is None:
        async with rest.world.db.transaction() as tx:
            principals.principal(tx, PrincipalKind.PARTNER, "Hệ thống 2", at=FOUNDED, identity=PARTNER)
            await tx.flush()
            units.assign(tx, PARTNER, OTHER, "clerk", SINCE)
    standing = await rest.completes(await rest.accepts(), CLERK)
    return {"{reference}": standing["code"], "{task}": standing["tasks"][0]["id"]}


@pytest.fixture
def statements(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the database from now on."""
    sent: list[str] = []
    really = rest.world.db._single_statement

    async def told(sql: str, *said: Any, **named: Any) -> Any:
        sent.append(sql)
        return await really(sql, *said, **named)

    monkeypatch.setattr(rest.world.db, "_single_statement", told)
    return sent


async def asked(rest: Rest, name: str, called: Mapping[str, str], by: UUID, **said: Any) -> httpx.Response:
    """Ask one of the ways for what is called so."""
    way = ways()[name]
    path = way.path
    for place in ("{incident}", "{consultation}", "{letter}", "{attachment}", "{order}"):
        path = path.replace(place, NO_TASK)
    path = path.replace("{ordinal}", "1")
    for place, key in called.items():
        path = path.replace(place, key)
    body = {} if WAYS[name] is None else {"json": WAYS[name]}
    if WAYS[name] is files.FORM:
        body = {"files": files.FORM}
    return await rest.ask(min(way.methods), path, by, **body, **said)


def told(response: httpx.Response, called: Mapping[str, str]) -> tuple[int, str]:
    """Status and text of an answer, without the name that was asked for."""
    text = response.text
    for key in called.values():
        text = text.replace(key, "…")
    return response.status_code, text


ABSENT = {"{reference}": "H27.PVHCC-260302-0999", "{task}": str(uuid4())}


def test_every_way_to_a_dossier_or_a_task_is_tried() -> None:
    assert sorted(ways()) == sorted(WAYS)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_stranger_is_told_the_same_of_a_dossier_that_is_there_and_of_one_that_is_not(
    rest: Rest, known: dict[str, str], statements: list[str], stranger: str
) -> None:
    by, before = STRANGERS[stranger], await rest.content()
    await rest.token(by)
    types, tell, denied = set(), {}, []
    for name in WAYS:
        said, sent = [], []
        for called in (known, ABSENT):
            denials = await rest.world.one(DENIED)
            statements.clear()
            response = await asked(rest, name, called, by)
            sent.append(list(statements))
            types.add(problem(response)["type"])
            said.append(told(response, called))
            denied.append(await rest.world.one(DENIED) - denials)
        if name in LOOKED_AT and stranger != "citizen":
            sent = []
        tell[name] = said[:1] != said[1:] or sent[:1] != sent[1:]
    assert types == {"urn:hoso:problem:not-found"}
    assert [name for name, differs in tell.items() if differs] == []
    assert denied == [1] * len(WAYS) * 2
    assert await rest.content() == before


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("name", ["withdraw_dossier", "send_message", "complete_user_task"])
async def test_a_key_that_a_stranger_has_used_does_not_find_a_dossier(
    rest: Rest, known: dict[str, str], stranger: str, name: str
) -> None:
    by = STRANGERS[stranger]
    await rest.world.changed(
        "insert into idempotency (principal_id, key, request_hash, status, response, at)"
        " values ($1, $2, '\\x00', 200, '{}', $3)",
        by,
        name,
        FOUNDED,
    )
    headers = {"Idempotency-Key": name, "If-Match": '"1"'}
    said = [told(await asked(rest, name, called, by, headers=headers), called) for called in (known, ABSENT)]
    assert said[0] == said[1]
    assert said[0][0] == 404


async def test_who_reads_a_dossier_is_told_which_role_an_act_needs(rest: Rest, known: dict[str, str]) -> None:
    found = problem(await asked(rest, "withdraw_dossier", known, HEAD))
    assert (found["status"], found["type"], found["detail"]) == (
        403,
        "urn:hoso:problem:forbidden",
        "Withdrawing the dossier: the role reception in the unit H27.PVHCC is needed.",
    )
