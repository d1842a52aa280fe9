"""Rules S1–S14 of docs/working-time.md, each under its name, and the published vectors."""

import json
import os
from datetime import date, time
from pathlib import Path

import pytest

import hoso_calendar as wt
from working_time_oracle import at, cases

VN = wt.load("vn")
SHARED = (
    Path(os.environ.get("HOSO_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "deadline_cases.json"
)
VINHPHUC = b"""
schema = "lich-lam-viec/1"
id = "vinhphuc"
extends = "vn"
hours = [
  { slots = ["07:00-11:30", "13:30-17:00"], season = ["04-16", "10-15"] },
  { slots = ["07:30-12:00", "13:00-16:30"], season = ["10-16", "04-15"] },
]
"""


def child(text: str, name: str = "unit") -> wt.WorkCalendar:
    """A calendar that adds `text` to the national one."""
    document = f'schema = "lich-lam-viec/1"\nid = "{name}"\nextends = "vn"\n{text}'.encode()
    return wt.compile(wt.sources("vn") | {name: document}, name)


def due(
    received: str, term: str, *pauses: wt.Pause, cal: wt.WorkCalendar = VN, **policy: object
) -> str | None:
    """The due minute, as text to compare with."""
    end = wt.deadline(cal, at(received), wt.Term.parse(term), pauses, wt.Policy(**policy)).due
    return end and end.format("YYYY-MM-DD HH:mm")


def pause(start: str, end: str | None = None) -> wt.Pause:
    return wt.Pause(at(start), end and at(end), "chờ bổ sung")


def published() -> list:
    return json.loads(SHARED.read_text())["cases"] if SHARED.is_file() else [{"id": "shared folder absent"}]


def published_calendar(name: str) -> wt.WorkCalendar:
    if name == "vinhphuc":
        return wt.compile(wt.sources("vn") | {"vinhphuc": VINHPHUC}, "vinhphuc")
    if name == "vn@2024-04-10":
        return wt.load("vn", as_of=date(2024, 4, 10))
    if name == "vn-without-24-11":
        lines = wt.sources("vn")["vn"].splitlines()
        return wt.compile({"vn": b"\n".join(line for line in lines if b"-11-24" not in line)}, "vn")
    return wt.load(name)


@pytest.mark.parametrize("case", published(), ids=lambda case: str(case["id"]))
def test_the_published_cases_hold(case):
    if "received" not in case:
        pytest.skip("the shared folder with deadline_cases.json is absent (HOSO_SHARED)")
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


# S1


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


# S2


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


# S3


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


# S4


def test_s4_working_hours_start_at_the_instant_and_land_on_closing():
    assert due("2026-03-02T07:00", "8 giờ làm việc") == "2026-03-02 17:00"
    assert due("2026-03-04T12:00", "4 giờ làm việc") == "2026-03-05 07:30"
    assert due("2026-03-07T09:00", "1 giờ làm việc") == "2026-03-09 08:00"


def test_s4_wall_clock_hours_ask_no_calendar():
    assert due("2026-03-06T16:00", "48 giờ") == "2026-03-08 16:00"


# S5


def test_s5_a_same_day_term_ends_at_closing_and_after_the_cutoff_on_the_next_working_day():
    assert due("2026-03-06T14:59", "trong ngày", cutoff=time(15)) == "2026-03-06 17:00"
    assert due("2026-03-06T15:00", "trong ngày", cutoff=time(15)) == "2026-03-09 17:00"
    assert due("2026-03-07T09:00", "trong ngày", cutoff=time(15)) == "2026-03-09 17:00"


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


# S6


def test_s6_both_the_closing_hour_and_the_legal_end_are_given():
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("3 ngày làm việc"))
    assert (d.due.isoformat(), d.legal_end.isoformat()) == (
        "2026-03-05T17:00:00+07:00",
        "2026-03-06T00:00:00+07:00",
    )
    hours = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("2 giờ làm việc"))
    assert hours.due == hours.legal_end


