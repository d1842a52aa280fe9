"""Joins at which a dossier would wait for ever are found, in sub-processes too; joins that are fed are left alone."""

import pytest

from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from support.builders import packages

TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"


def flow(source: str, target: str, name: str = "", inside: str = "") -> str:
    return f'<sequenceFlow id="{source}-{target}" name="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def between(gateways: str, first: str, last: str) -> str:
    """Two tasks beside each other between two gateways, behind the second task of the sound procedure."""
    when = "<conditionExpression>n > 1</conditionExpression>"
    names, inside = (("Một", "Hai"), ("", "")) if "exclusive" in first else (("", ""), ("", ""))
    if "inclusive" in first:
        inside = (when, when)
    tasks = '<userTask id="Trai" name="Trái"/><userTask id="Phai" name="Phải"/>'
    return (
        f'{gateways}<{first} id="Tach"/><{last} id="Gop"/>{tasks}'
        '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Tach"/>'
        + flow("Tach", "Trai", names[0], inside[0])
        + flow("Tach", "Phai", names[1], inside[1])
        + flow("Trai", "Gop")
        + flow("Phai", "Gop")
        + flow("Gop", "Ky")
    )


def leaving(end: str, to: str = "Het") -> str:
    """A parallel branch that a timer may lead away."""
    return (
        f'<boundaryEvent id="Han" attachedToRef="Trai">{TIMER}</boundaryEvent><endEvent id="Het">{end}</endEvent>'
        + flow("Han", to)
    )


INSIDE = (
    '<subProcess id="Tham_dinh" name="Nhóm"><startEvent id="a"/><userTask id="b" name="B"/><exclusiveGateway id="c"/>'
    '<parallelGateway id="d"/><endEvent id="e"/>'
    + flow("a", "b")
    + flow("b", "c")
    + flow("c", "d", "Một")
    + '<sequenceFlow id="Hai" name="Hai" sourceRef="c" targetRef="d"/>'
    + flow("d", "e")
    + "</subProcess>"
)


def starved(change: str) -> list[str | None]:
    found = inspection.inspect_package(packages.package(change)).errors
    return [finding.element for finding in found if finding.rule == "join-starved"]


@pytest.mark.parametrize(
    ("change", "join"),
    [
        (between("", "exclusiveGateway", "parallelGateway"), "Gop"),
        (between("", "inclusiveGateway", "parallelGateway"), "Gop"),
        (between(leaving(""), "parallelGateway", "parallelGateway"), "Gop"),
        (INSIDE, "d"),
    ],
    ids=["a choice", "some of several", "a branch that is led away", "two flows of one choice"],
)
def test_a_join_whose_tokens_may_not_come_is_found(change: str, join: str):
    assert starved(change) == [join]


@pytest.mark.parametrize(
    "change",
    [
        between("", "parallelGateway", "parallelGateway"),
        between("", "inclusiveGateway", "inclusiveGateway"),
        between("", "exclusiveGateway", "inclusiveGateway"),
        between("", "parallelGateway", "exclusiveGateway"),
        between(leaving("<terminateEventDefinition/>"), "parallelGateway", "parallelGateway"),
        between('<exclusiveGateway id="Nhap"/>' + leaving("", "Nhap"), "parallelGateway", "parallelGateway")
        .replace(flow("Trai", "Gop"), flow("Trai", "Nhap") + flow("Nhap", "Gop"))
        .replace('<endEvent id="Het"></endEvent>', ""),
    ],
)
def test_a_join_that_is_fed_is_left_alone(change: str):
    assert starved(change) == []


def test_an_inclusive_join_within_another_acts_before_it():
    when = "<conditionExpression>n > 1</conditionExpression>"
    gateways = "".join(f'<inclusiveGateway id="{name}"/>' for name in ("A", "B", "C", "D"))
    tasks = "".join(f'<userTask id="{name}" name="{name}"/>' for name in ("t", "u", "v", "w"))
    change = (
        f'<parallelGateway id="P"/><parallelGateway id="Q"/>{gateways}{tasks}'
        '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="P"/>'
        + "".join(
            flow(*pair) for pair in (("P", "t"), ("t", "Q"), ("P", "A"), ("u", "D"), ("v", "C"), ("w", "C"))
        )
        + "".join(flow(*pair, inside=when) for pair in (("A", "u"), ("A", "B"), ("B", "v"), ("B", "w")))
        + flow("C", "D")
        + flow("D", "Q")
        + flow("Q", "Ky")
    )
    assert starved(change) == []


def test_very_many_branches_are_looked_at_in_little_time():
    names = [f"t{n}" for n in range(300)]
    branches = "".join(f'<userTask id="{n}" name="{n}"/>' + flow("P", n) + flow(n, "Q") for n in names)
    ends = '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="P"/>' + flow("Q", "Ky")
    assert starved(f'<parallelGateway id="P"/><parallelGateway id="Q"/>{branches}{ends}') == []


@pytest.mark.parametrize("host", ["Nop", "Xong", "Han", "Tach"])
def test_an_event_sits_on_activities_only(host: str):
    change = (
        f'<boundaryEvent id="Han" attachedToRef="{host}">{TIMER}</boundaryEvent><endEvent id="Het"/>'
        + flow("Han", "Het")
        + '<parallelGateway id="Tach"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Tach"/>'
        + flow("Tach", "Ky")
    )
    rules = {finding.rule for finding in inspection.inspect_package(packages.package(change)).errors}
    assert "boundary-detached" in rules
    imported = conversion.convert(packages.drawing(change))
    assert ("boundary", "Han") in {(change.rule, change.element) for change in imported.changes}


def test_a_sub_process_without_a_start_event_begins_at_what_nothing_leads_to():
    change = (
        '<subProcess id="Tham_dinh" name="Nhóm"><userTask id="a" name="A"/><userTask id="b" name="B"/>'
        '<userTask id="c" name="C"/>' + flow("a", "b") + "</subProcess>"
    )
    found = inspection.inspect_package(packages.package(change)).errors
    assert [finding.rule for finding in found] == []
