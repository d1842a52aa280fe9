"""Timers, messages and signals: what a run waits for, and what comes to it."""

from datetime import datetime, timedelta

import pytest

import hoso_bpmn
from hoso_bpmn import errors
from support.builders.bpmn import (
    HANOI,
    MESSAGE,
    MONDAY,
    Walk,
    boundary,
    catch,
    elements,
    specification,
    user,
    users,
)


def test_a_working_time_boundary_timer_interrupts_its_task_on_the_due_day() -> None:
    walk = Walk(
        specification(users("a b c") + boundary(True, "5 ngày làm việc"), "start>a a>b t>c b>end c>end")
    )
    assert walk.due == {"t": datetime(2026, 11, 9, 17, 0, tzinfo=HANOI)}
    [timer] = walk.run.timers
    assert timer.armed == MONDAY
    walk.wait(days=7)
    assert walk.open == ["a"]
    change = walk.wait(hours=10)
    assert elements(change.opened) == ["c"]
    assert [(task.element, task.by) for task in change.closed] == [("a", "cancelled")]
    assert change.timers_dropped == (timer.id,)
    walk.do("c")
    assert walk.run.finished


def test_a_timer_that_does_not_interrupt_opens_beside_its_task() -> None:
    walk = Walk(specification(users("a b c") + boundary(False, "PT4H"), "start>a a>b t>c b>end c>end"))
    assert walk.due == {"t": MONDAY + timedelta(hours=4)}
    walk.wait(hours=5)
    assert walk.open == ["a", "c"]
    assert walk.run.timers == ()
    walk.do("a")
    walk.do("c")
    assert walk.open == ["b"]


def test_completing_the_task_drops_its_timer() -> None:
    walk = Walk(specification(users("a b c") + boundary(True, "P1D"), "start>a a>b t>c b>end c>end"))
    [timer] = walk.run.timers
    assert walk.do("a").timers_dropped == (timer.id,)
    walk.wait(days=30)
    assert walk.open == ["b"]


def test_a_cycle_reminds_three_times_and_every_missed_time_counts() -> None:
    walk = Walk(
        specification(users("a b c") + boundary(False, "R3/P1D", "timeCycle"), "start>a a>b t>c b>end c>end")
    )
    [timer] = walk.run.timers
    change = walk.wait(days=1)
    assert walk.open == ["a", "c"]
    assert change.timers_dropped == (timer.id,)
    assert [new.due for new in change.timers_set] == [MONDAY + timedelta(days=2)]
    walk.wait(days=20)
    assert walk.open == ["a", "c", "c", "c"]
    assert walk.run.timers == ()
    walk.do("a")
    for _ in range(3):
        walk.do("c")
    walk.do("b")
    assert walk.run.finished


def test_an_intermediate_timer_waits_until_its_date() -> None:
    spec = specification(
        user("a") + catch("t", "timer", inner="<timeDate>2026-11-20T09:00:00</timeDate>"), "start>t t>a a>end"
    )
    walk = Walk(spec)
    assert walk.open == []
    assert walk.due == {"t": datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)}
    walk.wait(days=18, hours=1)
    assert walk.open == ["a"]


def test_a_timer_may_take_its_time_from_a_variable() -> None:
    spec = specification(
        users("a b") + catch("t", "timer", inner="<timeDuration>${span}</timeDuration>"),
        "start>a a>t t>b b>end",
    )
    walk = Walk(spec)
    change = walk.do("a", span="nonsense")
    assert change.incident is not None
    assert "nonsense" in change.incident.message
    walk.do("a", span="2 ngày làm việc")
    assert walk.due == {"t": datetime(2026, 11, 4, 17, 0, tzinfo=HANOI)}


GATEWAY = (
    users("a b c d")
    + '<eventBasedGateway id="g"/>'
    + catch("early", "timer", inner="<timeDuration>P2D</timeDuration>")
    + catch("late", "timer", inner="<timeDuration>P5D</timeDuration>")
    + catch("m", "message", "msg")
)


GATEWAY_WAY = "start>a a>g g>late g>early g>m late>c early>b m>d b>end c>end d>end"


