"""The caller and their tokens, officers and their records, and unknown people."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.openid import refusals
from hoso_api.rest import register_acts
from hoso_api.rest.people import schemas
from hoso_api.translation import wording
from hoso_calendar.messages import translated
from hoso_models import ContactKind
from hoso_workflows import errors
from hoso_workflows.identity import history
from hoso_workflows.identity.providers import linking
from hoso_workflows.organisation import credentials, directory, permissions
from hoso_workflows.organisation.register import commands, lists
from hoso_workflows.portability import export

router = APIRouter(tags=["people"], route_class=KnownRoute)

PersonKey = Annotated[Key, Path(description="The person's id or code.")]
Unit = Annotated[Key, Path(description="The unit's code.")]


@router.get("/me", response_model=schemas.Me, responses=responses(401))
@acts.named("get_me")
async def get_me(caller: CallerNow) -> Response:
    """The caller's roles, substitutions and permissions."""
    found = await directory.me(caller.service.db, caller.principal, caller.at)
    roles = [{**held, "role_name": _name(held["role"])} for held in found["roles"]]
    return Json({**found, "roles": roles})


@router.post("/me/data", response_model=dict[str, Any], responses=responses(401))
@acts.named("export_own_data")
async def export_own_data(caller: CallerNow) -> Response:
    """Everything that is kept about you, as one document `hoso-own-data/1`; what is sealed is opened for you alone."""
    drafts = caller.request.app.state.drafts
    return Json(await export.export(drafts, export.Asked(caller.principal, caller.at)))


@router.get("/me/tokens", response_model=schemas.OwnTokens, responses=responses(401))
@acts.named("list_own_tokens")
async def list_own_tokens(caller: CallerNow) -> Response:
    """Your own tokens that are good, the newest first."""
    found = await credentials.own_tokens(caller.service.db, caller.principal, at=caller.at)
    return Json({"items": [asdict(each) for each in found]})


@router.post(
    "/me/tokens",
    response_model=schemas.TokenGiven,
    responses=responses(401, 403, 413, 415, 422),
    status_code=201,
)
@acts.named("make_own_token", signed=False)
async def make_own_token(caller: CallerNow, body: schemas.NewToken) -> Response:
    """Make a token of your own, with no more scopes than this one has and no later end. It is shown this once."""
    if more := set(body.scopes) - caller.scopes:
        raise credentials.ScopeMissing(more)
    asked = caller.at + timedelta(days=body.days)
    until = min(asked, caller.ends_at or asked)
    async with caller.service.db.transaction() as tx:
        token = await credentials.make_own(
            tx, caller.principal, body.label, at=caller.at, expires_at=until, scopes=body.scopes
        )
    prefix = token[: credentials.PREFIX]
    return Json({"token": token, "prefix": prefix, "expires_at": until}, status_code=201)


@router.delete("/me/tokens/{prefix}", response_model=schemas.OwnTokens, responses=responses(401, 403, 404))
@acts.named("revoke_own_token")
async def revoke_own_token(
    caller: CallerNow, prefix: Annotated[Key, Path(description="The token's first characters.")]
) -> Response:
    """Revoke a token of your own; those that are left are listed."""
    async with caller.service.db.transaction() as tx:
        await credentials.revoke_own(tx, caller.principal, prefix, at=caller.at)
    return await list_own_tokens(caller)


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
    await caller.listed("list_officers", code, rights, [each.id for each in page.items], unit=code)
    return Json(page.answer(_officer))


