"""The signed-in person, their rights, and the officers to whom they may give a task."""

from datetime import date

import pytest

from hoso_workflows.organisation import units
from support.api_client import ADMINISTRATOR, CLERK, HEAD, LEADER, SPECIALIST, Rest, problem
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, UNITS, person

pytestmark = pytest.mark.world("shared")

UNIT_HEAD = person("head")


def acts(found: dict) -> dict[str, list[str]]:
    return {each["act"]: each["units"] for each in found["may"]}


async def test_an_officer_is_told_their_name_roles_and_what_they_may_do_where(rest: Rest):
    found = (await rest.get("/v1/me", CLERK)).json()
    name, _, _ = UNITS[DESK]
    assert {key: found[key] for key in ("id", "name", "kind", "roles", "substitutions")} == {
        "id": str(CLERK),
        "name": f"reception 1 · {name}",
        "kind": "officer",
        "roles": [
            {
                "role": "reception",
                "role_name": "Bộ phận Một cửa",
                "unit": DESK,
                "unit_name": name,
                "on_behalf_of": None,
            }
        ],
        "substitutions": [],
    }
    assert acts(found)["accept_dossier"] == [DESK]
    assert "assign_to_others" not in acts(found)


async def test_who_stands_in_for_somebody_is_told_for_whom_from_when_to_when(rest: Rest):
    async with rest.world.db.transaction() as tx:
        units.substitute(tx, HEAD, SPECIALIST, date(2026, 3, 2), date(2026, 3, 6), reason="Nghỉ phép")
    found = (await rest.get("/v1/me", SPECIALIST)).json()
    absent, substitute = f"division_head 1 · {UNITS[DEPARTMENT][0]}", f"specialist 1 · {UNITS[DEPARTMENT][0]}"
    assert [(each["role"], each["on_behalf_of"]) for each in found["roles"]] == [
        ("division_head", absent),
        ("specialist", None),
    ]
    assert found["substitutions"] == [
        {
            "absent": absent,
            "substitute": substitute,
            "unit": None,
            "role": None,
            "valid_from": "2026-03-02",
            "valid_to": "2026-03-06",
        }
    ]
    assert acts(found)["assign_to_others"] == [DEPARTMENT]
    rest.clock.turn("2026-03-09 08:00")
    after = (await rest.get("/v1/me", SPECIALIST)).json()
    assert ([each["role"] for each in after["roles"]], after["substitutions"]) == (["specialist"], [])


async def test_a_citizen_is_told_that_they_may_act_on_what_is_theirs(rest: Rest):
    found = (await rest.get("/v1/me", CITIZEN)).json()
    assert (found["kind"], found["roles"]) == ("citizen", [])
    assert set(acts(found)) == {
        *("file_dossier", "get_dossier", "receive_supplement", "withdraw_dossier"),
        *("get_waits", "list_events", "get_receipt", "explain_deadline", "see_readers"),
        "get_timeline",
        "list_fees",
        *("create_payment_order", "cancel_payment_order", "list_payment_orders"),
        *("list_letters", "read_letter", "list_dossiers", "get_conversation", "write_to_desk"),
        "create_draft",
        *("attach_file", "submit_proof", "list_attachments", "read_attachment"),
        *("get_rating", "rate_dossier"),
    }
    assert set(map(tuple, acts(found).values())) == {()}


@pytest.mark.parametrize("by", [CLERK, SPECIALIST, LEADER], ids=["desk", "specialist", "leader"])
async def test_what_one_is_told_one_may_do_is_what_one_may(rest: Rest, by):
    filed = await rest.files()
    may = acts((await rest.get("/v1/me", by)).json())
    asked = await rest.post(f"/v1/dossiers/{filed['reference']}/acceptance", by)
    assert (asked.status_code == 200) == (DESK in may.get("accept_dossier", []))


async def test_a_head_finds_whom_to_give_a_task_to_and_gives_it(rest: Rest):
    standing = await rest.completes(await rest.completes(await rest.accepts(), CLERK), HEAD)
    found = (await rest.get(f"/v1/units/{DEPARTMENT}/officers?role=specialist", UNIT_HEAD)).json()
    chosen = found["items"][0]
    assert sorted(each["id"] for each in found["items"]) == sorted(
        str(person("specialist", DEPARTMENT, number)) for number in (1, 2)
    )
    assert (chosen["roles"], chosen["role_names"]) == (["specialist"], ["Chuyên viên"])
    assert set(chosen) == {"id", "name", "roles", "role_names"}
    (task,) = standing["tasks"]
    await rest.done(f"/v1/user-tasks/{task['id']}/assignment", UNIT_HEAD, {"assignee": chosen["id"]})
    shown = (await rest.get(f"/v1/user-tasks/{task['id']}", UNIT_HEAD)).json()
    assert (shown["assignee"], shown["assignee_name"]) == (chosen["id"], chosen["name"])


async def test_the_officers_of_a_unit_come_page_by_page(rest: Rest):
    path, seen, after = f"/v1/units/{DEPARTMENT}/officers", [], ""
    while after is not None:
        page = (await rest.get(f"{path}?limit=2{after and '&after='}{after}", ADMINISTRATOR)).json()
        seen += [each["id"] for each in page["items"]]
        after = page["page"]["after"]
    whole = (await rest.get(path, ADMINISTRATOR)).json()["items"]
    assert seen == [each["id"] for each in whole]
    assert len(whole) == 7


@pytest.mark.parametrize("by", [CITIZEN, person("head", OTHER)], ids=["citizen", "other"])
async def test_who_has_nothing_to_do_with_a_unit_is_not_told_who_works_there(rest: Rest, by):
    refused = await rest.get(f"/v1/units/{DEPARTMENT}/officers", by)
    assert problem(refused)["type"] == "urn:hoso:problem:forbidden"
    unknown = await rest.get("/v1/units/H99/officers", by)
    assert problem(unknown)["type"] == "urn:hoso:problem:not-found"
