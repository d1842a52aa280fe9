"""Answers about acts of administration, and what is missing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage


class AdministrationEvent(Answer):
    """One act of administration in its authority's chain."""

    authority: str
    number: int
    at: datetime
    kind: str
    subject: str
    actor: UUID
    actor_name: str
    on_behalf_of: UUID | None
    on_behalf_name: str | None
    payload: dict[str, Any] | None
    fault: str | None


class AdministrationEventPage(Answer):
    """A part of the acts of administration, the newest first."""

    items: list[AdministrationEvent]
    page: NextPage


class RegisterGap(Answer):
    """Something that is missing, in words."""

    kind: str
    unit: str | None
    subject: str
    message: str
    remedy: str


class RegisterGaps(Answer):
    """Gaps that keep the caller's units from handling dossiers."""

    items: list[RegisterGap]


class SetupAct(Answer):
    """One act that a setup file led to, with its place in the file."""

    place: str
    kind: str
    authority: str
    subject: str


class SetupDone(Answer):
    """The acts of a setup file; none where nothing had to change."""

    dry_run: bool
    acts: list[SetupAct]


class SetupFile(Answer):
    """The present register as a setup file."""

    file: str
