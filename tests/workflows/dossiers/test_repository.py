"""A cached projection is the history's: caught up after others, folded again where the database is another one."""

from typing import Any

import pytest

from hoso_models import errors
from hoso_workflows import audit
from hoso_workflows import errors as rejections
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.repository import Repository
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from support.world import CITIZEN, DESK, World, instant, person

NOON = instant("2026-03-06 12:00")
RECEPTION = person("reception", DESK)


async def test_a_service_hears_what_another_one_did(world: World) -> None:
    other = World(DossierService(world.db))
    before = await world.accepts(await world.files())
    for place in range(3):
        before = await (world, other)[place % 2].completes(before)
    for service in (world.service, other.service, DossierService(world.db)):
        shown = await views.dossier(service, before.reference, reader=RECEPTION, at=NOON)
        assert (shown["version"], shown["tasks"]) == (before.version, before.body["tasks"])
    assert [found async for found in audit.differences(world.service)] == []


async def copied(world: World) -> None:
    """Copy what is stored of a dossier."""
    for table in ("dossier", "engine_state", "user_task"):
        await world.changed(f"create table kept_{table} as table {table}")


async def put_back(world: World) -> None:
    """Have stored again what was stored when it was copied."""
    await world.changed("alter table dossier_event disable trigger user")
    for statement in _PUT_BACK.split(";"):
        await world.changed(statement)


async def test_a_database_put_back_from_a_copy_is_read_anew(world: World) -> None:
    """The rows of a dossier are put back to an earlier point while a later projection is cached."""
    accepted = await world.accepts(await world.files())
    await copied(world)
    await world.completes(await world.completes(accepted))
    await put_back(world)
    again = await world.completes(accepted, "2026-03-02 15:00")
    assert again.body["tasks"][0]["step"] == "B3"
    assert [found async for found in audit.differences(world.service)] == []


async def test_the_same_version_with_another_history_is_no_ground_to_act_on(world: World) -> None:
    """After a database was put back, others do otherwise what this service has seen done; ids and version are the same."""
    await world.completes(await world.completes(await world.accepts(await world.files())))
    accepted = await world.accepts(await world.files())
    await copied(world)
    here = await world.completes(accepted, note="lần đầu")
    await put_back(world)
    there = await World(DossierService(world.db)).completes(accepted, note="lần sau")
    assert (here.version, here.body["tasks"][0]["id"]) == (there.version, there.body["tasks"][0]["id"])
    await world.completes(here)
    assert [found async for found in audit.differences(world.service)] == []
    notes = await world.db.rows(
        "select payload->>'note' as note from dossier_event where payload ? 'note' order by seq"
    )
    assert [row.note for row in notes if row.note] == ["lần sau"]


async def test_an_act_whose_dates_cannot_be_counted_leaves_no_trace_in_the_cache(
    world: World,
) -> None:
    """The calendar ends with 2027: the dossier is not accepted, so what comes next happens to one that was only filed."""
    filed = await world.files("2027-12-30 09:00", channel="online")
    with pytest.raises(rejections.CalendarEnds):
        await world.accepts(filed, "2027-12-30 09:30")
    shown = await views.dossier(world.service, filed.reference, reader=RECEPTION, at=NOON)
    assert (shown["status"], shown["portal_code"], shown["code"], shown["tasks"]) == (
        "filed",
        1,
        None,
        (await views.dossier(DossierService(world.db), filed.reference, reader=RECEPTION, at=NOON))["tasks"],
    )
    withdrawn = await world.does(filed, commands.Withdraw("đổi ý"), CITIZEN, "2027-12-30 10:00")
    assert (withdrawn.status, withdrawn.code) == ("withdrawn", None)
    assert [found async for found in audit.differences(world.service)] == []


async def test_an_act_that_was_not_stored_leaves_no_trace_in_the_cache(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement of a completion fails: what is cached is what was loaded, and the next act goes on from there."""
    before = await world.accepts(await world.files())
    cached = dict(world.service.repository._cache)
    send = world.db.one_statement

    async def fails(sql: str, parameters: Any = ()) -> Any:
        if "update engine_state" in sql:
            raise errors.DatabaseAway("it has gone")
        return await send(sql, parameters)

    monkeypatch.setattr(world.db, "one_statement", fails)
    with pytest.raises(errors.DatabaseAway):
        await world.completes(before)
    monkeypatch.setattr(world.db, "one_statement", send)
    assert world.service.repository._cache == cached
    assert (await world.completes(before)).version == before.version + 1
    assert [found async for found in audit.differences(world.service)] == []


async def test_a_loaded_projection_stays_what_it_was_whatever_happens_next(world: World) -> None:
    before = await world.accepts(await world.files())
    row = await world.db.row(_ROW)
    loaded = await world.service.repository.load(row)
    kept = (loaded.state, loaded.clock.dates(), loaded.last_seq, dict(loaded.tasks), loaded.letters)
    await world.completes(await world.completes(before))
    assert (loaded.state, loaded.clock.dates(), loaded.last_seq, dict(loaded.tasks), loaded.letters) == kept
    assert await Repository(world.db, world.service.reference_data).load(row) == loaded


_ROW = """
select d.id, d.filed_at, d.last_seq, e.head, e.updated_at
from dossier d join engine_state e on e.dossier_id = d.id
"""
_PUT_BACK = """
delete from dossier_event e using kept_dossier k where e.dossier_id = k.id and e.seq > k.last_seq;
delete from user_task where id not in (select id from kept_user_task);
update user_task t set status = k.status, closed_at = k.closed_at, closed_by = k.closed_by
  from kept_user_task k where k.id = t.id;
update engine_state e set version = k.version, head = k.head, state = k.state, updated_at = k.updated_at
  from kept_engine_state k where k.dossier_id = e.dossier_id;
update dossier d set last_seq = k.last_seq from kept_dossier k where k.id = d.id
"""
