"""Bodies and answers about dossiers that are looked for."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_api.rest.dossiers.schemas import DossierUnits
from hoso_api.rest.tasks.schemas import PageAsked
from hoso_models import DossierStatus, PartyKind, Verdict

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


class ApplicantNamed(Answer):
    """The applicant of a dossier in a list."""

    kind: PartyKind
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
    result_ready_at: AwareDatetime | None


class DossierPage(Answer):
    """A part of a list of dossiers, the newest first."""

    items: list[DossierListed]
    page: NextPage
