"""Files that are small and ask whoever reads them for work without end, made anew."""

from __future__ import annotations

import zlib

from support import files


def announcing(
    entries: int, *, held: int | None = None, widths: str = "1 0 0", ranges: str = "", blanks: int = 0
) -> bytes:
    """A PDF whose packed cross-reference stream announces so many entries, all null.

    `held` is the number of them that it holds, `widths` of their fields in bytes, `ranges` where it numbers them itself, `blanks` what
    makes the file longer.
    """
    packing = zlib.compressobj(9)
    left, packed = entries if held is None else held, b""
    while left:
        piece = min(left, 1 << 20)
        packed, left = packed + packing.compress(bytes(piece)), left - piece
    packed += packing.flush()
    made = files.paged()
    body = made[: made.rindex(b"xref\n0 ")] + b" " * blanks
    place = len(body)
    index = f"/Index[{ranges}]" if ranges else ""
    head = f"4 0 obj\n<</Type/XRef/Size {entries}/W[{widths}]{index}/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}>>"
    return (
        body + head.encode() + b"stream\n" + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % place
    )


def tabled(entries: int) -> bytes:
    """A PDF whose table announces so many entries, and holds four."""
    return files.paged().replace(b"xref\n0 4", b"xref\n0 %d" % entries)


def sized(entries: int) -> bytes:
    """A PDF whose trailer says that it has so many objects."""
    return files.paged().replace(b"/Size 4", b"/S#69ze %%\n %d" % entries)
