"""What pages say: lengths of working time, instants, thousands."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_api.pages import wording


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "dưới 1 phút làm việc"),
        (45, "45 phút làm việc"),
        (60, "1 giờ làm việc"),
        (135, "2 giờ 15 phút làm việc"),
        (480, "1 ngày làm việc"),
        (3 * 480 + 120, "3 ngày 2 giờ làm việc"),
        (3 * 480 + 179, "3 ngày 2 giờ làm việc"),
        (3 * 480 + 20, "3 ngày làm việc"),
    ],
)
def test_working_time_is_said_in_days_and_hours(minutes, said):
    assert wording.working_time(minutes, 480) == said


@given(st.integers(0, 10**6), st.integers(60, 900))
def test_nobody_is_called_later_than_they_are(minutes, nominal_day):
    numbers = [int(word) for word in wording.working_time(minutes, nominal_day).split() if word.isdigit()]
    units = [word for word in wording.working_time(minutes, nominal_day).split() if word in SIZES]
    sizes = {**SIZES, "ngày": nominal_day}
    if minutes:
        said = sum(number * sizes[unit] for number, unit in zip(numbers, units, strict=True))
        assert minutes - 60 < said <= minutes


SIZES = {"ngày": 0, "giờ": 60, "phút": 1}


def test_an_instant_is_said_in_the_time_of_viet_nam():
    assert wording.instant(datetime(2026, 11, 24, 18, 30, tzinfo=UTC)) == "01:30, thứ Tư 25/11/2026"
    assert wording.short(datetime(2026, 11, 24, 9, 30, tzinfo=UTC)) == "16:30 24/11/2026"
    assert wording.weekday(date(2026, 11, 22)) == "Chủ nhật"


def test_thousands_are_parted_by_dots():
    assert wording.counted(1234567) == "1.234.567"
