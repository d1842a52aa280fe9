"""Every read of personal data leaves a row, and so does every refused one; those concerned may read the rows."""

import asyncio
import hashlib
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from hoso_workflows.organisation import permissions, units
from hoso_workflows.organisation.permissions import Relation, readings, table
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Rest, problem
from support.command_line import hoso
from support.signing_in import signed_in
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, SINCE, STRANGER, person

ROWS = (
    "select principal_id, act, subject, granted, fields, unit_code, on_behalf_of, reason, led_by, count, digest,"
    " credential, address from access_log order by id"
)


async def rows(rest: Rest) -> list[dict[str, Any]]:
    return [dict(row.items()) for row in await rest.world.db.rows(ROWS)]


async def at_the_specialist(rest: Rest) -> tuple[str, str, str]:
    """Reference, code and task of a dossier that the citizen filed online."""
    filed = await rest.files(CITIZEN, channel="online")
    path = f"/v1/dossiers/{filed['reference']}"
    accepted = await rest.done(f"{path}/acceptance", CLERK)
    (task,) = accepted["tasks"]
    return accepted["reference"], accepted["code"], task["id"]


READS = {
    "get_dossier": "/v1/dossiers/{code}",
    "get_waits": "/v1/dossiers/{code}/waits",
    "list_events": "/v1/dossiers/{code}/events",
    "get_timeline": "/v1/dossiers/{code}/timeline",
    "get_accounting": "/v1/dossiers/{code}/accounting",
    "get_receipt": "/v1/dossiers/{code}/receipt",
    "explain_deadline": "/v1/dossiers/{code}/deadline",
    "get_user_task": "/v1/user-tasks/{task}",
}


@pytest.mark.parametrize("act", READS)
async def test_a_read_leaves_one_row_that_says_who_what_by_which_right_and_from_where(
    rest: Rest, act: str
) -> None:
    reference, code, task = await at_the_specialist(rest)
    before = await rows(rest)
    path = READS[act].format(code=code, task=task)
    reason = "Trả lời khiếu nại"
    answer = await rest.get(path, SPECIALIST, headers={"Access-Reason": quote(reason), "Led-By": "search 1"})
    assert answer.status_code == 200
    assert (await rows(rest))[len(before) :] == [
        {
            "principal_id": SPECIALIST,
            "act": act,
            "subject": reference,
            "granted": True,
            "fields": table.ACTS[act].fields,
            "unit_code": DEPARTMENT,
            "on_behalf_of": None,
            "reason": reason,
            "led_by": "search 1",
            "count": None,
            "digest": None,
            "credential": rest.tokens[SPECIALIST][:11],
            "address": "127.0.0.0/24",
        }
    ]


async def test_a_task_leads_to_itself_and_a_refused_read_leaves_a_row_too(rest: Rest) -> None:
    reference, code, task = await at_the_specialist(rest)
    await rest.get(f"/v1/user-tasks/{task}", SPECIALIST)
    for path in (f"/v1/dossiers/{code}", f"/v1/dossiers/{code}/events", f"/v1/user-tasks/{task}"):
        assert (await rest.get(path, STRANGER)).status_code == 404
    assert (await rest.get("/v1/dossiers/H27.NONE", STRANGER)).status_code == 404
    for path in (f"/v1/overdue?unit={DESK}", "/v1/outbox", f"/v1/units/{DESK}/officers", "/v1/permissions"):
        assert (await rest.get(path, STRANGER)).status_code == 403
    found = [(row["act"], row["subject"], row["granted"], row["led_by"]) for row in await rows(rest)]
    assert found == [
        ("get_user_task", reference, True, f"task {task}"),
        ("get_dossier", reference, False, None),
        ("list_events", reference, False, None),
        ("get_user_task", reference, False, None),
        ("get_dossier", "H27.NONE", False, None),
        ("list_overdue", DESK, False, None),
        ("list_undelivered", None, False, None),
        ("list_officers", DESK, False, None),
        ("list_permissions", None, False, None),
    ]


