"""Bodies and answers about templates of letters."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Key, Name
from hoso_workflows.letters.forms import Paper
from hoso_workflows.letters.template_check.findings import LARGEST

Source = Annotated[str, StringConstraints(min_length=1, max_length=LARGEST)]


class LetterTemplateEntry(Body):
    """A template of a form for the letters of a unit."""

    unit: Key
    form: Key
    html: Source | None = None
    typst: Source | None = None
    basis: Name
    valid_from: Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class LetterTemplateListed(Answer):
    """A template as a list shows it."""

    id: UUID
    unit: str
    form: str
    number: int
    basis: str
    valid_from: date
    entered_by: UUID
    entered_at: AwareDatetime
    approved_by: UUID | None
    approved_at: AwareDatetime | None


class LetterTemplate(LetterTemplateListed):
    """A template with its sources; null where the form is our own again."""

    html: str | None
    typst: str | None


class LetterTemplates(Answer):
    """Templates by unit and form, the newest first."""

    items: list[LetterTemplateListed]


class LetterForm(Answer):
    """A form of letters."""

    #: As `01` or `stop`.
    code: str
    title: str
    #: In the number series, as in `12/2026/TNHS-PVHCC`.
    abbreviation: str
    paper: Paper


class LetterForms(Answer):
    """Every form of letters."""

    items: list[LetterForm]
