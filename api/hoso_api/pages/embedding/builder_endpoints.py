"""Code to copy into other sites, and the sites that show the catalogue."""

from datetime import timedelta
from html import escape
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.coordination import places as coordination
from hoso_api.pages.embedding import endpoints, listing
from hoso_api.pages.embedding.listing import Asked, AskedNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_api.translation.vietnamese import marked
from hoso_bpmn.package.forms import spelling
from hoso_models import SiteUse
from hoso_workflows import localtime
from hoso_workflows.catalogue import reads
from hoso_workflows.embedding import seen, sites

BUILDER, SITES = places.EMBEDDING, places.SITES
router = session.router(places.ADDRESS)
#: Items of a preview.
PREVIEW = 10
#: Heights of a frame before the script tells its own, in CSS pixels.
HEIGHTS = (400, 600, 900)
#: Days that are shown at first.
PERIOD = timedelta(days=29)
USES = {
    SiteUse.FRAME: marked("khung danh mục"),
    SiteUse.SEARCH: marked("khung tra cứu"),
    SiteUse.SCRIPT: marked("tệp lệnh"),
    SiteUse.JSON: marked("JSON"),
    SiteUse.ATOM: marked("Atom"),
    SiteUse.LINK: marked("đến nộp hồ sơ"),
}


@router.get("/nhung")
@acts.named("list_catalogue")
async def builder_page(
    visit: VisitNow, asked: AskedNow, height: Annotated[str, Query(alias="cao", max_length=5)] = ""
) -> Response:
    """The code of a list with chosen filters, and how it looks."""
    db, day = visit.service.db, localtime.local_date(visit.at)
    everything = await reads.counts(db, "", day=day)
    tall = int(height) if height.isdecimal() and int(height) in HEIGHTS else HEIGHTS[1]
    found = await listing.read(db, asked, visit.at, PREVIEW)
    return visit.page(
        "embedding/builder.html",
        here=places.HERE,
        sections=places.sections(visit),
        said=asked.said,
        fields=[(each, each) for each in sorted(everything.fields)],
        levels=places.levels(),
        units=await coordination.named(visit, sorted(everything.authorities)),
        service_levels=places.service_levels(),
        sites=[(each, each) for each in sorted(await sites.open_sites(db))],
        heights=HEIGHTS,
        height=tall,
        codes=_codes(asked, found.address, tall),
        feeds=[asked.address(listing.FEED), asked.address(listing.ATOM)],
        listing=found,
        more=asked.address(listing.FRAME) if found.after else None,
    )


def _codes(asked: Asked, address: str, height: int) -> list[tuple[str, str, str]]:
    """Id, words and code of each way to show the list."""
    frame = escape(asked.address(listing.FRAME))
    script = f'<script src="{asked.origin}{listing.SCRIPT}?v={endpoints.version()}" defer></script>'
    link = f'<a href="{escape(address)}">Thủ tục hành chính</a>'
    attributes = "".join(f' {name}="{escape(each)}"' for name, each in asked.said.items())
    search = escape(f"{asked.origin}{listing.SEARCH}")
    return [
        (
            "khung",
            marked("Khung"),
            f'<iframe src="{frame}" title="Thủ tục hành chính" width="100%" height="{height}" loading="lazy"></iframe>\n{script}',
        ),
        ("the", marked("Thẻ"), f"<hoso-danh-muc{attributes}>{link}</hoso-danh-muc>\n{script}"),
        ("lien-ket", marked("Liên kết"), link),
        (
            "tra-cuu",
            marked("Ô tra cứu hồ sơ"),
            f'<iframe src="{search}" title="Tra cứu hồ sơ" width="100%" height="260" loading="lazy"></iframe>',
        ),
    ]


@router.get("/trang-nhung")
@acts.named("list_embedding_sites")
async def sites_page(
    request: Request,
    visit: VisitNow,
    first: Annotated[str, Query(alias="tu", max_length=20)] = "",
    last: Annotated[str, Query(alias="den", max_length=20)] = "",
) -> Response:
    """The sites that show the catalogue, by host and day counts."""
    await coordination.require(visit, seen.LIST)
    tally: seen.Tally = request.app.state.sites_seen
    end = spelling.day(last) or localtime.local_date(visit.at)
    begin = spelling.day(first) or end - PERIOD
    rows = await seen.listed(visit.service.db, begin, end, tally)
    return visit.page(
        "embedding/sites.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=rows,
        first=begin,
        last=end,
        uses=USES,
    )
