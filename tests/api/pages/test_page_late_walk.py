"""A walk through every page that names one late dossier, by role: none calls it dateless, or in time."""

import re

import pytest

from hoso_api.app import create_app
from hoso_api.http import acts
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.procedures import unlimited
from support.visitor import Visitor
from support.world import DESK, OTHER, person

#: Who works on the dossier, oversees it, or follows it.
READERS = {
    "desk": CLERK,
    "head of the desk": person("head", DESK),
    "specialist": person("specialist", OTHER),
    "head": person("head", OTHER),
    "administrator": ADMINISTRATOR,
}
#: Officers' pages that are about nothing, a unit, a dossier, or a task.
PARTS = {"key", "code", "unit", "task"}
#: Words of a page that take a dossier for dateless or for one that is in time. What stands still is none of this walk.
BELIED = re.compile(r"không có hạn|còn \d+ (?:ngày|giờ|phút)|còn trong hạn|đang dừng tính thời hạn")
#: Where a row of a list begins.
ROW = re.compile(r"<(?:tr|li|article|section)\b")
#: Two working days after the promised date.
LATE = "2026-03-25 17:00"


def addresses() -> list[str]:
    """The pages of officers, as the route table has them."""
    found = {
        route.path_format
        for route, _ in acts.routes(create_app())
        if "GET" in (getattr(route, "methods", None) or ()) and route.path_format.startswith("/noi-bo/")
    }
    return sorted(each for each in found if set(re.findall(r"{(\w+)", each)) <= PARTS)


async def filed(rest: Rest) -> dict[str, str]:
    """A dossier of a term in calendar days at its handling unit: its code, its unit, and its open task."""
    world = rest.world
    done = await world.completes(await world.accepts(await world.files(procedure=unlimited.CODE)))
    code = str(done.body["code"])
    return {"key": code, "code": code, "unit": OTHER, "task": str(done.body["tasks"][0]["id"])}


def told(address: str, body: str, about: dict[str, str]) -> str:
    """The part of a page that is about the dossier: all of its own pages, else the rows that name it."""
    rows = [body] if {"key", "code", "task"} & set(re.findall(r"{(\w+)", address)) else ROW.split(body)
    return " ".join(row for row in rows if about["code"] in row or about["task"] in row)


@pytest.mark.parametrize("limited", [True, False], ids=["limits of its steps", "no limits"])
@pytest.mark.parametrize("reader", READERS)
async def test_no_page_that_names_a_late_dossier_calls_it_dateless_or_in_time(
    rest: Rest, reader: str, *, limited: bool
) -> None:
    if not limited:
        await unlimited.publish(rest.world)
    about = await filed(rest)
    rest.clock.turn(LATE)
    visitor = await Visitor.of(rest, READERS[reader])
    named, belied = set[str](), dict[str, list[str]]()

    for address in addresses():
        page = await rest.client.get(address.format(**about), headers=visitor.headers)
        html = page.headers.get("content-type", "").startswith("text/html")
        body = page.text.partition("<main")[2].partition("</main>")[0] if html else ""
        if page.status_code == 200 and (said := told(address, body, about)):
            named.add(address)
            if found := BELIED.findall(re.sub(r"<[^>]+>", " ", said)):
                belied[address] = found

    assert belied == {}
    assert named >= NAMED[reader]


#: Places at which each is sure to meet it.
NAMED: dict[str, set[str]] = {
    "desk": {"/noi-bo/ho-so/{key}"},
    "head of the desk": {"/noi-bo/ho-so/{key}", "/noi-bo/qua-han"},
    "specialist": {"/noi-bo/viec/{task}", "/noi-bo/ho-so/{key}"},
    "head": {"/noi-bo/viec/{task}", "/noi-bo/ho-so/{key}", "/noi-bo/giao-viec", "/noi-bo/qua-han"},
    "administrator": {"/noi-bo/qua-han"},
}
