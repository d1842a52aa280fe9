"""Servers of one database: connections go to the one that takes changes."""

import re
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url

#: What an address says of the server that is wanted, as libpq names it, and what several hosts mean where it says nothing.
WANTED, CHANGES = "target_session_attrs", "read-write"
#: The port of a host that names none.
PORT = "5432"
_SEVERAL = re.compile(r"(?P<begin>\w+(?:\+\w+)?://(?:[^/?@]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<end>[/?].*|)")
_HOST = re.compile(r"(?P<host>\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>[0-9]+))?")
#: Errors of a server after which another one is tried.
_NOT_HERE = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.TargetServerAttributeNotMatched,
)


class NoPrimary(ConnectionError):
    """None of the servers takes changes."""


def one_form(url: str | URL) -> URL:
    """An address in one form, whose several hosts stand in the query.

    There libpq and the driver both read them. Raises what `make_url` raises, and ValueError for hosts that cannot be read.
    """
    found = (
        make_url(url) if isinstance(url, URL) or not (split := _SEVERAL.fullmatch(url)) else _joined(split)
    )
    hosts, ports = _listed(found, "host"), _listed(found, "port")
    if len(hosts) < 2:
        return found
    # Hosts have their ports with them, as in SQLAlchemy's own form `host=a:1&host=b:2`, unless these stand apart.
    places = [(each, "") if ports else _place(each) for each in hosts]
    if len(ports) == 1:
        ports *= len(hosts)
    elif ports and len(ports) != len(hosts):
        raise ValueError("another number of ports than of hosts")
    named = [port or own or PORT for port, (_, own) in zip(ports or [""] * len(hosts), places, strict=True)]
    return found.update_query_dict(
        {
            "host": ",".join(host for host, _ in places),
            "port": ",".join(named),
            WANTED: found.query.get(WANTED, CHANGES),
        }
    )


def _joined(split: re.Match[str]) -> URL:
    found = make_url(split["begin"] + split["end"])
    return found.update_query_dict({"host": split["hosts"]})


def _listed(url: URL, name: str) -> list[str]:
    said = url.query.get(name, ())
    return [each for part in ([said] if isinstance(said, str) else said) for each in part.split(",")]


def _place(text: str) -> tuple[str, str]:
    """Host and port, which is empty where it is not named. A folder with a socket is a host. Raises ValueError."""
    if text.startswith("/"):
        return text, ""
    found = _HOST.fullmatch(text)
    if found is None:
        raise ValueError("a host cannot be read")
    return found["host"].strip("[]"), found["port"] or ""


class Servers:
    """The servers of one database. The one that took changes last is asked first."""

    def __init__(self) -> None:
        self._last: tuple[Any, Any] | None = None

    async def connect(self, **arguments: Any) -> Any:
        """A connection, asked for with the driver's arguments. Raises what the driver raises, and NoPrimary.

        Each of several servers has its share of the time, so that one that is silent hides no other.
        """
        hosts = arguments.get("host")
        if not isinstance(hosts, list):
            return await asyncpg.connect(**arguments)
        places = list(zip(hosts, arguments["port"], strict=True))
        share, refused = arguments["timeout"] / len(places), None
        for place in sorted(places, key=lambda each: each != self._last):
            try:
                found = await asyncpg.connect(
                    **{**arguments, "host": place[0], "port": place[1], "timeout": share}
                )
            except _NOT_HERE as error:
                refused = error
                continue
            self._last = place
            return found
        raise NoPrimary("no server takes changes") from refused
