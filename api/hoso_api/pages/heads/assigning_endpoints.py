"""Tasks handed out by a head, and those of an absent officer handed on."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.heads import assigning, headship
from hoso_api.pages.heads.headship import Unit
from hoso_api.pages.officer import inbox
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.templating import new_key
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.tasks import bulk

ADDRESS = "/noi-bo/giao-viec"
router = session.router(ADDRESS)

UnitAsked = Annotated[str, Query(alias="don-vi", pattern=r"^[A-Za-z0-9._-]{0,80}$")]
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_user_tasks")
async def assigning_page(visit: VisitNow, code: UnitAsked = "", after: After = "") -> Response:
    """The tasks that nobody has taken, and the load of each officer."""
    unit = await headship.chosen(visit, code, "list_user_tasks")
    if unit is None:
        way = f"{ADDRESS}?don-vi="
        return visit.page("heads/choice.html", here="don-vi", units=await headship.units(visit), way=way)
    try:
        return await _shown(visit, unit, Filled.first(visit), after=after)
    except errors.BadCursor:
        return RedirectResponse(f"{ADDRESS}?don-vi={unit.code}", status_code=303)


@router.post("")
@acts.named("bulk_user_tasks")
async def assign(visit: VisitNow, form: FormNow, code: UnitAsked = "", after: After = "") -> Response:
    """Give the ticked tasks to an officer, each by itself.

    The page tells what became of each. Sent again it does nothing twice, and tells the same.
    """
    unit = await headship.of(visit, code, "bulk_user_tasks")
    try:
        items = _asked(form)
    except Stopped as stopped:
        return await _shown(visit, unit, Filled.again(stopped), after=after)
    done = await bulk.perform(visit.service, items, actor=visit.principal, at=visit.at)
    return await _told(visit, unit, form, done, after)


def _asked(form: Form) -> list[bulk.Item]:
    """The acts that a form asks for. Raises Stopped where it lacks tasks or the officer."""
    officer = inbox.identity(form.text(assigning.OFFICER))
    faults = []
    if not form.texts(assigning.TASKS):
        faults.append(Fault(spoken("Chọn ít nhất một việc."), assigning.TASKS))
    if officer is None:
        faults.append(Fault(spoken("Chọn người được giao."), assigning.OFFICER))
    if faults or officer is None:
        raise Stopped(form, faults)
    return list(assigning.items(form, officer))[: assigning.LENGTH]


@router.post("/ban-giao")
@acts.named("hand_on_inbox")
async def hand_on(visit: VisitNow, form: FormNow, code: UnitAsked = "", after: After = "") -> Response:
    """Hand on the open tasks of an absent officer in this unit. Without another they go to the unit."""
    unit = await headship.of(visit, code, "hand_on_inbox")
    try:
        inbox_of = _inbox(form)
    except Stopped as stopped:
        return await _shown(visit, unit, Filled.again(stopped), after=after)
    return await _told(visit, unit, form, await _handed_on(visit, unit, form, inbox_of), after)


def _inbox(form: Form) -> bulk.Inbox:
    """The inbox that a form hands on. Raises Stopped where it lacks the officer or the reason."""
    form.require_legible()
    absent = inbox.identity(form.text(assigning.ABSENT))
    if absent is None:
        raise Stopped(form, [Fault(spoken("Chọn người vắng mặt."), assigning.ABSENT)])
    if not form.text(assigning.REASON):
        raise Stopped(form, [Fault(spoken("Ghi lý do bàn giao."), assigning.REASON)])
    return bulk.Inbox(absent, inbox.identity(form.text("nguoi-nhan")), form.text(assigning.REASON))


async def _handed_on(visit: Visit, unit: Unit, form: Form, inbox_of: bulk.Inbox) -> list[bulk.Done]:
    """Hand on the whole inbox in a unit, and behind what is refused."""
    done: list[bulk.Done] = []
    after: str | None = None
    while True:
        handed = await bulk.hand_on(
            visit.service,
            inbox_of,
            actor=visit.principal,
            at=visit.at,
            key=f"trang/{form.key}",
            after=after,
            unit=unit.code,
        )
        done += handed.items
        after = handed.after
        if after is None:
            return done


async def _told(visit: Visit, unit: Unit, form: Form, done: Sequence[bulk.Done], after: str) -> Response:
    """The page with the outcomes. What was refused stays ticked."""
    refused = [str(each.task) for each in done if each.refused is not None]
    typed = {**form.typed, assigning.TASKS: refused} if refused else {}
    filled = Filled(new_key(), typed=typed, status=409 if refused else 200)
    summary = spoken(
        "Đã giao {done} việc, {refused} việc chưa giao được",
        done=len(done) - len(refused),
        refused=len(refused),
    )
    outcomes = await assigning.told(visit, unit, done)
    return await _shown(visit, unit, filled, after=after, outcomes=outcomes, summary=summary)


async def _shown(
    visit: Visit,
    unit: Unit,
    form: Filled,
    *,
    after: str = "",
    outcomes: Sequence[assigning.Told] = (),
    summary: str = "",
) -> Response:
    desk = await assigning.read(visit, unit, after)
    if after and not desk.rows:  # all of that page has been handed out; there may be more before it
        desk, after = await assigning.read(visit, unit, ""), ""
    return visit.page(
        "heads/assigning.html",
        form.status,
        here="don-vi",
        desk=desk,
        form=form,
        after=after,
        outcomes=outcomes,
        summary=summary,
        roles=wording.ROLES,
    )
