"""Automatic cycles over flows, events and repetitions are refused; cycles that wait for somebody are not."""

import pytest

from hoso_bpmn.checks import inspection
from support.builders import packages

DECLARED = (
    '<signal id="S" name="s"/><message id="M" name="m"/><message id="N" name="n"/>'
    '<escalation id="ES" escalationCode="es"/><error id="ER" name="er" errorCode="er"/>'
)


def flow(source: str, target: str, name: str = "") -> str:
    return f'<sequenceFlow id="{source}-{target}" name="{name}" sourceRef="{source}" targetRef="{target}"/>'


def event(tag: str, identity: str, kind: str, ref: str, attributes: str = "") -> str:
    return f'<{tag} id="{identity}" name="{identity}" {attributes}><{kind}EventDefinition {kind}Ref="{ref}"/></{tag}>'


def through(first: str, last: str) -> str:
    """The way from the second task to the third through something else."""
    return (
        f'<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="{first}"/>'
        f'<sequenceFlow id="F6" sourceRef="{last}" targetRef="Ky"/>'
    )


def event_subprocess(kind: str, ref: str, interrupting: str = "false", thrown: str = "") -> str:
    thrown = thrown or event("endEvent", "Het", kind, ref)
    return (
        '<subProcess id="Kem" name="Kèm" triggeredByEvent="true">'
        + event("startEvent", "Nghe", kind, ref, f'isInterrupting="{interrupting}"')
        + thrown
        + flow("Nghe", "Het")
        + "</subProcess>"
        + event("intermediateThrowEvent", "Goi", kind, ref)
        + through("Goi", "Goi")
    )


def timer(time: str, kind: str = "timeDuration") -> str:
    return (
        '<boundaryEvent id="Hen" attachedToRef="Tham_dinh"><timerEventDefinition>'
        f"<{kind}>{time}</{kind}></timerEventDefinition></boundaryEvent>{flow('Hen', 'Tham_dinh')}"
    )


def ping_pong(second: str) -> str:
    """Two branches that wake each other; `second` is what the other one does before it answers."""
    gateways = '<parallelGateway id="P"/><exclusiveGateway id="A"/><exclusiveGateway id="B"/>'
    one = event("intermediateThrowEvent", "Gui", "message", "M") + event(
        "intermediateCatchEvent", "Cho", "message", "N"
    )
    other = event("intermediateCatchEvent", "Nhan", "message", "M") + event(
        "intermediateThrowEvent", "Dap", "message", "N"
    )
    return (
        DECLARED
        + gateways
        + one
        + other
        + second
        + through("P", "P")
        + "".join(
            flow(*pair) for pair in (("P", "A"), ("A", "Gui"), ("Gui", "Cho"), ("Cho", "A"), ("P", "B"))
        )
        + flow("B", "Nhan")
        + (flow("Nhan", "Lam") + flow("Lam", "Dap") if second else flow("Nhan", "Dap"))
        + flow("Dap", "B")
    )


def error_behind(attached: str, inside: str = '<startEvent id="a"/>') -> str:
    first = "a" if "startEvent" in inside else "u"
    more = flow("a", "u") if "userTask" in inside and first == "a" else ""
    last = "u" if "userTask" in inside else "a"
    return (
        DECLARED
        + f'<subProcess id="Nhom" name="Nhóm">{inside}{more}{event("endEvent", "Loi", "error", "ER")}{flow(last, "Loi")}</subProcess>'
        + attached
        + through("Nhom", "Nhom")
    )


CAUGHT = event("boundaryEvent", "Bat", "error", "ER", 'attachedToRef="Nhom"') + flow("Bat", "Nhom")
LOOP = "<standardLoopCharacteristics {}><loopCondition>true</loopCondition></standardLoopCharacteristics>"

THOUSAND_MILLION, THREE = 'loopMaximum="1000000000"', 'loopMaximum="3"'

TURNING = {
    "messages to itself": ping_pong(""),
    "a signal that its own reminder sends": DECLARED
    + event("boundaryEvent", "Nghe", "signal", "S", 'attachedToRef="Tham_dinh" cancelActivity="false"')
    + event("endEvent", "Het", "signal", "S")
    + flow("Nghe", "Het"),
    "an event sub-process that sets itself off": DECLARED + event_subprocess("signal", "S"),
    "an error led back": error_behind(CAUGHT),
    "no time": timer("PT0S"),
    "a date that has passed": timer("2020-01-01T00:00:00+07:00", "timeDate"),
    "a repetition without an end": f'<sendTask id="Tham_dinh" name="Gửi">{LOOP.format("")}</sendTask>',
    "a repetition of a thousand million": f'<sendTask id="Tham_dinh" name="Gửi">{LOOP.format(THOUSAND_MILLION)}</sendTask>',
    "a repeated sub-process": f"""<subProcess id="Tham_dinh" name="Nhóm">{LOOP.format("")}<startEvent id="a"/><endEvent id="b"/>
        {flow("a", "b")}</subProcess>""",
}

