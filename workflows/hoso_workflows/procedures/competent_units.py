"""Competent units of a dossier that is, or may be, filed: `competence` with the data of an installation.

A refusal says in words who would be competent, or among whom to choose.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso_bpmn.package import forms, package
from hoso_bpmn.package.forms import Field
from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import joined, say, sentence
from hoso_models import CompetencePart
from hoso_workflows import errors
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle.commands import FileDossier
from hoso_workflows.organisation import competence, competences
from hoso_workflows.organisation.competence import Matter, Register, Resolved
from hoso_workflows.procedures import openings
from hoso_workflows.procedures.reference_data import ReferenceData, Version


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a dossier before it is filed, with its unit."""

    part: str
    unit: str | None
    unit_name: str | None
    ground: competence.Ground | None
    #: Where the rules leave a choice: the names of the competent units by their codes.
    choices: Mapping[str, str]
    #: Where nobody is competent: who is or will be elsewhere, in words.
    would_be: tuple[str, ...]


def case_of(version: Version, case: str | None) -> Loaded:
    """The case of a version, or its only one. Raises FormRefused."""
    try:
        return version.case(case)
    except package.NoSuchCase as unknown:
        raise errors.FormRefused([Fault("case", sentence(unknown))]) from unknown


def place(request: FileDossier, loaded: Loaded) -> str | None:
    """The place of the matter, if it is known.

    The first answered question that asks for an area, else the applicant's area.
    """
    answered = (answer for _, answer in _areas(request, loaded))
    return next((str(answer) for answer in answered if answer), None) or request.applicant.area


def area_faults(request: FileDossier, loaded: Loaded, register: Register, day: date) -> Iterator[Fault]:
    """The faults of areas that are none on that day."""
    named = [(f"form.{path}", answer) for path, answer in _areas(request, loaded)]
    for name, code in (*named, ("applicant.area", request.applicant.area)):
        if code and (why := area_fault(str(code), register, day)):
            yield Fault(name, why)


def area_fault(code: str, register: Register, day: date) -> str | None:
    """The reason that a code is no area on a day, if so.

    One that has been closed is an area.
    """
    area = register.areas.get(code)
    if area is None:
        return say("{code} is the code of no area", code=code)
    if area.valid_from > day:
        return say("{code} {name} exists from {begins} on", code=code, name=area.name, begins=area.valid_from)
    return None


async def resolved(
    reference_data: ReferenceData,
    request: FileDossier,
    row: Any,
    register: Register,
    matter: Matter,
    desks: Collection[str],
) -> dict[str, str]:
    """The unit of each part of a dossier. `row` is one of `statements.LOAD_FILER`.

    Raises UnitUnsettled, UnitSettled, NobodyCompetent, and NotCompetent for a unit that is none of the competent ones.
    """
    candidates = competence.read(row.candidates)
    chosen = {
        "receiving": request.receiving_unit,
        "handling": request.handling_unit,
        "deciding": request.deciding_unit,
    }
    units: dict[str, str] = {}
    for found in competence.parts(candidates, register, matter, chosen, desks):
        asked = chosen[found.part]
        if found.unit is None and not found.choices:
            words = await would_be(reference_data, request.procedure, row.field, found.part, matter)
            where = matter.place and register.area_name(matter.place)
            raise errors.NobodyCompetent(
                request.procedure, found.part, matter.case or "", matter.day, where, words
            )
        units[found.part] = _settled(request.procedure, found, asked, register, candidates)
    return units


async def again(
    reference_data: ReferenceData, request: FileDossier, loaded: Loaded, day: date
) -> dict[str, str]:
    """The unit of each part of a dossier that goes to another reception.

    Raises the refusals of `resolved`.
    """
    (row,) = await reference_data.db.rows(_LOAD, [request.procedure, day])
    register = await reference_data.register()
    matter = Matter(day, loaded.case.id, place(request, loaded))
    return await resolved(reference_data, request, row, register, matter, frozenset())


