"""Register of dossiers (Mẫu 06) as an xlsx workbook."""

from collections.abc import Iterator

from hoso_workflows import workbooks
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
    """The lines of a register, one each row below the head."""
    lines = [[number, *_line(entry)] for number, entry in enumerate(values.entries, start=1)]
    return workbooks.write(workbooks.Sheet(f"Sổ {values.year}", COLUMNS, lines))


def _line(entry: Entry) -> Iterator[workbooks.Value]:
    yield from (entry.code, entry.procedure, entry.applicant, entry.contact, entry.handling)
    yield from (entry.received_on, entry.appointed_on, entry.returned_on)
    yield from (entry.way, entry.signed, entry.note)
