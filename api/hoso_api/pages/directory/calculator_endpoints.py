"""The calculator of a due date."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.directory import caching, calculator, listing
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_workflows import localtime
from hoso_workflows.organisation import unit_tree

router = session.router(calculator.ADDRESS)
Short = Annotated[str, Query(max_length=300)]


@router.get("")
@acts.named("read_public_catalogue")
async def due_date_page(
    request: Request,
    visit: AnybodyNow,
    code: Annotated[Short, Query(alias=calculator.PROCEDURE)] = "",
    case: Annotated[Short, Query(alias=calculator.CASE)] = "",
    unit: Annotated[Short, Query(alias=calculator.UNIT)] = "",
    received: Annotated[Short, Query(alias=calculator.AT)] = "",
    term: Annotated[Short, Query(alias=calculator.TERM)] = "",
) -> Response:
    """The due date of a procedure or a term, day by day.

    At first it is that of five working days from now, in the calendar of the unit at the top.
    """
    state = request.app.state
    reference = state.service.reference_data
    register, calendars = await reference.register(), await reference.unit_calendars()
    names = sorted(
        ((each, register.name(each)) for each in calendars), key=lambda each: listing.sorting(each[1])
    )
    given = {
        calculator.PROCEDURE: code,
        calculator.CASE: case,
        calculator.UNIT: unit,
        calculator.AT: received.strip(),
        calculator.TERM: term,
    }
    top = await unit_tree.top(state.service.db, localtime.local_date(state.clock()))
    first = top[0] if top and top[0] in calendars else next((each for each, _ in names), "")
    asked, counted = await calculator.ask(reference, given, first, at=state.clock())
    return visit.page(
        "directory/due_date.html",
        422 if asked.faults else 200,
        here="",
        known=caching.known(request, calculator.ADDRESS),
        asked=asked,
        counted=counted,
        units=names,
        share=f"{state.settings.public_origin}{asked.address}",
    )
