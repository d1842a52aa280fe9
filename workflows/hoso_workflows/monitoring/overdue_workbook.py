"""A list of what is late as an xlsx workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hoso_workflows import workbooks
from hoso_workflows.monitoring.overdue import OverdueDossier, OverdueReception, OverdueStep
from hoso_workflows.monitoring.reception_queue import WaitingReception
from hoso_workflows.monitoring.return_queue import WaitingReturn
from hoso_workflows.workbooks import Sheet, Value

Item = OverdueDossier | OverdueStep | OverdueReception | WaitingReception | WaitingReturn

COLUMNS = (
    ("Mã hồ sơ", 26),
    ("Thủ tục", 16),
    ("Tên thủ tục", 60),
    ("Đơn vị", 40),
    ("Bước", 32),
    ("Người giữ", 28),
    ("Hạn", 16),
    ("Hẹn trả", 16),
    ("Trễ, ngày làm việc", 12),
    ("và giờ", 8),
)


@dataclass(frozen=True, slots=True)
class Told:
    """Heading of a list: its name, its unit, its instant."""

    name: str
    #: None for all units that the reader surveys.
    unit: str | None
    at: datetime
    #: How many more are told as a number only.
    counted_only: int
    #: True where the list is longer than the workbook.
    cut: bool


def write(items: Sequence[Item], told: Told) -> bytes:
    """The items in the order of the list. A second sheet tells of the list itself."""
    return workbooks.write(
        Sheet("Danh sách", COLUMNS, (_line(item) for item in items)),
        Sheet("Nội dung", (("Nội dung", 30), ("Giá trị", 60)), _contents(len(items), told)),
    )


def _contents(number: int, told: Told) -> list[list[Value]]:
    return [
        ["Danh sách", told.name],
        ["Đơn vị", told.unit or "Mọi đơn vị được theo dõi"],
        ["Số liệu lúc", told.at],
        ["Số dòng", number],
        ["Chỉ báo số, theo luật của trường hợp", told.counted_only],
        ["Đầy đủ", "Không: chỉ có các dòng có hạn sớm nhất" if told.cut else "Có"],
    ]


def _place(item: Item) -> str | None:
    """The unit that has the step, where the reader is told of no more."""
    return None if item.step_name or isinstance(item, OverdueStep) else item.step_unit_name


def _line(item: Item) -> list[Value]:
    late = item.lateness
    return [
        getattr(item, "code", None) or getattr(item, "reference", None),
        *(item.procedure, item.procedure_name, item.unit_name, item.step_name),
        item.officer_name or _place(item),
        *(item.due, item.due_promised if isinstance(item, OverdueDossier) else None),
        *((late.days, late.hours) if late else (None, None)),
    ]
