"""Bodies and answers about competences."""

from datetime import date
from uuid import UUID

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_models import CompetencePart


class CompetenceListed(Answer):
    """A unit's competence for a part of a procedure, or of a field's procedures."""

    id: UUID
    procedure: str | None
    field: str | None
    case: str | None
    part: CompetencePart
    unit: str
    area: str | None
    valid_from: date
    valid_to: date | None
    basis: str


class CompetencePage(Answer):
    """A part of the competences."""

    items: list[CompetenceListed]
    page: NextPage


class CompetenceGift(Body):
    """A competence to be given, for a procedure or for a field."""

    unit: Key
    part: CompetencePart
    valid_from: date
    basis: Name
    procedure: Key | None = None
    field: Name | None = None
    case: Key | None = None
    area: Key | None = None
    valid_to: date | None = None