async def test_a_refused_act_leaves_a_row_with_its_credential_and_network(rest: Rest) -> None:
    _, code, _ = await at_the_specialist(rest)
    withdrawn = await rest.post(f"/v1/dossiers/{code}/withdrawal", SPECIALIST, {"reason": "Đổi ý"})
    area = {"code": "x", "name": "Xã 1", "kind": "commune", "valid_from": "2026-01-01"}
    entered = await rest.post("/v1/areas", SPECIALIST, area)
    assert (withdrawn.status_code, entered.status_code) == (403, 403)
    found = [(row["granted"], row["credential"], row["address"]) for row in await rows(rest)]
    assert found == [(False, rest.tokens[SPECIALIST][:11], "127.0.0.0/24")] * 2


async def test_a_list_leaves_one_row_with_the_number_and_the_digest_of_what_was_shown(rest: Rest) -> None:
    for _ in range(3):
        await rest.files()
    before = len(await rows(rest))
    page = await rest.done("/v1/user-tasks/search", CLERK, {"page": {"limit": 2}})
    shown = [item["id"] for item in page["items"]]
    nobody = await rest.done("/v1/user-tasks/search", CITIZEN)
    digest = hashlib.sha256(",".join(shown).encode()).digest()
    found = [(row["act"], row["unit_code"], row["count"], row["digest"]) for row in await rows(rest)]
    assert (len(shown), nobody["items"]) == (2, [])
    assert found[before:] == [
        ("search_user_tasks", DESK, 2, digest),
        ("search_user_tasks", None, 0, hashlib.sha256(b"").digest()),
    ]


LISTS = {
    "list_overdue": f"/v1/overdue?unit={DEPARTMENT}",
    "list_incidents": "/v1/incidents",
    "list_officers": f"/v1/units/{DEPARTMENT}/officers",
}


@pytest.mark.parametrize("act", LISTS)
async def test_the_other_lists_leave_one_row_each(rest: Rest, act: str) -> None:
    page = (await rest.get(LISTS[act], SPECIALIST)).json()
    (row,) = await rows(rest)
    assert (row["act"], row["unit_code"], row["count"]) == (act, DEPARTMENT, len(page["items"]))


async def test_an_applicant_leaves_no_row_by_reading_what_is_theirs(rest: Rest) -> None:
    _, code, _ = await at_the_specialist(rest)
    before = await rows(rest)
    own = ("get_dossier", "get_waits", "list_events", "get_timeline", "get_receipt", "explain_deadline")
    for act in own:
        assert (await rest.get(READS[act].format(code=code), CITIZEN)).status_code == 200
    assert await rows(rest) == before


def test_every_act_that_tells_of_dossiers_or_officers_is_logged() -> None:
    telling = {table.Fields.CONTENTS, table.Fields.TRACKING, table.Fields.OFFICERS}
    unlogged = {act.name for act in table.ROWS if act.fields in telling and not act.logged}
    assert unlogged == {
        # One's own, procedures and what the operator examines.
        *("list_drafts", "get_draft", "list_draft_files", "read_draft_file"),
        *("get_me", "get_account", "list_versions", "get_version", "list_owners", "list_openings"),
        *("audit", "take_traces_away"),
        # Who entered and approved a text.
        *("get_calendar_revision", "list_calendar_revisions", "get_letter_template", "list_letter_templates"),
        # Who reported or entered what everybody inside reads.
        *("list_outages", "list_maintenance", "list_register_documents"),
        *("list_catalogue", "list_service_levels", "list_agency_systems"),
        # What is told to a portal stands line by line in the log of its exchange.
        *("list_portal_changes", "reconcile_portal"),
        # Who ordered a job.
        *("list_jobs", "get_job"),
    }


