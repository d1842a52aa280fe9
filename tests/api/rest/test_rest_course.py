"""Timeline and account of a dossier over REST and at the shell: two projections, and minutes that sum."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hoso_workflows.organisation import credentials
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest
from support.command_line import hoso
from support.world import CITIZEN, DEPARTMENT, DESK, FOUNDED, OTHER, STRANGER, person

pytestmark = pytest.mark.world("shared")

SECRET = "Nghi ngờ giấy tờ giả"
NOTE = "Đã gọi điện cho người nộp"


async def handled(rest: Rest) -> str:
    """Online on Monday 08:00, accepted 09:00, at the department 10:00, asked elsewhere 13:30 to 15:30, taken 16:00."""
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files(CITIZEN, channel="online")
    path = f"/v1/dossiers/{filed['reference']}"
    rest.clock.turn("2026-03-02 09:00")
    standing = await rest.done(f"{path}/acceptance", CLERK, {"note": SECRET})
    rest.clock.turn("2026-03-02 10:00")
    standing = await rest.completes(standing, CLERK)
    rest.clock.turn("2026-03-02 13:30")
    asked = {"unit": OTHER, "question": SECRET, "due": "2026-03-02"}
    await rest.done(f"{path}/consultations", HEAD, asked)
    rest.clock.turn("2026-03-02 15:30")
    (one,) = (await rest.get("/v1/consultations", person("specialist", OTHER))).json()["items"]
    answered = f"{path}/consultations/{one['id']}/answer"
    await rest.done(answered, person("specialist", OTHER), {"answer": "Không"})
    rest.clock.turn("2026-03-02 16:00")
    await rest.done(f"/v1/user-tasks/{standing['tasks'][0]['id']}/assignment", HEAD)
    await rest.done(f"{path}/notes", SPECIALIST, {"text": NOTE})
    rest.clock.turn("2026-03-03 08:00")
    return path


def held(account: Any) -> list[tuple[Any, ...]]:
    return [(each["holder"], each["unit"], each["minutes"], each["counted"]) for each in account["parts"]]


async def test_every_working_minute_is_somebody_s(rest: Rest) -> None:
    path = await handled(rest)
    account = (await rest.get(f"{path}/accounting", SPECIALIST)).json()
    assert sorted(held(account)) == [
        ("consulted", OTHER, 120, 120),
        ("officer", DEPARTMENT, 120, 120),
        ("unit", DESK, 120, 60),
        ("unit", DEPARTMENT, 120, 120),
    ]
    assert (account["minutes"], account["late"], account["reason"]) == (480, 0, None)
    assert [each["officer_name"] for each in account["parts"] if each["holder"] == "officer"] != [None]
    stretches = account["stretches"]
    assert [each["unit"] for each in stretches] == [DESK, DESK, DEPARTMENT, OTHER, DEPARTMENT, DEPARTMENT]
    assert [each["runs"] for each in stretches] == [False, *[True] * 5]
    assert stretches[-1]["until"] == account["until"] == "2026-03-03T08:00:00+07:00"


async def test_a_late_dossier_says_who_used_more_than_their_limit(rest: Rest) -> None:
    path = await handled(rest)
    rest.clock.turn("2026-03-20 08:00")
    account = (await rest.get(f"{path}/accounting", HEAD)).json()
    assert account["late"] > 0
    first = account["excesses"][0]
    assert (first["unit"], first["step"] is not None, first["minutes"] > 0) == (DEPARTMENT, True, True)
    place = ("holder", "unit", "unit_name", "officer", "officer_name")
    assert account["reason"] == {key: first[key] for key in place}
    assert sum(each["minutes"] for each in account["parts"]) == account["minutes"]


async def test_the_applicant_s_time_is_not_the_authority_s(rest: Rest) -> None:
    path = await handled(rest)
    asked = {"reason": "Bản sao mờ", "items": ["TP02"]}
    await rest.done(f"{path}/supplement-request", CLERK, asked)
    rest.clock.turn("2026-03-04 08:00")
    account = (await rest.get(f"{path}/accounting", ADMINISTRATOR)).json()
    assert ("applicant", None, 480, 0) in held(account)
    assert sum(each["minutes"] for each in account["parts"]) == account["minutes"] == 960


async def test_an_applicant_is_told_where_it_was_and_neither_names_nor_notes(rest: Rest) -> None:
    path = await handled(rest)
    own = (await rest.get(f"{path}/timeline", CITIZEN)).json()
    assert [(each["kind"], each["unit"]) for each in own["items"]] == [
        ("filed", DESK),
        ("accepted", DESK),
        ("letter_issued", DESK),
        ("moved", DEPARTMENT),
    ]
    assert SECRET not in str(own)
    assert NOTE not in str(own)
    whole = (await rest.get(f"{path}/timeline", SPECIALIST)).json()
    assert (whole["view"], SECRET in str(whole)) == ("officer", True)
    kinds = [each["kind"] for each in whole["items"]]
    assert kinds == [each["kind"] for each in (await rest.get(f"{path}/events", SPECIALIST)).json()["items"]]
    answer = next(each for each in whole["items"] if each["kind"] == "consultation_answered")
    assert (answer["unit"], answer["words"]) == (OTHER, "Không")
    assert [each["words"] for each in whole["items"] if each["kind"] == "noted"] == [NOTE]
    claimed = next(each for each in whole["items"] if each["kind"] == "task_claimed")
    assert (claimed["unit"], claimed["step"] is not None, claimed["actor"] is not None) == (
        DEPARTMENT,
        True,
        True,
    )


async def test_who_may_not_read_a_dossier_learns_nothing_of_its_course(rest: Rest) -> None:
    path = await handled(rest)
    for address, who in (
        ("accounting", CITIZEN),
        ("accounting", STRANGER),
        ("timeline", STRANGER),
        ("timeline", ADMINISTRATOR),
        ("timeline", person("specialist", OTHER)),
    ):
        assert (await rest.get(f"{path}/{address}", who)).status_code == 404


async def test_the_course_of_an_erased_dossier_is_told_without_what_was_written(rest: Rest) -> None:
    path = await handled(rest)
    before = (await rest.get(f"{path}/accounting", SPECIALIST)).json()
    own = (await rest.get(f"{path}/timeline", CITIZEN)).json()
    reference = path.rpartition("/")[2]
    door = (
        "select dossier_event_erase(d.id, array(select seq from dossier_event e where e.dossier_id = d.id),"
        " $2, $3, 'Luật A điều 1') from dossier d where reference = $1"
    )
    assert await rest.world.one(door, reference, ADMINISTRATOR, rest.clock.at) > 0
    rest.world.service.repository._cache.clear()
    after = (await rest.get(f"{path}/accounting", SPECIALIST)).json()
    assert after["minutes"] == before["minutes"] == sum(each["minutes"] for each in after["parts"])
    whole = (await rest.get(f"{path}/timeline", SPECIALIST)).json()
    assert SECRET not in str(whole)
    left = (await rest.get(f"{path}/timeline", CITIZEN)).json()["items"]
    assert left == [{**each, "reason": None} for each in own["items"]]
    # That another unit was asked is not told by a letter without its words either.
    for who, items in ((SPECIALIST, whole["items"]), (CITIZEN, left)):
        told = [each["kind"] for each in items if each["kind"] != "moved"]
        events = (await rest.get(f"{path}/events", who)).json()["items"]
        gone = (await rest.get(f"{path}/deadline", who)).json()["erased"]
        assert [each["kind"] for each in events] == [each["kind"] for each in gone] == told


async def test_the_shell_shows_both(rest: Rest) -> None:
    path = await handled(rest)
    async with rest.world.db.transaction() as tx:
        token = await credentials.give_token(tx, SPECIALIST, "thử", at=FOUNDED)
    url, reference = rest.world.db.url.render_as_string(hide_password=False), path.rpartition("/")[2]

    async def ran(*arguments: str):  # type: ignore[no-untyped-def]  # what the helper gives
        return await asyncio.to_thread(hoso, "dossiers", *arguments, url=url, HOSO_TOKEN=token)

    account = (await ran("accounting", reference, "--json")).json
    assert sum(each["minutes"] for each in account["parts"]) == account["minutes"]
    told = await ran("accounting", reference)
    assert (told.status, "Tổng" in told.out, "Đơn vị được lấy ý kiến" in told.out) == (0, True, True)
    shown = await ran("timeline", reference)
    assert (shown.status, "Lấy ý kiến" in shown.out, "consultation" in shown.out) == (0, True, False)
