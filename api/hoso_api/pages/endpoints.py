"""The pages: the first one, explanation of a date, problems."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication, problems
from hoso_api.http.fields import Key
from hoso_api.pages import board, deadline
from hoso_api.pages.officer import dossier_holders
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.shared import acting, look
from hoso_api.pages.shared import visit as visits
from hoso_api.pages.shared.session import FactorsMissing, Reader, ReaderNow
from hoso_api.pages.shared.templating import page
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_models import DossierStatus
from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.identity.refusals import PasskeyMissing, ProofTooOld
from hoso_workflows.operation.repeats import AlreadyDone
from hoso_workflows.organisation.permissions import table
from hoso_workflows.tracking import keys, what_if

#: Fields that no page repeats.
SECRET = frozenset({"mat-khau", "nhap-lai"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
router = APIRouter(include_in_schema=False, dependencies=[Depends(authentication.same_site)])


@router.get("/noi-bo/ho-so")
@acts.named("explain_deadline")
async def looked_for(
    reader: ReaderNow, code: Annotated[str, Query(alias="ma", max_length=80)] = ""
) -> Response:
    """To the dossier of a code, whose page says whether there is one for this reader."""
    del reader
    if not code.strip():
        return RedirectResponse(board.ADDRESS, status_code=303)
    # A number of a person goes no further: neither into an address nor into a log.
    key = next(iter(keys.keys_in(code)), None)
    if key is None:
        raise errors.NotFound("dossier", code)
    return RedirectResponse(f"/noi-bo/ho-so/{quote(key, safe='')}/thoi-han", status_code=303)


@router.get("/noi-bo/ho-so/{key}/thoi-han")
@acts.named("explain_deadline")
async def explained_deadline(key: Annotated[Key, Path()], request: Request, reader: ReaderNow) -> Response:
    """The explanation of a dossier's due date, day by day."""
    principal = reader.rights.principal if reader.rights else None
    document = await views.explain(reader.service, key, reader=principal, at=reader.at, origin=reader.origin)
    calendars = await reader.service.reference_data.unit_calendars([document["dossier"]["unit"]])
    values = deadline.shown(document, calendars, reader.at)
    if reader.rights is not None:
        dossier = document["dossier"]
        status = DossierStatus(dossier["status"])
        due = await what_if.now(reader.service, dossier["reference"], status, at=reader.at)
        units = {dossier["unit"], *(step["unit"] for step in document["steps"])}
        values["opens"] = table.reaches(dossier_holders.READ, reader.rights, units)
        values["what_if"] = (deadline.IF_NOW[status], due) if due else None
    return await shelled(request, reader, "explanation.html", **values)


@router.get("/ho-so/{key}/thoi-han")
@acts.named("explain_deadline")
async def explained_to_applicant(key: Annotated[Key, Path()], visit: ApplicantVisitNow) -> Response:
    """The explanation of a due date of one's own dossier."""
    document = await views.explain(visit.service, key, **visit.reading)
    calendars = await visit.service.reference_data.unit_calendars([document["dossier"]["unit"]])
    values = deadline.shown(document, calendars, visit.at)
    return visit.page("explanation.html", here="ho-so", frame="portal.html", **values)


async def shelled(
    request: Request, reader: Reader, template: str, *, status: int = 200, here: str = "", **values: Any
) -> Response:
    """A page inside the officers' shell; on an open board, where nobody has signed in, without one."""
    if reader.rights is not None:
        visit = await visits.visit(request)
        flash = await acting.flash(visit)
        return visit.page(template, status, here=here, frame="internal.html", flash=flash, **values)
    return page(template, status, reader=reader, at=reader.at, frame="base.html", **values)


def wanted(request: Request) -> bool:
    """True when a person with a browser waits for the answer."""
    program = request.url.path.startswith(("/v1/", "/metrics"))
    return not program and "text/html" in request.headers.get("accept", "")


async def problem(
    request: Request, found: problems.Problem, headers: dict[str, str], said_as: str | None = None
) -> Response:
    """A problem as a page; whoever has to sign in, or to confirm who they are, is shown where.

    `said_as` is the key of its words, where they depend on more than its slug.

    A form of which nobody knows whether it was carried out is there once more, to be sent again under its key.
    """
    slug = found.type.removeprefix(problems.PREFIX)
    if slug == FactorsMissing.slug:
        return RedirectResponse("/tai-khoan", status_code=303)
    if found.status == 401 or slug == ProofTooOld.slug:
        way = "/dang-nhap" if found.status == 401 else "/xac-thuc-lai"
        kept = {name: value for name, value in headers.items() if name == "Set-Cookie"}
        return RedirectResponse(
            f"{way}?tiep={quote(visits.page_asked(request))}", status_code=303, headers=kept
        )
    said = wording.PROBLEM_PAGES.get(said_as or slug) or wording.PROBLEMS.get(
        found.status, wording.PROBLEMS[422]
    )
    # Nothing has taken it up where no route was found.
    look.take_up(request)
    title, advice = map(spoken, said)
    again = quote(visits.page_asked(request)) if slug == PasskeyMissing.slug else None
    answer = page(
        "problem.html",
        found.status,
        problem=found,
        title=title,
        advice=advice,
        again=again,
        until=_until(request, headers),
        repeated=await _repeated(request)
        if slug in (problems.OUTCOME_UNKNOWN, problems.NOT_CONFIRMED)
        else None,
        request_address=f"{request.url.path}?{request.url.query}".rstrip("?"),
        back=visits.page_before(request) if slug == AlreadyDone.slug else None,
    )
    answer.headers.update(headers)
    return answer


async def _repeated(request: Request) -> list[tuple[str, str]] | None:
    """The fields of a form, to be sent again as they are; None where a page must not hold them, or cannot."""
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return None
    fields = (await request.form()).multi_items()
    texts = [(name, value) for name, value in fields if isinstance(value, str)]
    return texts if len(texts) == len(fields) and not SECRET.intersection(dict(texts)) else None


def _until(request: Request, headers: Mapping[str, str]) -> datetime | None:
    """The instant for another try, where the answer says how long to wait."""
    wait = headers.get("Retry-After", "")
    at: datetime = request.app.state.clock()
    return at + timedelta(seconds=int(wait)) if wait.isdecimal() else None
