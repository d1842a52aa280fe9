"""Open subscriptions of a run: element and lane, and that sending the message does only what is drawn."""

from typing import Any

import pytest

import hoso_bpmn
from hoso_bpmn import Awaited, errors
from hoso_bpmn.package import package
from hoso_bpmn.runs.specification import Specification
from support.builders import packages
from support.builders.bpmn import MONDAY, Walk, bpmn, packaged, specification, user, users

MESSAGE = '<message id="msg" name="Kết quả thẩm định"/>'
TRIGGER = '<messageEventDefinition messageRef="msg"/>'
SPECIALIST = ("Phòng chuyên môn", "specialist", "handling")


def laned(change: str) -> Specification:
    """The sound procedure with elements added or replaced."""
    return hoso_bpmn.load(package.read(packages.package(MESSAGE + change))).specification


def awaited(walk: Walk) -> list[tuple[Any, ...]]:
    return [(each.name, each.element, each.lane, each.role, each.unit) for each in walk.run.awaited]


def test_a_receive_task_is_awaited_by_the_role_of_its_lane() -> None:
    receive = '<receiveTask id="Cho" messageRef="msg"/>'
    flows = (
        '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Cho"/>'
        '<sequenceFlow id="F6" sourceRef="Cho" targetRef="Ky"/>'
    )
    walk = Walk(laned(receive + flows))
    walk.do("Tiep_nhan", "accept")
    assert awaited(walk) == []
    walk.do("Tham_dinh")
    assert awaited(walk) == [("Kết quả thẩm định", "Cho", *SPECIALIST)]
    walk.send("Kết quả thẩm định")
    assert (awaited(walk), walk.open) == ([], ["Ky"])


def test_a_boundary_event_is_awaited_by_the_role_of_the_lane_that_lists_it() -> None:
    event = (
        f'<boundaryEvent id="B" attachedToRef="Tiep_nhan" cancelActivity="false">{TRIGGER}</boundaryEvent>'
    )
    after = '<userTask id="Xem" name="Xem"/>'
    flows = (
        '<sequenceFlow id="F6" sourceRef="B" targetRef="Xem"/>'
        '<sequenceFlow id="F7" sourceRef="Xem" targetRef="Xong"/>'
    )
    walk = Walk(laned(event + after + flows))
    assert awaited(walk) == [("Kết quả thẩm định", "B", *SPECIALIST)], "its activity is in the desk's"


def test_a_boundary_event_that_no_lane_lists_takes_the_lane_of_its_activity() -> None:
    event = f'<boundaryEvent id="B" attachedToRef="a">{TRIGGER}</boundaryEvent>'
    lanes = '<laneSet id="l"><lane id="l1" name="Một cửa"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    spec = specification(lanes + users("a b") + event, "start>a a>end B>b b>end", MESSAGE)
    assert awaited(Walk(spec)) == [("Kết quả thẩm định", "B", "Một cửa", "reception", "receiving")]


EVENT_SUB = (
    '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="{}">'
    + TRIGGER
    + "</startEvent>"
    '<userTask id="handle"/><endEvent id="he"/><sequenceFlow id="h1" sourceRef="hs" targetRef="handle"/>'
    '<sequenceFlow id="h2" sourceRef="handle" targetRef="he"/></subProcess>'
)


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_the_start_of_an_event_subprocess_takes_the_lane_of_that(interrupting: str) -> None:
    lanes = '<laneSet id="l"><lane id="l1" name="Một cửa"><flowNodeRef>h</flowNodeRef></lane></laneSet>'
    spec = specification(lanes + user("a") + EVENT_SUB.format(interrupting), "start>a a>end", MESSAGE)
    place = ("Kết quả thẩm định", "hs", "Một cửa", "reception", "receiving")
    walk = Walk(spec)
    assert awaited(walk) == [place]
    walk.send("Kết quả thẩm định")
    assert awaited(walk) == ([] if interrupting == "true" else [place])


def test_an_element_in_nobodys_lane_is_nobodys() -> None:
    spec = specification(user("a") + EVENT_SUB.format("false"), "start>a a>end", MESSAGE)
    assert Walk(spec).run.awaited == (Awaited("Kết quả thẩm định", "hs", None, None, None),)


def test_at_an_event_gateway_each_event_is_awaited_for_itself() -> None:
    events = (
        '<eventBasedGateway id="g"/>'
        f'<intermediateCatchEvent id="m">{TRIGGER}</intermediateCatchEvent>'
        '<receiveTask id="r" name="Rút đề nghị"/>'
        '<intermediateCatchEvent id="s"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition>'
        "</intermediateCatchEvent>"
    )
    spec = specification(
        events + users("a"),
        "start>g g>m g>r g>s g>t m>a r>a s>a t>a a>end",
        MESSAGE + '<signal id="sig" name="Có văn bản"/>',
    )
    walk = Walk(spec)
    assert [(each.name, each.element) for each in walk.run.awaited] == [
        ("Kết quả thẩm định", "m"),
        ("Rút đề nghị", "r"),
        ("Có văn bản", "s"),
    ]
    assert walk.run.messages == ("Có văn bản", "Kết quả thẩm định", "Rút đề nghị")
    walk.send("Rút đề nghị")
    assert (walk.run.awaited, walk.open) == ((), ["a"])


