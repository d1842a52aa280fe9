"""Work of the limited child: a stranger's file looked into.

It says the media type by the content, counts pages, and draws a small picture of the first one. What is refused is said by a
`Finding`; the parent words it. The child reads the file from its standard input and never hears its name.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hoso_bpmn import sandbox

# Only the child pays for Pillow, PDFium and pyHanko: its parent reads no more than the words of its answer.
if TYPE_CHECKING:
    from PIL import Image

LIMITS = sandbox.Limits(processor_seconds=20, wall_seconds=40, memory_bytes=1_000_000_000)
#: A picture of more would need more memory than a child has.
MOST_PIXELS = 50_000_000
#: What a packed document may hold.
MOST_MEMBERS, MOST_UNPACKED = 10_000, 500_000_000
#: The frame into which the picture of the first page fits, in pixels.
FRAME = (240, 320)

_PDF, _PNG, _JPEG = "application/pdf", "image/png", "image/jpeg"
#: An archive, whose members tell what it is; and what viewers look for in the head of a PDF.
_ZIP, _PDF_START = "zip", b"%PDF-"
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COMPOUND, _ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1"), "EncryptedPackage".encode("utf-16-le")
#: Languages that a browser or a server would run, where a picture or a PDF begins or ends.
_CODE = re.compile(rb"<(?:script|html|!doctype|\?php|svg[\s>])", re.IGNORECASE)
_HEAD, _TAIL = 1 << 10, 1 << 16


class Finding(StrEnum):
    """Reasons for refusing a file."""

    #: It has no bytes.
    EMPTY = "empty"
    #: Its content is of no type that is known here.
    UNKNOWN = "unknown"
    #: It is a file of another type as well.
    AMBIGUOUS = "ambiguous"
    #: It asks for a password.
    PROTECTED = "protected"
    #: It carries code or another file, or leads to one.
    ACTIVE = "active"
    #: It is damaged, or what it says of itself is not so.
    UNREADABLE = "unreadable"
    #: Unpacked, it is larger than anything a paper needs.
    BOMB = "bomb"


class Refused(Exception):
    """A file with a finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Examined:
    """Type, pages and picture of a file. `thumbnail` is a PNG in Base64."""

    media_type: str
    pages: int | None = None
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer of the child: why the file is refused, or what it is."""

    finding: Finding | None = None
    examined: Examined | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON-safe document."""
        return {"finding": self.finding, **(asdict(self.examined) if self.examined else {})}


def examine(data: bytes) -> Examined:
    """Look into a file. Raises Refused."""
    kind = _kind(data)
    try:
        return _LOOKS[kind](data)
    except Refused:
        raise
    except MemoryError:
        raise Refused(Finding.BOMB) from None
    except Exception as broken:  # whatever a library makes of a stranger's bytes
        raise Refused(Finding.UNREADABLE) from broken


def _kind(data: bytes) -> str:
    """The type by the first bytes. Raises Refused."""
    if not data:
        raise Refused(Finding.EMPTY)
    for start, kind in ((_PDF_START, _PDF), (b"\x89PNG\r\n\x1a\n", _PNG), (b"\xff\xd8\xff", _JPEG)):
        if data.startswith(start):
            _only(data, kind)
            return kind
    if data.startswith(b"PK\x03\x04"):
        _only(data, _ZIP)
        return _ZIP
    if data.startswith(_COMPOUND) and _ENCRYPTED in data:
        raise Refused(Finding.PROTECTED)
    raise Refused(Finding.AMBIGUOUS if _PDF_START in data[:_HEAD] else Finding.UNKNOWN)


def _only(data: bytes, kind: str) -> None:
    """Refuse a file that is something else too: PDF, archive, web page."""
    pdf = kind != _PDF and _PDF_START in data[:_HEAD]
    archive = kind != _ZIP and zipfile.is_zipfile(io.BytesIO(data))
    if pdf or archive or _CODE.search(data[:_HEAD]) or _CODE.search(data[-_TAIL:]):
        raise Refused(Finding.AMBIGUOUS)


