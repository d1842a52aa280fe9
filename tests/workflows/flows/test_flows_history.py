"""Prefect's database stays as large as it is: what ran goes after some days, and events are not kept at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prefect import get_client
from prefect.client.schemas.actions import LogCreate
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Pending, Running, State

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import flows
from hoso_workflows.flows import history, sweeps
from support import prefect_server
from support.prefect_server import Prefect, until

pytestmark = pytest.mark.slow

KEPT = timedelta(days=flows.RETENTION_DAYS)
DAY = timedelta(days=1)
_AGED = """
update flow_run set expected_start_time = $2, start_time = $2,
  end_time = case when state_type = 'COMPLETED' then $2::timestamptz end
where id = $1
"""
_EVENT = """
insert into events (id, occurred, event, resource_id, resource, related_resource_ids, related, payload, received, recorded)
values (gen_random_uuid(), $1, 'prefect.flow-run.Completed', 'x', '{}', '[]', '[]', '{}', $1, $1)
"""


@pytest.fixture(scope="module")
def prefect(server: postgres.Server) -> Iterator[Prefect]:
    """A server that looks every second for what its vacuum may take, in place of every hour."""
    every_second = {"PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "1"}
    with prefect_server.serving(server, "prefect_history", **every_second) as made:
        yield made


async def run(db: database.Database, state: State[None], at: datetime) -> UUID:
    """A run that was to start at an instant and is in a state, with a line in its log."""
    async with get_client() as api:
        made = await api.create_flow_run(sweeps.escalate, state=state)
        await api.create_logs(
            [LogCreate(name="hoso", level=30, message="told", timestamp=at, flow_run_id=made.id)]
        )
    await db.one_statement(_AGED, [made.id, at])
    return made.id


async def left(db: database.Database, table: str, column: str) -> set[UUID]:
    return {UUID(int=row[0].int) for row in await db.rows(f"select distinct {column} from {table}")}  # noqa: S608 - names of our own


async def test_old_runs_go_with_their_logs_and_states_whatever_became_of_them(prefect: Prefect) -> None:
    now = datetime.now(UTC)
    told = {PREFECT_API_URL: prefect.url, PREFECT_API_AUTH_STRING: prefect.auth}
    async with database.connect(prefect.database) as db:
        with temporary_settings(told):
            kept = {await run(db, state, now - KEPT + DAY) for state in (Completed(), Running())}
            ended = await run(db, Completed(), now - KEPT - DAY)
            for state in (Running(), Pending()):
                await run(db, state, now - KEPT - DAY)

            async def vacuumed() -> bool:
                return ended not in await left(db, "flow_run", "id")

            await until(vacuumed)
            assert await history.delete_old_runs(now, KEPT) == 2
            assert await history.delete_old_runs(now, KEPT) == 0

            async def swept() -> bool:
                return await left(db, "log", "flow_run_id") == kept

            await until(swept)
        assert await left(db, "flow_run", "id") == await left(db, "flow_run_state", "flow_run_id") == kept
        assert await db.rows("select 1 from events") == [], "nothing of all that was kept as an event"


async def test_events_that_an_earlier_release_kept_are_forgotten(prefect: Prefect) -> None:
    async with database.connect(prefect.database) as db:
        await db.one_statement(_EVENT, [datetime.now(UTC) - DAY])
        assert len(await db.rows("select 1 from events")) == 1
        await flows.events.truncate(prefect.database)
        assert await db.rows("select 1 from events") == []


async def test_where_prefect_has_no_tables_yet_there_is_nothing_to_forget(database_url: str) -> None:
    await flows.events.truncate(database_url)
    async with database.connect(database_url) as db:
        assert (await db.row("select to_regclass('events') as events")).events is None
