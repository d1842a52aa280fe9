"""The law of shares: officers who keep their limits keep the term, whatever stops, moves or lengthens it."""

import json
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import chain, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_workflows import recompute
from hoso_workflows.clock import explanation, shares
from support import instants
from support.builders import punctual
from support.builders.histories import VN, local
from support.builders.punctual import Dossier, Step

pytestmark = pytest.mark.slow

START = instants.within(VN, local("2025-11-01 00:00"), timedelta(days=300))
TERMS = {"20 ngày": 20, "15 ngày": 15, "3 tuần": 21, "1 tháng": 31, "2 tháng": 62, "7 ngày": 7}
#: Halves and thirds, so that shares have to be rounded.
AMOUNTS = st.integers(1, 30).map(lambda halves: Fraction(halves, 2)) | st.integers(1, 20).map(
    lambda n: Fraction(n, 3)
)
HAPPENS = st.sampled_from(
    [
        punctual.suspended,
        punctual.supplemented,
        punctual.extended,
        punctual.reappointed,
        punctual.revised,
        *repeat(punctual.closed, 3),
    ]
)
INTERRUPTIONS = st.lists(
    st.none() | st.tuples(st.integers(0, 99).map(lambda percent: Fraction(percent, 100)), HAPPENS), max_size=8
)


@st.composite
def drawings(draw: st.DrawFn, days: int) -> tuple[Step, ...]:
    """Steps in a row, two branches side by side, and steps in a row behind them, whose limits fit into the term."""
    amounts = draw(st.lists(AMOUNTS, min_size=1, max_size=7))
    branch = draw(st.integers(0, len(amounts)))
    steps = [Step(_limit(amount), (place - 1,) if place else ()) for place, amount in enumerate(amounts)]
    if 0 < branch < len(amounts) - 1:
        beside = Step(_limit(draw(AMOUNTS)), (branch - 1,))
        joined = Step(steps[branch + 1].limit, (branch, len(amounts)))
        steps = [*steps[: branch + 1], joined, *steps[branch + 2 :], beside]
    whole = max(shares.days(plan) for plan in Dossier("1 ngày", steps).plans)
    scale = min(Fraction(days) / whole, Fraction(1))
    return tuple(Step(_limit(shares.days((step.limit,)) * scale), step.behind) for step in steps)


def _limit(amount: Fraction) -> str:
    return str(wt.Term(amount, wt.Unit.DAYS))


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """A dossier from its acceptance to its result."""
    term = draw(st.sampled_from(sorted(TERMS)))
    dossier = Dossier(
        term, draw(drawings(TERMS[term])), supplement=draw(st.sampled_from(["restart", "resume"]))
    )
    start: datetime = draw(START)
    dossier.accept(start)
    dossier.walk(chain(draw(INTERRUPTIONS), repeat(None)))
    return dossier


@settings(max_examples=3 * settings.default.max_examples, deadline=None)
@given(dossiers())
def test_whoever_keeps_every_limit_keeps_the_term_unless_a_floor_was_taken(dossier: Dossier):
    assert not dossier.is_late or dossier.late_steps or dossier.floors


@settings(max_examples=settings.default.max_examples, deadline=None)
@given(START, st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_in_a_term_of_working_days_whoever_keeps_every_limit_keeps_the_term(
    start: datetime, quarters: list[int]
):
    """Without a pause, on days that are as long as the ordinary one."""
    limits = [str(wt.Term(Fraction(each, 4), wt.Unit.WORKING_DAYS)) for each in quarters]
    dossier = Dossier(f"{-(-sum(quarters) // 4)} ngày làm việc", punctual.in_a_row(*limits))
    dossier.accept(start)
    dossier.walk(repeat(None))
    assert (dossier.is_late, dossier.late_steps) == (False, 0)


@settings(max_examples=settings.default.max_examples, deadline=None)
@given(dossiers())
def test_every_step_has_time(dossier: Dossier):
    counted = [timing.share.minutes for timing in dossier.clock.closed.values() if timing.share]
    assert (len(counted), min(counted) > 0) == (len(dossier.steps), True)


@settings(max_examples=settings.default.max_examples, deadline=None)
@given(dossiers())
def test_shares_are_counted_again_from_their_explanation(dossier: Dossier):
    events, calendars = dossier.history.events, dossier.history.calendars
    told = json.loads(json.dumps(explanation.explain({}, events, calendars)))
    assert recompute.differences(told) == []