WAITING = {
    "an escalation that goes past the one who throws it": DECLARED + event_subprocess("escalation", "ES"),
    "an answer that an officer prepares": ping_pong('<userTask id="Lam" name="Làm"/>'),
    "a message relayed once": DECLARED
    + event("intermediateCatchEvent", "Nhan", "message", "M")
    + event("intermediateThrowEvent", "Gui", "message", "M")
    + through("Nhan", "Gui")
    + flow("Nhan", "Gui"),
    "a loop that a signal from outside turns": DECLARED
    + event("intermediateCatchEvent", "Nghe", "signal", "S")
    + '<exclusiveGateway id="G" default="F6"/>'
    + through("Nghe", "G")
    + flow("Nghe", "G")
    + '<sequenceFlow id="Lai" sourceRef="G" targetRef="Nghe"><conditionExpression>n > 1</conditionExpression></sequenceFlow>',
    "an error behind an officer": error_behind(CAUGHT, '<startEvent id="a"/><userTask id="u" name="U"/>'),
    "an event sub-process that an error starts and ends": DECLARED
    + event_subprocess("error", "ER", "true", event("endEvent", "Het", "error", "ER")),
    "a daily reminder": timer("P1D"),
    "a repetition of three": f'<sendTask id="Tham_dinh" name="Gửi">{LOOP.format(THREE)}</sendTask>',
    "a repeated task of an officer": f'<userTask id="Tham_dinh" name="Làm" limit="2 ngày làm việc">{LOOP.format("")}</userTask>',
    "a called procedure": """<callActivity id="Goi" name="Gọi" calledElement="1.014464"/><exclusiveGateway id="G" default="F6"/>"""
    + through("Goi", "G")
    + flow("Goi", "G")
    + '<sequenceFlow id="Lai" sourceRef="G" targetRef="Goi"><conditionExpression>n > 1</conditionExpression></sequenceFlow>',
    "a sub-process without start events": '<subProcess id="Nhom" name="Nhóm"><userTask id="u" name="U"/></subProcess><exclusiveGateway id="G" default="F6"/>'
    + through("Nhom", "G")
    + flow("Nhom", "G")
    + '<sequenceFlow id="Lai" sourceRef="G" targetRef="Nhom"><conditionExpression>n > 1</conditionExpression></sequenceFlow>',
}


def turning(change: str) -> list[str | None]:
    found = inspection.inspect_package(packages.package(change)).errors
    return [finding.element for finding in found if finding.rule == "cycle-automatic"]


@pytest.mark.parametrize("place", TURNING)
def test_what_would_turn_by_itself_is_refused(place: str):
    assert len(turning(TURNING[place])) == 1


@pytest.mark.parametrize("place", WAITING)
def test_what_waits_for_anybody_may_turn(place: str):
    assert turning(WAITING[place]) == []


@pytest.mark.parametrize(
    "time",
    ["P99999999999999999999Y", "P9999Y", "P" + "9" * 5_000 + "D", "999999999999 ngày làm việc", "R/P200Y"],
)
def test_a_timer_that_nobody_lives_to_see_is_refused(time: str):
    kind = "timeCycle" if time.startswith("R") else "timeDuration"
    found = inspection.inspect_package(packages.package(timer(time, kind))).errors
    assert "timer" in {finding.rule for finding in found}


#: Two tasks that lead to each other, and to nothing else.
ENDLESS = (
    '<userTask id="Doc" name="Đọc"/><userTask id="Viet" name="Viết"/>'
    + flow("Doc", "Viet")
    + flow("Viet", "Doc")
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            ENDLESS + '<parallelGateway id="Tach"/>' + through("Tach", "Tach") + flow("Tach", "Doc"),
            ["Doc", "Viet"],
        ),
        (
            ENDLESS
            + '<parallelGateway id="Tach"/>'
            + through("Tach", "Tach")
            + flow("Tach", "Doc")
            + '<endEvent id="Xong" name="Xong"><terminateEventDefinition/></endEvent>',
            [],
        ),
        (
            f'<subProcess id="Nhom" name="Nhóm"><startEvent id="B"/>{flow("B", "Doc")}{ENDLESS}</subProcess>'
            + through("Nhom", "Nhom"),
            ["B", "Doc", "Viet"],
        ),
        (
            f'<subProcess id="Nhom" name="Nhóm"><startEvent id="B"/>{flow("B", "Doc")}{ENDLESS}</subProcess>'
            + event("boundaryEvent", "Thoi", "message", "M", 'attachedToRef="Nhom"')
            + through("Nhom", "Nhom")
            + flow("Thoi", "Ky"),
            [],
        ),
    ],
    ids=["beside", "terminated", "inside", "interrupted"],
)
def test_a_circle_of_people_must_have_a_way_out(change: str, found: list[str]):
    report = inspection.inspect_package(packages.package(DECLARED + change))
    assert [f.element for f in report.findings if f.rule == "end-unreachable"] == found
