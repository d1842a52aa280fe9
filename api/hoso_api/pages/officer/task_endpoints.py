"""Inbox and steps: take a task, give it back, keep it unfinished, complete it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.officer import inbox, list_context, step
from hoso_api.pages.shared import acting, session
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
    kept_row: Annotated[Short, Query(alias=inbox.KEPT)] = "",
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
        inbox.identity(kept_row),
    )
    return await _listed(visit, view)


async def _listed(visit: Visit, view: inbox.View, form: Filled | None = None) -> Response:
    form = form or Filled()
    try:
        tasks, after = await view.shown(visit)
    except errors.BadCursor:
        return RedirectResponse(view.link(), status_code=303)
    lines = await inbox.rows(visit, tasks)
    return visit.page(
        "officer/inbox.html",
        form.status,
        here="viec",
        tabs=inbox.tabs(visit),
        view=view,
        numbers={inbox.ACTING.word: await inbox.acted_for(visit)},
        groups=inbox.groups(lines),
        after=after,
        said=inbox.said(lines, view, after),
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
    visit: Visit, found: step.Step, form: Filled, sent: Received | None = None, *, beside: bool = False
) -> Response:
    sheet = step.sheet(visit, found, sent)
    return visit.page(
        "officer/step.html",
        form.status,
        here="viec",
        step=found,
        form=form,
        results=step.RESULTS,
        sheet=sheet,
        beside=beside,
        flash=await acting.flash(visit),
    )


@router.post("/{task}")
@acts.named("complete_user_task")
async def complete_step(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Complete the step; on to the next one of the list."""
    before = await step.work(visit, task)
    sent = step.received(before, form)
    if before.stale(form, sent):
        return await _stopped(visit, task, _elsewhere(form, before))
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
    sent = step.received(work, form)
    try:
        await _kept(visit, form, work, sent)
    except Stopped as stopped:
        return await _stopped(visit, task, stopped)
    return RedirectResponse(_back(form, task), status_code=303)


async def _again(visit: Visit, form: Form, before: step.Work, sent: Received) -> Response:
    """The step as a button has changed it, or with its faults.

    It is kept first: what is typed into this page is laid over the items that it shows, not over those before.
    """
    task = UUID(before.task["id"])
    try:
        after = await _kept(visit, form, before, sent)
    except Stopped as stopped:
        return await _stopped(visit, task, stopped)
    status = HTTPStatus.OK if sent.again else HTTPStatus.UNPROCESSABLE_ENTITY
    filled = Filled(key=form.key, typed=form.typed, status=status)
    return await _shown(visit, await step.read(visit, task, after), filled, sent)


def _elsewhere(form: Form, now: step.Work) -> Stopped:
    """The words for a form whose page shows another draft."""
    told = spoken(
        "Bản lưu tạm của bạn đã đổi sau khi trang này được mở, có thể ở cửa sổ khác. Nội dung vừa gửi chưa được ghi,"
        " vẫn còn dưới đây; bấm lại để ghi thay bản đó."
    )
    if now.listed:
        told = spoken(
            "Bản lưu tạm của bạn đã đổi sau khi trang này được mở, có thể ở cửa sổ khác. Dưới đây là bản mới nhất."
            " Nội dung vừa gửi chưa được ghi."
        )
    return Stopped(form, [Fault(told)], status=HTTPStatus.CONFLICT)


async def _handed(visit: Visit, form: Form, task: UUID, command: commands.Command) -> Response:
    """Take a task or give it back. What is written at its page is kept first; a row of the inbox has no such fields."""
    if step.NOTE in form.fields:
        work = await step.work(visit, task)
        sent = step.received(work, form)
        try:
            if work.changed(step.draft(form, sent.answers if sent else {})):
                await _kept(visit, form, work, sent)
        except Stopped as stopped:
            return await _stopped(visit, task, stopped)
    return await _done(visit, form, task, command, _back(form, task))


async def _kept(visit: Visit, form: Form, work: step.Work, sent: Received | None) -> step.Work:
    """The step with its draft kept, over the one that the page shows. Raises Stopped."""
    if work.stale(form, sent):
        raise _elsewhere(form, work)
    form.require_legible()
    said, task = step.draft(form, sent.answers if sent else {}), UUID(work.task["id"])
    seen = None if work.version is None or step.VERSION not in form.fields else [work.version]
    try:
        draft = await kept.save(visit.service.db, task, said, Keeper(visit.principal, visit.at), seen)
    except kept.StepDraftChanged:
        raise _elsewhere(form, work) from None
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, str(task), refused, task) from refused
    return replace(work, draft=draft, version=draft["version"])


async def _done(visit: Visit, form: Form, task: UUID, command: commands.Command, onward: str) -> Response:
    try:
        done = await acting.act(visit, form, str(task), command, concerns=task, fields=step.FIELDS)
    except Stopped as stopped:
        return await _stopped(visit, task, stopped)
    return await acting.onward(visit, onward, done)


async def _stopped(visit: Visit, task: UUID, stopped: Stopped) -> Response:
    """The step as it is now, with the typed text in or beside fields."""
    found = await step.read(visit, task)
    sent = step.received(found, stopped.form, pressed=False)
    beside = found.listed and found.stale(stopped.form, sent)
    return await _shown(visit, found, Filled.again(stopped), None if beside else sent, beside=beside)


def _back(form: Form, task: UUID) -> str:
    """The list that a form says it was sent from, else the step."""
    said = form.text("ve")
    return session.ours(said) if said.startswith(inbox.ADDRESS) else f"{inbox.ADDRESS}/{task}"
