"""The only synchronous standby hangs, and then is gone: reading goes on, no session waits for ever, and each answer is true."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest

from hoso_api.cli import doctor
from hoso_api.cli.checks import State
from support import api_client as rests
from support import databases, replicas
from support import world as worlds
from support.api_client import CLERK, FILING, Rest, problem
from support.replicas import Pair

pytestmark = [pytest.mark.server, pytest.mark.slow]
#: Acts at once, more than a process has connections.
CROWD = 20
NOT_CONFIRMED = (504, "urn:hoso:problem:not-confirmed")


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A primary and its standby."""
    with replicas.pair() as found:
        yield found


@asynccontextmanager
async def served(pair: Pair) -> AsyncIterator[Rest]:
    """The API over a world on both servers; a clerk has a token and the caches are warm."""
    url = pair.url(databases.TEMPLATE)
    async with worlds.database.connect(url) as db:
        await worlds.build(db)
    async with rests.opened(url, worlds.instant("2026-03-02 09:00")) as rest:
        await rest.files()
        await pair.confirm()
        yield rest


async def filed(rest: Rest, key: str) -> httpx.Response:
    return await rest.post("/v1/dossiers", CLERK, FILING, headers={"Idempotency-Key": key})


async def reads(rest: Rest) -> set[int]:
    """The statuses of many reads at once."""
    paths = ("/v1/overdue", "/v1/user-tasks", "/health/ready", "/v1/dossiers/search") * 3
    asked = [rest.post(each, CLERK) if each.endswith("search") else rest.get(each, CLERK) for each in paths]
    return {each.status_code for each in await asyncio.gather(*asked)}


async def told(rest: Rest, keys: list[str]) -> set[tuple[int, str]]:
    answers = await asyncio.gather(*(filed(rest, key) for key in keys))
    return {(each.status_code, problem(each)["type"]) for each in answers}


async def test_without_its_standby_everything_is_read_and_acts_are_told_what_is_so(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSO_DATABASE_REQUEST_TIMEOUT", "PT4S")
    keys = [str(uuid4()) for _ in range(CROWD)]
    async with served(pair) as rest:
        receiver = await pair.receiver()
        receiver.suspend()
        try:
            # Some find no free connection meanwhile, and nothing of theirs is stored.
            assert NOT_CONFIRMED in await told(rest, keys)
            assert (await reads(rest), await pair.waiting()) == ({200}, 0)
            # What was stored is answered again only when a standby has it, whatever stores it.
            assert await _answer(rest, keys[0]) == NOT_CONFIRMED
            assert [await _drafted(rest) for _ in range(2)] == [NOT_CONFIRMED] * 2
        finally:
            receiver.resume()
        # Those that were stored are confirmed by then, and none is stored twice.
        references = [await _reference(rest, key) for key in keys]
        assert [await _reference(rest, key) for key in keys] == references
        assert len(set(references)) == CROWD
        pair.standby.stop()
        assert await _answer(rest, str(uuid4())) == NOT_CONFIRMED
        assert (await reads(rest), await pair.waiting()) == ({200}, 0)
        ready = (await rest.get("/health/ready")).json()
        check = await doctor._standbys(rest.world.db)
    assert (check.state, str(check.detail)) == (State.FAILING, ready["warnings"][0])
    assert ready == {
        "status": "degraded",
        "warnings": ["what is stored waits for a standby (standby), and none is connected"],
    }


async def _drafted(rest: Rest) -> tuple[int, str]:
    draft = {"procedure": FILING["procedure"], "content": {}}
    answer = await rest.post("/v1/drafts", CLERK, draft, headers={"Idempotency-Key": "nhap"})
    return answer.status_code, problem(answer)["type"]


async def _answer(rest: Rest, key: str) -> tuple[int, str]:
    answer = await filed(rest, key)
    return answer.status_code, problem(answer)["type"]


async def _reference(rest: Rest, key: str) -> str:
    answer = await filed(rest, key)
    assert answer.status_code == 201, answer.text
    reference: str = answer.json()["reference"]
    return reference
