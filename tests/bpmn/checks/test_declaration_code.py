"""Code, names of code and unheard expressions in every vendor's words: each is refused by name and taken out on import."""

import pytest

from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from support.builders import packages

VENDORS = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "zeebe": "http://camunda.org/schema/zeebe/1.0",
        "activiti": "http://activiti.org/bpmn",
        "flowable": "http://flowable.org/bpmn",
        "drools": "http://www.jboss.org/drools",
    }.items()
)
EVIL = "__import__('os').system('id')"


def task(extension: str = "", attributes: str = "", inside: str = "", tag: str = "userTask") -> str:
    """The sound procedure's second task with something of a vendor in it."""
    return (
        f'<{tag} {VENDORS} id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc" {attributes}>'
        f"<extensionElements>{extension}</extensionElements>{inside}</{tag}>"
    )


def behind(element: str, declared_beside: str = "") -> str:
    """An event behind the second task."""
    return (
        f'{element}{declared_beside}<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="C" />'
        '<sequenceFlow id="F6" sourceRef="C" targetRef="Ky" />'
    )


def repeated(inside: str, attributes: str = "") -> str:
    return task(
        inside=f"<multiInstanceLoopCharacteristics {attributes}>{inside}</multiInstanceLoopCharacteristics>"
    )


def condition(attributes: str) -> str:
    return f"""<exclusiveGateway id="G" default="F7"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="G"/>
        <sequenceFlow id="F6" sourceRef="G" targetRef="Ky"><conditionExpression {attributes}>a</conditionExpression></sequenceFlow>
        <sequenceFlow id="F7" sourceRef="G" targetRef="Tham_dinh"/>"""


