"""Answers about letters."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Name, Text
from hoso_workflows.lifecycle import commands


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


class CopyRequest(Body):
    """A copy of a letter: who asked for it, and why."""

    #: Without a name, the applicant. It stands in the mark of the copy, on one or two lines.
    receiver: Annotated[Name, Field(max_length=120)] | None = None
    #: Not empty where a receiver is named.
    reason: Text = ""

    def command(self, letter: UUID) -> commands.IssueCopy:
        """The command."""
        return commands.IssueCopy(letter, self.receiver or "", self.reason)


class LetterCopy(Answer):
    """A copy of a letter that was given out."""

    ordinal: int
    given_at: AwareDatetime
    receiver: str | None
    reason: str | None
    signed: bool


class LetterCopies(Answer):
    """The copies of a letter, in their order."""

    items: list[LetterCopy]
