"""The texts that people type, and the answers that they mean."""

import unicodedata
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hoso_bpmn.package.forms import Field, judging, spelling
from hoso_bpmn.package.forms.components import Option, Shown

PHONE = Field("k", "textfield", "K", bounds={"validationType": "phone"})
DATE = Field("k", "datetime", "K", bounds={"subtype": "date"})
YEAR = Field("k", "datetime", "K", bounds={"subtype": "date", "partial": "year"})
TIME = Field("k", "datetime", "K", bounds={"subtype": "time"})
BOTH = Field("k", "datetime", "K", bounds={"subtype": "datetime"})
ANY = Field("k", "datetime", "K")
NUMBER = Field("k", "number", "K")
EXACT = Field("k", "number", "K", bounds={"serializeToString": True})
BOX = Field("k", "checkbox", "K")
TEXT = Field("k", "textfield", "K")
CHOICE = Field("k", "select", "K", options=(Option(5, "Năm"), Option("a", "A")))
CHOICES = Field("k", "checklist", "K", options=(Option(5, "Năm"), Option("a", "A")))


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        (NUMBER, "1.250.000", 1_250_000),
        (NUMBER, "1 250 000", 1_250_000),
        (NUMBER, "1.250,5", 1250.5),
        (NUMBER, " 1250,5 ", 1250.5),
        (NUMBER, "-3", -3),
        (NUMBER, "1.25", "1.25"),
        (NUMBER, "1e9", "1e9"),
        (NUMBER, "mười", "mười"),
        (NUMBER, "9" * 5_000, "9" * 5_000),
        (NUMBER, "9007199254740993", "9007199254740993"),
        (EXACT, "9.007.199.254.740.993,50", "9007199254740993.50"),
        *(
            (DATE, typed, "2026-11-24")
            for typed in ("24/11/2026", "24112026", "24 11 2026", "24.11.2026", "24-11-2026")
        ),
        (DATE, "4/1/2026", "2026-01-04"),
        (DATE, "2026-11-24", "2026-11-24"),
        (DATE, "31/02/2026", "2026-02-31"),
        (DATE, "24/11/26", "24/11/26"),
        (DATE, "24/11-2026", "24/11-2026"),
        (DATE, "hôm nay", "hôm nay"),
        (DATE, "11/2010", "11/2010"),
        (YEAR, "11/2010", "2010-11"),
        (YEAR, "2010", "2010"),
        (YEAR, "1/1/2010", "2010-01-01"),
        *((TIME, typed, "16:30") for typed in ("16:30", "16h30", "16H30", "1630", "16 giờ 30", "16h30 phút")),
        (TIME, "7h", "07:00"),
        (TIME, "730", "07:30"),
        (TIME, "chiều", "chiều"),
        (BOTH, "4/3/2026 7:30", "2026-03-04T07:30+07:00"),
        (BOTH, "24112026 16h", "2026-11-24T16:00+07:00"),
        (BOTH, "24/11/2026", "24/11/2026"),
        (BOTH, "16:30", "16:30"),
        (BOTH, "2026-11-24T16:30+07:00", "2026-11-24T16:30+07:00"),
        (ANY, "24/11/2026", "2026-11-24"),
        (ANY, "16:30", "16:30"),
        (ANY, "", ""),
        *(
            (PHONE, typed, "+84912345678")
            for typed in ("0912 345 678", "0912.345.678", "+84 912 345 678", "0084912345678")
        ),
        (PHONE, "0239 385 5518", "+842393855518"),
        (PHONE, "1900 1234", "1900 1234"),
        (PHONE, "gọi sau", "gọi sau"),
        (BOX, "on", True),
        (BOX, "", False),
        (BOX, "có", "có"),
        (CHOICE, "5", 5),
        (CHOICE, "b", "b"),
        (CHOICES, "5", [5]),
        (CHOICES, ["a", "5"], ["a", 5]),
        (CHOICES, "", ""),
        (TEXT, "  Trần  Thị Ánh\t", "Trần  Thị Ánh"),
        (TEXT, unicodedata.normalize("NFD", "Nguyễn Thị Ế"), "Nguyễn Thị Ế"),
        (TEXT, "a\u202eb\x00c", "abc"),
        (Field("k", "textarea", "K"), "một\r\nhai\rba", "một\nhai\nba"),
        (Field("k", "somethingNew", "K"), {"any": "thing"}, {"any": "thing"}),
    ],
)
def test_a_text_is_read_or_left_for_the_judge(field: Field, typed: Any, answer: Any):
    found = spelling.answer(field, typed)
    assert (found, type(found)) == (answer, type(answer))


