"""The caller, and the officers of a unit."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.people import schemas
from hoso_api.translation import wording
from hoso_workflows.identity.providers import linking
from hoso_workflows.organisation import access_log, credentials, directory, permissions

router = APIRouter(tags=["people"], route_class=KnownRoute)

Unit = Annotated[Key, Path(description="The unit's code.")]


@router.get("/me", response_model=schemas.Me, responses=responses(401))
async def get_me(caller: CallerNow) -> Response:
    """The caller's roles, substitutions and permissions."""
    found = await directory.me(caller.service.db, caller.principal, caller.at)
    roles = [{**held, "role_name": _name(held["role"])} for held in found["roles"]]
    return Json({**found, "roles": roles})


@router.get("/me/tokens", response_model=schemas.OwnTokens, responses=responses(401))
async def list_own_tokens(caller: CallerNow) -> Response:
    """Your own tokens that are good, the newest first."""
    found = await credentials.own_tokens(caller.service.db, caller.principal, at=caller.at)
    return Json({"items": [asdict(each) for each in found]})


@router.post(
    "/me/tokens", response_model=schemas.TokenGiven, responses=responses(401, 403, 422), status_code=201
)
async def make_own_token(caller: CallerNow, body: schemas.NewToken) -> Response:
    """Make a token of your own, with no more scopes than this one has. It is shown this once."""
    if more := set(body.scopes) - caller.scopes:
        raise credentials.ScopeMissing(more)
    until = caller.at + timedelta(days=body.days)
    async with caller.service.db.transaction() as tx:
        token = await credentials.give_token(
            tx,
            caller.principal,
            body.label,
            at=caller.at,
            expires_at=until,
            scopes=body.scopes,
            by=caller.principal,
        )
        prefix = token[: credentials.PREFIX]
        await access_log.record(
            tx, caller.principal, "giving a token", str(caller.principal), caller.at, prefix=prefix
        )
    return Json({"token": token, "prefix": prefix, "expires_at": until}, status_code=201)


@router.delete("/me/tokens/{prefix}", response_model=schemas.OwnTokens, responses=responses(401, 403, 404))
async def revoke_own_token(
    caller: CallerNow, prefix: Annotated[Key, Path(description="The token's first characters.")]
) -> Response:
    """Revoke a token of your own; those that are left are listed."""
    async with caller.service.db.transaction() as tx:
        await credentials.revoke_own(tx, caller.principal, prefix, at=caller.at)
        await access_log.record(tx, caller.principal, "revoking a token", prefix, caller.at)
    return await list_own_tokens(caller)


@router.get(
    "/units/{code}/officers", response_model=schemas.OfficerPage, responses=responses(400, 401, 403, 404)
)
async def list_officers(
    code: Unit,
    caller: CallerNow,
    role: Annotated[Key | None, Query(description="Only those who play this role.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The officers of a unit today, for its own officers and its overseers."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    await permissions.existing_unit(db, code)
    permissions.authorise_people_list(rights, code)
    page = await directory.officers(db, code, caller.at, role=role, limit=limit, after=after)
    return Json(page.answer(_officer))


@router.get(
    "/unknown-identities", response_model=schemas.UnknownIdentityPage, responses=responses(400, 401, 403)
)
async def list_unknown_identities(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The people whom an identity provider signed in and nobody here is linked to, for administrators; the last first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    permissions.authorise_unknown_identities(rights)
    page = await linking.unknown(db, at=caller.at, limit=limit, after=after)
    return Json(page.answer(asdict))


def _officer(each: directory.Officer) -> dict[str, Any]:
    return {**asdict(each), "role_names": [_name(one) for one in each.roles]}


def _name(role: str) -> str:
    return wording.ROLES.get(role, role)
