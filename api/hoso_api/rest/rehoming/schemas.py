"""Bodies and answers about moving the open dossiers of a unit to its successors."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key, Name


class RehomingPlan(Body):
    """The units that take over the open dossiers of a unit."""

    #: Who takes over what `procedures` does not name.
    successor: Key | None = None
    #: By procedure, who takes its dossiers over.
    procedures: Annotated[dict[Key, Key], Field(default_factory=dict, max_length=1000)]
    #: Further units that are merged into the same successors.
    also: Annotated[list[Key], Field(default_factory=list, max_length=200)]


class RehomingOrder(RehomingPlan):
    """The same, with the decision by which it is done."""

    basis: Name
    #: At most so many dossiers now.
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class FormerUnit(Answer):
    """A unit whose open dossiers move."""

    code: str
    name: str
    valid_to: date | None
    closed: int


class DossierGroup(Answer):
    """Open dossiers of one procedure and status in which a unit has one part."""

    old: str
    new: str | None
    procedure: str
    name: str
    part: str
    status: str
    dossiers: int
    late: int


class OfficerInbox(Answer):
    """Open tasks of a role in a unit that is replaced, in the hands of one officer or of nobody."""

    old: str
    new: str | None
    role: str
    officer: UUID | None
    officer_name: str | None
    tasks: int
    late: int
    keeps: bool


class LackingCompetence(Answer):
    """A part of a procedure for which the successor is not competent today."""

    procedure: str
    part: str
    unit: str


class RehomingPreview(Answer):
    """The effect of moving now; nothing is changed."""

    dossiers: int
    without_successor: int
    units: list[FormerUnit]
    groups: list[DossierGroup]
    inboxes: list[OfficerInbox]
    lacking: list[LackingCompetence]


class DossierLeft(Answer):
    """A dossier that could not be moved now."""

    reference: str
    code: str | None
    why: str


class RehomingDone(Answer):
    """The dossiers moved now, and those left for the next call."""

    job: UUID
    moved: int
    moved_altogether: int
    remaining: int
    without_successor: int
    finished: bool
    left: list[DossierLeft]


class UnitMove(Answer):
    """A unit and who takes its dossiers over."""

    old: str
    new: str | None
    procedures: dict[str, str]


class RehomingJob(Answer):
    """A job and how far it has come."""

    id: UUID
    moves: list[UnitMove]
    basis: str
    ordered_by: UUID
    ordered_at: AwareDatetime
    moved: int
    updated_at: AwareDatetime
    finished_at: AwareDatetime | None


class RehomingJobs(Answer):
    """The jobs that moved dossiers from or to a unit, the newest first."""

    items: list[RehomingJob]
