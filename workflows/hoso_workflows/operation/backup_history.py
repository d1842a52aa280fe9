"""Backups of the installation that it knows of, and what their rehearsals found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hoso_models.storage.database import Database

#: How old the newest whole backup may be: one a night, and the hours that a late one takes.
OLDEST = timedelta(hours=36)
#: How old the last rehearsal without a difference may be: one a month, and some days.
OLDEST_REHEARSAL = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup, and the files that its database names and that it lacks."""

    id: UUID
    taken_at: datetime
    missing: int
    damaged: int

    @property
    def lacks(self) -> int:
        """The number of files that it lacks."""
        return self.missing + self.damaged


@dataclass(frozen=True, slots=True)
class History:
    """Backups and rehearsals that an installation knows of."""

    newest: Taken | None
    #: As of when the newest whole one is.
    whole_at: datetime | None
    #: The last rehearsal, and the differences that it found.
    rehearsed_at: datetime | None
    differences: int | None
    #: The last rehearsal that found none.
    proved_at: datetime | None

    def stale(self, at: datetime) -> bool:
        """True where there is no whole backup that is young enough."""
        return self.whole_at is None or at - self.whole_at > OLDEST

    def unproved(self, at: datetime) -> bool:
        """True where the last rehearsal found something, or none proved a backup lately."""
        return bool(self.differences) or self.proved_at is None or at - self.proved_at > OLDEST_REHEARSAL

    def ages(self, at: datetime) -> Mapping[str, float | None]:
        """Seconds since the newest whole backup and the last proof; None where there was none."""
        known = {"whole": self.whole_at, "rehearsed": self.proved_at}
        return {name: None if when is None else (at - when).total_seconds() for name, when in known.items()}


async def record(db: Database, taken: Taken) -> None:
    """Record that a backup was taken."""
    await db.one_statement(_TAKEN, [taken.id, taken.taken_at, taken.missing, taken.damaged])


async def record_rehearsal(db: Database, taken: Taken, differences: int, *, at: datetime) -> None:
    """Record what a rehearsal found of a backup, known or not."""
    values = [taken.id, taken.taken_at, taken.missing, taken.damaged, at, differences]
    await db.one_statement(_REHEARSED, values)


async def read(db: Database) -> History:
    """The backups and rehearsals that are known."""
    row = await db.row(_KNOWN)
    newest = Taken(row.id, row.taken_at, row.missing, row.damaged) if row.id else None
    return History(newest, row.whole_at, row.rehearsed_at, row.differences, row.proved_at)


_TAKEN = "insert into backup (id, taken_at, missing, damaged) values ($1, $2, $3, $4)"
_REHEARSED = """
insert into backup (id, taken_at, missing, damaged, rehearsed_at, differences) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set rehearsed_at = excluded.rehearsed_at, differences = excluded.differences
"""
_KNOWN = """
select n.id, n.taken_at, n.missing, n.damaged, a.whole_at, r.rehearsed_at, r.differences, a.proved_at
from (
  select max(taken_at) filter (where missing = 0 and damaged = 0) as whole_at,
    max(rehearsed_at) filter (where differences = 0) as proved_at
  from backup
) a
left join lateral (select * from backup order by taken_at desc limit 1) n on true
left join lateral (select * from backup where rehearsed_at is not null order by rehearsed_at desc limit 1) r on true
"""
