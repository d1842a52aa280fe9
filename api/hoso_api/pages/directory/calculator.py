"""Count of a due date for anybody.

It is of a procedure or of a term, from an instant, in the calendar of a unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import hoso_calendar as wt
from hoso_api.pages import deadline
from hoso_api.pages.course import act_page
from hoso_api.translation import reckoning
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.manifest import Case
from hoso_calendar import messages
from hoso_models import CompetencePart
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import reads
from hoso_workflows.clock import term_count
from hoso_workflows.procedures import competent_units
from hoso_workflows.procedures.competent_units import Part
from hoso_workflows.procedures.reference_data import ReferenceData

ADDRESS = "/tinh-han"
#: Words of an address.
PROCEDURE, CASE, UNIT, AT, TERM = "thu-tuc", "truong-hop", "don-vi", "luc", "thoi-han"
#: The term of a first visit.
FIRST = "5 ngày làm việc"


@dataclass(frozen=True, slots=True)
class Counted:
    """A due date with its days."""

    due: datetime
    received: datetime
    term: str
    calendar: str
    provisional: bool
    rules: Sequence[tuple[str, str]]
    days: Sequence[deadline.Day]


@dataclass(slots=True)
class Question:
    """A question as it was typed, with what is wrong in it."""

    said: dict[str, str]
    faults: list[tuple[str, str]] = field(default_factory=list)
    #: The name of the procedure, where one was named.
    name: str = ""
    cases: Sequence[Case] = ()

    def fault(self, word: str) -> str:
        """The fault of a field; empty where there is none."""
        return next((text for named, text in self.faults if named == word), "")

    def wrong(self, word: str, text: str) -> None:
        """Note what is wrong in a field."""
        self.faults.append((word, text))

    @property
    def address(self) -> str:
        """The address by which somebody else counts the same."""
        return f"{ADDRESS}?{urlencode({name: value for name, value in self.said.items() if value})}"


def written(at: datetime) -> str:
    """An instant as an address says it: `09:30 24/11/2026`."""
    return f"{at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"


def receiving(parts: Sequence[Part]) -> str | None:
    """The unit that receives, or the first of those that may."""
    part = next(each for each in parts if each.part == CompetencePart.RECEIVING)
    return part.unit or next(iter(sorted(part.choices)), None)


def count(calendar: wt.WorkCalendar, at: datetime, term: wt.Term, policy: wt.Policy) -> wt.Deadline:
    """The deadline of a term that begins now, as at an acceptance. Raises WorkingTimeError."""
    return term_count.deadline(calendar, at.replace(second=0, microsecond=0), term, (), policy)


async def ask(
    reference: ReferenceData, given: Mapping[str, str], first: str, *, at: datetime
) -> tuple[Question, Counted | None]:
    """The question of an address with its answer; None where something is wrong.

    Without a unit it is about `first`.
    """
    asked = Question({**given})
    asked.said[AT] = asked.said[AT] or written(at)
    term, policy = await _term(reference, asked, at)
    received = act_page.instant(asked.said[AT])
    if received is None:
        asked.wrong(AT, spoken("Viết giờ và ngày như 09:30 24/11/2026."))
    unit = asked.said[UNIT] = asked.said[UNIT] or first
    calendars = await reference.unit_calendars()
    if unit not in calendars:
        asked.wrong(UNIT, spoken("Chọn một đơn vị trong danh sách."))
    if asked.faults or term is None or received is None:
        return asked, None
    return asked, _counted(asked, calendars[unit], received, term, policy)


async def _term(reference: ReferenceData, asked: Question, at: datetime) -> tuple[wt.Term | None, wt.Policy]:
    """The term that is asked about, and how it is counted."""
    asked.said[PROCEDURE] = code = asked.said[PROCEDURE].strip()
    if code and (found := await _of_procedure(reference, asked, code, at)):
        return found
    if code:
        return None, wt.Policy()
    text = asked.said[TERM] = asked.said[TERM].strip() or FIRST
    try:
        return wt.Term.parse(text), wt.Policy()
    except wt.BadTerm:
        wrong = spoken("Viết thời hạn như 5 ngày làm việc, 20 ngày hoặc 4 giờ làm việc.")
        asked.wrong(TERM, wrong)
        return None, wt.Policy()


async def _of_procedure(
    reference: ReferenceData, asked: Question, code: str, at: datetime
) -> tuple[wt.Term, wt.Policy] | None:
    """The term of a declared case, else the one that the catalogue has."""
    day = localtime.local_date(at)
    try:
        package = (await reference.active(code, day)).package
    except errors.NotFound:
        return await _published(reference, asked, code, at)
    asked.name, asked.cases = package.name, package.cases
    case = next((each for each in package.cases if each.id == asked.said[CASE]), package.cases[0])
    asked.said[CASE], asked.said[TERM] = case.id, str(case.term)
    if not asked.said[UNIT]:
        try:
            parts = await competent_units.preview(reference, code, day, case=case.id)
        except errors.Refusal:
            parts = ()
        asked.said[UNIT] = (receiving(parts) if parts else None) or ""
    return case.term, case.policy


async def _published(
    reference: ReferenceData, asked: Question, code: str, at: datetime
) -> tuple[wt.Term, wt.Policy] | None:
    try:
        content = (await reads.entry(reference.db, code, localtime.local_date(at))).version.content
    except errors.NotFound:
        asked.wrong(PROCEDURE, spoken("Không có thủ tục nào mang mã này."))
        return None
    asked.name = content.name
    if content.term is None:
        asked.wrong(PROCEDURE, spoken("Cơ quan chưa công bố thời hạn của thủ tục này."))
        return None
    asked.said[TERM] = content.term
    return wt.Term.parse(content.term), wt.Policy()


def _counted(
    asked: Question, calendar: wt.WorkCalendar, received: datetime, term: wt.Term, policy: wt.Policy
) -> Counted | None:
    try:
        found = count(calendar, received, term, policy)
        document = found.to_json()
    except wt.MissingCalendarData as missing:
        ends = errors.CalendarEnds(missing.calendar, missing.year)
        asked.wrong(AT, messages.opening(messages.translated(ends)))
        return None
    except wt.WorkingTimeError as wrong:
        asked.wrong(TERM, messages.opening(messages.translated(messages.sentence(wrong))))
        return None
    rules, days = deadline.counted(document)
    due = term_count.end(found)
    return Counted(
        due, found.received, reckoning.term(str(term)), calendar.name, bool(found.relies_on), rules, days
    )
