"""Bodies and answers about drafts."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Data, Key
from hoso_api.http.paging import NextPage


class DraftChange(Body):
    """The content as it is typed now, in the fields of a filing, right or wrong."""

    content: Data


class NewDraft(Body):
    """A draft as it is begun."""

    procedure: Key
    content: Data = Field(default_factory=dict)


class DraftListed(Answer):
    """A draft in its owner's list."""

    id: UUID
    procedure: str
    #: As it was typed; null where nothing was.
    applicant: str | None
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    expires_at: AwareDatetime
    filing_at: AwareDatetime | None
    reference: str | None


class Finding(Answer):
    """Something for which the draft would not be filed now."""

    #: Null for what concerns no field.
    field: str | None
    message: str


class DraftShown(DraftListed):
    """A draft with all that was typed, and what it still lacks."""

    content: dict[str, Any] | None
    findings: list[Finding]


class DraftList(Answer):
    """Your drafts, the newest first."""

    items: list[DraftListed]
    page: NextPage
