"""Secrets sealed by the key of the installation, kept outside of the database (AES-256-GCM)."""

import os
from collections.abc import Callable
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hoso_workflows.operation.key_file import LENGTH

__all__ = ["LENGTH", "Broken", "Seal"]
_NONCE = 12


class Broken(Exception):
    """A sealed secret cannot be opened: another key or owner, or changed bytes."""


class Seal:
    """The key of the installation, read when it is first needed."""

    def __init__(self, read_key: Callable[[], bytes]) -> None:
        self._read_key = read_key

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._read_key())

    def close(self, secret: bytes, owner: bytes) -> bytes:
        """Seal a secret for its owner."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, owner)

    def open(self, sealed: bytes, owner: bytes) -> bytes:
        """Open what was sealed for that owner. Raises Broken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner)
        except (InvalidTag, ValueError) as wrong:
            raise Broken from wrong
