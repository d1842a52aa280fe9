"""Every kind of workbook that hoso writes, as another program shows it.

`python bench/workbooks.py` plays nine months, fetches the workbooks of reports, lists and registers by the addresses of their pages, and has
LibreOffice convert them. Every cell of every sheet is compared with what openpyxl reads and, where the same table comes as CSV,
with that too; no cell is a formula, and no column of the printed page is too narrow. It prints a line for each workbook and ends with 1
where something differs, with 2 where this machine has no `soffice`. `--folder` keeps the files and a picture of each first page.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import httpx
import openpyxl
import pypdfium2

from hoso_models.storage import database
from hoso_workflows import workbooks
from hoso_workflows.dossiers.service import DossierService
from support import api_client, databases, signing_in
from support import world as worlds
from support.command_line import hoso

#: What is played, and the instant at which the workbooks are fetched.
PLAYED = ("--seed", "5", "--from", "2026-01-01", "--until", "2026-09-30")
READ_AT = "2026-09-30 16:00"
PERIOD = "tu=01/01/2026&den=30/09/2026"
#: Who reads: the administrator of the province, and the head of its desk, by their names.
ADMINISTRATOR, DESK = "Quản trị hệ thống 1 · %", "% 1 · Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh"
#: Tables that come as CSV too.
FORMS = ("ii-06", "ii-07", "buoc", "nguoi-xu-ly", "truc-tuyen")
#: Workbook → address of its page.
BOARDS = {
    "qua-han": "/noi-bo/qua-han/xlsx",
    "buoc-qua-han": "/noi-bo/qua-han/xlsx?loai=buoc",
    "cho-tiep-nhan": "/noi-bo/qua-han/xlsx?loai=tiep-nhan",
    "dung-han": f"/noi-bo/bao-cao/dung-han/xlsx?{PERIOD}",
    "danh-sach": f"/noi-bo/bao-cao/dung-han/danh-sach/xlsx?{PERIOD}&o=nhan",
}
REGISTER = "/noi-bo/mot-cua/so-theo-doi/xlsx?don-vi=H27.PVHCC&nam=2026&thang=0"
#: Separator, quotes, UTF-8, as shown, no formulas, every sheet: "CSV Export Filter Parameters" of LibreOffice.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
#: Texts that a spreadsheet would like to read otherwise.
HOSTILE: tuple[workbooks.Value, ...] = (
    *("=1+1", "+84900000000", "-2", "@SUM(A1)", "000123", "1E5", "12/03/2026", "TRUE", 'a"b,c;d', "'a"),
    *("hai\ndòng", "dài " * 100, 0, -1234567, Decimal("66.7"), date(2026, 3, 9)),
    datetime(2026, 3, 9, 17, 30, tzinfo=UTC),
)


@dataclass
class Book:
    """A workbook with what is known of it."""

    name: str
    content: bytes
    #: The same table as CSV.
    separated: list[list[str]] | None = None
    cells: int = 0
    sheets: int = 0
    pages: int = 0
    faults: list[str] = field(default_factory=list)


async def fetched(url: str) -> list[Book]:
    """Every kind of workbook, by the doors of those who read it."""
    async with database.connect(url) as db:
        world, clock = worlds.World(DossierService(db)), api_client.Clock(worlds.instant(READ_AT))
        async with httpx.AsyncClient(
            transport=api_client.application(world, clock), base_url="https://hoso.test", timeout=300
        ) as client:
            return [each async for each in _books(world, client, clock.at)]


async def _books(world: worlds.World, client: httpx.AsyncClient, at: datetime) -> Any:
    reader, desk = [
        await signing_in.signed_in(world.db, await _named(world, name), at=at)
        for name in (ADMINISTRATOR, DESK)
    ]

    async def got(address: str, headers: Mapping[str, str] = reader) -> bytes:
        answer = await client.get(address, headers=headers)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.content

    for name, address in BOARDS.items():
        yield Book(name, await got(address))
    yield Book("so-theo-doi", await got(REGISTER, desk))
    for form in FORMS:
        way = f"/noi-bo/bao-cao/{form}/tep?{PERIOD}"
        yield Book(form, await got(way), _separated(await got(f"{way}&dang=csv")))
    for number, owed in enumerate(await _owed(world), start=1):
        way = f"/noi-bo/bao-cao/nop/{owed}/tep"
        yield Book(f"bao-cao-nop-{number}", await got(way), _separated(await got(f"{way}?dang=csv")))


async def _named(world: worlds.World, name: str) -> UUID:
    return UUID(
        str(await world.one("select id::text from principal where name like $1 order by name limit 1", name))
    )


async def _owed(world: worlds.World) -> list[str]:
    """One submitted report of an agency, and one that sums agencies up."""
    rows = await world.db.rows(
        "select distinct on (part) id::text as id from report_obligation where status = 'submitted' order by part, id"
    )
    return [row.id for row in rows]


def _separated(content: bytes) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row]


def hostile() -> Book:
    """Values of every kind, one below the other and beside each other."""
    columns = (("Thứ tự", 8), ("Giá trị", 30), ("Bên cạnh", 30))
    lines = [(number, value, value) for number, value in enumerate(HOSTILE)]
    return Book("gia-tri", workbooks.write(workbooks.Sheet("Giá trị", columns, lines)))


def shown(cell: Any) -> str:
    """The text that a spreadsheet shows in a cell."""
    value = cell.value
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime():
            long = "hh" in cell.number_format
            return f"{value:%d/%m/%Y %H:%M}" if long else f"{value:%d/%m/%Y}"
        case _:
            return f"{value:.1f}" if cell.number_format == "0.0" else f"{value:,}"


def converted(program: str, books: Sequence[Book], folder: Path) -> None:
    """Write the workbooks, and have LibreOffice write their sheets and pages."""
    for book in books:
        (folder / f"{book.name}.xlsx").write_bytes(book.content)
    files = [str(folder / f"{book.name}.xlsx") for book in books]
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind in (CSV, "pdf"):
        subprocess.run(
            [program, own, "--headless", "--convert-to", kind, "--outdir", str(folder), *files],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=600,
        )


def compare(book: Book, folder: Path) -> None:
    """Compare every cell of a workbook with what LibreOffice shows."""
    sheets = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets
    book.sheets = len(sheets)
    for sheet in sheets:
        told = [[shown(cell) for cell in row] for row in sheet.iter_rows()]
        formulas = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        book.faults += [f"{sheet.title}!{place} is a formula" for place in formulas]
        with (folder / f"{book.name}-{sheet.title}.csv").open(encoding="utf-8", newline="") as file:
            seen = list(csv.reader(file))
        book.cells += sum(map(len, told))
        book.faults += [f"{sheet.title}: {each}" for each in different(told, seen)]
    if book.separated is not None:
        told = [[shown(cell) for cell in row] for sheet in sheets[:-1] for row in sheet.iter_rows()]
        plain = [[each.removeprefix("'") for each in row] for row in book.separated]
        book.faults += [
            f"as CSV: {each}"
            for each in different(
                [list(map(_plain, row)) for row in told], [list(map(_plain, row)) for row in plain]
            )
        ]


def _plain(text: str) -> str:
    """A number without the signs of a language: CSV has none for thousands, and a comma for decimals."""
    bare = text.replace(",", "").replace(".", "")
    return bare if bare.isdecimal() else text


def different(told: Sequence[Sequence[str]], seen: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each place at which two tables differ; empty cells at the end of a line are none."""
    if len(told) != len(seen):
        yield f"{len(told)} lines, shown are {len(seen)}"
    for number, (one, other) in enumerate(zip(told, seen, strict=False), start=1):
        width = max(len(one), len(other))
        left, right = ([*row, *[""] * (width - len(row))] for row in (one, other))
        for column, (mine, theirs) in enumerate(zip(left, right, strict=True), start=1):
            if mine != theirs:
                yield f"line {number}, column {column}: {mine!r}, shown is {theirs!r}"


