"""Every rule keeps what its page says: the page's own examples are run."""

import re
from functools import cache
from pathlib import Path

from hoso_bpmn import findings
from hoso_bpmn.checks import inspection, rules
from hoso_bpmn.package import package
from hoso_calendar.messages import translated
from hoso_workflows.letters.template_check.findings import REMEDIES
from hoso_workflows.scenarios import runner
from support.builders import packages

PAGES = Path(__file__).parents[3] / "docs" / "rules"
RULES = sorted(set(rules.identifiers()))
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
    *("package-manifest", "sandbox", "engine", "decision-table", "ways-undecided"),
}
#: Rules on scenarios, which are played by hoso_workflows; test_scenarios_pages.py runs their examples.
SCENARIOS = {"scenario-broken", "scenario-key", "scenario-failed"}
SHOWN = sorted({*RULES} - WHOLE_FILE - SCENARIOS)


def page(rule: str, folder: Path = PAGES) -> str:
    return (folder / f"{rule}.md").read_text(encoding="utf-8")


@cache
def examples(rule: str, verdict: str) -> list[tuple[findings.Finding, ...]]:
    """The findings on each example of a page, none at all among them."""
    shown = re.findall(rf"^```(\w+) {verdict}\n(.*?)^```$", page(rule), re.DOTALL | re.MULTILINE)
    return [inspected(rule, language, text) for language, text in shown]


def inspected(rule: str, language: str, text: str) -> tuple[findings.Finding, ...]:
    if rule in SCENARIOS:
        declaration = package.read(packages.package(files={"scenarios/vi-du.toml": text.encode()}))
        return tuple(runner.run(declaration).findings())
    if language == "json":
        made = packages.package(files={"forms/a.form": text.encode()})
    elif language == "dmn":
        made = packages.conditional(text)
    else:
        made = packages.package(declared=text) if language == "toml" else packages.package(text)
    return inspection.inspect_package(made).findings


def test_every_rule_has_a_page_and_every_page_a_rule():
    """With those of an authority's own templates of letters, whose examples run in `tests/workflows/letters`."""
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted([*RULES, *REMEDIES, "README"])


def test_the_sound_procedure_has_no_findings():
    assert inspection.inspect_package(packages.package()) == findings.Report()


def test_the_page_of_every_rule_shows_what_is_refused_and_what_is_accepted():
    shown = [(rule, verdict) for rule in SHOWN for verdict in ("refused", "accepted")]
    assert [each for each in shown if not examples(*each)] == []


def test_what_the_page_shows_as_refused_is_found_by_that_rule():
    found = [(rule, {each.rule for each in said}) for rule in SHOWN for said in examples(rule, "refused")]
    assert [(rule, others) for rule, others in found if rule not in others] == []


def test_what_the_page_shows_as_accepted_has_no_finding_at_all():
    assert [(rule, said) for rule in SHOWN for said in examples(rule, "accepted") if said] == []


def test_a_finding_says_where_and_what_to_do():
    found = [(rule, each) for rule in SHOWN for said in examples(rule, "refused") for each in said]
    assert [each for _, each in found if not (each.file and each.message and each.remedy)] == []
    nowhere = [(rule, each) for rule, each in found if each.line < 1 and each.file != "procedure.toml"]
    assert [each for rule, each in nowhere if rule != "one-process"] == []


def test_every_rule_speaks_vietnamese():
    found = [
        each for rule in SHOWN for said in examples(rule, "refused") for each in said if each.rule == rule
    ]
    said = [one for finding in found for one in (finding.message, finding.remedy)]
    assert [english for english in said if translated(english, "vi") == english] == []


def test_the_vietnamese_page_quotes_what_the_check_says_of_its_examples():
    """`…` stands for what is not of the catalogue: the words of a library that reads TOML, XML or JSON."""
    quoted = {
        rule: re.findall(r"^> `(.*)`\n> → `(.*)`$", page(rule, PAGES / "vi"), re.MULTILINE) for rule in RULES
    }
    said = {
        rule: [
            (translated(each.message, "vi"), translated(each.remedy, "vi"))
            for found in examples(rule, "refused")
            for each in found
            if each.rule == rule
        ]
        for rule in RULES
    }
    assert [(rule, quoted[rule], said[rule]) for rule in RULES if not agree(quoted[rule], said[rule])] == []


def agree(quoted: list[tuple[str, str]], said: list[tuple[str, str]]) -> bool:
    """True where each remedy is quoted as it is said, and each message but for the words of a library."""
    return [remedy for _, remedy in quoted] == [remedy for _, remedy in said] and all(
        re.fullmatch(re.escape(message).replace("…", ".+"), real)
        for (message, _), (real, _) in zip(quoted, said, strict=True)
    )
