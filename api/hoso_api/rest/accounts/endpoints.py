"""Invitations, recoveries and sessions of people, for the administrators of their units."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow, origin_of
from hoso_api.http.commands import Json
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.accounts import schemas
from hoso_workflows.identity import invitations
from hoso_workflows.notifications import email
from hoso_workflows.organisation import permissions

router = APIRouter(tags=["accounts"], route_class=KnownRoute)

Person = Annotated[UUID, Path(description="The person's `id`.")]
Recovery = Annotated[UUID, Path(description="The recovery's `id`.")]


@router.post(
    "/principals/{principal}/invitation",
    response_model=schemas.InvitationGiven,
    responses=responses(401, 403, 404, 409),
    status_code=201,
)
@acts.named("invite_person")
async def invite_person(request: Request, caller: CallerNow, principal: Person) -> Response:
    """Give a person who was entered a link, good once within 72 hours; earlier links end. It is mailed, or shown this once."""
    async with caller.refusals("invite_person", str(principal)), caller.service.db.transaction() as tx:
        given = await invitations.invite(tx, principal, by=caller.principal, at=caller.at)
    ways, link = email.transports(email.MailSettings.read()), _link(request, given)
    mailed = await invitations.mail(caller.service.db, ways, principal, link, at=caller.at)
    return _given(request, given, mailed=mailed)


@router.post(
    "/principals/{principal}/recovery",
    response_model=schemas.RecoveryAsked,
    responses=responses(401, 403, 404, 409, 413, 415, 422),
    status_code=201,
)
@acts.named("ask_recovery")
async def ask_recovery(
    caller: CallerNow, principal: Person, body: schemas.RecoveryFor | None = None
) -> Response:
    """Ask for the recovery of a person who has lost their factors, or whose code in the register changes.

    Another administrator confirms it within 72 hours.
    """
    code = None if body is None else body.code
    async with caller.refusals("ask_recovery", str(principal)), caller.service.db.transaction() as tx:
        found = await invitations.ask_recovery(tx, principal, by=caller.principal, at=caller.at, code=code)
    return Json({"id": found}, status_code=201)


@router.get("/recoveries", response_model=schemas.RecoveryList, responses=responses(400, 401, 403))
@acts.named("list_recoveries")
async def list_recoveries(caller: CallerNow) -> Response:
    """The recoveries that wait for another administrator, of people in the units that you administer."""
    db = caller.service.db
    found = await invitations.recoveries(db, caller.principal, at=caller.at)
    rights = await permissions.held(db, caller.principal, caller.at)
    await caller.listed("list_recoveries", None, rights, [each.id for each in found])
    items = [
        {
            "id": each.id,
            "person": each.principal,
            "person_name": each.name,
            "code": each.code,
            "asked_by": each.made_by_name,
            "asked_at": each.made_at,
            "expires_at": each.expires_at,
        }
        for each in found
    ]
    return Json({"items": items})


@router.post(
    "/recoveries/{recovery}/confirmation",
    response_model=schemas.InvitationGiven,
    responses=responses(401, 403, 404, 409),
    status_code=201,
)
@acts.named("confirm_recovery")
async def confirm_recovery(request: Request, caller: CallerNow, recovery: Recovery) -> Response:
    """Confirm a recovery as its second person: every factor is revoked, every session ends, a new link is shown once."""
    async with caller.refusals("confirm_recovery", str(recovery)), caller.service.db.transaction() as tx:
        given = await invitations.confirm_recovery(tx, recovery, by=caller.principal, at=caller.at)
    return _given(request, given)


@router.delete(
    "/principals/{principal}/sessions",
    response_model=schemas.SessionsEnded,
    responses=responses(401, 403, 404),
)
@acts.named("end_sessions")
async def end_sessions(caller: CallerNow, principal: Person) -> Response:
    """End every session of a person whose unit you administer, or of yourself."""
    async with caller.refusals("end_sessions", str(principal)), caller.service.db.transaction() as tx:
        ended = await invitations.end_sessions(tx, principal, by=caller.principal, at=caller.at)
    return Json({"ended": ended})


def _link(request: Request, given: invitations.Given) -> str:
    return f"{origin_of(request)}/loi-moi#{given.code}"


def _given(request: Request, given: invitations.Given, *, mailed: bool = False) -> Response:
    """The answer; a link that was mailed to its person is shown to nobody else."""
    link = None if mailed else _link(request, given)
    said = {"id": given.id, "link": link, "mailed": mailed, "expires_at": given.expires_at}
    return Json(said, status_code=201)
