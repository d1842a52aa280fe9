"""Counts of sites that show the catalogue (S-09).

They have host, use and day, and nothing of readers.

    tally.saw(host, SiteUse.FRAME, at)
    await tally.keep(db)

A worker counts in memory and adds its counts to the table each minute, in one statement, so that a read of a public page
writes nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hoso_models import SiteUse
from hoso_models.errors import StorageError
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.embedding import sites

LIST = "list_embedding_sites"
#: Hosts that a day has at most, and different counts that a worker holds. What is more counts without a host.
MOST = 1_000
#: Time between two additions to the table.
PAUSE = timedelta(minutes=1)
#: How long counts are kept: a year, and the same days of the year before.
KEPT = timedelta(days=400)


@dataclass(slots=True)
class Tally:
    """The counts of this worker that are not in the table yet."""

    counts: Counter[tuple[date, str, SiteUse]] = field(default_factory=Counter)

    def saw(self, host: str, use: SiteUse, at: datetime) -> None:
        """Count a use by a site at an instant. An empty host is one that is not told."""
        key = localtime.local_date(at), host, use
        if key not in self.counts and len(self.counts) >= MOST:
            key = key[0], "", use
        self.counts[key] += 1

    async def keep(self, db: Database) -> None:
        """Add the counts to the table. Where that fails it holds them. Raises StorageError."""
        if not self.counts:
            return
        taken, self.counts = self.counts, Counter()
        try:
            await db.one_statement(_KEEP, [*map(list, zip(*_columns(taken), strict=True)), MOST])
        except BaseException:
            self.counts.update(taken)
            raise


async def serve(tally: Tally, db: Database) -> None:
    """Add the counts to the table each minute, for ever."""
    while True:
        await asyncio.sleep(PAUSE.total_seconds())
        with suppress(StorageError):
            await tally.keep(db)


def _columns(taken: Counter[tuple[date, str, SiteUse]]) -> list[tuple[date, str, str, int]]:
    return [(day, host, use.value, number) for (day, host, use), number in taken.items()]


def host_of(headers: Mapping[str, str], own: str) -> str | None:
    """The host of the site that asks, by Origin or Referer alone.

    Empty where it does not say so; None where the site is ours.
    """
    said = headers.get("origin") or headers.get("referer") or ""
    found = sites.host(said)
    return None if found and found == sites.named(own) else found


@dataclass(frozen=True, slots=True)
class Seen:
    """Number of times that a site has shown something in a period."""

    #: Empty for sites that do not say who they are.
    host: str
    #: The agency whose system it is; None for a site in no register.
    unit: str | None
    unit_name: str | None
    #: Numbers by use.
    uses: Mapping[str, int]
    first: date
    last: date

    @property
    def number(self) -> int:
        """All uses together."""
        return sum(self.uses.values())


async def listed(db: Database, first: date, last: date, tally: Tally | None = None) -> list[Seen]:
    """The sites of a period, both days included, those that show most first.

    With what a tally has not kept yet. Nothing is written.
    """
    units: dict[str, tuple[str, str]] = {}
    for row in await db.rows(_SYSTEMS):
        units.setdefault(sites.host(row.address), (row.unit_code, row.name))
    counts = Counter(
        {(row.day, row.host, row.kind): row.seen for row in await db.rows(_LISTED, [first, last])}
    )
    if tally is not None:
        counts.update({key: number for key, number in tally.counts.items() if first <= key[0] <= last})
    hosts = {host for _, host, _ in counts}
    found = [_seen(host, counts, units.get(host) if host else None) for host in hosts]
    return sorted(found, key=lambda each: (-each.number, each.host))


def _seen(host: str, counts: Counter[tuple[date, str, str]], unit: tuple[str, str] | None) -> Seen:
    own = {key: number for key, number in counts.items() if key[1] == host}
    uses: Counter[str] = Counter()
    for (_, _, use), number in own.items():
        uses[str(use)] += number
    days = [day for day, _, _ in own]
    code, name = unit or (None, None)
    return Seen(host, code, name, dict(sorted(uses.items())), min(days), max(days))


async def forget(db: Database, *, at: datetime) -> int:
    """Delete the counts of days that are long gone; return their number."""
    ((gone,),) = await db.one_statement(_FORGET, [localtime.local_date(at - KEPT)])
    return int(gone)


#: $1 days, $2 hosts, $3 uses, $4 numbers, $5 hosts that a day has at most.
_KEEP = """
with given as (
  select * from unnest($1::date[], $2::text[], $3::text[], $4::int[]) as g(day, host, kind, number)
), placed as (
  select g.day, g.kind, g.number, case when exists (select from embedding_seen s where s.day = g.day and s.host = g.host)
    or (select count(distinct s.host) from embedding_seen s where s.day = g.day and s.host <> '')
      + dense_rank() over (partition by g.day order by g.host = '', g.host) <= $5::int then g.host else '' end as host
  from given g
)
insert into embedding_seen as s (day, host, kind, seen)
select day, host, kind, sum(number)::int from placed group by day, host, kind order by day, host, kind
on conflict (day, host, kind) do update set seen = s.seen + excluded.seen
"""
_SYSTEMS = """
select s.address, s.unit_code, u.name from agency_system s join unit u on u.code = s.unit_code
where s.address is not null order by s.state = 'ended', s.unit_code, s.name
"""
_LISTED = "select day, host, kind, seen from embedding_seen where day between $1 and $2"
#: In one go: a day has few rows.
_FORGET = """
with gone as (delete from embedding_seen where day < $1 returning 1) select count(*) from gone
"""
