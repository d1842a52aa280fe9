"""Statutory days off of every year, against which declared days are checked.

A calendar without Tết, or without the substitute for a Sunday holiday, is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from hoso_calendar.days.day import Kind
from hoso_calendar.declarations import lunar
from hoso_calendar.declarations.declaration import Record
from hoso_calendar.messages import say

LABOUR_CODE_2012 = "Bộ luật Lao động 2012 Điều 115"
LABOUR_CODE_2019 = "Bộ luật Lao động 2019 Điều 112"
SUBSTITUTION = "Bộ luật Lao động 2019 Điều 111 khoản 3"
_TET_DAYS = 5


def missing(records: Sequence[Record], weekdays: Sequence[int], year: int) -> Iterator[str]:
    """Messages for statutory days off that the declared days of `year` lack."""
    days = {record.day for record in records if record.day.year == year and record.kind is Kind.HOLIDAY}
    substitutes = [
        record.day for record in records if record.day.year == year and record.kind is Kind.SUBSTITUTE
    ]
    law = LABOUR_CODE_2019 if year >= 2021 else LABOUR_CODE_2012
    for day, name in _fixed(year):
        if day not in days:
            yield say("{name} ({day}) is no declared holiday; {law} names it", name=name, day=day, law=law)
    yield from _tet(days, year, law)
    if year >= 2021 and not days & {date(year, 9, 1), date(year, 9, 3)}:
        yield say(
            "Quốc khánh {year} is two days; declare 09-01 or 09-03 beside 09-02 ({law})", year=year, law=law
        )
    resting = sum(day.isoweekday() not in weekdays for day in days)
    if resting != len(substitutes):
        yield say(
            "{year} has {resting} holidays on weekly rest days and {substitutes} substitutes ({substitution})",
            year=year,
            resting=resting,
            substitutes=len(substitutes),
            substitution=SUBSTITUTION,
        )


def _fixed(year: int) -> Iterable[tuple[date, str]]:
    yield date(year, 1, 1), "Tết Dương lịch"
    yield lunar.lunar_date(year, 3, 10), say("Giỗ Tổ Hùng Vương, lunar 10/3")
    yield date(year, 4, 30), "Ngày Chiến thắng"
    yield date(year, 5, 1), "Quốc tế Lao động"
    yield date(year, 9, 2), "Quốc khánh"


def _tet(days: set[date], year: int, law: str) -> Iterator[str]:
    first = lunar.first_of_lunar_year(year)
    must = {first + timedelta(days=n) for n in range(3)}
    if absent := sorted(must - days):
        yield say(
            "Tết {year}: lunar 1/1 to 3/1 begin on {first}, and {absent} is no declared holiday ({law})",
            year=year,
            first=first,
            absent=", ".join(map(str, absent)),
            law=law,
        )
    around = {first + timedelta(days=n) for n in range(-4, 7)} & days
    if len(around) < _TET_DAYS:
        yield say(
            "Tết {year} has {around} declared holidays around {first}; the law gives {tet_days} ({law})",
            year=year,
            around=len(around),
            first=first,
            tet_days=_TET_DAYS,
            law=law,
        )


def mistaken_lunar(records: Iterable[Record]) -> Iterator[tuple[Record, str]]:
    """Rows whose declared ``lunar`` date is not among their days, by Vietnamese (UTC+7) astronomy."""
    spans: dict[str, list[Record]] = {}
    for record in records:
        if record.lunar:
            spans.setdefault(record.source.place, []).append(record)
    for rows in spans.values():
        day, month = rows[0].lunar or (1, 1)
        real = lunar.lunar_date(rows[0].day.year, month, day)
        if real not in {row.day for row in rows}:
            yield (
                rows[0],
                say(
                    "lunar {day}/{month} of {year} is {real}, which is not declared here",
                    day=day,
                    month=month,
                    year=real.year,
                    real=real,
                ),
            )
