"""The author of acts on the register, and the units they administer.

Two tiers (S-17): who administers a unit acts on it and on all below it. An operator at the machine acts on the word of an
administrator, or alone as long as nobody administers anything.
"""

from dataclasses import dataclass
from uuid import UUID

from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import (
    ADMINISTRATOR,
    APPROVER,
    ASSIGNERS,
    AUDITOR,
    RECEPTION,
    Relation,
    Rights,
    table,
)
from hoso_workflows.organisation.permissions.rights import PROVINCIAL_LEADER
from hoso_workflows.organisation.register import refusals
from hoso_workflows.organisation.register.register import Register

#: Offices that a second person confirms.
GUARDED = (ADMINISTRATOR, AUDITOR, APPROVER)
#: Roles that decide, sign or receive. A second person confirms them where their holder was entered by who gives them.
DECIDING = (*ASSIGNERS, PROVINCIAL_LEADER, RECEPTION)


@dataclass(frozen=True, slots=True)
class Author:
    """The author of acts, with the rights they hold."""

    actor: Actor
    #: None for an operator who acts alone.
    rights: Rights | None = None
    #: True where an operator enters it, who is a second person beside the one on whose word it is.
    operated: bool = False

    @property
    def persons(self) -> frozenset[UUID]:
        """Everybody by whom or in whose name it is done."""
        behalf = self.actor.on_behalf_of
        return frozenset({self.actor.principal} if behalf is None else {self.actor.principal, behalf})

    def may(self, register: Register, act: str, unit: str | None) -> bool:
        """True when the author holds an office over the unit that may do it."""
        if self.rights is None:
            return True
        offices = permissions.offices(act)
        own = {right.unit for right in self.rights.held if right.role in offices}
        return unit is not None and any(each.code in own for each in register.upwards(unit))

    def heads(self, act: str, unit: str | None) -> bool:
        """True when heads may do it and the author is one there."""
        if self.rights is None or unit is None or Relation.ASSIGNER not in table.ACTS[act].who:
            return False
        return self.rights.find(unit, *ASSIGNERS) is not None

    def leads(self, register: Register, act: str, unit: str) -> bool:
        """True when the author heads the unit or one above it."""
        return any(self.heads(act, each.code) for each in register.upwards(unit))

    def entered(self, register: Register, person: UUID) -> bool:
        """True when the author has entered the person without an operator."""
        return bool(self.persons & register.entered_by.get(person, frozenset()))

    def require(self, register: Register, act: str, *units: str | None) -> None:
        """Raise Forbidden unless the author may do the act at each of the units."""
        for unit in units:
            if not self.may(register, act, unit):
                raise self.forbidden(act, unit)

    def require_anywhere(self, act: str) -> None:
        """Raise Forbidden unless the author may do the act in some unit."""
        if self.rights is not None and not permissions.overseen(self.rights, act):
            raise self.forbidden(act, None)

    def forbidden(self, act: str, unit: str | None) -> errors.Forbidden:
        """The refusal of an act at a unit."""
        return errors.Forbidden(self.actor.principal, table.ACTS[act].says, ADMINISTRATOR, unit)

    def require_other(self, role: str, person: UUID) -> None:
        """Raise OwnRight when a right would be the author's own."""
        if person in self.persons:
            raise refusals.OwnRight(role)


def keep_administrator(register: Register, author: Author, unit: str, leaving: UUID) -> None:
    """Raise LastAdministrator when nobody else administers the unit, unless the author stands above it."""
    above = register.unit(unit).parent_code
    if register.administrators(unit) - {leaving}:
        return
    if author.rights is not None and above is not None and author.may(register, "end_role", above):
        return
    raise refusals.LastAdministrator(unit)
