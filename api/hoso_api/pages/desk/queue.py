"""The desk's queue as its page shows it: dossiers by what they wait for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DossierStatus as Status
from hoso_workflows.monitoring import reception_queue
from hoso_workflows.organisation.permissions import RECEPTION
from hoso_workflows.tracking import search
from hoso_workflows.tracking.search import Asked, DossierFilter

ADDRESS = "/noi-bo/mot-cua"
#: The words of the query.
TAB, AFTER = "ngan", "sau"
LENGTH = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the desk's lists; the first is of dossiers that wait for reception."""

    word: str
    name: str
    status: Status | None
    #: The page on which something is done to its dossiers, below their address.
    act: str
    button: str
    empty: str

    @property
    def address(self) -> str:
        """The address of the list."""
        return f"{ADDRESS}?{TAB}={self.word}" if self.word else ADDRESS


WAITING = Tab(
    "",
    marked("Chờ tiếp nhận"),
    None,
    "tiep-nhan",
    marked("Kiểm tra"),
    marked("Không còn hồ sơ chờ tiếp nhận."),
)
TABS = (
    WAITING,
    Tab("bo-sung-truoc", marked("Chờ bổ sung, chưa tiếp nhận"), Status.AWAITING_SUPPLEMENT_BEFORE, "nhan-bo-sung", marked("Nhận bổ sung"), marked("Không có hồ sơ chờ bổ sung.")),
    Tab("bo-sung", marked("Chờ bổ sung"), Status.AWAITING_SUPPLEMENT, "nhan-bo-sung", marked("Nhận bổ sung"), marked("Không có hồ sơ chờ bổ sung.")),
    Tab("tra", marked("Chờ trả kết quả"), Status.RESULT_READY, "tra-ket-qua", marked("Trả kết quả"), marked("Không có kết quả chờ trả.")),
    Tab("nghia-vu", marked("Chờ nghĩa vụ tài chính"), Status.FINANCIAL_OBLIGATION, "", marked("Mở hồ sơ"), marked("Không có hồ sơ chờ nghĩa vụ tài chính.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier that waits at the desk."""

    key: str
    procedure: str
    applicant: str
    mark: str
    standing: str
    due: datetime | None


def units(visit: Visit) -> list[str]:
    """The units in which the reader receives."""
    return sorted({right.unit for right in visit.rights.held if right.role == RECEPTION})


async def waiting(visit: Visit, after: str, limit: int = LENGTH) -> tuple[Sequence[Row], str | None]:
    """The dossiers that wait for reception, those due first first. Raises BadCursor."""
    calendars = await visit.service.reference_data.unit_calendars(units(visit))
    found = await reception_queue.receptions(
        visit.service.db, calendars, at=visit.at, unit=units(visit), after=after or None, limit=limit
    )
    rows = []
    for item in found.items:
        mark, words = standing.standing(item.due, visit.at, calendars[item.unit])
        rows.append(Row(item.reference, item.procedure_name, "", mark, words, item.due))
    return rows, found.after


async def standing_at(visit: Visit, tab: Tab, after: str) -> tuple[Sequence[Row], str | None]:
    """The dossiers of the desk in the status of a list, the newest first. Raises BadCursor."""
    asked = Asked(visit.principal, visit.at, visit.origin, LENGTH, after or None)
    found = await search.listed(visit.service.db, DossierFilter(None, None, tab.status), asked)
    return [_row(item) for item in found.items], found.after


def _row(item: Mapping[str, Any]) -> Row:
    return Row(
        key=str(item["code"] or item["reference"]),
        procedure=str(item["procedure"]["name"]),
        applicant=str(item["applicant"]["name"] or ""),
        mark="still",
        standing=spoken("đang chờ"),
        due=None,
    )


async def counts(visit: Visit) -> Mapping[str, int]:
    """The number of dossiers in each list, by its word."""
    rows = await visit.service.db.rows(_COUNTS, [units(visit)])
    by_status = {row.status: row.n for row in rows}
    return {tab.word: by_status.get(tab.status.value if tab.status else "filed", 0) for tab in TABS}


_COUNTS = """
select status, count(*)::int as n from dossier
where receiving_unit = any($1::text[])
  and status in ('filed', 'awaiting_supplement_before', 'awaiting_supplement', 'result_ready', 'financial_obligation')
group by status
"""
