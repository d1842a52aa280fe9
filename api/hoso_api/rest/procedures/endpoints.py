"""Procedures, and their versions from upload to activation."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hoso_api.http import acts, problems
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.middleware import limits
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.procedures import schemas
from hoso_bpmn import findings
from hoso_bpmn.package import forms, package
from hoso_bpmn.runs import eligibility as questions
from hoso_calendar.messages import say, translated
from hoso_workflows import localtime
from hoso_workflows.attachments import kinds
from hoso_workflows.procedures import competent_units, eligibility, openings, owners, publication

router = APIRouter(prefix="/procedures", tags=["procedures"], route_class=KnownRoute)

Code = Annotated[Key, Path(description="The procedure's code, as in 1.014464.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The version's number.")]

ZIP: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {limits.PACKAGE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
CHANGES = responses(401, 403, 404, 409)


@router.get("", response_model=schemas.ProcedurePage, responses=responses(401))
@acts.named("list_procedures")
async def list_procedures(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The procedures that dossiers can be filed for now, by their codes."""
    page = await publication.active(
        caller.service.db, day=localtime.local_date(caller.at), limit=limit, after=after
    )
    return Json(page.answer(lambda each: {"code": each.procedure, "name": each.name, "version": each.number}))


@router.get("/{code}", response_model=schemas.Procedure, responses=responses(401, 404))
@acts.named("get_procedure")
async def get_procedure(code: Code, caller: CallerNow) -> Response:
    """The requirements of an active procedure, by case."""
    found = await publication.active_package(caller.service.db, code, day=localtime.local_date(caller.at))
    largest = caller.request.app.state.files.settings.store_file_bytes
    return Json(
        {
            "code": found.code,
            "name": found.name,
            "authority": found.authority,
            "field": found.field,
            "level": found.level,
            "legal_basis": list(found.legal_basis),
            "eligibility": _eligibility(found),
            "cases": [_case(found, case, largest) for case in found.cases],
        }
    )


@router.post(
    "/{code}/versions",
    status_code=201,
    response_model=schemas.ProcedureVersion,
    responses=responses(401, 403, 413, 415),
    openapi_extra=ZIP,
)
@limits.takes(limits.Size.PACKAGE)
@acts.named("declare_version")
async def declare_version(code: Code, request: Request, caller: CallerNow) -> Response:
    """Upload a procedure package: checked as a whole, it becomes a draft. The same package again is the same version."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != limits.PACKAGE:
        raise HTTPException(415, say("Send the package as {package}.", package=limits.PACKAGE))
    version = await publication.declare(
        caller.service.db, await request.body(), actor=caller.principal, at=caller.at, code=code
    )
    place = f"/v1/procedures/{version.procedure}/versions/{version.number}"
    return Json(_version(version), status_code=201, headers={"Location": place})


@router.get("/{code}/versions", response_model=schemas.VersionPage, responses=responses(400, 401, 403))
@acts.named("list_versions")
async def list_versions(code: Code, caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The versions of a procedure, the newest first."""
    day = localtime.local_date(caller.at)
    page = await publication.versions(caller.service.db, code, limit=limit, after=after, day=day)
    return Json(page.answer(_version))


@router.get(
    "/{code}/versions/{number}", response_model=schemas.ProcedureVersion, responses=responses(401, 403, 404)
)
@acts.named("get_version")
async def get_version(code: Code, number: Number, caller: CallerNow) -> Response:
    """One version with what the check had to say."""
    day = localtime.local_date(caller.at)
    return Json(_version(await publication.version(caller.service.db, code, number, day=day)))


@router.post(
    "/{code}/versions/{number}/submission", response_model=schemas.ProcedureVersion, responses=CHANGES
)
@acts.named("submit_version")
async def submit_version(code: Code, number: Number, caller: CallerNow) -> Response:
    """Hand a draft in for approval. Each step is taken once: a repeated one is told where the version stands."""
    return Json(
        _version(
            await publication.submit(caller.service.db, code, number, actor=caller.principal, at=caller.at)
        )
    )


