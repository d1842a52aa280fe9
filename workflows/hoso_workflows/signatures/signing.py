"""Signing of PDFs as PAdES (ETSI EN 319 142-1), with time stamps.

A limited child reads the PDF and makes room in it; here are the key, the digest, and what a child answered, whose PDF nobody parses.
"""

import hashlib
from base64 import b64decode
from datetime import datetime, timedelta

import pkcs11
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from hoso_bpmn import sandbox
from hoso_bpmn.findings import RefusedFile
from hoso_calendar.messages import say, sentence
from hoso_workflows.operation import admission
from hoso_workflows.operation.outgoing import Unreachable
from hoso_workflows.signatures.opening import Opened
from hoso_workflows.signatures.preparation import DIGEST, prepared
from hoso_workflows.signatures.refusals import KeyUnusable, NotSigned
from hoso_workflows.signatures.timestamps import Stamps

#: Papers at a time in each process, and papers that wait for a place.
PAPERS = admission.Queue("papers to be signed", at_once=2, waiting=30, again=timedelta(seconds=10))


async def sign(
    content: bytes, by: Opened, *, at: datetime, reason: str | None = None, stamps: Stamps | None = None
) -> bytes:
    """The same PDF with one more signature, which leaves those before it whole.

    `at` is the instant that it claims; with `stamps` an authority proves one. Raises KeyUnusable, NotSigned, TooManyRequests.
    """
    by.holds(at)
    try:
        # A stamp differs from the next one in length: half as much is room enough.
        room = len(await _signature(bytes(hashlib.new(DIGEST).digest_size), by, at, stamps, sham=True)) * 3
        with PAPERS.place():
            file, place = await PAPERS.run(_with_room, content, by, at, reason, room)
        hashed = hashlib.new(DIGEST, file[: place.start])
        hashed.update(file[place.stop :])
        signature = await _signature(hashed.digest(), by, at, stamps)
    except pkcs11.PKCS11Error as failed:
        why = say("its token does not sign: {kind}", kind=type(failed).__name__)
        raise KeyUnusable(by.key.name, why) from failed
    except (SigningError, Unreachable, OSError, ValueError) as failed:
        raise NotSigned(sentence(failed)) from failed
    if len(signature) > room:
        raise NotSigned(say("the signature is longer than its room"))
    return file[: place.start] + b"<" + signature.ljust(room, b"0") + b">" + file[place.stop :]


async def _signature(
    digest: bytes, by: Opened, at: datetime, stamps: Stamps | None, *, sham: bool = False
) -> bytes:
    """The signature of a digest in hex.

    A sham one is as long and needs no key.
    """
    said = PdfCMSSignedAttributes(signing_time=at)
    made = await by.signer.async_sign(
        digest, DIGEST, dry_run=sham, use_pades=True, timestamper=stamps, signed_attr_settings=said
    )
    written: bytes = made.dump()
    return written.hex().upper().encode()


def _with_room(
    content: bytes, by: Opened, at: datetime, reason: str | None, room: int
) -> tuple[bytes, slice]:
    """The file with the child's revision, and the place of the room in it. Raises NotSigned."""
    said = {"name": by.certificate.subject, "reason": reason or "", "at": at.isoformat(), "room": str(room)}
    try:
        told = sandbox.run(prepared, content, sandbox.LIMITS, **said)
    except RefusedFile as refused:
        raise NotSigned(refused.message) from refused
    if told["trouble"]:
        raise NotSigned(told["trouble"])
    file, place = content + b64decode(told["added"]), slice(told["start"], told["end"])
    if place.start <= len(content) or file[place] != b"<" + b"0" * room + b">":
        raise NotSigned(say("the room for the signature is not where it should be"))
    return file, place
