"""The rules' pages in two languages: the same examples, links that lead somewhere, findings quoted as they are said."""

import re
from pathlib import Path

import pytest

from hoso_bpmn import findings
from hoso_bpmn.checks import inspection, rules
from hoso_bpmn.package import package
from hoso_calendar.messages import translated
from hoso_workflows.letters.template_check.findings import REMEDIES
from hoso_workflows.scenarios import runner
from support.builders import packages

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "rules"
RULES = sorted(rules.identifiers())
#: With those of an authority's own templates of letters, whose examples run in `tests/workflows/letters`.
EVERY = sorted([*RULES, *REMEDIES])
#: The Vietnamese catalogues, in which findings name pages.
SPOKEN = sorted(ROOT.glob("*/hoso_*/locale/vi/LC_MESSAGES/*.po"))


def english(page: str) -> str:
    return (PAGES / f"{page}.md").read_text(encoding="utf-8")


def vietnamese(page: str) -> str:
    return (PAGES / "vi" / f"{page}.md").read_text(encoding="utf-8")


def blocks(page: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^```(\w+) (\w+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def found(rule: str, language: str, shown: str) -> tuple[findings.Finding, ...]:
    """Findings of a rule for a refused example."""
    if rule.startswith("scenario-"):
        declaration = package.read(packages.package(files={"scenarios/vi-du.toml": shown.encode()}))
        every = runner.run(declaration).findings()
    elif language == "json":
        every = inspection.inspect_package(packages.package(files={"forms/a.form": shown.encode()})).findings
    elif language == "dmn":
        every = inspection.inspect_package(packages.conditional(shown)).findings
    else:
        drawn = packages.package(declared=shown) if language == "toml" else packages.package(shown)
        every = inspection.inspect_package(drawn).findings
    return tuple(finding for finding in every if finding.rule == rule)


def test_every_page_is_there_in_both_languages():
    names = {*EVERY, "README"}
    assert {page.stem for page in PAGES.glob("*.md")} == names
    assert {page.stem for page in (PAGES / "vi").glob("*.md")} == names


@pytest.mark.parametrize("rule", EVERY)
def test_a_page_leads_to_its_other_language_before_anything_else(rule: str):
    assert english(rule).split("\n\n")[:2] == [f"# `{rule}`", f"Tiếng Việt: [`{rule}`](vi/{rule}.md)"]
    assert vietnamese(rule).split("\n\n")[:2] == [f"# `{rule}`", f"English: [`{rule}`](../{rule}.md)"]


def test_the_indexes_lead_to_each_other_and_list_the_same_rules_in_the_same_order():
    assert english("README").split("\n\n")[1] == "Tiếng Việt: [Quy tắc công bố](vi/README.md)"
    assert vietnamese("README").split("\n\n")[1] == "English: [Rules of publication](../README.md)"
    row = re.compile(r"^\| \[`([\w-]+)`\]\(\1\.md\) \| ", re.MULTILINE)
    assert row.findall(vietnamese("README")) == row.findall(english("README"))
    assert set(row.findall(vietnamese("README"))) == set(EVERY)


def test_the_indexes_give_each_rule_the_same_weight():
    words = {
        "error": "lỗi",
        "warning": "cảnh báo",
        "warning, in an office error": "cảnh báo, tại cơ quan là lỗi",
    }
    weight = re.compile(r"^\| \[`([\w-]+)`\]\(\S+\) \| ([^|]+) \|", re.MULTILINE)
    told = {rule: words[said] for rule, said in weight.findall(english("README"))}
    assert dict(weight.findall(vietnamese("README"))) == told


@pytest.mark.parametrize("rule", EVERY)
def test_both_languages_show_the_same_examples(rule: str):
    assert blocks(vietnamese(rule)) == blocks(english(rule))


@pytest.mark.parametrize("rule", EVERY)
def test_both_languages_have_as_many_paragraphs_and_rows(rule: str):
    """A sentence missing in one language shows as a missing paragraph or row."""

    def shape(page: str) -> tuple[int, int]:
        text = re.sub(r"^```.*?^```$|^>.*?$", "", page, flags=re.DOTALL | re.MULTILINE)
        parts = [part for part in text.split("\n\n") if part.strip()]
        return len(parts), len(re.findall(r"^\|", text, re.MULTILINE))

    assert shape(vietnamese(rule)) == shape(english(rule))


@pytest.mark.parametrize("page", sorted(PAGES.rglob("*.md")), ids=lambda page: "/".join(page.parts[-2:]))
def test_every_link_of_a_page_leads_to_a_page(page: Path):
    text = re.sub(r"`[^`\n]*`(?!\])", "", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert links
    assert [link for link in links if not (page.parent / link).is_file()] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if "refused\n" in english(rule)])
def test_the_vietnamese_page_quotes_what_the_check_says_of_its_examples(rule: str):
    """`…` stands for what is not of the catalogue: the words of a library that reads TOML, XML or JSON."""
    quoted = re.findall(r"^> `(.*)`\n> → `(.*)`$", vietnamese(rule), re.MULTILINE)
    refused = [
        (language, shown) for language, verdict, shown in blocks(vietnamese(rule)) if verdict == "refused"
    ]
    said = [
        (translated(finding.message, "vi"), translated(finding.remedy, "vi"))
        for language, shown in refused
        for finding in found(rule, language, shown)
    ]
    assert [remedy for _, remedy in quoted] == [remedy for _, remedy in said]
    for (message, _), (real, _) in zip(quoted, said, strict=True):
        assert re.fullmatch(re.escape(message).replace("…", ".+"), real), (message, real)


def test_a_vietnamese_finding_names_the_vietnamese_page_where_the_english_one_names_the_english():
    named = [
        (re.findall(r"docs/rules/\S+?\.md", english), re.findall(r"docs/rules/\S+?\.md", vietnamese))
        for catalogue in SPOKEN
        for english, vietnamese in sentences(catalogue)
        if "docs/rules" in english + vietnamese
    ]
    assert len(named) == 5
    assert [theirs for theirs, _ in named] == [
        [page.replace("/vi/", "/") for page in ours] for _, ours in named
    ]
    assert all(page.startswith("docs/rules/vi/") for _, ours in named for page in ours)


def sentences(catalogue: Path) -> list[tuple[str, str]]:
    """The sentences of a catalogue and their translations, lines put together."""
    text = re.sub(r'"\n"', "", catalogue.read_text(encoding="utf-8"))
    return re.findall(r'^msgid "(.*)"\nmsgstr "(.*)"$', text, re.MULTILINE)
