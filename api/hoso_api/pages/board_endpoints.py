"""The overdue board, its lists as workbooks, and reminders of its rows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages import board
from hoso_api.pages import endpoints as pages
from hoso_api.pages.board import Item, View
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_api.pages.shared.session import Reader, ReaderNow
from hoso_api.pages.shared.visit import VisitNow
from hoso_workflows import pagination, workbooks
from hoso_workflows.monitoring import overdue, overdue_workbook, reminders, workload
from hoso_workflows.monitoring.reminders import REMIND, AlreadyReminded, Late, NobodyToRemind
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Page

LIST = "list_overdue"
router = APIRouter(
    prefix=board.ADDRESS, include_in_schema=False, dependencies=[Depends(authentication.same_site)]
)

Unit = Annotated[str, Query(alias=board.UNIT, pattern=r"^[A-Za-z0-9._-]{0,80}$")]
Kind = Annotated[str, Query(alias=board.KIND, max_length=20)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The part of the board that a reader has chosen, within what they survey."""

    reader: Reader
    calendars: overdue.Calendars
    units: Sequence[workload.UnitTotals]
    #: What the reader follows.
    scope: Scope
    #: The one unit of the list, None for all that is followed.
    unit: str | None
    kind: str

    async def found(self, after: str | None, limit: int) -> Page[Item]:
        """A page of the list, which leaves a row in the access log. Raises BadCursor."""
        reader = self.reader
        page = await board.tab(self.kind).listed(
            *(reader.service.db, self.calendars),
            at=reader.at,
            scope=self.scope,
            unit=self.unit,
            after=after,
            limit=limit,
        )
        await reader.listed(LIST, self.unit, [each.id for each in page.items])
        return page

    async def counted_only(self) -> int:
        """The number of items of the list that are told as a number."""
        tab = board.tab(self.kind)
        return await tab.counted(self.reader.service.db, self.scope, self.unit, self.reader.at)

    async def whole(self) -> Page[Item]:
        """The list as far as a workbook holds it. Each part leaves a row in the access log."""
        items: list[Item] = []
        after: str | None = None
        while len(items) < board.MOST:
            page = await self.found(after, min(pagination.MOST, board.MOST - len(items)))
            items += page.items
            after = page.after
            if after is None:
                break
        return Page(tuple(items), after)


async def chosen(reader: ReaderNow, unit: Unit = "", kind: Kind = "") -> Chosen:
    """The list that a request asks for. Raises NotFound, Forbidden, which is recorded, and UnitNeeded."""
    calendars = await reader.service.reference_data.unit_calendars()
    units = await board.counted(reader, calendars)
    wanted = await permissions.existing_unit(reader.service.db, unit or None)
    async with reader.refusals(LIST, wanted):
        scope = await board.followed(reader)
        return Chosen(reader, calendars, units, scope, board.chosen(reader, wanted, units, scope), kind)


ChosenNow = Annotated[Chosen, Depends(chosen)]


After = Annotated[str, Query(alias=board.AFTER, max_length=100)]
Named = Annotated[str, Query(alias=board.NAMED, max_length=80)]
Passed = Annotated[int, Query(alias=board.FROM, ge=0, le=100_000)]


def viewed(chosen: ChosenNow, after: After = "", named: Named = "", passed: Passed = 0) -> View:
    """The part of the board that a request asks for."""
    return View(chosen.unit, board.tab(chosen.kind), after or None, named.strip(), passed)


ViewNow = Annotated[View, Depends(viewed)]


@router.get("")
@acts.named("list_overdue")
async def overdue_board(
    request: Request,
    chosen: ChosenNow,
    view: ViewNow,
    sent: Annotated[UUID | None, Query(alias=board.SENT)] = None,
) -> Response:
    """The overdue board: late items by unit, most late first."""
    return await _shown(request, chosen, view, Filled(), sent)


async def _shown(
    request: Request, chosen: Chosen, view: View, form: Filled, sent: UUID | None = None
) -> Response:
    reader, units = chosen.reader, chosen.units
    found = await chosen.found(view.after, board.LENGTH)
    sums, rows = board.totals(units), await board.rows(reader, found.items)
    steps = view.tab.late is Late.STEP
    held = await board.held_up(reader, chosen.scope, chosen.unit) if steps else board.HeldUp()
    return await pages.shelled(
        request,
        reader,
        "board.html",
        status=form.status,
        here="qua-han",
        oversees=reader.oversees or len(units) > 1,
        totals=sums,
        tiles=board.tiles(sums),
        units=board.listed(units, view),
        chosen=next((each for each in units if each.code == view.unit), None),
        view=view,
        tabs=board.TABS,
        rows=rows,
        held=held,
        most=board.MOST,
        urging=board.urging(reader, view.unit, rows),
        counted_only=await chosen.counted_only(),
        after=found.after,
        form=form,
        sent=next((each for each in rows if each.id == sent and each.reminded), None),
    )


@router.post("/nhac", dependencies=[Depends(session.secure)])
@acts.named("remind_overdue")
async def send_reminder(
    request: Request,
    visit: VisitNow,
    form: FormNow,
    chosen: ChosenNow,
    view: ViewNow,
    item: Annotated[UUID, Query(alias=board.ITEM)],
) -> Response:
    """Send a reminder of a row, and back to it. The same button once more changes nothing."""
    late = view.tab.late
    try:
        async with chosen.reader.refusals(REMIND, str(item)):
            await reminders.remind(visit.service.reference_data, late, item, visit.rights, at=visit.at)
    except (AlreadyReminded, NobodyToRemind) as refused:
        if not isinstance(refused, AlreadyReminded) or refused.reminded.by != visit.principal:
            stopped = await acting.stopped(visit, form, "", refused)
            return await _shown(request, chosen, view, Filled.again(stopped))
    return RedirectResponse(view.link(after=view.after, sent=item), status_code=303)


@router.get("/xlsx")
@acts.named("list_overdue")
async def overdue_workbook_page(chosen: ChosenNow) -> Response:
    """The chosen list as a workbook. A second sheet tells its unit, its instant and whether it is whole."""
    tab = board.tab(chosen.kind)
    found = await chosen.whole()
    whose = next((each.name for each in chosen.units if each.code == chosen.unit), chosen.unit)
    counted = await chosen.counted_only()
    told = overdue_workbook.Told(tab.name, whose, chosen.reader.at, counted, cut=found.after is not None)
    book = await asyncio.to_thread(overdue_workbook.write, found.items, told)
    waiting = {"tiep-nhan": "cho-tiep-nhan", "tra": "cho-tra-ket-qua"}
    name = waiting.get(tab.word, f"{tab.word or 'ho-so'}-qua-han")
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(book, media_type=workbooks.XLSX, headers=headers)
