"""The `holidays` package as a second pair of eyes: every disagreement is listed here and explained in docs/working-time.md."""

from datetime import date

import holidays

import hoso_calendar as wt
from hoso_calendar.declarations import lunar

VN = wt.load("vn")


def test_every_disagreement_on_working_days_is_known():
    package = holidays.country_holidays("VN", years=range(2018, 2028))
    differing = [day.date.isoformat() for day in VN.days if day.working != package.is_working_day(day.date)]
    # the swap of 12729/VPCP-KGVX (25/12/2025), which the package does not carry
    assert differing == ["2026-01-02", "2026-01-10"]


def test_every_disagreement_on_holiday_dates_is_known():
    package = set(holidays.country_holidays("VN", years=range(2018, 2028)))
    off = (wt.Kind.HOLIDAY, wt.Kind.SUBSTITUTE, wt.Kind.SWAP_OFF)
    ours = {day.date for day in VN.days if day.kind in off}
    # ours only: that swap; theirs only: a Saturday called fourth of Tết 2025, when the break was 27–31 January
    assert {day.isoformat() for day in ours - package} == {"2026-01-02"}
    assert {day.isoformat() for day in package - ours} == {"2025-02-01"}


def test_tet_agrees_with_the_package_from_1976_to_2099():
    package = holidays.country_holidays("VN", years=range(1976, 2100), language="en_US")
    ours = {lunar.first_of_lunar_year(year) for year in range(1976, 2100)}
    assert {day for day in ours if day not in package} == set()


def test_the_national_kings_day_agrees_with_the_package():
    package = holidays.country_holidays("VN", years=range(2008, 2100), language="en_US")
    theirs = {day for day, name in package.items() if "Hung Kings" in name and "observed" not in name.lower()}
    assert {date(day.year, day.month, day.day) for day in theirs} == {
        lunar.lunar_date(year, 3, 10) for year in range(2008, 2100)
    }
