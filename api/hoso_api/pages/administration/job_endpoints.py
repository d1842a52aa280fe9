"""Pages of long jobs: list, progress, dossiers, stop."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.administration import job_words
from hoso_api.pages.administration.job_words import Shown
from hoso_api.pages.jobs.starting import ADDRESS
from hoso_api.pages.register import administering
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_calendar.messages import translated
from hoso_workflows import errors
from hoso_workflows.jobs import ordering, register
from hoso_workflows.jobs.values import Item, Job
from hoso_workflows.organisation.permissions import ADMINISTRATOR, readings
from hoso_workflows.pagination import Page

LISTING = "list_job_items"
LENGTH = 50

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

JobId = Annotated[UUID, Path()]
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_jobs")
async def jobs_page(visit: VisitNow, after: After = "") -> Response:
    """The reader's own jobs and those of units that they administer."""
    try:
        page = await register.search(visit.service.db, visit.rights, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)
    return visit.page(
        "administration/jobs.html",
        here=administering.HERE,
        sections=administering.PLACES if visit.rights.has(ADMINISTRATOR) else (),
        jobs=[Shown(each) for each in page.items],
        after=page.after,
    )


@router.get("/{job}")
@acts.named("get_job")
async def job_page(job: JobId, visit: VisitNow, after: After = "") -> Response:
    """Progress of a job, and its dossiers once it has ended."""
    found = await register.seen(visit.service.db, job, visit.rights)
    try:
        return await _shown(visit, found, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(Shown(found).address, status_code=303)


@router.post("/{job}/dung")
@acts.named("cancel_job")
async def stop(job: JobId, visit: VisitNow, form: FormNow) -> Response:
    """Stop a job. The same button once more changes nothing."""
    db, actor, at = visit.service.db, visit.principal, visit.at
    try:
        async with readings.refusals(db, "cancel_job", actor, str(job), at, visit.origin, unseen=True):
            await ordering.cancel(db, job, actor=actor, at=at)
    except errors.NotFound:
        raise
    except errors.Refusal as refused:
        told: Stopped = await acting.stopped(visit, form, "", refused)
        found = await register.seen(visit.service.db, job, visit.rights)
        return await _shown(visit, found, Filled.again(told))
    return RedirectResponse(f"{ADDRESS}/{job}", status_code=303)


async def _shown(visit: Visit, job: Job, form: Filled, after: str = "") -> Response:
    # While it runs its page comes every two seconds; the dossiers are read, and the reading recorded, once it has ended.
    page = None if job.live else await _items(visit, job, after)
    return visit.page(
        "administration/job.html",
        form.status,
        here=administering.HERE,
        shown=Shown(job),
        job=job,
        items=[(each, translated(each.why) if each.why else "–") for each in page.items] if page else [],
        after=page.after if page else None,
        outcomes=job_words.OUTCOMES,
        form=form,
    )


async def _items(visit: Visit, job: Job, after: str) -> Page[Item]:
    """A page of the job's dossiers, recorded as read."""
    db = visit.service.db
    page = await register.items(db, job.id, limit=LENGTH, after=after or None)
    reading = readings.of_list(visit.rights, LISTING, job.unit)
    seen = readings.access(LISTING, visit.principal, str(job.id), visit.at, visit.origin, reading=reading)
    await readings.record(db, seen, [each.reference for each in page.items])
    return page
