"""Parts of a version: its forms, its picture, its scenarios."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.procedures import form_preview, scenario_results, version
from hoso_api.pages.procedures.endpoints import Code, Number, Short
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_bpmn.document import diagram
from hoso_bpmn.drawing import interchange, svg

router = APIRouter(
    prefix=f"{version.ADDRESS}/{{code}}/ban/{{number}}",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

#: Sizes of a picture in per cent.
SIZES = (50, 75, 100, 150, 200)
Name = Annotated[str, Path(max_length=200)]


@router.get("/bieu-mau/{name}")
@acts.named("get_version")
async def form_page(code: Code, number: Number, name: Name, visit: VisitNow) -> Response:
    """A form as those see it who answer it, to be tried out."""
    return _form(visit, await form_preview.read(visit, code, number, name), Filled())


@router.post("/bieu-mau/{name}")
@acts.named("get_version")
async def judge_form(code: Code, number: Number, name: Name, visit: VisitNow, form: FormNow) -> Response:
    """Judge answers that somebody tries; nothing is stored."""
    found = await form_preview.read(visit, code, number, name)
    sent = found.received(form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults() else HTTPStatus.OK
    return _form(visit, found, Filled(key=form.key, status=status), sent)


@router.get("/so-do")
@acts.named("get_version")
async def diagram_page(
    code: Code,
    number: Number,
    visit: VisitNow,
    case: Annotated[Short, Query(alias="truong-hop")] = "",
    size: Annotated[Short, Query(alias="co")] = "100",
) -> Response:
    """The picture of a case by itself, in one of five sizes."""
    found = await version.read(visit, code, number, case)
    percent = int(size) if size in map(str, SIZES) else 100
    return visit.page(
        "procedures/picture.html",
        here="thu-tuc",
        shown=found,
        picture=found.picture and svg.scaled(found.picture, percent),
        laid_out=not interchange.boxes(diagram.read(found.package.process(found.case)).root),
        percent=percent,
        sizes=SIZES,
    )


@router.get("/kich-ban")
@acts.named("get_version")
async def scenarios_page(code: Code, number: Number, visit: VisitNow) -> Response:
    """The scenarios of a version: passed or failed, and the flows that none takes."""
    return _scenarios(visit, await scenario_results.read(visit, code, number), Filled())


@router.post("/kich-ban")
@acts.named("get_version")
async def play_scenarios(code: Code, number: Number, visit: VisitNow, form: FormNow) -> Response:
    """Run the scenarios of a version anew; nothing is stored."""
    return _scenarios(
        visit, await scenario_results.read(visit, code, number, anew=True), Filled(key=form.key)
    )


def _scenarios(visit: Visit, found: scenario_results.Shown, form: Filled) -> Response:
    return visit.page("procedures/scenarios.html", form.status, here="thu-tuc", found=found, form=form)


def _form(
    visit: Visit, found: form_preview.Preview, form: Filled, received: Received | None = None
) -> Response:
    return visit.page(
        "procedures/form.html",
        form.status,
        here="thu-tuc",
        found=found,
        form=form,
        sheet=found.sheet(visit, received),
        accepted=received is not None and not received.again and not received.faults(),
    )
