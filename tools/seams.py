"""Check the rules on commits, clocks, suppressions, and code in the markup of pages.

    .commit()   stands only in hoso_models: everything else works inside `transaction()` or `one_statement()`
    now()       is read only in hoso_api and hoso_workflows.flows: below them an instant is an argument, in SQL too
    # noqa      and `# type: ignore` name what they silence, and say why in words of their own
    templates   of pages carry no scripts, styles or handlers, and of htmx only what works under the policy of the pages

A date that depends on when a line of code happened to run cannot be explained to a citizen, and a commit in the
middle of a command loses half of it. `# allow: reason` on the line lets one pass. In folders of what is not installed the third
rule alone is checked.

Usage: python tools/seams.py FOLDER...      exit 0 clean, 1 findings
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from findings import Finding, report

#: May commit.
SEAM = "hoso_models"
#: May read the clock, by path below a source root.
CLOCK_READERS = ("hoso_api", "hoso_workflows/flows")
#: Calls that read the host clock, by the last two names of the call.
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("pendulum", "now"),
    ("pendulum", "today"),
    ("pendulum", "tomorrow"),
    ("pendulum", "yesterday"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
SQL_CLOCK = re.compile(
    r"\b(now\s*\(\s*\)|current_(timestamp|date|time)\b|localtimestamp\b|(clock|statement|transaction)_timestamp\s*\()",
    re.IGNORECASE,
)
SQL = re.compile(r"\b(select|insert|update|delete|values|default|create)\b", re.IGNORECASE)
ALLOW = re.compile(r"(#|--) allow: \S")
#: Folders whose code is not installed.
ASIDE = frozenset(["tests", "bench", "tools"])
SUPPRESSION = re.compile(
    r"# (?P<what>noqa|type: ignore)(?P<codes>: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*|\[[a-z, -]+\])?(?P<why>[^#]*(?:# (?!noqa|type:)[^#]*)?)"
)
#: Words that name no reason.
EMPTY = ("", "as above", "as before", "ours")
#: Where the pages have their markup.
TEMPLATES = "hoso_api/pages/templates"
#: What the markup of a page does not have, and why.
MARKUP: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), why)
    for pattern, why in (
        # Data for search engines is no script, where it is written so that nothing of it can end its block.
        (
            r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">\{\{ \w+\|tojson \}\}</script>)",
            "script in the page: its policy runs files of ours only",
        ),
        (r"<style\b|\sstyle\s*=", "style in the page: its policy takes the style sheet only"),
        (
            r"\s(data-)?hx-on\b|\son[a-z]+\s*=\s*[\"']",
            "handler in an attribute: it wants the right to make code of texts",
        ),
        (r"=\s*[\"']?\s*(js|javascript):", "value that is code: it wants the right to make code of texts"),
        (
            r"hx-trigger[^=]*=\s*([\"'])(?:(?!\1).)*\w\s*\[",
            "filter of a trigger: it wants the right to make code of texts",
        ),
        (r"\shx-boost\b", "boost: pages are followed by the browser"),
        (r"\shx-confirm\b", "dialogue: what is confirmed has a page of its own"),
        (r"\shx-(put|patch|delete)\b", "method without a form: a page asks by get and post only"),
    )
)


def findings(path: Path) -> Iterator[Finding]:
    """Breaches in one .py, .sql or .html file, except those that their line allows."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for number, message in _breaches(path, text):
        if not ALLOW.search(lines[number - 1]):
            yield Finding(path, number, message)


def suppressions(path: Path) -> Iterator[Finding]:
    """Suppressions in one .py file that name no rule, or no reason."""
    text = path.read_text(encoding="utf-8")
    if "noqa" not in text and "type: ignore" not in text:
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        for found in SUPPRESSION.finditer(token.string):
            if not found["codes"]:
                yield Finding(path, token.start[0], f"`{found['what']}` names no rule")
            elif found["why"].strip(" -#()") in EMPTY:
                yield Finding(
                    path, token.start[0], f"`{found['what']}` has no reason: say why it is right here"
                )


def _breaches(path: Path, text: str) -> Iterator[tuple[int, str]]:
    if path.suffix == ".html":
        yield from _markup(text) if TEMPLATES in path.as_posix() else ()
        return
    may_read = any(reader in path.as_posix() for reader in CLOCK_READERS)
    if path.suffix == ".sql":
        yield from () if may_read else _sql_clocks(text, 1)
        return
    tree = ast.parse(text, str(path))
    documentation = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name[-1:] == ("commit",) and len(name) > 1 and SEAM not in path.as_posix():
                yield (
                    node.lineno,
                    "commits: only hoso_models does; work inside `transaction()` or `one_statement()`",
                )
            if name[-2:] in CLOCKS and not may_read:
                yield node.lineno, f"reads the clock ({'.'.join(name)}): take the instant as an argument"
        elif not may_read and _is_sql(node) and node not in documentation:
            yield from _sql_clocks(node.value, node.lineno)


def _markup(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, why) for pattern, why in MARKUP if pattern.search(line))


def _is_sql(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL.search(node.value))


def _sql_clocks(text: str, first: int) -> Iterator[tuple[int, str]]:
    for offset, line in enumerate(text.splitlines()):
        if SQL_CLOCK.search(line):
            yield first + offset, "reads the database's clock: pass the instant as a parameter"


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def _name(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute):
        return (*_name(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ("",)


def main(folders: list[str]) -> int:
    """Print every finding below `folders`; 1 when there is one."""
    files = [
        (path, folder.name in ASIDE)
        for folder in map(Path, folders)
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".py", ".sql", ".html"}
    ]
    found = [finding for path, aside in files if not aside for finding in findings(path)]
    found += [finding for path, _ in files if path.suffix == ".py" for finding in suppressions(path)]
    return report(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
