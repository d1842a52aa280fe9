"""Roles, offices that wait for a second person, and substitutions: lists and acts."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest import register_acts
from hoso_api.rest.roles import schemas
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table
from hoso_workflows.organisation.register import commands, lists

router = APIRouter(tags=["register"], route_class=KnownRoute)

Entry = Annotated[UUID, Path(description="The entry's id.")]
OfUnit = Annotated[Key | None, Query(alias="unit", description="Only those in this unit.")]
On = Annotated[date | None, Query(description="Only those that hold on this day.")]


@router.get("/role-assignments", response_model=schemas.RolePage, responses=responses(400, 401))
@acts.named("list_roles")
async def list_roles(
    caller: CallerNow,
    unit: OfUnit = None,
    person: Annotated[UUID | None, Query(description="Only those of this person.")] = None,
    on: On = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Roles in the units that the caller administers or audits."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    units = permissions.overseen(rights, "list_roles")
    page = await lists.roles(db, units, unit=unit, person=person, on=on, limit=limit, after=after)
    subject = unit if person is None else str(person)
    await caller.listed("list_roles", subject, rights, [each.id for each in page.items], unit=unit)
    return Json(page.answer(asdict))


@router.post("/role-assignments", **register_acts.documented(201))
@acts.named("give_role")
async def give_role(body: schemas.RoleGift, caller: CallerNow) -> Response:
    """Give a role; an office that needs a second person becomes a proposal."""
    return await register_acts.perform(caller, commands.GiveRole(**dict(body)), status=201)


@router.post("/role-assignments/{entry}/end", **register_acts.documented())
@acts.named("end_role")
async def end_role(entry: Entry, body: schemas.LastDay, caller: CallerNow) -> Response:
    """Set the last day of a role."""
    return await register_acts.perform(caller, commands.EndRole(assignment=entry, last_day=body.last_day))


@router.get("/role-proposals", response_model=schemas.ProposalPage, responses=responses(400, 401))
@acts.named("list_proposals")
async def list_proposals(
    caller: CallerNow,
    undecided: Annotated[bool, Query(description="Only those that wait for a second person.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Offices and roles that were proposed in the units that the caller heads, administers or audits."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    units = table.units("list_proposals", rights)
    page = await lists.proposals(db, units, undecided=undecided, limit=limit, after=after)
    await caller.listed("list_proposals", None, rights, [each.id for each in page.items])
    return Json(page.answer(asdict))


@router.post("/role-proposals/{entry}/confirmation", **register_acts.documented())
@acts.named("confirm_role")
async def confirm_role(entry: Entry, caller: CallerNow) -> Response:
    """Confirm a proposed office or role as the second person."""
    return await register_acts.perform(caller, commands.ConfirmRole(proposal=entry))


@router.post("/role-proposals/{entry}/rejection", **register_acts.documented())
@acts.named("reject_role")
async def reject_role(entry: Entry, caller: CallerNow) -> Response:
    """Reject a proposed office or role."""
    return await register_acts.perform(caller, commands.RejectRole(proposal=entry))


@router.get("/substitutions", response_model=schemas.SubstitutionPage, responses=responses(400, 401))
@acts.named("list_substitutions")
async def list_substitutions(
    caller: CallerNow, on: On = None, after: After = None, limit: Limit = 50
) -> Response:
    """The caller's own substitutions, and those of officers whom the caller heads, administers or audits."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    units = permissions.overseen(rights, "list_substitutions")
    own = caller.principal if permissions.of_oneself("list_substitutions") else None
    headed = permissions.headed_units(rights, "list_substitutions")
    page = await lists.substitutions(db, own, units, headed=headed, on=on, limit=limit, after=after)
    await caller.listed("list_substitutions", None, rights, [each.id for each in page.items])
    return Json(page.answer(asdict))


@router.post("/substitutions", **register_acts.documented(201))
@acts.named("enter_substitution")
async def enter_substitution(body: schemas.SubstitutionEntry, caller: CallerNow) -> Response:
    """Let somebody act for an absent officer."""
    return await register_acts.perform(caller, commands.EnterSubstitution(**dict(body)), status=201)


@router.post("/substitutions/{entry}/end", **register_acts.documented())
@acts.named("end_substitution")
async def end_substitution(entry: Entry, body: schemas.LastDay, caller: CallerNow) -> Response:
    """Set the last day of a substitution."""
    return await register_acts.perform(
        caller, commands.EndSubstitution(substitution=entry, last_day=body.last_day)
    )
