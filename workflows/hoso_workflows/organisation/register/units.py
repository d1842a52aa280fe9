"""Acts on areas and units: enter, change, close with a successor, reopen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register import commands, refusals
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Area, Competence, Role, Unit
from hoso_workflows.organisation.register.text_checks import (
    checked_code,
    checked_name,
    checked_telephone,
    day,
    require_given,
)

#: The authority of acts that come before the first unit; `placed` replaces it.
UNPLACED = ""
#: What `ChangeUnit` changes, by the names of `EnterUnit`.
CHANGEABLE = {
    "name": "name",
    "kind": "kind",
    "level": "level",
    "parent": "parent_code",
    "area": "area_code",
    "authority": "is_authority",
    "identifiers": "identifiers",
    "assignment": "assignment",
    "telephone": "telephone",
}


def enter_area(register: Register, command: commands.EnterArea, author: Author) -> Iterator[Act]:
    """Enter an area; areas belong to who administers the top of a tree."""
    top = _ruling_top(register, "enter_area", author)
    if register.areas.get(command.code):
        raise refusals.AlreadyEntered("area", command.code)
    if command.parent is not None:
        register.area(command.parent)
    row = Area(
        checked_code(command.code),
        checked_name(command.name),
        command.kind,
        command.parent,
        command.valid_from,
    )
    register.areas.put(row)
    yield Act(
        top,
        "area_entered",
        row.code,
        {"name": row.name, "parent": row.parent_code, "valid_from": day(row.valid_from)},
    )


def close_area(register: Register, command: commands.CloseArea, author: Author) -> Iterator[Act]:
    """End an area; another may take its place. One that has this end and successor stays as it is."""
    top, row = _ruling_top(register, "close_area", author), register.area(command.code)
    if command.successor is not None and register.area(command.successor).code == row.code:
        raise refusals.BelowItself(row.code, command.successor)
    if command.last_day < row.valid_from:
        raise errors.FormRefused(
            [
                errors.Fault(
                    "last_day", say("{day} lies before {first}", day=command.last_day, first=row.valid_from)
                )
            ]
        )
    if (row.valid_to, row.successor_code) == (command.last_day, command.successor):
        return
    register.areas.put(replace(row, valid_to=command.last_day, successor_code=command.successor))
    yield Act(
        top, "area_closed", row.code, {"last_day": day(command.last_day), "successor": command.successor}
    )


def placed(register: Register, acts: Sequence[Act]) -> list[Act]:
    """The acts, those before the first unit in its chain. Raises FormRefused when none was entered."""
    tops = sorted(unit.code for unit in register.units if unit.parent_code is None)
    if not tops and acts:
        raise errors.FormRefused([errors.Fault("unit", say("enter the top unit first"))])
    return [act if act.authority != UNPLACED else replace(act, authority=tops[0]) for act in acts]


def _ruling_top(register: Register, act: str, author: Author) -> str:
    """A top unit that the author administers, UNPLACED before there is one. Raises Forbidden."""
    tops = sorted(unit.code for unit in register.units if unit.parent_code is None)
    for top in tops:
        if author.may(register, act, top):
            return top
    author.require(register, act, None)
    return UNPLACED


def enter_unit(register: Register, command: commands.EnterUnit, author: Author) -> Iterator[Act]:
    """Enter a unit below one that the author administers.

    One without a superior is an act of an operator alone.
    """
    if command.parent is not None:
        register.unit(command.parent)
    author.require(register, "enter_unit", command.parent)
    if register.units.get(command.code):
        raise refusals.AlreadyEntered("unit", command.code)
    if command.area is not None:
        register.area(command.area)
    row = Unit(
        code=checked_code(command.code),
        name=checked_name(command.name),
        kind=checked_code(command.kind, "kind"),
        level=checked_code(command.level, "level"),
        parent_code=command.parent,
        calendar=_calendar(register, command),
        valid_from=command.valid_from,
        area_code=command.area,
        is_authority=command.authority or command.parent is None,
        identifiers=dict(command.identifiers),
        assignment=command.assignment,
        telephone=checked_telephone(command.telephone),
    )
    register.units.put(row)
    yield Act(register.authority(row.code), "unit_entered", row.code, _entered(row))


def _calendar(register: Register, command: commands.EnterUnit) -> str:
    """The calendar that a unit keeps from its entry on. Raises FormRefused, NotFound."""
    if command.calendar is None and command.parent is not None:
        return register.unit(command.parent).calendar
    if command.calendar is None:
        raise errors.FormRefused([errors.Fault("calendar", say("a unit at the top names its calendar"))])
    if command.calendar not in register.calendars:
        raise errors.NotFound("calendar", command.calendar)
    return command.calendar


def _entered(row: Unit) -> Mapping[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind,
        "level": row.level,
        "parent": row.parent_code,
        "calendar": row.calendar,
        "valid_from": day(row.valid_from),
        "area": row.area_code,
        "authority": row.is_authority,
        "identifiers": dict(row.identifiers),
        "assignment": str(row.assignment),
        "telephone": row.telephone,
    }


def change_unit(register: Register, command: commands.ChangeUnit, author: Author) -> Iterator[Act]:
    """Change a unit's names and place; to move it, the author administers both superiors."""
    row = register.unit(command.code)
    author.require(register, "change_unit", row.code)
    if unknown := sorted(command.changes.keys() - CHANGEABLE.keys()):
        raise errors.FormRefused([errors.Fault(name, say("cannot be changed so")) for name in unknown])
    require_given(command.changes, "name", "kind", "level", "authority", "identifiers", "assignment")
    values = {CHANGEABLE[name]: value for name, value in command.changes.items()}
    if "name" in values:
        values["name"] = checked_name(values["name"])
    if "telephone" in values:
        values["telephone"] = checked_telephone(values["telephone"])
    for name in values.keys() & {"kind", "level"}:
        checked_code(values[name], name)
    if values.get("area_code") is not None:
        register.area(values["area_code"])
    if "parent_code" in values and values["parent_code"] != row.parent_code:
        _movable(register, row, values["parent_code"], author)
    changed = replace(row, **values)
    if changed.parent_code is None:
        changed = replace(changed, is_authority=True)
    if changed == row:
        return
    before = register.authority(row.code)
    register.units.put(changed)
    differences = {
        name: {"from": getattr(row, column), "to": getattr(changed, column)}
        for name, column in CHANGEABLE.items()
        if getattr(row, column) != getattr(changed, column)
    }
    for authority in sorted({before, register.authority(row.code)}):
        yield Act(authority, "unit_changed", row.code, differences)


