"""Effects that come from the engine rather than from a command: timers, ends, branches, incidents."""

from typing import Any
from uuid import UUID

import pytest

import hoso_bpmn
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.clock import clock
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import Actor, Advance, AskSupplement, Complete
from support.builders.bpmn import bpmn, packaged, user
from support.in_memory import CALENDARS, DESK, Walk

SYSTEM = Actor(UUID(int=0), automatic=True)
RECEPTION = user("tiep", milestone="accept")


def walk(elements: str, way: str, accepted: bool = True, **filing: Any) -> Walk:
    """A dossier of a small procedure: reception, then what is drawn."""
    found = Walk(hoso_bpmn.load(packaged(bpmn(RECEPTION + elements, f"start>tiep {way}"))), **filing)
    if accepted:
        found.accept()
    return found


def kinds(events: list[Event]) -> list[str]:
    return [str(event.kind) for event in events]


def ids(dossier: Walk) -> dict[str, UUID]:
    """The open tasks by their element."""
    return {found.element: task for task, found in transitions.fold(dossier.events).tasks.items()}


def ending(word: str, identity: str = "end") -> str:
    return (
        f'<endEvent id="{identity}"><extensionElements><camunda:properties><camunda:property name="ends" '
        f'value="{word}"/></camunda:properties></extensionElements></endEvent>'
    )


TIMED = (
    user("xet")
    + user("nhac")
    + '<boundaryEvent id="het" attachedToRef="xet" cancelActivity="{cancels}"><timerEventDefinition>'
    + "<timeDuration>2 giờ làm việc</timeDuration></timerEventDefinition></boundaryEvent>"
)
TIMED_WAY = "tiep>xet xet>end het>nhac nhac>end"


def test_a_timer_is_told_with_its_due_instant_and_dropped_with_its_step():
    dossier = walk(TIMED.format(cancels="true"), TIMED_WAY, accepted=False)
    events = dossier.accept()
    assert kinds(events) == ["accepted", "task_closed", "task_opened", "timer_set", "letter_issued"]
    (timer,) = [event.payload for event in events if event.kind is Kind.TIMER_SET]
    assert (timer["element"], timer["due"], timer["armed"]) == (
        "het",
        "2026-03-02T11:00:00+07:00",
        "2026-03-02T09:00:00+07:00",
    )
    told = dossier.complete()
    assert {"id": timer["id"]} in [dict(e.payload) for e in told if e.kind is Kind.TIMER_DROPPED]


def test_a_due_timer_cancels_the_step_that_it_guards():
    dossier = walk(TIMED.format(cancels="true"), TIMED_WAY)
    assert dossier.does(Advance(), "2026-03-02 10:59", SYSTEM) == []
    events = dossier.does(Advance(), "2026-03-02 11:00", SYSTEM)
    assert kinds(events) == ["task_closed", "task_opened", "timer_dropped"]
    assert (events[0].payload["by"], events[0].payload["outcome"], events[0].automatic) == (
        "cancelled",
        None,
        True,
    )
    assert list(ids(dossier)) == ["nhac"]


def test_a_timer_that_does_not_interrupt_opens_a_step_beside():
    dossier = walk(TIMED.format(cancels="false"), TIMED_WAY)
    dossier.does(Advance(), "2026-03-02 11:00", SYSTEM)
    assert sorted(ids(dossier)) == ["nhac", "xet"]


def test_no_timer_fires_while_a_supplement_is_awaited():
    dossier = walk(TIMED.format(cancels="true"), TIMED_WAY)
    dossier.does(AskSupplement("thiếu"), actor=DESK)
    with pytest.raises(errors.WrongStatus):
        dossier.does(Advance(), "2026-03-05 11:00", SYSTEM)


@pytest.mark.parametrize(
    ("word", "kind", "status"),
    [
        ("stopped", "stopped", Status.STOPPED),
        ("withdrawn", "withdrawn", Status.WITHDRAWN),
        ("refused", "stopped", Status.STOPPED),
    ],
)
def test_an_end_event_says_how_an_accepted_dossier_ended(word: str, kind: str, status: Status):
    dossier = walk(user("xet") + ending(word), "tiep>xet xet>end")
    events = dossier.complete()
    assert kinds(events) == ["task_closed", kind]
    assert (dict(events[-1].payload), dossier.state.status) == ({"reason": word}, status)


def test_a_run_that_ends_without_a_result_stops_the_dossier():
    dossier = walk(user("xet"), "tiep>xet xet>end")
    assert kinds(dossier.complete()) == ["task_closed", "stopped"]
    assert dossier.state.status is Status.STOPPED


