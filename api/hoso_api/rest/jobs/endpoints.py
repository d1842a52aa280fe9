"""Long jobs: ordered, followed, stopped."""

from http import HTTPStatus
from typing import Annotated, assert_never
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from hoso_api.http import acts, commands
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.jobs import schemas
from hoso_workflows import rehoming
from hoso_workflows.jobs import ordering, register, works
from hoso_workflows.jobs.values import Work
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=KnownRoute)

JobId = Annotated[UUID, Path(description="The job's id.")]
_WAYS = commands.documented(schemas.LongJob, conditional=False)


@router.post("", status_code=HTTPStatus.ACCEPTED, **_WAYS)
@acts.named("start_job")
async def start_job(body: schemas.JobOrder, caller: CallerNow, request: Request) -> Response:
    """Have the open dossiers of a unit, of a calendar or of a version of a procedure moved in the background."""
    key = commands.key(request.headers)
    async with caller.refusals("start_job", body.kind):
        found = await ordering.order(
            caller.service, _work(body), actor=caller.principal, at=caller.at, key=key
        )
    return Json(register.said(found), status_code=HTTPStatus.ACCEPTED)


@router.get("", response_model=schemas.LongJobPage, responses=responses(400, 401))
@acts.named("list_jobs")
async def list_jobs(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The jobs that you have ordered, and those of units that you administer; the newest first."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    page = await register.search(caller.service.db, rights, limit=limit, after=after)
    return Json(page.answer(register.said))


@router.get("/{job}", response_model=schemas.LongJob, responses=responses(401, 404))
@acts.named("get_job")
async def get_job(job: JobId, caller: CallerNow) -> Response:
    """Progress and outcome of a job, for who has ordered it and administrators of its unit."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    return Json(register.said(await register.seen(caller.service.db, job, rights)))


@router.get("/{job}/items", response_model=schemas.LongJobItemPage, responses=responses(400, 401, 404))
@acts.named("list_job_items")
async def list_job_items(job: JobId, caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The dossiers that a job has looked at, those first that stay as they were; at most 1000 of each outcome are kept."""
    db, act = caller.service.db, "list_job_items"
    rights = await permissions.held(db, caller.principal, caller.at)
    async with readings.refusals(db, act, caller.principal, str(job), caller.at, caller.origin, unseen=True):
        found = await register.seen(db, job, rights, act)
    page = await register.items(db, job, limit=limit, after=after)
    await caller.listed(act, str(job), rights, [each.reference for each in page.items], unit=found.unit)
    return Json(page.answer(register.told))


@router.post("/{job}/cancel", response_model=schemas.LongJob, responses=responses(401, 404, 409))
@acts.named("cancel_job")
async def cancel_job(job: JobId, caller: CallerNow) -> Response:
    """Stop a job. What it has done stays done, and the portion that is underway is done to its end."""
    db, actor, at = caller.service.db, caller.principal, caller.at
    async with readings.refusals(db, "cancel_job", actor, str(job), at, unseen=True):
        found = await ordering.cancel(db, job, actor=actor, at=at)
    return Json(register.said(found))


def _work(
    body: schemas.RehomingJobOrder | schemas.RevisionJobOrder | schemas.MigrationJobOrder,
) -> Work:
    match body:
        case schemas.RehomingJobOrder():
            moves = tuple(rehoming.Move(old, body.successor, body.procedures) for old in body.units)
            return works.Rehome(moves, body.basis)
        case schemas.RevisionJobOrder():
            return works.Revise(body.calendar, body.number)
        case schemas.MigrationJobOrder():
            return works.Migrate(body.procedure, body.source, body.target, body.mapping)
        case _:
            assert_never(body)
