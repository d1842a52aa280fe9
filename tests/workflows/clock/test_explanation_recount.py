"""The shipped recount against the calendar's own count: every unit, policy and pause, from the JSON alone."""

import json
from datetime import datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_workflows import recompute
from support import instants, shared
from support.builders.histories import ZONE, local

AMOUNTS = {
    wt.Unit.WORKING_DAYS: [Fraction(n, 4) for n in (1, 2, 3, 4, 6, 8, 10, 13, 20, 60)],
    wt.Unit.HALF_DAYS: [1, 2, 3, 5, 8],
    wt.Unit.WORKING_HOURS: [Fraction(1, 4), 1, 4, 8, Fraction(19, 2), 40],
    wt.Unit.HOURS: [Fraction(1, 2), 1, 12, 24, 100],
    wt.Unit.DAYS: [1, 2, 7, 15, 30],
    wt.Unit.WEEKS: [1, 2, 5],
    wt.Unit.MONTHS: [Fraction(1, 2), 1, Fraction(3, 2), 3],
    wt.Unit.YEARS: [Fraction(1, 2)],
    wt.Unit.SAME_DAY: [0],
}
TERMS = st.sampled_from([wt.Term(amount, unit) for unit, amounts in AMOUNTS.items() for amount in amounts])
CUTOFFS = (time(15), time(10, 30))
POLICIES = st.builds(
    wt.Policy,
    nonworking_receipt=st.sampled_from(["next", "as_is"]),
    cutoff=st.sampled_from([None, *CUTOFFS]),
    cutoff_effect=st.sampled_from(["same_day_only", "roll_receipt"]),
    last_hour=st.sampled_from([0, 60]),
    roll_end=st.booleans(),
    pause_day=st.sampled_from(["used", "free"]),
)
RECEIVED = instants.within(wt.load("vn"), local("2025-11-01 00:00"), timedelta(days=400), *CUTOFFS)


@st.composite
def pauses(draw: st.DrawFn, cal: wt.WorkCalendar, about: datetime) -> list[wt.Pause]:
    """In order, beginning before or after an instant; an odd number of turns leaves the last one open."""
    at = about - timedelta(days=2)
    longest = [timedelta(days=6)] * draw(st.integers(0, 7))
    turns = [at := draw(instants.within(cal, at, each)) for each in longest]
    return [wt.Pause(start, end) for start, end in zip(turns[::2], [*turns[1::2], None], strict=False)]


@settings(max_examples=4 * settings.default.max_examples, deadline=None)
@given(RECEIVED, TERMS, POLICIES, st.data(), st.sampled_from(["vn", "ha-tinh"]), st.booleans())
def test_every_deadline_is_counted_again_from_its_json(
    received: datetime,
    term: wt.Term,
    policy: wt.Policy,
    data: st.DataObject,
    calendar: str,
    about_the_end: bool,
):
    cal = wt.load(calendar)
    about = wt.deadline(cal, received, term, (), policy).due if about_the_end else received
    counted = wt.deadline(cal, received, term, data.draw(pauses(cal, about)), policy)
    told = json.loads(json.dumps(counted.to_json()))
    assert recompute.due(told) == counted.due


@pytest.mark.parametrize("effect", ["same_day_only", "roll_receipt"])
@pytest.mark.parametrize(("received", "day"), [("2026-03-06 15:00:59", "06"), ("2026-03-06 15:01", "09")])
def test_who_came_at_the_minute_of_the_cutoff_is_recounted_in_time(received: str, day: str, effect: str):
    policy = wt.Policy.from_mapping({"cutoff": "15:00", "cutoff_effect": effect})
    counted = wt.deadline(wt.load("vn"), local(received), wt.Term.parse("trong ngày"), policy=policy)
    assert recompute.due(counted.to_json()) == counted.due == local(f"2026-03-{day} 17:00")


def test_the_agreed_cases_of_the_national_calendar_are_recounted():
    differing = []
    for case in json.loads(shared.required("deadline_cases.json").read_text())["cases"]:
        if case["calendar"] != "vn" or str(case["expected"]).startswith("error"):
            continue
        stops = [wt.Pause(*map(_instant, pause)) for pause in case["pauses"]]
        counted = wt.deadline(
            wt.load("vn"),
            _instant(case["received"]),
            wt.Term(str(case["amount"]), case["unit"]),
            stops,
            wt.Policy.from_mapping(case["policy"]),
        )
        if recompute.due(counted.to_json()) != _instant(case["expected"]):
            differing.append(case["id"])
    assert differing == []


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
