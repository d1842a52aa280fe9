"""Door by which the child begins to parse a stranger's PDF."""

from io import BytesIO

# pyHanko imports these only for a file that asks for them, when this process can no longer read any.
from pyhanko.pdf_utils import filters  # noqa: F401 - to have it loaded
from pyhanko.pdf_utils.crypt import pdfmac  # noqa: F401 - to have it loaded
from pyhanko.pdf_utils.metadata import xmp_xml  # noqa: F401 - to have it loaded
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from hoso_workflows.contents import announced_entries

#: A page of nothing: who uses it once loads what its work needs.
SAMPLE = b"""%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000054 00000 n\x20
0000000105 00000 n\x20
trailer <</Size 4/Root 1 0 R>>
startxref
166
%%EOF
"""


def opened(content: bytes, *, strict: bool = True) -> PdfFileReader:
    """A reader of the file, which has read its cross-references.

    Raises PdfError and others for what cannot be read; what announces more than it holds is not tried.
    """
    if announced_entries.too_many(content):
        raise PdfReadError("announces more entries than it has bytes")
    return PdfFileReader(BytesIO(content), strict=strict)
