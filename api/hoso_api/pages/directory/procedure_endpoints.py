"""The page of a procedure for anybody, its templates, its data."""

from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import Path, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.directory import caching, procedure, structured
from hoso_api.pages.directory.listing import ADDRESS
from hoso_api.pages.portal.entry_site import EntrySite, EntrySiteNow
from hoso_api.pages.portal.visit import Anybody, AnybodyNow
from hoso_api.pages.shared import session
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import publishing, reads, storage
from hoso_workflows.catalogue.comparison import pieces
from hoso_workflows.catalogue.reads import Entry
from hoso_workflows.procedures.reference_data import Version

router = session.router(ADDRESS)
Code = Annotated[str, Path(max_length=80)]


async def _entry(request: Request, code: str) -> Entry | None:
    state = request.app.state
    try:
        found: Entry = await reads.entry(state.service.db, code, localtime.local_date(state.clock()))
    except errors.NotFound:
        return None
    return found


async def _declared(request: Request, code: str) -> Version | None:
    state = request.app.state
    try:
        found: Version = await state.service.reference_data.active(code, localtime.local_date(state.clock()))
    except errors.NotFound:
        return None
    return found


@router.get("/{code}")
@acts.named("read_public_catalogue")
async def public_procedure_page(
    code: Code, request: Request, visit: AnybodyNow, through: EntrySiteNow
) -> Response:
    """Everything that is published of a procedure, in the order of the law.

    410 once it is abolished.
    """
    entry, declared = await _entry(request, code), await _declared(request, code)
    if entry is None and declared is None:
        return visit.page(
            "directory/absent.html", 404, here="", code=code, entry=None, successor="", through=through
        )
    if entry is not None and not entry.in_force:
        return _abolished(visit, code, entry, through)
    content = entry.version.content if entry else None
    versions = await storage.versions(request.app.state.service.db, code)
    answer = visit.page(
        "directory/procedure.html",
        here="",
        known=caching.known(request, f"{ADDRESS}/{quote(code, safe='')}"),
        code=code,
        through=through,
        entry=entry,
        linked=_linked(request, code, entry, declared) if entry else None,
        content=content,
        said={field: pieces(content, field) if content else () for field in places.FIELDS},
        name=content.name if content else declared.package.name if declared else code,
        package=declared.package if declared else None,
        cases=await procedure.cases(request, declared) if declared else (),
        fields=places.FIELDS,
        modes=places.MODES,
        kinds=places.KINDS,
        levels=dict(places.levels()),
        service_levels=places.service_levels(),
        versions=[
            (each, publishing.changed(each, older))
            for each, older in zip(versions, [*versions[1:], None], strict=False)
        ],
    )
    return caching.cached(request, visit, answer)


def _linked(request: Request, code: str, entry: Entry, declared: Version | None) -> dict[str, Any]:
    origin: str = request.app.state.settings.public_origin
    return structured.service(code, entry, origin, online=declared is not None)


def _abolished(visit: Anybody, code: str, entry: Entry, through: EntrySite) -> Response:
    said = entry.version.publication
    successor = (said.successor if said else None) or ""
    return visit.page(
        "directory/absent.html", 410, here="", code=code, entry=entry, successor=successor, through=through
    )


@router.get("/{code}/du-lieu")
@acts.named("read_public_catalogue")
async def public_procedure_data(code: Code, request: Request, visit: AnybodyNow) -> Response:
    """The procedure as a `GovernmentService` of schema.org, in JSON-LD."""
    entry, declared = await _entry(request, code), await _declared(request, code)
    if entry is None or not entry.in_force:
        raise errors.NotFound("entry of the catalogue", code)
    document = _linked(request, code, entry, declared)
    return caching.cached(
        request, visit, Response(orjson.dumps(document), media_type="application/ld+json; charset=utf-8")
    )


@router.get("/{code}/mau/{case}/{paper}")
@acts.named("read_public_catalogue")
async def save_public_template(code: Code, case: Code, paper: Code, request: Request) -> Response:
    """The template of a paper, to be saved."""
    declared = await _declared(request, code)
    found = procedure.template(declared.package, case, paper) if declared else None
    if found is None:
        raise errors.NotFound("template", paper)
    name, data = found
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type="application/octet-stream", headers=headers)
