"""The clock through the API, against days that were counted by hand from the law and the announced calendars."""

from datetime import datetime

import pytest

from support.api_client import CLERK, Rest
from support.oracles import law_days, law_recount
from support.oracles.law_days import Stop, at
from support.procedures import law
from support.procedures.law import CITIZEN, Walk


@pytest.fixture
def rest(law: Rest) -> Rest:
    """All of these walk in one world."""
    return law


#: Accepted, due after three working days, whether that relies on a day which is only expected.
THREE_DAYS = [
    # the day of acceptance does not count
    ("2026-03-02 07:00", "2026-03-05 17:00", False),
    # the last minute before closing, closing itself, the lunch hour, the middle of the night
    ("2026-03-02 16:59:59", "2026-03-05 17:00", False),
    ("2026-03-02 17:00", "2026-03-06 17:00", False),
    ("2026-03-02 12:15", "2026-03-05 17:00", False),
    ("2026-03-03 00:00", "2026-03-06 17:00", False),
    # a rest day counts as the next working day
    ("2026-03-07 10:00", "2026-03-12 17:00", False),
    # Tết: 14 to 22 February
    ("2026-02-13 10:00", "2026-02-25 17:00", False),
    ("2026-02-13 17:00", "2026-02-26 17:00", False),
    ("2026-02-17 00:00", "2026-02-26 17:00", False),
    # Giỗ Tổ on a Sunday, made good on Monday the 27th; 30/4 and 1/5
    ("2026-04-23 09:00", "2026-04-29 17:00", False),
    ("2026-04-24 09:00", "2026-05-04 17:00", False),
    ("2026-04-29 09:00", "2026-05-06 17:00", False),
    ("2026-04-30 09:00", "2026-05-07 17:00", False),
    # swapped: Saturday 10 January works, Saturday 22 August works for Monday the 31st; 1 and 2 September
    ("2026-01-08 09:00", "2026-01-12 17:00", False),
    ("2026-01-10 09:00", "2026-01-14 17:00", False),
    ("2026-08-21 09:00", "2026-08-25 17:00", False),
    ("2026-08-22 16:00", "2026-08-26 17:00", False),
    ("2026-08-27 09:00", "2026-09-04 17:00", False),
    ("2026-08-31 09:00", "2026-09-08 17:00", False),
    # 24 November is expected to be off
    ("2026-11-18 09:00", "2026-11-23 17:00", False),
    ("2026-11-19 09:00", "2026-11-25 17:00", True),
    ("2026-11-24 09:00", "2026-11-30 17:00", True),
    ("2026-11-25 09:00", "2026-11-30 17:00", False),
    # New Year
    ("2026-12-29 09:00", "2027-01-04 17:00", False),
]


async def test_three_working_days_end_where_a_count_by_hand_ends(rest: Rest):
    counted = []
    for accepted, _, _ in THREE_DAYS:
        dossier = await (await Walk.accepted(rest, accepted)).reads()
        counted.append((accepted, dossier["due_first"], dossier["provisional"]))
        assert dossier["due_first"] == dossier["due_legal"] == dossier["due_promised"]
        if accepted < "2026-12":
            assert law.read(dossier["due_first"]) == law_days.working_days(at(accepted), 3)

    assert counted == [(accepted, at(due).isoformat(), expected) for accepted, due, expected in THREE_DAYS]


@pytest.mark.parametrize(
    ("case", "accepted", "due"),
    [
        # days, weeks, months count every day, and a last day off moves on (Civil Code art. 147, 148)
        ("days", "2026-04-15 09:00", "2026-05-04 17:00"),
        ("days", "2026-02-05 09:00", "2026-02-23 17:00"),
        ("days", "2026-08-07 17:00", "2026-08-25 17:00"),
        ("month", "2026-01-31 09:00", "2026-03-02 17:00"),
        ("month", "2026-01-30 18:00", "2026-03-02 17:00"),
        ("month", "2026-08-02 09:00", "2026-09-03 17:00"),
        ("month", "2026-07-22 09:00", "2026-08-22 17:00"),
        # working hours run from the instant and end at a closing, not at the next opening
        ("hours", "2026-03-02 07:00", "2026-03-02 17:00"),
        ("hours", "2026-03-02 12:00", "2026-03-03 11:30"),
        ("hours", "2026-02-13 16:00", "2026-02-23 16:00"),
        ("hours", "2026-08-21 16:59:59", "2026-08-22 16:59"),
        # the same day, on the next one after 15:00, whatever lies between; 15:00 itself is no later than 15:00
        ("today", "2026-02-13 14:59:59", "2026-02-13 17:00"),
        ("today", "2026-02-13 15:00", "2026-02-13 17:00"),
        ("today", "2026-02-13 15:00:59", "2026-02-13 17:00"),
        ("today", "2026-02-13 15:01", "2026-02-23 17:00"),
        ("today", "2026-02-13 15:30", "2026-02-23 17:00"),
        ("today", "2026-02-14 09:00", "2026-02-23 17:00"),
        ("today", "2026-08-21 15:30", "2026-08-22 17:00"),
        # only where the law says so, 15:00 moves a longer term
        ("rolls", "2026-03-04 14:59:59", "2026-03-06 17:00"),
        ("rolls", "2026-03-04 15:00:59", "2026-03-06 17:00"),
        ("rolls", "2026-03-04 15:01", "2026-03-09 17:00"),
        ("rolls", "2026-03-04 15:30", "2026-03-09 17:00"),
        ("rolls", "2026-02-13 15:30", "2026-02-25 17:00"),
        ("rolls", "2026-03-07 16:00", "2026-03-11 17:00"),
    ],
)
async def test_every_kind_of_term_ends_where_a_count_by_hand_ends(
    rest: Rest, case: str, accepted: str, due: str
):
    assert (await Walk.accepted(rest, accepted, case)).due == at(due)


