"""Bodies and answers about procedures and their versions."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Data, Key, Name
from hoso_api.http.paging import NextPage
from hoso_api.http.problems import Fault
from hoso_models import CompetencePart, FeeDue, VersionStatus
from hoso_workflows.organisation.competence import Ground


class Approval(Body):
    """The decision by which a version is approved."""

    decision_no: Name
    decision_date: date


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class Activation(Body):
    """The day from which new dossiers are to run on a version."""

    #: Today when absent.
    active_from: Day | None = None


class OpeningChange(Body):
    """The day from which new dossiers are taken or not, and the decision or law by which they are."""

    is_open: bool
    basis: Name
    #: Today when absent.
    valid_from: Day | None = None


class ProcedureOpening(Answer):
    """A day from which new dossiers of a procedure are taken, or are not."""

    valid_from: date
    is_open: bool
    basis: str
    entered_at: AwareDatetime
    entered_by: UUID
    #: In whose name, as for a version.
    entered_for: UUID | None


class ProcedureOpenings(Answer):
    """The days from which a procedure is open or closed, the newest first; of one day the one entered last holds."""

    items: list[ProcedureOpening]


class CompetentUnit(Answer):
    """A unit among which somebody has to choose."""

    code: str
    name: str


class PartCompetence(Answer):
    """The unit that takes a part of a dossier, or those among which to choose, or who would be competent elsewhere."""

    part: CompetencePart
    unit: str | None
    unit_name: str | None
    #: Why it is this unit.
    ground: Ground | None
    choices: list[CompetentUnit]
    would_be: list[str]


class ProcedureCompetence(Answer):
    """The units that would receive, handle and decide a dossier that is filed now."""

    items: list[PartCompetence]


class OwnerNaming(Body):
    """The unit that is to own a procedure, and the decision or law by which it does."""

    unit: Key
    basis: Name
    #: Today when absent.
    valid_from: Day | None = None


class ProcedureOwner(Answer):
    """A unit that owns a procedure from a day on, until the day from which the next one does."""

    unit: str
    unit_name: str
    valid_from: date
    basis: str
    named_at: AwareDatetime
    #: Null where it follows from versions that were declared before there were owners.
    named_by: UUID | None
    #: In whose name, as for a version.
    named_for: UUID | None


class ProcedureOwners(Answer):
    """The owners of a procedure, the newest first; of one day the one named last holds."""

    items: list[ProcedureOwner]


class ProcedureVersion(Answer):
    """A numbered version of a procedure and where it stands."""

    procedure: str
    number: int
    name: str
    status: VersionStatus
    #: Of the canonical zip: equal files give an equal hash on every machine.
    sha256: str
    declared_by: UUID
    declared_at: AwareDatetime
    approved_by: UUID | None
    decision_no: str | None
    decision_date: date | None
    activated_at: AwareDatetime | None
    submitted_by: UUID | None
    activated_by: UUID | None
    #: In whose name each of them acted: an absent officer's, or that of the person on whose word an operator entered it.
    declared_for: UUID | None
    submitted_for: UUID | None
    approved_for: UUID | None
    activated_for: UUID | None
    #: The local day from which new dossiers run on it; of an approved version, one that is scheduled.
    active_from: date | None
    #: What the check had to say; nothing in it forbids publication.
    findings: list[Fault]


class VersionPage(Answer):
    """All versions of a procedure, the newest first."""

    items: list[ProcedureVersion]
    page: NextPage


class ProcedureListed(Answer):
    """An active procedure in the list."""

    code: str
    name: str
    version: int


class ProcedurePage(Answer):
    """The procedures that dossiers can be filed for now."""

    items: list[ProcedureListed]
    page: NextPage


class ComponentAsked(Answer):
    """A paper of the dossier."""

    code: str
    name: str
    originals: int
    copies: int
    required: bool
    #: Endings of the files that are taken, and the largest one in bytes.
    accept: list[str]
    max_bytes: int


class ProcedureFee(Answer):
    """A fee in đồng; null where the authority has not published it."""

    name: str
    amount: int | None
    basis: str | None
    per: str | None
    after: int | None
    most: int | None
    due: FeeDue


class ProcedureCase(Answer):
    """A case (trường hợp) of a procedure."""

    id: str
    name: str
    term: str
    components: list[ComponentAsked]
    fees: list[ProcedureFee]
    #: The form of filing as form-js JSON.
    form: dict[str, Any] | None


class EligibilityAsked(Answer):
    """The questions that say, before a filing is begun, whether one may file at all."""

    #: The questions as form-js JSON.
    form: dict[str, Any]
    basis: list[str]


class EligibilityAnswers(Body):
    """Answers to the questions of `eligibility`."""

    answers: Data = Field(default_factory=dict)


class EligibilityVerdict(Answer):
    """The verdict on answers. It advises: only reception refuses, in writing."""

    eligible: bool | None
    reason: str
    case: str | None
    basis: list[str]


class Procedure(Answer):
    """An active procedure as an applicant needs to know it."""

    code: str
    name: str
    authority: str
    field: str
    level: str
    legal_basis: list[str]
    #: Null where the procedure asks nothing before.
    eligibility: EligibilityAsked | None
    cases: list[ProcedureCase]
