"""Stored packages and calendars that are not as they were published or entered.

A package is known by the digest that stands beside it, a calendar's version by the digest that is its name: events name it too.
What does not match is never used, and is a fault of its own: of the version or the calendar, not of each dossier.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

import hoso_calendar as wt
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import package
from hoso_bpmn.package.package import Package
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors


class Damaged(errors.Refusal):
    """Something stored on which work relies is not as it was entered."""

    headers: ClassVar = {"Retry-After": "60"}
    remedy = "Try again later or ask at the desk; nothing that was filed is lost."

    #: The procedure or calendar, and its number or version.
    key: tuple[str, int | str]
    #: What differs, as it is stored and as it should be.
    what: str
    stored: str
    said: str


class ProcedureDamaged(Damaged):
    """The stored package is not the one that was published."""

    slug = "procedure-damaged"
    title = "The procedure cannot be worked with now: what is stored of it is not what was published."

    def __init__(self, procedure: str, number: int, stored: str, said: str) -> None:
        super().__init__(
            say(
                "The procedure {procedure}, version {number}, is damaged where it is kept.",
                procedure=procedure,
                number=number,
            )
        )
        self.key = procedure, number
        self.what = say("package of version {number}", number=number)
        self.stored, self.said = stored, said


class CalendarDamaged(Damaged):
    """The stored calendar is not the one that was entered."""

    slug = "calendar-damaged"
    title = "No date can be counted now: what is stored of the working calendar is not what was entered."

    def __init__(self, calendar: str, version: str, stored: str) -> None:
        super().__init__(
            say("The working calendar {calendar} is damaged where it is kept.", calendar=calendar)
        )
        self.key = calendar, version
        self.what = say("calendar version {version}", version=version)
        self.stored, self.said = stored, version


def package_of(row: Any) -> Package:
    """The package of a row with `code`, `number`, `package` and `sha256`. Raises ProcedureDamaged."""
    digest = hashlib.sha256(row.package).hexdigest()
    stored = f"sha256 {digest}"
    if digest == row.sha256:
        try:
            return package.read(row.package)
        except RefusedFile as refused:
            stored = str(refused.message)
    raise ProcedureDamaged(row.code, row.number, stored, f"sha256 {row.sha256}")


def calendar_of(calendar: str, version: str, documents: Any) -> wt.WorkCalendar:
    """The calendar that stored documents declare. Raises CalendarDamaged where it is not that version."""
    try:
        compiled = compiled_of(calendar, documents)
    except (wt.BadCalendar, wt.UnknownCalendar, AttributeError) as unreadable:
        raise CalendarDamaged(calendar, version, str(unreadable)) from unreadable
    if compiled.version != version:
        raise CalendarDamaged(calendar, version, compiled.version)
    return compiled


def compiled_of(calendar: str, documents: Mapping[str, str]) -> wt.WorkCalendar:
    """The calendar that documents declare, whatever its version. Raises what `hoso_calendar.compile` does."""
    return wt.compile({name: text.encode() for name, text in documents.items()}, calendar)


async def stored_calendar(asked: Database | Transaction, calendar: str, version: str) -> wt.WorkCalendar:
    """A calendar in a version that an event or a unit names. Raises CalendarDamaged, also where it is not stored."""
    rows = await asked.rows(_DOCUMENTS, [calendar, version])
    if not rows:
        raise CalendarDamaged(calendar, version, say("absent"))
    return calendar_of(calendar, version, rows[0].documents)


async def everywhere(db: Database) -> list[Damaged]:
    """All packages and versions of calendars that are damaged."""
    return [*await _packages(db, "true"), *_calendars(await db.rows(_ALL_CALENDARS))]


async def in_use(db: Database) -> list[Damaged]:
    """The damaged ones in use: published packages, those of open dossiers, units' calendars.

    The database compares the packages; the calendars are compiled once.
    """
    return [*await _packages(db, _LIVING), *_calendars(await db.rows(_KEPT_CALENDARS))]


async def _packages(db: Database, which: str) -> list[Damaged]:
    found: list[Damaged] = []
    for row in await db.rows(_PACKAGES.format(which=which)):
        try:
            package_of(row)
        except ProcedureDamaged as damaged:
            found.append(damaged)
    return found


def _calendars(rows: Any) -> list[Damaged]:
    found: list[Damaged] = []
    for row in rows:
        try:
            calendar_of(row.calendar, row.version, row.documents)
        except CalendarDamaged as damaged:
            found.append(damaged)
    return found


_DOCUMENTS = "select documents from calendar_version where calendar = $1 and version = $2"
_ALL_CALENDARS = (
    "select calendar, version, documents from calendar_version order by calendar, created_at, version"
)
#: A version that is named and not there has no documents.
_KEPT_CALENDARS = """
select c.id as calendar, c.version, v.documents
from calendar c left join calendar_version v on v.calendar = c.id and v.version = c.version
where c.version is not null and c.id in (select calendar from unit) order by c.id
"""
#: A package whose digest is right was read when it was declared.
_PACKAGES = """
select v.procedure_code as code, v.number, v.package, v.sha256 from workflow_version v
where encode(sha256(v.package), 'hex') <> v.sha256 and {which} order by v.procedure_code, v.number
"""
_LIVING = """(v.status in ('approved', 'active') or exists (
  select from dossier d join engine_state e on e.dossier_id = d.id where d.workflow_version_id = v.id and not e.finished))"""
