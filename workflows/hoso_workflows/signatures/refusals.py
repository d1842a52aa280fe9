"""Refusals of signatures."""

from hoso_calendar.messages import say
from hoso_workflows import errors


class KeyUnusable(errors.Refusal):
    """The key of a certificate cannot be used."""

    slug = "key-unusable"
    remedy = "Have the operator look at the key's file or token, its passphrase and its certificate; nothing was signed."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(say("The key {name} cannot be used: {why}.", name=name, why=why))
        self.name = name
        self.why = why


class KeyMissing(errors.Refusal):
    """The unit has no certificate by which you could sign."""

    slug = "key-missing"
    remedy = "Have the operator enter a certificate of the unit, or your own for it, in the settings; `GET /v1/signing-certificates` lists those there are."

    def __init__(self, unit: str) -> None:
        super().__init__(say("There is no certificate by which you sign for {unit}.", unit=unit))
        self.unit = unit


class AlreadySigned(errors.Refusal):
    """The paper is signed by this certificate, or another signature came first."""

    slug = "already-signed"
    remedy = (
        "Read the paper; sign it again only where another person's signature came first and yours is missing."
    )

    def __init__(self, signer: str) -> None:
        super().__init__(say("The paper was signed before: {signer} signs it once.", signer=signer))
        self.signer = signer


class NotSigned(errors.Refusal):
    """The paper could not be signed."""

    slug = "not-signed"
    remedy = "Try again; where the time stamp failed, ask the operator whether its authority answers."

    def __init__(self, why: str) -> None:
        super().__init__(say("The paper could not be signed: {why}.", why=why))
        self.why = why
