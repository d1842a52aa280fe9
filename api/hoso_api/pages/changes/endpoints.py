"""Differences of two versions, and the dossiers that move from one to the other."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.changes import moves, pair
from hoso_api.pages.jobs import starting
from hoso_api.pages.procedures import version
from hoso_api.pages.procedures.endpoints import Code, Short
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.jobs import works
from hoso_workflows.jobs.refusals import JobUnderway

router = APIRouter(
    prefix=f"{version.ADDRESS}/{{code}}",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

From = Annotated[str, Query(alias="tu", max_length=10)]
To = Annotated[str, Query(alias="den", max_length=10)]
After = Annotated[UUID | None, Query(alias="sau")]


@router.get("/so-sanh")
@acts.named("get_version")
async def comparison_page(
    code: Code,
    visit: VisitNow,
    older: From = "",
    newer: To = "",
    case: Annotated[Short, Query(alias="truong-hop")] = "",
) -> Response:
    """Differences of two versions in words and in pictures."""
    found = await pair.compared(visit, await pair.read(visit, code, older, newer), case)
    return visit.page(
        "changes/comparison.html",
        here="thu-tuc",
        found=found,
        pair=found.pair,
        statuses=wording.VERSION_STATUSES,
        may=await version.allowed(visit, code),
    )


@router.get("/chuyen-ban")
@acts.named("migrate_dossiers")
async def migration_page(
    code: Code, visit: VisitNow, older: From = "", newer: To = "", after: After = None
) -> Response:
    """The open dossiers of a version in a dry run, and the form that moves them."""
    found = await pair.read(visit, code, older, newer, moving=True)
    return await _tried(visit, found, after, Filled.first(visit))


@router.post("/chuyen-ban")
@acts.named("migrate_dossiers")
async def move_dossiers(
    code: Code, visit: VisitNow, form: FormNow, older: From, newer: To, after: After = None
) -> Response:
    """Move the dossiers that can be moved: at once where they are few, else by a job."""
    found = await pair.read(visit, code, older, newer, moving=True)
    try:
        onward = await _by_job(visit, found, form)
    except Stopped as stopped:
        return await _tried(visit, found, after, Filled.again(stopped))
    return onward or await _acted(visit, found, after, form, apply=True)


@router.post("/chuyen-ban/thu")
@acts.named("migrate_dossiers")
async def try_migration(
    code: Code, visit: VisitNow, form: FormNow, older: From, newer: To, after: After = None
) -> Response:
    """A dry run with these steps put together; nothing is stored."""
    found = await pair.read(visit, code, older, newer, moving=True)
    return await _acted(visit, found, after, form, apply=False)


async def _by_job(visit: Visit, found: pair.Pair, form: Form) -> Response | None:
    """To the job that moves the dossiers; None where they are few, or cannot move. Raises Stopped."""
    form.require_legible()
    work = works.Migrate(found.procedure, found.older.number, found.newer.number, moves.mapping(form))
    try:
        return await starting.onward(visit, form, work)
    except (errors.VersionStands, errors.FormRefused):
        return None
    except (JobUnderway, errors.KeyReused) as refused:
        raise await acting.stopped(visit, form, "", refused) from refused


async def _acted(visit: Visit, found: pair.Pair, after: UUID | None, form: Form, *, apply: bool) -> Response:
    try:
        form.require_legible()
        named = moves.mapping(form)
    except Stopped as stopped:
        return await _tried(visit, found, after, Filled.again(stopped))
    # A key is of no use here: a dossier that was moved is found no more.
    filled = Filled(key=form.key, typed=form.typed)
    return await _tried(visit, found, after, filled, named, apply=apply)


async def _tried(
    visit: Visit,
    found: pair.Pair,
    after: UUID | None,
    form: Filled,
    named: Mapping[str, str] = MappingProxyType({}),
    *,
    apply: bool = False,
) -> Response:
    """The page of a migration; who may not do it reads why."""
    may, told, status = await version.allowed(visit, found.procedure), None, form.status
    if "migrate_dossiers" in may or apply:
        try:
            told = await moves.moves(visit, found, after, named, apply=apply)
        except (errors.VersionStands, errors.FormRefused):
            form = replace(form, faults=(Fault(_obstacle(found)),))
            status = status if visit.request.method == "GET" else HTTPStatus.CONFLICT
    return visit.page(
        "changes/migration.html",
        status,
        here="thu-tuc",
        pair=found,
        told=told,
        form=form,
        after=after,
        portion=works.Migrate.most,
        verdicts=moves.VERDICTS,
        statuses=wording.VERSION_STATUSES,
    )


def _obstacle(found: pair.Pair) -> str:
    """The reason why no dossier can move between these versions."""
    if found.older.number == found.newer.number:
        return spoken("Chọn hai bản khác nhau.")
    return spoken("Bản đến chưa được phê duyệt; hồ sơ chỉ chuyển sang bản đã phê duyệt.")
