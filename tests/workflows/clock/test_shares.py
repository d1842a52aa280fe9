"""In a term of calendar days a limit in `ngày` is a share of what is left of it (the design's rule 4)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from random import Random

import pytest

from hoso_models import Verdict
from support import rotation
from support.builders import punctual
from support.builders.histories import History, local, task_id
from support.builders.punctual import Dossier, Interruption, in_a_row, starts

#: The steps of procedure 1.013871, twenty calendar days in all.
P2 = ("0,5 ngày", "0,5 ngày", "15 ngày", "2 ngày", "1 ngày", "1 ngày")
#: Limits of a month, which are two days shorter than its longest.
MONTH = ("2 ngày", "20 ngày", "5 ngày", "2 ngày")
#: Late, with a step that was late, with a floor that was taken.
Outcome = tuple[bool, bool, bool]


def walked(
    start: datetime,
    *happens: tuple[Fraction, Interruption] | None,
    supplement: str = "restart",
    term: str = "20 ngày",
    limits: tuple[str, ...] = P2,
) -> Dossier:
    """A dossier, each step of which is closed at its last minute."""
    dossier = Dossier(term, in_a_row(*limits), supplement=supplement)
    dossier.accept(start)
    dossier.walk(iter(happens))
    return dossier


INTERRUPTIONS = [
    (None, "restart"),
    (punctual.suspended, "restart"),
    (punctual.supplemented, "restart"),
    (punctual.supplemented, "resume"),
    (punctual.extended, "restart"),
    (punctual.reappointed, "restart"),
    (punctual.revised, "restart"),
]
IN_TURN = rotation.rotated(
    INTERRUPTIONS,
    always=lambda case: case[0] in (None, punctual.suspended),
    unless=["calendar/hoso_calendar", "workflows/hoso_workflows/clock", "tests/support/builders/punctual.py"],
)


def outcomes(
    what: Interruption | None,
    supplement: str,
    percent: Callable[[Random], int],
    term: str = "20 ngày",
    limits: tuple[str, ...] = P2,
) -> Counter[Outcome]:
    """Numbers of dossiers that are late, have late steps and floors; each is interrupted at a random step."""
    found: Counter[Outcome] = Counter()
    for number, start in enumerate(starts()):
        drawn = Random(number)  # noqa: S311 - the same numbers every time
        before = [None] * drawn.randrange(len(limits))
        happens = [*before, (Fraction(percent(drawn), 100), what)] if what else before
        dossier = walked(start, *happens, supplement=supplement, term=term, limits=limits)
        found[dossier.is_late, dossier.late_steps > 0, dossier.floors > 0] += 1
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("what", "supplement"), IN_TURN)
def test_no_dossier_of_2026_is_late_whose_officers_are_on_time(what: Interruption | None, supplement: str):
    """Interruptions come when a step has just come.

    Only what goes on in the last hours of the term no longer fits into it: 21 of the last steps take the floor.
    """
    floors = 21 if what is punctual.suspended or supplement == "resume" else 0
    expected = {(False, False, False): 824 - floors, (True, False, True): floors}
    assert outcomes(what, supplement, lambda _: 0) == Counter(expected)


@pytest.mark.slow
@pytest.mark.parametrize(("what", "supplement"), IN_TURN[1:])
def test_a_dossier_is_late_only_where_a_step_was_or_a_floor_was_taken(what: Interruption, supplement: str):
    """Interruptions come in the midst of a step, whose officer has used some of the time."""
    found = outcomes(what, supplement, lambda drawn: drawn.randrange(1, 100))
    assert (found[True, False, False], found.total()) == (0, 824)


@pytest.mark.slow
@pytest.mark.parametrize(("what", "supplement"), IN_TURN)
def test_no_dossier_of_a_month_is_late_whose_officers_are_on_time(what: Interruption | None, supplement: str):
    """A floor is taken in 38 dossiers whose clock stood, and three of these end behind the term."""
    floors, late = (38, 3) if what is punctual.suspended or supplement == "resume" else (0, 0)
    expected = {
        (False, False, False): 824 - floors,
        (False, False, True): floors - late,
        (True, False, True): late,
    }
    assert outcomes(what, supplement, lambda _: 0, "1 tháng", MONTH) == Counter(expected)


def after(start: str, *limits: str, term: str = "20 ngày") -> Dossier:
    """A dossier that was accepted at an instant, with steps in a row."""
    dossier = Dossier(term, in_a_row(*limits))
    dossier.accept(local(start))
    return dossier


def numbers(dossier: Dossier, place: int) -> tuple[Fraction, Fraction, int, int]:
    """Limit, days left of the run, minutes of the share, minutes left."""
    share = dossier.timing(place).share
    assert share is not None
    return share.limit, share.whole - share.before, share.minutes, share.left


def test_a_limit_is_its_share_of_the_working_minutes_that_are_left():
    """From Monday 2 March to Monday 23 March at 17:00 are 16 working days, less the two hours before 9:00."""
    dossier = after("2026-03-02 09:00", *P2)
    assert numbers(dossier, 0) == (Fraction(1, 2), 20, 189, 7560)
    assert dossier.dates.steps[task_id(0)].own == local("2026-03-02 14:09")
    dossier.close(0, local("2026-03-02 10:00"))
    dossier.close(1, local("2026-03-02 10:30"))
    assert numbers(dossier, 2) == (15, 19, 5670, 7182)
    # 5670 minutes from 10:30 judge the officer; the plan has them run from where it had the step come.
    step = dossier.dates.steps[task_id(2)]
    assert (step.own, step.plan) == (local("2026-03-18 09:00"), local("2026-03-18 15:48"))


def test_the_plan_of_the_last_step_ends_with_the_term():
    dossier = after("2026-03-02 09:00", *P2)
    for place in range(5):
        dossier.close(place, local("2026-03-03 09:00"))
    step = dossier.dates.steps[task_id(5)]
    assert (step.plan, dossier.dates.due_legal) == (local("2026-03-23 17:00"),) * 2


def test_days_off_inside_make_a_share_shorter():
    """Over Tết 30 January to 23 February has 12 working days; twenty days are all of them."""
    dossier = after("2026-01-30 07:00", "20 ngày")
    assert numbers(dossier, 0) == (20, 20, 12 * 480, 12 * 480)
    assert dossier.due(0) == dossier.dates.due_legal == local("2026-02-23 17:00")


@pytest.mark.parametrize(
    ("accepted", "whole"), [("2026-03-02 09:00", 31), ("2026-02-02 09:00", 29), ("2026-04-02 09:00", 30)]
)
def test_a_month_is_as_long_as_it_is_or_as_its_limits(accepted: str, whole: int):
    """From receipt to the last day before it rolls; February has 28 days, the limits 29."""
    dossier = after(accepted, "2 ngày", "20 ngày", "5 ngày", "2 ngày", term="1 tháng")
    assert numbers(dossier, 0)[:2] == (2, whole)
    dossier.walk(iter(()))
    assert (dossier.is_late, dossier.late_steps, dossier.floors) == (False, 0, 0)


def test_a_week_is_seven_days():
    assert numbers(after("2026-03-02 07:00", "7 ngày", "7 ngày", term="2 tuần"), 0) == (7, 14, 2640, 5280)


def test_limits_in_working_time_and_outside_of_the_clock_are_minutes_of_their_unit():
    history = History().filed("2026-03-02 09:00").accepted("2026-03-02 09:00", "20 ngày", way=("4 ngày",))
    history.opened("2026-03-02 09:00", 1, "4 giờ làm việc", ("4 giờ làm việc",))
    history.opened("2026-03-02 09:00", 2, "1 ngày", (), clock="excluded")
    steps = history.dates.steps
    history.closed("2026-03-02 09:00", 2)
    assert (history.dates.steps[task_id(1)].own, steps[task_id(2)].own) == (
        local("2026-03-02 15:00"),
        local("2026-03-03 09:00"),
    )


def test_before_acceptance_a_day_is_the_ordinary_one():
    history = History().filed("2026-03-02 09:00").opened("2026-03-02 09:00", 1, "0,5 ngày", ("0,5 ngày",))
    history.accepted("2026-03-02 10:00", "20 ngày", way=P2)
    assert history.dates.steps[task_id(1)].own == local("2026-03-02 15:00")


def test_what_an_earlier_release_began_stays_as_it_was_until_a_term_begins_anew():
    """Its events do not tell the limits of the longest way."""
    history = History().filed("2026-03-02 09:00").accepted("2026-03-02 09:00", "20 ngày")
    history.opened("2026-03-02 09:00", 2, P2[0], P2[:1])
    before = history.dates.steps[task_id(2)]
    history.asked("2026-03-02 10:00").received("2026-03-04 07:00", "20 ngày", P2)
    again = history.dates.steps[task_id(2)]
    assert (before.own, before.plan, again.own) == (
        None,
        local("2026-03-02 15:00"),
        local("2026-03-04 10:00"),
    )


def test_a_step_that_begins_behind_the_due_date_has_time_of_its_own():
    dossier = after("2026-03-02 07:00", *P2)
    for place in range(5):
        dossier.close(place, local("2026-03-30 09:00"))
    assert (numbers(dossier, 5), dossier.due(5)) == ((1, 1, 384, 384), local("2026-03-31 07:24"))
    dossier.walk(iter(()))
    assert (dossier.dates.verdict, dossier.late_steps) == (Verdict.LATE, 1)


def test_what_is_asked_in_the_last_hours_takes_the_floor_and_says_so():
    """The term goes on for an hour; half of what a day is worth in the run as it was first counted is left to the officer."""
    dossier = Dossier("20 ngày", in_a_row("19 ngày", "1 ngày"), supplement="resume")
    dossier.accept(local("2026-03-02 07:00"))
    dossier.close(0, local("2026-03-23 16:00"))
    dossier.tell(lambda h: h.asked("2026-03-23 16:30").received("2026-03-25 16:00"))
    share = dossier.timing(1).share
    assert share is not None
    assert (share.counted, share.minutes, share.is_floor, dossier.due(1)) == (
        60,
        192,
        True,
        local("2026-03-26 09:12"),
    )
    assert dossier.dates.due_legal == local("2026-03-25 17:00")


def test_an_extension_is_divided_among_what_is_open_and_what_comes():
    dossier = after("2026-03-02 07:00", "10 ngày", "10 ngày")
    first = numbers(dossier, 0)
    dossier.close(0, dossier.due(0))
    dossier.tell(lambda h: h.extended("2026-03-16 08:00", "10 ngày"))
    assert (first, numbers(dossier, 1)) == ((10, 20, 3840, 7680), (10, 10, 7680, 7680))
    assert dossier.due(1) == dossier.dates.due_legal


def test_a_step_that_is_sent_back_to_has_what_it_had():
    dossier = after("2026-03-02 07:00", *P2)
    for place in range(2):
        dossier.close(place, local("2026-03-05 09:00"))
    had = numbers(dossier, 2)
    dossier.close(2, local("2026-03-05 10:00"))
    dossier.close(3, local("2026-03-05 10:30"))
    dossier.tell(lambda h: h.opened("2026-03-06 09:00", 9, P2[2], P2[:3]))
    share = dossier.clock.timings()[task_id(9)].share
    assert share is not None
    assert (share.limit, share.whole - share.before, share.minutes, share.left) == had
