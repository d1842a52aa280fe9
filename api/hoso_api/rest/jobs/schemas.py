"""Bodies and answers about long jobs."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_models import JobKind, JobOutcome, JobState


class RehomingJobOrder(Body):
    """Open dossiers of units move to their successors."""

    kind: Literal["rehoming"]
    #: The units that are closed, merged or moved.
    units: Annotated[list[Key], Field(min_length=1, max_length=200)]
    #: Who takes over what `procedures` does not name.
    successor: Key | None = None
    #: By procedure, who takes its dossiers over.
    procedures: Annotated[dict[Key, Key], Field(default_factory=dict, max_length=1000)]
    basis: Name


class RevisionJobOrder(Body):
    """An approved revision of a calendar is applied to the open dossiers."""

    kind: Literal["calendar_revision"]
    calendar: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]


class MigrationJobOrder(Body):
    """Running dossiers of a version move to another one of their procedure."""

    kind: Literal["migration"]
    procedure: Key
    source: Annotated[int, Field(ge=1, le=2**31 - 1)]
    target: Annotated[int, Field(ge=1, le=2**31 - 1)]
    #: Element ids of the source → of the target.
    mapping: Annotated[dict[Key, Key], Field(default_factory=dict, max_length=1000)]


JobOrder = Annotated[RehomingJobOrder | RevisionJobOrder | MigrationJobOrder, Field(discriminator="kind")]


class JobPerson(Answer):
    """A person who has ordered or stopped a job."""

    id: UUID
    name: str


class LongJob(Answer):
    """A long job, and how far it has come."""

    id: UUID
    kind: JobKind
    state: JobState
    subject: str
    unit: str
    ordered_by: JobPerson
    ordered_at: AwareDatetime
    begun_at: AwareDatetime | None
    updated_at: AwareDatetime
    ended_at: AwareDatetime | None
    cancelled_by: JobPerson | None
    total: int
    done: int
    moved: int
    left: int
    percent: int
    seconds_left: int | None
    stoppable: bool
    failure: str | None


class LongJobPage(Answer):
    """Some of the jobs, the newest first."""

    items: list[LongJob]
    page: NextPage


class LongJobItem(Answer):
    """A dossier that a job has looked at."""

    reference: str
    code: str | None
    outcome: JobOutcome
    why: str | None


class LongJobItemPage(Answer):
    """Some of the dossiers, those first that stay as they were."""

    items: list[LongJobItem]
    page: NextPage


class DifferingDossier(Answer):
    """A dossier whose stored parts do not follow from its events."""

    reference: str
    code: str | None
    why: str


class BrokenChain(Answer):
    """A chain of acts of administration that does not verify."""

    authority: str
    number: int
    why: str


class VerificationFound(Answer):
    """The newest verification and what it found in your units; null before the first one."""

    job: LongJob | None
    differing: list[DifferingDossier]
    broken: list[BrokenChain]
    house: list[str]
