"""Step limits are durations (the design's rule 4): `own` judges the officer, `plan` warns."""

from datetime import datetime

import pytest

import hoso_calendar as wt
from hoso_models import Verdict
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.clock.step_deadlines import StepDates
from support.builders.histories import History, local, task_id

#: The steps of procedure 1.014464, three working days in all.
P1 = (
    "0,25 ngày làm việc",
    "0,25 ngày làm việc",
    "0,5 ngày làm việc",
    "0,5 ngày làm việc",
    "1,5 ngày làm việc",
)
#: Those of 1.013871, twenty calendar days in all.
P2 = ("0,5 ngày", "0,5 ngày", "15 ngày", "2 ngày", "1 ngày", "1 ngày")


def accepted(term: str = "3 ngày làm việc", supplement: str = "restart") -> History:
    return History().filed("2026-03-02 08:00", supplement).accepted("2026-03-02 09:00", term=term)


def step(dates: Dates, number: int) -> StepDates:
    return dates.steps[task_id(number)]


def due(dates: Dates, number: int) -> tuple[datetime | None, datetime | None]:
    """`own` and `plan`."""
    return step(dates, number).own, step(dates, number).plan


def test_a_fraction_of_a_day_is_that_share_of_the_ordinary_day_from_arrival():
    dates = accepted().opened("2026-03-02 09:00", 2, P1[0], P1[:1]).dates
    assert due(dates, 2) == (local("2026-03-02 11:00"), local("2026-03-02 11:00"))


def test_the_plan_runs_from_acceptance_whatever_time_the_steps_before_took():
    dates = accepted().opened("2026-03-03 15:00", 3, P1[1], P1[:2]).dates
    assert due(dates, 3) == (local("2026-03-03 17:00"), local("2026-03-02 15:00"))


def test_the_plan_is_capped_at_the_legal_due_date():
    dates = accepted("2 ngày làm việc").opened("2026-03-05 15:00", 6, P1[4], P1).dates
    assert due(dates, 6) == (local("2026-03-09 09:00"), local("2026-03-04 17:00"))


def test_a_step_without_a_limit_has_no_own_date_and_adds_nothing_to_the_plan():
    dates = accepted().opened("2026-03-04 09:00", 7, None, P1[:2]).dates
    assert due(dates, 7) == (None, local("2026-03-02 15:00"))


def test_nothing_is_planned_before_the_first_limit():
    assert due(accepted().opened("2026-03-02 09:00", 1).dates, 1) == (None, None)


def test_before_acceptance_a_limited_step_is_judged_and_no_plan_runs():
    dates = History().filed("2026-03-02 09:00").opened("2026-03-02 09:00", 1, P1[0], P1[:1]).dates
    assert due(dates, 1) == (local("2026-03-02 11:00"), None)


def test_receptions_step_stands_still_while_a_supplement_is_awaited_before_acceptance():
    history = History().filed("2026-03-02 09:00").opened("2026-03-02 09:00", 1, P1[0], P1[:1])
    history.asked("2026-03-02 10:00")
    assert due(history.dates, 1) == (None, None)
    history.received("2026-03-05 07:00")
    assert step(history.dates, 1) == StepDates(local("2026-03-05 07:00"), local("2026-03-05 09:00"), None)


@pytest.mark.parametrize(
    ("closed", "verdict"),
    [
        ("2026-03-03 16:00", Verdict.EARLY),
        ("2026-03-04 09:00", Verdict.ON_TIME),
        ("2026-03-04 09:01", Verdict.LATE),
    ],
)
def test_an_officer_is_judged_by_the_own_date(closed: str, verdict: Verdict):
    history = accepted().opened("2026-03-03 09:00", 4, "1 ngày làm việc", P1[:3]).closed(closed, 4)
    assert step(history.dates, 4).judged is verdict


def test_a_cancelled_step_is_not_judged():
    history = (
        accepted().opened("2026-03-03 09:00", 4, P1[2], P1[:3]).closed("2026-03-09 09:00", 4, "cancelled")
    )
    assert step(history.dates, 4).judged is None


