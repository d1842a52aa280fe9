"""Requests of somebody who is not signed in: every route of an application, with everything that can be asked of it."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

import httpx
from fastapi import FastAPI

from hoso_api.http import acts
from hoso_workflows.organisation.permissions import Relation, table
from support import files
from support.canary_world import Lived
from support.signing_in import OURS

NOBODY = "00000000-0000-4000-8000-000000000009"
#: Names that nothing has.
ABSENT = ("H27.PVHCC-260302-0999", NOBODY, "chimbao", "khong-co")
#: Names of the house, of which the world holds no people; of the absent where it has none.
HOUSE: Mapping[str, str] = {
    "area": "42",
    "calendar": "ha-tinh",
    "case": "stops",
    "form": "02",
    "indicator": "attitude",
    "kind": "ii-06",
    "name": "nop-ho-so.form",
    "paper": "TP01",
    "path": "hoso.css",
    "period": "2026-Q1",
    "prefix": "hs_00000000",
    "provider": "tinh",
    "rule": "timer",
    "slug": "nop-ho-so",
    **dict.fromkeys(("message", "notice", "number", "ordinal", "status"), "1"),
    **dict.fromkeys(
        (
            *("consultation", "contact", "dispute", "document", "entry", "incident", "job", "list"),
            *("maintenance", "obligation", "planned", "recipient", "recovery", "rung", "sheet", "system"),
            *("template", "urging", "webhook"),
        ),
        NOBODY,
    ),
}
#: Placeholder → its kind of `Lived.known`, where that has another name.
KINDS = {"code": "procedure", "key": "dossier", "outage": "announcement", "principal": "person"}
#: What a page shows differently: its language, and what is accepted. The first is asked of everything.
LOOKS: tuple[Mapping[str, str], ...] = (
    OURS,
    {**OURS, "Accept-Language": "en", "Accept": "*/*"},
    {"Accept": "application/json", "Accept-Language": "en", "Referer": "https://co-quan.test/trang"},
)


#: Headers that are other for each answer, or for each length.
_OWN = ("content-length:", "date:", "etag:", "x-request-id:")
_KEY = re.compile(r'(?<=name="_khoa" value=")[^"]*')


@dataclass(frozen=True)
class Way:
    """A route, and who it is for."""

    name: str
    path: str
    methods: tuple[str, ...]
    public: bool
    queries: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def places(self) -> list[str]:
        """Names of the placeholders."""
        return [part.partition("}")[0].partition(":")[0] for part in self.path.split("{")[1:]]


@dataclass(frozen=True)
class Told:
    """An answer, and what was asked."""

    way: Way
    #: The name that was asked for; none where the address has no placeholder.
    name: str
    asked: str
    #: Digest of the body that was sent.
    sent: str
    #: A page that was asked for in the first of `LOOKS`.
    plain: bool
    status: int
    #: Its status, headers and body.
    text: str

    @property
    def without_name(self) -> str:
        """The text without the name that was asked for, and what follows from its length."""
        lines = (each for each in self.text.splitlines() if not each.startswith(_OWN))
        # Each form has a key of its own.
        text = _KEY.sub("", "\n".join(lines))
        for each in (self.name, quote(self.name, safe=""), html.escape(self.name)):
            text = text.replace(each, "…")
        return text


def ways(app: FastAPI) -> list[Way]:
    """Every route of an application."""
    found = []
    for route, act in acts.routes(app):
        dependant = getattr(route, "dependant", None)
        path = getattr(route, "path_format", None) or route.path
        methods = tuple(sorted(getattr(route, "methods", None) or ("GET",)))
        public = act is not None and Relation.ANYBODY in table.ACTS[act].who
        queries, fields = (tuple(sorted(_named(dependant, part))) for part in ("query_params", "body_params"))
        found.append(Way(route.name, path, methods, public, queries, fields))
    return found


def _named(dependant: Any, part: str) -> set[str]:
    """Names of the query or the form of a route, and of all that it depends on."""
    if dependant is None:
        return set()
    own = {each.alias for each in getattr(dependant, part)}
    return own.union(*(_named(each, part) for each in dependant.dependencies))


def filled(way: Way, lived: Lived) -> str:
    """The address of a route with names of what is there. Raises KeyError for a placeholder that nobody has named."""
    path = way.path.replace(":path}", "}")
    for place in way.places:
        kind = KINDS.get(place, place)
        name = lived.known[kind][0] if kind in lived.known else HOUSE[place]
        path = path.replace("{" + place + "}", quote(name, safe=""))
    return path


def _addresses(way: Way, lived: Lived) -> Iterator[tuple[str, str]]:
    """Name and address: of a route with one placeholder, every name of its kind, one of each other, and some that are absent."""
    yield "", filled(way, lived)
    if len(way.places) == 1:
        (place,) = way.places
        kinds = ("dossier", "procedure") if place == "code" else (place,)
        own = [name for kind in kinds for name in lived.known.get(kind, ())]
        names = dict.fromkeys([*own, *lived.words(), *ABSENT])
        for name in names:
            yield name, way.path.replace("{" + way.places[0] + "}", quote(name, safe=""))


@dataclass
class Stranger:
    """Somebody without a session, a token or a cookie."""

    client: httpx.AsyncClient
    lived: Lived

    async def asks(self, way: Way, method: str, path: str, name: str = "", **said: Any) -> Told:
        """A request; cookies that an answer sets are not kept."""
        said.setdefault("headers", OURS)
        request = self.client.build_request(method, path, **said)
        request.read()
        answer = await self.client.send(request)
        self.client.cookies.clear()
        lines = [
            f"{answer.status_code}",
            *(f"{each}: {value}" for each, value in answer.headers.multi_items()),
        ]
        body = answer.content.decode("utf-8", "replace")
        sent = unquote_plus(str(request.url)) + unquote(request.content.decode("utf-8", "replace"))
        text = "\n".join((*lines, "", body))
        digest, plain = (
            hashlib.sha256(request.content).hexdigest(),
            method == "GET" and said["headers"] is OURS,
        )
        return Told(
            way,
            name,
            sent,
            digest,
            plain,
            answer.status_code,
            f"{text}\n{unquote(text)}" if "%" in text else text,
        )

    async def reads(self, way: Way) -> list[Told]:
        """A public route by every name, and what is there in every look."""
        told = []
        for name, path in _addresses(way, self.lived):
            first = await self.asks(way, "GET", path, name)
            told.append(first)
            if first.status < 400 or name == ABSENT[0]:
                told += [await self.asks(way, "GET", path, name, headers=look) for look in LOOKS[1:]]
                told.append(await self.asks(way, "HEAD", path, name))
        return told

    async def searches(self, way: Way, every: list[str]) -> list[Told]:
        """A public route with every word of a query that it names, and a page with every word that any names."""
        path = filled(way, self.lived)
        queries = [{each: word} for each in way.queries for word in self.lived.words()]
        if not path.startswith(("/v1/", "/health", "/static")):
            queries += [dict.fromkeys(every, word) for word in (self.lived.known["dossier"][0], *ABSENT[2:])]
        return [await self.asks(way, "GET", path, params=each) for each in queries]

    async def sends(self, way: Way) -> list[Told]:
        """A public route with what a form of it holds. Raises KeyError for a form that nobody has named."""
        path = filled(way, self.lived)
        if way.name in BODIES or not way.fields:
            bodies = list(BODIES[way.name](self.lived))
        else:
            bodies = [{"data": dict.fromkeys(way.fields, word)} for word in self.lived.words()]
        bodies += [{"content": b"\xff{"}, {"json": {"la": 1}}, {"data": {}}]
        return [await self.asks(way, "POST", path, **each) for each in bodies]


async def walked(client: httpx.AsyncClient, lived: Lived, found: list[Way]) -> list[Told]:
    """Everything that a stranger is told on public routes."""
    stranger, public = Stranger(client, lived), [way for way in found if way.public]
    every = sorted({query for way in public for query in way.queries} | {"tu", "ngon-ngu"})
    told = []
    for way in public:
        if "GET" in way.methods:
            told += [*await stranger.reads(way), *await stranger.searches(way, every)]
        if "POST" in way.methods:
            told += await stranger.sends(way)
        if unknown := set(way.methods) - {"GET", "HEAD", "POST"}:
            raise ValueError(f"{way.name} has {unknown}, which nobody tries")
    return told


async def refused(client: httpx.AsyncClient, lived: Lived, found: list[Way]) -> list[Told]:
    """Every answer of the routes that are not public."""
    stranger = Stranger(client, lived)
    return [
        await stranger.asks(way, method, filled(way, lived), json=None if method == "GET" else {})
        for way in found
        if not way.public
        for method in way.methods
    ]


#: The name under which a form is done once.
_FORM = {"_khoa": NOBODY}


def _feedback(lived: Lived) -> Iterator[dict[str, Any]]:
    said = {"kind": "dossier", "text": "Chậm", "name": "A", "email": "a@nguoi-nop.test", "wants_answer": True}
    for code in (lived.known["dossier"][0], ABSENT[0]):
        yield {"json": {**said, "dossier": code}}
    yield {"json": {**said, "kind": "proposal"}}
    yield {"json": {**said, "email": ""}}


def _said(lived: Lived) -> Iterator[dict[str, Any]]:
    said = {
        **_FORM,
        "ve": "dossier",
        "noi-dung": "Chậm",
        "ten": "A",
        "thu": "a@nguoi-nop.test",
        "tra-loi": "co",
    }
    for code in (lived.known["dossier"][0], ABSENT[0]):
        yield {"data": {**said, "ho-so": code}}
        yield {"data": {**said, "ho-so": code, "thu": ""}}


def _held(lived: Lived) -> Iterator[dict[str, Any]]:
    for letter in (*lived.known["letter"], *lived.known["attachment"], ABSENT[1]):
        yield {"data": {**_FORM, "ma": letter}}
        yield {"data": {**_FORM, "ma": letter, "so": "999"}}
        content = json.dumps({"id": letter, "code": "", "unit": "x"}).encode()
        yield {"data": _FORM, "files": {"tep": ("giay.json", content)}}
    for paper in (*lived.papers, files.pdf()):
        yield {"data": _FORM, "files": {"tep": ("giay.pdf", paper)}}


def _papers(lived: Lived) -> Iterator[dict[str, Any]]:
    for paper in (*lived.papers, files.pdf()):
        yield {"content": paper, "headers": {"Content-Type": "application/pdf"}}


def _notifications(lived: Lived) -> Iterator[dict[str, Any]]:
    for order in (*lived.known["order"], ABSENT[1]):
        yield {"json": {"order": order, "amount": 20_000, "state": "paid"}}


#: Route → bodies that its description does not name one by one.
BODIES: Mapping[str, Any] = {
    "ask_passkey": lambda _: [{"data": {}}],
    "check_held_paper": _held,
    "check_paper": _papers,
    "give_feedback": _feedback,
    "say": _said,
    "sign_out": lambda _: [{"data": {}}],
    "take_payment_notification": _notifications,
}
