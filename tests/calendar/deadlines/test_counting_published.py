"""The published cases and the vectors of the domain."""

import json
from datetime import date, time

import pytest

import hoso_calendar as wt
from support import shared
from support.calendar_rules import child, due, pause
from support.oracles.working_time import at

CASES = "deadline_cases.json"
VINHPHUC = b"""
schema = "lich-lam-viec/1"
id = "vinhphuc"
extends = "vn"
hours = [
  { slots = ["07:00-11:30", "13:30-17:00"], season = ["04-16", "10-15"] },
  { slots = ["07:30-12:00", "13:00-16:30"], season = ["10-16", "04-15"] },
]
"""


def published() -> list:
    file = shared.path(CASES)
    if not file.is_file():
        return [pytest.param(None, marks=shared.absent(CASES))]
    return [pytest.param(case, id=str(case["id"])) for case in json.loads(file.read_text())["cases"]]


def published_calendar(name: str) -> wt.WorkCalendar:
    if name == "vinhphuc":
        return wt.compile(wt.sources("vn") | {"vinhphuc": VINHPHUC}, "vinhphuc")
    if name == "vn@2024-04-10":
        return wt.load("vn", as_of=date(2024, 4, 10))
    if name == "vn-without-24-11":
        lines = wt.sources("vn")["vn"].splitlines()
        return wt.compile({"vn": b"\n".join(line for line in lines if b"-11-24" not in line)}, "vn")
    return wt.load(name)


@pytest.mark.parametrize("case", published())
def test_the_published_cases_hold(case):
    cal = published_calendar(case["calendar"])
    pauses = [pause(start, end) for start, end in case["pauses"]]
    try:
        end = wt.deadline(
            cal,
            at(case["received"]),
            wt.Term(case["amount"], case["unit"]),
            pauses,
            wt.Policy.from_mapping(case["policy"]),
        )
        result = end.due.format("YYYY-MM-DDTHH:mm")
    except wt.MissingCalendarData:
        result = "error:MissingCalendarData"
    assert result == case["expected"], case["description"]


@pytest.mark.parametrize(
    ("received", "term", "expected"),
    [
        ("2026-04-23T09:00", "3 ngày làm việc", "2026-04-29"),
        ("2026-04-15T09:00", "15 ngày", "2026-05-04"),
        ("2026-08-21T09:00", "3 ngày làm việc", "2026-08-25"),
        ("2026-08-27T09:00", "5 ngày làm việc", "2026-09-08"),
        ("2026-11-23T09:00", "1 ngày làm việc", "2026-11-25"),
        ("2025-11-21T09:00", "1 ngày làm việc", "2025-11-24"),
        ("2026-02-13T10:00", "20 ngày", "2026-03-05"),
    ],
)
def test_the_vectors_of_the_domain_hold(received, term, expected):
    assert due(received, term) == f"{expected} 17:00"


def test_a_month_from_a_saturday_upload_rolls_from_the_end_of_february():
    assert due("2026-01-31T09:00", "1 tháng", nonworking_receipt="as_is") == "2026-03-02 17:00"


def test_a_same_day_term_received_after_the_cutoff_waits_for_the_end_of_tet():
    assert due("2026-02-13T15:30", "trong ngày", cutoff=time(15)) == "2026-02-23 17:00"


def test_working_hours_run_through_the_night_on_the_units_own_hours():
    cal = child('hours = [{ slots = ["07:30-11:30", "13:30-17:30"] }]')
    assert due("2026-10-05T16:00", "4 giờ làm việc", cal=cal) == "2026-10-06 10:00"
