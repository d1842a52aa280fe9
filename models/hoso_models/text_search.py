"""Folding of Vietnamese names, the same for stored and for searched text."""

import re
import unicodedata

_MARKS = re.compile(r"[\u0300-\u036f]+")
_NOT_WORDS = re.compile(r"[\W_]+")
_STROKES = str.maketrans({"đ": "d"})


def fold(name: str) -> str:
    """The name in lower case without diacritics, words separated by one space: `Đặng  Thị-Ánh` is `dang thi anh`.

    Folding twice changes nothing, and composed and decomposed spellings fold alike.
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", name.casefold()))
    return _NOT_WORDS.sub(" ", bare.casefold().translate(_STROKES)).strip()


def words(name: str) -> list[str]:
    """The words of a name in small letters with their diacritics, composed: `Đặng  Thị-Ánh` is `đặng`, `thị`, `ánh`."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", name.casefold())).split()
