"""A walk through every place that may name a late dossier, as the table of routes has them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import openpyxl
import pypdfium2

from hoso_api.app import create_app
from hoso_api.http import acts
from support import late_dossiers, partner_portals
from support.api_client import ADMINISTRATOR, CLERK, COMMITTED, LEADER, Rest
from support.coordinators import COORDINATOR
from support.late_dossiers import Late
from support.partner_portals import NATIONAL
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, DESK, person

#: Who works on the dossiers, oversees them, or follows them; nobody is whoever has a code.
READERS: Mapping[str, UUID | None] = {
    "desk": CLERK,
    "head of the desk": person("head", DESK),
    "specialist": person("specialist"),
    "head": person("head"),
    "leader": LEADER,
    "administrator": ADMINISTRATOR,
    "auditor": late_dossiers.AUDITOR,
    "coordinator": COORDINATOR,
    "portal": partner_portals.SPEAKER,
    "applicant": CITIZEN,
    "nobody": None,
}
#: Those who have no officers' pages.
OUTSIDE = ("portal", "applicant", "nobody")
#: What an address asks for beside a dossier, its task and its letter. A code is a dossier's where nothing else is said.
PARTS: Mapping[str, str] = {
    "unit": DEPARTMENT,
    "calendar": "ha-tinh",
    "number": "1",
    "person": str(person("specialist")),
    "portal": NATIONAL,
    "form": "ii-06",
    "kind": "ii-06",
}
#: Entries of registers that name the dossiers.
ENTRIES: Mapping[str, str] = {
    "webhook": "select id::text from webhook_receiver",
    "urging": "select id::text from urging",
}
CODES = {
    "/v1/units/": DEPARTMENT,
    **dict.fromkeys(("/v1/procedures/", "/v1/catalogue/", "/thu-tuc/", "/nop/"), "1.014464"),
    **dict.fromkeys(("/noi-bo/thu-tuc/", "/noi-bo/danh-muc/", "/noi-bo/phe-duyet/"), "1.014464"),
}
_DOSSIERS = {"reference", "key", "code", "task", "letter"}
#: What a list does not answer without, and what it shows by halves else.
_ASKED: Mapping[str, str] = {"from": "2026-02-01", "to": "2026-03-25", "unit": DEPARTMENT}
_TYPED = {
    "bao-cao": (("tu", "01/02/2026"), ("den", "25/03/2026")),
    "so-theo-doi": (("don-vi", DESK), ("nam", "2026")),
}
#: The words of a query that choose among parts of a list.
_CHOOSING = {"kind", "column"}

#: What the walk does not enter, and why; each checked by a reader.
NOT_WALKED: Mapping[str, str] = {
    "acts; of a dossier they answer what GET /v1/dossiers/{reference} does, and their pages lead back to its own": (
        r"(?!GET )\w+ (?!/v1/(?:dossiers|user-tasks)/search|/v1/procedures/{code}/eligibility)"
    ),
    "what is not filed yet is no dossier": r"GET .*(?:{draft}|{upload}|/mau/)",
    "files as they were handed in, and copies of a letter, which is walked": r"GET .*(?:{attachment}|{ordinal})",
    "an owed report shows figures as they were submitted; the lists behind the same figures are walked": (
        r"GET .*(?:{obligation}|{period})"
    ),
    "a payment that fits no order needs a payment gateway": r"GET .*{dispute}",
    "long jobs, and lists of what is destroyed after its closing": r"GET .*(?:{job}|{list})",
    "entries of registers that name no dossier": (
        r"GET .*(?:{(?:area|template|rule|system|sheet|document|outage|feedback|announcement|slug|name)}|letter-forms|mau-chung"
        r"|/nguoi-dung/{person}/|/(?:calendars|lich)/{calendar}/.*{number}|/danh-muc(?:/|$)|/catalogue/|/thu-tuc/{code}/du-lieu)"
    ),
    "ways to sign in": r"GET /(?:dang-nhap|xac-thuc-lai|thiet-lap|loi-moi|tai-khoan)\b",
    "figures and the description of the API": r"GET /(?:metrics|v1/openapi.json)$",
    "what nobody has written yet at these dossiers: answers of a step, a rating, a verification": (
        r"GET /v1/(?:user-tasks/{task}/(?:draft|form)|dossiers/{reference}/rating|verifications)$"
    ),
}


class Place(NamedTuple):
    """A route that is only asked, with a query."""

    method: str
    address: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """Names of the parts of its address that are a dossier's, or of those that the walk does not have."""
        names = set(re.findall(r"{(\w+)", self.address)) - {*PARTS, *ENTRIES}
        return frozenset(names - {"code"} if self.code else names)

    @property
    def code(self) -> str | None:
        """The code in its address where it is no dossier's."""
        return next((code for begins, code in CODES.items() if self.address.startswith(begins)), None)

    @property
    def route(self) -> str:
        """The route without its query."""
        return f"{self.method} {self.address}"

    @property
    def walked(self) -> bool:
        """True where the walk has what its address asks for."""
        return self.parts <= _DOSSIERS and not self.address.endswith("openapi.json")

    def __str__(self) -> str:
        asked = "&".join(f"{name}={value}" for name, value in self.query if name in _CHOOSING)
        return f"{self.method} {self.address}" + (f"?{asked}" if asked else "")


