"""Answers about invitations, recoveries and sessions."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body


class InvitationGiven(Answer):
    """A link by which a person chooses how they sign in: mailed to them, else shown once."""

    id: UUID
    #: The code stands behind the `#`, which no server sees. Null where it was mailed.
    link: str | None
    mailed: bool
    expires_at: AwareDatetime


class RecoveryFor(Body):
    """The reason of a recovery, beside lost factors."""

    #: The person's code in the register from then on.
    code: Annotated[str, Field(min_length=1, max_length=80)] | None = None


class RecoveryAsked(Answer):
    """A recovery that waits for another administrator."""

    id: UUID


class RecoveryWaiting(Answer):
    """A recovery that another administrator may confirm."""

    id: UUID
    person: UUID
    person_name: str
    #: Null where it stays as it is.
    code: str | None
    asked_by: str
    asked_at: AwareDatetime
    expires_at: AwareDatetime


class RecoveryList(Answer):
    """The recoveries of people in the units that you administer, the oldest first."""

    items: list[RecoveryWaiting]


class SessionsEnded(Answer):
    """The number of sessions that were ended."""

    ended: int