# S7


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


# S9


def test_s9_a_special_day_has_its_own_sessions_and_counts_as_declared():
    cal = child('special = [{ date = 2026-03-03, slots = ["08:00-10:00"], name = "tập huấn" }]')
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=cal) == "2026-03-03 10:00"
    half = child('special = [{ date = 2026-03-03, slots = ["07:00-11:30"], counts = 0.5 }]')
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=half) == "2026-03-04 11:30"


def test_s9_a_storm_closes_the_office_for_everything():
    cal = child('closure = [{ from = 2026-09-09, to = 2026-09-10, name = "Bão số 5", basis = "Công điện" }]')
    assert due("2026-09-08T09:00", "2 ngày làm việc", cal=cal) == "2026-09-14 17:00"
    assert due("2026-09-08T16:00", "2 giờ làm việc", cal=cal) == "2026-09-11 08:00"


# S10


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


# S11


def test_s11_a_year_without_data_is_an_error_that_names_it():
    with pytest.raises(wt.MissingCalendarData, match="covers 2018–2027, not 2028") as missing:
        due("2027-12-28T09:00", "5 ngày làm việc")
    assert missing.value.year == 2028


@pytest.mark.parametrize(
    "term", ["5 ngày làm việc", "40 giờ làm việc", "96 giờ", "20 ngày", "1 tháng", "5 năm"]
)
def test_s11_no_unit_counts_past_the_calendar(term):
    with pytest.raises(wt.MissingCalendarData):
        due("2027-12-28T09:00", term)


def test_s11_a_receipt_outside_the_calendar_is_missing_data_of_its_year():
    with pytest.raises(wt.MissingCalendarData) as missing:
        due("2017-06-01T09:00", "1 ngày làm việc")
    assert missing.value.year == 2017


def test_s11_a_result_that_relies_on_an_expected_day_is_provisional_and_says_so():
    d = wt.deadline(VN, at("2026-11-23T08:00"), wt.Term.parse("1 ngày làm việc"))
    assert (d.provisional, d.relies_on) == (True, (date(2026, 11, 24),))
    assert not wt.deadline(VN, at("2025-11-21T08:00"), wt.Term.parse("1 ngày làm việc")).provisional


def test_s11_a_calendar_term_relies_only_on_days_that_decide_its_end():
    inside = wt.deadline(VN, at("2026-11-20T08:00"), wt.Term.parse("10 ngày"))
    ending = wt.deadline(VN, at("2026-11-20T08:00"), wt.Term.parse("4 ngày"))
    assert (inside.relies_on, ending.relies_on) == ((), (date(2026, 11, 24),))
    assert not wt.deadline(VN, at("2026-11-23T08:00"), wt.Term.parse("48 giờ")).provisional


@pytest.mark.parametrize("effect", ["same_day_only", "roll_receipt"])
def test_s11_a_same_day_term_received_late_before_an_expected_day_relies_on_it(effect):
    policy = wt.Policy(cutoff=time(15), cutoff_effect=effect)
    d = wt.deadline(VN, at("2026-11-23T15:30"), wt.Term.parse("trong ngày"), policy=policy)
    assert (d.due, d.relies_on) == (at("2026-11-25T17:00"), (date(2026, 11, 24),))


@pytest.mark.parametrize("term", ["5 ngày làm việc", "7 nửa ngày làm việc", "20 giờ làm việc", "5 ngày"])
def test_s11_an_expected_day_that_a_pause_takes_out_is_not_relied_on(term):
    whole = pause("2026-11-20T09:00", "2026-11-27T09:00")
    d = wt.deadline(VN, at("2026-11-18T09:00"), wt.Term.parse(term), [whole])
    assert (d.provisional, d.due > at("2026-11-27T09:00")) == (False, True)


