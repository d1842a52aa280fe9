"""Overview of a dossier: holders, steps, appointments, letters, diagram."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

import hoso_calendar as wt
from hoso_api.pages.officer.dossier_frame import Subject, instant
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import standing, wording
from hoso_api.translation.standing import TaskStanding
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.drawing import svg
from hoso_models import DossierStatus
from hoso_workflows.correspondence import letter_views
from hoso_workflows.tracking import steps
from hoso_workflows.tracking.steps import Course, CourseStep, Reached

#: Before the ids of the drawing's elements, so that `#el-…` leads to one.
PREFIX = "el-"
#: Progress of a step: its mark and its words.
REACHED: Mapping[Reached, tuple[str, str]] = {
    Reached.DONE: ("fine", marked("đã xong")),
    Reached.OPEN: ("soon", marked("đang làm")),
    Reached.CANCELLED: ("still", marked("đã bỏ")),
    Reached.PLANNED: ("still", marked("chưa tới")),
}
#: What the desk decides, in words.
RECEPTION: Mapping[str, str] = {
    "accept": marked("tiếp nhận"),
    "refuse": marked("từ chối tiếp nhận"),
    "supplement": marked("yêu cầu bổ sung"),
}
_APPLICANTS = (
    DossierStatus.AWAITING_SUPPLEMENT_BEFORE,
    DossierStatus.AWAITING_SUPPLEMENT,
    DossierStatus.FINANCIAL_OBLIGATION,
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as a line of the table."""

    step: CourseStep
    standing: TaskStanding

    @property
    def outcome(self) -> str:
        """Its outcome as it is drawn; that of reception in words."""
        found = self.step.outcome or ""
        return spoken(RECEPTION[found]) if found in RECEPTION else found

    @property
    def role(self) -> str:
        """The words of its role; an agency's own role as it is."""
        role = self.step.role or ""
        return spoken(wording.ROLES[role]) if role in wording.ROLES else role


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody for whom a dossier waits: what for, who, and how long they have."""

    what: str
    who: str
    where: str
    standing: TaskStanding
    #: The task, where it is one.
    task: Any = None


async def course(visit: Visit, subject: Subject) -> Course:
    """The steps of the dossier. Raises NotFound."""
    return await steps.read(visit.service, subject.document["reference"], **visit.reading)


async def lines(visit: Visit, found: Course) -> list[StepLine]:
    """The steps as lines: open ones with their date, done ones judged."""
    units = {each.unit for each in found.open if each.unit}
    calendars = await visit.service.reference_data.unit_calendars(units)
    return [_line(each, calendars, visit.at) for each in found.steps]


def _line(step: CourseStep, calendars: Mapping[str, wt.WorkCalendar], at: datetime) -> StepLine:
    mark, words = REACHED[step.reached]
    if step.reached is Reached.OPEN and step.unit:
        return StepLine(step, standing.of_task(step.work_by, at, calendars[step.unit]))
    if step.judged == "late":
        return StepLine(step, TaskStanding("late", spoken("đã xong, quá hạn")))
    return StepLine(step, TaskStanding(mark, spoken(words)))


async def holders(visit: Visit, subject: Subject, shown: Sequence[StepLine]) -> list[Holder]:
    """Everybody for whom the dossier waits now."""
    document, awaited = subject.document, subject.document["status"] in _APPLICANTS
    found = [_applicant(document)] if awaited else [_officer(each) for each in shown if _waits(each)]
    opinions = [each for each in document["consultations"] if each["closed_at"] is None]
    calendars = await visit.service.reference_data.unit_calendars([each["unit"] for each in opinions])
    register = await visit.service.reference_data.register()
    for each in opinions:
        due = instant(each["due"])
        mark, words = standing.standing(due, visit.at, calendars[each["unit"]])
        name = register.units[each["unit"]].name
        found.append(Holder(spoken("Lấy ý kiến"), name, "", TaskStanding(mark, words, due)))
    return found


def _waits(line: StepLine) -> bool:
    return line.step.reached is Reached.OPEN


def _officer(line: StepLine) -> Holder:
    step = line.step
    who = step.officer or spoken("Chưa ai nhận việc")
    where = " · ".join(each for each in (line.role, step.unit_name) if each)
    return Holder(step.name, who, where, line.standing, step.task)


def _applicant(document: Mapping[str, Any]) -> Holder:
    due = instant(document["answer_due"])
    words = spoken("trả lời trước {day}", day=wording.instant(due)) if due else spoken("chưa có hạn trả lời")
    return Holder(
        spoken(wording.STATUSES[document["status"]]), spoken("Người nộp"), "", TaskStanding("still", words)
    )


def appointments(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The appointments of a dossier, the newest first."""
    for each in reversed(document["appointments"]):
        yield {
            "number": each["number"],
            "kind": spoken(wording.APPOINTMENTS[each["kind"]]),
            "made_at": instant(each["made_at"]),
            "due": instant(each["due_promised"]),
            "legal": instant(each["due_legal"]),
            "provisional": each["provisional"],
        }


async def letters(visit: Visit, subject: Subject) -> list[tuple[str, str]]:
    """The letters that were issued, each as `Phiếu …, số 12/2026`, and its address."""
    public: str = visit.request.app.state.settings.public_origin
    asked = letter_views.Asked(visit.principal, visit.at, public, visit.origin)
    found = await letter_views.listed(visit.service, subject.document["reference"], asked)
    return [(_titled(each), f"{subject.address}/giay/{each['id']}") for each in found]


def _titled(letter: Mapping[str, Any]) -> str:
    title, number, year = letter["title"], letter["number"], letter["year"]
    return spoken("{title}, số {number}/{year}", title=title, number=number, year=year)


def flags(subject: Subject) -> Iterator[tuple[str, str]]:
    """Further marks and words for officers."""
    document = subject.document
    if document["incident"]:
        yield "late", spoken("Quy trình bị vướng")
    if document["provisional"]:
        yield "soon", spoken("ngày hẹn tạm tính")
    if document["fees_open"]:
        yield "soon", spoken("còn phí, lệ phí chưa thu")


def diagram(found: Course, shown: Sequence[StepLine], title: str) -> Markup:
    """The diagram with the steps done, open and late."""
    state = svg.State(
        frozenset(each.element for each in found.steps if each.reached is Reached.DONE),
        frozenset(each.element for each in found.open),
        {
            each.step.element: each.standing.words
            for each in shown
            if _waits(each) and each.standing.mark == "late"
        },
    )
    return Markup(svg.draw(found.process, state, title=title, prefix=PREFIX))  # noqa: S704 - our drawing escapes what it writes
