"""The table of permissions, and the permissions of a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.permissions import schemas
from hoso_api.translation import wording
from hoso_calendar.messages import translated
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table

router = APIRouter(tags=["people"], route_class=KnownRoute)

Person = Annotated[UUID, Path(description="The person's id.")]


@router.get("/permissions", response_model=schemas.PermissionTable, responses=responses(401, 403))
@acts.named("list_permissions")
async def list_permissions(caller: CallerNow) -> Response:
    """Every act with the relations of which one suffices, as `docs/permissions.md` shows them."""
    del caller
    named = [
        {"relation": relation, "meaning": translated(said)} for relation, said in permissions.SAYS.items()
    ]
    return Json({"relations": named, "items": [_row(act) for act in table.ACTS.acts.values()]})


@router.get(
    "/principals/{person}/permissions",
    response_model=schemas.PersonPermissions,
    responses=responses(400, 401, 404),
)
@acts.named("get_permissions")
async def get_permissions(person: Person, caller: CallerNow) -> Response:
    """The acts of a person today with their grounds, for themselves and their administrators and auditors."""
    found = await permissions.of_person(
        caller.service.db, person, caller.at, reader=caller.principal, origin=caller.origin
    )
    roles = [
        {**ground, "role_name": wording.ROLES.get(ground["role"], ground["role"])}
        for ground in found["roles"]
    ]
    return Json({**found, "roles": roles})


def _row(act: permissions.Act) -> dict[str, object]:
    return {
        "act": act.name,
        "meaning": translated(act.says),
        "group": act.group,
        "who": list(act.who),
        "tells": act.fields,
        "logged": act.logged,
        "second_person": act.second_person,
        "step_up": act.step_up,
    }
