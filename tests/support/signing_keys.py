"""Certificates for tests: a root, keys below it in files and tokens, and a time stamp authority that answers over HTTP."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pkcs11
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pkcs11 import Attribute, CertificateType, ObjectClass
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.sign.timestamps import DummyTimeStamper

PHRASE = "cụm từ mở khóa"
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
SOFTHSM = next(iter(Path("/usr/lib").rglob("libsofthsm2.so")), Path("/usr/lib/softhsm/libsofthsm2.so"))


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def sha256(self) -> str:
        """The digest by which it is known."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def issued(name: str, by: Issued | None = None, *, stamps: bool = False, until: datetime = UNTIL) -> Issued:
    """A certificate of a name: a root where nobody issues it."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    signs = {"digital_signature": True, "content_commitment": True}
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(**usage, **signs, key_cert_sign=by is None, crl_sign=by is None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Issued(key, made.sign(by.key if by else key, hashes.SHA256()))


def pkcs12_file(folder: Path, name: str, found: Issued, root: Issued) -> tuple[Path, Path]:
    """The key in a file with its chain, and the file of its passphrase."""
    file, phrase = folder / f"{name}.p12", folder / f"{name}.pass"
    sealed = serialization.BestAvailableEncryption(PHRASE.encode())
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            name.encode(), found.key, found.certificate, [root.certificate], sealed
        )
    )
    phrase.write_text(f"{PHRASE}\n", encoding="utf-8")
    return file, phrase


def token(folder: Path, label: str, found: Issued) -> Path:
    """The key in a software token called `hoso`, by Debian's own program; the file of its PIN.

    `SOFTHSM2_CONF` names `softhsm2.conf` in the folder before.
    """
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    key, pin = folder / "key.pem", folder / "pin"
    key.write_bytes(_pkcs8(found))
    pin.write_text("123456\n")
    _softhsm(settings, "--init-token", "--free", "--label", "hoso", "--so-pin", "12345678", "--pin", "123456")
    _softhsm(
        settings, "--import", str(key), "--token", "hoso", "--label", label, "--id", "A1", "--pin", "123456"
    )
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label="hoso").open(user_pin="123456", rw=True) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: label,
                Attribute.ID: b"\xa1",
                Attribute.SUBJECT: found.certificate.subject.public_bytes(),
                Attribute.VALUE: found.certificate.public_bytes(serialization.Encoding.DER),
            }
        )
    return pin


def _softhsm(settings: Path, *arguments: str) -> None:
    environment = {"SOFTHSM2_CONF": str(settings), "PATH": "/usr/bin:/bin"}
    subprocess.run(["/usr/bin/softhsm2-util", *arguments], check=True, capture_output=True, env=environment)


def _pkcs8(found: Issued) -> bytes:
    return found.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@contextmanager
def time_stamp_authority(root: Issued, at: datetime) -> Iterator[str]:
    """An authority that stamps this instant; its address."""
    own = issued("Cơ quan cấp dấu thời gian mẫu", root, stamps=True)
    certificate = asn1_x509.Certificate.load(own.certificate.public_bytes(serialization.Encoding.DER))
    key = load_private_key_from_pemder_data(_pkcs8(own), passphrase=None)
    clerk = DummyTimeStamper(certificate, key, fixed_dt=at)

    def stamped(asked: bytes) -> bytes:
        request = tsp.TimeStampReq.load(asked)
        return asyncio.run(clerk.async_request_tsa_response(request)).dump()

    with answering(stamped) as address:
        yield address


@contextmanager
def answering(told: Callable[[bytes], bytes]) -> Iterator[str]:
    """A server that answers whatever it is sent as a time stamp authority does; its address."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = told(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
