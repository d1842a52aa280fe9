"""Bodies and answers about people: names, roles, tokens, and how officers are reached."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_models import ContactKind, PrincipalKind
from hoso_workflows.organisation.credentials import LONGEST, Scope


class RoleHeld(Answer):
    """A role in a unit, one's own or an absent officer's."""

    role: str
    role_name: str
    unit: str
    unit_name: str
    on_behalf_of: str | None


class SubstitutionOf(Answer):
    """Somebody stands in for an absent officer between two days, both included."""

    absent: str
    substitute: str
    unit: str | None
    role: str | None
    valid_from: date
    valid_to: date


class MayDo(Answer):
    """Something that may be done, and where."""

    act: str
    units: list[str]


class Me(Answer):
    """The caller: roles, present and future substitutions, and permissions."""

    id: UUID
    name: str
    kind: PrincipalKind
    roles: list[RoleHeld]
    substitutions: list[SubstitutionOf]
    may: list[MayDo]


class OwnToken(Answer):
    """A token of the caller; of its secret part only the beginning is known."""

    prefix: str
    label: str
    scopes: list[Scope]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    #: Written once an hour at most.
    last_used_at: AwareDatetime | None


class OwnTokens(Answer):
    """The tokens of the caller that are good, the newest first."""

    items: list[OwnToken]


class NewToken(Body):
    """A token to make: what it is for, what it may do, how long it is good."""

    label: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]
    days: Annotated[int, Field(ge=1, le=LONGEST.days)]


class TokenGiven(Answer):
    """A new token. It is shown this once."""

    token: str
    prefix: str
    expires_at: AwareDatetime


class OfficerListed(Answer):
    """An officer to whom a task may be given."""

    id: UUID
    name: str
    roles: list[str]
    role_names: list[str]


class OfficerPage(Answer):
    """A part of the officers of a unit."""

    items: list[OfficerListed]
    page: NextPage


class ContactListed(Answer):
    """An address or number of a person."""

    id: UUID
    kind: ContactKind
    value: str


class PersonListed(Answer):
    """The record of an officer or of a system."""

    id: UUID
    kind: PrincipalKind
    code: str | None
    name: str
    title: str | None
    unit: str | None
    closed_at: datetime | None
    roles: list[str]
    contacts: list[ContactListed]


class PersonPage(Answer):
    """A part of the officers, by name."""

    items: list[PersonListed]
    page: NextPage


class PersonEntry(Body):
    """An officer or a system to be entered."""

    name: Name
    unit: Key
    kind: Literal[PrincipalKind.OFFICER, PrincipalKind.SYSTEM, PrincipalKind.PARTNER] = PrincipalKind.OFFICER
    code: Key | None = None
    title: Name | None = None
    email: Name | None = None
    telephone: Name | None = None


class PersonChange(Body):
    """New values of an officer's record; what is left out stays."""

    name: Name | None = None
    title: Name | None = None
    code: Key | None = None
    unit: Key | None = None


class PersonClosure(Body):
    """The reason for closing an account."""

    reason: Name


class ContactEntry(Body):
    """A contact point to be entered."""

    kind: ContactKind
    value: Name


class UnknownIdentity(Answer):
    """Somebody whom an identity provider signed in, linked to nobody here."""

    id: UUID
    provider: str
    issuer: str
    subject: str
    name: str | None
    compared: str | None
    first_at: datetime
    last_at: datetime
    tries: int


class UnknownIdentityPage(Answer):
    """A part of the people whom nobody knows here."""

    items: list[UnknownIdentity]
    page: NextPage


class RefusedSignIn(Answer):
    """Refused sign-ins by one provider for one reason."""

    provider: str
    reason: str
    meaning: str
    tries: int
    first_at: datetime
    last_at: datetime


class RefusedSignIns(Answer):
    """Refused sign-ins of the last 30 days, the latest first."""

    items: list[RefusedSignIn]
