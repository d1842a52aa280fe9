"""Statements built from the declared tables, compiled once, when a module is imported.

A column that is renamed or gone fails the import, not the request. Asking costs nothing more: what is executed is text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select, Table
from sqlalchemy.dialects.postgresql import asyncpg

from hoso_models.tables.base import Record

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # it has no types


def table(record: type[Record]) -> Table:
    """The table that a class of records declares."""
    return record.metadata.tables[str(record.__tablename__)]


def compiled(statement: Select[tuple[object, ...]]) -> str:
    """The text of a statement. Its parameters are `$1`, `$2` … in the order in which they first stand there."""
    return str(statement.compile(dialect=_DIALECT))


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of one table, as the parts of a statement write them."""

    columns: tuple[Column[Any], ...]

    @property
    def names(self) -> str:
        """The names, for INSERT and SELECT."""
        return ", ".join(each.name for each in self.columns)

    @property
    def typed(self) -> str:
        """The names with their types, for `jsonb_to_recordset`."""
        return ", ".join(f"{each.name} {_type(each)}" for each in self.columns)

    @property
    def encoded(self) -> str:
        """The same for rows whose bytes are written as hexadecimal text."""
        return ", ".join(f"{each.name} {'TEXT' if _bytes(each) else _type(each)}" for each in self.columns)

    @property
    def decoded(self) -> str:
        """The values of such rows, for SELECT."""
        return ", ".join(
            f"decode({each.name}, 'hex')" if _bytes(each) else each.name for each in self.columns
        )

    @property
    def excluded(self) -> str:
        """The SET list of an upsert: every column from `excluded`."""
        return f"({self.names}) = ({', '.join(f'excluded.{each.name}' for each in self.columns)})"


def columns(record: type[Record], *names: str, without: Iterable[str] = ()) -> Columns:
    """The named columns of a table, or all but those `without`.

    A computed one is never among all. Raises KeyError for a name that is no column, so that a renamed column fails the import.
    """
    found = table(record).columns
    skipped = {found[name].name for name in without}
    chosen = [found[name] for name in names] or [
        each for each in found if each.computed is None and each.name not in skipped
    ]
    return Columns(tuple(chosen))


def _type(column: Column[Any]) -> str:
    return str(column.type.compile(dialect=_DIALECT))


def _bytes(column: Column[Any]) -> bool:
    return _type(column) == "BYTEA"
