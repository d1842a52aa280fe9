"""Procedures, and their versions from upload to activation."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
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
from hoso_calendar.messages import say
from hoso_workflows.procedures import owners, publication

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
    page = await publication.active(caller.service.db, limit=limit, after=after)
    return Json(page.answer(lambda each: {"code": each.procedure, "name": each.name, "version": each.number}))


@router.get("/{code}", response_model=schemas.Procedure, responses=responses(401, 404))
@acts.named("get_procedure")
async def get_procedure(code: Code, caller: CallerNow) -> Response:
    """The requirements of an active procedure, by case."""
    found = await publication.active_package(caller.service.db, code)
    return Json(
        {
            "code": found.code,
            "name": found.name,
            "authority": found.authority,
            "field": found.field,
            "level": found.level,
            "legal_basis": list(found.legal_basis),
            "cases": [_case(found, case) for case in found.cases],
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
    page = await publication.versions(caller.service.db, code, limit=limit, after=after)
    return Json(page.answer(_version))


@router.get(
    "/{code}/versions/{number}", response_model=schemas.ProcedureVersion, responses=responses(401, 403, 404)
)
@acts.named("get_version")
async def get_version(code: Code, number: Number, caller: CallerNow) -> Response:
    """One version with what the check had to say."""
    return Json(_version(await publication.version(caller.service.db, code, number)))


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
    "/{code}/versions/{number}/activation", response_model=schemas.ProcedureVersion, responses=CHANGES
)
@acts.named("activate_version")
async def activate_version(code: Code, number: Number, caller: CallerNow) -> Response:
    """Let new dossiers run on an approved version; running ones stay on theirs."""
    return Json(
        _version(
            await publication.activate(caller.service.db, code, number, actor=caller.principal, at=caller.at)
        )
    )


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


def _owner(owner: owners.Owner) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in schemas.ProcedureOwner.model_fields}


def _version(version: publication.Version) -> dict[str, Any]:
    report = findings.Report.from_json(version.report)
    document = {
        name: getattr(version, name) for name in schemas.ProcedureVersion.model_fields if name != "findings"
    }
    return {**document, "findings": [fault.model_dump() for fault in problems.faults(report.findings)]}


def _case(found: package.Package, case: package.Case) -> dict[str, Any]:
    form = found.files.get(case.form) if case.form else None
    return {
        "id": case.id,
        "name": case.name,
        "term": str(case.term),
        "components": [_component(component) for component in case.components],
        "fees": [{"name": fee.name, "amount": fee.amount, "basis": fee.basis} for fee in case.fees],
        "form": forms.stored(form).document if form else None,
    }


def _component(component: package.Component) -> dict[str, Any]:
    return {name: getattr(component, name) for name in schemas.ComponentAsked.model_fields}
