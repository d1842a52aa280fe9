"""Bodies and answers about units and areas."""

from datetime import date

from pydantic import Field

from hoso_api.http.fields import Answer, Body, Data, Key, Name
from hoso_api.http.paging import NextPage
from hoso_models import TaskAssignment


class UnitListed(Answer):
    """A unit with its place in the tree."""

    code: str
    name: str
    kind: str
    level: str
    parent: str | None
    calendar: str
    area: str | None
    authority: bool
    #: How its tasks get their officers.
    assignment: TaskAssignment
    valid_from: date
    valid_to: date | None
    successor: str | None
    telephone: str | None


class UnitPage(Answer):
    """A part of the units, by code."""

    items: list[UnitListed]
    page: NextPage


class UnitEntry(Body):
    """A unit to be entered."""

    code: Key
    name: Name
    kind: Key
    level: Key
    calendar: Key | None = None
    valid_from: date
    parent: Key | None = None
    area: Key | None = None
    authority: bool = False
    identifiers: Data = Field(default_factory=dict)
    assignment: TaskAssignment = TaskAssignment.BY_HAND
    telephone: Name | None = None


class UnitChange(Body):
    """New values of a unit; what is left out stays."""

    name: Name | None = None
    kind: Key | None = None
    level: Key | None = None
    parent: Key | None = None
    area: Key | None = None
    authority: bool | None = None
    identifiers: Data | None = None
    assignment: TaskAssignment | None = None
    telephone: Name | None = None


class UnitClosure(Body):
    """The end of a unit."""

    last_day: date
    successor: Key | None = None
    basis: Name


class AreaListed(Answer):
    """An administrative area."""

    code: str
    name: str
    kind: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    successor: str | None


class AreaPage(Answer):
    """A part of the areas, by code."""

    items: list[AreaListed]
    page: NextPage


class AreaEntry(Body):
    """An area to be entered."""

    code: Key
    name: Name
    kind: Key
    valid_from: date
    parent: Key | None = None


class AreaClosure(Body):
    """The end of an area."""

    last_day: date
    successor: Key | None = None
