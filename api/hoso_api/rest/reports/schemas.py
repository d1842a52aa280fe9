"""Answers about reports."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_api.rest.overdue.schemas import WorkingTime
from hoso_workflows.reports.lateness_dossiers import Column


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
    """One procedure in one handling unit."""

    unit: str
    unit_name: str
    procedure: str


class LatenessReport(Answer):
    """The report on lateness of a period."""

    period_from: date
    #: The last day, included.
    period_to: date
    #: A unit with those below it; null for all.
    unit: str | None
    lines: list[LatenessLine]
    total: LatenessFigures
    made_at: AwareDatetime
    #: False while the period runs: the figures are as of `made_at` and are not kept.
    final: bool


class UnitWeek(Answer):
    """A week from Monday to Sunday."""

    #: Its Monday.
    begin: date
    received: int
    resolved: int
    late: int


class UnitWeeks(Answer):
    """The last weeks of a unit, the one that runs at the end."""

    #: The handling unit, without those below it.
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


class ReportedDossiers(Answer):
    """Some of the dossiers behind a figure of the report, by when they were accepted."""

    #: How many the figure counts.
    number: int
    items: list[ReportedDossier]
    page: NextPage
