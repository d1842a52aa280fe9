"""Laws that hold for every calendar and instant, searched by Hypothesis."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_calendar.deadlines import counting
from support import instants
from support.oracles.working_time import HANOI, Case, cases, cases_about_the_end

VN = wt.load("vn")
FIRST, LAST = datetime(2018, 6, 1, tzinfo=HANOI), datetime(2027, 1, 1, tzinfo=HANOI)
PLAIN = b"""
schema = "lich-lam-viec/1"
id = "plain"
timezone = "Asia/Ho_Chi_Minh"
statute = "none"
coverage = { from = 2018, to = 2027 }
week = { working = [1, 2, 3, 4, 5] }
hours = [{ slots = ["07:00-11:30", "13:30-17:00"] }]
"""

#: A shared machine may be slow; no law is about time spent.
unhurried = settings(deadline=None)

anywhen = instants.within(VN, FIRST, LAST - FIRST)
days = anywhen.map(lambda t: t.date())
minutes = st.integers(1, 20_000)
counts = st.integers(1, 60)


def plain(*tables: str) -> wt.WorkCalendar:
    return wt.compile({"plain": PLAIN + "\n".join(tables).encode()}, "plain")


def off(chosen: list[date]) -> str:
    return "day_off = [" + ", ".join(f"{{ date = {day} }}" for day in sorted(set(chosen))) + "]"


# Minutes


@unhurried
@given(anywhen, minutes)
def test_counting_gives_back_what_was_added(t, n):
    assert VN.count_minutes(t, VN.add_minutes(t, n)) == n


@unhurried
@given(anywhen, minutes)
def test_what_is_reached_is_the_earliest_minute(t, n):
    assert VN.count_minutes(t, VN.add_minutes(t, n) - timedelta(minutes=1)) == n - 1


@unhurried
@given(anywhen, st.integers(0, 20_000), minutes)
def test_adding_is_monotone_in_the_start(t, later, n):
    assert VN.add_minutes(t, n) <= VN.add_minutes(t + timedelta(minutes=later), n)


@unhurried
@given(anywhen, minutes, minutes)
def test_additions_of_minutes_add_up(t, n, m):
    assert VN.add_minutes(VN.add_minutes(t, n), m) == VN.add_minutes(t, n + m)


@unhurried
@given(anywhen, anywhen, anywhen)
def test_counts_of_minutes_add_up(a, b, c):
    assert VN.count_minutes(a, b) + VN.count_minutes(b, c) == VN.count_minutes(a, c)


@unhurried
@given(anywhen, minutes)
def test_going_back_undoes_adding(t, n):
    start = VN.add_minutes(t, n)
    back = VN.add_minutes(start, -n)
    assert VN.count_minutes(back, start) == n
    assert VN.count_minutes(back + timedelta(minutes=1), start) == n - 1
    assert VN.add_minutes(back, n) == start


@unhurried
@given(anywhen)
def test_the_measure_stands_still_outside_office_hours(t):
    local = t.astimezone(HANOI)
    minute = local.hour * 60 + local.minute
    inside = any(slot.start <= minute < slot.end for slot in VN.slots(local.date()))
    assert VN.count_minutes(t, t + timedelta(minutes=1)) == inside


@unhurried
@given(anywhen, minutes)
def test_the_offset_of_the_instant_does_not_matter(t, n):
    assert VN.add_minutes(t.astimezone(UTC), n) == VN.add_minutes(t, n)


# Days


@unhurried
@given(days, counts)
def test_counting_days_gives_back_what_was_added_and_lands_on_a_working_day(d, n):
    reached = VN.add_days(d, n)
    assert (VN.count_days(d, reached), VN.is_working(reached)) == (n, True)


@unhurried
@given(days, st.integers(-45, 45), st.integers(-45, 45))
def test_additions_of_days_add_up(d, n, m):
    assert VN.add_days(VN.add_days(d, n), m) == VN.add_days(d, n + m)


@unhurried
@given(days, counts)
def test_negative_days_undo_positive_ones_from_a_working_day(d, n):
    start = VN.next_working(d)
    assert VN.add_days(VN.add_days(start, n), -n) == start


@unhurried
@given(days, days, days)
def test_counts_of_days_add_up(a, b, c):
    assert VN.count_days(a, b) + VN.count_days(b, c) == VN.count_days(a, c)


@unhurried
@given(days)
def test_the_next_working_day_is_the_first_that_works(d):
    reached = VN.next_working(d)
    between = [d + timedelta(days=n) for n in range((reached - d).days)]
    assert (VN.is_working(reached), [day for day in between if VN.is_working(day)]) == (True, [])


@unhurried
@given(anywhen, counts, st.integers(1, 8))
def test_a_week_without_holidays_is_like_the_next(t, n, weeks):
    cal, shift = plain(), timedelta(weeks=weeks)
    term = wt.Term(n, wt.Unit.WORKING_DAYS)
    assert wt.deadline(cal, t + shift, term).due == wt.deadline(cal, t, term).due + shift


# Changes of calendar


@settings(max_examples=3 * settings.default.max_examples // 10, deadline=None)
@given(st.lists(days, max_size=8), days, anywhen, counts, minutes)
def test_more_days_off_never_make_anything_earlier(chosen, more, t, n, m):
    fewer, many = plain(off(chosen)), plain(off([*chosen, more]))
    assert fewer.add_days(t.date(), n) <= many.add_days(t.date(), n)
    assert fewer.add_minutes(t, m) <= many.add_minutes(t, m)


@settings(max_examples=3 * settings.default.max_examples // 10, deadline=None)
@given(st.dates(date(2019, 1, 1), date(2026, 12, 1)), anywhen, counts)
def test_a_swap_keeps_the_count_of_a_window_that_holds_both_days(day, t, n):
    monday = day - timedelta(days=day.weekday())
    swapped = plain(f"swap = [{{ off = {monday}, work = {monday + timedelta(days=5)} }}]")
    before, after = monday - timedelta(days=n), monday + timedelta(days=6 + n)
    assert swapped.count_days(before, after) == plain().count_days(before, after)


@settings(max_examples=3 * settings.default.max_examples // 10, deadline=None)
@given(st.dates(date(2019, 1, 1), date(2026, 12, 1)), days, counts)
def test_a_worked_saturday_never_makes_anything_later(day, start, n):
    saturday = day - timedelta(days=day.weekday()) + timedelta(days=5)
    worked = plain(f'special = [{{ date = {saturday}, slots = ["07:00-11:30", "13:30-17:00"] }}]')
    assert worked.add_days(start, n) <= plain().add_days(start, n)


# Pauses


@unhurried
@given(anywhen, minutes, st.integers(0, 3000), st.integers(0, 10_000))
def test_a_pause_moves_working_hours_by_exactly_its_working_minutes(t, n, wait, length):
    term = wt.Term(Fraction(n, 60), wt.Unit.WORKING_HOURS)
    pause = wt.Pause(t + timedelta(minutes=wait), t + timedelta(minutes=wait + length))
    plain_due, paused_due = (wt.deadline(VN, t, term, pauses).due for pauses in ((), (pause,)))
    lost = VN.count_minutes(pause.start, pause.end) if pause.start < plain_due else 0
    assert VN.count_minutes(t, paused_due) == n + lost


def drawn(unit: wt.Unit, seed: int, open_pauses: bool = False) -> list[Case]:
    """Some cases with pauses anywhere, and some with pauses about the end."""
    about = cases_about_the_end(VN, unit, 5, seed, open_pauses)
    return [*cases(unit, 5, seed, open_pauses), *about]


def due(case: Case, *pauses: wt.Pause) -> datetime | None:
    return wt.deadline(VN, case.received, case.term, pauses, case.policy).due


@unhurried
@given(st.sampled_from(list(wt.Unit)), st.integers(0, 10_000))
def test_no_term_ends_while_the_clock_stands_still(unit, seed):
    """The end is no minute between start and end of a pause; neither is it the minute in which the clock goes again."""
    for case in drawn(unit, seed, open_pauses=True):
        free_day = unit is wt.Unit.SAME_DAY and case.policy.pause_day == "free"
        end = due(case, *case.pauses)
        if end is not None and not free_day:
            assert [
                pause for pause in case.pauses if pause.start < end and not (pause.end and pause.end < end)
            ] == []


@unhurried
@given(minutes, st.integers(0, 10_000))
def test_the_due_instant_of_working_minutes_alone_is_that_of_their_count(n, seed):
    term = wt.Term(Fraction(n, 60), wt.Unit.WORKING_HOURS)
    for case in drawn(wt.Unit.WORKING_HOURS, seed, open_pauses=True):
        counted = wt.deadline(VN, case.received, term, case.pauses)
        assert wt.due_of_minutes(VN, case.received, n, case.pauses) == counted.due, case


@unhurried
@given(st.sampled_from(list(wt.Unit)), st.integers(0, 10_000))
def test_no_pause_makes_anything_earlier(unit, seed):
    """But where what a pause has moved ends otherwise than by its count: at noon, or on a day off (ADR 0018)."""
    for case in drawn(unit, seed):
        if not case.policy.roll_end or (counting.halves_of(case.term) or 0) % 2:
            continue
        with_all = due(case, *case.pauses)
        for number in range(len(case.pauses)):
            assert due(case, *case.pauses[:number], *case.pauses[number + 1 :]) <= with_all, case
            assert due(case, *case.pauses[:number]) <= with_all, case


@unhurried
@given(st.sampled_from(list(wt.Unit)), st.integers(0, 10_000), st.integers(1, 3000))
def test_no_longer_pause_makes_anything_earlier(unit, seed, longer):
    for case in drawn(unit, seed):
        if case.pauses:
            last = case.pauses[-1]
            stretched = wt.Pause(last.start, last.end + timedelta(minutes=longer))
            assert due(case, *case.pauses) <= due(case, *case.pauses[:-1], stretched), case


@unhurried
@given(st.sampled_from(list(wt.Unit)), st.integers(0, 10_000), st.integers(0, 10_000), st.booleans())
def test_a_pause_split_in_two_that_touch_is_the_same_pause(unit, seed, cut, at_closing):
    for case in drawn(unit, seed):
        for number, pause in enumerate(case.pauses):
            length = int((pause.end - pause.start) / timedelta(minutes=1))
            middle = pause.start + timedelta(minutes=cut % (length + 1))
            if at_closing:
                middle = min(pause.end, max(pause.start, middle.replace(hour=17, minute=0)))
            halves = (wt.Pause(pause.start, middle), wt.Pause(middle, pause.end))
            split = (*case.pauses[:number], *halves, *case.pauses[number + 1 :])
            whole = wt.deadline(VN, case.received, case.term, case.pauses, case.policy)
            parts = wt.deadline(VN, case.received, case.term, split, case.policy)
            assert parts.due == whole.due


@unhurried
@given(st.sampled_from(list(wt.Unit)), st.integers(0, 10_000))
def test_a_province_that_declares_nothing_counts_like_the_nation(unit, seed):
    province = wt.load("nghe-an")
    for case in cases(unit, 5, seed):
        inputs = (case.received, case.term, case.pauses, case.policy)
        ours, theirs = wt.deadline(province, *inputs), wt.deadline(VN, *inputs)
        assert (ours.due, ours.legal_end, ours.remaining) == (theirs.due, theirs.legal_end, theirs.remaining)


@unhurried
@given(st.sampled_from(list(wt.Unit)), st.integers(0, 10_000))
def test_an_open_pause_that_is_closed_at_once_leaves_exactly_what_remained(unit, seed):
    for case in cases(unit, 5, seed):
        d = wt.deadline(VN, case.received, case.term, case.pauses, case.policy)
        if d.due is None and unit is wt.Unit.WORKING_HOURS:
            start = case.pauses[-1].start
            closed = wt.deadline(
                VN, case.received, case.term, (*case.pauses[:-1], wt.Pause(start, start)), case.policy
            )
            assert (
                VN.count_minutes(max(start, case.received), closed.due) == d.remaining
                or d.receipt_day > start.date()
            )


# Vectors


@unhurried
@given(st.lists(st.tuples(days, st.integers(-60, 60)), min_size=1, max_size=20))
def test_vectors_of_days_equal_the_scalars(pairs):
    at = np.array([day for day, _ in pairs], dtype="datetime64[D]")
    n = np.array([n for _, n in pairs])
    added = VN.add_days_array(at, n)
    assert added.astype(object).tolist() == [VN.add_days(day, n) for day, n in pairs]
    assert VN.add_days_array(at.astype(np.int64), n).tolist() == added.astype(np.int64).tolist()
    assert VN.add_days_array([day for day, _ in pairs], n).tolist() == added.tolist()
    assert VN.count_days_array(at, added).tolist() == [
        VN.count_days(day, VN.add_days(day, n)) for day, n in pairs
    ]
    assert VN.next_working_array(at).astype(object).tolist() == [VN.next_working(day) for day, _ in pairs]
    assert VN.is_working_array(at).tolist() == [VN.is_working(day) for day, _ in pairs]


@unhurried
@given(st.lists(st.tuples(anywhen, st.integers(-5000, 5000)), min_size=1, max_size=20))
def test_vectors_of_minutes_equal_the_scalars(pairs):
    at = np.array([t.replace(tzinfo=None) for t, _ in pairs], dtype="datetime64[m]")
    n = np.array([n for _, n in pairs])
    added = VN.add_minutes_array(at, n)
    assert added.astype(object).tolist() == [VN.add_minutes(t, n).replace(tzinfo=None) for t, n in pairs]
    assert VN.add_minutes_array(at.astype(np.int64), n).tolist() == added.astype(np.int64).tolist()
    assert VN.count_minutes_array(at, added).tolist() == [
        VN.count_minutes(t, VN.add_minutes(t, n)) for t, n in pairs
    ]


def test_vectors_refuse_what_the_scalars_refuse():
    with pytest.raises(wt.MissingCalendarData) as missing:
        VN.add_days_array(np.array(["2027-12-20", "2026-01-05"], dtype="datetime64[D]"), 20)
    assert missing.value.year == 2028
    with pytest.raises(wt.MissingCalendarData) as missing:
        VN.add_days_array(np.array(["2031-05-01"], dtype="datetime64[D]"), 1)
    assert missing.value.year == 2031
    with pytest.raises(wt.MissingCalendarData) as missing:
        VN.count_minutes_array(
            np.array(["2016-05-01T10:00"], dtype="datetime64[m]"),
            np.array(["2026-01-05T10:00"], dtype="datetime64[m]"),
        )
    assert missing.value.year == 2016
    with pytest.raises(wt.MissingCalendarData):
        VN.add_minutes_array(np.array(["2027-12-31T10:00"], dtype="datetime64[m]"), 5000)
    with pytest.raises(wt.MissingCalendarData):
        VN.add_days_array(np.array(["2018-01-03"], dtype="datetime64[D]"), -20)
    with pytest.raises(TypeError, match="datetime64\\[D\\] or integers"):
        VN.add_days_array(np.array([1.5]), 1)
    with pytest.raises(TypeError, match="datetime64\\[m\\] or integer minutes"):
        VN.add_minutes_array(np.array([1.5]), 1)


def test_empty_vectors_stay_empty():
    none = np.array([], dtype="datetime64[D]")
    assert VN.add_days_array(none, 5).tolist() == []
    assert VN.add_minutes_array(none.astype("datetime64[m]"), 5).tolist() == []
    assert VN.add_days_array([], 5).tolist() == VN.add_minutes_array([], 5).tolist() == []
    assert VN.count_days_array([], []).tolist() == VN.is_working_array([]).tolist() == []


def test_a_missing_value_in_an_array_is_refused():
    for count, kind in ((VN.add_days_array, "D"), (VN.add_minutes_array, "m")):
        with pytest.raises(ValueError, match="NaT is no date; leave missing values out"):
            count(np.array(["2026-01-05", "NaT"], dtype=f"datetime64[{kind}]"), 1)
