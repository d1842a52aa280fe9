"""The Vietnamese lunar calendar, against known dates and where it parts from Beijing's."""

from datetime import date

from hoso_calendar.declarations import lunar

TET = {
    1985: (1, 21), 2007: (2, 17), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22),
    2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 2),
}  # fmt: skip
HUNG_KINGS = {
    2018: (4, 25), 2019: (4, 14), 2020: (4, 2), 2021: (4, 21), 2022: (4, 10), 2023: (4, 29), 2024: (4, 18), 2025: (4, 7),
    2026: (4, 26), 2027: (4, 16),
}  # fmt: skip


def test_tet_falls_on_its_known_dates():
    assert {year: lunar.first_of_lunar_year(year) for year in TET} == {
        year: date(year, *day) for year, day in TET.items()
    }


def test_the_tenth_of_the_third_month_falls_on_its_known_dates_after_a_leap_month_too():
    assert {year: lunar.lunar_date(year, 3, 10) for year in HUNG_KINGS} == {
        y: date(y, *day) for y, day in HUNG_KINGS.items()
    }


def test_tet_parts_from_beijing_in_the_known_years_and_in_no_other():
    apart = [
        year
        for year in range(1960, 2060)
        if lunar.first_of_lunar_year(year) != lunar.first_of_lunar_year(year, offset=8)
    ]
    assert apart == [1965, 1968, 1969, 1985, 2007, 2030, 2053]


def test_the_third_month_parts_from_beijing_in_the_known_years():
    apart = [
        year
        for year in range(1970, 2100)
        if lunar.lunar_date(year, 3, 10) != lunar.lunar_date(year, 3, 10, offset=8)
    ]
    assert apart == [1975, 2009, 2037, 2038, 2085, 2086, 2095]
