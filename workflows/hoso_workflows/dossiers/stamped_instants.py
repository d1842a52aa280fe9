"""Stamped instants of a dossier's events, listed for a correction."""

from dataclasses import dataclass
from datetime import datetime

from hoso_models.storage.database import Database
from hoso_workflows import errors


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


#: $1 code or reference.
_STAMPED = """
select e.seq, e.kind, e.at from dossier d join dossier_event e on e.dossier_id = d.id
where d.reference = $1 or d.code = $1 order by e.seq
"""
