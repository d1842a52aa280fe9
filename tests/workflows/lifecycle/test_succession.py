"""A unit takes another's place: no date, no status and no letter of a dossier changes, and what comes later is the new unit's."""

from dataclasses import replace
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import hoso_calendar as wt
from hoso_workflows import errors, recompute
from hoso_workflows.clock import clock, explanation
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import (
    Actor,
    AskSupplement,
    Claim,
    Delegate,
    ReceiveSupplement,
    ReplaceUnit,
    Transfer,
    Withdraw,
)
from hoso_workflows.lifecycle.projection import Projection, Row
from support.builders.histories import local
from support.in_memory import DESK, OFFICER, UNITS, Walk, loaded

NEW = "H27.9"
BASIS = "Nghị quyết 202/2025/QH15"
CALENDARS = {**dict.fromkeys(UNITS.values(), wt.load("ha-tinh")), NEW: wt.load("nghe-an")}
KEPT = {(cal.id, cal.version): cal for cal in CALENDARS.values()}
#: Who orders it, as the service tells the decision.
BY = Actor(UUID(int=1), UUID(int=77), automatic=True)


def walked(steps: int, supplement: str = "restart", *, asked: bool = False) -> Walk:
    """A dossier after so many steps, perhaps with a supplement that is awaited."""
    walk = Walk(loaded(supplement=supplement), calendars=CALENDARS)
    for step in range(steps):
        state = transitions.fold(walk.events)
        if not state.tasks:
            break
        _, task = walk.task
        if task.milestone == "accept":
            walk.accept()
        else:
            walk.complete(f"2026-03-0{2 + step // 3} 1{step % 3}:30", next(iter(task.outcomes), None))
    if asked and transitions.fold(walk.events).status in ("filed", "in_process"):
        walk.does(AskSupplement("Thiếu"), "2026-03-05 09:00", DESK)
    return walk


def replaces(
    walk: Walk, old: str, new: str = NEW, at: str = "2026-03-05 10:00", **said: object
) -> list[Kind]:
    return [event.kind for event in walk.does(ReplaceUnit(old, new, BASIS, **said), at, BY)]


def rows(walk: Walk) -> tuple[Row, list[Row]]:
    """The rows of a dossier and its tasks, but for units and for the newest number of its history."""
    projection = Projection.of(walk.events, KEPT)
    dates = projection.clock.dates()
    dossier = projection.dossier(dates, walk.loaded.specification)
    apart = ("receiving_unit", "handling_unit", "deciding_unit", "last_seq")
    tasks = [projection.task(task, dates) for task in projection.tasks]
    return (
        {name: value for name, value in dossier.items() if name not in apart},
        [{name: value for name, value in task.items() if name != "unit_code"} for task in tasks],
    )


@given(
    steps=st.integers(0, 6),
    asked=st.booleans(),
    old=st.sampled_from(sorted(UNITS.values())),
    supplement=st.sampled_from(("restart", "resume")),
)
@settings(deadline=None)
def test_no_date_no_status_and_no_letter_changes(steps: int, asked: bool, old: str, supplement: str) -> None:
    walk = walked(steps, supplement, asked=asked)
    before, dates, letters = (
        rows(walk),
        clock.fold(walk.events, KEPT),
        Projection.of(walk.events, KEPT).letters,
    )
    if walk.run.finished:
        with pytest.raises(errors.WrongStatus):
            replaces(walk, old)
        return
    assert replaces(walk, old) == [Kind.UNIT_REPLACED]
    assert clock.fold(walk.events, KEPT) == dates
    assert rows(walk) == before
    assert Projection.of(walk.events, KEPT).letters == letters
    state = transitions.fold(walk.events)
    assert state.units == {part: NEW if unit == old else unit for part, unit in UNITS.items()}
    assert old not in {task.unit for task in state.tasks.values()}
    assert recompute.differences(explanation.explain({}, walk.events, KEPT)) == []
    assert replaces(walk, old) == []


@given(steps=st.integers(1, 5), there=st.sampled_from(sorted(UNITS.values())))
@settings(deadline=None)
def test_what_is_replaced_and_replaced_back_is_as_it_was(steps: int, there: str) -> None:
    walk = walked(steps)
    before = transitions.fold(walk.events)
    if walk.run.finished:
        return
    replaces(walk, there)
    replaces(walk, NEW, there)
    after = transitions.fold(walk.events)
    assert replace(after, last_at=before.last_at, replaced={}) == before
    assert dict(after.replaced) == {NEW: there}


def test_later_steps_open_at_the_new_unit() -> None:
    walk = walked(1)
    assert replaces(walk, UNITS["deciding"]) == [Kind.UNIT_REPLACED]
    while True:
        _, task = walk.task
        if task.unit == NEW:
            break
        assert task.unit != UNITS["deciding"]
        walk.complete("2026-03-06 10:00", next(iter(task.outcomes), None))


def test_a_restarted_term_is_counted_in_the_new_units_calendar() -> None:
    walk = walked(3, asked=True)
    for unit in sorted(set(UNITS.values())):
        replaces(walk, unit)
    walk.does(ReceiveSupplement(), "2026-03-10 08:00", DESK)
    made = clock.fold(walk.events, KEPT).appointments
    assert [each.calendar for each in made] == ["ha-tinh", "nghe-an"]
    (step,) = clock.Clock(KEPT).after(walk.events).steps.values()
    assert (step.calendar.id, step.successor) == ("nghe-an", None)


