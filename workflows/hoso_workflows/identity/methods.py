"""Methods of proving who one is, and the level that they reach together."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

#: How recent a proof has to be for an act that asks for one.
RECENT = timedelta(minutes=5)


class Method(StrEnum):
    """Methods of a session, in the words of RFC 8176 where it has one."""

    PASSWORD = "pwd"  # noqa: S105 - a method, not a secret
    #: A code that changes every 30 seconds.
    TOTP = "otp"
    #: A passkey that has verified its user.
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery"
    #: A link of an administrator; it proves nothing yet.
    INVITATION = "invitation"
    #: A provider that has checked two factors.
    SEVERAL = "mfa"
    #: The demonstration, which proves nothing.
    DEMO = "demo"


#: Methods that no forged page can ask for and pass on; a provider answers for its own.
UNPHISHABLE = frozenset({Method.PASSKEY, Method.SEVERAL, Method.DEMO})
_ALONE = frozenset({Method.PASSKEY, Method.SEVERAL, Method.DEMO})
_SECOND = frozenset({Method.TOTP, Method.RECOVERY_CODE})


def two_factors(amr: Collection[str]) -> bool:
    """True when the methods count as two factors."""
    return bool(_ALONE.intersection(amr)) or (Method.PASSWORD in amr and bool(_SECOND.intersection(amr)))


def recent(amr: Collection[str], authenticated_at: datetime, at: datetime) -> bool:
    """True when two factors were shown within the last minutes."""
    return two_factors(amr) and timedelta(0) <= at - authenticated_at <= RECENT
