"""Entries of the catalogue: found, read, checked, brought in and out."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.middleware import limits
from hoso_api.http.paging import After, FromDay, Limit, ToDay
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, said
from hoso_api.rest.catalogue import schemas, views
from hoso_workflows import localtime
from hoso_workflows.catalogue import checking, exchange, importing, publishing, reads, storage
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.catalogue.reads import Filters
from hoso_workflows.organisation import permissions

router = APIRouter(prefix="/catalogue", tags=["catalogue"], route_class=KnownRoute)

Code = Annotated[Key, Path(description="The procedure's code, as in 1.014464.")]
OnDay = Annotated[
    date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="The local date; today when left out.")
]
Word = Annotated[str | None, Query(max_length=300)]
READS = responses(400, 401, 403)
_KINDS: dict[str, Any] = {
    kind.partition(";")[0]: {
        "schema": {"type": "object"} if form is FileForm.JSON else {"type": "string", "format": "binary"}
    }
    for form, kind in exchange.TYPES.items()
}
FILE: dict[str, Any] = {"requestBody": {"required": True, "content": _KINDS}}
FILES: dict[int | str, dict[str, Any]] = {**responses(401, 403, 404), 200: {"content": _KINDS}}


@router.get("", response_model=schemas.CataloguePage, responses=READS)
@acts.named("list_catalogue")
async def list_catalogue(
    caller: CallerNow,
    q: Annotated[str, Query(max_length=300)] = "",
    field: Word = None,
    level: Key | None = None,
    authority: Key | None = None,
    service_level: Annotated[str | None, Query(max_length=80)] = None,
    missing: Annotated[str | None, Query(max_length=2)] = None,
    audience: Key | None = None,
    day: OnDay = None,
    counts: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The entries in force on a day whose code, name or field has all these words, with or without accents."""
    filters = Filters(field, level, authority, service_level, missing, audience)
    db, on = caller.service.db, day or localtime.local_date(caller.at)
    page = await reads.search(db, q, filters, day=on, limit=limit, after=after)
    counted = await reads.counts(db, q, filters, day=on) if counts else None
    answer = page.answer(lambda each: said(each, schemas.CatalogueItem))
    return Json({**answer, "counts": asdict(counted) if counted else None})


@router.get("/findings", response_model=schemas.CatalogueFindings, responses=responses(401, 403, 404))
@acts.named("list_catalogue")
async def check_catalogue(caller: CallerNow, authority: Key | None = None, day: OnDay = None) -> Response:
    """The entries in force that lack an item, or differ from the procedure that is declared here."""
    db, service = caller.service.db, caller.service
    await permissions.existing_unit(db, authority)
    on = day or localtime.local_date(caller.at)
    found = await checking.check(db, service.reference_data, on, authority=authority)
    items = [
        {
            **{name: getattr(each, name) for name in ("code", "name", "authority", "missing", "declared")},
            "differences": views.differences(each.differences),
        }
        for each in found
    ]
    return Json({"items": items, "by_item": checking.by_item(found)})


@router.get("/lags", response_model=schemas.CatalogueLags, responses=READS)
@acts.named("list_catalogue")
async def list_catalogue_lags(
    caller: CallerNow,
    first: FromDay = None,
    last: ToDay = None,
    authority: Key | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The versions that were entered in a period, with the days since their publication."""
    db = caller.service.db
    page = await checking.lags(db, first=first, last=last, authority=authority, limit=limit, after=after)
    figures = await checking.lag_figures(db, first=first, last=last, authority=authority)
    return Json({**page.answer(lambda each: said(each, schemas.CatalogueLag)), **asdict(figures)})


@router.get("/export", response_class=Response, responses=FILES)
@acts.named("list_catalogue")
async def export_catalogue(
    caller: CallerNow,
    form: Annotated[FileForm, Query(alias="format")] = FileForm.JSON,
    authority: Key | None = None,
) -> Response:
    """The last version of each entry as a file that can be brought in again."""
    db = caller.service.db
    await permissions.existing_unit(db, authority)
    headers = {"Content-Disposition": f'attachment; filename="danh-muc.{form.value}"'}
    return Response(
        await importing.export(db, form, authority=authority),
        media_type=exchange.TYPES[form],
        headers=headers,
    )


@router.post(
    "/import",
    response_model=schemas.CatalogueImport,
    responses=responses(401, 403, 409, 413),
    openapi_extra=FILE,
)
@limits.takes(limits.Size.PACKAGE)
@acts.named("import_catalogue")
async def import_catalogue(
    request: Request,
    caller: CallerNow,
    dry_run: bool = False,
    digest: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$")] = None,
) -> Response:
    """Bring entries in from a CSV, xlsx or JSON file: all or none, once; what differs becomes a new version."""
    data, db = await request.body(), caller.service.db
    if dry_run:
        plan = await importing.foresee(db, data, "body", asked(caller))
        return Json(views.plan(plan, written=False))
    done = await importing.bring_in(db, data, "body", asked(caller), digest=digest)
    return Json(views.plan(done, written=True))


@router.get("/{code}", response_model=schemas.CatalogueEntry, responses=responses(401, 403, 404))
@acts.named("list_catalogue")
async def get_catalogue_entry(code: Code, caller: CallerNow, day: OnDay = None) -> Response:
    """The entry that holds on a day, with its service level, and what is declared here beside it."""
    service, on = caller.service, day or localtime.local_date(caller.at)
    found = await reads.entry(service.db, code, on, reference=service.reference_data)
    declared = found.declared
    apart = checking.differences(found.version.content, declared) if declared else ()
    return Json(
        {
            "version": views.version(found.version),
            "authority_name": found.authority_name,
            "in_force": found.in_force,
            "service_level": asdict(found.service_level) if found.service_level else None,
            "declared": declared.number if declared else None,
            "differences": views.differences(apart),
        }
    )


@router.get("/{code}/versions", response_model=schemas.EntryVersions, responses=responses(401, 403, 404))
@acts.named("list_catalogue")
async def list_entry_versions(code: Code, caller: CallerNow) -> Response:
    """The versions of an entry, the newest first, each with what it changed."""
    found = await storage.versions(caller.service.db, code)
    before = [*found[1:], None]
    items = [
        {**views.version(each), "changes": views.changes(publishing.changed(each, older))}
        for each, older in zip(found, before, strict=False)
    ]
    return Json({"items": items})
