"""A dossier above its pages: heading, standing, tabs, and the acts of its reader."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from starlette.responses import Response

import hoso_calendar as wt
from hoso_api.http import acts
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Filled
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing, wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_models import DossierStatus
from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.embedding.entries import EntryKind
from hoso_workflows.tracking import possible_acts
from hoso_workflows.tracking.possible_acts import PossibleAct

ADDRESS = "/noi-bo/ho-so"
_PART = re.compile(r"\{[^}]*\}")
#: The clock stands still in these.
_STILL = (
    DossierStatus.AWAITING_SUPPLEMENT_BEFORE,
    DossierStatus.AWAITING_SUPPLEMENT,
    DossierStatus.SUSPENDED,
    DossierStatus.FINANCIAL_OBLIGATION,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a dossier. Its word is the last part of the address."""

    word: str
    name: str


TABS = (
    Tab("", marked("Tổng quan")),
    Tab("noi-dung", marked("Nội dung")),
    Tab("giay-to", marked("Giấy tờ")),
    Tab("phi", marked("Phí, lệ phí")),
    Tab("quy-trinh", marked("Quy trình")),
    Tab("thoi-han", marked("Thời hạn")),
    Tab("nhat-ky", marked("Nhật ký")),
    Tab("trao-doi", marked("Trao đổi")),
    Tab("hoi-dap", marked("Hỏi đáp với người nộp")),
)
#: The page of each act: what its link says, and the part of the address behind the dossier's. Those of the desk first.
PAGES: Mapping[str, tuple[str, str]] = {
    "accept_dossier": (marked("Tiếp nhận"), "tiep-nhan"),
    "ask_supplement": (marked("Yêu cầu bổ sung"), "yeu-cau-bo-sung"),
    "receive_supplement": (marked("Nhận bổ sung"), "nhan-bo-sung"),
    "refuse_dossier": (marked("Từ chối tiếp nhận"), "tu-choi"),
    "hand_over_result": (marked("Trả kết quả"), "tra-ket-qua"),
    "withdraw_dossier": (marked("Rút hồ sơ"), "rut"),
    "write_to_applicant": (marked("Nhắn người nộp"), "hoi-dap#viet"),
    "propose_supplement": (marked("Đề nghị bổ sung"), "de-nghi-bo-sung"),
    "propose_reply": (marked("Đề nghị nội dung trả lời người nộp"), "hoi-dap#viet"),
    "send_message": (marked("Gửi thông điệp cho quy trình"), "thong-diep"),
    "attach_internally": (marked("Thêm tệp của cơ quan"), "giay-to#them"),
    "write_note": (marked("Ghi chú nội bộ"), "trao-doi#them"),
    "reappoint_dossier": (marked("Xin lỗi và hẹn lại"), "xin-loi"),
    "extend_term": (marked("Gia hạn theo luật"), "gia-han"),
    "suspend_dossier": (marked("Tạm dừng"), "tam-dung"),
    "end_suspension": (marked("Kết thúc tạm dừng"), "tam-dung"),
    "consult_unit": (marked("Lấy ý kiến đơn vị khác"), "lay-y-kien"),
    "record_verification": (marked("Ghi nhận xác minh"), "xac-minh"),
    "set_obligation": (marked("Yêu cầu nghĩa vụ tài chính"), "nghia-vu"),
    "meet_obligation": (marked("Ghi nhận nghĩa vụ tài chính đã xong"), "xong-nghia-vu"),
    "transfer_dossier": (marked("Chuyển cơ quan có thẩm quyền"), "chuyen"),
    "return_supplement": (marked("Trả lại phần bổ sung"), "tra-bo-sung"),
    "close_unanswered": (marked("Đóng hồ sơ không bổ sung"), "dong"),
    "rectify_dossier": (marked("Đính chính thông tin"), "dinh-chinh"),
    "correct_instant": (marked("Đính chính thời điểm"), "thoi-diem"),
    "correct_result": (marked("Đính chính kết quả đã trả"), "dinh-chinh-ket-qua"),
    "hand_over_correction": (marked("Trả kết quả đã đính chính"), "dinh-chinh-ket-qua#tra"),
    "disclose_data": (marked("Cung cấp dữ liệu cho bên thứ ba"), "cung-cap"),
    "stop_dossier": (marked("Dừng giải quyết"), "dung"),
    "reopen_dossier": (marked("Mở lại hồ sơ"), "mo-lai"),
}


