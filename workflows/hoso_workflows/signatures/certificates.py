"""A certificate in the words of people: subject, issuer, and days."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asn1crypto import x509

#: What a reader knows somebody by, the first that there is.
_NAMES = ("common_name", "organization_name", "organizational_unit_name", "serial_number")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The words of a certificate."""

    subject: str
    issuer: str
    #: SHA-256 of its bytes, in hex.
    sha256: str
    valid_from: datetime
    valid_until: datetime

    def holds(self, at: datetime) -> bool:
        """True within its days."""
        return self.valid_from <= at <= self.valid_until


def described(certificate: x509.Certificate) -> Certificate:
    """The certificate as people read it."""
    validity = certificate["tbs_certificate"]["validity"]
    return Certificate(
        _name(certificate.subject),
        _name(certificate.issuer),
        hashlib.sha256(certificate.dump()).hexdigest(),
        validity["not_before"].native,
        validity["not_after"].native,
    )


def _name(name: x509.Name) -> str:
    parts = name.native
    found = next((parts[each] for each in _NAMES if each in parts), None)
    if found is None:
        return str(name.human_friendly)
    return found[0] if isinstance(found, list) else str(found)
