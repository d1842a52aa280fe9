"""S15 of docs/working-time.md: no term ends while the clock stands still."""

from datetime import date

import pytest

import hoso_calendar as wt
from hoso_calendar.views import table
from support.calendar_rules import VN, child, due, pause
from support.oracles.working_time import at

#: Terms received on Monday 2 March 2026 at 09:00 that all end on Thursday 5 March at 17:00.
ENDING_ON_THURSDAY = ["3 ngày làm việc", "6 nửa ngày làm việc", "3 ngày"]
#: Instants of receipt and terms that end on Friday 6 March at 17:00.
ENDING_ON_FRIDAY = [
    ("2026-02-27T09:00", "5 ngày làm việc"),
    ("2026-02-27T09:00", "10 buổi"),
    ("2026-02-27T09:00", "7 ngày"),
    ("2026-02-27T09:00", "1 tuần"),
    ("2026-02-06T09:00", "1 tháng"),
    ("2025-03-06T09:00", "1 năm"),
    ("2026-03-06T09:00", "trong ngày"),
]


@pytest.mark.parametrize("term", ENDING_ON_THURSDAY)
@pytest.mark.parametrize(
    ("began", "ended", "end"),
    [
        # the day on which it ends works, and its closing is ahead
        ("2026-03-05T10:00", "2026-03-06T08:00", "2026-03-06 17:00"),
        ("2026-03-05T10:00", "2026-03-06T16:59", "2026-03-06 17:00"),
        ("2026-03-05T16:59", "2026-03-06T00:00", "2026-03-06 17:00"),
        # at the closing and after it, and on days off, the next working day
        ("2026-03-05T10:00", "2026-03-06T17:00", "2026-03-09 17:00"),
        ("2026-03-05T10:00", "2026-03-05T20:00", "2026-03-06 17:00"),
        ("2026-03-05T10:00", "2026-03-07T09:00", "2026-03-09 17:00"),
        ("2026-03-05T10:00", "2026-03-09T07:00", "2026-03-09 17:00"),
    ],
)
def test_s15_a_pause_over_the_closing_of_the_last_day_moves_the_end_past_itself(term, began, ended, end):
    assert due("2026-03-02T09:00", term) == "2026-03-05 17:00"
    assert due("2026-03-02T09:00", term, pause(began, ended)) == end


@pytest.mark.parametrize(("received", "term"), ENDING_ON_FRIDAY)
def test_s15_holds_for_every_term_of_days(received, term):
    assert due(received, term) == "2026-03-06 17:00"
    assert due(received, term, pause("2026-03-06T10:00", "2026-03-10T10:00")) == "2026-03-10 17:00"
    assert due(received, term, pause("2026-03-06T10:00", "2026-03-07T10:00")) == "2026-03-09 17:00"


@pytest.mark.parametrize(("received", "term"), ENDING_ON_FRIDAY)
def test_s15_a_pause_beside_the_closing_of_the_last_day_moves_nothing(received, term):
    beside = [
        pause("2026-03-06T09:30", "2026-03-06T16:59"),
        pause("2026-03-06T17:00", "2026-03-10T10:00"),
        pause("2026-03-06T18:00", "2026-03-10T10:00"),
        pause("2026-03-06T17:00", "2035-01-02T10:00"),
        pause("2026-03-06T17:00"),
    ]
    assert [due(received, term, each) for each in beside] == ["2026-03-06 17:00"] * len(beside)


def test_s15_a_clock_that_goes_again_at_the_closing_minute_goes_again_after_hours():
    for ended in ("2026-03-05T17:00", "2026-03-05T17:00:59"):
        stop = pause("2026-03-05T10:00", ended)
        assert due("2026-03-02T09:00", "3 ngày làm việc", stop) == "2026-03-06 17:00"


def test_s15_a_pause_without_length_moves_nothing():
    closing = pause("2026-03-05T17:00", "2026-03-05T17:00")
    noon = pause("2026-03-05T12:00", "2026-03-05T12:00")
    assert due("2026-03-02T09:00", "3 ngày làm việc", noon, closing) == "2026-03-05 17:00"


