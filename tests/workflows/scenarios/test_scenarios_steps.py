"""A scenario calls a step as the diagram does, and is answered with the name and the id that a modeller wrote."""

import pytest

from hoso_bpmn.package import package
from hoso_workflows.scenarios import runner
from support.builders import packages

HEAD = 'schema = "hoso-scenario/1"\nname = "Thử"\n[given]\ncalendar = "vn"\n'
#: Ids as a modeller writes them, two steps of one name, and an event that is called like a task.
DRAWN = """
<userTask id="Tham_dinh" name="Thẩm định"/>
<userTask id="Activity_10aw1l4" name="Kiểm tra"/>
<userTask id="Activity_0bwwljb" name="Kiểm tra"/>
<endEvent id="Xong" name="Trả kết quả"/>
<exclusiveGateway id="Gateway_1" name="Đạt?"><outgoing>F8</outgoing><outgoing>F7</outgoing></exclusiveGateway>
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Gateway_1"/>
<sequenceFlow id="F7" name="Kiểm tra" sourceRef="Gateway_1" targetRef="Activity_10aw1l4"/>
<sequenceFlow id="F8" name="Đạt" sourceRef="Gateway_1" targetRef="Ky"/>
<sequenceFlow id="F9" sourceRef="Activity_10aw1l4" targetRef="Activity_0bwwljb"/>
<sequenceFlow id="F10" sourceRef="Activity_0bwwljb" targetRef="Ky"/>
"""


def step(at: str, do: str, *lines: str) -> str:
    return "\n".join(("[[when]]", f"at = 2026-03-02 {at}:00", f'do = "{do}"', *lines, ""))


ACCEPTED = step("08:00", "file") + step("09:00", "accept")


def differences(*steps: str) -> list[str]:
    files = {"scenarios/thu.toml": (HEAD + ACCEPTED + "".join(steps)).encode()}
    (ran,) = runner.run(package.read(packages.package(DRAWN, files=files))).scenarios
    return [finding.message for finding in ran.findings()]


def complete(at: str, name: str, *lines: str) -> str:
    return step(at, "complete", f'step = "{name}"', *lines)


@pytest.mark.parametrize("name", ["Thẩm định", "Tham_dinh", " Thẩm  định"])
def test_a_step_is_called_by_its_name_or_by_its_id(name: str) -> None:
    told = 'then.tasks = [{ step = "Ký kết quả", name = "Ký kết quả" }]'
    assert differences(complete("10:00", name, 'outcome = "Đạt"', told)) == []


def test_the_name_of_a_task_is_not_taken_for_the_event_of_the_same_name() -> None:
    signed = complete("10:00", "Thẩm định", 'outcome = "Đạt"') + complete(
        "11:00", "Ký kết quả", 'result = "granted"'
    )
    assert differences(signed, complete("14:00", "Trả kết quả", 'then.status = "returned"')) == []


def test_a_name_that_several_elements_have_asks_for_the_id() -> None:
    assert differences(step("10:00", "wait", 'then.tasks = [{ step = "Kiểm tra" }]')) == [
        "when[3].then.tasks[1].step: several elements are called 'Kiểm tra': Activity_10aw1l4, Activity_0bwwljb."
    ]


def test_what_is_open_instead_is_told_by_name_and_id() -> None:
    went = complete("10:00", "Thẩm định", 'outcome = "Kiểm tra"')
    assert differences(went, complete("11:00", "Activity_0bwwljb")) == [
        (
            "Thử: step 4, 2026-03-02 11:00 complete: exactly one task of 'Kiểm tra' (Activity_0bwwljb) should be open; "
            "open are 'Kiểm tra' (Activity_10aw1l4)."
        )
    ]


@pytest.mark.parametrize("outcomes", ['"Đạt", "Kiểm tra"', '"Kiểm tra", "Đạt"'])
def test_outcomes_are_compared_in_any_order(outcomes: str) -> None:
    told = f'then.tasks = [{{ step = "Thẩm định", outcomes = [{outcomes}] }}]'
    assert differences(step("10:00", "wait", told)) == []


def test_an_outcome_that_is_not_offered_is_told_with_those_that_are() -> None:
    assert differences(
        step("10:00", "wait", 'then.tasks = [{ step = "Thẩm định", outcomes = ["Đạt"] }]')
    ) == [
        "Thử: step 3, 2026-03-02 10:00 wait: outcomes of 'Thẩm định' (Tham_dinh) should be Đạt, but are Kiểm tra, Đạt."
    ]