async def test_the_last_hour_is_the_next_day_s_for_what_was_filed_electronically(rest: Rest):
    dues = {}
    for channel, by in (("online", CITIZEN), ("desk", CLERK), ("post", CLERK)):
        for hour in ("15:59:59", "16:00"):
            filed = await Walk.filed(rest, f"2026-02-11 {hour}", "hour", by=by, channel=channel)
            await filed.does("acceptance", f"2026-02-11 {hour}")
            dues[channel, hour] = filed.due
    two, three = at("2026-02-13 17:00"), at("2026-02-23 17:00")
    assert dues == {
        ("online", "15:59:59"): two,
        ("online", "16:00"): three,
        ("desk", "15:59:59"): two,
        ("desk", "16:00"): two,
        ("post", "15:59:59"): two,
        ("post", "16:00"): two,
    }


#: Accepted, supplement asked, received; due where the term starts again, goes on with the day of asking used, or free.
SUPPLEMENTS = [
    ("2026-03-02 09:00", "2026-03-04 10:00", "2026-03-06 14:00", "2026-03-13", "2026-03-11", "2026-03-12"),
    # within one day
    ("2026-03-02 09:00", "2026-03-04 08:00", "2026-03-04 16:00", "2026-03-11", "2026-03-09", "2026-03-10"),
    # received on a rest day and after closing: the term starts again from the working day that follows
    ("2026-03-02 09:00", "2026-03-06 10:00", "2026-03-07 14:00", "2026-03-16", "2026-03-09", "2026-03-10"),
    ("2026-03-02 09:00", "2026-03-04 10:00", "2026-03-06 17:00", "2026-03-16", "2026-03-11", "2026-03-12"),
    # around Tết, 30/4 and 1/5, 2/9
    ("2026-02-10 09:00", "2026-02-12 10:00", "2026-02-21 09:00", "2026-03-02", "2026-02-25", "2026-02-26"),
    ("2026-02-10 09:00", "2026-02-13 10:00", "2026-02-23 09:00", "2026-03-02", "2026-02-25", "2026-02-26"),
    ("2026-04-24 09:00", "2026-04-29 10:00", "2026-05-02 09:00", "2026-05-11", "2026-05-06", "2026-05-07"),
    ("2026-08-20 09:00", "2026-08-21 16:00", "2026-08-24 08:00", "2026-09-03", "2026-08-28", "2026-09-03"),
    ("2026-08-26 09:00", "2026-08-28 09:00", "2026-09-02 09:00", "2026-09-10", "2026-09-07", "2026-09-08"),
    # over the closing of the last day: the day on which it goes on is the last one, if its closing is ahead
    ("2026-03-02 09:00", "2026-03-09 10:00", "2026-03-10 16:59:59", "2026-03-17", "2026-03-10", "2026-03-11"),
    (
        "2026-03-02 09:00",
        "2026-03-09 16:59:59",
        "2026-03-10 17:00:30",
        "2026-03-18",
        "2026-03-11",
        "2026-03-11",
    ),
    ("2026-03-02 09:00", "2026-03-09 10:00", "2026-03-14 09:00", "2026-03-23", "2026-03-16", "2026-03-16"),
    ("2026-02-06 09:00", "2026-02-13 10:00", "2026-02-23 09:00", "2026-03-02", "2026-02-23", "2026-02-24"),
    # within the last day, or from its closing on, it moves nothing
    ("2026-03-02 09:00", "2026-03-09 08:00", "2026-03-09 16:00", "2026-03-16", "2026-03-09", "2026-03-10"),
    ("2026-03-02 09:00", "2026-03-09 17:00", "2026-03-11 09:00", "2026-03-18", "2026-03-09", "2026-03-12"),
]


