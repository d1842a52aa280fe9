"""Registers of desks as page, PDF and workbook (Mẫu 06)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.letters import papers
from hoso_workflows.correspondence import dossier_register, register_workbook
from hoso_workflows.correspondence.dossier_register import Days

router = APIRouter(prefix="/registers", tags=["reports"], route_class=KnownRoute)
READS = responses(400, 401, 403, 404)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


def _days(
    unit: Annotated[Key, Query(description="The desk whose book it is.")],
    first: Annotated[date, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)],
    last: Annotated[
        date, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY, description="The last day, of the same year.")
    ],
    procedure: Annotated[Key | None, Query(description="The dossiers of one procedure only.")] = None,
) -> Days:
    return Days(unit, first, last, procedure)


Asked = Annotated[Days, Depends(_days)]


@router.get("/dossiers.html", response_class=HTMLResponse, responses=READS)
@acts.named("read_register")
async def show_register(caller: CallerNow, days: Asked) -> Response:
    """The dossiers that a desk has accepted (Mẫu 06), as a page."""
    return papers.page(await dossier_register.read(caller.service, days, papers.asked(caller)))


@router.get("/dossiers.pdf", response_class=Response, responses={**READS, **papers.PDF})
@acts.named("read_register")
async def print_register(caller: CallerNow, days: Asked) -> Response:
    """The dossiers that a desk has accepted (Mẫu 06), as PDF."""
    return await papers.pdf(await dossier_register.read(caller.service, days, papers.asked(caller)))


@router.get("/dossiers.xlsx", response_class=Response, responses={**READS, **WORKBOOK})
@acts.named("read_register")
async def export_register(caller: CallerNow, days: Asked) -> Response:
    """The dossiers that a desk has accepted (Mẫu 06), as a workbook."""
    paper = await dossier_register.read(caller.service, days, papers.asked(caller))
    headers = {"Content-Disposition": f'attachment; filename="so-theo-doi-{paper.values.year}.xlsx"'}
    return Response(register_workbook.write(paper.values), media_type=XLSX, headers=headers)