def test_s15_pauses_over_one_end_after_the_other_move_it_again_and_again():
    stops = [
        pause("2026-03-05T10:00", "2026-03-06T08:00"),
        pause("2026-03-06T16:00", "2026-03-09T18:00"),
        pause("2026-03-10T09:00", "2026-03-10T11:00"),
        pause("2026-03-10T16:59", "2026-03-12T09:00"),
        pause("2026-03-12T17:00", "2026-03-13T09:00"),
    ]
    ends = [due("2026-03-02T09:00", "3 ngày làm việc", *stops[:number]) for number in range(6)]
    assert ends == [f"2026-03-{day} 17:00" for day in ("05", "06", "10", "10", "12", "12")]


def test_s15_days_that_do_not_count_come_first_and_then_the_end_is_looked_at():
    stops = [pause("2026-03-03T10:00", "2026-03-04T10:00"), pause("2026-03-06T10:00", "2026-03-09T10:00")]
    assert due("2026-03-02T09:00", "3 ngày làm việc", *stops) == "2026-03-09 17:00"
    assert due("2026-03-02T09:00", "3 ngày", *stops) == "2026-03-09 17:00"


def test_s15_a_term_that_ends_with_the_morning_session_goes_on_to_a_closing():
    def half(*stops: wt.Pause) -> str | None:
        assert due("2026-03-02T09:00", "2,5 ngày làm việc", *stops) == due(
            "2026-03-02T09:00", "5 buổi", *stops
        )
        return due("2026-03-02T09:00", "5 buổi", *stops)

    assert half() == "2026-03-05 11:30"
    assert half(pause("2026-03-05T08:00", "2026-03-05T11:29")) == "2026-03-05 11:30"
    assert half(pause("2026-03-05T11:30", "2026-03-06T09:00")) == "2026-03-05 11:30"
    assert half(pause("2026-03-05T08:00", "2026-03-05T11:30")) == "2026-03-05 17:00"
    assert half(pause("2026-03-05T08:00", "2026-03-05T13:00")) == "2026-03-05 17:00"
    assert half(pause("2026-03-05T08:00", "2026-03-06T09:00")) == "2026-03-06 17:00"
    assert half(pause("2026-03-05T08:00", "2026-03-06T12:00")) == "2026-03-06 17:00"
    assert half(pause("2026-03-05T08:00", "2026-03-06T17:00")) == "2026-03-09 17:00"


def test_s15_half_a_working_day_has_one_end():
    cal = child('special = [{ date = 2026-03-06, slots = ["07:00-11:30"], counts = 0.5 }]')
    stop = pause("2026-03-05T08:00", "2026-03-06T09:00")
    assert due("2026-03-02T09:00", "5 buổi", stop, cal=cal) == "2026-03-06 11:30"
    assert due("2026-03-02T09:00", "6 buổi", stop, cal=cal) == "2026-03-06 11:30"


def test_s15_a_term_that_may_end_on_a_day_off_goes_on_to_a_working_day():
    stays = {"roll_end": False}
    assert due("2026-02-28T09:00", "7 ngày", nonworking_receipt="as_is", **stays) == "2026-03-07 17:00"
    stop = pause("2026-03-06T10:00", "2026-03-07T09:00")
    assert due("2026-02-27T09:00", "7 ngày", stop, **stays) == "2026-03-09 17:00"
    assert due("2026-02-27T09:00", "7 ngày", pause("2026-03-06T10:00", "2026-03-06T18:00"), **stays) == (
        "2026-03-09 17:00"
    )
    over = pause("2026-03-07T10:00", "2026-03-08T10:00")
    assert due("2026-02-28T09:00", "7 ngày", over, nonworking_receipt="as_is", **stays) == "2026-03-09 17:00"


def test_s15_a_same_day_term_received_while_the_clock_stood_still_waits_for_it():
    stop = pause("2026-03-04T09:00", "2026-03-06T09:00")
    assert due("2026-03-05T09:00", "trong ngày", stop) == "2026-03-06 17:00"
    assert (
        due("2026-03-05T09:00", "trong ngày", pause("2026-03-04T09:00", "2026-03-05T16:00"))
        == "2026-03-05 17:00"
    )


