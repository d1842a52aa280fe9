"""Overdue lists, most late first, with lateness in working time; and the report on a period."""

import pytest

from hoso_workflows.organisation import units
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest, problem
from support.procedures import unlimited
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, SINCE, person

#: Who has nothing to do with the dossiers of these tests.
ELSEWHERE = person("head", OTHER)


async def late(rest: Rest, *days: str) -> list[str]:
    """Dossiers accepted at 09:00 on these days; their codes."""
    codes = []
    for day in days:
        rest.clock.turn(f"{day} 09:00")
        codes.append((await rest.accepts())["code"])
    return codes


async def listed(rest: Rest, by, query: str = ""):
    response = await rest.get(f"/v1/overdue{query}", by)
    assert response.status_code == 200, response.text
    return response.json()


async def test_late_dossiers_come_most_late_first_with_lateness_in_working_time(rest: Rest):
    first, second = await late(rest, "2026-03-02", "2026-03-03")
    rest.clock.turn("2026-03-10 09:00")
    board = await listed(rest, ADMINISTRATOR)
    assert [item["code"] for item in board["items"]] == [first, second]
    item = board["items"][0]
    assert (item["due"], item["lateness"]) == (
        "2026-03-05T17:00:00+07:00",
        {"days": 2, "hours": 2, "minutes": 2 * 480 + 120},
    )
    assert (item["unit"], item["role"], board["page"]) == (DEPARTMENT, "reception", {"after": None})


async def test_the_list_goes_on_page_by_page(rest: Rest):
    codes = await late(rest, "2026-03-02", "2026-03-02", "2026-03-03")
    rest.clock.turn("2026-03-10 09:00")
    first = await listed(rest, ADMINISTRATOR, "?limit=2")
    rest_of_it = await listed(rest, ADMINISTRATOR, f"?limit=2&after={first['page']['after']}")
    seen = [item["code"] for item in first["items"] + rest_of_it["items"]]
    assert (sorted(seen), rest_of_it["page"]["after"]) == (sorted(codes), None)


async def test_results_that_await_their_return_are_a_list_of_whoever_returns_them(rest: Rest):
    await unlimited.publish(rest.world, unlimited.SIGNS)
    code = (await unlimited.signed(rest.world)).body["code"]
    rest.clock.turn("2026-03-24 09:00")

    (item,) = (await listed(rest, CLERK, "?kind=return"))["items"]

    assert {name: item[name] for name in ("kind", "code", "unit", "step_unit", "step_name", "due")} == {
        "kind": "return",
        "code": code,
        "unit": DESK,
        "step_unit": OTHER,
        # Of another authority.
        "step_name": None,
        "due": "2026-03-23T17:00:00+07:00",
    }
    assert {name: item[name] for name in ("delivery", "ready_at", "readiness", "lateness")} == {
        "delivery": "counter",
        "ready_at": None,
        "readiness": "missing",
        "lateness": {"days": 0, "hours": 2, "minutes": 120},
    }
    (told,) = (await listed(rest, ELSEWHERE, "?kind=return"))["items"]
    assert (told["code"], told["step_name"]) == (code, "B7. Đóng dấu, phát hành văn bản")
    assert (await listed(rest, HEAD, "?kind=return"))["items"] == []


async def test_late_steps_are_those_past_their_own_limit(rest: Rest):
    (code,) = await late(rest, "2026-03-02")
    rest.clock.turn("2026-03-03 09:00")
    assert (await listed(rest, ADMINISTRATOR))["items"] == []
    (step,) = (await listed(rest, CLERK, "?kind=step"))["items"]
    assert (step["kind"], step["code"], step["unit"], step["role"]) == ("step", code, DESK, "reception")
    assert (await listed(rest, HEAD, "?kind=step"))["items"] == []
    officer = f"?kind=step&officer={CLERK}"
    assert (await listed(rest, CLERK, officer))["items"] == []


