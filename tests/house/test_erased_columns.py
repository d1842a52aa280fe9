"""Of every column about a dossier somebody has said whether its erasure blanks it."""

from __future__ import annotations

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB

from hoso_models import Record
from support.erased_columns import ERASED, STAYS


def _told(column: Column[object]) -> bool:
    """True for a column that people may have written: texts that are no enum, lists of them, and documents."""
    kind = column.type
    return (
        isinstance(kind, JSONB)
        or str(kind) == "JSONB"
        or type(kind).__name__ in ("AutoString", "String", "ARRAY")
    )


def test_of_every_column_about_a_dossier_it_is_said_whether_it_is_erased_with_it() -> None:
    tables = {
        table.name: tuple(column.name for column in table.columns if _told(column))
        for table in Record.metadata.tables.values()
        if table.name in ("dossier", "party") or {"dossier_id", "task_id"} & set(table.columns.keys())
    }
    said = {name: {*ERASED.get(name, ()), *STAYS.get(name, ())} for name in {*ERASED, *STAYS, *tables}}
    assert {name: set(columns) for name, columns in tables.items() if columns} == {
        name: columns for name, columns in said.items() if columns
    }