def _movable(register: Register, row: Unit, parent: str | None, author: Author) -> None:
    """Raise Forbidden or BelowItself for a superior that cannot be the unit's."""
    author.require(register, "change_unit", row.parent_code, parent)
    if parent is None:
        return
    register.unit(parent)
    if any(each.code == row.code for each in register.upwards(parent)):
        raise refusals.BelowItself(row.code, parent)


def close_unit(register: Register, command: commands.CloseUnit, author: Author) -> Iterator[Act]:
    """End a unit; from the day after, its successor has its competences and people.

    The dossiers are re-homed by a job of their own. Raises UnitInUse without a successor for what is left.
    """
    row = register.unit(command.code)
    author.require(register, "close_unit", row.parent_code or row.code)
    if row.valid_to is not None and row.valid_to < register.today:
        raise refusals.UnitClosed(row.code, row.valid_from, row.valid_to)
    if command.last_day < row.valid_from:
        raise errors.FormRefused(
            [
                errors.Fault(
                    "last_day", say("{day} lies before {first}", day=command.last_day, first=row.valid_from)
                )
            ]
        )
    heir = None if command.successor is None else _heir(register, row, command.successor, author)
    _require_nothing_left(register, row, heir, command.last_day)
    register.units.put(replace(row, valid_to=command.last_day, successor_code=command.successor))
    payload = {"last_day": day(command.last_day), "successor": command.successor, "basis": command.basis}
    yield Act(register.authority(row.code), "unit_closed", row.code, payload)
    yield from _handed_over(register, row, heir, command)


def _heir(register: Register, row: Unit, successor: str, author: Author) -> Unit:
    found = register.unit(successor)
    author.require(register, "close_unit", found.code)
    if any(each.code == row.code for each in register.upwards(found.code)):
        raise refusals.BelowItself(row.code, successor)
    return found


def _require_nothing_left(register: Register, row: Unit, heir: Unit | None, last_day: date) -> None:
    left = [
        child.code
        for child in register.units.of("parent", row.code)
        if child.valid_to is None or child.valid_to > last_day
    ]
    parts = [say("the unit {code} below it", code=code) for code in left]
    if heir is None and register.open_work.get(row.code):
        parts.append(say("{n} open dossiers", n=register.open_work[row.code]))
    if parts:
        raise refusals.UnitInUse(row.code, parts)


def _handed_over(
    register: Register, row: Unit, heir: Unit | None, command: commands.CloseUnit
) -> Iterator[Act]:
    """End roles and competences of the unit; its successor has them from then."""
    next_day = command.last_day + timedelta(days=1)
    for role in register.roles.of("unit", row.code):
        if role.valid_to is None or role.valid_to > command.last_day:
            begins, ends = max(role.valid_from, next_day), role.valid_to
            register.roles.put(
                replace(role, valid_to=max(command.last_day, role.valid_from - timedelta(days=1)))
            )
            if heir is not None:
                register.roles.put(
                    Role(uuid4(), role.principal_id, heir.code, role.role, begins, ends, command.basis)
                )
    for competence in register.competences.of("unit", row.code):
        if competence.valid_to is None or competence.valid_to > command.last_day:
            _pass_on(register, competence, heir, next_day, command.basis)
    if heir is None:
        return
    people = [person for person in register.people.of("home", row.code) if person.open_at(register.at)]
    for person in people:
        register.people.put(replace(person, home_unit_code=heir.code))
    yield Act(
        register.authority(heir.code),
        "unit_succeeded",
        heir.code,
        {
            "unit": row.code,
            "from": day(next_day),
            "basis": command.basis,
            "people": sorted(str(each.id) for each in people),
        },
    )


def _pass_on(register: Register, row: Competence, heir: Unit | None, next_day: date, basis: str) -> None:
    last = max(next_day - timedelta(days=1), row.valid_from - timedelta(days=1))
    register.competences.put(replace(row, valid_to=last))
    if heir is not None:
        area = row.area_code or register.unit(row.unit_code).area_code
        register.competences.put(
            replace(
                row,
                id=uuid4(),
                unit_code=heir.code,
                area_code=area,
                valid_from=max(row.valid_from, next_day),
                basis=basis,
            )
        )


def reopen_unit(register: Register, command: commands.ReopenUnit, author: Author) -> Iterator[Act]:
    """Let a closed unit go on; what its successor took over stays there."""
    row = register.unit(command.code)
    author.require(register, "reopen_unit", row.parent_code or row.code)
    if row.valid_to is None:
        return
    register.units.put(replace(row, valid_to=None, successor_code=None))
    yield Act(register.authority(row.code), "unit_reopened", row.code, {})
