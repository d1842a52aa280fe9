"""Bodies and answers about people: names, roles, and how officers are reached."""

from datetime import date, datetime
from uuid import UUID

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage
from hoso_models import ContactKind, PrincipalKind


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
    """An officer's record."""

    id: UUID
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
    """An officer to be entered."""

    name: Name
    unit: Key
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
