"""Laws that hold for every history: what is explained is counted again to the same dates, and dates depend on events alone."""

import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_models import Verdict
from hoso_workflows import recompute
from hoso_workflows.clock import clock, explanation
from support import instants
from support.builders.histories import VN, History, local

pytestmark = pytest.mark.slow

START = local("2026-01-05 00:00")
CUTOFFS = (time(15), time(10, 30))
TERMS = st.sampled_from(
    [
        "5 ngày làm việc",
        "0,25 ngày làm việc",
        "1,75 ngày làm việc",
        "2,5 ngày làm việc",
        "3 buổi",
        "4 giờ làm việc",
        "23,5 giờ làm việc",
        "10 giờ",
        "72 giờ",
        "15 ngày",
        "2 tuần",
        "1 tháng",
        "0,5 tháng",
        "1 năm",
        "trong ngày",
    ]
)
LIMITS = st.sampled_from(
    [None, "0,25 ngày làm việc", "1 ngày làm việc", "3 giờ làm việc", "0,5 ngày", "4 ngày"]
)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "nonworking_receipt": st.sampled_from(["next", "as_is"]),
        "cutoff": st.sampled_from([format(each, "%H:%M") for each in CUTOFFS]),
        "cutoff_effect": st.sampled_from(["same_day_only", "roll_receipt"]),
        "last_hour": st.sampled_from([0, 60]),
        "roll_end": st.booleans(),
        "pause_day": st.sampled_from(["used", "free"]),
    },
)
REVISED = wt.compile(
    {"vn": wt.sources("vn")["vn"] + b'\n[[closure]]\ndate = 2026-03-05\nname = "B\xc3\xa3o"\nbasis = "x"\n'},
    "vn",
)
#: Within the day, or days; two years of calendar are enough for a history.
GAPS = (timedelta(hours=10), timedelta(days=12))
#: Days before its end from which on a history may leap to the last day: no more, since calendars end.
NEAR = 7


def soon(at: datetime, longest: timedelta) -> st.SearchStrategy[datetime]:
    return instants.within(VN, at, longest, *CUTOFFS)


