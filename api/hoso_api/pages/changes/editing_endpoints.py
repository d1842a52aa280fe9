"""A version edited in a form: the changed declaration becomes a new draft."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.changes import editing
from hoso_api.pages.procedures import publishing, upload, version
from hoso_api.pages.procedures.endpoints import Code, Number, Short
from hoso_api.pages.procedures.upload import Kind, Upload
from hoso_api.pages.shared import postings, questions, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_bpmn.package import package
from hoso_bpmn.package.package import Case, Package
from hoso_workflows import errors, localtime
from hoso_workflows.procedures import examination, publication
from hoso_workflows.procedures.publication import Version

router = APIRouter(
    prefix=f"{version.ADDRESS}/{{code}}/ban/{{number}}/sua",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

CaseAsked = Annotated[Short, Query(alias="truong-hop")]


@dataclass(frozen=True, slots=True)
class Edited:
    """A version that is being edited, with the case of the form."""

    version: Version
    package: Package
    case: Case
    #: The number of the newest version.
    newest: int

    @property
    def address(self) -> str:
        """The address of the version."""
        return version.address(self.version.procedure, self.version.number)


@router.get("")
@acts.named("declare_version")
async def editing_page(code: Code, number: Number, visit: VisitNow, case: CaseAsked = "") -> Response:
    """The declaration as a form; who may not declare reads why there is none."""
    return await _page(visit, await _edited(visit, code, number, case), Filled())


@router.post("")
@acts.named("declare_version")
async def save_edited(
    code: Code, number: Number, visit: VisitNow, form: FormNow, case: CaseAsked = ""
) -> Response:
    """Keep the changed declaration as a new draft, with the checks of an upload."""
    return await _taken(visit, await _edited(visit, code, number, case), form, keep=True)


@router.post("/kiem-tra")
@acts.named("declare_version")
async def check_edited(
    code: Code, number: Number, visit: VisitNow, form: FormNow, case: CaseAsked = ""
) -> Response:
    """Check the changed declaration; nothing is stored."""
    return await _taken(visit, await _edited(visit, code, number, case), form, keep=False)


async def _edited(visit: Visit, code: str, number: int, case: str) -> Edited:
    db = visit.service.db
    day = localtime.local_date(visit.at)
    found = await publication.version(db, code, number, day=day)
    declared = await publication.declared(db, code, number)
    newest = (await publication.versions(db, code, limit=1, day=day)).items[0].number
    try:
        return Edited(found, declared, declared.case(case or declared.cases[0].id), newest)
    except package.NoSuchCase:
        raise errors.NotFound("case", case) from None


async def _taken(visit: Visit, found: Edited, form: Form, *, keep: bool) -> Response:
    received = postings.read(editing.form(), form.fields.multi_items())
    filled = Filled(key=form.key)
    try:
        form.require_legible()
        if received.again or received.faults():
            status = HTTPStatus.OK if received.again else HTTPStatus.UNPROCESSABLE_ENTITY
            return await _page(visit, found, Filled(key=form.key, status=status), received)
        data = editing.edited(found.package, found.case, received.filed)
        return await _carried_out(visit, found, filled, received, data, keep=keep)
    except Stopped as stopped:
        return await _page(visit, found, Filled.again(stopped), received)
    except errors.TooManyRequests as refused:
        again = Filled.again(await publishing.stopped(visit, form, refused))
        return await _page(visit, found, again, received)


async def _carried_out(
    visit: Visit, found: Edited, form: Filled, received: Received, data: bytes, *, keep: bool
) -> Response:
    """Keep the package, or only say what its check found. Raises Forbidden and TooManyRequests."""
    db, actor, at, status = visit.service.db, visit.principal, visit.at, HTTPStatus.OK
    if keep:
        try:
            kept = await publication.declare(db, data, actor=actor, at=at, code=found.version.procedure)
            return RedirectResponse(version.address(kept.procedure, kept.number), status_code=303)
        except errors.PackageRefused as refused:
            report, status = refused.report, HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        report = await examination.examine(db, data, actor=actor, at=at)
    checked = await upload.checked(Upload("procedure.toml", Kind.PACKAGE, data), report)
    return await _page(visit, found, Filled(key=form.key, status=status), received, checked)


async def _page(
    visit: Visit,
    found: Edited,
    form: Filled,
    received: Received | None = None,
    checked: upload.Checked | None = None,
) -> Response:
    language, today = visit.look.language, localtime.local_date(visit.at)
    answers = editing.answers(found.package, found.case)
    sheet = questions.Sheet(editing.form(), answers, language=language, today=today)
    if received is not None:
        sheet = questions.received(received, language=language, today=today)
    return visit.page(
        "changes/editing.html",
        form.status,
        here="thu-tuc",
        found=found,
        form=form,
        sheet=sheet,
        checked=checked,
        able="declare_version" in await version.allowed(visit, found.version.procedure),
    )