@pytest.mark.parametrize(("accepted", "asked", "received", "again", "used", "free"), SUPPLEMENTS)
async def test_a_supplement_starts_the_term_again_or_lets_it_go_on(
    rest: Rest, accepted: str, asked: str, received: str, again: str, used: str, free: str
):
    stop = [Stop(at(asked), at(received))]
    by_hand = {
        "restart": law_days.working_days(at(received), 5),
        "resume": law_days.working_days(at(accepted), 5, stop),
        "free": law_days.working_days(at(accepted), 5, stop, free=True),
    }
    counted = {}
    for case in by_hand:
        walk = await Walk.accepted(rest, accepted, case)
        first = walk.due
        await walk.asked_and_received(asked, received)
        counted[case] = walk.due
        dossier = await walk.reads()
        promises = [(each["kind"], each["cycle"], each["supersedes"]) for each in dossier["appointments"]]
        kind = "restart" if case == "restart" else "resume"
        assert promises == [("accepted", 1, None), (kind, 2, 1)]
        assert (law.read(dossier["due_first"]), dossier["due_promised"]) == (
            first,
            dossier["due_legal"],
        )
    assert counted == by_hand
    assert counted == {
        "restart": at(f"{again} 17:00"),
        "resume": at(f"{used} 17:00"),
        "free": at(f"{free} 17:00"),
    }


async def test_each_promise_names_the_provision_by_which_it_was_made(rest: Rest):
    told = {}
    for case in ("", "resume", "restart"):
        walk = await Walk.accepted(rest, "2026-03-02 09:00", case)
        await walk.asked_and_received("2026-03-03 10:00", "2026-03-04 14:00")
        told[case] = [cycle["basis"] for cycle in (await walk.reads(what="/deadline"))["cycles"]]
    assert told == {
        "": [["QT.XNKBCXB.01, mục 2.5"], ["Nghị định 61/2018/NĐ-CP điều 19 khoản 4"]],
        "resume": [["QĐ 1/QĐ-UBND"], ["Luật A điều 1"]],
        "restart": [["QĐ 1/QĐ-UBND"], ["QĐ 1/QĐ-UBND"]],
    }


async def test_hours_and_calendar_days_go_on_by_what_was_left(rest: Rest):
    hours = await Walk.accepted(rest, "2026-03-02 09:00", "hours")
    await hours.asked_and_received("2026-03-02 15:00", "2026-03-03 08:00")
    overnight = await Walk.accepted(rest, "2026-02-13 16:00", "hours")
    await overnight.asked_and_received("2026-02-13 16:30", "2026-02-21 09:00")
    days = await Walk.accepted(rest, "2026-04-10 09:00", "days")
    await days.asked_and_received("2026-04-14 09:00", "2026-04-20 09:00")

    dues: list[datetime | None] = [hours.due, overnight.due, days.due]
    assert dues == [at("2026-03-03 14:00"), at("2026-02-23 16:30"), at("2026-05-04 17:00")]


async def test_while_a_supplement_is_awaited_there_is_no_date_and_nothing_is_done(rest: Rest):
    walk = await Walk.accepted(rest, "2026-03-02 09:00", "resume")
    waiting = await walk.does("supplement-request", "2026-03-04 10:00", reason="Thiếu bản sao")
    read = await walk.reads("2026-05-04 10:00")
    task = f"/v1/user-tasks/{walk.task['id']}/completion"

    assert (waiting["status"], waiting["portal_code"], waiting["due_legal"], waiting["due_promised"]) == (
        "awaiting_supplement",
        5,
        None,
        None,
    )
    assert (read["due_first"], read["due_legal"], walk.task["due"]) == (
        "2026-03-09T17:00:00+07:00",
        None,
        None,
    )
    assert law.slug(await rest.post(task, law.SPECIALIST)) == "supplement-awaited"
    assert await walk.refused("supplement-request", "2026-05-04 10:00", reason="Thêm") == "wrong-status"


async def test_a_posting_that_the_law_excludes_stops_the_clock_for_its_days(rest: Rest):
    walk = await Walk.accepted(rest, "2026-02-09 09:00", "posting")
    assert walk.due == at("2026-03-02 17:00")
    posted = await walk.completes("2026-02-12 10:00")
    assert (posted["portal_code"], posted["due_legal"], posted["tasks"][0]["due"]) == (
        4,
        None,
        "2026-02-24T10:00:00+07:00",
    )
    # 13, 23, 24 and 25 February are days of the posting: 10, 11, 12, then 26 and 27, 2 to 6 March
    signing = await walk.completes("2026-02-25 15:00")
    assert (walk.due, signing["tasks"][0]["due"]) == (at("2026-03-06 17:00"), "2026-02-26T15:00:00+07:00")


