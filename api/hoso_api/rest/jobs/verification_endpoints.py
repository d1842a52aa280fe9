"""Verification of every chain: ordered by auditors, and what the newest one found."""

from http import HTTPStatus
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from hoso_api.http import acts, commands
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import said
from hoso_api.rest.jobs import schemas
from hoso_workflows.jobs import register, verification, works
from hoso_workflows.organisation import permissions

router = APIRouter(prefix="/verifications", tags=["jobs"], route_class=KnownRoute)
_WAYS = commands.documented(schemas.LongJob, conditional=False)


@router.post("", status_code=HTTPStatus.ACCEPTED, **_WAYS)
@acts.named("verify_chains")
async def verify_chains(caller: CallerNow, request: Request) -> Response:
    """Have every chain verified, and what is stored compared with events, in the background."""
    key = commands.key(request.headers) or str(uuid4())
    async with caller.refusals(works.VERIFYING):
        found = await verification.order(caller.service, actor=caller.principal, at=caller.at, key=key)
    return Json(register.said(found), status_code=HTTPStatus.ACCEPTED)


@router.get("", response_model=schemas.VerificationFound, responses=responses(400, 401, 403))
@acts.named("list_verifications")
async def list_verifications(caller: CallerNow) -> Response:
    """The newest verification, with what does not verify in your units."""
    db = caller.service.db
    async with caller.refusals(verification.LIST):
        found = await verification.last(db, caller.principal, caller.at)
    rights = await permissions.held(db, caller.principal, caller.at)
    differing = found.differing if found else ()
    await caller.listed(verification.LIST, None, rights, [each.reference for each in differing])
    return Json(
        {
            "job": found and register.said(found.job),
            "differing": [said(each, schemas.DifferingDossier) for each in differing],
            "broken": [said(each, schemas.BrokenChain) for each in (found.broken if found else ())],
            "house": list(found.house if found else ()),
        }
    )
