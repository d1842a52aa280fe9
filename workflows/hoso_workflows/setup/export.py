"""The present register as a setup file; applied again, it changes nothing."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import orjson

from hoso_models import ContactKind, PrincipalKind, TaskAssignment
from hoso_models.storage.database import Database
from hoso_workflows.ladder.rungs import Rung
from hoso_workflows.organisation.register import storage
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Person
from hoso_workflows.setup import ladder_rungs
from hoso_workflows.setup.document import SCHEMA


async def export(db: Database, at: datetime) -> str:
    """The register of today and later, and the rungs of the ladder."""
    async with db.transaction() as tx:
        register = await storage.load(tx, storage.Needs(everything=True), at)
        rungs = list(await ladder_rungs.kept(tx, register.today))
    return "\n".join([*_lines(register), *_rungs(rungs)])


def _lines(register: Register) -> Iterator[str]:
    yield f'schema = "{SCHEMA}"'
    for area in sorted(register.areas, key=lambda row: row.code):
        yield from _table(
            "area", code=area.code, name=area.name, kind=area.kind, parent=area.parent_code,
            **{"from": area.valid_from, "to": area.valid_to}, successor=area.successor_code,
        )  # fmt: skip
    for unit in sorted(register.units, key=lambda row: row.code):
        yield from _table(
            "unit", code=unit.code, name=unit.name, kind=unit.kind, level=unit.level, parent=unit.parent_code,
            calendar=unit.calendar, area=unit.area_code, authority=unit.is_authority,
            **{"from": unit.valid_from, "to": unit.valid_to}, successor=unit.successor_code,
            identifiers=dict(unit.identifiers) or None,
            assignment=unit.assignment if unit.assignment != TaskAssignment.BY_HAND else None,
            telephone=unit.telephone,
        )  # fmt: skip
    codes = {person.id: person.code for person in register.people if person.code}
    for person in sorted((each for each in register.people if each.code), key=lambda row: str(row.code)):
        yield from _person(register, person)
    for role in sorted(register.roles, key=lambda row: (row.unit_code, row.role, str(row.id))):
        if role.principal_id in codes and _current(register, role.valid_from, role.valid_to):
            yield from _table(
                "role", person=codes[role.principal_id], unit=role.unit_code, role=role.role,
                **{"from": role.valid_from, "to": role.valid_to}, basis=role.basis,
            )  # fmt: skip
    for procedure, owner in sorted(register.owners.items()):
        yield from _table("owner", procedure=procedure, unit=owner)
    for each in sorted(
        register.competences,
        key=lambda row: (str(row.procedure_code or row.field), row.part, row.unit_code, str(row.area_code)),
    ):
        if _current(register, each.valid_from, each.valid_to):
            yield from _table(
                "competence", unit=each.unit_code, part=each.part.value, procedure=each.procedure_code,
                field=each.field, case=each.case_id, area=each.area_code,
                **{"from": each.valid_from, "to": each.valid_to}, basis=each.basis,
            )  # fmt: skip
    for sub in sorted(register.substitutions, key=lambda row: (row.valid_from, str(row.id))):
        known = sub.principal_id in codes and sub.substitute_id in codes
        if known and _current(register, sub.valid_from, sub.valid_to):
            yield from _table(
                "substitution", absent=codes[sub.principal_id], acting=codes[sub.substitute_id], unit=sub.unit_code,
                role=sub.role, **{"from": sub.valid_from, "to": sub.valid_to}, reason=sub.reason,
            )  # fmt: skip


def _rungs(rungs: Iterable[Rung]) -> Iterator[str]:
    """Rungs of the ladder, without what says nothing."""
    for each in rungs:
        yield from _table(
            "rung",
            **{name: value for name in _SAID if (value := getattr(each, name)) not in (0, False)},
            held=each.held,
            **{"from": each.valid_from, "to": each.valid_to},
            basis=each.basis,
        )


#: Keys of a rung in a setup file.
_SAID = (
    *("level", "subject", "moment", "days", "minutes", "recipient", "silent", "reassign", "apology"),
    *("procedure", "unit", "unit_kind", "role"),
)


def _person(register: Register, person: Person) -> Iterator[str]:
    contacts = {
        each.kind: each.value for each in register.contacts.of("person", person.id) if each.ended_at is None
    }
    yield from _table(
        "person",
        code=person.code,
        name=person.name,
        title=person.title,
        unit=person.home_unit_code,
        kind=None if person.kind is PrincipalKind.OFFICER else person.kind.value,
        email=contacts.get(ContactKind.EMAIL),
        telephone=contacts.get(ContactKind.TELEPHONE),
        closed=None if person.open_at(register.at) else True,
    )


def _current(register: Register, begins: date, ends: date | None) -> bool:
    return ends is None or ends >= max(begins, register.today)


def _table(table: str, /, **values: Any) -> Iterator[str]:
    yield ""
    yield f"[[{table}]]"
    for key, value in values.items():
        if value is not None:
            yield f"{key} = {_written(value)}"


def _written(value: Any) -> str:
    """A value as TOML. Texts are written as in JSON; no name holds the delete sign."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_written(key)} = {_written(each)}" for key, each in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    return orjson.dumps(value).decode()
