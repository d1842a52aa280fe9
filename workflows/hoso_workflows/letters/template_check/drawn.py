"""Text and QR code of a PDF, read back as a reader would.

PDFium is not safe in threads: these functions belong into one thread.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from hoso_workflows.letters import qr

#: The smallest code that a telephone reads from paper, in points (10 mm).
SMALLEST = 28.0
#: Pixels of a module when it is looked at.
_PIXELS = 5
#: What a PDF says without ink: places where a line may end, and the ends of lines.
_UNSEEN = re.compile("[\u200b\\s]+")
#: PDFium's sign for a hyphen that ends a line; our files break no word by one, so it was written.
_HYPHEN = "\ufffe"


def pages(pdf: bytes) -> tuple[str, ...]:
    """The text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(_words(document[number]) for number in range(len(document)))


def _words(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_range()).replace(_HYPHEN, "-")


def text(pdf: bytes) -> str:
    """All text of a document, in the order of its pages."""
    return "\n".join(pages(pdf))


def joined(written: str) -> str:
    """A text without white space, composed.

    Texts that differ only in their lines are equal then.
    """
    return _UNSEEN.sub("", unicodedata.normalize("NFC", written))


def has_code(pdf: bytes, address: str) -> bool:
    """True when the address is drawn as QR code, upright and large enough."""
    modules = qr.modules(address)
    with pypdfium2.PdfDocument(pdf) as document:
        return any(_on_page(document[number], modules) for number in range(len(document)))


def _on_page(page: pypdfium2.PdfPage, modules: Sequence[Sequence[bool]]) -> bool:
    return any(_seen(page, frame, modules) for frame in _frames(page))


def _frames(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """Squares on the page that are large enough: left, bottom, right, top in points."""
    for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = found.get_bounds()
        if right - left >= SMALLEST and abs((right - left) - (top - bottom)) < 1:
            yield left, bottom, right, top


def _seen(
    page: pypdfium2.PdfPage, frame: tuple[float, float, float, float], modules: Sequence[Sequence[bool]]
) -> bool:
    """True when the frame, its border included, shows exactly these modules."""
    left, bottom, right, top = frame
    width, height = page.get_size()
    across = len(modules) + 2 * qr.BORDER
    picture = page.render(
        scale=_PIXELS * across / (right - left),
        crop=(left, bottom, width - right, height - top),
        grayscale=True,
    ).to_numpy()
    if min(picture.shape[:2]) < _PIXELS * (across - 1):
        return False
    middle = [int((place + qr.BORDER + 0.5) * picture.shape[0] / across) for place in range(len(modules))]
    return all(
        (int(picture[row, column].min()) < 128) == dark
        for row, line in zip(middle, modules, strict=True)
        for column, dark in zip(middle, line, strict=True)
    )
