"""Ratings of dossiers by their applicants: once, changeable for some days.

Circular 32/2017/TT-BTTTT, article 12, names the contents and the levels.

A rating is no event of its dossier: officers read the events with who did them, and nobody of an authority reads whose rating
one is. They read figures, by unit, service and content (`reports.forms.satisfaction`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import Satisfaction
from hoso_models.storage.database import Database
from hoso_models.tables.rating import CHANGEABLE
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import views
from hoso_workflows.feedback import refusals
from hoso_workflows.organisation.access_log import WITHIN, Origin

READ, RATE = "get_rating", "rate_dossier"


@dataclass(frozen=True, slots=True)
class Marks:
    """Rating of a dossier: a level for each content, and a comment."""

    overall: Satisfaction
    convenience: Satisfaction
    timeliness: Satisfaction
    attitude: Satisfaction
    comment: str = ""


async def rate(
    db: Database, key: str, marks: Marks, *, by: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """Rate one's dossier, or change the rating; the same once more changes nothing.

    Raises NotFound, also for whoever is not its applicant, RatingNotOpen, RatingClosed, Erased.
    """
    row, _ = await views.readable(db, RATE, key, by, at, origin)
    if row.erased_at is not None:
        raise errors.Erased(row.reference)
    if row.result_ready_at is None:
        raise refusals.RatingNotOpen(row.reference)
    said = [getattr(marks, name).value for name in ("overall", "convenience", "timeliness", "attitude")]
    given = [row.id, *said, marks.comment.strip() or None, at, by, at - CHANGEABLE]
    rows = await db.one_statement(_RATE, given)
    if rows:
        return _shown(rows[0])
    before = await db.row(_RATING, [row.id])
    assert before is not None  # noqa: S101 - it is there, else it would have been given
    raise refusals.RatingClosed(before.given_at + CHANGEABLE)


async def of_dossier(
    db: Database, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any] | None:
    """One's own rating of a dossier, None before it is given. Raises NotFound, also for officers."""
    row, _ = await views.readable(db, READ, key, reader, at, origin)
    found = await db.row(_RATING, [row.id])
    return None if found is None else _shown(found)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("overall", "convenience", "timeliness", "attitude", "comment")
    return {
        **{name: row[name] for name in names},
        **{name: localtime.isoformat(row[name]) for name in ("given_at", "changed_at")},
        "changeable_until": localtime.isoformat(row["given_at"] + CHANGEABLE),
    }


#: $1 dossier, $2 to $5 levels, $6 comment, $7 now, $8 by whom, $9 the earliest that is changed.
_RATE = """
insert into rating as r (dossier_id, overall, convenience, timeliness, attitude, comment, given_at, given_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (dossier_id) do update set overall = excluded.overall, convenience = excluded.convenience,
  timeliness = excluded.timeliness, attitude = excluded.attitude, comment = excluded.comment,
  changed_at = case when (r.overall, r.convenience, r.timeliness, r.attitude, r.comment)
    is distinct from (excluded.overall, excluded.convenience, excluded.timeliness, excluded.attitude, excluded.comment)
    then excluded.given_at else r.changed_at end
where r.given_at >= $9
returning *
"""
_RATING = "select * from rating where dossier_id = $1"
