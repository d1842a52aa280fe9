"""Announcements for anybody: planned maintenance, outages that were made public, published changes of procedures.

They are read from what was entered elsewhere; nothing is announced here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, pagination
from hoso_workflows.pagination import Conditions, Keyset, Page

ANNOUNCED = Keyset("announced", changed_at=pagination.INSTANT, id=pagination.IDENTITY)


class Kind(StrEnum):
    """Kinds of announcements."""

    MAINTENANCE = "maintenance"
    OUTAGE = "outage"
    PROCEDURE = "procedure"


class State(StrEnum):
    """States of an announcement at an instant."""

    #: Of maintenance that has not begun.
    PLANNED = "planned"
    #: Of maintenance and of an outage.
    ONGOING = "ongoing"
    OVER = "over"
    CANCELLED = "cancelled"
    #: Of a procedure: as its decision says.
    NEW = "new"
    AMENDED = "amended"
    ABOLISHED = "abolished"


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something that anybody may read of."""

    kind: Kind
    id: UUID
    state: State
    unit_name: str
    #: The service, or the name of the procedure.
    title: str
    #: As it was written; empty for a procedure.
    text: str
    #: When it was last changed, and first made public for a procedure.
    changed_at: datetime
    #: Of maintenance and outages; the end of an outage is None while it lasts.
    starts_at: datetime | None
    ends_at: datetime | None
    #: Of a procedure: its code, its decision and the day from which it holds.
    code: str | None
    decision_no: str | None
    valid_from: date | None


async def current(db: Database, at: datetime) -> tuple[Announcement, ...]:
    """Maintenance that is not over, and outages that last, by their beginning."""
    rows = await db.rows(f"{_ALL} where a.state in ('planned', 'ongoing') order by a.starts_at, a.id", [at])
    return tuple(map(_announcement, rows))


async def listed(
    db: Database, at: datetime, *, limit: int = 20, after: str | None = None
) -> Page[Announcement]:
    """One page of all announcements, what was changed last first. Raises BadCursor."""
    wanted = Conditions()
    given = wanted.given(at)
    wanted.behind("a.changed_at, a.id", ANNOUNCED.values(after), falling=True)
    sql = f"{_ALL.replace('$1', given)} where {{conditions}} order by a.changed_at desc, a.id desc limit {{limit}}"
    return await pagination.page(db, sql, wanted, ANNOUNCED, limit=limit, item=_announcement)


async def one(db: Database, announcement: UUID, at: datetime) -> Announcement:
    """An announcement. Raises NotFound."""
    rows = await db.rows(f"{_ALL} where a.id = $2", [at, announcement])
    if not rows:
        raise errors.NotFound("announcement", announcement)
    return _announcement(rows[0])


def _announcement(row: Any) -> Announcement:
    return Announcement(
        Kind(row.kind),
        row.id,
        State(row.state),
        row.unit_name,
        row.title,
        row.text,
        row.changed_at,
        row.starts_at,
        row.ends_at,
        row.code,
        row.decision_no,
        row.valid_from,
    )


#: $1 now. What was taken back of an outage is in none of it.
_ALL = """
select a.* from (
  select 'outage' as kind, o.id, case when o.resolved_at is null then 'ongoing' else 'over' end as state, u.name as unit_name,
    o.service as title, o.announcement as text, greatest(o.reported_at, o.announced_at, o.resolved_at) as changed_at,
    o.began_at as starts_at, o.resolved_at as ends_at, null::text as code, null::text as decision_no, null::date as valid_from
  from outage o join unit u on u.code = o.unit_code where o.announcement is not null
  union all
  select 'maintenance', m.id, case
      when m.cancelled_at is not null then 'cancelled' when m.ends_at <= $1 then 'over' when m.starts_at <= $1 then 'ongoing'
      else 'planned'
    end, u.name, m.service, m.announcement, coalesce(m.cancelled_at, m.announced_at), m.starts_at, m.ends_at, null, null, null
  from maintenance m join unit u on u.code = m.unit_code
  union all
  select 'procedure', v.id, v.kind, u.name, v.name, '', v.entered_at, null, null, v.procedure_code, v.decision_no, v.valid_from
  from procedure_entry_version v join unit u on u.code = v.authority
) a
"""
