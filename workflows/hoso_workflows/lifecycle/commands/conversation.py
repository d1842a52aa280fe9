"""Commands of the conversation between the applicant and the desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteToDesk:
    """The applicant writes to the desk about their dossier."""

    text: str


@dataclass(frozen=True, slots=True)
class WriteToApplicant:
    """The desk writes to the applicant; nobody else of an authority does."""

    text: str


@dataclass(frozen=True, slots=True)
class ProposeReply:
    """A handling officer proposes to the desk what it could write to the applicant."""

    text: str