def test_a_step_begins_again_on_receipt_of_a_supplement_and_the_plan_runs_from_there():
    history = accepted().opened("2026-03-02 15:00", 4, P1[2], P1[:3]).asked("2026-03-02 16:00")
    assert due(history.dates, 4) == (None, None)
    history.received("2026-03-10 09:00", restart="3 ngày làm việc")
    half_a_day_on = local("2026-03-10 15:00")
    assert step(history.dates, 4) == StepDates(local("2026-03-10 09:00"), half_a_day_on, half_a_day_on)
    history.closed("2026-03-10 10:00", 4).opened("2026-03-10 10:00", 5, P1[3], P1[:4])
    assert due(history.dates, 5) == (local("2026-03-10 16:00"), local("2026-03-11 09:00"))


def test_a_step_begins_again_where_the_term_resumes_too():
    history = accepted(supplement="resume").opened("2026-03-02 15:00", 4, P1[2], P1[:3])
    history.asked("2026-03-02 16:00").received("2026-03-10 09:00")
    half_a_day_on = local("2026-03-10 15:00")
    assert step(history.dates, 4) == StepDates(local("2026-03-10 09:00"), half_a_day_on, half_a_day_on)


def test_a_suspension_is_not_the_officers_time():
    history = accepted().opened("2026-03-02 15:00", 4, P1[2], P1[:3])
    history.suspended("2026-03-02 16:00").suspension_ended("2026-03-10 09:00")
    # One of four hours was used of the limit, five of eight of the plan: three are left of both.
    assert due(history.dates, 4) == (local("2026-03-10 14:00"), local("2026-03-10 14:00"))


def test_lateness_of_a_step_before_a_stop_stays_visible():
    history = accepted().opened("2026-03-02 09:00", 2, P1[0], P1[:1]).suspended("2026-03-03 09:00")
    assert due(history.dates, 2) == (local("2026-03-02 11:00"), local("2026-03-02 11:00"))


def test_an_excluded_step_has_its_own_term_while_the_dossiers_clock_stands_still():
    history = accepted().opened("2026-03-03 09:00", 3, "2 ngày làm việc", P1[:1], clock="excluded")
    assert due(history.dates, 3) == (local("2026-03-05 09:00"), local("2026-03-02 11:00"))
    history.closed("2026-03-05 10:00", 3)
    assert step(history.dates, 3).judged is Verdict.LATE


def test_in_a_term_of_calendar_days_that_an_earlier_release_began_nothing_judges_a_step():
    dates = accepted("20 ngày").opened("2026-03-02 09:00", 2, P2[0], P2[:1]).dates
    assert due(dates, 2) == (None, local("2026-03-02 15:00"))


def test_its_plan_counts_days_and_their_fraction_in_working_time():
    history = accepted("20 ngày").opened("2026-03-03 09:00", 4, P2[2], P2[:3])
    # Sixteen days from 2 March end on Wednesday the 18th.
    assert due(history.dates, 4) == (None, local("2026-03-18 17:00"))
    history.closed("2026-03-04 09:00", 4).opened("2026-03-04 09:00", 5, "0,5 ngày", (*P2[:3], "0,5 ngày"))
    assert due(history.dates, 5) == (None, local("2026-03-19 11:00"))


def test_the_sum_of_a_calendar_plan_is_the_legal_due_date():
    dates = accepted("20 ngày").opened("2026-03-03 09:00", 7, P2[5], P2).dates
    assert due(dates, 7) == (None, dates.due_legal) == (None, local("2026-03-23 17:00"))


def test_the_reception_step_of_a_calendar_case_keeps_the_date_that_judged_it():
    history = History().filed("2026-03-02 09:00").opened("2026-03-02 09:00", 1, P2[0], P2[:1])
    history.accepted("2026-03-02 10:00", term="20 ngày").closed("2026-03-02 10:00", 1)
    reception = step(history.dates, 1)
    assert (reception.own, reception.judged) == (local("2026-03-02 15:00"), Verdict.ON_TIME)


def test_a_step_is_counted_in_the_calendar_of_its_unit():
    storm = '\n[[closure]]\ndate = 2026-03-03\nname = "Bão"\nbasis = "Công điện"\n'
    sources = wt.sources("ha-tinh")
    closed = wt.compile({**sources, "ha-tinh": sources["ha-tinh"] + storm.encode()}, "ha-tinh")
    history = History(closed).filed("2026-03-02 08:00").accepted("2026-03-02 09:00")
    history.opened("2026-03-02 16:00", 2, "2 giờ làm việc", ("2 giờ làm việc",), calendar=closed)
    assert due(history.dates, 2)[0] == local("2026-03-04 08:00")
