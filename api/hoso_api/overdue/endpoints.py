"""What is overdue, derived when asked."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.acts import Json
from hoso_api.bodies import Key
from hoso_api.problems import responses
from hoso_api.security import CallerNow
from hoso_workflows import lookup, overdue

from . import schemas, scope

router = APIRouter(prefix="/overdue", tags=["overdue"])


class Kind(StrEnum):
    """What can be overdue."""

    #: A dossier past its legal due date.
    DOSSIER = "dossier"
    #: An open step past its own limit.
    STEP = "step"
    #: A dossier that reception has not answered within its term; before acceptance no dossier is late.
    RECEPTION = "reception"


LISTS: dict[Kind, Any] = {
    Kind.DOSSIER: overdue.dossiers,
    Kind.STEP: overdue.steps,
    Kind.RECEPTION: overdue.receptions,
}


@router.get("", response_model=schemas.OverduePage, responses=responses(400, 401, 403, 409))
async def list_overdue(
    caller: CallerNow,
    unit: Annotated[
        Key | None, Query(description="Left out: your only unit, or all for administrators.")
    ] = None,
    kind: Kind = Kind.DOSSIER,
    officer: Annotated[UUID | None, Query(description="Only what waits for this officer.")] = None,
    after: Annotated[
        str | None, Query(max_length=100, description="`page.after` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=overdue.MOST)] = 50,
) -> Response:
    """Overdue dossiers, steps or receptions of a unit, most late first, with their lateness in working time."""
    db = caller.office.db
    rights = await lookup.rights(db, caller.principal, caller.at)
    page = await LISTS[kind](
        db,
        await caller.office.cabinet.of_units(),
        at=caller.at,
        unit=scope.unit(rights, unit),
        officer=officer,
        after=overdue.Place.parse(after) if after else None,
        limit=limit,
    )
    items = [{"kind": kind, **_said(item)} for item in page.items]
    return Json({"at": caller.at, "items": items, "page": {"after": str(page.after) if page.after else None}})


def _said(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).__slots__}
