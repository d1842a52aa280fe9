"""The desk's queue as its page shows it: dossiers by what they wait for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DossierStatus as Status
from hoso_workflows.clock.at_desk import Readiness
from hoso_workflows.correspondence import conversation
from hoso_workflows.monitoring import reception_queue, return_queue
from hoso_workflows.monitoring.overdue import Calendars
from hoso_workflows.monitoring.reception_queue import WaitingReception
from hoso_workflows.monitoring.return_queue import WaitingReturn
from hoso_workflows.organisation.permissions import RECEPTION, readings
from hoso_workflows.pagination import Page
from hoso_workflows.tracking import search
from hoso_workflows.tracking.search import Asked, DossierFilter

ADDRESS = "/noi-bo/mot-cua"
#: The words of the query.
TAB, AFTER = "ngan", "sau"
LENGTH = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the desk's lists.

    It is of dossiers in a status; without a status, that of reception or that of questions.
    """

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
ASKED = Tab(
    "hoi-dap",
    marked("Chờ trả lời người nộp"),
    None,
    "hoi-dap",
    marked("Trả lời"),
    marked("Không có người nộp nào chờ trả lời."),
)
RETURNS = Tab(
    "tra",
    marked("Chờ trả kết quả"),
    Status.RESULT_READY,
    "tra-ket-qua",
    marked("Trả kết quả"),
    marked("Không có kết quả chờ trả."),
)
TABS = (
    WAITING,
    Tab("bo-sung-truoc", marked("Chờ bổ sung, chưa tiếp nhận"), Status.AWAITING_SUPPLEMENT_BEFORE, "nhan-bo-sung", marked("Nhận bổ sung"), marked("Không có hồ sơ chờ bổ sung.")),
    Tab("bo-sung", marked("Chờ bổ sung"), Status.AWAITING_SUPPLEMENT, "nhan-bo-sung", marked("Nhận bổ sung"), marked("Không có hồ sơ chờ bổ sung.")),
    RETURNS,
    Tab("nghia-vu", marked("Chờ nghĩa vụ tài chính"), Status.FINANCIAL_OBLIGATION, "", marked("Mở hồ sơ"), marked("Không có hồ sơ chờ nghĩa vụ tài chính.")),
    ASKED,
)  # fmt: skip


def act_at(status: str) -> str:
    """The desk's page for a status, below a dossier's address; empty without one."""
    by_status = {WAITING: Status.FILED, **{tab: tab.status for tab in TABS if tab.status}}
    found = next((tab for tab, of in by_status.items() if of == status and tab.act), None)
    return f"/{found.act}" if found else ""


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


async def waiting(visit: Visit, after: str) -> tuple[Sequence[Row], str | None]:
    """The dossiers that wait for reception, those due first first; the reading is logged. Raises BadCursor."""
    calendars, found = await _receptions(visit, after)
    await _read(visit, found.items)
    names = await reception_queue.applicants(visit.service.db, [item.id for item in found.items])
    rows = []
    for item in found.items:
        mark, words = standing.standing(item.due, visit.at, calendars[item.unit])
        rows.append(Row(item.reference, item.procedure_name, names[item.id], mark, words, item.due))
    return rows, found.after


async def following(visit: Visit, reference: str) -> str | None:
    """The reference of the dossier behind one in the queue, else of the first; None where no other waits."""
    _, found = await _receptions(visit, "")
    references = [item.reference for item in found.items]
    place = references.index(reference) + 1 if reference in references else 0
    others = [item for item in (*found.items[place:], *found.items[:place]) if item.reference != reference]
    await _read(visit, others[:1])
    return others[0].reference if others else None


async def _receptions(visit: Visit, after: str) -> tuple[Calendars, Page[WaitingReception]]:
    at = units(visit)
    calendars = await visit.service.reference_data.unit_calendars(at)
    return calendars, await reception_queue.receptions(
        visit.service.db, calendars, at=visit.at, unit=at, after=after or None, limit=LENGTH
    )


async def returning(visit: Visit, after: str) -> tuple[Sequence[Row], str | None]:
    """The results that await their return, what is not ready first.

    The reading is logged. Raises BadCursor.
    """
    at = units(visit)
    calendars = await visit.service.reference_data.unit_calendars(at)
    found = await return_queue.returns(
        visit.service.db, calendars, at=visit.at, unit=at, after=after or None, limit=LENGTH
    )
    await _read(visit, found.items)
    names = await reception_queue.applicants(visit.service.db, [item.id for item in found.items])
    rows = []
    for item in found.items:
        mark, words = standing.of_return(item, visit.at, calendars[item.unit])
        rows.append(Row(item.code, item.procedure_name, names[item.id], mark, words, item.due))
    return rows, found.after