@pytest.mark.world("shared")
@pytest.mark.parametrize("header", ["", " ", "%ff", "x" * 301, "a%E2%80%AEb", "một"])
async def test_a_reason_that_cannot_be_read_is_refused(rest: Rest, header: str) -> None:
    _, code, _ = await at_the_specialist(rest)
    sent = {"Access-Reason": header.encode("utf-8")} if not header.isascii() else {"Access-Reason": header}
    refused = await rest.client.get(
        f"/v1/dossiers/{code}",
        headers={"Authorization": f"Bearer {await rest.token(SPECIALIST)}", **sent},
    )
    assert (refused.status_code, problem(refused)["type"]) == (400, "urn:hoso:problem:unreadable-reason")


async def test_an_administrator_reads_who_read_and_leaves_a_row_for_it(rest: Rest) -> None:
    reference, code, _ = await at_the_specialist(rest)
    await rest.get(f"/v1/dossiers/{code}", SPECIALIST)
    await rest.get(f"/v1/dossiers/{code}", STRANGER)
    page = (await rest.get(f"/v1/access-log?subject={reference}", ADMINISTRATOR)).json()
    told = [(item["principal"], item["act"], item["granted"], item["fields"]) for item in page["items"]]
    assert told == [
        (str(STRANGER), "get_dossier", False, None),
        (str(SPECIALIST), "get_dossier", True, "contents"),
    ]
    last = (await rows(rest))[-1]
    assert (last["principal_id"], last["act"], last["count"]) == (ADMINISTRATOR, "list_access_log", 2)
    refused = (await rest.get("/v1/access-log?refused=true", ADMINISTRATOR)).json()["items"]
    assert [each["principal"] for each in refused] == [str(STRANGER)]
    by = (await rest.get(f"/v1/access-log?principal={SPECIALIST}&limit=1", ADMINISTRATOR)).json()
    assert ([each["act"] for each in by["items"]], by["page"]["after"]) == (["get_dossier"], None)


async def test_who_watches_over_another_unit_reads_nothing_of_it(rest: Rest) -> None:
    _, code, _ = await at_the_specialist(rest)
    await rest.get(f"/v1/dossiers/{code}", SPECIALIST)
    elsewhere = UUID(int=0xAD)
    await rest.world.changed(
        "insert into principal (id, kind, name, created_at) values ($1, 'officer', 'Quản trị · Sở Y tế', now())",
        elsewhere,
    )
    await rest.world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'administrator', '2026-01-01')",
        elsewhere,
        OTHER,
    )
    assert (await rest.get("/v1/access-log", elsewhere)).json()["items"] == []
    assert (await rest.get("/v1/access-log", SPECIALIST)).status_code == 403


async def test_an_applicant_sees_which_unit_looked_on_which_day_and_why_and_no_name(rest: Rest) -> None:
    reference, code, task = await at_the_specialist(rest)
    await rest.get(f"/v1/dossiers/{code}", SPECIALIST)
    await rest.get(f"/v1/user-tasks/{task}", SPECIALIST)
    await rest.get(f"/v1/dossiers/{code}", CLERK, headers={"Access-Reason": quote("Hỏi tiến độ")})
    await rest.get(f"/v1/dossiers/{code}", STRANGER)
    seen = await rest.get(f"/v1/dossiers/{code}/access-log", CITIZEN)
    desk, department = "Trung tâm Phục vụ hành chính công tỉnh", "Sở Văn hóa, Thể thao và Du lịch"
    day = {"day": "2026-03-02"}
    assert seen.json()["items"] == [
        {**day, "unit": DESK, "unit_name": desk, "reason": "Hỏi tiến độ", "times": 1},
        {**day, "unit": DEPARTMENT, "unit_name": department, "reason": None, "times": 2},
    ]
    for by in (SPECIALIST, ADMINISTRATOR, STRANGER):
        hidden = await rest.get(f"/v1/dossiers/{code}/access-log", by)
        absent = await rest.get("/v1/dossiers/H27.NONE/access-log", by)
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert problem(hidden)["detail"].replace(code, "…") == problem(absent)["detail"].replace(
            "H27.NONE", "…"
        )
    assert reference not in seen.text


