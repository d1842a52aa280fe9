"""Open incidents of runs: list, and retry with what was missing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, fields
from hoso_api.http.fields import Key
from hoso_api.pages.heads import headship
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import incidents
from hoso_workflows.monitoring.incidents import Incident
from hoso_workflows.organisation import permissions

ADDRESS = "/noi-bo/su-co-quy-trinh"
#: The field of missing values, and that of the incident whose form it is.
VALUES, INCIDENT = "gia-tri", "su-co"
#: Refusals of the values.
BY_SLUG = {errors.FormRefused.slug: VALUES, errors.BadVariable.slug: VALUES}
LENGTH = 50
After = Annotated[str, Query(alias="sau", max_length=200)]
router = session.router(ADDRESS)


@router.get("")
@acts.named("list_incidents")
async def incidents_page(visit: VisitNow, after: After = "") -> Response:
    """Open incidents of the reader's units, those open longest first."""
    try:
        return await _shown(visit, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.post("/{key}/{incident}")
@acts.named("resolve_incident")
async def retry(
    key: Annotated[Key, Path()], incident: UUID, visit: VisitNow, form: FormNow, after: After = ""
) -> Response:
    """Let what was held up go on, with the values that were missing."""
    try:
        command = commands.Retry(str(incident), values(form))
        done = await acting.act(visit, form, key, command, fields=BY_SLUG)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped), after)
    return await acting.onward(visit, ADDRESS, done)


def values(form: Form) -> Mapping[str, Any]:
    """The values of a form, a line each, as `name = value`.

    Raises Stopped for a line that is none, and for what REST does not take.
    """
    form.require_legible()
    found: dict[str, Any] = {}
    try:
        for line in filter(None, map(str.strip, form.text(VALUES).splitlines())):
            name, sign, text = (part.strip() for part in line.partition("="))
            if not sign or not name.isidentifier():
                raise Stopped(form, [Fault(spoken("Mỗi dòng một giá trị, dạng: tên = giá trị."), VALUES)])
            found[name] = _value(text)
        return cast("Mapping[str, Any]", fields.storable(found))
    except ValueError as why:
        raise Stopped(form, [Fault(messages.opening(messages.translated(why)), VALUES)]) from None


def _value(text: str) -> Any:
    """A JSON value, else the text itself. Raises ValueError for one that nests too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise fields.too_deep() from None
    except ValueError:
        return text


async def _shown(visit: Visit, form: Filled, after: str = "") -> Response:
    units = permissions.incident_units(visit.rights)
    page = await incidents.search(visit.service.db, units, limit=LENGTH, after=after or None)
    await headship.listed(visit, "list_incidents", None, [each.id for each in page.items])
    return visit.page(
        "heads/incidents.html",
        form.status,
        here="don-vi",
        rows=[(_said(each), each.retryable and _resolves(visit, each.unit)) for each in page.items],
        works=visit.rights.units,
        page=after,
        after=page.after,
        form=form,
        first=Filled(),
        flash=await acting.flash(visit),
    )


def _said(incident: Incident) -> Incident:
    """An incident in the reader's words, where they are ours."""
    return replace(incident, message=messages.translated(incident.message))


def _resolves(visit: Visit, unit: str) -> bool:
    """True when the reader heads or administers the unit that has to look."""
    headed = permissions.headed_units(visit.rights, "resolve_incident")
    return unit in headed or unit in permissions.overseen(visit.rights, "resolve_incident")
