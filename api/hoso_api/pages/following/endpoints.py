"""Pages of one dossier that its applicant reads."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query
from starlette.responses import Response

from hoso_api.http import acts, encoding
from hoso_api.pages.following import dossier, files
from hoso_api.pages.following.dossier import DossierKey
from hoso_api.pages.officer import dossier_contents, dossier_frame
from hoso_api.pages.officer.dossier_contents import Answers
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import letter_preview, session
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views
from hoso_workflows.organisation import accesses
from hoso_workflows.tracking import steps

router = session.router(f"{dossier.ADDRESS}/{{key}}")
Printed = Annotated[str, Query(alias="dang", max_length=10)]


@router.get("")
@acts.named("get_dossier")
async def own_dossier_page(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """Status, promise, what to do, course by unit, letters, results, contact of the desk."""
    subject = await dossier.read(visit, key)
    told = await dossier.happened(visit, subject)
    return await dossier.shown(
        visit,
        subject,
        "dossier.html",
        to_do=dossier.to_do(subject),
        course=list(dossier.course(subject, told)),
        told=told,
        entry=dossier_frame.entry(subject),
        letters=await letter_views.listed(visit.service, key, letter_preview.reader(visit)),
        results=await files.results(visit, key),
        rates=bool(subject.document["result_ready_at"]),
        withdrawal=await dossier.refusal(visit, subject, "withdraw_dossier") is None,
    )


@router.get("/noi-dung")
@acts.named("get_dossier")
async def own_contents_page(key: DossierKey, visit: ApplicantVisitNow, printed: Printed = "") -> Response:
    """The filing, word for word; `?dang=in` is for paper."""
    subject = await dossier.read(visit, key)
    form = await steps.filing_form(visit.service, key, **visit.reading)
    shown = await dossier_contents.shown(visit, subject)
    return await dossier.shown(
        visit,
        subject,
        "contents.html",
        named=list(dossier_contents.applicant(subject)),
        filing=Answers.of(form, subject.document["form"] or {}, **shown),
        papers=await files.by_paper(visit, subject),
        erasure=await dossier_contents.erasure(visit, subject),
        printed=printed == "in",
    )


@router.get("/noi-dung/json")
@acts.named("get_dossier")
async def own_contents_file(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """A file of what was filed, as programs read it."""
    subject = await dossier.read(visit, key)
    document = subject.document
    told = {
        "schema": "hoso-filed/1",
        **{name: document[name] for name in ("reference", "code", "procedure", "filed_at")},
        **{name: document[name] for name in ("applicant", "form", "components")},
        "files": [files.described(each) for each in await files.listed(visit, key)],
    }
    headers = {"Content-Disposition": 'attachment; filename="ho-so-da-nop.json"'}
    body = encoding.encode(told, option=orjson.OPT_INDENT_2)
    return Response(body, headers=headers, media_type="application/json")


@router.get("/ai-da-xem")
@acts.named("see_readers")
async def readers_page(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """The units that have looked at the dossier, by day and reason; no names."""
    subject = await dossier.read(visit, key)
    looked = await accesses.of_own_dossier(visit.service.db, key, visit.principal, visit.at, visit.origin)
    return await dossier.shown(visit, subject, "readers.html", looked=looked)


@router.get("/giay/{letter}")
@acts.named("read_letter")
async def own_letter_page(key: DossierKey, letter: UUID, visit: ApplicantVisitNow) -> Response:
    """A letter as it was issued, with its print, its file and its check."""
    subject = await dossier.read(visit, key)
    listed = await letter_views.listed(visit.service, key, letter_preview.reader(visit))
    found = next((each for each in listed if each["id"] == str(letter)), None)
    if found is None:
        raise errors.NotFound("letter", letter)
    return await dossier.shown(visit, subject, "letter.html", letter=found, check=letter_views.CHECK)


@router.get("/giay/{letter}/ban-in")
@acts.named("read_letter")
async def own_printed_letter(key: DossierKey, letter: UUID, visit: ApplicantVisitNow) -> Response:
    """A letter as it stands on paper."""
    return letter_preview.paper((await _paper(visit, key, letter)).page)


@router.get("/giay/{letter}/pdf")
@acts.named("read_letter")
async def own_letter_pdf(key: DossierKey, letter: UUID, visit: ApplicantVisitNow) -> Response:
    """A letter as PDF: the signed file once it was signed."""
    return await letter_preview.pdf(await _paper(visit, key, letter), letter)


async def _paper(visit: ApplicantVisit, key: str, letter: UUID) -> letter_views.Paper:
    return await letter_views.paper(visit.service, key, letter, letter_preview.reader(visit))
