"""Dates that a new calendar moves, shown before it is applied."""

from datetime import date, time, timedelta

import pytest

import hoso_calendar as wt
from support.oracles.working_time import at, cases

VN = wt.load("vn")
BEFORE = wt.load("vn", as_of=date(2024, 4, 11))
STORM = wt.compile(
    wt.sources("vn")
    | {
        "storm": b'schema = "lich-lam-viec/1"\nid = "storm"\nextends = "vn"\nclosure = [{ from = 2022-09-05, to = 2022-09-09, name = "B" }]'
    },
    "storm",
)


def opened(received: str, term: str, **policy: object) -> wt.OpenDeadline:
    return wt.OpenDeadline(at(received), wt.Term.parse(term), (), wt.Policy(**policy))


def test_a_late_swap_moves_deadlines_both_ways():
    later = opened("2024-04-25T08:00", "2 ngày làm việc")
    same = opened("2024-03-04T08:00", "2 ngày làm việc")
    earlier = opened("2024-04-26T08:00", "5 ngày làm việc")
    moved = wt.compare(BEFORE, VN, [later, same, earlier])
    assert [
        (r.index, r.old.to_date_string(), r.new.to_date_string(), r.by, r.working_days) for r in moved
    ] == [
        (0, "2024-04-29", "2024-05-02", timedelta(days=3), 1),
    ]
    assert moved[0].subject is later


def test_a_make_up_day_before_its_day_off_makes_a_deadline_earlier():
    lines = wt.sources("vn")["vn"].splitlines()
    unswapped = wt.compile(
        {"vn": b"\n".join(line for line in lines if b"work = 2026-08-22" not in line)}, "vn"
    )
    moved = wt.compare(unswapped, VN, [opened("2026-08-20T09:00", "3 ngày làm việc")])
    assert [(r.old.to_date_string(), r.new.to_date_string(), r.by, r.working_days) for r in moved] == [
        ("2026-08-25", "2026-08-24", timedelta(days=-1), -1)
    ]


def test_comparing_a_calendar_with_itself_moves_nothing():
    for unit in wt.Unit:
        assert wt.compare(VN, VN, list(cases(unit, 50))) == ()


@pytest.mark.slow
@pytest.mark.parametrize("unit", list(wt.Unit))
def test_the_vectorised_comparison_equals_counting_one_by_one(unit):
    subjects = [case for case in cases(unit, 400, seed=31) if case.received < at("2026-01-01T00:00")]
    slow = []
    for index, case in enumerate(subjects):
        old, new = (
            wt.deadline(cal, case.received, case.term, case.pauses, case.policy).due for cal in (VN, STORM)
        )
        if old != new:
            slow.append((index, old, new))
    assert [(r.index, r.old, r.new) for r in wt.compare(VN, STORM, subjects)] == slow


@pytest.mark.parametrize("unit", list(wt.Unit))
def test_deadlines_that_share_term_and_policy_are_counted_as_vectors(unit):
    policies = [
        wt.Policy(),
        wt.Policy(nonworking_receipt="as_is", roll_end=False),
        wt.Policy(cutoff=time(15), cutoff_effect="roll_receipt", last_hour=60),
        wt.Policy(cutoff=time(15)),
    ]
    receipts = [at("2022-08-20T00:00") + timedelta(minutes=211 * n) for n in range(120)]
    term = wt.Term(0 if unit is wt.Unit.SAME_DAY else 3, unit)
    subjects = [wt.OpenDeadline(t, term, (), policy) for policy in policies for t in receipts]
    slow = [
        (index, new)
        for index, s in enumerate(subjects)
        if (new := wt.deadline(STORM, s.received, s.term, (), s.policy).due)
        != wt.deadline(VN, s.received, s.term, (), s.policy).due
    ]
    assert [(r.index, r.new) for r in wt.compare(VN, STORM, subjects)] == slow


def test_a_deadline_in_an_open_pause_has_no_date_to_move():
    pause = wt.Pause(at("2022-09-01T09:00"), None)
    assert (
        wt.compare(
            VN, STORM, [wt.OpenDeadline(at("2022-08-31T09:00"), wt.Term.parse("5 ngày làm việc"), (pause,))]
        )
        == ()
    )


def test_a_deadline_that_is_pushed_into_an_open_pause_or_out_of_it_is_told():
    inside = wt.OpenDeadline(
        at("2022-08-31T09:00"), wt.Term.parse("3 ngày làm việc"), (wt.Pause(at("2022-09-08T08:00"), None),)
    )
    both = wt.OpenDeadline(inside.received, wt.Term.parse("9 ngày làm việc"), inside.pauses)
    for old, new in ((VN, STORM), (STORM, VN)):
        before, after = (
            wt.deadline(cal, inside.received, inside.term, inside.pauses).due for cal in (old, new)
        )
        assert (before is None) is not (after is None)
        kind = wt.Move.HELD if after is None else wt.Move.FREED
        (told,) = wt.compare(old, new, [both, inside])
        assert told == wt.Revision(1, inside, before, after, None)
        assert (told.kind, told.by) == (kind, None)


def test_what_moves_under_pauses_is_what_counting_one_by_one_says():
    term = wt.Term.parse("3 ngày làm việc")
    subjects = [
        wt.OpenDeadline(
            at("2022-08-22T08:00") + timedelta(hours=7 * n),
            term,
            (wt.Pause(at(f"2022-09-{day:02}T10:00"), end),),
        )
        for n in range(60)
        for day in (1, 7, 9, 14)
        for end in (None, at("2022-09-20T10:00"))
    ]
    slow = []
    for index, s in enumerate(subjects):
        old, new = (wt.deadline(cal, s.received, term, s.pauses, s.policy).due for cal in (VN, STORM))
        if old != new:
            slow.append((index, old, new))
    found = wt.compare(VN, STORM, subjects)
    assert [(r.index, r.old, r.new) for r in found] == slow
    assert {r.kind for r in found} == {wt.Move.MOVED, wt.Move.HELD}


def test_counted_deadlines_can_be_compared_as_they_are():
    d = wt.deadline(VN, at("2022-08-31T09:00"), wt.Term.parse("3 ngày làm việc"))
    assert [r.new.to_date_string() for r in wt.compare(VN, STORM, [d])] == ["2022-09-14"]


def test_a_deadline_that_a_calendar_cannot_reach_is_an_error_not_a_move():
    with pytest.raises(wt.MissingCalendarData):
        wt.compare(VN, STORM, [opened("2027-12-28T09:00", "5 ngày làm việc")])


def test_a_term_that_does_not_roll_past_the_calendar_is_an_error_too():
    subject = opened("2027-12-20T09:00", "3 tháng", roll_end=False)
    with pytest.raises(wt.MissingCalendarData) as missing:
        wt.compare(VN, STORM, [subject])
    assert missing.value.year == 2028


def test_the_difference_of_two_calendars_lists_the_days():
    assert [
        (c.date.isoformat(), c.old.kind, c.new.kind) for c in wt.diff(BEFORE, VN) if c.date.year == 2024
    ] == [
        ("2024-04-29", "working", "swap_off"),
        ("2024-05-04", "weekend", "makeup_work"),
    ]
    assert wt.diff(VN, VN) == ()
