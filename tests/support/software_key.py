"""A passkey of software: what a device would answer, and what a hostile one might."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


def text(raw: bytes) -> str:
    """Bytes as browsers write them in JSON."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class SoftwareKey:
    """A key pair with its count of uses."""

    origin: str
    rp: str
    flags: int = FLAG.UP | FLAG.UV
    count: int = 0
    identity: bytes = field(default_factory=lambda: os.urandom(16))
    user: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, challenge: bytes) -> dict[str, Any]:
        """The answer to the making of a passkey."""
        data = AttestedCredentialData.create(
            Aaguid.NONE, self.identity, ES256.from_cryptography_key(self.private.public_key())
        )
        seen = AuthenticatorData.create(self._rp(), FLAG(self.flags | FLAG.AT), self.count, data)
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(seen)})
        said = {
            "clientDataJSON": text(self._client("webauthn.create", challenge)),
            "attestationObject": text(attested),
        }
        return self._answer(said)

    def shown(self, challenge: bytes) -> dict[str, Any]:
        """The answer to the showing of a passkey."""
        self.count += 1
        seen = bytes(AuthenticatorData.create(self._rp(), FLAG(self.flags), self.count))
        client = self._client("webauthn.get", challenge)
        signature = self.private.sign(seen + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {
            "clientDataJSON": text(client),
            "authenticatorData": text(seen),
            "signature": text(signature),
            "userHandle": text(self.user),
        }
        return self._answer(said)

    def _rp(self) -> bytes:
        return hashlib.sha256(self.rp.encode()).digest()

    def _client(self, kind: str, challenge: bytes) -> bytes:
        return json.dumps({"type": kind, "challenge": text(challenge), "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = text(self.identity)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
