"""Examples of drawings in the documents: extension properties stand as a modeller saves them."""

import re
from collections.abc import Iterator
from pathlib import Path

from documents import markdown
from findings import Finding
from hoso_bpmn.document import properties

_XML = re.compile(r"```xml.*?\n(.*?)```", re.DOTALL)
_TAG = re.compile(r"<[\w:]+ [^>]*>")
_ATTRIBUTE = re.compile(rf"\s(?:{'|'.join(sorted(properties.OWN))})=")


def findings(root: Path) -> Iterator[Finding]:
    """Every tag that shows a property as an attribute.

    An author who copied it into a modeller would find no such field.
    """
    for page in markdown.pages(root / "docs"):
        text = page.read_text(encoding="utf-8")
        for tag in (tag for block in _XML.findall(text) for tag in _TAG.findall(block)):
            if "camunda:property" not in tag and _ATTRIBUTE.search(tag):
                yield Finding(page, markdown.line_of(text, tag), f"a property is an attribute: {tag}")
