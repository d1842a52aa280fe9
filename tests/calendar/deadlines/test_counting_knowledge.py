"""S11 to S13: what a calendar knows, what it only expects, and whose calendar counts."""

from datetime import date, time, timedelta

import pytest

import hoso_calendar as wt
from support.calendar_rules import VN, child, due, pause
from support.oracles.working_time import at, cases


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


TERMS = (
    *("5 ngày làm việc", "1,5 ngày làm việc", "0,25 ngày làm việc", "3 nửa ngày làm việc", "20 giờ làm việc"),
    *("48 giờ", "10 ngày", "2 tuần", "1 tháng", "nửa năm", "trong ngày"),
)


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("began", ["2026-10-01T09:00", "2035-01-02T09:00"])
@pytest.mark.parametrize("ended", ["2035-03-01T09:00", "9999-12-31T09:00", None])
def test_s11_a_pause_after_the_end_needs_no_year_however_long_it_lasts(term, began, ended):
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse(term), [pause(began, ended)])
    assert d.due == wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse(term)).due
    assert [row.day.date for row in d.trace][-1] == (d.due - timedelta(minutes=1)).date()


@pytest.mark.parametrize("term", [term for term in TERMS if term != "trong ngày"])
@pytest.mark.parametrize(("ended", "year"), [("2028-01-01T00:00", 2028), ("2035-03-01T09:00", 2035)])
def test_s11_a_pause_into_a_year_without_data_that_moves_the_end_is_missing_data_of_that_year(
    term, ended, year
):
    with pytest.raises(wt.MissingCalendarData) as missing:
        due("2026-03-02T09:00", term, pause("2026-03-02T09:30", ended))
    assert missing.value.year == year


@pytest.mark.parametrize("term", TERMS)
def test_s11_a_pause_that_began_before_the_calendar_does_is_no_matter(term):
    received, over = at("2018-01-03T08:00"), pause("2017-10-02T09:00", "2018-01-02T17:00")
    plain = wt.deadline(VN, received, wt.Term.parse(term))
    assert wt.deadline(VN, received, wt.Term.parse(term), [over]).due == plain.due
    last = wt.deadline(VN, received, wt.Term.parse(term), [pause("2017-10-02T09:00")])
    assert (last.due, [row.day.date for row in last.trace]) == (None, [received.date()])


@pytest.mark.parametrize("term", ["5 ngày làm việc", "40 giờ làm việc", "96 giờ", "20 ngày"])
def test_s11_an_open_pause_after_the_calendar_holds_no_term_that_runs_past_it(term):
    with pytest.raises(wt.MissingCalendarData) as missing:
        due("2027-12-28T09:00", term, pause("2028-06-01T09:00"))
    assert missing.value.year == 2028


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


def test_s13_each_agency_counts_on_its_own_calendar():
    closed = child('closure = [{ date = 2026-03-03, name = "Bão" }]')
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=closed) == "2026-03-04 17:00"
    assert due("2026-03-02T09:00", "1 ngày làm việc", cal=wt.load("ha-tinh")) == "2026-03-03 17:00"
