"""Entries as files: CSV, xlsx and JSON of one shape, written and read back alike.

A line is an entry in its last version, with the decision that published it. No cell of a CSV begins a formula: such a text has an
apostrophe before it, which reading takes away.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from pydantic import ValidationError

from hoso_bpmn import text_safety
from hoso_calendar import messages
from hoso_calendar.messages import say
from hoso_models.tables.base import described
from hoso_workflows import errors, localtime, workbooks, worksheets
from hoso_workflows.catalogue import cells, values
from hoso_workflows.catalogue.values import Content, Publication
from hoso_workflows.workbooks import Sheet

SCHEMA = "hoso-catalogue/1"
#: Entries of a file.
MOST = 25_000
#: Fields of a line in their order, each with the head of its column and its width in characters.
COLUMNS: Mapping[str, tuple[str, int]] = {
    "code": ("Mã thủ tục", 12),
    "name": ("Tên thủ tục", 60),
    "authority": ("Cơ quan", 14),
    "level": ("Cấp", 10),
    "field": ("Lĩnh vực", 24),
    "sequence": ("Trình tự thực hiện", 40),
    "method": ("Cách thức thực hiện", 30),
    "components": ("Thành phần hồ sơ", 60),
    "sets": ("Số bộ hồ sơ", 8),
    "term": ("Thời hạn giải quyết", 20),
    "term_note": ("Ghi thêm về thời hạn", 24),
    "applicants": ("Đối tượng thực hiện", 24),
    "decided_by": ("Cơ quan quyết định", 24),
    "result": ("Kết quả", 30),
    "forms": ("Mẫu đơn, tờ khai", 40),
    "conditions": ("Yêu cầu, điều kiện", 30),
    "fees": ("Phí, lệ phí", 30),
    "receiving": ("Cách tiếp nhận hồ sơ", 24),
    "returning": ("Cách trả kết quả", 24),
    "legal_basis": ("Căn cứ pháp lý", 50),
    "kind": ("Loại công bố", 16),
    "decision_no": ("Số quyết định công bố", 20),
    "decision_date": ("Ngày quyết định", 12),
    "published_at": ("Thời điểm công bố", 26),
    "valid_from": ("Có hiệu lực từ ngày", 12),
    "valid_to": ("Đến hết ngày", 12),
    "successor": ("Thủ tục thay thế", 12),
}
_NEEDED = (
    "code",
    "name",
    "authority",
    "level",
    "field",
    "kind",
    "decision_no",
    "decision_date",
    "published_at",
    "valid_from",
)
_OF_PUBLICATION = tuple(Publication.model_fields)
_HEADS = {head.casefold(): field for field, (head, _) in COLUMNS.items()} | {
    field: field for field in COLUMNS
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@described("A form of a file of entries.")
class FileForm(StrEnum):
    """Forms of a file of entries."""

    #: Text with commas, in UTF-8.
    CSV = "csv"
    #: A workbook.
    XLSX = "xlsx"
    #: JSON.
    JSON = "json"


#: The type of each form.
TYPES: Mapping[FileForm, str] = {
    FileForm.CSV: "text/csv; charset=utf-8",
    FileForm.XLSX: workbooks.XLSX,
    FileForm.JSON: "application/json",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a file."""

    #: Its line in a sheet, or its place in a list from 1 on.
    number: int
    code: str
    content: Content
    publication: Publication


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a place of a file."""

    #: None for the file as a whole.
    line: int | None
    #: The letter of the column; None where the file has none.
    column: str | None
    #: As in `COLUMNS`, perhaps with the place in a list behind it.
    field: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read."""

    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    #: The letter of the column of each field; empty for JSON.
    columns: Mapping[str, str]


def write(entries: Iterable[tuple[str, Content, Publication]], form: FileForm) -> bytes:
    """A file of entries in their order."""
    rows = (_document(*each) for each in entries)
    if form is FileForm.JSON:
        return orjson.dumps({"schema": SCHEMA, "entries": list(rows)}, option=orjson.OPT_INDENT_2)
    lines = ([cells.write(field, row[field]) for field in COLUMNS] for row in rows)
    if form is FileForm.XLSX:
        return workbooks.write(Sheet("Danh mục", tuple(COLUMNS.values()), lines))
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerow([head for head, _ in COLUMNS.values()])
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return kept.getvalue().encode("utf-8-sig")


def read(data: bytes, name: str) -> Read:
    """The entries of a file, whose form is told by what it holds. Whatever cannot be read is a finding."""
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return _of_json(data)
        return _of_sheet(data, name)
    except errors.FormRefused as refused:
        return Read((), tuple(Finding(None, None, None, each.message) for each in refused.faults), {})


