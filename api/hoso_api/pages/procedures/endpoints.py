"""Procedures of an agency, their versions, and the submission of a draft."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import Key
from hoso_api.pages.procedures import publishing, version
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_models import VersionStatus
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures import overview, owners, publication

router = APIRouter(
    prefix=version.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

#: How many procedures a page shows.
LENGTH = 50
#: The offices that publication asks for.
OFFICES = frozenset((*permissions.offices("declare_version"), *permissions.offices("approve_version")))

Code = Annotated[Key, Path()]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Short = Annotated[str, Query(max_length=80)]


def offices(visit: Visit, *roles: str) -> list[str]:
    """The units in which the reader holds one of the offices."""
    return sorted({right.unit for right in visit.rights.held if right.role in roles})


@router.get("")
@acts.named("list_versions")
async def procedures_page(
    visit: VisitNow,
    status: Annotated[Short, Query(alias="trang-thai")] = "",
    text: Annotated[Short, Query(alias="q")] = "",
    scope: Annotated[Short, Query(alias="ngan")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The procedures with their versions: of the reader's own agency, or all."""
    own = offices(visit, *OFFICES)
    narrowed = bool(own) and scope != "tat-ca"
    wanted = VersionStatus(status) if status in set(VersionStatus) else None
    try:
        found = await overview.procedures(
            visit.service.db,
            day=localtime.local_date(visit.at),
            text=text.strip(),
            status=wanted,
            offices=own if narrowed else None,
            limit=LENGTH,
            after=after or None,
        )
    except errors.BadCursor:
        return RedirectResponse(version.ADDRESS, status_code=303)
    return visit.page(
        "procedures/list.html",
        here="thu-tuc",
        rows=found.items,
        after=found.after,
        narrowed=narrowed,
        holds=bool(own),
        declares=bool(offices(visit, *permissions.offices("declare_version"))),
        text=text.strip(),
        wanted=wanted,
        statuses=wording.VERSION_STATUSES,
    )


@router.get("/{code}")
@acts.named("list_versions")
async def versions_page(
    code: Code, visit: VisitNow, after: Annotated[str, Query(alias="sau", max_length=200)] = ""
) -> Response:
    """The versions of a procedure, the newest first."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    try:
        found = await publication.versions(db, code, limit=LENGTH, after=after or None, day=day)
    except errors.BadCursor:
        return RedirectResponse(f"{version.ADDRESS}/{code}", status_code=303)
    if not found.items:
        raise errors.NotFound("procedure", code)
    persons = {person for each in found.items for person in (*each.brought_by, each.approved_by)}
    return visit.page(
        "procedures/versions.html",
        here="thu-tuc",
        code=code,
        name=found.items[0].name,
        versions=found.items,
        after=found.after,
        running=await overview.running(db, code),
        names=await visit.names(persons),
        owner=next((each for each in await owners.owners(db, code) if each.valid_from <= day), None),
        statuses=wording.VERSION_STATUSES,
        may=await version.allowed(visit, code),
    )


@router.get("/{code}/ban/{number}")
@acts.named("get_version")
async def version_page(
    code: Code, number: Number, visit: VisitNow, case: Annotated[Short, Query(alias="truong-hop")] = ""
) -> Response:
    """One version: its state and next act, findings, picture, steps, cases."""
    return await shown(visit, code, number, Filled.first(visit), case)


async def shown(visit: Visit, code: str, number: int, form: Filled, case: str = "") -> Response:
    """The page of a version with a form that acts on it."""
    found = await version.read(visit, code, number, case)
    return visit.page("procedures/version.html", form.status, here="thu-tuc", shown=found, form=form)


@router.get("/{code}/ban/{number}/goi.zip")
@acts.named("get_version")
async def download_version(code: Code, number: Number, visit: VisitNow) -> Response:
    """The package of a version as its canonical zip."""
    found = await publication.declared(visit.service.db, code, number)
    name = f"attachment; filename={found.code}-{number}.zip"
    return Response(found.to_zip(), media_type="application/zip", headers={"Content-Disposition": name})


@router.post("/{code}/ban/{number}/trinh")
@acts.named("submit_version")
async def hand_in_version(code: Code, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Submit a draft for approval."""
    try:
        await publishing.act(
            visit,
            form,
            lambda: publication.submit(visit.service.db, code, number, actor=visit.principal, at=visit.at),
            publishing.submitted(visit),
        )
    except Stopped as stopped:
        return await shown(visit, code, number, Filled.again(stopped))
    return RedirectResponse(version.address(code, number), status_code=303)