CODE = {
    "camunda connector": task(
        "<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>",
        tag="serviceTask",
    ),
    "camunda input script": task(
        f'<camunda:inputOutput><camunda:inputParameter name="x"><camunda:script scriptFormat="groovy">{EVIL}</camunda:script>'
        "</camunda:inputParameter></camunda:inputOutput>"
    ),
    "camunda error expression": task('<camunda:errorEventDefinition expression="${x}" errorRef="E"/>'),
    "camunda field": task('<camunda:field name="x" expression="${x.y()}"/>'),
    "camunda delegate": task(attributes='camunda:delegateExpression="${x}"', tag="serviceTask"),
    "camunda variable mapping": task(attributes='camunda:variableMappingDelegateExpression="${x}"'),
    "listener of a flow": """<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Ky"><extensionElements>
        <camunda:executionListener event="take" class="Evil"/></extensionElements></sequenceFlow>""",
    "resource of a condition": condition('camunda:resource="evil.groovy"'),
    "condition in groovy": condition('language="groovy"'),
    "condition in java": condition('language="http://www.java.com/java"'),
    "message of a throw event": behind(
        '<intermediateThrowEvent id="C"><messageEventDefinition camunda:class="Evil" messageRef="M"/></intermediateThrowEvent>',
        '<message id="M" name="m"/>',
    ),
    "number in groovy": repeated('<loopCardinality language="groovy">3</loopCardinality>'),
    "completion in javascript": repeated(
        '<loopCardinality>3</loopCardinality><completionCondition language="javascript">true</completionCondition>'
    ),
    "timer in groovy": behind(
        '<intermediateCatchEvent id="C"><timerEventDefinition><timeDuration language="groovy">PT1H</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    ),
    "flowable shell": task(attributes='flowable:type="shell"', tag="serviceTask"),
    "activiti mail": task(attributes='activiti:type="mail"', tag="serviceTask"),
    "jbpm entry script": task(
        f"<drools:onEntry-script><drools:script>{EVIL}</drools:script></drools:onEntry-script>"
    ),
    "jbpm java service": task(
        attributes='drools:serviceimplementation="Java" drools:serviceoperation="run"', tag="serviceTask"
    ),
    "zeebe script": task('<zeebe:script expression="=x + 1" resultVariable="r"/>'),
    "zeebe listener": task(
        '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="x"/></zeebe:executionListeners>'
    ),
    "zeebe robot": task(
        '<zeebe:linkedResources><zeebe:linkedResource resourceId="x" linkName="RPAScript"/></zeebe:linkedResources>'
    ),
    "global script task": f'<globalScriptTask id="Chung"><script>{EVIL}</script></globalScriptTask>',
}

UNHEARD = {
    "camunda input": task(
        f'<camunda:inputOutput><camunda:inputParameter name="x">${{ {EVIL} }}</camunda:inputParameter></camunda:inputOutput>'
    ),
    "camunda assignee": task(attributes='camunda:assignee="${x.y()}"'),
    "camunda due date": task(attributes='camunda:dueDate="${dateTime().plusDays(3)}"'),
    "camunda groups": task(attributes='camunda:candidateGroups="#{x.y()}"'),
    "camunda default value": task(
        '<camunda:formData><camunda:formField id="a" defaultValue="${x.y()}"/></camunda:formData>'
    ),
    "camunda retries": task(
        "<camunda:failedJobRetryTimeCycle>${x.y()}</camunda:failedJobRetryTimeCycle>", tag="serviceTask"
    ),
    "activiti skip": task(attributes='activiti:skipExpression="${x}"'),
    "flowable in": task('<flowable:in sourceExpression="${x.y()}" target="a"/>'),
    "jbpm metadata": task(
        '<drools:metaData name="customAutoStart"><drools:metaValue>#{x}</drools:metaValue></drools:metaData>'
    ),
    "spiff payload": task(f"<spiffworkflow:messagePayload>{EVIL}</spiffworkflow:messagePayload>"),
    "spiff template": task(
        "<spiffworkflow:instructionsForEndUser>{{ x.__class__ }}</spiffworkflow:instructionsForEndUser>"
    ),
    "zeebe mapping": task(
        '<zeebe:ioMapping><zeebe:output source="=for a in b return c" target="d"/></zeebe:ioMapping>'
    ),
    "zeebe assignment": task('<zeebe:assignmentDefinition candidateGroups="=evil()"/>'),
    "zeebe schedule": task('<zeebe:taskSchedule dueDate="=now()"/>'),
    "zeebe output of a repetition": repeated(
        '<extensionElements><zeebe:loopCharacteristics inputCollection="=x" inputElement="z" outputElement="=a.b"/></extensionElements>',
        VENDORS,
    ),
    "transformation": task(
        inside=f"""<dataInputAssociation id="a"><sourceRef>x</sourceRef><targetRef>y</targetRef><transformation>{EVIL}</transformation>
        <assignment><from>{EVIL}</from><to>x</to></assignment></dataInputAssociation>"""
    ),
    "resource assignment": task(
        inside=f"""<potentialOwner><resourceAssignmentExpression><formalExpression>{EVIL}</formalExpression>
        </resourceAssignmentExpression></potentialOwner>"""
    ),
    "complex behaviour": repeated(
        f"""<loopCardinality>3</loopCardinality><complexBehaviorDefinition id="q"><condition>{EVIL}</condition>
        </complexBehaviorDefinition>"""
    ),
    "correlation key": behind(
        '<intermediateCatchEvent id="C"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>',
        f'<message id="M" name="m"><extensionElements {VENDORS}><zeebe:subscription correlationKey="=a.b"/></extensionElements></message>',
    ),
    "role": task(attributes='role="${x.y()}"'),
}


@pytest.mark.parametrize("place", CODE)
def test_code_is_refused_wherever_it_stands_and_import_takes_it_out(place: str):
    assert refused_and_taken_out(CODE[place], "script") == REFUSED_AND_TAKEN_OUT


@pytest.mark.parametrize("place", UNHEARD)
def test_an_expression_that_nothing_evaluates_is_refused_and_import_takes_it_out(place: str):
    assert refused_and_taken_out(UNHEARD[place], "expression-unheard") == REFUSED_AND_TAKEN_OUT


#: A finding with line and remedy; after the import no such finding, and nothing left to change.
REFUSED_AND_TAKEN_OUT = (True, True, set[str](), ())


def refused_and_taken_out(change: str, rule: str) -> tuple[object, ...]:
    """Line and remedy of the refusal, what is found after an import, and what a second one would change."""
    (finding, *_) = (f for f in inspection.inspect_package(packages.package(change)).errors if f.rule == rule)
    imported = conversion.convert(packages.drawing(change))
    files = {**packages.package(), "process.bpmn": imported.xml}
    rules = {finding.rule for finding in inspection.inspect_package(files).findings}
    left = {"script", "expression-unheard", "expression", "timer"} & rules
    return bool(finding.line), bool(finding.remedy), left, conversion.convert(imported.xml).changes


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            behind(
                '<intermediateCatchEvent id="C"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>',
                '<message id="M" name="${x.y()}"/>',
            ),
            "'${x.y()}'",
        ),
        ('<callActivity id="Tham_dinh" name="Gọi" calledElement="${x.y()}"/>', "'${x.y()}'"),
    ],
)
def test_a_name_that_another_engine_would_compute_is_refused(change: str, said: str):
    errors = inspection.inspect_package(packages.package(change)).errors
    assert [said in finding.message for finding in errors if finding.rule == "expression-unheard"] == [True]


@pytest.mark.parametrize(
    "change",
    [
        task(attributes='camunda:type="external" camunda:topic="x"', tag="serviceTask"),
        task(attributes='camunda:asyncBefore="true" camunda:assignee="demo"'),
        task('<x:note xmlns:x="http://www.w3.org/1999/xhtml" class="small">a = b</x:note>'),
        task(
            '<a:connector xmlns:a="http://www.boc-group.com"/><a:relation xmlns:a="http://www.boc-group.com" class="RC_A"/>'
        ),
        task(
            '<a:import xmlns:a="http://example.org/tool" resource="Phòng 3"/><a:global xmlns:a="http://example.org/tool"/>'
        ),
        repeated("", 'camunda:collection="${units}" camunda:elementVariable="unit"'),
        condition('language="http://www.omg.org/spec/FEEL/20140401"'),
    ],
)
def test_what_runs_nothing_is_left_alone(change: str):
    rules = {finding.rule for finding in inspection.inspect_package(packages.package(change)).findings}
    assert {"script", "expression-unheard"} & rules == set()
