"""The lateness report as a workbook."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import openpyxl

from hoso_workflows import workbooks
from hoso_workflows.clock.work_by import Still, Stopped
from hoso_workflows.reports import lateness_workbook
from hoso_workflows.reports.lateness import Hours, Line, Part, Report
from hoso_workflows.reports.lateness_dossiers import Column, Counted

NOON = datetime(2026, 3, 9, 5, tzinfo=UTC)


def test_a_workbook_has_the_lines_of_the_report_their_sum_and_its_period() -> None:
    lines = (
        Line(5, 1, 1, 2, 0, 1, 1, 1, "H27.A", "=HYPERLINK(1)", "1.000001"),
        Line(2, 0, 0, 0, 1, 1, 0, 0, "H27.B", "Sở B", "+2"),
    )
    came = (Hours("H27.B", "Sở B", "+2", 6, 3, 2, 1),)
    days = date(2026, 3, 1), date(2026, 3, 8)
    report = Report(*days, "H27", Part.HANDLING, lines, NOON, final=True, hours=came)
    figures, hours, period = openpyxl.load_workbook(
        io.BytesIO(lateness_workbook.write_report(report, "Tỉnh", "Đơn vị giải quyết"))
    ).worksheets
    head, *rows = figures.iter_rows(values_only=True)
    assert head == tuple(word for word, _ in lateness_workbook.REPORT)
    assert rows == [
        ("=HYPERLINK(1)", "H27.A", "1.000001", 5, 1, 1, 2, 0, 1, 1, 1),
        ("Sở B", "H27.B", "+2", 2, 0, 0, 0, 1, 1, 0, 0),
        ("Cộng", None, None, 7, 1, 1, 2, 1, 2, 1, 1),
    ]
    assert list(hours.iter_rows(values_only=True)) == [
        tuple(word for word, _ in lateness_workbook.HOURS),
        ("Sở B", "H27.B", "+2", 6, 3, 2, 1),
    ]
    assert {cell.data_type for row in figures.iter_rows() for cell in row} == {"s", "n"}
    assert [row[1] for row in period.iter_rows(min_row=2, values_only=True)] == [
        *(
            datetime.fromisoformat("2026-03-01"),
            datetime.fromisoformat("2026-03-08"),
            "Tỉnh",
            "Đơn vị giải quyết",
            "đã chốt",
            datetime.fromisoformat("2026-03-09T12:00"),
        ),
        *(8, 8),
    ]


def test_a_workbook_of_dossiers_tells_local_times_and_what_is_missing() -> None:
    still = Still(NOON, Stopped.SUPPLEMENT)
    item = Counted(
        *(UUID(int=1), "H27-1", "1.000001", "@SUM(A1)", "H27.A", "Sở A"),
        *(NOON, NOON, NOON, None, Column.OPEN_OVERDUE, NOON, (NOON, NOON), still),
    )
    (sheet,) = openpyxl.load_workbook(
        io.BytesIO(lateness_workbook.write_dossiers([(item, (1, 2)), (item, None)]))
    ).worksheets
    local = datetime.fromisoformat("2026-03-09T12:00")
    told = ("H27-1", "1.000001", "@SUM(A1)", "Sở A", local, local, local, None, "Đang quá hạn", local, local)
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == [(*told, 1, 2), (*told, None, None)]
    assert sheet["C2"].data_type == "s"


def test_numbers_are_numbers_and_a_printed_table_is_as_wide_as_its_page() -> None:
    columns = (("Tỷ lệ", 8), ("Số", 8), ("Ngày", 12), ("Lúc", 16), ("Tên", 10))
    book = workbooks.write(workbooks.Sheet("A", columns, [(Decimal("66.7"), 1234, NOON.date(), NOON, "=1")]))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    assert [(each.data_type, each.number_format) for each in sheet[2]] == [
        *(("n", "0.0"), ("n", "#,##0"), ("d", "dd/mm/yyyy"), ("d", "dd/mm/yyyy hh:mm"), ("s", "General")),
    ]
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
        *("landscape", 0, True),
    )
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
