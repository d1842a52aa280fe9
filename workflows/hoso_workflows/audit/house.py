"""Comparison of the house's own rows with seals and numbers (ADR 0087)."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hoso_calendar.messages import Message, say
from hoso_models.storage import seals
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.audit import stored_rows
from hoso_workflows.audit.finding import ABSENT, PRESENT, Difference
from hoso_workflows.letters import numbering
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.operation import demonstration, sweep_progress
from hoso_workflows.organisation import administration
from hoso_workflows.organisation.permissions import procedure_rights

#: How far apart the clocks of several machines may be.
TOLERANCE = timedelta(minutes=5)
#: Lines of the access log behind which a statement begins no other day.
LINES = 100_000
#: How many numbers acts that were then not stored may have taken behind the last one that was given out.
UNUSED = 100
#: The act by which an operator seals a row that was put right by hand.
ROW_SEALED = "row_sealed"
#: The jobs that remember how far they have come.
JOBS = sorted({*map(str, sweep_progress.Sweep), *demonstration.MARKS})
_WHY: Mapping[str, Message] = {
    "missing": say("missing"),
    "altered": say("was altered after it was written"),
    "head": say("is not the head that is kept"),
}
_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class SealedDifference(Difference):
    """A row that is not as the application left it."""

    #: The number of its newest seal; None for a row that was never sealed.
    seal: int | None = None
    #: When that was, and by which act of administration, where there was one.
    sealed_at: datetime | None = None
    act: str | None = None

    @property
    def sentence(self) -> Message:
        """The difference for people."""
        told = say(
            "{row}: {what} is stored as {stored!r}, its seal says {said!r}",
            row=self.reference,
            what=self.what,
            stored=self.stored,
            said=self.said,
        )
        if self.act is not None:
            return say("{told} (last changed by act {act})", told=told, act=self.act)
        if self.sealed_at is not None:
            return say("{told} (sealed at {at})", told=told, at=localtime.isoformat(self.sealed_at))
        return told


async def differences(db: Database, at: datetime) -> list[Difference]:
    """Every difference of the house, at an instant that no job can have passed."""
    return [
        *[each async for each in _chain(db)],
        *await _rows(db),
        *[each async for each in _days(db)],
        *[each async for each in _codes(db)],
        *[each async for each in _counters(db)],
        *[each async for each in _to_come(db, at)],
        *[each async for each in _ahead(db, at)],
        *[each async for each in stored_rows.differences(db, at)],
    ]


async def seal(db: Database, row: str, reason: str, actor: UUID, at: datetime) -> None:
    """Seal a row, named as findings name it, that was put right by hand. Raises NotFound.

    The act stands in the chain of an authority at the top of the tree.
    """
    table, _, key = row.partition(" ")
    top = min(await procedure_rights.top_units(db, localtime.local_date(at)))
    async with db.transaction() as tx:
        await administration.record_of(tx, top, ROW_SEALED, row, Actor(actor), at, reason=reason)
        if not key or not await seals.seal_again(tx, table, key):
            raise errors.NotFound("row", row)


async def _chain(db: Database) -> AsyncIterator[Difference]:
    broken = await seals.broken(db)
    if broken is not None:
        yield Difference(
            say("seals of the house"), say("seal {n}", n=broken.number), _WHY[broken.why], say("unaltered")
        )
    for table in await seals.unwatched(db):
        yield Difference(table, say("trigger that has its rows sealed"), ABSENT, PRESENT)


async def _rows(db: Database) -> list[Difference]:
    found = [_difference(row) for row in await seals.differences(db)]
    found += [_changed_beside(row, name) for row in await seals.beside(db) for name in row.beside]
    numbers = list({each.seal for each in found if each.seal is not None})
    acts = {row.number: row for row in await db.rows(_ACTS, [numbers])} if numbers else {}
    return [each if each.seal is None else _attributed(each, acts[each.seal]) for each in found]


def _difference(row: Any) -> SealedDifference:
    reference = f"{row.table_name} {row.key}"
    if row.name is None:
        stored, said = (PRESENT if each else ABSENT for each in (row.stored, row.sealed))
        return SealedDifference(reference, say("row"), stored, said, seal=row.number)
    return SealedDifference(reference, row.name, row.stored, row.sealed, seal=row.number)


def _changed_beside(row: Any, name: str) -> SealedDifference:
    return SealedDifference(
        f"{row.table_name} {row.key}",
        say("row") if name == "*" else name,
        say("changed before seal {n}, and not by the application", n=row.number),
        say("unaltered"),
        seal=row.number,
    )


def _attributed(difference: SealedDifference, row: Any) -> SealedDifference:
    act = None if row.act is None else f"{row.authority} {row.act} {row.kind}"
    return replace(difference, sealed_at=row.at, act=act)


async def _days(db: Database) -> AsyncIterator[Difference]:
    """Differences of closed days of the access log. Open days cannot be judged yet."""
    for row in await _differing_days(db):
        reference = f"access_log {row.day}"
        for number, digest, numbers, digests in (
            ("lines", "digest", say("lines"), say("digest of the lines")),
            ("erasures", "erasures_digest", say("lines of erasures"), say("digest of the lines of erasures")),
        ):
            stored, said = row[number], row[f"closed_{number}"]
            if stored != said:
                yield SealedDifference(reference, numbers, stored, said)
            elif row[digest] != row[f"closed_{digest}"]:
                yield SealedDifference(reference, digests, row[digest].hex(), row[f"closed_{digest}"].hex())
        if row.late:
            yield SealedDifference(reference, say("lines written after the day was closed"), row.late, 0)


async def _differing_days(db: Database) -> list[Any]:
    """The differing days, a limited number of lines in each statement."""
    starts = [row.day for row in await db.rows(_STARTS, [LINES])]
    return [
        row
        for first, following in pairwise([None, *starts[1:], None])
        for row in await db.rows(_DAYS, [first, following])
    ]


async def _codes(db: Database) -> AsyncIterator[Difference]:
    """The days of a unit whose next code is given already, or far ahead."""
    given = {row.beginning: row.number for row in await db.rows(_CODES)}
    counters = {
        _NUMBER.sub("", numbering.code(row.unit_code, row.day, row.last)): row
        for row in await db.rows("select unit_code, day, last from code_sequence order by unit_code, day")
    }
    for beginning, number in given.items():
        row = counters.get(beginning)
        stored = 0 if row is None else row.last
        if stored < number:
            name = beginning if row is None else f"{row.unit_code} {row.day}"
            yield Difference(f"code_sequence {name}", "last", stored, number)
    for beginning, row in counters.items():
        most = given.get(beginning, 0) + UNUSED
        if row.last > most:
            yield Difference(
                f"code_sequence {row.unit_code} {row.day}", "last", row.last, say("at most {most}", most=most)
            )


async def _counters(db: Database) -> AsyncIterator[Difference]:
    """The series and feeds whose next number is given already, or far ahead."""
    for row in await db.rows(_COUNTERS):
        yield Difference(row.counter, row.name, row.stored, row.given)
    for row in await db.rows(_LETTERS_AHEAD, [UNUSED]):
        yield Difference(row.counter, "last", row.stored, say("at most {most}", most=row.most))


async def _to_come(db: Database, at: datetime) -> AsyncIterator[Difference]:
    """Counters of days and years to come; no act takes their numbers."""
    day = localtime.local_date(at + TOLERANCE)
    for row in await db.rows(_TO_COME, [day, day.year]):
        yield Difference(row.counter, row.name, row.stored, say("no later than now"))


async def _ahead(db: Database, at: datetime) -> AsyncIterator[Difference]:
    """The jobs that would leave out what has yet to happen, or are unknown."""
    for row in await db.rows("select job from watermark where job <> all($1::text[]) order by job", [JOBS]):
        yield Difference(f"watermark {row.job}", say("row"), PRESENT, ABSENT)
    for row in await db.rows("select job, at from watermark where at > $1 order by job", [at + TOLERANCE]):
        yield Difference(f"watermark {row.job}", "at", row.at, say("no later than now"))


#: $1 numbers of seals. The act is the one about the row, else the last of its transaction.
_ACTS = """
select s.number, s.at, e.authority, e.number as act, e.kind
from row_seal s
left join lateral (
  select e.authority, e.number, e.kind
  from row_seal c
  cross join lateral (
    select coalesce(max((b.plain ->> 'number')::int), 0) as number from (
      select b.plain from row_seal b
      where b.table_name = c.table_name and b.key = c.key and b.number < c.number order by b.number desc limit 1) b
  ) before
  join administration_event e on e.authority = c.key and e.number > before.number
    and e.number <= (c.plain ->> 'number')::int
  where c.number between s.first and s.number and c.first = s.first and c.table_name = 'administration_chain'
    and s.first > 1
  order by (e.subject = s.key) desc, e.at desc, e.number desc limit 1
) e on true
where s.number = any ($1::bigint[])
"""
#: $1 lines. The first day of each statement.
_STARTS = """
select min(day) as day from (
  select day, div(sum(lines + erasures) over (order by day) - lines - erasures, $1) as place from access_day
) placed group by place order by place
"""
#: $1 the first day, $2 the one behind the last; null is without end.
_DAYS = "select * from access_day_differences(coalesce($1::date, '-infinity'), coalesce($2::date - 1, 'infinity'))"
_CODES = """
select regexp_replace(code, '[0-9]+$', '') as beginning, max((regexp_match(code, '[0-9]+$'))[1]::numeric)::bigint as number
from dossier where code ~ '[0-9]$' group by 1 order by 1
"""
_COUNTERS = """
select concat_ws(' ', 'letter_series', l.unit_code, l.form, l.year) as counter, 'last' as name, coalesce(s.last, 0) as stored,
  l.number as given
