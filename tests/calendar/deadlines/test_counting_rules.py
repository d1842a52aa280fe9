"""Rules S1–S10 and S14 of docs/working-time.md, each under its name."""

from datetime import date, time

import pytest

import hoso_calendar as wt
from support.calendar_rules import VN, child, due, pause
from support.oracles.working_time import at


@pytest.mark.parametrize("received", ["2026-03-04T05:00", "2026-03-04T12:00", "2026-03-04T16:59"])
def test_s1_receipt_before_closing_is_received_that_day(received):
    assert due(received, "1 ngày làm việc") == "2026-03-05 17:00"


@pytest.mark.parametrize(
    "received", ["2026-03-06T17:00", "2026-03-06T23:59", "2026-03-07T09:00", "2026-03-08T09:00"]
)
def test_s1_receipt_after_closing_or_on_a_rest_day_is_received_the_next_working_day(received):
    d = wt.deadline(VN, at(received), wt.Term.parse("1 ngày làm việc"))
    assert (d.receipt_day, d.due.to_date_string()) == (date(2026, 3, 9), "2026-03-10")


def test_s1_as_is_keeps_the_date_of_the_upload():
    assert due("2026-03-07T09:00", "1 ngày làm việc", nonworking_receipt="as_is") == "2026-03-09 17:00"
    assert due("2026-03-06T20:00", "1 ngày làm việc", nonworking_receipt="as_is") == "2026-03-09 17:00"


def test_s1_an_electronic_filing_in_the_last_hour_counts_from_the_next_working_day():
    assert due("2026-03-04T15:59", "1 ngày làm việc", last_hour=60) == "2026-03-05 17:00"
    assert due("2026-03-04T16:00", "1 ngày làm việc", last_hour=60) == "2026-03-06 17:00"
    assert due("2026-03-04T16:30", "2 giờ làm việc", last_hour=60) == "2026-03-05 09:00"
    assert due("2026-03-04T16:30", "trong ngày", last_hour=60) == "2026-03-05 17:00"


def test_s2_the_first_day_is_excluded_and_only_working_days_count():
    assert due("2026-03-02T09:00", "3 ngày làm việc") == "2026-03-05 17:00"
    assert due("2026-02-11T10:00", "5 ngày làm việc") == "2026-02-25 17:00"


def test_s2_a_make_up_saturday_counts_as_a_working_day():
    assert due("2024-04-26T08:00", "3 ngày làm việc") == "2024-05-04 17:00"


def test_s2_saturday_duty_receives_and_does_not_count():
    cal = child('duty = [{ slots = ["07:30-11:30"], weekdays = [6] }]')
    d = wt.deadline(cal, at("2026-03-07T09:00"), wt.Term.parse("1 ngày làm việc"))
    assert (d.receipt_day, d.due.to_date_string()) == (date(2026, 3, 7), "2026-03-09")
    late = wt.deadline(cal, at("2026-03-07T11:30"), wt.Term.parse("1 ngày làm việc"))
    assert (late.receipt_day, late.due.to_date_string()) == (date(2026, 3, 9), "2026-03-10")
    assert not cal.is_working(date(2026, 3, 7))
    assert cal.slots(date(2026, 3, 7)) == ()


def test_s2_duty_does_not_sit_on_holidays():
    cal = child('duty = [{ slots = ["07:30-11:30"], weekdays = [1, 6] }]')
    assert cal.day(date(2026, 2, 16)).duty == ()


def test_s2_half_days_are_counted_in_the_ledger_and_end_with_a_session():
    assert due("2026-03-02T09:00", "1 nửa ngày làm việc") == "2026-03-03 11:30"
    assert due("2026-03-02T09:00", "0,5 ngày làm việc") == "2026-03-03 11:30"
    assert (
        due("2026-03-02T09:00", "2 nửa ngày làm việc")
        == due("2026-03-02T09:00", "1 ngày làm việc")
        == "2026-03-03 17:00"
    )
    assert due("2026-03-02T09:00", "1,5 ngày làm việc") == "2026-03-04 11:30"


def test_s2_other_fractions_of_a_working_day_are_hours_of_an_ordinary_day():
    assert (
        due("2026-03-02T09:00", "0,25 ngày làm việc")
        == due("2026-03-02T09:00", "2 giờ làm việc")
        == "2026-03-02 11:00"
    )


def test_s3_days_off_inside_a_calendar_term_are_not_skipped():
    assert due("2026-02-13T10:00", "20 ngày") == "2026-03-05 17:00"


def test_s3_the_last_day_of_a_calendar_term_rolls_to_a_working_day():
    assert due("2026-01-19T09:00", "30 ngày") == "2026-02-23 17:00"
    assert due("2026-08-14T09:00", "8 ngày") == "2026-08-22 17:00"


