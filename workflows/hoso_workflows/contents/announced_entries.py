"""Entries that the cross-references of a PDF announce, counted before anybody parses it.

A packed cross-reference names millions of objects in some bytes, and readers make something of each. An object takes a byte at
least, so an honest file announces fewer than it has bytes. What is hidden from this look meets the limits of the child.
"""

import re
from collections.abc import Iterator

#: A letter of a name by its number: `/S#69ze`.
_SPELT = re.compile(rb"#([0-9A-Fa-f]{2})")
_GAP = rb"(?:\s|%[^\r\n]*[\r\n])*"
#: Of a number of many digits the first are too much already.
_NUMBER = rb"\+?([0-9]{1,20})"
_SIZE = re.compile(rb"/Size" + _GAP + _NUMBER)
_INDEX = re.compile(rb"/Index" + _GAP + rb"\[([^\]]*)")
_COUNT = re.compile(_NUMBER)
_WIDTHS = re.compile(rb"/W" + _GAP + rb"\[")
#: The first line of each part of a table: its first number, and how many follow.
_PARTS = re.compile(rb"[\r\n][ \t]*[0-9]+[ \t]+" + _NUMBER + rb"[0-9]*[ \t]*(?=[\r\n])")


def too_many(content: bytes) -> bool:
    """True for a PDF that announces more entries than it has bytes."""
    return sum(_announced(content)) > len(content)


def _announced(content: bytes) -> Iterator[int]:
    """Entries of each cross-reference, stream or table."""
    for head in content.split(b"stream")[:-1]:
        yield _of_stream(_plain(head[head.rfind(b"obj") :]))
    for part in content.split(b"xref")[1:]:
        table, behind, trailer = part.partition(b"trailer")
        if behind:
            yield sum(int(found) for found in _PARTS.findall(table))
            # Counts for nothing unless it alone is more than the file holds.
            yield from (size for size in _sizes(_plain(trailer)) if size > len(content))


def _plain(words: bytes) -> bytes:
    return _SPELT.sub(lambda spelt: bytes((int(spelt[1], 16),)), words)


def _of_stream(words: bytes) -> int:
    if not _WIDTHS.search(words):
        return 0
    listed = _INDEX.findall(words)
    if not listed:
        return max(_sizes(words), default=0)
    return sum(
        int(found[1]) for each in listed for count in each.split()[1::2] if (found := _COUNT.match(count))
    )


def _sizes(words: bytes) -> list[int]:
    return [int(found) for found in _SIZE.findall(words)]
