"""Amounts of money in figures and in Vietnamese words."""

from collections.abc import Iterator

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
#: Names of the groups of three digits below a thousand million, the lowest first.
_GROUPS = ("", "nghìn", "triệu")
_BILLION = 10**9
#: The largest amount that is written out, in đồng.
LARGEST = 10**18 - 1


def figures(amount: int) -> str:
    """An amount in đồng with a point between thousands: `1.250.000 đồng`."""
    return f"{amount:,} đồng".replace(",", ".")


def words(amount: int) -> str:
    """An amount in đồng as a sentence begins: `Một triệu hai trăm năm mươi nghìn đồng`.

    Raises ValueError below zero and above `LARGEST`.
    """
    if not 0 <= amount <= LARGEST:
        raise ValueError(amount)
    written = " ".join(_number(amount, inner=False)) if amount else _DIGITS[0]
    return f"{written[0].upper()}{written[1:]} đồng"


def _number(number: int, *, inner: bool) -> Iterator[str]:
    """Words of a number; an inner part names its hundreds, also none."""
    billions, rest = divmod(number, _BILLION)
    if billions:
        yield from _number(billions, inner=inner)
        yield "tỷ"
        inner = True
    for place in (2, 1, 0):
        group = rest // 1000**place % 1000
        if group:
            yield from _group(group, inner=inner)
            yield from (_GROUPS[place],) if place else ()
            inner = True


def _group(group: int, *, inner: bool) -> Iterator[str]:
    hundreds, rest = divmod(group, 100)
    if hundreds or inner:
        yield f"{_DIGITS[hundreds]} trăm"
    tens, units = divmod(rest, 10)
    if tens > 1:
        yield f"{_DIGITS[tens]} mươi"
    elif tens:
        yield "mười"
    elif units and (hundreds or inner):
        yield "linh"
    if units:
        yield _unit(tens, units)


def _unit(tens: int, units: int) -> str:
    if units == 5 and tens:
        return "lăm"
    if tens > 1:
        return {1: "mốt", 4: "tư"}.get(units, _DIGITS[units])
    return _DIGITS[units]
