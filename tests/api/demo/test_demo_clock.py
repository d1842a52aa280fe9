"""The demonstration ends with the last office day that is over, at whatever hour it is asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest

import hoso_calendar as wt
from hoso_api.demo import http_clients, seed
from hoso_api.demo.period import NeverOpen, Period
from hoso_workflows import localtime

CALENDAR = wt.load("vn")


def local(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=localtime.ZONE)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        pytest.param(local("2026-11-19", "00:25"), local("2026-11-18", "17:00"), id="shortly after midnight"),
        pytest.param(
            local("2026-11-25", "16:59"), local("2026-11-23", "17:00"), id="before closing, after a day off"
        ),
        pytest.param(local("2026-11-25", "17:00"), local("2026-11-25", "17:00"), id="at closing"),
        pytest.param(local("2026-11-22", "15:00"), local("2026-11-20", "17:00"), id="on a Sunday"),
        pytest.param(local("2026-02-18", "10:00"), local("2026-02-13", "17:00"), id="at Tết"),
        pytest.param(datetime(2026, 11, 18, 17, 25, tzinfo=UTC), local("2026-11-18", "17:00"), id="in UTC"),
    ],
)
def test_the_play_ends_with_the_last_office_day_that_is_over(now: datetime, ends: datetime) -> None:
    period = Period.before(now, None, now.astimezone(localtime.ZONE).date(), CALENDAR)
    assert (period.end, period.first) == (ends, ends.date() - timedelta(days=30))
    assert (period.http_from, period.end <= now) == (ends.replace(hour=11), True)


def test_a_period_without_an_office_day_that_is_over_is_refused() -> None:
    with pytest.raises(NeverOpen, match="no office day between 2026-11-21 and 2026-11-22 is over yet"):
        Period.before(local("2026-11-25", "09:00"), date(2026, 11, 21), date(2026, 11, 22), CALENDAR)
    with pytest.raises(NeverOpen):
        Period.before(local("2026-11-25", "09:00"), date(2026, 11, 25), date(2026, 11, 25), CALENDAR)


def test_a_visitor_s_minute_is_one_in_which_offices_are_open() -> None:
    clock = http_clients.Clock(local("2026-11-20", "11:29"), CALENDAR)
    told = []
    for _ in range(3):
        clock.tick()
        told.append(clock())
    assert told == [local("2026-11-20", "11:30"), local("2026-11-20", "13:31"), local("2026-11-20", "13:32")]


@pytest.mark.parametrize(("dossiers", "over_http"), [(1, 1), (5, 1), (60, 6), (240, 24), (4000, 24)])
def test_visitors_are_a_tenth_of_all_and_at_most_as_many_as_there_is_time_for(
    dossiers: int, over_http: int
) -> None:
    assert http_clients.share(dossiers) == over_http
    assert over_http * http_clients.REQUESTS <= 240


def test_the_calendar_of_the_play_is_the_country_s() -> None:
    assert seed.calendar().id == "vn"
