"""Register of dossiers (Mẫu 06) as an xlsx workbook."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hoso_workflows.letters.values import Entry, Values

#: Columns of the book, in the words of the form, with their widths.
COLUMNS = (
    ("TT", 6),
    ("Mã hồ sơ", 26),
    ("Tên thủ tục hành chính", 60),
    ("Người nộp hồ sơ", 30),
    ("Địa chỉ, số điện thoại", 40),
    ("Cơ quan chủ trì giải quyết", 40),
    ("Ngày nhận", 12),
    ("Ngày hẹn trả", 12),
    ("Ngày trả", 12),
    ("Phương thức nhận kết quả", 20),
    ("Ký nhận", 12),
    ("Ghi chú", 30),
)


def write(values: Values) -> bytes:
    """The lines of a register, one each row below the head. Texts are texts, whatever they begin with."""
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet(f"Sổ {values.year}")
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.append([_head(sheet, words) for words, _ in COLUMNS])
    for number, entry in enumerate(values.entries, start=1):
        sheet.append([number, *(_cell(sheet, each) for each in _line(entry))])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _line(entry: Entry) -> Iterator[str | date | None]:
    yield from (entry.code, entry.procedure, entry.applicant, entry.contact, entry.handling)
    yield from (entry.received_on, entry.appointed_on, entry.returned_on)
    yield from (entry.way, entry.signed, entry.note)


def _head(sheet: Any, words: str) -> Any:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: str | date | None) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, str):
        # A name that begins with "=" is no formula.
        cell.data_type = "s"
    elif value is not None:
        cell.number_format = "dd/mm/yyyy"
    return cell
