"""The table of the design's rule 3, row by row: what each event does to the three dates and the cycle."""

from datetime import datetime

import pytest

import hoso_calendar as wt
from hoso_models import AppointmentKind as Made
from hoso_models import Verdict
from hoso_workflows import errors
from hoso_workflows.clock import clock
from hoso_workflows.clock.due_dates import Dates
from support.builders.histories import VN, History, local, task_id

#: Five working days from Monday 2 March 2026, 09:00.
FIRST = local("2026-03-09 17:00")


def accepted(supplement: str = "restart", **policy: object) -> History:
    return History().filed("2026-03-02 08:00", supplement).accepted("2026-03-02 09:00", **policy)


def three(dates: Dates) -> tuple[datetime | None, datetime | None, datetime | None, int, bool]:
    """The row of the table."""
    return dates.due_first, dates.due_legal, dates.due_promised, dates.cycle, dates.running


def made(dates: Dates) -> list[tuple[int, Made, int, int | None]]:
    return [(one.number, one.kind, one.cycle, one.supersedes) for one in dates.appointments]


def vn_with(closure: str) -> wt.WorkCalendar:
    """The national calendar in a new version in which offices are closed on one more day."""
    storm = f'\n[[closure]]\ndate = {closure}\nname = "Bão"\nbasis = "Công điện"\n'
    return wt.compile({"vn": wt.sources("vn")["vn"] + storm.encode()}, "vn")


def test_acceptance_sets_all_three_dates():
    dates = accepted().dates
    assert three(dates) == (FIRST, FIRST, FIRST, 1, True)
    assert made(dates) == [(1, Made.ACCEPTED, 1, None)]


def test_the_clock_stands_still_while_a_supplement_is_awaited():
    assert three(accepted().asked("2026-03-04 10:00").dates) == (FIRST, None, None, 1, False)


def test_a_supplement_restarts_the_whole_term():
    history = accepted().asked("2026-03-04 10:00").received("2026-03-10 08:00", restart="5 ngày làm việc")
    again = local("2026-03-17 17:00")
    assert three(history.dates) == (FIRST, again, again, 2, True)
    assert made(history.dates) == [(1, Made.ACCEPTED, 1, None), (2, Made.RESTART, 2, 1)]


def test_a_supplement_resumes_where_the_procedures_law_says_so():
    history = accepted("resume").asked("2026-03-04 09:00").received("2026-03-06 09:00")
    moved = local("2026-03-11 17:00")
    assert three(history.dates) == (FIRST, moved, moved, 2, True)
    assert made(history.dates)[-1] == (2, Made.RESUME, 2, 1)


def test_a_suspension_stops_the_clock_and_its_end_moves_the_dates():
    history = accepted().suspended("2026-03-04 09:00")
    assert three(history.dates) == (FIRST, None, None, 1, False)
    history.suspension_ended("2026-03-06 09:00")
    moved = local("2026-03-11 17:00")
    assert three(history.dates) == (FIRST, moved, moved, 2, True)
    assert made(history.dates)[-1] == (2, Made.SUSPENSION_ENDED, 2, 1)


def test_a_met_obligation_begins_a_second_appointment_with_its_own_term():
    history = accepted().obligation_met("2026-03-12 09:00", "2 ngày làm việc")
    second = local("2026-03-16 17:00")
    assert three(history.dates) == (FIRST, second, second, 2, True)
    assert made(history.dates)[-1] == (2, Made.SECOND, 2, 1)


def test_an_extension_that_a_law_grants_runs_from_the_expiry():
    history = accepted().extended("2026-03-06 09:00", "3 ngày làm việc")
    moved = local("2026-03-12 17:00")
    assert three(history.dates) == (FIRST, moved, moved, 2, True)
    assert history.dates.appointments[-1].why == {
        "event": "extended",
        "kind": "complex",
        "basis": "Luật Xây dựng Điều 102",
        "term": "3 ngày làm việc",
    }


def test_an_extension_in_calendar_days_runs_from_the_rolled_end_of_the_term():
    history = History().filed("2026-04-15 08:00").accepted("2026-04-15 09:00", term="15 ngày")
    assert history.dates.due_legal == local("2026-05-04 17:00")
    assert history.extended("2026-04-20 09:00", "10 ngày").dates.due_legal == local("2026-05-14 17:00")


