"""Tables as files: workbook, CSV, PDF and picture, of the same values."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from html import escape
from importlib import resources

from hoso_calendar.messages import say
from hoso_models.tables.base import described
from hoso_workflows import errors, localtime, workbooks
from hoso_workflows.letters import pool
from hoso_workflows.letters.pdf import Job
from hoso_workflows.reports.forms.tables import Heading, Row, Table
from hoso_workflows.workbooks import Sheet, Value


@described("The format of a file.")
class Format(StrEnum):
    """Formats of files."""

    #: A workbook.
    XLSX = "xlsx"
    #: Comma-separated values in UTF-8.
    CSV = "csv"
    #: A paper, A4 landscape.
    PDF = "pdf"
    #: A picture: one bar a line.
    SVG = "svg"


TYPES = {
    Format.XLSX: workbooks.XLSX,
    Format.CSV: "text/csv; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.SVG: "image/svg+xml",
}
#: Signs with which a cell of a spreadsheet begins to count.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Lines that a picture shows.
BARS = 20


class ReportNotSet(errors.Refusal):
    """The report could not be typeset."""

    slug = "report-not-set"
    remedy = "Take it as a workbook, or try again."

    def __init__(self, reason: str) -> None:
        super().__init__(say("The report could not be typeset: {reason}.", reason=reason))
        self.reason = reason


async def made(
    form: Format, heading: Heading, tables: Sequence[Table], texts: Sequence[tuple[str, str]] = ()
) -> bytes:
    """A file of tables, one after the other. `texts` are titles and texts behind them. Raises ReportNotSet."""
    match form:
        case Format.XLSX:
            return workbook(heading, tables, texts)
        case Format.CSV:
            return separated(tables)
        case Format.SVG:
            return picture(tables[0])
        case Format.PDF:
            return await paper(heading, tables, texts)


def workbook(heading: Heading, tables: Sequence[Table], texts: Sequence[tuple[str, str]] = ()) -> bytes:
    """A workbook with a sheet for each table. The last sheet has period, unit, identities and texts."""
    sheets = [Sheet(each.form.upper(), _heads(each), _numbers(each)) for each in tables]
    about: list[list[Value]] = [
        ["Từ ngày", heading.first],
        ["Đến hết ngày", heading.last],
        ["Đơn vị, kể cả cấp dưới", heading.unit_name],
        ["Số liệu", "đã chốt" if heading.final else "tạm tính"],
        ["Tính lúc", heading.made_at],
    ]
    for each in tables:
        about += [
            [f"{each.form.upper()}: {check.says}", _sides(check.left, check.right)] for check in each.checks
        ]
    about += [[title, text] for title, text in texts]
    return workbooks.write(*sheets, Sheet("Kỳ báo cáo", (("Nội dung", 40), ("Giá trị", 60)), about))


def _sides(left: int, right: int) -> str:
    return f"{left} = {right}" if left == right else f"{left} ≠ {right}"


def _heads(table: Table) -> list[tuple[str, int]]:
    return [(each.head, each.width) for each in (*table.labels, *table.columns)]


def _cells(table: Table) -> Iterator[Sequence[Value]]:
    for row in _rows(table):
        yield (*row.labels, *row.figures)


def _numbers(table: Table) -> Iterator[Sequence[Value]]:
    """The cells of a table. What is told with a decimal is a number there, since a spreadsheet has its own sign for it."""
    decimal = [each.decimal for each in (*table.labels, *table.columns)]
    for line in _cells(table):
        yield [
            (Decimal(str(cell).replace(",", ".")) if cell else None) if told else cell
            for cell, told in zip(line, decimal, strict=True)
        ]


def _rows(table: Table) -> tuple[Row, ...]:
    return (*table.rows, table.total) if table.total else table.rows


def separated(tables: Sequence[Table]) -> bytes:
    """The tables as CSV, an empty line between two."""
    lines: list[Sequence[Value]] = []
    for number, table in enumerate(tables):
        if number:
            lines.append([])
        lines.append([words for words, _ in _heads(table)])
        lines.extend(_cells(table))
    return comma_separated(lines)


def comma_separated(lines: Iterable[Sequence[Value]]) -> bytes:
    """Lines as CSV with a mark of UTF-8. No cell begins a formula."""
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return kept.getvalue().encode("utf-8-sig")


def _harmless(cell: Value) -> Value:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


async def paper(heading: Heading, tables: Sequence[Table], texts: Sequence[tuple[str, str]] = ()) -> bytes:
    """The tables as a PDF, typeset in a limited child. Equal values give equal bytes. Raises ReportNotSet."""
    told = {
        "title": tables[0].title,
        "unit": heading.unit_name,
        "first": f"{heading.first:%d/%m/%Y}",
        "last": f"{heading.last:%d/%m/%Y}",
        "final": heading.final,
        "made_at": f"{heading.made_at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}",
        "tables": [_told(each) for each in tables],
        "texts": [{"title": title, "text": text} for title, text in texts],
    }
    source = resources.files("hoso_workflows.reports.forms").joinpath("report.typ").read_bytes()
    work = Job(source, {"report": json.dumps(told, ensure_ascii=False)}, int(heading.made_at.timestamp()))
    try:
        return await pool.POOL.set(work)
    except pool.NotSet as failed:
        raise ReportNotSet(failed.reason) from failed


def _told(table: Table) -> dict[str, object]:
    return {
        "title": table.title,
        "labels": len(table.labels),
        "heads": [words for words, _ in _heads(table)],
        "rows": [[_word(cell) for cell in line] for line in _cells(table)],
        "sum": table.total is not None,
        "checks": [f"{each.says}: {_sides(each.left, each.right)}" for each in table.checks],
    }


def _word(cell: Value) -> str:
    return "" if cell is None else f"{cell:,}".replace(",", ".") if isinstance(cell, int) else str(cell)


def picture(table: Table) -> bytes:
    """Bars of the first figure of the first lines. Names and numbers stand in words."""
    rows = table.rows[:BARS]
    numbers = [row.figures[0] if isinstance(row.figures[0], int) else 0 for row in rows]
    longest, height = max([*numbers, 1]), 40 + 28 * len(rows)
    bars = "".join(
        _bar(place, row, number, longest)
        for place, (row, number) in enumerate(zip(rows, numbers, strict=True))
    )
    words = f"{table.title}: {table.columns[0].words}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}" role="img" aria-label="{escape(words)}"'
        f' font-family="sans-serif" font-size="13"><title>{escape(words)}</title>'
        f'<text x="8" y="22" font-weight="bold">{escape(words)}</text>{bars}</svg>'
    ).encode()


def _bar(place: int, row: Row, number: int, longest: int) -> str:
    top, width = 36 + 28 * place, 440 * number / longest
    name = " · ".join(dict.fromkeys(each for each in (row.labels[0], row.labels[-1]) if each))
    short = name if len(name) <= 52 else f"{name[:51]}…"
    return (
        f'<text x="8" y="{top + 15}">{escape(short)}</text>'
        f'<rect x="380" y="{top}" width="{width:.1f}" height="20" fill="#1f5fa8"/>'
        f'<text x="{388 + width:.1f}" y="{top + 15}">{_word(number)}</text>'
    )