def _settled(
    procedure: str,
    found: Resolved,
    asked: str | None,
    register: Register,
    candidates: Collection[competence.Candidate],
) -> str:
    """The unit of a part that somebody is competent for. Raises the refusals of a choice."""
    competent = sorted({each.unit for each in candidates if each.part == found.part})
    if asked is not None and asked != found.unit:
        if found.unit is None or asked not in competent:
            raise errors.NotCompetent(procedure, found.part, asked, found.choices or competent)
        raise errors.UnitSettled(procedure, found.part, asked, found.unit, register.name(found.unit))
    if found.unit is None:
        raise errors.UnitUnsettled(
            procedure, found.part, {each: register.name(each) for each in found.choices}
        )
    return found.unit


async def preview(
    reference_data: ReferenceData,
    procedure: str,
    day: date,
    *,
    case: str | None = None,
    area: str | None = None,
    receiving_unit: str | None = None,
) -> tuple[Part, ...]:
    """The parts of a dossier that is filed on a day, with their units.

    Raises NotFound, ProcedureClosed, FormRefused for an unknown case or area, and NotCompetent for a receiving unit that is none.
    """
    (row,) = await reference_data.db.rows(_LOAD, [procedure, day])
    openings.require_open(procedure, row.opening)
    if row.version is None:
        raise await openings.unopened(reference_data.db, procedure, day)
    loaded = case_of(await reference_data.version(row.version), case)
    register = await reference_data.register()
    if area and (why := area_fault(area, register, day)):
        raise errors.FormRefused([Fault("area", why)])
    matter = Matter(day, loaded.case.id, area)
    candidates = competence.read(row.candidates)
    found = competence.parts(candidates, register, matter, {"receiving": receiving_unit})
    if receiving_unit is not None and found[0].unit != receiving_unit:
        competent = sorted({each.unit for each in candidates if each.part == CompetencePart.RECEIVING})
        raise errors.NotCompetent(procedure, "receiving", receiving_unit, competent)
    parts = []
    for each in found:
        nobody = each.unit is None and not each.choices
        words = await would_be(reference_data, procedure, row.field, each.part, matter) if nobody else ()
        choices = {unit: register.name(unit) for unit in each.choices}
        name = each.unit and register.name(each.unit)
        parts.append(Part(each.part, each.unit, name, each.ground, choices, words))
    return tuple(parts)


async def would_be(
    reference_data: ReferenceData, procedure: str, field: str | None, part: str, matter: Matter
) -> tuple[str, ...]:
    """In words: who is competent for other areas or cases, or will be."""
    known = await competences.known(reference_data.db, procedure, field, part, matter.day)
    return tuple(_words(each) for each in known)


def _words(known: competences.Known) -> str:
    where = say("everywhere") if known.area is None else say("in {area}", area=known.area_name)
    which = say("every case") if known.case is None else say("case {case}", case=known.case)
    period = say("from {begins} on", begins=known.valid_from)
    if known.valid_to is not None:
        period = say(
            "from {begins} to {ends}",
            begins=known.valid_from,
            ends=known.valid_to,
        )
    return joined(", ", (f"{known.unit} {known.name}", where, which, period))


def _areas(request: FileDossier, loaded: Loaded) -> Iterator[tuple[str, Any]]:
    """Questions for an area that are shown: where each answer lies, and the answer."""
    path = loaded.case.form
    form = forms.stored(loaded.package.files[path]) if path else None
    if form is None or not form.areas:
        return
    for shown in forms.flat(form.visible(request.form)):
        if isinstance(shown.component, Field) and shown.component.area and shown.path == shown.component.path:
            yield shown.path, shown.answer


_LOAD = f"""
select {competences.candidates_sql("$1::text", "v.field", "$2::date")} as candidates, v.id as version, v.field,
  {openings.state_sql("$1::text", "$2::date")} as opening
from (select) one left join ({openings.in_force_sql("$1::text", "$2::date")}) v on true
"""  # noqa: S608 - fixed text of this module
