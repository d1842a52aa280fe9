"""Work of the limited child: the signatures of a stranger's PDF looked at."""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
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
from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from hoso_workflows.contents import pdf_reading
from hoso_workflows.signatures import certificates
from hoso_workflows.signatures.verdict import Signature, Verdict

#: The most signatures of a file; one with more is not verified, since the last may be the one that is wrong.
MOST = 20


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


def examined(content: bytes, *, roots: str, at: str) -> Verdict:
    """The verdict on a file."""
    trusted = _certificates(roots)
    try:
        file = pdf_reading.opened(content)
        if len(file.embedded_signatures) > MOST:
            return Verdict(readable=False)
        # A time stamp of the whole file is nobody's signature: those before it are asked whether they are whole.
        found = file.embedded_regular_signatures
        return Verdict(True, tuple(_signature(each, trusted, datetime.fromisoformat(at)) for each in found))
    except (PdfError, SignatureValidationError, UnacceptableSignerError, ValueError, KeyError, TypeError):
        return Verdict(readable=False)


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
    asked = async_validate_pdf_signature(
        embedded, _context(roots, signed), _context(roots, at), diff_policy=_SIGNS
    )
    return _at_once(asked)


def _at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of work that waits for nothing.

    Nothing is fetched, and a loop would need files that a child cannot open.
    """
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise RuntimeError("it waits for something")


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