@pytest.mark.parametrize(
    ("ready", "verdict"),
    [
        ("2026-03-04 23:59:59", "early"),
        ("2026-03-05 00:00", "on_time"),
        ("2026-03-05 17:00", "on_time"),
        ("2026-03-05 17:00:01", "late"),
        ("2026-03-06 00:00", "late"),
    ],
)
async def test_the_verdict_is_given_when_the_result_is_ready_to_the_second(
    rest: Rest, ready: str, verdict: str
):
    walk = await Walk.accepted(rest, "2026-02-26 09:00", "restart")
    await walk.completes("2026-03-02 09:00")
    assert (await walk.completes(ready))["verdict"] == verdict
    returned = await walk.completes("2026-04-01 09:00")
    assert (returned["portal_code"], returned["verdict"]) == (10, verdict)


async def test_a_supplement_that_is_asked_too_late_clears_no_lateness(rest: Rest):
    on_the_minute = await Walk.accepted(rest, "2026-02-26 09:00", "restart")
    await on_the_minute.asked_and_received("2026-03-05 17:00", "2026-03-09 09:00")
    late = await Walk.accepted(rest, "2026-02-26 09:00", "restart")
    await late.asked_and_received("2026-03-05 17:00:01", "2026-03-09 09:00")
    told = []
    for walk in (on_the_minute, late):
        await walk.completes("2026-03-10 09:00")
        await walk.completes("2026-03-10 10:00")
        dossier = await walk.reads()
        told.append((dossier["due_legal"], dossier["late_since"], dossier["verdict"]))

    due = "2026-03-16T17:00:00+07:00"
    assert told == [(due, None, "early"), (due, "2026-03-05T17:00:00+07:00", "late")]


async def test_what_reaches_past_the_calendar_is_refused_and_leaves_the_dossier_as_it_was(rest: Rest):
    filed = await Walk.filed(rest, "2027-12-20 09:00", "month")
    waiting = await Walk.accepted(rest, "2027-12-20 09:00", "resume")
    await waiting.does("supplement-request", "2027-12-24 09:00", reason="Thiếu bản sao")
    before = await rest.content()

    assert await filed.refused("acceptance", "2027-12-24 10:00") == "calendar-ends"
    assert await waiting.refused("supplement", "2027-12-31 09:00") == "calendar-ends"

    assert await rest.content() == before
    assert [(await walk.reads())["portal_code"] for walk in (filed, waiting)] == [1, 5]
    assert (await waiting.does("supplement", "2027-12-24 11:00"))["due_legal"] == "2027-12-27T17:00:00+07:00"


async def test_every_date_of_an_explanation_is_counted_again_by_somebody_with_days_of_their_own(rest: Rest):
    stepped = await Walk.accepted(rest, "2026-02-12 16:00")
    await stepped.completes("2026-02-13 08:00")
    await stepped.asked_and_received("2026-02-13 09:00", "2026-02-20 09:00")
    await stepped.completes("2026-02-24 17:00:01")
    posted = await Walk.accepted(rest, "2026-04-24 09:00", "posting")
    await posted.completes("2026-04-29 16:00")
    waiting = await posted.reads(what="/deadline")
    await posted.completes("2026-05-06 09:00")
    hours = await Walk.accepted(rest, "2026-08-21 10:00", "hours")
    await hours.asked_and_received("2026-08-21 11:00", "2026-08-22 14:00")
    days = await Walk.accepted(rest, "2026-08-17 09:00", "days")
    await days.asked_and_received("2026-08-20 09:00", "2026-08-22 09:00")
    late = await Walk.accepted(rest, "2026-11-19 09:00", "restart")
    await late.completes("2026-11-27 17:00:01")
    await late.completes("2026-11-27 17:00:02")

    told = {walk.code: await walk.reads(what="/deadline") for walk in (stepped, posted, hours, days, late)}
    assert {code: law_recount.differences(each) for code, each in told.items()} == {code: [] for code in told}
    assert (law_recount.differences(waiting), waiting["dates"]["due_legal"]) == ([], None)
    dates = told[late.code]["dates"]
    assert (dates["verdict"], dates["provisional"]) == ("late", True)
    # and whoever counts so would notice a day
    cycle = told[days.code]["cycles"][0]["sets"]
    cycle["due_legal"] = cycle["due_promised"] = cycle["due_first"] = "2026-09-02T17:00:00+07:00"
    assert law_recount.differences(told[days.code]) == ["cycle 1", "dates"]
