"""Tables of reports. Pages, REST, workbooks, CSV, PDF and pictures show the same values."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from hoso_models.tables.base import described
from hoso_workflows.reports.forms.accounting import Accounted, Line
from hoso_workflows.reports.forms.causes import Caused, CauseLine
from hoso_workflows.reports.forms.satisfaction import Rated, RatedLine
from hoso_workflows.reports.forms.steps import StepLine
from hoso_workflows.reports.forms.targets import OnlineShare
from hoso_workflows.workbooks import Value


@described("The form of a report.")
class Form(StrEnum):
    """Forms of reports."""

    #: II.06/VPCP/KSTT: received, resolved, open.
    ACCOUNT = "ii-06"
    #: II.07/VPCP/KSTT: causes of what is late.
    CAUSES = "ii-07"
    #: Lateness and working time by step.
    STEPS = "steps"
    #: The same by officer.
    OFFICERS = "officers"
    #: Share filed online against the year's target.
    ONLINE = "online"
    #: Ratings of applicants by level and content.
    SATISFACTION = "satisfaction"


@described("What the lines of form II.06 are of.")
class Split(StrEnum):
    """Splits of form II.06, each within a unit."""

    #: A procedure.
    PROCEDURE = "procedure"
    #: A field of the catalogue.
    FIELD = "field"
    #: A level of authorities.
    LEVEL = "level"
    #: The unit as a whole.
    UNIT = "unit"
    #: A way by which dossiers come in: the portal, an agency's site, another portal, a counter, post.
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name for programs, number in the form, words in Vietnamese."""

    key: str
    words: str
    number: str = ""
    #: In characters.
    width: int = 10
    #: A number that is told with a decimal, as `66,7`.
    decimal: bool = False

    @property
    def head(self) -> str:
        """Number and words."""
        return f"({self.number}) {self.words}" if self.number else self.words


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: labels, then figures. Each label and figure stands under its column."""

    labels: tuple[str, ...]
    figures: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """An identity of the sum line, and its two sides."""

    says: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """True where the two sides are equal."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Table:
    """A form filled with figures."""

    form: Form
    title: str
    labels: tuple[Column, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    #: None for a table whose lines are not added up.
    total: Row | None
    checks: tuple[Check, ...]

    def said(self, row: Row) -> dict[str, str]:
        """The labels of a row by the keys of their columns."""
        return dict(zip((each.key for each in self.labels), row.labels, strict=True))


@dataclass(frozen=True, slots=True)
class Heading:
    """Period and unit of a table, and when it was counted."""

    first: date
    #: The last day, included.
    last: date
    unit: str
    unit_name: str
    made_at: datetime
    #: False while the period runs.
    final: bool


_UNIT = (Column("unit_name", "Đơn vị", width=28), Column("unit", "Mã đơn vị", width=14))
_FIELD = Column("field", "Lĩnh vực", width=20)
_LEVEL = Column("level", "Cấp", width=10)
_PROCEDURE = (Column("procedure", "Mã thủ tục", width=11), Column("procedure_name", "Thủ tục", width=36))
#: Label columns by split.
SPLITS: dict[Split, tuple[Column, ...]] = {
    Split.PROCEDURE: (*_UNIT, _FIELD, _LEVEL, *_PROCEDURE),
    Split.FIELD: (*_UNIT, _FIELD),
    Split.LEVEL: (*_UNIT, _LEVEL),
    Split.UNIT: _UNIT,
    Split.ENTRY: (
        *_UNIT,
        Column("entry_name", "Lối vào", width=20),
        Column("entry_site", "Trang, cổng", width=28),
    ),
}
ACCOUNT = (
    Column("received", "Tiếp nhận, tổng", "3"),
    Column("online", "Mới, trực tuyến", "4"),
    Column("desk", "Mới, trực tiếp", "5a"),
    Column("post", "Mới, bưu chính", "5b"),
    Column("carried_over", "Từ kỳ trước", "6"),
    Column("resolved", "Đã giải quyết, tổng", "7"),
    Column("early", "Trước hạn", "8"),
    Column("on_time", "Đúng hạn", "9"),
    Column("late", "Quá hạn", "10"),
    Column("open", "Đang giải quyết, tổng", "11"),
    Column("open_within", "Trong hạn", "12"),
    Column("open_overdue", "Quá hạn, chưa xong", "13"),
    Column("closed_otherwise", "Kết thúc khác", "14"),
)
CAUSES = (
    Column("all_late", "Quá hạn, tổng", "3"),
    Column("late", "Đã giải quyết quá hạn", "4"),
    Column("open_overdue", "Đang giải quyết quá hạn", "5"),
    Column("own", "Bước của đơn vị quá thời hạn", "6"),
    Column("others", "Phối hợp, lấy ý kiến quá thời hạn", "7"),
    Column("unexplained", "Không bước nào quá thời hạn", "8"),
)
STEPS = (
    Column("ended", "Đã xong"),
    Column("early", "Trước hạn"),
    Column("on_time", "Đúng hạn"),
    Column("late", "Quá hạn"),
    Column("unlimited", "Không có thời hạn"),
    Column("open", "Đang làm"),
    Column("open_overdue", "Đang làm, quá hạn"),
    Column("overdue_still", "trong đó dừng tính"),
    Column("median", "Phút làm việc, 50%"),
    Column("ninetieth", "Phút làm việc, 90%"),
    Column("longest", "Phút làm việc, lâu nhất"),
)
ONLINE = (
    Column("received", "Tiếp nhận"),
    Column("online", "Trực tuyến"),
    Column("share", "Tỷ lệ, %", decimal=True),
    Column("target", "Chỉ tiêu, %"),
    Column("met", "Kết quả"),
)
SATISFACTION = (
    Column("rated", "Lượt đánh giá"),
    Column("very_satisfied", "Rất hài lòng"),
    Column("satisfied", "Hài lòng"),
    Column("unsatisfied", "Chưa hài lòng"),
    Column("share", "Hài lòng chung, %"),
    Column("convenience", "Thuận tiện, %"),
    Column("timeliness", "Kịp thời, %"),
    Column("attitude", "Thái độ, %"),
)
_MET = {True: "đạt", False: "chưa đạt", None: ""}


def of_account(lines: Sequence[Line], split: Split = Split.PROCEDURE) -> Table:
    """Form II.06 with its identities."""
    labels = SPLITS[split]
    groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for each in lines:
        groups[_named(each, labels)].append(each)
    rows = tuple(Row(named, _figures(Accounted.sum(of), ACCOUNT)) for named, of in groups.items())
    total = Accounted.sum(lines)
    checks = (
        Check("3 = 4 + 5a + 5b + 6", total.received, total.new + total.carried_over),
        Check("7 = 8 + 9 + 10", total.resolved, total.early + total.on_time + total.late),
        Check("11 = 12 + 13", total.open, total.open_within + total.open_overdue),
        Check("3 = 7 + 11 + 14", total.received, total.accounted),
    )
    title = "Tình hình, kết quả giải quyết thủ tục hành chính (II.06)"
    return Table(Form.ACCOUNT, title, labels, ACCOUNT, rows, _sum(labels, _figures(total, ACCOUNT)), checks)


def of_causes(lines: Sequence[CauseLine]) -> Table:
    """Form II.07 with its identities."""
    labels = (*_UNIT, _FIELD)
    total = Caused.sum(lines)
    rows = tuple(Row(_named(each, labels), _figures(each, CAUSES)) for each in lines)
    checks = (
        Check("3 = 4 + 5", total.all_late, total.late + total.open_overdue),
        Check("3 = 6 + 7 + 8", total.all_late, total.accounted),
    )
    title = "Nguyên nhân quá hạn (II.07)"
    return Table(Form.CAUSES, title, labels, CAUSES, rows, _sum(labels, _figures(total, CAUSES)), checks)


def of_steps(lines: Sequence[StepLine]) -> Table:
    """Steps, the slowest first."""
    words = (Column("key", "Thủ tục", width=14), Column("name", "Bước", width=40))
    return _of_steps(Form.STEPS, "Tiến độ theo bước", (*_UNIT, *words), lines)


def of_officers(lines: Sequence[StepLine]) -> Table:
    """Officers, the slowest first. Their ids are left out."""
    return _of_steps(
        Form.OFFICERS, "Tiến độ theo người xử lý", (*_UNIT, Column("name", "Người xử lý", width=40)), lines
    )


def _of_steps(form: Form, title: str, labels: tuple[Column, ...], lines: Sequence[StepLine]) -> Table:
    rows = tuple(Row(_named(each, labels), _figures(each, STEPS)) for each in lines)
    ended = sum(each.ended for each in lines)
    judged = sum(each.early + each.on_time + each.late + each.unlimited for each in lines)
    words = "đã xong = trước hạn + đúng hạn + quá hạn + không có thời hạn"
    return Table(form, title, labels, STEPS, rows, None, (Check(words, ended, judged),))


def of_online(shares: Sequence[OnlineShare]) -> Table:
    """Shares filed online since the beginning of the year, against their targets."""
    rows = tuple(Row((each.unit_name, each.unit), _share(each)) for each in shares)
    title = "Tỷ lệ hồ sơ trực tuyến so với chỉ tiêu năm"
    return Table(Form.ONLINE, title, _UNIT, ONLINE, rows, None, ())


def of_satisfaction(lines: Sequence[RatedLine]) -> Table:
    """Ratings of applicants, by unit and procedure."""
    labels = (*_UNIT, *_PROCEDURE)
    rows = tuple(Row(_named(each, labels), _figures(each, SATISFACTION)) for each in lines)
    total = Rated.sum(lines)
    levels = total.very_satisfied + total.satisfied + total.unsatisfied
    check = Check("lượt đánh giá = rất hài lòng + hài lòng + chưa hài lòng", total.rated, levels)
    title = "Mức độ hài lòng của người nộp hồ sơ"
    summed = _sum(labels, _figures(total, SATISFACTION))
    return Table(Form.SATISFACTION, title, labels, SATISFACTION, rows, summed, (check,))


def _share(each: OnlineShare) -> tuple[Value, ...]:
    target = each.target.percent if each.target else None
    return each.received, each.online, each.share, target, _MET[each.met]


def _named(line: Any, labels: Sequence[Column]) -> tuple[str, ...]:
    return tuple(getattr(line, each.key) for each in labels)


def _figures(them: Any, columns: Sequence[Column]) -> tuple[Value, ...]:
    return tuple(getattr(them, each.key) for each in columns)


def _sum(labels: Sequence[Column], figures: tuple[Value, ...]) -> Row:
    return Row(("Cộng", *("" for _ in labels[1:])), figures)


def document(table: Table) -> dict[str, Any]:
    """The table for programs: each line by the keys of its columns."""
    keys = [each.key for each in (*table.labels, *table.columns)]
    return {
        "form": table.form,
        "title": table.title,
        "columns": [
            {"key": each.key, "number": each.number, "words": each.words}
            for each in (*table.labels, *table.columns)
        ],
        "lines": [dict(zip(keys, (*row.labels, *row.figures), strict=True)) for row in table.rows],
        "total": table.total
        and dict(zip([each.key for each in table.columns], table.total.figures, strict=True)),
        "checks": [{"says": each.says, "left": each.left, "right": each.right} for each in table.checks],
    }
