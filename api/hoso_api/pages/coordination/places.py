"""Places of the coordinating function, and what a reader may do there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

import hoso_calendar as wt
from hoso_api.pages.course import act_page
from hoso_api.pages.register.units import CHOICES
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DocumentKind, DocumentState, UrgingKind
from hoso_workflows import errors, localtime
from hoso_workflows.coordination import asking, evaluation, urgings
from hoso_workflows.coordination.asking import Asked, Circle
from hoso_workflows.feedback import reading
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import COORDINATOR, readings, table
from hoso_workflows.procedures import reference_data

#: Where the pages begin, and the word of their entry.
ADDRESS, HERE = "/noi-bo/dau-moi", "dau-moi"
OUTAGES, RECIPIENTS = f"{ADDRESS}/su-co", f"{ADDRESS}/noi-nhan-bao"
MAINTENANCE, URGINGS = f"{ADDRESS}/bao-tri", f"{ADDRESS}/don-doc"
DOCUMENTS, EVALUATIONS = f"{ADDRESS}/van-ban", f"{ADDRESS}/danh-gia"
REPORTS, FEEDBACK = f"{ADDRESS}/bao-cao", f"{ADDRESS}/gop-y"
LEVELS, SYSTEMS = f"{ADDRESS}/muc-do", f"{ADDRESS}/he-thong"
#: Words for the unit and the dossiers of a call.
UNIT, DOSSIERS = "don-vi", "ho-so"
#: Items of a list.
LENGTH = 50
#: The places with their names, and the act of which a reader needs a unit; None for everybody inside.
PLACES: tuple[tuple[str, str, str | None], ...] = (
    (ADDRESS, marked("Tổng quan"), None),
    (OUTAGES, marked("Sự cố"), None),
    (MAINTENANCE, marked("Bảo trì"), None),
    (URGINGS, marked("Đôn đốc, kiểm tra"), urgings.LIST),
    (DOCUMENTS, marked("Kế hoạch, biện pháp, chỉ tiêu"), None),
    (EVALUATIONS, marked("Đánh giá"), evaluation.LIST),
    (LEVELS, marked("Mức độ dịch vụ"), None),
    (SYSTEMS, marked("Hệ thống"), None),
    (FEEDBACK, marked("Góp ý, đề xuất"), reading.LIST),
    (REPORTS, marked("Báo cáo phải nộp"), "list_report_obligations"),
)
URGING_KINDS: Mapping[str, str] = {
    UrgingKind.URGING: marked("Đôn đốc"),
    UrgingKind.INSPECTION: marked("Kiểm tra"),
}
DOCUMENT_KINDS: Mapping[str, str] = {
    DocumentKind.PLAN: marked("Kế hoạch"),
    DocumentKind.MEASURE: marked("Biện pháp"),
    DocumentKind.REGULATION: marked("Quy chế nội bộ"),
    DocumentKind.TARGET: marked("Chỉ tiêu"),
}
#: The mark and the words of a state.
DOCUMENT_STATES: Mapping[str, tuple[str, str]] = {
    DocumentState.PLANNED: ("wait", marked("Chưa thực hiện")),
    DocumentState.UNDER_WAY: ("soon", marked("Đang thực hiện")),
    DocumentState.DONE: ("done", marked("Đã xong")),
    DocumentState.STOPPED: ("still", marked("Dừng")),
}


def sections(visit: Visit) -> list[tuple[str, str]]:
    """The places that a reader may enter."""
    return [(address, name) for address, name, act in PLACES if act is None or units(visit, act)]


def units(visit: Visit, act: str) -> frozenset[str]:
    """The units at which a reader may do an act."""
    return frozenset(table.units(act, visit.rights))


def calling(unit: str, dossiers: Iterable[str]) -> str:
    """The address of the form of a call upon a unit about these dossiers."""
    return f"{URGINGS}/moi?{urlencode({UNIT: unit, DOSSIERS: ' '.join(dossiers)})}"


async def require(visit: Visit, act: str, unit: str | None = None) -> None:
    """Raise Forbidden, which is recorded, unless the reader may do an act there."""
    found = units(visit, act)
    if unit in found or (unit is None and found):
        return
    async with readings.refusals(visit.service.db, act, visit.principal, unit, visit.at, visit.origin):
        raise errors.Forbidden(visit.principal, table.ACTS[act].says, COORDINATOR, unit)


async def choices(visit: Visit, act: str) -> list[tuple[str, str]] | None:
    """The same to choose from, by name; None where they are too many."""
    return await named(visit, sorted(units(visit, act)))


async def named(visit: Visit, codes: list[str] | None = None) -> list[tuple[str, str]] | None:
    """Units of today with their names, of all without codes; None where they are too many to choose from."""
    found = await visit.service.db.rows(_NAMED, [codes, localtime.local_date(visit.at), CHOICES + 1])
    if len(found) > CHOICES:
        return None
    return [(row.code, f"{row.name} ({row.code})") for row in found]


async def calendar(visit: Visit, unit: str) -> wt.WorkCalendar:
    """The working calendar of a unit. Raises NotFound."""
    await permissions.existing_unit(visit.service.db, unit)
    return await reference_data.calendar_of(visit.service.reference_data, unit)


def asked(visit: Visit) -> Asked:
    """The reader as who asks for an act."""
    return Asked(visit.principal, visit.at, visit.origin)


async def circle(visit: Visit) -> Circle:
    """The units whose internal registers the reader sees."""
    return await asking.circle(visit.service.db, asked(visit))


def instant(form: Form, field: str) -> datetime:
    """The instant in a field. Raises Stopped for one that cannot be read."""
    found = act_page.instant(form.text(field))
    if found is None:
        raise Stopped(form, [Fault(spoken("Ghi giờ và ngày, ví dụ 09:30 24/11/2026."), field)])
    return found


def instant_said(form: Form, field: str) -> datetime | None:
    """The same, None where it is empty."""
    return instant(form, field) if form.text(field) else None


def figure(form: Form, field: str) -> Decimal:
    """The number in a field. Raises Stopped for one that cannot be read."""
    try:
        found = Decimal(form.text(field).replace(",", "."))
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise Stopped(form, [Fault(spoken("Ghi một số, ví dụ 1,5."), field)])
    return found


#: $1 codes or null, $2 local date, $3 at most so many.
_NAMED = """
select code, name from unit
where ($1::text[] is null or code = any($1::text[])) and $2 between valid_from and coalesce(valid_to, 'infinity')
order by code limit $3
"""
