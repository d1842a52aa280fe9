"""Forms of revisions: a file or a change of days, refusals at their fields."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

from starlette.datastructures import UploadFile

from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package.forms import spelling
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.calendars import documents, register, revisions
from hoso_workflows.calendars.refusals import CalendarRefused
from hoso_workflows.calendars.revisions import Entry
from hoso_workflows.organisation import calendar_texts

#: Fields of the forms, as their pages name them.
FILE, BASIS, KIND, FIRST, LAST, NAME, EXPECTED, SEEN, PARENT = (
    "tep",
    "can-cu",
    "loai",
    "tu-ngay",
    "den-ngay",
    "ten",
    "du-kien",
    "da-xem",
    "theo-lich",
)
#: The kinds of rows that a form adds, in words.
KINDS = (
    ("closure", marked("Tạm nghỉ: riêng đơn vị này không làm việc (bão, lụt, dịch)")),
    ("day_off", marked("Ngày nghỉ: ngày lễ, ngày nghỉ do cấp có thẩm quyền quyết định")),
    ("swap", marked("Hoán đổi: nghỉ ngày thứ nhất, làm bù ngày thứ hai")),
)
#: The field of a fault of an entry.
FIELDS = {"basis": BASIS, "document": FILE}
_ICS = b"BEGIN:VCALENDAR"
T = TypeVar("T")


async def entry(visit: Visit, form: Form, calendar: str) -> Entry:
    """The revision that a form enters: its file, else the change of days. Raises Stopped."""
    form.require_legible()
    _required(form, BASIS, spoken("Ghi căn cứ: quyết định hoặc văn bản."))
    file = form.fields.get(FILE)
    if isinstance(file, UploadFile) and file.filename:
        return Entry(await _text(visit, form, calendar, await file.read()), form.text(BASIS))
    present = (await calendar_texts.texts(visit.service.db)).get(calendar)
    head = {} if present else await _head(visit, form, calendar)
    rows = {_required(form, KIND, spoken("Chọn loại ngày.")): [_row(form)]} if _changes(form) else {}
    if not head and not rows:
        raise Stopped(form, [Fault(spoken("Chọn một tệp, hoặc ghi ngày thay đổi."), FILE)])
    return Entry(documents.of_form(calendar, {**head, **rows}, present), form.text(BASIS))


def _changes(form: Form) -> bool:
    """True where the fields of a day are filled in."""
    return any(form.text(name) for name in (KIND, FIRST, LAST, NAME))


async def _head(visit: Visit, form: Form, calendar: str) -> dict[str, Any]:
    """The head of a first text: another calendar gives days and hours. Raises Stopped."""
    known = await register.calendar(visit.service.db, calendar)
    missing = spoken("Chọn lịch để theo, hoặc tải lên cả lịch.")
    return {"name": known.name, "extends": _required(form, PARENT, missing)}


async def _text(visit: Visit, form: Form, calendar: str, data: bytes) -> bytes:
    """The TOML text of a file; an iCalendar file declares days alone. Raises Stopped."""
    if not data.lstrip(b"\xef\xbb\xbf").lstrip().startswith(_ICS):
        return data
    try:
        return await revisions.of_ics(visit.service.db, calendar, data)
    except CalendarRefused as refused:
        raise _placed(form, refused) from refused


async def parents(visit: Visit) -> list[tuple[str, str]]:
    """The calendars that another one may begin with, by their ids."""
    found = await register.search(visit.service.db)
    return [(each.id, f"{each.name} ({each.id})") for each in found.items if each.version]


def _row(form: Form) -> dict[str, Any]:
    """The row of a calendar that the fields declare. Raises Stopped."""
    first, last = _day(form, FIRST), _day(form, LAST) if form.text(LAST) else None
    name = _required(form, NAME, spoken("Ghi tên ngày, như “Nghỉ chống bão số 3”."))
    said: dict[str, Any] = {"name": name, "basis": form.text(BASIS)}
    if form.text(EXPECTED):
        said["status"] = "expected"
    if form.text(KIND) == "swap":
        if last is None:
            raise Stopped(form, [Fault(spoken("Ghi ngày làm bù."), LAST)])
        return {"off": first, "work": last, **said}
    return {"from": first, "to": last, **said} if last and last != first else {"date": first, **said}


def _required(form: Form, name: str, missing: str) -> str:
    if not form.text(name):
        raise Stopped(form, [Fault(missing, name)])
    if name == KIND and form.text(name) not in dict(KINDS):
        raise Stopped(form, [Fault(missing, name)])
    return form.text(name)


def _day(form: Form, name: str) -> date:
    found = spelling.day(form.text(name))
    if found is None:
        raise Stopped(form, [Fault(spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026."), name)])
    return found


async def act(visit: Visit, form: Form, doing: Callable[[], Awaitable[T]]) -> T:
    """Carry out an act on a calendar. Raises Stopped, Forbidden and NotFound."""
    form.require_legible()
    try:
        return await doing()
    except errors.Forbidden:
        raise
    except errors.FormRefused as refused:
        raise _placed(form, refused) from refused
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused) from refused


def _placed(form: Form, refused: errors.FormRefused) -> Stopped:
    """The faults of a refusal at their fields, those of a text with lines."""
    if isinstance(refused, CalendarRefused):
        return Stopped(form, [Fault(_told(each), FILE) for each in refused.problems])
    return Stopped(
        form,
        [
            Fault(messages.opening(messages.translated(each.message)), FIELDS.get(each.field, FILE))
            for each in refused.faults
        ],
    )


def _told(problem: Any) -> str:
    """A problem of a calendar's text, with its place."""
    line = spoken("dòng {line}, ", line=problem.line) if problem.line else ""
    return f"{line}{problem.place}: {messages.translated(problem.said)}"
