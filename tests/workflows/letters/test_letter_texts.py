"""Values as they stand on paper: dates and instants in Vietnam's time, texts without hidden signs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_workflows.letters import display, samples
from support import instants

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_an_instant_is_told_in_the_time_of_vietnam():
    assert display.instant(datetime(2026, 3, 5, 7, 30, tzinfo=UTC)) == "14 giờ 30 phút, ngày 05/03/2026"
    assert display.instant(datetime(2026, 3, 5, 17, 5, tzinfo=UTC)) == "00 giờ 05 phút, ngày 06/03/2026"


#: Also far beyond every calendar.
ANYWHEN = st.datetimes(datetime(2018, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
WITH_A_CALENDAR = instants.within(wt.load("vn"), datetime(2018, 1, 2, tzinfo=UTC), timedelta(days=3000))


@given(ANYWHEN | WITH_A_CALENDAR)
def test_the_instant_on_paper_is_the_one_in_the_values(at: datetime):
    read = datetime.strptime(display.instant(at), "%H giờ %M phút, ngày %d/%m/%Y")  # noqa: DTZ007 - the zone is added
    assert timedelta() <= at - read.replace(tzinfo=VIETNAM) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 3, 5), "ngày 05 tháng 3 năm 2026"),
        (date(2026, 2, 15), "ngày 15 tháng 02 năm 2026"),
        (date(2026, 11, 26), "ngày 26 tháng 11 năm 2026"),
    ],
)
def test_the_date_of_a_letter_is_written_as_the_decree_on_papers_wants(day: date, written: str):
    assert display.letter_date(day) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ngu\u031bo\u031b\u0300i nộp", "Người nộp"),
        ("một\u202egnud\u202c hai", "mộtgnud hai"),
        ("a\u200b\u200f\ufeffb", "ab"),
        (" một \t hai\u00a0ba ", "một hai ba"),
        ("một \r\n\r\n  hai", "một\nhai"),
        ("x\x00y\ud800z", "xyz"),
        ("#read($x$) *b* @ref <script>", "#read($x$) *b* @ref <script>"),
    ],
)
def test_a_text_is_shown_as_it_was_written_but_for_what_has_no_ink(written: str, shown: str):
    assert display.plain(written) == shown


@given(st.text())
def test_what_is_shown_is_shown_the_same_again(text: str):
    assert display.plain(display.plain(text)) == display.plain(text)


def test_components_tell_their_originals_and_copies():
    shown = display.shown(samples.short("01"))["components"]
    assert isinstance(shown, list)
    assert [row["counts"] for row in shown if isinstance(row, dict)] == [
        "01 bản chính",
        "02 bản chính",
        "01 bản sao",
    ]


def test_a_receipt_of_payment_tells_the_sum_in_figures_and_in_words():
    shown = display.shown(samples.short("receipt_of_payment"))
    assert (shown["total"], shown["total_in_words"]) == (
        "1.250.000 đồng",
        "Một triệu hai trăm năm mươi nghìn đồng",
    )
