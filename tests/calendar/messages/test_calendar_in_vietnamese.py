"""Refusals of the calendar, in Vietnamese."""

import pytest

import hoso_calendar as wt
from hoso_calendar.messages import translated

DAYS = """schema = "lich-lam-viec/1"
id = "thu"
extends = "vn"
swap = [
  { off = 2026-06-01, work = 2026-09-05 },
]
[[day_off]]
date = "mai"
"""


UNITS = "ngày làm việc, nửa ngày làm việc, giờ làm việc, giờ, ngày, tuần, tháng, năm, trong ngày"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 hôm", f"thời hạn '5 hôm': 'hôm' không phải đơn vị tính; hãy dùng một trong {UNITS}"),
        ("0 ngày", "thời hạn 0 days: số lượng phải lớn hơn 0"),
        (
            "1.000 giờ",
            "thời hạn 1.000: dấu chấm trước ba chữ số có thể là dấu phân cách hàng nghìn; hãy viết 1000, hoặc 1,5 với dấu phẩy",
        ),
    ],
)
def test_a_term_that_cannot_be_read_is_told_in_vietnamese(text: str, said: str):
    with pytest.raises(wt.BadTerm) as refused:
        wt.Term.parse(text)
    assert translated(refused.value, "vi") == said


def test_a_policy_that_nothing_knows_is_told_in_vietnamese():
    with pytest.raises(wt.BadPolicy) as refused:
        wt.Policy.from_mapping({"last_hour": 5})
    assert translated(refused.value, "vi") == (
        "quy định last_hour = 5: 0, hoặc từ 15 đến 480 phút; 60 là giờ cuối"
    )


def test_every_fault_of_a_calendar_is_told_in_vietnamese():
    with pytest.raises(wt.BadCalendar) as refused:
        wt.compile({"thu": DAYS.encode()}, "thu")
    assert translated(refused.value, "vi") == (
        "thu.toml, dòng 7, mục day_off 1: date phải là ngày, ví dụ 2026-02-16, không phải 'mai'\n"
        "thu.toml, dòng 5, mục swap 1: ngày nghỉ off 2026-06-01 và ngày làm bù work 2026-09-05 cách nhau quá 31 ngày"
    )


def test_a_calendar_without_a_year_is_told_in_vietnamese():
    refused = wt.MissingCalendarData("vn", 2031, 2010, 2027)
    assert translated(refused, "vi") == (
        "lịch 'vn' có dữ liệu 2010–2027, chưa có năm 2031: khai báo ngày nghỉ của năm 2031 trước khi tính"
    )
