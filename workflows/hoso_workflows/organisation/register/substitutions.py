"""Acts on substitutions: let somebody act for an absent officer, and end it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models import PrincipalKind
from hoso_workflows import errors
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.permissions import Relation, table
from hoso_workflows.organisation.register import commands, periods, refusals
from hoso_workflows.organisation.register.author import GUARDED, Author
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Person, Substitution
from hoso_workflows.organisation.register.text_checks import checked_name, day


def enter_substitution(
    register: Register, command: commands.EnterSubstitution, author: Author
) -> Iterator[Act]:
    """Let an officer act for an absent one.

    The absent one chooses among those of their unit; who heads or administers it names it, and chooses among those of its authority.
    """
    absent = register.open_person(command.absent, PrincipalKind.OFFICER)
    acting = register.open_person(command.acting, PrincipalKind.OFFICER)
    wide = _authorise(register, "enter_substitution", absent, command.unit, author) and command.unit
    author.require_other("substitute", acting.id)
    if absent.id == acting.id:
        raise errors.FormRefused([errors.Fault("acting", say("is the absent officer"))])
    if command.role in GUARDED:
        raise refusals.OfficeNotSubstituted(command.role)
    if command.unit is not None:
        register.unit(command.unit)
    periods.require_order(command.valid_from, command.valid_to)
    _require_colleague(register, command, absent, acting, within=register.authority if wide else str)
    row = Substitution(
        uuid4(),
        absent.id,
        acting.id,
        command.unit,
        command.role,
        command.valid_from,
        command.valid_to,
        checked_name(command.reason, "reason"),
    )
    same = [
        each
        for each in register.substitutions.of("absent", absent.id)
        if (each.substitute_id, each.unit_code, each.role) == (row.substitute_id, row.unit_code, row.role)
    ]
    if found := periods.overlapping(same, row.valid_from, row.valid_to):
        raise refusals.Overlapping("substitution", found.id, found.valid_from, found.valid_to)
    register.substitutions.put(row)
    yield Act(_authority(register, absent), "substitution_entered", str(row.id), _payload(row))


def end_substitution(register: Register, command: commands.EndSubstitution, author: Author) -> Iterator[Act]:
    """Say until which day the substitute acts; only an earlier day than before."""
    row = register.substitutions.get(command.substitution)
    if row is None:
        raise errors.NotFound("substitution", command.substitution)
    absent = register.person(str(row.principal_id))
    _authorise(register, "end_substitution", absent, row.unit_code, author)
    periods.require_end(row, command.last_day, register.today)
    if row.valid_to == command.last_day:
        return
    if command.last_day > row.valid_to:
        raise errors.FormRefused(
            [errors.Fault("last_day", say("is later than before; enter another substitution"))]
        )
    register.substitutions.put(replace(row, valid_to=command.last_day))
    yield Act(
        _authority(register, absent),
        "substitution_ended",
        str(row.id),
        {**_payload(row), "valid_to": day(command.last_day)},
    )


def _authorise(register: Register, act: str, absent: Person, unit: str | None, author: Author) -> bool:
    """Raise Forbidden unless the author may say who acts for the absent officer.

    That is who heads or administers every unit whose roles are passed on, for whom it is true, or the officer.
    """
    held = {role.unit_code for role in register.roles.of("person", absent.id)} | {absent.home_unit_code}
    units = sorted({unit} if unit else held, key=str)
    led = [author.heads(act, each) or author.may(register, act, each) for each in units]
    if all(led):
        return True
    if absent.id in author.persons and Relation.SELF in table.ACTS[act].who:
        return False
    raise author.forbidden(act, units[led.index(False)])


def _require_colleague(
    register: Register,
    command: commands.EnterSubstitution,
    absent: Person,
    acting: Person,
    *,
    within: Callable[[str], str],
) -> None:
    """Raise NoColleague unless the substitute works wherever they are to act, then."""
    home = acting.home_unit_code
    own = {
        within(unit)
        for unit in {*_workplaces(register, acting.id, command, whole=True), *([home] if home else [])}
    }
    passed = [command.unit] if command.unit else _workplaces(register, absent.id, command, whole=False)
    for unit in sorted(passed or filter(None, [absent.home_unit_code])):
        if within(unit) not in own:
            raise refusals.NoColleague(acting.name, unit)


def _workplaces(
    register: Register, person: UUID, days: commands.EnterSubstitution, *, whole: bool
) -> set[str]:
    """Units where a person has a role on all those days, or on one."""
    first, last = (days.valid_from, days.valid_to) if whole else (days.valid_to, days.valid_from)
    return {
        role.unit_code
        for role in register.roles.of("person", person)
        if role.valid_from <= first and (role.valid_to is None or role.valid_to >= last)
    }


def _authority(register: Register, absent: Person) -> str:
    if absent.home_unit_code is not None:
        return register.authority(absent.home_unit_code)
    return sorted(unit.code for unit in register.units if unit.parent_code is None)[0]


def _payload(row: Substitution) -> dict[str, str | None]:
    return {
        "absent": str(row.principal_id),
        "acting": str(row.substitute_id),
        "unit": row.unit_code,
        "role": row.role,
        "valid_from": day(row.valid_from),
        "valid_to": day(row.valid_to),
        "reason": row.reason,
    }
