"""Translation catalogues: collect the sentences of the source, compile, and report missing ones.

A sentence of the source is, where it is written as a constant:

    say("…"), counted(n, "…", "…")      in any package
    help="…", remedy="…"                as an argument of any call
    remedy = "…", title = "…"           in a class; one with a `slug` and no `title` has the first line of its docstring
    Phrase("…")                         for the command line's framework
    docstrings                          of the commands of `hoso`

Pages are Vietnamese in the source. Their sentences, for the English catalogue `hoso_pages`, are:

    spoken("…"), marked("…")            in `hoso_api`
    values of dictionaries              in `hoso_api/translation/wording.py`
    {{ _("…") }}                        in templates

Each package keeps its own in `locale/<language>/LC_MESSAGES/<package>.po`, which people edit; the `.mo` beside it is what runs.

Usage: python tools/catalogues.py update | check        exit 0 clean, 1 findings
"""

import ast
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import cleandoc
from pathlib import Path
from string import Formatter

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment
from jinja2.ext import extract_from_ast

LANGUAGES = ("vi",)
PACKAGES = tuple(Path(root, f"hoso_{root}") for root in ("calendar", "bpmn", "workflows", "api"))
#: What is called → the places of its sentences.
CALLS = {"say": (0,), "counted": (1, 2), "NotFound": (0,), "Phrase": (0,)}
#: Arguments that are sentences, whatever is called.
ARGUMENTS = {"help", "remedy"}
#: Attributes of classes that are sentences.
ATTRIBUTES = {"remedy", "title"}
#: Decorators whose function is a command: its docstring is its help.
COMMANDS = {"command", "callback"}

#: What is called with a Vietnamese sentence of a page.
PAGE_CALLS = {"spoken", "marked"}
#: Its dictionaries hold words of pages.
WORDS = Path("api/hoso_api/translation/wording.py")

Sentence = str | tuple[str, str]


def main(arguments: list[str]) -> int:
    """Update or check the catalogues of all packages."""
    if arguments not in (["update"], ["check"]):
        print(__doc__)
        return 2
    faults = []
    for each in catalogues():
        if arguments == ["update"]:
            update(each)
        faults += [f"{each.path}: {fault}" for fault in missing(each)]
    print("\n".join(faults) if faults else "Everything is translated.")
    return 1 if faults and arguments == ["check"] else 0


@dataclass(frozen=True)
class Source:
    """A catalogue with the sentences that it translates."""

    path: Path
    language: str
    sentences: Callable[[], Iterator[Sentence]]


def catalogues() -> Iterator[Source]:
    """The catalogues of all packages, and that of the pages."""
    for package in PACKAGES:
        for language in LANGUAGES:
            path = package / "locale" / language / "LC_MESSAGES" / f"{package.name}.po"
            yield Source(path, language, lambda package=package: sentences(package))
    path = Path("api/hoso_api/locale/en/LC_MESSAGES/hoso_pages.po")
    yield Source(path, "en", lambda: page_sentences(Path("api/hoso_api")))


def update(source: Source) -> None:
    """Write the catalogue with the current sentences.

    Existing translations are kept; sentences that are gone are left out.
    """
    path = source.path
    known = _read(path) if path.exists() else Catalog(locale=source.language)
    fresh = Catalog(locale=source.language, charset="utf-8")
    for found in sorted(set(source.sentences()), key=str):
        was = known.get(found if isinstance(found, str) else found[0])
        fresh.add(found, was.string if was is not None and _same(was.id, found) else None)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(fresh))
    path.with_suffix(".mo").write_bytes(_compiled(_read(path)))


def missing(source: Source) -> Iterator[str]:
    """Sentences that are untranslated, obsolete, filled with other values, or not compiled."""
    path = source.path
    known = _read(path) if path.exists() else Catalog()
    wanted = set(source.sentences())
    entries = {_key(message): message for message in known if message.id}
    yield from (f"not in the catalogue: {found!r}" for found in sorted(wanted - set(entries), key=str))
    yield from (f"said no longer: {found!r}" for found in sorted(set(entries) - wanted, key=str))
    for found, message in entries.items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(strings):
            yield f"not translated: {found!r}"
        elif any(_fields(string) - _fields(found) for string in strings):
            yield f"other values than the sentence has: {found!r}"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != _compiled(known):
        yield "the .mo is not of this .po; run `make fix`"


def page_sentences(package: Path) -> Iterator[Sentence]:
    """Every Vietnamese sentence of the pages."""
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _last_name(node.func) in PAGE_CALLS and node.args:
                yield from filter(None, (_text(node.args[0]),))
            if isinstance(node, ast.Dict) and path.parts[-3:] == WORDS.parts[-3:]:
                yield from (text for value in node.values for text in _texts(value))
    environment = Environment(autoescape=True)
    for path in sorted(package.rglob("*.html")):
        for _, _, said in extract_from_ast(environment.parse(path.read_text()), ("_",)):
            # With values it is found with a place for each of them.
            sentence = said[0] if isinstance(said, tuple) else said
            if isinstance(sentence, str):
                yield sentence


def sentences(package: Path) -> Iterator[Sentence]:
    """Every sentence of a package's source."""
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            yield from (found for found in _of(node, path) if found)


def _of(node: ast.AST, path: Path) -> Iterator[Sentence]:
    if isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.ClassDef):
        yield from _attributes(node)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.parent.name == "cli":
        said = ast.get_docstring(node)
        if said and any(_last_name(each) in COMMANDS for each in node.decorator_list):
            yield cleandoc(said)


def _called(node: ast.Call) -> Iterator[Sentence]:
    places = CALLS.get(_last_name(node.func), ())
    said = [text for place in places if (text := _text(node.args[place] if place < len(node.args) else None))]
    if said and len(said) == len(places):
        yield said[0] if len(said) == 1 else (said[0], said[1])
    for argument in node.keywords:
        if argument.arg in ARGUMENTS:
            yield _text(argument.value) or ""


def _attributes(node: ast.ClassDef) -> Iterator[Sentence]:
    values: dict[str, str] = {}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            values[line.targets[0].id] = _text(line.value) or ""
    if "slug" not in values and not ATTRIBUTES & set(values):
        return
    yield from (values[name] for name in sorted(ATTRIBUTES & set(values)))
    if "slug" in values and "title" not in values:
        yield (ast.get_docstring(node) or "").partition("\n")[0]


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts of a value: itself, or the parts of a pair."""
    parts = node.elts if isinstance(node, ast.Tuple) else (node,)
    yield from filter(None, map(_text, parts))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, abort_invalid=True)


def _written(catalogue: Catalog) -> bytes:
    """The catalogue without dates or names: equal sources write equal files."""
    body = io.BytesIO()
    pofile.write_po(body, catalogue, width=110, omit_header=True, sort_output=True)
    plural = catalogue.plural_forms
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Plural-Forms: {plural};\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header.encode() + body.getvalue()


def _compiled(catalogue: Catalog) -> bytes:
    """The catalogue in the binary form that gettext reads.

    Its creation date is fixed, so that the same catalogue always gives the same bytes.
    """
    catalogue.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    body = io.BytesIO()
    mofile.write_mo(body, catalogue)
    return body.getvalue()


def _key(message: Message) -> Sentence:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _same(one: object, other: Sentence) -> bool:
    return (tuple(one) if isinstance(one, list | tuple) else one) == other


def _fields(text: Sentence) -> set[str]:
    texts = (text,) if isinstance(text, str) else text
    return {name for each in texts for _, name, _, _ in Formatter().parse(each) if name}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