async def test_the_shell_lists_the_log(rest: Rest, world_url: str) -> None:
    reference, code, _ = await at_the_specialist(rest)
    await rest.get(f"/v1/dossiers/{code}", SPECIALIST)
    ran = await asyncio.to_thread(hoso, "access-log", "--subject", reference, "--json", url=world_url)
    assert (ran.status, [item["act"] for item in ran.json["items"]]) == (0, ["get_dossier"])
    by = await asyncio.to_thread(hoso, "access-log", "--who", str(SPECIALIST), url=world_url)
    assert (by.status, "get_dossier" in by.out) == (0, True)
    nobody = await asyncio.to_thread(hoso, "access-log", "--who", "Không ai", url=world_url)
    assert (nobody.status, "Không ai" in nobody.err) == (1, True)


async def test_the_right_that_is_recorded_is_the_readers_own_before_the_absent_officers(rest: Rest) -> None:
    at = rest.clock()
    await rest.world.changed(
        "insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)"
        " values (gen_random_uuid(), $1, $2, '2026-03-01', '2026-03-31', 'Nghỉ phép')",
        person("head"),
        person("specialist", OTHER),
    )
    await rest.world.changed(
        "update principal set home_unit_code = $2 where id = $1", person("specialist", OTHER), DEPARTMENT
    )
    rights = await permissions.held(rest.world.db, person("specialist", OTHER), at)
    found = permissions.reading("get_dossier", rights, [DEPARTMENT])
    assert found is not None
    assert (found.unit, found.on_behalf_of) == (DEPARTMENT, person("head"))
    assert Relation.WORKER in table.ACTS["get_dossier"].who


async def test_the_right_that_is_recorded_of_a_list_is_one_that_the_act_takes(rest: Rest) -> None:
    at = rest.clock()
    async with rest.world.db.transaction() as tx:
        units.assign(tx, ADMINISTRATOR, DESK, "specialist", SINCE)
    rights = await permissions.held(rest.world.db, ADMINISTRATOR, at)
    assert len(rights.held) == 2
    for unit in (None, DEPARTMENT):
        assert (
            readings.of_list(rights, "list_people", unit).unit == rights.find(PROVINCE, "administrator").unit
        )
    assert readings.of_list(rights, "list_people", "H00").unit is None


@pytest.mark.parametrize("person", [SPECIALIST, "0198c2f3-a1b2-7c4d-8e9f-001122334455"])
async def test_a_reason_that_cannot_be_read_does_not_tell_whether_a_person_is_there(
    rest: Rest, person: object
) -> None:
    refused = await rest.get(f"/v1/principals/{person}", CLERK, headers={"Access-Reason": "%ff"})
    assert refused.status_code == 400


async def test_pages_leave_rows_too(rest: Rest) -> None:
    reference, code, _ = await at_the_specialist(rest)
    cookie = await signed_in(rest.world.db, SPECIALIST, at=rest.clock.at)
    (session,) = await rest.world.db.rows("select id from browser_session")
    await rest.world.changed("delete from access_log")
    for path in ("/noi-bo/qua-han", f"/noi-bo/ho-so/{code}/thoi-han"):
        assert (await rest.get(path, headers=cookie)).status_code == 200
    assert (await rest.get(f"/noi-bo/qua-han?don-vi={DESK}", headers=cookie)).status_code == 403
    found = [(row["act"], row["subject"], row["granted"], row["count"]) for row in await rows(rest)]
    assert found == [
        ("list_overdue", DEPARTMENT, True, 0),
        ("explain_deadline", reference, True, None),
        ("list_overdue", DESK, False, None),
    ]
    assert {row["credential"] for row in await rows(rest)} == {str(session.id)}
