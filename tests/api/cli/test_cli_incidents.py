"""`hoso incidents`: what holds dossiers up, for people and for programs."""

import asyncio
from collections.abc import Iterator

import pytest

from hoso_models import postgres
from hoso_workflows.lifecycle.commands import Applicant, Fail, FileDossier, Send
from support.command_line import hoso
from support.procedures import exchange
from support.procedures.exchange import CODE, OPINION, PARTNER, SPECIALIST
from support.world import DEPARTMENT, DESK, OTHER, World, instant, person


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def test_open_incidents_are_listed_and_may_fail_a_script(world: World, world_url: str) -> None:
    assert (await asyncio.to_thread(hoso, "incidents", "--json", url=world_url)).json == {"items": []}
    request = FileDossier(CODE, Applicant("Người nộp 1", identifier="000000000001"), channel="desk")
    clerk = person("reception", DESK)
    filed = await world.service.file(request, actor=clerk, at=instant("2026-03-02 08:00"))
    before = await world.does(await world.accepts(filed), Send(OPINION), SPECIALIST)
    call = exchange.task(before, "Thue")
    await world.does(before, Fail(call, "Cổng thuế không trả lời"), PARTNER, "2026-03-02 10:30")
    ran = await asyncio.to_thread(hoso, "incidents", "--json", "--fail-if-any", url=world_url)
    assert (ran.status, ran.json["items"]) == (
        1,
        [
            {
                "id": str(call),
                "step": "Thue",
                "message": "Cổng thuế không trả lời",
                "unit": DEPARTMENT,
                "since": "2026-03-02T10:30:00+07:00",
                "dossier": {"reference": before.reference, "code": before.code, "procedure": CODE},
            }
        ],
    )
    shown = await asyncio.to_thread(hoso, "incidents", url=world_url)
    assert (before.code or "?") in shown.out
    elsewhere = await asyncio.to_thread(hoso, "incidents", "--unit", OTHER, "--fail-if-any", url=world_url)
    assert elsewhere.status == 0
