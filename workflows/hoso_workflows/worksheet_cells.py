"""The cells of an xlsx workbook, read in the limited child process."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import openpyxl


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a sheet as texts, line by line; a formula is None."""

    lines: list[list[str | None]]

    def to_json(self) -> Mapping[str, Any]:
        """The lines."""
        return {"lines": self.lines}


def cells(data: bytes, *, columns: str, most: str) -> Cells:
    """The cells of a workbook's first sheet.

    It has so many columns; one line more than the most is read.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    rows = _rows(book.worksheets[0], int(columns), int(most))
    return Cells([[_cell(each) for each in row] for row in rows])


def _rows(sheet: Any, columns: int, most: int) -> Iterator[Any]:
    for number, row in enumerate(sheet.iter_rows()):
        if number > most:
            return
        yield row[:columns]


def _cell(cell: Any) -> str | None:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        return None
    value = cell.value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_ahead() -> None:
    """Read a sheet once: openpyxl loads some code and codecs only then."""
    book, made = openpyxl.Workbook(write_only=True), io.BytesIO()
    book.create_sheet().append(["ấ", 1.5, "=A1", None])
    book.save(made)
    cells(made.getvalue(), columns="4", most="1")
