"""Free ports for a second installation on one machine.

They replace defaults that are taken, and are kept from then on.
"""

import errno
from collections.abc import Callable
from dataclasses import dataclass

from hoso_api.installation import file_modes, installation
from hoso_api.server import supervision
from hoso_api.settings import FOUND, GivenSettings, Settings, loopback
from hoso_calendar.messages import say

#: So many ports beyond the one that is taken are tried.
REACH = 100


@dataclass(frozen=True, slots=True)
class Listener:
    """A service that needs a port."""

    #: The field of the settings.
    field: str
    #: As messages call it.
    service: str
    host: str
    #: What to do when it is taken and nothing else may be.
    remedy: str


def settle(
    settings: Settings, listeners: list[Listener], report: Callable[[str], object], *, first: bool
) -> Settings:
    """The settings with a free port for each listener, stored in the home.

    A port other than the default is taken only where the default is in use.
    A port that somebody named is not changed, nor one that other machines reach, nor any for whoever is not the `first` to
    serve this home: raises CannotListen.
    """
    given, found = GivenSettings().model_fields_set, dict[str, int]()
    for each in listeners:
        port = getattr(settings, each.field)
        bound = each.field in given or not first or not loopback(each.host)
        free = port if bound else _from(port, each, set(found.values()))
        supervision.free(each.service, each.host, free, each.remedy)
        if free != port:
            found[each.field] = free
            report(
                say(
                    "Port {port} is taken; {service} listens on {free}, now and from now on",
                    port=port,
                    service=each.service,
                    free=free,
                )
            )
    if not found:
        return settings
    _keep(settings, found)
    return settings.model_copy(update=found)


def _from(port: int, listener: Listener, others: set[int]) -> int:
    """The first free port from this one on, or this one where none is."""
    within = range(port, min(port + REACH, 1 << 16))
    return next((each for each in within if each not in others and _free(each, listener)), port)


def _free(port: int, listener: Listener) -> bool:
    try:
        supervision.free(listener.service, listener.host, port, listener.remedy)
    except supervision.CannotListen as taken:
        cause = taken.__cause__
        return not (isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE)
    return True


def _keep(settings: Settings, found: dict[str, int]) -> None:
    """Write the ports that are not the defaults. Other commands read them with the settings of this home."""
    ports = {name: getattr(settings, name) for name in ("port", "prefect_port")} | found
    kept = {name: port for name, port in ports.items() if name not in GivenSettings().model_fields_set}
    path = installation.home() / FOUND
    with open(path, "w", encoding="utf-8", opener=file_modes.private) as file:
        file.write("# Written by `hoso serve`: the default ports were taken when it started here.\n")
        file.writelines(f"{name} = {port}\n" for name, port in kept.items())
