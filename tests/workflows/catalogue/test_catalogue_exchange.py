"""Files of entries: written and read back alike in each form; no cell of a CSV begins a formula; findings name their place."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso_workflows.catalogue import exchange, values
from hoso_workflows.catalogue.exchange import COLUMNS, FileForm
from hoso_workflows.catalogue.values import Content, Mode
from support.catalogue_entries import CODE, DECISION, WHOLE

SIGNS = st.sampled_from(
    ["=", "+", "-", "@", "'", "|", "\\", "\n", " ", '"', ",", ";", "ệ", "a", "_x0041_", "\t"]
)
TEXT = st.lists(SIGNS, max_size=8).map("".join)
NAME = TEXT.map(lambda text: f"{text.strip()}ơ")
MODES = st.none() | st.lists(st.sampled_from(Mode), min_size=1, unique=True)
COMPONENT = st.fixed_dictionaries(
    {
        "code": st.none() | NAME,
        "name": NAME,
        "originals": st.integers(0, 9),
        "copies": st.integers(0, 9),
        "required": st.booleans(),
    }
)
FEE = st.fixed_dictionaries(
    {"name": NAME, "amount": st.none() | st.integers(0, 10**9), "note": st.none() | NAME}
)
CONTENT = st.fixed_dictionaries(
    {
        "name": NAME,
        "authority": st.just("H27"),
        "level": st.just("province"),
        "field": NAME,
        "sequence": TEXT,
        "components": st.none() | st.lists(COMPONENT, max_size=3),
        "sets": st.none() | st.integers(1, 9),
        "term": st.sampled_from([None, "3 ngày làm việc"]),
        "term_note": TEXT,
        "forms": st.none() | st.lists(TEXT, max_size=3),
        "fees": st.none() | st.lists(FEE, max_size=3),
        "receiving": MODES,
        "legal_basis": st.none() | st.lists(TEXT, max_size=3),
    }
).map(values.content)


@given(st.lists(CONTENT, min_size=1, max_size=3))
@settings(max_examples=40)
def test_what_is_written_is_read_back_as_it_was(contents: list[Content]) -> None:
    rows = [(f"8.{place}", content, DECISION) for place, content in enumerate(contents)]
    for form in (FileForm.CSV, FileForm.JSON):
        read = exchange.read(exchange.write(rows, form), "danh-muc")
        assert [(each.code, each.content, each.publication) for each in read.lines] == rows, read.findings


@given(CONTENT)
@settings(max_examples=40)
def test_no_cell_of_a_csv_begins_a_formula(content: Content) -> None:
    text = exchange.write([(CODE, content, DECISION)], FileForm.CSV).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_a_workbook_is_read_back_as_it_was_written() -> None:
    odd = WHOLE.model_copy(
        update={"name": "=1+1", "sequence": "- một\n'hai", "fees": None, "forms": ("-", "a | b")}
    )
    rows = [(CODE, WHOLE, DECISION), ("8.100002", odd, DECISION)]
    read = exchange.read(exchange.write(rows, FileForm.XLSX), "danh-muc.xlsx")
    assert [(each.number, each.code, each.content, each.publication) for each in read.lines] == [
        (2, *rows[0]),
        (3, *rows[1]),
    ]


def test_findings_name_line_column_and_field() -> None:
    heads = [head for head, _ in COLUMNS.values()]
    line = dict.fromkeys(heads, "")
    line |= {
        "Mã thủ tục": "8.1",
        "Tên thủ tục": "=cmd()",
        "Cơ quan": "H27",
        "Cấp": "Cấp xã",
        "Lĩnh vực": "Y tế",
    }
    line |= {"Loại công bố": "ban hành mới", "Số quyết định công bố": "1/QĐ", "Ngày quyết định": "02/01/2026"}
    line |= {"Thời điểm công bố": "03/01/2026 08:00", "Có hiệu lực từ ngày": "31/02/2026"}
    other = line | {
        "Tên thủ tục": "Cấp giấy",
        "Có hiệu lực từ ngày": "2026-02-01",
        "Thời hạn giải quyết": "ba hôm",
        "Số bộ hồ sơ": "x",
    }
    right = other | {"Thời hạn giải quyết": "3 ngày", "Số bộ hồ sơ": "1", "Thành phần hồ sơ": "Đơn\nBản vẽ"}
    kept = io.StringIO()
    writer = csv.DictWriter(kept, heads)
    writer.writeheader()
    writer.writerows([line, other, right])
    read = exchange.read(kept.getvalue().encode(), "a.csv")
    assert [(each.line, each.column, each.field) for each in read.findings] == [
        (2, "B", "name"),
        (2, "Y", "valid_from"),
        (3, "I", "sets"),
        (3, "J", "term"),
    ]
    (kept_line,) = read.lines
    assert kept_line.content.level == "commune"
    assert [each.name for each in kept_line.content.components or ()] == ["Đơn", "Bản vẽ"]


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[1]",
        b'{"schema": "hoso-catalogue/1", "entries": [3]}',
        b"\xff\xfe",
        b"PK\x03\x04",
        b"a,b\n1,2",
    ],
)
def test_a_file_of_something_else_is_refused_whole(data: bytes) -> None:
    read = exchange.read(data, "a")
    assert (bool(read.findings), read.lines) == (True, ())
