"""Acts of the coordinating function from the command line, on a person's word."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

import hoso_calendar as wt
from hoso_api.cli import errors, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.organisation import permissions, principals
from hoso_workflows.procedures.reference_data import ReferenceData, calendar_of

T = TypeVar("T")

By = Annotated[str, typer.Option(help="On whose word: the id, code or name of a person who may do it.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Unit = Annotated[str, typer.Argument(help="The unit's code.")]
OnlyUnit = Annotated[str | None, typer.Option("--unit", help="Only of one unit, by its code.")]


def done(by: str, doing: Callable[[Database, Asked], Awaitable[T]]) -> T:
    """Carry an act out on the word of a person."""
    return signals.run(_done(by, doing))


def read(act: str, unit: str | None, reading: Callable[[Database], Awaitable[T]]) -> T:
    """Read as the operator."""
    return signals.run(_read(act, unit, reading))


async def calendar(db: Database, unit: str) -> wt.WorkCalendar:
    """The working calendar of a unit."""
    await permissions.existing_unit(db, unit)
    return await calendar_of(ReferenceData(db), unit)


def number(text: str, option: str) -> Decimal:
    """The figure of an option."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise errors.Usage(say("{option} {text}: write a number.", option=option, text=text)) from None


def identity(text: str) -> UUID:
    """The id of an argument."""
    try:
        return UUID(text)
    except ValueError:
        raise errors.Usage(say("{text} is no id; the list shows them.", text=text)) from None


def document(found: Any) -> dict[str, Any]:
    """A value for programs, with what follows from it."""
    derived = {
        name: getattr(found, name)
        for name, value in vars(type(found)).items()
        if isinstance(value, property) and name not in {each.name for each in fields(found)}
    }
    return {**asdict(found), **derived}


def at(instant: datetime) -> str:
    """An instant for the cell of a table."""
    return f"{instant.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"


async def _done(by: str, doing: Callable[[Database, Asked], Awaitable[T]]) -> T:
    when = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=when), await principals.named(db, by)
        return await doing(db, Asked(person, when, operators.SHELL, operator))


async def _read(act: str, unit: str | None, reading: Callable[[Database], Awaitable[T]]) -> T:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        found = await reading(db)
        await operators.reads(db, act, unit)
        return found
