"""Alterations of stored rows behind everybody's back, made from the schema.

A value of every column is altered, a row of every table deleted and another invented. Whoever does it owns the tables: triggers are
off and constraints are gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hoso_models import errors
from hoso_models.storage.database import Database
from hoso_workflows.audit import unjudged

#: Tables of the tool that lays tables.
OF_TOOLS = frozenset({"alembic_version"})
#: What is done to a row as a whole.
DELETED, INVENTED = unjudged.DELETED, unjudged.INVENTED
#: Table → order in which the row that is altered is chosen, where another one than the newest says more.
FIRST: Mapping[str, str] = {
    # What an audit knows least of: a session that nothing replaced, a notice that somebody else than the recipient read, the newest
    # status of a portal that only reads.
    "browser_session": "x.ended_at is null, x.successor_id is not null",
    # Of a run that is damaged already, nothing further can be read.
    "engine_state": "exists (select from damaged_run r where r.dossier_id = x.dossier_id)",
    "notice": "exists (select from outbox o where o.id = x.message_id and o.recipient_id = x.principal_id)",
    # That of a portal's status: the others are proved by what was told.
    "outbox": "not exists (select from portal_status p where p.key = x.dedup_key)",
    "portal_status": "exists (select from outbox o where o.dedup_key = x.key), x.number desc",
    # Without digests the salt says nothing.
    "row_seal": "x.digests is null or x.digests = '{}', x.number desc",
}


class Refused(Exception):
    """The database takes no such row, whatever is tried."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is written, as the catalogue of the database tells of it."""

    table: str
    name: str
    #: As `int4`, `_text`.
    type: str
    #: The column that it refers to, as (table, column).
    refers: tuple[str, str] | None
    #: The first of the words that are allowed; None where any is.
    first: str | None
    #: True where a row needs a value and the database gives none.
    needed: bool
    #: True for a part of the key.
    key: bool

    @property
    def cast(self) -> str:
        """The type as SQL spells it."""
        return f"{self.type[1:]}[]" if self.type.startswith("_") else self.type


