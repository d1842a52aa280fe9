"""Reads as the table of permissions has them logged: granted ones and refused ones."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.organisation import access_log
from hoso_workflows.organisation.access_log import WITHIN, Access, Origin
from hoso_workflows.organisation.permissions import table
from hoso_workflows.organisation.permissions.readers import Reading
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.organisation.permissions.rights import ASSIGNERS, OFFICES, Rights
from hoso_workflows.organisation.permissions.table import View


def access(
    act: str,
    reader: UUID,
    subject: str | None,
    at: datetime,
    origin: Origin = WITHIN,
    *,
    reading: Reading | None = None,
) -> Access | None:
    """The row that a granted read leaves, or None.

    None for an act that is not logged, and for an applicant who reads what is theirs.
    """
    row = table.ACTS[act]
    if not row.logged or (reading and reading.view is View.APPLICANT):
        return None
    unit, behalf = (reading.unit, reading.on_behalf_of) if reading else (None, None)
    return Access(reader, act, subject, at, row.fields, unit, behalf, origin)


async def record(db: Database, found: Access | None, ids: Iterable[object] | None = None) -> None:
    """Record a granted read, before it is answered."""
    if found is not None:
        await access_log.record_read(db, found, ids)


def of_list(rights: Rights, act: str, unit: str | None = None) -> Reading:
    """The reading of a list by a right that the act takes."""
    offices, reached = table.offices(act), table.units(act, rights)
    below = (*offices, *(ASSIGNERS if Relation.HEAD_ABOVE in table.ACTS[act].who else ()))
    fitting = [
        right
        for right in rights.held
        if (right.role in offices or (right.role not in OFFICES and (right.unit in reached or not offices)))
        and (unit is None or unit in ((right.role in below and right.below) or {right.unit}))
    ]
    right = min(fitting, key=lambda each: each.rank(None), default=None)
    return Reading(View.OFFICER, right.unit if right else None, right.on_behalf_of if right else None)


@asynccontextmanager
async def refusals(
    db: Database,
    act: str,
    reader: UUID,
    subject: str | None,
    at: datetime,
    origin: Origin = WITHIN,
    *,
    unseen: bool = False,
) -> AsyncIterator[None]:
    """Record a refused read of a list.

    With `unseen` record also the refusal of what the reader may not see, which is told as if it did not exist.
    """
    try:
        yield
    except (errors.Forbidden, errors.NotFound) as refused:
        if unseen or isinstance(refused, errors.Forbidden):
            await access_log.record_refusal(db, reader, act, subject, at, origin)
        raise
