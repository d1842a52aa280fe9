"""Officers: the list, a record, entered and changed, contact points."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.register import administering, doing, people, units
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_models import ContactKind, PrincipalKind
from hoso_workflows import errors, localtime
from hoso_workflows.identity import invitations
from hoso_workflows.identity.providers import linking
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.register import commands, lists

router = session.router(people.ADDRESS)
LENGTH = 50
#: The name space of the ids of people who are entered by forms, so that a form enters one person however often it is sent.
_FORMS = UUID("0a7f2f8c-55f4-4e0e-8f0e-2e8d3a1c9b64")
#: Fields of the filter.
UNIT, ROLE, NAME, AFTER = "don-vi", "vai-tro", "q", "sau"
#: The field with the kind of account.
KIND = "loai"
#: The field of the page for each field of a command.
FIELDS = {
    "name": "ten",
    "title": "chuc-danh",
    "code": "ma",
    "already-entered": "ma",
    "unit": "don-vi",
    "kind": KIND,
    "email": "email",
    "telephone": "dien-thoai",
    "reason": "ly-do",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The officers that a reader wants to see."""

    unit: str = ""
    role: str = ""
    #: Part of a name or a code.
    name: str = ""
    after: str = ""


#: All that a reader may see, from the first on.
ALL = Wanted()


@router.get("")
@acts.named("list_people")
async def people_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=UNIT, max_length=80)] = "",
    role: Annotated[str, Query(alias=ROLE, max_length=80)] = "",
    after: Annotated[str, Query(alias=AFTER, max_length=2000)] = "",
) -> Response:
    """Officers whose records the reader's units keep, and what waits for a second person."""
    try:
        return await shown_list(visit, Filled(), Wanted(unit, role, after=after))
    except errors.BadCursor:
        return RedirectResponse(people.ADDRESS, status_code=303)


async def wanted(request: Request) -> Wanted:
    """The filter of a form: names of people are sent in no address."""
    fields = await request.form()
    said = {name: str(fields.get(name, "")) for name in (UNIT, ROLE, NAME, AFTER)}
    seen = "".join(each for each in said[NAME] if each.isprintable()).strip()
    return Wanted(said[UNIT][:80], said[ROLE][:80], seen[:80], said[AFTER][:2000])


@router.post("")
@limits.takes(limits.Size.FORM)
@acts.named("list_people")
async def narrowed_people(visit: VisitNow, asked: Annotated[Wanted, Depends(wanted)]) -> Response:
    """The officers of a name, a unit and a role."""
    try:
        return await shown_list(visit, Filled(), asked)
    except errors.BadCursor:
        return RedirectResponse(people.ADDRESS, status_code=303)


async def shown_list(visit: Visit, form: Filled, asked: Wanted = ALL) -> Response:
    """The list of officers with a form that acts on what waits."""
    own = await administering.overseen(visit, "list_people")
    found = await lists.people(
        visit.service.db,
        own,
        visit.at,
        unit=asked.unit or None,
        role=asked.role or None,
        name=asked.name,
        limit=LENGTH,
        after=asked.after or None,
    )
    await people.listed(visit, "list_people", asked.unit or None, [each.id for each in found.items])
    return visit.page(
        "register/people.html",
        form.status,
        here=HERE,
        sections=administering.PLACES,
        rows=found.items,
        roles=people.names(found.items),
        after=found.after,
        asked=asked,
        units=await units.choices(visit, "list_people"),
        choosable=await people.roles(visit),
        proposals=await people.proposals(visit),
        recoveries=await _recoveries(visit),
        confirms=bool(permissions.overseen(visit.rights, "confirm_role")),
        enters=bool(permissions.overseen(visit.rights, "enter_person")),
        role=people.role,
        words=wording,
        form=form,
        told=await doing.told(visit),
    )


async def _recoveries(visit: Visit) -> list[invitations.Recovery]:
    found = await invitations.recoveries(visit.service.db, visit.principal, at=visit.at)
    if permissions.overseen(visit.rights, "list_recoveries"):
        await people.listed(visit, "list_recoveries", None, [each.id for each in found])
    return list(found)


@router.get("/moi")
@acts.named("enter_person")
async def new_person_page(
    visit: VisitNow, identity: Annotated[UUID | None, Query(alias="danh-tinh")] = None
) -> Response:
    """The form of a new officer, filled from what an identity provider said."""
    await administering.overseen(visit, "enter_person")
    said = await _said_of(visit, identity) if identity else {}
    return await _form(visit, "register/person_new.html", Filled.first(visit, **said), "enter_person")


async def _said_of(visit: Visit, identity: UUID) -> dict[str, str | list[str]]:
    """The name and code of somebody unknown, read as the list of them is. Raises Forbidden, NotFound."""
    await administering.overseen(visit, "list_unknown_identities")
    found = await linking.unknown_one(visit.service.db, identity, at=visit.at)
    await people.listed(visit, "list_unknown_identities", str(identity), [found.id])
    return {"ten": found.name or "", "ma": found.compared or ""}


