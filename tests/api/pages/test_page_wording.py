"""Wording of pages: lengths of working time, instants, thousands."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_api.translation import standing, wording
from hoso_models import DossierStatus, DueKind
from hoso_workflows.clock import work_by
from hoso_workflows.events import Kind
from hoso_workflows.monitoring import overdue
from hoso_workflows.tracking import timeline
from hoso_workflows.tracking.accounting import Holder


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
    assert wording.working_time(lateness(minutes, 480)) == said


@given(st.integers(1, 10**6), st.integers(60, 900))
def test_nobody_is_called_later_than_they_are(minutes, nominal_day):
    sizes = {"ngày": nominal_day, "giờ": 60, "phút": 1}
    said = wording.working_time(lateness(minutes, nominal_day)).split()
    told = sum(
        int(number) * sizes[noun]
        for number, noun in zip(said[::2], said[1::2], strict=False)
        if noun in sizes
    )
    assert minutes - 60 < told <= minutes


def lateness(minutes, nominal_day):
    days, rest = divmod(minutes, nominal_day)
    return overdue.Lateness(days, rest // 60, minutes)


def test_an_instant_is_said_in_the_time_of_viet_nam():
    assert wording.instant(datetime(2026, 11, 24, 18, 30, tzinfo=UTC)) == "01:30, thứ Tư 25/11/2026"
    assert wording.short(datetime(2026, 11, 24, 9, 30, tzinfo=UTC)) == "16:30 24/11/2026"
    assert wording.weekday(date(2026, 11, 22)) == "Chủ nhật"


def test_thousands_are_parted_by_dots():
    assert wording.counted(1234567) == "1.234.567"


def test_all_that_happens_to_a_dossier_has_words():
    assert set(wording.HAPPENED) == {*Kind, timeline.MOVED}
    assert (
        set(wording.DUE_GROUPS)
        == set(re.findall(r"(?:then|else) '(\w+)'", work_by.SPAN))
        == set(work_by.Span)
    )
    assert (set(standing.KINDS), set(standing.STOPPED)) == (set(DueKind), set(work_by.Stopped))
    assert (set(wording.STATUSES), set(wording.HOLDERS)) == (set(DossierStatus), set(Holder))
