"""The list of procedures, searched and narrowed by anybody."""

from itertools import groupby
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.directory import caching, listing
from hoso_api.pages.directory.listing import ADDRESS
from hoso_api.pages.portal.entry_site import EntrySiteNow
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import reads
from hoso_workflows.directory import rows

router = session.router(ADDRESS)
Short = Annotated[str, Query(max_length=300)]


@router.get("")
@acts.named("read_public_catalogue")
async def public_list_page(
    request: Request,
    visit: AnybodyNow,
    through: EntrySiteNow,
    words: Annotated[Short, Query(alias="q")] = "",
    field: Annotated[Short, Query(alias="linh-vuc")] = "",
    level: Annotated[Short, Query(alias="cap")] = "",
    authority: Annotated[Short, Query(alias="co-quan")] = "",
    kind: Annotated[Short, Query(alias="muc-do")] = "",
    audience: Annotated[Short, Query(alias="doi-tuong")] = "",
    after: Annotated[str, Query(alias="sau", max_length=3000)] = "",
) -> Response:
    """The entries in force today: what a search finds, else field by field."""
    state = request.app.state
    db, day = state.service.db, localtime.local_date(state.clock())
    given = dict(zip(listing.FILTERS, (field, level, authority, kind, audience), strict=True))
    asked = listing.asked(words, given, await listing.everything(request), through)
    try:
        page = await listing.page(db, asked, day, after or None)
    except errors.BadCursor:
        return RedirectResponse(asked.address(), status_code=303)
    shown = await rows.of(db, page.items, day)
    groups = [("", shown)] if asked.words else _by_field(shown)
    register = await state.service.reference_data.register()
    everything = await listing.everything(request)
    first = not (asked.words or asked.said or after)
    answer = visit.page(
        "directory/list.html",
        here="",
        known=caching.known(request, ADDRESS, **{word: asked.said.get(word, "") for word in listing.FILTERS}),
        asked=asked,
        through=through,
        total=(await reads.counts(db, asked.words, asked.filters, day=day)).total,
        groups=groups,
        after=page.after,
        later=bool(after),
        near=() if page.items or after else await listing.near(request, asked.words),
        bare=await rows.bare(db, day) if first else (),
        filters=await listing.filters(
            db, asked, day, {unit: register.name(unit) for unit in everything.authorities}
        ),
        service_levels=places.service_levels(),
    )
    return caching.cached(request, visit, answer)


def _by_field(shown: list[rows.Row]) -> list[tuple[str, list[rows.Row]]]:
    return [(name, list(group)) for name, group in groupby(shown, key=lambda each: each.entry.field)]
