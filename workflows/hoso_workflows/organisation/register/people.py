"""Acts on people and their contact points: enter, change, close, reopen."""

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models import ROLE_HOLDERS, ContactKind, PrincipalKind
from hoso_workflows import errors
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.permissions import ADMINISTRATOR
from hoso_workflows.organisation.register import commands, refusals
from hoso_workflows.organisation.register.author import Author, keep_administrator
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Contact, Person
from hoso_workflows.organisation.register.text_checks import checked_code, checked_name, require_given

#: What `ChangePerson` changes, by the names of `EnterPerson`.
CHANGEABLE = {"name": "name", "title": "title", "code": "code", "unit": "home_unit_code"}
_FORMS = {
    ContactKind.EMAIL: re.compile(r'[^@\s<>(),;:"\\]{1,64}@[^@\s<>(),;:"\\]{1,200}'),
    ContactKind.TELEPHONE: re.compile(r"\+?[0-9][0-9 .-]{5,24}"),
}


def enter_person(register: Register, command: commands.EnterPerson, author: Author) -> Iterator[Act]:
    """Enter an officer or a system, whose record a unit of the author's keeps."""
    unit = register.unit(command.unit)
    author.require(register, "enter_person", unit.code)
    if command.kind not in ROLE_HOLDERS:
        raise errors.FormRefused([errors.Fault("kind", say("is not entered in the register"))])
    if command.id is not None and register.people.get(command.id):
        raise refusals.AlreadyEntered("person", command.id)
    row = Person(
        id=command.id or uuid4(),
        kind=command.kind,
        name=checked_name(command.name),
        title=None if command.title is None else checked_name(command.title, "title"),
        code=None if command.code is None else free_code(register, command.code),
        home_unit_code=unit.code,
        created_at=register.at,
    )
    register.people.put(row)
    if not author.operated:
        register.entered_by[row.id] = author.persons
    payload = {"name": row.name, "title": row.title, "code": row.code, "unit": unit.code}
    if row.kind is not PrincipalKind.OFFICER:
        payload["kind"] = row.kind.value
    yield Act(register.authority(unit.code), "person_entered", str(row.id), payload)


def free_code(register: Register, code: str) -> str:
    """A code that nobody has. Raises AlreadyEntered, FormRefused."""
    checked_code(code)
    if _is_id(code):
        raise errors.FormRefused(
            [errors.Fault("code", say("looks like an id, by which somebody else may be named"))]
        )
    if register.people.of("code", code):
        raise refusals.AlreadyEntered("person", code)
    return code


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def change_person(register: Register, command: commands.ChangePerson, author: Author) -> Iterator[Act]:
    """Change an officer's record; to move it, the author administers both units.

    The code of somebody who can sign in stays: RecoveryNeeded.
    """
    row = _administered(register, command.person, author, "change_person")
    if unknown := sorted(command.changes.keys() - CHANGEABLE.keys()):
        raise errors.FormRefused([errors.Fault(name, say("cannot be changed so")) for name in unknown])
    require_given(command.changes, "name", "unit")
    values = {CHANGEABLE[name]: value for name, value in command.changes.items()}
    if "name" in values:
        values["name"] = checked_name(values["name"])
    if values.get("title"):
        values["title"] = checked_name(values["title"], "title")
    if "code" in values and values["code"] != row.code:
        if row.id in register.enrolled:
            raise refusals.RecoveryNeeded(row.name)
        if values["code"]:
            free_code(register, values["code"])
    if "home_unit_code" in values:
        author.require(register, "change_person", register.unit(values["home_unit_code"]).code)
    changed = replace(row, **values)
    if changed == row:
        return
    register.people.put(changed)
    differences = {
        name: {"from": getattr(row, column), "to": getattr(changed, column)}
        for name, column in CHANGEABLE.items()
        if getattr(row, column) != getattr(changed, column)
    }
    yield Act(_authority(register, changed), "person_changed", str(row.id), differences)


def close_person(register: Register, command: commands.ClosePerson, author: Author) -> Iterator[Act]:
    """Close an account at once; the last administrator of a unit stays."""
    row = _administered(register, command.person, author, "close_person")
    if not row.open_at(register.at):
        return
    for role in register.roles.of("person", row.id):
        if role.role == ADMINISTRATOR and row.id in register.administrators(role.unit_code):
            keep_administrator(register, author, role.unit_code, row.id)
    register.people.put(replace(row, closed_at=register.at))
    yield Act(
        _authority(register, row),
        "person_closed",
        str(row.id),
        {"reason": checked_name(command.reason, "reason")},
    )


def reopen_person(register: Register, command: commands.ReopenPerson, author: Author) -> Iterator[Act]:
    """Open a closed account again, with the roles that still run."""
    row = _administered(register, command.person, author, "reopen_person")
    author.require_other("officer", row.id)
    if row.open_at(register.at):
        return
    register.people.put(replace(row, closed_at=None))
    yield Act(_authority(register, row), "person_reopened", str(row.id), {})


def enter_contact(register: Register, command: commands.EnterContact, author: Author) -> Iterator[Act]:
    """Enter a contact point; an administrator of the person's unit answers for it."""
    row = _administered(register, command.person, author, "enter_contact")
    value = command.value.strip()
    if not _FORMS[command.kind].fullmatch(value):
        what = (
            say("is no address of e-mail")
            if command.kind is ContactKind.EMAIL
            else say("is no telephone number")
        )
        raise errors.FormRefused([errors.Fault(command.kind.value, what)])
    if any((each.kind, each.value) == (command.kind, value) for each in _current(register, row.id)):
        return
    contact = Contact(uuid4(), row.id, command.kind, value, register.at, verified_at=register.at)
    register.contacts.put(contact)
    yield Act(
        _authority(register, row),
        "contact_entered",
        str(row.id),
        {"kind": contact.kind.value, "contact": str(contact.id)},
    )


def end_contact(register: Register, command: commands.EndContact, author: Author) -> Iterator[Act]:
    """End a contact point."""
    contact = register.contacts.get(command.contact)
    if contact is None:
        raise errors.NotFound("contact point", command.contact)
    row = _administered(register, str(contact.principal_id), author, "end_contact")
    if contact.ended_at is not None:
        return
    register.contacts.put(replace(contact, ended_at=register.at))
    yield Act(
        _authority(register, row),
        "contact_ended",
        str(row.id),
        {"kind": contact.kind.value, "contact": str(contact.id)},
    )


def _current(register: Register, person: UUID) -> list[Contact]:
    return [each for each in register.contacts.of("person", person) if each.ended_at is None]


def _administered(register: Register, key: str, author: Author, act: str) -> Person:
    """The officer whose record the author keeps. Raises NotFound, Forbidden.

    Who administers nobody is told nothing, not even that there is such an officer.
    """
    author.require_anywhere(act)
    row = register.person(key)
    author.require(register, act, row.home_unit_code)
    return row


def _authority(register: Register, row: Person) -> str:
    """The authority in whose chain acts on a person stand."""
    if row.home_unit_code is not None:
        return register.authority(row.home_unit_code)
    return sorted(unit.code for unit in register.units if unit.parent_code is None)[0]
