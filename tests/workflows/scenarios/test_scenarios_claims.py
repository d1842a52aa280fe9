"""Promises of the pages on a dossier's paths: each can be reached, or is marked as not there yet."""

import re
from pathlib import Path

import pytest

from hoso_bpmn.package import manifest, package
from hoso_workflows.scenarios import runner
from hoso_workflows.scenarios.scenario_file import Action
from support.builders import packages

DOCS = Path(__file__).parents[3] / "docs"
HEAD = 'schema = "hoso-scenario/1"\nname = "Thử"\n[given]\ncalendar = "vn"\n'
REASON = 'reason = "lý do"'
#: An outcome that ends the dossier without a result.
STOPPED = """
<exclusiveGateway id="Chon" name="Đạt?"/>
<endEvent id="Dung" name="Dừng"><extensionElements><camunda:properties>
  <camunda:property name="ends" value="stopped"/></camunda:properties></extensionElements></endEvent>
<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Chon"/>
<sequenceFlow id="F6" name="Đạt" sourceRef="Chon" targetRef="Ky"/>
<sequenceFlow id="F7" name="Dừng" sourceRef="Chon" targetRef="Dung"/>
"""
ACCEPTED = [("accept",)]
SIGNED = [
    *ACCEPTED,
    ("complete", 'step = "Thẩm định"', 'outcome = "Đạt"'),
    ("complete", 'step = "Ký kết quả"', 'result = "granted"'),
]
#: Status → the acts that lead to it after filing.
REACHED = {
    "filed": [],
    "awaiting_supplement_before": [("ask_supplement", REASON)],
    "refused": [("refuse", REASON)],
    "in_process": ACCEPTED,
    "awaiting_supplement": [*ACCEPTED, ("ask_supplement", REASON)],
    "result_ready": SIGNED,
    "returned": [*SIGNED, ("complete", 'step = "Trả kết quả"')],
    "withdrawn": [*ACCEPTED, ("withdraw", REASON)],
    "stopped": [*ACCEPTED, ("complete", 'step = "Thẩm định"', 'outcome = "Dừng"')],
}


def differences(*acts: tuple[str, ...], then: str, declaring: str = "") -> list[str]:
    steps = [("file",), *acts, ("wait", then)]
    written = "".join(
        "\n".join(["[[when]]", f"at = 2026-03-02 {8 + hour:02}:00:00", f'do = "{do}"', *lines, ""])
        for hour, (do, *lines) in enumerate(steps)
    )
    files = {"scenarios/thu.toml": (HEAD + written).encode()}
    (ran,) = runner.run(package.read(packages.package(STOPPED, declaring, files=files))).scenarios
    return [finding.message for finding in ran.findings()]


@pytest.mark.parametrize("status", REACHED)
def test_every_status_that_the_page_lists_is_reached(status: str) -> None:
    assert differences(*REACHED[status], then=f'then.status = "{status}"') == []


def test_the_page_lists_the_statuses_that_are_reached_and_no_others() -> None:
    (row,) = re.findall(r"^\| `status` \| (.*) \|$", (DOCS / "scenarios.md").read_text(), re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(REACHED)


def test_the_switch_of_withdrawal_does_what_the_page_says() -> None:
    allowed = 'then.refused = "not-foreseen"'
    told = differences(
        *ACCEPTED, ("withdraw", REASON, allowed), then="", declaring="[case.policy]\nwithdrawal = false"
    )
    assert told == []


def test_switches_without_an_act_are_said_to_do_nothing_yet() -> None:
    page = (DOCS / "rules" / "manifest-key.md").read_text()
    (said,) = re.findall(r"; ([^;|]*), and \*\*do nothing yet\*\*", page)
    without = set(re.findall(r"`(\w+)`", said))
    assert without == manifest.SWITCHES - {"withdrawal"}
    assert {"withdraw"} == {do for do in Action if do.startswith(("withdraw", "suspend", "stop", "extend"))}
