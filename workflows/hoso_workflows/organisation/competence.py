"""Resolution of competence: which unit receives, handles and decides a dossier.

Pure: from the competences of a day, the register of units and areas, and the matter. The order of the rules is that of
DESIGN, *Competence* (ADR 0036): the one candidate; the narrowest area that holds the place of the matter; the one of the
receiving unit's authority; else whoever files chooses. Rows for the procedure go before rows for its field, and rows for the
case before rows for all cases.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from hoso_models import DOSSIER_PARTS, CompetencePart

RECEIVING = CompetencePart.RECEIVING.value


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area: `models.tables.area` as the resolution needs it."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    parent: str | None = None
    successor: str | None = None

    def closed(self, day: date) -> bool:
        """True when it has been closed before the day."""
        return self.valid_to is not None and self.valid_to < day


@dataclass(frozen=True, slots=True)
class Office:
    """A unit with its name, its authority, and the area for which it answers."""

    name: str
    authority: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The units and areas of an installation by their codes."""

    units: Mapping[str, Office] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)

    def holders(self, code: str, day: date) -> frozenset[str]:
        """The areas that hold an area.

        Itself, all above it, and the successors of what has been closed.
        """
        found: set[str] = set()
        pending = [code]
        while pending:
            area = self.areas.get(pending.pop())
            if area is None or area.code in found:
                continue
            found.add(area.code)
            further = (area.parent, area.successor if area.closed(day) else None)
            pending += [each for each in further if each is not None]
        return frozenset(found)

    def narrower(self, one: str, other: str | None, day: date) -> bool:
        """True when the other area holds the one and more than it. None stands for everywhere."""
        if other is None:
            return True
        return other in self.holders(one, day) and one not in self.holders(other, day)

    def name(self, unit: str) -> str:
        """The name of a unit; its code where it has none here."""
        return self.units[unit].name if unit in self.units else unit

    def area_name(self, code: str) -> str:
        """The name of an area with its code; else the code."""
        return f"{self.areas[code].name} ({code})" if code in self.areas else code

    def authority(self, unit: str) -> str:
        """The authority of a unit; itself where it is not registered."""
        return self.units[unit].authority if unit in self.units else unit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that is competent for a part of a procedure on a day."""

    part: str
    unit: str
    #: None for everywhere.
    area: str | None = None
    #: None for all cases.
    case: str | None = None
    #: False where it is competent for the procedure's whole field.
    by_procedure: bool = True

    @property
    def rank(self) -> tuple[bool, bool]:
        """Its place among others; the lowest goes first."""
        return not self.by_procedure, self.case is None


@dataclass(frozen=True, slots=True)
class Matter:
    """Facts of a dossier that decide who is competent."""

    day: date
    case: str | None = None
    #: The area of the matter, else of the applicant.
    place: str | None = None


class Ground(StrEnum):
    """Grounds on which a unit is competent for a dossier."""

    #: No other unit is competent.
    ONLY = "only"
    #: Its rows are for the procedure or the case, those of the others for the field or all cases.
    SPECIFIC = "specific"
    #: Its area is the narrowest that holds the place.
    PLACE = "place"
    #: It is of the same authority as the receiving unit.
    AUTHORITY = "authority"
    #: It is where who files receives dossiers.
    OWN_DESK = "own_desk"
    #: Whoever filed has chosen it.
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The unit of a part, or those to choose among, or none."""

    part: str
    unit: str | None = None
    ground: Ground | None = None
    #: The competent units where the rules leave a choice, by their codes.
    choices: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def read(text: str) -> tuple[Candidate, ...]:
    """The candidates in the text of `competences.candidates_sql`."""
    return tuple(_candidate(line) for line in text.split("\n") if line)


def _candidate(line: str) -> Candidate:
    part, unit, area, case, by_procedure = line.split("\t")
    return Candidate(part, unit, area or None, case or None, by_procedure == "t")


