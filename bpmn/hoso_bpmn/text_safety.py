"""Forms of text: visible signs only, each letter with its marks as one (NFC).

Some keyboards and macOS write `ộ` as three signs, others as one; people see the same. Everything that comes in is composed
where it comes in, so that nothing behind that has to compare two ways of writing. Ids of elements stay as they were drawn.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from hoso_calendar.messages import say

#: Control characters but for tab and the ends of lines, overrides of the direction of writing, halves of a surrogate pair.
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class TwoWays(ValueError):
    """Two keys of one table that look the same and stand for different values."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            say("{key!r} stands there twice, with its letters put together in two ways", key=key)
        )


def hidden(text: str) -> str | None:
    """First invisible character of a text, as in `U+202E`, or None."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def cleaned(written: str) -> str:
    """The text composed, its lines ended by one sign, without what nobody sees."""
    return _HIDDEN.sub("", text(written.replace("\r\n", "\n").replace("\r", "\n")))


def composed(value: Any) -> Any:
    """Compose every text in a value (NFC), keys included.

    Other values stay as they are. Raises `TwoWays`.
    """
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return _table(value)
    return type(value)(map(composed, value)) if isinstance(value, list | tuple) else value


def text(written: str) -> str:
    """The text composed."""
    return written if written.isascii() else unicodedata.normalize("NFC", written)


def _table(table: Mapping[Any, Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key, value in table.items():
        name, inside = composed(key), composed(value)
        if found.setdefault(name, inside) != inside:
            raise TwoWays(name)
    return found