@dataclass(frozen=True, slots=True)
class Alteration:
    """A column that is altered, or a row that is deleted or invented."""

    table: str
    what: str
    #: Of the table, in order.
    columns: Sequence[Column]

    def __str__(self) -> str:
        return f"{self.table}.{self.what}"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a row."""

    part: str
    at: str

    @property
    def here(self) -> str:
        return f"tableoid = '{self.part}'::regclass and ctid = '{self.at}'::tid"


async def columns(db: Database) -> list[Column]:
    """The columns of all tables, in order."""
    return [
        Column(
            row.table,
            row.name,
            row.type,
            (row.there, row.target) if row.there else None,
            row.first,
            row.needed,
            row.key,
        )
        for row in await db.rows(_COLUMNS)
        if row.table not in OF_TOOLS
    ]


def alterations(found: Sequence[Column]) -> Iterator[Alteration]:
    """One of each column, and two of each table."""
    for table, those in groupby(found, key=lambda each: each.table):
        own = list(those)
        yield from (
            Alteration(table, what, own) for what in (*(each.name for each in own), DELETED, INVENTED)
        )


async def fill(
    db: Database, owner: Database, found: Sequence[Column], given: Mapping[str, Mapping[str, str]]
) -> None:
    """Write a row into every table that has none, as the application writes where it may.

    A value that is not given refers to what is there, is the first word of its list, or any of its type.
    """
    empty = {
        table: list(those)
        for table, those in groupby(found, key=lambda each: each.table)
        if not await db.rows(f"select 1 from {table} limit 1")  # noqa: S608 - names of our own
    }
    while empty:
        table = next(each for each, those in empty.items() if not _awaited(each, those).intersection(empty))
        said = given.get(table, {})
        values = {
            each.name: said.get(each.name) or _plain(each)
            for each in empty.pop(table)
            if each.needed or each.name in said
        }
        made = f"insert into {table} ({', '.join(values)}) select {', '.join(values.values())}"
        try:
            await db.one_statement(made, [])
        except errors.DatabaseRefused:
            await owner.one_statement(made, [])


def _awaited(table: str, columns: Sequence[Column]) -> set[str]:
    """The other tables to which a row of a table has to refer."""
    return {each.refers[0] for each in columns if each.needed and each.refers} - {table}


def _plain(column: Column) -> str:
    if column.refers:
        table, name = column.refers
        return f"(select {name} from {table} order by 1 limit 1)"  # noqa: S608 - names of our own
    return column.first or _OTHER[column.type].format(c=f"null::{column.cast}")


async def free(owner: Database, *, unique: bool = True) -> None:
    """Take away what refuses rows by itself: triggers, checks, references, numbers that the database gives.

    What keeps rows unique stays where a program that writes into the tables is to go on.
    """
    async with owner.transaction() as tx:
        for row in await tx.rows(_REFUSING, [["c", "f", "u"] if unique else ["c", "f"], unique]):
            await tx.rows(row.statement)


@asynccontextmanager
async def altered(owner: Database, each: Alteration) -> AsyncIterator[str]:
    """An alteration that lasts as long as the block; the reference of its dossier, "" where it is of none."""
    place, reference = await chosen(owner, each)
    back = await alter(owner, each, place)
    try:
        yield reference
    finally:
        async with owner.transaction() as tx:
            await tx.rows(*back)


async def chosen(owner: Database, each: Alteration) -> tuple[Place, str]:
    """The row that is altered, and the reference of its dossier."""
    name = next((column.name for column in each.columns if column.name == each.what), None)
    order = f"{FIRST[each.table]}, " if each.table in FIRST else f"{name} is null, " if name else ""
    (row,) = await owner.rows(
        f"select tableoid::regclass::text as part, ctid::text as at from {each.table} x"  # noqa: S608 - names of our own
        f" order by {order}ctid desc limit 1"
    )
    place = Place(row.part, row.at)
    return place, await _dossier(owner, each.table, place)


async def alter(owner: Database, each: Alteration, place: Place) -> tuple[str, list[Any]]:
    """Alter; the statement that takes it back."""
    table, names = each.table, ", ".join(f'"{column.name}"' for column in each.columns)
    if each.what == DELETED:
        (row,) = await owner.rows(f"select to_jsonb(x)::text as row from {table} x where {place.here}")  # noqa: S608 - names of our own
        async with owner.transaction() as tx:
            await tx.rows(f"delete from {table} where {place.here}")  # noqa: S608 - names of our own
        return (
            f"insert into {table} ({names}) select {names} from jsonb_populate_record(null::{table}, ($1::text)::jsonb)",  # noqa: S608 - names of our own
            [row.row],
        )
    if each.what == INVENTED:
        keys = [column for column in each.columns if column.key]
        for column in reversed(keys):
            for value in await _others(owner, column, None):
                values = ", ".join(value if c is column else f'"{c.name}"' for c in each.columns)
                made = f"insert into {table} ({names}) select {values} from {table} where {place.here}"  # noqa: S608 - names of our own
                if new := await _written(owner, made):
                    return f"delete from {table} where {new.here}", []  # noqa: S608 - names of our own
        raise Refused(f"no other key for {table}")
    (column,) = (column for column in each.columns if column.name == each.what)
    (row,) = await owner.rows(f'select "{column.name}"::text as value from {table} where {place.here}')  # noqa: S608 - names of our own
    for value in await _others(owner, column, row.value):
        if new := await _written(owner, f'update {table} set "{column.name}" = {value} where {place.here}'):  # noqa: S608 - names of our own
            return (
                f'update {table} set "{column.name}" = ($1::text)::{column.cast} where {new.here}',  # noqa: S608 - names of our own
                [row.value],
            )
    raise Refused(f"no other value for {each}")


async def _written(owner: Database, statement: str) -> Place | None:
    """The place of a row that was written; None if another one has its key."""
    try:
        async with owner.transaction() as tx:
            (row,) = await tx.rows(
                f"{statement} returning tableoid::regclass::text as part, ctid::text as at"
            )
    except errors.ConstraintViolated:
        return None
    return Place(row.part, row.at)


async def _others(owner: Database, column: Column, value: str | None) -> list[str]:
    """Expressions of other values: first those that stand elsewhere, which somebody would choose."""
    made = _OTHER[column.type].format(c=f'"{column.name}"')
    if not (column.refers or column.first):
        # Counters are set back, which is worse than a gap; where there is a row with that key already, far ahead.
        return [made, f'"{column.name}" + 100000'] if column.type.startswith("int") and column.key else [made]
    table, name = column.refers or (column.table, column.name)
    there = await owner.rows(
        f'select distinct "{name}"::text as value from {table} where "{name}" is not null'  # noqa: S608 - names of our own
        f' and "{name}"::text is distinct from $1 order by 1 desc limit 3',
        [value],
    )
    return [*(f"'{row.value}'" for row in there), made]


async def _dossier(owner: Database, table: str, place: Place) -> str:
    """The reference of the dossier that a row is of."""
    sql = {
        "dossier": "select x.reference from dossier x",
        "party": "select d.reference from party x join dossier d on d.applicant_id = x.id",
    }.get(
        table,
        f"select d.reference from {table} x join dossier d on to_jsonb(x) ->> 'dossier_id' = d.id::text",  # noqa: S608 - names of our own
    )
    rows = await owner.rows(f"{sql} where x.{place.here.replace(' and ', ' and x.')}")
    return str(rows[0].reference) if rows else ""


#: Type → another value of it.
_OTHER: Mapping[str, str] = {
    "text": "coalesce({c}, '') || '9'",
    "bool": "not coalesce({c}, false)",
    "int2": "coalesce({c}, 2::int2) - 1::int2",
    "int4": "coalesce({c}, 2) - 1",
    "int8": "coalesce({c}, 2) - 1",
    "float8": "coalesce({c}, 0) + 1",
    "numeric": "coalesce({c}, 0) + 1",
    "date": "coalesce({c}, date '2026-01-01') + 1",
    "timestamptz": "coalesce({c}, timestamptz '2026-03-05 08:00Z') + interval '1 day'",
    "time": "coalesce({c}, time '08:00') + interval '1 minute'",
    "uuid": "gen_random_uuid()",
    "bytea": (
        "case when length({c}) > 0 then set_byte({c}, length({c}) - 1, get_byte({c}, length({c}) - 1) # 255)"
        " else '\\x01'::bytea end"
    ),
    "jsonb": (
        "case jsonb_typeof({c}) when 'object' then {c} || '{{\"khác\": 1}}'"
        " when 'array' then {c} || '[\"khác\"]' else '\"khác\"'::jsonb end"
    ),
    "_text": "array_append(coalesce({c}, '{{}}'), 'khác')",
    "_uuid": "array_append(coalesce({c}, '{{}}'), gen_random_uuid())",
    "tsvector": "case when {c} = 'khac'::tsvector then 'la' else 'khac' end::tsvector",
}
_COLUMNS = """
select c.relname as table, a.attname as name, t.typname as type, f.there, f.target,
  (select (regexp_match(pg_get_constraintdef(k.oid), 'ARRAY\\[(''[^'']+'')'))[1] from pg_constraint k where k.conrelid = c.oid
    and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) ~ 'ARRAY\\[' limit 1) as first,
  a.attnotnull and not a.atthasdef and a.attidentity = '' as needed,
  exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)) as key
from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
join pg_type t on t.oid = a.atttypid
left join lateral (
  select k.confrelid::regclass::text as there, b.attname as target from pg_constraint k
  join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
  where k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum] order by k.conname limit 1) f on true
where c.relkind in ('r', 'p') and not c.relispartition order by c.relname, a.attnum
"""
#: $1 kinds of constraints, $2 whether unique indexes go too.
_REFUSING = """
with ours as (
  select c.oid, c.oid::regclass::text as name, c.relispartition from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public' where c.relkind in ('r', 'p'))
select format('alter table %s drop constraint if exists %I cascade', o.name, k.conname) as statement
from ours o join pg_constraint k on k.conrelid = o.oid where k.contype::text = any($1::text[]) and not o.relispartition
union all select format('drop index if exists %s cascade', i.indexrelid::regclass)
from ours o join pg_index i on i.indrelid = o.oid where $2 and i.indisunique and not i.indisprimary and not o.relispartition
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
union all select format('alter table %s disable trigger user', name) from ours
union all select format('alter table %s alter column %I drop identity', o.name, a.attname)
from ours o join pg_attribute a on a.attrelid = o.oid where a.attidentity <> '' and not o.relispartition
"""
