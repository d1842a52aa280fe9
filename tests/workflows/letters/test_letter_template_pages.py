"""The pages of the rules of own templates: their examples are found, or pass, as the pages say, in both languages."""

import re
from pathlib import Path

import pytest

import hoso_api  # noqa: F401 - registers the Vietnamese catalogue
from hoso_bpmn.findings import Finding
from hoso_calendar.messages import translated
from hoso_workflows.letters.template_check import Template, check
from hoso_workflows.letters.template_check.findings import REMEDIES

pytestmark = pytest.mark.slow

PAGES = Path(__file__).parents[3] / "docs" / "rules"
PAGE = """<p>{{ letter.series }} {{ letter.code }}</p>
<p>{{ letter.return_at }}</p>
<figure>{{ letter.qr }}</figure>
"""
PAPER = """#import "common.typ": *
#show: setup
#head()
#title()
#field("Hẹn trả", letter.return_at)
#closing()
"""
#: A source that is too long makes no example.
SHOWN = sorted(set(REMEDIES) - {"template-size"})


def examples(rule: str, verdict: str, folder: Path = PAGES) -> list[tuple[str, str]]:
    page = (folder / f"{rule}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```(\w+) {verdict}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


async def found(language: str, shown: str) -> tuple[Finding, ...]:
    """Findings on a sound template with the lines of an example, or on the example where it is a whole one."""
    page = PAGE + shown if language == "html" else PAGE
    paper = shown if shown.startswith("#import") else PAPER + (shown if language == "typst" else "")
    return (await check(Template("01", page, paper))).findings


@pytest.mark.parametrize("rule", SHOWN)
async def test_the_rule_finds_what_its_page_refuses_and_the_vietnamese_page_quotes_it(rule: str):
    """`…` stands for the words of the libraries that read the source."""
    ((language, shown),) = examples(rule, "refused")
    said = await found(language, shown)
    assert {each.rule for each in said} == {rule}
    page = (PAGES / "vi" / f"{rule}.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^> `+ ?(.*?) ?`+\n> → `+ ?(.*?) ?`+$", page, re.MULTILINE)
    assert [remedy for _, remedy in quoted] == [translated(each.remedy, "vi") for each in said]
    for (message, _), each in zip(quoted, said, strict=True):
        real = translated(each.message, "vi")
        assert re.fullmatch(re.escape(message).replace("…", ".+"), real), (message, real)


@pytest.mark.parametrize("rule", SHOWN)
async def test_what_the_page_of_a_rule_accepts_has_no_finding(rule: str):
    ((language, shown),) = examples(rule, "accepted")
    assert await found(language, shown) == ()
