"""Text of the QR code of an identity card, as a scanner types it."""

from dataclasses import dataclass
from datetime import date, datetime

#: Parts between the bars: number, former number, name, day of birth, sex, address, day of issue.
_NUMBER, _NAME, _BIRTH, _SEX, _ADDRESS = 0, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Card:
    """Data of a card about its holder."""

    number: str
    name: str
    birth: date | None
    sex: str
    address: str


def read(text: str) -> Card | None:
    """The card whose text was scanned; None for a text that is none."""
    parts = [each.strip() for each in text.strip().split("|")]
    if len(parts) <= _ADDRESS or not _is_number(parts[_NUMBER]) or not parts[_NAME]:
        return None
    return Card(parts[_NUMBER], parts[_NAME], _day(parts[_BIRTH]), parts[_SEX], parts[_ADDRESS])


def _is_number(text: str) -> bool:
    """True for a personal identification number, or an older identity card's."""
    return text.isascii() and text.isdecimal() and len(text) in (9, 12)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d%m%Y").date()  # noqa: DTZ007 - a day of a calendar
    except ValueError:
        return None
