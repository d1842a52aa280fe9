"""Rules of a template's HTML: small parts of Jinja2 and of HTML.

Values and tests, one loop over a list of the letter, no calls; elements of text without links, scripts, styles or addresses.
A value stands between elements, never within the angle brackets of one.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import TemplateSyntaxError, meta, nodes

from hoso_bpmn.findings import Finding
from hoso_calendar.messages import say
from hoso_workflows.letters import html
from hoso_workflows.letters.template_check.findings import HTML, finding

_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.If,
    nodes.For,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.Test,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.CondExpr,
)
_TESTS = frozenset(["none"])
_NAMES = frozenset(["letter"])
_ELEMENTS = frozenset(
    [
        "address",
        "article",
        "b",
        "blockquote",
        "br",
        "caption",
        "col",
        "colgroup",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "header",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
_ATTRIBUTES = frozenset(["aria-label", "class", "colspan", "dir", "lang", "role", "rowspan", "scope"])
#: A value, or a test, within the angle brackets of an element.
_INSIDE = re.compile(r"<[a-zA-Z/!][^<>]*\{[{%#]")


def of_source(source: str) -> Iterator[Finding]:
    """Breaches that the source shows before anything is rendered."""
    try:
        tree = html.strangers().parse(source)
    except TemplateSyntaxError as wrong:
        yield finding("template-syntax", HTML, wrong.lineno, say("It cannot be read: {why}.", why=str(wrong)))
        return
    for name in sorted(meta.find_undeclared_variables(tree) - _NAMES):
        yield finding("template-value", HTML, 0, say("{name} is no value of a letter.", name=name))
    yield from _of_nodes(tree, looping=False)
    for found in _INSIDE.finditer(source):
        line = source.count("\n", 0, found.end()) + 1
        said = say("A value stands within the brackets of an element.")
        yield finding("template-element", HTML, line, said)


def _of_nodes(node: nodes.Node, *, looping: bool) -> Iterator[Finding]:
    for inside in node.iter_child_nodes():
        if not _allowed(inside):
            said = say("{part} is not allowed here.", part=type(inside).__name__)
            yield finding("template-language", HTML, inside.lineno, said)
        elif isinstance(inside, nodes.For) and looping:
            said = say("A loop stands within a loop.")
            yield finding("template-language", HTML, inside.lineno, said)
        else:
            yield from _of_nodes(inside, looping=looping or isinstance(inside, nodes.For))


def _allowed(node: nodes.Node) -> bool:
    if isinstance(node, nodes.For):
        return isinstance(node.iter, nodes.Getattr) and not node.recursive
    if isinstance(node, nodes.Test):
        return node.name in _TESTS
    return isinstance(node, _NODES)


def of_output(rendered: str) -> Iterator[Finding]:
    """Elements and attributes of what was rendered that a letter may not have."""
    reader = _Elements()
    reader.feed(rendered)
    reader.close()
    yield from (finding("template-element", HTML, 0, said) for said in dict.fromkeys(reader.found))


class _Elements(HTMLParser):
    """Elements and attributes that are not allowed, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        if tag not in _ELEMENTS:
            self.found.append(say("The element {name} is not allowed.", name=tag))
        self.found += [
            say("The attribute {name} is not allowed.", name=name)
            for name, _ in attrs
            if name not in _ATTRIBUTES
        ]

    def handle_decl(self, decl: str) -> None:
        """Take a declaration; the page has one already."""
        self.found.append(say("The element {name} is not allowed.", name=decl.split(" ")[0]))

    def handle_pi(self, data: str) -> None:
        """Take an instruction to a program."""
        self.found.append(say("The element {name} is not allowed.", name=data.split(" ")[0]))
