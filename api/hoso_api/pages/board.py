"""The overdue board: what is late, by unit, most late first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from hoso_api.overdue import scope
from hoso_workflows import overdue

from . import wording
from .reader import Reader

#: How many late dossiers or steps a page shows.
LENGTH = 25
#: The words of the query: which unit, steps instead of dossiers, behind which place.
UNIT, KIND, AFTER = "don-vi", "loai", "sau"
STEPS = "buoc"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    #: What the dossier is asked for by: its code, its reference before acceptance.
    key: str
    code: str
    procedure: str
    procedure_name: str
    unit_name: str
    step: str | None
    role: str | None
    due: datetime
    lateness: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What all units add up to."""

    open: int
    due_soon: int
    overdue: int
    overdue_steps: int


def totals(units: Iterable[overdue.UnitTotals]) -> Totals:
    """The sums of the units' lines."""
    lines = [(each.open, each.due_soon, each.overdue, each.overdue_steps) for each in units]
    return Totals(*map(sum, zip((0,) * 4, *lines, strict=True)))


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the board is looked at."""

    unit: str | None
    steps: bool
    after: overdue.Place | None

    def link(self, **changes: Any) -> str:
        """The address of the view with something changed; what is empty is left out."""
        words: Mapping[str, Any] = {
            UNIT: changes.get("unit", self.unit),
            KIND: STEPS if changes.get("steps", self.steps) else None,
            AFTER: changes.get("after"),
        }
        query = urlencode({name: str(value) for name, value in words.items() if value})
        return f"/?{query}" if query else "/"


def chosen(reader: Reader, wanted: str, units: Sequence[overdue.UnitTotals]) -> str | None:
    """The unit to look into, None for all: the one asked for, else the first of an officer's own. Raises Forbidden."""
    if reader.rights is None or reader.everywhere:
        return wanted or None
    own = [each.code for each in units] or sorted(reader.rights.units)
    return scope.unit(reader.rights, wanted or next(iter(own), None))


def row(item: overdue.OverdueDossier | overdue.OverdueStep) -> Row:
    """A late dossier or step as the table shows it; a dossier with the date that was promised."""
    if isinstance(item, overdue.OverdueDossier):
        key, due = item.code, item.due_promised
    else:
        key, due = item.code or item.reference, item.due
    return Row(
        key=key,
        code=item.code or "chưa có mã",
        procedure=item.procedure,
        procedure_name=item.procedure_name,
        unit_name=item.unit_name,
        step=item.step,
        role=wording.ROLES.get(item.role, item.role) if item.role else None,
        due=due,
        lateness=wording.working_time(item.lateness),
    )