def test_an_event_with_several_messages_awaits_each_of_them() -> None:
    several = f'<intermediateCatchEvent id="m">{TRIGGER}<signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
    spec = specification(
        several + users("a"), "start>m m>a a>end", MESSAGE + '<signal id="sig" name="Có văn bản"/>'
    )
    walk = Walk(spec)
    assert [(each.name, each.element) for each in walk.run.awaited] == [
        ("Kết quả thẩm định", "m"),
        ("Có văn bản", "m"),
    ]
    walk.send("Có văn bản")
    assert (walk.run.awaited, walk.open) == ((), ["a"])


MULTI = (
    '<multiInstanceLoopCharacteristics isSequential="false" camunda:collection="units" camunda:elementVariable="unit">'
    "</multiInstanceLoopCharacteristics>"
)


def test_an_answer_asked_of_several_units_is_awaited_from_each() -> None:
    inner = (
        f'<subProcess id="p">{MULTI}<startEvent id="ps"/><receiveTask id="r" messageRef="msg"/><endEvent id="pe"/>'
        '<sequenceFlow id="p1" sourceRef="ps" targetRef="r"/><sequenceFlow id="p2" sourceRef="r" targetRef="pe"/>'
        "</subProcess>"
    )
    walk = Walk(specification(inner + user("a"), "start>p p>a a>end", MESSAGE), units=["H27.01", "H27.02"])
    assert [(each.element, each.item) for each in walk.run.awaited] == [("r", "H27.01"), ("r", "H27.02")]


def test_a_place_of_each_unit_is_the_units_own() -> None:
    receive = (
        f'<receiveTask id="r" messageRef="msg">{MULTI}<extensionElements><camunda:properties>'
        '<camunda:property name="unit" value="item"/></camunda:properties></extensionElements></receiveTask>'
    )
    walk = Walk(specification(receive + user("a"), "start>r r>a a>end", MESSAGE), units=["H27.01", "H27.02"])
    assert [each.unit for each in walk.run.awaited] == ["H27.01", "H27.02"]


def test_a_wrong_name_is_refused_with_the_names_that_are_awaited() -> None:
    walk = Walk(specification(user("a") + EVENT_SUB.format("false"), "start>a a>end", MESSAGE))
    with pytest.raises(errors.NobodyWaits) as refused:
        walk.send("kết quả thẩm định")
    assert refused.value.awaited == ("Kết quả thẩm định",)


def test_what_is_sent_on_the_way_to_the_first_task_is_told_by_the_new_run() -> None:
    loaded = hoso_bpmn.load(
        packaged(bpmn('<sendTask id="s" name="Báo tin"/>' + user("a"), "start>s s>a a>end"))
    )
    walk = Walk(loaded.specification)
    assert walk.run.sent == ()
    run = hoso_bpmn.start(loaded.specification, at=MONDAY, calendar=walk.run._calendars(None))
    assert [message.name for message in run.sent] == ["Báo tin"]


def test_what_is_awaited_is_the_same_after_a_dump() -> None:
    walk = Walk(specification(user("a") + EVENT_SUB.format("false"), "start>a a>end", MESSAGE))
    before = walk.run.awaited
    walk.send("Kết quả thẩm định")
    assert walk.run.awaited == before


@pytest.mark.parametrize(
    ("element", "kind"),
    [("userTask", "user"), ("task", "user"), ("manualTask", "manual"), ("serviceTask", "external")],
)
def test_a_task_says_what_it_waits_for(element: str, kind: str) -> None:
    (task,) = Walk(specification(f'<{element} id="a"/>', "start>a a>end")).run.tasks
    assert task.kind == kind


def test_a_message_about_one_item_reaches_that_instance_only() -> None:
    receive = f'<receiveTask id="r" messageRef="msg">{MULTI}</receiveTask>'
    walk = Walk(specification(receive + user("a"), "start>r r>a a>end", MESSAGE), units=["H27.01", "H27.02"])
    walk._after(walk.run.send("Kết quả thẩm định", item="H27.01", at=walk.at))
    assert [each.item for each in walk.run.awaited] == ["H27.02"]
    with pytest.raises(errors.NobodyWaits):
        walk.run.send("Kết quả thẩm định", item="H27.01", at=walk.at)
    walk.send("Kết quả thẩm định")
    assert (walk.run.awaited, walk.open) == ((), ["a"])


def test_a_message_does_not_reach_whom_it_has_just_taken_away() -> None:
    lanes = users("a b c") + (
        f'<boundaryEvent id="x" attachedToRef="p">{TRIGGER}</boundaryEvent>'
        f'<subProcess id="p"><startEvent id="ps"/><intermediateCatchEvent id="m">{TRIGGER}</intermediateCatchEvent>'
        '<userTask id="i"/><endEvent id="pe"/><sequenceFlow id="p1" sourceRef="ps" targetRef="m"/>'
        '<sequenceFlow id="p2" sourceRef="m" targetRef="i"/><sequenceFlow id="p3" sourceRef="i" targetRef="pe"/></subProcess>'
    )
    walk = Walk(specification(lanes, "start>p p>a x>b a>end b>end", MESSAGE))
    walk.send("Kết quả thẩm định")
    assert walk.open == ["b"]
    walk.do("b")
    assert walk.run.finished
