"""The caller, and the officers of a unit."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.people import schemas
from hoso_api.translation import wording
from hoso_workflows.organisation import directory, permissions

router = APIRouter(tags=["people"], route_class=KnownRoute)

Unit = Annotated[Key, Path(description="The unit's code.")]


@router.get("/me", response_model=schemas.Me, responses=responses(401))
@acts.named("get_me")
async def get_me(caller: CallerNow) -> Response:
    """The caller's roles, substitutions and permissions."""
    found = await directory.me(caller.service.db, caller.principal, caller.at)
    roles = [{**held, "role_name": _name(held["role"])} for held in found["roles"]]
    return Json({**found, "roles": roles})


@router.get(
    "/units/{code}/officers", response_model=schemas.OfficerPage, responses=responses(400, 401, 403, 404)
)
@acts.named("list_officers")
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
    async with caller.refusals("list_officers", code):
        permissions.authorise_people_list(rights, code)
    page = await directory.officers(db, code, caller.at, role=role, limit=limit, after=after)
    await caller.listed("list_officers", code, rights, [each.id for each in page.items])
    return Json(page.answer(_officer))


def _officer(each: directory.Officer) -> dict[str, Any]:
    return {**asdict(each), "role_names": [_name(one) for one in each.roles]}


def _name(role: str) -> str:
    return wording.ROLES.get(role, role)
