"""Codes that change every 30 seconds (RFC 6238): SHA-1, six digits, as every authenticator app knows them."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

#: Seconds of a step, and digits of a code.
STEP, DIGITS = 30, 6
#: Steps that a clock may be ahead or behind.
SKEW = 1


def new_secret() -> bytes:
    """A secret of 160 bits (RFC 4226)."""
    return secrets.token_bytes(20)


def step(at: datetime) -> int:
    """The step of an instant."""
    return int(at.timestamp()) // STEP


def code(secret: bytes, counted: int) -> str:
    """The code of a step."""
    mac = hmac.new(secret, counted.to_bytes(8, "big"), hashlib.sha1).digest()
    place = mac[-1] & 15
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching(secret: bytes, typed: str, at: datetime) -> int | None:
    """The step within the allowed skew whose code was typed; spaces do not count."""
    given = "".join(typed.split()).encode()
    now = step(at)
    found = [
        each
        for each in range(now - SKEW, now + SKEW + 1)
        if hmac.compare_digest(code(secret, each).encode(), given)
    ]
    return found[-1] if found else None


def shown(secret: bytes) -> str:
    """The secret as an authenticator app takes it by hand, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address(secret: bytes, account: str, issuer: str) -> str:
    """The address that an authenticator app reads from a picture."""
    label, named = quote(f"{issuer}:{account}"), quote(issuer)
    return f"otpauth://totp/{label}?secret={base64.b32encode(secret).decode()}&issuer={named}"
