"""Cards of an applicant's own dossiers and drafts, each with one next act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DossierStatus as Status
from hoso_models import Verdict
from hoso_workflows.correspondence import applicant_mails
from hoso_workflows.drafts.storage import Draft
from hoso_workflows.lifecycle.rules import AWAITING
from hoso_workflows.tracking import own_list
from hoso_workflows.tracking.own_list import Part

#: Below these the pages of a dossier and of a draft begin.
DOSSIERS, DRAFTS = applicant_mails.DOSSIERS, "/ho-so-nhap"
#: A draft that is deleted within this time is something to do.
SOON = timedelta(days=7)
#: Cards of a part that a page shows.
LENGTH = 20
#: The mark of each status.
MARKS: Mapping[Status, str] = {
    **dict.fromkeys((*AWAITING, Status.FINANCIAL_OBLIGATION), "wait"),
    Status.SUSPENDED: "stopped",
    Status.RESULT_READY: "done",
    Status.RETURNED: "done",
    **dict.fromkeys(
        (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.CLOSED_UNANSWERED), "withdrawn"
    ),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A dossier or a draft in the list of its applicant."""

    #: What it is called: its code or reference; empty for a draft.
    key: str
    procedure: str
    mark: str
    standing: str
    #: The sentence with the date that matters now.
    date: str
    #: What to do next: words and address.
    action: str
    address: str
    #: The person in whose name somebody else has filed.
    applicant: str | None = None
    #: Who has filed in the reader's name, where somebody has; empty where nobody knows who.
    filer: str | None = None


def card(item: Mapping[str, Any]) -> Card:
    """The card of a dossier."""
    status = Status(item["status"])
    words = spoken(wording.STATUSES[status])
    address = f"{DOSSIERS}/{quote(item['code'] or item['reference'], safe='')}"
    action, below = _next(item, status)
    return Card(
        item["code"] or item["reference"],
        item["procedure"]["name"],
        _mark(item, status),
        _worded(item, words),
        _date(item, status),
        spoken(action),
        address + below,
        item["applicant"] if item["authorised_name"] and not item["represented"] else None,
        (item["authorised_name"] or "") if item["represented"] else None,
    )


def _mark(item: Mapping[str, Any], status: Status) -> str:
    """The mark of a card: what is late, or was, is never green."""
    if item["late"] or item["unanswered"] or item["verdict"] == Verdict.LATE:
        return "late"
    return MARKS.get(status, "soon" if item["late_since"] else "fine")


def _worded(item: Mapping[str, Any], status: str) -> str:
    """The status with what is late, or was."""
    if item["late_since"] and not (item["late"] or item["verdict"]):
        return spoken("{status}, trước đó đã trễ hẹn", status=status)
    if item["late"] or item["verdict"] == Verdict.LATE:
        return spoken("{status}, đã trễ hẹn", status=status)
    return spoken("{status}, quá hạn trả lời", status=status) if item["unanswered"] else status


def _next(item: Mapping[str, Any], status: Status) -> tuple[str, str]:
    """The next thing to do, and where below the address of the dossier."""
    if item["represented"]:
        return marked("Xem hồ sơ"), ""
    if status in AWAITING:
        return marked("Gửi bổ sung"), "/bo-sung"
    if status is Status.FINANCIAL_OBLIGATION:
        return marked("Thực hiện nghĩa vụ tài chính"), "/nghia-vu"
    if item["fees_open"]:
        return marked("Nộp phí, lệ phí"), "/nghia-vu"
    if status is Status.RESULT_READY:
        return marked("Nhận kết quả"), "#ket-qua"
    if status is Status.RETURNED:
        return marked("Xem kết quả, đánh giá"), "#ket-qua"
    return marked("Xem hồ sơ"), ""


def _date(item: Mapping[str, Any], status: Status) -> str:
    """The sentence with the date that matters in a status."""
    if status in AWAITING and item["answer_due"]:
        return spoken("Bổ sung trước {instant}", instant=_said(item["answer_due"]))
    if status is Status.RESULT_READY:
        return spoken("Có kết quả từ {instant}", instant=_said(item["result_ready_at"]))
    if item["closed_at"]:
        return spoken("Kết thúc {instant}", instant=_said(item["closed_at"]))
    if item["due_promised"]:
        return spoken("Hẹn trả {instant}", instant=_said(item["due_promised"]))
    if item["unanswered"]:
        return spoken("Bộ phận Một cửa phải trả lời trước {instant}", instant=_said(item["reception_due"]))
    if item["reception_due"]:
        return spoken("Bộ phận Một cửa trả lời trước {instant}", instant=_said(item["reception_due"]))
    return spoken("Nộp {instant}", instant=_said(item["filed_at"]))


def _said(text: str) -> str:
    return wording.instant(datetime.fromisoformat(text))


def draft_card(draft: Draft, names: Mapping[str, str]) -> Card:
    """The card of a draft."""
    return Card(
        "",
        names.get(draft.procedure, draft.procedure),
        "still",
        spoken("Bản nháp, chưa nộp"),
        spoken("Giữ đến {instant}", instant=wording.instant(draft.expires_at)),
        spoken("Làm tiếp"),
        f"{DRAFTS}/{draft.id}",
        draft.applicant,
    )


async def part(visit: ApplicantVisit, which: Part, after: str = "") -> tuple[list[Card], str | None]:
    """The cards of a part with the place of what follows. Raises BadCursor."""
    page = await own_list.listed(
        visit.service.db, which, reader=visit.principal, at=visit.at, limit=LENGTH, after=after or None
    )
    return [card(each) for each in page.items], page.after


async def drafts(visit: ApplicantVisit) -> tuple[list[Card], list[Card]]:
    """The cards of the drafts that end soon, and of the others."""
    kept = visit.request.app.state.drafts
    found = (await kept.search(visit.principal, at=visit.at, limit=kept.limits.own)).items
    open_ones = [each for each in found if each.reference is None]
    names = await own_list.names(visit.service.db, [each.procedure for each in open_ones])
    soon = [each for each in open_ones if each.expires_at <= visit.at + SOON]
    return (
        [draft_card(each, names) for each in soon],
        [draft_card(each, names) for each in open_ones if each not in soon],
    )
