"""Commands on keeping a dossier and erasing it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """An administrator has a dossier kept as it is: a lawsuit, an inspection."""

    reason: str
    #: The request or order that demands it.
    basis: str


@dataclass(frozen=True, slots=True)
class LiftHold:
    """An administrator ends a hold."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderErasure:
    """An administrator orders the erasure of one dossier by law, before its retention ends."""

    reason: str
    #: Article of the law, judgment or decision that demands it.
    basis: str


@dataclass(frozen=True, slots=True)
class Erase:
    """The installation erases everything personal, by a confirmed list."""

    order: UUID
    basis: str
