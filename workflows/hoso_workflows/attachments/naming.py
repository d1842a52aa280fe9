"""Rows that name objects of the store: whatever none of them names is nobody's."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hoso_models.storage.database import Parameters, Rows, Transaction

#: Asks for the rows of a statement, in a transaction or outside of one.
Asking = Callable[[str, Parameters], Awaitable[Rows]]
#: Names that are read at a time.
BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Naming:
    """A column that names objects, several in an array."""

    table: str
    column: str
    array: bool = False

    @property
    def names(self) -> str:
        """The SELECT of its names."""
        if self.array:
            return f"select unnest({self.column}) as name from {self.table}"  # noqa: S608 - names of our own
        return f"select {self.column} as name from {self.table} where {self.column} is not null"  # noqa: S608 - names of our own

    @property
    def has(self) -> str:
        """The condition for the name n.name, by its index where it has one."""
        if self.array:
            return f"n.name in ({self.names})"
        return f"exists (select from {self.table} r where r.{self.column} = n.name)"


#: Papers of dossiers and drafts with pictures of their first pages, and pieces of uploads that are under way. An erasure takes
#: the names out of their rows.
NAMINGS = (
    Naming("attachment", "object"),
    Naming("attachment", "thumbnail"),
    Naming("draft_file", "object"),
    Naming("draft_file", "thumbnail"),
    Naming("upload", "pieces", array=True),
)


async def named(asking: Asking, names: Sequence[str], namings: Iterable[Naming] = NAMINGS) -> set[str]:
    """Those of the names that a row has."""
    if not names:
        return set()
    having = " or ".join(each.has for each in namings)
    sql = f"select n.name from unnest($1::text[]) n(name) where {having}"  # noqa: S608 - names of our own
    return {row.name for row in await asking(sql, [list(names)])}


async def present(asking: Asking) -> tuple[Naming, ...]:
    """Those that a database has, be it one of an earlier release."""
    there: Any = await asking(_COLUMNS, [[each.table for each in NAMINGS]])
    columns = {(row.table, row.column) for row in there}
    return tuple(each for each in NAMINGS if (each.table, each.column) in columns)


async def everything(tx: Transaction, namings: Iterable[Naming]) -> AsyncGenerator[list[str]]:
    """All names that a transaction sees, in batches; some stand in several rows."""
    for number, each in enumerate(namings):
        await tx.rows(f"declare named_{number} no scroll cursor for {each.names}")
        while rows := await tx.rows(f"fetch {BATCH} from named_{number}"):
            yield [row.name for row in rows]


_COLUMNS = """
select table_name::text as "table", column_name::text as "column" from information_schema.columns
where table_schema = 'public' and table_name = any($1::text[])
"""
