"""The site of an agency that led here, kept in addresses of the portal."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from hoso_workflows.embedding import sites

#: The word of a link by which a site of an agency leads here.
FROM = "tu"
Site = Annotated[str, Query(alias=FROM, max_length=300)]


@dataclass(frozen=True, slots=True)
class EntrySite:
    """The site that led here; empty where none in the register did."""

    host: str

    def __call__(self, address: str) -> str:
        """An address of ours that still names the site. A host needs no escaping."""
        if not self.host:
            return address
        return f"{address}{'&' if '?' in address else '?'}{FROM}={self.host}"


async def entry_site(request: Request, site: Site = "") -> EntrySite:
    """The site in use that the address names: a dependency. Only an address that names one asks the register."""
    known = await sites.entered_through(request.app.state.service.db, site) if site else None
    return EntrySite(known or "")


EntrySiteNow = Annotated[EntrySite, Depends(entry_site)]
