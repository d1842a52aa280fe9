"""A PDF that announces more than it holds is refused before anybody parses it."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from hoso_workflows.contents import announced_entries
from support import bombs, files

BOMBS = {
    "a packed stream": bombs.announcing(2_000_000),
    "a stream of nothing": bombs.announcing(200_000_000, held=0, widths="0 0 0"),
    "a stream that numbers them itself": bombs.announcing(
        4, held=0, widths="0 0 0", ranges="0 9 50 +200000000"
    ),
    "several streams": bombs.announcing(500) * 2 + bombs.announcing(700),
    "a table": bombs.tabled(200_000_000),
    "a trailer": bombs.sized(200_000_000),
    "a number of many digits": bombs.sized(int("9" * 4000)),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=list(BOMBS))
def test_a_file_announces_no_more_objects_than_it_has_bytes(content: bytes):
    assert announced_entries.too_many(content)


def grown(content: bytes, times: int) -> bytes:
    """The file with so many further revisions, each with a cross-reference of its own."""
    for _ in range(times):
        more, made = IncrementalPdfFileWriter(BytesIO(content)), BytesIO()
        more.update_root()
        more.write(made)
        content = made.getvalue()
    return content


def test_files_that_announce_what_they_hold_are_let_by():
    packed = bombs.announcing(4)
    honest = (files.pdf(30), files.linked(), grown(files.paged(), 20), packed, b"", files.picture())
    assert [announced_entries.too_many(each) for each in honest] == [False] * 6