def test_a_term_that_resumes_goes_on_in_the_calendar_in_which_it_began() -> None:
    walk = walked(3, "resume", asked=True)
    replaces(walk, UNITS["handling"])
    walk.does(ReceiveSupplement(), "2026-03-10 08:00", DESK)
    made = clock.fold(walk.events, KEPT).appointments
    assert [each.calendar for each in made] == ["ha-tinh", "ha-tinh"]


def test_a_task_stays_with_whoever_plays_its_role_in_the_new_unit() -> None:
    for playing, after in ((True, OFFICER.principal), (False, None)):
        walk = walked(2)
        task, found = walk.task
        walk.does(Claim(task), "2026-03-04 09:00", OFFICER)
        officers = frozenset({(OFFICER.principal, found.role if playing else "somebody")})
        told = replaces(walk, found.unit, officers=officers)
        assert told == [Kind.UNIT_REPLACED] if playing else [Kind.UNIT_REPLACED, Kind.TASK_UNCLAIMED]
        assert walk.task[1].assignee == after


def test_a_delegated_task_does_not_stay_where_its_owner_does_not_play_its_role() -> None:
    walk, colleague = walked(2), UUID(int=77)
    task, found = walk.task
    walk.does(Claim(task), "2026-03-04 09:00", OFFICER)
    walk.does(Delegate(task, colleague), "2026-03-04 10:00", OFFICER)
    told = replaces(walk, found.unit, officers=frozenset({(colleague, found.role)}))
    assert told == [Kind.UNIT_REPLACED, Kind.TASK_UNCLAIMED]
    assert (walk.task[1].assignee, walk.task[1].owner) == (None, None)


def test_a_dossier_that_does_not_concern_the_unit_is_left_alone() -> None:
    assert replaces(walked(2), "H27.404") == []


@pytest.mark.parametrize(
    ("old", "new", "basis", "refusal"),
    [
        (UNITS["handling"], NEW, " ", errors.FormRefused),
        (NEW, NEW, BASIS, errors.FormRefused),
        (UNITS["handling"], "H27.404", BASIS, errors.UnitUnknown),
    ],
)
def test_what_cannot_be_is_refused(old: str, new: str, basis: str, refusal: type[errors.Refusal]) -> None:
    walk = walked(2)
    with pytest.raises(refusal):
        walk.does(ReplaceUnit(old, new, basis), "2026-03-05 10:00", BY)


def test_a_closed_dossier_stays_where_it_is() -> None:
    walk = walked(2)
    walk.does(Withdraw("đổi ý"), "2026-03-05 08:00", DESK)
    with pytest.raises(errors.WrongStatus, match="Moving the dossier to another unit is possible in"):
        replaces(walk, UNITS["handling"])


def test_a_revision_of_the_new_units_calendar_reaches_what_starts_again() -> None:
    walk = walked(3, asked=True)
    replaces(walk, UNITS["handling"])
    nghe_an = CALENDARS[NEW]
    event = replace(
        walk.events[-1],
        kind=Kind.CALENDAR_REVISED,
        at=local("2026-03-06 08:00"),
        payload={"calendar": {"id": nghe_an.id, "version": nghe_an.version}},
    )
    before = clock.Clock(KEPT).after(walk.events)
    after = before.after((event,))
    assert (after.dates(), after.steps) == (before.dates(), before.steps)


def test_a_transfer_starts_again_by_the_new_reception_s_calendar_and_succeeds_nobody():
    walk = walked(0)
    old = UNITS["receiving"]
    kinds = [
        event.kind for event in walk.does(Transfer("không thuộc thẩm quyền", NEW), "2026-03-02 09:00", DESK)
    ]
    state, counted = transitions.fold(walk.events), clock.Clock(KEPT).after(walk.events)
    assert kinds[:2] == [Kind.UNIT_REPLACED, Kind.TRANSFERRED]
    assert (state.units["receiving"], state.replaced, old != NEW) == (NEW, {}, True)
    assert counted.receiving.calendar.id == "nghe-an"
    assert {step.calendar.id for step in counted.steps.values()} == {"nghe-an"}


def test_a_transfer_that_the_same_desk_goes_on_with_gives_it_no_new_term():
    walk = walked(0)
    before = clock.Clock(KEPT).after(walk.events)
    places = {"handling_unit": NEW, "deciding_unit": UNITS["deciding"]}
    moved = walk.does(
        Transfer("đơn vị khác giải quyết", UNITS["receiving"], **places), "2026-03-05 09:00", DESK
    )
    state, counted = transitions.fold(walk.events), clock.Clock(KEPT).after(walk.events)
    assert [event.kind for event in moved][:2] == [Kind.UNIT_REPLACED, Kind.TRANSFERRED]
    assert (state.units["handling"], state.units["receiving"]) == (NEW, UNITS["receiving"])
    assert (counted.dates(), counted.receptions) == (before.dates(), 1)


def test_each_reception_that_starts_is_counted():
    walk = walked(0)
    walk.does(Transfer("không thuộc thẩm quyền", NEW), "2026-03-02 09:00", DESK)
    walk.does(AskSupplement("Thiếu"), "2026-03-02 10:00", DESK)
    walk.does(ReceiveSupplement(), "2026-03-03 09:00", DESK)
    assert clock.Clock(KEPT).after(walk.events).receptions == 3
