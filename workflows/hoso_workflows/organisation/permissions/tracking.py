"""The scope of tracking: which dossiers somebody follows, and which officers they are told.

A dossier's course (code, procedure, units, phase, dates, lateness) is followed by whoever surveys a unit that has a part in it:
it receives, handles or decides, or a lane names it. Name and step of an officer are told within the officer's own authority and
above it; everybody else reads unit and role. Of a case whose law keeps its course from others (`tracking = "counts"`), other
authorities than the handling unit's are told the number of dossiers and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.organisation.competence import Office
from hoso_workflows.organisation.permissions import relations, table
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.organisation.permissions.rights import ASSIGNERS, Right, Rights
from hoso_workflows.pagination import Conditions


@dataclass(frozen=True, slots=True)
class Tracked:
    """A version of a procedure that says who follows its dossiers.

    Its lanes name units, or of some of its cases others are told the number only.
    """

    lanes: frozenset[str] = frozenset()
    #: Those cases.
    counted: frozenset[str] = frozenset()


#: The tracked versions by their identities. All others have neither.
Versions = Mapping[UUID, Tracked]


@dataclass(frozen=True, slots=True)
class Scope:
    """The units that a reader follows."""

    #: Units whose dossiers they follow, whatever part these have.
    units: frozenset[str]
    #: Units of whose officers they are told name and step.
    named: frozenset[str]
    #: Versions of procedures in which a lane names one of the units.
    versions: frozenset[UUID] = frozenset()
    #: Units of the authorities to which the reader belongs.
    own: frozenset[str] = frozenset()
    #: Cases of versions of which other authorities are told the number only.
    counted: frozenset[tuple[UUID, str]] = frozenset()
    #: True for the open board: everything is followed, and nobody named.
    open: bool = False

    @property
    def followed(self) -> tuple[list[str], list[UUID]]:
        """The values of the placeholders of `follows_sql`."""
        return sorted(self.units), sorted(self.versions)

    @property
    def kept_back(self) -> tuple[list[str], list[UUID], list[str]]:
        """The values of the placeholders of `counts_sql`."""
        cases = sorted(self.counted)
        return sorted(self.own), [version for version, _ in cases], [case for _, case in cases]

    def keeps_back(self, dossier: Any) -> bool:
        """True for a dossier that is told as a number, as in `counts_sql`."""
        case = UUID(str(dossier.workflow_version_id)), dossier.case_id
        return dossier.handling_unit not in self.own and case in self.counted


def scope(rights: Rights, offices: Mapping[str, Office], versions: Versions, act: str) -> Scope:
    """The scope of an act, among these units and versions of procedures."""
    units = table.units(act, rights)
    named = frozenset[str]().union(*(_named(right, offices, act) for right in rights.held))
    authorities = {offices[right.unit].authority for right in rights.held if right.unit in offices}
    own = frozenset(code for code, office in offices.items() if office.authority in authorities)
    by_lane = frozenset(version for version, said in versions.items() if not units.isdisjoint(said.lanes))
    return Scope(units, named, by_lane, own, _counted(versions))


def of_everybody(versions: Versions) -> Scope:
    """The scope of whoever reads an open board."""
    return Scope(frozenset(), frozenset(), counted=_counted(versions), open=True)


def _counted(versions: Versions) -> frozenset[tuple[UUID, str]]:
    return frozenset((version, case) for version, said in versions.items() for case in said.counted)


def _named(right: Right, offices: Mapping[str, Office], act: str) -> frozenset[str]:
    """Units of whose officers a right tells: its authority's and those below it.

    A head's substitute is told of the head's unit alone.
    """
    by = [each for each in table.ACTS[act].who if relations.by_role(each, right.role)]
    if not by or right.unit not in offices:
        return frozenset()
    if right.on_behalf_of is not None and right.role in ASSIGNERS:
        return frozenset({right.unit})
    authority = offices[right.unit].authority
    own = frozenset(code for code, office in offices.items() if office.authority == authority)
    return own.union(*(relations.reach(each, right) for each in by if each is not Relation.WORKER))


def follows_sql(dossier: str, units: str, versions: str) -> str:
    """SQL that is true where a unit has a part in a dossier.

    Each part has an index of its own among what is running; a part that the handling unit plays as well is its own already.
    """
    return f"""({dossier}.handling_unit = any({units}::text[])
    or {dossier}.receiving_unit = any({units}::text[]) and {dossier}.receiving_unit <> {dossier}.handling_unit
    or {dossier}.deciding_unit = any({units}::text[]) and {dossier}.deciding_unit <> {dossier}.handling_unit
    or {dossier}.workflow_version_id = any({versions}::uuid[]))"""


def counts_sql(dossier: str, own: str, versions: str, cases: str) -> str:
    """SQL that is true where a reader is told a number only."""
    return f"""({dossier}.handling_unit <> all({own}::text[])
    and ({dossier}.workflow_version_id, {dossier}.case_id) in (select * from unnest({versions}::uuid[], {cases}::text[])))"""  # noqa: S608 - fixed text of this module


def told(asked: Conditions, scope: Scope | None, dossier: str = "dossier", *, counted: bool = False) -> None:
    """Narrow a list to what a scope is told one by one.

    That is what is about no dossier, too; with `counted`, to what is told as a number instead.
    """
    if scope is not None and scope.counted:
        as_number = counts_sql(dossier, "{0}", "{1}", "{2}")
        asked.add(as_number if counted else f"{as_number} is not true", *scope.kept_back)


async def counted(
    db: Database, rows: str, asked: Conditions, scope: Scope | None, dossier: str = "dossier"
) -> int:
    """Number of these rows that a scope is told as a number only."""
    if scope is None or not scope.counted:
        return 0
    told(asked, scope, dossier, counted=True)
    (found,) = await db.rows(f"select count(*)::int as n from {rows} where {asked}", asked.parameters)  # noqa: S608 - names of our own
    return int(found.n)


def require(rights: Rights, followed: Scope, unit: str | None) -> None:
    """Raise Forbidden unless the reader surveys the unit, or where none is named, any."""
    if unit in followed.units or (unit is None and followed.units):
        return
    raise errors.Forbidden(rights.principal, say("surveying"), None, unit)
