"""Decisions on the register: one function for each act."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register import commands, competences, people, roles, substitutions, units
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.commands import Command
from hoso_workflows.organisation.register.register import Register

Decision = Callable[[Register, Any, Author], Iterator[Act]]

_DECISIONS: Mapping[type, Decision] = {
    commands.EnterArea: units.enter_area,
    commands.CloseArea: units.close_area,
    commands.EnterUnit: units.enter_unit,
    commands.ChangeUnit: units.change_unit,
    commands.CloseUnit: units.close_unit,
    commands.ReopenUnit: units.reopen_unit,
    commands.EnterPerson: people.enter_person,
    commands.ChangePerson: people.change_person,
    commands.ClosePerson: people.close_person,
    commands.ReopenPerson: people.reopen_person,
    commands.EnterContact: people.enter_contact,
    commands.EndContact: people.end_contact,
    commands.GiveRole: roles.give_role,
    commands.EndRole: roles.end_role,
    commands.ConfirmRole: roles.confirm_role,
    commands.RejectRole: roles.reject_role,
    commands.GiveCompetence: competences.give_competence,
    commands.EndCompetence: competences.end_competence,
    commands.EnterSubstitution: substitutions.enter_substitution,
    commands.EndSubstitution: substitutions.end_substitution,
}


def decide(register: Register, command: Command, author: Author) -> tuple[Act, ...]:
    """Change the register by one act; return its events, none where nothing changes. Raises a `Refusal`."""
    return tuple(_DECISIONS[type(command)](register, command, author))
