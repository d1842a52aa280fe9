"""Forms of reports as pages and files: II.06, II.07, steps, officers, the share filed online."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.heads import headship
from hoso_api.pages.reports import asking, words
from hoso_api.pages.reports.asking import ADDRESS, REPORT, Asked, ReportAsked, Unreadable
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_calendar import messages
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.organisation.permissions import table
from hoso_workflows.reports import lateness
from hoso_workflows.reports.forms import files, making
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.forms.tables import Form, Heading, Split, Table

HERE = "bao-cao"
OFFICERS = "report_officers"
WHO = "nguoi-xu-ly"
Kind = Annotated[str, Path(pattern=f"^({'|'.join(words.KINDS)})$")]
#: Lines of a page; a file has all.
MOST = 200
SplitBy = Annotated[Split, Query(alias="theo")]
FileOf = Annotated[Format, Query(alias="dang")]

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get(f"/{WHO}")
@acts.named("report_officers")
async def officers_page(visit: VisitNow, asked: ReportAsked) -> Response:
    """Steps of a period by officer, the slowest first."""
    return await _page(visit, asked, WHO, Form.OFFICERS, Split.UNIT)


@router.get(f"/{WHO}/tep")
@acts.named("report_officers")
async def officers_file(visit: VisitNow, asked: ReportAsked, file: FileOf = Format.XLSX) -> Response:
    """The same as a file."""
    return await _file(visit, asked, WHO, Form.OFFICERS, Split.UNIT, file)


@router.get("/{kind}")
@acts.named("report_lateness")
async def form_page(
    kind: Kind, visit: VisitNow, asked: ReportAsked, split: SplitBy = Split.PROCEDURE
) -> Response:
    """A form of a period, with its identities and a chart."""
    return await _page(visit, asked, kind, words.KINDS[kind], split)


@router.get("/{kind}/tep")
@acts.named("report_lateness")
async def form_file(
    kind: Kind,
    visit: VisitNow,
    asked: ReportAsked,
    split: SplitBy = Split.PROCEDURE,
    file: FileOf = Format.XLSX,
) -> Response:
    """A form of a period as a file."""
    return await _file(visit, asked, kind, words.KINDS[kind], split, file)


async def _page(visit: Visit, asked: Asked, kind: str, form: Form, split: Split) -> Response:
    act = OFFICERS if form is Form.OFFICERS else REPORT
    units = await asking.reached(visit, act)
    asked = await asking.chosen(visit, act, asked, units)
    made: tuple[Heading, Table] | None = None
    faults: tuple[Fault, ...] = ()
    try:
        made = await _made(visit, asked, form, split)
    except Unreadable as none:
        faults = (none.fault,)
    filled = Filled(faults=faults, typed=asked.typed, status=422 if faults else 200)
    return visit.page(
        "reports/form.html",
        filled.status,
        here=HERE,
        form=filled,
        way=f"{ADDRESS}/{kind}",
        title=words.TITLES[form],
        asked=asked,
        units=units,
        heading=made and made[0],
        table=made and made[1],
        most=MOST,
        split=split,
        splits=words.SPLITS if form is Form.ACCOUNT else {},
        behind=words.BEHIND if _lists(visit, asked, form, split) else {},
        formats=[(each, each.upper()) for each in Format],
    )


def _lists(visit: Visit, asked: Asked, form: Form, split: Split) -> bool:
    """True where each figure opens its dossiers."""
    whole = form is Form.ACCOUNT and split is Split.PROCEDURE
    return whole and asked.unit in table.units(asking.DOSSIERS, visit.rights)


async def _file(visit: Visit, asked: Asked, kind: str, form: Form, split: Split, file: Format) -> Response:
    act = OFFICERS if form is Form.OFFICERS else REPORT
    units = await asking.reached(visit, act)
    asked = await asking.chosen(visit, act, asked, units)
    try:
        heading, made = await _made(visit, asked, form, split)
    except Unreadable:
        return RedirectResponse(f"{ADDRESS}/{kind}?{asked.query()}", status_code=303)
    name = f"{kind}-{heading.first:%Y%m%d}-{heading.last:%Y%m%d}.{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await files.made(file, heading, [made]), media_type=files.TYPES[file], headers=headers)


async def _made(visit: Visit, asked: Asked, form: Form, split: Split) -> tuple[Heading, Table]:
    """The table, counted as REST counts it. Raises Unreadable and DoesNotAddUp."""
    db, scope = visit.service.db, Scope(*asked.days(), asked.unit)
    calendars = await visit.service.reference_data.unit_calendars()
    try:
        with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
            heading = await making.heading(db, scope, at=visit.at)
            made = await making.table(db, calendars, form, scope, at=visit.at, split=split)
    except lateness.BadPeriod as bad:
        raise Unreadable(Fault(messages.translated(bad), asking.FIRST)) from bad
    if form is Form.OFFICERS:
        await headship.listed(visit, OFFICERS, asked.unit, [row.labels[-1] for row in made.rows])
    return heading, made
