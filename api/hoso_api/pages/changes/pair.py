"""The two versions that a page is about, and their differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoso_api.pages.procedures import findings, version
from hoso_api.pages.shared.visit import Visit
from hoso_bpmn.comparison import versions as comparison
from hoso_bpmn.package import package
from hoso_bpmn.package.package import Case, Package
from hoso_models import VersionStatus
from hoso_workflows import errors, localtime
from hoso_workflows.procedures import overview, publication
from hoso_workflows.procedures.publication import Version

#: Versions that a page offers, the newest ones.
OFFERED = 100
#: Ids of the older picture and of the newer one begin so.
OLDER, NEWER = "cu-", "moi-"


@dataclass(frozen=True, slots=True)
class Pair:
    """An older and a newer version of a procedure, and all to choose from."""

    older: Version
    newer: Version
    known: Sequence[Version]
    #: Open dossiers on the older one.
    running: int

    @property
    def procedure(self) -> str:
        """The code of the procedure."""
        return self.older.procedure

    @property
    def address(self) -> str:
        """The address of the procedure."""
        return f"{version.ADDRESS}/{self.procedure}"

    @property
    def query(self) -> str:
        """The pair as part of an address."""
        return f"tu={self.older.number}&den={self.newer.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """A difference, with the places in the pictures that show it."""

    words: str
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences of two versions, in words and in two pictures."""

    pair: Pair
    lines: Sequence[Line]
    #: The case of the pictures; None where the versions have none in common.
    case: Case | None
    cases: Sequence[Case]
    older: str | None
    newer: str | None


async def read(visit: Visit, procedure: str, older: str, newer: str, *, moving: bool = False) -> Pair:
    """The versions of these numbers. Raises NotFound.

    Without numbers the newest is compared with the one before it. Where dossiers are to be `moving`, they move to the active one.
    """
    db, day = visit.service.db, localtime.local_date(visit.at)
    known = (await publication.versions(db, procedure, limit=OFFERED, day=day)).items
    if not known:
        raise errors.NotFound("procedure", procedure)
    running = await overview.running(db, procedure)
    active = next((each for each in known if each.status == VersionStatus.ACTIVE), None)
    target = await _named(visit, known, newer) or (active if moving and active else known[0])
    source = await _named(visit, known, older) or _source(known, target, running if moving else {})
    return Pair(source, target, known, running.get(source.number, 0))


async def _named(visit: Visit, known: Sequence[Version], text: str) -> Version | None:
    """The version of a number; None where none is asked for. Raises NotFound."""
    if not text:
        return None
    procedure = known[0].procedure
    if not (text.isascii() and text.isdecimal()):
        raise errors.NotFound("version", f"{procedure}/{text}")
    number, day = int(text[:9]), localtime.local_date(visit.at)
    found = next((each for each in known if each.number == number), None)
    return found or await publication.version(visit.service.db, procedure, number, day=day)


def _source(known: Sequence[Version], target: Version, running: Mapping[int, int]) -> Version:
    """The newest other version that has dossiers, else the one before the target."""
    others = [each for each in known if each.number != target.number]
    held = [each for each in others if running.get(each.number)]
    before = [each for each in others if each.number < target.number]
    return next(iter((*held, *before, *others)), target)


async def compared(visit: Visit, pair: Pair, case: str) -> Comparison:
    """Differences of two versions. Raises NotFound for a case that the newer one has not."""
    db = visit.service.db
    old, new = [
        await publication.declared(db, pair.procedure, each.number) for each in (pair.older, pair.newer)
    ]
    common = [each for each in new.cases if each.id in {one.id for one in old.cases}]
    chosen = _case(new, case) if case else next(iter(common), None)
    lines = _lines(old, new)
    if chosen is None or chosen not in common:
        return Comparison(pair, lines, None, common, None, None)
    before, after = comparison.marked(old, new, chosen)
    return Comparison(
        pair,
        lines,
        chosen,
        common,
        await findings.picture(old.process(old.case(chosen.id)), before, OLDER),
        await findings.picture(new.process(chosen), after, NEWER),
    )


def _case(new: Package, case: str) -> Case:
    try:
        return new.case(case)
    except package.NoSuchCase:
        raise errors.NotFound("case", case) from None


def _lines(old: Package, new: Package) -> list[Line]:
    """The differences, each with its element in the pictures that show it."""
    return [
        Line(
            each.words,
            each.element if each.kind is not comparison.Kind.ADDED and not each.within else "",
            each.element if each.kind is not comparison.Kind.REMOVED and not each.within else "",
        )
        for each in comparison.compare(old, new)
    ]
