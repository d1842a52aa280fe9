"""Accounts of dossiers in memory: lateness and excesses hold no minute in which the clock stood still."""

from __future__ import annotations

from uuid import UUID

from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.tracking import accounting
from hoso_workflows.tracking.accounting import Account, Excess, Holder, Place
from support.builders.histories import local
from support.in_memory import CALENDARS, DESK, OFFICER, UNITS, Walk

KEPT = {(each.id, each.version): each for each in CALENDARS.values()}
APPLICANT = Actor(UUID(int=9))
SENDS = UNITS["receiving"]
#: The first step after acceptance: two working hours.
STEP = "B2. Chuyển hồ sơ về Phòng QLBCXB"
DUE = local("2026-03-02 11:00")


def accepted() -> Walk:
    """Accepted on Monday 2 March, 09:00; due on Thursday, 17:00; its first step on Monday, 11:00."""
    walk = Walk()
    walk.accept()
    return walk


def account(walk: Walk, until: str) -> Account:
    """The account by what had happened until then."""
    happened = [event for event in walk.events if event.at <= local(until)]
    return accounting.account(happened, Projection.of(happened, KEPT), local(until))


def test_a_term_that_restarts_is_not_late_before_its_own_date() -> None:
    walk = accepted()
    walk.does(commands.AskSupplement("Thiếu"), "2026-03-09 09:00", DESK)
    walk.does(commands.ReceiveSupplement(), "2026-03-11 09:00", DESK)
    # Friday, and Monday until 09:00; the second term ends on Monday the 16th.
    assert [account(walk, f"2026-03-{day} 09:00").late for day in ("06", "09", "10", "13", "17")] == [
        *(120, 600, 600, 600, 720)
    ]
    whole = account(walk, "2026-03-17 09:00")
    assert [(part.place.holder, part.minutes, part.counted) for part in whole.parts] == [
        (Holder.UNIT, 4380, 4320),
        (Holder.APPLICANT, 960, 0),
    ]


def test_a_step_is_charged_with_no_minute_of_a_suspension() -> None:
    walk = accepted()
    walk.does(commands.Suspend("Luật A điều 1", "Chờ giám định"), "2026-03-03 09:00", OFFICER)
    walk.does(commands.EndSuspension("Có kết luận"), "2026-03-05 09:00", OFFICER)
    found = account(walk, "2026-03-05 10:00")
    place = Place(Holder.UNIT, SENDS)
    assert (found.late, found.excesses) == (0, (Excess(place, STEP, DUE, 240 + 120 + 60),))


def test_a_reopened_dossier_is_late_by_its_new_term_alone() -> None:
    walk = accepted()
    walk.does(commands.Stop("Không thể giải quyết", "Luật A điều 1"), "2026-03-09 09:00", OFFICER)
    assert account(walk, "2026-03-16 09:00").late == 600
    walk.does(commands.Reopen("Khiếu nại đúng", "QĐ 1"), "2026-03-16 09:00", OFFICER)
    found = [account(walk, f"2026-03-{day} 09:00") for day in ("18", "20")]
    assert [(each.late, each.minutes) for each in found] == [(0, 2460 + 960), (120, 2460 + 1920)]
    # Reception sent on late in the first course; in the second one the step is open, and has its own limit.
    assert [each.reason for each in found] == [None, Place(Holder.UNIT, SENDS)]


def test_a_step_that_somebody_else_cancels_stays_its_unit_s() -> None:
    left, taken = accepted(), accepted()
    taken.does(commands.Claim(taken.task[0]), "2026-03-02 10:00", OFFICER)
    for walk in (left, taken):
        walk.does(commands.Withdraw("Không còn nhu cầu"), "2026-03-03 09:00", APPLICANT)
    excesses = [account(walk, "2026-03-05 10:00").excesses for walk in (left, taken)]
    officer = OFFICER.principal
    assert excesses == [
        (Excess(Place(Holder.UNIT, SENDS), STEP, DUE, 360),),
        (Excess(Place(Holder.OFFICER, SENDS, officer), STEP, DUE, 360),),
    ]


def test_a_step_that_was_completed_late_is_that_officer_s() -> None:
    walk = accepted()
    walk.complete("2026-03-02 14:00")
    place = Place(Holder.OFFICER, SENDS, OFFICER.principal)
    assert account(walk, "2026-03-02 14:00").excesses == (Excess(place, STEP, DUE, 60),)