@dataclass(frozen=True, slots=True)
class MenuLine:
    """An act in the menu: a link, or why it is not possible."""

    name: str
    address: str
    refused: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A dossier as every page of it shows it."""

    document: Mapping[str, Any]
    #: The value of `_ban` for its forms.
    seen: str
    mark: str
    standing: str

    @property
    def key(self) -> str:
        """Its code, its reference before acceptance."""
        return str(self.document["code"] or self.document["reference"])

    @property
    def address(self) -> str:
        """The address of its first page."""
        return f"{ADDRESS}/{quote(self.key, safe='')}"

    @property
    def status(self) -> str:
        """Its status as a sentence."""
        return spoken(wording.STATUSES[self.document["status"]])

    @property
    def still(self) -> bool:
        """True while no time of it counts."""
        return self.document["status"] in _STILL

    @property
    def due(self) -> datetime | None:
        """The promised date."""
        return instant(self.document["due_promised"])

    @property
    def due_legal(self) -> datetime | None:
        """The date of the law where it is another one."""
        legal = instant(self.document["due_legal"])
        return legal if legal != self.due else None


async def read(visit: Visit, key: str) -> Subject:
    """The dossier as an officer sees it. Raises NotFound."""
    last = await acting.last_event(visit.service.db, key)
    document = await views.dossier(visit.service, key, **visit.reading)
    if document["view"] != "officer":
        raise errors.NotFound("dossier", key)
    unit = document["units"]["handling" if document["accepted_at"] else "receiving"]
    calendars = await visit.service.reference_data.unit_calendars([unit])
    found = _standing(document, visit.at, calendars[unit])
    # Its verdict says of a result whether it was late.
    late_since = None if document["verdict"] else instant(document["late_since"])
    return Subject(document, acting.seen(document, last), *standing.been_late(*found, late_since))


def _standing(document: Mapping[str, Any], at: datetime, calendar: wt.WorkCalendar) -> tuple[str, str]:
    """Mark and words of a dossier against its legal date, or that of reception."""
    verdict = document["verdict"]
    if verdict:
        return ("late" if verdict == "late" else "fine"), spoken(wording.VERDICTS[verdict])
    if document["status"] in _STILL:
        return "still", spoken("đang dừng tính thời hạn")
    due = instant(document["due_legal"]) if document["accepted_at"] else instant(document["reception_due"])
    if due is None:
        return "still", spoken("đang dừng tính thời hạn")
    return standing.standing(due, at, calendar)


async def menu(visit: Visit, subject: Subject) -> list[MenuLine]:
    """The acts of the reader that have a page, in the order of `PAGES`."""
    found = await acts_of(visit, subject)
    there = _pages(visit.request.app)
    lines = []
    for act, (name, word) in PAGES.items():
        place = f"{ADDRESS}/{{}}/{word.partition('#')[0]}"
        if act in found and place in there:
            lines.append(MenuLine(spoken(name), f"{subject.address}/{word}", why_not(found[act])))
    return lines


async def acts_of(visit: Visit, subject: Subject) -> dict[str, PossibleAct]:
    """The acts to which the reader has the right, by their names."""
    reference = subject.document["reference"]
    found = await possible_acts.listed(visit.service, reference, by=visit.principal, at=visit.at)
    return {each.name: each for each in found}


async def refusal(visit: Visit, subject: Subject, act: str) -> str | None:
    """The reason why the reader cannot do an act now; None where they can."""
    return refused(await acts_of(visit, subject), act)


def refused(possible: Mapping[str, PossibleAct], act: str) -> str | None:
    """The reason why an act is not among the possible ones; None where it is."""
    found = possible.get(act)
    return spoken("Việc này thuộc vai trò khác trong đơn vị.") if found is None else why_not(found)


def why_not(act: PossibleAct) -> str | None:
    """The words of what stops an act; None where nothing does."""
    return None if act.refused is None else messages.translated(act.refused)


def _pages(app: FastAPI) -> frozenset[str]:
    """The addresses of all routes, without the names of their parts. The application keeps them."""
    if not hasattr(app.state, "addresses"):
        app.state.addresses = frozenset(_PART.sub("{}", route.path_format) for route, _ in acts.routes(app))
    found: frozenset[str] = app.state.addresses
    return found


async def shown(
    visit: Visit, subject: Subject, template: str, *, tab: str, form: Filled | None = None, **values: Any
) -> Response:
    """A page of a dossier below its heading; `tab` is the word of the current one."""
    form = form or Filled()
    return visit.page(
        f"officer/{template}",
        form.status,
        subject=subject,
        dossier=subject.document,
        tabs=TABS,
        tab=tab,
        form=form,
        flash=await acting.flash(visit),
        **values,
    )


def instant(text: str | None) -> datetime | None:
    """An instant of a document."""
    return datetime.fromisoformat(text) if text else None


#: The way by which a dossier came in, in words.
ENTRIES: Mapping[str, str] = {
    EntryKind.PORTAL: marked("Cổng của tỉnh"),
    EntryKind.AGENCY_SITE: marked("Trang của cơ quan"),
    EntryKind.OTHER_PORTAL: marked("Cổng của cơ quan khác"),
    EntryKind.COUNTER: marked("Trực tiếp"),
    EntryKind.POST: marked("Bưu chính"),
}


def entry(subject: Subject) -> str:
    """The way by which the dossier came in, with its site or portal."""
    words = spoken(ENTRIES[subject.document["entry"]])
    site = subject.document["entry_site"]
    return f"{words} · {site}" if site else words
