"""Refusals of a sign-in by an identity provider."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.identity.providers import linking


class Reason(StrEnum):
    """Reasons for which an answer or a token of a provider is not accepted."""

    MALFORMED = "malformed"
    SIZE = "size"
    ALGORITHM = "algorithm"
    #: The header brings a key of its own.
    KEY_IN_HEADER = "key-in-header"
    CRITICAL = "critical"
    TYPE = "type"
    KEY_UNKNOWN = "key-unknown"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    TIME = "time"
    NONCE = "nonce"
    SUBJECT = "subject"
    LEVEL = "level"
    FACTORS = "factors"
    AGE = "age"
    EVENT = "event"
    REPLAYED = "replayed"
    #: State and browser belong to no attempt.
    ATTEMPT = "attempt"
    #: The provider says that it did not sign the person in.
    DENIED = "denied"
    CODE = "code"
    METADATA = "metadata"


_WHY: Mapping[str, str] = {
    Reason.MALFORMED: say("it cannot be read"),
    Reason.SIZE: say("it is too large"),
    Reason.ALGORITHM: say("its algorithm is not allowed"),
    Reason.KEY_IN_HEADER: say("it brings a key of its own"),
    Reason.CRITICAL: say("it demands an extension that is not known"),
    Reason.TYPE: say("it is another kind of token"),
    Reason.KEY_UNKNOWN: say("its key is not the provider's"),
    Reason.SIGNATURE: say("its signature does not hold"),
    Reason.ISSUER: say("it is of another issuer"),
    Reason.AUDIENCE: say("it is meant for another system"),
    Reason.EXPIRED: say("it has expired"),
    Reason.TIME: say("its times are wrong"),
    Reason.NONCE: say("it belongs to another sign-in"),
    Reason.SUBJECT: say("it names nobody"),
    Reason.LEVEL: say("the level of the sign-in is not the one that was asked for"),
    Reason.FACTORS: say("the sign-in showed no two factors"),
    Reason.AGE: say("the person proved who they are too long ago"),
    Reason.EVENT: say("it announces no sign-out"),
    Reason.REPLAYED: say("it was used before"),
    Reason.ATTEMPT: say("this browser has begun no such sign-in, or it is over"),
    Reason.DENIED: say("the provider did not sign the person in"),
    Reason.CODE: say("the provider does not accept the code"),
    Reason.METADATA: say("the provider's description of itself is wrong"),
}


#: What the page says of reasons that a person can do something about, by the keys of `wording.PROBLEM_PAGES`.
_PAGES = {
    Reason.FACTORS: "sign-in-without-second-factor",
    Reason.LEVEL: "sign-in-level-too-low",
    Reason.TIME: "sign-in-clock",
    Reason.EXPIRED: "sign-in-clock",
    Reason.DENIED: "sign-in-cancelled",
}


def meaning(reason: str) -> str:
    """The sentence of a reason as it was recorded."""
    if reason == linking.UnknownPerson.slug:
        return str(linking.UnknownPerson())
    return _WHY.get(reason, reason)


class SignInRefused(errors.Refusal):
    """The answer of the identity provider is not accepted."""

    slug = "sign-in-refused"
    http_status = HTTPStatus.BAD_REQUEST
    remedy = "Begin the sign-in again."

    def __init__(self, reason: Reason) -> None:
        super().__init__(say("The sign-in is not accepted: {why}.", why=_WHY[reason]))
        self.reason = reason
        self.page = _PAGES.get(reason)


class ProviderAway(errors.Refusal):
    """The identity provider does not answer."""

    slug = "identity-provider-away"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    remedy = "Try again in a moment; if it lasts, tell the administrator."
    headers: ClassVar = {"Retry-After": "30"}

    def __init__(self, provider: str, why: str) -> None:
        super().__init__(
            say("The identity provider {provider} does not answer: {why}.", provider=provider, why=why)
        )
        self.provider = provider
        self.why = why
