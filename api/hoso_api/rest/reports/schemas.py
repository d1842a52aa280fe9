"""Answers about reports."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_api.rest.overdue.schemas import WorkingTime
from hoso_api.rest.tasks.schemas import StandingStill
from hoso_models import Integration
from hoso_workflows.reports.forms.tables import Form
from hoso_workflows.reports.integration import Gap
from hoso_workflows.reports.lateness import Part
from hoso_workflows.reports.lateness_dossiers import Column

#: Forms that name no officer.
OpenForm = Literal["ii-06", "ii-07", "steps", "online", "satisfaction"]


class LatenessFigures(Answer):
    """received + carried_over = early + on_time + late + open_within + open_overdue + closed_otherwise."""

    received: int
    carried_over: int
    early: int
    on_time: int
    late: int
    open_within: int
    open_overdue: int
    closed_otherwise: int


class LatenessLine(LatenessFigures):
    """One procedure in one unit."""

    unit: str
    unit_name: str
    procedure: str


class AppointedHours(Answer):
    """Appointed hours that came in the period, of one procedure in one unit: hours = ready + not_returned + without_result."""

    unit: str
    unit_name: str
    procedure: str
    hours: int
    ready: int
    not_returned: int
    without_result: int


class LatenessReport(Answer):
    """The report on lateness of a period."""

    period_from: date
    #: The last day, included.
    period_to: date
    #: A unit with those below it; null for all.
    unit: str | None
    #: What its units are to the dossiers.
    part: Part
    lines: list[LatenessLine]
    total: LatenessFigures
    made_at: AwareDatetime
    #: False while the period runs: the figures are as of `made_at` and are not kept.
    final: bool
    #: Null where the report was kept before hours were counted.
    hours: list[AppointedHours] | None


class UnitWeek(Answer):
    """A week from Monday to Sunday."""

    #: Its Monday.
    begin: date
    received: int
    resolved: int
    late: int


class UnitWeeks(Answer):
    """The last weeks of a unit, the one that runs at the end."""

    #: The handling unit; those below it are counted too.
    unit: str
    at: AwareDatetime
    weeks: list[UnitWeek]


class ReportedDossier(Answer):
    """A dossier as it stood at the end of the period."""

    id: UUID
    code: str
    procedure: str
    procedure_name: str
    #: The handling unit.
    unit: str
    unit_name: str
    accepted_at: AwareDatetime
    #: The legal due date that held then, and the one that the applicant had been told.
    due: AwareDatetime | None
    promised: AwareDatetime | None
    #: Null while it was open.
    finished_at: AwareDatetime | None
    #: Where it stood.
    column: Column
    #: Set for one that was late, before its term began anew too.
    late_since: AwareDatetime | None
    #: Null where the date that held had not passed.
    lateness: WorkingTime | None
    #: Null where its clock ran.
    still: StandingStill | None


class ReportedDossiers(Answer):
    """Some of the dossiers behind a figure of the report, by when they were accepted."""

    #: How many the figure counts.
    number: int
    counted_only: int
    items: list[ReportedDossier]
    page: NextPage


class UnitDay(Answer):
    """A day of a unit with those below it."""

    day: date
    received: int
    online: int
    resolved: int
    late: int
    open: int
    overdue: int


class UnitDays(Answer):
    """The days of a unit, the last one at the end."""

    unit: str
    at: AwareDatetime
    days: list[UnitDay]


class ReportColumn(Answer):
    """A column of a form."""

    key: str
    number: str
    words: str


class ReportCheck(Answer):
    """An identity of the sum line, with its two sides."""

    says: str
    left: int
    right: int


class ReportTable(Answer):
    """A form filled with figures."""

    form: Form
    title: str
    columns: list[ReportColumn]
    lines: list[dict[str, str | int | None]]
    total: dict[str, str | int | None] | None
    checks: list[ReportCheck]


class FormReport(ReportTable):
    """A form of a period."""

    period_from: date
    period_to: date
    unit: str
    made_at: AwareDatetime
    final: bool


class OnlineTargetSet(Body):
    """The share of dossiers that a unit should get online in a year."""

    unit: Key
    year: Annotated[int, Field(ge=2000, le=2199)]
    percent: Annotated[int, Field(ge=0, le=100)]
    basis: Name


class OnlineTarget(Answer):
    """A target that was set."""

    unit: str
    year: int
    percent: int
    basis: str
    entered_at: AwareDatetime


class UnitSystem(Answer):
    """A system in which an agency may handle a service."""

    unit: str
    name: str
    state: Integration


class UnintegratedService(Answer):
    """A procedure of a handling unit that nobody can file here."""

    unit: str
    unit_name: str
    procedure: str
    name: str | None
    why: Gap
    since: date | None
    service_level: str | None
    systems: list[UnitSystem]


class UnintegratedServices(Answer):
    """Some of the services that are not integrated, by unit and procedure."""

    items: list[UnintegratedService]
    page: NextPage