def test_s3_a_calendar_term_stays_on_a_day_off_where_the_policy_says_so():
    assert due("2026-01-19T09:00", "30 ngày", roll_end=False) == "2026-02-18 17:00"


def test_s3_a_week_ends_on_its_weekday_a_month_on_its_day_number_a_year_on_its_date():
    assert due("2026-03-04T09:00", "2 tuần") == "2026-03-18 17:00"
    assert due("2023-08-31T09:00", "6 tháng") == "2024-02-29 17:00"
    assert due("2024-02-29T09:00", "1 năm") == "2025-02-28 17:00"


def test_s3_half_a_month_is_fifteen_days():
    assert due("2026-03-02T09:00", "nửa tháng") == due("2026-03-02T09:00", "15 ngày") == "2026-03-17 17:00"


@pytest.mark.parametrize("term", ["0,5 ngày", "1/3 tháng", "0,5 tuần"])
def test_s3_a_fraction_of_calendar_time_without_meaning_in_law_is_refused(term):
    with pytest.raises(wt.BadTerm, match="gives this fraction of calendar time no meaning"):
        due("2026-03-02T09:00", term)


def test_s4_working_hours_start_at_the_instant_and_land_on_closing():
    assert due("2026-03-02T07:00", "8 giờ làm việc") == "2026-03-02 17:00"
    assert due("2026-03-04T12:00", "4 giờ làm việc") == "2026-03-05 07:30"
    assert due("2026-03-07T09:00", "1 giờ làm việc") == "2026-03-09 08:00"


def test_s4_wall_clock_hours_ask_no_calendar():
    assert due("2026-03-06T16:00", "48 giờ") == "2026-03-08 16:00"


def test_s5_a_same_day_term_ends_at_closing_and_after_the_cutoff_on_the_next_working_day():
    assert due("2026-03-06T14:59", "trong ngày", cutoff=time(15)) == "2026-03-06 17:00"
    assert due("2026-03-06T15:01", "trong ngày", cutoff=time(15)) == "2026-03-09 17:00"
    assert due("2026-03-07T09:00", "trong ngày", cutoff=time(15)) == "2026-03-09 17:00"


@pytest.mark.parametrize("received", ["2026-03-06T15:00", "2026-03-06T15:00:30", "2026-03-06T15:00:59.999"])
def test_s5_who_hands_in_at_the_minute_of_the_cutoff_is_in_time(received):
    assert due(received, "trong ngày", cutoff=time(15)) == "2026-03-06 17:00"
    rolls = {"cutoff": time(15), "cutoff_effect": "roll_receipt"}
    assert due(received, "2 ngày làm việc", **rolls) == "2026-03-10 17:00"
    assert due(received, "1 giờ làm việc", **rolls) == "2026-03-06 16:00"
    assert due("2026-03-06T15:01", "2 ngày làm việc", **rolls) == "2026-03-11 17:00"
    assert due("2026-03-06T15:01", "1 giờ làm việc", **rolls) == "2026-03-09 08:00"


def test_s5_the_cutoff_moves_longer_terms_only_where_it_rolls_the_receipt():
    assert due("2026-03-04T15:30", "2 ngày làm việc", cutoff=time(15)) == "2026-03-06 17:00"
    assert (
        due("2026-03-04T15:30", "2 ngày làm việc", cutoff=time(15), cutoff_effect="roll_receipt")
        == "2026-03-09 17:00"
    )
    assert (
        due("2026-03-04T15:30", "2 giờ làm việc", cutoff=time(15), cutoff_effect="roll_receipt")
        == "2026-03-05 09:00"
    )


def test_s6_both_the_closing_hour_and_the_legal_end_are_given():
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("3 ngày làm việc"))
    assert (d.due.isoformat(), d.legal_end.isoformat()) == (
        "2026-03-05T17:00:00+07:00",
        "2026-03-06T00:00:00+07:00",
    )
    hours = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("2 giờ làm việc"))
    assert hours.due == hours.legal_end


def test_s7_a_pause_within_a_day_does_not_move_a_term_of_days():
    assert (
        due("2026-03-02T09:00", "5 ngày làm việc", pause("2026-03-04T09:00", "2026-03-04T15:00"))
        == "2026-03-09 17:00"
    )


def test_s7_days_after_the_pause_up_to_its_end_do_not_count():
    assert (
        due("2026-03-02T09:00", "10 ngày", pause("2026-03-05T10:00", "2026-03-09T08:00"))
        == "2026-03-16 17:00"
    )
    assert (
        due("2026-03-02T09:00", "5 ngày làm việc", pause("2026-03-04T09:00", "2026-03-06T15:00"))
        == "2026-03-11 17:00"
    )


