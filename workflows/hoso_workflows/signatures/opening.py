"""Opening of a key, of a file or of a token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pkcs11
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import Signer, SimpleSigner
from pyhanko.sign import pkcs11 as tokens

from hoso_calendar.messages import say
from hoso_workflows.signatures import certificates
from hoso_workflows.signatures.certificates import Certificate
from hoso_workflows.signatures.keys import Key, Pkcs12, Token
from hoso_workflows.signatures.refusals import KeyUnusable


@dataclass(frozen=True, slots=True)
class Opened:
    """A key that is ready to sign, however many papers."""

    key: Key
    signer: Signer
    certificate: Certificate

    def holds(self, at: datetime) -> None:
        """Raise KeyUnusable outside of the certificate's days."""
        if not self.certificate.holds(at):
            raise KeyUnusable(self.key.name, say("its certificate does not hold now"))


@asynccontextmanager
async def opened(key: Key) -> AsyncIterator[Opened]:
    """The key, open for as many papers as are signed at once. Raises KeyUnusable."""
    if isinstance(key.source, Pkcs12):
        signer: Signer = await asyncio.to_thread(_of_file, key.name, key.source)
        yield _described(key, signer)
        return
    session = await asyncio.to_thread(_session, key.name, key.source)
    try:
        yield _described(key, await _of_token(key, session))
    finally:
        # A token that was pulled has ended its sessions; what it signed before stays signed.
        with suppress(pkcs11.PKCS11Error):
            await asyncio.to_thread(session.close)


def _described(key: Key, signer: Signer) -> Opened:
    if signer.signing_cert is None:
        raise KeyUnusable(key.name, say("it has no certificate"))
    return Opened(key, signer, certificates.described(signer.signing_cert))


def _of_file(name: str, source: Pkcs12) -> SimpleSigner:
    try:
        phrase = _secret(source.passphrase_file).encode() if source.passphrase_file else None
        found: SimpleSigner | None = SimpleSigner.load_pkcs12_data(source.file.read_bytes(), (), phrase)
    except (OSError, ValueError) as wrong:
        raise KeyUnusable(name, say("its file or passphrase is wrong")) from wrong
    if found is None:
        raise KeyUnusable(name, say("its file or passphrase is wrong"))
    return found


def _session(name: str, source: Token) -> pkcs11.Session:
    try:
        criteria = TokenCriteria(label=source.token)
        pin = _secret(source.pin_file)
        return tokens.open_pkcs11_session(str(source.module), token_criteria=criteria, user_pin=pin)
    except (OSError, pkcs11.PKCS11Error, RuntimeError) as wrong:
        raise KeyUnusable(name, say("its token does not open: {kind}", kind=type(wrong).__name__)) from wrong


async def _of_token(key: Key, session: pkcs11.Session) -> Signer:
    assert isinstance(key.source, Token)  # noqa: S101 - only its key has a session
    signer = tokens.PKCS11Signer(session, cert_label=key.source.label, key_label=key.source.label)
    try:
        await signer.ensure_objects_loaded()
    except pkcs11.PKCS11Error as wrong:
        why = say("the token has no key and certificate called {label}", label=key.source.label)
        raise KeyUnusable(key.name, why) from wrong
    return signer


def _secret(path: Path) -> str:
    """The one line of a file with a secret."""
    return path.read_text(encoding="utf-8").rstrip("\r\n")
