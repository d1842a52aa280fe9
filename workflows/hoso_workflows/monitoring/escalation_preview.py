"""Preview of the escalation sweep: whom it would tell at an instant, of what.

It asks the same statements as the sweep and writes nothing, so what it shows is what a sweep at that instant sends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import EscalationSubject, RungSubject, errors
from hoso_models.storage.database import Database
from hoso_workflows import pagination
from hoso_workflows.ladder import owed_reports, rungs
from hoso_workflows.monitoring import escalation, escalation_statements, overdue
from hoso_workflows.monitoring.escalation_statements import Portion
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Keyset, Page

#: The number of the portion of owed reports, behind all others.
_REPORTS = len(escalation_statements.PORTIONS)
#: More rows than there are.
_ALL = 2**62
#: The order of the preview: kind of portion, place in it.
PLACES = Keyset("escalation", portion=pagination.NUMBER, placed=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A notice that a sweep would send, if there is somebody to be told."""

    #: That of the dossier, of the step, or of the report.
    id: UUID
    kind: EscalationSubject
    #: The count of terms; each is told of once.
    cycle: int
    #: The name of the rung.
    level: str
    #: What the rung watches.
    watched: RungSubject
    #: None where it is about a report.
    reference: str | None
    #: None before acceptance.
    code: str | None
    procedure: str | None
    #: The unit that is responsible; where there is nobody to be told, the one that lacks them.
    unit: str
    unit_name: str
    step: str | None
    due: datetime
    #: None where the unit has neither an officer at it nor a head.
    recipient: UUID | None
    recipient_name: str | None
    #: Name and period of a report; None where it is about a dossier.
    report: str | None = None
    period: str | None = None


@dataclass(slots=True)
class _Walk:
    """A walk through the portions until a page is full."""

    db: Database
    held: rungs.Held
    #: Parameter $21: beyond which instant nothing counts as told.
    beyond: datetime | None
    units: list[str] | None
    most: int
    scope: Scope | None
    #: True for what the scope is told as a number only, instead of the rest.
    counted: bool = False
    size: int = escalation.PORTION
    rows: list[dict[str, Any]] = field(default_factory=list)


async def preview(
    db: Database,
    calendars: overdue.Calendars,
    units: Sequence[str] | None,
    scope: Scope | None = None,
    *,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
) -> Page[Foreseen]:
    """One page of the notices that a sweep would send at `at`.

    Those of these units, None for all, that a scope is told one by one. Dossiers first, then steps, receptions, consultations,
    supplements, returns, owed reports, each in the order of their due dates or filing. A page is longer where several stand at
    its last place. Raises BadCursor.
    """
    number, *place = PLACES.values(after) or (0, None, None)
    walk = await _begun(db, calendars, units, scope, at, limit + 1)
    await _along(walk, number, place)
    if len(walk.rows) < walk.most and walk.held.of(RungSubject.REPORT):
        await _owed_reports(walk, place if number == _REPORTS else [None, None])
    return _cut(walk.rows, limit)


async def counted(
    db: Database, calendars: overdue.Calendars, units: Sequence[str] | None, scope: Scope | None, at: datetime
) -> int:
    """Number of those notices that a scope is told as a number only."""
    if scope is None or not scope.counted:
        return 0
    walk = await _begun(db, calendars, units, scope, at, _ALL)
    walk.counted = True
    await _along(walk, 0, [None, None])
    return len(walk.rows)


async def _begun(
    db: Database,
    calendars: overdue.Calendars,
    units: Sequence[str] | None,
    scope: Scope | None,
    at: datetime,
    most: int,
) -> _Walk:
    held = await rungs.load(db, calendars, at=at)
    return _Walk(db, held, await _beyond(db, at), None if units is None else list(units), most, scope)


async def _along(walk: _Walk, number: int, place: list[Any]) -> None:
    """Walk through the portions of dossiers from a place in one of them."""
    for each, portion in enumerate(escalation_statements.PORTIONS):
        if each >= number and len(walk.rows) < walk.most and walk.held.of(portion.subject):
            await _through(walk, each, portion, place if each == number else [None, None])


def _cut(rows: list[dict[str, Any]], limit: int) -> Page[Foreseen]:
    """A page of the rows, with all of its last place.

    The next one begins behind that place.
    """
    end = min(limit, len(rows))
    while 0 < end < len(rows) and PLACES.cursor(rows[end]) == PLACES.cursor(rows[end - 1]):
        end += 1
    shown = rows[:end]
    return Page(tuple(map(_foreseen, shown)), PLACES.cursor(shown[-1]) if end < len(rows) else None)


async def _owed_reports(walk: _Walk, place: list[Any]) -> None:
    """Show reports that are owed, behind a place."""
    known = owed_reports.parameters(walk.held)
    asked = [*known, walk.beyond, walk.units, *place, walk.most - len(walk.rows)]
    found = await walk.db.rows(owed_reports.SHOW, asked)
    walk.rows += [{**row, "portion": _REPORTS} for row in found]


async def _beyond(db: Database, at: datetime) -> datetime | None:
    """The instant beyond which a sweep takes back what was told; None where it takes nothing back."""
    beyond = at + escalation.TOLERANCE
    return beyond if await db.rows(_AHEAD, [escalation.JOB, beyond]) else None


async def _through(walk: _Walk, number: int, portion: Portion, place: list[Any]) -> None:
    """Show one kind, portion by portion; smaller ones where a portion takes too long."""
    going = True
    while going and len(walk.rows) < walk.most:
        try:
            found, end = await _shown(walk, portion, place)
        except errors.TooSlow:
            if walk.size <= escalation.LEAST:
                raise
            walk.size = max(escalation.LEAST, walk.size // 4)
        else:
            walk.rows += [{**row._mapping, "portion": number} for row in found]
            place, going = end, end != [None, None]


async def _shown(walk: _Walk, portion: Portion, place: list[Any]) -> tuple[Any, list[Any]]:
    """The rows that are due in the portion behind a place, and its end."""
    async with walk.db.transaction() as tx:
        await tx.rows(_PLANNED)
        ends = await tx.rows(portion.end_within, [*place, walk.size - 1, walk.units])
        end = list(ends[0]) if ends else [None, None]
        known = escalation_statements.parameters(walk.held, portion.subject)
        kept_back = ([], [], []) if walk.scope is None else walk.scope.kept_back
        asked = [*known, *place, *end, walk.beyond, walk.units, walk.most - len(walk.rows)]
        return await tx.rows(portion.show, [*asked, *kept_back, walk.counted]), end


def _foreseen(row: dict[str, Any]) -> Foreseen:
    named = {name: value for name, value in row.items() if name not in ("placed", "portion")}
    return Foreseen(
        **{**named, "kind": EscalationSubject(row["kind"]), "watched": RungSubject(row["watched"])}
    )


_AHEAD = "select from watermark where job = $1 and at > $2"
#: Each portion is planned for itself, as those of a sweep.
_PLANNED = "select set_config('plan_cache_mode', 'force_custom_plan', true)"
