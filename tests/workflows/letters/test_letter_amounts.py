"""Amounts of money in figures and in Vietnamese words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_workflows.letters import amounts

UNITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5}
UNITS |= {"sáu": 6, "bảy": 7, "tám": 8, "chín": 9}


def read(words: str) -> int:
    """The number that somebody hears, word by word; it shares no code with what wrote it."""
    total = part = group = 0
    for word in words.lower().removesuffix(" đồng").split():
        if word in UNITS:
            group += UNITS[word]
        elif word == "trăm":
            group *= 100
        elif word == "mươi":
            hundreds, tens = divmod(group, 100)
            group = hundreds * 100 + tens * 10
        elif word == "mười":
            group += 10
        elif word in ("nghìn", "triệu"):
            part += group * {"nghìn": 1000, "triệu": 10**6}[word]
            group = 0
        elif word == "tỷ":
            total, part, group = (total + part + group) * 10**9, 0, 0
    return total + part + group


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (104, "Một trăm linh bốn đồng"),
        (124, "Một trăm hai mươi tư đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (10_000, "Mười nghìn đồng"),
        (250_000, "Hai trăm năm mươi nghìn đồng"),
        (1_250_000, "Một triệu hai trăm năm mươi nghìn đồng"),
        (2_000_000_015, "Hai tỷ không trăm mười lăm đồng"),
        (3_000_000_000_000, "Ba nghìn tỷ đồng"),
    ],
)
def test_an_amount_is_written_as_it_is_said(amount: int, words: str):
    assert amounts.words(amount) == words


@given(st.integers(min_value=0, max_value=amounts.LARGEST))
def test_the_words_say_the_amount(amount: int):
    assert read(amounts.words(amount)) == amount


@pytest.mark.parametrize("amount", [-1, amounts.LARGEST + 1])
def test_an_amount_that_has_no_words_is_refused(amount: int):
    with pytest.raises(ValueError, match=str(amount)):
        amounts.words(amount)


def test_figures_have_a_point_between_thousands():
    assert [amounts.figures(each) for each in (0, 999, 1_250_000)] == ["0 đồng", "999 đồng", "1.250.000 đồng"]