async def _read(visit: Visit, items: Sequence[WaitingReception | WaitingReturn]) -> None:
    """Record that the reader was shown these."""
    reading = readings.of_list(visit.rights, search.LIST)
    seen = readings.access(search.LIST, visit.principal, None, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, [item.id for item in items])


async def listed(visit: Visit, tab: Tab, after: str) -> tuple[Sequence[Row], str | None]:
    """The dossiers of a list; the reading is logged. Raises BadCursor."""
    match tab.word:
        case WAITING.word:
            return await waiting(visit, after)
        case ASKED.word:
            return await asked(visit, after)
        case RETURNS.word:
            return await returning(visit, after)
    return await standing_at(visit, tab, after)


async def asked(visit: Visit, after: str) -> tuple[Sequence[Row], str | None]:
    """The dossiers whose applicants wait for an answer, those who have waited longest first. Raises BadCursor."""
    found = await conversation.unanswered(
        visit.service.db, None, limit=LENGTH, after=after or None, **visit.reading
    )
    words = spoken("người nộp chờ trả lời từ")
    return [
        Row(
            str(each["code"] or each["reference"]),
            each["procedure_name"],
            "",
            "soon",
            words,
            datetime.fromisoformat(each["unanswered_since"]),
        )
        for each in found.items
    ], found.after


async def standing_at(visit: Visit, tab: Tab, after: str) -> tuple[Sequence[Row], str | None]:
    """The dossiers of the desk in the status of a list, the newest first. Raises BadCursor."""
    asked = Asked(visit.principal, visit.at, visit.origin, LENGTH, after or None)
    wanted = DossierFilter(status=tab.status, receiving=units(visit))
    found = await search.listed(visit.service.db, wanted, asked)
    return [_row(item) for item in found.items], found.after


def _row(item: Mapping[str, Any]) -> Row:
    late_since = datetime.fromisoformat(item["late_since"]) if item["late_since"] else None
    mark, words = standing.been_late("still", spoken("đang dừng tính thời hạn"), late_since)
    return Row(
        key=str(item["code"] or item["reference"]),
        procedure=str(item["procedure"]["name"]),
        applicant=str(item["applicant"]["name"] or ""),
        mark=mark,
        standing=words,
        due=None,
    )


#: Where the results of the desk stand, in the order of its list, with the mark of each.
READINESS: Sequence[tuple[Readiness, str, str]] = (
    (Readiness.MISSING, "late", marked("quá giờ hẹn, chưa có")),
    (Readiness.SOON, "soon", marked("sắp đến giờ hẹn, chưa có")),
    (Readiness.AHEAD, "fine", marked("chưa có, còn hạn")),
    (Readiness.LATE, "late", marked("có sau giờ hẹn")),
    (Readiness.READY, "fine", marked("có đúng hẹn, chờ người nộp đến nhận")),
)


async def readiness(visit: Visit, tab: Tab) -> Sequence[tuple[str, str, int]]:
    """Mark, words and number of results by standing; none on another list."""
    if tab != RETURNS:
        return ()
    found = await return_queue.counts(visit.service.db, units(visit), at=visit.at)
    return [(mark, words, found[each]) for each, mark, words in READINESS if found[each]]


async def counts(visit: Visit) -> Mapping[str, int]:
    """The number of dossiers in each list, by its word."""
    db, at = visit.service.db, units(visit)
    words = {tab.status.value: tab.word for tab in TABS if tab.status} | {ASKED.word: ASKED.word}
    rows = await db.rows(_COUNTS, [at, list(words)])
    waiting = {WAITING.word: await reception_queue.count(db, at)}
    return {**dict.fromkeys(words.values(), 0), **{words[row.status]: row.n for row in rows}, **waiting}


_COUNTS = """
select status, count(*)::int as n from dossier
where receiving_unit = any($1::text[]) and status = any($2::text[])
group by status
union all
select 'hoi-dap', count(*)::int from dossier where receiving_unit = any($1::text[]) and unanswered_since is not null
"""
