"""The setup file: what an authority declares of itself, as TOML (`hoso-setup/1`).

Unknown keys are refused with their place; days are TOML dates.
"""

import tomllib
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hoso_models import CompetencePart, RungMoment, RungRecipient, RungSubject, TaskAssignment

SCHEMA = "hoso-setup/1"
#: The largest file.
LARGEST = 5_000_000
#: The most tables of a file, whatever they declare.
MOST = 20_000


class TooManyTables(Exception):
    """A setup file declares more than `MOST` tables."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
Name = Annotated[str, Field(min_length=1, max_length=300)]
#: One code, or a list of several.
Codes = Annotated[list[Code], BeforeValidator(_listed), Field(min_length=1)]
Day = Annotated[date, Field(strict=True)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Period(_Table):
    begins: Day | None = Field(default=None, alias="from")
    ends: Day | None = Field(default=None, alias="to")


class Defaults(_Table):
    """Values of tables that name none of their own."""

    begins: Day | None = Field(default=None, alias="from")
    basis: Name | None = None


class AreaTable(_Period):
    """One `[[area]]`."""

    code: Code
    name: Name
    kind: Code
    parent: Code | None = None
    successor: Code | None = None


class UnitTable(_Period):
    """One `[[unit]]`."""

    code: Code
    name: Name
    kind: Code
    level: Code
    #: Left out by who keeps that of the unit above.
    calendar: Code | None = None
    parent: Code | None = None
    area: Code | None = None
    authority: bool = False
    identifiers: dict[str, str] = Field(default_factory=dict)
    #: What is left out stays as it is.
    assignment: TaskAssignment | None = None
    telephone: Name | None = None
    successor: Code | None = None
    basis: Name | None = None


class PersonTable(_Table):
    """One `[[person]]`; roles are in the person's own unit unless written `role @ unit`."""

    code: Code
    name: Name
    unit: Code
    #: `system` for a machine of the authority, `partner` for another authority's. It stays as it was entered.
    kind: Literal["officer", "system", "partner"] = "officer"
    title: Name | None = None
    email: Name | None = None
    telephone: Name | None = None
    roles: Annotated[list[Name], BeforeValidator(_listed)] = Field(default_factory=list)
    closed: bool = False


class RoleTable(_Period):
    """One `[[role]]`."""

    person: Code
    unit: Code
    role: Code
    basis: Name | None = None


class CompetenceTable(_Period):
    """One `[[competence]]`; lists stand for every combination."""

    unit: Codes
    part: Annotated[list[CompetencePart], BeforeValidator(_listed), Field(min_length=1)]
    procedure: Annotated[list[Code], BeforeValidator(_listed)] = Field(default_factory=list)
    field: Annotated[list[Name], BeforeValidator(_listed)] = Field(default_factory=list)
    case: Code | None = None
    area: Code | None = None
    basis: Name | None = None


class SubstitutionTable(_Table):
    """One `[[substitution]]`."""

    absent: Code
    acting: Code
    begins: Day = Field(alias="from")
    ends: Day = Field(alias="to")
    reason: Name
    unit: Code | None = None
    role: Code | None = None


class OwnerTable(_Table):
    """One `[[owner]]`: the unit that owns procedures."""

    procedure: Codes
    unit: Code
    basis: Name | None = None


class RungTable(_Period):
    """One `[[rung]]` of the escalation ladder, with the words of `POST /v1/ladders`."""

    level: Name
    subject: RungSubject
    recipient: RungRecipient
    moment: RungMoment = RungMoment.DUE
    days: int = 0
    minutes: int = 0
    held: bool | None = None
    silent: bool = False
    reassign: bool = False
    apology: bool = False
    procedure: Code | None = None
    unit: Code | None = None
    unit_kind: Code | None = None
    role: Code | None = None
    basis: Name | None = None


class Document(_Table):
    """A whole setup file."""

    schema_: Literal["hoso-setup/1"] = Field(alias="schema")
    defaults: Defaults = Field(default_factory=Defaults)
    #: Names of files with officers (CSV or xlsx) beside the setup file.
    officers: list[Name] = Field(default_factory=list)
    area: list[AreaTable] = Field(default_factory=list)
    unit: list[UnitTable] = Field(default_factory=list)
    person: list[PersonTable] = Field(default_factory=list)
    role: list[RoleTable] = Field(default_factory=list)
    owner: list[OwnerTable] = Field(default_factory=list)
    competence: list[CompetenceTable] = Field(default_factory=list)
    substitution: list[SubstitutionTable] = Field(default_factory=list)
    rung: list[RungTable] = Field(default_factory=list)


def read(text: str) -> Document:
    """A setup file. Raises pydantic.ValidationError that names every wrong place.

    What is no TOML raises tomllib.TOMLDecodeError or, nested too deeply, RecursionError. Raises TooManyTables.
    """
    found = tomllib.loads(text)
    if sum(len(tables) for tables in found.values() if isinstance(tables, list)) > MOST:
        raise TooManyTables
    return Document.model_validate(found)


def of_people(people: Sequence[PersonTable]) -> Document:
    """A document that declares officers only."""
    return Document(schema="hoso-setup/1", person=list(people))
