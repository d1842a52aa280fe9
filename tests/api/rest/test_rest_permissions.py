"""The table of permissions and a person's permissions, over REST and on the command line."""

import asyncio
import csv
import io
from datetime import date
from pathlib import Path

from hoso_workflows.organisation import permissions, units
from hoso_workflows.organisation.permissions import Relation, table
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest, problem
from support.command_line import hoso, in_vietnamese
from support.world import CITIZEN, DEPARTMENT, UNITS, person

COMMITTED = Path(__file__).parents[3] / "docs" / "permissions.md"


async def test_the_table_tells_every_act_with_its_relations_in_words(rest: Rest) -> None:
    found = (await rest.get("/v1/permissions", CLERK)).json()
    assert {each["relation"]: each["meaning"] for each in found["relations"]} == dict(permissions.SAYS)
    assert [each["act"] for each in found["items"]] == [act.name for act in table.ROWS]
    (row,) = [each for each in found["items"] if each["act"] == "approve_version"]
    assert row == {
        "act": "approve_version",
        "meaning": "Approve a version",
        "group": "procedure",
        "who": ["owners_approver"],
        "tells": "none",
        "logged": False,
        "second_person": True,
        "step_up": True,
    }
    told = await rest.get("/v1/permissions", CLERK, headers={"Accept-Language": "vi"})
    assert told.json()["relations"][5] == {"relation": "applicant", "meaning": "người nộp hồ sơ"}


async def test_a_person_is_told_what_they_may_why_and_until_when(rest: Rest) -> None:
    async with rest.world.db.transaction() as tx:
        units.substitute(tx, HEAD, SPECIALIST, date(2026, 3, 1), date(2026, 3, 6), reason="Nghỉ phép")
    await rest.world.changed(
        "update role_assignment set valid_to = '2026-03-31' where principal_id = $1", SPECIALIST
    )
    found = (await rest.get(f"/v1/principals/{SPECIALIST}/permissions", SPECIALIST)).json()
    name, _, _ = UNITS[DEPARTMENT]
    assert (found["name"], found["kind"]) == (f"specialist 1 · {name}", "officer")
    assert [{**each, "acts": "complete_user_task" in each["acts"]} for each in found["roles"]] == [
        {
            "role": "division_head",
            "role_name": "Lãnh đạo phòng",
            "unit": DEPARTMENT,
            "unit_name": name,
            "reaches_below": False,
            "on_behalf_of": f"division_head 1 · {name}",
            "reason": "Nghỉ phép",
            "valid_from": "2026-03-01",
            "valid_to": "2026-03-06",
            "acts": True,
        },
        {
            "role": "specialist",
            "role_name": "Chuyên viên",
            "unit": DEPARTMENT,
            "unit_name": name,
            "reaches_below": False,
            "on_behalf_of": None,
            "reason": None,
            "valid_from": "2026-01-01",
            "valid_to": "2026-03-31",
            "acts": True,
        },
    ]
    assert [("assign_to_others" in each["acts"]) for each in found["roles"]] == [True, False]
    assert found["acts"] == [
        each for each in found["acts"] if {"signed_in", "self", "inside"} & set(table.ACTS[each].who)
    ]
    rest.clock.turn("2026-04-01 08:00")
    after = (await rest.get(f"/v1/principals/{SPECIALIST}/permissions", SPECIALIST)).json()
    assert after["roles"] == []


async def test_an_administrator_at_the_top_may_name_owners_and_one_below_may_not(rest: Rest) -> None:
    async with rest.world.db.transaction() as tx:
        units.assign(tx, person("head"), DEPARTMENT, "administrator", date(2026, 1, 1))
    found = [
        (await rest.get(f"/v1/principals/{who}/permissions", who)).json()["roles"]
        for who in (ADMINISTRATOR, person("head"))
    ]
    offices = [role for roles in found for role in roles if role["role"] == "administrator"]
    assert [("name_owner" in each["acts"], each["reaches_below"]) for each in offices] == [
        (True, True),
        (False, True),
    ]


async def test_whom_one_may_not_ask_about_is_answered_like_nobody(rest: Rest) -> None:
    for asked in (SPECIALIST, CITIZEN, person("nobody")):
        refused = await rest.get(f"/v1/principals/{asked}/permissions", CLERK)
        assert (refused.status_code, problem(refused)["detail"]) == (
            404,
            f"No principal is known as {asked}.",
        )


def test_the_committed_document_is_the_table() -> None:
    printed = hoso("permissions", "--format", "md")
    assert (printed.status, printed.out) == (0, COMMITTED.read_text(encoding="utf-8")), "run: make fix"


def test_the_spreadsheet_has_a_column_for_every_relation() -> None:
    rows = list(csv.DictReader(io.StringIO(hoso("permissions", "--format", "csv").out)))
    assert list(rows[0]) == ["act", *Relation]
    assert {(row["act"], each) for row in rows for each in Relation if row[each] == "x"} == {
        (act.name, each.value) for act in table.ROWS for each in act.who
    }


async def test_a_person_is_looked_up_at_the_shell(rest: Rest, world_url: str) -> None:
    ran = await asyncio.to_thread(hoso, "permissions", "--who", str(SPECIALIST), "--json", url=world_url)
    assert (ran.status, ran.json["id"], [each["role"] for each in ran.json["roles"]]) == (
        0,
        str(SPECIALIST),
        ["specialist"],
    )
    shown = await asyncio.to_thread(in_vietnamese, "permissions", "--who", str(SPECIALIST), url=world_url)
    assert (shown.status, "complete_user_task" in shown.out) == (0, True)
    absent = await asyncio.to_thread(hoso, "permissions", "--who", "Không ai", url=world_url)
    assert (absent.status, "Không ai" in absent.err) == (1, True)
