"""Work of the child: a revision of a PDF, with room for a signature.

The key stays with the parent, which hashes the file with this revision and writes the signature into the room.
"""

from base64 import b64encode
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner

from hoso_calendar.messages import Message, sentence
from hoso_workflows.contents import pdf_reading

#: The digest of what is signed.
DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The revision in Base64 and its room for a signature, or the trouble."""

    added: str = ""
    #: The first byte of the room and the first one behind it, its brackets included.
    start: int = 0
    end: int = 0
    trouble: str | Message = ""

    def to_json(self) -> dict[str, Any]:
        """JSON-safe document."""
        return asdict(self)


def prepared(content: bytes, *, name: str, reason: str, at: str, room: str) -> Prepared:
    """The revision for a signature of somebody, which takes so many digits of hex."""
    written = BytesIO()
    try:
        pdf = IncrementalPdfFileWriter.from_reader(pdf_reading.opened(content))
        meta = PdfSignatureMetadata(
            field_name=f"hoso{len(pdf.prev.embedded_signatures) + 1}",
            md_algorithm=DIGEST,
            reason=reason or None,
            name=name,
            subfilter=SigSeedSubFilter.PADES,
        )
        session = PdfSigner(meta, ExternalSigner(None, None)).init_signing_session(pdf)
        # The instant that it claims is told, not the host's.
        session.system_time = datetime.fromisoformat(at)
        place, _ = session.prepare_tbs_document(None, int(room)).digest_tbs_document(output=written)
    except (PdfError, SigningError, ValueError, KeyError, TypeError) as failed:
        return Prepared(trouble=sentence(failed))
    added = b64encode(written.getvalue()[len(content) :]).decode()
    return Prepared(added, place.reserved_region_start, place.reserved_region_end)


def read_ahead() -> None:
    """Do the work once: pyHanko loads some of its code and codecs only then."""
    prepared(pdf_reading.SAMPLE, name="x", reason="x", at="2026-01-01T00:00:00+07:00", room="2")
