"""A walk through every answer of the API that names one late dossier, by role: none takes it for dateless, or for in time.

The places are those of the route table. What contains the dossier's code or reference is judged field by field.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from hoso_api.app import create_app
from hoso_api.http import acts
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.coordinators import COORDINATOR, appointed
from support.visitor import Visitor
from support.world import CITIZEN, DESK, person

#: Who works on the dossier, oversees it, or follows it; nobody is whoever has its code.
READERS: Mapping[str, UUID | None] = {
    "desk": CLERK,
    "head of the desk": person("head", DESK),
    "specialist": person("specialist"),
    "head": person("head"),
    "administrator": ADMINISTRATOR,
    "coordinator": COORDINATOR,
    "applicant": CITIZEN,
    "nobody": None,
}
_IN_TIME = {"verdict": ("early", "on_time")}
#: What an answer must not say of a dossier that is late, and of one that was late before its supplement was asked for.
BELIED: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "runs": {
        **_IN_TIME,
        "due": (None,),
        "due_legal": (None,),
        "due_promised": (None,),
        "due_span": ("today", "tomorrow", "week", "later", "still", "owner"),
        "dossier_late_since": (None,),
        "late": (False,),
        "overdue": (False,),
    },
    "awaits a supplement": {
        **_IN_TIME,
        "late_since": (None,),
        "still": (None, False),
        "due_span": ("overdue", "today", "tomorrow", "week", "later", "owner"),
    },
}
#: Five working days after the promised date.
LATE = "2026-03-12 10:00"
#: What lists ask for before they answer.
ASKED = {"from": "2026-03-01", "to": "2026-03-12", "column": "open_overdue"}
_OWN = ("", "/accounting", "/deadline", "/events", "/fees", "/receipt", "/waits")
_FOLLOWED = {"GET /v1/overdue", "GET /v1/public/dossiers/{code}"}
_READ = {"GET /v1/dossiers", *(f"GET /v1/dossiers/{{reference}}{each}" for each in _OWN)}
_WORKED = _FOLLOWED | _READ | {"POST /v1/dossiers/search", "GET /v1/user-tasks/{task}"}
_LISTED = {"GET /v1/user-tasks", "POST /v1/user-tasks/search"}
#: Where each is sure to meet it while it runs.
MET: Mapping[str, set[str]] = {
    "desk": _WORKED,
    "head of the desk": _WORKED,
    "specialist": _WORKED | _LISTED,
    "head": _WORKED | _LISTED,
    "administrator": _FOLLOWED | {"GET /v1/dossiers/{reference}/accounting", "GET /v1/escalations/preview"},
    "coordinator": _FOLLOWED | {"GET /v1/dossiers/{reference}/deadline"},
    "applicant": _READ - {"GET /v1/dossiers/{reference}/accounting"} | {"GET /v1/public/dossiers/{code}"},
    "nobody": {"GET /v1/public/dossiers/{code}"},
}
#: Words of a page of applicants that take it for in time. That a fee is paid and an appointment in force is said in green, and is no
#: state of the dossier.
PAGES_BELIE = re.compile(
    r'class="state fine"><svg.*?</svg>(?!không còn phải nộp|đang áp dụng)[^<]*|Bạn không phải làm gì'
    r"|còn \d+ (?:ngày|giờ|phút)|không có hạn"
)
#: What stands before the course, whose marks tell of what is done.
COURSE = 'aria-labelledby="tien-trinh"'


def addresses(begins: Callable[[str], bool], known: set[str]) -> Iterator[tuple[str, str]]:
    """The readings of the route table whose addresses begin so, and ask for nothing else."""
    found = set()
    for route, _ in acts.routes(create_app()):
        for method in getattr(route, "methods", None) or ():
            asks = method == "GET" or (method == "POST" and acts.only_asks(route.endpoint))
            parts = set(re.findall(r"{(\w+)", route.path_format))
            if asks and begins(route.path_format) and parts <= known:
                found.add((method, route.path_format))
    yield from sorted(found)


def named(answer: Any, keys: set[str]) -> Iterator[Mapping[str, Any]]:
    """The objects of an answer that name the dossier, with its tasks."""
    if isinstance(answer, list):
        for each in answer:
            yield from named(each, keys)
    elif isinstance(answer, dict):
        about = answer["dossier"] if isinstance(answer.get("dossier"), dict) else answer
        if keys & {value for value in about.values() if isinstance(value, str)}:
            yield answer
            yield from (each for each in answer.get("tasks", ()) if isinstance(each, dict))
        else:
            for each in answer.values():
                yield from named(each, keys)


def needed(rest: Rest, method: str, address: str) -> dict[str, str]:
    """The values without which a reading does not answer."""
    found = rest.contract.document["paths"].get(address, {}).get(method.lower(), {}).get("parameters", ())
    names = [each["name"] for each in found if each["in"] == "query" and each.get("required")]
    return {name: ASKED.get(name, "") for name in names}


async def late(rest: Rest, state: str) -> dict[str, str]:
    """A late dossier at a specialist's: its code, reference and open task."""
    await appointed(rest.world)
    filed = await rest.files(CITIZEN, channel="online")
    standing = await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    for _ in range(2):
        (task,) = standing["tasks"]
        standing = await rest.completes(standing, person(task["role"], task["unit"]))
    rest.clock.turn(LATE)
    if state != "runs":
        asked = {"reason": "Bản sao mờ", "items": ["TP02"], "justification": "Mới thấy khi thẩm định"}
        await rest.done(f"/v1/dossiers/{filed['reference']}/supplement-request", CLERK, asked)
    code, task = str(standing["code"]), str(standing["tasks"][0]["id"])
    return {"reference": code, "code": code, "key": code, "task": task, "secret": str(filed["reference"])}


