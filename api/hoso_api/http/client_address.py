"""The network of a request's client, as precise as one household or office."""

import ipaddress

from starlette.requests import Request

#: How many bits of an address are its network: what a provider gives to one customer, and what stands together.
BITS = {4: 24, 6: 56}


def of(request: Request) -> str:
    """The network that a request comes from.

    It is the peer's, or the one that a trusted proxy names (`trusted_proxies`).
    """
    return network(request.client.host) if request.client else ""


def network(host: str) -> str:
    """The network of an address, as `203.0.113.0/24`; what is no address is its own."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, BITS[found.version]), strict=False))
