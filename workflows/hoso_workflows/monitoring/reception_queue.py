"""Reception queue: dossiers that reception has to answer, earliest due first, overdue ones marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables import clock_stop, dossier
from hoso_workflows import pagination
from hoso_workflows.monitoring.overdue import (
    AT_OFFICER,
    Calendars,
    Lateness,
    Units,
    discreet,
    followed,
    page_of_dossiers,
)
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Conditions, Keyset, Page

WAITING = Keyset("waiting", due=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class WaitingReception:
    """A dossier that reception has neither accepted nor refused.

    It waits for nobody else.
    """

    id: UUID
    reference: str
    procedure: str
    procedure_name: str
    #: The receiving unit.
    unit: str
    unit_name: str
    filed_at: datetime
    #: By when reception has to answer.
    due: datetime
    step: str | None
    step_name: str | None
    #: The unit that has it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    #: True when that has passed.
    overdue: bool
    #: By how much; None while it has not passed.
    lateness: Lateness | None


async def receptions(
    db: Database,
    calendars: Calendars,
    *,
    at: datetime,
    scope: Scope | None = None,
    unit: Units = None,
    officer: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[WaitingReception]:
    """One page of the dossiers that wait at `at`.

    Of what a scope follows, or of all. Filters: receiving unit, officer who has the step.
    """

    def waiting(row: Any) -> WaitingReception:
        late = row.due < at
        lateness = Lateness.between(calendars[row.unit], row.due, at) if late else None
        return WaitingReception(**discreet(row, scope), overdue=late, lateness=lateness)

    asked = _asked(scope, unit, each=True)
    tracking.told(asked, scope)
    if officer:
        asked.add(AT_OFFICER, officer)
    asked.behind("reception_due, id", WAITING.values(after))
    return await pagination.page(db, _WAITING, asked, WAITING, limit=limit, item=waiting)


async def count(db: Database, unit: Units) -> int:
    """The number of dossiers that wait for reception in these units, on all pages."""
    asked = _asked(None, unit, each=False)
    row = await db.row(f"select count(*)::int as n from dossier where {asked}", asked.parameters)  # noqa: S608 - conditions of this module
    return row.n if row else 0


async def applicants(db: Database, dossiers: Sequence[UUID]) -> Mapping[UUID, str]:
    """Names of applicants by dossier. Whoever shows them logs the reading."""
    return {row.id: row.name or "" for row in await db.rows(_APPLICANTS, [list(dossiers)])}


async def counted_receptions(db: Database, scope: Scope | None, unit: Units, _: datetime) -> int:
    """Number of dossiers at reception that a scope is told as a number."""
    return await tracking.counted(db, "dossier", _asked(scope, unit, each=False), scope)


def _asked(scope: Scope | None, unit: Units, *, each: bool) -> Conditions:
    standing_still = clock_stop.stands_still("dossier.id", each=each)
    asked = followed(scope, dossier.AT_RECEPTION, "reception_due is not null", f"not {standing_still}")
    asked.equal("receiving_unit", unit)
    return asked


_APPLICANTS = (
    "select d.id, p.name from dossier d join party p on p.id = d.applicant_id where d.id = any($1::uuid[])"
)
_WAITING = page_of_dossiers(
    "d.reference, d.filed_at",
    "receiving_unit",
    "reception_due",
    "left join user_task s on s.dossier_id = d.id and s.milestone = 'accept' and s.status = 'open'",
)
