"""Competences of units: procedures by part, with what is missing; given and ended."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Fault, Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_models import DOSSIER_PARTS, CompetencePart
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import competence_matrix, permissions
from hoso_workflows.organisation.register import commands

ADDRESS = f"{administering.ADDRESS}/tham-quyen"
router = session.router(ADDRESS)
LENGTH = 25
#: The field of the page for each field of a command, and for refusals.
FIELDS = {
    "unit": "don-vi",
    "unit-closed": "don-vi",
    "procedure": "thu-tuc",
    "field": "linh-vuc",
    "area": "dia-ban",
    "case": "truong-hop",
    "basis": "can-cu",
    "valid_from": "tu-ngay",
    "valid_to": "den-ngay",
    "overlapping": "tu-ngay",
    "two-competent-units": "don-vi",
    "last_day": "ngay-cuoi",
}
Short = Annotated[str, Query(max_length=80)]


@router.get("")
@acts.named("list_competences")
async def matrix_page(
    visit: VisitNow,
    procedure: Annotated[Short, Query(alias="thu-tuc")] = "",
    unit: Annotated[Short, Query(alias="don-vi")] = "",
    after: Annotated[str, Query(alias="sau", max_length=2000)] = "",
) -> Response:
    """Procedures and fields with the competent units of each part."""
    try:
        return await _matrix(visit, Filled(), procedure.strip(), unit.strip(), after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.get("/moi")
@acts.named("give_competence")
async def new_competence_page(
    visit: VisitNow,
    procedure: Annotated[Short, Query(alias="thu-tuc")] = "",
    part: Annotated[Short, Query(alias="phan")] = "",
) -> Response:
    """The form that makes a unit competent."""
    await administering.overseen(visit, "give_competence")
    return await _giving(visit, Filled.first(visit, **{"thu-tuc": procedure, "phan": part}))


@router.post("/moi")
@acts.named("give_competence")
async def add_competence(visit: VisitNow, form: FormNow) -> Response:
    """Make a unit competent for a part of a procedure or of a field."""
    await administering.overseen(visit, "give_competence")
    try:
        doing.required(
            form,
            phan=spoken("Chọn phần."),
            don_vi=spoken("Chọn đơn vị."),
            can_cu=spoken("Ghi căn cứ."),
        )
        if form.text("phan") not in set(CompetencePart):
            raise Stopped(form, [Fault(spoken("Chọn phần."), "phan")])
        command = commands.GiveCompetence(
            unit=form.text("don-vi"),
            part=CompetencePart(form.text("phan")),
            valid_from=doing.day(visit, form, "tu-ngay"),
            valid_to=typed.day_said(form, "den-ngay"),
            basis=form.text("can-cu"),
            procedure=form.text("thu-tuc") or None,
            field=form.text("linh-vuc") or None,
            case=form.text("truong-hop") or None,
            area=form.text("dia-ban") or None,
        )
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _giving(visit, Filled.again(stopped))
    return await doing.onward(visit, ADDRESS, done)


@router.post("/{entry}/ket-thuc")
@acts.named("end_competence")
async def finish_competence(entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Set the last day of a competence; today where none is written."""
    await administering.overseen(visit, "end_competence")
    try:
        last = doing.day(visit, form, "ngay-cuoi")
        command = commands.EndCompetence(competence=entry, last_day=last)
        done = await doing.perform(visit, form, [command], FIELDS)
    except Stopped as stopped:
        return await _matrix(visit, Filled.again(stopped))
    return await doing.onward(visit, ADDRESS, done)


async def _matrix(
    visit: Visit, form: Filled, procedure: str = "", unit: str = "", after: str = ""
) -> Response:
    today = localtime.local_date(visit.at)
    found = await competence_matrix.page(
        visit.service.db,
        today,
        procedure=procedure or None,
        unit=unit or None,
        limit=LENGTH,
        after=after or None,
    )
    return visit.page(
        "register/competences.html",
        form.status,
        here=HERE,
        sections=administering.PLACES,
        rows=found.items,
        after=found.after,
        procedure=procedure,
        unit=unit,
        today=today,
        needed=[each.value for each in DOSSIER_PARTS],
        parts=wording.COMPETENCE_PARTS,
        gives=bool(permissions.overseen(visit.rights, "give_competence")),
        ends=permissions.overseen(visit.rights, "end_competence"),
        form=form,
        first=Filled(),
        told=await doing.told(visit),
    )


async def _giving(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "register/competence_new.html",
        form.status,
        here=HERE,
        units=await units.choices(visit, "give_competence"),
        parts=[(each.value, spoken(wording.COMPETENCE_PARTS[each])) for each in CompetencePart],
        today=localtime.local_date(visit.at),
        form=form,
    )
