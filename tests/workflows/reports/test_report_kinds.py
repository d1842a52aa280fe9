"""Periods of owed reports: the days that they cover, and the day before which they are due."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_models import ReportPeriod
from hoso_workflows.reports.obligations import kinds
from hoso_workflows.reports.obligations.kinds import Rule, Window

#: Due before day 05 of the last month; the figures cover three months up to the end of the month before.
QUARTER = Rule(ReportPeriod.QUARTER, -1, 1, 1, 31, 2, 5)
YEAR = Rule(ReportPeriod.YEAR, -1, 1, 10, 31, 11, 5)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-01-01", Window("2026-Q1", date(2025, 12, 1), date(2026, 2, 28), date(2026, 3, 5))),
        ("2024-03-31", Window("2024-Q1", date(2023, 12, 1), date(2024, 2, 29), date(2024, 3, 5))),
        ("2026-05-20", Window("2026-Q2", date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 5))),
        ("2026-09-05", Window("2026-Q3", date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 5))),
        ("2026-12-31", Window("2026-Q4", date(2026, 9, 1), date(2026, 11, 30), date(2026, 12, 5))),
    ],
)
def test_a_quarter_is_due_before_day_05_of_its_last_month(day: str, found: Window) -> None:
    assert kinds.window(QUARTER, date.fromisoformat(day)) == found


def test_a_year_is_due_in_december() -> None:
    assert kinds.window(YEAR, date(2026, 7, 1)) == Window(
        "2026", date(2025, 12, 1), date(2026, 11, 30), date(2026, 12, 5)
    )


@given(st.dates(date(2010, 1, 1), date(2090, 1, 1)), st.integers(0, 1200))
def test_the_days_of_quarters_follow_each_other_without_gap(first: date, days: int) -> None:
    found = [*kinds.windows(QUARTER, first, first + timedelta(days=days))]
    assert found[0] == kinds.window(QUARTER, first)
    assert found[-1] == kinds.window(QUARTER, first + timedelta(days=days))
    for one, other in pairwise(found):
        assert other.first == one.last + timedelta(days=1)
    assert all(each.last < each.due_before for each in found)
