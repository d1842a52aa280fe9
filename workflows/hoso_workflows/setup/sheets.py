"""Officers from a sheet, CSV or xlsx, each line read on its own.

The first line names the columns. An xlsx file is read in the limited child process; formulas are refused, since what they show
depends on who opens the file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from hoso_bpmn import text_safety
from hoso_calendar.messages import Message, say
from hoso_workflows import errors, worksheets
from hoso_workflows.setup.document import PersonTable

#: Heads of columns → the key of `[[person]]`; folded to lower case without surrounding space.
COLUMNS: Mapping[str, str] = {
    "code": "code",
    "mã": "code",
    "name": "name",
    "họ tên": "name",
    "họ và tên": "name",
    "title": "title",
    "chức danh": "title",
    "unit": "unit",
    "đơn vị": "unit",
    "email": "email",
    "thư điện tử": "email",
    "telephone": "telephone",
    "điện thoại": "telephone",
    "roles": "roles",
    "vai trò": "roles",
}
#: Lines beyond which a sheet is refused.
MOST = 20_000


def officers(data: bytes, name: str) -> tuple[PersonTable, ...]:
    """The officers of a sheet. Raises FormRefused with every line that cannot be read."""
    lines = worksheets.read(data, name, columns=len(COLUMNS), most=MOST)
    if not lines:
        raise errors.FormRefused([errors.Fault(name, say("holds no line"))])
    heads, faults = _heads(lines[0], name)
    if faults:
        raise errors.FormRefused(faults)
    people: list[PersonTable] = []
    for number, line in enumerate(lines[1:], start=2):
        if any(cell is None or cell.strip() for cell in line):
            _line(heads, line, f"{name}:{number}", people, faults)
    if faults:
        raise errors.FormRefused(faults)
    return tuple(people)


def _heads(line: Sequence[str | None], name: str) -> tuple[list[str | None], list[errors.Fault]]:
    heads, faults = [], []
    for cell in line:
        written = text_safety.text(cell or "").strip()
        known = COLUMNS.get(written.lower())
        if written and known is None:
            faults.append(errors.Fault(f"{name}:1", say("the column {head!r} is not known", head=written)))
        if known in heads:
            faults.append(errors.Fault(f"{name}:1", say("the column {head!r} stands twice", head=written)))
        heads.append(known)
    faults += [
        errors.Fault(f"{name}:1", say("the column {head!r} is missing", head=needed))
        for needed in ("code", "name", "unit")
        if needed not in heads
    ]
    return heads, faults


def _line(
    heads: Sequence[str | None],
    line: Sequence[str | None],
    place: str,
    people: list[PersonTable],
    faults: list[errors.Fault],
) -> None:
    cells = {head: cell for head, cell in zip(heads, line, strict=False) if head is not None}
    if formulas := [head for head, cell in cells.items() if cell is None]:
        faults += [errors.Fault(f"{place}.{head}", say("is a formula; write its value")) for head in formulas]
        return
    given: dict[str, Any] = {
        head: text_safety.text(cell).strip() for head, cell in cells.items() if cell and cell.strip()
    }
    if "roles" in given:
        given["roles"] = [
            each.strip() for each in given["roles"].replace(",", ";").split(";") if each.strip()
        ]
    try:
        people.append(PersonTable.model_validate(given))
    except ValidationError as wrong:
        faults += [errors.Fault(f"{place}.{fault['loc'][0]}", _fault(fault)) for fault in wrong.errors()]


def _fault(fault: Any) -> Message:
    if fault["type"] == "missing":
        return say("is missing")
    if fault["type"] == "string_pattern_mismatch":
        return say("holds only letters without accents, digits, dots, hyphens and underscores, 1 to 80")
    return say("has more than {most} characters", most=300)
