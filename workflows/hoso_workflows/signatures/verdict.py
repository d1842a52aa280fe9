"""The verdict on a PDF and on each of its signatures."""

from dataclasses import asdict, dataclass
from typing import Any


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
