"""Signing of PDFs as PAdES (ETSI EN 319 142-1), with time stamps."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pkcs11
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError

from hoso_calendar.messages import say, sentence
from hoso_workflows.operation.outgoing import Unreachable
from hoso_workflows.signatures.opening import Opened
from hoso_workflows.signatures.refusals import KeyUnusable, NotSigned
from hoso_workflows.signatures.timestamps import Stamps


async def sign(
    content: bytes, by: Opened, *, at: datetime, reason: str | None = None, stamps: Stamps | None = None
) -> bytes:
    """The same PDF with one more signature, which leaves those before it whole.

    `at` is the instant that it claims; with `stamps` an authority proves one. Raises KeyUnusable, NotSigned.
    """
    by.holds(at)
    written = BytesIO()
    try:
        pdf = IncrementalPdfFileWriter(BytesIO(content))
        meta = PdfSignatureMetadata(
            field_name=f"hoso{len(pdf.prev.embedded_signatures) + 1}",
            md_algorithm="sha256",
            reason=reason,
            name=by.certificate.subject,
            subfilter=SigSeedSubFilter.PADES,
        )
        signer = _At(meta, by.signer, timestamper=stamps)
        signer.at = at
        await signer.async_sign_pdf(pdf, output=written)
    except pkcs11.PKCS11Error as failed:
        why = say("its token does not sign: {kind}", kind=type(failed).__name__)
        raise KeyUnusable(by.key.name, why) from failed
    except (PdfError, SigningError, Unreachable, OSError, ValueError) as failed:
        raise NotSigned(sentence(failed)) from failed
    return written.getvalue()


class _At(PdfSigner):
    """A signer that claims the instant that it is told, not the host's."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        """The session, with its instant."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session
