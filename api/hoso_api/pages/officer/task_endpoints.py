"""Inbox and steps: take a task, give it back, keep it unfinished, complete it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.officer import inbox, list_context, step
from hoso_api.pages.shared import acting, questions, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.tasks import kept
from hoso_workflows.tasks.kept import Keeper

router = APIRouter(
    prefix=inbox.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

Short = Annotated[str, Query(max_length=80)]


@router.get("")
@acts.named("list_user_tasks")
async def inbox_page(
    visit: VisitNow,
    tab: Annotated[Short, Query(alias=inbox.TAB)] = "",
    procedure: Annotated[Short, Query(alias=inbox.PROCEDURE)] = "",
    text: Annotated[Short, Query(alias=inbox.TEXT)] = "",
    due: Annotated[Short, Query(alias=inbox.DUE)] = "",
    after: Annotated[str, Query(alias=inbox.AFTER, max_length=200)] = "",
    unit: Annotated[Short, Query(alias=inbox.UNIT_CODE)] = "",
    officer: Annotated[Short, Query(alias=inbox.OFFICER)] = "",
) -> Response:
    """The tasks of the reader, those due first first."""
    named = {each.word: each for each in inbox.tabs(visit)}
    view = inbox.View(
        named.get(tab, inbox.MINE),
        procedure.strip(),
        text.strip(),
        due == "qua-han",
        after,
        unit,
        inbox.identity(officer),
    )
    return await _listed(visit, view)


async def _listed(visit: Visit, view: inbox.View, form: Filled | None = None) -> Response:
    form = form or Filled()
    try:
        found = await view.found(visit)
    except errors.BadCursor:
        return RedirectResponse(view.link(), status_code=303)
    lines = await inbox.rows(visit, found.items)
    return visit.page(
        "officer/inbox.html",
        form.status,
        here="viec",
        tabs=inbox.tabs(visit),
        view=view,
        groups=inbox.groups(lines, visit.at),
        after=found.after,
        here_list=list_context.packed(view.query(after=view.after)),
        form=form,
        flash=await acting.flash(visit),
    )


@router.get("/{task}")
@acts.named("get_user_task")
async def step_page(task: UUID, visit: VisitNow) -> Response:
    """One step with the form that completes it; desk steps at their own page."""
    asked = await step.work(visit, task)
    if asked.desk is not None and visit.rights.find(asked.task["unit"], asked.task["role"]):
        return RedirectResponse(asked.desk, status_code=303)
    found = await step.read(visit, task, asked)
    return await _shown(visit, found, step.filled(visit, found))


async def _shown(
    visit: Visit, found: step.Step, form: Filled, sent: Received | None = None, *, stale: bool = False
) -> Response:
    sheet = step.sheet(visit, found)
    if sent is not None:
        sheet = questions.received(sent, language=visit.look.language)
    return visit.page(
        "officer/step.html",
        form.status,
        here="viec",
        step=found,
        form=form,
        results=step.RESULTS,
        sheet=sheet,
        stale=stale,
        flash=await acting.flash(visit),
    )


@router.post("/{task}")
@acts.named("complete_user_task")
async def complete_step(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Complete the step; on to the next one of the list."""
    before = await step.work(visit, task)
    if before.stale(form):
        return await _stale(visit, form, before)
    sent = step.received(before, form)
    if sent is not None and (sent.again or sent.faults()):
        return await _again(visit, form, before, sent)
    command = step.completion(task, form, sent.filed if sent else {})
    onward = inbox.ADDRESS
    if before.place is not None:
        behind = before.place.behind if visit.look.onward else None
        onward = f"{inbox.ADDRESS}/{behind}?ds={before.place.packed}" if behind else before.place.list
    return await _done(visit, form, task, command, onward)


@router.post("/{task}/nhan")
@acts.named("assign_user_task")
async def take_task(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Take the task; back to where it was taken."""
    return await _handed(visit, form, task, commands.Claim(task))


@router.post("/{task}/tra")
@acts.named("unassign_user_task")
async def give_back(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give the task back to its unit."""
    return await _handed(visit, form, task, commands.Unclaim(task))


@router.post("/{task}/luu")
@acts.named("keep_task_draft")
async def keep_step(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Keep what is written so far, for the reader alone."""
    work = await step.work(visit, task)
    if work.stale(form):
        return await _stale(visit, form, work)
    try:
        await _kept(visit, form, task, step.received(work, form))
    except Stopped as stopped:
        return await _stopped(visit, task, stopped)
    return RedirectResponse(_back(form, task), status_code=303)


async def _again(visit: Visit, form: Form, before: step.Work, sent: Received) -> Response:
    """The step as a button has changed it, or with its faults.

    It is kept first: what is typed into this page is laid over the items that it shows, not over those before.
    """
    task = UUID(before.task["id"])
    try:
        draft = await _kept(visit, form, task, sent)
    except Stopped as stopped:
        return await _stopped(visit, task, stopped)
    status = HTTPStatus.OK if sent.again else HTTPStatus.UNPROCESSABLE_ENTITY
    filled = Filled(key=form.key, typed=form.typed, status=status)
    return await _shown(visit, await step.read(visit, task, replace(before, draft=draft)), filled, sent)


async def _stale(visit: Visit, form: Form, now: step.Work) -> Response:
    """The step as it is kept now, with the texts of an older page."""
    told = spoken(
        "Bản lưu tạm của bạn đã đổi sau khi trang này được mở, có thể ở cửa sổ khác. Dưới đây là bản mới nhất."
        " Nội dung vừa gửi chưa được ghi."
    )
    filled = Filled.again(Stopped(form, [Fault(told)], status=HTTPStatus.CONFLICT))
    return await _shown(visit, await step.read(visit, UUID(now.task["id"]), now), filled, stale=True)


async def _handed(visit: Visit, form: Form, task: UUID, command: commands.Command) -> Response:
    """Take a task or give it back. What is written at its page is kept first; a row of the inbox has no such fields."""
    if step.NOTE in form.fields:
        work = await step.work(visit, task)
        if work.stale(form):
            return await _stale(visit, form, work)
        sent = step.received(work, form)
        try:
            if work.changed(step.draft(form, sent.answers if sent else {})):
                await _kept(visit, form, task, sent)
        except Stopped as stopped:
            return await _stopped(visit, task, stopped)
    return await _done(visit, form, task, command, _back(form, task))


async def _kept(visit: Visit, form: Form, task: UUID, sent: Received | None) -> dict[str, Any]:
    """The draft of what is written so far, kept. Raises Stopped."""
    form.require_legible()
    said = step.draft(form, sent.answers if sent else {})
    try:
        return await kept.save(visit.service.db, task, said, Keeper(visit.principal, visit.at))
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, str(task), refused, task) from refused


async def _done(visit: Visit, form: Form, task: UUID, command: commands.Command, onward: str) -> Response:
    try:
        done = await acting.act(visit, form, str(task), command, concerns=task, fields=step.FIELDS)
    except Stopped as stopped:
        return await _stopped(visit, task, stopped)
    return await acting.onward(visit, onward, done)


async def _stopped(visit: Visit, task: UUID, stopped: Stopped) -> Response:
    found = await step.read(visit, task)
    sent = step.received(found, stopped.form, pressed=False)
    return await _shown(visit, found, Filled.again(stopped), sent)


def _back(form: Form, task: UUID) -> str:
    """The list that a form says it was sent from, else the step."""
    said = form.text("ve")
    return session.ours(said) if said.startswith(inbox.ADDRESS) else f"{inbox.ADDRESS}/{task}"
