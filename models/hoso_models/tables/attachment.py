"""Files of dossiers, and the keys that seal them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, text
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, described, enum_field, index, one_of, surrogate


@described("When a file joined the dossier.")
class Phase(StrEnum):
    """Moment at which a file joined the dossier."""

    #: Handed in when it was filed.
    FILING = "filing"
    #: Handed in as a supplement.
    SUPPLEMENT = "supplement"
    #: Made or received while it was handled.
    HANDLING = "handling"
    #: The result, or part of it.
    RESULT = "result"


@described("What the search for malicious code said of a file.")
class Scan(StrEnum):
    """Outcome of the search for malicious code."""

    #: Nothing was found.
    CLEAN = "clean"
    #: Nobody has searched.
    NOT_SCANNED = "not_scanned"


class Attachment(Record, table=True):
    """A version of a file, projected from a dossier's events.

    Its bytes lie sealed in the store.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("phase", Phase),
        one_of("scan", Scan),
        index("ix_attachment_dossier_id", "dossier_id"),
        index("ix_attachment_object", "object"),
        index("ix_attachment_thumbnail", "thumbnail", where="thumbnail is not null"),
        index("ix_attachment_signed", "sha256", where="signed"),
    )

    id: UUID = surrogate()
    dossier_id: UUID = Field(foreign_key="dossier.id")
    component_code: str | None = None
    file_name: str
    #: By its content.
    media_type: str
    #: In bytes, as it came.
    size: int = Field(sa_type=BigInteger)
    #: Of its bytes as they came, in hex.
    sha256: str
    stored_at: datetime
    stored_by: UUID = Field(foreign_key="principal.id")
    phase: Phase = enum_field(Phase)
    title: str | None = None
    #: The SHA-256 of its sealed bytes, by which the store knows them.
    object: str | None = None
    #: The same of a picture of its first page, where there is one.
    thumbnail: str | None = None
    #: How many pages it has, where that can be told.
    pages: int | None = None
    scan: Scan = enum_field(
        Scan, default=Scan.NOT_SCANNED, sa_column_kwargs={"server_default": text("'not_scanned'")}
    )
    #: True for the authority's own paper, which no applicant sees.
    internal: bool = defaulted(value=False, literal="false")
    #: Number of the event by which it joined the dossier; files are listed in this order.
    seq: int | None = None
    #: The version before it.
    supersedes: UUID | None = None
    #: When a version followed.
    superseded_at: datetime | None = None
    #: True for a PDF that was found to be signed well when it came.
    signed: bool = defaulted(value=False, literal="false")


class DamagedFile(Record, table=True):
    """A file that an audit has found damaged. It stays until one finds it whole."""

    __tablename__ = "damaged_file"
    __table_args__ = (index("ix_damaged_file_dossier_id", "dossier_id"),)

    #: That of the file; where the dossier's key is damaged, that of the dossier.
    id: UUID = Field(primary_key=True)
    dossier_id: UUID = Field(foreign_key="dossier.id")
    message: str
    since: datetime


class DossierKey(Record, table=True):
    """Key of a dossier's files, sealed by the installation's key.

    Without it nobody opens them: an erasure deletes its row.
    """

    __tablename__ = "dossier_key"

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    sealed: bytes
    made_at: datetime