def resolve(
    part: str,
    candidates: Iterable[Candidate],
    register: Register,
    matter: Matter,
    receiving: str | None = None,
) -> Resolved:
    """The unit of one part by the rules. `receiving` is the receiving unit, once it is known."""
    found = _of_case(part, candidates, matter.case)
    if one := _one(found):
        return Resolved(part, one, Ground.ONLY)
    if matter.place is not None:
        holders = {None, *register.holders(matter.place, matter.day)}
        found = [each for each in found if _area(each, register) in holders]
        if one := _one(found):
            return Resolved(part, one, Ground.PLACE)
    found = _first_ranked(found)
    if one := _one(found):
        return Resolved(part, one, Ground.SPECIFIC)
    if matter.place is not None:
        found = _narrowest(found, register, matter.day)
        if one := _one(found):
            return Resolved(part, one, Ground.PLACE)
    if receiving is not None:
        home = register.authority(receiving)
        if one := _one([each for each in found if register.authority(each.unit) == home]):
            return Resolved(part, one, Ground.AUTHORITY)
    return Resolved(part, choices=tuple(sorted({each.unit for each in found})))


def choose(
    resolved: Resolved,
    chosen: str | None,
    candidates: Iterable[Candidate],
    matter: Matter,
    desks: Collection[str] = (),
) -> Resolved:
    """The answer of the rules, and within them of whoever files.

    Any competent unit may receive any dossier (*phi địa giới*); where none is named it is the desk of who files, if that is one
    of `desks`. A choice that the rules have decided otherwise changes nothing: whoever asks compares.
    """
    if resolved.part != RECEIVING:
        if chosen is not None and chosen in resolved.choices:
            return Resolved(resolved.part, chosen, Ground.CHOSEN)
        return resolved
    competent = {each.unit for each in _of_case(RECEIVING, candidates, matter.case)}
    if chosen is not None:
        return Resolved(RECEIVING, chosen, Ground.CHOSEN) if chosen in competent else resolved
    own = sorted(competent.intersection(desks))
    if len(own) == 1 and len(competent) > 1:
        return Resolved(RECEIVING, own[0], Ground.OWN_DESK)
    return resolved


def parts(
    candidates: Collection[Candidate],
    register: Register,
    matter: Matter,
    chosen: Mapping[str, str | None],
    desks: Collection[str] = (),
) -> tuple[Resolved, ...]:
    """All parts of a dossier, the receiving one first: the others depend on it."""
    found: list[Resolved] = []
    for part in DOSSIER_PARTS:
        receiving = found[0].unit if found else None
        ruled = resolve(part.value, candidates, register, matter, receiving)
        found.append(choose(ruled, chosen.get(part.value), candidates, matter, desks))
    return tuple(found)


def _of_case(part: str, candidates: Iterable[Candidate], case: str | None) -> list[Candidate]:
    return [each for each in candidates if each.part == part and each.case in (None, case)]


def _area(candidate: Candidate, register: Register) -> str | None:
    """The area of its row, else of its unit; None for everywhere."""
    if candidate.area is not None or candidate.unit not in register.units:
        return candidate.area
    return register.units[candidate.unit].area


def _first_ranked(found: Collection[Candidate]) -> list[Candidate]:
    first = min((each.rank for each in found), default=None)
    return [each for each in found if each.rank == first]


def _narrowest(found: Collection[Candidate], register: Register, day: date) -> list[Candidate]:
    """Those whose area holds none that is narrower."""
    areas = {_area(each, register) for each in found}
    named = {area for area in areas if area is not None}
    wider = {
        area
        for area in areas
        if any(area != other and register.narrower(other, area, day) for other in named)
    }
    return [each for each in found if _area(each, register) not in wider]


def _one(found: Iterable[Candidate]) -> str | None:
    """The unit of all candidates, if it is one."""
    units = {each.unit for each in found}
    return next(iter(units)) if len(units) == 1 else None
