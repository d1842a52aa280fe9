"""Stamped instants of a dossier's events, listed for a correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.repository import Asker
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import corrections
from hoso_workflows.organisation.access_log import WITHIN, Origin


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event of a dossier with its stamped instant, without its payload."""

    seq: int
    kind: str
    at: datetime


async def search(db: Database, key: str) -> list[Stamped]:
    """The events of the dossier of a code or reference, in order. Raises NotFound."""
    rows = await db.rows(_STAMPED, [key])
    if not rows:
        raise errors.NotFound("dossier", key)
    return [Stamped(row.seq, row.kind, row.at) for row in rows]


@dataclass(frozen=True, slots=True)
class StampedAct:
    """An act of a dossier whose instant can be corrected, without its payloads."""

    #: Numbers and kinds of its events.
    seqs: tuple[int, ...]
    kinds: tuple[str, ...]
    #: As it counts now: stamped by the clock, or corrected since.
    at: datetime


@dataclass(frozen=True, slots=True)
class Correctable:
    """A dossier with the acts whose instants can be corrected."""

    #: The explanation of its dates, `hoso-explanation/1`.
    explanation: Mapping[str, Any]
    version: int
    #: In their order.
    acts: Sequence[StampedAct]


async def acts(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> Correctable:
    """The acts of a dossier, for whoever may read the explanation of its dates. Raises NotFound."""
    explanation = await views.explain(service, key, reader=reader, at=at, origin=origin)
    found = await service.repository.find(key, Asker(reader, localtime.local_date(at), at), read=True)
    if found is None:
        raise errors.NotFound("dossier", key)
    history = await service.repository.history(found)
    listed = [
        StampedAct(seqs, tuple(history[seq - 1].kind.value for seq in seqs), history[seqs[0] - 1].at)
        for seqs in corrections.correctable(history)
    ]
    return Correctable(explanation, found.version, listed)


#: $1 code or reference.
_STAMPED = """
select e.seq, e.kind, e.at from dossier d join dossier_event e on e.dossier_id = d.id
where d.reference = $1 or d.code = $1 order by e.seq
"""