@pytest.mark.parametrize(
    ("field", "answer", "text"),
    [
        (NUMBER, 1250.5, "1.250,5"),
        (NUMBER, 1e-7, "0,0000001"),
        (NUMBER, "mười", "mười"),
        (EXACT, "1250.50", "1.250,50"),
        (DATE, "2026-01-04", "04/01/2026"),
        (DATE, "2026-02-31", "31/02/2026"),
        (DATE, "20261124", "24/11/2026"),
        (YEAR, "2010-11", "11/2010"),
        (YEAR, "2010", "2010"),
        (TIME, "16:30:05", "16:30:05"),
        (BOTH, "2026-11-24T16:30+07:00", "24/11/2026 16:30"),
        (BOTH, "2026-11-24T09:30Z", "2026-11-24T09:30Z"),
        (PHONE, "+84912345678", "0912 345 678"),
        (PHONE, "+842393855518", "0239 385 5518"),
        (PHONE, "+33 1 23", "+33 1 23"),
        (BOX, True, "on"),
        (BOX, False, ""),
        (TEXT, None, ""),
        (CHOICES, ["a"], ""),
    ],
)
def test_an_answer_is_written_as_people_here_write_it(field: Field, answer: Any, text: str):
    assert spelling.text(field, answer) == text


@pytest.mark.parametrize(
    ("answer", "day", "hour"),
    [
        ("2026-11-24T16:30+07:00", "24/11/2026", "16:30"),
        ("24/11/26 16:30", "24/11/26", "16:30"),
        ("24/11/2026", "24/11/2026", ""),
        ("16:30", "", "16:30"),
        ("hôm nay", "hôm nay", ""),
    ],
)
def test_a_date_and_its_hour_are_typed_apart(answer: str, day: str, hour: str):
    assert spelling.apart(answer) == (day, hour)
    assert spelling.answer(BOTH, spelling.together(day, hour)) == answer


@pytest.mark.parametrize(
    "typed",
    [
        "24/11/2026",
        "24.11.2026",
        "24-11-2026",
        "24 11 2026",
        "24112026",
        "2026-11-24",
        " 24 / 11 / 2026 ",
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str):
    assert spelling.day(typed) == date(2026, 11, 24)
    assert spelling.answer(DATE, typed) == "2026-11-24"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mai",
        "31/02/2026",
        "24/11/26",
        "11/2026",
        "24/11-2026",
        "24/11/2026 09:00",
        "00/00/0000",
        "٢٤/١١/٢٠٢٦",
    ],
)
def test_a_day_that_is_none_is_not_guessed(typed: str):
    assert spelling.day(typed) is None


def right(field: Field, answer: Any) -> bool:
    return list(judging.faults(Shown("k", field, answer))) == []


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
HOURS = st.times().map(lambda at: time(at.hour, at.minute).isoformat("minutes"))


@given(
    st.one_of(
        st.tuples(st.just(NUMBER), st.integers(-(2**53), 2**53)),
        st.tuples(st.just(NUMBER), st.decimals(-(10**9), 10**9, places=6).map(float)),
        st.tuples(st.just(EXACT), st.decimals(-(10**15), 10**15, places=4).map(lambda figure: f"{figure:f}")),
        st.tuples(st.sampled_from([DATE, YEAR, ANY]), DAYS),
        st.tuples(st.just(YEAR), st.dates().map(lambda day: day.isoformat()[:7])),
        st.tuples(st.just(TIME), HOURS),
        st.tuples(
            st.just(BOTH),
            st.datetimes().map(lambda at: f"{datetime.isoformat(at, timespec='minutes')}+07:00"),
        ),
        st.tuples(st.just(PHONE), st.from_regex(r"\+84[2-9][0-9]{8,9}", fullmatch=True)),
        st.tuples(st.just(BOX), st.booleans()),
    )
)
@example((NUMBER, -0.5))
def test_what_is_written_and_typed_again_is_the_same_answer(case: tuple[Field, Any]):
    field, answer = case
    assert right(field, answer)
    assert spelling.answer(field, spelling.text(field, answer)) == answer


@given(st.sampled_from([NUMBER, EXACT, DATE, YEAR, TIME, BOTH, ANY, PHONE, TEXT]), st.text(max_size=30))
@example(ANY, "00:00:00")
@example(PHONE, "0 2 0 0 0 0 0 0 0 0")
def test_whatever_is_typed_its_reading_is_shown_and_typed_again_without_a_change(field: Field, typed: str):
    """A page that is sent twice is the same, be it right or wrong."""
    answer = spelling.answer(field, typed)
    assert spelling.answer(field, spelling.text(field, answer)) == answer
