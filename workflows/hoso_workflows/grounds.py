"""The grounds of the next act: what an act leaves at hand of its dossier, so that whoever completes one of its open tasks
need not read it first.

What is at hand may be old. So the statement that writes the act compares it with what the database says by then, and an act
that would be refused on its strength is decided anew on what is read.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hoso_workflows import writing
from hoso_workflows.projections import Projection

K = TypeVar("K")
V = TypeVar("V")

#: How many dossiers are kept at hand, and the rights of how many principals.
CAPACITY = 1_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What `statements.load` would say to somebody who completes a task of a dossier."""

    id: UUID
    workflow_version_id: UUID
    case_id: str
    filed_at: datetime
    #: When the newest event happened, its number, and the head of the chain with it.
    updated_at: datetime
    last_seq: int
    head: bytes
    version: int
    #: The engine's.
    state: bytes
    #: The local date on which these were competent.
    day: date
    competent: list[str]
    rights: Any = None
    #: Nobody completes a task as the applicant, or in view of somebody else's rights.
    applicant: ClassVar[bool] = False
    other_rights: ClassVar[None] = None

    @classmethod
    def left_by(cls, row: Any, day: date, work: writing.Work, projection: Projection) -> "Ground":
        """What an act that was decided on a row of `statements.load`, or on a ground, has made of it."""
        return cls(
            id=row.id,
            workflow_version_id=row.workflow_version_id,
            case_id=row.case_id,
            filed_at=row.filed_at,
            updated_at=projection.state.last_at,
            last_seq=projection.last_seq,
            head=work.head,
            version=row.version + 1,
            state=work.state,
            day=day,
            competent=row.competent,
        )


class Grounds:
    """The grounds at hand of one office; the longest unused ones go first."""

    def __init__(self) -> None:
        self._grounds: OrderedDict[UUID, Ground] = OrderedDict()
        self._tasks: OrderedDict[UUID, UUID] = OrderedDict()
        self._rights: OrderedDict[tuple[UUID, date], Any] = OrderedDict()

    def dossier(self, task: UUID) -> UUID | None:
        """The dossier of which an act has left this task open."""
        return self._tasks.get(task)

    def take(self, dossier: UUID, actor: UUID, day: date) -> Ground | None:
        """The ground on which somebody may act on a dossier on a local date; it is at hand no more."""
        ground, rights = self._grounds.pop(dossier, None), self._rights.get((actor, day))
        return replace(ground, rights=rights) if ground and rights and ground.day == day else None

    def leave(self, ground: Ground, projection: Projection) -> None:
        """Have a ground at hand for those who complete the tasks that are open now."""
        _keep(self._grounds, ground.id, ground, CAPACITY)
        for task, opened in projection.state.tasks.items():
            # What reception decides is numbered before it is written: that is read first.
            if opened.milestone != "accept":
                _keep(self._tasks, task, ground.id, 2 * CAPACITY)

    def know(self, actor: UUID, day: date, rights: Any) -> None:
        """Remember what somebody's rights were when they were read last."""
        _keep(self._rights, (actor, day), rights, CAPACITY)


def _keep(known: OrderedDict[K, V], key: K, value: V, capacity: int) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > capacity:
        known.popitem(last=False)
