"""Files that people send, made anew, and a way to send one."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pypdfium2
from PIL import Image

from hoso_api.installation import files as installed
from hoso_api.settings import Settings
from hoso_workflows import drafts
from hoso_workflows.attachments import uploads
from hoso_workflows.drafts import uploads as draft_uploads
from support.api_client import Rest
from support.world import World, instant, person


def pdf(pages: int = 1, mark: str = "") -> bytes:
    """A PDF of empty pages, with a mark in its title."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue() + (f"% {mark}\n".encode() if mark else b"")


def picture(form: str = "PNG", size: tuple[int, int] = (40, 60)) -> bytes:
    """A picture of one colour."""
    made = io.BytesIO()
    Image.new("RGB", size, "white").save(made, form)
    return made.getvalue()


_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Default Extension="png" ContentType="image/png"/><Default Extension="pdf" ContentType="image/png"/></Types>"""


def document(**further: bytes) -> bytes:
    """A document of a word processor, with further members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("word/document.xml", "<document/>")
        for name, content in further.items():
            archive.writestr(name, content)
    return made.getvalue()


async def sends(
    rest: Rest, dossier: str, by: UUID, content: bytes, name: str = "giay-to.pdf", **said: Any
) -> httpx.Response:
    """Somebody hands in a file of a dossier, by its reference."""
    headers = said.pop("headers", None)
    path = said.pop("path", f"/v1/dossiers/{dossier}/attachments")
    fields = {key: str(value).lower() if isinstance(value, bool) else value for key, value in said.items()}
    files = {"file": (name, content)}
    return await rest.ask("POST", path, by, headers=headers, data=fields, files=files)


def part(offset: int, *, complete: bool = True) -> dict[str, str]:
    """The headers of a request that sends the next bytes of an upload."""
    ends = "?1" if complete else "?0"
    return {
        "Content-Type": "application/partial-upload",
        "Upload-Offset": str(offset),
        "Upload-Complete": ends,
    }


def archive() -> bytes:
    """A zip that is no document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        written.writestr("doc.txt", "x")
    return made.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 points, a hundred kilobytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    side = 30_000
    header = side.to_bytes(4) * 2 + bytes((1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def compound() -> bytes:
    """The beginning of an office document that was encrypted."""
    return (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    )


_ALERT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
_LAUNCH = b"<</S/Launch/F(a.exe)>>"
#: Where a PDF may hold what runs: further parts of its root, further parts of its page, and the object 4.
SCRIPTED: Mapping[str, tuple[bytes, bytes, bytes]] = {
    "by name": (b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>", b"", _ALERT),
    "when it is opened": (b"/OpenAction 4 0 R", b"", _ALERT),
    "when it is closed": (b"/AA<</WC 4 0 R>>", b"", _ALERT),
    "when a page is shown": (b"", b"/AA<</O 4 0 R>>", _ALERT),
    "when a link is followed": (
        b"",
        b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A 4 0 R>>]",
        _ALERT,
    ),
    "when a comment is touched": (
        b"",
        b"/Annots[<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/AA<</E 4 0 R>>>>]",
        _ALERT,
    ),
    "when a field is filled in": (
        b"/AcroForm<</Fields[<</FT/Tx/T(a)/AA<</K 4 0 R>>>>]>>",
        b"",
        _ALERT,
    ),
    "behind a bookmark": (
        b"/Outlines<</First 4 0 R/Last 4 0 R/Count 1>>",
        b"",
        b"<</Title(a)/A<</S/JavaScript/JS(1)>>>>",
    ),
    "behind another action": (b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next[4 0 R]>>", b"", _ALERT),
    "in other letters": (b"/OpenAction 4 0 R", b"", b"<</S/J#61vaScript/J#53(1)>>"),
    "a program when it is opened": (b"/OpenAction 4 0 R", b"", _LAUNCH),
    "a program behind a link": (b"", b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A 4 0 R>>]", _LAUNCH),
    "behind a body in space": (
        b"",
        b"/Annots[<</Subtype/3D/Rect[0 0 9 9]/3DD<</Type/3DRef/3DD<</Type/3D/OnInstantiate 4 0 R>>>>>>]",
        b"(app.alert\\(1\\))",
    ),
    "a form with a language of its own": (b"/AcroForm<</Fields[]/XFA 4 0 R>>", b"", b"(<template/>)"),
}


def scripted(where: str = "by name") -> bytes:
    """A PDF that runs a script or a program, by where it holds it."""
    root, page, held = SCRIPTED[where]
    return paged(root, page, held)


def stored() -> bytes:
    """A document with a whole PDF in it, as it is: a viewer of PDFs opens it."""
    made = io.BytesIO(document())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/media/a.pdf", pdf())
    return made.getvalue()


def linked() -> bytes:
    """A PDF with all that a harmless one has: a bookmark, a link within it, one to a page of the web, a field."""
    return paged(
        b"/OpenAction[3 0 R/Fit]/Outlines<</First 4 0 R/Last 4 0 R/Count 1>>/AcroForm<</Fields[<</FT/Tx/T(a)>>]>>",
        b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org)>>>>]"
        b"/Resources<</Font<</JS<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>",
        b"<</Title(a)/A<</S/GoTo/D[3 0 R/Fit]>>>>",
    )


def paged(root: bytes = b"", page: bytes = b"", *further: bytes) -> bytes:
    """A PDF of one page: further parts of its root, of the page, and further objects."""
    return _written(
        b"<</Type/Catalog/Pages 2 0 R%b>>" % root,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]%b>>" % page,
        *further,
    )


def worded() -> bytes:
    """A PDF with words in a font that it does not hold."""
    words = b"BT /F 20 Tf 9 50 Td (Quyet dinh) Tj ET"
    fonts = b"/Resources<</Font<</F<</Type/Font/Subtype/TrueType/BaseFont/Arial>>>>>>/Contents 4 0 R"
    return paged(b"", fonts, b"<</Length %d>>stream\n%b\nendstream" % (len(words), words))


def hidden() -> bytes:
    """A JPEG with a whole PDF in a comment of its own: a viewer of PDFs opens it."""
    comment, jpeg = pdf(), picture("JPEG")
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + jpeg[2:]


def protected() -> bytes:
    """A PDF that asks for a password: its keys fit none that is empty."""
    return _written(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
        trailer=b"/Encrypt 4 0 R/ID[<61><61>]",
    )


def scanned(size: int) -> bytes:
    """A PDF with a stream of so many bytes that cannot be packed, as a scan has."""
    noise = random.Random(7).randbytes(size)  # noqa: S311 - no secret
    return _written(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Length %d>>stream\n" % size + noise + b"\nendstream",
    )


def _written(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first one its root."""
    made, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    xref = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>" % (
        size,
        table,
        size,
        trailer,
    )
    return made + xref + b"\nstartxref\n%d\n%%%%EOF\n" % len(made)


