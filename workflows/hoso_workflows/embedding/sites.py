"""Sites of the register of agencies' systems, by their hosts (S-01, S-09).

A site is named by its host, as `dichvu.example.vn`. Rows of the register are never removed, so that the site of a draft
stays known until it is filed.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from hoso_models import Integration
from hoso_models.storage.database import Database

#: Origins that a header names at most.
MOST = 200
#: A name of a site. The last part begins with a letter, so that no number of a machine is one.
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 253


def host(address: str) -> str:
    """The host of an address or origin, in small letters.

    Empty for none that is a name.
    """
    try:
        found = (urlsplit(address.strip()).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    return found if len(found) <= _LONGEST and _HOST.fullmatch(found) else ""


def named(text: str) -> str:
    """The host in a parameter of a link; empty for none."""
    return host(f"//{text.strip()}")


async def registered(db: Database) -> frozenset[str]:
    """The hosts of all systems that were ever entered."""
    return _hosts(await _addresses(db, ended=True))


async def open_sites(db: Database) -> frozenset[str]:
    """The hosts of the systems in use."""
    return _hosts(await _addresses(db, ended=False))


async def ancestors(db: Database) -> tuple[str, ...]:
    """The origins that may frame our list, as `https://dichvu.example.vn`; at most `MOST`."""
    found = {origin for each in await _addresses(db, ended=False) if (origin := _origin(each))}
    return tuple(sorted(found)[:MOST])


async def entered_through(db: Database, text: str) -> str | None:
    """The site in use that a link names; None where it is none."""
    found = named(text)
    return found if found and found in await open_sites(db) else None


def _origin(address: str) -> str:
    name = host(address)
    if not name:
        return ""
    parts = urlsplit(address.strip())
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{name}{port}"


def _hosts(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(host, addresses)))


async def _addresses(db: Database, *, ended: bool) -> list[str]:
    rows = await db.rows(_ADDRESSES, [Integration.ENDED.value, ended])
    return [row.address for row in rows]


_ADDRESSES = "select address from agency_system where address is not null and ($2 or state <> $1)"
