"""Acts of administration in their chains, and what is missing in the register."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.middleware import limits
from hoso_api.http.paging import After, FromDay, Limit, ToDay
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest import register_acts
from hoso_api.rest.administration import schemas
from hoso_api.translation import setup_errors
from hoso_calendar.messages import say, translated
from hoso_workflows import errors
from hoso_workflows.organisation import administration, gaps, permissions, register
from hoso_workflows.setup import export, service

router = APIRouter(tags=["register"], route_class=KnownRoute)

TOML_TYPE = "application/toml"
TOML: dict[str, Any] = {
    "requestBody": {"required": True, "content": {TOML_TYPE: {"schema": {"type": "string"}}}}
}
DryRun = Annotated[bool, Query(description="Show what would change; store nothing.")]
Prune = Annotated[
    bool, Query(description="Also end what the file no longer names, in the units that it names.")
]


@router.get(
    "/administration-events",
    response_model=schemas.AdministrationEventPage,
    responses=responses(400, 401, 403),
)
@acts.named("list_administration_events")
async def list_administration_events(
    caller: CallerNow,
    subject: Annotated[Key | None, Query(description="Only those about this unit, person or entry.")] = None,
    first: FromDay = None,
    last: ToDay = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Acts of administration of the authorities that the caller administers or audits, the newest first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    authorities = sorted(permissions.overseen(rights, "list_administration_events"))
    async with caller.refusals("list_administration_events", subject):
        if not authorities:
            raise errors.Forbidden(caller.principal, "seeing acts of administration", "administrator", None)
    page = await administration.listed(
        db, authorities, subject=subject, first=first, last=last, limit=limit, after=after
    )
    told = [f"{each.authority}/{each.number}" for each in page.items]
    await caller.listed("list_administration_events", subject, rights, told)
    return Json(page.answer(lambda each: {**asdict(each), "fault": each.fault and translated(each.fault)}))


@router.get("/register-gaps", response_model=schemas.RegisterGaps, responses=responses(401, 403))
@acts.named("list_gaps")
async def list_gaps(caller: CallerNow) -> Response:
    """Gaps of the units that the caller administers, in words."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    units = permissions.overseen(rights, "list_gaps")
    if not units:
        raise errors.Forbidden(caller.principal, "seeing what is missing", "administrator", None)
    found = await gaps.gaps(db, units, caller.at)
    return Json(
        {
            "items": [
                {**asdict(each), "message": str(each.message), "remedy": str(each.remedy)} for each in found
            ]
        }
    )


@router.post(
    "/setup",
    response_model=schemas.SetupDone,
    responses=responses(401, 403, 404, 409, 413, 415),
    openapi_extra=TOML,
)
@acts.named("apply_setup")
@limits.takes(limits.Size.PACKAGE)
async def apply_setup(
    request: Request, caller: CallerNow, dry_run: DryRun = False, prune: Prune = False
) -> Response:
    """Apply a setup file (`hoso-setup/1`), all or nothing: units, people, roles, owners, competences, substitutions."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != TOML_TYPE:
        raise HTTPException(415, say("Send the file as {type}.", type=TOML_TYPE))
    declared = setup_errors.read(await request.body(), "setup")
    if declared.officers:
        raise errors.FormRefused([errors.Fault("officers", say("sheets are read by the command line only"))])
    asker = register.Asker(caller.principal)
    done = await service.apply(caller.service.db, declared, asker, caller.at, dry_run=dry_run, prune=prune)
    acts = [{"place": each.place, **register_acts.shown(each.act)} for each in done]
    return Json({"dry_run": dry_run, "acts": acts})


@router.get("/setup", response_model=schemas.SetupFile, responses=responses(400, 401, 403))
@acts.named("export_setup")
async def export_setup(caller: CallerNow) -> Response:
    """The present register as a setup file; applied again, it changes nothing. For administrators of the top."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    tops = await db.rows("select code from unit where parent_code is null")
    async with caller.refusals("export_setup"):
        if not {row.code for row in tops} <= permissions.overseen(rights, "export_setup"):
            raise errors.Forbidden(caller.principal, "seeing the whole register", "administrator", None)
    await caller.listed("export_setup", None, rights, [row.code for row in tops])
    return Json({"file": await export.export(db, caller.at)})
