"""Scenarios of a version: passed or failed, expected and happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from hoso_api.pages.procedures import findings, version
from hoso_api.pages.shared.visit import Visit
from hoso_bpmn.drawing import svg
from hoso_bpmn.package.package import Package
from hoso_calendar.messages import translated
from hoso_workflows import errors, localtime
from hoso_workflows.procedures import examination, publication
from hoso_workflows.scenarios import apart
from hoso_workflows.scenarios.coverage import Coverage
from hoso_workflows.scenarios.mismatch import Difference


@dataclass(frozen=True, slots=True)
class Line:
    """An expectation that did not hold, in the reader's language."""

    step: int
    do: str
    #: The local time of the step.
    at: str
    sentence: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A scenario in which something else happened than it expects."""

    name: str
    #: The reason why it could not be read; empty where it could.
    unread: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Way:
    """A process file with the flows that no scenario takes."""

    coverage: Coverage
    #: Ids of its picture begin so.
    prefix: str
    picture: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The scenarios of a version; without results where running them was stopped."""

    version: publication.Version
    played: apart.Played | None
    #: Why it was stopped, in the reader's language.
    stopped: Sequence[str]
    ways: Sequence[Way]

    @property
    def failures(self) -> Sequence[Failure]:
        """The scenarios that failed."""
        found = self.played.scenarios if self.played else ()
        return [
            Failure(each.name, translated(each.unread), [*map(_line, each.differences)])
            for each in found
            if not each.ok
        ]

    @property
    def address(self) -> str:
        """The address of its version."""
        return version.address(self.version.procedure, self.version.number)


async def read(visit: Visit, procedure: str, number: int, *, anew: bool = False) -> Shown:
    """The scenarios of a version, as they went or `anew`. Raises NotFound and TooManyRequests."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    found = await publication.version(db, procedure, number, day=day)
    declared = await publication.declared(db, procedure, number)
    try:
        played = await examination.played(db, declared, anew=anew)
    except errors.PackageRefused as refused:
        return Shown(found, None, [translated(each.message) for each in refused.report.findings], ())
    ways = [await _way(declared, number, each) for number, each in enumerate(played.coverage, start=1)]
    return Shown(found, played, (), ways)


async def _way(declared: Package, number: int, coverage: Coverage) -> Way:
    prefix, untaken = f"el{number}-", frozenset(each.flow for each in coverage.untaken)
    drawn = await findings.picture(declared.files[coverage.process], svg.Untaken(untaken), prefix)
    return Way(coverage, prefix, drawn)


def _line(found: Difference) -> Line:
    at = f"{found.at:%H:%M %d/%m/%Y}"
    return Line(found.step, str(found.do), at, translated(found.sentence), found.expected, found.got)
