"""Bundled calendars, stored as first versions when a unit first keeps them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import hoso_calendar as wt
from hoso_models.storage.database import Transaction


def names() -> frozenset[str]:
    """The calendars that come with hoso."""
    return frozenset(wt.names())


async def ensure(tx: Transaction, calendars: Iterable[str], *, at: datetime, by: UUID | None = None) -> None:
    """Store bundled calendars and their parents, those that are not there yet."""
    for calendar in sorted(set(calendars)):
        for name in reversed(wt.sources(calendar)):
            documents = {each: data.decode() for each, data in wt.sources(name).items()}
            cal = wt.load(name)
            await tx.rows(_STORE, [name, cal.version, documents, at, by, cal.name])


#: $1 calendar, $2 version, $3 documents, $4 instant, $5 by whom, $6 name.
_STORE = """
with c as (
  insert into calendar (id, name, version, created_at, created_by) values ($1, $6, $2, $4, $5)
  on conflict (id) do update set version = excluded.version where calendar.version is null returning id
)
insert into calendar_version (calendar, version, documents, created_at, created_by)
select id, $2, $3::jsonb, $4, $5 from c on conflict (calendar, version) do nothing
"""