@pytest.mark.parametrize(("received", "term"), ENDING_ON_FRIDAY)
def test_s15_a_free_pause_day_is_left_as_it_was(received, term):
    same_day = term == "trong ngày"
    stop = pause("2026-03-06T10:00", "2026-03-07T10:00")
    assert due(received, term, stop, pause_day="free") == (
        "2026-03-06 17:00" if same_day else "2026-03-09 17:00"
    )


def test_s15_terms_of_hours_do_not_count_the_time_and_need_no_such_rule():
    assert due("2026-03-05T13:30", "3,5 giờ làm việc") == "2026-03-05 17:00"
    assert (
        due("2026-03-05T13:30", "3,5 giờ làm việc", pause("2026-03-05T16:00", "2026-03-06T08:00"))
        == "2026-03-06 09:00"
    )
    assert (
        due("2026-03-05T13:30", "2 giờ làm việc", pause("2026-03-05T15:30", "2026-03-06T08:00"))
        == "2026-03-05 15:30"
    )
    assert (
        due("2026-03-05T13:30", "2 giờ", pause("2026-03-05T15:30", "2026-03-06T08:00")) == "2026-03-05 15:30"
    )
    assert (
        due("2026-03-05T13:30", "2 giờ", pause("2026-03-05T15:29", "2026-03-06T08:00")) == "2026-03-06 08:01"
    )


def test_s15_an_open_pause_over_the_end_that_others_have_moved_leaves_no_due_date():
    stops = [pause("2026-03-05T10:00", "2026-03-06T08:00"), pause("2026-03-06T16:00")]
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("3 ngày làm việc"), stops)
    assert (d.due, d.legal_end, d.remaining) == (None, None, 0)
    assert [row.reason for row in d.trace][-2:] == [
        "ngày làm việc thứ 3; đến 17:00 vẫn tạm dừng #1 nên chưa hết hạn",
        "tạm dừng #1: chờ bổ sung",
    ]
    assert [rule["id"] for rule in d.to_json()["rules"]] == ["S1", "S2", "S7", "S15", "S7"]
    assert (
        due("2026-03-02T09:00", "3 ngày làm việc", stops[0], pause("2026-03-06T17:00")) == "2026-03-06 17:00"
    )


def test_s15_the_legal_end_is_the_midnight_after_the_closing():
    stop = pause("2026-03-05T10:00", "2026-03-06T08:00")
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("3 ngày làm việc"), [stop])
    assert (d.due, d.legal_end) == (at("2026-03-06T17:00"), at("2026-03-07T00:00"))
    half = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("5 buổi"), [stop])
    assert (half.due, half.legal_end) == (at("2026-03-06T17:00"), at("2026-03-07T00:00"))


def test_s15_is_told_in_the_days_and_in_the_rules():
    stop = pause("2026-03-05T10:00", "2026-03-07T09:00")
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("3 ngày làm việc"), [stop])
    assert [(row.date[:2], row.counted, row.reason) for row in table.rows(d)][2:] == [
        ("04", "2", "ngày làm việc thứ 2"),
        ("05", "3", "ngày làm việc thứ 3; đến 17:00 vẫn tạm dừng #1 nên chưa hết hạn"),
        ("06", "", "tạm dừng #1: chờ bổ sung"),
        ("07", "", "tạm dừng #1: chờ bổ sung"),
        ("08", "", "Chủ nhật, nghỉ hằng tuần"),
        ("09", "", "hạn lùi đến ngày này sau tạm dừng #1: chờ bổ sung; hết hạn 17:00"),
    ]
    said = {rule["id"]: rule for rule in d.to_json()["rules"]}
    assert (list(said), said["S15"]) == (
        ["S1", "S2", "S7", "S15", "S6"],
        {
            "id": "S15",
            "text": "Đồng hồ đang dừng thì thời hạn không kết thúc: lùi đến giờ đóng cửa của ngày tiếp tục, "
            "nếu là ngày làm việc và chưa đến giờ ấy, không thì của ngày làm việc kế tiếp",
            "basis": "Bộ luật Dân sự 2015 Điều 148 khoản 5 (áp dụng tương tự)",
        },
    )


