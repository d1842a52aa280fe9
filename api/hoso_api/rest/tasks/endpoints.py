"""User tasks: the inbox, claiming, and completing a step."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import CommandNow, Json, documented, etag
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.dossiers.schemas import Standing
from hoso_api.rest.tasks import schemas
from hoso_workflows.dossiers import views, worklist
from hoso_workflows.lifecycle import commands

router = APIRouter(prefix="/user-tasks", tags=["user-tasks"], route_class=DirectRoute)

Task = Annotated[UUID, Path(description="The task's id.")]

CHANGES = documented(Standing)


@router.post("/{task}/completion", **CHANGES)
@acts.named("complete_user_task")
async def complete_user_task(task: Task, body: schemas.Completion, request: CommandNow) -> Response:
    """Finish a step. At reception's task, `accept`, `refuse` and `supplement` are the dossier's own acts."""
    command = commands.Complete(
        task, body.outcome, body.values, body.result, body.reason, body.note, body.confirm_missing
    )
    return await request.perform(str(task), command)


@router.post("/search", response_model=schemas.TaskPage, responses=responses(400, 401, 413, 415))
@acts.named("search_user_tasks")
async def search_user_tasks(body: schemas.TaskSearch, caller: CallerNow) -> Response:
    """The tasks that you may work on or oversee, those due first first; `page.after` of one page leads to the next."""
    wanted = worklist.TaskFilter(**dict(body.filter))
    page = await worklist.search(
        caller.service.db,
        wanted,
        reader=caller.principal,
        at=caller.at,
        limit=body.page.limit,
        after=body.page.after,
        origin=caller.origin,
    )
    return Json(page.answer())


@router.post("/{task}/failure", **CHANGES)
@acts.named("fail_user_task")
async def fail_user_task(task: Task, body: schemas.CallFailure, request: CommandNow) -> Response:
    """Say that the call of an external task failed; the task stays open, and its unit sees the incident."""
    return await request.perform(str(task), commands.Fail(task, body.message))


@router.get("/{task}", response_model=schemas.Task, responses=responses(400, 401, 404))
@acts.named("get_user_task")
async def get_user_task(task: Task, caller: CallerNow) -> Response:
    """One task, open or not; the ETag is its dossier's version."""
    found = await views.task(
        caller.service.db, task, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found, headers={"ETag": etag(found["version"])})


@router.get("/{task}/form", response_model=dict[str, Any], responses=responses(400, 401, 404))
@acts.named("get_user_task_form")
async def get_user_task_form(task: Task, caller: CallerNow) -> Response:
    """The form of a task as form-js JSON, which judges `values` when the task is completed; 404 where it has none."""
    return Json(
        await views.form(caller.service, task, reader=caller.principal, at=caller.at, origin=caller.origin)
    )


@router.post("/{task}/assignment", **CHANGES)
@acts.named("assign_user_task")
async def assign_user_task(task: Task, body: schemas.Assignment, request: CommandNow) -> Response:
    """Take a task, or have the head of the unit give it to somebody."""
    return await request.perform(str(task), commands.Claim(task, body.assignee))


@router.delete("/{task}/assignee", **CHANGES)
@acts.named("unassign_user_task")
async def unassign_user_task(task: Task, request: CommandNow) -> Response:
    """Give a task back to its unit."""
    return await request.perform(str(task), commands.Unclaim(task))
