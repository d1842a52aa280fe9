"""Entries of the catalogue as pages: the list, one entry, the file of all."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.catalogue.places import ADDRESS
from hoso_api.pages.coordination import places as coordination
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import (
    checking,
    drafts,
    exchange,
    importing,
    publishing,
    reads,
    service_levels,
    storage,
)
from hoso_workflows.catalogue.comparison import pieces
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.catalogue.reads import Filters

router = session.router(ADDRESS)
Code = Annotated[str, Path(max_length=80)]
Short = Annotated[str, Query(max_length=300)]
#: Which entries: those that lack an item.
INCOMPLETE = "chua-day-du"


@router.get("")
@acts.named("list_catalogue")
async def catalogue_page(
    visit: VisitNow,
    words: Annotated[Short, Query(alias="q")] = "",
    field: Annotated[Short, Query(alias="linh-vuc")] = "",
    level: Annotated[Short, Query(alias="cap")] = "",
    authority: Annotated[Short, Query(alias="don-vi")] = "",
    kind: Annotated[Short, Query(alias="muc-do")] = "",
    shown: Annotated[Short, Query(alias="ngan")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The entries in force today, by words and filters."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    filters = Filters(
        field or None, level or None, authority or None, kind or None, "" if shown == INCOMPLETE else None
    )
    try:
        found = await reads.search(db, words, filters, day=day, limit=places.LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)
    everything = await reads.counts(db, "", day=day)
    return visit.page(
        "catalogue/entries.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        asked={
            "q": words,
            "linh-vuc": field,
            "cap": level,
            "don-vi": authority,
            "muc-do": kind,
            "ngan": shown,
        },
        counts=await reads.counts(db, words, filters, day=day),
        fields=sorted(everything.fields),
        levels=places.levels(),
        units=await coordination.named(visit, sorted(everything.authorities)),
        service_levels=places.service_levels(),
        items=places.ITEMS,
        edits=bool(coordination.units(visit, drafts.EDIT)),
    )


@router.get("/tep")
@acts.named("list_catalogue")
async def catalogue_file(
    visit: VisitNow, form: Annotated[Short, Query(alias="dang")] = FileForm.XLSX
) -> Response:
    """The last version of each entry as a file that can be brought in again."""
    chosen = FileForm(form) if form in set(FileForm) else FileForm.XLSX
    data = await importing.export(visit.service.db, chosen)
    headers = {"Content-Disposition": f'attachment; filename="danh-muc.{chosen.value}"'}
    return Response(data, media_type=exchange.TYPES[chosen], headers=headers)


@router.get("/{code}")
@acts.named("list_catalogue")
async def entry_page(code: Code, visit: VisitNow) -> Response:
    """An entry as it holds today, or will, with its versions and what each has changed."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    versions = await storage.versions(db, code)
    if not versions:
        raise errors.NotFound("entry of the catalogue", code)
    try:
        found = await reads.entry(db, code, day, reference=visit.service.reference_data)
    except errors.NotFound:
        found = None
    version = found.version if found else versions[0]
    declared = found.declared if found else None
    authority = version.content.authority
    return visit.page(
        "catalogue/entry.html",
        here=places.HERE,
        code=code,
        entry=found,
        version=version,
        said={field: pieces(version.content, field) for field in places.FIELDS},
        fields=places.FIELDS,
        items=places.ITEMS,
        modes=places.MODES,
        kinds=places.KINDS,
        service_levels=places.service_levels(),
        declared=declared,
        differences=checking.differences(version.content, declared) if declared else (),
        versions=[
            (each, publishing.changed(each, older))
            for each, older in zip(versions, [*versions[1:], None], strict=False)
        ],
        edits=authority in coordination.units(visit, drafts.EDIT),
        publishes=authority in coordination.units(visit, publishing.PUBLISH),
        sets=authority in coordination.units(visit, service_levels.SET),
    )