def test_s15_is_told_after_the_day_off_that_moved_the_last_day_first():
    stop = pause("2026-03-09T10:00", "2026-03-10T09:00")
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("5 ngày"), [stop])
    assert [(row.date[:2], row.counted, row.reason) for row in table.rows(d)][4:] == [
        ("06", "4", "ngày thứ 4"),
        ("07", "5", "ngày thứ 5"),
        ("08", "", "Chủ nhật, nghỉ hằng tuần"),
        ("09", "", "ngày cuối lùi đến ngày làm việc kế tiếp; đến 17:00 vẫn tạm dừng #1 nên chưa hết hạn"),
        ("10", "", "hạn lùi đến ngày này sau tạm dừng #1: chờ bổ sung; hết hạn 17:00"),
    ]
    assert [rule["id"] for rule in d.to_json()["rules"]] == ["S1", "S3", "S7", "S3", "S15"]


def test_s15_within_one_day_is_told_on_that_day():
    stop = pause("2026-03-05T08:00", "2026-03-05T13:00")
    d = wt.deadline(VN, at("2026-03-02T09:00"), wt.Term.parse("5 buổi"), [stop])
    assert [(row.counted, row.reason) for row in d.trace][-1] == (
        5,
        (
            "nửa ngày làm việc thứ 5; đến 11:30 vẫn tạm dừng #1 nên chưa hết hạn; "
            "hạn lùi đến 17:00 sau tạm dừng #1: chờ bổ sung; hết hạn 17:00"
        ),
    )


def test_s15_a_moved_end_relies_on_the_expected_days_that_decide_it():
    def relied(term: str, *stops: wt.Pause) -> tuple[str | None, tuple[date, ...]]:
        d = wt.deadline(VN, at("2026-11-17T09:00"), wt.Term.parse(term), stops)
        return d.due and d.due.format("YYYY-MM-DD"), d.relies_on

    expected = (date(2026, 11, 24),)
    for term in ("3 ngày làm việc", "6 buổi", "3 ngày"):
        # it would end on the 24th, were that a working day
        assert relied(term, pause("2026-11-20T10:00", "2026-11-24T09:00")) == ("2026-11-25", expected)
        assert relied(term, pause("2026-11-20T10:00", "2026-11-23T18:00")) == ("2026-11-25", expected)
        # the 24th lies within the pause, or after the end
        assert relied(term, pause("2026-11-20T10:00", "2026-11-25T09:00")) == ("2026-11-25", ())
        assert relied(term, pause("2026-11-20T10:00", "2026-11-23T09:00")) == ("2026-11-23", ())
        # open since: it would have ended before
        again = pause("2026-11-25T09:00")
        assert relied(term, pause("2026-11-20T10:00", "2026-11-24T09:00"), again) == (None, expected)


@pytest.mark.parametrize(("received", "term"), ENDING_ON_FRIDAY)
def test_s15_a_pause_over_the_end_into_a_year_without_data_needs_that_year(received, term):
    with pytest.raises(wt.MissingCalendarData) as missing:
        due(received, term, pause("2026-03-06T10:00", "2035-03-01T09:00"))
    assert missing.value.year == 2035
    with pytest.raises(wt.MissingCalendarData) as missing:
        due(received, term, pause("2026-03-06T10:00", "2027-12-31T18:00"))
    assert missing.value.year == 2028


def test_s15_a_new_calendar_moves_an_end_that_a_pause_had_moved():
    storm = child('closure = [{ date = 2026-03-06, name = "Bão" }]')
    stop = pause("2026-03-05T10:00", "2026-03-06T08:00")
    opened = wt.OpenDeadline(at("2026-03-02T09:00"), wt.Term.parse("3 ngày làm việc"), (stop,))
    (moved,) = wt.compare(VN, storm, [opened])
    assert (moved.old, moved.new, moved.working_days) == (at("2026-03-06T17:00"), at("2026-03-09T17:00"), 1)
