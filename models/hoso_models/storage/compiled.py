"""Statements built from the declared tables, compiled once, when a module is imported.

A column that is renamed or gone fails the import, not the request. Asking costs nothing more: what is executed is text.
"""

from sqlalchemy import Select, Table
from sqlalchemy.dialects.postgresql import asyncpg

from hoso_models.tables.base import Record

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def table(record: type[Record]) -> Table:
    """The table that a class of records declares."""
    return record.metadata.tables[str(record.__tablename__)]


def compiled(statement: Select[tuple[object, ...]]) -> str:
    """The text of a statement. Its parameters are `$1`, `$2` … in the order in which they first stand there."""
    return str(statement.compile(dialect=_DIALECT))
