"""Hours of mails: what waits goes out at an opening, and never waits over one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_workflows.notifications import quiet_hours
from hoso_workflows.notifications.quiet_hours import Holding
from support import instants
from support.builders.histories import local

CALENDAR = wt.load("ha-tinh")
UNIT = "H27"
#: Minutes of most of a year.
START = local("2026-01-05 00:00")
INSTANTS = instants.within(CALENDAR, START, timedelta(days=325))
TIMES = instants.times(CALENDAR)


@dataclass
class Row:
    """A message as a claim tells it."""

    created_at: datetime
    topic: str = "note.mentioned"
    address: str | None = "a@example.org"
    unit_code: str | None = UNIT
    digest: bool = False
    quiet: bool = False
    urgent_at_once: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None


def working(at: datetime) -> bool:
    there = CALENDAR.local(at)
    minute = there.hour * 60 + there.minute
    return any(begin <= minute < end for begin, end in CALENDAR.slots(there.date()))


def opens(at: datetime) -> bool:
    """True for the first minute of working time."""
    return working(at) and not working(at - timedelta(minutes=1))


def mornings(at: datetime) -> list[datetime]:
    """The first openings of the next working days, that of the day itself among them."""
    first = CALENDAR.next_working(at.date())
    days = [first, CALENDAR.add_days(first, 1)]
    minutes = [timedelta(minutes=CALENDAR.slots(day)[0].start) for day in days]
    return [local(f"{day} 00:00") + after for day, after in zip(days, minutes, strict=True)]


@given(INSTANTS)
def test_a_quiet_mail_waits_outside_of_working_time_alone_and_until_the_next_opening(at: datetime) -> None:
    until = quiet_hours.held_until(Row(at, quiet=True), Holding({UNIT: CALENDAR}), at)

    assert (until is None) == working(at)
    if until is not None:
        assert opens(until)
        between = CALENDAR.count_minutes(at, until)
        assert between == 0


@pytest.mark.parametrize(
    "row",
    [
        Row(local("2026-01-11 23:00"), topic="account.reset", quiet=True),
        Row(local("2026-01-11 23:00"), address=None, quiet=True),
    ],
    ids=["about one's own account", "without an address"],
)
def test_what_is_about_an_account_or_goes_nowhere_waits_for_no_opening(row: Row) -> None:
    assert quiet_hours.held_until(row, Holding({UNIT: CALENDAR}), row.created_at) is None


@given(INSTANTS, st.integers(0, 10 * 24 * 60))
def test_a_digest_waits_for_the_opening_after_its_message_and_no_longer(
    written: datetime, later: int
) -> None:
    row, at = Row(written, digest=True), written + timedelta(minutes=later)
    until = quiet_hours.held_until(row, Holding({UNIT: CALENDAR}), at)
    opening = quiet_hours.opening(row, CALENDAR)

    assert until == (opening if at < opening else None)
    assert opening == next(each for each in mornings(written) if each > written)
    assert quiet_hours.in_digest(row, Holding({UNIT: CALENDAR}))


@given(INSTANTS, TIMES, TIMES, TIMES)
def test_own_hours_of_an_applicant_go_before_those_of_the_installation(
    at: datetime, begin: time, end: time, other: time
) -> None:
    own = Row(at, topic="applicant.accepted", quiet_from=begin, quiet_until=end)
    usual = Row(at, topic="applicant.accepted")

    assert quiet_hours.held_until(own, Holding({}, (other, begin)), at) == quiet_hours.held_until(
        usual, Holding({}, (begin, end)), at
    )
    assert quiet_hours.applicants_until((begin, begin), at) is None


@given(INSTANTS, TIMES, TIMES, st.booleans(), st.booleans())
def test_an_applicant_hears_in_working_time_and_outside_of_their_hours(
    at: datetime, begin: time, end: time, digest: bool, asks: bool
) -> None:
    topic = "applicant.supplement_asked" if asks else "applicant.accepted"
    row = Row(at, topic=topic, digest=digest, quiet=True, quiet_from=begin, quiet_until=end)
    holding = Holding({UNIT: CALENDAR}, None)
    until = quiet_hours.held_until(row, holding, at)

    told = until is None
    assert not told or quiet_hours.applicants_until((begin, end), at) is None
    # What asks for something waits for their hours alone.
    assert told == (
        quiet_hours.applicants_until((begin, end), at) is None and (asks or (not digest and working(at)))
    )
    assert quiet_hours.in_digest(row, holding) == (digest and not asks)


@given(INSTANTS, TIMES, TIMES)
def test_quiet_hours_of_applicants_hold_from_their_first_moment_until_their_last(
    at: datetime, begin: time, end: time
) -> None:
    first = datetime.combine(at.date(), begin, at.tzinfo)
    over_midnight = timedelta(days=1 if begin > end else 0)
    last = datetime.combine(at.date(), end, at.tzinfo) + over_midnight
    expected = None if begin == end else last

    assert quiet_hours.applicants_until((begin, end), first) == expected
    assert quiet_hours.applicants_until((begin, end), last) is None


@given(INSTANTS, TIMES, TIMES)
def test_quiet_hours_of_applicants_end_within_a_day(at: datetime, begin: time, end: time) -> None:
    row, holding = Row(at, topic="applicant.accepted"), Holding({}, (begin, end))
    until = quiet_hours.held_until(row, holding, at)

    if until is not None:
        assert timedelta() < until - at <= timedelta(days=1)
        assert until.time() == end
        assert quiet_hours.held_until(row, holding, until) is None
    assert not quiet_hours.in_digest(row, holding)
