"""Incidents of the engine: one for each halt, nothing lost, nothing else blocked, and a way to retry."""

import pytest

import hoso_bpmn
from hoso_bpmn import errors
from support.builders.bpmn import MONDAY, Walk, specification, user, users


def timer(identity: str, host: str, text: str) -> str:
    return (
        f'<boundaryEvent id="{identity}" attachedToRef="{host}" cancelActivity="false"><timerEventDefinition>'
        f"<timeDuration>{text}</timeDuration></timerEventDefinition></boundaryEvent>"
    )


#: Behind the first timer stands a gateway whose variable nobody has given; the second is sound.
BROKEN = specification(
    users("a b c d e")
    + timer("broken", "a", "P1D")
    + timer("sound", "a", "P2D")
    + '<exclusiveGateway id="g" default="f5"/>',
    "start>a a>b broken>g g>c{x == 1} g>d sound>e b>end c>end d>end e>end",
)


def test_a_timer_that_cannot_go_on_is_held_and_the_others_fire() -> None:
    walk = Walk(BROKEN)
    held, sound = walk.run.timers
    change = walk.wait(days=3)
    assert change == hoso_bpmn.Change(timers_dropped=(held.id,), incident=change.incident)
    assert change.incident is not None
    assert (change.incident.element, change.incident.id) == ("g", held.id)
    assert walk.open == ["a"]
    assert walk.run.timers == (sound,)
    change = walk.wait()
    assert change.incident is None
    assert [task.element for task in change.opened] == ["e"]
    assert walk.wait() == hoso_bpmn.Change(), "a held timer must not be tried at every sweep"
    assert [incident.id for incident in walk.run.incidents] == [held.id]


def test_a_held_timer_does_not_keep_people_from_working() -> None:
    walk = Walk(BROKEN)
    walk.wait(days=1)
    assert walk.do("a").incident is None
    assert walk.open == ["b"]
    assert walk.run.incidents == ()


def test_a_timer_that_is_due_does_not_fire_within_somebody_elses_act() -> None:
    walk = Walk(BROKEN)
    walk.at = MONDAY.replace(day=20)
    assert walk.do("a").incident is None


def test_a_held_timer_fires_again_with_what_was_missing() -> None:
    walk = Walk(BROKEN)
    incident = walk.wait(days=1).incident
    assert incident is not None
    assert incident.id is not None
    again = walk.run.retry(incident.id, at=walk.at)
    assert again.incident is not None
    assert walk.run.incidents != ()
    change = walk.run.retry(incident.id, {"x": 1}, at=walk.at)
    assert [task.element for task in change.opened] == ["c"]
    assert walk.run.incidents == ()
    with pytest.raises(errors.UnknownIncident):
        walk.run.retry(incident.id, at=walk.at)


def test_a_failed_call_leaves_its_task_open_for_another_try_or_a_person() -> None:
    walk = Walk(specification('<serviceTask id="s"/>' + user("b"), "start>s s>b b>end"))
    task = walk.task("s").id
    change = walk.run.fail(task, "the tax office did not answer", at=MONDAY)
    assert change == hoso_bpmn.Change(incident=hoso_bpmn.Incident("s", "the tax office did not answer", task))
    walk._reload()
    assert walk.run.incidents == (hoso_bpmn.Incident("s", "the tax office did not answer", task),)
    walk.do("s")
    assert walk.open == ["b"]
    assert walk.run.incidents == ()


def test_only_an_external_task_can_have_a_failed_call() -> None:
    walk = Walk(specification(user("a"), "start>a a>end"))
    with pytest.raises(errors.NotExternal):
        walk.run.fail(walk.task("a").id, "x", at=MONDAY)


def test_a_term_past_the_calendar_is_the_calendars_error_and_changes_nothing() -> None:
    import hoso_calendar as wt

    wait = '<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>9000 ngày làm việc</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    walk = Walk(specification(user("a") + wait, "start>a a>w w>end"))
    before = walk.run.dump()
    with pytest.raises(wt.MissingCalendarData):
        walk.do("a")
    assert walk.run.dump() == before
    assert walk.open == ["a"]
