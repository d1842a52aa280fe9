"""Register of the dossiers that a one-stop desk has accepted (Mẫu 06)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hoso_calendar.messages import say
from hoso_models import DeliveryMode, DossierStatus
from hoso_workflows import errors, letters, localtime
from hoso_workflows.correspondence import own_templates, places
from hoso_workflows.correspondence.letter_views import Asked, Paper
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import document
from hoso_workflows.letters.values import Authority, Entry, Period, Values
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table

READ = "read_register"
FORM = "06"
#: How the result is fetched, and what ended a dossier without one, in the words of the book.
_WAYS = {
    DeliveryMode.COUNTER: "Trực tiếp",
    DeliveryMode.POST: "Bưu chính công ích",
    DeliveryMode.ONLINE: "Trực tuyến",
}
#: Stands for the name of an applicant whose data were erased.
_ERASED = "Đã xóa theo luật"
_NOTES = {
    DossierStatus.WITHDRAWN: "Người nộp rút hồ sơ",
    DossierStatus.STOPPED: "Dừng giải quyết",
    DossierStatus.CLOSED_UNANSWERED: "Không bổ sung hồ sơ",
}


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a desk's register, both included, of all procedures or of one."""

    unit: str
    first: date
    last: date
    procedure: str | None = None


async def read(service: DossierService, days: Days, asked: Asked) -> Paper:
    """The register of a desk: every dossier that it accepted on these days.

    The reading is logged with every dossier. Raises FormRefused for days that are in no order, of two years, have no dossier,
    or have more than a book holds; Forbidden; NotFound for an unknown unit.
    """
    _in_one_book(days)
    unit = await places.unit(service.db, days.unit)
    rights = await permissions.held(service.db, asked.reader, asked.at)
    async with readings.refusals(service.db, READ, asked.reader, days.unit, asked.at, asked.origin):
        if days.unit not in table.units(READ, rights):
            raise errors.Forbidden(asked.reader, "reading a register", None, days.unit)
    rows = await service.db.rows(_ENTRIES, _asked(days))
    _fits(rows)
    reading = readings.of_list(rights, READ, days.unit)
    seen = readings.access(READ, asked.reader, days.unit, asked.at, asked.origin, reading=reading)
    await readings.record(service.db, seen, (row.reference for row in rows))
    values = Values(
        form=FORM,
        # One book for each desk and year: it is kept by the system and never full.
        number=1,
        year=days.first.year,
        place=unit.place,
        issued_on=localtime.local_date(asked.at),
        authority=Authority(unit=unit.name, abbreviation=unit.abbreviation, parent=unit.parent),
        period=Period(first=days.first, last=days.last),
        field=rows[0].procedure if days.procedure else None,
        entries=tuple(map(_entry, rows)),
    )
    template = await own_templates.standing(service.db, days.unit, FORM, asked.at)
    return Paper(letters.read(letters.write(values)), days.unit, template)


def _in_one_book(days: Days) -> None:
    if days.last < days.first:
        raise errors.FormRefused([errors.Fault("to", say("is before the first day"))])
    if days.last.year != days.first.year:
        raise errors.FormRefused([errors.Fault("to", say("is in another year: a book is one year's"))])


def _fits(rows: Any) -> None:
    if not rows:
        raise errors.FormRefused([errors.Fault("from", say("no dossier was accepted on these days"))])
    if len(rows) > document.MOST_ROWS:
        why = say("more than {most} dossiers were accepted on these days", most=document.MOST_ROWS)
        raise errors.FormRefused([errors.Fault("from", why)])


def _asked(days: Days) -> list[Any]:
    return [
        days.unit,
        _begin(days.first),
        _begin(days.last + timedelta(days=1)),
        days.procedure,
        document.MOST_ROWS + 1,
    ]


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=localtime.ZONE)


def _entry(row: Any) -> Entry:
    return Entry(
        code=row.code,
        procedure=row.procedure,
        applicant=row.applicant or _ERASED,
        handling=row.handling,
        received_on=localtime.local_date(row.accepted_at),
        appointed_on=row.due_promised and localtime.local_date(row.due_promised),
        returned_on=row.returned_at and localtime.local_date(row.returned_at),
        contact=", ".join(filter(None, (row.address, row.phone))) or None,
        way=_WAYS[row.delivery_mode],
        note=_NOTES.get(row.status),
    )


_ENTRIES = """
select d.reference, d.code, v.name as procedure, p.name as applicant, p.address, p.phone, u.name as handling, d.accepted_at,
  d.due_promised, d.returned_at, d.delivery_mode, d.status
from dossier d join workflow_version v on v.id = d.workflow_version_id join party p on p.id = d.applicant_id
join unit u on u.code = d.handling_unit
where d.receiving_unit = $1 and d.accepted_at >= $2 and d.accepted_at < $3 and d.procedure_code = coalesce($4, d.procedure_code)
order by d.accepted_at, d.code limit $5
"""
