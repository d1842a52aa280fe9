"""A filing on paper: read back word for word, marked on each page, the same bytes for the same words."""

from datetime import datetime

import pytest

from hoso_workflows import localtime
from hoso_workflows.letters import pool
from hoso_workflows.letters.printouts import Line, Printout, printout
from hoso_workflows.letters.template_check import drawn

pytestmark = pytest.mark.slow

MARK = "BẢN NHÁP – CHƯA NỘP"
LINES = (
    Line("Tờ khai", level=2),
    Line("Nhóm", level=3),
    Line("Sâu hơn", level=4),
    Line("*_#raw`$x$ là nhãn", ('#set page() *đậm* "trích" \\ \\u{41}',)),
    Line("Nhiều dòng", ("một\nhai\n\nba", "x" * 400)),
    Line("Nhóm sau", level=3),
    Line("", ("Không có mục nào",)),
    *(Line(f"Câu {number}", (f"Trả lời {number}",)) for number in range(80)),
)
PAPER = Printout(
    "Cấp giấy phép xuất bản tài liệu không kinh doanh",
    LINES,
    datetime(2026, 3, 2, 9, tzinfo=localtime.ZONE),
    mark=MARK,
    foot="1.014464",
)


def test_a_paper_says_what_was_typed_and_each_page_that_nothing_was_filed():
    made = pool.POOL.set_now(printout.job(PAPER))
    pages = [drawn.joined(each) for each in drawn.pages(made)]
    assert [drawn.joined(MARK) in each for each in pages] == [True] * len(pages)
    every = "".join(pages)
    for line in LINES:
        for text in (line.label, *line.values):
            if len(text) < 100:
                assert drawn.joined(text) in every, text
    assert every.count("x") >= 400
    assert b"pdfaid:part" in made
    assert pool.POOL.set_now(printout.job(PAPER)) == made
