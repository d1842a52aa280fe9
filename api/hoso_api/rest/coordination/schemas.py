"""Bodies and answers about calls upon units, the register of documents and evaluation sheets."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_models import DocumentKind, DocumentState, UrgingKind

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Year = Annotated[int, Field(ge=2000, le=2199)]
#: A figure as a text or a number: exact, of at most 12 digits before the point and 3 behind it.
Figure = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=3)]


class UrgingCall(Body):
    """A call upon a unit."""

    kind: UrgingKind
    unit: Key
    text: Text
    term: Name
    dossiers: Annotated[list[Key], Field(default_factory=list, max_length=50)]


class UrgingAnswer(Body):
    """The answer of a unit."""

    text: Text


class Urging(Answer):
    """A call upon a unit, with its answer."""

    id: UUID
    kind: UrgingKind
    unit: str
    unit_name: str
    text: str
    dossiers: list[str]
    term: str
    due_at: AwareDatetime
    asked_at: AwareDatetime
    asked_by: str
    told: int
    answer: str | None
    answered_at: AwareDatetime | None
    answered_by: str | None
    overdue: bool


class Urgings(Answer):
    """Calls upon units, the newest first."""

    items: list[Urging]
    page: NextPage


class RegisterTarget(Body):
    """A figure that is to be reached in a year."""

    year: Year
    amount: Figure
    measured_in: Name


class RegisterEntry(Body):
    """A document for the register."""

    kind: DocumentKind
    unit: Key
    number: Name
    title: Name
    content: Text = ""
    issued_on: Day
    valid_from: Day
    valid_to: Day | None = None
    target: RegisterTarget | None = None


class ProgressEntry(Body):
    """A note on how far a document is carried out."""

    text: Text
    state: DocumentState
    reached: Figure | None = None


class DocumentProgress(Answer):
    """A note on how far a document is carried out."""

    number: int
    at: AwareDatetime
    by: str
    text: str
    state: DocumentState
    reached: Decimal | None


class RegisterDocument(Answer):
    """A document of the register."""

    id: UUID
    kind: DocumentKind
    unit: str
    unit_name: str
    number: str
    title: str
    content: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    year: int | None
    amount: Decimal | None
    measured_in: str | None
    state: DocumentState
    entered_by: str
    entered_at: AwareDatetime
    reached: Decimal | None
    progress: list[DocumentProgress]


class RegisterDocuments(Answer):
    """Documents of the register, what was issued last first."""

    items: list[RegisterDocument]
    page: NextPage


class EvaluationPeriod(Body):
    """The unit and the period of a sheet."""

    unit: Key
    period_from: Day
    period_to: Day


class EvaluationPoints(Body):
    """A mark by hand, with its reason."""

    points: Figure
    reason: Name


class EvaluationLine(Answer):
    """An indicator on a sheet."""

    indicator: str
    most: Decimal
    value: Decimal | None
    part: int | None
    whole: int | None
    computed: Decimal | None
    marked: Decimal | None
    reason: str | None
    points: Decimal | None


class EvaluationGroup(Answer):
    """The indicators of a rule, with their sum."""

    group: str
    basis: str
    lines: list[EvaluationLine]
    counted: int
    total: Decimal


class EvaluationSheet(Answer):
    """The evaluation of a unit in a period."""

    id: UUID
    unit: str
    unit_name: str
    period_from: date
    period_to: date
    groups: list[EvaluationGroup]
    grade: str | None
    computed_at: AwareDatetime
    opened_by: str
    final_at: AwareDatetime | None
    final_by: str | None


class EvaluationSheets(Answer):
    """Evaluation sheets, the newest period first."""

    items: list[EvaluationSheet]
    page: NextPage
