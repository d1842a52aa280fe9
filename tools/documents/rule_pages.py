"""The rules' pages in two languages: examples, weights, paragraphs."""

import re
from collections.abc import Iterator
from pathlib import Path

from documents import markdown
from findings import Finding

PAGES, INDEX = Path("docs/rules"), "README"
#: What leads an index to that of the other language.
OTHER_INDEX = ("Tiếng Việt: [Quy tắc công bố](vi/README.md)", "English: [Rules of publication](../README.md)")
#: The weights of rules, as the Vietnamese index says them.
WEIGHTS = {
    "error": "lỗi",
    "warning": "cảnh báo",
    "warning, in an office error": "cảnh báo, tại cơ quan là lỗi",
}
_EXAMPLE = re.compile(r"^```(\w+) (\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE_AND_QUOTES = re.compile(r"^```.*?^```$|^>.*?$", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| \[`([\w-]+)`\]\(\1\.md\) \| ([^|]+) \|", re.MULTILINE)
_SENTENCE = re.compile(r'^msgid "(.*)"\nmsgstr "(.*)"$', re.MULTILINE)
_NAMED = re.compile(r"docs/rules/\S+?\.md")


def findings(root: Path) -> Iterator[Finding]:
    """Every page that says less, or something else, than that of the other language."""
    english, vietnamese = _read(root / PAGES), _read(root / PAGES / "vi")
    for name in sorted(english.keys() ^ vietnamese.keys()):
        folder = PAGES if name in english else PAGES / "vi"
        yield Finding(root / folder / f"{name}.md", 1, "the page is there in one language only")
    for name in sorted((english.keys() & vietnamese.keys()) - {INDEX}):
        for why in _of_pair(name, english[name], vietnamese[name]):
            yield Finding(root / PAGES / "vi" / f"{name}.md", 1, why)
    rules = english.keys() - {INDEX}
    for why in _of_indexes(english.get(INDEX, ""), vietnamese.get(INDEX, ""), rules):
        yield Finding(root / PAGES / "vi" / f"{INDEX}.md", 1, why)
    for catalogue in sorted(root.glob("*/hoso_*/locale/vi/LC_MESSAGES/*.po")):
        yield from _of_catalogue(catalogue)


def _read(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}


def _of_pair(name: str, english: str, vietnamese: str) -> Iterator[str]:
    if english.split("\n\n")[:2] != [f"# `{name}`", f"Tiếng Việt: [`{name}`](vi/{name}.md)"]:
        yield "the English page does not begin with its rule and the Vietnamese page"
    if vietnamese.split("\n\n")[:2] != [f"# `{name}`", f"English: [`{name}`](../{name}.md)"]:
        yield "the page does not begin with its rule and the English page"
    if _EXAMPLE.findall(vietnamese) != _EXAMPLE.findall(english):
        yield "its examples are not those of the English page"
    if (here := _shape(vietnamese)) != (there := _shape(english)):
        yield f"{here[0]} paragraphs and {here[1]} rows, in English {there[0]} and {there[1]}"


def _shape(page: str) -> tuple[int, int]:
    """Numbers of paragraphs and of rows, without examples and quoted findings."""
    text = _CODE_AND_QUOTES.sub("", page)
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    return len(paragraphs), len(re.findall(r"^\|", text, re.MULTILINE))


def _of_indexes(english: str, vietnamese: str, rules: set[str]) -> Iterator[str]:
    if tuple(index.partition("\n\n")[2].split("\n\n")[0] for index in (english, vietnamese)) != OTHER_INDEX:
        yield "the indexes do not lead to each other before anything else"
    told, said = _ROW.findall(english), _ROW.findall(vietnamese)
    if [rule for rule, _ in said] != [rule for rule, _ in told]:
        yield "its rules are not those of the English index, in their order"
    for rule in sorted(rules ^ {rule for rule, _ in told}):
        yield f"the English index and the pages differ: {rule}"
    weights = dict(told)
    for rule, weight in said:
        if rule in weights and WEIGHTS.get(weights[rule]) != weight:
            yield f"{rule} has the weight `{weight}`, in English `{weights[rule]}`"


def _of_catalogue(catalogue: Path) -> Iterator[Finding]:
    """Sentences that name an English page to readers of Vietnamese, or another page."""
    text = catalogue.read_text(encoding="utf-8")
    for english, vietnamese in _SENTENCE.findall(re.sub(r'"\n"', "", text)):
        ours = [page.replace(f"{PAGES}/", f"{PAGES}/vi/") for page in _NAMED.findall(english)]
        if _NAMED.findall(vietnamese) != ours:
            yield Finding(catalogue, markdown.line_of(text, vietnamese), f"names other pages: {vietnamese}")