@cache
def places() -> tuple[Place, ...]:
    """Every route that is only asked."""
    found = {
        Place(method, route.path_format)
        for route, _ in acts.routes(create_app())
        for method in getattr(route, "methods", None) or ()
        if method == "GET" or (method == "POST" and acts.only_asks(route.endpoint))
    }
    return tuple(sorted(each for one in found for each in _asked(one)))


def reasons(route: str) -> list[str]:
    """Reasons for which a route is not walked."""
    return [reason for reason, pattern in NOT_WALKED.items() if re.match(pattern, route)]


@cache
def routes() -> frozenset[str]:
    """Every route of the table, those of acts too."""
    return frozenset(
        f"{method} {route.path_format}"
        for route, _ in acts.routes(create_app())
        for method in getattr(route, "methods", None) or ()
        if method not in ("HEAD", "OPTIONS")
    )


@cache
def _paths() -> Mapping[str, Any]:
    return dict(json.loads(COMMITTED.read_bytes())["paths"])


def _asked(place: Place) -> Iterator[Place]:
    """A place with each query that it does not answer without, or that chooses a part of it."""
    if not place.address.startswith("/v1"):
        yield place._replace(
            query=next((asked for word, asked in _TYPED.items() if word in place.address), ())
        )
        return
    names: dict[str, Iterable[str]] = {}
    described = _paths().get(place.address, {}).get(place.method.lower(), {})
    for each in described.get("parameters", ()):
        name, values = each["name"], _values(each["schema"])
        if each["in"] == "query" and (each.get("required") or (name in _CHOOSING and values)):
            names[name] = values or (_ASKED.get(name, ""),)
    if "registers" in place.address:
        names["unit"] = (DESK,)
    for chosen in product(*names.values()):
        yield place._replace(query=tuple(zip(names, chosen, strict=True)))


