"""Bodies and answers about reports that units owe."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Key, Name, legible
from hoso_api.http.paging import NextPage
from hoso_api.rest.reports.schemas import ReportTable
from hoso_models import ReportPart, ReportPeriod, ReportStatus
from hoso_workflows.reports.lateness_dossiers import Column
from hoso_workflows.reports.obligations.acts import LONGEST

Long = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(legible)]


class ReportTexts(Body):
    """Texts of a report; what is left out stays as it is."""

    difficulties: Long | None = None
    proposals: Long | None = None
    chapter: Long | None = None


class ReportSubmitted(Body):
    """The submission of a report."""

    confirm_missing: bool = False


class ReportReturned(Body):
    """The reason for which a report goes back."""

    reason: Annotated[Long, Field(min_length=1)]


class WrittenTexts(Answer):
    """Texts of a report; empty where nothing is written."""

    difficulties: str = ""
    proposals: str = ""
    chapter: str = ""


class OwedReport(Answer):
    """A report that a unit owes."""

    id: UUID
    kind: str
    kind_name: str
    period: ReportPeriod
    period_key: str
    part: ReportPart
    unit: str
    unit_name: str
    above: str
    period_from: date
    period_to: date
    due_before: date
    status: ReportStatus
    late: bool
    version: int
    texts: WrittenTexts
    written_by: UUID | None
    written_at: AwareDatetime | None
    approved_by: UUID | None
    approved_at: AwareDatetime | None
    submitted_by: UUID | None
    submitted_at: AwareDatetime | None
    first_submitted_at: AwareDatetime | None
    submissions: int
    returned_by: UUID | None
    returned_at: AwareDatetime | None
    return_reason: str | None
    basis: str


class OwedReports(Answer):
    """Some of the reports that units owe, those due last first."""

    items: list[OwedReport]
    page: NextPage


class ReportSource(Answer):
    """A report that went into a consolidated one."""

    obligation: UUID
    number: int
    unit: str
    unit_name: str
    late: bool


class OwedReportRead(OwedReport):
    """A report with its figures: frozen once it is submitted, else as they are now."""

    frozen: bool
    digest: str | None
    tables: list[ReportTable]
    sources: list[ReportSource]
    missing: list[str]


class ReportRecount(Answer):
    """A submission counted again from the dossiers that were stored with it."""

    dossiers: int
    same: bool
    intact: bool


class SubmittedDossier(Answer):
    """A dossier behind a submitted figure, as it was counted."""

    code: str
    unit: str
    procedure: str
    field: str
    channel: str
    came: Column
    went: Column


class SubmittedDossiers(Answer):
    """Some of the dossiers behind a figure, by their codes."""

    items: list[SubmittedDossier]
    page: NextPage


class ReportReminder(Answer):
    """A reminder that was sent."""

    told: int


class ReportKindEntry(Body):
    """A kind of report that is owed, from a day on."""

    code: Key
    name: Name
    period: ReportPeriod
    first_month: Annotated[int, Field(ge=-12, le=12)]
    first_day: Annotated[int, Field(ge=1, le=31)]
    last_month: Annotated[int, Field(ge=-12, le=12)]
    last_day: Annotated[int, Field(ge=1, le=31)]
    due_month: Annotated[int, Field(ge=-12, le=24)]
    due_day: Annotated[int, Field(ge=1, le=31)]
    consolidate_days: Annotated[int, Field(ge=0, le=90)] = 10
    owing: Annotated[list[Key], Field(max_length=500, default_factory=list)]
    consolidating_unit: Key
    receiving_unit: Key
    valid_from: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
    valid_to: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None
    basis: Name


class ReportKindStored(Answer):
    """A kind of report that was entered."""

    id: UUID
    code: str
    name: str
    period: ReportPeriod
    first_month: int
    first_day: int
    last_month: int
    last_day: int
    due_month: int
    due_day: int
    consolidate_days: int
    owing: list[str]
    consolidating_unit: str
    receiving_unit: str
    valid_from: date
    valid_to: date | None
    basis: str


class ReportKinds(Answer):
    """Kinds of reports, by code and first day."""

    items: list[ReportKindStored]
