"""Messages of the command line's framework: Vietnamese under a Vietnamese locale."""

import re

import pytest

from hoso_api.cli import phrases
from hoso_calendar.messages import translated
from support.command_line import in_vietnamese as told


def framed(text: str) -> str:
    """The text in a frame of the terminal, on one line."""
    return " ".join(re.sub(r"[╭╮╰╯─│]", " ", text).split())


def test_help_is_vietnamese_to_its_last_word() -> None:
    assert framed(told("doctor", "--help").out) == (
        "Cách dùng: hoso doctor [TÙY CHỌN] Kiểm tra mọi thành phần của bản cài đặt; có thành phần không chạy thì thoát với"
        " mã 1. Tùy chọn --json <bool> In dạng JSON. --help <bool> Hiện hướng dẫn này rồi thoát."
    )
    serving = framed(told("serve", "--help").out)
    assert "Tham số part <api|flows|prefect> Chỉ một thành phần; bỏ trống là tất cả. Tùy chọn" in serving
    assert "--host <str> Địa chỉ của API; 127.0.0.1 nếu không đặt khác. --port" in serving
    every = framed(told("--help").out)
    assert every.startswith("Cách dùng: hoso [TÙY CHỌN] LỆNH [THAM SỐ]... Hồ sơ của cơ quan hành chính")
    assert "Hiện hướng dẫn này rồi thoát. Lệnh demo Diễn lại một tháng hồ sơ" in every


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (
            ("hạn",),
            "hoso [TÙY CHỌN] LỆNH [THAM SỐ]... Xem hướng dẫn bằng 'hoso --help'. Lỗi Không có lệnh 'hạn'.",
        ),
        (
            ("overdue", "--limit", "0"),
            (
                "hoso overdue [TÙY CHỌN] Xem hướng dẫn bằng 'hoso overdue --help'. Lỗi Giá trị của '--limit' chưa đúng:"
                " phải lớn hơn hoặc bằng 1"
            ),
        ),
        (
            ("tokens", "lst"),
            (
                "hoso tokens [TÙY CHỌN] LỆNH [THAM SỐ]... Xem hướng dẫn bằng 'hoso tokens --help'. Lỗi Không có lệnh 'lst'. Có"
                " phải ý bạn là 'list'?"
            ),
        ),
        (
            ("tokens", "create"),
            (
                "hoso tokens create [TÙY CHỌN] {principal} Xem hướng dẫn bằng 'hoso tokens create --help'. Lỗi Thiếu tham số"
                " 'principal'."
            ),
        ),
    ],
)
def test_what_the_framework_refuses_is_told_in_vietnamese(asked: tuple[str, ...], refused: str) -> None:
    ran = told(*asked)
    assert (ran.status, ran.out, framed(ran.err)) == (2, "", f"Cách dùng: {refused}")


@pytest.mark.parametrize(
    ("text", "vietnamese"),
    [
        ("No such option: --lmit", "Không có tùy chọn --lmit"),
        ("Option '--limit' requires an argument.", "Tùy chọn '--limit' cần một giá trị."),
        ("Got unexpected extra argument(s) (a b)", "Thừa tham số (a b)"),
        (
            "Invalid value for 'file': file 'a: b' does not exist.",
            "Giá trị của 'file' chưa đúng: Không có tệp 'a: b'.",
        ),
        ("Something else.", "Something else."),
    ],
)
def test_a_sentence_of_the_framework_is_known_by_its_fixed_parts(text: str, vietnamese: str) -> None:
    said = phrases.recognised(text)
    assert (said, translated(said, "vi")) == (text, vietnamese)
