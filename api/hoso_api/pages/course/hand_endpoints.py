"""Hands of a task: lent, given back, returned, reassigned; its priority and follow-up."""

from collections.abc import Callable
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.course import hands
from hoso_api.pages.officer import inbox
from hoso_api.pages.shared import acting, session, typed
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.tasks import kept
from hoso_workflows.tasks.kept import Keeper

router = session.router(f"{inbox.ADDRESS}/{{task}}/chuyen")


@router.get("")
@acts.named("get_user_task")
async def hands_page(task: UUID, visit: VisitNow) -> Response:
    """The holder of the task, and the acts by which that changes."""
    return await _shown(visit, task, Filled.first(visit))


@router.post("/nho")
@acts.named("delegate_user_task")
async def delegate(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Lend the task to a colleague."""
    return await _done(visit, task, form, hands.delegation, reason=hands.COLLEAGUE)


@router.post("/nhan-lai")
@acts.named("resolve_delegation")
async def resolve(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give a lent task back to its owner."""
    return await _done(visit, task, form, hands.resolution, reason=hands.FINDING)


@router.post("/tra-lai")
@acts.named("return_user_task")
async def give_back(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Return the task to the officer who had it before."""
    return await _done(visit, task, form, hands.giving_back, reason=hands.RETURNED)


@router.post("/giao")
@acts.named("reassign_user_task")
async def reassign(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give the task to another officer, or to its unit, whoever has it."""
    return await _done(visit, task, form, hands.reassignment, reason=hands.REASON)


@router.post("/uu-tien")
@acts.named("prioritise_user_task")
async def prioritise(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Put the task before others, or back among them."""
    return await _done(visit, task, form, hands.priority, reason=hands.PRIORITY)


@router.post("/xem-lai")
@acts.named("keep_follow_up")
async def follow_up(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Keep the day on which the reader looks at the task again, or none."""
    try:
        day = typed.day_said(form, hands.DAY)
        await kept.follow_up(visit.service.db, task, day, Keeper(visit.principal, visit.at))
    except errors.Refusal as refused:
        stopped = await acting.stopped(visit, form, str(task), refused, task)
        return await _shown(visit, task, Filled.again(stopped))
    except Stopped as stopped:
        return await _shown(visit, task, Filled.again(stopped))
    return RedirectResponse(f"{inbox.ADDRESS}/{task}/chuyen", status_code=303)


async def _done(
    visit: Visit, task: UUID, form: Form, command: Callable[[UUID, Form], Command], *, reason: str
) -> Response:
    """Carry an act out; back to the page. A refusal without a field of its own is told above it."""
    try:
        fields = {"reason-missing": reason, "assignee": reason}
        done = await acting.act(visit, form, str(task), command(task, form), concerns=task, fields=fields)
    except Stopped as stopped:
        return await _shown(visit, task, Filled.again(stopped))
    return await acting.onward(visit, f"{inbox.ADDRESS}/{task}/chuyen", done)


async def _shown(visit: Visit, task: UUID, form: Filled) -> Response:
    return visit.page(
        "course/hands.html",
        form.status,
        here="viec",
        hands=await hands.read(visit, task),
        priorities=hands.PRIORITIES,
        form=form,
        flash=await acting.flash(visit),
    )
