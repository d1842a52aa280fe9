"""Every rule keeps what its page says: the page's own examples are run."""

import re
from pathlib import Path

import pytest

from hoso_bpmn import findings
from hoso_bpmn.checks import inspection, rules
from hoso_bpmn.document import properties
from hoso_calendar.messages import translated
from support.builders import packages

PAGES = Path(__file__).parents[3] / "docs" / "rules"

#: Rules on files as a whole, which no short example can break; test_declaration_hostile.py does.
WHOLE_FILE = {
    *(
        "xml-size",
        "xml-depth",
        "xml-attributes",
        "package-missing",
        "package-broken",
        "package-path",
        "package-size",
    ),
    *("package-manifest", "sandbox", "engine", "decision-table"),
}
#: Rules on scenarios, which are played by hoso_workflows; test_scenarios_pages.py runs their examples.
SCENARIOS = {"scenario-broken", "scenario-key", "scenario-failed"}
SHOWN = sorted(set(rules.identifiers()) - WHOLE_FILE - SCENARIOS)


def examples(rule: str, verdict: str) -> list[findings.Report]:
    page = (PAGES / f"{rule}.md").read_text()
    shown = re.findall(rf"```(\w+) {verdict}\n(.*?)```", page, re.DOTALL)
    assert shown, f"docs/rules/{rule}.md shows nothing {verdict}"
    return [inspected(language, text) for language, text in shown]


def inspected(language: str, text: str) -> findings.Report:
    if language == "json":
        return inspection.inspect_package(packages.package(files={"forms/a.form": text.encode()}))
    if language == "dmn":
        return inspection.inspect_package(packages.conditional(text))
    return inspection.inspect_package(
        packages.package(declared=text) if language == "toml" else packages.package(text)
    )


def test_every_rule_has_a_page_and_every_page_a_rule():
    """Rules of letter templates are in tests/workflows/letters/test_letter_template_pages.py."""
    pages = {page.stem for page in PAGES.glob("*.md") if not page.stem.startswith(("README", "template-"))}
    assert pages == set(rules.identifiers())


def test_the_index_names_every_rule_with_its_page():
    index = (PAGES / "README.md").read_text()
    assert set(re.findall(r"\[`([\w-]+)`\]\(\1\.md\)", index)) == {
        page.stem for page in PAGES.glob("*.md")
    } - {"README"}


@pytest.mark.parametrize("page", sorted(PAGES.parent.rglob("*.md")), ids=lambda page: page.stem)
def test_no_page_shows_an_extension_property_as_an_attribute(page: Path):
    """An author who copied it into a modeller would find no such field."""
    blocks = re.findall(r"```xml.*?\n(.*?)```", page.read_text(), re.DOTALL)
    tags = [tag for block in blocks for tag in re.findall(r"<[\w:]+ [^>]*>", block)]
    attribute = re.compile(rf"\s(?:{'|'.join(properties.OWN)})=")
    assert [tag for tag in tags if "camunda:property" not in tag and attribute.search(tag)] == []


def test_the_sound_procedure_has_no_findings():
    assert inspection.inspect_package(packages.package()) == findings.Report()


@pytest.mark.parametrize("rule", SHOWN)
def test_what_the_page_shows_as_refused_is_found_by_that_rule(rule: str):
    for report in examples(rule, "refused"):
        assert rule in {finding.rule for finding in report.findings}


@pytest.mark.parametrize("rule", SHOWN)
def test_what_the_page_shows_as_accepted_has_no_finding_at_all(rule: str):
    assert {report.findings for report in examples(rule, "accepted")} == {()}


@pytest.mark.parametrize("rule", SHOWN)
def test_a_finding_says_where_and_what_to_do(rule: str):
    for finding in (finding for report in examples(rule, "refused") for finding in report.findings):
        assert (bool(finding.file), bool(finding.message), bool(finding.remedy)) == (True, True, True)
        assert finding.line > 0 or finding.file == "procedure.toml" or rule == "one-process"


@pytest.mark.parametrize("rule", SHOWN)
def test_every_rule_speaks_vietnamese(rule: str):
    found = [f for report in examples(rule, "refused") for f in report.findings if f.rule == rule]
    said = [(one, translated(one, "vi")) for finding in found for one in (finding.message, finding.remedy)]
    assert [english for english, vietnamese in said if english == vietnamese] == []