@pytest.mark.parametrize("state", BELIED)
async def test_no_answer_that_names_a_late_dossier_takes_it_for_dateless_or_in_time(
    rest: Rest, state: str
) -> None:
    about = await late(rest, state)
    keys = {about["code"], about["secret"]}
    met, belied = {reader: set[str]() for reader in READERS}, dict[str, Any]()

    for reader, principal in READERS.items():
        token = {"Authorization": f"Bearer {await rest.token(principal)}"} if principal else {}
        for method, address in addresses(lambda each: each.startswith("/v1/"), {"reference", "code", "task"}):
            said: dict[str, Any] = (
                {"params": needed(rest, method, address)} if method == "GET" else {"json": {}}
            )
            answer = await rest.client.request(method, address.format(**about), headers=token, **said)
            json = answer.headers.get("content-type", "").endswith("json")
            rows = list(named(answer.json(), keys)) if answer.status_code == 200 and json else []
            # Of a task its dossier says whether it was late.
            told = [*rows, *(row["dossier"] for row in rows if "still" in row and "dossier" in row)]
            wrong = [
                {name: row[name]}
                for row in told
                for name, values in BELIED[state].items()
                if name in row and row[name] in values
            ]
            if rows:
                met[reader].add(f"{method} {address}")
            if wrong:
                belied[f"{reader}: {method} {address}"] = wrong

    print(state, met)  # noqa: T201 - the list of places that were walked
    assert belied == {}
    if state == "runs":
        assert {reader: MET[reader] - places for reader, places in met.items()} == {
            reader: set() for reader in READERS
        }


@pytest.mark.parametrize("state", BELIED)
async def test_no_page_of_its_applicant_or_of_anybody_takes_a_late_dossier_for_in_time(
    rest: Rest, state: str
) -> None:
    about = await late(rest, state)
    visitor = await Visitor.applicant(rest, CITIZEN)
    met, belied = set[str](), dict[str, list[str]]()

    for method, address in addresses(lambda each: not each.startswith(("/v1/", "/noi-bo")), {"key", "code"}):
        page = await rest.client.request(method, address.format(**about), headers=visitor.headers)
        html = page.headers.get("content-type", "").startswith("text/html")
        body = page.text.partition("<main")[2].partition("</main>")[0] if html else ""
        if page.status_code == 200 and about["code"] in body:
            met.add(address)
            if found := PAGES_BELIE.findall(body.partition(COURSE)[0]):
                belied[address] = found

    print(state, met)  # noqa: T201 - the list of places that were walked
    assert belied == {}
    assert met >= {"/cua-toi", "/ho-so/{key}", "/ho-so/{key}/thoi-han", "/tra-cuu/{code}"}
