"""Scopes of readers: which dossiers, tasks, incidents and figures somebody may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.organisation.permissions import relations, table
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.organisation.permissions.rights import ADMINISTRATOR, ASSIGNERS, Right, Rights, held
from hoso_workflows.organisation.permissions.table import View
from hoso_workflows.vocabulary import either

LIST_TASKS, LIST_OVERDUE, REPORT = "search_user_tasks", "list_overdue", "report_lateness"


@dataclass(frozen=True, slots=True)
class Reading:
    """A read that the table allows: the projection, and where the reader stands."""

    view: View
    #: The unit in which the reader works or holds the office; None for the applicant.
    unit: str | None = None
    #: The absent officer by whose right it is.
    on_behalf_of: UUID | None = None


def reading(act: str, rights: Rights, units: Sequence[str], consulted: Sequence[str] = ()) -> Reading | None:
    """The fullest read of a dossier of these units that is allowed, or None.

    `consulted` are the units that were asked for their opinions.
    """
    allowed = [found for each in table.ACTS[act].who if (found := _by(each, rights, units, consulted))]
    return min(allowed, key=_fullest, default=None)


def _by(relation: Relation, rights: Rights, units: Sequence[str], consulted: Sequence[str]) -> Reading | None:
    if relation is Relation.APPLICANT:
        return Reading(View.APPLICANT) if rights.applicant else None
    if relation is Relation.CONSULTED:
        asked = rights.units.intersection(consulted)
        if not asked:
            return None
        right = _right(relation, rights, asked)
        return Reading(View.CONSULTED, right.unit, right.on_behalf_of)
    if relation not in relations.UNITS or relations.UNITS[relation](rights).isdisjoint(units):
        return None
    right = _right(relation, rights, frozenset(units))
    return Reading(table.VIEWS.get(relation, View.OFFICER), right.unit, right.on_behalf_of)


def _right(relation: Relation, rights: Rights, units: frozenset[str]) -> Right:
    fitting = (
        right
        for right in rights.held
        if relations.by_role(relation, right.role) and units & relations.reach(relation, right)
    )
    return min(fitting, key=lambda right: right.rank(None))


_ORDER = (View.OFFICER, View.APPLICANT, View.TRACKER, View.CONSULTED)


def _fullest(found: Reading) -> int:
    return _ORDER.index(found.view)


def reads(rights: Rights, units: Sequence[str]) -> bool:
    """True for whoever reads a dossier of these units."""
    if rights.applicant and Relation.APPLICANT in table.ACTS["get_dossier"].who:
        return True
    return table.reaches("get_dossier", rights, units)


def readable(
    reader: UUID, row: Mapping[str, Any] | None, units: Sequence[str], *, applicant: bool = False
) -> bool:
    """True when the principal of a `RIGHTS` row reads a dossier of these units."""
    return row is not None and reads(Rights.of(reader, row, applicant=applicant), units)


def worklist_scope(
    rights: Rights, unit: str | None, role: str | None, act: str = LIST_TASKS
) -> tuple[list[str], list[tuple[str, str]]]:
    """Units to search as a whole, and pairs of unit and role. None does not narrow."""
    units = set(table.units(act, rights))
    pairs: set[tuple[str, str]] = set()
    if Relation.ROLE_OF_TASK in table.ACTS[act].who:
        pairs = {(right.unit, right.role) for right in rights.held if right.unit not in units}
    if role is not None:
        pairs = {pair for pair in pairs if pair[1] == role} | {(each, role) for each in units}
        units = set()
    if unit is not None:
        units, pairs = units & {unit}, {pair for pair in pairs if pair[0] == unit}
    return sorted(units), sorted(pairs)


def reaches_task(act: str, rights: Rights, unit: str, role: str) -> bool:
    """True when an act on own entries reaches a task of that place."""
    if unit in table.units(act, rights):
        return True
    return Relation.ROLE_OF_TASK in table.ACTS[act].who and rights.find(unit, role) is not None


def task_units(rights: Rights, act: str) -> list[str]:
    """The units whose tasks an act reaches as a whole."""
    return sorted(table.units(act, rights))


def incident_units(rights: Rights) -> list[str]:
    """Units whose incidents a reader may see. Where they work, and those over which they have an office."""
    return sorted(table.units("list_incidents", rights))


def outbox_units(rights: Rights, act: str, words: str) -> list[str]:
    """The units whose messages an act reaches. Raises Forbidden, in these words, where there is none."""
    units = sorted(table.units(act, rights))
    if not units:
        raise errors.Forbidden(rights.principal, words, ADMINISTRATOR, None)
    return units


def administered_units(rights: Rights, act: str) -> list[str]:
    """The units over which a reader has an office that may do the act.

    Raises Forbidden, in the words of the table, where there is none.
    """
    units = sorted(table.units(act, rights))
    if not units:
        raise errors.Forbidden(rights.principal, table.ACTS[act].says, ADMINISTRATOR, None)
    return units


def authorise_people_list(rights: Rights, unit: str, act: str = "list_officers") -> None:
    """Raise Forbidden unless the reader works in the unit or oversees it."""
    if unit not in table.units(act, rights):
        raise errors.Forbidden(rights.principal, "seeing who works there", None, unit)


def headed_units(rights: Rights, act: str = "assign_to_others") -> list[str]:
    """The units that a principal heads, where heads may do the act."""
    heads = Relation.ASSIGNER in table.ACTS[act].who
    return sorted(relations.UNITS[Relation.ASSIGNER](rights)) if heads else []


def authorise_head(rights: Rights, unit: str | None) -> None:
    """Raise Forbidden unless the principal heads the unit; None is no unit of theirs."""
    if unit not in headed_units(rights):
        raise errors.Forbidden(rights.principal, "heading a unit", either(ASSIGNERS), unit)


def authorise_administration(rights: Rights, units: Iterable[str], act: str, words: str) -> None:
    """Raise Forbidden, in these words, unless the act reaches every one of the units."""
    lacking = sorted(frozenset(units) - overseen(rights, act))
    if lacking:
        raise errors.Forbidden(rights.principal, words, ADMINISTRATOR, ", ".join(lacking))


def authorise_roster(rights: Rights, unit: str, act: str) -> None:
    """Raise Forbidden unless the principal administers the unit or heads it."""
    if unit not in table.units("enter_duty_roster", rights):
        raise errors.Forbidden(rights.principal, act, either(("head", ADMINISTRATOR)), unit)


def authorise_identities(rights: Rights, act: str) -> None:
    """Raise Forbidden unless the reader may do the act in a unit."""
    if not table.units(act, rights):
        raise errors.Forbidden(rights.principal, table.ACTS[act].says, ADMINISTRATOR, None)


class UnitNeeded(errors.Refusal):
    """The reader works in several units and has not said which one is meant."""

    slug = "unit-needed"
    remedy = "Name one of your units in `unit`."

    def __init__(self, units: frozenset[str]) -> None:
        super().__init__(say("Choose one of your units: {units}.", units=", ".join(sorted(units))))
        self.units = units


def overseen(rights: Rights, act: str = LIST_OVERDUE) -> frozenset[str]:
    """The units that the reader surveys by an office or as a head above."""
    heads = ASSIGNERS if Relation.HEAD_ABOVE in table.ACTS[act].who else ()
    return rights.over(*table.offices(act), *heads)


def surveys(rights: Rights, unit: str, act: str = LIST_OVERDUE) -> bool:
    """True when the reader surveys the unit."""
    return unit in table.units(act, rights)


async def surveyed(db: Database, reader: UUID, at: datetime, wanted: str | None) -> str | list[str]:
    """The unit that a reader looks into, or all of those that they oversee.

    Raises the errors of `surveyed_units`, and NotFound for a unit that is none.
    """
    return surveyed_units(await held(db, reader, at), await existing_unit(db, wanted))


def surveyed_units(rights: Rights, wanted: str | None) -> str | list[str]:
    """The named unit, or all units that the reader oversees.

    Raises Forbidden for another's and for a reader who oversees none, UnitNeeded.
    """
    reached = table.units(LIST_OVERDUE, rights)
    if wanted is None and len(reached) > 1 and overseen(rights):
        return sorted(reached)
    return _one(rights, wanted, reached, reached)


async def report_unit(db: Database, reader: UUID, at: datetime, wanted: str | None, act: str = REPORT) -> str:
    """The unit of a report, which includes those below it. The one named, else that of the only office or work.

    Raises the errors of `surveyed`.
    """
    rights, wanted = await held(db, reader, at), await existing_unit(db, wanted)
    reached, holding = table.units(act, rights), table.offices(act)
    offices = frozenset(right.unit for right in rights.held if right.role in holding)
    return _one(rights, wanted, offices or rights.units & reached or reached, reached)


async def existing_unit(db: Database, code: str | None) -> str | None:
    """The code of an existing unit, None for None. Raises NotFound.

    The empty list of a misspelt unit would look like good news.
    """
    if code is not None and await db.row("select 1 from unit where code = $1", [code]) is None:
        raise errors.NotFound("unit", code)
    return code


def _one(rights: Rights, wanted: str | None, own: frozenset[str], reached: frozenset[str]) -> str:
    if wanted is not None:
        if wanted not in reached:
            raise errors.Forbidden(rights.principal, say("surveying"), None, wanted)
        return wanted
    if not own:
        raise errors.Forbidden(rights.principal, say("surveying"), None, None)
    if len(own) != 1:
        raise UnitNeeded(own)
    return next(iter(own))
