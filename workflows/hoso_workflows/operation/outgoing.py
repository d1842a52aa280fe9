"""Outgoing HTTP: one factory of clients, which reach nothing that was not meant.

Encrypted, or to this machine; no redirects, no proxy of the environment, five seconds unless said otherwise, one mebibyte. An address of an
inner network is reached only under a name that an administrator listed: an address that a stranger gives must not lead to
our own servers. A name is resolved once, and the connection goes to the very address that was looked at.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from hoso_calendar.messages import say

SECONDS = 5
LIMIT_BYTES = 1 << 20

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

#: Networks that Python calls global, and where no public server is: relays of IPv6, protocols, examples.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20", "fec0::/10"),
    )
)


class Unreachable(Exception):
    """The other server gave no usable answer.

    The reason repeats none of its text.
    """


class NotAllowed(Unreachable):
    """The address is none that may be asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read whole."""

    status: int
    headers: httpx.Headers
    content: bytes


class Client:
    """An HTTP client for one purpose.

    `inner` are the hosts that may lie on an inner network; an answer is read whole within so many `seconds`.
    """

    def __init__(
        self,
        inner: Collection[str] = (),
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._seconds = seconds
        self._http = httpx.AsyncClient(
            transport=transport or _Guarded(frozenset(inner)),
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "hoso"},
        )

    async def ask(self, method: str, url: str, **said: Any) -> Answer:
        """The whole answer to a request. Raises Unreachable."""
        try:
            async with asyncio.timeout(self._seconds), self._http.stream(method, url, **said) as response:
                content = await _read(response)
        except TimeoutError as late:
            raise Unreachable(
                say("it did not answer within {seconds} s", seconds=f"{self._seconds:g}")
            ) from late
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as broken:
            raise Unreachable(say("no connection: {kind}", kind=type(broken).__name__)) from broken
        return Answer(response.status_code, response.headers, content)

    async def close(self) -> None:
        """Close what connections are open."""
        await self._http.aclose()


async def _read(response: httpx.Response) -> bytes:
    """The body as it was sent, up to the limit."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Unreachable(say("it answered packed, though that was not asked for"))
    found = bytearray()
    async for piece in response.aiter_bytes():
        found += piece
        if len(found) > LIMIT_BYTES:
            raise Unreachable(say("it answered more than {limit} bytes", limit=LIMIT_BYTES))
    return bytes(found)


#: The port of an address that names none.
DEFAULT_PORTS = {"https": 443, "http": 80}


async def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def address(url: httpx.URL, inner: Collection[str], resolve: Resolve | None = None) -> str:
    """The address to connect to. Raises NotAllowed.

    Every address of the name must be allowed, so that nobody hides one among others.
    """
    host = url.host.rstrip(".").lower()
    if url.scheme not in ("https", "http") or not host or url.userinfo:
        raise NotAllowed(say("only https addresses without a user are asked"))
    port = url.port or DEFAULT_PORTS[url.scheme]
    found = [ipaddress.ip_address(each.partition("%")[0]) for each in await (resolve or resolved)(host, port)]
    if not found:
        raise Unreachable(say("the name has no address"))
    if not listed(host, port, inner) and not all(map(public, found)):
        raise NotAllowed(
            say(
                "{host}, port {port}, lies on an inner network and is not listed in inner_hosts",
                host=host,
                port=port,
            )
        )
    if url.scheme == "http" and not all(each.is_loopback for each in found):
        raise NotAllowed(say("{host} is asked by https only", host=host))
    return str(found[0])


def listed(host: str, port: int, inner: Collection[str]) -> bool:
    """True for an inner host that may be asked at a port.

    It is listed as `host:port`, or for any port as `host` or `host:*`.
    """
    name = f"[{host}]" if ":" in host else host
    return not {host, f"{name}:{port}", f"{name}:*"}.isdisjoint(inner)


def public(where: Address) -> bool:
    """True for an address of the public network."""
    special = any(where.version == network.version and where in network for network in _SPECIAL)
    return where.is_global and not where.is_multicast and not where.is_reserved and not special


#: A connection is not used again: by its address alone it might be another name's, whose certificate was looked at.
_ONCE = httpx.Limits(max_connections=20, max_keepalive_connections=0)


class _Guarded(httpx.AsyncBaseTransport):
    """A transport that connects to the address that was looked at."""

    def __init__(self, inner: Collection[str]) -> None:
        self._inner = inner
        self._wire = httpx.AsyncHTTPTransport(trust_env=False, limits=_ONCE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on. Its name goes on in the Host header and in TLS."""
        name = request.url.host
        where = await address(request.url, self._inner)
        request.url = request.url.copy_with(host=where)
        request.extensions = {**request.extensions, "sni_hostname": name}
        return await self._wire.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()
