"""Terms as the law writes them: an amount and its unit."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from hoso_calendar.errors import BadTerm
from hoso_calendar.messages import say

Amount = int | str | float | Decimal | Fraction


class Unit(StrEnum):
    """Unit of a term; it decides the rule of counting."""

    #: Days on which the authority works; the first day is excluded.
    WORKING_DAYS = "working_days"
    #: Halves of them (buổi).
    HALF_DAYS = "half_days"
    #: Minutes of office hours, from the instant of receipt.
    WORKING_HOURS = "working_hours"
    #: Hours by the clock on the wall, nights and holidays included.
    HOURS = "hours"
    #: Calendar days; those inside are not skipped, the last one rolls.
    DAYS = "days"
    #: Seven calendar days each.
    WEEKS = "weeks"
    #: To the same day number, or the last day of a shorter month.
    MONTHS = "months"
    #: To the same date of a later year.
    YEARS = "years"
    #: The closing hour of the day of receipt.
    SAME_DAY = "same_day"


_VIETNAMESE = {
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.HALF_DAYS: "nửa ngày làm việc",
    Unit.WORKING_HOURS: "giờ làm việc",
    Unit.HOURS: "giờ",
    Unit.DAYS: "ngày",
    Unit.WEEKS: "tuần",
    Unit.MONTHS: "tháng",
    Unit.YEARS: "năm",
    Unit.SAME_DAY: "trong ngày",
}

_WORDS = {word: unit for unit, word in _VIETNAMESE.items() if unit is not Unit.SAME_DAY} | {
    "buổi làm việc": Unit.HALF_DAYS,
    "buổi": Unit.HALF_DAYS,
    "giờ liên tục": Unit.HOURS,
    "giờ đồng hồ": Unit.HOURS,
    "ngày lịch": Unit.DAYS,
    "ngày liên tục": Unit.DAYS,
    "working day": Unit.WORKING_DAYS,
    "business day": Unit.WORKING_DAYS,
    "half working day": Unit.HALF_DAYS,
    "half day": Unit.HALF_DAYS,
    "working hour": Unit.WORKING_HOURS,
    "business hour": Unit.WORKING_HOURS,
    "hour": Unit.HOURS,
    "day": Unit.DAYS,
    "calendar day": Unit.DAYS,
    "week": Unit.WEEKS,
    "month": Unit.MONTHS,
    "year": Unit.YEARS,
}

_SAME_DAY = {"trong ngày", "ngay trong ngày", "trong ngày làm việc", "same day", "same-day", "same_day"}
_ISO = {"D": Unit.DAYS, "W": Unit.WEEKS, "M": Unit.MONTHS, "Y": Unit.YEARS}
_HALF = {"nửa", "half a", "½"}

_PHRASE = re.compile(
    r"(?P<amount>\d+(?:[.,]\d+|/\d+)?|nửa|half a|½)\s*(?:\([^()]*\)\s*)?(?P<unit>[^\d\s(].*)"
)
_ISO_TERM = re.compile(
    r"P(?:(?P<amount>\d{1,12})(?P<unit>[DWMY])"
    r"|T(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?|T(?P<part>\d{1,12}[.,]\d{1,12})H)"
)
#: As many digits as an amount may have before or after its comma.
_DIGITS = 12
_NUMBER = re.compile(rf"\d{{1,{_DIGITS}}}(?:[.,]\d{{1,{_DIGITS}}}|/\d{{1,{_DIGITS}}})?")
#: 0.125 is a fraction in every language; 1.000 is a thousand in Vietnamese, 1,000 in English.
_THOUSANDS = re.compile(r"0*[1-9]\d*[.]\d{3}")
_ENGLISH_THOUSANDS = re.compile(r"0*[1-9]\d*,\d{3}")


@dataclass(frozen=True, slots=True)
class Term:
    """An exact amount of one unit.

    Terms are equal if amount and unit are, whatever words they were written in.
    """

    amount: Fraction
    unit: Unit
    #: The words it was parsed from, printed back by `str`.
    text: str = field(default="", compare=False, repr=False)

    def __init__(self, amount: Amount, unit: Unit | str, text: str = "") -> None:
        """Convert `amount` to an exact fraction; `BadTerm` for what is none.

        It may be an int, Fraction, Decimal, decimal float or text such as ``"0,25"``.
        """
        exact = _exact(amount)
        try:
            known = Unit(unit)
        except ValueError:
            raise BadTerm(
                f"{amount} {unit}", say("the unit is one of {units}", units=", ".join(Unit))
            ) from None
        if known is Unit.SAME_DAY and exact != 0:
            raise BadTerm(f"{amount} {unit}", say("a same-day term has the amount 0"))
        if known is not Unit.SAME_DAY and exact <= 0:
            raise BadTerm(f"{amount} {unit}", say("the amount is more than 0"))
        object.__setattr__(self, "amount", exact)
        object.__setattr__(self, "unit", known)
        object.__setattr__(self, "text", text)

    def __str__(self) -> str:
        return self.text or _worded(self.amount, self.unit)

    @classmethod
    def parse(cls, text: str) -> "Term":
        """Read a term in Vietnamese, English or ISO 8601.

        For example ``0,25 ngày làm việc``, ``5 working days``, or ``PT4H`` for wall-clock hours.
        """
        if not isinstance(text, str):
            raise BadTerm(text, say("a term is text, such as 5 ngày làm việc"))
        shown = " ".join(text.split())
        plain = unicodedata.normalize("NFC", shown)
        if plain.casefold() in _SAME_DAY:
            return cls(0, Unit.SAME_DAY, shown)
        amount, unit = _iso(plain) or _phrase(plain)
        return cls(amount, unit, shown)


def _phrase(text: str) -> tuple[Fraction, Unit]:
    match = _PHRASE.fullmatch(text.casefold())
    if not match:
        raise BadTerm(
            repr(text),
            say(
                "write an amount and a unit, such as 5 ngày làm việc, 16 giờ làm việc, 3 tháng or trong ngày"
            ),
        )
    word = match["unit"]
    unit = _WORDS.get(word) or _WORDS.get(word.removesuffix("s"))
    if unit is None:
        raise BadTerm(
            repr(text),
            say("{word!r} is no unit; use one of {units}", word=word, units=", ".join(_VIETNAMESE.values())),
        )
    if word.isascii() and _ENGLISH_THOUSANDS.fullmatch(match["amount"]):
        raise BadTerm(
            repr(text), say("a comma before three digits may separate thousands; write 1000, or 1.5")
        )
    return Fraction(1, 2) if match["amount"] in _HALF else _exact(match["amount"]), unit


def _iso(text: str) -> tuple[Fraction, Unit] | None:
    match = _ISO_TERM.fullmatch(text.upper())
    if not match or text.upper() in {"PT", "P"}:
        return None
    if match["amount"]:
        return Fraction(match["amount"]), _ISO[match["unit"]]
    if match["part"]:
        return _exact_text(match["part"].replace(".", ",")), Unit.HOURS
    return Fraction(match["hours"] or 0) + Fraction(int(match["minutes"] or 0), 60), Unit.HOURS


def _exact(amount: object) -> Fraction:
    if isinstance(amount, str):
        return _exact_text(amount.strip())
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal | Fraction):
        raise BadTerm(amount, say("the amount is a number"))
    try:
        # through text, so that the float 0.1 is a tenth
        return Fraction(str(amount)) if isinstance(amount, float) else Fraction(amount)
    except (ValueError, OverflowError):
        raise BadTerm(amount, say("the amount is a finite number")) from None


def _exact_text(amount: str) -> Fraction:
    if _THOUSANDS.fullmatch(amount):
        raise BadTerm(
            amount, say("a point before three digits may separate thousands; write 1000, or 1,5 with a comma")
        )
    if not _NUMBER.fullmatch(amount):
        raise BadTerm(amount, say("the amount is a number such as 5, 0,25 or 1/2"))
    try:
        return Fraction(amount.replace(",", "."))
    except ZeroDivisionError:
        raise BadTerm(amount, say("the amount is a number such as 5, 0,25 or 1/2")) from None


def _worded(amount: Fraction, unit: Unit) -> str:
    if unit is Unit.SAME_DAY:
        return _VIETNAMESE[unit]
    return f"{amount_text(amount)} {_VIETNAMESE[unit]}"


def amount_text(amount: Fraction) -> str:
    """An amount as text: ``5``, ``0,25``, or ``1/3`` beyond a dozen decimals."""
    if amount.denominator == 1:
        return str(amount.numerator)
    decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
    digits = f"{decimal.normalize():f}"
    if Fraction(decimal) != amount or len(digits.partition(".")[2]) > _DIGITS:
        return f"{amount.numerator}/{amount.denominator}"
    return digits.replace(".", ",")
