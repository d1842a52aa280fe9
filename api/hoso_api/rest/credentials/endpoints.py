"""Tokens of officers and keys of systems, for the administrators of their units."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from hoso_api.http import acts, commands
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.credentials import schemas
from hoso_workflows.identity.access_keys import keys, tokens
from hoso_workflows.organisation import permissions

router = APIRouter(tags=["accounts"], route_class=KnownRoute)


@router.get("/tokens", response_model=schemas.TokenPage, responses=responses(400, 401, 403))
@acts.named("list_tokens")
async def list_tokens(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The good tokens of officers and systems that you administer, the newest first; no secret is told."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    async with caller.refusals(tokens.LIST):
        page = await tokens.listed(caller.service.db, rights, at=caller.at, after=after, limit=limit)
    await caller.listed(tokens.LIST, None, rights, [each.prefix for each in page.items])
    return Json(page.answer(asdict))


@router.post(
    "/tokens/{prefix}/revocation",
    response_model=schemas.Revoked,
    responses=responses(401, 403, 404, 413, 415, 422),
)
@acts.named("revoke_token")
async def revoke_token(
    caller: CallerNow,
    prefix: Annotated[Key, Path(description="The token's first characters.")],
    body: schemas.Revocation,
) -> Response:
    """Revoke a token of somebody whom you administer; one that is revoked stays so."""
    async with caller.refusals(tokens.REVOKE, prefix), caller.service.db.transaction() as tx:
        revoked = await tokens.revoke(tx, prefix, body.reason, by=caller.principal, at=caller.at)
    return Json({"revoked_at": revoked})


@router.get("/keys", response_model=schemas.KeyPage, responses=responses(400, 401, 403))
@acts.named("list_keys")
async def list_keys(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The good keys of systems that you administer, the newest first."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    async with caller.refusals(keys.LIST):
        page = await keys.listed(caller.service.db, rights, at=caller.at, after=after, limit=limit)
    await caller.listed(keys.LIST, None, rights, [each.id for each in page.items])
    return Json(page.answer(asdict))


@router.post("/keys", status_code=201, **commands.documented(schemas.KeyEntered, conditional=False))
@acts.named("enter_key", signed=False)
async def enter_key(caller: CallerNow, body: schemas.NewKey, request: Request) -> Response:
    """Let calls that are signed by an Ed25519 key count as those of a system in your units."""
    until = caller.at + timedelta(days=body.days)
    async with caller.refusals(keys.ENTER, str(body.principal)), caller.service.db.transaction() as tx:
        made = await keys.enter(
            tx,
            body.principal,
            body.public_key,
            body.label,
            by=caller.principal,
            at=caller.at,
            expires_at=until,
            key=commands.key(request.headers),
        )
    return Json(asdict(made), status_code=201)


@router.post(
    "/keys/{key}/revocation",
    response_model=schemas.Revoked,
    responses=responses(401, 403, 404, 413, 415, 422),
)
@acts.named("revoke_key")
async def revoke_key(
    caller: CallerNow, key: Annotated[UUID, Path(description="The key's `id`.")], body: schemas.Revocation
) -> Response:
    """Revoke the key of a system that you administer; one that is revoked stays so."""
    async with caller.refusals(keys.REVOKE, str(key)), caller.service.db.transaction() as tx:
        revoked = await keys.revoke(tx, key, body.reason, by=caller.principal, at=caller.at)
    return Json({"revoked_at": revoked})
