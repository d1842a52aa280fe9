"""The library against a brute-force oracle, ≥ 5,000 generated cases for each unit, with pauses and every policy."""

import pytest

import hoso_calendar as wt
from support import rotation
from support.oracles.working_time import Oracle, cases, cases_about_the_end, disagreements

pytestmark = pytest.mark.slow

#: Each by turns, until working time is counted otherwise.
UNITS = rotation.rotated(wt.Unit, unless=["calendar/hoso_calendar", "tests/support/oracles"])

RICH = b"""
schema = "lich-lam-viec/1"
id = "rich"
name = "Seasons, a half day, Saturday duty and a storm"
extends = "vn"
hours = [
  { slots = ["07:00-11:30", "13:30-17:00"], season = ["04-16", "10-15"], basis = "summer" },
  { slots = ["07:30-12:00", "13:00-16:30"], season = ["10-16", "04-15"], basis = "winter" },
]
duty = [{ slots = ["07:30-11:00"], weekdays = [6], basis = "one-stop centre" }, { slots = ["17:00-18:30"], weekdays = [2] }]
special = [
  { date = 2024-12-31, slots = ["07:30-12:00"], counts = 0.5, name = "half a day" },
  { date = 2024-07-06, slots = ["08:00-11:00", "12:00-15:00"], name = "a Saturday" },
  { date = 2025-03-12, slots = ["09:00-14:00"], name = "one session" },
]
closure = [{ from = 2024-09-09, to = 2024-09-11, name = "storm" }]
"""


@pytest.fixture(scope="module")
def vn() -> tuple[wt.WorkCalendar, Oracle]:
    cal = wt.load("vn")
    return cal, Oracle(cal)


@pytest.fixture(scope="module")
def rich() -> tuple[wt.WorkCalendar, Oracle]:
    cal = wt.compile(wt.sources("vn") | {"rich": RICH}, "rich")
    return cal, Oracle(cal)


@pytest.mark.parametrize("unit", UNITS)
def test_five_thousand_cases_of_each_unit_agree_with_the_walk_minute_by_minute(vn, unit):
    cal, oracle = vn
    assert disagreements(oracle, cal, list(cases(unit, 5000))) == []


@pytest.mark.parametrize("unit", UNITS)
def test_pauses_about_the_end_of_a_term_agree_with_the_walk(vn, rich, unit):
    for cal, oracle in (vn, rich):
        about = list(cases_about_the_end(cal, unit, 1500))
        assert disagreements(oracle, cal, about) == []
        counted = (wt.deadline(cal, case.received, case.term, case.pauses, case.policy) for case in about)
        moved = sum(bool(deadline.reached.held) for deadline in counted)
        assert moved == 0 if unit in (wt.Unit.HOURS, wt.Unit.WORKING_HOURS) else moved > 150


@pytest.mark.parametrize("unit", UNITS)
def test_seasons_half_days_duty_and_closures_agree_with_the_walk(rich, unit):
    cal, oracle = rich
    assert disagreements(oracle, cal, list(cases(unit, 1500, seed=11))) == []
