"""Answers about letters."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer


class LetterIssued(Answer):
    """A letter that was issued."""

    id: UUID
    form: str
    title: str
    number: int
    year: int
    series: str
    issued_at: AwareDatetime
    signed: bool
    cancelled_at: AwareDatetime | None


class Letters(Answer):
    """The letters of a dossier, in the order of their issue."""

    items: list[LetterIssued]


class LetterChecked(LetterIssued):
    """A paper that exists: what whoever holds it may know."""

    unit: str
    code: str | None