async def test_reception_that_is_overdue_is_a_list_of_its_own_and_nothing_there_is_late(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files()
    rest.clock.turn("2026-03-03 10:30")
    (item,) = (await listed(rest, CLERK, "?kind=reception"))["items"]
    assert (item["kind"], item["reference"], item["unit"], item["role"]) == (
        "reception",
        filed["reference"],
        DESK,
        "reception",
    )
    assert (item["due"], item["lateness"]) == (
        "2026-03-03T08:00:00+07:00",
        {"days": 0, "hours": 2, "minutes": 150},
    )
    assert (await listed(rest, ADMINISTRATOR))["items"] == []
    assert (await listed(rest, ELSEWHERE, "?kind=reception"))["items"] == []
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    assert (await listed(rest, CLERK, "?kind=reception"))["items"] == []


async def test_all_who_wait_to_be_received_are_listed_and_the_overdue_ones_marked(rest: Rest):
    rest.clock.turn("2026-03-02 08:00")
    first = await rest.files()
    rest.clock.turn("2026-03-03 10:30")
    second, asked = await rest.files(), await rest.files()
    await rest.done(f"/v1/dossiers/{asked['reference']}/supplement-request", CLERK, {"reason": "Thiếu giấy"})
    found = await listed(rest, CLERK, "?kind=waiting&limit=1")
    after = await listed(rest, CLERK, f"?kind=waiting&limit=1&after={found['page']['after']}")
    items = found["items"] + after["items"]
    assert [(each["reference"], each["due"], each["overdue"], each["lateness"]) for each in items] == [
        (first["reference"], "2026-03-03T08:00:00+07:00", True, {"days": 0, "hours": 2, "minutes": 150}),
        (second["reference"], "2026-03-04T10:30:00+07:00", False, None),
    ]
    assert (after["page"]["after"], (await listed(rest, ELSEWHERE, "?kind=waiting"))["items"]) == (None, [])
    await rest.done(f"/v1/user-tasks/{second['tasks'][0]['id']}/assignment", CLERK)
    (mine,) = (await listed(rest, CLERK, f"?kind=waiting&officer={CLERK}"))["items"]
    assert (mine["reference"], mine["officer"]) == (second["reference"], str(CLERK))


async def test_officers_survey_their_own_unit_only(rest: Rest):
    await late(rest, "2026-03-02")
    rest.clock.turn("2026-03-10 09:00")
    assert len((await listed(rest, HEAD))["items"]) == 1
    assert (await listed(rest, person("division_head", OTHER)))["items"] == []
    for path in (
        "/v1/overdue?unit=H27.SYT",
        "/v1/reports/lateness?from=2026-03-01&to=2026-03-09&unit=H27.SYT",
    ):
        refused = await rest.get(path, HEAD)
        assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:forbidden")


async def test_who_has_no_unit_surveys_nothing_and_who_has_several_names_one(rest: Rest):
    for path in ("/v1/overdue", "/v1/reports/lateness?from=2026-01-01&to=2026-01-31"):
        refused = await rest.get(path, CITIZEN)
        assert (refused.status_code, problem(refused)["type"]) == (403, "urn:hoso:problem:forbidden")
        async with rest.world.db.transaction() as tx:
            units.assign(tx, SPECIALIST, OTHER, f"guest of {len(path)}", SINCE)
    unsaid = await rest.get(path, SPECIALIST)
    assert (unsaid.status_code, problem(unsaid)["type"]) == (400, "urn:hoso:problem:unit-needed")
    assert (await listed(rest, SPECIALIST))["items"] == []


async def test_the_report_adds_up_and_is_kept_when_its_period_has_ended(rest: Rest):
    await late(rest, "2026-03-02", "2026-03-03")
    rest.clock.turn("2026-03-10 09:00")
    path = "/v1/reports/lateness?from=2026-03-01&to=2026-03-09"
    report = (await rest.get(path, ADMINISTRATOR)).json()
    assert report["total"] == {
        "received": 2,
        "carried_over": 0,
        "early": 0,
        "on_time": 0,
        "late": 0,
        "open_within": 0,
        "open_overdue": 2,
        "closed_otherwise": 0,
    }
    assert (report["final"], [line["procedure"] for line in report["lines"]]) == (True, ["1.014464"])
    rest.clock.turn("2026-03-20 09:00")
    assert (await rest.get(path, ADMINISTRATOR)).json() == report


@pytest.mark.parametrize("period", ["from=2026-03-09&to=2026-03-01", "from=2026-04-01&to=2026-04-30"])
async def test_a_period_that_is_none_is_refused(rest: Rest, period: str):
    refused = await rest.get(f"/v1/reports/lateness?{period}", ADMINISTRATOR)
    assert (refused.status_code, problem(refused)["type"]) == (422, "urn:hoso:problem:bad-period")
