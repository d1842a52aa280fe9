"""Acts on competences: make a unit competent, and end it."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

from hoso_calendar.messages import say
from hoso_models import CompetencePart
from hoso_workflows import errors
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register import commands, periods, refusals
from hoso_workflows.organisation.register.author import Author
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Competence
from hoso_workflows.organisation.register.text_checks import checked_code, checked_name, day

#: Parts that one unit plays at each place; any desk of several may receive.
_ONE_A_PLACE = (CompetencePart.HANDLING, CompetencePart.DECIDING, CompetencePart.PUBLISHING)


def give_competence(register: Register, command: commands.GiveCompetence, author: Author) -> Iterator[Act]:
    """Make a unit competent. The author administers it and the procedure's owner."""
    unit = register.unit(command.unit)
    author.require(register, "give_competence", unit.code, _owner(register, command.procedure, unit.code))
    _check(register, command)
    periods.require_order(command.valid_from, command.valid_to)
    periods.require_within(unit, command.valid_from, command.valid_to)
    row = Competence(
        id=uuid4(),
        procedure_code=command.procedure,
        field=command.field,
        case_id=command.case,
        part=command.part,
        unit_code=unit.code,
        area_code=command.area,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        basis=checked_name(command.basis, "basis"),
    )
    _require_free(register, row)
    register.competences.put(row)
    yield Act(register.authority(unit.code), "competence_given", str(row.id), _payload(row))


def _owner(register: Register, procedure: str | None, unit: str) -> str:
    """The unit that owns the procedure, else the top of the tree."""
    return register.owners.get(procedure or "") or register.top(unit)


def _check(register: Register, command: commands.GiveCompetence) -> None:
    if (command.procedure is None) == (command.field is None):
        raise errors.FormRefused([errors.Fault("procedure", say("name either a procedure or a field"))])
    if command.procedure is not None:
        checked_code(command.procedure, "procedure")
    else:
        checked_name(command.field or "", "field")
    if command.area is not None:
        register.area(command.area)


def _require_free(register: Register, row: Competence) -> None:
    """Raise Overlapping for the same entry, TwoCompetentUnits for another unit's at the place."""
    for other in register.competences.of("subject", row.procedure_code or f"field {row.field}"):
        if other.part is not row.part or other.case_id != row.case_id:
            continue
        if not periods.overlap(other, row.valid_from, row.valid_to):
            continue
        if (other.unit_code, other.area_code) == (row.unit_code, row.area_code):
            raise refusals.Overlapping("competence", other.id, other.valid_from, other.valid_to)
        place = _place(register, row)
        if (
            row.part in _ONE_A_PLACE
            and other.unit_code != row.unit_code
            and place
            and place == _place(register, other)
        ):
            raise refusals.TwoCompetentUnits(row.part.value, place, other.unit_code, other.id)


def _place(register: Register, row: Competence) -> str | None:
    """The area of a competence, else that of its unit."""
    return row.area_code or register.unit(row.unit_code).area_code


def _payload(row: Competence) -> dict[str, str | None]:
    return {
        "procedure": row.procedure_code,
        "field": row.field,
        "case": row.case_id,
        "part": row.part.value,
        "unit": row.unit_code,
        "area": row.area_code,
        "valid_from": day(row.valid_from),
        "valid_to": day(row.valid_to),
        "basis": row.basis,
    }


def end_competence(register: Register, command: commands.EndCompetence, author: Author) -> Iterator[Act]:
    """Set the last day of a competence, earlier than before."""
    row = register.competences.get(command.competence)
    if row is None:
        raise errors.NotFound("competence", command.competence)
    owner = _owner(register, row.procedure_code, row.unit_code)
    author.require(register, "end_competence", row.unit_code, owner)
    periods.require_end(row, command.last_day, register.today)
    if row.valid_to == command.last_day:
        return
    if row.valid_to is not None and command.last_day > row.valid_to:
        raise errors.FormRefused(
            [errors.Fault("last_day", say("is later than before; give the competence anew"))]
        )
    register.competences.put(replace(row, valid_to=command.last_day))
    yield Act(
        register.authority(row.unit_code),
        "competence_ended",
        str(row.id),
        {**_payload(row), "valid_to": day(command.last_day)},
    )