def _values(schema: Mapping[str, Any]) -> list[str]:
    """The words of an enumeration that a described value is one of."""
    for each in (schema, *schema.get("anyOf", ())):
        found = _schemas()[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        if "enum" in found:
            return list(found["enum"])
    return []


@dataclass
class Told:
    """Saying of a place on a dossier."""

    place: Place
    late: Late
    #: Objects of JSON that name it, with what they say of its tasks.
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    #: Words of pages and papers.
    words: list[str] = field(default_factory=list)


class Walk:
    """One reader's way through the places."""

    def __init__(self, rest: Rest, reader: str, headers: Mapping[str, str], token: Mapping[str, str]) -> None:
        self.rest, self.reader, self.headers, self.token = rest, reader, headers, token
        self.parts: Mapping[str, str] = {}
        #: Places that answered.
        self.answered = set[str]()

    @classmethod
    async def of(cls, rest: Rest, reader: str) -> Walk:
        """A reader with a session and a token."""
        principal, headers, token = READERS[reader], {}, {}
        if principal:
            token = {"Authorization": f"Bearer {await rest.token(principal)}"}
        if principal and reader != "portal":
            signed_in = Visitor.applicant if reader == "applicant" else Visitor.of
            headers = (await signed_in(rest, principal)).headers
        walk = cls(rest, reader, headers, token)
        walk.parts = {**PARTS, **{name: await rest.world.one(sql) for name, sql in ENTRIES.items()}}
        return walk

    async def lists(self, lates: Iterable[Late]) -> list[Told]:
        """Sayings of the places that are about no dossier alone; parts of a page behind a link are places too."""
        known, found = list(lates), list[Told]()
        for place in filter(self._open, places()):
            if place.walked and not place.parts:
                answer = await self._asked(place, place.address.format(**self.parts, code=place.code))
                found += _said(place, answer, known, whole=False)
                for query in _tabs(place, answer):
                    shown = await self._asked(place, f"{place.address}?{query}")
                    found += _said(place, shown, known, whole=False)
        return found

    async def own(self, late: Late) -> list[Told]:
        """Sayings of the places that are about one dossier, its task or its letter."""
        found = list[Told]()
        named = {"reference": late.code, "key": late.code, "task": late.task, "letter": late.letter}
        for place in filter(self._open, places()):
            if place.walked and place.parts and ("task" not in place.parts or late.task):
                address = place.address.format(**{**self.parts, **named, "code": place.code or late.code})
                found += _said(place, await self._asked(place, address), [late], whole=True)
        return found

    def _open(self, place: Place) -> bool:
        """Officers' pages are closed to others, as tests of the permissions show."""
        return not (self.reader in OUTSIDE and place.address.startswith("/noi-bo"))

    async def _asked(self, place: Place, address: str) -> httpx.Response:
        headers = self.token if place.address.startswith("/v1") else self.headers
        said = {"params": dict(place.query)} if place.method == "GET" and place.query else {}
        if place.method == "POST":
            said = {"json": {}}
        answer = await self.rest.client.request(place.method, address, headers=headers, **said)
        if answer.status_code < 400:
            self.answered.add(place.route)
        return answer


def _tabs(place: Place, answer: httpx.Response) -> list[str]:
    """Queries of one word by which a list page links to another part of itself."""
    if answer.status_code != 200 or "html" not in answer.headers.get("content-type", ""):
        return []
    links = re.findall(r'href="' + re.escape(place.address) + r'\?([\w-]+=[\w.-]+)"', answer.text)
    return sorted({each for each in links if not each.startswith("sau=")})


#: Where a row of a list begins.
_ROW = re.compile(r"<(?:tr|li|article|section)\b")


def _said(place: Place, answer: httpx.Response, lates: list[Late], *, whole: bool) -> Iterator[Told]:
    """Sayings of an answer on each dossier: of an answer about it alone all, else the parts that name it."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    printed = kind == "application/pdf" or kind.endswith("sheet")
    parts = list(_parts(kind, answer, whole=whole)) if printed else []
    text = "\n".join(parts) if printed else answer.text
    about = [late for late in lates if any(word in text for word in late.words)]
    if answer.status_code != 200 or not about:
        return
    document = answer.json() if kind.endswith("json") else None
    if document is None and not printed:
        parts = list(_parts(kind, answer, whole=whole))
    for late in about:
        rows = [] if document is None else list(named(document, set(late.words)))
        # A portal is told each status as it was; the last one says how the dossier stands.
        rows = rows[-2:] if place.address.endswith("/changes") else rows
        yield Told(
            place, late, rows, [words(each) for each in parts if any(word in each for word in late.words)]
        )


@cache
def _schemas() -> Mapping[str, Any]:
    return dict(json.loads(COMMITTED.read_bytes())["components"]["schemas"])


def _parts(kind: str, answer: httpx.Response, *, whole: bool) -> Iterator[str]:
    if kind == "text/html":
        body = answer.text.partition("<main")[2].partition("</main>")[0] or answer.text
        yield from [body] if whole else _ROW.split(body)
    elif kind == "application/pdf":
        pdf = pypdfium2.PdfDocument(answer.content)
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
        yield from pages if whole else "\n".join(pages).splitlines()
    elif kind.endswith("sheet"):
        book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
        for row in (row for sheet in book for row in sheet.iter_rows(values_only=True)):
            yield " | ".join(str(cell) for cell in row if cell is not None)
    else:
        yield from answer.text.splitlines()


def named(answer: Any, keys: set[str]) -> Iterator[Mapping[str, Any]]:
    """The objects of an answer that name the dossier, with its tasks."""
    if isinstance(answer, list):
        for each in answer:
            yield from named(each, keys)
    elif isinstance(answer, dict):
        about = answer["dossier"] if isinstance(answer.get("dossier"), dict) else answer
        if keys & {value for value in about.values() if isinstance(value, str)}:
            yield answer
            yield from (
                answer[part] for part in ("dossier", "dates", "data") if isinstance(answer.get(part), dict)
            )
            yield from (each for each in answer.get("tasks", ()) if isinstance(each, dict))
        else:
            for each in answer.values():
                yield from named(each, keys)


_DRAWN = re.compile(r"<(svg|script|style)\b.*?</\1>", re.DOTALL)
_GREEN = re.compile(r'class="state (?:fine|done|early)"[^>]*>')
#: The course of a dossier and the events behind it, whose marks and words tell of what is done.
_COURSE = re.compile(r'<(?:\w+[^>]*aria-labelledby="tien-trinh"|ol class="course").*', re.DOTALL)


def words(html: str) -> str:
    """The words of a part of a page, without the course; what is green is marked."""
    text = _GREEN.sub(">‹xanh› ", _DRAWN.sub("", _COURSE.sub("", html)))
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def show(named: Mapping[str, Iterable[str]]) -> None:
    """Print the places where each reader met a dossier."""
    for reader, found in named.items():
        print(f"{reader}: {len(list(found))} places\n  " + "\n  ".join(sorted(found)))  # noqa: T201 - the list of places that were walked
