"""Bodies and answers about lists of destruction."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage


class DestructionDraft(Body):
    """A unit whose dossiers of which the retention has ended are to be destroyed."""

    unit: Key
    basis: Text


class DestructionDecision(Body):
    """The decision on a list."""

    decision: Name


class DestructionList(Answer):
    """A list of dossiers to be destroyed."""

    id: UUID
    unit: str
    basis: str
    status: Literal["drawn", "confirmed", "rejected", "finished"]
    drawn_at: AwareDatetime
    drawn_by: str
    drawn_for: str | None
    decision: str | None
    decided_at: AwareDatetime | None
    decided_by: str | None
    finished_at: AwareDatetime | None
    #: How many are on it, and how many of them are erased.
    dossiers: int
    erased: int


class DossierOnList(Answer):
    """A dossier on a list."""

    reference: str
    code: str | None
    procedure: str
    unit: str
    erased: bool
    refused: str | None


class DestructionListWithItems(DestructionList):
    """A list with its dossiers."""

    items: list[DossierOnList]


class DestructionLists(Answer):
    """Lists, the newest first."""

    items: list[DestructionList]
    page: NextPage


class DossierHeld(Answer):
    """The dossier that is kept."""

    reference: str
    code: str | None
    procedure: str
    procedure_name: str


class HoldStanding(Answer):
    """A hold that stands on a dossier."""

    unit: str
    reason: str | None
    basis: str | None
    placed_by: str
    placed_at: AwareDatetime
    dossier: DossierHeld


class Holds(Answer):
    """Dossiers under a hold, those filed last first."""

    items: list[HoldStanding]
    page: NextPage
