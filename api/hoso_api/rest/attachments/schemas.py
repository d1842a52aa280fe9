"""Fields of a form with a file, and answers about files."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key, Name, Text
from hoso_models import Phase, Scan
from hoso_workflows.attachments.offered import Chosen
from hoso_workflows.attachments.uploads import Described, Proving


class FileNamed(Body):
    """The name of a file, as people read it."""

    file: Name = Field(max_length=200)


class FileDescribed(Body):
    """Description of a file that is handed in."""

    title: Name | None = None
    component: Key | None = None
    internal: bool = False

    def described(self, name: str) -> Described:
        """The description of a file of that name."""
        return Described(name, self.title or "", self.component, self.internal)


class ProofDescribed(Body):
    """Description of the proof of a payment."""

    #: What the desk reads with it.
    text: Text
    title: Name | None = None

    def described(self, name: str) -> Proving:
        """The description of a file of that name."""
        return Proving(name, self.title or "", text=self.text)


class NewVersion(Body):
    """Description of a newer version. Unsaid, it stays as it was."""

    title: Name | None = None


class ResultExchanged(Body):
    """Description of a file that takes the place of one of a result."""

    reason: Text
    title: Name | None = None


class ResultCorrected(Body):
    """Description of a file that corrects a result that was handed over."""

    reason: Text
    title: Name | None = None
    supersedes: UUID | None = None


class Attachment(Answer):
    """A version of a file."""

    id: UUID
    title: str | None
    name: str
    type: str
    size: int
    sha256: str
    component: str | None
    phase: Phase
    pages: int | None
    scan: Scan
    internal: bool
    signed: bool
    thumbnail: bool
    by: str
    stored_at: AwareDatetime
    supersedes: UUID | None
    superseded_at: AwareDatetime | None


class DossierOfPaper(Answer):
    """The dossier with which a paper was given."""

    reference: str
    code: str | None


class ProcedureOfPaper(Answer):
    """The procedure for which a paper was given."""

    code: str
    name: str


class OfferedPaper(Answer):
    """A paper that the applicant has given before."""

    id: UUID
    title: str | None
    name: str
    type: str
    size: int
    pages: int | None
    component: str | None
    phase: Phase
    stored_at: AwareDatetime
    dossier: DossierOfPaper
    procedure: ProcedureOfPaper


class OfferedPapers(Answer):
    """Papers that the applicant has given before, each once, the newest first."""

    items: list[OfferedPaper]


class PaperChosen(Body):
    """Description of an offered paper in the dossier that takes it."""

    title: Name | None = None
    component: Key | None = None

    def chosen(self, paper: UUID) -> Chosen:
        """The choice of that paper."""
        return Chosen(paper, self.component, self.title or "")


class Attachments(Answer):
    """The files of a dossier in the order in which they came, all versions."""

    items: list[Attachment]


class UploadAnnounced(Body):
    """Description of a file that comes in parts."""

    file: Name = Field(max_length=200)
    size: int = Field(gt=0)
    title: Name | None = None
    component: Key | None = None
    internal: bool = False
    supersedes: UUID | None = None


class UploadStanding(Answer):
    """Standing of an upload."""

    id: UUID
    dossier: str | None
    draft: UUID | None
    size: int
    offset: int
    expires_at: AwareDatetime
    attachment: UUID | None


class DraftFileDescribed(Body):
    """Description of a file that is added to a draft, or takes the place of another one there."""

    title: Name | None = None
    component: Key | None = None

    def described(self, name: str, replaces: UUID | None = None) -> Described:
        """The description of a file of that name."""
        return Described(name, self.title or "", self.component, supersedes=replaces)


class DraftUploadAnnounced(Body):
    """Description of a file of a draft that comes in parts."""

    file: Name = Field(max_length=200)
    size: int = Field(gt=0)
    title: Name | None = None
    component: Key | None = None
    replaces: UUID | None = None


class DraftFile(Answer):
    """A file of a draft."""

    id: UUID
    title: str | None
    name: str
    type: str
    size: int
    sha256: str
    component: str | None
    pages: int | None
    scan: Scan
    thumbnail: bool
    stored_at: AwareDatetime


class DraftFiles(Answer):
    """The files of a draft, in their order."""

    items: list[DraftFile]
