from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_calendar as wt


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("5 ngày làm việc", 5, "working_days"),
        ("05 ngày làm việc", 5, "working_days"),
        ("05 (năm) ngày làm việc", 5, "working_days"),
        ("0,25 ngày làm việc", Fraction(1, 4), "working_days"),
        ("0.5 ngày làm việc", Fraction(1, 2), "working_days"),
        ("1/2 ngày làm việc", Fraction(1, 2), "working_days"),
        ("nửa ngày làm việc", Fraction(1, 2), "working_days"),
        ("3 nửa ngày làm việc", 3, "half_days"),
        ("1 buổi", 1, "half_days"),
        ("16 giờ làm việc", 16, "working_hours"),
        ("0,5 giờ làm việc", Fraction(1, 2), "working_hours"),
        ("48 giờ", 48, "hours"),
        ("24 giờ liên tục", 24, "hours"),
        ("20 ngày", 20, "days"),
        ("2 tuần", 2, "weeks"),
        ("3 tháng", 3, "months"),
        ("nửa tháng", Fraction(1, 2), "months"),
        ("1 năm", 1, "years"),
        ("trong ngày", 0, "same_day"),
        ("Trong ngày làm việc", 0, "same_day"),
        ("5 working days", 5, "working_days"),
        ("1 working day", 1, "working_days"),
        ("3 half working days", 3, "half_days"),
        ("4 working hours", 4, "working_hours"),
        ("72 hours", 72, "hours"),
        ("10 calendar days", 10, "days"),
        ("2 weeks", 2, "weeks"),
        ("6 months", 6, "months"),
        ("1 year", 1, "years"),
        ("same day", 0, "same_day"),
        ("PT4H", 4, "hours"),
        ("PT1H30M", Fraction(3, 2), "hours"),
        ("PT0.5H", Fraction(1, 2), "hours"),
        ("PT1,125H", Fraction(9, 8), "hours"),
        ("0.125 working days", Fraction(1, 8), "working_days"),
        ("1,125 ngày làm việc", Fraction(9, 8), "working_days"),
        ("same-day", 0, "same_day"),
        ("P10D", 10, "days"),
        ("P2W", 2, "weeks"),
        ("P3M", 3, "months"),
        ("P1Y", 1, "years"),
    ],
)
def test_a_term_is_read_keeps_its_unit_and_prints_back(text, amount, unit):
    term = wt.Term.parse(text)
    assert (term.amount, term.unit, str(term)) == (amount, unit, text)
    assert wt.Term.parse(str(term)) == term


def test_a_term_in_decomposed_unicode_is_the_same_term():
    assert wt.Term.parse("5 nga\u0300y la\u0300m vie\u0323\u0302c") == wt.Term(5, wt.Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write an amount and a unit"),
        ("ngày", "write an amount and a unit"),
        ("5", "write an amount and a unit"),
        ("năm ngày làm việc", "write an amount and a unit"),
        ("5 ngày mai", "'ngày mai' is no unit"),
        ("-5 ngày", "write an amount and a unit"),
        ("0 ngày làm việc", "more than 0"),
        ("0,0 giờ", "more than 0"),
        ("1/0 ngày", "a number such as"),
        ("1.000 ngày", "may separate thousands"),
        ("1,000 working hours", "may separate thousands"),
        ("P1DT2H", "write an amount and a unit"),
        ("PT", "write an amount and a unit"),
        ("PT0H", "more than 0"),
    ],
)
def test_a_text_that_is_no_term_is_refused_with_the_reason(text, says):
    with pytest.raises(wt.BadTerm, match=says):
        wt.Term.parse(text)


@pytest.mark.parametrize(
    "amount",
    [
        True,
        None,
        "x",
        float("nan"),
        float("inf"),
        [],
        "1,5,0",
        "1e9",
        "1e999999999",
        "9" * 5000,
        "-5",
        "1_000",
    ],
)
def test_an_amount_that_is_no_number_is_refused(amount):
    with pytest.raises(wt.BadTerm):
        wt.Term(amount, wt.Unit.DAYS)


def test_an_unknown_unit_is_refused_with_the_known_ones():
    with pytest.raises(wt.BadTerm, match="working_days, half_days"):
        wt.Term(5, "fortnights")


def test_an_amount_may_be_written_in_every_exact_way():
    quarter = wt.Term(Fraction(1, 4), wt.Unit.WORKING_DAYS)
    assert [wt.Term(amount, "working_days") for amount in ("0,25", "0.25", "1/4", 0.25, Decimal("0.25"))] == [
        quarter
    ] * 5
    assert str(quarter) == "0,25 ngày làm việc"


@given(
    st.fractions(min_value=Fraction(1, 1000), max_value=9999, max_denominator=1000),
    st.sampled_from(list(wt.Unit)),
)
def test_every_term_is_read_back_from_its_words(amount, unit):
    term = wt.Term(0 if unit is wt.Unit.SAME_DAY else amount, unit)
    assert wt.Term.parse(str(term)) == term


def test_an_amount_of_more_digits_than_are_read_prints_as_a_fraction():
    term = wt.Term(Fraction(1, 2**13), wt.Unit.WORKING_HOURS)
    assert str(term) == "1/8192 giờ làm việc"
    assert wt.Term.parse(str(term)) == term


@pytest.mark.parametrize(
    ("limit", "minutes"),
    [
        ("1 ngày làm việc", 480),
        ("0,25 ngày làm việc", 120),
        ("2 giờ làm việc", 120),
        ("1 nửa ngày làm việc", 240),
        ("2 ngày", 960),
        ("0,5 ngày", 240),
    ],
)
def test_s8_a_step_limit_is_a_duration_of_its_units_working_day(limit, minutes):
    assert wt.limit_minutes(wt.Term.parse(limit), wt.load("vn")) == minutes


@pytest.mark.parametrize("limit", ["3 tháng", "48 giờ", "trong ngày", "1 năm", "2 tuần"])
def test_s8_a_step_limit_in_other_units_is_refused(limit):
    with pytest.raises(wt.BadTerm, match="a step's limit is in days"):
        wt.limit_minutes(wt.Term.parse(limit), wt.load("vn"))