from (select unit_code, form, year, max(number) as number from letter group by unit_code, form, year) l
left join letter_series s on (s.unit_code, s.form, s.year) = (l.unit_code, l.form, l.year)
where l.number > coalesce(s.last, 0)
union all
select 'portal_feed ' || p.portal, 'place', coalesce(f.place, 0), p.place
from (select portal::text as portal, max(place) as place from portal_status group by portal) p
left join portal_feed f on f.portal::text = p.portal
where p.place > coalesce(f.place, 0)
order by 1
"""
#: $1 today, $2 this year.
_TO_COME = """
select concat_ws(' ', 'code_sequence', unit_code, day) as counter, 'day' as name, day::text as stored from code_sequence where day > $1
union all
select concat_ws(' ', 'letter_series', unit_code, form, year), 'year', year::text from letter_series where year > $2
order by 1
"""
#: $1 how many numbers may be unused.
_LETTERS_AHEAD = """
select concat_ws(' ', 'letter_series', s.unit_code, s.form, s.year) as counter, s.last as stored,
  coalesce(max(l.number), 0) + $1::int as most
from letter_series s left join letter l on (l.unit_code, l.form, l.year) = (s.unit_code, s.form, s.year)
group by s.unit_code, s.form, s.year, s.last having s.last > coalesce(max(l.number), 0) + $1::int
order by 1
"""
