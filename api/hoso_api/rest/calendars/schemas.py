"""Bodies and answers about calendars and their revisions."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_models import RevisionStatus

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
CalendarId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Session = Annotated[str, StringConstraints(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]


class _Ordered(Body):
    """A row of a calendar, and who ordered it."""

    basis: Name
    announced: Day | None = None
    status: Literal["official", "expected"] | None = None
    name: Name | None = None


class _Days(_Ordered):
    """One day, or a first and a last one."""

    day: Annotated[Day | None, Field(alias="date")] = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


class DayOff(_Days):
    """Days off."""

    kind: Literal["holiday", "substitute"] | None = None
    lunar: Annotated[str, StringConstraints(pattern=r"^\d\d?/\d\d?$")] | None = None


class Closed(_Days):
    """Days on which this authority alone does not work."""


class Swap(_Ordered):
    """A working day off, and the day of rest on which it is made good."""

    off: Day
    work: Day


class SpecialDay(_Ordered):
    """A day with hours of its own."""

    date: Day
    slots: Annotated[list[Session], Field(min_length=1, max_length=6)]
    #: Working days that it counts for.
    counts: Annotated[float, Field(ge=0.5, le=1, multiple_of=0.5)] | None = None


class OfficeHours(_Ordered):
    """Office hours, in a season of the year where one is named, and from a day on."""

    slots: Annotated[list[Session], Field(min_length=1, max_length=6)]
    season: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class Coverage(Body):
    """The first and the last year that a calendar declares."""

    from_: Annotated[int, Field(alias="from", ge=1900, le=2199)]
    to: Annotated[int, Field(ge=1900, le=2199)]


class CalendarForm(Body):
    """A revision as a form: rows that are added, or a whole calendar; units that keep it from then on."""

    basis: Name
    #: False: the rows come on top of the present text.
    replaces: bool = False
    title: Name | None = None
    extends: CalendarId | None = None
    coverage: Coverage | None = None
    hours: Annotated[list[OfficeHours], Field(max_length=50, default_factory=list)]
    day_off: Annotated[list[DayOff], Field(max_length=500, default_factory=list)]
    swap: Annotated[list[Swap], Field(max_length=200, default_factory=list)]
    special: Annotated[list[SpecialDay], Field(max_length=200, default_factory=list)]
    closure: Annotated[list[Closed], Field(max_length=500, default_factory=list)]
    #: Codes of the units that keep the calendar from then on.
    units: Annotated[list[Key], Field(max_length=500, default_factory=list)]


class NewCalendar(Body):
    """A calendar before it has a text."""

    id: CalendarId
    name: Name
    #: Null for one that belongs to the top of the tree.
    unit: Key | None = None


class ClosureEntry(Body):
    """Days on which a unit does not work at once, and those below it."""

    unit: Key
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    name: Name
    basis: Text
    announced: Day | None = None
    below: bool = True


class Calendar(Answer):
    """A calendar of the house."""

    id: str
    name: str
    unit: str | None
    extends: str | None
    version: str | None
    first: date | None
    until: date | None
    kept: int


class CalendarPage(Answer):
    """The calendars of the house, by their ids."""

    items: list[Calendar]
    page: NextPage


class MoveFigures(Answer):
    """Figures of a preview: how many open dossiers the revision moves."""

    counted: int
    moved: int
    later: int
    earlier: int
    promised: int
    reception: int
    steps: int
    digest: str
    complete: bool


class AppliedFigures(Answer):
    """Figures of what has been applied so far, beside what was approved."""

    counted: int
    moved: int
    later: int
    earlier: int
    promised: int
    reception: int
    steps: int
    as_previewed: int
    otherwise: int
    new: int
    notices: int


class CalendarRevision(Answer):
    """A numbered revision of a calendar and where it stands."""

    calendar: str
    number: int
    status: RevisionStatus
    basis: str
    #: TOML text; null where only units change.
    document: str | None
    units: list[str]
    entered_by: UUID
    entered_for: UUID | None
    entered_at: AwareDatetime
    preview: MoveFigures | None
    approved_by: UUID | None
    approved_for: UUID | None
    approved_at: AwareDatetime | None
    applied_by: UUID | None
    applied_for: UUID | None
    applied_at: AwareDatetime | None
    result: AppliedFigures | None


class CalendarRevisionPage(Answer):
    """The revisions of a calendar, the newest first."""

    items: list[CalendarRevision]
    page: NextPage


class CalendarRevisions(Answer):
    """The drafts that a closure makes, one for each calendar."""

    items: list[CalendarRevision]


class CalendarFinding(Answer):
    """One thing to know about the text of a calendar."""

    severity: Literal["error", "warning"]
    calendar: str
    place: str
    line: int | None
    message: str


class CalendarFindings(Answer):
    """The findings about a revision's text, the errors first."""

    items: list[CalendarFinding]


class StepMove(Answer):
    """The due dates of an open step, from and to."""

    own: list[AwareDatetime | None]
    plan: list[AwareDatetime | None]


class Moves(Answer):
    """The dates that move, each from and to; one that stays is left out."""

    reception_due: list[AwareDatetime | None] | None = None
    due_legal: list[AwareDatetime | None] | None = None
    due_promised: list[AwareDatetime | None] | None = None
    #: By the task's id.
    steps: dict[str, StepMove] | None = None


class MovedDossier(Answer):
    """An open dossier that a revision moves."""

    reference: str
    code: str | None
    procedure: str
    handling_unit: str
    dates: Moves


class MovedDossierPage(Answer):
    """The open dossiers that a revision moves, as its preview found them."""

    items: list[MovedDossier]
    page: NextPage


class PreviewApproval(Body):
    """The preview that is approved, by its digest."""

    preview: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def inlined(model: type[Body]) -> Any:
    """The JSON schema of a body that a route reads by itself, whole in one place."""
    schema = model.model_json_schema()
    return _inlined(schema, schema.pop("$defs"))


def _inlined(part: Any, parts: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(each, parts) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(parts[part["$ref"].rpartition("/")[2]], parts)
    return {key: _inlined(each, parts) for key, each in part.items()}
