"""Scopes of readers: which dossiers, tasks, incidents and figures somebody may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.organisation.permissions.rights import (
    ADMINISTRATOR,
    ASSIGNERS,
    AUDITOR,
    RECEPTION,
    Rights,
    held,
)

#: Roles that see every task of their unit, not only those of their own role.
OVERSEERS = (*ASSIGNERS, RECEPTION)
#: Offices that survey a unit with all below it.
_SURVEYORS = (ADMINISTRATOR, AUDITOR)


def reads(rights: Rights, units: Sequence[str]) -> bool:
    """True for the applicant, officers of the units, and auditors over one of them."""
    return rights.applicant or not (rights.units | rights.over(AUDITOR)).isdisjoint(units)


def tracks(rights: Rights, units: Sequence[str]) -> bool:
    """True for administrators over one of the units, who see dates and no contents."""
    return not rights.over(ADMINISTRATOR).isdisjoint(units)


def readable(
    reader: UUID, row: Mapping[str, Any] | None, units: Sequence[str], *, applicant: bool = False
) -> bool:
    """True when the principal of a `RIGHTS` row reads a dossier of these units."""
    return row is not None and reads(Rights.of(reader, row, applicant=applicant), units)


def worklist_scope(
    rights: Rights, unit: str | None, role: str | None
) -> tuple[list[str], list[tuple[str, str]]]:
    """Units to search as a whole, and pairs of unit and role. None does not narrow."""
    units = {right.unit for right in rights.held if right.role in OVERSEERS}
    pairs = {(right.unit, right.role) for right in rights.held if right.unit not in units}
    if role is not None:
        pairs = {pair for pair in pairs if pair[1] == role} | {(each, role) for each in units}
        units = set()
    if unit is not None:
        units, pairs = units & {unit}, {pair for pair in pairs if pair[0] == unit}
    return sorted(units), sorted(pairs)


def incident_units(rights: Rights) -> list[str]:
    """Units whose incidents a reader may see. Where they work, and those over which they have an office."""
    return sorted(rights.units | rights.over(ADMINISTRATOR, AUDITOR))


def outbox_units(rights: Rights, act: str) -> list[str]:
    """The units that somebody administers. Raises Forbidden for everybody else."""
    units = sorted(rights.over(ADMINISTRATOR))
    if not units:
        raise errors.Forbidden(rights.principal, act, ADMINISTRATOR, "any unit")
    return units


def authorise_people_list(rights: Rights, unit: str) -> None:
    """Raise Forbidden unless the reader works in the unit or oversees it."""
    if unit not in rights.units | rights.over(ADMINISTRATOR, AUDITOR):
        raise errors.Forbidden(rights.principal, "seeing who works there", "any role", unit)


def authorise_unknown_identities(rights: Rights) -> None:
    """Raise Forbidden unless the reader administers a unit."""
    if not rights.over(ADMINISTRATOR):
        raise errors.Forbidden(
            rights.principal, "listing people whom nobody knows", ADMINISTRATOR, "any unit"
        )


class UnitNeeded(errors.Refusal):
    """The reader works in several units and has not said which one is meant."""

    slug = "unit-needed"
    remedy = "Name one of your units in `unit`."

    def __init__(self, units: frozenset[str]) -> None:
        super().__init__(say("Choose one of your units: {units}.", units=", ".join(sorted(units))))
        self.units = units


def overseen(rights: Rights) -> frozenset[str]:
    """The units that the reader surveys by an office."""
    return rights.over(*_SURVEYORS)


def surveys(rights: Rights, unit: str) -> bool:
    """True when the reader surveys the unit."""
    return unit in rights.units or unit in overseen(rights)


async def surveyed(db: Database, reader: UUID, at: datetime, wanted: str | None) -> str | list[str]:
    """The unit that a reader looks into, or all of those that they oversee.

    Raises the errors of `surveyed_units`, and NotFound for a unit that is none.
    """
    return surveyed_units(await held(db, reader, at), await existing_unit(db, wanted))


def surveyed_units(rights: Rights, wanted: str | None) -> str | list[str]:
    """The named unit, or all units that the reader oversees.

    Raises Forbidden for another's and for a reader who oversees none, UnitNeeded.
    """
    if wanted is None and (seen := overseen(rights)):
        return sorted(seen | rights.units)
    return _one(rights, wanted, rights.units)


async def report_unit(db: Database, reader: UUID, at: datetime, wanted: str | None) -> str:
    """The unit of a report, which includes those below it. The one named, else that of the only office or work.

    Raises the errors of `surveyed`.
    """
    rights, wanted = await held(db, reader, at), await existing_unit(db, wanted)
    offices = frozenset(right.unit for right in rights.held if right.role in _SURVEYORS)
    return _one(rights, wanted, offices or rights.units)


async def existing_unit(db: Database, code: str | None) -> str | None:
    """The code of an existing unit, None for None. Raises NotFound.

    The empty list of a misspelt unit would look like good news.
    """
    if code is not None and await db.row("select 1 from unit where code = $1", [code]) is None:
        raise errors.NotFound("unit", code)
    return code


def _one(rights: Rights, wanted: str | None, own: frozenset[str]) -> str:
    if wanted is not None:
        if not surveys(rights, wanted):
            raise errors.Forbidden(rights.principal, say("surveying"), "any role", wanted)
        return wanted
    if not own:
        raise errors.Forbidden(rights.principal, say("surveying"), "any role", "any unit")
    if len(own) != 1:
        raise UnitNeeded(own)
    return next(iter(own))
