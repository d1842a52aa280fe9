"""Lists of the catalogue for other sites: filters of an address, and their finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Self
from urllib.parse import quote, urlencode

from fastapi import Depends, Request

from hoso_api.http import authentication
from hoso_api.pages.portal.entry_site import FROM, EntrySite
from hoso_calendar import messages
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import code_lists, reads
from hoso_workflows.catalogue.reads import Filters, Found
from hoso_workflows.embedding import sites
from hoso_workflows.organisation import unit_tree
from hoso_workflows.procedures import openings

ADDRESS = "/nhung"
FRAME, SEARCH, SCRIPT = f"{ADDRESS}/danh-muc", f"{ADDRESS}/tra-cuu", f"{ADDRESS}/the.js"
FEED, ATOM = f"{FRAME}.json", f"{FRAME}.atom"
#: Characters of a filter that are read.
MOST = 300
#: The filters of an address, each with what it narrows.
NAMES = ("q", "linh-vuc", "cap", "co-quan", "muc-do")


@dataclass(frozen=True, slots=True)
class Asked:
    """The list that an address asks for. A filter that nothing has finds nothing."""

    origin: str
    said: Mapping[str, str]
    after: str
    language: str

    @classmethod
    def of(cls, request: Request) -> Self:
        """The list that a request asks for."""
        query = request.query_params
        said = {name: query.get(name, "")[:MOST] for name in (*NAMES, FROM) if query.get(name)}
        english = query.get("ngon-ngu") == messages.ENGLISH
        language = messages.ENGLISH if english else messages.VIETNAMESE
        return cls(authentication.origin_of(request), said, query.get("sau", "")[:MOST], language)

    @property
    def words(self) -> str:
        """The words of the search."""
        return self.said.get("q", "")

    @property
    def filters(self) -> Filters:
        """The filters of the search."""
        return Filters(*(self.said.get(name) for name in NAMES[1:]))

    def query(self, **more: str) -> str:
        """The query of an address with the same filters."""
        english = {"ngon-ngu": self.language} if self.language == messages.ENGLISH else {}
        return urlencode({**self.said, **english, **more})

    def address(self, path: str, **more: str) -> str:
        """The whole address of a list with the same filters."""
        query = self.query(**more)
        return f"{self.origin}{path}{'?' if query else ''}{query}"


def asked(request: Request) -> Asked:
    """The list that a request asks for: a dependency."""
    return Asked.of(request)


AskedNow = Annotated[Asked, Depends(asked)]


@dataclass(frozen=True, slots=True)
class Item:
    """A procedure in a list."""

    found: Found
    updated_at: datetime
    level_name: str
    service_level_name: str | None
    address: str
    #: The page where it is filed online; None where nobody can.
    filing_address: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list for another site."""

    day: date
    owner: str
    #: The portal that the list is of, as an address.
    portal: str
    #: The same as a link, with the site that it stands on.
    address: str
    total: int
    items: Sequence[Item]
    after: str | None

    @property
    def opened(self) -> datetime:
        """The first instant of the day, as which an empty list was last changed."""
        return datetime.combine(self.day, time(), localtime.ZONE)


async def read(db: Database, asked: Asked, at: datetime, limit: int) -> Listing:
    """The list of an address on the local day of an instant."""
    day = localtime.local_date(at)
    through = EntrySite(await sites.entered_through(db, asked.said.get(FROM, "")) or "")
    try:
        page = await reads.search(
            db, asked.words, asked.filters, day=day, limit=limit, after=asked.after or None
        )
    except errors.BadCursor:
        page = await reads.search(db, asked.words, asked.filters, day=day, limit=limit)
    counts = await reads.counts(db, asked.words, asked.filters, day=day)
    codes = [each.code for each in page.items]
    known = {
        row.code: row for row in await db.rows(_KNOWN, [codes, [each.number for each in page.items], day])
    }
    items = [
        _item(each, asked.origin, through, known[each.code].entered_at, filed=known[each.code].filed)
        for each in page.items
    ]
    top = await unit_tree.top(db, day)
    name, portal = top[1] if top else "", f"{asked.origin}/thu-tuc"
    return Listing(day, name, portal, through(portal), counts.total, items, page.after)


def _item(found: Found, origin: str, through: EntrySite, updated_at: datetime, *, filed: bool) -> Item:
    level = code_lists.level(found.level)
    service = code_lists.service_level(found.service_level) if found.service_level else None
    ending = through(quote(found.code, safe=""))
    return Item(
        found,
        updated_at,
        level.name if level else found.level,
        service.name if service else found.service_level,
        f"{origin}/thu-tuc/{ending}",
        f"{origin}/nop/{ending}" if filed and service is not None and service.online else None,
    )


#: $1 codes, $2 of each the number of its version, $3 local date.
_KNOWN = f"""
select v.procedure_code as code, v.entered_at,
  exists (select from workflow_version w where w.procedure_code = v.procedure_code and {openings.living_sql("w", "$3::date")}) as filed
from procedure_entry_version v
join unnest($1::text[], $2::int[]) as a(code, number) on a.code = v.procedure_code and a.number = v.number
"""  # noqa: S608 - fixed text of this module
