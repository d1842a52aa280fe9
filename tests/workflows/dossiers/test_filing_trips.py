"""A filing waits for the database as seldom as can be, and still asks everything."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from hoso_models import EntryChannel
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.operation import rate_limit
from support.world import CITIZEN, DESK, FORM, World, complete, instant, person

AT = instant("2026-03-02 08:00")


@pytest.fixture
async def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements sent on any connection that is made from now on."""
    sent: list[str] = []
    connect = asyncpg.connect

    async def noted(*place: Any, **arguments: Any) -> Any:
        connection = await connect(*place, **arguments)
        connection.add_query_logger(lambda record: sent.append(record.query))
        return connection

    monkeypatch.setattr(asyncpg, "connect", noted)
    return sent


@pytest.fixture
async def listened(world_url: str, heard: list[str]) -> AsyncIterator[DossierService]:
    """A service that paces applicants and has filed before, on connections that are listened to."""
    async with database.connect(world_url) as db:
        service = DossierService(db, rate_limit.RateLimit(db, rate_limit.DEFAULTS))
        await service.file(complete(), actor=person("reception", DESK), at=AT)
        yield service


@pytest.mark.parametrize(
    ("channel", "trips"), [(EntryChannel.DESK, 2), (EntryChannel.POST, 2), (EntryChannel.ONLINE, 4)]
)
async def test_the_desk_waits_twice_for_the_database_and_a_citizen_who_is_paced_four_times(
    listened: DossierService, heard: list[str], channel: EntryChannel, trips: int
) -> None:
    actor = CITIZEN if channel == EntryChannel.ONLINE else person("reception", DESK)
    await listened.reference_data.unit_calendars()
    await asyncio.sleep(0)
    heard.clear()

    await listened.file(complete(channel=channel), actor=actor, at=AT, key="once")

    # The driver tells its listeners at the loop's next turn.
    await asyncio.sleep(0)
    assert len(heard) == trips, heard


async def test_what_one_statement_enters_is_the_whole_dossier(world: World) -> None:
    filed = await world.files(components=("TP01", "TP02", "TP04"), external_code="X-1", key="once")

    assert await world.db.rows(_ENTERED, [filed.reference]) == [
        (
            "1.014464",
            "filed",
            "X-1",
            FORM["1.014464"],
            AT,
            1,
            len(filed.body["tasks"]),
            ["TP01", "TP02", "TP04"],
            1,
        )
    ]
    assert (await world.files(key="once", external_code="X-1")).reference == filed.reference
    assert await world.one("select count(*) from party") == 1


_ENTERED = """
select d.procedure_code, d.status, d.external_code, d.form_data, d.filed_at, e.version,
  (select count(*) from user_task where dossier_id = d.id),
  (select array_agg(code order by code) from component where dossier_id = d.id and received),
  (select count(*) from idempotency)
from dossier d join engine_state e on e.dossier_id = d.id where d.reference = $1
"""


async def test_who_lost_the_right_between_look_and_write_has_entered_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = world.db.one_statement

    async def too_late(sql: str, parameters: Any = ()) -> Any:
        if "insert into engine_state" in sql:
            await world.changed("update role_assignment set valid_to = '2026-03-01' where role = 'reception'")
        return await send(sql, parameters)

    monkeypatch.setattr(world.db, "one_statement", too_late)
    with pytest.raises(Exception, match="reception"):
        await world.files()

    for table in (
        "party",
        "dossier",
        "engine_state",
        "component",
        "dossier_event",
        "user_task",
        "idempotency",
    ):
        assert await world.one(f"select count(*) from {table}") == 0  # noqa: S608 - names of our own
