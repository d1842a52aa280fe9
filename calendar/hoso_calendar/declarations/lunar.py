"""The Vietnamese lunisolar calendar, to *check* declared days, never to produce them.

Months begin on the day of the astronomical new moon at UTC+7; the month that holds the winter solstice is the eleventh;
a leap month has no principal solar term. New moons after J. Meeus, *Astronomical Algorithms* (1998), ch. 49; the sun's
longitude after ch. 25, low accuracy (0.01°). The calendar of Beijing (UTC+8) differs: Tết 1985, 2007 and 2030.
"""

from datetime import date, timedelta
from functools import lru_cache
from math import floor, pi, radians, sin

HANOI = 7.0
_JULIAN_OF_ORDINAL = 1721424.5
_MEAN_MONTH = 29.530588861


def first_of_lunar_year(year: int, offset: float = HANOI) -> date:
    """Mùng 1 Tết in the Gregorian `year`, on the meridian `offset` hours east."""
    return lunar_date(year, 1, 1, offset)


def lunar_date(year: int, month: int, day: int, offset: float = HANOI) -> date:
    """The Gregorian date of a day in a lunar month 1–10.

    A leap month is never meant; `day` 1 is the new moon.
    """
    eleventh = _eleventh_month(year - 1, offset)
    months = month + 1
    leap = _leap_month(year - 1, offset)
    if leap is not None and months >= leap:
        months += 1
    start = _new_moon_after(eleventh, months, offset)
    return start + timedelta(days=day - 1)


@lru_cache(maxsize=512)
def _eleventh_month(year: int, offset: float) -> date:
    """First day of the lunar month that holds the winter solstice of `year`."""
    lunation = floor((date(year, 12, 31).toordinal() - date(2000, 1, 6).toordinal()) / _MEAN_MONTH)
    start = _new_moon(lunation, offset)
    return _new_moon(lunation - 1, offset) if _sector(start, offset) >= 9 else start


@lru_cache(maxsize=512)
def _leap_month(year: int, offset: float) -> int | None:
    """Place of the leap month, counted from the eleventh month of `year`.

    None if there are twelve months up to the next eleventh month.
    """
    start, end = _eleventh_month(year, offset), _eleventh_month(year + 1, offset)
    if round((end - start).days / _MEAN_MONTH) == 12:
        return None
    starts = [_new_moon_after(start, month, offset) for month in range(15)]
    return next(m for m in range(1, 14) if _sector(starts[m], offset) == _sector(starts[m + 1], offset))


def _new_moon_after(start: date, months: int, offset: float) -> date:
    lunation = round((start.toordinal() - date(2000, 1, 6).toordinal()) / _MEAN_MONTH) + months
    return _new_moon(lunation, offset)


def _sector(day: date, offset: float) -> int:
    """The sun's 30° sector of the ecliptic, 0–11, as `day` begins.

    Sector 9 begins at the winter solstice.
    """
    return floor(_sun_longitude(day.toordinal() + _JULIAN_OF_ORDINAL - offset / 24) / 30)


@lru_cache(maxsize=4096)
def _new_moon(lunation: int, offset: float) -> date:
    """Local date of new moon `lunation`, 0 on 6 January 2000 (Meeus 49.1–49.3)."""
    julian = _new_moon_julian(lunation)
    return date.fromordinal(floor(julian + offset / 24 - _JULIAN_OF_ORDINAL))


def _new_moon_julian(k: int) -> float:
    t = k / 1236.85
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2 - 0.000000150 * t**3 + 0.00000000073 * t**4
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t**2)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3)
    latitude = radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2)
    node = radians(124.7746 - 1.56375588 * k + 0.0020672 * t**2)
    periodic = (
        -0.40720 * sin(moon)
        + 0.17241 * e * sin(sun)
        + 0.01608 * sin(2 * moon)
        + 0.01039 * sin(2 * latitude)
        + 0.00739 * e * sin(moon - sun)
        - 0.00514 * e * sin(moon + sun)
        + 0.00208 * e**2 * sin(2 * sun)
        - 0.00111 * sin(moon - 2 * latitude)
        - 0.00057 * sin(moon + 2 * latitude)
        + 0.00056 * e * sin(2 * moon + sun)
        - 0.00042 * sin(3 * moon)
        + 0.00042 * e * sin(sun + 2 * latitude)
        + 0.00038 * e * sin(sun - 2 * latitude)
        - 0.00024 * e * sin(2 * moon - sun)
        - 0.00017 * sin(node)
    )
    planets = 0.000325 * sin(radians(299.77 + 0.107408 * k - 0.009173 * t**2)) + 0.000165 * sin(
        radians(251.88 + 0.016321 * k)
    )
    return mean + periodic + planets - _delta_t(2000 + k / 12.3685) / 86400


def _delta_t(year: float) -> float:
    """Dynamical minus universal time in seconds.

    A line through 46 s (1975) and 74 s (2015) is exact enough for minutes.
    """
    return 46.0 + 0.7 * (year - 1975)


def _sun_longitude(julian: float) -> float:
    """Apparent longitude of the sun in degrees (Meeus ch. 25)."""
    t = (julian - 2451545.0) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = (125.04 - 1934.136 * t) * pi / 180
    return (mean + centre - 0.00569 - 0.00478 * sin(node)) % 360
