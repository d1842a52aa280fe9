"""A sweep whose portions take too long, on a disk that has nothing at hand, takes smaller ones and comes through."""

from datetime import timedelta

import pytest

from hoso_models import errors
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.monitoring import escalation
from hoso_workflows.procedures.reference_data import ReferenceData
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

AT = local("2026-03-12 09:00")
#: Each row that is told takes its time.
SLOW = """
do $do$ begin
  create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.01); return new; end $$;
  create trigger slow before insert on escalation for each row execute function slow();
end $do$
"""


async def late(world: worlds.World, number: int) -> None:
    """So many dossiers, each with a late step of its own."""
    dues = [local("2026-03-02 17:00") + timedelta(minutes=each) for each in range(number)]
    await dossier_rows.many(world.db, await dossier_rows.refers(world.db), dues, worlds.FOUNDED)


async def told(world: worlds.World) -> list[tuple[object, ...]]:
    rows = "select subject_kind, subject_id, cycle, level from escalation order by 1, 2, 3, 4"
    return [tuple(row) for row in await world.db.rows(rows)]


async def test_a_portion_that_takes_too_long_is_told_in_smaller_ones(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await late(world, 60)
    calendars = await ReferenceData(world.db).unit_calendars()
    await escalation.sweep(world.db, calendars, at=AT)
    at_once = await told(world)
    await world.changed("truncate escalation, outbox")
    await world.changed(SLOW)
    monkeypatch.setattr(escalation, "LEAST", 1)

    hasty = DatabaseSettings(database_statement_timeout=timedelta(milliseconds=500))
    async with database.connect(world.db.url, hasty) as db:
        swept = await escalation.sweep(db, calendars, at=AT)

    assert (swept.ran, await told(world)) == (True, at_once)
    assert swept.messages == await world.one("select count(*) from outbox")


async def test_a_sweep_that_takes_too_long_in_the_least_portions_says_so(world: worlds.World) -> None:
    await late(world, 60)
    await world.changed(SLOW)
    calendars = await ReferenceData(world.db).unit_calendars()
    hasty = DatabaseSettings(database_statement_timeout=timedelta(milliseconds=100))
    async with database.connect(world.db.url, hasty) as db:
        with pytest.raises(errors.TooSlow):
            await escalation.sweep(db, calendars, at=AT)
