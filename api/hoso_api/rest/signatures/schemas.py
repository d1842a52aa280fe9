"""Bodies and answers about signatures."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key
from hoso_api.http.paging import NextPage
from hoso_api.rest.letters.schemas import LetterChecked
from hoso_api.rest.tasks.schemas import DossierOf
from hoso_workflows.attachments import result_signing
from hoso_workflows.correspondence import letter_signing


class Signing(Body):
    """Sign a letter."""


class LetterToSign(Body):
    """A letter that is to be signed."""

    dossier: Key
    letter: UUID


class LettersToSign(Body):
    """Letters that are to be signed in one act."""

    items: Annotated[list[LetterToSign], Field(min_length=1, max_length=letter_signing.MOST)]


class LetterSigned(Answer):
    """Outcome of one letter."""

    dossier: str
    letter: UUID
    signed: bool
    #: Why it was not, as a problem document.
    problem: dict[str, Any] | None


class LettersSigned(Answer):
    """Outcome of each letter, in the order of the request."""

    items: list[LetterSigned]


class ResultToSign(Body):
    """A file that is to be the result, and to be signed."""

    dossier: Key
    attachment: UUID


class ResultsToSign(Body):
    """Files that are to be signed in one act."""

    items: Annotated[list[ResultToSign], Field(min_length=1, max_length=result_signing.MOST)]


class ResultSigned(Answer):
    """Outcome of one file."""

    dossier: str
    attachment: UUID
    #: Id of the signed version; None where it was not signed.
    version: UUID | None
    #: Why it was not, as a problem document.
    problem: dict[str, Any] | None


class ResultsSigned(Answer):
    """Outcome of each file, in the order of the request."""

    items: list[ResultSigned]


class LetterWaiting(Answer):
    """A letter that waits for the signature of a head."""

    id: UUID
    form: str
    title: str
    series: str
    unit: str
    issued_at: AwareDatetime
    has_key: bool
    dossier: DossierOf


class LettersWaiting(Answer):
    """Some of the letters that wait, those issued first before others."""

    items: list[LetterWaiting]
    page: NextPage


class ApologyDrafted(Answer):
    """A letter of apology that waits for the signature of a head."""

    #: That of the dossier.
    id: UUID
    dossier: DossierOf
    unit: str
    step: str | None
    due_promised: AwareDatetime
    due_legal: AwareDatetime
    #: The new date to begin with; null where the calendar has no data for it.
    due: date | None
    reason: str
    #: The last local day on which the law allows it.
    last_day: date


class ApologiesDrafted(Answer):
    """Some of the letters of apology that wait, those due first first."""

    items: list[ApologyDrafted]
    page: NextPage


class FileToSign(Answer):
    """A file that could be signed to be the result."""

    id: UUID
    name: str
    title: str | None


class ResultWaiting(Answer):
    """An open step at which a signed result is decided."""

    task: UUID
    step: str
    unit: str
    opened_at: AwareDatetime
    has_key: bool
    required: bool
    files: list[FileToSign]
    dossier: DossierOf


class ResultsWaiting(Answer):
    """Some of the steps that wait, those open longest first."""

    items: list[ResultWaiting]
    page: NextPage


class SigningCertificate(Answer):
    """A key by which papers of a unit are signed."""

    name: str
    unit: str
    person: UUID | None
    in_token: bool


class SigningCertificates(Answer):
    """The keys of the installation."""

    items: list[SigningCertificate]


class PaperSignature(Answer):
    """A signature of a file and the verdict on it."""

    signer: str
    issuer: str
    certificate: str
    intact: bool
    whole: bool
    trusted: bool
    signed_at: AwareDatetime | None
    stamped: bool


class ResultChecked(Answer):
    """A result that exists: what whoever holds it may know."""

    code: str | None
    procedure: str
    decided_at: AwareDatetime
    handed_over_at: AwareDatetime
    corrected_at: AwareDatetime | None


class PaperChecked(Answer):
    """A file that somebody holds: which letter or result it is, and what its signatures are worth."""

    sha256: str
    readable: bool
    letter: LetterChecked | None
    result: ResultChecked | None
    good: bool
    signatures: list[PaperSignature]
