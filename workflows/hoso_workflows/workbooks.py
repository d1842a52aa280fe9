"""Tables as xlsx workbooks, whose texts are texts, whatever they begin with."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hoso_workflows import localtime

#: The type of the files.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: title, columns with their widths in characters, lines below the head."""

    title: str
    columns: Sequence[tuple[str, int]]
    lines: Iterable[Sequence[Value]]


def write(*sheets: Sheet) -> bytes:
    """A workbook of these tables. Instants are written in local time, without their zone."""
    book = openpyxl.Workbook(write_only=True)
    for each in sheets:
        sheet: Any = book.create_sheet(each.title)
        sheet.freeze_panes = "A2"
        for number, (_, width) in enumerate(each.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([_head(sheet, words) for words, _ in each.columns])
        for line in each.lines:
            sheet.append([_cell(sheet, value) for value in line])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _head(sheet: Any, words: str) -> Any:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Value) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    if isinstance(value, datetime):
        cell.value = value.astimezone(localtime.ZONE).replace(tzinfo=None)
        cell.number_format = "dd/mm/yyyy hh:mm"
        return cell
    cell.value = value
    if isinstance(value, str):
        # A name that begins with "=" is no formula.
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell
