"""XML parsing of the whole project, in this module only.

No DOCTYPE, entities, inclusion or network; limits on size, depth, count.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from hoso_bpmn import text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_calendar.messages import say

MAX_BYTES = 5_000_000
MAX_DEPTH = 200
MAX_ELEMENTS = 100_000
#: Reading attributes takes time that grows with the square of their number; modellers write a dozen.
MAX_ATTRIBUTES = 200
_CHUNK = 65_536

_INCLUDE = "{http://www.w3.org/2001/XInclude}include"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def bpmn(name: str) -> str:
    """The qualified tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def local(node: etree._Element) -> str | None:
    """The tag of a BPMN element without its name space; None for foreign elements."""
    tag = node.tag
    return tag[len(BPMN) + 2 :] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else None


@dataclass(frozen=True, slots=True)
class Read:
    """Parsed XML file: root, encoding, and a text that was composed. The encoding is None for plain UTF-8."""

    root: etree._Element = field(repr=False, compare=False)
    encoding: str | None
    composed: str | None


def safe_root(data: bytes) -> etree._Element:
    """Parse a stranger's XML file into its root.

    Comments and processing instructions are dropped, texts composed (NFC), ids as written. The encoding is the one
    that the file declares. Raises `RefusedFile` with rule `xml-size`, `xml-depth`, `xml-attributes`, `xml-doctype` or
    `xml-broken` and the line.
    """
    return read(data).root


def read(data: bytes) -> Read:
    """The same, with what was not as we write it."""
    root = _root(data)
    first = None if _is_composed(data) else next(_compose(root), None)
    return Read(root, _encoding(root, data), first)


def ended(data: bytes) -> Iterator[etree._Element]:
    """The elements of a document of any size, each as it ends.

    What it holds is let go behind it. Raises RefusedFile for a DOCTYPE, and XMLSyntaxError.
    """
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    for chunk in _chunks(data):
        parser.feed(chunk)
        for _, element in parser.read_events():
            if isinstance(element.tag, str):
                yield element
                element.clear(keep_tail=False)
    _refuse_doctype(parser.close())


def _encoding(root: etree._Element, data: bytes) -> str | None:
    named = root.getroottree().docinfo.encoding or "UTF-8"
    if named.upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        return named
    return "UTF-8 with a byte order mark" if data.startswith(b"\xef\xbb\xbf") else None


def _is_composed(data: bytes) -> bool:
    """True when every text surely is; other encodings and character references are looked at."""
    try:
        return b"&#" not in data and (data.isascii() or unicodedata.is_normalized("NFC", data.decode()))
    except UnicodeDecodeError:
        return False


def _compose(root: etree._Element) -> Iterator[str]:
    """Compose texts and attributes but ids.

    Yields each as it was, all of them composed before the first one is yielded.
    """
    found = []
    for node in root.iter():
        for key, value in node.attrib.items():
            if not _is_reference(str(key)) and text_safety.text(str(value)) != value:
                found.append(str(value))
                node.set(key, text_safety.text(str(value)))
        if node.text and not _is_reference(str(node.tag)) and text_safety.text(node.text) != node.text:
            found.append(node.text)
            node.text = text_safety.text(node.text)
    yield from found


#: Attributes and elements beside those that are called `…Ref` which hold ids.
_REFERENCES = frozenset(
    ("id", "default", "bpmnElement", "incoming", "outgoing", "decisionId", "calledDecisionId")
)


def _is_reference(tag: str) -> bool:
    name = tag.rpartition("}")[2]
    return name.endswith("Ref") or name in _REFERENCES


def _root(data: bytes) -> etree._Element:
    """The root as it is written."""
    if len(data) > MAX_BYTES:
        raise RefusedFile(
            "xml-size",
            say(
                "The file has more than {max_bytes:,} bytes, which is all that is read.", max_bytes=MAX_BYTES
            ),
            remedy="Remove embedded pictures and unused diagrams, or split the process into call activities.",
        )
    try:
        return _parse(data)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = count = 0
    for chunk in _chunks(data):
        parser.feed(chunk)
        for event, element in parser.read_events():
            if event == "end":
                depth -= 1
                continue
            if count == 0:
                _refuse_doctype(element)
            depth, count = depth + 1, count + 1
            _refuse_excess(element, depth, count)
    root = parser.close()
    _refuse_doctype(root)
    return root


def _chunks(data: bytes) -> Iterator[bytes]:
    # A generator keeps a bomb from being read further than the chunk that betrays it.
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def _refuse_doctype(element: etree._Element) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise RefusedFile(
            "xml-doctype",
            say("The file has a DOCTYPE declaration; entities and external definitions are not read."),
            line=1,
            remedy="Delete the line that begins with <!DOCTYPE. No BPMN tool needs it.",
        )


def _refuse_excess(element: etree._Element, depth: int, count: int) -> None:
    line = element.sourceline or 0
    if element.tag == _INCLUDE:
        raise RefusedFile(
            "xml-doctype",
            "The file includes another one by XInclude, which is not read.",
            line=line,
            remedy="Delete the element xi:include. No BPMN tool needs it.",
        )
    if depth > MAX_DEPTH:
        raise _too_deep(line)
    if count > MAX_ELEMENTS:
        raise RefusedFile(
            "xml-size",
            say("The file has more than {max_elements:,} XML elements.", max_elements=MAX_ELEMENTS),
            line=line,
            remedy="Split the process into call activities.",
        )
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise RefusedFile(
            "xml-attributes",
            say(
                "An element has {count:,} attributes; {max_attributes} are read.",
                count=len(element.attrib),
                max_attributes=MAX_ATTRIBUTES,
            ),
            line=line,
            remedy="Remove attributes that no modeller wrote; what has many values is written as elements.",
        )


def _broken(error: etree.XMLSyntaxError) -> RefusedFile:
    # The pull parser raises "no element found" for whatever stopped it; the log has the cause.
    cause = error.error_log.last_error
    line = cause.line if cause is not None else error.lineno or 0
    message = (cause.message if cause is not None else error.msg or "nothing in it").rstrip(".")
    if "depth" in message.lower():
        return _too_deep(line)
    if "entity" in message.lower():
        return RefusedFile(
            "xml-doctype",
            say("The file uses entities, which are not read: {message}.", message=message),
            line=line,
            remedy="Write the text itself instead of an entity.",
        )
    return RefusedFile(
        "xml-broken",
        say("This is not well-formed XML: {message}.", message=message),
        line=line,
        remedy="Open the file in the modeller that made it and save it again.",
    )


def _too_deep(line: int) -> RefusedFile:
    return RefusedFile(
        "xml-depth",
        say("Elements are nested more than {max_depth} deep.", max_depth=MAX_DEPTH),
        line=line,
        remedy="Draw the process with fewer sub-processes inside sub-processes.",
    )
