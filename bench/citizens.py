"""The load of `crowd.py`, in a process of its own: `python bench/citizens.py plan.json` prints what was done as JSON.

Each citizen signs in at an identity provider, finds a procedure and reads it, files with papers, looks the dossier up and opens it, again and
again, with a pause for reading before each page. They come through what stands for the proxy: each from a network of their own, by TLS.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import httpx
import uvicorn
from portal import files_with_papers, named

from hoso_api.system_clock import now
from hoso_bpmn.priority import give_way
from support import fake_provider, signing_in
from support.fake_provider import FakeProvider
from support.visitor import Visitor

#: The name that the installation is reached by, and its identity provider.
HOST, PROVIDER = "hoso.test", "dan"
#: Words that citizens look for.
WORDS = ("cấp lại giấy", "giay phep hoat dong", "đăng ký", "chung chi hanh nghe", "gia hạn giấy chứng nhận")
#: Seconds after which a citizen counts an answer as none.
PATIENCE = 15.0
#: The niceness of the crowd, whose machines are not ours.
LOWEST = 19


class Proxy(httpx.AsyncBaseTransport):
    """Requests as a proxy with TLS passes them on: who asked stands in headers, connections are kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        # Shorter than the server keeps a connection, or one is asked on while it is being closed.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=2)
        self._within = httpx.AsyncHTTPTransport(limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the installation on this machine, under the name that was asked for."""
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        said = httpx.Request(
            request.method,
            url,
            headers=[*request.headers.raw, (b"x-forwarded-proto", b"https")],
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._within.handle_async_request(said)


class Provider(FakeProvider):
    """An identity provider that is asked over HTTP, and signs in whomever a code names."""

    def __init__(self, port: int) -> None:
        issuer = f"http://127.0.0.1:{port}"
        parts = {"authorization": "auth", "token": "token", "end_session": "end"}
        addresses = {f"{part}_endpoint": f"{issuer}/{path}" for part, path in parts.items()}
        # A key of a name that no earlier provider had: ours remembers keys by their names.
        super().__init__(
            now(),
            [fake_provider.key(uuid4().hex)],
            metadata={"issuer": issuer, "jwks_uri": f"{issuer}/jwks", **addresses},
        )
        self.issuer = issuer

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request; a code is what is claimed of the person."""
        self.at = now()
        if request.url.path == "/token":
            claimed = json.loads(dict(parse_qsl(request.content.decode()))["code"])
            self.token = self.signed(self.claims(iss=self.issuer, sid=uuid4().hex, **claimed))
        return super().answer(request)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as an application of ASGI."""
        body = (await receive()).get("body", b"")
        answer = self.answer(httpx.Request(scope["method"], f"{self.issuer}{scope['path']}", content=body))
        headers = [(name.lower(), value) for name, value in answer.headers.raw]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})


@dataclass
class Crowd:
    """Citizens at one installation, and what came of it."""

    plan: Mapping[str, Any]
    provider: Provider
    waits: dict[str, list[float]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    async def comes(self, number: int, proxy: Proxy) -> None:
        """One citizen, for so many rounds."""
        chance = random.Random(number)  # noqa: S311 - a made-up crowd, not a secret
        await asyncio.sleep(chance.uniform(0, self.plan["arriving"]))
        for _ in range(self.plan["rounds"]):
            browser = Browser(self, number, chance)
            async with browser.client(proxy) as client:
                try:
                    await self._round(Visitor(_Rest(client), dict(signing_in.OURS)), number, chance)
                except Refused as refused:
                    self.errors[str(refused)] += 1
                except httpx.TransportError as broken:
                    self.errors[f"{type(broken).__name__} {named(broken.request)}"] += 1

    async def _round(self, visitor: Visitor, number: int, chance: random.Random) -> None:
        await self._signs_in(visitor, number)
        await visitor.goes("/")
        await visitor.goes(f"/thu-tuc?{urlencode({'q': chance.choice(WORDS)})}")
        await visitor.goes(f"/thu-tuc/{chance.choice(self.plan['entries'])}")
        await files_with_papers(visitor, uuid4().hex)
        self.done["dossiers filed"] += 1
        reference = visitor.path.split("/")[2]
        # A code stands on the receipt, so that of a dossier that the desk has accepted.
        await (await visitor.goes("/tra-cuu")).posts("/tra-cuu", {"ma": [chance.choice(self.plan["codes"])]})
        self.done["looked up"] += 1
        await (await visitor.goes("/cua-toi")).goes(f"/ho-so/{quote(reference)}")

    async def _signs_in(self, visitor: Visitor, number: int) -> None:
        """By the provider, whose own pages are passed over."""
        asked = await visitor.rest.client.get(f"/dang-nhap/{PROVIDER}")
        said = dict(parse_qsl(urlsplit(asked.headers["location"]).query))
        code = {"sub": f"citizen-{number}", "name": f"Người nộp {number}", "nonce": said["nonce"]}
        answer = {"iss": self.provider.issuer, "code": json.dumps(code), "state": said["state"]}
        await visitor.goes(f"/dang-nhap/tro-lai?{urlencode(answer)}")
        self.done["signed in"] += 1


class Refused(Exception):
    """An answer that no citizen expects."""


@dataclass
class _Rest:
    """The client of a visitor."""

    client: httpx.AsyncClient


@dataclass
class Browser:
    """A browser that waits before it asks, as its reader reads, but for where an answer leads on."""

    crowd: Crowd
    number: int
    chance: random.Random
    led_on: bool = False

    def client(self, proxy: Proxy) -> httpx.AsyncClient:
        """With cookies of its own, from a network of its own."""
        address = f"10.{self.number // 250}.{self.number % 250}.7"
        return httpx.AsyncClient(
            transport=proxy,
            base_url=f"https://{HOST}",
            headers={"X-Forwarded-For": address},
            timeout=PATIENCE,
            trust_env=False,
            event_hooks={"request": [self._asks], "response": [self._told]},
        )

    async def _asks(self, request: httpx.Request) -> None:
        if not self.led_on:
            think = self.crowd.plan["think"]
            await asyncio.sleep(self.chance.uniform(0.5 * think, 1.5 * think))
        request.extensions["begun"] = time.perf_counter()

    async def _told(self, answer: httpx.Response) -> None:
        await answer.aread()
        took = (time.perf_counter() - answer.request.extensions["begun"]) * 1000
        what = named(answer.request)
        self.led_on = answer.is_redirect
        self.crowd.done["requests"] += 1
        if answer.status_code >= 400:
            raise Refused(f"{answer.status_code} {what}")
        self.crowd.waits.setdefault(what, []).append(took)


async def load(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Let the crowd of a plan come, one after the other, and stay for its seconds."""
    provider, proxy = Provider(plan["provider"]), Proxy(plan["port"])
    server = uvicorn.Server(
        uvicorn.Config(provider, host="127.0.0.1", port=plan["provider"], log_level="error", lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    crowd = Crowd(plan, provider)
    them = [asyncio.create_task(crowd.comes(number, proxy)) for number in range(plan["citizens"])]
    stay = plan["arriving"] + plan["seconds"]
    # Those who have gone home, but for one whom an error of our own stopped.
    done, _ = await asyncio.wait(them, timeout=stay, return_when=asyncio.FIRST_EXCEPTION)
    for each in them:
        each.cancel()
    for each in done:
        each.result()
    await asyncio.gather(*them, return_exceptions=True)
    server.should_exit = True
    await serving
    return {"done": crowd.done, "errors": crowd.errors, "waits": crowd.waits}


if __name__ == "__main__":
    give_way(LOWEST)
    print(json.dumps(asyncio.run(load(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))))