def test_s11_an_expected_day_off_that_takes_a_duty_session_or_a_parents_day_away_is_relied_on():
    duty = child(
        'duty = [{ slots = ["07:30-11:00"], weekdays = [6] }]\n'
        'closure = [{ date = 2026-06-06, status = "expected" }, { date = 2026-08-22, status = "expected" }]'
    )
    received = wt.deadline(duty, at("2026-06-06T08:00"), wt.Term.parse("1 ngày làm việc"))
    counted = wt.deadline(duty, at("2026-08-21T08:00"), wt.Term.parse("1 ngày làm việc"))
    assert (received.relies_on, counted.relies_on) == ((date(2026, 6, 6),), (date(2026, 8, 22),))


def test_s11_expected_hours_make_a_result_provisional():
    cal = child('hours = [{ slots = ["07:00-12:00", "14:00-17:00"], status = "expected" }]')
    d = wt.deadline(cal, at("2026-06-01T08:00"), wt.Term.parse("1 ngày làm việc"))
    assert d.relies_on == (date(2026, 6, 1), date(2026, 6, 2))


@pytest.mark.parametrize("unit", list(wt.Unit))
def test_s11_what_is_not_provisional_stays_when_every_expected_day_turns_out_otherwise(unit):
    kept = b"\n".join(line for line in wt.sources("vn")["vn"].splitlines() if b"expected" not in line)
    otherwise = wt.compile({"vn": kept + b'\nstatute = "none"\n'}, "vn")
    moved = 0
    for case in cases(unit, 400, first=date(2026, 10, 20), days=120):
        inputs = (case.received, case.term, case.pauses, case.policy)
        try:
            d, other = wt.deadline(VN, *inputs), wt.deadline(otherwise, *inputs)
        except wt.MissingCalendarData:
            continue
        moved += d.due != other.due
        assert d.provisional or (d.due, d.remaining) == (other.due, other.remaining), case
    assert moved or unit is wt.Unit.HOURS


# S12


def test_s12_a_deadline_can_be_counted_as_the_calendar_was_known():
    then = wt.load("vn", as_of=date(2024, 4, 11))
    assert due("2024-04-26T08:00", "3 ngày làm việc", cal=then) == "2024-05-03 17:00"
    assert (
        due("2024-04-26T08:00", "3 ngày làm việc", cal=wt.load("vn", as_of=date(2024, 4, 12)))
        == "2024-05-04 17:00"
    )
    assert then.version == f"{VN.version}@2024-04-11"


def test_s12_a_year_whose_holidays_were_not_announced_yet_is_missing_data():
    source = wt.sources("vn")["vn"].replace(
        b'{ from = 2026-02-16, to = 2026-02-20, name = "T',
        b'{ from = 2026-02-16, to = 2026-02-20, announced = 2025-10-01, name = "T',
    )
    then = wt.compile({"vn": source}, "vn", as_of=date(2025, 9, 1))
    with pytest.raises(wt.MissingCalendarData) as missing:
        due("2025-12-30T08:00", "5 ngày làm việc", cal=then)
    assert missing.value.year == 2026


# S13


def test_s13_each_agency_counts_on_its_own_calendar():
    closed = child('closure = [{ date = 2026-03-03, name = "Bão" }]')
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=closed) == "2026-03-04 17:00"
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=wt.load("ha-tinh")) == "2026-03-03 17:00"


# S14


def test_s14_receipt_at_the_closing_minute_is_after_hours():
    assert due("2026-03-04T17:00", "1 ngày làm việc") == "2026-03-06 17:00"
    assert due("2026-03-04T16:59", "1 ngày làm việc") == "2026-03-05 17:00"


def test_s14_receipt_at_lunch_is_that_day_and_hours_start_after_it():
    assert due("2026-03-04T11:30", "1 ngày làm việc") == "2026-03-05 17:00"
    assert due("2026-03-04T12:15", "1 giờ làm việc") == "2026-03-04 14:30"