@router.post(
    "/{code}/versions/{number}/approval",
    response_model=schemas.ProcedureVersion,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("approve_version")
async def approve_version(code: Code, number: Number, body: schemas.Approval, caller: CallerNow) -> Response:
    """Approve a submitted version by a decision; those who declared or submitted it cannot."""
    approved = await publication.approve(
        caller.service.db,
        code,
        number,
        decision_no=body.decision_no,
        decision_date=body.decision_date,
        actor=caller.principal,
        at=caller.at,
    )
    return Json(_version(approved))


@router.post(
    "/{code}/versions/{number}/activation",
    response_model=schemas.ProcedureVersion,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("activate_version")
async def activate_version(
    code: Code, number: Number, caller: CallerNow, body: schemas.Activation | None = None
) -> Response:
    """Let new dossiers run on an approved version, from today or a day to come; running ones stay on theirs."""
    activated = await publication.activate(
        caller.service.db,
        code,
        number,
        actor=caller.principal,
        at=caller.at,
        begins=body.active_from if body else None,
    )
    return Json(_version(activated))


@router.delete(
    "/{code}/versions/{number}/activation", response_model=schemas.ProcedureVersion, responses=CHANGES
)
@acts.named("take_back_activation")
async def take_back_activation(code: Code, number: Number, caller: CallerNow) -> Response:
    """Take an activation back whose day has not come yet."""
    return Json(
        _version(
            await publication.unschedule(
                caller.service.db, code, number, actor=caller.principal, at=caller.at
            )
        )
    )


@router.get(
    "/{code}/competence", response_model=schemas.ProcedureCompetence, responses=responses(401, 404, 409)
)
@acts.named("get_competence")
async def get_competence(
    code: Code,
    caller: CallerNow,
    case: Annotated[Key | None, Query()] = None,
    area: Annotated[Key | None, Query()] = None,
    receiving_unit: Annotated[Key | None, Query()] = None,
) -> Response:
    """The units that would receive, handle and decide a dossier filed now."""
    parts = await competent_units.preview(
        caller.service.reference_data,
        code,
        localtime.local_date(caller.at),
        case=case,
        area=area,
        receiving_unit=receiving_unit,
    )
    return Json({"items": [_part(each) for each in parts]})


@router.post(
    "/{code}/eligibility", response_model=schemas.EligibilityVerdict, responses=responses(401, 404, 413, 415)
)
@acts.named("judge_eligibility", only_asks=True)
async def judge_eligibility(code: Code, body: schemas.EligibilityAnswers, caller: CallerNow) -> Response:
    """Say whether one may file, by the procedure's own questions. Nothing is stored."""
    day = localtime.local_date(caller.at)
    found, verdict = await eligibility.judge(caller.service.db, code, body.answers, day=day)
    return Json({**asdict(verdict), "basis": _basis(found)})


@router.get("/{code}/openings", response_model=schemas.ProcedureOpenings, responses=responses(401, 403))
@acts.named("list_openings")
async def list_openings(code: Code, caller: CallerNow) -> Response:
    """List the days from which a procedure is open or closed."""
    found = await openings.openings(caller.service.db, code)
    return Json({"items": [_opening(each) for each in found]})


@router.post(
    "/{code}/openings",
    status_code=201,
    response_model=schemas.ProcedureOpening,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("change_opening")
async def change_opening(code: Code, body: schemas.OpeningChange, caller: CallerNow) -> Response:
    """Close a procedure from a day on, or open it again: new dossiers are refused meanwhile, running ones go on."""
    change = openings.reopen if body.is_open else openings.close
    changed = await change(
        caller.service.db,
        code,
        basis=body.basis,
        valid_from=body.valid_from,
        actor=caller.principal,
        at=caller.at,
    )
    return Json(_opening(changed), status_code=201)


@router.get("/{code}/owners", response_model=schemas.ProcedureOwners, responses=responses(401, 403))
@acts.named("list_owners")
async def list_owners(code: Code, caller: CallerNow) -> Response:
    """The owners of a procedure, past and future, the newest first."""
    found = await owners.owners(caller.service.db, code)
    return Json({"items": [_owner(each) for each in found]})


@router.post(
    "/{code}/owners",
    status_code=201,
    response_model=schemas.ProcedureOwner,
    responses=responses(401, 403, 413, 415),
)
@acts.named("name_owner")
async def name_owner(code: Code, body: schemas.OwnerNaming, caller: CallerNow) -> Response:
    """Say which unit owns a procedure from a day on: its offices, and those above it, declare and approve from then."""
    named = await owners.name(
        caller.service.db,
        code,
        body.unit,
        basis=body.basis,
        valid_from=body.valid_from,
        actor=caller.principal,
        at=caller.at,
    )
    return Json(_owner(named), status_code=201)


def _eligibility(found: package.Package) -> dict[str, Any] | None:
    asked = questions.form(found)
    return None if asked is None else {"form": asked.document, "basis": _basis(found)}


def _basis(found: package.Package) -> list[str]:
    return list(found.eligibility.basis) if found.eligibility else []


def _owner(owner: owners.Owner) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in schemas.ProcedureOwner.model_fields}


def _opening(opening: openings.Opening) -> dict[str, Any]:
    return {name: getattr(opening, name) for name in schemas.ProcedureOpening.model_fields}


def _part(part: competent_units.Part) -> dict[str, Any]:
    return {
        "part": part.part,
        "unit": part.unit,
        "unit_name": part.unit_name,
        "ground": part.ground,
        "choices": [{"code": unit, "name": name} for unit, name in part.choices.items()],
        "would_be": [translated(each) for each in part.would_be],
    }


def _version(version: publication.Version) -> dict[str, Any]:
    report = findings.Report.from_json(version.report)
    document = {
        name: getattr(version, name) for name in schemas.ProcedureVersion.model_fields if name != "findings"
    }
    return {**document, "findings": [fault.model_dump() for fault in problems.faults(report.findings)]}


def _case(found: package.Package, case: package.Case, default: int) -> dict[str, Any]:
    form = found.files.get(case.form) if case.form else None
    return {
        "id": case.id,
        "name": case.name,
        "term": str(case.term),
        "components": [_component(component, default) for component in case.components],
        "fees": [{name: getattr(fee, name) for name in _FEE} for fee in case.fees],
        "form": forms.stored(form).document if form else None,
    }


#: What is told of a fee.
_FEE = tuple(schemas.ProcedureFee.model_fields)


def _component(component: package.Component, default: int) -> dict[str, Any]:
    names = ("code", "name", "originals", "copies", "required")
    return {
        **{name: getattr(component, name) for name in names},
        "accept": kinds.endings(kinds.accepted(component.accept)),
        "max_bytes": kinds.size(component.max_size, default),
    }
