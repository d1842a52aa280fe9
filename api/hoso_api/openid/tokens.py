"""Tokens of a provider, checked: signature, issuer, audience, times, level. Pure; the instant is an argument.

Nothing of a token decides how it is checked: algorithms are those of the settings, keys those that the provider
publishes (RFC 8725).
"""

import hmac
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import orjson
from joserfc import jws
from joserfc.errors import ExceededSizeError, JoseError, SecurityWarning
from joserfc.jwk import Key

from hoso_api.openid.refusals import Reason, SignInRefused

#: The largest token, in characters.
SIZE = 16 * 1024
#: How far two clocks may be apart.
SKEW = timedelta(seconds=60)
#: How old a token may be that was made for one sign-in.
AGE = timedelta(minutes=10)
#: The event of a logout token (OpenID Connect Back-Channel Logout 1.0).
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
#: Headers that bring or name a key; they would have the sender choose who vouches for them.
_KEY_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c"})
#: Methods that are a factor by themselves (RFC 8176), by the kind of what they prove.
_FACTORS = {
    "know": {"pwd", "pin", "kba"},
    "have": {"otp", "hwk", "swk", "sms", "tel", "sc", "pop"},
    "are": {"fpt", "face", "iris", "retina", "vbm"},
}

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """The parties of a token."""

    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in as it was begun, to which the ID token must answer."""

    nonce: str
    #: One of these levels; none is asked for where it is empty.
    acr: Sequence[str] = ()
    #: Two factors by the methods, where no level is asked for.
    two_factors: bool = False
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A token whose form is right; its signature is not checked yet."""

    algorithm: str
    key_id: str | None
    type: str | None
    signature: jws.CompactSignature


@dataclass(frozen=True, slots=True)
class Logout:
    """A sign-out that a provider announces.

    Of one of its sessions, or of all sessions of a person.
    """

    token_id: str
    sid: str | None
    subject: str | None
    expires_at: datetime


def _no(reason: Reason) -> NoReturn:
    raise SignInRefused(reason)


def read(token: str, algorithms: Collection[str]) -> Signed:
    """The token, its header checked. Raises SignInRefused."""
    if len(token) > SIZE:
        _no(Reason.SIZE)
    # Headers beyond the registered ones are ignored, as RFC 7515 says.
    registry = jws.JWSRegistry(algorithms=algorithms, strict_check_header=False)
    try:
        signature = jws.extract_compact(token.encode("ascii"), None, registry)
        header = signature.headers()
        if "crit" in header:
            _no(Reason.CRITICAL)
        registry.check_header(header)
    except ExceededSizeError as large:
        raise SignInRefused(Reason.SIZE) from large
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as broken:
        raise SignInRefused(Reason.MALFORMED) from broken
    if header["alg"] not in algorithms:
        _no(Reason.ALGORITHM)
    if _KEY_HEADERS & header.keys():
        _no(Reason.KEY_IN_HEADER)
    return Signed(header["alg"], header.get("kid"), header.get("typ"), signature)


def verified(signed: Signed, key: Key) -> Claims:
    """The claims of a token that the key has signed. Raises SignInRefused."""
    registry = jws.JWSRegistry(algorithms=[signed.algorithm], strict_check_header=False)
    try:
        with warnings.catch_warnings():
            # Providers still say EdDSA where RFC 9864 says Ed25519.
            warnings.simplefilter("ignore", SecurityWarning)
            holds = jws.validate_compact(signed.signature, key, registry=registry)
    except (JoseError, ValueError) as broken:
        raise SignInRefused(Reason.SIGNATURE) from broken
    if not holds:
        _no(Reason.SIGNATURE)
    try:
        claims = orjson.loads(signed.signature.payload)
    except orjson.JSONDecodeError as broken:
        raise SignInRefused(Reason.MALFORMED) from broken
    if not isinstance(claims, dict):
        _no(Reason.MALFORMED)
    return claims


def id_token(signed: Signed, claims: Claims, expected: Expected, sign_in: SignedIn, at: datetime) -> Claims:
    """The claims of an ID token made for this sign-in. Raises SignInRefused."""
    if _kind(signed) not in (None, "jwt") or "events" in claims:
        _no(Reason.TYPE)
    _addressed(claims, expected)
    _timely(claims, at)
    _text(claims, "sub", Reason.SUBJECT)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), sign_in.nonce.encode()):
        _no(Reason.NONCE)
    _assured(claims, sign_in, at)
    return claims


def logout_token(signed: Signed, claims: Claims, expected: Expected, at: datetime) -> Logout:
    """The sign-out that a logout token announces. Raises SignInRefused.

    Some providers give it no type of its own; by its event it is told from an ID token all the same.
    """
    if _kind(signed) not in (None, "jwt", "logout+jwt"):
        _no(Reason.TYPE)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
        _no(Reason.EVENT)
    if "nonce" in claims:
        _no(Reason.NONCE)
    _addressed(claims, expected)
    expires_at = _timely(claims, at)
    sid, subject = (
        _text(claims, name, Reason.SUBJECT) if name in claims else None for name in ("sid", "sub")
    )
    if sid is None and subject is None:
        _no(Reason.SUBJECT)
    return Logout(_text(claims, "jti", Reason.MALFORMED), sid, subject, expires_at)


def methods(claims: Claims) -> list[str]:
    """The methods of a sign-in, as far as they can be read."""
    found = claims.get("amr")
    if not isinstance(found, list):
        return []
    return [each for each in found if isinstance(each, str) and len(each) <= 30 and each.isprintable()][:10]


def proven_at(claims: Claims, at: datetime) -> datetime | None:
    """The instant at which the person proved who they are; None where it is not told."""
    return min(_instant(claims, "auth_time"), at) if "auth_time" in claims else None


def _kind(signed: Signed) -> str | None:
    return None if signed.type is None else signed.type.lower().removeprefix("application/")


def _addressed(claims: Claims, expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        _no(Reason.ISSUER)
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if expected.client_id not in several:
        _no(Reason.AUDIENCE)
    if (len(several) > 1 or party is not None) and party != expected.client_id:
        _no(Reason.AUDIENCE)


def _timely(claims: Claims, at: datetime) -> datetime:
    """The end of a token that is good now."""
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    if expires <= at - SKEW:
        _no(Reason.EXPIRED)
    if not at - AGE - SKEW <= issued <= at + SKEW or (
        "nbf" in claims and _instant(claims, "nbf") > at + SKEW
    ):
        _no(Reason.TIME)
    return expires


def _assured(claims: Claims, sign_in: SignedIn, at: datetime) -> None:
    if sign_in.acr and claims.get("acr") not in sign_in.acr:
        _no(Reason.LEVEL)
    if sign_in.two_factors and not sign_in.acr and not _two_factors(methods(claims)):
        _no(Reason.FACTORS)
    if sign_in.max_age is not None:
        age = at - _instant(claims, "auth_time")
        if not -SKEW <= age <= timedelta(seconds=sign_in.max_age) + SKEW:
            _no(Reason.AGE)


def _two_factors(said: Collection[str]) -> bool:
    kinds = [kind for kind, names in _FACTORS.items() if names & set(said)]
    return "mfa" in said or len(kinds) > 1


def _instant(claims: Claims, name: str) -> datetime:
    value: Any = claims.get(name)
    if type(value) not in (int, float):
        _no(Reason.TIME)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        _no(Reason.TIME)


def _text(claims: Claims, name: str, reason: Reason) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        _no(reason)
    return value
