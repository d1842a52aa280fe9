"""Acts on the register, carried out: authorised, decided, written and chained in one transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import ContactKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.operation import session_ends
from hoso_workflows.operation.session_ends import Ended
from hoso_workflows.organisation import access_log, administration, permissions
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.permissions import ADMINISTRATOR, Rights
from hoso_workflows.organisation.register import (
    commands as acts_of,
)
from hoso_workflows.organisation.register import (
    competences,
    people,
    roles,
    storage,
    substitutions,
    told,
    units,
)
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.commands import Command, ConfirmRole
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Contact, Person
from hoso_workflows.organisation.telling import account_messages

#: One function decides each act.
Decision = Callable[[Register, Any, Author], Iterator[Act]]

_DECISIONS: Mapping[type, Decision] = {
    acts_of.EnterArea: units.enter_area,
    acts_of.CloseArea: units.close_area,
    acts_of.EnterUnit: units.enter_unit,
    acts_of.ChangeUnit: units.change_unit,
    acts_of.CloseUnit: units.close_unit,
    acts_of.ReopenUnit: units.reopen_unit,
    acts_of.EnterPerson: people.enter_person,
    acts_of.ChangePerson: people.change_person,
    acts_of.ClosePerson: people.close_person,
    acts_of.ReopenPerson: people.reopen_person,
    acts_of.EnterContact: people.enter_contact,
    acts_of.EndContact: people.end_contact,
    acts_of.GiveRole: roles.give_role,
    acts_of.EndRole: roles.end_role,
    acts_of.ConfirmRole: roles.confirm_role,
    acts_of.RejectRole: roles.reject_role,
    acts_of.GiveCompetence: competences.give_competence,
    acts_of.EndCompetence: competences.end_competence,
    acts_of.EnterSubstitution: substitutions.enter_substitution,
    acts_of.EndSubstitution: substitutions.end_substitution,
}


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, an operator on a person's word, or an operator alone."""

    #: None for an operator alone.
    person: UUID | None
    operator: UUID | None = None


def decide(register: Register, command: Command, author: Author) -> tuple[Act, ...]:
    """Change the register by one act; return its events, none where nothing changes. Raises a `Refusal`."""
    return tuple(_DECISIONS[type(command)](register, command, author))


async def perform(db: Database, commands: Sequence[Command], asker: Asker, at: datetime) -> tuple[Act, ...]:
    """Carry out acts, all or none; the events that tell of them. Raises a `Refusal`."""
    try:
        async with db.transaction() as tx:
            return await perform_within(tx, commands, asker, at)
    except errors.Forbidden as refused:
        await access_log.record_refusal(db, refused.principal, refused.act, None, at)
        raise


async def perform_within(
    tx: Transaction, commands: Sequence[Command], asker: Asker, at: datetime
) -> tuple[Act, ...]:
    """Carry out acts in a transaction that also writes something else. Raises a `Refusal`."""
    register = await storage.load(tx, storage.Needs.of(commands), at)
    author = await authored(tx, register, asker, commands, at)
    return await carry_out(tx, register, commands, author, at)


async def require_free_code(tx: Transaction, code: str, at: datetime) -> None:
    """Raise AlreadyEntered or FormRefused for a code that nobody may be given.

    Until the transaction ends nobody else gives it.
    """
    people.free_code(await storage.load(tx, storage.Needs(codes=(code,)), at), code)


async def carry_out(
    tx: Transaction, register: Register, commands: Sequence[Command], author: Author, at: datetime
) -> tuple[Act, ...]:
    """Decide acts on a loaded register, write its changes and chain its events."""
    acts = tuple(
        units.placed(register, [act for command in commands for act in decide(register, command, author)])
    )
    reached = [(each, await _told_at(tx, register, each)) for each in _reached_otherwise(register)]
    messages = await told.messages(tx, register, acts, author, at)
    await storage.write(tx, register)
    if closed := [row.id for before, row in register.people.altered if _closes(before, row)]:
        await session_ends.end_all(tx, closed, Ended.CLOSED, at=at)
    await told.tell(tx, messages, at)
    for contact, address in reached:
        await account_messages.enter_at(
            tx, account_messages.Topic.CONTACT_CHANGED, contact.principal_id, address, at=at
        )
    await administration.record(tx, acts, author.actor, at)
    return acts


def _closes(before: Person, after: Person) -> bool:
    return before.closed_at is None and after.closed_at is not None


def _reached_otherwise(register: Register) -> list[Contact]:
    """The contact points that change of people who were entered before."""
    new = {person.id for person in register.people.changed.values() if person.created_at == register.at}
    return [each for each in register.contacts.changed.values() if each.principal_id not in new]


async def _told_at(tx: Transaction, register: Register, contact: Contact) -> UUID | None:
    """The address of before, at which a person is told of the change."""
    if contact.ended_at == register.at and contact.kind is ContactKind.EMAIL:
        return contact.id
    return await account_messages.address(tx, contact.principal_id)


async def authored(
    tx: Transaction, register: Register, asker: Asker, commands: Sequence[Command], at: datetime
) -> Author:
    """The author of acts. Raises Forbidden for a person that is unknown or closed, and for an operator alone.

    An operator acts alone only as long as nobody administers anything, or to decide on proposals where there is nobody else.
    """
    if asker.person is None:
        return _alone(register, asker, commands)
    rights = await permissions.held(tx, asker.person, at, act="changing the register")
    if asker.operator is not None:
        return Author(Actor(asker.operator, asker.person), rights.own(), operated=True)
    return Author(Actor(asker.person, absent(rights)), rights)


def _alone(register: Register, asker: Asker, commands: Sequence[Command]) -> Author:
    assert asker.operator is not None  # noqa: S101 - somebody asks
    confirming = bool(commands) and all(isinstance(command, ConfirmRole) for command in commands)
    if register.administered and not confirming:
        raise errors.Forbidden(asker.operator, "changing the register", ADMINISTRATOR, None)
    return Author(Actor(asker.operator), operated=True)


def absent(rights: Rights) -> UUID | None:
    """The absent administrator of somebody without such an office of their own."""
    offices = [right for right in rights.held if right.role == ADMINISTRATOR]
    own = any(right.on_behalf_of is None for right in offices)
    return None if own or not offices else offices[0].on_behalf_of
