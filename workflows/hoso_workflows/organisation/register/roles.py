"""Acts on roles: give and end; propose, confirm and reject a guarded office."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from hoso_models import ROLE_HOLDERS, ProposalDecision
from hoso_workflows import errors
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.permissions import ADMINISTRATOR
from hoso_workflows.organisation.register import commands, periods, refusals
from hoso_workflows.organisation.register.author import DECIDING, GUARDED, Author, keep_administrator
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Proposal, Role
from hoso_workflows.organisation.register.text_checks import checked_code, day


def give_role(register: Register, command: commands.GiveRole, author: Author) -> Iterator[Act]:
    """Give a role, or propose what a second person has to confirm.

    The first administrator of a register without one is an operator's act, and needs no second person.
    """
    person, unit = register.open_person(command.person, *ROLE_HOLDERS), register.unit(command.unit)
    author.require(register, "give_role", unit.code)
    author.require_other(command.role, person.id)
    checked_code(command.role, "role")
    periods.require_order(command.valid_from, command.valid_to)
    periods.require_within(unit, command.valid_from, command.valid_to)
    _require_free(register, person.id, command)
    first = command.role == ADMINISTRATOR and author.rights is None and not register.administered
    made_up = command.role in DECIDING and author.entered(register, person.id)
    if (command.role in GUARDED and not first) or made_up:
        yield _proposed(register, person.id, command, author)
        return
    row = Role(
        uuid4(), person.id, unit.code, command.role, command.valid_from, command.valid_to, command.basis
    )
    register.roles.put(row)
    payload = _payload(row)
    if author.operated and command.role in DECIDING:
        payload["second_person"] = str(author.actor.principal)
    yield Act(register.authority(unit.code), "role_given", str(row.id), payload)


def _require_free(register: Register, person: UUID, command: commands.GiveRole) -> None:
    """Raise Overlapping when the person holds the role, or waits for it, meanwhile."""
    held = [
        role
        for role in register.roles.of("person", person)
        if (role.unit_code, role.role) == (command.unit, command.role)
    ]
    if found := periods.overlapping(held, command.valid_from, command.valid_to):
        raise refusals.Overlapping("role", found.id, found.valid_from, found.valid_to)
    waiting = [
        each
        for each in register.proposals.of("person", person)
        if (each.unit_code, each.role, each.decision) == (command.unit, command.role, None)
    ]
    if other := periods.overlapping(waiting, command.valid_from, command.valid_to):
        raise refusals.Overlapping("proposal", other.id, other.valid_from, other.valid_to)


def _proposed(register: Register, person: UUID, command: commands.GiveRole, author: Author) -> Act:
    row = Proposal(
        uuid4(),
        person,
        command.unit,
        command.role,
        command.valid_from,
        command.valid_to,
        command.basis,
        register.at,
        author.actor.principal,
        author.actor.on_behalf_of,
    )
    register.proposals.put(row)
    return Act(register.authority(command.unit), "role_proposed", str(row.id), _payload(row))


def _payload(row: Role | Proposal) -> dict[str, str | None]:
    return {
        "person": str(row.principal_id),
        "unit": row.unit_code,
        "role": row.role,
        "valid_from": day(row.valid_from),
        "valid_to": day(row.valid_to),
        "basis": row.basis,
    }


def confirm_role(register: Register, command: commands.ConfirmRole, author: Author) -> Iterator[Act]:
    """Confirm a proposed office or role as the second person."""
    row = _proposal(register, command.proposal)
    _second_person(register, row, author)
    _require_undecided(row)
    person = register.open_person(str(row.principal_id), *ROLE_HOLDERS)
    decided = replace(
        row,
        decided_at=register.at,
        decided_by=author.actor.principal,
        decided_for=author.actor.on_behalf_of,
        decision=ProposalDecision.CONFIRMED,
    )
    register.proposals.put(decided)
    given = Role(
        uuid4(),
        person.id,
        row.unit_code,
        row.role,
        max(row.valid_from, register.today),
        row.valid_to,
        row.basis,
    )
    periods.require_order(given.valid_from, given.valid_to)
    register.roles.put(given)
    yield Act(
        register.authority(row.unit_code),
        "role_confirmed",
        str(row.id),
        {"role": str(given.id), **_payload(given)},
    )


def _second_person(register: Register, row: Proposal, author: Author) -> None:
    """Raise Forbidden, OwnRight or SecondPersonNeeded unless the author may confirm.

    Of an office: an administrator at the top; where nobody but the proposer is one, any other over the unit; and where there is
    none either, the operator, unless they proposed it. Of a role: any other administrator over the unit, who heads it or a unit
    above it, or the operator. What an operator proposed on somebody's word is confirmed by that person's own account where no
    other administrator is over the unit. Who was no administrator before the batch is none for it.
    """
    author.require_other(row.role, row.principal_id)
    over = frozenset().union(*(_others(register, row, unit.code) for unit in register.upwards(row.unit_code)))
    asked_for = row.proposed_for if row.proposed_by in register.operators and not over else None
    if author.persons & _proposers(row) and author.persons != {asked_for}:
        raise refusals.SecondPersonNeeded(row.role, administrators=bool(over), asked_for=bool(asked_for))
    if row.role in DECIDING:
        if not author.leads(register, "confirm_role", row.unit_code):
            author.require(register, "confirm_role", row.unit_code)
        return
    if author.rights is None:
        if over:
            raise refusals.SecondPersonNeeded(row.role)
        return
    top = register.top(row.unit_code)
    author.require(register, "confirm_role", top if _others(register, row, top) else row.unit_code)


def _proposers(row: Proposal) -> frozenset[UUID]:
    """Everybody by whom or in whose name it was proposed."""
    return frozenset({row.proposed_by} if row.proposed_for is None else {row.proposed_by, row.proposed_for})


def _others(register: Register, row: Proposal, unit: str) -> frozenset[UUID]:
    """Administrators of the unit who could be the second person."""
    return register.administrators(unit, stored=True) - {row.principal_id} - _proposers(row)


def reject_role(register: Register, command: commands.RejectRole, author: Author) -> Iterator[Act]:
    """Reject a proposed office or role; whoever proposed it may take it back so."""
    row = _proposal(register, command.proposal)
    if row.role not in DECIDING or not author.leads(register, "reject_role", row.unit_code):
        author.require(register, "reject_role", row.unit_code)
    _require_undecided(row)
    register.proposals.put(
        replace(
            row,
            decided_at=register.at,
            decided_by=author.actor.principal,
            decided_for=author.actor.on_behalf_of,
            decision=ProposalDecision.REJECTED,
        )
    )
    yield Act(register.authority(row.unit_code), "role_rejected", str(row.id), _payload(row))


def _proposal(register: Register, proposal: UUID) -> Proposal:
    row = register.proposals.get(proposal)
    if row is None:
        raise errors.NotFound("proposal", proposal)
    return row


def _require_undecided(row: Proposal) -> None:
    if row.decision is not None:
        raise refusals.AlreadyDecided(row.id, row.decision.value)


def end_role(register: Register, command: commands.EndRole, author: Author) -> Iterator[Act]:
    """Set the last day of a role; the last administrator of a unit stays."""
    row = register.roles.get(command.assignment)
    if row is None:
        raise errors.NotFound("role", command.assignment)
    author.require(register, "end_role", row.unit_code)
    periods.require_end(row, command.last_day, register.today)
    if row.valid_to == command.last_day:
        return
    if row.valid_to is not None and command.last_day > row.valid_to:
        _extensible(register, row, command.last_day, author)
    elif row.role == ADMINISTRATOR and not _administrators_after(register, row, command.last_day):
        keep_administrator(register, author, row.unit_code, row.principal_id)
    register.roles.put(replace(row, valid_to=command.last_day))
    ended = {**_payload(row), "valid_to": day(command.last_day)}
    yield Act(register.authority(row.unit_code), "role_ended", str(row.id), ended)


def _extensible(register: Register, row: Role, last_day: date, author: Author) -> None:
    """Raise a `Refusal` unless the author may give the longer period."""
    author.require_other(row.role, row.principal_id)
    if row.role in GUARDED:
        raise refusals.SecondPersonNeeded(row.role)
    periods.require_within(register.unit(row.unit_code), row.valid_from, last_day)
    others = [
        each
        for each in register.roles.of("person", row.principal_id)
        if each.id != row.id and (each.unit_code, each.role) == (row.unit_code, row.role)
    ]
    if found := periods.overlapping(others, row.valid_from, last_day):
        raise refusals.Overlapping("role", found.id, found.valid_from, found.valid_to)


def _administrators_after(register: Register, row: Role, last_day: date) -> frozenset[UUID]:
    """Administrators of the unit on the day after the role ends, its holder aside."""
    return register.administrators(row.unit_code, last_day + timedelta(days=1)) - {row.principal_id}
