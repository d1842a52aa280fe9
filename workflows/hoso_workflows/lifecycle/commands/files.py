"""Commands on the files of a dossier."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies sealed in the store, as it was found to be."""

    id: UUID
    name: str
    #: By its content.
    media_type: str
    #: In bytes, as it came, with its SHA-256 in hex.
    size: int
    sha256: str
    #: The SHA-256 of its sealed bytes in hex, by which the store knows them; and that of a picture of its first page.
    object: str
    thumbnail: str | None
    pages: int | None
    #: `clean` or `not_scanned`.
    scan: str
    #: True for a PDF that is signed, with nothing wrong with any signature.
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """The most that a dossier may hold: files, versions included, and their bytes."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Attach:
    """The applicant, or the desk for them, hands in a file."""

    file: StoredFile
    title: str = ""
    #: Code of the component that it is, where it is one.
    component: str | None = None
    #: The version before it, whose title and component it keeps where it says none.
    supersedes: UUID | None = None
    #: What the dossier may hold; None for any number and size.
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class SubmitProof(Attach):
    """The applicant hands in the proof of a payment, and tells the desk."""

    #: What the desk reads with it.
    text: str = ""


@dataclass(frozen=True, slots=True)
class AttachInternally(Attach):
    """An officer adds a file that the applicant does not see."""


@dataclass(frozen=True, slots=True)
class ExchangeResult(Attach):
    """A file of a result is exchanged before the hand-over; `supersedes` names it."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class CorrectResult(ExchangeResult):
    """A head corrects a result that was handed over.

    The file takes the place of the one that `supersedes` names, else it joins the result, as a letter of correction does.
    """


@dataclass(frozen=True, slots=True)
class SignResult(AttachInternally):
    """An officer who decides has signed a file that is to be the result."""

    #: The open step that decides; None where there is none.
    task: UUID | None = None
