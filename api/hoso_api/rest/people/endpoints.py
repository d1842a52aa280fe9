"""The caller, and the officers of a unit."""

from dataclasses import asdict
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
from hoso_workflows.organisation import directory, permissions

router = APIRouter(tags=["people"], route_class=KnownRoute)

Unit = Annotated[Key, Path(description="The unit's code.")]


@router.get("/me", response_model=schemas.Me, responses=responses(401))
async def get_me(caller: CallerNow) -> Response:
    """The caller's roles, substitutions and permissions."""
    found = await directory.me(caller.service.db, caller.principal, caller.at)
    roles = [{**held, "role_name": _name(held["role"])} for held in found["roles"]]
    return Json({**found, "roles": roles})


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