def test_an_extended_term_is_moved_as_a_whole_by_a_later_suspension():
    history = accepted().extended("2026-03-03 09:00", "3 ngày làm việc")
    history.suspended("2026-03-04 09:00").suspension_ended("2026-03-06 09:00")
    assert history.dates.due_legal == local("2026-03-16 17:00")


def test_a_re_appointment_changes_the_promise_and_not_the_yardstick():
    history = accepted().reappointed("2026-03-06 09:00", "2026-03-12 17:00")
    assert three(history.dates) == (FIRST, FIRST, local("2026-03-12 17:00"), 2, True)
    assert made(history.dates)[-1] == (2, Made.REAPPOINTMENT, 2, 1)
    assert history.ready("2026-03-11 10:00").dates.verdict is Verdict.LATE


def test_a_restart_supersedes_a_re_appointment():
    history = accepted().reappointed("2026-03-06 09:00", "2026-03-12 17:00")
    history.asked("2026-03-06 10:00").received("2026-03-10 08:00", restart="5 ngày làm việc")
    again = local("2026-03-17 17:00")
    assert three(history.dates) == (FIRST, again, again, 3, True)


def test_a_re_appointment_is_made_at_least_one_day_before_expiry():
    dates = accepted().dates
    clock.reappointable(dates, local("2026-03-08 23:59"))
    with pytest.raises(errors.NotReappointable, match="2026-03-09"):
        clock.reappointable(dates, local("2026-03-09 00:00"))


def test_a_re_appointment_is_made_once_per_dossier():
    history = accepted().reappointed("2026-03-06 09:00", "2026-03-12 17:00")
    history.asked("2026-03-06 10:00").received("2026-03-10 08:00", restart="5 ngày làm việc")
    with pytest.raises(errors.NotReappointable, match="once"):
        clock.reappointable(history.dates, local("2026-03-11 09:00"))


def test_a_re_appointment_needs_a_running_clock():
    with pytest.raises(errors.NotReappointable, match="does not run"):
        clock.reappointable(accepted().asked("2026-03-04 10:00").dates, local("2026-03-04 11:00"))


def test_a_calendar_revision_moves_yardstick_and_promise_within_the_cycle():
    history = accepted().revised("2026-03-04 18:00", vn_with("2026-03-05"))
    moved = local("2026-03-10 17:00")
    assert three(history.dates) == (FIRST, moved, moved, 1, True)
    assert made(history.dates)[-1] == (2, Made.CALENDAR_REVISION, 1, 1)


def test_a_calendar_revision_leaves_the_promise_of_a_re_appointment():
    history = accepted().reappointed("2026-03-03 09:00", "2026-03-12 17:00")
    history.revised("2026-03-04 18:00", vn_with("2026-03-05"))
    assert three(history.dates) == (FIRST, local("2026-03-10 17:00"), local("2026-03-12 17:00"), 2, True)


def test_a_calendar_revision_does_not_reopen_a_verdict():
    history = accepted().ready("2026-03-10 09:00").revised("2026-03-11 09:00", vn_with("2026-03-05"))
    assert (history.dates.verdict, history.dates.due_legal) == (Verdict.LATE, FIRST)


def test_a_revision_of_another_calendar_moves_nothing():
    revised = wt.load("ha-tinh")
    assert accepted().revised("2026-03-04 18:00", revised).dates == accepted().dates


def test_a_revision_that_moves_no_date_makes_no_appointment_and_counts_from_then_on():
    history = accepted("resume").revised("2026-03-03 18:00", vn_with("2026-03-11"))
    assert made(history.dates) == made(accepted("resume").dates)
    history.asked("2026-03-06 09:00").received("2026-03-10 09:00")
    assert history.dates.due_legal == local("2026-03-12 17:00")
    assert history.dates.appointments[-1].calendar_version == vn_with("2026-03-11").version


def test_a_unit_that_takes_another_calendar_takes_over_the_counts_that_the_event_names():
    other = wt.load("ha-tinh")
    history = accepted().opened("2026-03-02 10:00", 3, "1 ngày làm việc", ("1 ngày làm việc",))
    history.opened("2026-03-02 10:00", 4, "1 ngày làm việc", ("1 ngày làm việc",))
    history.calendars[other.id, other.version] = other
    named = {"id": other.id, "version": other.version}
    counts = {"term": False, "reception": False, "tasks": [str(task_id(4))]}
    folded = clock.Clock(history.calendars).after(
        history.tell(clock.Kind.CALENDAR_REVISED, "2026-03-02 11:00", calendar=named, counts=counts).events
    )
    assert folded.count is not None
    assert folded.count.calendar.id == "vn"
    assert {task: step.calendar.id for task, step in folded.steps.items()} == {
        task_id(3): "vn",
        task_id(4): "ha-tinh",
    }