def test_s7_a_free_pause_day_does_not_count_either():
    stop = pause("2026-03-04T09:00", "2026-03-06T15:00")
    assert due("2026-03-02T09:00", "5 ngày làm việc", stop, pause_day="free") == "2026-03-12 17:00"


def test_s7_paused_minutes_do_not_count_in_terms_of_hours():
    stop = pause("2026-03-02T10:00", "2026-03-02T14:30")
    assert due("2026-03-02T09:00", "2 giờ làm việc", stop) == "2026-03-02 15:30"
    assert due("2026-03-02T09:00", "2 giờ", stop) == "2026-03-02 15:30"
    assert (
        due("2026-03-05T09:00", "24 giờ làm việc", pause("2026-03-07T00:00", "2026-03-09T07:00"))
        == "2026-03-10 09:00"
    )


def test_s7_a_term_does_not_end_on_a_paused_day():
    assert (
        due("2026-03-02T09:00", "12 ngày", pause("2026-03-15T09:00", "2026-03-17T09:00"))
        == "2026-03-18 17:00"
    )


@pytest.mark.parametrize(
    ("term", "remaining"),
    [
        ("5 ngày làm việc", 3),
        ("5 nửa ngày làm việc", 1),
        ("10 ngày", 8),
        ("1 tháng", 29),
        ("24 giờ làm việc", 24 * 60 - 360 - 480 - 180),
        ("72 giờ", 72 * 60 - 49 * 60),
    ],
)
def test_s7_an_open_pause_leaves_no_due_date_and_says_what_remains(term, remaining):
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse(term), [pause("2026-03-04T10:00")])
    assert (d.due, d.legal_end, d.remaining) == (None, None, remaining)


def test_s7_a_clock_paused_on_the_last_day_has_no_due_minute():
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("2 ngày làm việc"), [pause("2026-03-04T10:00")])
    assert (d.due, d.remaining) == (None, 0)


def test_s7_an_open_pause_after_the_end_changes_nothing():
    assert due("2026-03-02T09:00", "2 ngày làm việc", pause("2026-03-04T17:00")) == "2026-03-04 17:00"


def test_s9_a_special_day_has_its_own_sessions_and_counts_as_declared():
    cal = child('special = [{ date = 2026-03-03, slots = ["08:00-10:00"], name = "tập huấn" }]')
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=cal) == "2026-03-03 10:00"
    half = child('special = [{ date = 2026-03-03, slots = ["07:00-11:30"], counts = 0.5 }]')
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=half) == "2026-03-04 11:30"


def test_s9_a_storm_closes_the_office_for_everything():
    cal = child('closure = [{ from = 2026-09-09, to = 2026-09-10, name = "Bão số 5", basis = "Công điện" }]')
    assert due("2026-09-08T09:00", "2 ngày làm việc", cal=cal) == "2026-09-14 17:00"
    assert due("2026-09-08T16:00", "2 giờ làm việc", cal=cal) == "2026-09-11 08:00"


def test_s10_a_swap_moves_work_from_one_day_to_another():
    assert not VN.is_working(date(2026, 8, 31))
    assert VN.is_working(date(2026, 8, 22))
    assert VN.slots(date(2026, 8, 22)) == VN.slots(date(2026, 8, 28))
    assert due("2026-08-20T09:00", "3 ngày làm việc") == "2026-08-24 17:00"


def test_s10_a_make_up_day_takes_the_hours_of_its_day_off():
    cal = child(
        'hours = [{ slots = ["07:00-11:00"], valid_to = 2026-08-25 }, { slots = ["08:00-15:00"], valid_from = 2026-08-26 }]'
    )
    assert [str(slot) for slot in cal.slots(date(2026, 8, 22))] == ["08:00-15:00"]


def test_s10_an_agency_may_stay_out_of_a_swap():
    cal = child('opt_out = [{ swap = 2026-08-31, basis = "trực" }]')
    assert (cal.is_working(date(2026, 8, 31)), cal.is_working(date(2026, 8, 22))) == (True, False)


def test_s14_receipt_at_the_closing_minute_is_after_hours():
    assert due("2026-03-04T17:00", "1 ngày làm việc") == "2026-03-06 17:00"
    assert due("2026-03-04T16:59", "1 ngày làm việc") == "2026-03-05 17:00"


def test_s14_receipt_at_lunch_is_that_day_and_hours_start_after_it():
    assert due("2026-03-04T11:30", "1 ngày làm việc") == "2026-03-05 17:00"
    assert due("2026-03-04T12:15", "1 giờ làm việc") == "2026-03-04 14:30"
