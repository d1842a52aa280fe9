"""Outgoing HTTP: no address of an inner network, no redirect, no proxy, nothing without end."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from hoso_workflows.operation import outgoing

#: Addresses at which no server of the public answers.
INNER = [
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "ff01::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "203.162.4.191",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2402:800::1",
]


def names(*addresses: str) -> outgoing.Resolve:
    """A name service that knows one name."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        del host, port
        return addresses

    return resolve


async def refused(url: str, *addresses: str, inner: Sequence[str] = ()) -> bool:
    """True when the address is none that may be asked."""
    try:
        found = await outgoing.address(httpx.URL(url), inner, names(*addresses))
    except outgoing.NotAllowed:
        return True
    assert found in [each.partition("%")[0] for each in addresses]
    return False


@pytest.mark.parametrize("address", INNER)
async def test_an_inner_address_is_not_asked(address: str) -> None:
    assert await refused("https://sso.example.vn/", address)
    assert await refused("https://sso.example.vn/", "1.1.1.1", address)


@pytest.mark.parametrize("address", PUBLIC)
async def test_a_public_address_is_asked(address: str) -> None:
    assert not await refused("https://sso.example.vn/", address)


async def test_a_listed_host_may_lie_on_an_inner_network() -> None:
    assert not await refused("https://sso.hatinh.vn/", "10.0.0.1", inner=["sso.hatinh.vn"])
    assert not await refused("https://SSO.hatinh.vn./", "10.0.0.1", inner=["sso.hatinh.vn"])
    assert await refused("https://other.hatinh.vn/", "10.0.0.1", inner=["sso.hatinh.vn"])
    assert not await refused("https://sso.hatinh.vn/", "10.0.0.1", inner=["sso.hatinh.vn:443"])
    assert await refused("https://sso.hatinh.vn:5432/", "10.0.0.1", inner=["sso.hatinh.vn:443"])
    assert not await refused("https://[fd00::1]:9000/", "fd00::1", inner=["[fd00::1]:9000"])
    assert await refused("https://sso.hatinh.vn.evil.example/", "10.0.0.1", inner=["sso.hatinh.vn"])


async def test_only_this_machine_is_asked_without_encryption_and_only_where_it_is_listed() -> None:
    assert await refused("http://sso.example.vn/", "1.1.1.1")
    assert await refused("http://sso.hatinh.vn/", "10.0.0.1", inner=["sso.hatinh.vn"])
    assert await refused("http://127.0.0.1:4200/", "127.0.0.1")
    assert not await refused("http://127.0.0.1:9400/", "127.0.0.1", inner=["127.0.0.1"])


@pytest.mark.parametrize(
    "url", ["ftp://a.vn/", "file:///etc/passwd", "gopher://a.vn/", "https:///x", "https://u:p@a.vn/", "a.vn"]
)
async def test_only_plain_web_addresses_are_asked(url: str) -> None:
    assert await refused(url, "1.1.1.1")


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost", "[::1]", "１２７.0.0.1"]
)
async def test_an_address_in_disguise_is_looked_at_as_what_it_is(host: str) -> None:
    with pytest.raises(outgoing.Unreachable):
        await outgoing.Client().ask("GET", f"https://{host}/")


async def test_a_name_without_an_address_is_unreachable() -> None:
    with pytest.raises(outgoing.Unreachable):
        await outgoing.address(httpx.URL("https://sso.example.vn/"), (), names())


async def asked(*answers: httpx.Response) -> outgoing.Answer:
    """Outcome that a client makes of those answers."""
    waiting = list(answers)
    client = outgoing.Client(transport=httpx.MockTransport(lambda _: waiting.pop(0)))
    return await client.ask("GET", "https://sso.example.vn/")


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    answer = await asked(httpx.Response(302, headers={"Location": "http://127.0.0.1/"}))
    assert answer.status == 302


async def test_an_answer_without_end_is_broken_off() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65536

    with pytest.raises(outgoing.Unreachable, match="more than"):
        await asked(httpx.Response(200, content=endless()))


async def test_an_answer_that_never_comes_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    monkeypatch.setattr(outgoing, "SECONDS", 0)
    with pytest.raises(outgoing.Unreachable, match="within"):
        await asked(httpx.Response(200, content=dripping()))


async def test_an_answer_that_was_packed_is_not_unpacked() -> None:
    async def packed() -> AsyncIterator[bytes]:
        yield gzip.compress(b"x")

    with pytest.raises(outgoing.Unreachable, match="packed"):
        await asked(httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=packed()))


async def test_the_name_goes_on_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look at the name could lead elsewhere."""
    seen: list[httpx.Request] = []

    async def handled(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    monkeypatch.setattr(outgoing, "resolved", names("203.162.4.191"))
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handled)
    await outgoing.Client().ask("GET", "https://sso.example.vn/x")
    (request,) = seen
    assert str(request.url) == "https://203.162.4.191/x"
    assert request.headers["host"] == "sso.example.vn"
    assert request.extensions["sni_hostname"] == "sso.example.vn"


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    client = outgoing.Client()
    assert not client._http._mounts
    await client.close()
