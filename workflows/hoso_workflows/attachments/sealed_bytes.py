"""Bytes sealed in pieces, so that no file is held in memory.

AES-256-GCM over pieces of `PIECE` bytes by a key of their own, derived from the dossier's key and a random salt (HKDF-SHA256).
The nonce counts the pieces and marks the last one, so that pieces can be neither changed, exchanged, left out nor cut off; the
owner is bound to the key. It is the construction of `age`, with our own owner.
"""

import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Bytes of a piece before it is sealed.
PIECE = 1 << 20
_MAGIC, _SALT, _TAG = b"hoso-file/1\n", 32, 16


class Broken(Exception):
    """Sealed bytes do not open: another key or owner, or changed bytes."""


def seal(source: BinaryIO, target: BinaryIO, key: bytes, owner: bytes) -> str:
    """Seal all of `source` into `target`; return the SHA-256 written, in hex."""
    salt = os.urandom(_SALT)
    cipher, digest = _cipher(key, salt, owner), hashlib.sha256()
    for written in (_MAGIC + salt, *_sealed(source, cipher)):
        digest.update(written)
        target.write(written)
    return digest.hexdigest()


def _sealed(source: BinaryIO, cipher: AESGCM) -> Iterator[bytes]:
    number, piece = 0, source.read(PIECE)
    while True:
        following = source.read(PIECE)
        yield cipher.encrypt(_nonce(number, last=not following), piece, None)
        if not following:
            return
        number, piece = number + 1, following


async def opened(chunks: AsyncIterator[bytes], key: bytes, owner: bytes) -> AsyncIterator[bytes]:
    """The pieces as they were before, in order. Raises Broken."""
    left, number, cipher = b"", 0, None
    whole = PIECE + _TAG
    async for chunk in chunks:
        left += bytes(chunk)
        if cipher is None and len(left) >= len(_MAGIC) + _SALT:
            cipher, left = _begun(left, key, owner)
        # The last piece is known by the end alone, so one stays behind.
        while cipher is not None and len(left) > whole:
            yield _opened(cipher, number, left[:whole], last=False)
            left, number = left[whole:], number + 1
    if cipher is None:
        raise Broken
    yield _opened(cipher, number, left, last=True)


def _begun(start: bytes, key: bytes, owner: bytes) -> tuple[AESGCM, bytes]:
    magic, salt, rest = start[: len(_MAGIC)], start[len(_MAGIC) :][:_SALT], start[len(_MAGIC) + _SALT :]
    if magic != _MAGIC:
        raise Broken
    return _cipher(key, salt, owner), rest


def _opened(cipher: AESGCM, number: int, piece: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), piece, None)
    except (InvalidTag, ValueError) as wrong:
        raise Broken from wrong


def _cipher(key: bytes, salt: bytes, owner: bytes) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=_MAGIC + owner)
    return AESGCM(derived.derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])
