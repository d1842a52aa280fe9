"""Promises of the pages on a dossier's paths: each can be reached, or is marked as not there yet."""

import re
from pathlib import Path

import pytest

from hoso_bpmn.package import manifest, package
from hoso_workflows.scenarios import runner
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
    "suspended": [*ACCEPTED, ("suspend", REASON, 'basis = "Luật mẫu điều 1"')],
    "financial_obligation": [*ACCEPTED, ("set_obligation", REASON, 'basis = "Luật mẫu điều 1"')],
    "closed_unanswered": [
        *ACCEPTED,
        ("ask_supplement", REASON),
        ("close_unanswered", "", "at = 2026-04-02 08:00:00"),
    ],
    "result_ready": SIGNED,
    "returned": [*SIGNED, ("complete", 'step = "Trả kết quả"')],
    "withdrawn": [*ACCEPTED, ("withdraw", REASON)],
    "stopped": [*ACCEPTED, ("complete", 'step = "Thẩm định"', 'outcome = "Dừng"')],
}


def differences(*acts: tuple[str, ...], then: str, declaring: str = "") -> list[str]:
    steps = [("file",), *acts, ("wait", then)]
    written, at = "", "at = 2026-03-02 08:00:00"
    for hour, (do, *lines) in enumerate(steps):
        given = [line for line in lines if line.startswith("at = ")]
        later = at if at > f"at = 2026-03-02 {8 + hour:02}" else f"at = 2026-03-02 {8 + hour:02}:00:00"
        at = given[0] if given else later
        said = [line for line in lines if line not in given]
        written += "\n".join(["[[when]]", at, f'do = "{do}"', *said, ""])
    files = {"scenarios/thu.toml": (HEAD + written).encode()}
    (ran,) = runner.run(package.read(packages.package(STOPPED, declaring, files=files))).scenarios
    return [finding.message for finding in ran.findings()]


@pytest.mark.parametrize("status", REACHED)
def test_every_status_that_the_page_lists_is_reached(status: str) -> None:
    assert differences(*REACHED[status], then=f'then.status = "{status}"') == []


def test_the_page_lists_the_statuses_that_are_reached_and_no_others() -> None:
    (row,) = re.findall(r"^\| `status` \| (.*) \|$", (DOCS / "scenarios.md").read_text(), re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(REACHED)


GROUNDS = f'{REASON}\nbasis = "Luật mẫu điều 1"'
#: Switch → the act that it switches off.
SWITCHED = {
    "withdrawal": ("withdraw", REASON),
    "suspension": ("suspend", GROUNDS),
    "stop": ("stop", GROUNDS),
    "extension": ("extend", f'{GROUNDS}\nterm = "1 ngày làm việc"'),
    "obligation": ("set_obligation", GROUNDS),
}


@pytest.mark.parametrize("switch", SWITCHED)
def test_a_switch_that_is_off_refuses_its_act(switch: str) -> None:
    act, said = SWITCHED[switch]
    refused = 'then.refused = "not-foreseen"'
    off = f"[case.policy]\n{switch} = false"
    assert differences(*ACCEPTED, (act, said, refused), then="", declaring=off) == []
    assert differences(*ACCEPTED, (act, said), then="", declaring=off.replace("false", "true")) == []


def test_with_four_eyes_who_prepared_a_result_does_not_sign_it() -> None:
    prepared = ("complete", 'step = "Thẩm định"', 'outcome = "Đạt"', 'by = "Một"')
    signs = ("complete", 'step = "Ký kết quả"', 'result = "granted"')
    refused = 'then.refused = "four-eyes"'
    wanted = "[case.policy]\nfour_eyes = true"
    assert differences(*ACCEPTED, prepared, (*signs, 'by = "Một"', refused), then="", declaring=wanted) == []
    assert differences(*ACCEPTED, prepared, (*signs, 'by = "Hai"'), then="", declaring=wanted) == []
    assert differences(*ACCEPTED, prepared, (*signs, 'by = "Một"'), then="") == []


def test_the_scenario_of_a_procedure_that_gives_signed_results_decides_on_a_signed_file() -> None:
    assessed = ("complete", 'step = "Thẩm định"', 'outcome = "Đạt"')
    granted = ("complete", 'step = "Ký kết quả"', 'result = "granted"')
    signed = '[case.policy]\nresult = "signed"'
    assert differences(*ACCEPTED, assessed, granted, then="", declaring=signed) == []


def test_every_switch_of_the_manifest_does_something() -> None:
    assert {*SWITCHED, "four_eyes"} == manifest.SWITCHES


def test_a_scenario_counts_reduces_and_pays_the_fees_that_stop_an_acceptance() -> None:
    stops = (
        '[case.policy]\nfees_stop = "acceptance"\n[[case.fee]]\nname = "Phí"\namount = 2000\nper = "trang"'
    )
    counted = ("assess_fee", "fee = 1", "quantity = 3")
    reduced = ("exempt_fee", "fee = 1", 'basis = "Luật mẫu điều 1"', "amount = 1000")
    paid = ("record_payment", "fee = 1", "amount = 5000")
    refused = ("accept", 'then.refused = "fees-open"')
    assert differences(refused, counted, reduced, refused, paid, *ACCEPTED, then="", declaring=stops) == []