def test_a_calendar_revised_while_the_clock_stands_still_counts_when_it_goes_on():
    history = accepted("resume").asked("2026-03-04 09:00").revised("2026-03-04 18:00", vn_with("2026-03-10"))
    history.received("2026-03-06 09:00")
    assert history.dates.due_legal == local("2026-03-12 17:00")
    assert made(history.dates) == [(1, Made.ACCEPTED, 1, None), (2, Made.RESUME, 2, 1)]


@pytest.mark.parametrize("supplement", ["restart", "resume"])
def test_a_supplement_asked_after_the_due_date_never_clears_lateness(supplement: str):
    restart = "5 ngày làm việc" if supplement == "restart" else None
    history = accepted(supplement).asked("2026-03-10 09:00")
    assert history.dates.late_since == FIRST
    history.received("2026-03-12 09:00", restart).ready("2026-03-12 10:00")
    assert (history.dates.late_since, history.dates.verdict) == (FIRST, Verdict.LATE)


def test_a_supplement_asked_in_time_leaves_no_lateness():
    history = accepted().asked("2026-03-09 17:00").received("2026-03-20 09:00", "5 ngày làm việc")
    assert history.ready("2026-03-23 09:00").dates.late_since is None
    assert history.dates.verdict is Verdict.EARLY


@pytest.mark.parametrize(
    ("ready", "verdict"),
    [
        ("2026-03-08 23:59", Verdict.EARLY),
        ("2026-03-09 00:00", Verdict.ON_TIME),
        ("2026-03-09 17:00", Verdict.ON_TIME),
        ("2026-03-09 17:01", Verdict.LATE),
        ("2026-03-10 08:00", Verdict.LATE),
    ],
)
def test_the_verdict_compares_the_local_date_and_then_the_closing_minute(ready: str, verdict: Verdict):
    dates = accepted().ready(ready).dates
    assert (dates.verdict, dates.running, dates.due_legal) == (verdict, False, FIRST)


def test_a_step_that_the_law_excludes_suspends_the_clock_with_its_basis():
    history = accepted().opened("2026-03-04 09:00", 3, "2 ngày làm việc", clock="excluded")
    assert three(history.dates) == (FIRST, None, None, 1, False)
    history.closed("2026-03-06 09:00", 3)
    assert three(history.dates)[1:] == (local("2026-03-11 17:00"), local("2026-03-11 17:00"), 2, True)
    assert history.dates.appointments[-1].why == {"event": "task_closed", "element": "B3"}


def test_a_consultation_keeps_the_clock_running():
    history = accepted().opened("2026-03-04 09:00", 3, "2 ngày làm việc").closed("2026-03-06 09:00", 3)
    assert three(history.dates) == (FIRST, FIRST, FIRST, 1, True)


def test_grounds_that_overlap_stop_the_clock_once():
    history = accepted().suspended("2026-03-03 09:00").opened("2026-03-04 09:00", 3, clock="excluded")
    history.suspension_ended("2026-03-05 09:00")
    assert not history.dates.running
    history.closed("2026-03-06 09:00", 3)
    assert three(history.dates) == (FIRST, local("2026-03-12 17:00"), local("2026-03-12 17:00"), 2, True)


def test_a_stop_without_length_moves_nothing():
    history = accepted().opened("2026-03-04 09:00", 3, clock="excluded").closed("2026-03-04 09:00", 3)
    assert three(history.dates) == (FIRST, FIRST, FIRST, 1, True)


def test_a_restart_during_a_posting_stands_still_until_the_posting_ends():
    history = accepted().opened("2026-03-03 09:00", 3, clock="excluded").asked("2026-03-04 09:00")
    history.received("2026-03-10 09:00", restart="5 ngày làm việc")
    assert three(history.dates) == (FIRST, None, None, 2, False)
    history.closed("2026-03-12 09:00", 3)
    assert three(history.dates) == (FIRST, local("2026-03-19 17:00"), local("2026-03-19 17:00"), 3, True)


