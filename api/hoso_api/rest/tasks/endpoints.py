"""User tasks: the inbox, claiming, and completing a step."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from hoso_api.http import acts, problems
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import IF_MATCH, CommandNow, CommandRequest, Json, documented, etag
from hoso_api.http.fields import Body, Instant, Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute, KnownRoute
from hoso_api.rest.dossiers.applicant_schemas import AnyStanding
from hoso_api.rest.dossiers.schemas import Standing
from hoso_api.rest.tasks import doors, schemas
from hoso_api.rest.tasks.schemas import BulkAct
from hoso_api.translation import validation_errors
from hoso_models import TaskStatus
from hoso_workflows.dossiers import views, worklist
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.tasks import bulk, counts, kept
from hoso_workflows.tasks.kept import Keeper

router = APIRouter(prefix="/user-tasks", tags=["user-tasks"], route_class=DirectRoute)
#: Lists whose filters stand in the address.
lists = APIRouter(prefix="/user-tasks", tags=["user-tasks"], route_class=KnownRoute)

Task = Annotated[UUID, Path(description="The task's id.")]

CHANGES = documented(Standing)
#: What an officer keeps for themselves is compared by its own ETag, and done twice is done once.
KEEPS: dict[str, Any] = {**documented(schemas.StepDraftKept), "openapi_extra": {"parameters": [IF_MATCH]}}
OPEN_TO = responses(400, 401, 403, 404, 409, 413, 415)


async def _perform(act: BulkAct, task: UUID, body: Body, request: CommandRequest) -> Response:
    """Carry out an act on a task, by the command that batches and the shell have of it."""
    return await request.perform(str(task), doors.BY_NAME[act].command(task, body))


@router.post("/{task}/completion", **CHANGES)
@acts.named("complete_user_task")
async def complete_user_task(task: Task, body: schemas.Completion, request: CommandNow) -> Response:
    """Finish a step. At reception's task, `accept`, `refuse` and `supplement` are the dossier's own acts."""
    return await _perform(BulkAct.COMPLETION, task, body, request)


@router.post("/search", response_model=schemas.TaskPage, responses=responses(400, 401, 413, 415))
@acts.named("search_user_tasks", only_asks=True)
async def search_user_tasks(body: schemas.TaskSearch, caller: CallerNow) -> Response:
    """The tasks that you may work on or oversee, those due first first; `page.after` of one page leads to the next."""
    wanted = worklist.TaskFilter(**dict(body.filter))
    page = await worklist.search(
        caller.service,
        wanted,
        reader=caller.principal,
        at=caller.at,
        limit=body.page.limit,
        after=body.page.after,
        sort=body.sort,
        origin=caller.origin,
    )
    return Json(page.answer())


def _asked(
    unit: Key | None = None,
    role: Key | None = None,
    assignee: UUID | None = None,
    dossier: Key | None = None,
    status: TaskStatus = TaskStatus.OPEN,
    due_before: Instant | None = None,
    overdue: bool = False,
    unassigned: bool = False,
    procedure: Key | None = None,
    priority: schemas.Priority | None = None,
    text: schemas.KeyPart | None = None,
    follow_up_by: date | None = None,
    decides: bool = False,
    acting: bool = False,
) -> worklist.TaskFilter:
    return worklist.TaskFilter(
        unit=unit,
        role=role,
        assignee=assignee,
        dossier=dossier,
        status=status,
        due_before=due_before,
        overdue=overdue,
        unassigned=unassigned,
        procedure=procedure,
        priority=priority,
        text=text,
        follow_up_by=follow_up_by,
        decides=decides,
        acting=acting,
    )


Wanted = Annotated[worklist.TaskFilter, Depends(_asked)]


@lists.get("", response_model=schemas.TaskPage, responses=responses(400, 401))
@acts.named("list_user_tasks")
async def list_user_tasks(
    caller: CallerNow,
    wanted: Wanted,
    sort: worklist.Sort = worklist.Sort.DUE,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The tasks that you may work on or oversee; the same as a search, whose filters stand in the address."""
    page = await worklist.search(
        caller.service,
        wanted,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        sort=sort,
        origin=caller.origin,
        act="list_user_tasks",
    )
    return Json(page.answer())


@lists.get("/counts", response_model=schemas.TaskCounts, responses=responses(400, 401))
@acts.named("count_user_tasks")
async def count_user_tasks(
    caller: CallerNow,
    wanted: Wanted,
    by: counts.Grouping = counts.Grouping.DUE,
) -> Response:
    """Count the tasks that you may work on or oversee by group, the largest first."""
    return Json(await counts.count(caller.service.db, by, wanted, reader=caller.principal, at=caller.at))


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
        caller.service, task, reader=caller.principal, at=caller.at, origin=caller.origin
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
    return await _perform(BulkAct.ASSIGNMENT, task, body, request)


@router.delete("/{task}/assignee", **CHANGES)
@acts.named("unassign_user_task")
async def unassign_user_task(task: Task, request: CommandNow) -> Response:
    """Give a task back to its unit."""
    return await _perform(BulkAct.RELEASE, task, schemas.Release(), request)


@router.post("/{task}/priority", **CHANGES)
@acts.named("prioritise_user_task")
async def prioritise_user_task(task: Task, body: schemas.Prioritisation, request: CommandNow) -> Response:
    """Put a task before others, or back among them; a head does it."""
    return await _perform(BulkAct.PRIORITY, task, body, request)


@router.put("/{task}/follow-up", response_model=schemas.FollowUp, responses=OPEN_TO)
@acts.named("keep_follow_up")
async def keep_follow_up(task: Task, body: schemas.FollowUp, caller: CallerNow) -> Response:
    """Say when you look at the task again; only you see it, and no date of the task moves."""
    await kept.follow_up(caller.service.db, task, body.follow_up, Keeper(caller.principal, caller.at))
    return Json({"follow_up": body.follow_up})


