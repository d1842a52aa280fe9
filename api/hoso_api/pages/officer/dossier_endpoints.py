"""Pages of a dossier that are read: overview, contents, diagram, diary, who had it."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import Key
from hoso_api.pages.officer import (
    dossier_contents,
    dossier_diary,
    dossier_frame,
    dossier_holders,
    dossier_overview,
)
from hoso_api.pages.officer.dossier_contents import Answers
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_workflows.dossiers import views

router = APIRouter(
    prefix=dossier_frame.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

DossierKey = Annotated[Key, Path()]


@router.get("/{key}")
@acts.named("get_dossier")
async def dossier_page(key: DossierKey, visit: VisitNow) -> Response:
    """Overview: how the dossier stands, who has it, what its reader may do."""
    subject = await dossier_frame.read(visit, key)
    course = await dossier_overview.course(visit, subject)
    lines = await dossier_overview.lines(visit, course)
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_overview.html",
        tab="",
        holders=await dossier_overview.holders(visit, subject, lines),
        lines=lines,
        flags=list(dossier_overview.flags(subject)),
        appointments=list(dossier_overview.appointments(subject.document)),
        letters=await dossier_overview.letters(visit, subject),
        menu=await dossier_frame.menu(visit, subject),
    )


@router.get("/{key}/noi-dung")
@acts.named("get_dossier")
async def dossier_contents_page(key: DossierKey, visit: VisitNow) -> Response:
    """The filing of the applicant, and the answers at the steps."""
    subject = await dossier_frame.read(visit, key)
    course = await dossier_overview.course(visit, subject)
    shown = await dossier_contents.shown(visit, subject)
    steps = [(each, Answers.of(each.form, each.answers, **shown)) for each in course.steps if each.answers]
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_contents.html",
        tab="noi-dung",
        entry=dossier_frame.entry(subject),
        applicant=list(dossier_contents.applicant(subject)),
        filing=Answers.of(course.form, subject.document["form"] or {}, **shown),
        steps=steps,
        erasure=await dossier_contents.erasure(visit, subject),
    )


@router.get("/{key}/quy-trinh")
@acts.named("get_waits")
async def dossier_course_page(key: DossierKey, visit: VisitNow) -> Response:
    """The diagram with the dossier's steps, and the same as a table."""
    subject = await dossier_frame.read(visit, key)
    course = await dossier_overview.course(visit, subject)
    lines = await dossier_overview.lines(visit, course)
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_course.html",
        tab="quy-trinh",
        lines=lines,
        diagram=dossier_overview.diagram(course, lines, subject.document["procedure"]["name"]),
    )


@router.get("/{key}/nhat-ky/json")
@acts.named("list_events")
async def dossier_diary_file(key: DossierKey, visit: VisitNow) -> Response:
    """A file of the events of the dossier with their chain."""
    told = await views.history(visit.service, key, **visit.reading)
    headers = {"Content-Disposition": 'attachment; filename="nhat-ky.json"'}
    return Response(
        orjson.dumps(told, option=orjson.OPT_INDENT_2), headers=headers, media_type="application/json"
    )


@router.get("/{key}/ai-giu")
@acts.named("get_accounting")
async def dossier_holders_page(key: DossierKey, visit: VisitNow) -> Response:
    """The working time of the dossier by those who had it."""
    return visit.page("officer/dossier_holders.html", **await dossier_holders.read(visit, key))


@router.get("/{key}/nhat-ky")
@acts.named("list_events")
async def dossier_diary_page(
    key: DossierKey,
    visit: VisitNow,
    kind: Annotated[str, Query(alias=dossier_diary.KIND, max_length=20)] = "",
) -> Response:
    """The events of the dossier in words, the newest first."""
    subject = await dossier_frame.read(visit, key)
    entries = await dossier_diary.read(visit, subject)
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_diary.html",
        tab="nhat-ky",
        entries=dossier_diary.of_kind(entries, kind),
        whole=len(entries),
        groups=dossier_diary.GROUPS,
        kind=kind if kind in dossier_diary.GROUPS else "",
        verdict=await dossier_diary.verdict(visit, subject),
    )