def test_a_result_made_while_the_clock_stands_still_is_judged_by_the_time_that_was_left():
    history = accepted().suspended("2026-03-04 09:00").ready("2026-03-20 09:00")
    assert (history.dates.due_legal, history.dates.verdict) == (local("2026-03-25 17:00"), Verdict.EARLY)


@pytest.mark.parametrize(
    ("began", "ended", "due"),
    [
        ("2026-03-09 10:00", "2026-03-10 08:00", "2026-03-10 17:00"),
        ("2026-03-09 16:59", "2026-03-10 17:00", "2026-03-11 17:00"),
        ("2026-03-09 10:00", "2026-03-14 09:00", "2026-03-16 17:00"),
        ("2026-03-09 17:00", "2026-03-10 08:00", "2026-03-09 17:00"),
    ],
)
def test_a_dossier_whose_clock_stood_still_over_its_last_closing_is_not_late_when_it_goes_on(
    began: str, ended: str, due: str
):
    asked = accepted("resume").asked(began).received(ended).dates
    suspended = accepted().suspended(began).suspension_ended(ended).dates
    posted = accepted().opened(began, 3, clock="excluded").closed(ended, 3).dates
    assert [three(dates)[1:] for dates in (asked, suspended, posted)] == [
        (local(due), local(due), 2, True)
    ] * 3
    assert [dates.late_since for dates in (asked, suspended, posted)] == [None] * 3


def test_a_result_made_on_a_last_day_on_which_the_clock_stands_still_is_on_time():
    dates = accepted().suspended("2026-03-09 10:00").ready("2026-03-11 09:00").dates
    assert (dates.due_legal, dates.verdict) == (local("2026-03-11 17:00"), Verdict.ON_TIME)


def test_an_extension_runs_from_the_end_that_a_pause_has_moved():
    history = accepted().suspended("2026-03-09 10:00").suspension_ended("2026-03-10 08:00")
    history.extended("2026-03-10 09:00", "2 ngày làm việc")
    assert history.dates.due_legal == local("2026-03-12 17:00")


def test_nothing_runs_after_a_withdrawal():
    history = accepted()
    dates = history.tell(clock.Kind.WITHDRAWN, "2026-03-04 09:00", reason="đổi ý").dates
    assert three(dates) == (FIRST, FIRST, FIRST, 1, False)


def test_reception_has_its_own_term_which_a_supplement_starts_again():
    history = History().filed("2026-03-02 09:00")
    assert history.dates.reception_due == local("2026-03-03 09:00")
    assert history.asked("2026-03-02 15:00").dates.reception_due is None
    assert history.received("2026-03-05 07:00").dates.reception_due == local("2026-03-05 17:00")
    assert three(history.dates) == (None, None, None, 0, False)


def test_a_calendar_revision_moves_the_reception_term_too():
    history = History().filed("2026-03-02 09:00").revised("2026-03-02 10:00", vn_with("2026-03-03"))
    assert history.dates.reception_due == local("2026-03-04 09:00")


def test_a_calendar_revised_while_reception_awaits_a_supplement_counts_when_it_has_come():
    history = History().filed("2026-03-02 09:00").asked("2026-03-02 10:00")
    history.revised("2026-03-02 11:00", vn_with("2026-03-04"))
    assert history.dates.reception_due is None
    assert history.received("2026-03-03 09:00").dates.reception_due == local("2026-03-05 09:00")


def test_dates_that_rely_on_an_expected_day_are_provisional():
    history = History().filed("2026-11-23 08:00").accepted("2026-11-23 08:30", term="1 ngày làm việc")
    assert (history.dates.due_legal, history.dates.provisional) == (local("2026-11-25 17:00"), True)


def test_a_term_past_the_calendar_names_calendar_and_year():
    history = History().filed("2027-12-28 08:00").accepted("2027-12-28 09:00")
    with pytest.raises(errors.CalendarEnds) as refused:
        _ = history.dates
    assert (refused.value.calendar, refused.value.year) == ("vn", 2028)


def test_events_that_concern_no_date_change_none():
    history = accepted().opened("2026-03-02 09:00", 1)
    before = history.dates
    history.tell(clock.Kind.TASK_CLAIMED, "2026-03-02 10:00", task=str(task_id(1)), assignee=str(task_id(2)))
    assert history.dates == before


def test_calendars_may_come_from_a_function():
    history = accepted()
    assert clock.fold(history.events, lambda *_: VN) == history.dates
