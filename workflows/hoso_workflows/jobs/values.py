"""Values of long jobs: a job, its work, a portion of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, Self
from uuid import UUID

from hoso_calendar import messages
from hoso_models import JobKind, JobOutcome, JobState
from hoso_workflows.dossiers.service import DossierService


@dataclass(frozen=True, slots=True)
class Job:
    """A long job, and how far it has come."""

    id: UUID
    kind: JobKind
    state: JobState
    subject: str
    unit: str
    asked: Mapping[str, Any]
    ordered_by: UUID
    ordered_by_name: str
    ordered_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    cancelled_by: UUID | None
    cancelled_by_name: str | None
    #: Dossiers to look at, looked at, and of these left as they were.
    total: int
    done: int
    refused: int
    #: The dossier behind which it goes on.
    place: UUID | None
    #: Why it was given up; None where it was not.
    failure: str | None
    #: Portions that have failed one after the other.
    attempts: int
    updated_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """The job in a row of `SELECTED`."""
        said = {each.name: row[each.name] for each in fields(cls)}
        failure = messages.opening(messages.unpacked(row.failure["said"])) if row.failure else None
        kind, state = JobKind(row.kind), JobState(row.state)
        return cls(**{**said, "kind": kind, "state": state, "failure": failure})

    @property
    def live(self) -> bool:
        """True while something of it may still be done."""
        return self.ended_at is None

    @property
    def moved(self) -> int:
        """Dossiers that were looked at and changed, or needed no change any more."""
        return max(self.done - self.refused, 0)

    @property
    def percent(self) -> int:
        """Dossiers looked at, in hundredths of all, rounded down; 100 only at the end."""
        if self.state is JobState.DONE:
            return 100
        return min(self.done * 100 // self.total, 99) if self.total else 0

    @property
    def left(self) -> timedelta | None:
        """The time that it probably takes from its last portion on; None while nobody can tell."""
        if not self.live or self.begun_at is None or not self.done:
            return None
        return (self.updated_at - self.begun_at) / self.done * (self.total - self.done)


@dataclass(frozen=True, slots=True)
class Item:
    """A dossier that a job has looked at."""

    dossier: UUID
    reference: str
    #: None before acceptance.
    code: str | None
    outcome: JobOutcome
    #: Why it stays as it was; None where it was changed.
    why: str | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The effect that a job would have now."""

    #: Whose administrators follow it.
    unit: str
    #: Dossiers to look at.
    total: int


@dataclass(frozen=True, slots=True)
class Portion:
    """The outcome of one portion of a job."""

    #: References of the dossiers that were changed.
    moved: Sequence[str]
    #: References of those that stay as they were, with the reason.
    left: Sequence[tuple[str, str]]
    #: The dossier behind which the next portion begins.
    place: UUID | None
    #: Dossiers that are still to be looked at; 0 at the end.
    ahead: int


class Work(Protocol):
    """The work of a job, done portion by portion.

    Each portion asks anew for the right of who has ordered it, and may be done twice: what is done is not found again.
    """

    kind: ClassVar[JobKind]
    #: Dossiers that one portion looks at.
    most: ClassVar[int]
    #: True where it may be stopped after it has begun, and leaves nothing half-done.
    stoppable: ClassVar[bool]

    @property
    def subject(self) -> str:
        """The subject in codes; one live job of the kind has it."""
        ...

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        ...

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> Self:
        """The work in such a document."""
        ...

    async def foreseen(self, service: DossierService, *, actor: UUID, at: datetime) -> Foreseen:
        """Size and unit of the job; nothing is changed. Raises Forbidden, and what forbids the work itself."""
        ...

    async def portion(self, service: DossierService, job: Job, *, at: datetime) -> Portion:
        """Do the next portion. Raises as `foreseen` does."""
        ...
