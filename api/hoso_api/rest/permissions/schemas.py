"""Answers about permissions: the table, and a person's."""

from datetime import date
from uuid import UUID

from hoso_api.http.fields import Answer
from hoso_models import PrincipalKind
from hoso_workflows.organisation.permissions import Group, Relation
from hoso_workflows.organisation.permissions.table import Fields


class RelationNamed(Answer):
    """A relation of somebody to the subject of an act, in words."""

    relation: Relation
    meaning: str


class ActListed(Answer):
    """A row of the table of permissions."""

    act: str
    meaning: str
    group: Group
    who: list[Relation]
    tells: Fields
    logged: bool
    second_person: bool
    step_up: bool


class PermissionTable(Answer):
    """The table of permissions: every act, and who may do it."""

    relations: list[RelationNamed]
    items: list[ActListed]


class GroundHeld(Answer):
    """A role in a unit with its period, and the acts that it is for."""

    role: str
    role_name: str
    unit: str
    unit_name: str
    reaches_below: bool
    on_behalf_of: str | None
    reason: str | None
    valid_from: date
    valid_to: date | None
    acts: list[str]


class PersonPermissions(Answer):
    """The acts that a person may do today, and why."""

    id: UUID
    name: str
    kind: PrincipalKind
    acts: list[str]
    roles: list[GroundHeld]