def test_an_event_gateway_keeps_one_slot_per_timer_and_the_earliest_wins() -> None:
    walk = Walk(specification(GATEWAY, GATEWAY_WAY, MESSAGE))
    walk.do("a")
    assert walk.due == {"early": MONDAY + timedelta(days=2), "late": MONDAY + timedelta(days=5)}
    assert walk.run.messages == ("Đã nộp tiền",)
    walk.wait(days=30)
    assert walk.open == ["b"]
    assert walk.run.timers == ()


def test_a_message_at_an_event_gateway_drops_its_timers() -> None:
    walk = Walk(specification(GATEWAY, GATEWAY_WAY, MESSAGE))
    walk.do("a")
    change = walk.send("Đã nộp tiền")
    assert walk.open == ["d"]
    assert len(change.timers_dropped) == 2


def test_a_message_that_nobody_awaits_is_refused() -> None:
    walk = Walk(specification(GATEWAY, GATEWAY_WAY, MESSAGE))
    with pytest.raises(errors.NobodyWaits):
        walk.send("Đã nộp tiền")


def test_a_message_brings_variables_and_a_send_task_sends_them_out() -> None:
    spec = specification(
        users("a b") + '<sendTask id="s" messageRef="out"/><receiveTask id="r" messageRef="msg"/>'
        '<exclusiveGateway id="g" default="f5"/>',
        "start>s s>r r>g g>a{paid > 0} g>b a>end b>end",
        MESSAGE + '<message id="out" name="Thông báo"/>',
    )
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=Walk(spec).run._calendars(None))
    assert run.messages == ("Đã nộp tiền",)
    walk = Walk(spec)
    walk.send("Đã nộp tiền", paid=5, other="dropped")
    assert walk.open == ["a"]


def test_a_signal_thrown_in_one_branch_interrupts_the_other() -> None:
    spec = specification(
        users("a b c d") + '<parallelGateway id="s"/>'
        '<intermediateThrowEvent id="x"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>'
        '<boundaryEvent id="t" attachedToRef="b"><signalEventDefinition signalRef="sig"/></boundaryEvent>',
        "start>s s>a s>b a>x x>c b>end t>d c>end d>end",
        '<signal id="sig" name="Rút hồ sơ"/>',
    )
    walk = Walk(spec)
    walk.do("a")
    assert walk.open == ["c", "d"]


def test_a_terminate_end_closes_everything_else() -> None:
    spec = specification(
        users("a b") + '<parallelGateway id="s"/><endEvent id="stop"><terminateEventDefinition/></endEvent>',
        "start>s s>a s>b a>stop b>end",
    )
    walk = Walk(spec)
    change = walk.do("a")
    assert [(task.element, task.by) for task in change.closed] == [("a", "completed"), ("b", "cancelled")]
    assert walk.run.finished


def test_a_signal_may_come_from_outside() -> None:
    spec = specification(
        user("a") + catch("s", "signal", "sig"), "start>s s>a a>end", '<signal id="sig" name="Có văn bản"/>'
    )
    walk = Walk(spec)
    assert walk.run.messages == ("Có văn bản",)
    walk.send("Có văn bản")
    assert walk.open == ["a"]


def test_a_year_of_reminders_leaves_the_state_small() -> None:
    spec = specification(
        users("a b") + boundary(False, "R/P1D", "timeCycle") + '<sendTask id="s" name="Nhắc"/>',
        "start>a a>b t>s s>end b>end",
    )
    walk = Walk(spec)
    walk.wait(days=1)
    size = len(walk.run.dump())
    reminders = [message.name for message in walk.wait(days=365).messages]
    assert reminders == ["Nhắc"] * 365
    assert len(walk.run.dump()) < size + 64
    walk.do("a")
    walk.do("b")
    assert walk.run.finished


@pytest.mark.parametrize(
    "text", ["R/PT0S", "R5/PT1S", "R/PT59S", "every day", "R/", "R0/P1D", "R00/PT1H", "0 0 * * *"]
)
def test_a_cycle_that_is_none_or_never_rests_is_refused(text: str) -> None:
    with pytest.raises((errors.BadTimer, errors.BadExpression)):
        specification(users("a b c") + boundary(False, text, "timeCycle"), "start>a a>b t>c b>end c>end")
