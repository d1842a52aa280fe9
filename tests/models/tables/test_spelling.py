"""Names are found however they are spelled."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_models import text_search

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạẰẲẴẮẶĐẾỮợ -'", max_size=40)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Nguyễn Thị Ánh", "nguyen thi anh"),
        ("ĐẶNG  Văn\tĐức", "dang van duc"),
        ("Công ty TNHH «Hồng-Lĩnh»", "cong ty tnhh hong linh"),
        ("Hà Tĩnh 38", "ha tinh 38"),
        ("Straße", "strasse"),
        ("", ""),
        ("…", ""),
    ],
)
def test_a_name_is_folded_to_small_letters_without_marks(name: str, folded: str) -> None:
    assert text_search.fold(name) == folded


@given(st.one_of(VIETNAMESE, st.text(max_size=40)))
def test_folding_twice_changes_nothing(name: str) -> None:
    once = text_search.fold(name)
    assert text_search.fold(once) == once


@given(VIETNAMESE)
def test_composed_and_decomposed_spellings_fold_alike(name: str) -> None:
    forms = {text_search.fold(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) == 1


@given(VIETNAMESE)
def test_capitals_do_not_matter(name: str) -> None:
    assert text_search.fold(name.upper()) == text_search.fold(name.lower()) == text_search.fold(name)


@given(VIETNAMESE)
def test_what_is_left_is_plain_ascii(name: str) -> None:
    assert text_search.fold(name).isascii()