def holder(task: dict[str, Any]) -> UUID:
    """The first officer whose task it is."""
    return person(task["role"], task["unit"])


def opened(world: World) -> uploads.Files:
    """Everything that work on the files of a world needs."""
    return installed.of(world.service, Settings())


async def attached(
    world: World,
    dossier: str,
    by: UUID,
    at: str = "2026-03-02 10:00",
    content: bytes | None = None,
    sort: type[uploads.Described] = uploads.Described,
    **said: Any,
) -> UUID:
    """A file that somebody has handed in, a picture or a PDF with this content; its id."""
    described = sort("don.pdf" if content else "don.png", **said)
    asked = uploads.Asked(by, instant(at))
    upload = await uploads.begun(opened(world), dossier, asked, possible=[described])
    with upload.receiving() as incoming:
        incoming.write(content or picture())
        _, identity = await upload.finished(incoming, described)
    return identity


async def added_to_draft(world: World, draft: UUID, by: UUID, at: str) -> UUID:
    """A file that somebody has added to their draft; its id."""
    files = opened(world)
    kept = drafts.Drafts(world.db, files.seal, Settings().draft_limits)
    upload = await draft_uploads.begun(files, kept, draft, uploads.Asked(by, instant(at)))
    with upload.receiving() as incoming:
        incoming.write(picture())
        _, identity = await upload.finished(incoming, uploads.Described("don.png"))
    return identity


def form(name: str = "a.png", **fields: str) -> bytes:
    """A form with a picture and further fields, between lines of `x`."""
    parts = [f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + picture())
    return b"".join(b"--x\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--x--\r\n"


#: A form with a file.
FORM: Mapping[str, Any] = {"file": ("a.png", picture())}


def limit(rest: Rest, **limits: int) -> None:
    """Give the application of a test other limits of the store, by the names of its settings."""
    state = rest.client._transport.app.state  # type: ignore[attr-defined]  # the application behind the client
    settings = state.files.settings.model_copy(update=limits)
    state.files = replace(state.files, settings=settings)
