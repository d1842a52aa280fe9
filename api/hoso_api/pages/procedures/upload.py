"""Uploads of a package or of a single diagram, and their results."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.datastructures import UploadFile

import hoso_bpmn
from hoso_api.pages.procedures import findings, publishing, version
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.settings import MEBIBYTE
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.conversion import Imported, scaffold
from hoso_bpmn.conversion.document import Change
from hoso_bpmn.package import archive
from hoso_calendar.messages import translated
from hoso_workflows import errors

ADDRESS = f"{version.ADDRESS}/tai-len"
#: Fields of the form that declares a diagram; those of a lane end in its number.
DRAWING, CODE, NAME, AUTHORITY, FIELD, LEVEL = "so-do", "ma", "ten", "co-quan", "linh-vuc", "cap"
TERM, BASIS, PAPERS, LANE, ROLE, UNIT = "thoi-han", "can-cu", "giay-to", "lan", "vai-tro", "don-vi"
#: The field of a refusal: an office that is lacking is lacking for the procedure of this code.
BY_SLUG = {errors.Forbidden.slug: CODE}
#: Lanes of one diagram; more are refused by its check.
MOST_LANES = 40
_ZIP = b"PK"
KIBIBYTE = 1024


class Kind(StrEnum):
    """Kind of an upload, told by its content."""

    #: A procedure package.
    PACKAGE = "package"
    #: A single BPMN file.
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    kind: Kind
    data: bytes

    @property
    def size(self) -> str:
        """Its size in words."""
        return size(len(self.data))


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of a check: findings, picture, and the name of the file."""

    name: str
    size: str
    findings: findings.Findings
    picture: str | None
    #: True when the same upload would be stored.
    ok: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of the import in the reader's language."""

    rule: str
    element: str
    before: str
    after: str


async def taken(form: Form) -> Upload:
    """The file of a form. Raises Stopped where there is none, or neither a zip nor XML."""
    file = form.fields.get(publishing.FILE)
    if not isinstance(file, UploadFile) or not file.filename:
        raise Stopped(form, [Fault(spoken("Chọn một tệp."), publishing.FILE)])
    data, name = await file.read(), file.filename.rpartition("/")[2][:200]
    if data.startswith(_ZIP):
        return Upload(name, Kind.PACKAGE, data)
    if b"<" in data[:4096]:
        return Upload(name, Kind.DRAWING, data)
    raise Stopped(
        form, [Fault(spoken("Tệp này không phải gói .zip và không phải tệp .bpmn."), publishing.FILE)]
    )


async def checked(upload: Upload, report: hoso_bpmn.Report) -> Checked:
    """Findings and picture of a checked package."""
    found = findings.Findings.of(report)
    picture = await findings.picture_of_package(upload.data, found.marks)
    return Checked(upload.name, upload.size, found, picture, report.ok)


def changes(found: Sequence[Change]) -> list[ChangeLine]:
    """The changes of an import, each before and after."""
    return [
        ChangeLine(each.rule, each.element, translated(each.before), translated(each.after)) for each in found
    ]


def typed(imported: Imported, outline: scaffold.Outline) -> dict[str, str | list[str]]:
    """The first contents of the form, as far as a diagram tells them."""
    return {
        DRAWING: base64.b64encode(imported.xml).decode(),
        NAME: outline.name,
        LANE: list(outline.lanes[:MOST_LANES]),
    }


def package(form: Form) -> Upload:
    """The package that a form declares.

    Raises Stopped for texts that nobody can read, and for a diagram that did not come back whole.
    """
    # The lanes are the diagram's; what is wrong with them is told with their line.
    form.require_legible(DRAWING, LANE)
    try:
        drawing = base64.b64decode(form.text(DRAWING), validate=True)
    except binascii.Error:
        raise Stopped(form, [Fault(spoken("Tải tệp lên lại: sơ đồ không đến đủ."))]) from None
    lanes = form.texts(LANE)[:MOST_LANES]
    said = scaffold.Filled(
        code=form.text(CODE),
        name=form.text(NAME),
        authority=form.text(AUTHORITY),
        field=form.text(FIELD),
        level=form.text(LEVEL),
        term=form.text(TERM),
        legal_basis=_lines(form, BASIS),
        lanes={
            lane: (form.text(f"{ROLE}-{number}"), form.text(f"{UNIT}-{number}"))
            for number, lane in enumerate(lanes, start=1)
        },
        papers=_lines(form, PAPERS),
    )
    return Upload("procedure.zip", Kind.PACKAGE, archive.to_zip(scaffold.filled(drawing, said)))


def _lines(form: Form, name: str) -> list[str]:
    return [line.strip() for line in form.text(name).splitlines() if line.strip()]


def size(count: int) -> str:
    """Size in words: `34 kB`, `1,2 MB`. A kB is 1024 bytes."""
    if count < KIBIBYTE:
        return f"{count} byte"
    if count < MEBIBYTE:
        return f"{count // KIBIBYTE} kB"
    return f"{count / MEBIBYTE:.1f} MB".replace(".0 ", " ").replace(".", ",")


def limit(visit: Visit) -> str:
    """The largest upload, in words."""
    found: int = visit.request.app.state.settings.package_limit_bytes
    return size(found)