@router.get("/{task}/draft", response_model=schemas.StepDraftKept, responses=OPEN_TO)
@acts.named("read_task_draft")
async def read_task_draft(task: Task, caller: CallerNow) -> Response:
    """Your own draft of the step; the ETag is the draft's."""
    return _kept(await kept.read(caller.service.db, task, Keeper(caller.principal, caller.at)))


@router.put("/{task}/draft", **KEEPS)
@acts.named("keep_task_draft")
async def keep_task_draft(task: Task, body: schemas.StepDraft, request: CommandNow) -> Response:
    """Keep what is written so far; nothing of it is checked or told to anybody, and it goes when the task closes."""
    keeper = _keeper(request)
    draft = body.model_dump(mode="json")
    return _kept(await kept.save(request.caller.service.db, task, draft, keeper, request.if_match))


@router.delete("/{task}/draft", response_model=schemas.StepDraftDiscarded, responses=OPEN_TO)
@acts.named("discard_task_draft")
async def discard_task_draft(task: Task, caller: CallerNow) -> Response:
    """Take your own draft away."""
    gone = await kept.discard(caller.service.db, task, Keeper(caller.principal, caller.at))
    return Json({"discarded": gone})


def _keeper(request: CommandRequest) -> Keeper:
    return Keeper(request.caller.principal, request.caller.at)


def _kept(draft: dict[str, Any]) -> Response:
    return Json(draft, headers={"ETag": etag(draft["version"])})


@router.post("/{task}/reassignment", **documented(AnyStanding))
@acts.named("reassign_user_task")
async def reassign_user_task(task: Task, body: schemas.Reassignment, request: CommandNow) -> Response:
    """Give a task to another officer, or back to its unit, whoever has taken it; a head or an administrator does it."""
    return await _perform(BulkAct.REASSIGNMENT, task, body, request)


@router.post("/{task}/delegation", **CHANGES)
@acts.named("delegate_user_task")
async def delegate_user_task(task: Task, body: schemas.Delegation, request: CommandNow) -> Response:
    """Let a colleague work on your task for a while; you stay its owner, and only you complete it."""
    return await _perform(BulkAct.DELEGATION, task, body, request)


@router.post("/{task}/delegation-end", **CHANGES)
@acts.named("resolve_delegation")
async def resolve_delegation(task: Task, body: schemas.DelegationEnd, request: CommandNow) -> Response:
    """Give a delegated task back to its owner."""
    return await _perform(BulkAct.DELEGATION_END, task, body, request)


@router.post("/{task}/return", **CHANGES)
@acts.named("return_user_task")
async def return_user_task(task: Task, body: schemas.Return, request: CommandNow) -> Response:
    """Return a task to the officer who had it before."""
    return await _perform(BulkAct.RETURN, task, body, request)


@router.post("/bulk", response_model=schemas.BulkOutcome, responses=responses(400, 401, 413, 415))
@acts.named("bulk_user_tasks")
async def bulk_user_tasks(body: schemas.Bulk, caller: CallerNow) -> Response:
    """Up to 200 acts, each with its own key and its own outcome: a refused one hinders no other."""
    return Json(await batch(caller.service, body, actor=caller.principal, at=caller.at))


@router.post(
    "/inbox-handover", response_model=schemas.InboxHandedOn, responses=responses(400, 401, 403, 413, 415)
)
@acts.named("hand_on_inbox")
async def hand_on_inbox(body: schemas.InboxHandover, request: CommandNow) -> Response:
    """Hand the open tasks of an absent officer on, those due first first; at most 200, each with its outcome.

    With `page.after` of the answer as `after` the next request goes on behind them.
    """
    caller = request.caller
    inbox = bulk.Inbox(body.absent, body.assignee, body.reason)
    handed = await bulk.hand_on(
        caller.service, inbox, actor=caller.principal, at=caller.at, key=request.key, after=body.after
    )
    return Json(handed.answer(done))


async def batch(service: DossierService, body: schemas.Bulk, *, actor: UUID, at: datetime) -> dict[str, Any]:
    """Carry out a batch. An act that cannot be read is refused beside the others."""
    read = [_read(each) for each in body.items]
    items = [each for each in read if isinstance(each, bulk.Item)]
    performed = iter(await bulk.perform(service, items, actor=actor, at=at))
    told = (
        done(next(performed)) if isinstance(each, bulk.Item) else _told(asked.task, asked.key, None, each)
        for asked, each in zip(body.items, read, strict=True)
    )
    return {"items": list(told)}


def _read(asked: schemas.BulkItem) -> bulk.Item | RequestValidationError:
    """The act of an item, or the faults of its body."""
    door, said = doors.BY_NAME[asked.act], orjson.dumps(asked.body, option=orjson.OPT_SORT_KEYS)
    try:
        command = door.command(asked.task, door.body.model_validate(asked.body))
    except ValidationError as wrong:
        return RequestValidationError(
            [
                {"loc": ("body", *each["loc"]), "msg": validation_errors.sentence(each)}
                for each in wrong.errors()
            ]
        )
    return bulk.Item(asked.task, command, asked.key, asked.act.value.encode() + said)


def done(one: bulk.Done) -> dict[str, Any]:
    """The outcome of one act as JSON."""
    return _told(one.task, one.key, one.version, one.refused)


def _told(task: UUID, key: str | None, version: int | None, refused: Exception | None) -> dict[str, Any]:
    return {
        "task": str(task),
        "key": key,
        "done": refused is None,
        "version": version,
        "problem": None if refused is None else problems.of(refused).model_dump(exclude_none=True),
    }
