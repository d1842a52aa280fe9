"""Check first sentences of docstrings, banner comments, and the size of folders.

    sentence    at most 14 words, and no relative pronoun first
    banner      no comment that is a heading: a file that wants one wants to be two
    room        at most 16 modules in a folder, `cli` and `tables` excepted

Sentences that users read as they stand may be longer: descriptions in `openapi.json`, titles of problems, help of commands. In
tests and benchmarks a sentence begins with no relative pronoun, and nothing else is checked.

Usage: python tools/prose.py FOLDER...      exit 0 clean, 1 findings
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from findings import Finding, report

WORDS = 14
MODULES = 16
#: Rooms whose modules are of one kind, each named after what it is of.
UNBOUNDED = ("cli", "tables", "versions")
RELATIVE = frozenset(
    [
        "what",
        "who",
        "whose",
        "whom",
        "where",
        "how",
        "which",
        "when",
        "that",
        "why",
        "whoever",
        "whatever",
        "whichever",
        "wherever",
        "whether",
    ]
)
#: Folders in which only the beginning of a docstring is checked.
BEGINNINGS_ONLY = frozenset(["tests", "bench"])
PREPOSITIONS = frozenset(["at", "by", "for", "from", "in", "into", "of", "on", "out", "to", "under", "with"])
BANNER = re.compile(r"\s*#\s*(?:[-=*#]{3,}|[A-Z][\w ]{0,25})\s*$")
#: Modules whose docstrings are published: in `openapi.json`, or as titles of problems.
PUBLISHED = ("endpoints.py", "schemas.py", "errors.py")


def first_sentence(docstring: str) -> str:
    """The first sentence, its white space made single."""
    paragraph = " ".join(docstring.strip().split("\n\n")[0].split())
    return re.split(r"(?<=[.!?:;])\s+(?=[A-Z`'\"<(])", paragraph, maxsplit=1)[0]


def begins_relative(sentence: str) -> bool:
    """True for a sentence that begins with a relative pronoun, also behind a preposition."""
    words = [word.strip("`'\",.:;()").lower() for word in sentence.split()[:2]]
    return bool(words) and (
        words[0] in RELATIVE or (words[0] in PREPOSITIONS and words[1:] != [] and words[1] in RELATIVE)
    )


def of_docstrings(path: Path, tree: ast.Module, *, whole: bool = True) -> Iterator[Finding]:
    """Every docstring whose first sentence breaks the rule.

    Without the whole, its beginning alone is judged.
    """
    published = path.name in PUBLISHED
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        text = ast.get_docstring(node)
        if text is None:
            continue
        line, sentence = getattr(node, "lineno", 1), first_sentence(text)
        if begins_relative(sentence):
            yield Finding(path, line, f"begins with a relative pronoun: {sentence}")
        if not whole:
            continue
        if len(sentence.split()) > WORDS and not ((published and node is not tree) or is_command(node)):
            yield Finding(path, line, f"{len(sentence.split())} words in the first sentence: {sentence}")


def is_command(node: ast.AST) -> bool:
    """True for a command of the command line.

    Its docstring is its help.
    """
    decorators = getattr(node, "decorator_list", [])
    called = (each.func for each in decorators if isinstance(each, ast.Call))
    return any(isinstance(each, ast.Attribute) and each.attr in ("command", "callback") for each in called)


def of_comments(path: Path, text: str) -> Iterator[Finding]:
    """Every comment that is a heading."""
    for number, line in enumerate(text.splitlines(), start=1):
        if BANNER.fullmatch(line):
            yield Finding(path, number, f"a banner: {line.strip()}")


def of_rooms(folder: Path) -> Iterator[Finding]:
    """Every folder with too many modules."""
    for room in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        modules = [each for each in room.glob("*.py") if each.name != "__init__.py"]
        if len(modules) > MODULES and room.name not in UNBOUNDED:
            yield Finding(room, 1, f"{len(modules)} modules in a room")


def findings(folder: Path) -> Iterator[Finding]:
    """Every breach below a folder."""
    whole = folder.name not in BEGINNINGS_ONLY
    if whole:
        yield from of_rooms(folder)
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield from of_docstrings(path, ast.parse(text), whole=whole)
        if whole:
            yield from of_comments(path, text)


def main() -> int:
    """Print the findings of all folders."""
    return report(each for folder in sys.argv[1:] for each in findings(Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
