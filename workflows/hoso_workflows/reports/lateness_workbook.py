"""The lateness report, and the dossiers behind a figure, as xlsx workbooks."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from hoso_workflows import workbooks
from hoso_workflows.reports.lateness import Figures, Report
from hoso_workflows.reports.lateness_dossiers import Column, Counted
from hoso_workflows.workbooks import Sheet, Value

#: Columns of the report by their figures, in the words of the page.
FIGURES = {
    Column.RECEIVED: "Nhận trong kỳ",
    Column.CARRIED_OVER: "Kỳ trước",
    Column.EARLY: "Trước hạn",
    Column.ON_TIME: "Đúng hạn",
    Column.LATE: "Quá hạn",
    Column.OPEN_WITHIN: "Đang trong hạn",
    Column.OPEN_OVERDUE: "Đang quá hạn",
    Column.CLOSED_OTHERWISE: "Kết thúc khác",
}
REPORT = (("Đơn vị", 40), ("Mã đơn vị", 18), ("Thủ tục", 16), *((word, 14) for word in FIGURES.values()))
#: Appointed hours that came in the period, by whether the result was ready for its owner.
HOURS = (
    *(("Đơn vị", 40), ("Mã đơn vị", 18), ("Thủ tục", 16), ("Giờ hẹn trong kỳ", 14)),
    *(("Trả được đúng hẹn", 14), ("Có kết quả, chưa trả được", 14), ("Chưa có kết quả", 14)),
)
DOSSIERS = (
    ("Mã hồ sơ", 26),
    ("Thủ tục", 16),
    ("Tên thủ tục", 60),
    ("Đơn vị", 40),
    ("Tiếp nhận", 16),
    ("Hạn theo luật", 16),
    ("Hẹn trả", 16),
    ("Kết thúc", 16),
    ("Tình trạng", 16),
    ("Quá hạn từ", 16),
    ("Dừng tính từ", 16),
    ("Trễ, ngày làm việc", 12),
    ("và giờ", 8),
)


def write_report(report: Report, unit: str, part: str) -> bytes:
    """The report as a workbook. Lines and sum in one sheet; period, part of the units and check in another."""
    return workbooks.write(
        Sheet("Số liệu", REPORT, [*_lines(report), ["Cộng", None, None, *_figures(report.total)]]),
        Sheet(
            "Giờ hẹn trả",
            HOURS,
            ([each.unit_name, each.unit, *astuple(each)[2:]] for each in report.hours or ()),
        ),
        Sheet("Kỳ báo cáo", (("Nội dung", 30), ("Giá trị", 40)), _period(report, unit, part)),
    )


def write_dossiers(lines: Iterable[tuple[Counted, tuple[int, int] | None]]) -> bytes:
    """Dossiers, each with its lateness in working days and hours."""
    return workbooks.write(
        Sheet("Hồ sơ", DOSSIERS, ([*_dossier(item), *(late or (None, None))] for item, late in lines))
    )


def _lines(report: Report) -> Iterator[list[Value]]:
    for line in report.lines:
        yield [line.unit_name, line.unit, line.procedure, *_figures(line)]


def _figures(them: Figures) -> list[int]:
    return [getattr(them, column) for column in FIGURES]


def _period(report: Report, unit: str, part: str) -> list[list[Value]]:
    total = report.total
    return [
        ["Từ ngày", report.period_from],
        ["Đến hết ngày", report.period_to],
        ["Đơn vị, kể cả cấp dưới", unit],
        ["Tính theo", part],
        ["Số liệu", "đã chốt" if report.final else "tạm tính: kỳ chưa kết thúc"],
        ["Tính lúc", report.made_at],
        ["Nhận trong kỳ + kỳ trước", total.taken],
        ["Đã giải quyết + đang giải quyết + kết thúc khác", total.accounted],
    ]


def _dossier(item: Counted) -> list[Value]:
    return [
        *(item.code, item.procedure, item.procedure_name, item.unit_name),
        *(item.accepted_at, item.due, item.promised, item.finished_at),
        *(FIGURES[item.column], item.late_since, item.still.since if item.still else None),
    ]