def _pdf(data: bytes) -> Examined:
    import pypdfium2

    from hoso_workflows.contents import announced_entries, pdf_actions, pdf_reading

    if announced_entries.too_many(data):
        raise Refused(Finding.BOMB)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as broken:
        protected = broken.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Refused(Finding.PROTECTED if protected else Finding.UNREADABLE) from broken
    # PDFium mends what others, who sign and verify, cannot read.
    pdf_reading.opened(data, strict=False)
    pages = len(document)
    if not pages:
        raise Refused(Finding.UNREADABLE)
    if pdf_actions.carried(document):
        raise Refused(Finding.ACTIVE)
    page = document[0]
    scale = min(frame / max(side, 1) for frame, side in zip(FRAME, page.get_size(), strict=True))
    return Examined(_PDF, pages, _drawn(page.render(scale=scale).to_pil()))


def _png(data: bytes) -> Examined:
    # Whatever lies behind the last chunk is no picture.
    if data[-8:-4] != b"IEND":
        raise Refused(Finding.AMBIGUOUS if b"IEND\xae\x42\x60\x82" in data else Finding.UNREADABLE)
    return _picture(data, _PNG, "PNG")


def _jpeg(data: bytes) -> Examined:
    return _picture(data, _JPEG, "JPEG")


def _picture(data: bytes, kind: str, form: str) -> Examined:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=(form,)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(Finding.BOMB)
        picture.load()
        picture.thumbnail(FRAME)
        return Examined(kind, 1, _drawn(ImageOps.exif_transpose(picture)))


def _drawn(picture: Image.Image) -> str:
    """The picture as PNG without anything that its camera or scanner told."""
    small = picture.convert("RGB")
    small.info.clear()
    made = io.BytesIO()
    small.save(made, "PNG", optimize=True)
    return base64.b64encode(made.getvalue()).decode()


def _office(data: bytes) -> Examined:
    """A document of an office program: a zip of known parts, which reach nothing."""
    from hoso_workflows.contents import office_parts

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = {each.filename for each in members}
        kind = next((kind for name, kind in _OFFICE.items() if name in names), None)
        if kind is None or office_parts.TYPES not in names:
            raise Refused(Finding.UNKNOWN)
        if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_UNPACKED:
            raise Refused(Finding.BOMB)
        if len({name.casefold() for name in names}) < len(members):
            raise Refused(Finding.AMBIGUOUS)
        # Read, so that what the directory says of sizes and digests is true.
        for each in members:
            _read(archive, each)
        if not office_parts.plain(archive):
            raise Refused(Finding.ACTIVE)
    return Examined(kind)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as opened:
        while opened.read(1 << 20):
            pass


_LOOKS = {_PDF: _pdf, _PNG: _png, _JPEG: _jpeg, _ZIP: _office}


def examine_file(data: bytes) -> Answer:
    """The answer about a file; work of the child."""
    from PIL import Image

    # We look at the size ourselves, before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Answer(examined=examine(data))
    except Refused as refused:
        return Answer(refused.finding)


_SAMPLE_TYPES = """<Types><Default Extension="xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""


def read_ahead() -> None:
    """Use once what loads code or files at its first use.

    Later these cannot be read.
    """
    import pypdfium2
    from PIL import Image

    Image.preinit()
    # Names of members in archives of older programs.
    b"".decode("cp437")
    document, made = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(10, 10)
    document.save(made)
    examine(made.getvalue())
    made = io.BytesIO()
    Image.new("RGB", (1, 1)).save(made, "JPEG")
    examine(made.getvalue())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _SAMPLE_TYPES)
        archive.writestr("word/document.xml", "<document><instrText>PAGE</instrText></document>")
    examine(packed.getvalue())
