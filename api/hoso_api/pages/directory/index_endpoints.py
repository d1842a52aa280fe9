"""Addresses for search engines: the map of the site and what they leave alone."""

from html import escape
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.directory import caching
from hoso_api.pages.portal.links import LINKS
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_workflows import localtime
from hoso_workflows.directory import rows

router = session.router("")
#: What nobody finds by searching: the inside, what belongs to one person, and whatever a code opens.
CLOSED = (
    *("/noi-bo", "/cua-toi", "/nop/", "/ho-so/", "/ho-so-nhap/", "/tra-cuu/", "/kiem-chung/", "/nhung/"),
    *("/dang-nhap", "/tai-khoan", "/xem", "/v1/"),
)
#: Addresses of a map; the protocol allows no more.
MOST = 50_000


@router.get("/sitemap.xml")
@acts.named("read_public_catalogue")
async def sitemap(request: Request, visit: AnybodyNow) -> Response:
    """Every page that anybody may find: places of the portal and procedures."""
    state = request.app.state
    origin: str = state.settings.public_origin
    found = await rows.addresses(state.service.db, localtime.local_date(state.clock()))
    lines = [f"<url><loc>{escape(origin + path)}</loc></url>" for path in ("/", *(path for path, _ in LINKS))]
    for code, since in found.items():
        told = f"<lastmod>{since.isoformat()}</lastmod>" if since else ""
        address = f"{origin}/thu-tuc/{quote(code, safe='')}"
        lines.append(f"<url><loc>{escape(address)}</loc>{told}</url>")
    text = "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines[:MOST],
            "</urlset>\n",
        )
    )
    return caching.cached(request, visit, Response(text, media_type="application/xml"))


@router.get("/robots.txt")
@acts.named("read_public_catalogue")
async def robots(request: Request, visit: AnybodyNow) -> Response:
    """Addresses that no search engine should ask for, and the map."""
    origin: str = request.app.state.settings.public_origin
    lines = ["User-agent: *", *(f"Disallow: {each}" for each in CLOSED), f"Sitemap: {origin}/sitemap.xml", ""]
    return caching.cached(request, visit, Response("\n".join(lines), media_type="text/plain; charset=utf-8"))
