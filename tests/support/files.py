"""Files that people send, made anew, and a way to send one."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import pypdfium2
from PIL import Image

from hoso_api.installation import files as installed
from hoso_api.settings import Settings
from hoso_workflows.attachments import uploads
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


def document(**further: bytes) -> bytes:
    """A document of a word processor, with further members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
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


def scripted() -> bytes:
    """A PDF that runs a script when it is opened."""
    return _written(
        b"<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a)4 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
    )


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


async def attached(world: World, dossier: str, by: UUID, at: str = "2026-03-02 10:00", **said: Any) -> UUID:
    """A file that somebody has handed in; its id."""
    opened = installed.of(world.service, Settings())
    upload = await uploads.begun(opened, dossier, uploads.Asked(by, instant(at)))
    with upload.receiving() as incoming:
        incoming.write(picture())
        _, identity = await upload.finished(incoming, uploads.Described("don.png", **said))
    return identity


def form(name: str = "a.png", **fields: str) -> bytes:
    """A form with a picture and further fields, between lines of `x`."""
    parts = [f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + picture())
    return b"".join(b"--x\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--x--\r\n"


#: A form with a file.
FORM: Mapping[str, Any] = {"file": ("a.png", picture())}
