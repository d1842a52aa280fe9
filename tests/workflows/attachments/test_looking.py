"""Answers of a limited child about files that strangers send."""

import asyncio
import io
import tempfile
from contextlib import ExitStack
from typing import Any

import pytest

from hoso_workflows import errors
from hoso_workflows.attachments import examination, kinds, looking, refusals, sealed_bytes
from support import bombs, files

pytestmark = pytest.mark.slow
DOCX, XLSX = list(kinds.KINDS)[3:]


async def looked(content: bytes) -> looking.Looked:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return await looking.look(file, "x", (".pdf",))


async def test_what_a_file_is_follows_from_its_content():
    rotated = files.picture("JPEG", (3000, 200))
    papers = (files.pdf(3), files.linked(), files.picture(), rotated, files.document())
    seen = await asyncio.gather(*map(looked, papers))
    assert [(each.media_type, each.pages, each.thumbnail is not None) for each in seen] == [
        ("application/pdf", 3, True),
        ("application/pdf", 1, True),
        ("image/png", 1, True),
        ("image/jpeg", 1, True),
        (DOCX, None, False),
    ]


#: Kind → content, and what is said of it.
REFUSED: dict[str, tuple[bytes, Any]] = {
    "a program": (b"MZ\x90\x00" * 100, refusals.FileTypeRefused),
    "nothing": (b"", "it is empty"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', refusals.FileTypeRefused),
    "a PDF that is an archive too": (files.pdf() + files.document(), "it is a file of another type as well"),
    "a PDF behind something else": (b"GIF89a" + files.pdf(), "it is a file of another type as well"),
    "a PDF that is a web page too": (
        b"%PDF-1.7\n<script>alert(1)</script>" + files.pdf(),
        "it is a file of another type as well",
    ),
    "a picture that is a PDF too": (files.hidden(), "it is a file of another type as well"),
    "a document that is a PDF too": (files.stored(), "it is a file of another type as well"),
    "a document with a web page behind it": (
        files.document() + b"<script>alert(1)</script>",
        "it is a file of another type as well",
    ),
    "a picture with a web page behind it": (
        files.picture("JPEG") + b"<?php echo 1;",
        "it is a file of another type as well",
    ),
    "a picture with something behind it": (
        files.picture() + b"x" * 99,
        "it is a file of another type as well",
    ),
    "a picture that is cut off": (files.picture()[:-20], "it is damaged and cannot be read"),
    "a picture of nine hundred million points": (files.bomb(), "unpacked, it is larger than any paper needs"),
    "a PDF that asks for a password": (files.protected(), refusals.FileProtected),
    "a document that asks for a password": (files.compound(), refusals.FileProtected),
    **{
        f"a PDF with a script, {where}": (
            files.scripted(where),
            "it carries a script, macros or another file, or leads to one",
        )
        for where in files.SCRIPTED
    },
    "a PDF that is damaged": (b"%PDF-1.7\n" + bytes(500), "it is damaged and cannot be read"),
    "a PDF that announces more than it holds": (
        bombs.announcing(2_000_000),
        "unpacked, it is larger than any paper needs",
    ),
    "a PDF that one reader mends and the other does not": (
        files.paged().replace(b"xref\n0 4", b"xreg\n0 4"),
        "it is damaged and cannot be read",
    ),
    "a document with macros": (
        files.document(**{"word/vbaProject.bin": b"x"}),
        "it carries a script, macros or another file, or leads to one",
    ),
    "a document that unpacks without end": (
        files.document(**{"word/x": bytes(examination.MOST_UNPACKED)}),
        "unpacked, it is larger than any paper needs",
    ),
    "an archive of anything": (files.archive(), refusals.FileTypeRefused),
}


async def test_a_file_that_is_not_a_paper_is_refused_with_one_reason():
    found: list[Any] = []
    for lot in range(0, len(REFUSED), looking.LOOKS._places):
        contents = [content for content, _ in list(REFUSED.values())[lot : lot + looking.LOOKS._places]]
        found += await asyncio.gather(*map(looked, contents), return_exceptions=True)
    told = [each.why if isinstance(each, refusals.FileRefused) else type(each) for each in found]
    assert dict(zip(REFUSED, told, strict=True)) == {kind: said for kind, (_, said) in REFUSED.items()}


def test_children_are_few_and_those_who_wait_too():
    with ExitStack() as taken:
        for _ in range(looking.LOOKS._places):
            taken.enter_context(looking.LOOKS.place())
        with pytest.raises(errors.TooManyRequests):
            taken.enter_context(looking.LOOKS.place())


@pytest.mark.parametrize(
    ("declared", "accepted"),
    [
        ((), tuple(kinds.KINDS)),
        (("pdf", ".JPG"), ("application/pdf", "image/jpeg")),
        (("image/*",), ("image/png", "image/jpeg")),
        (("application/pdf",), ("application/pdf",)),
        (("dwg",), tuple(kinds.KINDS)),
    ],
)
def test_a_component_accepts_what_its_package_says(declared: tuple[str, ...], accepted: tuple[str, ...]):
    assert kinds.accepted(declared) == accepted


def test_a_size_is_read_as_a_package_writes_it():
    written = ("10 MB", "1,5MB", "512 kb", "2000", "2 gb", "", None, "many")
    assert [kinds.size(each, 7) for each in written] == [
        10 << 20,
        3 << 19,
        512 << 10,
        2000,
        2 << 30,
        7,
        7,
        7,
    ]


KEY, OWNER = bytes(range(32)), b"paper"


def sealed(content: bytes) -> bytes:
    target = io.BytesIO()
    sealed_bytes.seal(io.BytesIO(content), target, KEY, OWNER)
    return target.getvalue()


async def opened(content: bytes, key: bytes = KEY, owner: bytes = OWNER, step: int = 700_001) -> bytes:
    async def chunks() -> Any:
        for start in range(0, len(content), step):
            yield content[start : start + step]

    return b"".join([piece async for piece in sealed_bytes.opened(chunks(), key, owner)])


@pytest.mark.parametrize("size", [0, 1, sealed_bytes.PIECE, sealed_bytes.PIECE + 1, 3 * sealed_bytes.PIECE])
async def test_sealed_bytes_open_as_they_were(size: int):
    content = bytes(index % 251 for index in range(1000)) * (size // 1000 + 1)
    assert await opened(sealed(content[:size])) == content[:size]


async def test_sealed_bytes_that_were_changed_cut_off_or_are_somebody_elses_do_not_open():
    whole = sealed(bytes(3 * sealed_bytes.PIECE))
    head, piece = 44, sealed_bytes.PIECE + 16
    assert len(whole) == head + 3 * piece
    swapped = (
        whole[:head]
        + whole[head + piece : head + 2 * piece]
        + whole[head : head + piece]
        + whole[head + 2 * piece :]
    )
    for broken in (
        whole[:-1],
        whole[: head + piece],
        whole[:10],
        b"",
        swapped,
        b"x" + whole[1:],
        whole + b"x",
    ):
        with pytest.raises(sealed_bytes.Broken):
            await opened(broken)
    for key, owner in ((bytes(32), OWNER), (KEY, b"other")):
        with pytest.raises(sealed_bytes.Broken):
            await opened(whole, key, owner)
