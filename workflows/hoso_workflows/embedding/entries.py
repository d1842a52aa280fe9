"""Ways by which a dossier comes in (S-01).

The portal, an agency's site, another portal, a counter, post. They follow from the channel, the site and the portal of the
filing, so that nothing is stored twice.
"""

from collections.abc import Mapping
from enum import StrEnum

from hoso_models import EntryChannel
from hoso_models.tables.base import described


@described("The way by which a dossier came in.")
class EntryKind(StrEnum):
    """Ways by which dossiers come in."""

    #: Straight to the province's portal.
    PORTAL = "portal"
    #: Through the site of an agency.
    AGENCY_SITE = "agency_site"
    #: Filed on a portal of another authority.
    OTHER_PORTAL = "other_portal"
    #: At a counter.
    COUNTER = "counter"
    #: By post.
    POST = "post"


#: The way in words, as reports in Vietnamese name it.
WORDS: Mapping[str, str] = {
    EntryKind.PORTAL: "Cổng của tỉnh",
    EntryKind.AGENCY_SITE: "Trang của cơ quan",
    EntryKind.OTHER_PORTAL: "Cổng của cơ quan khác",
    EntryKind.COUNTER: "Trực tiếp",
    EntryKind.POST: "Bưu chính",
}


def kind(channel: str, site: str | None, portal: str | None) -> EntryKind:
    """The way of a dossier of that channel, site and portal."""
    if channel == EntryChannel.DESK:
        return EntryKind.COUNTER
    if channel == EntryChannel.POST:
        return EntryKind.POST
    if site is not None:
        return EntryKind.AGENCY_SITE
    return EntryKind.OTHER_PORTAL if portal is not None else EntryKind.PORTAL


def told(channel: str, site: str | None, portal: str | None) -> dict[str, str | None]:
    """The way and its name for answers: the site's host, or the other portal."""
    found = kind(channel, site, portal)
    name = {EntryKind.AGENCY_SITE: site, EntryKind.OTHER_PORTAL: portal}.get(found)
    return {"entry": found.value, "entry_site": name}
