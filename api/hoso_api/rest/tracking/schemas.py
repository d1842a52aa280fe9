"""Bodies and answers about dossiers that are looked for."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_api.rest.dossiers.schemas import ApplicantNamed, DossierUnits
from hoso_api.rest.tasks.schemas import PageAsked
from hoso_models import DossierStatus, Verdict
from hoso_workflows.tracking.accounting import Holder

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Number = Annotated[Name, Field(max_length=40)]


class DossierSearchFilter(Body):
    """Conditions on dossiers; a missing one does not narrow."""

    key: Key | None = None
    name: Name | None = None
    identifier: Number | None = None
    phone: Number | None = None
    procedure: Key | None = None
    status: DossierStatus | None = None
    unit: Key | None = None
    filed_from: Day | None = None
    filed_until: Day | None = None


class DossierSearch(Body):
    """A search for dossiers; the newest come first."""

    filter: DossierSearchFilter = Field(default_factory=DossierSearchFilter)
    #: Needed for a search by name or number.
    reason: Annotated[Text, Field(max_length=300)] = ""
    page: PageAsked = Field(default_factory=PageAsked)


class ProcedureNamed(Answer):
    """The procedure of a dossier."""

    code: str
    name: str


class DossierListed(Answer):
    """A dossier in a list."""

    reference: str
    code: str | None
    procedure: ProcedureNamed
    applicant: ApplicantNamed
    units: DossierUnits
    status: DossierStatus
    verdict: Verdict | None
    filed_at: AwareDatetime
    accepted_at: AwareDatetime | None
    due_legal: AwareDatetime | None
    due_promised: AwareDatetime | None
    late_since: AwareDatetime | None
    result_ready_at: AwareDatetime | None


class DossierPage(Answer):
    """A part of a list of dossiers, the newest first."""

    items: list[DossierListed]
    page: NextPage


class Happened(Answer):
    """An event of a dossier, where it happened and by whom."""

    at: AwareDatetime
    #: As in the list of events.
    kind: str
    unit: str
    unit_name: str | None
    actor: str | None
    #: The absent officer's name.
    on_behalf_of: str | None
    automatic: bool
    step: str | None
    #: What was written with it.
    words: str | None


class OwnHappened(Answer):
    """An event of one's dossier, or its move to another unit."""

    at: AwareDatetime
    #: As in the list of events, or `moved`: it came to this unit.
    kind: str
    unit: str
    unit_name: str | None
    reason: str | None


class Timeline(Answer):
    """The timeline of a dossier for officers."""

    view: Literal["officer"]
    items: list[Happened]


class OwnTimeline(Answer):
    """The timeline of a dossier for its applicant."""

    view: Literal["applicant"]
    items: list[OwnHappened]


AnyTimeline = Annotated[Timeline | OwnTimeline, Field(discriminator="view")]


class PlaceOf(Answer):
    """Somebody whom a dossier waited for."""

    holder: Holder
    unit: str | None
    unit_name: str | None
    officer: UUID | None
    officer_name: str | None


class PartOf(PlaceOf):
    """The working time of one of those whom a dossier waited for."""

    minutes: int
    #: Those of them in which the term ran.
    counted: int


class ExcessOf(PlaceOf):
    """A step or an opinion that took more than its limit."""

    step: str | None
    #: Beyond its limit.
    minutes: int


class StretchOf(PlaceOf):
    """A stretch in which a dossier waited for one and the same."""

    since: AwareDatetime
    until: AwareDatetime
    #: Whether the term ran.
    runs: bool
    minutes: int


class DossierAccount(Answer):
    """The working time of a dossier, divided among those whom it waited for; the parts sum to the whole."""

    reference: str
    code: str | None
    status: DossierStatus
    until: AwareDatetime
    minutes: int
    #: Beyond the date of the law; 0 for a dossier that is not late.
    late: int
    #: What made it late: the greatest excess, else whoever had it longest while the term ran.
    reason: PlaceOf | None
    parts: list[PartOf]
    excesses: list[ExcessOf]
    stretches: list[StretchOf]
