"""Tables as xlsx workbooks, whose texts are texts, whatever they begin with."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hoso_workflows import localtime

#: The type of the files.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | Decimal | date | datetime | None
#: Formats of numbers by the kinds of values. A spreadsheet puts in the signs of its own language.
FORMATS: Mapping[type, str] = {
    str: "General",
    int: "#,##0",
    Decimal: "0.0",
    date: "dd/mm/yyyy",
    datetime: "dd/mm/yyyy hh:mm",
}
_COUNTED = (int, Decimal)
#: The number of A4 among the sizes of paper (ECMA-376, 18.3.1.63).
_A4 = 9


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: title, columns with their widths in characters, lines below the head."""

    title: str
    columns: Sequence[tuple[str, int]]
    lines: Iterable[Sequence[Value]]


def write(*sheets: Sheet) -> bytes:
    """A workbook of these tables. Instants are written in local time, without their zone.

    Printed, a table is as wide as a landscape page and has its head on each.
    """
    # A fifth of a second, for which nobody waits who writes no workbook; so below.
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for each in sheets:
        sheet: Any = book.create_sheet(each.title)
        _lay_out(sheet, each.columns)
        cells = {kind: _styled(sheet, kind) for kind in FORMATS}
        sheet.append([_head(sheet, words) for words, _ in each.columns])
        for line in each.lines:
            # Each cell is written before the next one is asked for, so one of a kind is enough; styling takes longest.
            sheet.append(_filled(cells, line))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _lay_out(sheet: Any, columns: Sequence[tuple[str, int]]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.print_options.gridLines = True
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.right.text = "&P/&N"


def _head(sheet: Any, words: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.styles.fonts import DEFAULT_FONT

    cell = WriteOnlyCell(sheet, words)
    # Named like that of the other cells: a font without a name is another one in some programs.
    cell.font = Font(name=DEFAULT_FONT.name, size=DEFAULT_FONT.size, bold=True)
    cell.alignment = Alignment(vertical="top", horizontal="center", wrap_text=True)
    return cell


def _styled(sheet: Any, kind: type) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    cell: Any = WriteOnlyCell(sheet)
    cell.number_format = FORMATS[kind]
    side = "right" if kind in _COUNTED else "left"
    cell.alignment = Alignment(vertical="top", horizontal=side, wrap_text=kind is str)
    return cell


def _filled(cells: Mapping[type, Any], line: Sequence[Value]) -> Iterator[Any]:
    for value in line:
        yield None if value is None else _cell(cells[_kind(value)], value)


def _kind(value: Value) -> type:
    # A text of an enumeration is a text.
    return next(kind for kind in (str, int, Decimal, datetime, date) if isinstance(value, kind))


def _cell(cell: Any, value: Value) -> Any:
    if isinstance(value, datetime):
        cell.value = value.astimezone(localtime.ZONE).replace(tzinfo=None)
        return cell
    cell.value = value
    if isinstance(value, str):
        # A name that begins with "=" is no formula.
        cell.data_type = "s"
    return cell
