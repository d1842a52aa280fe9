"""Verification of signed PDFs, in a limited child: the file may be anybody's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FieldComparisonContext,
    FieldMDPRule,
    FormUpdate,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules.form_field_rules import is_field_visible
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from hoso_bpmn import sandbox
from hoso_bpmn.findings import RefusedFile
from hoso_workflows.operation import admission
from hoso_workflows.signatures import certificates

#: Files at a time in each process, and files that wait for a place.
CHECKS = admission.Queue("papers to be verified", at_once=2, waiting=10, again=timedelta(seconds=10))
#: The most signatures of a file; one with more is not verified, since the last may be the one that is wrong.
MOST = 20
#: Modules that pyHanko imports only for a file that asks for them.
_ASKED_FOR = (
    "pyhanko.pdf_utils.crypt.pdfmac",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.metadata.xmp_xml",
)
#: What a signature names in plain bytes: the parts of the file that it covers.
_RANGE = b"/ByteRange"


class _ShowsNothing(FieldMDPRule):
    """Refuse a field that is seen and unsigned: it may cover what was signed."""

    def apply(self, context: FieldComparisonContext) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """Allow nothing more. Raises SuspiciousModification."""
        for name, spec in context.field_specs.items():
            field, before = spec.new_field, spec.old_field
            same = before is not None and ("/V" in before) == (field is not None and "/V" in field)
            if field is not None and not same and is_field_visible(field) and not _signed(field):
                raise SuspiciousModification(f"{name} is seen, and nobody signed it")
        return ()


def _signed(field: Mapping[str, Any]) -> bool:
    """True for a field with a signature, which is judged by itself.

    A time stamp is nobody's."""
    return "/V" in field and field["/V"].get("/Type", "/Sig") == "/Sig"


#: What a signature or a time stamp changes behind another: its own field, and what proves it. A filled text is none of it.
_SIGNS = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        *(
            rule.as_qualified(ModificationLevel.LTA_UPDATES)
            for rule in (
                DocInfoRule(),
                XrefStreamRule(),
                ObjectStreamRule(),
                DSSCompareRule(),
                MetadataUpdateRule(),
            )
        ),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[_ShowsNothing(), SigFieldCreationRule(), SigFieldModificationRule()]
    ),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of a file and the verdict on it."""

    signer: str
    issuer: str
    #: SHA-256 of the signer's certificate, in hex.
    certificate: str
    #: What it covers is as it was signed, and the signature is the certificate's.
    intact: bool
    #: Nothing was added behind it but further signatures, time stamps, and what proves them.
    whole: bool
    #: The certificate was issued below a root of ours and held when it was signed.
    trusted: bool
    #: ISO 8601: what an authority stamped, else what the signer claims; None for neither.
    signed_at: str | None
    #: True where an authority that is trusted has stamped the instant.
    stamped: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The signatures of a file in their order. A time stamp of the whole file is none."""

    #: False for what is no PDF, or too much work.
    readable: bool
    signatures: tuple[Signature, ...] = ()

    @property
    def good(self) -> bool:
        """True when there is a signature, and nothing is wrong with any."""
        return bool(self.signatures) and all(
            each.intact and each.whole and each.trusted for each in self.signatures
        )

    def to_json(self) -> dict[str, Any]:
        """JSON-safe document."""
        return asdict(self)


async def verify(content: bytes, roots: str, *, at: datetime) -> Verdict:
    """The verdict on a file, at an instant; `roots` are trusted certificates as PEM.

    Nothing is fetched: whether a certificate was withdrawn is not asked. Raises TooManyRequests.
    """
    with CHECKS.place():
        return await CHECKS.run(_verified, content, roots, at)


async def well_signed(content: bytes, roots: str, *, at: datetime) -> bool:
    """True for a PDF with signatures of which each is good. One without any costs no look.

    Raises TooManyRequests.
    """
    return _RANGE in content and (await verify(content, roots, at=at)).good


def _verified(content: bytes, roots: str, at: datetime) -> Verdict:
    try:
        told = sandbox.run(examined, content, roots=roots, at=at.isoformat())
    except RefusedFile:
        return Verdict(readable=False)
    return Verdict(told["readable"], tuple(Signature(**each) for each in told["signatures"]))


def examined(content: bytes, *, roots: str, at: str) -> Verdict:
    """The verdict on a file; what the child does."""
    trusted = _certificates(roots)
    try:
        file = PdfFileReader(BytesIO(content))
        if len(file.embedded_signatures) > MOST:
            return Verdict(readable=False)
        # A time stamp of the whole file is nobody's signature: those before it are asked whether they are whole.
        found = file.embedded_regular_signatures
        return Verdict(True, tuple(_signature(each, trusted, datetime.fromisoformat(at)) for each in found))
    except (PdfError, SignatureValidationError, UnacceptableSignerError, ValueError, KeyError, TypeError):
        return Verdict(readable=False)


def read_ahead() -> None:
    """Import what a file may ask for, in a process that is about to lose file access."""
    for name in _ASKED_FOR:
        import_module(name)


def _certificates(roots: str) -> Sequence[x509.Certificate]:
    if not roots:
        return ()
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(roots.encode(), multiple=True)]


def _signature(embedded: Any, roots: Sequence[x509.Certificate], at: datetime) -> Signature:
    """The verdict on a signature. The instant of a trusted stamp is when its certificate has to have held."""
    status = _status(embedded, roots, at, at)
    stamp = status.timestamp_validity
    stamped = stamp.timestamp if stamp and stamp.valid and stamp.trusted else None
    if stamped:
        status = _status(embedded, roots, stamped, at)
    signed_at = stamped or status.signer_reported_dt
    found = certificates.described(status.signing_cert)
    return Signature(
        signer=found.subject,
        issuer=found.issuer,
        certificate=found.sha256,
        intact=status.intact and status.valid,
        whole=_whole(status),
        trusted=status.trusted,
        signed_at=signed_at.isoformat() if signed_at else None,
        stamped=stamped is not None,
    )


def _status(embedded: Any, roots: Sequence[x509.Certificate], signed: datetime, at: datetime) -> Any:
    """The library's findings, for the instant of the signature and that of the question."""
    return validate_pdf_signature(embedded, _context(roots, signed), _context(roots, at), diff_policy=_SIGNS)


def _whole(status: Any) -> bool:
    """True when what was added behind it is nothing, or signs only."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    revised = status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
    level = status.modification_level
    return revised and level is not None and level <= ModificationLevel.FORM_FILLING


def _context(roots: Sequence[x509.Certificate], at: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(roots), moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )
