"""Newcomers of a unit: roles that wait for its head, officers without a sign-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.heads import headship
from hoso_api.pages.register import account_endpoints, doing, people
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import errors, localtime
from hoso_workflows.identity import invitations
from hoso_workflows.organisation import register
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.organisation.register import commands, lists

ADDRESS = "/noi-bo/don-vi/{unit}/nguoi-moi"
router = session.router(ADDRESS)
UnitCode = Annotated[Key, Path()]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An officer without a way to sign in, whom the head may invite."""

    id: UUID
    name: str
    title: str | None


@router.get("")
@acts.named("list_proposals")
async def newcomers_page(unit: UnitCode, visit: VisitNow) -> Response:
    """Roles and officers that wait for the head of the unit."""
    return await _shown(visit, await headship.of(visit, unit, "list_proposals"), Filled.first(visit))


@router.post("/vai-tro/{entry}/xac-nhan")
@acts.named("confirm_role")
async def confirm_proposed_role(unit: UnitCode, entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Confirm a role as the second person."""
    return await _decided(visit, unit, form, "confirm_role", commands.ConfirmRole(proposal=entry))


@router.post("/vai-tro/{entry}/bac")
@acts.named("reject_role")
async def reject_proposed_role(unit: UnitCode, entry: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Reject a role that was proposed."""
    return await _decided(visit, unit, form, "reject_role", commands.RejectRole(proposal=entry))


@router.post("/{person}/loi-moi")
@acts.named("invite_person")
async def invite_newcomer(unit: UnitCode, person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give an officer of the unit a link. It is good once, and mailed or shown this once."""
    found = await headship.of(visit, unit, "invite_person")
    db = visit.service.db
    try:
        async with (
            readings.refusals(db, "invite_person", visit.principal, str(person), visit.at, visit.origin),
            db.transaction() as tx,
        ):
            given = await invitations.invite(tx, person, by=visit.principal, at=visit.at)
    except errors.Refusal as refused:
        return await _shown(visit, found, Filled.again(await acting.stopped(visit, form, "", refused)))
    return await account_endpoints.handed_out(visit, person, given, back=ADDRESS.format(unit=found.code))


async def _decided(
    visit: Visit, unit: str, form: Form, act: str, command: commands.ConfirmRole | commands.RejectRole
) -> Response:
    found = await headship.of(visit, unit, act)
    try:
        await doing.perform(visit, form, [command], {})
    except Stopped as stopped:
        return await _shown(visit, found, Filled.again(stopped))
    return RedirectResponse(ADDRESS.format(unit=found.code), status_code=303)


async def _shown(visit: Visit, unit: headship.Unit, form: Filled) -> Response:
    page = await lists.proposals(visit.service.db, [unit.code], undecided=True, limit=people.MOST)
    waiting = [each for each in page.items if each.role in register.DECIDING]
    newcomers = await _newcomers(visit, unit.code)
    await headship.listed(visit, "list_proposals", unit.code, [each.id for each in waiting])
    await headship.listed(visit, "list_officers", unit.code, [each.id for each in newcomers])
    return visit.page(
        "register/newcomers.html",
        form.status,
        here="don-vi",
        unit=unit,
        proposals=waiting,
        names=await visit.names([each.proposed_by for each in waiting]),
        newcomers=newcomers,
        role=people.role,
        form=form,
        first=Filled(),
    )


async def _newcomers(visit: Visit, unit: str) -> Sequence[Newcomer]:
    asked = [unit, visit.at, people.MOST, visit.principal, list(register.GUARDED)]
    rows = await visit.service.db.rows(_NEWCOMERS, [*asked, localtime.local_date(visit.at)])
    return [Newcomer(UUID(int=row.id.int), row.name, row.title) for row in rows]


#: $1 unit, $2 now, $3 at most so many, $4 who asks, $5 offices whose holders an administrator invites, $6 today.
_NEWCOMERS = """
select p.id, p.name, p.title from principal p
where p.home_unit_code = $1 and p.kind = 'officer' and (p.closed_at is null or p.closed_at > $2)
  and not exists (select from credential f where f.principal_id = p.id and f.revoked_at is null)
  and not exists (select from identity i where i.principal_id = p.id and i.unlinked_at is null)
  and p.id <> $4 and not exists (
    select from role_assignment r where r.principal_id = p.id and r.role = any($5) and (r.valid_to is null or r.valid_to >= $6))
order by p.name, p.id limit $3
"""