class _Draw:
    """A history in the making: time only goes forward, and each event is possible where it stands."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.at: datetime = data.draw(soon(START, timedelta(days=40)), "start")
        self.supplement = data.draw(st.sampled_from(["restart", "resume"]), "mode")
        self.history = History(REVISED).filed(self.at, self.supplement)
        self.open: list[int] = []
        self.plan: tuple[str, ...] = ()
        self.number = self.extensions = 0
        self.awaiting = self.suspended = self.reappointed = False
        self.term = data.draw(TERMS, "term")
        self.release = data.draw(st.sampled_from(["this", "this", "earlier"]), "release")

    def way(self, term: str) -> tuple[str, ...] | None:
        """The limits by which a term's steps are counted, as this release tells them.

        A dossier of an earlier release may be worked on with this one.
        """
        release, self.release = self.release, self.data.draw(st.sampled_from([self.release, "this"]), "then")
        shared = clock.shares_limits(wt.Term.parse(term)) and release == "this"
        return ("4 ngày", "4 ngày", "0,5 ngày") if shared else None

    def next(self) -> datetime:
        due = self.history.dates.due_legal
        near = due is not None and self.at < due < self.at + timedelta(days=NEAR)
        if due and near and self.data.draw(st.integers(0, 2), "to the last day") == 0:
            last_day = soon(due - timedelta(hours=8), timedelta(hours=8))
            self.at = max(self.at, self.data.draw(last_day, "before its end"))
        self.at = self.data.draw(st.one_of(soon(self.at, gap) for gap in GAPS), "next")
        return self.at

    def open_step(self, clock: bool = True) -> None:
        self.number += 1
        limit = self.data.draw(LIMITS, "limit")
        excluded = "excluded" if clock and self.data.draw(st.booleans(), "excluded") else None
        self.plan = (*self.plan, *filter(None, [limit]))
        self.history.opened(self.at, self.number, limit, self.plan, excluded)
        self.open.append(self.number)

    def close_step(self) -> None:
        by = self.data.draw(st.sampled_from(["completed", "completed", "cancelled"]), "by")
        self.history.closed(self.next(), self.open.pop(0), by)

    def before_acceptance(self) -> None:
        self.open_step(clock=False)
        if self.data.draw(st.booleans(), "supplement before"):
            self.history.asked(self.next()).received(self.next())
        self.history.accepted(
            self.next(), self.term, way=self.way(self.term), **self.data.draw(POLICIES, "policy")
        )
        self.history.closed(self.at, self.open.pop(0))
        self.open_step()

    def step(self) -> None:
        """One more thing that may happen now."""
        can: dict[str, Any] = {
            "revised": lambda: self.history.revised(
                self.next(), self.data.draw(st.sampled_from([REVISED, VN]))
            ),
            "suspension": self.toggle_suspension,
            "supplement": self.toggle_supplement,
        }
        if not self.awaiting:
            can |= {
                "open": lambda: (self.next(), self.open_step()),
                "obligation": self.meet_obligation,
            }
            if self.open:
                can["close"] = self.close_step
            if self.extensions < 2:
                can["extended"] = self.extend
            if not self.reappointed:
                can["reappointed"] = self.reappoint
        can[self.data.draw(st.sampled_from(sorted(can)), "event")]()

    def toggle_suspension(self) -> None:
        at = self.next()
        self.history.suspension_ended(at) if self.suspended else self.history.suspended(at)
        self.suspended = not self.suspended

    def toggle_supplement(self) -> None:
        at = self.next()
        restart = self.term if self.supplement == "restart" else None
        if self.awaiting:
            self.history.received(at, restart, self.way(self.term))
        else:
            self.history.asked(at)
        self.awaiting = not self.awaiting

    def meet_obligation(self) -> None:
        term = self.data.draw(TERMS)
        self.history.obligation_met(self.next(), term, self.way(term))

    def extend(self) -> None:
        self.history.extended(self.next(), self.data.draw(TERMS.filter(lambda term: term != "1 năm")))
        self.extensions += 1

    def reappoint(self) -> None:
        due = self.next().date() + timedelta(days=9)
        self.history.reappointed(self.at, datetime.combine(due, time(17), START.tzinfo))
        self.reappointed = True


@st.composite
def histories(draw: st.DrawFn) -> History:
    """From filing to somewhere, sometimes to the result."""
    making = _Draw(draw(st.data()))
    if making.data.draw(st.integers(0, 9), "accepted"):
        making.before_acceptance()
        for _ in range(making.data.draw(st.integers(0, 8), "events")):
            making.step()
        if not making.awaiting and making.data.draw(st.booleans(), "result"):
            making.history.ready(making.next())
    return making.history


@settings(max_examples=4 * settings.default.max_examples, deadline=None)
@given(histories())
def test_what_is_explained_is_counted_again_to_the_same_dates(history: History):
    told = json.loads(json.dumps(explanation.explain({}, history.events, history.calendars)))
    assert recompute.differences(told) == []


@settings(max_examples=2 * settings.default.max_examples, deadline=None)
@given(histories())
def test_dates_depend_on_events_alone(history: History):
    assert clock.fold(history.events, history.calendars) == clock.fold(
        tuple(history.events), history.calendars
    )


@settings(max_examples=2 * settings.default.max_examples, deadline=None)
@given(histories(), st.data())
def test_a_history_may_be_folded_in_parts_and_each_part_stays_what_it_was(
    history: History, data: st.DataObject
):
    cut = data.draw(st.integers(0, len(history.events)))
    before = clock.Clock(history.calendars).after(history.events[:cut])
    dates = before.dates()
    assert before.after(history.events[cut:]).dates() == history.dates
    assert before.dates() == dates


@settings(max_examples=2 * settings.default.max_examples, deadline=None)
@given(histories())
def test_the_first_due_date_never_moves_and_lateness_is_never_cleared(history: History):
    counted = clock.Clock(history.calendars)
    first = late = None
    for event in history.events:
        counted = counted.after((event,))
        dates = counted.dates()
        assert first in (None, dates.due_first)
        assert late in (None, dates.late_since)
        first, late = dates.due_first, dates.late_since


@settings(max_examples=3 * settings.default.max_examples, deadline=None)
@given(histories())
def test_the_verdict_follows_from_the_legal_date_and_lateness(history: History):
    dates = history.dates
    if dates.verdict is None:
        return
    ready = history.events[-1].at
    assert dates.due_legal is not None
    on_earlier_day = ready.astimezone(dates.due_legal.tzinfo).date() < dates.due_legal.date()
    if dates.late_since or ready > dates.due_legal:
        assert dates.verdict is Verdict.LATE
    else:
        assert dates.verdict is (Verdict.EARLY if on_earlier_day else Verdict.ON_TIME)


@settings(max_examples=2 * settings.default.max_examples, deadline=None)
@given(histories())
def test_each_promise_supersedes_the_one_before_and_only_revisions_keep_the_cycle(history: History):
    made = history.dates.appointments
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert [one.supersedes for one in made] == [None, *range(1, len(made))][: len(made)]
    renewals = [one.kind != "calendar_revision" for one in made]
    assert [one.cycle for one in made] == [sum(renewals[: place + 1]) for place in range(len(made))]
