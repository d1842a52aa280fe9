"""The public keys of a provider, fetched when needed and kept for a while."""

import asyncio
import warnings
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key, RSAKey

from hoso_api.openid import metadata
from hoso_api.openid.refusals import Reason, SignInRefused

#: How long keys are used without a look whether the provider has withdrawn one.
FRESH = timedelta(hours=1)
#: The time between two fetches for tokens that anybody may have sent.
PAUSE = timedelta(minutes=5)
#: The keys of a set that are read; a provider has a handful.
MOST = 50
#: The type of key for an algorithm.
_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
#: The shortest modulus of RSA, in bits (RFC 7518 §3.3).
_RSA_BITS = 2048


class Keys:
    """The keys of one provider."""

    def __init__(self, fetch: Callable[[datetime], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._keys: Sequence[Key] = ()
        self._fetched_at: datetime | None = None
        #: The last fetch, whether it came to something or not.
        self._tried_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def find(self, key_id: str | None, algorithm: str, *, at: datetime, handed_over: bool) -> Key:
        """The key that a token names. Raises SignInRefused, and what the fetch raises.

        For a token that the provider handed over itself the keys are fetched anew when they lack the key. For one that
        anybody may have sent, not twice within the pause: strangers would have us ask the provider without end.
        """
        seen = self._fetched_at
        if not _past(seen, at, FRESH) and (known := _chosen(self._keys, key_id, algorithm)):
            return known
        async with self._lock:
            # Whoever waited for another's fetch looks at what came of it.
            if self._fetched_at == seen and (handed_over or _past(self._tried_at, at, PAUSE)):
                await self.refreshed(at)
        fresh = not _past(self._fetched_at, at, FRESH)
        known = _chosen(self._keys, key_id, algorithm) if fresh else None
        if known is None:
            raise SignInRefused(Reason.KEY_UNKNOWN)
        return known

    async def refreshed(self, at: datetime) -> Sequence[Key]:
        """The keys as the provider shows them now. Raises SignInRefused, and what the fetch raises."""
        self._tried_at = at
        self._keys, self._fetched_at = read(await self._fetch(at)), at
        return self._keys


def _past(instant: datetime | None, at: datetime, age: timedelta) -> bool:
    return instant is None or at - instant >= age


def read(content: bytes) -> list[Key]:
    """The public keys of a set that sign. Raises SignInRefused.

    A key that cannot be read is passed over.
    """
    listed = metadata.document(content).get("keys")
    if not isinstance(listed, list):
        raise SignInRefused(Reason.METADATA)
    return [key for each in listed[:MOST] if (key := _key(each)) is not None]


def _key(found: Any) -> Key | None:
    if not isinstance(found, dict) or found.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    if found.get("use", "sig") != "sig" or "d" in found:
        return None
    try:
        with warnings.catch_warnings():
            # Weak ones are passed over below.
            warnings.simplefilter("ignore", SecurityWarning)
            key = JWKRegistry.import_key(found)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    weak = isinstance(key, RSAKey) and key.raw_value.key_size < _RSA_BITS
    return None if weak else key


def _chosen(keys: Sequence[Key], key_id: str | None, algorithm: str) -> Key | None:
    """The key of that name, or the only one where the token names none."""
    fitting = [
        key
        for key in keys
        if key.key_type == _TYPES[algorithm]
        and key.get("alg") in (None, algorithm)
        and key_id in (None, key.get("kid"))
    ]
    return fitting[0] if len(fitting) == 1 else None