def look(book: Book, folder: Path) -> None:
    """Read the printed pages of a workbook, and take a picture of the first one."""
    paper = pypdfium2.PdfDocument(folder / f"{book.name}.pdf")
    book.pages = len(paper)
    for number in range(len(paper)):
        page = paper[number]
        if "###" in page.get_textpage().get_text_bounded():
            book.faults.append(f"page {number + 1}: a column is too narrow")
        # A title that stands upright is wider than high.
        if page.get_width() < page.get_height():
            book.faults.append(f"page {number + 1} is no landscape")
    paper[0].render(scale=1.6).to_pil().save(folder / f"{book.name}.png")
    paper.close()


def told(book: Book) -> str:
    """The line of a workbook."""
    figures = (
        f"{len(book.content):>10,} {book.sheets:>7} {book.cells:>9,} {book.pages:>6} {len(book.faults):>11}"
    )
    return f"{book.name:24}{figures}"


def main() -> None:
    """Fetch, convert, compare, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--dossiers", type=int, default=60, help="how many are played")
    asked.add_argument("--folder", type=Path, help="where workbooks, sheets, pages and pictures are kept")
    given = asked.parse_args()
    program = shutil.which("soffice")
    if program is None:
        print("This machine has no soffice: install LibreOffice Calc; nothing was compared.")
        sys.exit(2)
    with databases.running_server() as server, databases.clone(server) as url, databases.home() as home:
        ran = hoso(
            *("demo", "--dossiers", str(given.dossiers), *PLAYED, "--no-serve", "--json"), url=url, home=home
        )
        assert ran.status == 0, ran.err
        books = [*asyncio.run(fetched(url)), hostile()]
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        converted(program, books, folder)
        print(f"{'workbook':24}{'bytes':>10} {'sheets':>7} {'cells':>9} {'pages':>6} {'differences':>11}")
        for book in books:
            compare(book, folder)
            look(book, folder)
            print(told(book))
    faults = [f"{book.name}: {fault}" for book in books for fault in book.faults]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