@router.get("/principals", response_model=schemas.PersonPage, responses=responses(400, 401))
@acts.named("list_people")
async def list_people(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="Only those whose record this unit keeps.")] = None,
    role: Annotated[Key | None, Query(description="Only those who have this role or office today.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The officers and systems whose records are kept by units that the caller administers or audits, by name."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    units = permissions.overseen(rights, "list_people")
    page = await lists.people(db, units, caller.at, unit=unit, role=role, limit=limit, after=after)
    await caller.listed("list_people", unit, rights, [each.id for each in page.items], unit=unit)
    return Json(page.answer(asdict))


@router.post("/principals", **register_acts.documented(201))
@acts.named("enter_person")
async def enter_person(body: schemas.PersonEntry, caller: CallerNow) -> Response:
    """Enter an officer or a system whose record a unit of the caller's keeps, with contact points."""
    entered = commands.EnterPerson(
        id=uuid4(), name=body.name, unit=body.unit, code=body.code, title=body.title, kind=body.kind
    )
    contacts = [
        commands.EnterContact(person=str(entered.id), kind=kind, value=value)
        for kind, value in ((ContactKind.EMAIL, body.email), (ContactKind.TELEPHONE, body.telephone))
        if value is not None
    ]
    return await register_acts.perform(caller, entered, *contacts, status=201)


@router.get("/principals/{person}", response_model=schemas.PersonListed, responses=responses(400, 401, 404))
@acts.named("get_person")
async def get_person(person: PersonKey, caller: CallerNow) -> Response:
    """The record of an officer or a system, for who administers or audits the unit that keeps it, and for themselves."""
    # What cannot be read is refused before anybody is looked up, so that it tells nothing of whom there is.
    db, origin = caller.service.db, caller.origin
    found = await lists.person(db, person, caller.at)
    rights = await permissions.held(db, caller.principal, caller.at)
    own = found.id == caller.principal and permissions.of_oneself("get_person")
    if not own and found.unit not in permissions.overseen(rights, "get_person"):
        await caller.refused("get_person", str(found.id), origin)
        raise errors.NotFound("person", person)
    if not own:
        await caller.listed("get_person", str(found.id), rights, [found.id], unit=found.unit)
    return Json(asdict(found))


@router.patch("/principals/{person}", **register_acts.documented())
@acts.named("change_person")
async def change_person(person: PersonKey, body: schemas.PersonChange, caller: CallerNow) -> Response:
    """Change an officer's name, title, code, or the unit that keeps their record."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return await register_acts.perform(caller, commands.ChangePerson(person=person, changes=changes))


@router.post("/principals/{person}/closure", **register_acts.documented())
@acts.named("close_person")
async def close_person(person: PersonKey, body: schemas.PersonClosure, caller: CallerNow) -> Response:
    """Close an officer's account at once."""
    return await register_acts.perform(caller, commands.ClosePerson(person=person, reason=body.reason))


@router.post("/principals/{person}/reopening", **register_acts.documented())
@acts.named("reopen_person")
async def reopen_person(person: PersonKey, caller: CallerNow) -> Response:
    """Open a closed account again."""
    return await register_acts.perform(caller, commands.ReopenPerson(person=person))


@router.post("/principals/{person}/contact-points", **register_acts.documented(201))
@acts.named("enter_contact")
async def enter_contact(person: PersonKey, body: schemas.ContactEntry, caller: CallerNow) -> Response:
    """Enter an officer's address of e-mail or telephone number."""
    entered = commands.EnterContact(person=person, kind=body.kind, value=body.value)
    return await register_acts.perform(caller, entered, status=201)


@router.delete("/contact-points/{contact}", **register_acts.documented())
@acts.named("end_contact")
async def end_contact(
    contact: Annotated[UUID, Path(description="The contact point's id.")], caller: CallerNow
) -> Response:
    """End a contact point."""
    return await register_acts.perform(caller, commands.EndContact(contact=contact))


@router.get(
    "/unknown-identities", response_model=schemas.UnknownIdentityPage, responses=responses(400, 401, 403)
)
@acts.named("list_unknown_identities")
async def list_unknown_identities(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The people whom an identity provider signed in and nobody here is linked to, for administrators; the last first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals("list_unknown_identities"):
        permissions.authorise_identities(rights, "list_unknown_identities")
    page = await linking.unknown(db, at=caller.at, limit=limit, after=after)
    await caller.listed("list_unknown_identities", None, rights, [each.id for each in page.items])
    return Json(page.answer(asdict))


@router.get("/refused-sign-ins", response_model=schemas.RefusedSignIns, responses=responses(401, 403))
@acts.named("list_refused_sign_ins")
async def list_refused_sign_ins(caller: CallerNow) -> Response:
    """Sign-ins by identity providers that were refused in the last 30 days, counted by provider and reason, for administrators."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals("list_refused_sign_ins"):
        permissions.authorise_identities(rights, "list_refused_sign_ins")
    found = await history.refused_at_providers(db, at=caller.at)
    items = [{**asdict(each), "meaning": translated(refusals.meaning(each.reason))} for each in found]
    return Json({"items": items})


def _officer(each: directory.Officer) -> dict[str, Any]:
    return {**asdict(each), "role_names": [_name(one) for one in each.roles]}


def _name(role: str) -> str:
    return wording.ROLES.get(role, role)