@router.post("/moi")
@acts.named("enter_person")
async def add_person(visit: VisitNow, form: FormNow) -> Response:
    """Enter an officer with contact points; a form that is sent twice enters one."""
    await administering.overseen(visit, "enter_person")
    identity = uuid5(_FORMS, f"{visit.principal}/{form.key}")
    if await visit.service.db.rows("select 1 from principal where id = $1", [identity]):
        return RedirectResponse(f"{people.ADDRESS}/{identity}", status_code=303)
    try:
        doing.required(form, ten=spoken("Ghi họ tên."), don_vi=spoken("Chọn đơn vị."))
        if form.text(KIND) not in ("", *wording.ENTERED_KINDS):
            raise Stopped(form, [Fault(spoken("Chọn loại tài khoản."), KIND)])
        done = await doing.perform(visit, form, _entered(form, identity), FIELDS)
    except Stopped as stopped:
        return await _form(visit, "register/person_new.html", Filled.again(stopped), "enter_person")
    return await doing.onward(visit, f"{people.ADDRESS}/{identity}", done)


def _entered(form: Form, identity: UUID) -> list[commands.Command]:
    found: list[commands.Command] = [
        commands.EnterPerson(
            id=identity,
            name=form.text("ten"),
            unit=form.text("don-vi"),
            code=form.text("ma") or None,
            title=form.text("chuc-danh") or None,
            kind=PrincipalKind(form.text(KIND) or PrincipalKind.OFFICER),
        )
    ]
    for kind, field in ((ContactKind.EMAIL, "email"), (ContactKind.TELEPHONE, "dien-thoai")):
        if form.text(field):
            found.append(commands.EnterContact(person=str(identity), kind=kind, value=form.text(field)))
    return found


@router.get("/{person}")
@acts.named("get_person")
async def person_page(person: UUID, visit: VisitNow) -> Response:
    """An officer's record: roles with dates, absences, contact points, last sign-in."""
    return await shown(visit, person, Filled.first(visit))


async def shown(visit: Visit, person: UUID, form: Filled, **values: Any) -> Response:
    """The page of an officer with a form that acts on the record."""
    return visit.page(
        "register/person.html",
        form.status,
        here=HERE,
        shown=await people.read(visit, person),
        today=localtime.local_date(visit.at),
        role=people.role,
        words=wording,
        form=form,
        first=Filled(),
        told=await doing.told(visit),
        **values,
    )


@router.get("/{person}/sua")
@acts.named("change_person")
async def changed_person_page(person: UUID, visit: VisitNow) -> Response:
    """The form that changes a record."""
    found = await people.record(visit, person, "change_person")
    said = {
        "ten": found.name,
        "chuc-danh": found.title or "",
        "ma": found.code or "",
        "don-vi": found.unit or "",
    }
    first = Filled.first(visit, **said)
    return await _form(visit, "register/person_change.html", first, "change_person", person=found)


@router.post("/{person}/sua")
@acts.named("change_person")
async def alter_person(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Change name, title, code, or the unit that keeps the record."""
    found = await people.record(visit, person, "change_person")
    try:
        doing.required(form, ten=spoken("Ghi họ tên."), don_vi=spoken("Chọn đơn vị."))
        changes = {
            "name": form.text("ten"),
            "title": form.text("chuc-danh") or None,
            "code": form.text("ma") or None,
            "unit": form.text("don-vi"),
        }
        change = commands.ChangePerson(person=str(person), changes=changes)
        done = await doing.perform(visit, form, [change], FIELDS)
    except Stopped as stopped:
        again = Filled.again(stopped)
        return await _form(visit, "register/person_change.html", again, "change_person", person=found)
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


@router.post("/{person}/lien-he")
@acts.named("enter_contact")
async def add_contact(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Enter an address of e-mail or a telephone number."""
    await people.record(visit, person, "enter_contact")
    value = form.text("lien-he")
    kind = ContactKind.EMAIL if "@" in value else ContactKind.TELEPHONE
    try:
        doing.required(form, lien_he=spoken("Ghi địa chỉ thư hoặc số điện thoại."))
        entered = commands.EnterContact(person=str(person), kind=kind, value=value)
        done = await doing.perform(visit, form, [entered], {kind.value: "lien-he"})
    except Stopped as stopped:
        return await shown(visit, person, Filled.again(stopped))
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


@router.post("/{person}/lien-he/{contact}/bo")
@acts.named("end_contact")
async def drop_contact(person: UUID, contact: UUID, visit: VisitNow, form: FormNow) -> Response:
    """End a contact point."""
    await people.record(visit, person, "end_contact")
    try:
        done = await doing.perform(visit, form, [commands.EndContact(contact=contact)], {})
    except Stopped as stopped:
        return await shown(visit, person, Filled.again(stopped))
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


async def _form(visit: Visit, template: str, form: Filled, act: str, **values: Any) -> Response:
    choices = await units.choices(visit, act)
    kinds = wording.ENTERED_KINDS.items()
    return visit.page(template, form.status, here=HERE, form=form, units=choices, kinds=kinds, **values)
