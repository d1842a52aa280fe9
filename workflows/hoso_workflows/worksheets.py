"""Lines of a sheet that somebody brings: CSV, or xlsx read in the limited child process.

A formula is None, since what it shows depends on who opens the file.
"""

import csv
import io

from hoso_bpmn import sandbox
from hoso_bpmn.findings import RefusedFile
from hoso_calendar.messages import say
from hoso_workflows import errors

#: The lines below the head of a sheet; the cells of each.
Lines = list[list[str | None]]
_ZIP = b"PK\x03\x04"


def is_workbook(data: bytes) -> bool:
    """True for what may be xlsx."""
    return data.startswith(_ZIP)


def read(data: bytes, name: str, *, columns: int, most: int) -> Lines:
    """The lines of a sheet with its head. Raises FormRefused for what cannot be read, or has more lines below the head."""
    found = _spreadsheet(data, name, columns, most) if is_workbook(data) else _separated(data, name)
    if len(found) > most + 1:
        raise errors.FormRefused([errors.Fault(name, say("holds more than {most} lines", most=most))])
    return found


def _separated(data: bytes, name: str) -> Lines:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise errors.FormRefused([errors.Fault(name, say("is neither xlsx nor CSV in UTF-8"))]) from None
    if "\0" in text:
        raise errors.FormRefused([errors.Fault(name, say("is neither xlsx nor CSV in UTF-8"))])
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as broken:
        raise errors.FormRefused(
            [errors.Fault(name, say("cannot be read: {why}", why=str(broken)))]
        ) from broken
    return [[_no_formula(cell) for cell in line] for line in lines]


def _no_formula(cell: str) -> str | None:
    """The cell, None for what a spreadsheet would calculate."""
    return None if cell.lstrip().startswith(("=", "@")) else cell


def _spreadsheet(data: bytes, name: str, columns: int, most: int) -> Lines:
    # It takes NumPy and a third of a second, for which nobody waits who brings no workbook.
    from hoso_workflows import worksheet_cells

    try:
        found: Lines = sandbox.run(worksheet_cells.cells, data, columns=str(columns), most=str(most + 1))[
            "lines"
        ]
    except RefusedFile as refused:
        raise errors.FormRefused([errors.Fault(name, say("cannot be read as xlsx"))]) from refused
    return found
