"""A calendar's revision over REST: entered in three forms, previewed, approved by another person, applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import hoso_calendar as wt
from hoso_calendar.declarations import ics
from hoso_workflows import audit
from support import calendars
from support.api_client import ADMINISTRATOR, CLERK, Rest, problem
from support.calendars import BASIS, LOCAL, SECOND, closed
from support.world import CITIZEN, DEPARTMENT, OTHER

PLACE = "/v1/calendars/ha-tinh/versions"
CLOSURE = {"basis": BASIS, "closure": [{"date": "2026-03-04", "name": "Bão số 3", "basis": BASIS}]}


@pytest.fixture
async def house(rest: Rest) -> Rest:
    """The world with administrators, on the day after a dossier was accepted."""
    await calendars.administrators(rest.world.db)
    rest.clock.turn("2026-03-02 09:00")
    await rest.accepts()
    rest.clock.turn("2026-03-03 09:00")
    return rest


async def sent(rest: Rest, kind: str, content: bytes, place: str = PLACE, basis: str = BASIS) -> Any:
    headers = {"Content-Type": kind}
    return await rest.post(place, ADMINISTRATOR, content=content, headers=headers, params={"basis": basis})


async def applied(rest: Rest, place: str, by: Any = ADMINISTRATOR) -> Mapping[str, Any]:
    """A draft taken to its end."""
    seen = await rest.done(f"{place}/preview", by)
    assert seen["preview"]["complete"]
    await rest.done(f"{place}/approval", SECOND, {"preview": seen["preview"]["digest"]})
    done: Mapping[str, Any] = await rest.done(f"{place}/activation", by)
    return done


async def test_the_whole_way_of_a_revision(house: Rest) -> None:
    entered = await house.done(PLACE, ADMINISTRATOR, CLOSURE)
    place = f"{PLACE}/{entered['number']}"
    assert (entered["status"], entered["preview"]) == ("draft", None)
    checked = (await house.get(f"{place}/check", ADMINISTRATOR)).json()
    assert [each["severity"] for each in checked["items"]] == []
    seen = await house.done(f"{place}/preview", ADMINISTRATOR)
    moves = (await house.get(f"{place}/preview", ADMINISTRATOR)).json()
    assert [move["dates"]["due_promised"] for move in moves["items"]] == [
        ["2026-03-05T17:00:00+07:00", "2026-03-06T17:00:00+07:00"]
    ]
    digest = seen["preview"]["digest"]
    own = await house.post(f"{place}/approval", ADMINISTRATOR, {"preview": digest})
    assert (own.status_code, problem(own)["type"]) == (403, "urn:hoso:problem:own-revision")
    early = await house.post(f"{place}/activation", ADMINISTRATOR)
    assert (early.status_code, problem(early)["type"]) == (409, "urn:hoso:problem:revision-stands")
    approved = await house.done(f"{place}/approval", SECOND, {"preview": digest})
    assert approved["status"] == "approved"
    done = await house.done(f"{place}/activation", ADMINISTRATOR)
    assert (done["status"], done["result"]["as_previewed"], done["result"]["notices"]) == ("applied", 1, 1)
    assert await house.done(f"{place}/activation", ADMINISTRATOR) == done
    listed = (await house.get(PLACE, CLERK)).json()
    assert [(each["number"], each["status"]) for each in listed["items"]] == [(1, "applied")]
    shown = (await house.get("/v1/calendars/ha-tinh", CLERK)).json()
    assert (shown["extends"], shown["until"], shown["kept"]) == ("vn", "2027-12-31", 4)
    assert shown["version"] != wt.load("ha-tinh").version
    assert [each async for each in audit.differences(house.world.service)] == []


async def test_a_calendar_comes_as_toml_and_as_icalendar(house: Rest) -> None:
    toml = await sent(house, "application/toml", closed("2026-03-04"))
    assert (toml.status_code, toml.json()["number"]) == (201, 1)
    event = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//VI\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\n"
        "DTSTART;VALUE=DATE:20260304\r\nDTEND;VALUE=DATE:20260305\r\nSUMMARY:Bão số 3\r\nCATEGORIES:closure\r\n"
        "DESCRIPTION:Công điện\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    calendar = await sent(house, "text/calendar", event.encode())
    assert (calendar.status_code, calendar.json()["number"]) == (201, 2)
    days = ics.read(event.encode(), *(wt.load("vn").days[at].date for at in (0, -1)))
    assert str(days[0].date) in calendar.json()["document"]
    repeated = event.replace("END:VEVENT", "RRULE:FREQ=YEARLY\r\nEND:VEVENT")
    refused = problem(await sent(house, "text/calendar", repeated.encode()))
    assert (refused["status"], refused["type"]) == (422, "urn:hoso:problem:calendar-refused")
    assert "repeats" in refused["detail"]


async def test_what_is_no_calendar_is_refused_and_nothing_is_stored(house: Rest) -> None:
    before = await house.content()
    garbage = problem(await sent(house, "application/toml", b"schema = 'x'\nhours = 1\n"))
    assert (garbage["status"], garbage["type"]) == (422, "urn:hoso:problem:calendar-refused")
    assert len(garbage["errors"]) > 1
    assert problem(await sent(house, "application/pdf", b"%PDF"))["status"] == 415
    assert problem(await sent(house, "application/toml", closed("2026-03-04"), basis=""))["status"] == 422
    misspelt = {**CLOSURE, "closures": []}
    assert problem(await house.post(PLACE, ADMINISTRATOR, misspelt))["errors"][0]["field"] == "closures"
    unknown = await sent(house, "application/toml", b"x", "/v1/calendars/sao-hoa/versions")
    assert problem(unknown)["status"] == 404
    assert await house.content() == before


async def test_who_is_no_administrator_over_it_reads_and_changes_nothing(house: Rest) -> None:
    for by in (CLERK, LOCAL):
        assert problem(await house.post(PLACE, by, CLOSURE))["status"] == 403
    assert problem(await house.get("/v1/calendars", CITIZEN))["status"] == 403
    await house.done(PLACE, ADMINISTRATOR, CLOSURE)
    assert problem(await house.post(f"{PLACE}/1/preview", CLERK))["status"] == 403
    assert problem(await house.get(f"{PLACE}/1/preview", CLERK))["status"] == 403


async def test_a_unit_closes_at_once_and_gets_a_calendar_of_its_own(house: Rest) -> None:
    closure = {"unit": DEPARTMENT, "from": "2026-03-04", "to": "2026-03-04", "name": "Ngập", "basis": BASIS}
    made = await house.done("/v1/calendars/closures", LOCAL, closure)
    (draft,) = made["items"]
    assert (draft["calendar"], draft["units"]) == ("ha-tinh-h27-svhttdl", [DEPARTMENT])
    done = await applied(house, f"/v1/calendars/{draft['calendar']}/versions/{draft['number']}", LOCAL)
    assert (done["result"]["moved"], done["result"]["promised"]) == (1, 1)
    kept = {row.code: row.calendar for row in await house.world.db.rows("select code, calendar from unit")}
    assert (kept[DEPARTMENT], kept[OTHER]) == ("ha-tinh-h27-svhttdl", "ha-tinh")
    again = await house.done(
        "/v1/calendars/closures", LOCAL, {**closure, "from": "2026-03-05", "to": "2026-03-06"}
    )
    assert [(each["calendar"], each["units"]) for each in again["items"]] == [("ha-tinh-h27-svhttdl", [])]
    assert [each async for each in audit.differences(house.world.service)] == []


async def test_a_new_calendar_is_entered_once_and_taken_by_a_unit(house: Rest) -> None:
    said = {"id": "so-yt", "name": "Lịch Sở Y tế", "unit": OTHER}
    made = await house.done("/v1/calendars", ADMINISTRATOR, said)
    assert (made["version"], made["until"]) == (None, None)
    twice = problem(await house.post("/v1/calendars", ADMINISTRATOR, said))
    assert (twice["status"], twice["type"]) == (409, "urn:hoso:problem:calendar-exists")
    hours = [{"slots": ["07:30-11:30", "13:00-17:00"], "basis": BASIS}]
    form = {"basis": BASIS, "extends": "ha-tinh", "title": "Lịch Sở Y tế", "hours": hours, "units": [OTHER]}
    draft = await house.done("/v1/calendars/so-yt/versions", ADMINISTRATOR, form)
    await applied(house, f"/v1/calendars/so-yt/versions/{draft['number']}")
    shown = (await house.get("/v1/calendars/so-yt", CLERK)).json()
    assert (shown["extends"], shown["until"], shown["kept"]) == ("ha-tinh", "2027-12-31", 1)
    back = await house.done(PLACE, ADMINISTRATOR, {"basis": BASIS, "units": [OTHER]})
    assert (back["document"], back["units"]) == (None, [OTHER])


async def test_next_year_s_days_are_added_to_the_present_text(house: Rest) -> None:
    form = {
        "basis": "Thông báo 2028",
        "coverage": {"from": 2018, "to": 2028},
        "day_off": [
            {"date": "2028-01-01", "name": "Tết Dương lịch", "basis": "Bộ luật Lao động 2019 Điều 112"}
        ],
    }
    draft = await house.done("/v1/calendars/vn/versions", ADMINISTRATOR, form)
    assert "2028-01-01" in draft["document"]
    assert "2026-02-16" in draft["document"]
    checked = (await house.get(f"/v1/calendars/vn/versions/{draft['number']}/check", ADMINISTRATOR)).json()
    assert {each["severity"] for each in checked["items"]} == {"error"}
    assert any("Tết 2028" in each["message"] for each in checked["items"])
    refused = problem(await house.post(f"/v1/calendars/vn/versions/{draft['number']}/preview", ADMINISTRATOR))
    assert (refused["status"], refused["type"]) == (422, "urn:hoso:problem:calendar-refused")
