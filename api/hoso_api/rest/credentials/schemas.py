"""Bodies and answers about tokens and keys of others."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Name, Text
from hoso_api.http.paging import NextPage
from hoso_workflows.organisation.credentials import Scope


class HeldToken(Answer):
    """A good token and whose it is; of its secret part only the beginning is known."""

    prefix: str
    label: str
    scopes: list[Scope]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    #: Written once an hour at most.
    last_used_at: AwareDatetime | None
    principal: UUID
    name: str
    #: The unit that keeps the principal's record, if any.
    unit: str | None


class TokenPage(Answer):
    """Some of the good tokens of those whom you administer, the newest first."""

    items: list[HeldToken]
    page: NextPage


class HeldKey(Answer):
    """A good key and whose it is."""

    #: The `keyid` of its signatures.
    id: UUID
    label: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    principal: UUID
    name: str
    #: The unit that keeps the principal's record, if any.
    unit: str | None


class KeyPage(Answer):
    """Some of the good keys of systems that you administer, the newest first."""

    items: list[HeldKey]
    page: NextPage


class NewKey(Body):
    """The public key of a system, what it is for, and how long it is good."""

    principal: UUID
    public_key: Annotated[str, Field(max_length=1000)]
    label: Name
    days: Annotated[int, Field(ge=1, le=3650)]


class KeyEntered(Answer):
    """A key that was entered."""

    id: UUID
    expires_at: AwareDatetime


class Revocation(Body):
    """The reason for which a token or a key is revoked."""

    reason: Text


class Revoked(Answer):
    """A token or a key that is good for nothing."""

    revoked_at: AwareDatetime
