"""Owed reports as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from starlette.responses import Response

from hoso_api.pages.shared.acting import Filled
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import marked
from hoso_models import ReportStatus
from hoso_workflows import errors, localtime
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.integration import Gap
from hoso_workflows.reports.obligations import acts, papers, register
from hoso_workflows.reports.obligations.register import Obligation

ADDRESS, COORDINATING = "/noi-bo/bao-cao/nop", "/noi-bo/dau-moi/bao-cao"
HERE = "bao-cao"
#: Fields of the forms by the texts of a report.
FIELDS: Mapping[str, str] = {"chapter": "danh-gia", "difficulties": "kho-khan", "proposals": "kien-nghi"}
REASON, MISSING = "ly-do", "thieu"
#: Where a report stands: kind of mark, and words.
STATES: Mapping[ReportStatus, tuple[str, str]] = {
    ReportStatus.OWED: ("wait", marked("chưa làm")),
    ReportStatus.DRAFTED: ("soon", marked("đang soạn")),
    ReportStatus.APPROVED: ("fine", marked("đã duyệt")),
    ReportStatus.SUBMITTED: ("done", marked("đã nộp")),
    ReportStatus.RETURNED: ("stopped", marked("bị trả lại")),
}
#: Why nobody can file a procedure here.
GAPS: Mapping[Gap, str] = {
    Gap.NO_VERSION: marked("chưa có quy trình áp dụng"),
    Gap.CLOSED: marked("đang ngừng nhận hồ sơ"),
}


@dataclass(frozen=True, slots=True)
class May:
    """Acts that the reader may do on a report as it stands."""

    write: bool
    approve: bool
    submit: bool
    return_: bool
    remind: bool

    @classmethod
    def of(cls, visit: Visit, found: Obligation) -> "May":
        """The acts that rights and status allow."""
        open_ = found.status is not ReportStatus.SUBMITTED
        own = visit.principal in found.writers
        return cls(
            open_ and _reaches(visit, acts.WRITE, found.unit),
            found.status is ReportStatus.DRAFTED and not own and _reaches(visit, acts.APPROVE, found.unit),
            found.status is ReportStatus.APPROVED and _reaches(visit, acts.SUBMIT, found.unit),
            not open_ and _reaches(visit, acts.RETURN, found.above),
            open_ and _reaches(visit, acts.REMIND, found.above),
        )


def _reaches(visit: Visit, act: str, unit: str) -> bool:
    return unit in table.units(act, visit.rights)


async def reached(visit: Visit) -> frozenset[str]:
    """The units whose reports the reader sees. Raises Forbidden."""
    units = table.units(register.LIST, visit.rights)
    if not units:
        async with readings.refusals(
            visit.service.db, register.LIST, visit.principal, None, visit.at, visit.origin
        ):
            raise errors.Forbidden(visit.principal, table.ACTS[register.LIST].says, None, None)
    return units


async def one(visit: Visit, obligation: UUID) -> Obligation:
    """A report that concerns the reader. Raises Forbidden, NotFound."""
    await reached(visit)
    found = await register.one(visit.service.db, obligation)
    if not register.readable(visit.rights, found):
        raise errors.NotFound("report that is owed", obligation)
    return found


def current(visit: Visit) -> str:
    """The quarter that runs, as `2026-Q1`."""
    today: date = localtime.local_date(visit.at)
    return f"{today.year}-Q{(today.month + 2) // 3}"


async def shown(visit: Visit, found: Obligation, form: Filled, *, coordinating: bool = False) -> Response:
    """A report with figures, texts and the forms of possible acts."""
    db = visit.service.db
    read = await papers.read(db, found, at=visit.at)
    people = (found.written_by, found.approved_by, found.submitted_by, found.returned_by)
    return visit.page(
        "obligations/report.html",
        form.status,
        here=HERE,
        form=form,
        shown=found,
        read=read,
        late=found.late(visit.at),
        states=STATES,
        may=May.of(visit, found),
        fields={
            name: field for name, field in FIELDS.items() if name != "chapter" or found.part == "consolidated"
        },
        titles=TITLES,
        persons=dict(await visit.names({each for each in people if each})),
        agencies=await register.of_period(db, found) if found.part == "consolidated" else (),
        now=visit.at,
        address=f"{ADDRESS}/{found.id}",
        back=COORDINATING if coordinating else ADDRESS,
        formats=[(each, each.upper()) for each in Format],
    )


TITLES: Mapping[str, str] = {
    "chapter": marked("Đánh giá chung của cơ quan đầu mối"),
    "difficulties": marked("Khó khăn, vướng mắc"),
    "proposals": marked("Kiến nghị, đề xuất"),
}
