"""A dossier as its applicant's pages show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path
from starlette.responses import Response

import hoso_calendar as wt
from hoso_api.http.fields import Key
from hoso_api.pages.applicant import dossiers
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_frame import instant
from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Filled
from hoso_api.translation import standing, wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle.rules import AWAITING
from hoso_workflows.tracking import course_views, possible_acts, timeline

ADDRESS = dossiers.DOSSIERS
DossierKey = Annotated[Key, Path()]


@dataclass(frozen=True, slots=True)
class Own(dossier_frame.Subject):
    """A dossier as every page of its applicant shows it."""

    @property
    def address(self) -> str:
        """The address of its first page."""
        return address(self.key)

    @property
    def supplement(self) -> Mapping[str, Any] | None:
        """The supplement that is awaited now."""
        if self.document["status"] not in AWAITING:
            return None
        return next(
            (each for each in reversed(self.document["supplements"]) if not each["received_at"]), None
        )

    @property
    def late(self) -> bool:
        """True while the legal date, or that of reception's answer, has passed."""
        return self.mark == "late" and not self.document["verdict"]


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the course, reached or to come."""

    mark: str
    words: str
    #: The unit where it is, by name.
    unit: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """The next thing that the applicant has to do."""

    text: str
    #: The last day for it.
    until: datetime | None
    action: str
    address: str


def address(key: str) -> str:
    """The address of the first page of a dossier."""
    return f"{ADDRESS}/{quote(key, safe='')}"


async def read(visit: ApplicantVisit, key: str) -> Own:
    """The dossier as its applicant sees it. Raises NotFound."""
    document = await views.dossier(visit.service, key, **visit.reading)
    if document["view"] != "applicant":
        raise errors.NotFound("dossier", key)
    unit = document["units"]["handling"]["code"]
    calendars = await visit.service.reference_data.unit_calendars([unit])
    found = _standing(document, visit.at, calendars[unit])
    late_since = None if document["verdict"] else instant(document["late_since"])
    return Own(document, "", *standing.been_late(*found, late_since))


async def own(visit: ApplicantVisit, key: str) -> Own:
    """The dossier for an act on it.

    Raises NotFound, also for whoever only reads it, since somebody else has filed it in their name.
    """
    subject = await read(visit, key)
    if subject.document["represented"]:
        raise errors.NotFound("dossier", key)
    return subject


def _standing(document: Mapping[str, Any], at: datetime, calendar: wt.WorkCalendar) -> tuple[str, str]:
    """Mark and words of a dossier against what was promised."""
    verdict, due = document["verdict"], instant(document["due_promised"])
    if verdict:
        return ("late" if verdict == "late" else "fine"), spoken(wording.VERDICTS[verdict])
    answer = instant(document["reception_due"])
    if document["status"] == Status.FILED and answer and answer < at:
        return "late", spoken("quá hạn trả lời từ {day}", day=wording.short(answer))
    if due is None or document["status"] != Status.IN_PROCESS:
        return "still", spoken("đang dừng tính thời hạn") if document["accepted_at"] else ""
    legal = instant(document["due_legal"])
    if legal and legal < at <= due:
        return "late", spoken("trễ theo luật từ {day}, đã hẹn lại", day=wording.short(legal))
    return standing.standing(due, at, calendar)


def to_do(subject: Own) -> ToDo | None:
    """The next thing that the applicant has to do; None where they wait."""
    document, base = subject.document, subject.address
    if document["represented"]:
        return None
    status = Status(document["status"])
    if subject.supplement:
        text, until = spoken("Bạn cần bổ sung hồ sơ."), instant(document["answer_due"])
        return ToDo(text, until, spoken("Gửi bổ sung"), f"{base}/bo-sung")
    if status is Status.FINANCIAL_OBLIGATION:
        text = spoken("Bạn cần thực hiện nghĩa vụ tài chính.")
        return ToDo(text, None, spoken("Xem nghĩa vụ và gửi chứng từ"), f"{base}/nghia-vu")
    if document["fees_open"]:
        text = spoken("Bạn còn {amount} đồng phí, lệ phí.", amount=wording.counted(document["fees_open"]))
        return ToDo(text, None, spoken("Xem và nộp phí, lệ phí"), f"{base}/nghia-vu")
    if status is Status.RESULT_READY:
        text = spoken("Đã có kết quả. Nhận tại {place}.", place=document["units"]["receiving"]["name"])
        return ToDo(text, None, spoken("Hỏi Bộ phận Một cửa"), f"{base}/hoi-dap")
    return None


#: What is told of an event in the course, where its usual words are an officer's.
_WORDS: Mapping[str, str] = {
    "attachment_added": marked("Thêm giấy tờ"),
    "attachment_superseded": marked("Thay giấy tờ"),
}


async def happened(visit: ApplicantVisit, subject: Own) -> list[Step]:
    """All that happened, in order, by unit."""
    found = await course_views.read_timeline(visit.service, subject.document["reference"], **visit.reading)
    return [
        Step(
            "other" if each["kind"] == timeline.MOVED else "done",
            spoken(_WORDS.get(each["kind"], wording.HAPPENED[each["kind"]])),
            each["unit_name"],
            instant(each["at"]),
        )
        for each in found["items"]
    ]


def course(subject: Own, told: Sequence[Step]) -> Iterator[Step]:
    """The course in a few lines: filed, accepted, where it is, result, given."""
    document, units = subject.document, subject.document["units"]
    receiving, handling = units["receiving"]["name"], units["handling"]["name"]
    yield Step("done", spoken("Đã nộp"), None, instant(document["filed_at"]))
    accepted, ready = instant(document["accepted_at"]), instant(document["result_ready_at"])
    ended = document["status"] in _ENDED
    if accepted:
        yield Step("done", spoken("Tiếp nhận"), receiving, accepted)
    elif not ended:
        yield Step("soon", spoken("Chờ tiếp nhận"), receiving, None)
    if accepted and not ready and not ended:
        moved = next((each for each in reversed(told) if each.mark == "other"), None)
        where, since = (moved.unit, moved.at) if moved else (handling, accepted)
        yield Step("soon", subject.status, where, since)
    if ended:
        yield Step("withdrawn", subject.status, None, told[-1].at if told else None)
        return
    yield Step("done" if ready else "fine", spoken("Có kết quả"), None, ready)
    returned = instant(document["returned_at"])
    yield Step("done" if returned else "fine", spoken("Trả kết quả"), receiving, returned)


_ENDED = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.CLOSED_UNANSWERED)


async def refusal(visit: ApplicantVisit, subject: Own, act: str) -> str | None:
    """The reason why the applicant cannot do an act now; None where they can."""
    reference = subject.document["reference"]
    found = await possible_acts.listed(visit.service, reference, by=visit.principal, at=visit.at)
    which = next((each for each in found if each.name == act), None)
    if which is None:
        return spoken("Hồ sơ này không có việc đó.")
    return None if which.refused is None else messages.translated(which.refused)


async def shown(
    visit: ApplicantVisit, subject: Own, template: str, form: Filled | None = None, **values: Any
) -> Response:
    """A page of the dossier in the portal's shell."""
    form = form or Filled()
    return visit.page(
        f"following/{template}",
        form.status,
        here="ho-so",
        subject=subject,
        dossier=subject.document,
        form=form,
        first=Filled(),
        flash=await acting.flash(visit),
        **values,
    )
