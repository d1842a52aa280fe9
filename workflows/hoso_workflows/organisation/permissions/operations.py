"""Acts that a principal may do, and in which units, from the table."""

from collections.abc import Iterator
from typing import Any

from hoso_workflows.organisation.permissions import relations, table
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.organisation.permissions.rights import ADMINISTRATOR, Right, Rights


def allowed_operations(rights: Rights) -> list[dict[str, Any]]:
    """Allowed operations with their units. An empty list of units means one's own dossiers."""
    found: dict[str, set[str]] = {}
    if relations.files_online(rights):
        found = {act: set() for act in _with(_OWN)}
    for act, unit in (each for right in rights.held for each in _of(right)):
        found.setdefault(act, set()).add(unit)
    return [{"act": act, "units": sorted(units)} for act, units in sorted(found.items())]


#: What is done with one's own dossiers.
_OWN = frozenset({Relation.FILER, Relation.APPLICANT})


def without_role(rights: Rights) -> list[str]:
    """Acts that need no role in a unit, in the table's order."""
    asked = {Relation.SIGNED_IN, Relation.SELF}
    if relations.files_online(rights):
        asked |= _OWN
    if relations.is_inside(rights):
        asked.add(Relation.INSIDE)
    if rights.is_system:
        asked.add(Relation.INSTALLATION)
    return _with(frozenset(asked))


def by_right(right: Right, *, at_top: bool = False) -> list[str]:
    """Acts that a role in a unit is for, in the table's order.

    `at_top`: the unit has no superior.
    """
    acts = table.ACTS.acts.values()
    top = at_top and right.role == ADMINISTRATOR
    return [
        act.name
        for act in acts
        if any(relations.by_role(each, right.role) for each in act.who)
        or (top and Relation.TOP_ADMINISTRATOR in act.who)
    ]


def _with(asked: frozenset[Relation]) -> list[str]:
    return [act.name for act in table.ACTS.acts.values() if asked.intersection(act.who)]


def _of(right: Right) -> Iterator[tuple[str, str]]:
    for act in by_right(right):
        fitting = (each for each in table.ACTS[act].who if relations.by_role(each, right.role))
        for unit in {right.unit}.union(*(relations.reach(each, right) for each in fitting)):
            yield act, unit