def _document(code: str, content: Content, said: Publication) -> dict[str, Any]:
    public = localtime.isoformat(said.published_at)
    return {
        "code": code,
        **content.model_dump(mode="json"),
        **said.model_dump(mode="json"),
        "published_at": public,
    }


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _of_json(data: bytes) -> Read:
    try:
        found = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as broken:
        raise errors.FormRefused(
            [errors.Fault("", say("cannot be read: {why}", why=str(broken)))]
        ) from broken
    given = found.get("entries") if isinstance(found, dict) and found.get("schema") == SCHEMA else None
    if not isinstance(given, list):
        raise errors.FormRefused(
            [errors.Fault("", say("is no object with `schema` {schema} and a list `entries`", schema=SCHEMA))]
        )
    if len(given) > MOST:
        raise errors.FormRefused([errors.Fault("", say("holds more than {most} lines", most=MOST))])
    lines: list[Line] = []
    findings: list[Finding] = []
    for number, row in enumerate(given, start=1):
        if isinstance(row, dict):
            _line(number, row, {}, lines, findings)
        else:
            findings.append(Finding(number, None, None, say("is not as it has to be written")))
    return Read(tuple(lines), tuple(findings), {})


def _of_sheet(data: bytes, name: str) -> Read:
    # One column more is read, so that one too many is seen.
    given = worksheets.read(data, name, columns=len(COLUMNS) + 1, most=MOST)
    heads, findings = _heads(given[0] if given else [])
    columns = {field: _letter(place) for place, field in enumerate(heads) if field}
    if findings:
        return Read((), tuple(findings), columns)
    separated = not worksheets.is_workbook(data)
    lines: list[Line] = []
    for number, row in enumerate(given[1:], start=2):
        if any(cell is None or cell.strip() for cell in row):
            said = {
                field: _bare(cell) if separated and cell is not None else cell
                for field, cell in zip(heads, row, strict=False)
                if field
            }
            before = len(findings)
            known = _cells(number, said, columns, findings)
            wrong = frozenset(each.field for each in findings[before:])
            _line(number, known, columns, lines, findings, wrong)
    return Read(tuple(lines), tuple(findings), columns)


def _heads(row: Sequence[str | None]) -> tuple[list[str | None], list[Finding]]:
    heads: list[str | None] = []
    findings = []
    for place, cell in enumerate(row):
        written = text_safety.text(cell or "").strip()
        known = _HEADS.get(written.casefold())
        if written and (known is None or known in heads):
            unknown = say("the column {head!r} is not known", head=written)
            twice = say("the column {head!r} stands twice", head=written)
            findings.append(Finding(1, _letter(place), None, unknown if known is None else twice))
        heads.append(known)
    findings += [
        Finding(1, None, field, say("the column {head!r} is missing", head=COLUMNS[field][0]))
        for field in _NEEDED
        if field not in heads
    ]
    return heads, findings


def _cells(
    number: int, row: Mapping[str, str | None], columns: Mapping[str, str], findings: list[Finding]
) -> dict[str, Any]:
    """The fields of a line; what cannot be read is added to the findings."""
    found: dict[str, Any] = {}
    for field, cell in row.items():
        if cell is None:
            findings.append(Finding(number, columns[field], field, say("is a formula; write its value")))
            continue
        try:
            found[field] = cells.read(field, cell)
        except (ValueError, OverflowError) as wrong:
            why = (
                messages.sentence(wrong)
                if wrong.args and isinstance(wrong.args[0], messages.Message)
                else None
            )
            findings.append(
                Finding(number, columns[field], field, why or say("is not as it has to be written"))
            )
    return found


def _line(
    number: int,
    row: Mapping[str, Any],
    columns: Mapping[str, str],
    lines: list[Line],
    findings: list[Finding],
    told: frozenset[str | None] = frozenset(),
) -> None:
    """Add a line, or the findings on it.

    Of a field that is `told` already nothing more is said.
    """
    code = row.get("code")
    wrong = values.code_faults(code.strip() if isinstance(code, str) else "")
    parts: list[Any] = []
    for kind, names in ((Content, None), (Publication, _OF_PUBLICATION)):
        given = {
            name: value
            for name, value in row.items()
            if name != "code" and (name in _OF_PUBLICATION) == (names is not None)
        }
        try:
            parts.append(kind.model_validate(given))
        except ValidationError as refused:
            wrong += values.faults(refused)
    for each in wrong:
        name = each.field.partition(".")[0]
        if name not in told:
            findings.append(Finding(number, columns.get(name), each.field, each.message))
    if not wrong and not told:
        lines.append(Line(number, str(code).strip(), *parts))


def _letter(place: int) -> str:
    """The letter of a column from 0 on."""
    above, rest = divmod(place, 26)
    return (chr(64 + above) if above else "") + chr(65 + rest)
