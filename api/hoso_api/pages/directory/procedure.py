"""A declared procedure for anybody: cases with dates, units, papers, steps, picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup

import hoso_calendar as wt
from hoso_api.pages.directory import calculator
from hoso_api.translation import wording
from hoso_bpmn.drawing import svg
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package.manifest import Case
from hoso_bpmn.package.package import Package
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.procedures import competent_units
from hoso_workflows.procedures.competent_units import Part
from hoso_workflows.procedures.reference_data import Version


@dataclass(frozen=True, slots=True)
class Template:
    """A file that somebody fills in."""

    address: str
    #: Its ending in capitals, and its size in kilobytes, at least 1.
    kind: str
    kilobytes: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step as anybody reads it."""

    name: str
    role: str
    unit: str
    limit: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The date that an acceptance of now would promise, with its count."""

    due: datetime
    why: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case of a procedure."""

    case: Case
    parts: Sequence[Part]
    #: Why nobody takes it now, in words; empty where somebody does.
    refused: str
    promise: Promise | None
    steps: Sequence[Step]
    picture: Markup | None
    #: By the codes of papers.
    templates: dict[str, Template]

    @property
    def open(self) -> bool:
        """True where it can be filed online now."""
        return not self.refused and not any(part.would_be for part in self.parts)


async def cases(request: Request, version: Version) -> list[CaseShown]:
    """The cases of a version, each with what now would give."""
    return [await _case(request, version, place) for place in range(len(version.package.cases))]


async def _case(request: Request, version: Version, place: int) -> CaseShown:
    package, case = version.package, version.package.cases[place]
    state = request.app.state
    at, reference = state.clock(), state.service.reference_data
    parts: Sequence[Part] = ()
    refused = ""
    try:
        parts = await competent_units.preview(reference, package.code, localtime.local_date(at), case=case.id)
    except errors.Refusal as why:
        refused = messages.opening(messages.translated(why))
    steps = version.case(case.id).specification.steps.values()
    return CaseShown(
        case,
        parts,
        refused,
        await _promise(request, package.code, case, calculator.receiving(parts)) if parts else None,
        [
            Step(
                each.name,
                wording.ROLES.get(each.role or "", ""),
                wording.UNIT_PARTS.get(each.unit or "", ""),
                str(each.limit) if each.limit else "",
            )
            for each in steps
        ],
        _picture(package.process(case), case.name, f"th{place + 1}-"),
        {each.code: found for each in case.components if (found := _template(package, case, each.template))},
    )


async def _promise(request: Request, code: str, case: Case, unit: str | None) -> Promise | None:
    """The date of an acceptance of now by the unit; None where no calendar counts it."""
    state = request.app.state
    at: datetime = state.clock()
    calendars = await state.service.reference_data.unit_calendars()
    if unit not in calendars:
        return None
    try:
        due = calculator.count(calendars[unit], at, case.term, case.policy).due
    except wt.WorkingTimeError:
        return None
    said = {
        calculator.PROCEDURE: code,
        calculator.CASE: case.id,
        calculator.UNIT: unit,
        calculator.AT: calculator.written(at),
    }
    return Promise(due, f"{calculator.ADDRESS}?{urlencode(said)}") if due else None


def template(package: Package, case: str, paper: str) -> tuple[str, bytes] | None:
    """The name and the content of a paper's template; None where there is none."""
    found = (each for named in package.cases if named.id == case for each in named.components)
    path = next((each.template for each in found if each.code == paper and each.template), None)
    if path is None or path not in package.files:
        return None
    return path.rpartition("/")[2], package.files[path]


def _template(package: Package, case: Case, path: str | None) -> Template | None:
    if path is None or path not in package.files:
        return None
    paper = next(each.code for each in case.components if each.template == path)
    kind = path.rpartition(".")[2].upper()
    size = max(1, round(len(package.files[path]) / 1000))
    return Template(f"/thu-tuc/{package.code}/mau/{case.id}/{paper}", kind, size)


@lru_cache(maxsize=128)
def _picture(process: bytes, title: str, prefix: str) -> Markup | None:
    try:
        return Markup(svg.draw(process, title=title, prefix=prefix))  # noqa: S704 - our drawing escapes what it writes
    except RefusedFile:
        return None