def test_steps_in_parallel_are_open_together_and_each_is_closed_once():
    fork = '<parallelGateway id="chia"/><parallelGateway id="gop"/>'
    elements = fork + user("mot") + user("hai") + user("ky", milestone="result")
    dossier = walk(elements, "tiep>chia chia>mot chia>hai mot>gop hai>gop gop>ky ky>end")
    opened = ids(dossier)
    assert sorted(opened) == ["hai", "mot"]
    assert kinds(dossier.does(Complete(opened["mot"]))) == ["task_closed"]
    assert kinds(dossier.does(Complete(opened["hai"]))) == ["task_closed", "task_opened"]
    assert kinds(dossier.complete()) == ["task_closed", "result_ready"]


BROKEN = '<exclusiveGateway id="chon"/>' + user("xet") + user("ky") + user("tra")
BROKEN_WAY = "tiep>xet xet>chon chon>ky{amount > 5} chon>tra{amount == 1} ky>end tra>end"


def test_trouble_of_the_engine_is_told_as_an_incident_and_changes_nothing_else():
    dossier = walk(BROKEN, BROKEN_WAY)
    task = ids(dossier)["xet"]
    events = dossier.does(Complete(task, variables={"amount": 3}))
    assert kinds(events) == ["incident"]
    assert events[0].payload["element"] == "chon"
    assert (ids(dossier), dossier.state.status) == ({"xet": task}, Status.IN_PROCESS)
    assert kinds(dossier.does(Complete(task, variables={"amount": 6}))) == ["task_closed", "task_opened"]


def test_a_value_that_cannot_enter_the_run_is_refused():
    dossier = walk(BROKEN, BROKEN_WAY)
    with pytest.raises(errors.BadVariable, match="amount"):
        dossier.complete(variables={"amount": {"nested": 1}})


def test_acceptance_is_not_told_where_the_engine_cannot_go_on():
    drawing = '<exclusiveGateway id="chon"/>' + user("ky")
    dossier = walk(drawing, "tiep>chon chon>ky{amount > 5} ky>end", accepted=False, variables={"amount": 3})
    assert kinds(dossier.accept()) == ["incident"]
    assert (dossier.state.status, dossier.state.code) == (Status.FILED, None)


def test_form_values_that_the_drawing_names_enter_the_engine():
    drawing = '<exclusiveGateway id="chon"/>' + user("ky")
    dossier = walk(
        drawing, "tiep>chon chon>ky{amount > 5} ky>end", variables={"amount": 6, "name": "không dùng"}
    )
    assert list(ids(dossier)) == ["ky"]


def test_a_drawing_that_fails_before_its_first_task_files_nothing():
    drawing = RECEPTION + '<exclusiveGateway id="chon"/>'
    case = hoso_bpmn.load(packaged(bpmn(drawing, "start>chon chon>tiep{amount > 5} tiep>end")))
    with pytest.raises(errors.CannotStart) as refused:
        Walk(case, variables={"amount": 3})
    assert refused.value.element == "chon"


def test_a_posting_drawn_as_excluded_stops_the_clock_of_the_dossier():
    posting = user("niem", clock="excluded", clock_basis="Luật Đất đai Điều 17", limit="15 ngày")
    dossier = walk(posting + user("ky", milestone="result"), "tiep>niem niem>ky ky>end")
    calendars = {(cal.id, cal.version): cal for cal in CALENDARS.values()}
    posted = clock.fold(dossier.events, calendars)
    assert (posted.running, posted.due_legal) == (False, None)
    dossier.complete("2026-03-04 09:00")
    dates = clock.fold(dossier.events, calendars)
    assert (dates.running, dates.cycle, dates.due_legal > dates.due_first) == (True, 2, True)


def test_a_timer_behind_which_the_run_cannot_go_on_is_told_once_and_due_no_more():
    timer = (
        '<boundaryEvent id="het" attachedToRef="xet"><timerEventDefinition>'
        "<timeDuration>2 giờ làm việc</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    drawing = user("xet") + timer + '<exclusiveGateway id="chon"/>' + user("ky") + user("tra")
    dossier = walk(
        drawing, "tiep>xet xet>end het>chon chon>ky{amount > 5} chon>tra{amount == 1} ky>end tra>end"
    )
    events = dossier.does(Advance(), "2026-03-04 09:00")
    assert kinds(events) == ["timer_dropped", "incident"]
    assert kinds(dossier.does(Advance(), "2026-03-05 09:00")) == []
    assert list(ids(dossier)) == ["xet"]
