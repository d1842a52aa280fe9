"""Bodies and answers about roles, proposed offices and substitutions."""

from datetime import date, datetime
from uuid import UUID

from hoso_api.http.fields import Answer, Body, Key, Name
from hoso_api.http.paging import NextPage


class RoleListed(Answer):
    """A role of a person in a unit between two days, both included."""

    id: UUID
    person: UUID
    person_code: str | None
    person_name: str
    unit: str
    role: str
    valid_from: date
    valid_to: date | None
    basis: str | None


class RolePage(Answer):
    """A part of the roles."""

    items: list[RoleListed]
    page: NextPage


class RoleGift(Body):
    """A role to be given."""

    person: Key
    unit: Key
    role: Key
    valid_from: date
    valid_to: date | None = None
    basis: Name | None = None


class LastDay(Body):
    """The last day on which something holds."""

    last_day: date


class ProposalListed(Answer):
    """An office that waits for its second person, or was decided."""

    id: UUID
    person: UUID
    person_code: str | None
    person_name: str
    unit: str
    role: str
    valid_from: date
    valid_to: date | None
    basis: str | None
    proposed_at: datetime
    proposed_by: UUID
    decision: str | None


class ProposalPage(Answer):
    """A part of the proposed offices."""

    items: list[ProposalListed]
    page: NextPage


class SubstitutionListed(Answer):
    """Somebody acts for an absent officer between two days, both included."""

    id: UUID
    absent: UUID
    absent_name: str
    acting: UUID
    acting_name: str
    unit: str | None
    role: str | None
    valid_from: date
    valid_to: date
    reason: str


class SubstitutionPage(Answer):
    """A part of the substitutions."""

    items: list[SubstitutionListed]
    page: NextPage


class SubstitutionEntry(Body):
    """A substitution to be entered."""

    absent: Key
    acting: Key
    valid_from: date
    valid_to: date
    reason: Name
    unit: Key | None = None
    role: Key | None = None
