"""The duty roster over REST."""

import pytest

from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest, problem
from support.world import CITIZEN, DESK, person

PATH = f"/v1/units/{DESK}/duty-roster"
DESK_HEAD = person("head", DESK)
SECOND = person("reception", DESK, 2)


async def test_a_head_enters_days_and_the_desk_reads_them(rest: Rest) -> None:
    body = {"days": [{"day": "2026-03-04", "main": str(CLERK), "backup": str(SECOND)}, {"day": "2026-03-05"}]}
    entered = await rest.ask("PUT", PATH, DESK_HEAD, json=body)
    name = "reception {} · Trung tâm Phục vụ hành chính công tỉnh"
    assert entered.json() == {
        "items": [
            {
                "day": "2026-03-04",
                "covered": True,
                "main": {"id": str(CLERK), "name": name.format(1), "available": True},
                "backup": {"id": str(SECOND), "name": name.format(2), "available": True},
            },
            {"day": "2026-03-05", "covered": False, "main": None, "backup": None},
        ]
    }
    shown = (await rest.get(PATH, CLERK)).json()["items"]
    assert [(each["day"], each["covered"]) for each in shown][:4] == [
        ("2026-03-02", False),
        ("2026-03-03", False),
        ("2026-03-04", True),
        ("2026-03-05", False),
    ]
    assert len(shown) == 10
    period = (await rest.get(f"{PATH}?from=2026-03-04&to=2026-03-04", ADMINISTRATOR)).json()
    assert period["items"] == entered.json()["items"][:1]


async def test_a_day_that_is_put_again_is_as_it_was_put_last(rest: Rest) -> None:
    for main, backup in ((CLERK, SECOND), (SECOND, None)):
        day = {"day": "2026-03-04", "main": str(main), "backup": backup and str(backup)}
        entered = await rest.ask("PUT", PATH, ADMINISTRATOR, json={"days": [day]})
    (day,) = entered.json()["items"]
    assert (day["main"]["id"], day["backup"]) == (str(SECOND), None)


@pytest.mark.parametrize("by", [CLERK, HEAD, CITIZEN], ids=["desk", "other", "citizen"])
async def test_who_does_not_head_the_unit_enters_nothing(rest: Rest, by: object) -> None:
    refused = await rest.ask("PUT", PATH, by, json={"days": [{"day": "2026-03-04", "main": str(CLERK)}]})
    assert problem(refused)["type"] == "urn:hoso:problem:forbidden"


async def test_strangers_do_not_read_it_and_a_misspelt_unit_is_told(rest: Rest) -> None:
    assert problem(await rest.get(PATH, HEAD))["type"] == "urn:hoso:problem:forbidden"
    assert problem(await rest.get("/v1/units/H99/duty-roster", CLERK))["type"] == "urn:hoso:problem:not-found"


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "days",
    [
        [],
        [{"day": "2026-03-07", "main": str(CLERK)}],
        [{"day": "2026-03-04", "main": str(HEAD)}],
        [{"day": "2026-03-04", "main": "ai đó"}],
        [{"day": "4/3/2026"}],
        [{"day": "2026-03-04"}, {"day": "2026-03-04", "main": str(CLERK)}],
        [{"day": "2026-02-27", "main": str(CLERK)}],
    ],
)
async def test_bad_days_get_one_answer_and_enter_nothing(rest: Rest, days: list[object]) -> None:
    refused = problem(await rest.ask("PUT", PATH, DESK_HEAD, json={"days": days}))
    assert (refused["status"], bool(refused["errors"])) == (422, True)
    assert await rest.world.one("select count(*) from duty") == 0


async def test_a_period_that_is_turned_round_is_refused(rest: Rest) -> None:
    refused = problem(await rest.get(f"{PATH}?from=2026-03-05&to=2026-03-04", CLERK))
    assert (refused["status"], refused["errors"][0]["field"]) == (422, "to")


async def test_days_behind_the_last_year_of_the_calendar_are_told_as_such(rest: Rest) -> None:
    read = await rest.get(f"{PATH}?from=2150-03-04&to=2150-03-05", CLERK)
    entered = await rest.ask(
        "PUT", PATH, DESK_HEAD, json={"days": [{"day": "2150-03-04", "main": str(CLERK)}]}
    )
    for refused in (read, entered):
        assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:calendar-ends")
