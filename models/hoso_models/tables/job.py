"""Long jobs, and the dossiers that they have looked at."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    one_of,
    optional_document,
)


@described("What a long job does.")
class JobKind(StrEnum):
    """Kinds of long jobs."""

    #: Moves open dossiers to the successors of a unit.
    REHOMING = "rehoming"
    #: Applies an approved revision of a calendar to the open dossiers.
    CALENDAR_REVISION = "calendar_revision"
    #: Moves running dossiers to another version of their procedure.
    MIGRATION = "migration"
    #: Verifies every chain and compares what is stored with its events.
    VERIFICATION = "verification"


@described("How far a long job is.")
class JobState(StrEnum):
    """States of a long job."""

    #: Nothing of it is done yet.
    WAITING = "waiting"
    #: At least one portion was begun.
    RUNNING = "running"
    #: Every dossier was looked at.
    DONE = "done"
    #: It was given up, with the reason.
    FAILED = "failed"
    #: A person has stopped it.
    CANCELLED = "cancelled"


@described("What a long job came to for one dossier.")
class JobOutcome(StrEnum):
    """Outcomes of a long job for one dossier."""

    #: The dossier stays as it was, with the reason.
    LEFT = "left"
    #: The dossier was changed.
    MOVED = "moved"


class Job(Record, table=True):
    """A long job: what, by whom, and how far it has come."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("kind", JobKind),
        one_of("state", JobState),
        index("ux_job_live", "kind", "subject", where="ended_at is null", unique=True),
        index("ix_job_ordered_at", "ordered_at", "id"),
        index("ix_job_ended_at", "ended_at", where="ended_at is not null"),
    )

    #: Follows from who orders it and their key, so that the same request is the same job.
    id: UUID = Field(primary_key=True)
    kind: JobKind = enum_field(JobKind)
    state: JobState = enum_field(JobState)
    #: What it is about, in codes; one live job of a kind has it.
    subject: str
    #: Whose administrators follow it.
    unit_code: str = Field(foreign_key="unit.code")
    #: What was ordered, as its kind writes it.
    asked: dict[str, Any] = document()
    ordered_by: UUID = Field(foreign_key="principal.id")
    ordered_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    #: Who stopped it.
    cancelled_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: Dossiers to look at, and looked at.
    total: int = defaulted(value=0, literal="0")
    done: int = defaulted(value=0, literal="0")
    #: Those looked at that stay as they were.
    refused: int = defaulted(value=0, literal="0")
    #: The dossier behind which it goes on.
    place: UUID | None = None
    #: `{"said": …}`: why it was given up.
    failure: dict[str, Any] | None = optional_document()
    #: Portions that have failed one after the other.
    attempts: int = defaulted(value=0, literal="0")
    updated_at: datetime
    #: Whoever does its portion now, by the clock of the database; no portion of it begins before.
    lease: UUID | None = None
    leased_until: datetime | None = None


class JobItem(Record, table=True):
    """A dossier that a long job has looked at."""

    __tablename__ = "job_item"
    __table_args__ = (
        one_of("outcome", JobOutcome),
        index("ix_job_item_dossier_id", "dossier_id"),
    )

    job_id: UUID = Field(primary_key=True, foreign_key="job.id")
    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    outcome: JobOutcome = enum_field(JobOutcome)
    #: `{"said": …}`: why it stays as it was.
    why: dict[str, Any] | None = optional_document()


class ChainFinding(Record, table=True):
    """A chain of acts of administration that a verification found broken."""

    __tablename__ = "chain_finding"

    job_id: UUID = Field(primary_key=True, foreign_key="job.id")
    authority: str = Field(primary_key=True, foreign_key="unit.code")
    #: The first event that does not verify.
    number: int
    #: `{"said": …}`: what is wrong with it.
    why: dict[str, Any] = document()


class HouseFinding(Record, table=True):
    """A difference that a verification found in the house's own rows."""

    __tablename__ = "house_finding"

    job_id: UUID = Field(primary_key=True, foreign_key="job.id")
    place: int = Field(primary_key=True)
    #: `{"said": …}`: the difference in words.
    why: dict[str, Any] = document()
