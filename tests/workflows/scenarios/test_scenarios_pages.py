"""The pages on scenarios say what is so: their examples are played, their lists are complete."""

import re
from pathlib import Path

import pytest

from hoso_bpmn.package import package
from hoso_calendar.messages import translated
from hoso_workflows.scenarios import runner, scenario_file
from hoso_workflows.scenarios.scenario_file import (
    TAKES,
    Action,
    Awaited,
    Given,
    Held,
    OpenStep,
    Running,
    Then,
)
from support.builders import packages
from support.procedures import exchange

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "scenarios.md").read_text(encoding="utf-8")
RULES = ("scenario-broken", "scenario-key", "scenario-failed")


def played(rule: str, verdict: str) -> runner.Results:
    page = (DOCS / "rules" / f"{rule}.md").read_text(encoding="utf-8")
    found = re.search(rf"```toml {verdict}\n(.*?)```", page, re.DOTALL)
    assert found
    return runner.run(package.read(packages.package(files={"scenarios/vi-du.toml": found.group(1).encode()})))


@pytest.mark.parametrize("rule", RULES)
def test_what_the_page_shows_as_refused_is_found_by_that_rule(rule: str) -> None:
    (finding,) = played(rule, "refused").findings()
    assert (finding.rule, finding.file) == (rule, "scenarios/vi-du.toml")
    assert finding.message
    assert finding.remedy


@pytest.mark.parametrize("rule", RULES)
def test_what_the_page_shows_as_accepted_comes_true(rule: str) -> None:
    results = played(rule, "accepted")
    assert (results.findings(), len(results.scenarios)) == ((), 1)


def test_what_a_scenario_is_given_wrongly_is_remedied_in_vietnamese_too() -> None:
    given = (DOCS / "rules" / "scenario-broken.md").read_text(encoding="utf-8").replace('"vn"', '"khong-co"')
    found = re.search(r"```toml accepted\n(.*?)```", given, re.DOTALL)
    assert found
    files = packages.package(files={"scenarios/vi-du.toml": found.group(1).encode()})
    (finding,) = runner.run(package.read(files)).findings()
    assert translated(finding.remedy, "vi") == (
        "Sửa khóa; docs/rules/vi/scenario-key.md cho biết mỗi khóa được ghi gì."
    )


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL))
def test_the_guide_s_examples_come_true(example: str) -> None:
    files = {**package.bundled("1.014464").files, "scenarios/vi-du.toml": example.encode()}
    ran = {one.file: one for one in runner.run(package.read(files)).scenarios}
    assert list(ran["scenarios/vi-du.toml"].findings()) == []


def test_the_guide_s_example_of_messages_and_calls_comes_true() -> None:
    found = re.search(r"```toml exchange\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    files = {**exchange.drawn().files, "scenarios/vi-du.toml": found.group(1).encode()}
    results = runner.run(package.read(files))
    assert (results.findings(), len(results.scenarios)) == ((), 1)


def test_the_guide_lists_every_key_and_every_act() -> None:
    named = set(re.findall(r"`([a-z_]+)`", GUIDE))
    models = (Given, Then, OpenStep, Running, Awaited, Held)
    assert {*Action, *(key for model in models for key in model.model_fields)} <= named


def test_the_guide_says_of_each_act_what_it_needs_and_takes() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+\| (.*?) ?\|$", GUIDE, re.MULTILINE))
    for act, (needed, optional) in TAKES.items():
        listed = re.sub(r"\(.*?\)", "", rows[act])
        assert set(re.findall(r"\*\*`(\w+)`\*\*", listed)) == set(needed)
        assert set(re.findall(r"`(\w+)`", listed)) == {*needed, *optional}


def test_a_refusal_that_a_scenario_may_expect_is_one_that_exists() -> None:
    with pytest.raises(ValueError, match="must be one of acceptance-needed"):
        scenario_file.Then(refused="no-such-refusal")
