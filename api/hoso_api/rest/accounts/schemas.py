"""Answers about invitations, recoveries and sessions."""

from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer


class InvitationGiven(Answer):
    """A link by which a person chooses how they sign in: mailed to them, else shown once."""

    id: UUID
    #: The code stands behind the `#`, which no server sees. Null where it was mailed.
    link: str | None
    mailed: bool
    expires_at: AwareDatetime


class RecoveryAsked(Answer):
    """A recovery that waits for another administrator."""

    id: UUID


class RecoveryWaiting(Answer):
    """A recovery that another administrator may confirm."""

    id: UUID
    person: UUID
    person_name: str
    asked_by: str
    asked_at: AwareDatetime
    expires_at: AwareDatetime


class RecoveryList(Answer):
    """The recoveries of people in the units that you administer, the oldest first."""

    items: list[RecoveryWaiting]


class SessionsEnded(Answer):
    """The number of sessions that were ended."""

    ended: int
