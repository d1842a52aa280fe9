"""The networks of a request's client: one household or office, and wider."""

import ipaddress

from starlette.requests import Request

from hoso_workflows.operation.rate_limit import Networks

#: How many bits of an address are its network: what a provider gives to one customer, and what stands together.
BITS = {4: 24, 6: 56}
#: How many bits its counted networks have, the narrowest first, and how many times the limit each has: of IPv6 one line, one
#: household, one house of many.
COUNTED = {4: ((24, 1),), 6: ((64, 1), (56, 2), (48, 4))}
#: What a provider has as a whole: everybody's IPv6 comes from one of a few thousand such networks.
SHARING = 32

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def of(request: Request) -> str:
    """The network that a request comes from.

    It is the peer's, or the one that a trusted proxy names (`trusted_proxies`).
    """
    return network(request.client.host) if request.client else ""


def networks_of(request: Request) -> Networks:
    """The networks by which a request is counted."""
    return networks(request.client.host if request.client else "")


def network(host: str) -> str:
    """The network of an address, as `203.0.113.0/24`; what is no address is its own."""
    found = _address(host)
    return host if found is None else _first(found, BITS[found.version])


def networks(host: str) -> Networks:
    """The networks of an address; what is no address is its own."""
    found = _address(host)
    if found is None:
        return Networks(host, ((host, 1),))
    counted = tuple((_first(found, bits), times) for bits, times in COUNTED[found.version])
    sharing = _first(found, SHARING) if found.version == 6 else None
    return Networks(network(host), counted, sharing)


def _address(host: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


def _first(address: _Address, bits: int) -> str:
    return str(ipaddress.ip_network((address, bits), strict=False))
