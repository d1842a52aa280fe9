"""Accounts of officers: invited, recovered, signed out, closed, reopened."""

from collections.abc import Sequence
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.heads import assigning
from hoso_api.pages.register import administering, doing, people, person_endpoints
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.identity import invitations
from hoso_workflows.identity.invitations import Given
from hoso_workflows.notifications import email
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.organisation.register import commands
from hoso_workflows.tasks import bulk

router = session.router(people.ADDRESS)


@router.post("/{person}/loi-moi")
@acts.named("invite_person")
async def send_invitation(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give an officer a link, good once; it is mailed, or shown this once."""
    await people.record(visit, person, "invite_person")
    try:
        async with visit.service.db.transaction() as tx:
            given = await invitations.invite(tx, person, by=visit.principal, at=visit.at)
    except errors.Refusal as refused:
        return await _refused(visit, form, person, refused)
    return await handed_out(visit, person, given, back=f"{people.ADDRESS}/{person}")


@router.post("/{person}/khoi-phuc")
@acts.named("ask_recovery")
async def begin_recovery(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Ask for the recovery of an account, perhaps with a new code.

    Another administrator confirms it.
    """
    await people.record(visit, person, "ask_recovery")
    try:
        async with visit.service.db.transaction() as tx:
            code = form.text("ma") or None
            await invitations.ask_recovery(tx, person, by=visit.principal, at=visit.at, code=code)
    except errors.Refusal as refused:
        return await _refused(visit, form, person, refused)
    return RedirectResponse(people.ADDRESS, status_code=303)


@router.post("/khoi-phuc/{recovery}/xac-nhan")
@acts.named("confirm_recovery")
async def second_recovery(recovery: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Confirm a recovery as its second person; the new link is shown once."""
    await administering.overseen(visit, "confirm_recovery")
    try:
        async with (
            readings.refusals(
                visit.service.db, "confirm_recovery", visit.principal, str(recovery), visit.at, visit.origin
            ),
            visit.service.db.transaction() as tx,
        ):
            given = await invitations.confirm_recovery(tx, recovery, by=visit.principal, at=visit.at)
    except errors.Refusal as refused:
        told = await acting.stopped(visit, form, "", refused)
        return await person_endpoints.shown_list(visit, Filled.again(told))
    return _given(visit, given, back=people.ADDRESS, mailed=False)


@router.post("/{person}/phien/ket-thuc")
@acts.named("end_sessions")
async def sign_out_person(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """End every session of an officer."""
    await people.record(visit, person, "end_sessions")
    try:
        async with visit.service.db.transaction() as tx:
            await invitations.end_sessions(tx, person, by=visit.principal, at=visit.at)
    except errors.Refusal as refused:
        return await _refused(visit, form, person, refused)
    return RedirectResponse(f"{people.ADDRESS}/{person}", status_code=303)


@router.get("/{person}/dong")
@acts.named("close_person")
async def closing_person_page(person: UUID, visit: VisitNow) -> Response:
    """The form that closes an account; open tasks are taken back first."""
    return await _closing(visit, person, Filled.first(visit))


@router.post("/{person}/viec")
@acts.named("hand_on_inbox")
async def take_back(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give the open tasks of an officer back to their units."""
    await people.record(visit, person, "close_person")
    try:
        doing.required(form, ly_do=spoken("Ghi lý do."))
        form.require_legible()
        inbox = bulk.Inbox(person, None, form.text("ly-do"))
        done = await bulk.hand_on(
            visit.service, inbox, actor=visit.principal, at=visit.at, key=f"trang/{form.key}"
        )
    except Stopped as stopped:
        return await _closing(visit, person, Filled.again(stopped))
    told = await assigning.told(visit, None, done.items)
    return await _closing(visit, person, Filled(typed=form.typed), told)


@router.post("/{person}/dong")
@acts.named("close_person")
async def end_person(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Close an officer's account at once."""
    await people.record(visit, person, "close_person")
    try:
        doing.required(form, ly_do=spoken("Ghi lý do."))
        command = commands.ClosePerson(person=str(person), reason=form.text("ly-do"))
        done = await doing.perform(visit, form, [command], {"reason": "ly-do"})
    except Stopped as stopped:
        return await _closing(visit, person, Filled.again(stopped))
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


@router.post("/{person}/mo-lai")
@acts.named("reopen_person")
async def unclose_person(person: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Open a closed account again, with the roles that still run."""
    await people.record(visit, person, "reopen_person")
    try:
        done = await doing.perform(visit, form, [commands.ReopenPerson(person=str(person))], {})
    except Stopped as stopped:
        return await person_endpoints.shown(visit, person, Filled.again(stopped))
    return await doing.onward(visit, f"{people.ADDRESS}/{person}", done)


async def _closing(visit: Visit, person: UUID, form: Filled, told: Sequence[assigning.Told] = ()) -> Response:
    found = await people.record(visit, person, "close_person")
    return visit.page(
        "register/person_closing.html",
        form.status,
        here=HERE,
        person=found,
        held=await people.held(visit, person),
        outcomes=told,
        form=form,
    )


async def _refused(visit: Visit, form: acting.Form, person: UUID, refused: errors.Refusal) -> Response:
    told = await acting.stopped(visit, form, "", refused)
    return await person_endpoints.shown(visit, person, Filled.again(told))


async def handed_out(visit: Visit, person: UUID, given: Given, *, back: str) -> Response:
    """The page of an invitation, mailed where its person is reached so; `back` is the page before it."""
    ways, link = email.transports(email.MailSettings.read()), _link(visit, given)
    mailed = await invitations.mail(visit.service.db, ways, person, link, at=visit.at)
    return _given(visit, given, back=back, mailed=mailed)


def _given(visit: Visit, given: Given, *, back: str, mailed: bool) -> Response:
    """The page of a link, which is not shown where it was mailed."""
    link = None if mailed else _link(visit, given)
    return visit.page("register/invited.html", here=HERE, link=link, until=given.expires_at, back=back)


def _link(visit: Visit, given: Given) -> str:
    return f"{authentication.origin_of(visit.request)}/loi-moi#{given.code}"
